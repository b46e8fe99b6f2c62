"""The 5 to 12 phrases that tell what an article is about, as printed in it.

Candidates are runs of one to four words that stand together without punctuation, shaped like noun phrases by what
can be seen without a parser: no stop word, no verb, no number, no word with a pronoun or an adverb's ending; a
conjunction or preposition written onto a word begins a new run (but ``ل`` may join two parts of a name). The same
words in other forms are one candidate. A candidate's worth grows with how often it stands there, how telling its words
are against the archive's background, and how early it comes. Of phrases that contain each other the one that accounts
for most of the occurrences stays: ``ناغورني قره باغ``, not ``باغ``.

The features are those of KEA (Witten and others 1999) and KP-Miner (El-Beltagy and Rafea 2009): frequency, rarity,
length, first position; how they are weighed was fitted to people's choice, see `MODEL`.
The outlet's own keywords are evidence if they stand in the text, and worth nothing if they do not.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.vectors import telling
from warraq.arabic import STOP_WORDS, Token, Word, is_known, tokens, words
from warraq.arabic.inflect import VERB_SIGN, known_forms
from warraq.types import Article, Keyword

LONGEST = 4
READ = 1000
"""Words of an article that are read: what a text is about, it says before."""
LATE = 100
"""Words of which a phrase that is said only once must be one."""
FEWEST = 5
WEAK = 0.2
"""Share of the best phrase's weight under which a phrase is left out, once there are `FEWEST`."""
RAREST = 9.0
"""The greatest idf: rarer words are no more telling, and may be misprints."""
EVIDENCE = 0.3
"""What is left of the doubt about a phrase that the outlet itself names."""


class Features(NamedTuple):
    """What the model looks at in a phrase; as `MODEL` the weights of a logistic model of "a reader names this"."""

    base: float
    often: float
    """The logarithm of how often it stands in the text."""
    once: float
    one: float
    two: float
    """Two words; four are what the others are measured by."""
    three: float
    first: float
    """The logarithm of 1 + the number of words before it."""
    rare: float
    """The mean idf of its words."""
    one_rare: float
    """For a single word, the logarithm of its idf."""
    within: float
    """The share of its occurrences that stand inside one longer phrase."""
    one_within: float
    glued: float
    """It never stands without a conjunction or preposition written onto it."""
    letters: float
    broken: float
    """It begins definite and ends indefinite: two things, not one."""
    title: float
    """The title has it."""


MODEL = Features(
    base=-4.137,
    often=0.95,
    once=-0.392,
    one=0.051,
    two=1.795,
    three=0.792,
    first=-0.51,
    rare=0.189,
    one_rare=0.501,
    within=-1.457,
    one_within=-0.99,
    glued=-1.724,
    letters=0.122,
    broken=-0.756,
    title=0.8,
)
"""Fitted by logistic regression (Newton's method, ridge) to the ten phrases with most votes of each of the hundred
texts of AKEC (Helmy and others 2016; gold/keyphrases.jsonl), idf from 31,106 news articles: ``quality/keywords.py
--fit`` prints these numbers and the F1 at 10 under five-fold cross-validation, .297. ``title`` is not fitted (those
texts have no titles of their own)."""

_GAP = re.compile(r"[ \u00a0\t]*")
_PRONOUN = re.compile("(?:ها|هما|هم|هن|كم|نا)$")
_ARTICLE_CLITICS = ("وبال", "فبال", "وكال", "وال", "بال", "فال", "كال", "ولل", "فلل", "لل")
_CLITICS = (*_ARTICLE_CLITICS, "وب", "ول", "فب", "فل", "و", "ف", "ب", "ل", "ك")
_SPLITTING = ("و", "ف", "ب", "ك")

