"""What may be a phrase: the words of an article, what each is by itself and where it stands, and the runs of them.

There is no parser behind this. What is seen of a word: letters written onto it, the article, a pronoun, an ending, the
lexicon's verb or noun; what is seen beside it: a preposition, a number, ``الذي`` or ``قد`` before it, whether a noun
stands before or after it. And the archive tells a verb from a name: where it holds ``تتقبل``, ``يتقبل`` is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from warraq.analyse import plain
from warraq.analyse.background import Background
from warraq.analyse.vectors import telling
from warraq.arabic import STOP_WORDS, Token, Word, is_known, tokens, words
from warraq.arabic.givennames import GIVEN_NAMES
from warraq.arabic.inflect import PAST, PRESENT, VERB_SIGN, known_forms
from warraq.arabic.names import is_proper
from warraq.extract.credits import agency
from warraq.types import Article

READ = 1000
"""Words of an article that are read: what a text is about, it says before."""

_TOKEN = re.compile(r"\w+\s")
_DASH = re.compile("[-–—:]+")
_DATELINE = re.compile(r"\s*(?:[^-–—:.!؟?«\"“\n]{1,45}[-–—:]+\s*){1,4}")
_VOWELS = re.compile("[\u064e-\u0650\u0652]")
_ADDRESS = (":", "/", ".", "@", "-", "_")
_QUOTES = " \u00a0\"'«“”‘"
_GAP = re.compile(r"[ \u00a0\t]*|-")
_PRONOUN = re.compile("(?:ها|هما|هم|هن|كم|نا)$")
_ARTICLE_CLITICS = ("وبال", "فبال", "وكال", "وال", "بال", "فال", "كال", "ولل", "فلل", "لل")
_CLITICS = (*_ARTICLE_CLITICS, "وب", "ول", "فب", "فل", "و", "ف", "ب", "ل", "ك")
_SPLITTING = ("و", "ف", "ب", "ك")
_MIGHT_BE_CLITIC = "وبلفك"
_RELATION = ("ي", "يه", "يان", "يين", "يون", "يات")
_DONE = re.compile("(?:ال)?م..و.ه")
"""A passive participle (``محظورة``)."""
_FORMED = re.compile("(?:ال)?(?:م.{3,5}ه|م..و.|مست.{2,3}|مت.{3}|م.{3,5}[وي]ن|.ا..ه|ا.ت.ا.ه?|ان..ا.|است..ا.ه?|ت..ي.)")
"""A participle in ``ة`` or the noun of a verb (``قاتمة``, ``اعتزام``): though the lexicon has it not, it is no name."""
_SONS = ("بن", "ابن", "بنت", "ال")
_SUBJECT = re.compile("(?:ان|ون|ني)$")
_ARABIC = frozenset("عحضظصءقطثذ")
"""Letters that foreign names have seldom."""
_WEAK = frozenset("اويهء")
_OWN_H = 5
"""Words in ``ة`` from which an article is known not to write ``ه`` for it."""
_SEEN = 3
"""Articles that must hold a verb in another person, for a word to be taken for that verb."""

_NOT_ALONE = ("رجب", "شعبان", "رمضان", "الله", "لله")
"""Months whose names people bear; formulas."""
_BEFORE_VERBS = """
الذي التي الذين اللذين اللتين اللذان اللتان والذي والتي والذين قد لقد وقد فقد لم لن سوف ولم ولن كي لكي
"""
_BEFORE_NOUNS = "في على إلى عن بين مع منذ خلال عبر ضد دون بسبب حول نحو وفق حسب إثر تحت فوق لدى ضمن"

NOTHING, DEFINITE, INDEFINITE, NAME, NUMBER, VERB_NEXT, NOUN_NEXT, PRESS = range(8)
"""What a word is for the one after it."""
AFTER_DEFINITE, AFTER_NAME, AFTER_NOUN, OPEN, QUALIFIED, AS_VERB, REPORTS = 1, 2, 4, 8, 16, 32, 64
"""What is known of a place: it follows a definite noun, a name, any noun; a noun follows that may complete it; it is
definite and so is that noun, which then qualifies it; it reads as a verb; it follows ``صحيفة`` or the like."""
_BESIDE = {
    DEFINITE: AFTER_DEFINITE | AFTER_NOUN,
    NAME: AFTER_NAME | AFTER_NOUN,
    INDEFINITE: AFTER_NOUN,
    PRESS: AFTER_NOUN | REPORTS,
}

Key = tuple[int, ...]
"""A phrase: the codes of its words."""


@cache
def _openers() -> dict[str, int]:
    """Stop words that tell what comes next."""
    nouns = {word.folded: NOUN_NEXT for word in words(_BEFORE_NOUNS)}
    return nouns | {word.folded: VERB_NEXT for word in words(_BEFORE_VERBS)}


class Part(NamedTuple):
    """What a word is in a phrase."""

    word: Word
    fit: bool
    """May stand in a phrase."""
    kind: int
    """What it is for the word after it: `NOTHING` … `NOUN_NEXT`."""
    clitic: str = ""
    """What is written onto its front: a conjunction, a preposition, with the article if there is one."""
    splits: bool = False
    """Begins a new run, for a conjunction or preposition."""
    verb: bool = False
    """May be a verb: good for a phrase only where it cannot be one."""
    several: bool = False
    """No phrase by itself."""
    definite: bool = False
    owned: bool = False
    """Ends in what is a pronoun if it is no ``ة``."""
    joint: bool = False
    """Ties two names (``بن``): no phrase ends or begins with it."""
    known: bool = True
    """In the lexicon."""
    proper: bool = False
    """A name of the lexicon."""
    person: bool = False
    """A given name, whatever else it means."""
    relation: bool = False
    """Has the form of an adjective of relation (``أميركية``) or a participle (``محظورة``)."""
    formed: bool = False
    """Has the form of a participle or of a verb's noun, and is no name of the lexicon."""


