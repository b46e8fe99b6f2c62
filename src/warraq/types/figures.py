"""What an archive holds, counted: by day, by outlet, by the hours of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from warraq.types.articles import Outlet
from warraq.types.shown import OutletCount
from warraq.types.stored import Brief
from warraq.types.stories import StoryBrief


@dataclass(frozen=True, slots=True)
class Day:
    """What was published on a day (UTC) as known at ``as_of``; undated articles count on the day they were seen."""

    as_of: datetime
    day: date
    total: int
    stories: tuple[StoryBrief, ...]
    """Stories with several articles of the day, those that most outlets carry first; ``articles`` are of the day."""
    articles: tuple[Brief, ...]
    """A page of its articles, the latest first."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What the newest articles (of the archive, or of one outlet) are like."""

    articles: int
    """How many were looked at."""
    hours: tuple[int, ...]
    """Articles published in each hour of the day, on the clocks of their outlets; undated ones are left out."""
    lengths: tuple[tuple[int, int], ...]
    """Articles by length, as (words at least, articles); shorter steps first."""
    copies: int
    """Articles that carry a text which another article carried before."""
    copied_from: tuple[tuple[Outlet, int], ...]
    """The outlets that carried those texts first, the most first."""
    credits: tuple[tuple[str, int], ...]
    """Agencies and newspapers that the articles credit, the most first; an article counts once for each."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The archive in numbers, as known at ``as_of``."""

    as_of: datetime
    articles: int
    days: tuple[tuple[date, int], ...]
    """Articles by day of publication (UTC); days without any are not named."""
    outlets: tuple[OutletCount, ...]
    languages: tuple[tuple[str, int], ...]
    countries: tuple[tuple[str, int], ...]
    """By the country of the outlet; empty: not known."""
    newest: Shares


@dataclass(frozen=True, slots=True)
class OutletFigures:
    """An outlet in numbers, as known at ``as_of``; ``count`` is None if the archive held nothing of it."""

    as_of: datetime
    outlet: Outlet
    count: OutletCount | None
    days: tuple[tuple[date, int], ...]
    newest: Shares
