"""The plan of a world: its hosts and how they behave, its pages, and what is right for each at each epoch.

Time goes by in epochs: 0 when the world begins, and one more with each `World.STEP`. In epoch 1 some pages were
changed, some removed, some are new, some hosts belong to somebody else, and some that were ill have recovered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from random import Random

from worlds.words import Text, text

STEP = timedelta(days=2)
"""World time between two epochs."""
AGENT = "WarraqWorld"
"""The product name that robots.txt files of this world speak of."""
STRANGER = "stranger.test"
"""A host that no outlet has: parked domains, casinos, advertising."""
ZONE = "Asia/Riyadh"


class Guise(StrEnum):
    """How a host behaves as a whole."""

    PLAIN = "plain"
    NO_ROBOTS = "no robots"
    ROBOTS_SOME = "robots: some"
    ROBOTS_ALL = "robots: nothing"
    ROBOTS_OTHERS = "robots: others"
    ROBOTS_DELAY = "robots: delay"
    ROBOTS_ERROR = "robots: 500"
    ROBOTS_HANG = "robots: no answer"
    ROBOTS_HTML = "robots: a page"
    ROBOTS_MOVED = "robots: moved"
    LIMITED = "429"
    BANNED = "429 for long"
    BUSY = "503 first"
    DOWN = "down"
    FEED_TYPE = "feed: wrong type"
    FEED_BROKEN = "feed: broken"
    FEED_EMPTY = "feed: empty"
    FEED_HUGE = "feed: huge"
    FEED_GZIP = "feed: gzip bomb"
    FEED_BR = "feed: brotli bomb"
    FEED_ZSTD = "feed: zstd bomb"
    FEED_DRIP = "feed: drips"
    FEED_CIRCLE = "feed: circle"
    FEED_HTML = "feed: a page"
    FEED_DATES = "feed: wrong dates"
    FEED_OTHERS = "feed: of others"
    FEED_MOVED = "feed: moved"
    MOVED = "moved"
    HIJACKED = "hijacked"
    USURPED = "hijacked in its language"
    LAPSED = "lapsed"


_BARREN = frozenset(
    {
        Guise.ROBOTS_ALL,
        Guise.FEED_EMPTY,
        Guise.FEED_HUGE,
        Guise.FEED_GZIP,
        Guise.FEED_BR,
        Guise.FEED_ZSTD,
        Guise.FEED_CIRCLE,
        Guise.FEED_HTML,
        Guise.ROBOTS_HANG,
    }
)
"""Nothing is ever read of them."""
_RECOVERING = frozenset({Guise.ROBOTS_ERROR, Guise.DOWN, Guise.FEED_DRIP})
"""Nothing is read of them in epoch 0; well from epoch 1 on."""
LOST = frozenset({Guise.HIJACKED, Guise.USURPED, Guise.LAPSED})
"""Somebody else's from epoch 1 on."""
_ENOUGH = 16
"""Pages of an outlet that its own can be told from others' by."""
_LATE = _RECOVERING | {Guise.BANNED, Guise.BUSY, Guise.LIMITED}
"""What is right of their pages must be so by the end of epoch 1."""


class Kind(StrEnum):
    """How a page behaves."""

    GOOD = "good"
    FEED_DATE = "date in the feed only"
    TRACKED = "tracked link"
    AMP = "twice, under two addresses"
    OLD_CHARSET = "windows-1256"
    CHAIN = "three redirects"
    MOVED = "301 on its host"
    LONG_CHAIN = "twelve redirects"
    CIRCLE = "redirects in a circle"
    BAD_TARGET = "redirects to no web address"
    TO_STRANGER = "redirects to a stranger"
    NOT_FOUND = "404"
    GONE = "410"
    ERROR = "500"
    DRIP = "a byte a second"
    HANG = "no answer"
    RESET = "cut before the answer"
    CUT = "cut within the answer"
    PAYWALL = "paywall"
    SOFT_404 = "error page with 200"
    HOME = "home page"
    PDF = "pdf"
    EMPTY = "empty"
    GZIP = "gzip bomb"
    BR = "brotli bomb"
    ZSTD = "zstd bomb"
    HUGE = "huge"
    FORBIDDEN = "forbidden by robots.txt"


