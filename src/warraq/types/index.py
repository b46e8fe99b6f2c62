"""What goes into an index and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from warraq.types.base import ArticleId, OutletId


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One interval of one article, ready for an index: stems separated by spaces, never raw text.

    ``folded_*`` hold the same words folded but not stemmed. ``seen_at`` and ``until`` are microseconds, half open.
    """

    article: ArticleId
    key: int
    outlet: OutletId
    title: str
    body: str
    folded_title: str
    folded_body: str
    seen_at: int
    until: int
    published: int
    """Microseconds; ``seen_at`` when the outlet gives no date."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Alternatives of one query word or phrase. ``stems`` and ``folded`` are parallel, one entry a word.

    One word: matches documents that hold the stem (the folded form raises the rank). Several: an exact phrase.
    """

    stems: tuple[str, ...]
    folded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search: every clause in ``must`` matches, none in ``must_not``."""

    must: tuple[Clause, ...]
    must_not: tuple[Clause, ...] = ()
    outlets: tuple[OutletId, ...] = ()
    published_from: datetime | None = None
    published_to: datetime | None = None
    """Exclusive."""
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """One answer of an index: which article, which content, how well."""

    article: ArticleId
    key: int
    score: float


@dataclass(frozen=True, slots=True)
class Matches:
    """Answers in rank order, with the count of all that match."""

    total: int
    matches: tuple[Match, ...]
