"""What goes into an index and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

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
    first_seen: int = 0
    """Microseconds: when the article, not this state of it, was first seen."""
    language: str = "ar"
    authors: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    """Names, each as stems separated by spaces."""
    keywords: tuple[str, ...] = ()
    keyword_names: tuple[str, ...] = ()
    """The outlet's keywords as printed."""
    landmarks: tuple[int, ...] = ()
    """Hashes of runs of words, by which copies are found (``analyse/groups.py``)."""


class Field(StrEnum):
    """Where a word is looked for."""

    TEXT = "text"
    """Title or body."""
    TITLE = "title"
    AUTHOR = "author"
    CREDIT = "credit"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Clause:
    """Alternatives of one query word or phrase. ``stems`` and ``folded`` are parallel, one entry a word.

    One word: matches documents that hold the stem (the folded form raises the rank); with ``prefix`` those that hold
    a word that begins so. Several: an exact phrase; with ``slop`` the words may stand so many places apart.
    """

    stems: tuple[str, ...]
    folded: tuple[str, ...]
    field: Field = Field.TEXT
    slop: int = 0
    prefix: bool = False


class Named(StrEnum):
    """What a filter names."""

    OUTLET = "outlet"
    COUNTRY = "country"
    LANGUAGE = "lang"
    STORY = "story"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class OneOf:
    """Articles with one of these outlets, languages, ids; an index knows `Named.OUTLET`, ``LANGUAGE``, ``ARTICLE``.

    Countries and stories, and outlets by their printed names, are resolved into those first (``query.resolved``).
    """

    name: Named
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Articles published, or (`seen`) first seen by the archive, in [start, end); None: open."""

    start: datetime | None
    end: datetime | None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these match."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of these matches."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What must not match."""

    part: Part


Part: TypeAlias = Clause | OneOf | Between | Every | Some | Without


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search: every part of ``must`` matches, none of ``must_not``."""

    must: tuple[Part, ...]
    must_not: tuple[Part, ...] = ()
    outlets: tuple[OutletId, ...] = ()
    published_from: datetime | None = None
    published_to: datetime | None = None
    """Exclusive."""
    newest_first: bool = False
    half_life: float = 0.0
    """Days after which an article's score counts half as much again; 0: age does not count."""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The words and phrases that are wanted, for highlighting."""
        return tuple(clause for part in self.must for clause in _clauses(part))


def _clauses(part: Part) -> Iterator[Clause]:
    if isinstance(part, Clause):
        yield part
    elif isinstance(part, Every | Some):
        for inner in part.parts:
            yield from _clauses(inner)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of a search's matches fall where: (value, count), the most first; months in their order."""

    outlets: tuple[tuple[OutletId, int], ...] = ()
    languages: tuple[tuple[str, int], ...] = ()
    keywords: tuple[tuple[str, int], ...] = ()
    """As outlets print them."""
    days: tuple[tuple[int, int], ...] = ()
    """(microseconds at the beginning of the UTC day of publication, count)."""


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
