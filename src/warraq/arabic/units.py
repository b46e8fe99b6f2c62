"""What stands beside a number: its unit, its sign of per cent, or the words that make it a year and no quantity."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from warraq.arabic.forms import search_form
from warraq.arabic.months import sign, weekday_at, word
from warraq.arabic.pieces import Piece, lexicon
from warraq.arabic.quantities import (
    CELSIUS,
    CURRENCIES,
    CURRENCY_SIGNS,
    MEASURES,
    NOT_COUNTED,
    PEOPLE,
    SHARED,
    SQUARE,
    STARTING_WITH_AND,
    YEARS,
)
from warraq.arabic.values import Value, per_cent


class NumberKind(StrEnum):
    """What a number says."""

    COUNT = "count"
    MEASURE = "measure"
    MONEY = "money"
    PERCENT = "percent"
    ORDINAL = "ordinal"
    SHARE = "share"
    """`33 من أصل 70`: ``value`` of ``whole``."""


def unit_at(text: str, parts: Sequence[Piece], at: int) -> tuple[NumberKind, str, int]:
    """What a number counts: (kind, unit, index after)."""
    if more := per_cent(parts, at):
        return NumberKind.PERCENT, "%", at + more
    if sign(parts, at) in CURRENCY_SIGNS:
        return NumberKind.MONEY, CURRENCY_SIGNS[sign(parts, at)], at + 1
    name, following = word(parts, at), word(parts, at + 1)
    if name == "م" and parts[at].glued and parts[at - 1].kind == "n":
        return NumberKind.MEASURE, "m", at + 1
    if name in SHARED:
        if code := SHARED[name].get(following):
            return NumberKind.MONEY, code, at + 2
        if name not in CURRENCIES:
            return NumberKind.MONEY, printed(text, parts[at]), at + 1
    if name in CURRENCIES:
        return NumberKind.MONEY, CURRENCIES[name], at + 1
    if name == "يوم" and weekday_at(parts, at + 1):
        return NumberKind.COUNT, "", at
    if name in MEASURES:
        symbol = MEASURES[name]
        if following in SQUARE:
            return NumberKind.MEASURE, symbol + SQUARE[following], at + 2
        if symbol == "deg" and following in CELSIUS:
            return NumberKind.MEASURE, "Cel", at + 2
        return NumberKind.MEASURE, symbol, at + 1
    if counted(name):
        return NumberKind.COUNT, printed(text, parts[at]), at + 1
    return NumberKind.COUNT, "", at


def counted(name: str) -> bool:
    """Whether a folded word may be what the number before it counts: no preposition, verb of saying or conjunction."""
    if len(name) < 3 or name in NOT_COUNTED or not "ء" <= name[0] <= "ي":
        return False
    if name.startswith("و"):
        return name in STARTING_WITH_AND
    if name.startswith("ل"):
        return name.startswith(_STARTING_WITH_L)
    return not name.startswith(("بال", "لل", "كال", "فال", "الذ", "الت"))


_STARTING_WITH_L = tuple(
    search_form(word)
    for word in [
        "لاعب",
        "لاجئ",
        "لقب",
        "لتر",
        "لير",
        "لغة",
        "لغات",
        "لغم",
        "ليل",
        "لجن",
        "لجان",
        "لوح",
        "لحظ",
        "لواء",
        "لقاء",
        "لقاح",
        "لون",
    ]
)


def printed(text: str, piece: Piece) -> str:
    """A piece as it stands in the text."""
    return text[piece.start : piece.end]


_ERA = lexicon("هـ م ه هجري هجرية ميلادي ميلادية هجريا ميلاديا ق")
_IN_YEAR = lexicon("عام سنة العام لعام لسنة السنة")
_OTHERS = lexicon("آخرين آخرون أخرى شخص من")
_IN = lexicon("في بين منذ حتى من إلى و قبل بعد عام")


def is_year(text: str, parts: Sequence[Piece], value: Value) -> bool:
    """A bare run of digits that is a year: after `عام`, before `هـ`, or of such a size with nothing counted."""
    before = word(parts, value.start - 1)
    after = word(parts, value.next)
    if not value.plain:
        return before in _IN_YEAR and 1000 <= value.value <= 2200
    size = len(parts[value.start].text)
    if after in _ERA and size in (3, 4) and not (after == "م" and size == 3):
        return True
    if size == 3 and before in _IN_YEAR:
        return True
    if size != 4 or not 1000 <= value.value <= 2199:
        return False
    if before in YEARS or (before == "و" and word(parts, value.start - 3) in YEARS):
        return True
    kind, unit, _ = unit_at(text, parts, value.next)
    if not 1900 <= value.value <= 2100 or after in _OTHERS:
        return False
    if kind is not NumberKind.COUNT:
        return before in _IN and kind is NumberKind.MEASURE
    if before in _IN and search_form(unit) not in PEOPLE:
        return True
    return not ((unit and search_form(unit).endswith("ا")) or search_form(unit) in PEOPLE)
