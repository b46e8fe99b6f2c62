"""Who publishes, and what an article is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from warraq.types.base import ArticleId, OutletId


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher. ``name`` is its display name in its own script; ``zone`` an IANA time zone name."""

    id: OutletId
    name: str
    short_name: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, upper case; empty when unknown."""
    zone: str = "UTC"
    language: str = "ar"
    hosts: tuple[str, ...] = ()
    home: str = ""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    agency: bool = False
    lists: tuple[str, ...] = ()
    """HTML pages that list articles, where there is no feed."""
    pages: str = ""
    """Regular expression that the addresses of its articles match; for list pages. Empty: told by their looks."""
    body: str = ""
    """CSS selector of the element that holds an article's text, where the extractor needs to be told."""
    drop: tuple[str, ...] = ()
    """CSS selectors of what is never part of an article."""


class Kind(StrEnum):
    """What a paragraph is."""

    TEXT = "text"
    HEADING = "heading"
    QUOTE = "quote"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a body: text without markup, as printed."""

    text: str
    kind: Kind = Kind.TEXT


class Precision(StrEnum):
    """How much of a date is known."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"


class Origin(StrEnum):
    """Where a date, a title or a body was read."""

    JSON_LD = "json-ld"
    META = "meta"
    MICRODATA = "microdata"
    TIME = "time"
    TEXT = "text"
    URL = "url"
    FEED = "feed"
    RECORD = "record"
    """A field of an imported record."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment an outlet states, with how precisely it is known, where it was read, and in which zone it was said.

    ``at`` is UTC. With ``precision`` DAY it is the midnight that began the day in ``zone``.
    """

    at: datetime
    precision: Precision = Precision.MINUTE
    origin: Origin = Origin.RECORD
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Article:
    """What a page says: one state of one canonical URL. Maps to schema.org ``NewsArticle`` (docs/data.md)."""

    id: ArticleId
    outlet: OutletId
    url: str
    """Canonical."""
    title: str
    body: tuple[Paragraph, ...]
    published: Dated | None = None
    modified: Dated | None = None
    authors: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    """Agencies and newspapers that the text credits, by their display name (``أ ف ب``, ``رويترز``, ``وكالات``)."""
    dateline: str = ""
    section: str = ""
    keywords: tuple[str, ...] = ()
    """The outlet's own keywords."""
    image: str = ""
    language: str = "ar"

    @property
    def text(self) -> str:
        """The body as one string, paragraphs separated by a line break."""
        return "\n".join(p.text for p in self.body)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is derived from an article's text alone, packed for speed; rebuildable. See ``analyse/vectors.py``.

    ``terms``: the term vector. ``sketch``: the shingle sketch that finds copies. ``recipe``: version of both.
    """

    recipe: int
    terms: bytes
    sketch: bytes
