"""The 5 to 12 phrases that tell what an article is about, as printed in it.

Candidates are runs of one to four words that stand together without punctuation, shaped like noun phrases by what
can be seen without a parser: no stop word, no verb, no number, no word with a pronoun or an adverb's ending; a
conjunction or preposition written onto a word begins a new run (but ``ل`` may join two parts of a name). The same
words in other forms are one candidate. A candidate's worth grows with how often it stands there, how telling its words
are against the archive's background, and how early it comes. Of phrases that contain each other the one that accounts
for most of the occurrences stays: ``ناغورني قره باغ``, not ``باغ``.

The features are those of KEA (Witten and others 1999) and KP-Miner (El-Beltagy and Rafea 2009): frequency, rarity,
length, first position; how they are weighed was fitted to people's choice, see `_MODEL`.
The outlet's own keywords are evidence if they stand in the text, and worth nothing if they do not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from warraq.analyse.background import Background
from warraq.analyse.vectors import telling
from warraq.arabic import STOP_WORDS, Token, Word, tokens, words
from warraq.arabic.inflect import VERB_SIGN, known_forms
from warraq.types import Article, Keyword

LONGEST = 4
READ = 1000
"""Words of an article that are read: what a text is about, it says before."""
FEWEST = 5
WEAK = 0.1
"""Share of the best phrase's weight under which a phrase is left out, once there are `FEWEST`."""
RAREST = 9.0
"""The greatest idf: rarer words are no more telling, and may be misprints."""
EVIDENCE = 0.3
"""What is left of the doubt about a phrase that the outlet itself names."""


class _Model(NamedTuple):
    """Weights of a logistic model of "a reader names this phrase"."""

    base: float = -3.9
    often: float = 0.83
    """Times the logarithm of how often it stands in the text."""
    once: float = -0.74
    two: float = 1.95
    """For two words. A single word has 0, and so have four."""
    three: float = 0.86
    first: float = -0.625
    """Times the logarithm of the number of words before it."""
    rare: float = 0.15
    """Times the mean idf of its words."""
    one_rare: float = 0.84
    """For a single word, times the logarithm of its idf."""
    within: float = -1.04
    """Times the share of its occurrences that stand inside one longer phrase."""
    one_within: float = -1.17
    glued: float = -1.61
    """If it never stands without a conjunction or preposition written onto it."""
    letters: float = 0.133
    """Times its length in characters."""
    broken: float = -1.19
    """If it begins definite and ends indefinite: two things, not one."""
    title: float = 0.8
    """If the title has it. Not fitted (the texts of the fit have no titles of their own)."""


_MODEL = _Model()
"""Fitted by logistic regression (Newton's method, ridge) to the ten phrases with most votes of each of the hundred
texts of AKEC (Helmy and others 2016; gold/keyphrases.jsonl), idf from 61,013 news articles; F1 at 10 of the whole
choice .295 under five-fold cross-validation (quality/keywords.py)."""

