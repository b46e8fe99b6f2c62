"""The parameters of the API: how the text of each is read, and what the description says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from warraq.errors import UsageError
from warraq.render.moments import read_day, read_moment
from warraq.web.schema import INTEGER, STRING, Schema

MOST = 100
"""Things on one page of a list."""
LONGEST = 1000
"""Characters of a query or phrase."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter: how its text is read, and what the description says of it."""

    name: str
    schema: Schema
    what: str
    read: Callable[[str], Any]
    default: Any = None
    required: bool = False


def first_day(text: str) -> datetime:
    """The UTC midnight that begins a day. Raises `UsageError`, as all of these."""
    if not _DAY.fullmatch(text):
        raise UsageError(f"not a day: {text[:40]!r} (try 2025-02-16)")
    return read_day(text)


def last_day(text: str) -> datetime:
    """The midnight that ends it."""
    first = first_day(text)
    return first + timedelta(days=1) if first.date() < date.max else datetime.max.replace(tzinfo=UTC)


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reads a whole number within bounds."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text[:9]) <= high):
            raise UsageError(f"{text[:20]!r} is not a number from {low} to {high}")
        return int(text)

    return read


def flag(text: str) -> bool:
    """``true`` or ``false``."""
    if text not in ("true", "false"):
        raise UsageError(f"{text[:20]!r} is neither 'true' nor 'false'")
    return text == "true"


def words(text: str) -> str:
    """Something to search for."""
    if not text.strip():
        raise UsageError("empty")
    if len(text) > LONGEST:
        raise UsageError(f"longer than {LONGEST} characters")
    return text


AS_OF = Parameter(
    "as_of",
    {**STRING, "anyOf": [{"format": "date-time"}, {"format": "date"}]},
    "Answer from what had been seen by then; default: now.",
    read_moment,
)
WORDS: Schema = {**STRING, "minLength": 1, "maxLength": LONGEST, "pattern": r"\S"}
LIMIT = Parameter(
    "limit", {**INTEGER, "minimum": 1, "maximum": MOST, "default": 20}, "How many at most.", whole(1, MOST), 20
)
NEXT = Parameter("next", STRING, "Where to go on: `next` of the page before.", str, "")
QUERY = Parameter(
    "q",
    WORDS,
    'What to search for: words, "phrases", -excluded, OR, ( ), title: outlet: country: date: and more.',
    words,
    required=True,
)
OUTLET = Parameter("outlet", STRING, "Only this outlet, by its id.", str, "")
DATE = {"type": "string", "format": "date"}
FROM = Parameter("from", DATE, "Published on this day (UTC) or later.", first_day)
TO = Parameter("to", DATE, "Published on this day (UTC) or earlier.", last_day)

STATE: Schema = {**INTEGER, "minimum": 1, "maximum": 999_999}
