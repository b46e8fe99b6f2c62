"""Arabic number words: `ثلاثة آلاف وخمسمائة`, `الحادي والعشرين`, `مليونين`.

The tables are grammar, not data of anybody's: the words of the language in the spellings of print, folded once at
import so that they meet folded text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from warraq.arabic.forms import search_form
from warraq.arabic.pieces import Piece, lexicon


class Words(NamedTuple):
    """A number written in words: its value and the index of the piece after it.

    ``scale`` is the smallest power of a thousand it was counted in (`مليونين`: 1,000,000; `خمسة`: 1). ``definite``:
    a cardinal with the article, which from twenty on may be an ordinal (`العشرين`).
    """

    value: int
    next: int
    ordinal: bool
    scale: int
    definite: bool = False


def _table(rows: dict[int, str]) -> dict[str, int]:
    return {search_form(word): value for value, words in rows.items() for word in words.split()}


UNITS = _table(
    {
        1: "واحد واحدة واحدا أحد إحدى",
        2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي إثنان إثنين اتنين",
        3: "ثلاث ثلاثة تلاتة",
        4: "أربع أربعة",
        5: "خمس خمسة",
        6: "ست ستة",
        7: "سبع سبعة",
        8: "ثمان ثماني ثمانية ثمانيا",
        9: "تسع تسعة",
        10: "عشر عشرة",
    }
)
TENS = _table(
    {
        20: "عشرون عشرين عشرينا",
        30: "ثلاثون ثلاثين",
        40: "أربعون أربعين",
        50: "خمسون خمسين",
        60: "ستون ستين",
        70: "سبعون سبعين",
        80: "ثمانون ثمانين",
        90: "تسعون تسعين",
    }
)
_HUNDRED = "مئة مائة ميه"
_STEMS = {3: "ثلاث", 4: "أربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان ثماني", 9: "تسع"}
HUNDREDS = _table(
    {100: _HUNDRED, 200: "مئتان مئتين مائتان مائتين مئتا مئتي مائتا مائتي ميتين"}
    | {
        100 * value: " ".join(stem + hundred for stem in stems.split() for hundred in _HUNDRED.split())
        for value, stems in _STEMS.items()
    }
)
_ONE_HUNDRED = frozenset(search_form(word) for word in _HUNDRED.split())
SCALES = _table(
    {
        10**3: "ألف آلاف ألفا ألوف الآف ألاف",
        10**6: "مليون ملايين مليونا",
        10**9: "مليار مليارات مليارا بليون بلايين بليونا",
        10**12: "تريليون تريليونات تريليونا ترليون ترليونات",
    }
)
PAIRS = _table(
    {
        2 * 10**3: "ألفان ألفين ألفي",
        2 * 10**6: "مليونان مليونين مليوني",
        2 * 10**9: "ملياران مليارين ملياري بليونان بليونين",
        2 * 10**12: "تريليونان تريليونين تريليوني",
    }
)
ORDINALS = _table(
    {
        1: "أول أولى حادي حادية",
        2: "ثاني ثانية ثان",
        3: "ثالث ثالثة",
        4: "رابع رابعة",
        5: "خامس خامسة",
        6: "سادس سادسة",
        7: "سابع سابعة",
        8: "ثامن ثامنة",
        9: "تاسع تاسعة",
        10: "عاشر عاشرة",
    }
)
_CONSTRUCT = lexicon("ألفا مليونا مليارا")
_TEN = lexicon("عشر عشرة")
_FIRST = lexicon("أول أولى")
_ALL = UNITS | TENS | HUNDREDS | SCALES | PAIRS
OPENERS = frozenset(_ALL) | frozenset(ORDINALS)
"""Words with which a number can begin, besides clitics and the article."""


def number_words(pieces: Sequence[Piece], at: int) -> Words | None:
    """The number in words that begins at a piece, or None. The longest reading that is one number."""
    ordinal = _ordinal(pieces, at)
    if ordinal:
        return ordinal
    total, scale, i = 0, 0, at
    while (i == at or (i := _after_and(pieces, i)) >= 0) and (part := _part(pieces, i, first=not total)):
        value, size, after = part
        if scale and size >= scale:
            break
        total, scale, end = total + value, size, after
        i = end
        if size == 1:
            break
    if not total:
        return None
    definite = pieces[at].text.startswith("ال") and pieces[at].text not in _ALL
    return Words(total, end, False, scale, definite and scale == 1 and total < 100)


def bare(word: str, *, clitics: str = "") -> str:
    """The word without one of the given one-letter clitics and the article, as far as the tables know the rest."""
    if word in _ALL:
        return word
    if word.startswith("ال"):
        return word[2:]
    if word[:1] and word[0] in clitics:
        rest = word[1:]
        return rest[2:] if rest.startswith("ال") and rest not in _ALL else rest[1:] if rest.startswith("ل") else rest
    return word


def clitic(word: str) -> int:
    """How many letters glued before a number word do not belong to it: 1 in `وخمسة`, `لثماني`, `بالمركز`; else 0."""
    return int(word[:1] in ("و", "ب", "ل", "ف") and word not in _ALL and not word.startswith("لل"))


def _word(pieces: Sequence[Piece], at: int) -> str:
    return pieces[at].text if 0 <= at < len(pieces) and pieces[at].kind == "w" else ""


def _after_and(pieces: Sequence[Piece], at: int) -> int:
    """Where the number goes on if `و` joins what follows: the index of that word (perhaps with `و` glued), else -1."""
    word = _word(pieces, at)
    if word == "و":
        return at + 1
    return at if word.startswith("و") and len(word) > 2 and word not in UNITS else -1


def _joined(pieces: Sequence[Piece], at: int) -> tuple[str, int]:
    """The word that `و` joins at a place, bare, and the index after it; empty if none is joined."""
    i = _after_and(pieces, at)
    if i < 0:
        return "", at
    word = _word(pieces, i)
    return bare(word if i > at else word[1:]), i + 1


def _start(pieces: Sequence[Piece], at: int, *, first: bool) -> str:
    """The bare word at a place where a number or a part of one begins."""
    word = _word(pieces, at)
    if not first and word.startswith("و") and word not in _ALL:
        word = word[1:]
    return bare(word, clitics="بلفوك" if first else "")


def _part(pieces: Sequence[Piece], at: int, *, first: bool) -> tuple[int, int, int] | None:
    """One group with its scale: (value, scale, index after)."""
    word = _start(pieces, at, first=first)
    if word in PAIRS:
        value = PAIRS[word]
        return value, value // 2, at + 1
    if word in SCALES:
        # `ألفا سيارة` is two thousand; `ألفا ومئتي سيارة` one thousand and more.
        twice = first and word in _CONSTRUCT and _word(pieces, at + 1) and _after_and(pieces, at + 1) < 0
        return SCALES[word] * (2 if twice else 1), SCALES[word], at + 1
    group = _group(pieces, at, word)
    if not group:
        return None
    value, i = group
    scale = SCALES.get(bare(_word(pieces, i)), 1)
    return value * scale, scale, i + (scale > 1)


def _group(pieces: Sequence[Piece], at: int, word: str) -> tuple[int, int] | None:
    """A number below a thousand: (value, index after)."""
    value, i = 0, at
    after = bare(_word(pieces, at + 1))
    if word in HUNDREDS:
        value, i = HUNDREDS[word], at + 1
    elif 3 <= UNITS.get(word, 0) <= 9 and after in _ONE_HUNDRED:
        value, i = UNITS[word] * 100, at + 2
    if value:
        joined = _after_and(pieces, i)
        if joined < 0:
            return value, i
        small = _small(pieces, joined, _start(pieces, joined, first=False))
        # `مئة وخمسة آلاف` is 105,000 and `مئة وألف` is not one group.
        return (value + small[0], small[1]) if small else (value, i)
    return _small(pieces, at, word)


def _small(pieces: Sequence[Piece], at: int, word: str) -> tuple[int, int] | None:
    """A number below a hundred: (value, index after)."""
    if word in TENS:
        return TENS[word], at + 1
    unit = UNITS.get(word)
    if not unit:
        return None
    if unit < 10 and _word(pieces, at + 1) in _TEN:
        return unit + 10, at + 2
    joined, after = _joined(pieces, at + 1)
    if unit < 10 and joined in TENS:
        return unit + TENS[joined], after
    return unit, at + 1


def _ordinal(pieces: Sequence[Piece], at: int) -> Words | None:
    """`الثاني`, `الحادية عشرة`, `الخامس والعشرين`; `أول` also without the article."""
    word = _word(pieces, at)
    definite = word.startswith(("ال", "لل", "بال", "وال", "فال", "كال"))
    if not definite and word not in _FIRST and _word(pieces, at + 1) not in _TEN:
        return None
    stem = word if word in ORDINALS else bare(word, clitics="بلفوك")
    unit = ORDINALS.get(stem)
    if not unit:
        return None
    if unit < 10 and bare(_word(pieces, at + 1)) in _TEN:
        return Words(unit + 10, at + 2, True, 1)
    joined, after = _joined(pieces, at + 1)
    if unit < 10 and joined in TENS:
        return Words(unit + TENS[joined], after, True, 1)
    if not definite and stem not in _FIRST:
        return None
    return Words(unit, at + 1, True, 1)