_GAP = re.compile(r"[ \u00a0\t]*")
_PRONOUN = re.compile("(?:ها|هما|هم|هن|كم|نا)$")
_ARTICLE_CLITICS = ("وبال", "فبال", "وكال", "وال", "بال", "فال", "كال", "ولل", "فلل", "لل")
_CLITICS = (*_ARTICLE_CLITICS, "وب", "ول", "فب", "فل", "و", "ف", "ب", "ل", "ك")
_SPLITTING = "وفبك"

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
شاهد بالصور بالفيديو فيديو صور صورة تقرير تفاصيل مصدر مصادر بيان تصريح تصريحات شخص أشخاص
"""
_MIGHT_BE_CLITIC = "وبلفك"

_Key = tuple[int, ...]


@cache
def _says_nothing() -> frozenset[int]:
    """Stems of quantities, dates and fillers, by their codes: phrases are not made of them."""
    return frozenset(word.code for word in words(_FILLERS))


class _Place(NamedTuple):
    """One word of the article: where, what, and how it may stand in a phrase."""

    start: int
    end: int
    word: Word
    clitic: str
    """What is written onto its front: a conjunction, a preposition, with the article if there is one."""
    verb: bool
    """Looks like a verb, but may be its noun (``حفظ``, ``نزع``): good for the first word of several."""


@dataclass(slots=True)
class _Candidate:
    first: int
    title: bool
    adjective: bool
    """Begins with a word that looks like an adjective of relation (``ثقافية``)."""
    count: int = 0
    printed: dict[str, int] = field(default_factory=dict)
    """How often each spelling without a clitic in front stands in the text."""
    glued: tuple[str, str] = ("", "")
    """A spelling with a clitic in front, and the clitic."""


def keywords(
    article: Article, background: Background, limit: int = 12, site_tags: frozenset[str] = frozenset()
) -> tuple[Keyword, ...]:
    """The most telling phrases of an article, the best first; weights from 1 downwards.

    `site_tags` are keywords the outlet prints on unrelated articles too: no evidence.
    """
    found: dict[_Key, _Candidate] = {}
    at = 0
    texts = list(_texts(article))
    plain = _unglued({token.word for _, read in texts for token in read}, background)
    for number, (text, read) in enumerate(texts):
        for run in _runs(text, read, plain):
            _collect(found, text, run, at, title=number == 0)
            at += len(run)
    named = {tuple(word.code for word in words(tag)) for tag in article.keywords if tag not in site_tags} & found.keys()
    return _chosen(found, _worth(found, background, named), named, limit)


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


def _unglued(seen: set[Word], background: Background) -> dict[Word, Word]:
    """For other words that carry a conjunction or preposition: the word without it.

    ``بتسهيل`` is ``تسهيل`` with a preposition, since more articles hold that; ``باريس`` is not ``اريس``. A word that
    stands without the clitic in this text needs no other witness.
    """
    bare = {}
    folded = {word.folded: word for word in seen}
    for word in seen:
        if len(word.folded) > 4 and word.folded[0] in _MIGHT_BE_CLITIC and not _part(word)[1]:
            rest = words(word.folded[1:])
            if rest and telling(rest[0]):
                bare[word] = rest[0]
    if not bare:
        return {}
    often = background.frequencies(np.array([[w.code, r.code] for w, r in bare.items()], np.uint32).reshape(-1))
    return {
        word: rest
        for (word, rest), glued, alone in zip(bare.items(), often[::2].tolist(), often[1::2].tolist(), strict=True)
        if rest.folded in folded or (rest.code != word.code and alone > 4 * glued + 4)
    }


def _runs(text: str, read: Sequence[Token], plain: dict[Word, Word]) -> Iterator[list[_Place]]:
    """Stretches of words that may form phrases together."""
    run: list[_Place] = []
    end = 0
    for token in read:
        place = _place(token, text, plain)
        if (
            place is None
            or (place.clitic and place.clitic[0] in _SPLITTING)
            or not _GAP.fullmatch(text, end, token.start)
        ):
            if run:
                yield run
            run = []
        if place is not None:
            run.append(place)
        end = token.end
    if run:
        yield run


def _place(token: Token, text: str, plain: dict[Word, Word]) -> _Place | None:
    """The word's part in a phrase; None if it cannot have one."""
    start, end, word = token
    if text[end - 1] == "\u064b" or text[end - 2 : end] == "\u064b\u0627":
        return None  # an adverb or an object, not a name of something
    if word in plain:
        bare = plain[word]
        return None if bare.code in _says_nothing() else _Place(start, end, bare, word.folded[0], False)
    fit, clitic, verb = _part(word)
    return _Place(start, end, word, clitic, verb) if fit else None


