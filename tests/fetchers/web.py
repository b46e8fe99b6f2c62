"""A web server on loopback that behaves as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from warraq.fetchers.http import Fetched, HttpFetcher
from warraq.types import Task


class Variable:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.at = datetime(2025, 2, 16, 12, tzinfo=UTC)
        self.slept: list[float] = []
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        self.seconds += seconds

    def passed(self) -> float:
        return self.seconds


@dataclass
class Say:
    """An answer. ``raw`` replaces it whole: it gets the handler and writes what it likes."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})
    raw: Callable[[BaseHTTPRequestHandler], None] | None = None


class Web(ThreadingHTTPServer):
    """Paths to answers, and the requests that came."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.says: dict[str, Say] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.connections = 0
        self.stop = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Web

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        say = self.server.says.get(self.path, Say(b"not here", 404))
        if say.raw is not None:
            self.close_connection = True
            say.raw(self)
            return
        self.send_response(say.status)
        for name, value in {"Content-Length": str(len(say.body)), **say.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(say.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Web]:
    web = Web()
    thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        web.stop.set()
        web.shutdown()
        web.server_close()
        thread.join()


def fetcher(clock: Variable | None = None, **settings: object) -> HttpFetcher:
    clock = clock or Variable()
    given = {"user_agent": "Warraq/0.1 (test)", "timeout": 5.0, "allow_private": True, **settings}
    return HttpFetcher(clock=clock, passed=clock.passed, **given)  # type: ignore[arg-type]


def get(url: str, **settings: object) -> Fetched:
    return ask(Task(url), **settings)


def ask(task: Task, **settings: object) -> Fetched:
    reader = fetcher(**settings)
    try:
        return reader.get(task)
    finally:
        reader.close()
