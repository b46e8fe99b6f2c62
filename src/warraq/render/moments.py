"""How moments are written and read at the edges: ISO 8601, the page's own stamp, and what a reader types."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

from warraq.arabic.dates import write_date
from warraq.arabic.hours import zone_info
from warraq.errors import UsageError
from warraq.types import Dated, Precision

_TYPED = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:[Tt@ ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*(?:(Z|GMT|UTC)|([+\- ])(\d{2}):?(\d{2}))?)?",
    re.IGNORECASE,
)


def iso(when: datetime) -> str:
    """ISO 8601 in UTC with ``Z``; microseconds only when there are any. ``2025-02-16T15:46:39Z``."""
    return when.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def stamp(when: datetime) -> str:
    """The page time of the text form, whole seconds: ``2025-02-16@15:46:39 GMT``."""
    utc = when.astimezone(UTC)
    return f"{utc.date().isoformat()}@{utc.time().isoformat('seconds')} GMT"


def dated_iso(dated: Dated) -> str:
    """An outlet's date in its own zone, with as much as is known of it.

    ``2025-02-16T19:46+04:00``, ``2025-02-16`` or ``2025-02``: a valid ``<time datetime>`` and schema.org ``Date``.
    """
    local = local_time(dated)
    if dated.precision is Precision.MONTH:
        return f"{local.year:04}-{local.month:02}"
    if dated.precision is Precision.DAY:
        return local.date().isoformat()
    return local.isoformat(timespec="minutes").replace("+00:00", "Z")


def local_time(dated: Dated) -> datetime:
    """`dated` on the clocks of its zone; on UTC clocks if the zone has no such name or the calendar ends there."""
    try:
        return dated.at.astimezone(zone_info(dated.zone or "UTC"))
    except (UsageError, ValueError, OverflowError):
        return dated.at.astimezone(UTC)


def read_moment(text: str) -> datetime:
    """The UTC moment a reader typed.

    ``2025-02-16``, ``2025-02-16T15:46``, ``2025-02-16T15:46:39.5+02:00``, ``2025-02-16@15:46:39 GMT``.

    A day alone means its last microsecond: "as of 16 February" includes the 16th. Without a zone it is GMT. A space
    before the offset is a ``+`` that an address lost on the way. Digits of any script. Raises `UsageError`.
    """
    found = _TYPED.fullmatch(text.strip())
    if not found:
        raise UsageError(f"not a moment: {text.strip()[:60]!r} (try 2025-02-16 or 2025-02-16T15:46:39Z)")
    year, month, day, hour, minute, second, fraction, _, sign, offset_hours, offset_minutes = found.groups()
    try:
        if hour is None:
            return datetime(int(year), int(month), int(day), 23, 59, 59, 999_999, tzinfo=UTC)
        offset = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
        zone = timezone(-offset if sign == "-" else offset)
        micro = int((fraction or "0").ljust(6, "0"))
        typed = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micro, tzinfo=zone)
        return typed.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"not a moment: {text.strip()[:60]!r} ({error})") from error


@lru_cache(maxsize=16384)
def written(dated: Dated, language: str = "ar") -> str:
    """An outlet's date in words, on the clocks of its zone, as far as it is known.

    ``السبت 23 سبتمبر 2023، 2:05 م`` or, if less is known, ``السبت 23 سبتمبر 2023`` or ``سبتمبر 2023``;
    in English ``23 September 2023, 14:05``.
    """
    local = local_time(dated)
    if dated.precision is Precision.MONTH:
        return _words(local, language, with_time=False).split(" ", 2 if language == "ar" else 1)[-1]
    return _words(local, language, with_time=dated.precision is Precision.MINUTE)


@lru_cache(maxsize=16384)
def moment_text(when: datetime, language: str = "ar") -> str:
    """A moment in words, on GMT clocks, to the minute."""
    return _words(when.astimezone(UTC), language, with_time=True)


def on_text(when: datetime, language: str = "ar") -> str:
    """The day of a moment in words, in GMT and without the day of the week: ``23 سبتمبر 2023``."""
    words = _words(when.astimezone(UTC), language, with_time=False)
    return words.split(" ", 1)[1] if language == "ar" else words


def clock_text(dated: Dated, day: str, language: str = "ar") -> str:
    """The time alone of an outlet's date, ``2:05 م``; empty if it has none, or is not of `day` (2023-09-23)."""
    local = local_time(dated)
    if dated.precision is not Precision.MINUTE or local.date().isoformat() != day:
        return ""
    between = "، " if language == "ar" else ", "
    return written(dated, language).rpartition(between)[2]


_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def _words(local: datetime, language: str, *, with_time: bool) -> str:
    """`local` as its own clock has it; Arabic begins with the day of the week, English with the day."""
    if language == "ar":
        return write_date(local.replace(tzinfo=UTC), zone="UTC", with_time=with_time)
    day = f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local:%H:%M}" if with_time else day


def read_day(text: str, *, after: bool = False) -> datetime:
    """The UTC midnight that begins a typed day (or, with `after`, that ends it). Raises `UsageError`."""
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=1) if after else day, time(), UTC)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"not a day: {text[:40]!r} (try 2025-02-16)") from error
