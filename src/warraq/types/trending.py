"""What is written of, over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from warraq.types.base import ArticleId


@dataclass(frozen=True, slots=True)
class Trend:
    """A phrase of which more is written than before."""

    phrase: str
    """As printed."""
    articles: int
    """Articles first seen in the window that hold it."""
    expected: float
    """How many that would have been at the rate before the window."""
    score: float
    """How surprising the difference is (log likelihood ratio)."""
    example: ArticleId
    """An article of the window about it."""


@dataclass(frozen=True, slots=True)
class Trends:
    """The phrases that rose in [since, until) as known at ``as_of``, the most surprising first."""

    since: datetime
    until: datetime
    as_of: datetime
    articles: int
    """First seen in the window."""
    trends: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class KeywordCounts:
    """In how many articles a phrase stands, by day of publication (UTC); days without any are not named."""

    phrase: str
    as_of: datetime
    total: int
    days: tuple[tuple[date, int], ...]
