"""Months as grids, with the Hijri day beside the Gregorian one; days in words.

Weeks begin as the reader's language has it: on Saturday in Arabic, on Monday in English. Names of months and days are
those of Unicode CLDR (through Babel); the Hijri calendar is Umm al-Qura (`arabic.calendars`).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from babel import Locale

from warraq.arabic.calendars import hijri_of

FIRST_WEEKDAY = {"ar": 5, "en": 0}
LEVELS = 5
"""Shades of a day or month that has articles."""
_HIJRI = {
    "ar": (
        "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة", "رجب", "شعبان", "رمضان", "شوال",
        "ذو القعدة", "ذو الحجة",
    ),
    "en": (
        "Muharram", "Safar", "Rabi I", "Rabi II", "Jumada I", "Jumada II", "Rajab", "Shaban", "Ramadan", "Shawwal",
        "Dhu al-Qada", "Dhu al-Hijja",
    ),
}  # fmt: skip
_ERA = {"ar": "هـ", "en": "AH"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a grid: how many articles, how dark, and its Hijri day and month (0 where that calendar ends)."""

    day: date
    count: int
    level: int
    hijri: int
    hijri_month: str
    """Named on the first day of a Hijri month, and on the first day of the grid."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks of seven cells; None: a day of another month."""

    first: date
    name: str
    count: int
    level: int
    weeks: tuple[tuple[Cell | None, ...], ...] = ()
    hijri: str = ""
    """The Hijri months it falls into."""


@cache
def locale(language: str) -> Locale:
    """What Unicode CLDR says in one of the site's languages."""
    return Locale.parse(language)


def month_name(month: int, language: str) -> str:
    """``فبراير``, ``February``."""
    return str(locale(language).months["stand-alone"]["wide"][month])


def weekdays(language: str) -> list[tuple[str, str]]:
    """The days of a week in the order of the grid, as (short, whole) names."""
    names = locale(language).days["stand-alone"]
    order = [(FIRST_WEEKDAY[language] + n) % 7 for n in range(7)]
    return [(str(names["narrow" if language == "ar" else "abbreviated"][d]), str(names["wide"][d])) for d in order]


def day_text(day: date, language: str) -> str:
    """``الأحد 16 فبراير 2025``, ``Sunday 16 February 2025``."""
    weekday = locale(language).days["format"]["wide"][day.weekday()]
    return f"{weekday} {day.day} {month_name(day.month, language)} {day.year}"


def hijri_text(day: date, language: str) -> str:
    """``17 شعبان 1446 هـ``; empty where the calendar does not reach."""
    found = hijri_of(day)
    return f"{found[2]} {_HIJRI[language][found[1] - 1]} {found[0]} {_ERA[language]}" if found else ""


def hijri_iso(day: date) -> str | None:
    """``1446-08-17``, for data."""
    found = hijri_of(day)
    return f"{found[0]:04}-{found[1]:02}-{found[2]:02}" if found else None


def month_of(first: date, counts: Mapping[date, int], most: int, language: str) -> Month:
    """The grid of a month; `most` is the largest count of a day, by which days are shaded."""
    days = [first + timedelta(days=n) for n in range(_length(first))]
    empty = (first.weekday() - FIRST_WEEKDAY[language]) % 7
    cells: list[Cell | None] = [None] * empty
    for day in days:
        hijri = hijri_of(day)
        named = hijri is not None and (hijri[2] == 1 or day == first)
        cells.append(
            Cell(
                day,
                counts.get(day, 0),
                level(counts.get(day, 0), most),
                hijri[2] if hijri else 0,
                _HIJRI[language][hijri[1] - 1] if hijri and named else "",
            )
        )
    cells += [None] * (-len(cells) % 7)
    total = sum(counts.get(day, 0) for day in days)
    weeks = tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7))
    return Month(first, month_name(first.month, language), total, 0, weeks, _hijri_span(days[0], days[-1], language))


def level(count: int, most: int) -> int:
    """0 for nothing, else 1 to `LEVELS` in even steps."""
    return min(LEVELS, -(-LEVELS * count // max(most, 1)))


def _length(first: date) -> int:
    return calendar.monthrange(first.year, first.month)[1]


def _hijri_span(first: date, last: date, language: str) -> str:
    """``رجب – شعبان 1446 هـ``; with both years where they differ."""
    one, two = hijri_of(first), hijri_of(last)
    if not one or not two:
        return ""
    names, era = _HIJRI[language], _ERA[language]
    if one[:2] == two[:2]:
        return f"{names[one[1] - 1]} {one[0]} {era}"
    begin = names[one[1] - 1] if one[0] == two[0] else f"{names[one[1] - 1]} {one[0]}"
    return f"{begin} – {names[two[1] - 1]} {two[0]} {era}"