REASONS: dict[Kind, frozenset[str]] = {
    kind: frozenset(reasons.split())
    for kind, reasons in {
        Kind.LONG_CHAIN: "redirects",
        Kind.CIRCLE: "redirects",
        Kind.BAD_TARGET: "bad_url",
        Kind.TO_STRANGER: "other_outlet",
        Kind.NOT_FOUND: "http_status",
        Kind.GONE: "http_status",
        Kind.ERROR: "http_status",
        Kind.DRIP: "timeout",
        Kind.HANG: "timeout",
        Kind.RESET: "connect",
        Kind.CUT: "connect",
        Kind.PAYWALL: "paywall",
        Kind.SOFT_404: "error_page",
        Kind.HOME: "not_article furniture_title no_title no_body",
        Kind.PDF: "not_html",
        Kind.EMPTY: "empty",
        Kind.GZIP: "too_large",
        Kind.BR: "too_large",
        Kind.ZSTD: "too_large",
        Kind.HUGE: "too_large",
        Kind.FORBIDDEN: "robots",
    }.items()
}
"""Pages that are no articles, and the reasons that are right for them."""
_SLOW = frozenset({Kind.DRIP, Kind.HANG})
FEEDS = ("rss", "atom", "json", "sitemap", "news", "index", "list", "rdf")
VALIDATORS = ("both", "etag", "modified", "none", "ignored", "changing")
"""``ignored``: sent, but what comes back is never looked at. ``changing``: another ETag each time."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host, which is one outlet's."""

    number: int
    guise: Guise
    feed: str
    validators: str
    shell: int
    """Which of the page designs it has."""
    packed: str
    """Content coding of its pages: empty, ``gzip`` or ``chunked``."""

    @property
    def id(self) -> str:
        return f"h{self.number:03}"

    @property
    def name(self) -> str:
        return f"{self.id}.test"

    @property
    def late(self) -> bool:
        """Whether some of its pages cannot be read in epoch 0."""
        return self.guise in _LATE

    @property
    def home(self) -> str:
        """The host its pages are at: that to which it has moved, where it has."""
        return f"www2.{self.name}" if self.guise is Guise.MOVED else self.name

    @property
    def title(self) -> str:
        return f"صحيفة الأفق {self.number}"


@dataclass(frozen=True, slots=True)
class Page:
    """An address that a feed names."""

    host: Host
    number: int
    kind: Kind
    age: int
    """Minutes before its epoch that it was published."""
    born: int = 0
    revised: int = 0
    """The epoch in which its text was changed; 0: never."""
    told: bool = False
    """Whether the feed says that it was changed."""
    gone: int = 0
    """The status with which it is answered from epoch 1 on; 0: it stays."""

    @property
    def path(self) -> str:
        """Where the article is."""
        folder = "private" if self.kind is Kind.FORBIDDEN else "news"
        return f"/{folder}/{self.number}"

    @property
    def linked(self) -> str:
        """The path that the feed names."""
        before = {Kind.CHAIN: "/go", Kind.LONG_CHAIN: "/far", Kind.MOVED: "/old", Kind.CIRCLE: "/round"}
        tail = "?utm_source=rss&utm_medium=feed" if self.kind is Kind.TRACKED else ""
        return before.get(self.kind, "") + self.path + tail

    def moment(self, world: World) -> datetime:
        """When it was published."""
        return world.at + self.born * STEP - timedelta(minutes=self.age)

    def state(self, epoch: int) -> int:
        """How often it was changed by then."""
        return int(bool(self.revised) and epoch >= self.revised)


@dataclass(frozen=True, slots=True)
class Right:
    """What must have become of a page by the end of an epoch: an article, or one of the reasons."""

    page: Page
    address: str
    """As a feed names it, in canonical form."""
    article: str
    """The article's canonical address."""
    reasons: frozenset[str]
    text: Text | None
    published: datetime | None
    required: bool = True
    """Whether it must be so by now; otherwise it may also not have been read yet."""
    before: Text | None = None
    """What it said before it was changed, where that may not have been noticed yet."""


