"""Variants of a name: `زيلينسكي` and `زيلنسكي`, `قرة باغ` and `قرا باغ`, `عبد الله` and `عبدالله`.

Arabic print has no one spelling for foreign names: long vowels come and go, `g` is غ, ج, ق or ك, `t` is ت or ط. A key
of consonants alone brings the variants together, and too much else: `حسن` and `حسين`, `سلمان` and `سليمان` have one
key. So a key only proposes (`name_key`); `same_name` decides, precision first:

* equal in the match form, with `عبد`, `أبو` and `بن` written in one way: the same;
* several words: equal keys, a similarity of .85 in a weighted edit distance, the same kind of first and last letter in
  each word, and no difference in a word that is an Arabic name or too short to bear one;
* one word alone: only with a full name in the same text or story that holds it.

The consonant classes are those of transliteration tables (UN romanization of Arabic, read backwards); the method is the
consonant skeleton of phonetic keys such as Soundex, made for Arabic letters.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from warraq.arabic.forms import match_form, search_form
from warraq.arabic.givennames import OWN_WORDS, SAME_NAMES
from warraq.arabic.lexicon.names import PROPER
from warraq.arabic.pieces import lexicon

NEAR = 0.15
"""Names further apart than this are not the same."""
LONGEST = 80
"""Letters of a name that are compared."""

_CLASSES = {letter: group[0] for group in ("كقغجخ", "تط", "دض", "زذظ", "سصث", "هح") for letter in group}
SOUNDS = _CLASSES
"""The letter that stands for a consonant's class, for those that are not alone in theirs."""
_VOWELS = frozenset("اويء")
_JOINING = frozenset(("عبد", "ابو", "ابي", "ابا", "ام", "ذو", "ذي", "ال"))
_SON = {"ابن": "بن", "إبن": "بن"}
_OPEN = frozenset("اه")
_ENDS = frozenset("اهوي")
"""Vowels that a long foreign word may end in, one for the other (`ناغورني`, `ناغورنو`)."""
_PARTICLES = lexicon("من في على إلى عن مع بين أن إن أنه أنها قد لن لم لا ما هل كما هذا هذه ذلك بعد قبل")
"""A run of words with one of these is no name that may vary."""