@lru_cache(maxsize=1 << 15)
def _part(word: Word) -> tuple[bool, str, bool]:
    """Whether a word may stand in a phrase at all; what is written onto its front; whether it looks like a verb."""
    folded = word.folded
    verb = word.stem.endswith(VERB_SIGN)
    unfit = (
        not telling(word)
        or word.code in _says_nothing()
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


def _collect(found: dict[_Key, _Candidate], text: str, run: Sequence[_Place], at: int, title: bool) -> None:
    for begin, first in enumerate(run):
        codes: _Key = ()
        for place in run[begin : begin + LONGEST]:
            codes = (*codes, place.word.code)
            if first.verb and len(codes) == 1:
                continue
            if place.word.folded == "بن" or first.word.folded in ("بن", "ابن"):
                continue
            candidate = found.get(codes)
            if candidate is None:
                candidate = found[codes] = _Candidate(at + begin, title, first.word.folded.endswith("يه"))
            candidate.count += 1
            printed = text[first.start : place.end]
            if first.clitic:
                candidate.glued = (printed, first.clitic)
            else:
                candidate.printed[printed] = candidate.printed.get(printed, 0) + 1


# --- choosing ---------------------------------------------------------------------------------------------


def _worth(found: dict[_Key, _Candidate], background: Background, named: set[_Key]) -> dict[_Key, float]:
    """For each candidate the estimated chance that a reader would name it: a logistic model, see `_MODEL`."""
    codes = np.fromiter({code for key in found for code in key}, np.uint32)
    idf = dict(zip(codes.tolist(), np.minimum(background.idf(codes), RAREST).tolist(), strict=True))
    longer = dict.fromkeys(found, 0)
    for key, candidate in found.items():
        if len(key) > 1:
            for part in (key[1:], key[:-1]):
                if longer.get(part, candidate.count) < candidate.count:
                    longer[part] = candidate.count
    worth = {}
    model = _MODEL
    for key, candidate in found.items():
        count, size, title = candidate.count, len(key), candidate.title
        if count == 1 and size > 2 and not title and key not in named:
            continue  # said once and long: a piece of a sentence
        if size == 1 and candidate.adjective and count < 3:
            continue
        rare = sum(idf[code] for code in key) / size
        inside = longer[key] / count
        value = (
            model.base
            + model.often * math.log(count)
            + model.first * math.log1p(candidate.first)
            + model.rare * rare
            + model.within * inside
        )
        if count == 1:
            value += model.once
        if size == 1:
            value += model.one_rare * math.log(rare) + model.one_within * inside
        elif size < 4:
            value += model.two if size == 2 else model.three
        if candidate.printed:
            printed = next(iter(candidate.printed))
        else:
            printed = _unglue(*candidate.glued)
            value += model.glued
        if size > 1 and printed.startswith("ال") and not printed.split()[-1].startswith("ال"):
            if count == 1 and not title and key not in named:
                continue
            value += model.broken
        value += model.letters * len(printed) + model.title * title
        worth[key] = 1 / (1 + math.exp(-value))
    for key in named:
        worth[key] = 1 - (1 - worth[key]) * EVIDENCE
    return worth


def _chosen(
    found: dict[_Key, _Candidate], worth: dict[_Key, float], named: set[_Key], limit: int
) -> tuple[Keyword, ...]:
    order = sorted(worth, key=lambda key: (-worth[key], found[key].first, key))
    chosen: list[_Key] = []
    for key in order:
        if len(chosen) > limit or (len(chosen) >= FEWEST and worth[key] < WEAK * worth[order[0]]):
            break
        count = found[key].count
        # A longer phrase that is chosen stands for its parts, unless these stand more often without it or
        # the outlet names them.
        enough = max(count // 3, 2) if count > 2 else 1
        if key not in named and any(_within(key, other) and found[other].count >= enough for other in chosen):
            continue
        if (
            count == 1
            and len(key) > 1
            and key not in named
            and any(len(other) > 1 and not set(other).isdisjoint(key) for other in chosen)
        ):
            continue  # said once, and mostly said already
        parts = [other for other in chosen if _within(other, key)]
        if any(5 * count < found[part].count for part in parts):
            continue
        if any(part in named for part in parts) and key not in named:
            continue
        chosen = [other for other in chosen if other not in parts or other in named or 2 * count < found[other].count]
        chosen.append(key)
    chosen.sort(key=lambda key: -worth[key])
    return tuple(Keyword(_printed(found[key]), round(worth[key], 3)) for key in chosen[:limit])


def _within(short: _Key, long: _Key) -> bool:
    size = len(short)
    return size < len(long) and any(long[i : i + size] == short for i in range(len(long) - size + 1))


def _printed(candidate: _Candidate) -> str:
    """The most frequent spelling that nothing is written onto; else one from which it can be taken away."""
    if candidate.printed:
        return max(candidate.printed, key=lambda text: (candidate.printed[text], -len(text), text))
    return _unglue(*candidate.glued)


def _unglue(printed: str, clitic: str) -> str:
    return ("ال" if clitic in _ARTICLE_CLITICS else "") + printed[len(clitic) :]
