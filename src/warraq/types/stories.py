"""Stories, as readers get them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from warraq.types.articles import Outlet
from warraq.types.base import ArticleId
from warraq.types.stored import Brief


@dataclass(frozen=True, slots=True)
class Report:
    """An article of a story, and why it is there: ``shared`` are the words that tie it to the story's headline."""

    brief: Brief
    outlet: Outlet
    event: ArticleId
    score: float
    """How much it is about what the whole story is about, 0..1."""
    shared: tuple[str, ...] = ()
    copies: tuple[ArticleId, ...] = ()
    """Later articles with the same text, which are not reports of their own."""


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news of a story, under its most central headline."""

    id: ArticleId
    brief: Brief
    outlet: Outlet
    articles: int
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class StoryDay:
    """A day (UTC) of a story: articles published on it, and in all by its end."""

    day: date
    articles: int
    total: int


@dataclass(frozen=True, slots=True)
class Story:
    """All that is known of a story at ``as_of``. ``id`` is its first article's, and stays when others join it."""

    as_of: datetime
    id: ArticleId
    headline: Brief
    """The article with the most central headline among the newest."""
    outlet: Outlet
    """Whose headline it is."""
    lead: str
    """How that article begins."""
    articles: int
    first: Brief
    first_outlet: Outlet
    last_seen_at: datetime
    """When its newest article was first seen."""
    origin: str
    """The agency that most outlets credit, by its display name; empty when they credit none."""
    outlets: tuple[tuple[Outlet, int], ...]
    """Who reports, and how many articles; the most first."""
    countries: tuple[tuple[str, int], ...]
    """Countries of these outlets, and how many articles; without outlets whose country is not known."""
    days: tuple[StoryDay, ...]
    events: tuple[Event, ...]
    """In the order in which they were first reported."""
    reports: tuple[Report, ...]
    """In the order in which they were first seen, copies collapsed; of a very large story the newest."""


@dataclass(frozen=True, slots=True)
class StoryBrief:
    """A story in a list. ``articles`` are those of the span that was asked for, all else is of the whole story."""

    id: ArticleId
    headline: Brief
    """The article with the most central headline among the newest."""
    outlet: Outlet
    articles: int
    first_seen_at: datetime
    last_seen_at: datetime
    total: int
    """Its articles in all."""
    newest: Brief
    """The article first seen last."""
    newest_outlet: Outlet
    outlets: tuple[tuple[Outlet, int], ...]
    """Who reports, and how many articles, the most first; of a very large story, who reported lately."""
    copies: int
    """Articles that carry a text which another of its newest articles carried before."""