_FILLERS = """
أحد إحدى العديد عدد عديد بعض معظم مزيد مجموعة جميع كافة مختلف عدة نحو حوالي قرابة أكثر أقل أبرز أهم أول آخر أخرى
واحد اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة عشر عشرين عشرات مئة مئات مائة بالمئة بالمائة ألف آلاف
مليون ملايين مليار مليارات تريليون نصف ربع ثلث مرة مرات ضعف
يوم أيام أسبوع شهر أشهر سنة سنوات أعوام عقود ساعة ساعات دقيقة دقائق أمس غدا غد مساء صباح ظهر فجر ليلة
السبت الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر
نوفمبر ديسمبر كانون شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين جانفي فيفري أفريل ماي جوان جويلية أوت
محرم صفر رجب شعبان رمضان شوال
الماضي الماضية المقبل المقبلة القادم القادمة الحالي الحالية الجاري الجارية التالي التالية السابق السابقة
خاصة خاص جديدة جديد كبير كبيرة هام هامة مهم مهمة نفس ذات جانب شيء أشياء أمر أمور شكل إطار جراء سبيل هدف
اثنان الثانية الثالثة الرابعة الخامسة السادسة السابعة الثامنة التاسعة العاشرة ثاني ثالث رابع خامس مدة لمدة حال
قال قالت أكد أكدت أضاف أضافت أوضح أوضحت ذكر ذكرت أعلن أعلنت أشار أشارت صرح شدد شددت لفت بحق
أفضل مفاجأة نهاية بداية وجود عدم نوع
شاهد بالصور بالفيديو فيديو صور صورة تقرير تفاصيل مصدر مصادر بيان تصريح تصريحات شخص أشخاص
"""
_MIGHT_BE_CLITIC = "وبلفك"

_RELATION = ("ي", "يه")
_SONS = ("بن", "ابن", "بنت")
_OWN_H = 5
"""Words in ``ة`` from which an article is known not to write ``ه`` for it."""

_Key = tuple[int, ...]


@cache
def _says_nothing() -> frozenset[int]:
    """Stems of quantities, dates and fillers, by their codes: phrases are not made of them."""
    return frozenset(word.code for word in words(_FILLERS))


class _Part(NamedTuple):
    """What a word is in a phrase."""

    word: Word
    clitic: str
    """What is written onto its front: a conjunction, a preposition, with the article if there is one."""
    splits: bool
    """Begins a new run, for a conjunction or preposition."""
    verb: bool
    """Looks like a verb, but may be its noun (``حفظ``, ``نزع``): good for the first word of several."""
    definite: bool
    owned: bool
    """Ends in what is a pronoun if it is no ``ة``."""
    joint: bool
    """Ties two names (``بن``): no phrase ends or begins with it."""


_BORDER = _Part(Word("", "", True, 0), "", True, False, False, False, False)


class _Reading:
    """The words of an article that may stand in phrases, one after the other; between runs stands a border.

    ``codes[i]`` is the word's code, 0 at a border; ``parts[i]`` what it is; ``texts[i]``, ``starts[i]`` and
    ``ends[i]`` where it is printed; ``before[i]`` how many such words come before it.
    """

    def __init__(self) -> None:
        self.codes: list[int] = [0]
        self.parts: list[_Part] = [_BORDER]
        self.texts: list[str] = [""]
        self.starts: list[int] = [0]
        self.ends: list[int] = [0]
        self.before: list[int] = [0]

    def add(self, text: str, read: Sequence[Token], part_of: dict[Word, _Part | None], plain_h: bool) -> None:
        """The runs of one text. `plain_h`: a last ``ه`` is one, not a ``ة``, so it is a pronoun or of the stem."""
        codes, parts, starts, ends = self.codes, self.parts, self.starts, self.ends
        adverbs = "\u064b" in text
        before = len(codes)
        end = 0
        for start, stop, word in read:
            part = part_of[word]
            if part is not None and adverbs and (text[stop - 1] == "\u064b" or text[stop - 2 : stop] == "\u064b\u0627"):
                part = None  # an adverb or an object, not a name of something
            elif plain_h and part is not None and text[stop - 1] == "ه" and part.owned:
                part = None
            if codes[-1] and (part is None or part.splits or not _touch(text, end, start)):
                codes.append(0)
                parts.append(_BORDER)
                starts.append(0)
                ends.append(0)
            if part is not None:
                codes.append(part.word.code)
                parts.append(part)
                starts.append(start)
                ends.append(stop)
            end = stop
        if codes[-1]:
            codes.append(0)
            parts.append(_BORDER)
            starts.append(0)
            ends.append(0)
        self.texts += [text] * (len(codes) - before)
        self.before += accumulate([code > 0 for code in codes[before:-1]], initial=self.before[-1])

    def printed(self, place: int, size: int) -> str:
        """The words from a place on, as printed."""
        return self.texts[place][self.starts[place] : self.ends[place + size - 1]]


class _Candidate(NamedTuple):
    """A phrase: where it stands, each time by its first word, and how often what holds it stands there."""

    places: list[int]
    longer: int


