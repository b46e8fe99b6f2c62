"""The order of the steps, and nothing else: ingest, index, count, replay.

Each loop reads narrowly, decides purely and commits once. Data moves one way: documents into the store, the
store's log into the index and into the background. Any of them can stop at any moment and go on later.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from warraq.analyse.background import Background, checkpoints
from warraq.analyse.vectors import unpack
from warraq.arabic import words
from warraq.decide import decide, learned
from warraq.errors import LeaseLost
from warraq.parse import Document, Rules, parse, parse_saved
from warraq.ports import Clock, Fetcher, Index, Store
from warraq.types import (
    FOREVER,
    ArticleId,
    Change,
    Feed,
    IndexDocument,
    Known,
    Outcome,
    OutletId,
    Parsed,
    RawDocument,
    Reason,
    Revision,
    Tally,
    Task,
    TaskKind,
    micros,
)

T = TypeVar("T")

PARSE_BATCH = 64
"""Documents a process parses at a time: large enough to hide the hand-over, small enough to keep memory flat."""
COMMIT_BATCH = 512
"""Documents of one transaction: one sync to disk for all of them."""
INDEX_BATCH = 4096
"""Articles of one index commit."""
CLAIM_BATCH = 16
LEASE = timedelta(minutes=5)

Progress = Callable[[Tally], None]
"""Called after each transaction with all that was done so far."""
Refused = Callable[[Change], None]
"""Called with each document that was rejected or failed."""


# --- ingest -----------------------------------------------------------------------------------------------


def ingest(
    documents: Iterable[Document],
    store: Store,
    rules: Rules,
    clock: Clock,
    *,
    processes: int = 1,
    progress: Progress | None = None,
    refused: Refused | None = None,
) -> Tally:
    """Documents of an archive (records, pages, saved feeds, failures to read) into the store: an outcome for each."""
    count = _Count(progress, refused)
    for batch in _batched(_parse_all(documents, rules, clock.now(), processes), COMMIT_BATCH):
        now = clock.now()
        changes = _decide_all([(parsed, now) for parsed in batch], store)
        store.commit(changes)
        count.add(changes)
    return count.tally()


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
    count = _Count(progress, refused)
    while leases := store.claim(clock.now(), CLAIM_BATCH, LEASE):
        seen: list[tuple[Parsed, datetime]] = []
        for task, document in fetcher.fetch([lease.task for lease in leases]):
            at = document.fetched_at if isinstance(document, RawDocument) else clock.now()
            seen.append((parse(document, rules, at, task), at))
        found = [task for p, at in seen if p.feed is not None for task in _tasks(p.feed, p.outlet, at)]
        changes = _decide_all(seen, store)
        try:
            store.commit(changes, tasks=found, done=leases, now=clock.now())
        except LeaseLost:
            continue  # another worker has these tasks by now, and stores what we would have stored
        count.add(changes)
    return count.tally()


class _Count:
    """The running form of a `Tally`."""

    def __init__(self, progress: Progress | None, refused: Refused | None) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._reasons: Counter[Reason] = Counter()
        self._progress, self._refused = progress, refused

    def add(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._outcomes[change.outcome] += 1
            if change.reason is not None:
                self._reasons[change.reason] += 1
                if self._refused is not None:
                    self._refused(change)
        if self._progress is not None:
            self._progress(self.tally())

    def tally(self) -> Tally:
        return Tally(self._outcomes.total(), dict(self._outcomes), dict(self._reasons))


def _tasks(feed: Feed, outlet: OutletId, now: datetime) -> Iterator[Task]:
    """What a feed leads to. A page is due since it was published, so the oldest is read, and first seen, first."""
    for entry in feed.entries:
        yield Task(entry.url, TaskKind.PAGE, outlet, min(entry.published or now, now), entry)
    for url in feed.feeds:
        yield Task(url, TaskKind.FEED, outlet, now)


def _decide_all(seen: Sequence[tuple[Parsed, datetime]], store: Store) -> list[Change]:
    """One decision for each document and the moment it was seen, in order; each knows of those before it."""
    ids = {p.article.id for p, _ in seen if p.article is not None}
    known: dict[ArticleId, Known | None] = dict(store.known(ids))
    changes = []
    for p, at in seen:
        before = known.get(p.article.id) if p.article is not None else None
        change = decide(p, before, p.seen_at or at, given=p.seen_at is not None)
        if p.article is not None:
            known[p.article.id] = learned(before, change)
        changes.append(change)
    return changes


def _parse_all(documents: Iterable[Document], rules: Rules, now: datetime, processes: int) -> Iterator[Parsed]:
    """Parse in order, in other processes if there are to be several; a bounded number of batches is under way."""
    if processes <= 1:
        for document in documents:
            yield from parse_saved(document, rules, now)
        return
    # Started afresh, not forked: a fork would copy the threads' locks of the index as they happen to stand.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (rules, now)) as pool:
        waiting: deque[Future[list[Parsed]]] = deque()
        for batch in _batched(documents, PARSE_BATCH):
            waiting.append(pool.submit(_parse_batch, batch))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


_worker: tuple[Rules, datetime]
"""What a parsing process was begun with; set once, in that process only."""


def _begin(rules: Rules, now: datetime) -> None:
    global _worker  # noqa: PLW0603 - the only way to hand a value to a process of a pool
    _worker = rules, now
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent cannot end its pool, and a waiting process does not notice by itself."""
    if parent := multiprocessing.parent_process():
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _parse_batch(batch: Sequence[Document]) -> list[Parsed]:
    rules, now = _worker
    return [parsed for document in batch for parsed in parse_saved(document, rules, now)]


