"""The other calendars of Arabic and Persian pages, turned into Gregorian days.

Hijri: Umm al-Qura, the calendar of Saudi print, from the table of the package `hijridate` (1343 to 1500 AH).
Jalali (Solar Hijri, of Iran and Afghanistan): K. M. Borkowski, "The Persian calendar for 3000 years", Earth, Moon, and
Planets 74 (1996): from 1210 to 1634 of that era eight leap years in each cycle of 33. Years 1210 to 1500 are read.
"""

from __future__ import annotations

from datetime import date, timedelta

from hijridate import Gregorian, Hijri

HIJRI_YEARS = range(1343, 1501)
JALALI_YEARS = range(1210, 1501)


def gregorian_day(year: int, month: int, day: int) -> date | None:
    """A Gregorian day, or None if there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def hijri_day(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of an Umm al-Qura date, or None if the calendar has no such day or does not reach so far."""
    try:
        return date(*Hijri(year, month, day).to_gregorian().datetuple())
    except (ValueError, OverflowError):
        return None


def hijri_of(day: date) -> tuple[int, int, int] | None:
    """The Umm al-Qura date (year, month, day) of a Gregorian day, or None if the calendar does not reach so far."""
    try:
        found: tuple[int, int, int] = Gregorian(day.year, day.month, day.day).to_hijri().datetuple()
    except (ValueError, OverflowError):
        return None
    return found


def jalali_day(year: int, month: int, day: int) -> date | None:
    """The Gregorian day of a Jalali date, or None if there is no such day."""
    if year not in JALALI_YEARS or not 1 <= month <= 12 or not 1 <= day <= jalali_month_length(year, month):
        return None
    before = 31 * (month - 1) if month <= 7 else 30 * (month - 1) + 6
    return date.fromordinal(_jalali_new_year(year)) + timedelta(days=before + day - 1)


def jalali_month_length(year: int, month: int) -> int:
    """Days of a Jalali month: six of 31, five of 30, and the last of 29 or 30."""
    if month <= 6:
        return 31
    if month <= 11:
        return 30
    return _jalali_new_year(year + 1) - _jalali_new_year(year) - 336


def _jalali_new_year(year: int) -> int:
    """Ordinal of 1 Farvardin. The years 0, 4, 8 … 28 of each cycle of 33 are leap years; a cycle began in 1210."""
    cycles, place = divmod(year - 1210, 33)
    return _NEW_YEAR_1210 + 365 * (year - 1210) + 8 * cycles + min(8, (place + 3) // 4)


_NEW_YEAR_1210 = date(1831, 3, 21).toordinal()