def keywords(
    article: Article, background: Background, limit: int = 12, site_tags: frozenset[str] = frozenset()
) -> tuple[Keyword, ...]:
    """The most telling phrases of an article, the best first; weights from 1 downwards.

    `site_tags` are keywords the outlet prints on unrelated articles too: no evidence.
    """
    found = candidates(article, background, site_tags)
    return found.chosen(MODEL, limit)


class Candidates(NamedTuple):
    """The phrases of an article that may be its keywords, and what is known of each."""

    reading: _Reading
    found: dict[_Key, _Candidate]
    named: set[_Key]
    keys: list[_Key]
    rows: NDArray[np.float64]
    """`Features` of each of `keys`, a row each."""

    def printed(self, key: _Key) -> str:
        """A phrase as it is shown."""
        return _printed(self.reading, key, self.found[key].places)

    def chosen(self, model: Features, limit: int = 12) -> tuple[Keyword, ...]:
        """Those that are the article's keywords by a model."""
        chances = 1 / (1 + np.exp(-(self.rows @ np.array(model))))
        worth = dict(zip(self.keys, chances.tolist(), strict=True))
        for key in self.named & worth.keys():
            worth[key] = 1 - (1 - worth[key]) * EVIDENCE
        return _chosen(self.reading, self.found, worth, self.named, limit)


def candidates(article: Article, background: Background, site_tags: frozenset[str] = frozenset()) -> Candidates:
    """What `keywords` chooses from."""
    texts = list(_texts(article))
    parts = _parts({token.word for _, read in texts for token in read}, background)
    reading = _Reading()
    plain_h = sum(text.count("ة") for text, _ in texts) >= _OWN_H
    title = 0
    for text, read in texts:
        reading.add(text, read, parts, plain_h)
        title = title or len(reading.codes)
    named = {tuple(word.code for word in words(tag)) for tag in article.keywords if tag not in site_tags}
    found = _candidates(reading, title, named)
    named &= found.keys()
    keys, rows = _features(reading, found, title, background, named)
    return Candidates(reading, found, named, keys, np.array(rows, np.float64).reshape(len(rows), len(MODEL)))


# --- finding candidates -----------------------------------------------------------------------------------


def _texts(article: Article) -> Iterator[tuple[str, list[Token]]]:
    """The title, then the paragraphs, with their words, until `READ` words are read."""
    count = 0
    for text in (article.title, *(paragraph.text for paragraph in article.body)):
        read = list(tokens(text))
        yield text, read
        count += len(read)
        if count > READ:
            return


def _parts(seen: set[Word], background: Background) -> dict[Word, _Part | None]:
    """What each word is in a phrase; None if it cannot stand in one.

    A word may carry a conjunction or preposition of one letter: ``بتسهيل`` is ``تسهيل`` with one, since more articles
    hold that; ``باريس`` is not ``اريس``. A word that stands without it in this text needs no other witness.
    """
    found: dict[Word, _Part | None] = {}
    glued: list[tuple[Word, _Part | None, Word]] = []
    for word in seen:
        found[word], bare, rest = _known(word)
        if rest is not None:
            glued.append((word, bare, rest))
    if glued:
        alone = {word.folded for word in seen}
        codes = np.array([(word.code, rest.code) for word, _, rest in glued], np.uint32)
        often = background.frequencies(codes.reshape(-1)).tolist()
        for (word, bare, rest), with_it, without in zip(glued, often[::2], often[1::2], strict=True):
            less = with_it if word.folded[0] == "و" else 4 * with_it + 4
            if rest.folded in alone or (rest.code != word.code and without > less):
                found[word] = bare
    return found


@lru_cache(maxsize=1 << 16)
def _known(word: Word) -> tuple[_Part | None, _Part | None, Word | None]:
    """What can be said of a word by itself: its part in a phrase, its part without its first letter, and that word."""
    folded = word.folded
    fit, clitic, verb = _part(word)
    definite = folded.startswith("ال") or clitic in _ARTICLE_CLITICS
    owned = folded[-1:] == "ه" and word.stem[-1] != "ه" and is_known(folded[:-1])
    part = _Part(word, clitic, clitic[:1] in _SPLITTING, verb, definite, owned, folded in _SONS) if fit else None
    if len(folded) > 4 and folded[0] in _MIGHT_BE_CLITIC and not clitic and not folded.startswith("لل"):
        rest = words(folded[1:])
        if rest and telling(rest[0]):
            bare = rest[0]
            alone = _Part(bare, folded[0], folded[0] in _SPLITTING, False, bare.folded.startswith("ال"), owned, False)
            return part, None if bare.code in _says_nothing() else alone, bare
    return part, None, None


