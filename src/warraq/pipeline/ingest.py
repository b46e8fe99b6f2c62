"""Documents of an archive into the store: parse (in several processes if asked), decide, commit."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import datetime

from warraq.parse import Document, Rules, parse_saved
from warraq.pipeline.steps import COMMIT_BATCH, Count, Progress, Refused, batched, decide_all
from warraq.ports import Clock, Store
from warraq.types import (
    Parsed,
    Tally,
)

PARSE_BATCH = 64
"""Documents a process parses at a time: large enough to hide the hand-over, small enough to keep memory flat."""


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
    count = Count(progress, refused)
    for batch in batched(_parse_all(documents, rules, clock.now(), processes), COMMIT_BATCH):
        now = clock.now()
        changes = decide_all([(parsed, now) for parsed in batch], store)
        store.commit(changes)
        count.add(changes)
    return count.tally()


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
        for batch in batched(documents, PARSE_BATCH):
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
