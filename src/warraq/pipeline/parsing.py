"""Parse what was fetched: here, or in processes of its own, so that several cores work at once."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date, datetime

from warraq.extract.article import site
from warraq.extract.knowledge import NOTHING, Known, OutletKnowledge
from warraq.parse import Document, Rules, parse
from warraq.pipeline.ingest import end_with_parent
from warraq.types import OutletId, Parsed, RawDocument, Reason, Task


class Parsers:
    """Parses documents by `rules`, in so many other `processes`, or here. Safe to use from several threads."""

    def __init__(self, rules: Rules, processes: int = 0) -> None:
        self._rules = rules
        self._processes = processes
        self._guard = threading.Lock()
        self._pool = self._begin() if processes else None

    def submit(self, document: Document, now: datetime, task: Task, known: Known) -> Future[Parsed]:
        """What the document says, now or soon."""
        if self._pool is not None and isinstance(document, RawDocument):
            try:
                return self._pool.submit(_parse, document, now, task, self._known_of(document, task, known))
            except (BrokenProcessPool, RuntimeError):
                self._renew(self._pool)
        ready: Future[Parsed] = Future()
        ready.set_result(parse(document, self._rules, now, task, known))
        return ready

    def result(self, parsed: Future[Parsed], task: Task) -> Parsed:
        """What was submitted; a process that died of a document is a fault of ours, not the end."""
        try:
            return parsed.result()
        except BrokenProcessPool:
            self._renew(self._pool)
            return Parsed(task.url, task.outlet, reason=Reason.INTERNAL, detail="the process that parsed it died")

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self) -> ProcessPoolExecutor:
        # Started afresh, not forked: a fork would copy the threads' locks as they happen to stand.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._processes, context, _prepare, (self._rules,))

    def _renew(self, broken: ProcessPoolExecutor | None) -> None:
        with self._guard:
            if self._pool is broken and broken is not None:
                broken.shutdown(wait=False, cancel_futures=True)
                self._pool = self._begin()

    def _known_of(self, document: RawDocument, task: Task, known: Known) -> Mapping[OutletId, OutletKnowledge]:
        """What a page may need to know of its outlet; it cannot ask from another process."""
        outlet = self._rules.outlet_at(document.url)
        ids = {task.outlet, outlet.id if outlet else site(document.url)}
        found = {id: known(id, document.fetched_at.date()) for id in ids if id}
        return {id: knowledge for id, knowledge in found.items() if knowledge}


_rules: Rules
"""What a parsing process was begun with; set once, in that process only."""


def _prepare(rules: Rules) -> None:
    global _rules  # noqa: PLW0603 - the only way to hand a value to a process of a pool
    _rules = rules
    for sign in (signal.SIGINT, signal.SIGTERM):  # they are the parent's to answer
        signal.signal(sign, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()


def _parse(document: RawDocument, now: datetime, task: Task, knowledge: Mapping[OutletId, OutletKnowledge]) -> Parsed:
    def known(outlet: OutletId, day: date) -> OutletKnowledge:
        return knowledge.get(outlet, NOTHING)

    return parse(document, _rules, now, task, known)