_ALI = Part(words("علي")[0], True, NAME, proper=True, person=True)
_BORDER = Part(Word("", "", True, 0), False, NOTHING, splits=True)


class Reading:
    """The words of an article that may stand in phrases, one after the other; between runs stands a border.

    ``codes[i]`` is the word's code, 0 at a border; ``parts[i]`` what it is; ``flags[i]`` what stands beside it;
    ``texts[i]``, ``starts[i]`` and ``ends[i]`` where it is printed; ``before[i]`` how many such words come before it.
    """

    def __init__(self) -> None:
        self.codes: list[int] = [0]
        self.parts: list[Part] = [_BORDER]
        self.flags: list[int] = [0]
        self.texts: list[str] = [""]
        self.starts: list[int] = [0]
        self.ends: list[int] = [0]
        self.before: list[int] = [0]

    def add(self, text: str, read: Sequence[Token], part_of: dict[Word, Part], plain_h: bool, plain_y: bool) -> None:
        """The runs of one text. `plain_h`: a last ``ه`` is one, not a ``ة``, so it is a pronoun or of the stem.

        `plain_y`: a last ``ي`` is one, not an ``ى``.
        """
        codes, parts, flags, starts, ends = self.codes, self.parts, self.flags, self.starts, self.ends
        adverbs = "\u064b" in text
        voweled = "\u064e" in text and "\u0650" in text
        persons = "\u064f" in text
        first = len(codes)
        end = -1
        last = NOTHING
        for start, stop, word in read:
            part = part_of[word]
            if plain_y and last == NAME and word.folded == "علي" and text[stop - 1] == "ي":
                part = _ALI  # where ``على`` is written so
            fit, kind = part.fit, part.kind
            near = end >= 0 and (text[end:start] == " " or _GAP.fullmatch(text, end, start) is not None)
            if not near:
                last = NOTHING
            if fit:
                if adverbs and (text[stop - 1] == "\u064b" or text[stop - 2 : stop] == "\u064b\u0627"):
                    fit, kind = False, NOTHING  # an adverb or an object, not a name of something
                elif word.folded.isascii() and (
                    text[stop : stop + 1] in _ADDRESS or text[start - 1 : start] in _ADDRESS
                ):
                    fit, kind = False, NOTHING  # a piece of an address
                elif persons and text[start + 1 : start + 2] == "\u064f" and text[start] in "يتن" and not part.definite:
                    fit, kind = False, NOUN_NEXT  # ``يُهلك``
                elif voweled and len(_VOWELS.findall(text, start, stop)) > 1:
                    fit, kind = False, NOTHING  # a verse
                elif plain_h and part.owned and text[stop - 1] == "ه":
                    fit, kind = False, DEFINITE
                elif text.startswith("وأ", start) and not part.clitic:
                    fit, kind = False, NOTHING  # ``وأدى`` is no ``وادي``
                elif last == NUMBER and not part.definite:
                    fit = False  # what is counted: ``40 مهاجرا``
                elif last == VERB_NEXT and not part.definite and not part.proper and not part.clitic:
                    fit, kind = False, NOTHING
            held = codes[-1]
            if held and not near and not text[end:start].strip(_QUOTES):
                flags[-1] |= OPEN
            if held and near and not part.splits and (fit or kind in (DEFINITE, NUMBER)):
                flags[-1] |= OPEN | QUALIFIED if last == DEFINITE == kind and not part.owned else OPEN
            if held and (not fit or part.splits or not near):
                codes.append(0)
                parts.append(_BORDER)
                flags.append(0)
                starts.append(0)
                ends.append(0)
            if fit:
                beside = 0 if part.splits else _BESIDE.get(last, 0)
                if part.verb and not beside and last != NOUN_NEXT and not part.clitic:
                    beside = AS_VERB
                codes.append(word.code if part.word is word else part.word.code)
                parts.append(part)
                flags.append(beside)
                starts.append(start)
                ends.append(stop)
            end = stop
            last = kind
        if codes[-1]:
            codes.append(0)
            parts.append(_BORDER)
            flags.append(0)
            starts.append(0)
            ends.append(0)
        self.texts += [text] * (len(codes) - first)
        self.before += accumulate([code > 0 for code in codes[first:-1]], initial=self.before[-1])

    def printed(self, place: int, size: int) -> str:
        """The words from a place on, as printed."""
        return self.texts[place][self.starts[place] : self.ends[place + size - 1]]

    def modifies(self, place: int) -> bool:
        """Whether the word qualifies the noun before it: ``الاتفاق النووي``, ``مفاعلات نووية``."""
        part, flags = self.parts[place], self.flags[place]
        return bool((part.definite and flags & AFTER_DEFINITE) or (part.relation and flags & AFTER_NOUN))

    def says(self, place: int) -> bool:
        """Whether the word says something of the definite noun before it: ``أوروبا تقدم``, ``الوظائف حلم``."""
        part = self.parts[place]
        return not part.definite and part.known and bool(self.flags[place] & (AFTER_DEFINITE | AFTER_NAME))