def _touch(text: str, end: int, start: int) -> bool:
    """Whether nothing but white space stands between two words."""
    return text[end:start] == " " or _GAP.fullmatch(text, end, start) is not None


def _part(word: Word) -> tuple[bool, str, bool]:
    """Whether a word may stand in a phrase at all; what is written onto its front; whether it looks like a verb."""
    folded = word.folded
    verb = word.stem.endswith(VERB_SIGN)
    unfit = (
        not telling(word)
        or word.code in _says_nothing()
        or (len(folded) > 4 and folded.endswith(("ته", "وا")))
        or folded[0].isdigit()
        or folded[-1].isdigit()
        or (folded[0] in "وف" and folded[1:] in STOP_WORDS)
        or folded == word.stem + "ا"
        or (len(folded) > 4 and _PRONOUN.search(folded) is not None and _PRONOUN.search(word.stem) is None)
        or (verb and (len(folded) > 3 or folded[0] in "يت") and not folded.startswith(("ال", "لل", "بال")))
    )
    return not unfit, _clitic(word), verb


def _clitic(word: Word) -> str:
    """What is certainly written onto the front of a word: the most that can be taken away without changing its stem.

    A single letter is certain only before a word of the lexicon: ``بوتفليقة`` begins with one of its own.
    """
    folded = word.folded
    if folded[0] in "وفبكل" and folded[0] != word.stem[0]:
        for clitic in _CLITICS:
            if folded.startswith(clitic) and len(folded) >= len(clitic) + 3:
                rest = folded[len(clitic) :]
                sure = clitic in _ARTICLE_CLITICS or rest in known_forms()[0]
                if sure and [plain.stem for plain in words(rest)] == [word.stem]:
                    return clitic
    return ""


def _candidates(reading: _Reading, title: int, named: set[_Key]) -> dict[_Key, _Candidate]:
    """Every phrase that may be chosen: not what is said once only, and late.

    One of three or four words is taken only if the outlet names it, if it stands in the title (before place `title`),
    or if it can stand there twice: if its first two words do (the pruning of Apriori, Agrawal and Srikant 1994).
    """
    codes, parts = reading.codes, reading.parts
    singles: dict[int, list[int]] = {}
    pairs: dict[tuple[int, int], list[int]] = {}
    for place, pair in enumerate(pairwise(codes)):
        first, second = pair
        if first:
            singles.setdefault(first, []).append(place)
            if second:
                pairs.setdefault(pair, []).append(place)
    begun = {key[:2] for key in named if len(key) > 2}
    longer: dict[_Key, list[int]] = {}
    for pair, places in pairs.items():
        if len(places) > 1 or places[0] < title or pair in begun:
            for place in places:
                if (third := codes[place + 2]) and (len(places) > 1 or place < title or pair in begun):
                    longer.setdefault((*pair, third), []).append(place)
                    if fourth := codes[place + 3]:
                        longer.setdefault((*pair, third, fourth), []).append(place)
    found: dict[_Key, _Candidate] = {}
    late = bisect_right(reading.before, LATE)
    for key, places in (*longer.items(), *pairs.items()):
        if len(places) == 1 and places[0] >= late and key not in named:
            continue
        if not (parts[places[0]].joint or parts[places[0] + len(key) - 1].joint):
            size = len(key)
            found[key] = _Candidate(places, int(size < LONGEST and _inside(codes, places, size)))
    for code, places in singles.items():
        if len(places) == 1 and places[0] >= late and (code,) not in named:
            continue
        begins = parts[places[0]]
        if not (begins.joint or (begins.verb and all(parts[place].verb for place in places))):
            found[(code,)] = _Candidate(places, int(_inside(codes, places, 1)))
    for key, (places, _) in [*found.items()]:
        if (count := len(places)) > 1 and len(key) > 1:
            for part in (key[1:], key[:-1]):
                if part in found and found[part].longer < count:
                    found[part] = _Candidate(found[part].places, count)
    return found


def _inside(codes: Sequence[int], places: Sequence[int], size: int) -> bool:
    """Whether a phrase stands in a longer run."""
    return any(codes[place - 1] or codes[place + size] for place in places)


# --- choosing ---------------------------------------------------------------------------------------------


