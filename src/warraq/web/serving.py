"""The site as processes: one for each core, each with the archive open, behind sockets on one port.

A connection is closed that takes too long to say what it asks (`HEAD_SECONDS`) or to take its answer
(`TAKE_SECONDS`); with more than `CONNECTIONS` open in a process the next is told to come again. What a process may do
at one moment is bounded by `web.held`. Python runs one thread at a time, so a second core is used by a second process;
the system spreads connections over the processes (``SO_REUSEPORT``, Linux 3.9). A process that died is started again.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from warraq.app import Archive, open_archive
from warraq.app.memory import give_back_free
from warraq.errors import UsageError
from warraq.web.app import create_app

HEAD_SECONDS = 10.0
"""From a connection, or from the first byte of a further request, to the end of the request's head."""
TAKE_SECONDS = 120.0
"""For taking the last answer, from when nothing more was asked."""
HEAD_BYTES = 16 * 1024
CONNECTIONS = 800
"""Open in one process: below the 1024 files that systems allow by default."""
ROOM = 64 << 20
"""Bytes of held answers, over all processes."""
PAUSE = 1.0
"""Seconds before a process that died is started again."""
MOST = 4
"""Processes, if nobody says how many: with more the disk or the network is the limit."""
_FULL = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Connection(H11Protocol):
    """uvicorn's protocol, with patience that ends."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            transport.write(_FULL)
            transport.close()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._patience is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._heard()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing was asked for long: hang up, when the last answer is taken, or was for too long not."""
        super().timeout_keep_alive_handler()
        self._heard()
        self._patience = self.loop.call_later(TAKE_SECONDS, self.transport.abort)

    def _wait(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _heard(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


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


def listen(host: str, port: int, processes: int = 1) -> list[socket.socket]:
    """As many sockets on one port. Raises `UsageError` if it is taken, or not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    shared = processes > 1 and hasattr(socket, "SO_REUSEPORT")
    try:
        # Alone first: with SO_REUSEPORT a port that another server of ours listens on would be shared with it.
        found = [socket.create_server((host, port), family=family, backlog=1024)]
        if shared:
            port = found[0].getsockname()[1]
            found.pop().close()
            found += [
                socket.create_server((host, port), family=family, backlog=1024, reuse_port=True)
                for _ in range(processes)
            ]
    except OSError as error:
        raise UsageError(f"http://{host}:{port} cannot be served: {error.strerror}") from None
    return found if shared else found * processes


def serve(archive: Archive, listening: Sequence[socket.socket]) -> None:
    """Serve the site until Ctrl-C or SIGTERM: this process, and one more for each further socket."""
    room = ROOM // len(listening)
    with _Others(asdict(archive.config), listening[1:], room):
        _run(archive, listening[0], room)


def chosen(processes: int) -> int:
    """How many processes: as said, or one for each core that this program may use, at most `MOST`."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processes or min(allowed, MOST)


def _run(archive: Archive, listening: socket.socket, room: int) -> None:
    config = archive.config
    app = create_app(
        archive,
        base_url=config.base_url,
        language=config.language,
        reader_password=config.reader_password,
        room=room,
        access=config.public,
        operator_password=config.operator_password,
    )
    give_back_free()
    gc.collect()
    gc.freeze()  # lexicons and templates stay: no later collection need look at them
    server(app).run(sockets=[listening])


def _child(settings: dict[str, Any], listening: socket.socket, room: int) -> None:
    """One process of several."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    place = settings.pop("archive")
    with open_archive(place, **settings) as archive:
        _run(archive, listening, room)


def _end_with_parent() -> None:
    """A killed parent ends nobody; a server without one would hold the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class _Others:
    """The other processes: started, started again when they die, ended with this one."""

    def __init__(self, settings: dict[str, Any], listening: Sequence[socket.socket], room: int) -> None:
        self._settings, self._listening, self._room = settings, listening, room
        self._ending = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        if self._listening:
            self._watcher.start()

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        if self._listening:
            self._watcher.join()

    def _watch(self) -> None:
        running = [self._start(socket) for socket in self._listening]
        while not self._ending.wait(0.5):
            for place, process in enumerate(running):
                if not process.is_alive():
                    sys.stderr.write(f"warraq: a serving process ended ({process.exitcode}); another is started\n")
                    self._ending.wait(PAUSE)
                    running[place] = self._start(self._listening[place])
        for process in running:
            process.terminate()
        for process in running:
            process.join(5)
            process.kill()

    def _start(self, listening: socket.socket) -> BaseProcess:
        # Started afresh, not forked: a fork would copy the threads' locks of the index as they happen to stand.
        process = multiprocessing.get_context("spawn").Process(
            target=_child, args=(self._settings, listening, self._room), daemon=True
        )
        process.start()
        return process