# --- index ------------------------------------------------------------------------------------------------


def index(store: Store, search_index: Index, *, progress: Callable[[int], None] | None = None) -> int:
    """Follow the store's log into the index; returns how many articles were applied."""
    after, last, applied = search_index.applied(), store.last_change(), 0
    if after > last:  # the store is older than the index: it was restored from a backup
        search_index.clear()
        after = 0
    while lines := store.changes(after, INDEX_BATCH):
        ids = list(dict.fromkeys(line.article for line in lines))
        after = lines[-1].seq
        search_index.apply(ids, _index_documents(store, ids), after)
        applied += len(ids)
        if progress is not None:
            progress(applied)
    return applied


def _index_documents(store: Store, ids: Sequence[ArticleId]) -> Iterator[IndexDocument]:
    for some in _batched(ids, COMMIT_BATCH):
        for history in store.histories(some).values():
            yield from map(index_document, history)


def index_document(revision: Revision) -> IndexDocument:
    """One state of an article as an index takes it."""
    article = revision.article
    title, body = words(article.title), words(article.text)
    seen_at = micros(revision.seen_at)
    return IndexDocument(
        article=article.id,
        key=revision.key,
        outlet=article.outlet,
        title=" ".join([w.stem for w in title]),
        body=" ".join([w.stem for w in body]),
        folded_title=" ".join([w.folded for w in title]),
        folded_body=" ".join([w.folded for w in body]),
        seen_at=seen_at,
        until=FOREVER if revision.until is None else micros(revision.until),
        published=seen_at if article.published is None else micros(article.published.at),
    )


# --- count ------------------------------------------------------------------------------------------------


def count(store: Store) -> int:
    """Bring the background of document frequencies up to date; returns how many articles it has counted.

    Articles are counted in the order (first seen, id). A checkpoint is kept at each geometric size, so a page as of
    T can use the largest that had been complete by T: it never looks ahead (docs/decisions/0002).
    """
    saved = store.saved_backgrounds()
    total = 0
    last: tuple[int, ArticleId] | None = None
    background = Background()
    if saved:
        total, last = saved[-1][0], saved[-1][1:]
        background = Background.unpack(store.background(total) or b"")
    sizes = (size for size in checkpoints() if size > total)
    size = next(sizes)
    while rows := store.first_analyses(last, min(COMMIT_BATCH, size - total)):
        background = background.merge([unpack(analysis) for _, _, analysis in rows])
        total += len(rows)
        last = rows[-1][:2]
        if total == size:
            if not store.save_background(total, rows[-1][:2], background.pack()):
                return count(store)  # a late arrival came in between: begin again from what is still valid
            size = next(sizes)
    return total


def _batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`itertools.batched`, which Python 3.11 has not, as lists."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
