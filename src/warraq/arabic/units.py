"""What stands beside a number: its unit, how exact it is, or the words that make it a year and no quantity."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from warraq.arabic.forms import search_form
from warraq.arabic.months import sign, weekday_at, word
from warraq.arabic.pieces import Piece, lexicon
from warraq.arabic.quantities import (
    ABOUT,
    CELSIUS,
    CURRENCIES,
    CURRENCY_SIGNS,
    LEADING,
    LESS,
    MEASURES,
    MORE,
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


def said_before(parts: Sequence[Piece], at: int) -> tuple[str, int]:
    """`نحو`, `أكثر من`, `ما لا يقل عن`, `لا يتجاوز`: (about, min or max; offset where it begins)."""
    i, steps = at - 1, 0
    while i > 0 and steps < 2 and word(parts, i) in LEADING:
        i, steps = i - 1, steps + 1
    name = word(parts, i)
    denied = word(parts, i - 1) in ("لا", "لم")
    if name in _FALLS_SHORT and (denied or steps):
        said = "min" if denied else "max"
    elif name in ABOUT or (name == "يقرب" and steps):
        said = "about"
    elif name in MORE and (steps or name not in _COMPARED):
        said = "max" if denied else "min"
    elif name in LESS and (steps or name == "دون"):
        said = "max"
    elif over := next((n for n in (2, 3, 4) if word(parts, at - n) in _OVER), 0):
        return ("max" if word(parts, at - over - 1) in ("لا", "لم") else "min"), parts[at - over].start
    else:
        return "", 0
    i -= denied
    i -= word(parts, i - 1) == "ما"
    glued = word(parts, i)[:1] in ("و", "ب", "ل") and word(parts, i)[1:] in ABOUT | MORE | LESS
    return said, parts[i].start + glued


_COMPARED = lexicon("أكثر أكبر أزيد لأكثر بأكثر وأكثر")
_OVER = lexicon("تجاوز تجاوزت يتجاوز تتجاوز تخطى تخطت يتخطى")
"""Verbs that may have their subject between them and the number: `تجاوز سعر الأونصة 1900 دولار`."""
_FALLS_SHORT = lexicon("يقل تقل يقلون ويقل")
_LEAST, _MOST, _MORE, _AND_MORE = (search_form(name) for name in ("الأقل", "الأكثر", "أكثر", "فأكثر"))


def said_after(parts: Sequence[Piece], after: int) -> tuple[str, int]:
    """`تقريبا`, `على الأقل`, `أو أكثر` after a number: (about, min or max; index after it)."""
    name, following = word(parts, after), word(parts, after + 1)
    if name == "تقريبا":
        return "about", after + 1
    if name == "علي" and following in (_LEAST, _MOST):
        return "min" if following == _LEAST else "max", after + 2
    if name == _AND_MORE:
        return "min", after + 1
    if name == "او" and following == _MORE:
        return "min", after + 2
    return "", after
