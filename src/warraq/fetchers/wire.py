"""Bytes over HTTP/1.1 and HTTP/2, by libcurl: from any number of threads, by one that waits on all sockets.

What libcurl offers beyond that stays off: redirects, cookies, unpacking, proxies and files of the environment. Why
libcurl: docs/decisions/0005-http-client.md.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, NamedTuple

import pycurl

from warraq.fetchers.places import Closed, Failed, Place, Unanswered
from warraq.types import Reason

CONNECT_TIMEOUT = 10.0
"""Seconds for one connection, TLS included, at most."""
MAX_IDLE = 256
"""Connections kept open for the next request."""
IDLE = 120.0
"""Seconds without any request after which all of them are closed, and the thread ends."""
_ADDRESSES_TRIED = 3
_GRACE = 5.0
"""Seconds after the end of its time in which a request must have ended; more is a fault of ours."""
_SMALL = 1 << 16
"""A body that nobody wants is read up to here, so that its connection can be used again."""
_CHUNK = 1 << 16

OK = 200


class Limit(NamedTuple):
    """How many bytes are read; with `cut`, the rest is left, otherwise it is too large."""

    size: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: header names in lower case, the body still packed, and only that of a 200."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    version: str
    """``1.1`` or ``2``."""
    cut: bool = False
    """Whether its rest was left."""


@dataclass(eq=False, slots=True)
class _Transfer:
    """One request on its way, and what has come of it. Only the loop's thread writes to it until ``over`` is set."""

    place: Place
    addresses: Collection[str]
    headers: Sequence[bytes]
    limit: Limit
    timeout: float
    unwanted: Callable[[Mapping[str, str]], str]
    fresh: bool
    over: threading.Event = field(default_factory=threading.Event)
    lines: list[bytes] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    status: int = 0
    enough: bool = False
    """The body was left where the limit is."""
    failed: Exception | None = None
    answer: Answer | None = None
    asked: bool = False

    def begin(self, *_: object) -> int:
        """Let the request be sent once; libcurl would send it again at once if a kept connection ends unanswered."""
        if self.asked:
            self.failed = Unanswered(Reason.CONNECT, "the connection ended without an answer")
            return int(pycurl.PREREQFUNC_ABORT)
        self.asked = True
        return int(pycurl.PREREQFUNC_OK)

    def open(self, purpose: int, address: Any) -> Any:
        """A socket for libcurl, to an address that was checked and no other."""
        host = str(address.addr[0])
        if ip_address(host) not in map(ip_address, self.addresses):
            self.failed = Failed(Reason.FORBIDDEN_ADDRESS, f"{self.place.host} is at {host}, which was not checked")
            return pycurl.SOCKET_BAD
        try:
            return socket.socket(address.family, address.socktype, address.protocol)
        except OSError:  # no IPv6 here, or too many files open: the next address is tried, if there is one
            return pycurl.SOCKET_BAD

    def take(self, part: bytes) -> int:
        """A piece of the body. Anything but its length ends the transfer."""
        if not self.size:
            self.status, headers = _head(self.lines)
            if self.status == OK and (why := self.unwanted(headers)):
                self.failed = Failed(Reason.NOT_HTML, why, status=self.status)
                return -1
        self.size += len(part)
        if self.status != OK:
            self.enough = self.size > _SMALL
            return -1 if self.enough else len(part)
        self.parts.append(part)
        if self.size > self.limit.size:
            self.enough = self.limit.cut
            if not self.limit.cut:
                self.failed = Failed(Reason.TOO_LARGE, f"more than {self.limit.size} bytes", status=self.status)
            return -1
        return len(part)

    def finish(self, curl: Any, error: int, said: str) -> None:
        """The transfer has ended, with libcurl's number of what went wrong."""
        status, headers = _head(self.lines)
        if error == pycurl.E_FILESIZE_EXCEEDED and status != OK:
            self.enough = True
        if self.failed is None and error and not self.enough:
            self.failed = _fault(error, said, status, self)
        if self.failed is None:
            version = "2" if curl.getinfo(pycurl.INFO_HTTP_VERSION) == pycurl.CURL_HTTP_VERSION_2_0 else "1.1"
            body = b"".join(self.parts)[: self.limit.size]
            self.answer = Answer(status, headers, body, version, self.enough)
        self.over.set()

    def end(self, error: Exception) -> None:
        """Nothing more will come of it."""
        self.failed = error
        self.over.set()


