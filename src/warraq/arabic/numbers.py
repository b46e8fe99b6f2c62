"""Numbers in Arabic text: what they say, of what, how exactly, and where.

`ثلاثة آلاف وخمسمائة`, `مليونين`, `نحو 5 آلاف`, `30 ألف قتيل`, `1،667 شخصا`, `33 من أصل 70`, `بين 5 و10%`, `المركز
الثاني`, `3.2 مليار دولار أمريكي`. What only looks like a quantity is left out: dates, times and years of either
calendar, telephone numbers, names of things (`كوفيد-19`), match results, and vague plurals (`آلاف المدنيين`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from warraq.arabic.dates import find_dates, may_open
from warraq.arabic.hours import mark_at, time_at, zone_at
from warraq.arabic.months import month_at, sign, weekday_at, word
from warraq.arabic.numberwords import ORDINALS, SCALES, UNITS, bare, clitic, number_words
from warraq.arabic.pieces import Piece, lexicon, pieces, windows
from warraq.arabic.quantities import (
    CURRENCIES,
    CURRENCY_SIGNS,
    LABELLED,
    MEASURES,
    NOT_COUNTED,
    PAIRS,
    PEOPLE,
    PLURAL_LEADS,
    SHARED,
)
from warraq.arabic.units import NumberKind, counted, is_year, printed, said_after, said_before, unit_at
from warraq.arabic.values import HALVES, Value, per_cent, value_at


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text. ``start`` and ``end`` are offsets of all that says it, the unit and `نحو` included.

    ``unit``: an ISO 4217 code, a UCUM symbol, ``%``, or the counted word as printed; empty if nothing is counted.
    ``approximate``: `نحو`, `قرابة`. ``bound``: ``min`` for `أكثر من`, ``max`` for `أقل من`. ``low`` and ``high`` are
    set for a range, whose ``value`` is its lower end.
    """

    value: float
    unit: str
    kind: NumberKind
    start: int
    end: int
    approximate: bool = False
    bound: str = ""
    low: float | None = None
    high: float | None = None
    whole: float | None = None


def numbers(text: str) -> list[Number]:
    """The quantities that a text states, in order. Linear in its length; never raises."""
    dates = [(start, end) for start, end, _ in find_dates(text)]
    found: list[Number] = []
    begin = 0
    for start, keep, stop in windows(text):
        parts = list(pieces(text, max(start, begin), stop))
        i, day = 0, 0
        while i < len(parts) and parts[i].start < keep:
            while day < len(dates) and dates[day][1] <= parts[i].start:
                day += 1
            if day < len(dates) and dates[day][0] <= parts[i].start:
                i += 1
                continue
            number, i = _at(text, parts, i)
            if number:
                found.append(number)
                begin = number.end
    return found


# --- what surrounds a value ---------------------------------------------------------------------------------


def _is_name(parts: Sequence[Piece], at: int) -> bool:
    """Digits that belong to a name, an address or a chain: `كوفيد-19`, `F16`, `24/7`, `#5`, `2-1-4`, `8.8.8.8`."""
    before, after = sign(parts, at - 1), at + 1
    if at and parts[at].glued:
        if before in ("#", "@", "/", "_", ":", "\\", "=", "&", "+", "*"):
            return True
        if before == "-" and parts[at - 1].glued and at >= 2 and parts[at - 2].kind == "w":
            return True
        if parts[at - 1].kind == "w" and (parts[at - 1].text[:1] < "ء" or len(parts[at - 1].text) > 3):
            return True
        if before in (".", ",") and parts[at - 1].glued and at >= 2 and parts[at - 2].kind == "n":
            return True
    if sign(parts, after) == sign(parts, at + 3) == "-" and _tail(parts, at) >= 4:
        return True
    glued = after < len(parts) and parts[after].glued
    if (
        glued
        and sign(parts, after) in ("/", "\\", ":", "_")
        and after + 1 < len(parts)
        and parts[after + 1].kind == "n"
    ):
        return True
    return glued and parts[after].kind == "w" and parts[after].text[:1] < "ء"


# --- numbers ------------------------------------------------------------------------------------------------

