"""When an address is asked again: by its rhythm, its age, its failures. Pure; docs/live.md tells every rule.

`after` makes of one visit what is remembered of the address (`Visit`), when it is due again and what its host wants;
`follow` says what a feed, a sitemap or a list page leads to. No rule draws lots: what should be spread is spread by
a hash of the address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from math import exp, log

from warraq.types import (
    Entry,
    Failure,
    Feed,
    NotModified,
    Outcome,
    OutletId,
    Rank,
    RawDocument,
    Reason,
    Record,
    Redirect,
    Task,
    TaskKind,
    Visit,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

FIRST_GUESS = 15 * MINUTE
"""The rhythm of a feed that says nothing of its own."""
LEARNING = 1 / 3
"""How much one visit moves the rhythm."""
OBEYED = 30 * MINUTE
"""The longest time that Cache-Control, Expires or a feed's ttl put off the next visit: many servers say a year."""
JITTER = 0.1
"""Visits are spread by up to this share of their rhythm, either way."""

PAGE_GAPS = (HOUR, 5 * HOUR, 18 * HOUR, 6 * DAY, 23 * DAY)
"""Between the visits of a page: it is looked at 1 h, 6 h, 1 d, 7 d and 30 d after it was first seen."""
AGE_SHARE = 10
"""A page is not looked at again sooner than a tenth of its age: what is old changes no more."""
SECOND_LOOK = 6 * HOUR
"""After this a page that held no article is looked at once more."""

RETRY = 5 * MINUTE
"""The first retry after a failure; later ones wait as long as it has failed so far."""
PATIENT = 7 * DAY
"""A feed that fails for longer is asked once in so long."""
FEED_GIVEN_UP = 90 * DAY
PAGE_GIVEN_UP = 3 * DAY
REFUSED_GAPS = (HOUR, DAY)
"""Between the visits of a page that is not there (404 and its like)."""
ROBOTS_GAPS = (DAY, 7 * DAY)
"""Between the visits of an address that robots.txt does not allow."""
MOST_RETRY_AFTER = 7 * DAY
MOST_PAUSE = DAY
HOPS = 5
"""Redirects from host to host before it counts as a circle."""

SMALL_SITEMAP = 1000
"""Addresses that a news sitemap holds at most. A sitemap up to this size is followed whole."""
RECENT = 3 * DAY
"""Of a larger one, only what is dated within so long."""
MANY_PARTS = 50
"""Of an index with more parts than this only those that changed lately are followed."""
EDGE_PARTS = 3
"""Of parts without dates, so many from either end: new ones are added at one of them."""

_ROUND_AGAIN = frozenset({TaskKind.FEED, TaskKind.SITEMAP, TaskKind.LIST})
_LATER = frozenset({408, 425, 429})
_BUSY = frozenset({Reason.TIMEOUT, Reason.CONNECT, Reason.UNREADABLE, Reason.INTERNAL})
_VALIDATOR = 1024
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)

