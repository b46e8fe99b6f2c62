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
from functools import lru_cache

from warraq.arabic.forms import match_form
from warraq.arabic.givennames import ARABIC_NAMES, SAME_NAMES

NEAR = 0.15
"""Names further apart than this are not the same."""
LONGEST = 80
"""Letters of a name that are compared."""

_CLASSES = {letter: group[0] for group in ("كقغجخ", "تط", "دض", "زذظ", "سصث", "هح") for letter in group}
_VOWELS = frozenset("اويء")
_JOINING = frozenset(("عبد", "ابو", "ابي", "ابا", "ام", "ذو", "ذي", "ال"))
_SON = {"ابن": "بن", "إبن": "بن"}
_OPEN = frozenset("اه")


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
    if len(a) != len(b):
        return _join_may_differ(a, b)
    if len(a) > 1:
        return _words_agree(a, b)
    if not _may_differ(a[0], b[0], sure=True):
        return False
    full = [words for name in among if len(words := name_words(name)) > 1]
    return any(word in words for words in full for word in (a[0], b[0])) and not _both_full(a[0], b[0], full)


def _both_full(one: str, other: str, full: list[tuple[str, ...]]) -> bool:
    """Whether the two words stand in full names that are not one another's variants: two people, two places."""
    first = [words for words in full if one in words]
    second = [words for words in full if other in words]
    return bool(first and second) and not any(len(x) == len(y) and _words_agree(x, y) for x in first for y in second)


# --- words --------------------------------------------------------------------------------------------------


def _stripped(word: str) -> str:
    """Without the article."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def _closed(word: str) -> str:
    """Without a last ه, which stands for ة or an open vowel (`قره`, `قرا`)."""
    return word[:-1] if word.endswith("ه") and len(word) > 2 else word


def _simplified(text: str) -> str:
    """One letter for the digraphs of foreign sounds, doubles single."""
    text = text.replace("تش", "ش").replace("دج", "ج")
    return "".join(letter for i, letter in enumerate(text) if not i or letter != text[i - 1])


def _skeleton(text: str) -> str:
    text = _simplified(_closed(text))
    kept = [letter for i, letter in enumerate(text) if letter not in _VOWELS or (not i and letter in "وي")]
    key = "".join(_CLASSES.get(letter, letter) for letter in kept)
    return "".join(letter for i, letter in enumerate(key) if not i or letter != key[i - 1])


def _is_arabic(word: str) -> bool:
    """An Arabic name: its vowels and consonants are its own (`حسن` is not `حسين`)."""
    bare = _stripped(word)
    return (
        bare in ARABIC_NAMES
        or word in ARABIC_NAMES
        or word.startswith(("عبد", "ابو"))
        or (bare.endswith("ي") and bare[:-1] in ARABIC_NAMES)
    )


def _may_differ(one: str, other: str, *, sure: bool) -> bool:
    """Whether two words may be spellings of one foreign word. `sure`: the name has nothing else to lean on."""
    if one == other:
        return True
    if _is_arabic(one) or _is_arabic(other):
        return False
    article = one.startswith("ال") or other.startswith("ال")
    a, b = _stripped(one), _stripped(other)
    if _skeleton(a) != _skeleton(b) or _border(a[0]) != _border(b[0]) or _border(a[-1]) != _border(b[-1]):
        return False
    size = len(_skeleton(a))
    if _simplified(a)[:-1] == _simplified(b)[:-1] and a[-1] in _OPEN and b[-1] in _OPEN and not article:
        return size > 1  # `قره`, `قرا`
    return size >= (5 if article else 4 if sure else 3)


def _border(letter: str) -> str:
    """The kind of a first or last letter: open vowel, other vowel, class of consonant."""
    return "ا" if letter in _OPEN else _CLASSES.get(letter, letter)


def _words_agree(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Names of several words: each equal or a possible spelling, short ones only beside a longer foreign word."""
    if len(a) != len(b) or not all(_may_differ(x, y, sure=False) for x, y in zip(a, b, strict=True)):
        return False
    return all(_may_differ(x, y, sure=True) or any(_carries(w) for w in a if w != x) for x, y in zip(a, b, strict=True))


def _carries(word: str) -> bool:
    """A word long and foreign enough to vouch for the one beside it."""
    return len(_skeleton(word)) >= 3 and not _is_arabic(word) and not word.startswith("ال")


def _join_may_differ(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """`نيو يورك`, `نيويورك`: other breaks between words of a foreign name."""
    if any(_is_arabic(word) or word == "بن" for word in (*a, *b)):
        return False
    return min(len(a), len(b)) == 1 and _may_differ("".join(a), "".join(b), sure=True)


# --- distance -----------------------------------------------------------------------------------------------

_VOWEL, _CLASS, _OTHER = 0.35, 0.3, 1.0


def _edits(a: str, b: str) -> float:
    """Weighted Levenshtein distance (Wagner and Fischer 1974), at most 80 by 80 letters."""
    row = [0.0]
    for letter in b:
        row.append(row[-1] + _gap(letter))
    for x in a:
        diagonal, row[0] = row[0], row[0] + _gap(x)
        for j, y in enumerate(b, 1):
            best = min(row[j] + _gap(x), row[j - 1] + _gap(y), diagonal + _swap(x, y))
            diagonal, row[j] = row[j], best
    return row[-1]


def _gap(letter: str) -> float:
    return _VOWEL if letter in _VOWELS else _OTHER


def _swap(x: str, y: str) -> float:
    if x == y:
        return 0.0
    if x in _VOWELS and y in _VOWELS:
        return _VOWEL
    if x in _OPEN and y in _OPEN:
        return _CLASS
    return _CLASS if _CLASSES.get(x, x) == _CLASSES.get(y, y) else _OTHER
