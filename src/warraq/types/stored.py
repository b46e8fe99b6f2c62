"""What is decided and stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from warraq.types.articles import Analysis, Article, Dated
from warraq.types.base import ArticleId, OutletId
from warraq.types.incoming import Feed, Lease, Outcome, Rank, Reason, Task, Visit


@dataclass(frozen=True, slots=True)
class Observation:
    """One page as it teaches what its outlet's pages share (``extract.knowledge``): all are marks of 32 bits."""

    page: int
    """Of its address."""
    title: int
    day: int
    """The ordinal of the day it was fetched, UTC."""
    marks: tuple[int, ...] = ()
    """Of its blocks of text, of its keywords, and of what it says of its publisher."""


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
    observation: Observation | None = None
    """What the page teaches of its outlet, where it was one that could be read."""
    stranger: bool = False
    """Nothing on the page is of its outlet: an article that is known, and says something else now, is not revised."""


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
    raw: Raw | None = None
    """The raw document it was read from, if that is kept. One with a ``key`` is being re-derived: what was made of
    it before is replaced by this."""
    status: int = 0
    """Of the HTTP answer, where there was one. 404 and 410 on the address of an article: its outlet removed it."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Where a raw document is kept: a record of a WARC file. ``key`` is the store's own number, 0 before it has one."""

    file: str
    """Name inside the archive's ``raw`` folder."""
    offset: int
    size: int
    """Bytes in the file."""
    url: str
    fetched_at: datetime
    outlet: OutletId = ""
    key: int = 0
    article: ArticleId = ""
    """What it made: a sighting of this article at ``fetched_at`` with this digest; empty if it made none."""
    digest: bytes = b""
    task: Task | None = None
    """What it answered: the address that was asked for, its kind and outlet, what a feed had said of it."""


@dataclass(frozen=True, slots=True)
class Done:
    """A lease that ends: what is now remembered of the address, and when it is due again (None: when asked for)."""

    lease: Lease
    visit: Visit = field(default_factory=Visit)
    due: datetime | None = None
    rank: Rank | None = None
    """For the next visit; None: as it was."""
    free_at: datetime | None = None
    """When its host may be asked again, by whatever worker."""


@dataclass(frozen=True, slots=True)
class Placement:
    """To which event and story an article belongs, decided when it was placed, in the order (first seen, id).

    ``story`` and ``event`` are named after their first article. ``joined``: stories that this article showed to be
    one, as (taken up, into which): from ``at`` on the first is part of the second. Events are never joined.
    """

    article: ArticleId
    at: int
    """Microseconds: when the article was first seen."""
    story: ArticleId
    event: ArticleId
    joined: tuple[tuple[ArticleId, ArticleId], ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """What placing needs of an article: its first content. Moments are microseconds."""

    article: ArticleId
    at: int
    """When it was first seen."""
    outlet: OutletId
    published: int
    """``at`` where its outlet gives no date, and never later than that."""
    terms: bytes
    """Of its `Analysis`; none where there is none."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is needed to compare a content with others, beside its terms. Moments are microseconds."""

    article: ArticleId
    outlet: OutletId
    first_seen: int
    """Of the article."""
    published: int
    """``first_seen`` where its outlet gives no date, and never later than that."""
    sketch: bytes
    """Of its `Analysis`."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An article that was placed, as a window keeps it."""

    arrival: Arrival
    story: ArticleId
    event: ArticleId
    began: int
    """When the story's first article was first seen."""


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
