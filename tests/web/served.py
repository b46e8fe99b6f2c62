"""A site served on loopback, and a client for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import urllib3
import uvicorn
from selectolax.lexbor import LexborHTMLParser
from urllib3.response import BaseHTTPResponse

from warraq.web import create_app
from warraq.web.serving import HEAD_BYTES


@dataclass
class Client:
    """Asks one server; never follows a redirect."""

    base: str
    archive: Any

    def __post_init__(self) -> None:
        self.pool = urllib3.PoolManager(retries=urllib3.Retry(2, redirect=False))  # a 500 closes its connection

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> BaseHTTPResponse:
        return self.pool.request(method, self.base + path, headers=headers or {}, redirect=False)

    def html(self, path: str, status: int = 200) -> LexborHTMLParser:
        response = self.get(path)
        assert response.status == status, (path, response.status, response.data[:300])
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        return LexborHTMLParser(response.data)

    def json(self, path: str, status: int = 200) -> Any:
        response = self.get(path)
        assert response.status == status, (path, response.status, response.data[:300])
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        return response.json()


@contextmanager
def serving(archive: Any, http: Any = "auto", **settings: Any) -> Iterator[Client]:
    config = uvicorn.Config(
        create_app(archive, **settings),
        port=0,
        log_level="critical",
        lifespan="off",
        http=http,
        h11_max_incomplete_event_size=HEAD_BYTES,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Client(f"http://127.0.0.1:{port}", archive)
    finally:
        server.should_exit = True
        thread.join()
