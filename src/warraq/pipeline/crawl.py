"""The live loop: claim what is due, fetch, parse, decide, commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from warraq.errors import LeaseLost
from warraq.parse import Rules, parse
from warraq.pipeline.steps import Count, Progress, Refused, decide_all
from warraq.ports import Clock, Fetcher, Store
from warraq.types import (
    Done,
    Failure,
    Feed,
    OutletId,
    Parsed,
    RawDocument,
    Reason,
    Redirect,
    Tally,
    Task,
    TaskKind,
)

CLAIM_BATCH = 16
LEASE = timedelta(minutes=5)


def crawl(
    store: Store,
    fetcher: Fetcher,
    rules: Rules,
    clock: Clock,
    *,
    progress: Progress | None = None,
    refused: Refused | None = None,
) -> Tally:
    """Work off every task that is due: claim, fetch, parse, decide, commit. Feeds yield tasks, pages articles."""
    count = Count(progress, refused)
    while leases := store.claim(clock.now(), CLAIM_BATCH, LEASE):
        seen: list[tuple[Parsed, datetime]] = []
        for task, document in fetcher.fetch([lease.task for lease in leases]):
            if isinstance(document, Redirect):
                document = Failure(document.url, Reason.REDIRECTS, f"to another host: {document.target}")  # noqa: PLW2901
            at = document.fetched_at if isinstance(document, RawDocument) else clock.now()
            seen.append((parse(document, rules, at, task), at))
        found = [task for p, at in seen if p.feed is not None for task in _tasks(p.feed, p.outlet, at)]
        changes = decide_all(seen, store)
        try:
            store.commit(changes, tasks=found, done=[Done(lease) for lease in leases], now=clock.now())
        except LeaseLost:
            continue  # another worker has these tasks by now, and stores what we would have stored
        count.add(changes)
    return count.tally()


def _tasks(feed: Feed, outlet: OutletId, now: datetime) -> Iterator[Task]:
    """What a feed leads to. A page is due since it was published, so the oldest is read, and first seen, first."""
    for entry in feed.entries:
        yield Task(entry.url, TaskKind.PAGE, outlet, min(entry.published or now, now), entry)
    for url in feed.feeds:
        yield Task(url, TaskKind.FEED, outlet, now)
