"""Answers that are held for a while, as they went out, and how many are made at one moment.

What is held is an answer that any cache might keep (status 200, ``public``), by its whole address, host and packing.
It is given again while it is *sound*: nothing that it tells of was changed (the archive's log is followed, see
`app.following`), and its moment, which every page prints, does not lie too far back. A page of an article is exact as
of that moment; what came since could at most stand beside it, and matters less the older the article is: it is
held for a hundredth of the time since the article was first seen, within `SHORTEST` and `LONGEST`. Everything else
is held until anything changes. Many who ask for one page at once are answered by making it once. Conditional
requests are answered from what is held (RFC 9110, 13.1.2).

What is not held is made by as many threads as `Held` is given; a bounded number waits for its turn, the rest is told
to come again (503 with Retry-After), so that a server with too much to do answers some quickly and not all too late.

Decision: docs/decisions/0010-held-answers.md.
"""

from __future__ import annotations

import asyncio
from array import array
from collections import Counter, OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers

from warraq.types import ArticleId
from warraq.web.answers import SECURITY, matches, refuse
from warraq.web.makers import ABOUT, OPEN
from warraq.web.operating import Application, Message, Receive, Send

if TYPE_CHECKING:
    from warraq.app import Archive

SHORTEST, LONGEST = 60.0, 3600.0
"""Seconds for which a sound answer is held: what the headers allow any cache; and pages of old articles."""
SHARE = 0.01
"""Of an article's age, for which its page is held."""
LARGEST = 256 * 1024
"""Bytes of an answer that may be held."""
WAITING = 128
"""Requests that may wait for a thread."""
TOLD = 50_000
"""Changed articles that are remembered; with more of them nothing held before is sound."""
_OVERHEAD = 1500
"""Bytes that an answer costs beside its body, about."""


def tell_about(scope: Message, articles: Collection[ArticleId], since: datetime | None, now: datetime) -> None:
    """Say, while an answer is made, of which articles it tells, and since when the main one, if any, is known."""
    noted = scope.get(ABOUT)
    if noted is not None:
        numbers = array("q", sorted({int(id, 32) for id in articles}))
        age = (now - since).total_seconds() if since else 0.0
        noted.append((numbers, min(max(age * SHARE, SHORTEST), LONGEST)))


@dataclass(slots=True)
class _Answer:
    head: Message
    body: bytes
    etag: str
    about: array[int] | None
    """The articles it tells of; None: of anything."""
    look: int
    """When it was made, in looks at the archive."""
    until: float
    renew: float
    """From when on it is made anew behind whoever asks."""


