"""What comes in: tasks and their visits, what a fetch gave, what a feed says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

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
