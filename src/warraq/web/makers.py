"""Processes that make answers, behind the one that listens and gives out what is held (`web.held`).

Python runs one thread at a time: in one process, whoever asks for what is ready waits while a page is made. So pages
are made in processes of their own, of a lower priority, one for each core; what they made is held once, for all.

A request goes to whichever maker is free over a Unix socket that all of them listen on, in a folder that only this
user may enter; one connection a request. Both sides write one message, a `marshal` of plain values after its length
in 4 bytes. Only what anybody may ask for without a body goes there (GET and HEAD without a password).
"""

from __future__ import annotations

import asyncio
import logging
import marshal
import os
import shutil
import socket
import tempfile
from array import array
from contextlib import suppress
from pathlib import Path
from typing import Any

from warraq.render.plain import line
from warraq.web.answers import refuse
from warraq.web.operating import Application, Message, Receive, Send

ABOUT = "warraq.about"
"""Where in a request's scope `web.held` learns what an answer tells of."""
OPEN = ("/healthz", "/readyz", "/metrics", "/static/")
"""What is neither held nor made to wait, and comes from the process that listens."""
_LOG = logging.getLogger(__name__)
LARGEST = 64 << 20
"""Bytes of an answer."""
_SENT = ("type", "method", "path", "raw_path", "query_string", "scheme", "root_path", "http_version", "headers")


class Desk:
    """The socket that makers listen on, and its folder."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="warraq-"))  # mode 0700
        self.path = str(self._folder / "makers")
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(self.path)
        self.listening.listen(1024)

    def close(self) -> None:
        """Take the address away. Safe to call twice."""
        self.listening.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class Made:
    """ASGI middleware that has answers made by other processes; what they cannot make, the application makes here."""

    def __init__(self, app: Application, desk: str) -> None:
        self.app, self._desk = app, desk

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN) or _private(scope):
            await self.app(scope, receive, send)
            return
        asked = {name: scope[name] for name in _SENT if name in scope}
        asked["headers"] = [tuple(pair) for pair in scope["headers"]]
        asked["client"], asked["server"] = tuple(scope.get("client") or ()), tuple(scope.get("server") or ())
        found = await self._ask(marshal.dumps(asked))
        if found is None:
            await refuse(scope, receive, send, 503, "busy: come again in a moment", 2)
            return
        status, headers, body, about = found
        noted = scope.get(ABOUT)
        if noted is not None:
            noted += [(array("q", numbers), seconds) for numbers, seconds in about]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _ask(self, message: bytes) -> Any:
        """What a maker answers; None if it died of it, twice."""
        for _ in range(2):
            with suppress(OSError, EOFError):  # an `asyncio.IncompleteReadError` is one
                reader, writer = await asyncio.open_unix_connection(self._desk, limit=1 << 20)
                try:
                    writer.write(len(message).to_bytes(4, "big") + message)
                    length = int.from_bytes(await reader.readexactly(4), "big")
                    return marshal.loads(await reader.readexactly(min(length, LARGEST)))  # noqa: S302 - our own process
                finally:
                    writer.close()
        return None


def _private(scope: Message) -> bool:
    """Whether more is asked for than anybody may see."""
    return scope["method"] not in ("GET", "HEAD") or any(name == b"authorization" for name, _ in scope["headers"])


def make(app: Application, listening: socket.socket) -> None:
    """Answer whoever comes to the desk, one after another, for ever."""
    asyncio.run(_answer_all(app, listening))


async def _answer_all(app: Application, listening: socket.socket) -> None:
    # One task for all answers: so the thread that a page is made in stays, and its connection to the store with it.
    while True:
        connection, _ = listening.accept()
        with connection, suppress(OSError, EOFError):
            asked = marshal.loads(_read(connection))  # noqa: S302 - our own process
            answer = marshal.dumps(await _answer(app, asked))
            connection.sendall(len(answer).to_bytes(4, "big") + answer)


def _read(connection: socket.socket) -> bytes:
    length = int.from_bytes(_exactly(connection, 4), "big")
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    data = connection.recv(length, socket.MSG_WAITALL)
    if len(data) < length:
        raise EOFError
    return data


async def _answer(app: Application, asked: Message) -> tuple[int, list[tuple[bytes, bytes]], bytes, list[Any]]:
    """Status, headers, body, and of which articles it tells (as bytes) for how long."""
    about: list[tuple[array[int], float]] = []
    start: Message = {"status": 500, "headers": []}
    body: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            body.append(message.get("body", b""))

    scope = {**asked, "client": asked["client"] or None, "server": asked["server"] or None, ABOUT: about}
    try:
        await app(scope, receive, send)
    except Exception:  # it was answered with a page of its own
        _LOG.exception("an answer could not be made: %s", line(asked["path"]))
    told = [(numbers.tobytes(), seconds) for numbers, seconds in about]
    return start["status"], [tuple(pair) for pair in start["headers"]], b"".join(body), told


def lower(by: int) -> None:
    """Let other processes of this program go first."""
    with suppress(OSError, AttributeError):
        os.nice(by)
