"""Names and moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

ArticleId = str
"""Twelve characters ``0-9a-v``: 60 bits of a hash of the canonical URL, in base 32 (``int(id, 32)``)."""

OutletId = str
"""A short Latin slug, such as ``aawsat``; stable for ever."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = (1 << 62) - 1
"""In microseconds: later than any moment; the end of an interval that is still open."""


def micros(when: datetime) -> int:
    """Microseconds from 1970 to an aware moment (exact; floats would lose the last digits)."""
    if when.tzinfo is None:
        raise TypeError(f"a moment without a time zone: {when}; say datetime(..., tzinfo=UTC)")
    return (when - EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """The UTC moment that is ``value`` microseconds after 1970. Inverse of :func:`micros`."""
    return EPOCH + timedelta(microseconds=value)


EXPORT_FORMAT = "warraq/1"
"""Marks a line of an export: an article's JSON as docs/data.md describes it."""