class Held:
    """ASGI middleware over the site of one archive.

    `room` in bytes; `turns` answers are made at one moment; `counts` is told how each request was answered.
    """

    def __init__(
        self, app: Application, archive: Archive, room: int, turns: int, counts: Counter[str] | None = None
    ) -> None:
        self.app, self.archive, self.room = app, archive, room
        self.counts: Counter[str] = Counter() if counts is None else counts
        self._turns = asyncio.Semaphore(turns)
        self._waiting = 0
        self._answers: OrderedDict[tuple[object, ...], _Answer] = OrderedDict()
        self._used = 0
        self._making: dict[tuple[object, ...], asyncio.Future[None]] = {}
        self._renewing: set[asyncio.Task[None]] = set()
        self._version: object = None
        self._standing: Any = None
        self._looking: asyncio.Future[None] | None = None
        self._look = 0
        self._changed = 0
        """The look that last found anything changed; and that which found more changed than can be told."""
        self._floor = 0
        self._touched: dict[int, int] = {}
        """The look that found an article changed."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] not in ("GET", "HEAD") or "authorization" in headers or "range" in headers:
            await self._take_turn(scope, receive, send)
            return
        await self._follow()
        packed = "gzip" in headers.get("accept-encoding", "")
        key = (scope["path"], scope["query_string"], headers.get("host"), scope["scheme"], packed)
        answer = self._sound(key)
        making = self._making.get(key)
        if answer is None and making is not None:
            await making
            answer = self._sound(key)
        if answer is None:
            await self._make_once(key, scope, headers, receive, send)
            return
        self.counts["held"] += 1
        if monotonic() >= answer.renew and making is None and not self._turns.locked():
            task = asyncio.ensure_future(self._make_once(key, scope, headers, receive, _nobody))
            self._renewing.add(task)  # the loop itself keeps no task alive
            task.add_done_callback(self._renewing.discard)
        await _send(answer, headers, send)

    # -- making -------------------------------------------------------------------------------------------

    async def _make_once(
        self, key: tuple[object, ...], scope: Message, headers: Headers, receive: Receive, send: Send
    ) -> None:
        """Answer, while others who ask for the same wait for that."""
        done = self._making[key] = asyncio.get_running_loop().create_future()
        try:
            await self._make(key, scope, headers, receive, send)
        finally:
            if self._making.get(key) is done:
                del self._making[key]
            done.set_result(None)  # whether it is held or not: who waited looks for himself

    async def _make(
        self, key: tuple[object, ...], scope: Message, headers: Headers, receive: Receive, send: Send
    ) -> None:
        """Answer, and hold the answer if it may be."""
        look = self._look
        about: list[tuple[array[int], float]] = []
        asked = [(name, value) for name, value in scope["headers"] if name != b"if-none-match"]
        head: Message | None = None

        async def taken(message: Message) -> None:
            nonlocal head
            if message["type"] == "http.response.start" and _may_be_held(message):
                head = message
            elif head is not None:
                held, head = head, None
                body = message.get("body", b"")
                if message.get("more_body") or len(body) > LARGEST:
                    await send(held)
                    await send(message)
                    return
                numbers, seconds = about[0] if about else (None, SHORTEST)
                etag = Headers(raw=held["headers"]).get("etag", "")
                now = monotonic()
                answer = _Answer(held, body, etag, numbers, look, now + seconds, now + seconds / 2)
                self._hold(key, answer)
                await _send(answer, headers, send)
            else:
                await send(message)

        await self._take_turn({**scope, "headers": asked, ABOUT: about}, receive, taken)

    async def _take_turn(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer when it is this request's turn; at once, and with 503, if too many wait for theirs."""
        if self._waiting >= WAITING:
            self.counts["refused"] += 1
            await refuse(scope, receive, send, 503, "busy: come again in a moment", 2)
            return
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        try:
            self.counts["made"] += 1
            await self.app(scope, receive, send)
        finally:
            self._turns.release()

    def _hold(self, key: tuple[object, ...], answer: _Answer) -> None:
        self._drop(key)
        self._answers[key] = answer
        self._used += len(answer.body) + _OVERHEAD
        while self._used > self.room:
            self._drop(next(iter(self._answers)))

    def _drop(self, key: tuple[object, ...]) -> None:
        answer = self._answers.pop(key, None)
        if answer is not None:
            self._used -= len(answer.body) + _OVERHEAD

    # -- what is sound ------------------------------------------------------------------------------------

    def _sound(self, key: tuple[object, ...]) -> _Answer | None:
        """What is held for a key, if it may be given again."""
        answer = self._answers.get(key)
        if answer is None:
            return None
        if monotonic() < answer.until and answer.look >= self._floor:
            if answer.about is None:
                sound = answer.look >= self._changed
            else:
                sound = all(self._touched.get(number, 0) <= answer.look for number in answer.about)
            if sound:
                self._answers.move_to_end(key)
                return answer
        self._drop(key)
        return None

    async def _follow(self) -> None:
        """Learn what changed in the archive, if anything was written since the last look."""
        for _ in range(2):  # a look that was under way may have begun before the last writing
            if self.archive.version() == self._version:
                return
            if self._looking is None:
                self._looking = asyncio.ensure_future(self._learn())
            await asyncio.shield(self._looking)

    async def _learn(self) -> None:
        try:
            version = self.archive.version()  # before looking: what is written meanwhile is looked for again
            news = await run_in_threadpool(self.archive.news, self._standing)
            if news.anything:
                self._look += 1
                self._changed = self._look
                if news.touched is None or len(self._touched) + len(news.touched) > TOLD:
                    self._touched.clear()
                    self._floor = self._look
                else:
                    self._touched.update(dict.fromkeys((int(id, 32) for id in news.touched), self._look))
            self._version, self._standing = version, news.standing
        finally:
            self._looking = None


def _may_be_held(head: Message) -> bool:
    headers = Headers(raw=head["headers"])
    return (
        head["status"] == 200
        and headers.get("cache-control", "").startswith("public")
        and "set-cookie" not in headers
        and "etag" in headers
    )


async def _nobody(message: Message) -> None:
    """Whom an answer is sent to that is only made to be held."""


async def _send(answer: _Answer, asked: Headers, send: Send) -> None:
    if matches(asked.get("if-none-match", ""), answer.etag):
        kept = {name.encode() for name in (*SECURITY, "cache-control", "etag", "vary")}
        headers = [(name, value) for name, value in answer.head["headers"] if name.lower() in kept]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send(answer.head)
    await send({"type": "http.response.body", "body": answer.body})