class Wire:
    """Connections to hosts: opened to checked addresses only, kept for the next request, closed by `close`.

    The thread that moves the bytes begins with the first request, and ends with `close` or when it has long been idle.
    """

    def __init__(self) -> None:
        self._waiting: deque[_Transfer] = deque()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._ear, self._bell = socket.socketpair()
        self._ear.setblocking(False)
        self._bell.setblocking(False)

    def ask(
        self,
        place: Place,
        addresses: Sequence[str],
        headers: Mapping[str, str],
        limit: Limit,
        timeout: float,
        unwanted: Callable[[Mapping[str, str]], str] = lambda headers: "",
        *,
        fresh: bool = False,
    ) -> Answer:
        """GET a place at one of its checked addresses, within `timeout` seconds for the whole.

        `unwanted` says of the headers of a 200 why its body is not wanted, if it is not. `fresh`: by no kept
        connection. Raises `Failed`, `Unanswered` where only a kept connection may be to blame, and `Closed` when
        this is closed meanwhile.
        """
        lines = [f"{name}: {value}".encode() for name, value in headers.items()]
        transfer = _Transfer(place, addresses[:_ADDRESSES_TRIED], lines, limit, max(timeout, 0.001), unwanted, fresh)
        with self._guard:
            if self._closed:
                raise Closed
            self._waiting.append(transfer)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="warraq-wire", daemon=True)
                self._thread.start()
        self._ring()
        if not transfer.over.wait(timeout + _GRACE):
            raise Failed(Reason.TIMEOUT, f"no complete answer within {timeout:g} s")
        if transfer.failed is not None:
            raise transfer.failed
        assert transfer.answer is not None
        return transfer.answer

    def close(self) -> None:
        """End all that goes on, close all connections. Safe to call twice."""
        with self._guard:
            self._closed, thread = True, self._thread
        self._ring()
        if thread is not None:
            thread.join()
        self._ear.close()
        self._bell.close()

    def _ring(self) -> None:
        with suppress(OSError):  # full: it is ringing already; closed: nobody listens any more
            self._bell.send(b"\0")

    def _run(self) -> None:
        loop: _Loop | None = None
        error: Exception = Closed()
        try:
            loop = _Loop(self._ear)
            while not self._closed:
                while self._waiting:
                    loop.begin(self._waiting.popleft())
                if not loop.turn() and self._leave():
                    loop.close(error)
                    return
        except Exception as fault:  # ours: these requests fail, the next one begins with another thread
            error = Failed(Reason.INTERNAL, f"{type(fault).__name__}: {fault}")
        with self._guard:
            self._thread = None
            left, self._waiting = self._waiting, deque()
        if loop is not None:
            loop.close(error)
        for transfer in left:
            transfer.end(error)

    def _leave(self) -> bool:
        """End the thread, unless somebody has asked in this moment."""
        with self._guard:
            if not self._waiting:
                self._thread = None
            return not self._waiting


