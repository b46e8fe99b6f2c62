"""The world's server: every host at one port of the loopback, told apart by the ``Host`` header; it logs each request.

    python quality/worlds/server.py --seed 1 --hosts 200 --pages 20000 --at 2026-11-22T10:00:00+00:00

prints the port once it listens. ``control.test`` takes ``/epoch/N``, ``/again`` and ``/publish/HOST/N``, and answers
``/count`` and ``/log`` with lines of tab-separated fields (`manners.Request`). Times are of one monotonic clock; the
world's own differ from it by whole epochs.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from worlds.answers import Answers, Asked, Mode, Reply
from worlds.manners import Request
from worlds.plan import World

CONTROL = "control.test"
DRIP_EVERY = 0.25
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Server:
    """What all connections share."""

    def __init__(self, world: World, latency: float = 0.0) -> None:
        self.answers = Answers(world)
        self.latency = latency
        """Seconds between a request and its answer: without them no two requests could be seen at once."""
        self.log: list[Request] = []

    def control(self, path: str) -> bytes:
        """Do what the operator of the world says."""
        what, _, value = path.strip("/").partition("/")
        if what == "epoch":
            self.answers.epoch = int(value)
            return b"ok"
        if what == "again":  # as if nobody had ever asked
            self.answers, self.log = Answers(self.answers.world), []
            return b"ok"
        if what == "publish":  # host/number; its title is the answer
            host, number = (int(part) for part in value.split("/"))
            world = self.answers.world
            return world.text(self.answers.publish(world.hosts[host], number), 0).title.encode()
        if what == "count":
            return str(len(self.log)).encode()
        if what == "log":
            return "\n".join(request.line() for request in self.log).encode()
        if what == "cpu":
            return f"{time.process_time():.3f}".encode()
        return b"?"


class Connection(asyncio.Protocol):
    """One connection: requests one after another, kept alive."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._open: Request | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if sock := transport.get_extra_info("socket"):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 18)
        transport.set_write_buffer_limits(1 << 20)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()  # an answer under way, or drops
        if self._open is not None:
            self._open.end = time.monotonic()
            self._open = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > 1 << 16:
            self._close()
        while self._open is None and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, self._buffer = self._buffer[:end], self._buffer[end + 4 :]
            self._answer(head)

    def _answer(self, head: bytes) -> None:
        started = time.monotonic()
        lines = head.split(b"\r\n")
        fields = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])
        }
        path = lines[0].split(b" ")[1].decode("latin-1")
        host = fields.get(b"host", b"").decode("latin-1").partition(":")[0].lower()
        if host == CONTROL:
            self._write(Reply(200, self._server.control(path), "text/plain"))
            return
        asked = Asked(host, path, fields.get(b"if-none-match", b""), fields.get(b"if-modified-since", b""))
        reply = self._server.answers.reply(asked)
        request = Request(
            host,
            path,
            self._server.answers.epoch,
            started,
            status=0 if reply.mode in (Mode.RESET, Mode.HANG) else reply.status,
            conditional=bool(asked.etag or asked.since),
            validated=reply.validated,
            pause=reply.pause,
            size=len(reply.body),
        )
        self._server.log.append(request)
        self._open = request
        if reply.mode is Mode.WHOLE:
            keep = fields.get(b"connection", b"").lower() != b"close"
            latency = self._server.latency
            self._timer = asyncio.get_running_loop().call_later(latency, self._finish, reply, keep)
        elif reply.mode is Mode.RESET:
            self._abort()
        elif reply.mode is Mode.DRIP:
            self._start(reply)
            self._drip()

    def _finish(self, reply: Reply, keep: bool) -> None:
        assert self._open is not None
        self._open.end = time.monotonic()  # before the guest can have all of it
        self._open = None
        self._write(reply, keep)

    def _write(self, reply: Reply, keep: bool = True) -> None:
        assert self._transport is not None
        body = reply.body
        head = f"HTTP/1.1 {reply.status} {_REASONS.get(reply.status, 'Odd')}\r\n{reply.headers}"
        if reply.pause:
            head += f"Retry-After: {reply.pause}\r\n"
        if reply.status != 304:
            head += f"Content-Type: {reply.kind}\r\n"
            if reply.chunked:
                head += "Transfer-Encoding: chunked\r\n"
                step = 16_384
                parts = [body[at : at + step] for at in range(0, len(body), step)]
                body = b"".join([b"%x\r\n%b\r\n" % (len(part), part) for part in parts]) + b"0\r\n\r\n"
            else:
                head += f"Content-Length: {len(body) if reply.claims < 0 else reply.claims}\r\n"
        keep = keep and reply.claims < 0
        head += "\r\n" if keep else "Connection: close\r\n\r\n"
        self._transport.write(head.encode("latin-1") + body)
        if not keep:
            self._transport.close()

    def _start(self, reply: Reply) -> None:
        assert self._transport is not None
        self._transport.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: {reply.kind}\r\nContent-Length: {len(reply.body)}\r\n\r\n".encode()
            + reply.body[:64]
        )

    def _drip(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(b" ")
        self._timer = asyncio.get_running_loop().call_later(DRIP_EVERY, self._drip)

    def _abort(self) -> None:
        """Reset the connection, as a host that is down for the moment does."""
        assert self._transport is not None
        if sock := self._transport.get_extra_info("socket"):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def _serve(server: Server, sock: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: Connection(server), sock=sock, backlog=1024)
    async with listening:
        await listening.serve_forever()


def listen(port: int) -> socket.socket:
    """A socket of the loopback, at a free port for 0."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock


@contextmanager
def in_thread(world: World, sock: socket.socket, latency: float = 0.0) -> Iterator[Server]:
    """Serve a small world in a thread of this process; `world.port` must be the socket's."""
    server = Server(world, latency)
    loop = asyncio.new_event_loop()
    task = loop.create_task(_serve(server, sock))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seed", type=int, required=True)
    arguments.add_argument("--hosts", type=int, required=True)
    arguments.add_argument("--pages", type=int, required=True)
    arguments.add_argument("--at", type=datetime.fromisoformat, required=True)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--easy", action="store_true")
    arguments.add_argument("--latency", type=float, default=0.0)
    options = arguments.parse_args()
    sock = listen(options.port)
    port = sock.getsockname()[1]
    world = World(options.seed, options.hosts, options.pages, port, options.at, options.easy)
    server = Server(world, options.latency)
    server.answers.warm()
    sock.listen(1024)
    gc.freeze()
    print(port, flush=True)
    asyncio.run(_serve(server, sock))


if __name__ == "__main__":
    main()