def read_article(article: Article, background: Background, reporters: Sequence[str] = ()) -> tuple[Reading, int]:
    """The words of title and text, up to `READ`, and the place where the title ends.

    `reporters` are names of the outlet: what the text begins with before one of them or an agency's is a dateline.
    """
    texts = list(_texts(article, reporters))
    parts = _parts(Counter([token.word for _, read in texts for token in read]), background)
    reading = Reading()
    plain_y = any("على" in text for text, _ in texts)
    plain_h = sum(text.count("ة") for text, _ in texts) >= _OWN_H
    title = 0
    for text, read in texts:
        reading.add(text, read, parts, plain_h, plain_y)
        title = title or len(reading.codes)
    return reading, title


def _texts(article: Article, reporters: Sequence[str]) -> Iterator[tuple[str, list[Token]]]:
    """The title, then the paragraphs, with their words, until `READ` words are read."""
    count = 0
    body = [paragraph.text for paragraph in article.body]
    if body:
        body[0] = body[0][_dateline(body[0], reporters) :]
    for text in (article.title, *body):
        read = list(tokens(text))
        yield text, read
        count += len(read)
        if count > READ:
            return


def _dateline(text: str, reporters: Sequence[str]) -> int:
    """Where a text begins after a line such as ``سالم الخطيب - نهضة - خليج الزمرد:``; 0 if it has none."""
    found = _DATELINE.match(text)
    if found is None:
        return 0
    pieces = [piece.strip() for piece in _DASH.split(found.group())]
    end = found.end()
    place = _TOKEN.match(text, end)
    if place and is_proper(words(place.group())[0].stem) and len(found.group().split()) < 5:
        return place.end()  # ``نهضة – لندن أعلن ...``
    if name := next((name for name in reporters if name and text.startswith(name, end)), ""):
        return end + len(name)
    said = any(piece and (piece in reporters or piece.endswith(")") or agency(piece)) for piece in pieces)
    return end if said else 0


# --- one word ---------------------------------------------------------------------------------------------


def _parts(seen: Mapping[Word, int], background: Background) -> dict[Word, Part]:
    """What each word is in a phrase, by itself and by what the archive holds.

    A word may carry a conjunction or preposition of one letter: ``بتسهيل`` is ``تسهيل`` with one, since more articles
    hold that; ``باريس`` is not ``اريس``. A word that stands without it in this text needs no other witness.
    """
    found: dict[Word, Part] = {}
    asked: list[_Known] = []
    codes: list[int] = []
    for word in seen:
        known = _known(word)
        found[word] = known.part
        if known.asks:
            asked.append(known)
            codes += known.asks
    if not asked:
        return found
    often = background.frequencies(np.array(codes, np.uint32)).tolist()
    alone = {word.folded for word in seen}
    at = 0
    for known in asked:
        counts = often[at : at + len(known.asks)]
        at += len(known.asks)
        if known.bare is not None:
            with_it, without = counts[:2]
            word = known.part.word
            if known.asks[0] == known.asks[1]:  # for the stemmer it is one
                splits = word.folded[0] == "و" and not known.part.known and seen[word] <= 2
            else:
                splits = without > (with_it if word.folded[0] == "و" else 4 * with_it + 4)
            if splits or known.rest in alone:
                found[word] = known.bare
                continue
            counts = counts[2:]
        if counts and min(counts) >= _SEEN:
            found[known.part.word] = Part(known.part.word, False, NOTHING)
    return found