_FROM = lexicon("من بين مابين وبين وما")
_TO = lexicon("إلى حتى الي")
_OUT_OF = lexicon("أصل كل إجمالي مجموع بين")


def _at(text: str, parts: Sequence[Piece], at: int) -> tuple[Number | None, int]:
    """The number that begins at an index, if one does, and where to go on."""
    piece = parts[at]
    if piece.kind == "p":
        return (_signed(text, parts, at) if piece.text in CURRENCY_SIGNS or piece.text == "%" else None) or (
            None,
            at + 1,
        )
    if piece.kind == "w" and not _may_open(piece.text):
        return None, at + 1
    if (after := _unquantified(parts, at)) > at:
        return None, after
    if piece.kind == "w" and (pair := _dual(text, parts, at)):
        return pair
    value = value_at(parts, at)
    if not value:
        ordinal = _construct_ordinal(text, parts, at)
        if ordinal:
            return ordinal, at + 2
        after = at + 1 + (_tail(parts, at) if piece.kind == "n" else 0)
        return None, after + (piece.kind == "n" and bare(word(parts, after)) in SCALES)
    if value.ordinal:
        number = _ordinal(text, parts, value)
        return number, value.next + (number is not None and number.end > parts[value.next - 1].end)
    if value.definite and value.scale == 1:
        return _definite(text, parts, value)
    if is_year(text, parts, value) or (value.plain and _is_bullet(text, parts, at)):
        return None, value.next
    return _quantity(text, parts, value)


_DUALS_AND_PARTS = PAIRS | lexicon("نصف ربع ثلث")


@lru_cache(maxsize=1 << 15)
def _may_open(name: str) -> bool:
    return may_open(name) or name in _DUALS_AND_PARTS or name[1:] in _DUALS_AND_PARTS


def _is_bullet(text: str, parts: Sequence[Piece], at: int) -> bool:
    """`4- ` or `4) ` at the beginning of a line: a mark of a list."""
    start, end = parts[at].start, parts[at].end
    before = text[max(0, start - 40) : start].rpartition("\n")[2]
    return not before.strip() and text[end : end + 1] in ("-", ")", ".") and not text[end + 1 : end + 2].strip()


def _tail(parts: Sequence[Piece], at: int) -> int:
    """Pieces glued to digits that are no number, to be passed over with them."""
    i = at + 1
    while i + 1 < len(parts) and parts[i].glued and parts[i + 1].glued and parts[i + 1].kind == "n":
        if parts[i].kind != "p" and parts[i].text != "ر":
            break
        i += 2
    return i - at - 1


def _unquantified(parts: Sequence[Piece], at: int) -> int:
    """The index after something at `at` that holds digits or number words and is no quantity; `at` if there is none."""
    piece = parts[at]
    if (named := weekday_at(parts, at)) and piece.text not in UNITS:
        after = named[1]
        return after + (after < len(parts) and 0 < parts[after].value <= 31 and not _unit_follows(parts, after + 1))
    if month := month_at(parts, at):
        after = month.next
        return after + (after < len(parts) and len(parts[after].text) == 4 and parts[after].kind == "n")
    clock = time_at(parts, at)
    if clock:
        return clock.next
    if piece.kind != "n":
        words = number_words(parts, at)
        day = words and words.value <= 31 and month_at(parts, words.next + (word(parts, words.next) == "من"))
        return day.next if day else at
    if _is_name(parts, at):
        return at + 1 + _tail(parts, at)
    if piece.value <= 31 and (
        month := month_at(parts, at + 1) or ((sign(parts, at + 1) in "/-" and month_at(parts, at + 2)) or None)
    ):
        return month.next
    if len(piece.text) > 12 or (len(piece.text) > 1 and piece.text[0] == "0"):
        return at + 1 + _tail(parts, at)
    return at


def _unit_follows(parts: Sequence[Piece], at: int) -> bool:
    name = word(parts, at)
    return (
        name in MEASURES
        or name in CURRENCIES
        or name in SHARED
        or name in SCALES
        or per_cent(parts, at) > 0
        or name in PEOPLE
    )