@dataclass(frozen=True)
class World:
    """A world by its seed. `at` is the moment at which it begins, UTC, whole minutes."""

    seed: int
    hosts_wanted: int
    pages_wanted: int
    port: int
    at: datetime
    easy: bool = False
    """Every host plain and every page good: for measuring speed."""

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """One of each kind of host in a small world, two of each in one of 200, the rest plain."""
        odd = [] if self.easy else list(Guise)[1:]
        if len(odd) > self.hosts_wanted:
            raise ValueError(f"a world has at least {len(odd)} hosts")
        guises = odd * (1 if self.hosts_wanted < 4 * len(odd) else 2)
        guises += [Guise.PLAIN] * (self.hosts_wanted - len(guises))
        Random(f"{self.seed} hosts").shuffle(guises)
        return tuple(self._host(number, guise) for number, guise in enumerate(guises))

    def _host(self, number: int, guise: Guise) -> Host:
        rng = Random(f"{self.seed} host {number}")
        feed = FEEDS[number % len(FEEDS)]
        if guise in (Guise.FEED_DATES, Guise.FEED_BROKEN) or (guise.startswith("feed:") and feed in ("list", "index")):
            feed = "rss"
        return Host(
            number,
            guise,
            feed,
            VALIDATORS[number // 2 % len(VALIDATORS)],
            rng.randrange(4),
            rng.choice(("", "", "gzip", "chunked")),
        )

    @cached_property
    def by_name(self) -> dict[str, Host]:
        return {name: host for host in self.hosts for name in (host.name, host.home)}

    @cached_property
    def pages(self) -> tuple[tuple[Page, ...], ...]:
        """The pages of each host, the newest first."""
        poor = [h for h in self.hosts if h.guise in _BARREN | _RECOVERING]
        few = 4
        rich = len(self.hosts) - len(poor)
        many, left = divmod(self.pages_wanted - few * len(poor), max(rich, 1))
        made = []
        for host in self.hosts:
            if host in poor:
                count = few
            else:
                count = many + (left > 0)
                left -= 1
            if host.guise is Guise.USURPED:
                count = max(count, _ENOUGH)
            made.append(tuple(self._page(host, number) for number in range(count)))
        return tuple(made)

    def _page(self, host: Host, number: int) -> Page:
        rng = Random(f"{self.seed} page {host.number} {number}")
        age = 7 * number + rng.randrange(7)
        born = int(rng.random() < 0.1)
        if self.easy or host.guise in _BARREN | _RECOVERING | {Guise.FEED_BROKEN}:
            return Page(host, number, Kind.GOOD, age)
        if host.guise in LOST:
            return Page(host, number, Kind.GOOD, age)
        if host.guise is Guise.ROBOTS_SOME and rng.random() < 0.1:
            return Page(host, number, Kind.FORBIDDEN, age)
        drawn = rng.random()
        if drawn < 0.12:
            kinds = [kind for kind in list(Kind)[1:] if kind is not Kind.FORBIDDEN]
            kind = kinds[int(drawn / 0.12 * len(kinds))]
            if kind in _SLOW and rng.random() < 0.7:  # each costs the whole time a request may take
                kind = Kind.GOOD
            if kind is Kind.FEED_DATE and host.guise is Guise.FEED_DATES:
                kind = Kind.GOOD
            return Page(host, number, kind, age, born)
        changed = rng.random()
        if born or changed >= 0.05:
            return Page(host, number, Kind.GOOD, age, born)
        if changed < 0.01:
            return Page(host, number, Kind.GOOD, age, gone=404 if changed < 0.005 else 410)
        told = changed < 0.04 and host.feed != "list" and host.guise is not Guise.FEED_DATES
        return Page(host, number, Kind.GOOD, age, revised=1, told=told)

    def text(self, page: Page, epoch: int) -> Text:
        """What the page says in an epoch."""
        return text(f"{self.seed} {page.host.number} {page.number}", page.state(epoch))

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    def feed_path(self, host: Host) -> str:
        names = {"rss": "/rss.xml", "atom": "/atom.xml", "json": "/feed.json", "rdf": "/index.rdf"}
        maps = {"sitemap": "/sitemap.xml", "news": "/news-sitemap.xml", "index": "/sitemaps.xml"}
        return {**names, **maps}.get(host.feed, "/latest")

    def guests(self, host: Host) -> tuple[Page, ...]:
        """Pages of another outlet that a host's feed names, which that outlet's own feed names too."""
        if host.guise is not Guise.FEED_OTHERS:
            return ()
        plain = [h for h in self.hosts if h.guise is Guise.PLAIN]
        other = Random(f"{self.seed} guests {host.number}").choice(plain)
        return tuple(p for p in self.pages[other.number] if p.kind is Kind.GOOD and not p.born and not p.revised)[:10]

    def listed(self, host: Host, epoch: int) -> list[Page]:
        """What its feed names in an epoch."""
        return [p for p in self.pages[host.number] if p.born <= epoch]

    def whole_in_feed(self, host: Host) -> int:
        """How many entries of a broken feed come before the break."""
        return len(self.pages[host.number]) * 2 // 3

    def dated(self, page: Page) -> datetime | None:
        """The date that is right: that of the page, or of the feed where the page has none."""
        if page.kind is Kind.FEED_DATE:
            return None if page.host.feed in ("list", "sitemap", "index") else page.moment(self)
        return page.moment(self)

    def rights(self, epoch: int) -> list[Right]:
        """What is right by the end of an epoch, for every page of every host."""
        return [right for host in self.hosts for page in self.pages[host.number] for right in self._rights(page, epoch)]

    def _rights(self, page: Page, epoch: int) -> list[Right]:
        host = page.host
        if host.guise in _BARREN or page.born > epoch:
            return []
        if host.guise in _RECOVERING and epoch < 1:
            return []
        if host.guise is Guise.FEED_BROKEN and page.number >= self.whole_in_feed(host):
            return []
        address = self.url(host.name, page.linked.partition("?")[0])
        article = self.url(host.home, page.path)
        late = host.guise in _LATE and epoch < 1
        if reasons := REASONS.get(page.kind):
            return [Right(page, address, article, reasons, None, None, not late)]
        now, before = self.text(page, epoch), self.text(page, 0) if page.state(epoch) and not page.told else None
        missed = bool(page.gone) and host.late and epoch >= 1  # when it could be read at last, it may have been gone
        return [Right(page, address, article, frozenset(), now, self.dated(page), not (late or missed), before)]
