"""Fetching over HTTP: politely, safely, with limits. What goes wrong outside becomes a `Failure`, never an exception.

* Polite: robots.txt (RFC 9309), one request at a time for a host and a delay between them, conditional requests,
  ``Retry-After``, connections used again, an honest User-Agent.
* Safe: http and https only, no credentials in addresses, only public IP addresses, checked after name resolution and
  at every redirect, no proxies from the environment, no cookies.
* Limited: time for the whole request (a server that sends a byte a second is cut), size on the wire and unpacked,
  redirects.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from warraq.fetchers import robots
from warraq.fetchers.addresses import Resolver, SystemResolver, checked
from warraq.fetchers.decode import CODINGS, Unreadable, unpack
from warraq.fetchers.headers import retry_after
from warraq.fetchers.places import Closed, Failed, Place, Unanswered, place_of
from warraq.fetchers.turns import Turns
from warraq.fetchers.wire import OK, Answer, Limit, Wire
from warraq.ports import Clock
from warraq.types import Failure, NotModified, RawDocument, Reason, Redirect, Task, Visit

MAX_REDIRECTS = 5
CUT_SHORT = 2.0
"""How many times as long a host is left alone after an answer that had no end, as it notices late that we hung up."""
_REDIRECTS = (301, 302, 303, 307, 308)
_LASTING = (301, 308)
_BUSY = (429, 503)
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,*/*;q=0.5"
_NEVER_WANTED = re.compile(r"\s*(?:image|audio|video|font)/|\s*application/(?:pdf|zip|octet-stream)", re.I)
_HEADER_VALUE = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,1023}")

Fetched = RawDocument | NotModified | Redirect | Failure


class HttpFetcher:
    """A `ports.Fetcher` over HTTP. Tasks are fetched one after another; safe to use from several threads.

    `user_agent` is sent as it is; its first word up to a slash is the name that robots.txt rules are looked up for.
    `timeout`: seconds for one request as a whole. `max_bytes`: largest body, on the wire and unpacked. `delay`:
    seconds between two requests to one host (its ``Crawl-delay`` if that is longer). `allow_private`: also fetch
    from loopback and private addresses. `across`: follow redirects to other hosts, too; without it they come back
    as `Redirect`. `resolver` and `passed` (seconds that only go forward) replace the system's in tests.

    `close` ends it from any thread: waits and requests are cut, and `fetch` yields nothing more, so that tasks
    without a result are as if they had not been begun.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        clock: Clock,
        timeout: float = 20.0,
        max_bytes: int = 16 * 1024 * 1024,
        delay: float = 1.0,
        allow_private: bool = False,
        across: bool = True,
        resolver: Resolver | None = None,
        passed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._user_agent = " ".join(user_agent.split())
        self._agent = re.split(r"[/\s]", self._user_agent or "*", maxsplit=1)[0]
        self._clock = clock
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._delay = delay
        self._allow_private = allow_private
        self._across = across
        self._resolver = resolver or SystemResolver(timeout)
        self._robots = robots.Cache()
        self._turns = Turns(clock, passed)
        self._wire = Wire()

    def fetch(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Fetched]]:
        """One result for each task, in the order of the tasks, as they come; no more of them after `close`."""
        for task in tasks:
            try:
                found = self._get(task)
            except Closed:
                return
            yield task, found

    def get(self, task: Task) -> Fetched:
        """The result of one task."""
        for _, found in self.fetch([task]):
            return found
        return Failure(task.url, Reason.CONNECT, "the fetcher is closed")

    def close(self) -> None:
        """Cut what goes on, close all connections. Safe to call twice, and from any thread."""
        self._turns.stop()
        self._wire.close()

    def _get(self, task: Task) -> Fetched:
        asked: list[Place] = []
        try:
            return self._follow(task, asked)
        except Failed as failed:
            detail, pause = str(failed)[:300], self._pause(asked)
            return Failure(task.url, failed.reason, detail, failed.status, failed.retry_after, pause)
        except Closed:
            raise
        except Exception as error:  # a fault of ours must not stop the loop
            detail = f"{type(error).__name__}: {error}"[:300]
            return Failure(task.url, Reason.INTERNAL, detail, pause=self._pause(asked))

    def _follow(self, task: Task, asked: list[Place]) -> RawDocument | NotModified | Redirect:
        """Ask where the task says, and on where that leads. `asked` collects the places for the caller."""
        place = place_of(task.visit.at or task.url)
        conditional, lasting = _conditional(task.visit), True
        for _ in range(MAX_REDIRECTS + 1):
            asked.append(place)
            self._ask_robots(place)
            answer = self._request(place, {**conditional, "Accept": _ACCEPT}, Limit(self._max_bytes))
            if answer.status in _REDIRECTS and (target := answer.headers.get("location")):
                lasting = lasting and answer.status in _LASTING
                before, place = place, place_of(target, place.url)
                if place in asked:
                    raise Failed(Reason.REDIRECTS, f"in a circle, back to {place.url}", status=answer.status)
                if not self._across and place.site != before.site:
                    return Redirect(task.url, place.url, lasting, self._pause(asked))
                continue
            if answer.status == 304 and conditional:
                return NotModified(task.url, answer.headers, self._pause(asked))
            if answer.status != OK:
                raise self._refused(place, answer)
            body, headers = _unpacked(answer, self._max_bytes), answer.headers
            return RawDocument(
                place.url,
                body,
                self._clock.now(),
                headers.get("content-type", ""),
                OK,
                headers,
                lasting=lasting and len(asked) > 1,
                pause=self._pause(asked),
            )
        detail = f"more than {MAX_REDIRECTS}, the last one to {place.url}"
        raise Failed(Reason.REDIRECTS, detail, status=answer.status)

    def _refused(self, place: Place, answer: Answer) -> Failed:
        """What an answer without a document means; a busy host's ``Retry-After`` is remembered for the host, too."""
        wait = retry_after(answer.headers.get("retry-after", ""), self._clock.now())
        detail = str(answer.status) if wait is None else f"{answer.status}, retry after {wait:.0f} s"
        if wait is not None and answer.status in _BUSY:
            self._turns.be_patient(place, wait, answer.status)
        return Failed(Reason.HTTP_STATUS, detail, status=answer.status, retry_after=wait)

    # --- politeness ---------------------------------------------------------------------------------------

    def _ask_robots(self, place: Place) -> None:
        rules = self._rules(place)
        if rules.closed:
            left = (rules.until - self._clock.now()).total_seconds() if rules.reason is Reason.ROBOTS else None
            raise Failed(rules.reason, rules.closed, retry_after=left)
        if not rules.allow(place.url):
            raise Failed(Reason.ROBOTS, "robots.txt does not allow it")

    def _rules(self, place: Place) -> robots.Rules:
        """The rules of a place's origin, read if they are not known; other threads wait meanwhile."""
        rules = self._robots.get(place.origin, self._clock.now())
        if rules is not None:
            return rules
        with self._turns.host(place).reading:
            rules = self._robots.get(place.origin, self._clock.now())
            if rules is None:
                rules = self._read_robots(place)
                self._robots.put(place.origin, rules)
        return rules

    def _read_robots(self, place: Place) -> robots.Rules:
        """The rules of an origin. If it cannot be reached at all, neither can its pages, for the same reason."""
        at = place_of("/robots.txt", place.url)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = self._request(at, {"Accept-Encoding": "identity"}, Limit(robots.MAX_BYTES, cut=True))
                if answer.status in _REDIRECTS and (target := answer.headers.get("location")):
                    at = place_of(target, at.url)
                    continue
                body = b""
                if answer.status == OK:
                    body = _unpacked(answer, 4 * robots.MAX_BYTES)
                wait = retry_after(answer.headers.get("retry-after", ""), self._clock.now())
                return robots.from_answer(answer.status, body, self._clock.now(), self._agent, wait)
        except Failed as failed:
            return robots.from_failure(failed.reason, str(failed), self._clock.now(), moved=at.site != place.site)
        return robots.from_answer(404, b"", self._clock.now(), self._agent)  # too many redirects count as not available

    def _pause(self, asked: list[Place]) -> float:
        """Seconds for which the host that was asked last wants no request, be it for its delay or ``Retry-After``."""
        return self._turns.left(asked[-1]) if asked else 0.0

    # --- one request --------------------------------------------------------------------------------------

    def _request(self, place: Place, headers: Mapping[str, str], limit: Limit) -> Answer:
        sent = {
            "User-Agent": self._user_agent,
            "Accept-Encoding": CODINGS,
            "Accept-Language": "ar,*;q=0.5",
            **headers,
        }
        try:
            return self._ask(place, sent, limit)
        except Unanswered:  # again, but not before it is our turn again
            return self._ask(place, sent, limit, fresh=True)

    def _ask(self, place: Place, headers: Mapping[str, str], limit: Limit, *, fresh: bool = False) -> Answer:
        with self._turns.turn(place) as host:
            # Waiting for one's turn is not the server's time; finding its address is.
            deadline = time.monotonic() + self._timeout
            try:
                addresses = checked(place.host, place.port, self._resolver, allow_private=self._allow_private)
            except PermissionError as error:
                raise Failed(Reason.FORBIDDEN_ADDRESS, str(error)) from None
            except TimeoutError as error:
                raise Failed(Reason.TIMEOUT, f"{place.host} cannot be resolved: {error}") from None
            except (OSError, UnicodeError) as error:
                raise Failed(Reason.CONNECT, f"{place.host} cannot be resolved: {error}") from None
            cut = True
            try:
                left = deadline - time.monotonic()
                answer = self._wire.ask(place, addresses, headers, limit, left, _unwanted, fresh=fresh)
                cut = answer.cut
                return answer
            finally:
                rules = self._robots.get(place.origin, self._clock.now())
                delay = max(self._delay, rules.delay if rules else 0.0)
                host.free_at = self._turns.passed() + delay * (CUT_SHORT if cut else 1)


def _conditional(visit: Visit) -> dict[str, str]:
    """The validators of a visit as headers; a value that is no header value is left out."""
    sent = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
    return {name: value for name, value in sent.items() if _HEADER_VALUE.fullmatch(value)}


def _unwanted(headers: Mapping[str, str]) -> str:
    kind = headers.get("content-type", "")
    return kind[:100] if _NEVER_WANTED.match(kind) else ""


def _unpacked(answer: Answer, limit: int) -> bytes:
    try:
        return unpack(answer.body, answer.headers.get("content-encoding", ""), limit)
    except Unreadable as error:
        raise Failed(error.reason, str(error), status=answer.status) from None
