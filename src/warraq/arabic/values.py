"""The value of a number in digits or words, before anything is known of what it counts.

`1،667`, `1.234.567`, `10 000`, `٣٫٥`, `30 ألف`, `مليون و200 ألف`, `5 ملايين ونصف`, `ثلاثة آلاف وخمسمائة`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from warraq.arabic.forms import search_form
from warraq.arabic.months import sign, word
from warraq.arabic.numberwords import PAIRS, SCALES, bare, number_words
from warraq.arabic.pieces import Piece, lexicon
from warraq.arabic.quantities import HUNDREDTH


class Value(NamedTuple):
    """A value said by pieces `start` to `next`. `scale`: the power of a thousand it was counted in. `plain`: a run of
    digits alone, as a year would be.
    """

    value: float
    start: int
    next: int
    scale: int = 1
    plain: bool = False
    ordinal: bool = False
    definite: bool = False


HALVES = {search_form("نصف"): 0.5, search_form("ربع"): 0.25, search_form("ثلث"): 1 / 3}
_DEAD = search_form("ميتا")
"""`ميتا` is `dead`, and in the search form the same as `مئتا`."""
_NOT_SIX = lexicon("لست ولست فلست ألست الست")
"""`لست` is `I am not`."""
_VAGUE = lexicon("آلاف ملايين مليارات بلايين تريليونات ألوف الآلاف الملايين المليارات")
_ONE = lexicon("أحد إحدى واحد واحدة الأحد الاثنين الإثنين الأثنين الثلاثاء")
_FOLDED_AND = "و"


def _digits(parts: Sequence[Piece], at: int) -> Value | None:
    """A number in digits with its separators: `1،667`, `1.234.567`, `10 000`, `3,5`, `٣٫٥`."""
    first = parts[at]
    if first.kind != "n" or not first.text or (len(first.text) > 1 and first.text[0] == "0"):
        return None
    if word(parts, at + 1) == "ر" and parts[at + 1].glued:
        return None  # `4ر25`: the decimal `ر` of teleprinters is typed in either order
    whole, i = first.text, at + 1
    joint = sign(parts, i)
    if len(first.text) <= 3:
        if joint in (",", "٬", "'", ".") and (group := _group(parts, i)):
            if joint != "." or (sign(parts, i + 2) == "." and _group(parts, i + 2)):
                while sign(parts, i) == joint and (group := _group(parts, i)):
                    whole, i = whole + group, i + 2
            elif not _is_decimal(parts, i + 2):
                return None if first.text != "0" else Value(float(f"0.{group}"), at, i + 2)
        else:
            while (
                i < len(parts) and not parts[i].glued and _is_group(parts, i) and parts[i].start - parts[i - 1].end == 1
            ):
                whole, i = whole + parts[i].text, i + 1
    if sign(parts, i) in (".", "٫", ",") and parts[i].glued and i + 1 < len(parts) and parts[i + 1].glued:
        tail = parts[i + 1]
        if tail.kind == "n" and tail.text and (sign(parts, i) != "," or len(tail.text) <= 2):
            return Value(float(f"{whole}.{tail.text}"), at, i + 2)
    return Value(int(whole), at, i, plain=i == at + 1)


def _is_group(parts: Sequence[Piece], at: int) -> bool:
    return at < len(parts) and parts[at].kind == "n" and len(parts[at].text) == 3 and sign(parts, at + 1) != "/"


def _group(parts: Sequence[Piece], at: int) -> str:
    """The three digits after a separator, both glued; empty if it is no separator of thousands."""
    if at + 1 >= len(parts) or not parts[at].glued or not parts[at + 1].glued or not _is_group(parts, at + 1):
        return ""
    return parts[at + 1].text


def _is_decimal(parts: Sequence[Piece], at: int) -> bool:
    """Whether a point before three digits is a decimal one: a scale or a per cent follows. Else it may be either."""
    return word(parts, at) in SCALES or per_cent(parts, at) > 0


def _simple(parts: Sequence[Piece], at: int) -> Value | None:
    """Digits or words with their scale: `30 ألف`, `ثلاثة ملايين`, `نصف مليون`, `5 ملايين ونصف`."""
    if at >= len(parts):
        return None
    name = word(parts, at)
    if parts[at].kind == "n":
        value = _digits(parts, at)
        if not value:
            return None
        after = bare(word(parts, value.next))
        scale = SCALES.get(after) or PAIRS.get(after, 2) // 2
        if scale > 1 and word(parts, value.next) != "مئه":
            return _half_more(parts, Value(value.value * scale, at, value.next + 1, scale))
        return value
    half = HALVES.get(name) or HALVES.get(name[1:] if name[:1] in ("ب", "ل", "و") else "")
    if half and (scale := SCALES.get(bare(word(parts, at + 1)), 1)) > 1 and word(parts, at + 1) not in _VAGUE:
        return Value(half * scale, at, at + 2, scale)
    if name == _DEAD and word(parts, at + 1).startswith("ال"):
        return None
    if name in _NOT_SIX or name in _VAGUE or (name[:1] in ("ب", "ل", "و", "ف") and name[1:] in _VAGUE):
        return None
    words = number_words(parts, at)
    if not words:
        return None
    if words.next == at + 1 and (bare(name) in _ONE or name in _ONE) and name not in ("واحد", "واحده", "واحدا"):
        return None
    value = Value(words.value, at, words.next, words.scale, ordinal=words.ordinal, definite=words.definite)
    return _half_more(parts, value)


def _half_more(parts: Sequence[Piece], value: Value) -> Value:
    """`مليون ونصف المليون`, `5 آلاف ونصف`: half of the scale more."""
    i = value.next + (word(parts, value.next) == _FOLDED_AND)
    name = word(parts, i)
    half = HALVES.get(name[1:] if name.startswith("و") else name if i > value.next else "")
    if value.scale == 1 or not half:
        return value
    again = bare(word(parts, i + 1)) in SCALES
    return value._replace(value=value.value + half * value.scale, next=i + 1 + again)


def value_at(parts: Sequence[Piece], at: int) -> Value | None:
    """A whole number: parts of falling scale joined by `و` are one (`مليون و200 ألف`)."""
    value = _simple(parts, at)
    while value and value.scale > 1 and not value.ordinal:
        i = value.next
        name = word(parts, i)
        if name == _FOLDED_AND:
            further = _simple(parts, i + 1)
        elif name.startswith(_FOLDED_AND) and len(name) > 2:
            further = _simple(parts, i)
        else:
            break
        if not further or further.ordinal or further.scale >= value.scale or further.value >= value.scale:
            break
        if further.value != int(further.value):
            break
        value = Value(value.value + further.value, value.start, further.next, further.scale)
    return value


def per_cent(parts: Sequence[Piece], at: int) -> int:
    """How many pieces from here say per cent: `%`, `في المئة`, `بالمائة`, `نقطة مئوية`."""
    if sign(parts, at) == "%":
        return 1
    name, following = word(parts, at), word(parts, at + 1)
    if name.startswith("ب") and name in HUNDREDTH:
        return 1
    if name in ("في", "نقطه", "نقاط") and following in HUNDREDTH:
        return 2
    return 0
