"""Documents of an archive into the store: parse (in several processes if asked), decide, commit."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date, datetime

from warraq import urls
from warraq.extract.knowledge import Known, Learner, nothing
from warraq.parse import Document, Rules, parse_saved
from warraq.pipeline.steps import COMMIT_BATCH, Count, Progress, Refused, batched, decide_all
from warraq.ports import Clock, Store
from warraq.types import Parsed, RawDocument, Tally

PARSE_BATCH = 64
"""Documents a process parses at a time: large enough to hide the hand-over, small enough to keep memory flat."""
PAGES_LEARNED = 64
"""Pages of one host and day that are read to learn what they share."""
FILES_LEARNED = 2048
DAYS_LEARNED = 400
"""Days of an outlet whose trending tags are told apart; the newest."""


def ingest(
    documents: Iterable[Document],
    store: Store,
    rules: Rules,
    clock: Clock,
    *,
    processes: int = 1,
    pages: Iterable[Document] = (),
    progress: Progress | None = None,
    refused: Refused | None = None,
) -> Tally:
    """Documents of an archive (records, pages, saved feeds, failures to read) into the store: an outcome for each.

    `pages` are its raw pages once more: what outlets' pages share is learned from a bounded number of them before
    the first is read, so that all are read with the same knowledge, in whatever order and however many processes.
    """
    count = Count(progress, refused)
    begun = clock.now()
    known = _learn(pages, rules, begun, processes).known
    for batch in batched(_parse_all(documents, rules, begun, processes, known), COMMIT_BATCH):
        now = clock.now()
        changes = decide_all([(parsed, now) for parsed in batch], store)
        store.commit(changes)
        count.add(changes)
    return count.tally()


def _learn(pages: Iterable[Document], rules: Rules, now: datetime, processes: int) -> Learner:
    """What the outlets' pages share, from some pages of each host (or folder) and day."""
    learner = Learner(days=DAYS_LEARNED, saves=False)
    for parsed in _parse_all(_some(pages), rules, now, processes, nothing):
        learner.learn(parsed)
    return learner


def _some(pages: Iterable[Document]) -> Iterator[Document]:
    """The first raw pages of each host and day; of a folder more, because it may hold those of many outlets."""
    taken: Counter[tuple[str, date]] = Counter()
    for page in pages:
        if isinstance(page, RawDocument):
            host = urls.host(page.url)
            place = (host or page.url.rpartition("/")[0], page.fetched_at.date())
            if taken[place] < (PAGES_LEARNED if host else FILES_LEARNED):
                taken[place] += 1
                yield page


def _parse_all(
    documents: Iterable[Document], rules: Rules, now: datetime, processes: int, known: Known
) -> Iterator[Parsed]:
    """Parse in order, in other processes if there are to be several; a bounded number of batches is under way."""
    if processes <= 1:
        for document in documents:
            yield from parse_saved(document, rules, now, known)
        return
    # Started afresh, not forked: a fork would copy the threads' locks of the index as they happen to stand.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (rules, now, known)) as pool:
        waiting: deque[Future[list[Parsed]]] = deque()
        for batch in batched(documents, PARSE_BATCH):
            waiting.append(pool.submit(_parse_batch, batch))
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


_worker: tuple[Rules, datetime, Known]
"""What a parsing process was begun with; set once, in that process only."""


def _begin(rules: Rules, now: datetime, known: Known) -> None:
    global _worker  # noqa: PLW0603 - the only way to hand a value to a process of a pool
    _worker = rules, now, known
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    threading.Thread(target=end_with_parent, daemon=True).start()


def end_with_parent() -> None:
    """A killed parent cannot end its pool, and a waiting process does not notice by itself."""
    if parent := multiprocessing.parent_process():
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _parse_batch(batch: Sequence[Document]) -> list[Parsed]:
    rules, now, known = _worker
    return [parsed for document in batch for parsed in parse_saved(document, rules, now, known)]