Fetched = RawDocument | Record | NotModified | Redirect | Failure
Owner = Callable[[str], OutletId | None]
"""To which outlet an address belongs; None: it is not to be asked."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often what is watched is asked, at most and at least."""

    fastest: timedelta = 2 * MINUTE
    slowest: timedelta = 12 * HOUR


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of the document of a visit."""

    outcome: Outcome
    reason: Reason | None = None
    feed: Feed | None = None
    news: int = 0
    """Entries of the feed that nobody had heard of."""
    article: str = ""
    """Address of the article it holds."""
    published: datetime | None = None
    """When that was published, as far as the page or a feed has told."""


@dataclass(frozen=True, slots=True)
class Next:
    """What is remembered of an address after a visit, and when it is due again (None: never, unless asked for)."""

    visit: Visit
    due: datetime | None = None
    rank: Rank | None = None
    free_at: datetime | None = None
    """When its host may be asked again."""
    given_up: str = ""
    """Why it is never due again, where that is a decision of ours."""


def after(task: Task, found: Fetched, brought: Brought, now: datetime, rhythm: Rhythm | None = None) -> Next:
    """What follows from the visit of `task` that ended at `now` with `found`."""
    if isinstance(found, Redirect):
        following = _led_on(task, found, now)
    elif isinstance(found, Failure):
        following = _failed(task, found, now)
    elif task.kind in _ROUND_AGAIN and brought.outcome is Outcome.REJECTED:  # it should have been a feed
        following = _failed(task, Failure(task.url, brought.reason or Reason.NOT_FEED, status=200), now)
    else:
        following = _answered(task, found, brought, now, rhythm or Rhythm())
    pause = 0.0 if isinstance(found, Record) else found.pause
    if pause > 0:
        following = replace(following, free_at=now + min(timedelta(seconds=pause), MOST_PAUSE))
    return following


def too_far(task: Task) -> bool:
    """Whether one more redirect is one too many."""
    return task.visit.hops >= HOPS


# --- redirects --------------------------------------------------------------------------------------------


def _led_on(task: Task, found: Redirect, now: datetime) -> Next:
    """Ask at the other host, when it is that host's turn."""
    visit = task.visit
    lasting = found.lasting and (visit.lasting if visit.at else True)
    return Next(replace(visit, at=found.target, lasting=lasting, hops=visit.hops + 1), now)


def _where(task: Task, found: RawDocument | Record | NotModified) -> str:
    """Where the address is to be asked for from now on: elsewhere only if every redirect there was for good."""
    visit, own = task.visit, task.url.partition("#")[0]
    lasting = visit.lasting if visit.at else True
    at = visit.at
    if isinstance(found, RawDocument) and found.url != (visit.at or own):
        lasting, at = lasting and found.lasting, found.url
    return at if lasting and at != own else ""


# --- answers ----------------------------------------------------------------------------------------------


def _answered(
    task: Task, found: RawDocument | Record | NotModified, brought: Brought, now: datetime, rhythm: Rhythm
) -> Next:
    before = task.visit
    visit = replace(
        before,
        at=_where(task, found),
        lasting=True,
        hops=0,
        visited_at=now,
        visits=before.visits + 1,
        failures=0,
        failing_since=None,
        gone=False,
        article="" if brought.article == task.url else brought.article or before.article,
    )
    if isinstance(found, RawDocument):
        kept = brought.outcome is not Outcome.FAILED
        visit = replace(
            visit,
            etag=_validator(found.headers, "etag") if kept else "",
            last_modified=_validator(found.headers, "last-modified") if kept else "",
        )
    if not task.watch or window(task.url):
        return Next(visit)
    if task.kind in _ROUND_AGAIN or brought.feed is not None:
        visit = replace(visit, every=_rhythm(before, brought, now, rhythm))
        gap = max(visit.every, min(_asked_for(found, brought, now), OBEYED))
        return Next(visit, now + gap * _jitter(task), Rank.FEED)
    gap = _page_gap(task, brought, now)
    if not gap:
        return Next(visit)
    return Next(replace(visit, every=gap), now + gap * _jitter(task), _later(task))