class _Known(NamedTuple):
    """What can be said of a word by itself; its part without its first letter; what to ask the archive for."""

    part: Part
    bare: Part | None = None
    rest: str = ""
    asks: tuple[int, ...] = ()


@lru_cache(maxsize=1 << 15)
def _known(word: Word) -> _Known:
    folded = word.folded
    fit, kind, verb = _fit(word)
    if not fit and kind != DEFINITE:
        return _Known(Part(word, False, kind))
    clitic = _clitic(word)
    definite = folded.startswith("ال") or clitic in _ARTICLE_CLITICS
    owned = folded[-1:] == "ه" and word.stem[-1] != "ه" and is_known(folded[:-1])
    known, proper = is_known(folded), is_proper(word.stem)
    stripped = folded[len(clitic) :] if clitic else folded.removeprefix("ال")
    person = stripped in GIVEN_NAMES
    verb = verb or (not known and folded[0] == "ي" and len(folded) > 3)
    formed = not (proper or person) and (_DONE if known else _FORMED).fullmatch(folded) is not None
    part = Part(
        word,
        fit,
        _kind(word, definite or not fit, proper),
        clitic,
        clitic[:1] in _SPLITTING,
        verb,
        folded in _NOT_ALONE,
        definite,
        owned,
        folded in _SONS,
        known,
        proper,
        person,
        folded.endswith(_RELATION) or (formed and folded[-1] == "ه"),
        formed,
    )
    if not fit:
        return _Known(part)
    asks: tuple[int, ...] = ()
    bare = None
    rest = folded[1:]
    long = len(folded) > (3 if folded[0] == "و" and not known else 4)
    if long and folded[0] in _MIGHT_BE_CLITIC and not clitic and not folded.startswith("لل"):
        without = words(rest)
        if without and telling(without[0]) and rest.removeprefix("ال")[0] == without[0].stem[0]:
            bare = _bare(part, without[0])
            asks = (word.code, without[0].code)
    if not known and not definite and not clitic and not part.person:
        twins = [words(twin)[0] for twin in _twins(folded)]
        if any(twin.stem.endswith(VERB_SIGN) for twin in twins) and folded[0] != "ا":
            return _Known(Part(word, False, NOTHING))
        asks += tuple(twin.code for twin in twins if twin.stem != word.stem)
    return _Known(part, bare, rest, asks)


def _kind(word: Word, definite: bool, proper: bool) -> int:
    """What a word that may stand in a phrase, or owns something, is for the next one."""
    if definite:
        return DEFINITE
    return PRESS if word.code in plain.press() else NAME if proper else INDEFINITE


def _bare(part: Part, without: Word) -> Part:
    """A word after its first letter is taken away."""
    if without.code in plain.says_nothing():
        return Part(part.word, False, NOTHING)
    folded = without.folded
    definite = folded.startswith("ال")
    letter = part.word.folded[0]
    return part._replace(
        word=without,
        kind=_kind(without, definite, False),
        clitic=letter,
        splits=letter in _SPLITTING,
        verb=False,
        definite=definite,
        joint=False,
        known=is_known(folded),
        proper=is_proper(without.stem),
        person=folded.removeprefix("ال") in GIVEN_NAMES,
    )


