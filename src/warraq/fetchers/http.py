"""Fetching over HTTP: politely, safely, with limits. What goes wrong outside becomes a `Failure`, never an exception.

* Polite: robots.txt (RFC 9309), one request at a time for a host and a delay between them, conditional requests,
  ``Retry-After``, an honest User-Agent.
* Safe: http and https only, no credentials in addresses, only public IP addresses, checked after name resolution and
  at every redirect, no proxies from the environment, no cookies.
* Limited: time for the whole request (a server that sends a byte a second is cut), size on the wire and unpacked,
  redirects.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import NamedTuple

import ada_url
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from warraq.fetchers import robots
from warraq.fetchers.addresses import Resolver, checked, resolve
from warraq.fetchers.decode import CODINGS, Unreadable, unpack
from warraq.ports import Clock
from warraq.types import Failure, NotModified, RawDocument, Reason, Task

MAX_REDIRECTS = 5
MAX_WAIT = 60.0
"""Seconds that a host's ``Retry-After`` is waited for; after a longer one its tasks fail until it is over."""
_REDIRECTS = (301, 302, 303, 307, 308)
_ADDRESSES_TRIED = 3
_MAX_HOSTS = 10_000
_STEP = 1 << 16
_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,*/*;q=0.5"
_NEVER_WANTED = re.compile(r"\s*(?:image|audio|video|font)/|\s*application/(?:pdf|zip|octet-stream)", re.I)
_HEADER_VALUE = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,1023}")

Validators = tuple[str, str]
"""The ``ETag`` and ``Last-Modified`` that came with what one has; either may be empty."""


class _Failed(Exception):
    """A fault of the world, on its way to become a `Failure`."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(slots=True)
class _Host:
    """A host's queue: who holds the lock may ask; nobody asks before ``free_at``."""

    lock: threading.Lock
    free_at: datetime
    patience: datetime
    """Until then the host wants no requests at all."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a request goes, by the parts of its URL."""

    url: str
    scheme: str
    host: str
    authority: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


class _Limit(NamedTuple):
    """How many bytes are read; with `cut`, the rest is left, otherwise it is too large."""

    size: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpFetcher:
    """A `ports.Fetcher` over HTTP. Tasks are fetched one after another; safe to use from several threads.

    `user_agent` is sent as it is; its first word up to a slash is the name that robots.txt rules are looked up for.
    `timeout`: seconds for one request as a whole. `max_bytes`: largest body, on the wire and unpacked. `delay`:
    seconds between two requests to one host (its ``Crawl-delay`` if that is longer). `allow_private`: also fetch
    from loopback and private addresses. `validators`: what is known of addresses, for conditional requests; read at
    each request, so the caller may change it. `resolver` replaces the system's name resolution in tests.
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
        validators: Mapping[str, Validators] | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        self._user_agent = user_agent
        self._agent = re.split(r"[/\s]", user_agent.strip() or "*", maxsplit=1)[0]
        self._clock = clock
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._delay = delay
        self._allow_private = allow_private
        self._validators = validators if validators is not None else {}
        self._resolver = resolver
        self._robots = robots.Cache()
        self._hosts: OrderedDict[str, _Host] = OrderedDict()
        self._guard = threading.Lock()

    def fetch(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, RawDocument | NotModified | Failure]]:
        """One result for each task, in the order of the tasks, as they come."""
        for task in tasks:
            yield task, self.get(task)

    def get(self, task: Task) -> RawDocument | NotModified | Failure:
        """The result of one task."""
        try:
            return self._follow(task)
        except _Failed as failed:
            return Failure(task.url, failed.reason, str(failed)[:300])
        except Exception as error:  # a fault of ours must not stop the loop
            return Failure(task.url, Reason.INTERNAL, f"{type(error).__name__}: {error}"[:300])

    def _follow(self, task: Task) -> RawDocument | NotModified:
        place = _place(task.url)
        conditional = self._conditional(task.url)
        for _ in range(MAX_REDIRECTS + 1):
            self._ask_robots(place)
            answer = self._request(place, {**conditional, "Accept": _ACCEPT}, _Limit(self._max_bytes))
            if answer.status in _REDIRECTS and (target := answer.headers.get("location")):
                place = _place(_as_utf8(target), place.url)
                continue
            if answer.status == 304 and conditional:
                return NotModified(task.url)
            if answer.status != 200:
                raise _Failed(Reason.HTTP_STATUS, self._said(place, answer))
            body = _unpacked(answer, self._max_bytes)
            headers = answer.headers
            return RawDocument(place.url, body, self._clock.now(), headers.get("content-type", ""), 200, headers)
        raise _Failed(Reason.REDIRECTS, f"more than {MAX_REDIRECTS}, the last one to {place.url}")

    def _conditional(self, url: str) -> dict[str, str]:
        etag, modified = self._validators.get(url, ("", ""))
        sent = {"If-None-Match": etag, "If-Modified-Since": modified}
        return {name: value for name, value in sent.items() if _HEADER_VALUE.fullmatch(value)}

    def _said(self, place: _Place, answer: _Answer) -> str:
        """The status for the message; a ``Retry-After`` is remembered for the host, too."""
        wait = _retry_after(answer.headers.get("retry-after", ""), self._clock.now())
        if wait is None or answer.status not in (429, 503):
            return str(answer.status)
        self._host(place).patience = self._clock.now() + timedelta(seconds=wait)
        return f"{answer.status}, retry after {wait:.0f} s"

    # --- politeness ---------------------------------------------------------------------------------------

    def _ask_robots(self, place: _Place) -> None:
        now = self._clock.now()
        rules = self._robots.get(place.origin, now)
        if rules is None:
            rules = self._read_robots(place)
            self._robots.put(place.origin, rules)
        if not rules.allow(place.url, self._agent):
            raise _Failed(Reason.ROBOTS, rules.closed or "robots.txt does not allow it")

    def _read_robots(self, place: _Place) -> robots.Rules:
        """The rules of an origin. If it cannot be reached at all, neither can the page: that failure is raised."""
        at = _place("/robots.txt", place.url)
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._request(at, {"Accept-Encoding": "identity"}, _Limit(robots.MAX_BYTES, cut=True))
            if answer.status in _REDIRECTS and (target := answer.headers.get("location")):
                at = _place(_as_utf8(target), at.url)
                continue
            try:
                body = _unpacked(answer, 4 * robots.MAX_BYTES) if answer.status == 200 else b""
            except _Failed:
                body = b""
            return robots.from_answer(answer.status, body, self._clock.now())
        return robots.from_answer(404, b"", self._clock.now())  # too many redirects count as not available

    def _host(self, place: _Place) -> _Host:
        with self._guard:
            now = self._clock.now()
            host = self._hosts.setdefault(place.authority, _Host(threading.Lock(), now, now))
            self._hosts.move_to_end(place.authority)
            while len(self._hosts) > _MAX_HOSTS:
                self._hosts.popitem(last=False)
            return host

    @contextmanager
    def _turn(self, place: _Place) -> Iterator[None]:
        """Wait for the host to be free, and hold it while asking."""
        host = self._host(place)
        with host.lock:
            now = self._clock.now()
            if (host.patience - now).total_seconds() > MAX_WAIT:
                raise _Failed(
                    Reason.HTTP_STATUS, f"the host asked for no requests before {host.patience:%Y-%m-%dT%H:%MZ}"
                )
            wait = (max(host.free_at, host.patience) - now).total_seconds()
            if wait > 0:
                self._clock.sleep(wait)
            try:
                yield
            finally:
                rules = self._robots.get(place.origin, self._clock.now())
                delay = max(self._delay, rules.delay(self._agent) if rules else 0.0)
                host.free_at = self._clock.now() + timedelta(seconds=delay)

    # --- one request --------------------------------------------------------------------------------------

    def _request(self, place: _Place, headers: Mapping[str, str], limit: _Limit) -> _Answer:
        sent = {
            "Host": place.authority,
            "User-Agent": self._user_agent,
            "Accept-Encoding": CODINGS,
            "Accept-Language": "ar,*;q=0.5",
            "Connection": "close",
            **headers,
        }
        with self._turn(place):
            # Waiting for one's turn is not the server's time.
            deadline = time.monotonic() + self._timeout
            try:
                addresses = checked(place.host, place.port, self._resolver, allow_private=self._allow_private)
            except PermissionError as error:
                raise _Failed(Reason.FORBIDDEN_ADDRESS, str(error)) from None
            except (OSError, UnicodeError) as error:
                raise _Failed(Reason.CONNECT, f"{place.host} cannot be resolved: {error}") from None
            return self._exchange(place, addresses, sent, deadline, limit)

    def _exchange(
        self, place: _Place, addresses: Sequence[str], headers: Mapping[str, str], deadline: float, limit: _Limit
    ) -> _Answer:
        failed = _Failed(Reason.CONNECT, "no address")
        for address in addresses[:_ADDRESSES_TRIED]:
            connection = _connection(place, address, max(0.01, deadline - time.monotonic()))
            with _Watch(connection, deadline) as watch:
                try:
                    connection.connect()
                except (OSError, HTTPError, HTTPException, ValueError) as error:
                    failed = _fault(error, deadline, self._timeout)
                    continue
                watch.sock = connection.sock
                return self._talk(connection, place, headers, deadline, limit)
        raise failed

    def _talk(
        self, connection: HTTPConnection, place: _Place, headers: Mapping[str, str], deadline: float, limit: _Limit
    ) -> _Answer:
        try:
            connection.request("GET", place.target, headers=headers, preload_content=False, decode_content=False)
            response = connection.getresponse()
            said = {name.lower(): value for name, value in response.headers.items()}
            body = b""
            if response.status == 200:
                if _NEVER_WANTED.match(said.get("content-type", "")):
                    raise _Failed(Reason.NOT_HTML, said["content-type"][:100])
                body = _read(response, limit, deadline)
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            raise _fault(error, deadline, self._timeout) from None
        if time.monotonic() >= deadline:  # it was cut, which looks like an end
            raise _fault(TimeoutError(), deadline, self._timeout)
        return _Answer(response.status, said, body)


def _place(url: str, base: str | None = None) -> _Place:
    """The parts of an address, or `_Failed` with ``bad_url``."""
    try:
        parts = ada_url.URL(url, base)
    except (ValueError, UnicodeError):
        raise _Failed(Reason.BAD_URL, f"not an address: {url[:200]!r}") from None
    scheme = parts.protocol.rstrip(":")
    if scheme not in ("http", "https"):
        raise _Failed(Reason.BAD_URL, f"neither http nor https: {url[:200]!r}")
    if parts.username or parts.password:
        raise _Failed(Reason.BAD_URL, "an address with a user name or password")
    parts.hash = ""
    port = int(parts.port) if parts.port else 443 if scheme == "https" else 80
    return _Place(parts.href, scheme, parts.hostname, parts.host, port, parts.pathname + parts.search)


def _connection(place: _Place, address: str, timeout: float) -> HTTPConnection:
    """A connection to this very address, in the name of the host."""
    if place.scheme == "http":
        return HTTPConnection(address, place.port, timeout=timeout)
    name = place.host.strip("[]")
    return HTTPSConnection(
        address, place.port, timeout=timeout, cert_reqs="CERT_REQUIRED", server_hostname=name, assert_hostname=name
    )


class _Watch:
    """Ends a connection at its deadline, whatever it is waiting for, and closes it in the end.

    The socket's own timeout is not enough: it starts anew with every byte.
    """

    def __init__(self, connection: HTTPConnection, deadline: float) -> None:
        self._connection = connection
        self._timer = threading.Timer(max(0.01, deadline - time.monotonic()), self._cut)
        self._timer.daemon = True
        # The connection forgets its socket when a response takes it over.
        self.sock: socket.socket | None = None

    def __enter__(self) -> _Watch:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with suppress(OSError):
            self._connection.close()
        if self.sock is not None:
            self.sock.close()

    def _cut(self) -> None:
        sock = self.sock or self._connection.sock
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _read(response: BaseHTTPResponse, limit: _Limit, deadline: float) -> bytes:
    """The body as it came over the wire."""
    length = response.headers.get("content-length", "")
    too_large = _Failed(Reason.TOO_LARGE, f"more than {limit.size} bytes")
    if length.isdecimal() and int(length[:20]) > limit.size and not limit.cut:
        raise too_large
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_STEP, decode_content=False):
        size += len(part)
        parts.append(part)
        if size > limit.size:
            if limit.cut:
                return b"".join(parts)[: limit.size]
            raise too_large
        if time.monotonic() >= deadline:
            raise TimeoutError
    if length.isdecimal() and size != int(length[:20]):
        raise _Failed(Reason.CONNECT, f"cut off after {size} of {length[:20]} bytes")
    return b"".join(parts)


def _unpacked(answer: _Answer, limit: int) -> bytes:
    try:
        return unpack(answer.body, answer.headers.get("content-encoding", ""), limit)
    except Unreadable as error:
        raise _Failed(error.reason, str(error)) from None


def _fault(error: Exception, deadline: float, timeout: float) -> _Failed:
    if isinstance(error, TimeoutError) or time.monotonic() >= deadline or "timed out" in str(error):
        return _Failed(Reason.TIMEOUT, f"no complete answer within {timeout:g} s")
    kind = "TLS" if isinstance(error, ssl.SSLError) else type(error).__name__
    return _Failed(Reason.CONNECT, f"{kind}: {error}")


def _retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait (RFC 9110, section 10.2.3), at most a day; None if the header says nothing sensible."""
    try:
        if value.strip().isdecimal():
            return min(float(value.strip()[:20]), 86_400.0)
        seconds = (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(seconds, 86_400.0) if seconds > 0 else None


def _as_utf8(header: str) -> str:
    """A header as most servers mean it: http.client reads bytes as Latin-1, addresses come in UTF-8."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return header
