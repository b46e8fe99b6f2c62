"""Pages a second and processor time a page, fetched from a server on loopback, beside other clients.

    python bench/fetch.py [--pages 3000] [--hosts 200] [--threads 1 64]

Ours does all that a fetch is: it asks for robots.txt, resolves and checks the address, waits for its turn (with a
delay of 0), and unpacks within a limit. The peers, httpx, requests and urllib3, only ask and unpack; one that is not
installed is left out. The server is a process of its own. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from warraq.fetchers.http import HttpFetcher
from warraq.types import RawDocument, Task

PAGE = ("<html><body>" + "<p>نص من خبر طويل عن كل شيء</p>\n" * 1000 + "</body></html>").encode()


async def serve() -> None:
    """Answers every request on a connection with the same packed page, robots.txt with 404; says its port."""
    body = gzip.compress(PAGE)
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s"
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    whole = page % (len(body), body)

    class Answering(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport, self.left = transport, b""

        def data_received(self, data: bytes) -> None:
            *heads, self.left = (self.left + data).split(b"\r\n\r\n")
            for head in heads:
                self.transport.write(missing if b"/robots.txt" in head else whole)  # type: ignore[attr-defined]

    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Clock:
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def ours(port: int, hosts: int) -> Callable[[int], int]:
    fetcher = HttpFetcher(
        user_agent="Warraq bench",
        clock=Clock(),
        delay=0.0,
        allow_private=True,
        resolver=lambda host, port: ["127.0.0.1"],
    )

    def ask(n: int) -> int:
        found = fetcher.get(Task(f"http://h{n % hosts}.example:{port}/{n}"))
        return len(found.body) if isinstance(found, RawDocument) else 0

    return ask


def peers(port: int, threads: int) -> dict[str, Callable[[int], int]]:
    """What is installed of the clients to compare with, each set up to keep a connection for every thread."""
    found: dict[str, Callable[[int], int]] = {}
    url = f"http://127.0.0.1:{port}"
    if importlib.util.find_spec("httpx"):
        import httpx

        client = httpx.Client(limits=httpx.Limits(max_connections=threads, max_keepalive_connections=threads))
        found["httpx"] = lambda n: len(client.get(f"{url}/{n}").content)
    if importlib.util.find_spec("requests"):
        import requests
        from requests.adapters import HTTPAdapter

        session = requests.Session()
        session.mount("http://", HTTPAdapter(pool_maxsize=threads))
        found["requests"] = lambda n: len(session.get(f"{url}/{n}").content)
    if importlib.util.find_spec("urllib3"):
        import urllib3

        pool = urllib3.PoolManager(maxsize=threads, headers={"Accept-Encoding": "gzip"})
        found["urllib3"] = lambda n: len(pool.request("GET", f"{url}/{n}").data)
    return found


def measured(ask: Callable[[int], int], pages: int, threads: int) -> tuple[float, float]:
    """Pages a second, and milliseconds of processor time a page."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(ask, range(200)))  # connections, and what is read once
        begun, used = time.perf_counter(), time.process_time()
        sizes = list(pool.map(ask, range(pages)))
        took, used = time.perf_counter() - begun, time.process_time() - used
    if set(sizes) != {len(PAGE)}:
        sys.exit("bench/fetch.py: not every page came")
    return pages / took, used / pages * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--pages", type=int, default=3000)
    arguments.add_argument("--hosts", type=int, default=200)
    arguments.add_argument("--threads", type=int, nargs="+", default=[1, 64])
    arguments.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.serve:
        asyncio.run(serve())
    server = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        result: dict[str, dict[str, object]] = {}
        print(f"{'client':10} {'threads':>7} {'pages/s':>9} {'CPU ms a page':>14}")
        for threads in options.threads:
            for name, ask in {"ours": ours(port, options.hosts), **peers(port, threads)}.items():
                speed, cost = measured(ask, options.pages, threads)
                print(f"{name:10} {threads:7} {speed:9.0f} {cost:14.2f}")
                result[f"{name} {threads}"] = {"pages_per_second": round(speed), "cpu_ms": round(cost, 3)}
    finally:
        server.terminate()
        server.wait()
    missing = [name for name in ("httpx", "requests", "urllib3") if f"{name} {options.threads[0]}" not in result]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    print(json.dumps({"page_bytes": len(PAGE), "pages": options.pages, "hosts": options.hosts, "clients": result}))


if __name__ == "__main__":
    main()