@lru_cache(maxsize=1 << 14)
def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in match form, with compounds in one word and `ابن` as `بن`."""
    words: list[str] = []
    joining = False
    for raw in match_form(name[: 4 * LONGEST]).split():
        word = SAME_NAMES.get(raw, _SON.get(raw, raw))
        if joining:
            words[-1] += word
        else:
            words.append(word)
        joining = raw in _JOINING
    return tuple(words)


@lru_cache(maxsize=1 << 14)
def name_key(name: str) -> str:
    """The consonants of a name, one letter for each class: equal for variants, and for some names that are not.

    Words are joined, the article and vowels dropped (a first و or ي is a consonant), doubles single.
    """
    return _skeleton("".join(_closed(_stripped(word)) for word in name_words(name)))


def name_distance(one: str, other: str) -> float:
    """How far two spellings are apart, 0 (equal but for vowels' marks and spaces) to 1, by weighted edits.

    A vowel that comes, goes or changes costs little, a consonant of the same class a little, any other letter 1; the
    sum is divided by the length of the longer.
    """
    a = "".join(_stripped(word) for word in name_words(one))[:LONGEST]
    b = "".join(_stripped(word) for word in name_words(other))[:LONGEST]
    return min(1.0, _edits(_simplified(a), _simplified(b)) / max(len(a), len(b), 1))


def same_name(one: str, other: str, *, among: Iterable[str] = ()) -> bool:
    """Whether two spellings are certainly of one name. `among`: full names in the same text or story.

    A single word may vary only if one of `among` holds it (`زيلنسكي` beside `فولوديمير زيلينسكي`).
    """
    a, b = name_words(one), name_words(other)
    if not a or not b:
        return False
    if "".join(a) == "".join(b):
        return True
    if name_key(one) != name_key(other) or name_distance(one, other) > NEAR:
        return False
    if not _PARTICLES.isdisjoint((*a, *b)):
        return False
    if len(a) != len(b):
        return _join_may_differ(a, b)
    if len(a) > 1:
        return _words_agree(a, b)
    if not _may_differ(a[0], b[0]):
        return False
    full = [words for name in among if len(words := name_words(name)) > 1]
    return any(word in words for words in full for word in (a[0], b[0])) and not _both_full(a[0], b[0], full)


def _both_full(one: str, other: str, full: list[tuple[str, ...]]) -> bool:
    """Whether the two words stand in full names that are not one another's variants: two people, two places."""
    first = [words for words in full if one in words]
    second = [words for words in full if other in words]
    return bool(first and second) and not any(len(x) == len(y) and _words_agree(x, y) for x in first for y in second)


@cache
def _proper() -> frozenset[str]:
    return frozenset(search_form(entry.partition("=")[0]) for entry in PROPER.split())


def is_proper(stem: str) -> bool:
    """Whether a stem is that of a name of the lexicon: a person's, a place's, an institution's."""
    return stem in _proper()


# --- words --------------------------------------------------------------------------------------------------


def _stripped(word: str) -> str:
    """Without the article."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def _closed(word: str) -> str:
    """Without a last ه, which stands for ة or an open vowel (`قره`, `قرا`)."""
    return word[:-1] if word.endswith("ه") and len(word) > 2 else word


def _simplified(text: str) -> str:
    """One letter for the digraphs of foreign sounds."""
    return text.replace("تش", "ش").replace("دج", "ج")


def _skeleton(text: str) -> str:
    text = _simplified(_closed(text))
    kept = [letter for i, letter in enumerate(text) if letter not in _VOWELS or (not i and letter in "وي")]
    key = "".join(_CLASSES.get(letter, letter) for letter in kept)
    return "".join(letter for i, letter in enumerate(key) if not i or letter != key[i - 1])


def _is_arabic(word: str) -> bool:
    """An Arabic name or noun: its vowels and consonants are its own (`حسن` is not `حسين`)."""
    bare = _stripped(word)
    if word.startswith(("عبد", "ابو")):
        return True
    return bare in OWN_WORDS or word in OWN_WORDS or (bare.endswith("ي") and bare[:-1] in OWN_WORDS)


_GUTTURALS = frozenset("عحضظص")
"""Letters of Arabic words; foreign names have them seldom."""


def _may_differ(one: str, other: str) -> bool:
    """Whether two words may be spellings of one foreign word.

    The fewer consonants, the less may differ: one small edit for two, two for three, and of consonants then only g.
    """
    if one == other:
        return True
    if _is_arabic(one) or _is_arabic(other) or _GUTTURALS & set(one) & set(other):
        return False
    if not all("ء" <= letter <= "ي" for letter in one + other):
        return False
    article = one.startswith("ال") or other.startswith("ال")
    if article and one.startswith("ال") != other.startswith("ال"):
        return False
    a, b = _simplified(_stripped(one)), _simplified(_stripped(other))
    if _skeleton(a) != _skeleton(b) or _border(a[0]) != _border(b[0]):
        return False
    size, apart = min(_consonants(a), _consonants(b)), _edits(a, b)
    if _border(a[-1]) != _border(b[-1]) and not (size >= 4 and apart <= _VOWEL and {a[-1], b[-1]} <= _ENDS):
        return False
    if article or size >= 4:
        return size >= (5 if article else 4)
    if (set(a) ^ set(b)) - _VOWELS - _OPEN - _HARD:
        return False
    return (size == 3 and apart <= 2 * _VOWEL) or (size == 2 and apart <= _VOWEL)


_HARD = frozenset("غجك")
"""How a foreign g is written."""


def _consonants(word: str) -> int:
    return sum(letter not in _VOWELS for letter in _closed(word))


def _open_ends(one: str, other: str) -> bool:
    """Whether two words are equal but for a last ه or ا: `قره`, `قرا`."""
    return len(one) > 2 and one[:-1] == other[:-1] and one[-1] in _OPEN and other[-1] in _OPEN


def _border(letter: str) -> str:
    """The kind of a first or last letter: open vowel, other vowel, class of consonant."""
    return "ا" if letter in _OPEN else _CLASSES.get(letter, letter)


def _words_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Names of several words: each equal or a possible spelling, a short one only beside other foreign words."""
    if len(a) != len(b):
        return False
    for i, (x, y) in enumerate(zip(a, b, strict=True)):
        if x == y or (_open_ends(x, y) and not x.startswith("ال") and not (_is_arabic(x) or _is_arabic(y))):
            continue
        if not _may_differ(x, y):
            return False
        size = min(_consonants(x), _consonants(y))
        beside = sum(_consonants(w) for j, w in enumerate(a) if j != i and not _is_arabic(w) and w[:2] != "ال")
        if size < 4 and beside < (2 if size == 3 and _edits(x, y) <= _VOWEL else 3):
            return False
    return True


def _join_may_differ(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """`نيو يورك`, `نيويورك`: other breaks between words of a foreign name."""
    if any(_is_arabic(word) or word == "بن" for word in (*a, *b)):
        return False
    one, other = ("".join(word[:-1] + "ا" if word.endswith("ه") else word for word in words) for words in (a, b))
    return min(len(a), len(b)) == 1 and (one == other or _may_differ(one, other))


# --- distance -----------------------------------------------------------------------------------------------

_VOWEL, _CLASS, _OTHER = 0.35, 0.3, 1.0


def _edits(a: str, b: str) -> float:
    """Weighted Levenshtein distance (Wagner and Fischer 1974), at most 80 by 80 letters."""
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    last = 0
    while last < min(len(a), len(b)) - start and a[-1 - last] == b[-1 - last]:
        last += 1
    gaps = [_gap(b, j) for j in range(start, len(b) - last)]
    row = [0.0]
    for gap in gaps:
        row.append(row[-1] + gap)
    for i in range(start, len(a) - last):
        gap = _gap(a, i)
        diagonal, row[0] = row[0], row[0] + gap
        for j, gap_there in enumerate(gaps, 1):
            best = min(row[j] + gap, row[j - 1] + gap_there, diagonal + _swap(a[i], b[start + j - 1]))
            diagonal, row[j] = row[j], best
    return row[-1]


def _gap(text: str, at: int) -> float:
    """What a letter more costs: little for a vowel and for the second of a double."""
    return _VOWEL if text[at] in _VOWELS or (at and text[at] == text[at - 1]) else _OTHER


def _swap(x: str, y: str) -> float:
    if x == y:
        return 0.0
    if x in _VOWELS and y in _VOWELS:
        return _VOWEL
    if x in _OPEN and y in _OPEN:
        return _CLASS
    return _CLASS if _CLASSES.get(x, x) == _CLASSES.get(y, y) else _OTHER
