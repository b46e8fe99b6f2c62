"""The site as processes: one that listens and gives out what is held, and makers behind it, one for each core.

A connection is closed that takes too long to say what it asks (`HEAD_SECONDS`) or to take its answer
(`TAKE_SECONDS`). With more than `CONNECTIONS` open, or than the system lets a process open, the one that has been idle
the longest gives way; if none is, the next is told to come again. What is made at one moment is bounded by `web.held`,
and where there is more than one core it is made by processes of their own (`web.makers`). One that died is started
again.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import cache
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from warraq.app import Archive, open_archive
from warraq.app.memory import give_back_free, remember_less
from warraq.errors import UsageError
from warraq.web.app import create_app
from warraq.web.makers import Desk, lower, make

try:
    import resource
except ImportError:  # not POSIX
    resource = None  # type: ignore[assignment]

HEAD_SECONDS = 10.0
"""From a connection, or from the first byte of a further request, to the end of the request's head."""
TAKE_SECONDS = 120.0
"""For taking the last answer, from when nothing more was asked."""
HEAD_BYTES = 16 * 1024
CONNECTIONS = 10_000
"""Open at one moment, if the system allows as many files."""
FILES = 200
"""Kept free for the archive."""
ROOM = 64 << 20
"""Bytes of held answers."""
BEHIND = 3
"""By how much makers give way to the process that listens (nice(2))."""
PAUSE = 1.0
"""Seconds before a process that died is started again."""
MOST = 4
"""Processes, if nobody says how many: with more the disk or the network is the limit."""
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connection(H11Protocol):
    """uvicorn's protocol, with patience that ends."""

    _patience: asyncio.TimerHandle | None = None
    _refused = False
    _idle: OrderedDict[Connection, None]
    """Open ones of this server on which nothing is asked, the longest idle first."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._idle = vars(self.server_state).setdefault("idle", OrderedDict())
        super().connection_made(transport)
        most = min(CONNECTIONS, _files() - FILES)
        if len(self.connections) > most and self._idle:
            oldest, _ = self._idle.popitem(last=False)
            oldest.transport.abort()
        elif len(self.connections) > most + FILES // 2:
            transport.abort()
            return
        elif len(self.connections) > most:
            self._refused = True  # once it has asked: who is hung up on while asking does not see the answer
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._refused:
            self.transport.write(_FULL)
            self.transport.close()
            return
        if self._patience is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._heard()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing() and self.cycle.response_complete:
            self._idle[self] = None

    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked for long: hang up, when the last answer is taken, or was for too long not."""
        super().timeout_keep_alive_handler()
        self._heard()
        self._patience = self.loop.call_later(TAKE_SECONDS, self.transport.abort)

    def _wait(self) -> None:
        self._idle[self] = None
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _heard(self) -> None:
        self._idle.pop(self, None)
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


@cache
def _files() -> int:
    """How many files this process may have open: as many as it may allow itself."""
    if resource is None:
        return CONNECTIONS + FILES
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    found, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS + FILES if found == resource.RLIM_INFINITY else found


def server(app: Starlette) -> uvicorn.Server:
    """A server of one process for an application; run it with the sockets it is to listen on."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=HEAD_BYTES,
            backlog=1024,
        )
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket on a port. Raises `UsageError` if it is taken, or not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        found = socket.create_server((host, port), family=family, backlog=1024)
        # Its connections inherit it. asyncio sees to it only for sockets that name their protocol, which these do not;
        # and without it a body waits for its head's acknowledgement, which clients hold back for 40 ms.
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found
    except OSError as error:
        raise UsageError(f"http://{host}:{port} cannot be served: {error.strerror}") from None


def serve(archive: Archive, listening: socket.socket, processes: int) -> None:
    """Serve the site until Ctrl-C or SIGTERM, its pages made by so many processes. To be called by the main thread."""
    # uvicorn raises a signal again when it has ended; then the rest of this program ends as well, by its own leave.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with site(archive, processes) as app:
        gc.collect()
        gc.freeze()  # lexicons and templates stay: no later collection need look at them
        server(app).run(sockets=[listening])


@contextmanager
def site(archive: Archive, processes: int) -> Iterator[Starlette]:
    """The site of an archive as its settings say, with so many processes that make answers; one is this one."""
    give_back_free()
    if processes < 2 or not hasattr(socket, "AF_UNIX"):
        yield _app(archive, room=ROOM)
        return
    desk = Desk()
    try:
        with _Makers(asdict(archive.config), desk, processes):
            yield _app(archive, room=ROOM, makers=(desk.path, processes))
    finally:
        desk.close()


def chosen(processes: int) -> int:
    """How many processes: as said, or one for each core that this program may use, at most `MOST`."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processes or min(allowed, MOST)


def _app(archive: Archive, **settings: Any) -> Starlette:
    config = archive.config
    return create_app(
        archive,
        base_url=config.base_url,
        language=config.language,
        reader_password=config.reader_password,
        access=config.public,
        operator_password=config.operator_password,
        **settings,
    )


def _make(settings: dict[str, Any], listening: socket.socket, core: int | None) -> None:
    """One process that makes answers, on a core of its own if there is one for each."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the one that listens ends the others
    threading.Thread(target=_end_with_parent, daemon=True).start()
    lower(BEHIND)
    give_back_free()
    remember_less()
    with open_archive(settings.pop("archive"), **settings) as archive:
        app = _app(archive)
        gc.collect()
        gc.freeze()
        make(app, listening)


def _end_with_parent() -> None:
    """A killed parent ends nobody; a server without one would hold the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _Makers:
    """Processes that make answers: started, started again when they die, ended with this one."""

    def __init__(self, settings: dict[str, Any], desk: Desk, processes: int) -> None:
        self._settings, self._desk, self._processes = settings, desk, processes
        self._ending = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._watcher.start()

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._watcher.join()

    def _watch(self) -> None:
        running = [self._start(place) for place in range(self._processes)]
        while not self._ending.wait(0.5):
            for place, process in enumerate(running):
                if not process.is_alive():
                    sys.stderr.write(f"warraq: a serving process ended ({process.exitcode}); another is started\n")
                    self._ending.wait(PAUSE)
                    running[place] = self._start(place)
        for process in running:
            process.terminate()
        for process in running:
            process.join(5)
            process.kill()

    def _start(self, place: int) -> BaseProcess:
        # Left to itself, Linux runs two makers in turn on one core while an import has the other; and as each takes
        # the next request when it is free, one whose core is busy holds nobody up.
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        core = cores[place] if self._processes <= len(cores) else None
        # Started afresh, not forked: a fork would copy the threads' locks of the index as they happen to stand.
        process = multiprocessing.get_context("spawn").Process(
            target=_make, args=(self._settings, self._desk.listening, core), daemon=True
        )
        process.start()
        return process
