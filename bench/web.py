"""The site under load: a server process over an archive, clients on loopback. Milliseconds, requests a second, memory.

    python bench/web.py --archive DIR [--clients N] [--requests N]      (DIR as bench/corpora.py leaves it)

Clients keep their connections and do not unpack what they get; they share the machine with the server, so figures are
a lower bound. Every answer must be the status it should be, or the run fails. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import urllib3

from warraq import open_archive
from warraq.render.moments import iso

WORDS = ("السعودية", "أسعار النفط", '"مجلس الأمن"', "كأس العالم", "وزير الخارجية", "زلزال", "محكمة", "سوريا -روسيا")
SERVER = """
import sys, uvicorn
from warraq import open_archive
from warraq.web import create_app
with open_archive(sys.argv[1]) as archive:
    uvicorn.run(create_app(archive), port=int(sys.argv[2]), log_level="error", access_log=False)
"""


@contextmanager
def served(archive: Path) -> Iterator[tuple[str, int]]:
    """The address and process id of a server over the archive."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(archive), str(port)])
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                if urllib3.request("GET", f"{base}/healthz", retries=False).status == 200:
                    break
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
        else:
            sys.exit("the server did not start")
        yield base, process.pid
    finally:
        process.terminate()
        process.wait()


def addresses(archive: Path, number: int, rng: random.Random) -> dict[str, list[str]]:
    """What is asked for, by kind."""
    with open_archive(archive) as opened:
        total = opened.stats().articles
        ids = [opened.latest(limit=1, offset=rng.randrange(total))[0].id for _ in range(number)]
        past = []
        for id in ids:
            first = opened.revisions(id)[0].seen_at
            past.append(first + timedelta(seconds=rng.uniform(0, (opened.now() - first).total_seconds())))
        outlets = [count.outlet.id for count in opened.outlets()]
    return {
        "home": ["/"] * number,
        "article": [f"/a/{id}" for id in ids],
        "article as of": [f"/a/{id}?as_of={iso(when)}" for id, when in zip(ids, past, strict=True)],
        "article JSON": [f"/a/{id}.json" for id in ids],
        "outlet": [f"/o/{rng.choice(outlets)}?page={rng.randint(1, 3)}" for _ in ids],
        "search": [f"/search?q={quote(rng.choice(WORDS))}" for _ in ids],
        "keyword": [f"/k/{quote(rng.choice(WORDS[:6]).strip(chr(34)))}" for _ in ids],
        "style sheet": ["/static/site.css"] * number,
    }


def load(base: str, paths: Sequence[str], clients: int, headers: dict[str, str]) -> dict[str, float]:
    """All paths, asked by so many clients at once."""
    pool = urllib3.PoolManager(num_pools=1, maxsize=clients, block=True, retries=False)

    def ask(path: str) -> tuple[float, int]:
        began = time.perf_counter()
        response = pool.request("GET", base + path, headers=headers, redirect=False, decode_content=False)
        spent = time.perf_counter() - began
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return 1000 * spent, len(response.data)

    with ThreadPoolExecutor(clients) as threads:
        list(threads.map(ask, paths[: 2 * clients]))
        began = time.perf_counter()
        answers = list(threads.map(ask, paths))
        wall = time.perf_counter() - began
    times = sorted(spent for spent, _ in answers)
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))], 2)  # noqa: E731
    kilobytes = sum(size for _, size in answers) / len(answers) / 1000
    return {
        "p50": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "per_s": round(len(paths) / wall),
        "kB": round(kilobytes, 1),
    }


def peak_memory(pid: int) -> float | None:
    """The most memory a process held, in MB (Linux only)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next(round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--archive", type=Path, required=True)
    arguments.add_argument("--clients", type=int, default=32)
    arguments.add_argument("--requests", type=int, default=1000)
    arguments.add_argument("--gzip", action="store_true", help="ask for packed answers, as browsers do")
    options = arguments.parse_args()
    asked = addresses(options.archive, options.requests, random.Random(20261122))
    headers = {"Accept-Encoding": "gzip"} if options.gzip else {"Accept-Encoding": "identity"}
    figures: dict[str, object] = {"clients": options.clients, "requests": options.requests, "gzip": options.gzip}
    with served(options.archive) as (base, pid):
        for name, paths in asked.items():
            found = load(base, paths, options.clients, headers)
            figures[name] = found
            print(f"{name:<16}" + "  ".join(f"{key} {value:>8}" for key, value in found.items()), flush=True)
        figures["peak_MB"] = peak_memory(pid)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
