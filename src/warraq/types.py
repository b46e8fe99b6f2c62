"""Every value that flows through Warraq, as frozen dataclasses. Read this file first.

Conventions that hold for all of them:

* Moments are aware ``datetime`` values in UTC. Where a moment is stored or indexed it is an integer count of
  microseconds since 1970 (``micros`` and ``moment`` convert).
* Texts are *shown* forms: what the outlet printed. Folding for search and matching happens where it is used.
* Ids are derived, never drawn: an article's id comes from its canonical URL (``urls.article_id``).
* ``seen_at`` is the moment an archive learned of something. Nothing that answers a question "as of T" may
  use anything with ``seen_at > T``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

ArticleId = str
"""Twelve characters ``0-9a-v``: 60 bits of a hash of the canonical URL, in base 32 (``int(id, 32)``)."""

OutletId = str
"""A short Latin slug, such as ``aawsat``; stable for ever."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = (1 << 62) - 1
"""In microseconds: later than any moment; the end of an interval that is still open."""


def micros(when: datetime) -> int:
    """Microseconds from 1970 to an aware moment (exact; floats would lose the last digits)."""
    return (when - EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """The UTC moment that is ``value`` microseconds after 1970. Inverse of :func:`micros`."""
    return EPOCH + timedelta(microseconds=value)


# --- Outlets ----------------------------------------------------------------------------------------------


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


# --- What an article is -----------------------------------------------------------------------------------


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


# --- What comes in ----------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """What became of one document."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a document was rejected or failed. Stored, counted, shown."""

    # The world: fetching failed.
    TIMEOUT = "timeout"
    CONNECT = "connect"
    HTTP_STATUS = "http_status"
    ROBOTS = "robots"
    TOO_LARGE = "too_large"
    REDIRECTS = "redirects"
    BAD_URL = "bad_url"
    FORBIDDEN_ADDRESS = "forbidden_address"
    UNREADABLE = "unreadable"
    """A file that cannot be opened, a broken archive record, a wrong compression."""
    # The document is not what it should be.
    NOT_HTML = "not_html"
    NOT_FEED = "not_feed"
    BAD_RECORD = "bad_record"
    """A line that is not a JSON object, a row of the wrong shape, a field of the wrong type."""
    EMPTY = "empty"
    NO_URL = "no_url"
    NO_TITLE = "no_title"
    NO_BODY = "no_body"
    NO_DATE = "no_date"
    FURNITURE_TITLE = "furniture_title"
    NOT_ARTICLE = "not_article"
    """A home, section, tag or search page, a consent wall, a video without text."""
    PAYWALL = "paywall"
    ERROR_PAGE = "error_page"
    TOO_DEEP = "too_deep"
    INTERNAL = "internal"
    """A fault of ours on this document: kept, so that `replay` can retry it."""


class TaskKind(StrEnum):
    """What a task's URL is expected to hold."""

    FEED = "feed"
    PAGE = "page"
    SITEMAP = "sitemap"
    LIST = "list"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Task:
    """A URL that is due. ``hint`` is what a feed said of the article, if a feed named it."""

    url: str
    kind: TaskKind = TaskKind.ANY
    outlet: OutletId = ""
    due: datetime = EPOCH
    hint: Entry | None = None
    again: bool = False
    """Do it even if it was done before and nothing new is said of it."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A task a worker holds until ``until``; ``token`` proves it at commit."""

    task: Task
    token: int
    until: datetime


@dataclass(frozen=True, slots=True)
class RawDocument:
    """Bytes as they came, before anything was believed about them."""

    url: str
    """The address they were found at, after redirects."""
    body: bytes
    fetched_at: datetime
    content_type: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One article that came as fields, not as a page: a line of JSON, a row of CSV."""

    fields: Mapping[str, object]
    where: str
    """``file:line``, for messages."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says: what you have is current."""

    url: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be had, as a value. ``where`` is a URL or ``file:line``."""

    where: str
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed, a sitemap or a list page says of one article."""

    url: str
    title: str = ""
    summary: str = ""
    published: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    image: str = ""
    body: str = ""
    """Full text when the feed carries it (``content:encoded``), still as HTML: never shown, only extracted from."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed. ``title`` and ``home`` describe the channel; ``next`` is another document of the same feed."""

    entries: tuple[Entry, ...]
    title: str = ""
    home: str = ""
    language: str = ""
    feeds: tuple[str, ...] = ()
    """Addresses of further feeds or sitemaps (a sitemap index, an OPML list)."""


# --- What is decided and stored ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the pure parser made of one document: an article with its analysis, a feed, or a reason.

    ``where`` names the input for the operator. ``seen_at`` is set when the input itself says when it was first
    seen (an import); otherwise the pipeline's clock decides.
    """

    where: str
    outlet: OutletId = ""
    article: Article | None = None
    analysis: Analysis | None = None
    digest: bytes = b""
    """16 bytes: the content's identity. Equal digests are the same revision."""
    unchanged: bool = False
    """The server said that what we have is current."""
    feed: Feed | None = None
    reason: Reason | None = None
    detail: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of one article, enough to decide: its sightings in time order, as (micros, digest)."""

    sightings: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """The decision on one document. A sighting is recorded when ``article`` and ``seen_at`` are set.

    ``outcome`` UNCHANGED with ``article`` None records nothing but the count.
    """

    where: str
    outcome: Outcome
    reason: Reason | None = None
    detail: str = ""
    outlet: OutletId = ""
    article: Article | None = None
    analysis: Analysis | None = None
    digest: bytes = b""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of an article in time. In force from ``seen_at`` until ``until`` (exclusive; None: still).

    ``key`` names the content inside one archive (the store's own number). ``first_seen_at`` is the article's.
    """

    key: int
    article: Article
    seen_at: datetime
    first_seen_at: datetime
    number: int = 1
    """1 for the first state, counted in the order of time."""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of the change log: something about ``article`` changed. ``seq`` only grows."""

    seq: int
    article: ArticleId


@dataclass(frozen=True, slots=True)
class Brief:
    """A revision without its body: what a list shows."""

    key: int
    id: ArticleId
    outlet: OutletId
    url: str
    title: str
    published: Dated | None
    seen_at: datetime
    first_seen_at: datetime
    language: str = "ar"


# --- The index --------------------------------------------------------------------------------------------


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


# --- What readers get -------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class Copy:
    """An outlet that carried the same text. ``share`` is how much of the shorter text the other contains, 0..1."""

    brief: Brief
    outlet: Outlet
    share: float


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
    """Earliest first; the article itself is not among them."""
    story: tuple[Similar, ...] = ()
    """The event's other reports, in time order."""

    @property
    def article(self) -> Article:
        return self.revision.article


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


@dataclass(frozen=True, slots=True)
class Results:
    """A page of search results; ``total`` counts every match as of ``as_of``."""

    query: str
    as_of: datetime
    total: int
    hits: tuple[Hit, ...]


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
