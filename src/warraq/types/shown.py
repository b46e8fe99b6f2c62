"""What readers get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from warraq.types.articles import Article, Outlet
from warraq.types.base import OutletId
from warraq.types.incoming import Outcome, Reason
from warraq.types.stored import Brief, Revision


@dataclass(frozen=True, slots=True)
class Keyword:
    """A phrase as printed in the text, with its weight (the most telling first)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Similar:
    """Another article worth reading, and why: ``shared`` are the words that tie the two, as printed."""

    brief: Brief
    outlet: Outlet
    score: float
    shared: tuple[str, ...] = ()
    close: bool = True
    """On the subject or in its direct context; otherwise only the nearest there is, to fill a list."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An outlet that carried the same text. ``share`` is how much of the shorter text the other contains, 0..1."""

    brief: Brief
    outlet: Outlet
    share: float
    again: bool = False
    """Its publisher had carried the text before: a duplicate or a mirror, not another outlet."""


@dataclass(frozen=True, slots=True)
class Page:
    """The page of DESIGN §2: an article and all that belongs beside it, as known at ``as_of``."""

    as_of: datetime
    outlet: Outlet
    revision: Revision
    keywords: tuple[Keyword, ...]
    read_also: Revision | None
    read_also_outlet: Outlet | None
    similar: tuple[Similar, ...]
    copies: tuple[Copy, ...] = ()
    """The others of its group (`CopyGroup`), the first seen first; the article itself is not among them."""
    outlets: int = 1
    """How many publishers carried the text, its own among them."""
    origin: str = ""
    """The agency that those who carried the text credit, by its display name; empty when they credit none."""
    story: tuple[Similar, ...] = ()
    """The event's other reports, in time order."""
    removed_at: datetime | None = None
    """Since when the outlet has the article no more (404, 410), as far as was known at ``as_of``."""
    unsafe: frozenset[OutletId] = frozenset()
    """Outlets on this page whose addresses lead to somebody else by now: no link may lead there."""

    @property
    def article(self) -> Article:
        return self.revision.article

    @property
    def earliest(self) -> Copy | None:
        """The copy that was seen first, where it was seen before the article itself."""
        own = self.revision.first_seen_at, self.article.id
        return next((c for c in self.copies[:1] if (c.brief.first_seen_at, c.brief.id) < own), None)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of shown text; ``hit`` marks a highlighted match."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One search result: the article in brief, and where it matched, as printed."""

    brief: Brief
    outlet: Outlet
    score: float
    title: tuple[Span, ...]
    snippet: tuple[Span, ...]
    copies: tuple[Copy, ...] = ()
    """Further matches of this page that carry the same text: one line that says where, instead of many."""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of search results; ``total`` counts every match as of ``as_of``."""

    query: str
    as_of: datetime
    total: int
    hits: tuple[Hit, ...]
    suggestion: str = ""
    """Another spelling of the query that would find something, where this one finds nothing."""


@dataclass(frozen=True, slots=True)
class OutletCount:
    """An outlet with how much of it the archive holds as of a moment."""

    outlet: Outlet
    articles: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Stats:
    """What the archive holds as of a moment, and what became of everything it was given."""

    as_of: datetime
    articles: int
    revisions: int
    outlets: int
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """``outcome`` or ``outcome:reason`` to count, over the archive's whole life."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one run did, input by input; the counts sum to the inputs."""

    inputs: int = 0
    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    reasons: Mapping[Reason, int] = field(default_factory=dict)
    share: float = 0.0
    """How much of the input has been read, 0..1, where that can be told."""