def _signed(text: str, parts: Sequence[Piece], at: int) -> tuple[Number, int] | None:
    """`$5 ملايين`, `%5`: the sign stands first."""
    if at + 1 >= len(parts) or not parts[at + 1].glued or parts[at + 1].kind != "n":
        return None
    if at and parts[at].glued and parts[at - 1].kind == "n" and parts[at].text == "%":
        return None
    value = value_at(parts, at + 1)
    if not value:
        return None
    kind, unit = (
        (NumberKind.PERCENT, "%") if parts[at].text == "%" else (NumberKind.MONEY, CURRENCY_SIGNS[parts[at].text])
    )
    return _qualified(
        parts, Number(value.value, unit, kind, parts[at].start, parts[value.next - 1].end), at, value.next
    )


def _dual(text: str, parts: Sequence[Piece], at: int) -> tuple[Number, int] | None:
    """`يومين`, `دولارين`: two in one word. A clitic may be glued to it."""
    name = word(parts, at)
    if name not in PAIRS:
        name = name[1:] if name[:1] in ("و", "ب", "ل") else ""
        if name not in PAIRS:
            return None
    if weekday_at(parts, at):
        return None
    kind, unit = NumberKind.COUNT, printed(text, parts[at])
    if name in MEASURES:
        kind, unit = NumberKind.MEASURE, MEASURES[name]
    elif name in CURRENCIES or name in SHARED:
        kind, unit = NumberKind.MONEY, CURRENCIES.get(name) or SHARED[name].get(word(parts, at + 1)) or unit
    half, after = _half_after(parts, at + 1, unit) if kind is NumberKind.MEASURE else (0.0, at + 1)
    number = Number(2 + half, unit, kind, parts[at].start + (name != word(parts, at)), parts[after - 1].end)
    return _qualified(parts, number, at, after)


_NOT_ORDINAL = lexicon("كانون تشرين ربيع جمادى جماد أمس البابا الملك")
_ROUND = lexicon("دور الدور")


def _noun_before(parts: Sequence[Piece], before: int) -> bool:
    """Whether a definite noun stands at an index: what `الثاني` or `الثلاثة` after it belongs to."""
    name = word(parts, before)
    if not name.startswith(("ال", "لل", "بال", "وال")) or name in NOT_COUNTED:
        return False
    return not number_words(parts, before) and not weekday_at(parts, before)


def _ordinal(text: str, parts: Sequence[Piece], value: Value) -> Number | None:
    """`المركز الثاني`, `الذكرى الخامسة والعشرين`, `أول زيارة`: the unit is the noun before, or after `أول`."""
    before = value.start - 1
    first = parts[value.start]
    end = first.end if value.next == value.start + 1 else parts[value.next - 1].end
    if word(parts, before) == "تمام" or mark_at(parts, value.next) or zone_at(parts, value.next, text):
        return None  # `الرابعة بتوقيت غرينتش` is an hour
    if word(parts, value.next) == "من" and mark_at(parts, value.next + 1):
        return None
    yesterday = value.value == 1 and "امس" in (word(parts, value.next), word(parts, value.next + 1))
    if yesterday or word(parts, before) in _NOT_ORDINAL:
        return None
    if "ال" not in first.text[:4] and not first.text.startswith("لل"):
        if not counted(word(parts, value.next)):
            return None
        unit = printed(text, parts[value.next])
        start = first.start + clitic(first.text)
        return Number(value.value, unit, NumberKind.ORDINAL, start, parts[value.next].end)
    if first.text.startswith("ال") and _noun_before(parts, before):
        return Number(value.value, printed(text, parts[before]), NumberKind.ORDINAL, parts[before].start, end)
    return Number(value.value, "", NumberKind.ORDINAL, first.start + clitic(first.text), end)


