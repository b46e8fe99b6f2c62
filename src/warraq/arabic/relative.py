"""Dates told from the moment of telling: `قبل 3 ساعات`, `منذ يومين`, `أمس`, `السبت الماضي`.

Nothing here is read without a reference, and a phrase that leaves the day open is not read at all: `منذ عامين` may be
any month, `قبل قليل` any hour, and `قبل يومين من الافتتاح` counts from something else.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from warraq.arabic.forms import search_form
from warraq.arabic.months import month_at, sign, weekday_at, word
from warraq.arabic.numberwords import number_words
from warraq.arabic.pieces import Piece, lexicon
from warraq.types import Precision


class Told(NamedTuple):
    """A local moment, how precisely it is told, and the index after it.

    `fixed`: it has a time of its own. `loose`: in a sentence the words may mean something else (`السبت`, `اليوم`,
    `الآن`), so they tell the date only of a string that holds nothing else.
    """

    when: datetime
    precision: Precision
    next: int
    fixed: bool = False
    loose: bool = False


_SECOND, _MINUTE, _HOUR, _DAY, _WEEK, _MONTH, _YEAR = range(7)
_SECONDS = {_SECOND: 1, _MINUTE: 60, _HOUR: 3600, _DAY: 86400, _WEEK: 604800}
_UNITS = {
    search_form(name): unit
    for unit, names in {
        _SECOND: "ثانية ثواني ثوان second seconds",
        _MINUTE: "دقيقة دقائق دقيقه minute minutes",
        _HOUR: "ساعة ساعات ساعه hour hours",
        _DAY: "يوم أيام يوما day days",
        _WEEK: "أسبوع أسابيع أسبوعا week weeks",
        _MONTH: "شهر أشهر شهور شهرا month months",
        _YEAR: "سنة سنوات سنين عام أعوام عاما year years",
    }.items()
    for name in names.split()
}
_PAIRS = {
    search_form(name): unit
    for unit, names in {
        _SECOND: "ثانيتين ثانيتان",
        _MINUTE: "دقيقتين دقيقتان",
        _HOUR: "ساعتين ساعتان",
        _DAY: "يومين يومان",
        _WEEK: "أسبوعين أسبوعان",
        _MONTH: "شهرين شهران",
        _YEAR: "سنتين سنتان عامين عامان",
    }.items()
    for name in names.split()
}
_ONE = lexicon("دقيقة ساعة يوم أسبوع شهر")
"""Units that alone say one; `أيام` alone says nothing sure."""
_ONLY = lexicon("فقط تقريبا")
_FROM = lexicon("من على عن بدء")
_PARTS = {"نصف": 30, "ربع": 15, "ثلث": 20}
_AGO = lexicon("قبل منذ")
_LATER = frozenset({"بعد"})
_ELAPSED = lexicon("مضت مضى خلت ago")
_NOW = lexicon("الآن الان حاليا اللحظة")
_DAYS = {
    tuple(search_form(name).split()): days
    for name, days in {
        "اليوم": 0,
        "هذا اليوم": 0,
        "أمس": -1,
        "الأمس": -1,
        "بالأمس": -1,
        "البارحة": -1,
        "يوم أمس": -1,
        "أول أمس": -2,
        "أول من أمس": -2,
        "أمس الأول": -2,
        "قبل أمس": -2,
        "قبل يوم أمس": -2,
        "أمس الماضي": -1,
        "غدا": 1,
        "الغد": 1,
        "يوم غد": 1,
        "بعد غد": 2,
        "بعد الغد": 2,
        "بعد يوم غد": 2,
        "today": 0,
        "yesterday": -1,
    }.items()
}
_PAST = lexicon("الماضي الفائت المنصرم السابق الماضية")
_COMING = lexicon("القادم المقبل القادمة المقبلة")

STARTS = frozenset(key[0] for key in _DAYS) | _AGO | _LATER | _NOW
"""Words that can begin such a phrase, besides numbers and weekdays."""
OPENERS = STARTS | frozenset(_UNITS) | frozenset(_PAIRS)
"""The same, with those that stand before `مضت`."""


def told_at(pieces: Sequence[Piece], at: int, now: datetime) -> Told | None:
    """The relative date at an index, against the local time `now`. A bare weekday is the latest, today included."""
    name = word(pieces, at)
    for length in (3, 2, 1):
        days = _DAYS.get(tuple(word(pieces, at + n) for n in range(length)))
        if days is not None:
            return _on_weekday(pieces, _shift(now, days, at + length, loose=not days))
    if name in _NOW:
        return Told(now.replace(second=0, microsecond=0), Precision.MINUTE, at + 1, fixed=True, loose=True)
    if name in _AGO or name in _LATER:
        lapse = _lapse(pieces, at + 1)
        if not lapse:
            return None
        amounts, after = lapse
        from_now = word(pieces, after) == "من" and word(pieces, after + 1) in _NOW
        then = after + (word(pieces, after) in _ONLY)
        if not from_now and (word(pieces, then) in _FROM or month_at(pieces, then)):
            return None  # `قبل يومين من الافتتاح`, `قبل شهر رمضان`
        told = _moved(now, amounts, -1 if name in _AGO else 1, after + 2 * from_now)
        # `بعد أسبوعين` in a story counts from what was told before.
        return told._replace(loose=name in _LATER and not from_now) if told else None
    weekday = weekday_at(pieces, at)
    if weekday:
        return _weekday(pieces, now, *weekday)
    if pieces[at].kind == "n" or name in _UNITS or name in _PAIRS:
        lapse = _lapse(pieces, at)
        if lapse and word(pieces, lapse[1]) in _ELAPSED:
            return _moved(now, lapse[0], -1, lapse[1] + 1)
    return None


def _on_weekday(pieces: Sequence[Piece], told: Told | None) -> Told | None:
    """`أمس الثلاثاء`, `أمس (الثلاثاء)`: the weekday is taken in, and must agree."""
    if not told:
        return None
    bracket = sign(pieces, told.next) in ("(", ",")
    named = weekday_at(pieces, told.next + bracket)
    if not named:
        return told
    if named[0] != told.when.weekday():
        return None
    closing = bracket and sign(pieces, named[1]) == ")"
    return told._replace(next=named[1] + closing, loose=False)


def _weekday(pieces: Sequence[Piece], now: datetime, weekday: int, after: int) -> Told | None:
    back = (now.weekday() - weekday) % 7
    if word(pieces, after) in _PAST:
        return _shift(now, -(back or 7), after + 1)
    if word(pieces, after) in _COMING:
        return _shift(now, 7 - back, after + 1)
    return _shift(now, -back, after, loose=True)


def _shift(now: datetime, days: int, after: int, *, loose: bool = False) -> Told | None:
    try:
        day = now.replace(hour=0, minute=0, second=0, microsecond=0, fold=0) + timedelta(days=days)
    except OverflowError:
        return None
    return Told(day, Precision.DAY, after, loose=loose)


def _lapse(pieces: Sequence[Piece], at: int) -> tuple[list[tuple[int, int]], int] | None:
    """`3 ساعات`, `يومين`, `سنة وشهر و21 يوما`: ([(unit, amount)], index after)."""
    amounts: list[tuple[int, int]] = []
    i = at
    while len(amounts) < 7:
        term = _term(pieces, i)
        if not term:
            break
        unit, amount, i = term
        if any(unit == other for other, _ in amounts):
            return None
        amounts.append((unit, amount))
        end = i
        if sign(pieces, i) == "," or word(pieces, i) == "و":
            i += 1
        elif not word(pieces, i).startswith("و") and not (i < len(pieces) and pieces[i].kind == "n"):
            break
    return (amounts, end) if amounts else None


def _term(pieces: Sequence[Piece], at: int) -> tuple[int, int, int] | None:
    """One unit with its amount: (unit, amount, index after). Halves of an hour are minutes."""
    if at >= len(pieces):
        return None
    if pieces[at].kind == "n":
        unit = _UNITS.get(word(pieces, at + 1))
        amount = pieces[at].value
        return (unit, amount, at + 2) if unit is not None and 0 <= amount < 10_000 else None
    name = word(pieces, at)
    if name not in _UNITS and name not in _PAIRS and name.startswith("و"):
        name = name[1:]
    if name in _PAIRS:
        return _PAIRS[name], 2, at + 1
    if name in _PARTS and _UNITS.get(word(pieces, at + 1)) == _HOUR:
        return _MINUTE, _PARTS[name], at + 2
    if name in _UNITS and name in _ONE:
        following = word(pieces, at + 1)
        if following in ("واحد", "واحده"):
            return _UNITS[name], 1, at + 2
        if _UNITS[name] == _HOUR and following[:1] == "و" and following[1:] in _PARTS:
            return _MINUTE, 60 + _PARTS[following[1:]], at + 2
        return _UNITS[name], 1, at + 1
    words = number_words(pieces, at)
    if not words or words.ordinal or words.value >= 10_000:
        return None
    unit = _UNITS.get(word(pieces, words.next))
    return None if unit is None else (unit, words.value, words.next + 1)


def _moved(now: datetime, amounts: list[tuple[int, int]], way: int, after: int) -> Told | None:
    months = sum(amount * (12 if unit == _YEAR else 1) for unit, amount in amounts if unit >= _MONTH)
    seconds = sum(amount * _SECONDS[unit] for unit, amount in amounts if unit < _MONTH)
    finest = min(unit for unit, _ in amounts)
    if finest == _YEAR:
        return None
    try:
        year, month = divmod(now.year * 12 + now.month - 1 + way * months, 12)
        day = min(now.day, monthrange(year, month + 1)[1]) if 1 <= year <= 9999 else 0
        when = now.replace(year=year, month=month + 1, day=day, microsecond=0) + way * timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return None
    if finest <= _HOUR:
        return Told(when.replace(second=0), Precision.MINUTE, after, fixed=True)
    when = when.replace(hour=0, minute=0, second=0, fold=0)
    if finest == _MONTH:
        return Told(when.replace(day=1), Precision.MONTH, after, fixed=True)
    return Told(when, Precision.DAY, after)
