"""For monitors: does the process live (``/healthz``), the archive answer (``/readyz``); its numbers (``/metrics``)."""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warraq.errors import WarraqError
from warraq.render import json
from warraq.render.exposition import MEDIA_TYPE, Metric, counted, exposition, gauge, histogram
from warraq.types import Severity
from warraq.web import answers
from warraq.web.answers import answer

if TYPE_CHECKING:
    from warraq.app import Archive

KEPT = 30.0
"""Seconds for which the numbers of the archive are kept: a monitor that asks often costs nothing."""
SIGNS_KEPT = 300.0
"""Seconds for which its signs are kept: with hundreds of outlets they take a second or two to tell."""
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class Timings:
    """How many requests were answered, how, and how fast. Written by one thread, the event loop's."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        """How requests were answered: from what is held, made, refused because too many waited (`web.held`)."""
        self.steps = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def add(self, status: int, seconds: float) -> None:
        """Count one answer."""
        self.statuses[f"{status // 100}xx"] += 1
        self.steps[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class Timed:
    """ASGI middleware that counts and times each request."""

    def __init__(self, app: Application, timings: Timings) -> None:
        self.app, self.timings = app, timings

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            self.timings.add(status, time.perf_counter() - began)


class Kept:
    """A value that is made when it is asked for, by one thread at a time, and kept for some seconds."""

    def __init__(self, seconds: float, make: Callable[[], list[Metric]]) -> None:
        self._seconds, self._make = seconds, make
        self._guard = threading.Lock()
        self._until = -math.inf
        self._value: list[Metric] = []

    def __call__(self) -> list[Metric]:
        with self._guard:
            if time.monotonic() >= self._until:
                self._value = self._make()
                self._until = time.monotonic() + self._seconds
            return self._value


def operating_routes(archive: Archive, timings: Timings) -> list[Route]:
    """The addresses that monitors ask."""
    here = _Monitored(archive, timings)
    return [Route("/healthz", _alive), Route("/readyz", here.ready), Route("/metrics", here.metrics)]


async def _alive(request: Request) -> Response:
    """The process answers. Nothing is read: a store that is busy is no reason to be restarted."""
    return answer(request, b'{"status":"ok"}', answers.JSON, cache=answers.NEVER)


class _Monitored:
    def __init__(self, archive: Archive, timings: Timings) -> None:
        self.archive, self.timings = archive, timings
        self._numbers = Kept(KEPT, lambda: list(_archive_metrics(archive)))
        self._signs = Kept(SIGNS_KEPT, lambda: [_sign_metric(archive)])

    def ready(self, request: Request) -> Response:
        """200 if the archive can be read and its index is not far behind; otherwise 503 and why."""
        try:
            why = self.archive.ready()
        except WarraqError as error:
            why = str(error)
        found = {"status": "not ready", "message": why} if why else {"status": "ok", "message": ""}
        return answer(
            request, json.dumps(found).encode(), answers.JSON, status=503 if why else 200, cache=answers.NEVER
        )

    def metrics(self, request: Request) -> Response:
        """Everything that is counted."""
        text = exposition([*self._numbers(), *self._signs(), *self._request_metrics()])
        return answer(request, text.encode(), MEDIA_TYPE, cache=answers.NEVER)

    def _request_metrics(self) -> Iterator[Metric]:
        statuses = [({"status": status}, count) for status, count in sorted(self.timings.statuses.items())]
        yield counted("warraq_http_requests_total", "Requests answered by this process.", "counter", statuses)
        answers = [({"how": how}, count) for how, count in sorted(self.timings.answers.items())]
        yield counted("warraq_http_answers_total", "Answers that were held, made or refused.", "counter", answers)
        yield histogram(
            "warraq_http_request_seconds",
            "Time from a request to the end of its answer.",
            BOUNDS,
            self.timings.steps,
            self.timings.total,
        )


def _archive_metrics(archive: Archive) -> Iterator[Metric]:
    stats = archive.stats()
    yield gauge("warraq_articles", "Articles in the archive.", stats.articles)
    yield gauge("warraq_revisions", "States of articles in the archive.", stats.revisions)
    yield gauge("warraq_outlets", "Outlets with articles.", stats.outlets)
    if stats.last_seen_at is not None:
        at = stats.last_seen_at.timestamp()
        yield gauge("warraq_last_article_timestamp_seconds", "When the newest article was first seen.", at)
    parted = [(*name.partition(":")[::2], count) for name, count in sorted(stats.outcomes.items())]
    yield counted(
        "warraq_documents_total",
        "Documents by what became of them, over the archive's whole life.",
        "counter",
        [({"outcome": outcome, "reason": reason}, count) for outcome, reason, count in parted],
    )
    waiting = archive.waiting()
    yield counted(
        "warraq_tasks",
        "Addresses that wait in the frontier: all, those that are due, those that a worker holds.",
        "gauge",
        [({"state": state}, getattr(waiting, state)) for state in ("tasks", "due", "leased")],
    )
    yield gauge("warraq_hosts", "Hosts with addresses that wait.", waiting.hosts)
    if waiting.oldest_due is not None:
        late = max((archive.now() - waiting.oldest_due).total_seconds(), 0.0)
        yield gauge("warraq_oldest_due_seconds", "For how long the oldest address has been due.", late)
    watched = archive.watched()
    states = Counter(
        "gone" if task.visit.gone else "failing" if task.visit.failing_since else "sound" for task in watched
    )
    yield counted(
        "warraq_feeds",
        "Feeds, sitemaps and lists that are read again and again.",
        "gauge",
        [({"state": state}, states[state]) for state in ("sound", "failing", "gone")],
    )
    yield gauge("warraq_index_behind", "Changes that the search index has not applied.", archive.behind())


def _sign_metric(archive: Archive) -> Metric:
    signs = Counter((sign.severity, sign.kind.value) for sign in archive.health())
    return counted(
        "warraq_signs",
        "Signs that something is not as it should be (`warraq health`).",
        "gauge",
        [
            ({"severity": severity.name.lower(), "kind": kind}, count)
            for (severity, kind), count in sorted(signs.items())
        ]
        or [({"severity": Severity.NOTICE.name.lower(), "kind": "none"}, 0)],
    )
