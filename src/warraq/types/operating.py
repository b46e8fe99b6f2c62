"""What the operator decides and sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from warraq.types.base import ArticleId, OutletId
from warraq.types.incoming import Outcome, Reason


@dataclass(frozen=True, slots=True)
class OutletState:
    """What was decided or noticed about an outlet, beside what its file says."""

    outlet: OutletId
    disabled: bool = False
    """Not read any more; its articles stay."""
    unsafe_since: datetime | None = None
    """Since when its addresses lead to somebody else; links to it are not offered."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many documents of an outlet had one outcome on one day (UTC)."""

    day: date
    outlet: OutletId
    outcome: Outcome
    reason: Reason | None
    count: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An article taken down for good: its address, when and why. Nothing else of it is kept."""

    article: ArticleId
    url: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The frontier in numbers."""

    tasks: int = 0
    due: int = 0
    leased: int = 0
    hosts: int = 0
    oldest_due: datetime | None = None
    next_at: datetime | None = None
    """When the first host with due tasks may be asked; None if nothing is due."""


class Severity(IntEnum):
    """How grave a sign is; the greater the graver."""

    NOTICE = 0
    WARNING = 1
    """Look at it this week."""
    ALARM = 2
    """Something is being lost, or will be soon."""


class SignKind(StrEnum):
    """What may be wrong (``health``)."""

    CLOCK_BEHIND = "clock_behind"
    DISK_FULL = "disk_full"
    INDEX_BEHIND = "index_behind"
    NOT_READING = "not_reading"
    BACKLOG = "backlog"
    TAKEN_OVER = "taken_over"
    ONE_TITLE = "one_title"
    EXTRACTION = "extraction"
    FEEDS_FAILING = "feeds_failing"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that is not as it should be, in one line for the operator."""

    severity: Severity
    kind: SignKind
    text: str
    outlet: OutletId = ""
    """Empty: it is about the whole archive."""
    since: datetime | None = None
