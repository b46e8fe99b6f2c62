"""What comes in: tasks and their visits, what a fetch gave, what a feed says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from warraq.types.base import EPOCH, OutletId


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
    OTHER_OUTLET = "other_outlet"
    """The address now leads to somebody else: a lapsed or hijacked domain, a page sold."""
    FORGOTTEN = "forgotten"
    """Taken down by the operator (`forget`): it is not taken in again."""
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


class Rank(IntEnum):
    """What goes first where several tasks of one host are due."""

    FEED = 0
    FRESH = 1
    """A page that a feed has just named."""
    AGAIN = 2
    """A page seen before, looked at for changes."""
    BACKFILL = 3


@dataclass(frozen=True, slots=True)
class Visit:
    """What is remembered of an address from one visit to the next."""

    at: str = ""
    """Where it is asked for instead: where a redirect led. Empty: at its own address."""
    lasting: bool = True
    """Whether every redirect to ``at`` was for good (301, 308); otherwise it holds for the next visit only."""
    hops: int = 0
    """Redirects followed since the last answer."""
    etag: str = ""
    last_modified: str = ""
    """The validators of what one has, as the server sent them."""
    visited_at: datetime | None = None
    visits: int = 0
    """Answers so far, of whatever kind."""
    failures: int = 0
    """In a row, up to now."""
    failing_since: datetime | None = None
    every: timedelta = timedelta(0)
    """The rhythm at which it is asked, once that is known."""
    gone: bool = False
    """Gone for good, the server said (410): it is asked again only if the operator asks for it."""
    article: str = ""
    """Address of the article it gave, where that is another than its own."""

    @property
    def soonest(self) -> datetime:
        """The earliest moment at which news of it makes it due: a sixth of its rhythm after the last visit.

        Feeds that claim a change each time they are asked thus bring a page forward less and less.
        """
        return EPOCH if self.visited_at is None else self.visited_at + self.every / 6


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
    rank: Rank = Rank.FRESH
    watch: bool = False
    """Visit it again and again: a feed at its outlet's rhythm, a page as long as it may still change."""
    visit: Visit = field(default_factory=Visit)
    named_by: str = ""
    """Address of the feed that gave the hint: what one feed says is held against what it said before."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A task a worker holds until ``until``; ``token`` proves it at commit."""

    task: Task
    token: int
    until: datetime
    host: str = ""
    """The host that is held with it: leases of one claim with the same host are one worker's."""


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
    lasting: bool = False
    """Whether ``url`` is where the address asked for has moved for good (301, 308)."""
    pause: float = 0.0
    """Seconds for which its host wants to be left alone now."""


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
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Redirect:
    """The address leads to another host: ``target`` is to be asked for there, when it is that host's turn."""

    url: str
    target: str
    lasting: bool = False
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be had, as a value. ``where`` is a URL or ``file:line``."""

    where: str
    reason: Reason
    detail: str = ""
    status: int = 0
    """Of the HTTP answer, if there was one."""
    retry_after: float | None = None
    """Seconds after which the host said it may be asked again."""
    pause: float = 0.0


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

    def differs(self, later: Entry) -> bool:
        """Whether `later`, by whatever feed, says something new of the page: another title or date, where both say one.

        Summaries, pictures and lists do not count: two feeds of one outlet describe one page differently.
        """
        said = ((getattr(self, name), getattr(later, name)) for name in ("title", "published", "modified"))
        return any(one and two and one != two for one, two in said)

    def updated(self, later: Entry) -> Entry:
        """What both say; where both say something, what `later` says."""
        said = {f.name: value for f in fields(later) if (value := getattr(later, f.name))}
        return replace(self, **said)


@dataclass(frozen=True, slots=True)
class Feed:
    """A parsed feed. ``title`` and ``home`` describe the channel; ``next`` is another document of the same feed."""

    entries: tuple[Entry, ...]
    title: str = ""
    home: str = ""
    language: str = ""
    feeds: tuple[str, ...] = ()
    """Addresses of further feeds or sitemaps (a sitemap index, an OPML list)."""
    changed: Mapping[str, datetime] = field(default_factory=dict)
    """When these changed last, where that is said."""
    ttl: timedelta = timedelta(0)
    """For how long the feed says it stays as it is."""
