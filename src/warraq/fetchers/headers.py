"""Headers of an answer, read the way they are written in the wild."""

from __future__ import annotations

import re
from datetime import UTC, datetime

MAX_WAIT = 604_800.0
"""Seconds; a longer ``Retry-After`` counts as this."""

# RFC 6265, section 5.1.1: a date is read token by token, in whatever order and with whatever between them.
_TOKENS = re.compile(r"[^\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)")
_DAY = re.compile(r"(\d{1,2})(?!\d)")
_YEAR = re.compile(r"(\d{2,4})(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def http_date(value: str) -> datetime | None:
    """A moment (UTC) by the lenient algorithm of RFC 6265, section 5.1.1; None for what is no date.

    It reads all three forms of RFC 9110, section 5.6.7, and most of what servers send instead.
    """
    clock: tuple[int, int, int] | None = None
    day = month = year = None
    for token in _TOKENS.findall(value[:200]):
        if clock is None and (found := _TIME.match(token)):
            clock = (int(found[1]), int(found[2]), int(found[3]))
        elif day is None and (found := _DAY.match(token)):
            day = int(found[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (found := _YEAR.match(token)):
            year = int(found[1])
    if clock is None or day is None or month is None or year is None:
        return None
    year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0
    try:
        return datetime(year, month, day, *clock, tzinfo=UTC) if year >= 1601 else None
    except ValueError:
        return None


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait (RFC 9110, section 10.2.3), at most a week; None if the header says nothing sensible."""
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value[:20]), MAX_WAIT)
    moment = http_date(value)
    seconds = (moment - now).total_seconds() if moment else 0.0
    return min(seconds, MAX_WAIT) if seconds > 0 else None