def _features(
    reading: _Reading, found: dict[_Key, _Candidate], title: int, background: Background, named: set[_Key]
) -> tuple[list[_Key], list[tuple[float, ...]]]:
    """What the model looks at, for each candidate that is not out of the question; as `Features`."""
    parts, before, starts, ends = reading.parts, reading.before, reading.starts, reading.ends
    codes = np.array([code for code in dict.fromkeys(reading.codes) if code], np.uint32)
    idf = dict(zip(codes.tolist(), np.minimum(background.idf(codes), RAREST).tolist(), strict=True))
    keys: list[_Key] = []
    rows: list[tuple[float, ...]] = []
    for key, (places, longer) in found.items():
        count, size, first = len(places), len(key), places[0]
        in_title = first < title
        if count == 1 and size > 2 and not in_title and key not in named:
            continue  # said once and long: a piece of a sentence
        begins, last = parts[first], first + size - 1
        broken = begins.definite and not parts[last].definite
        rare = [idf[code] for code in key]
        one = size == 1
        if one:
            if begins.word.folded.endswith(_RELATION) and (
                (count < 3 and begins.word.folded[-1] == "ه") or all(reading.codes[place - 1] for place in places)
            ):
                continue  # an adjective of relation: it stands there for the sake of the noun before it
        elif count == 1 and key not in named:
            torn = begins.definite and reading.codes[first - 1]
            if torn or parts[last].clitic.startswith("ل") or (broken and not in_title):
                continue  # the middle of a sentence
        inside = longer / count
        keys.append(key)
        rows.append(
            (
                1.0,
                math.log(count),
                count == 1,
                one,
                size == 2,
                size == 3,
                math.log1p(before[first]),
                sum(rare) / size,
                math.log(rare[0]) if one else 0.0,
                inside,
                inside if one else 0.0,
                all(parts[place].clitic for place in places),
                ends[last] - starts[first] - len(begins.clitic),
                broken,
                in_title,
            )
        )
    return keys, rows


def _chosen(
    reading: _Reading, found: dict[_Key, _Candidate], worth: dict[_Key, float], named: set[_Key], limit: int
) -> tuple[Keyword, ...]:
    often = {key: len(found[key].places) for key in worth}
    order = sorted(worth, key=lambda key: (-worth[key], found[key].places[0], key))
    chosen: list[_Key] = []
    for key in order:
        if len(chosen) > limit or (len(chosen) >= FEWEST and worth[key] < WEAK * worth[order[0]]):
            break
        count = often[key]
        # A longer phrase that is chosen stands for its parts, unless these stand more often without it or
        # the outlet names them.
        enough = max(count // 3, 2) if count > 2 else 1
        if key not in named and any(_within(key, other) and often[other] >= enough for other in chosen):
            continue
        if (
            count == 1
            and len(key) > 1
            and key not in named
            and any(len(other) > 1 and not set(other).isdisjoint(key) for other in chosen)
        ):
            continue  # said once, and mostly said already
        if count == 1 and key not in named and any(_overlap(key, other) or _overlap(other, key) for other in chosen):
            continue  # two pieces of one longer phrase: the better one will do
        parts = [other for other in chosen if _within(other, key)]
        if any(5 * count < often[part] for part in parts):
            continue
        if any(part in named for part in parts) and key not in named:
            continue
        chosen = [other for other in chosen if other not in parts or other in named or 2 * count < often[other]]
        chosen.append(key)
    chosen.sort(key=lambda key: -worth[key])
    return tuple(Keyword(_printed(reading, key, found[key].places), round(worth[key], 3)) for key in chosen[:limit])


def _overlap(one: _Key, two: _Key) -> bool:
    """Whether one phrase ends in two words or more that begin the other."""
    return any(one[-size:] == two[:size] for size in range(2, min(len(one), len(two))))


def _within(short: _Key, long: _Key) -> bool:
    size = len(short)
    return size < len(long) and any(long[i : i + size] == short for i in range(len(long) - size + 1))


def _printed(reading: _Reading, key: _Key, places: Sequence[int]) -> str:
    """The most frequent spelling that nothing is written onto; else one from which it can be taken away."""
    size = len(key)
    bare = Counter(reading.printed(place, size) for place in places if not reading.parts[place].clitic)
    if bare:
        return max(bare, key=lambda text: (bare[text], -len(text), text))
    return _unglue(reading.printed(places[-1], size), reading.parts[places[-1]].clitic)


def _unglue(printed: str, clitic: str) -> str:
    return ("ال" if clitic in _ARTICLE_CLITICS else "") + printed[len(clitic) :]
