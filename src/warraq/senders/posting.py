"""One HTTP POST to an address that the operator gave: no redirects, no proxy, bounded in time and size.

What comes back is only read as far as it is needed. Addresses may be secrets, so no error names one.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from warraq.types import Receipt

MAX_ANSWER = 16 * 1024
"""Bytes that are read of an answer."""
MAX_REASON = 200
LONGEST_WAIT = timedelta(days=1)
DOWN = (401, 403, 404, 408, 410, 429)
"""Beside 5xx and redirects: another message would not be taken now, either."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said; `body` as far as it was read."""

    status: int
    retry_after: timedelta
    body: bytes

    @property
    def receipt(self) -> Receipt:
        """What it says about the message."""
        if 200 <= self.status < 300:
            return Receipt(accepted=True)
        down = self.status in DOWN or self.status >= 500 or self.status < 400
        return Receipt(False, f"HTTP {self.status}", down, self.retry_after)


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
    """Send `body`; all of it takes at most `timeout` seconds. Raises `OSError` or `http.client.HTTPException`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    if secure:
        context = ssl.create_default_context()
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=timeout, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.connect()
        sock = connection.sock
        with cut_off(lambda: sock, timeout):
            connection.request("POST", path, body, {**headers, "User-Agent": "Warraq", "Connection": "close"})
            answer = connection.getresponse()
            asked = (answer.getheader("Retry-After") or "").strip()
            wait = timedelta(seconds=int(asked)) if asked.isdecimal() and len(asked) < 8 else timedelta(0)
            return Answer(answer.status, min(wait, LONGEST_WAIT), _beginning(answer))
    finally:
        connection.close()


def _beginning(answer: http.client.HTTPResponse) -> bytes:
    """The status has come, so the message was judged: a body that breaks off changes nothing."""
    with suppress(OSError, http.client.HTTPException):
        return answer.read(MAX_ANSWER)
    return b""


@contextmanager
def cut_off(sock: Callable[[], socket.socket | None], seconds: float) -> Iterator[None]:
    """End a connection after so many seconds, however slowly it drips: a socket's own timeout begins anew each time."""

    def cut() -> None:
        with suppress(OSError):
            if (found := sock()) is not None:
                found.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def failed(error: Exception) -> Receipt:
    """Why nothing was brought: a receiver that is not there, does not answer, or answers what is no HTTP."""
    match error:
        case TimeoutError():
            reason = "timed out"
        case ConnectionRefusedError():
            reason = "connection refused"
        case socket.gaierror():
            reason = "no such host"
        case ssl.SSLCertVerificationError():
            reason = f"certificate: {error.verify_message}"
        case ssl.SSLError():
            reason = "TLS failed"
        case OSError():
            reason = error.strerror or "the connection ended"
        case _:
            reason = f"the connection ended ({type(error).__name__})"
    return Receipt(False, reason[:MAX_REASON], down=True)
