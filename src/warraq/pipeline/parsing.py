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

PARSE_LIMIT = 60.0
"""Seconds that a document may take in a process of its own, waiting for its turn included."""


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

    def result(self, parsed: Future[Parsed], document: Document, now: datetime, task: Task, known: Known) -> Parsed:
        """What was submitted. A document that a process dies of, or never ends with, is a fault of ours, not the end.

        Others that were with that process are parsed again, one by one.
        """
        for again in (True, False):
            pool = self._pool
            try:
                return parsed.result(PARSE_LIMIT)
            except BrokenProcessPool:
                fault = "the process that parsed it died"
                self._renew(pool)
            except TimeoutError:
                fault = f"not parsed within {PARSE_LIMIT:g} s"
                self._renew(pool)
            if again:
                parsed = self.submit(document, now, task, known)
        return Parsed(task.url, task.outlet, reason=Reason.INTERNAL, detail=fault)

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
                for process in list((broken._processes or {}).values()):  # public from Python 3.14 on
                    process.kill()
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