def _definite(text: str, parts: Sequence[Piece], value: Value) -> tuple[Number | None, int]:
    """`الأشهر الثلاثة`, `الخمسين عاما`; but `الذكرى الخمسين` is the fiftieth, and `دور الثمانية` a name."""
    before, start = value.start - 1, parts[value.start].start + clitic(word(parts, value.start))
    if word(parts, before) in _ROUND:
        return None, value.next
    kind, unit, after = unit_at(text, parts, value.next)
    if kind is not NumberKind.COUNT or (unit and not unit.startswith("ال") and value.value > 10):
        number = Number(value.value, unit, kind, start, parts[after - 1].end)
        return _qualified(parts, number, value.start, after)
    if not _noun_before(parts, before):
        after = value.next
        if unit.startswith("ال"):
            symbol = MEASURES.get(word(parts, after)[2:])
            kind, unit, after = (NumberKind.MEASURE if symbol else kind), symbol or unit, after + 1
        else:
            unit = ""
        return _qualified(parts, Number(value.value, unit, kind, start, parts[after - 1].end), value.start, after)
    noun = word(parts, before)
    bare_noun = noun[3:] if noun.startswith(("بال", "وال")) else noun[2:]
    if value.value >= 20:
        kind, unit = NumberKind.ORDINAL, printed(text, parts[before])
    elif bare_noun in MEASURES:
        kind, unit = NumberKind.MEASURE, MEASURES[bare_noun]
    else:
        unit = printed(text, parts[before])
    return Number(value.value, unit, kind, parts[before].start, parts[value.next - 1].end), value.next


def _construct_ordinal(text: str, parts: Sequence[Piece], at: int) -> Number | None:
    """`ثاني أكبر`, `ثالث رئيس`, `الدورة الـ74`."""
    name = word(parts, at)
    value = ORDINALS.get(name, 0)
    if value < 2 or not counted(word(parts, at + 1)) or name.endswith("ه"):
        return None
    if word(parts, at - 1) in _NOT_ORDINAL:
        return None
    return Number(value, printed(text, parts[at + 1]), NumberKind.ORDINAL, parts[at].start, parts[at + 1].end)


def _quantity(text: str, parts: Sequence[Piece], value: Value) -> tuple[Number | None, int]:
    """A value with its unit, or the range or share that it opens."""
    at = value.start
    if word(parts, at - 1) == "ال" and parts[at].glued:
        if not _noun_before(parts, at - 2) or not value.plain:
            return None, value.next
        noun = parts[at - 2]
        number = Number(value.value, printed(text, noun), NumberKind.ORDINAL, noun.start, parts[at].end)
        return number, value.next
    share = _share(text, parts, value)
    if share:
        return share
    upto = _range(text, parts, value)
    if upto is not None:
        return upto
    kind, unit, after = unit_at(text, parts, value.next)
    if _is_label(parts, value, kind, unit):
        return None, value.next
    if value.value == 1 and parts[at].kind == "w" and value.next == at + 1:
        return _single(text, parts, value)
    half = 0.0
    if kind is NumberKind.MEASURE and value.scale == 1:
        half, after = _half_after(parts, after, unit)
    sign_before = sign(parts, at - 1)
    start = parts[at].start + clitic(word(parts, at))
    result = value.value + half
    if (
        sign_before == "-"
        and parts[at].glued
        and (at < 2 or not parts[at - 1].glued)
        and kind in (NumberKind.PERCENT, NumberKind.MEASURE)
    ):
        result, start = -result, parts[at - 1].start
    number = Number(result, unit, kind, start, parts[after - 1].end)
    return _qualified(parts, number, at, after)


def _half_after(parts: Sequence[Piece], at: int, unit: str) -> tuple[float, int]:
    """`ونصف`, `ونصف عام` after a measure: (the part of one, index after)."""
    name = word(parts, at)
    half = HALVES.get(name[1:], 0.0) if name.startswith("و") else 0.0
    return half, at + (1 + (MEASURES.get(bare(word(parts, at + 1))) == unit) if half else 0)


def _is_label(parts: Sequence[Piece], value: Value, kind: NumberKind, unit: str) -> bool:
    """`القرار 2254`, `الفرقة 30`, `iOS 11.3`: digits that name the thing before them."""
    before = word(parts, value.start - 1)
    if parts[value.start].kind != "n" or value.scale > 1 or kind is not NumberKind.COUNT:
        return False
    if (
        value.plain
        and before.startswith("ال")
        and before not in NOT_COUNTED
        and not unit
        and before not in PLURAL_LEADS
    ):
        return not before.endswith(("ين", "ون", "ات"))
    return before in LABELLED or (before[:1].isascii() and before[:1].isalpha())