class _Loop:
    """libcurl's transfers in one thread: its sockets in a selector, its timer beside them."""

    def __init__(self, ear: socket.socket) -> None:
        self._ear = ear
        self._running: dict[Any, _Transfer] = {}
        self._due: float | None = None
        self._idle_since = time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._selector.register(ear, selectors.EVENT_READ)
        self._trust = _trust()
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)
        self._multi.setopt(pycurl.M_MAXCONNECTS, MAX_IDLE)

    def begin(self, transfer: _Transfer) -> None:
        """Take a transfer up."""
        curl = pycurl.Curl()
        try:
            self._set(curl, transfer)
            self._multi.add_handle(curl)
        except (pycurl.error, ValueError, TypeError) as error:  # an option that libcurl does not take
            transfer.end(Failed(Reason.BAD_URL, str(error)))
            return
        self._running[curl] = transfer

    def _set(self, curl: Any, transfer: _Transfer) -> None:
        place = transfer.place
        options = {
            pycurl.URL: place.url.encode(),
            pycurl.OPENSOCKETFUNCTION: transfer.open,
            pycurl.PREREQFUNCTION: transfer.begin,
            pycurl.HTTPHEADER: transfer.headers,
            pycurl.HEADERFUNCTION: transfer.lines.append,
            pycurl.WRITEFUNCTION: transfer.take,
            pycurl.TIMEOUT_MS: int(transfer.timeout * 1000) or 1,
            pycurl.CONNECTTIMEOUT_MS: int(min(transfer.timeout, CONNECT_TIMEOUT) * 1000) or 1,
            pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_2TLS,
            pycurl.HTTP_CONTENT_DECODING: 0,
            pycurl.PATH_AS_IS: 1,
            pycurl.BUFFERSIZE: _CHUNK,
            pycurl.NOSIGNAL: 1,
            pycurl.FRESH_CONNECT: int(transfer.fresh),
            pycurl.PROXY: "",
            pycurl.NOPROXY: "*",
            **self._trust,
        }
        if place.host.strip("[]") not in transfer.addresses:
            names = ",".join(f"[{address}]" if ":" in address else address for address in transfer.addresses)
            options[pycurl.RESOLVE] = [f"{place.host.removesuffix('.')}:{place.port}:{names}"]
        if not transfer.limit.cut:
            options[pycurl.MAXFILESIZE_LARGE] = transfer.limit.size
        for option, value in options.items():
            curl.setopt(option, value)

    def turn(self) -> bool:
        """Wait until something happens, and let libcurl act on it; false if nothing has gone on for `IDLE` seconds."""
        now = time.monotonic()
        if self._running:
            self._idle_since = now
        ends = self._idle_since + IDLE if not self._running else now + IDLE
        for key, events in self._selector.select(max(0.0, min(ends, self._due or ends) - now)):
            if key.fileobj is self._ear:
                self._idle_since = now
                with suppress(OSError):
                    self._ear.recv(4096)
                continue
            read = pycurl.CSELECT_IN if events & selectors.EVENT_READ else 0
            write = pycurl.CSELECT_OUT if events & selectors.EVENT_WRITE else 0
            self._multi.socket_action(key.fd, read | write)
        if self._due is not None and self._due <= time.monotonic():
            self._due = None
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        self._finish()
        return bool(self._running) or time.monotonic() < self._idle_since + IDLE

    def _finish(self) -> None:
        left = 1
        while left:
            left, good, bad = self._multi.info_read()
            for curl, error, said in [*((curl, 0, "") for curl in good), *bad]:
                transfer = self._running.pop(curl)
                transfer.finish(curl, error, said)
                self._multi.remove_handle(curl)
                curl.close()

    def _watch(self, what: int, sock: int, multi: Any, data: Any) -> None:
        with suppress(KeyError):
            self._selector.unregister(sock)
        if what != pycurl.POLL_REMOVE:
            read = selectors.EVENT_READ if what in (pycurl.POLL_IN, pycurl.POLL_INOUT) else 0
            write = selectors.EVENT_WRITE if what in (pycurl.POLL_OUT, pycurl.POLL_INOUT) else 0
            self._selector.register(sock, read | write)

    def _set_timer(self, milliseconds: int) -> None:
        self._due = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000

    def close(self, error: Exception) -> None:
        """End every transfer by an error, and close all connections."""
        for curl, transfer in self._running.items():
            with suppress(pycurl.error):
                self._multi.remove_handle(curl)
            curl.close()
            transfer.end(error)
        self._multi.close()
        self._selector.close()


def _trust() -> dict[int, Any]:
    """Whose certificates are believed: those that Python's own `ssl` believes (``SSL_CERT_FILE`` counts)."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile:
        return {pycurl.CAINFO: paths.cafile}
    if paths.capath:
        return {pycurl.CAPATH: paths.capath}
    return {pycurl.SSL_OPTIONS: pycurl.SSLOPT_NATIVE_CA}


def _head(lines: Sequence[bytes]) -> tuple[int, dict[str, str]]:
    """Status and headers of the last answer among the lines (others are interim); values of one name are joined.

    Most servers mean UTF-8 where they send more than ASCII.
    """
    status, found = 0, dict[str, str]()
    for line in lines:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text = line.decode("latin-1")
        if text.startswith("HTTP/"):
            digits = text.split(maxsplit=2)[1:2]
            status, found = int(digits[0]) if digits and digits[0].isdecimal() else 0, {}
            continue
        name, colon, value = text.partition(":")
        name, value = name.strip().lower(), value.strip()
        if colon and name:
            found[name] = f"{found[name]}, {value}" if name in found and name != "location" else value
    return status, found


def _fault(error: int, said: str, status: int, transfer: _Transfer) -> Failed:
    if error == pycurl.E_OPERATION_TIMEDOUT:
        return Failed(Reason.TIMEOUT, f"no complete answer within {transfer.timeout:.3g} s", status=status)
    if error == pycurl.E_FILESIZE_EXCEEDED:
        return Failed(Reason.TOO_LARGE, f"more than {transfer.limit.size} bytes", status=status)
    if error == pycurl.E_URL_MALFORMAT:
        return Failed(Reason.BAD_URL, said)
    return Failed(Reason.CONNECT, said or f"libcurl error {error}", status=status)