def _twins(folded: str) -> tuple[str, ...]:
    """Another person of the verb that an unknown word would be: ``تتقبل`` for ``يتقبل``, ``يخبر`` for ``أخبر``.

    Three sound letters or what ends in ``ت`` may be of the past (``لمح``, ``لمحت``), what begins with ``س`` and a
    person of the future (``سيتصرف``).
    """
    rest = folded[1:]
    if len(folded) == 3 and _WEAK.isdisjoint(folded):
        return "ي" + folded, "ت" + folded
    if len(folded) == 4 and folded[0] in "بل" and _WEAK.isdisjoint(rest):
        return "ي" + rest, "ت" + rest  # ``بصدم``
    if len(rest) < 3:
        return ()
    if folded[-1] == "ت" and folded[-2] != "ا" and len(folded) < 8:
        base = rest[:-1] if folded[0] == "ا" else folded[:-1]
        return "ي" + base, "ت" + base
    if folded[0] == "س" and rest[0] in "يتن" and len(rest) > 3 and rest[-1] != "ا":
        return "ي" + rest[1:], "ت" + rest[1:]
    if folded[0] in "يت" and (base := _SUBJECT.sub("", rest)) != rest and len(base) > 2:
        return "ي" + base, "ت" + base
    match folded[0]:
        case "ي":
            return ("ت" + rest,)
        case "ت" if len(rest) > 3 and rest[0] != "ا" and rest[1] != "ا":
            return ("ي" + rest,)
        case "ن":
            return "ي" + rest, "ت" + rest
        case "ا" if len(rest) == 3 or rest[1] == "ت" or rest.startswith(("ن", "ست")):
            return "ي" + rest, "ت" + rest
        case _:
            return ()


def _fit(word: Word) -> tuple[bool, int, bool]:
    """Whether a word may stand in a phrase at all; what it is for the next one if not; whether it may be a verb."""
    folded = word.folded
    if word.stop:
        return False, _openers().get(folded, NOTHING), False
    if folded in plain.formulas():
        return False, NOTHING, False
    if folded in plain.compound_prepositions():
        return False, NOUN_NEXT, False
    if word.code in plain.quantities() or folded[0].isdigit():
        year = len(folded) == 4 and folded.isdigit() and "1200" <= folded <= "2100"
        return False, NOTHING if year else NUMBER, False
    if word.code in plain.says_nothing() or not telling(word) or folded[-1].isdigit():
        noun = DEFINITE if folded.startswith("ال") else INDEFINITE
        if word.code in plain.said():
            return False, NOUN_NEXT, False
        if word.code in plain.empty():
            return False, noun, False
        return False, INDEFINITE if word.code in plain.says_nothing() else NOTHING, False
    definite = folded.startswith(("ال", "لل", "بال"))
    if word.code in plain.greater() and not definite:
        return False, NOTHING, False
    verb = word.stem.endswith(VERB_SIGN)
    if verb and not definite:
        past = known_forms()[0].get(folded, ("", PAST))[1] & ~PRESENT
        if len(folded) > 3 or folded[0] in "يت" or not past:
            return False, NOUN_NEXT, False
    if len(folded) > 4 and (
        folded.endswith("ته") or (_PRONOUN.search(folded) is not None and _PRONOUN.search(word.stem) is None)
    ):
        return False, DEFINITE, False
    unfit = (
        folded in ("وال", "فال")
        or (len(folded) > 4 and folded[0] in _MIGHT_BE_CLITIC and folded[1:] in STOP_WORDS)
        or folded[-1].isascii() != folded[0].isascii()
        or (len(folded) > 4 and folded.endswith("وا"))
        or (folded[0] in "وف" and folded[1:] in STOP_WORDS and folded not in known_forms()[0])
        or (folded == word.stem + "ا" and not _foreign(word.stem))
        or (len(folded) > 4 and folded[-1] == "ا" and folded[:-1] in known_forms()[0] and not is_proper(word.stem))
    )
    return not unfit, NOTHING if unfit else INDEFINITE, verb


def _foreign(stem: str) -> bool:
    """Whether what stands before a last ``ا`` is a foreign name (``شوبرا``) rather than a noun in the accusative."""
    return len(stem) > 2 and _ARABIC.isdisjoint(stem) and not is_known(stem) and _FORMED.fullmatch(stem) is None


def _clitic(word: Word) -> str:
    """What is certainly written onto the front of a word: the most that can be taken away without changing its stem.

    A single letter is certain only before a word of the lexicon: ``بوتفليقة`` begins with one of its own.
    """
    folded = word.folded
    if folded[0] in "وفبكل" and (folded[0] != word.stem[0] or folded[0] == folded[1:2]):
        for clitic in _CLITICS:
            if folded.startswith(clitic) and len(folded) >= len(clitic) + (2 if clitic in ("ب", "لل") else 3):
                rest = folded[len(clitic) :]
                sure = clitic in _ARTICLE_CLITICS or rest in known_forms()[0]
                if sure and [found.stem.removesuffix(VERB_SIGN) for found in words(rest)] == [word.stem]:
                    return clitic
    return ""


def unglue(printed: str, clitic: str) -> str:
    """A phrase without what is written onto its front; the article stays."""
    return ("ال" if clitic in _ARTICLE_CLITICS else "") + printed[len(clitic) :]