def _single(text: str, parts: Sequence[Piece], value: Value) -> tuple[Number | None, int]:
    """`شخص واحد`: the noun stands before."""
    before = value.start - 1
    if not counted(word(parts, before)) or word(parts, before).startswith("ال"):
        return None, value.next
    name = word(parts, before)
    if name[:1] in ("ب", "ل") and name[1:] in MEASURES:
        name = name[1:]
    money = name in CURRENCIES or name in SHARED
    kind = NumberKind.MEASURE if name in MEASURES else NumberKind.MONEY if money else NumberKind.COUNT
    unit = MEASURES.get(name) or CURRENCIES.get(name) or printed(text, parts[before])
    return Number(1, unit, kind, parts[before].start, parts[value.next - 1].end), value.next


def _share(text: str, parts: Sequence[Piece], value: Value) -> tuple[Number, int] | None:
    """`33 من أصل 70 مقعدا`, `3 من كل 10 أطفال`."""
    i = value.next
    unit = ""
    if word(parts, i) != "من" and word(parts, i + 1) == "من" and counted(word(parts, i)):
        unit, i = printed(text, parts[i]), i + 1
    if word(parts, i) != "من":
        return None
    named = word(parts, i + 1) in _OUT_OF
    if not named and not (value.plain and i + 1 < len(parts) and parts[i + 1].kind == "n" and not unit):
        return None
    whole = value_at(parts, i + 1 + named)
    if whole and not named and not whole.plain:
        return None
    if not whole or whole.ordinal or whole.value < value.value:
        return None
    _, noun, after = unit_at(text, parts, whole.next)
    number = Number(
        value.value,
        noun or unit,
        NumberKind.SHARE,
        parts[value.start].start,
        parts[after - 1].end,
        whole=whole.value,
    )
    return _qualified(parts, number, value.start, after)


def _range(text: str, parts: Sequence[Piece], value: Value) -> tuple[Number | None, int] | None:
    """`من 5 إلى 10`, `بين 20 و30 ألفا`, `5-10%`. (None, after) for what must not be read: a result, a formation."""
    i = value.next
    kind, unit, after = unit_at(text, parts, i)
    before = word(parts, value.start - 1)
    dash = sign(parts, i) == "-"
    if (
        (dash and i + 1 < len(parts) and parts[i + 1].kind == "n")
        or word(parts, i) in _TO
        or (word(parts, i) == "او" and not unit and value.scale == 1)
    ):
        upper = value_at(parts, i + 1)
    elif before in ("بين", "مابين", "وبين") and (joint := i if word(parts, i)[:1] == "و" else after):
        i = joint
        name = word(parts, i)
        upper = value_at(parts, i + (name == "و")) if name == "و" or len(name) > 2 else None
    else:
        return None
    if not upper or upper.ordinal:
        return None
    if upper.plain and value.plain and is_year(text, parts, upper) and is_year(text, parts, value):
        return None, upper.next
    kind, unit, after = unit_at(text, parts, upper.next)
    low = value.value
    if value.scale == 1 and upper.scale > 1 and low < upper.value / upper.scale:
        low *= upper.scale
    if dash and (low >= upper.value or (kind is NumberKind.COUNT and upper.scale == 1)):
        return None, after if kind is not NumberKind.COUNT else upper.next
    if low >= upper.value:
        return None
    start = value.start - (before in _FROM)
    number = Number(low, unit, kind, parts[start].start, parts[after - 1].end, low=low, high=upper.value)
    return _qualified(parts, number, start, after)


def _qualified(parts: Sequence[Piece], number: Number, at: int, after: int) -> tuple[Number, int]:
    """The number with what is said of its exactness just before or after it."""
    said, start = said_before(parts, at)
    if said:
        return _with(replace(number, start=start), said), after
    said, end = said_after(parts, after)
    if said:
        return _with(replace(number, end=parts[end - 1].end), said), end
    return number, after


def _with(number: Number, said: str) -> Number:
    return replace(number, approximate=True) if said == "about" else replace(number, bound=said)