def _validator(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if len(value) <= _VALIDATOR else ""


def _later(task: Task) -> Rank:
    return Rank.BACKFILL if task.rank is Rank.BACKFILL else Rank.AGAIN


def _jitter(task: Task) -> float:
    """A factor near 1 that depends on the address and the visit alone."""
    mark = blake2b(f"{task.url} {task.visit.visits}".encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return 1 + JITTER * (int.from_bytes(mark, "big") / 2**31 - 1)


def _rhythm(before: Visit, brought: Brought, now: datetime, rhythm: Rhythm) -> timedelta:
    """The time between two new entries, learned from what each visit brought.

    The mean of the logarithms of what was seen, the latest visits counting most: a visit that brought n entries in a
    time t shows gaps of t/n; one that brought none shows gaps of at least t, taken as 2 t. A visit that came late
    says little (a feed holds only its last entries), nor does one after failures.
    """
    if not before.every or before.visited_at is None:
        every = _said_rhythm(brought.feed, now)
    elif before.failures:
        every = before.every
    else:
        passed = min(max(now - before.visited_at, MINUTE), 4 * before.every)
        seen = passed / brought.news if brought.news else 2 * passed
        every = before.every * exp(LEARNING * log(seen / before.every))
    return min(max(every, rhythm.fastest), rhythm.slowest)


def _said_rhythm(feed: Feed | None, now: datetime) -> timedelta:
    """The time between the entries of the last two days, as they say themselves."""
    said = [entry.published or entry.modified for entry in feed.entries] if feed else []
    dates = sorted(date for date in said if date and now - 2 * DAY <= date <= now)
    return (now - dates[0]) / len(dates) if len(dates) > 1 else FIRST_GUESS


def _asked_for(found: RawDocument | Record | NotModified, brought: Brought, now: datetime) -> timedelta:
    """For how long the server or the feed says that it stays as it is (RFC 9111, sections 4.2 and 5; RSS ``ttl``)."""
    fresh = brought.feed.ttl if brought.feed else timedelta(0)
    headers = {} if isinstance(found, Record) else found.headers
    control = headers.get("cache-control", "")
    if "no-cache" in control or "no-store" in control:
        return fresh
    if said := _MAX_AGE.search(control):
        return max(fresh, timedelta(seconds=int(said[1])))
    if expires := _date(headers.get("expires", "")):
        return max(fresh, expires - (_date(headers.get("date", "")) or now))
    return fresh


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value[:64])
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _page_gap(task: Task, brought: Brought, now: datetime) -> timedelta:
    """Until a page is looked at again; nothing when it is no more.

    Its age is what the page says rather than a feed, which may say 1970 of all. An answer without the page tells none:
    then the page is at most as old as the last gap allowed, and what has gone by since.
    """
    before, every = task.visit, task.visit.every
    if brought.outcome is Outcome.REJECTED:
        if every == SECOND_LOOK or brought.reason is Reason.FORGOTTEN:
            return timedelta(0)
        if not every:
            return SECOND_LOOK
    said = brought.published or (task.hint.published if task.hint else None)
    least = max((now - said) / AGE_SHARE, timedelta(0)) if said else timedelta(0)
    if brought.published is None and every and before.visited_at is not None:
        least = min(least, every + max(now - before.visited_at, timedelta(0)) / AGE_SHARE)
    return next((gap for gap in PAGE_GAPS if gap > every and gap >= least), timedelta(0))


# --- failures ---------------------------------------------------------------------------------------------


def _failed(task: Task, failure: Failure, now: datetime) -> Next:
    before = task.visit
    since = before.failing_since or now
    visit = replace(
        before,
        hops=0,
        lasting=True,
        visited_at=now,
        visits=before.visits + bool(failure.status),
        failures=before.failures + 1,
        failing_since=since,
    )
    busy = failure.reason in _BUSY or (
        failure.reason is Reason.HTTP_STATUS and (failure.status in _LATER or failure.status in (0, *range(500, 600)))
    )
    if not (busy and before.lasting):  # where a redirect led holds no more
        visit = replace(visit, at="")
    if failure.status == 410:
        return Next(replace(visit, gone=True), given_up="gone for good")
    if not task.watch:
        return Next(visit)
    gap = _retry(task, visit, failure.reason, busy, now - since)
    if gap is None:
        return Next(visit, given_up=f"{visit.failures} visits since {since:%Y-%m-%d} failed")
    gap *= _jitter(task)
    if failure.retry_after is not None:
        gap = max(gap, min(timedelta(seconds=failure.retry_after), MOST_RETRY_AFTER))
    return Next(visit, now + gap, task.rank)


def _retry(task: Task, visit: Visit, reason: Reason, busy: bool, failing: timedelta) -> timedelta | None:
    """Until what failed is tried again; None: not any more."""
    if task.kind in _ROUND_AGAIN:
        if failing >= FEED_GIVEN_UP:
            return None
        first = DAY if reason is Reason.ROBOTS else RETRY if busy else HOUR
        return PATIENT if failing >= PATIENT else min(max(failing, first), DAY)
    if busy:
        return None if failing >= PAGE_GIVEN_UP else min(max(failing, RETRY), DAY)
    gaps = ROBOTS_GAPS if reason is Reason.ROBOTS else REFUSED_GAPS
    return gaps[visit.failures - 1] if visit.failures <= len(gaps) else None


# --- what a feed leads to ---------------------------------------------------------------------------------


def windowed(url: str, since: datetime, before: datetime) -> str:
    """The address of a sitemap of which only entries dated in [since, before) are followed; see `window`."""
    return f"{url.partition('#')[0]}#{since:%Y%m%dT%H%M%SZ}-{before:%Y%m%dT%H%M%SZ}"


def window(url: str) -> tuple[datetime, datetime] | None:
    """The bounds that `windowed` put into an address. A server never sees them: a fragment is not sent."""
    try:
        since, before = (
            datetime.strptime(part, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            for part in url.partition("#")[2].split("-", 1)
        )
    except ValueError:
        return None
    return since, before


def follow(task: Task, feed: Feed, outlet: OutletId, now: datetime, owner: Owner) -> Iterator[Task]:
    """What a feed, a sitemap or a list page leads to.

    A page is due since it was published, so the oldest is read, and first seen, first. What a watched feed names is
    watched too.
    """
    bounds = window(task.url)
    for entry in _followed(task, feed, bounds, now):
        if (of := owner(entry.url)) is None:
            continue
        said = entry.published or entry.modified
        old = bounds is not None or (task.kind is TaskKind.SITEMAP and said is not None and said < now - RECENT)
        rank = Rank.BACKFILL if old else Rank.FRESH
        due = min(said or now, now)
        yield Task(entry.url, TaskKind.PAGE, of, due, entry, rank=rank, watch=task.watch, named_by=task.url)
    kind = TaskKind.SITEMAP if task.kind is TaskKind.SITEMAP else TaskKind.FEED
    for url in () if task.kind is TaskKind.LIST else _parts(task, feed, bounds, now):
        changed = feed.changed.get(url)
        if bounds is not None:
            yield Task(windowed(url, *bounds), kind, outlet, now, rank=Rank.BACKFILL, watch=task.watch)
        else:  # a part with a date is read again when another date is said of it
            hint = Entry(url, modified=changed) if changed else None
            yield Task(url, kind, outlet, now, hint, rank=Rank.FEED, watch=task.watch and not changed)


def _followed(task: Task, feed: Feed, bounds: tuple[datetime, datetime] | None, now: datetime) -> Sequence[Entry]:
    if bounds is not None:
        return [e for e in feed.entries if (said := e.published or e.modified) and bounds[0] <= said < bounds[1]]
    if task.kind is not TaskKind.SITEMAP or len(feed.entries) <= SMALL_SITEMAP:
        return feed.entries
    return [e for e in feed.entries if (said := e.published or e.modified) and said >= now - RECENT]


def _parts(task: Task, feed: Feed, bounds: tuple[datetime, datetime] | None, now: datetime) -> Sequence[str]:
    if bounds is not None:  # a part that changed last before the window holds nothing of it
        return [url for url in feed.feeds if feed.changed.get(url, now) >= bounds[0]]
    if not task.watch or len(feed.feeds) <= MANY_PARTS:
        return feed.feeds
    dated = [url for url in feed.feeds if url in feed.changed]
    undated = [url for url in feed.feeds if url not in feed.changed]
    ends = undated if len(undated) <= 2 * EDGE_PARTS else [*undated[:EDGE_PARTS], *undated[-EDGE_PARTS:]]
    return [*(url for url in dated if feed.changed[url] >= now - RECENT), *ends]
