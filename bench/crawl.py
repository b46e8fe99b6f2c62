"""Throughput of the live loop on loopback: fetched, extracted, analysed, stored, indexed and placed, from many hosts.

    python bench/crawl.py [--hosts 200] [--pages 20000] [--processes 1] [--workers 0] [--delay 0.005] [--seconds 240]
                          [--published 200] [--polled 1]

The world (``quality/worlds``) has plain hosts only; its server runs in a process of its own, whose share of the
processor is told apart. Samples the readers' memory every second. Then new pages are published while a reader polls
each feed every `--polled` seconds and leaves hosts alone for one second between two requests: how long until a search
finds them, from the publication to the next visit of the feed, from there until the page is read, and from there until
it is found. Prints one JSON object; has no peer, so no ratio.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "quality"))

from warraq import Archive, NotFound
from warraq.stores.sqlite import FILE_NAME, SqliteStore
from worlds.plan import Host
from worlds.reader import WorldClock, config, fetcher, outlets, world_arguments, world_options
from worlds.served import Served, serving

READER = Path(__file__).resolve().parents[1] / "quality" / "worlds" / "reader.py"
MIB = 1024
SIZES = (1_000, 10_000, 25_000, 50_000)
"""Numbers of requests up to which the peak of memory is told apart."""
FIRST = 1_000_000
"""Numbers of pages that are published while a reader polls."""
EVERY = 0.25
"""Seconds between two of them."""
HOSTS = 40
"""That publish them, in turn."""


def resident(pid: int) -> int:
    """Resident memory of a process and its children, in MiB; 0 once it is gone."""
    total = 0
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1]) // MIB
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(resident(int(child)) for child in (task / "children").read_text().split())
    except OSError:
        pass
    return total


def articles(folder: Path) -> tuple[int, int]:
    """Articles stored by now, and lines of the log."""
    with SqliteStore(folder / FILE_NAME, read_only=True) as store:
        return store.stats(WorldClock().now()).articles, store.last_change()


def throughput(served: Served, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Read the whole world, or what can be read of it in the time."""
    command = [sys.executable, str(READER), str(folder), "--port", str(served.world.port), "--idle", "2"]
    command += ["--delay", str(options.delay), "--timeout", "30", "--most", str(options.seconds)]
    command += ["--threads", str(options.threads), "--workers", str(options.workers), *world_options(served.world)]
    began = time.monotonic()
    cpu_before = float(served.say("/cpu"))
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(options.processes)]
    samples: list[tuple[int, int]] = []
    while any(reader.poll() is None for reader in readers):
        time.sleep(1.0)
        memory = sum(resident(reader.pid) for reader in readers)
        if memory:
            samples.append((int(served.say("/count")), memory))
    said = [json.loads(reader.communicate()[0].splitlines()[-1]) for reader in readers]
    log = [r for r in served.log() if r.path.startswith("/news/") and r.status == 200]
    spent = max(r.end for r in log) - min(r.begin for r in log)
    stored, _ = articles(folder)
    half = [memory for count, memory in samples if count > len(log) / 2]
    return {
        "pages": len(log),
        "stored": stored,
        "seconds": round(spent, 1),
        "pages_per_second": round(len(log) / spent, 1),
        "whole_seconds": round(time.monotonic() - began, 1),
        "mib_fetched": round(sum(r.size for r in log) / 2**20),
        "reader_cpu_seconds": round(sum(float(s["cpu"]) for s in said), 1),
        "server_cpu_seconds": round(float(served.say("/cpu")) - cpu_before, 1),
        "cpu_ms_per_page": round(1000 * sum(float(s["cpu"]) for s in said) / len(log), 2),
        "memory_mib": {
            "peak": max(memory for _, memory in samples),
            "median_of_second_half": round(statistics.median(half)) if half else 0,
            "peak_until_requests": {
                size: max(memory for count, memory in samples if count <= size)
                for size in (*(size for size in SIZES if size < len(log)), samples[-1][0])
            },
            "at_requests": [samples[len(samples) * n // 10] for n in range(1, 10)],
        },
        "load": Path("/proc/loadavg").read_text().split()[0],
    }


def freshness(served: Served, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Publish pages while a reader polls; from publication until a search finds them, and where that time goes."""
    stop = threading.Event()
    clock = WorldClock()
    polled = options.polled / 60
    settings = config(folder, delay=1.0, timeout=30.0, threads=options.threads, poll_min=polled, poll_max=polled)
    # What is published here appears in a host's feed, not in the parts of an index of sitemaps.
    hosts = [host for host in served.world.hosts if host.feed != "index"][:HOSTS]
    published: list[tuple[Host, str, str, float]] = []
    found: dict[str, float] = {}
    with Archive(settings, clock=clock, create=True) as archive, closing(fetcher(settings, clock)) as guest:
        archive.add_outlets(outlets(served.world))
        ids = [host.id for host in hosts]
        running = threading.Thread(target=lambda: archive.run(ids, stop=stop, fetcher=guest), daemon=True)
        running.start()
        before = -1
        while before != (held := archive.stats().articles) or not held:  # until what was there is read
            before = held
            time.sleep(3.0)
        due = began = time.monotonic()
        while len(found) < options.published and time.monotonic() - began < options.published * EVERY + 60:
            if len(published) < options.published and time.monotonic() >= due:
                due += EVERY
                host = hosts[len(published) % len(hosts)]
                number = FIRST + len(published)
                at = time.monotonic()
                title = served.say(f"/publish/{host.number}/{number}")
                published.append((host, served.world.url(host.name, f"/news/{number}"), title, at))
            for host, url, title, _ in published:
                if url not in found and stored(archive, url):
                    hits = archive.search(title, outlets=[host.id], limit=5).hits
                    if url in [hit.brief.url for hit in hits]:
                        found[url] = time.monotonic()
            time.sleep(0.02)
        stop.set()
        running.join()
    log = served.log()
    asked = {host.id: [r.begin for r in log if r.host == host.name and "/news/" not in r.path] for host in hosts}
    read = {(r.host, r.path): r.end for r in log if r.status == 200}
    parts: dict[str, list[float]] = {"whole": [], "until_polled": [], "until_page_read": [], "until_searchable": []}
    for host, url, _, at in published:
        if url not in found:
            continue
        polled_at = next(begin for begin in asked[host.id] if begin >= at)
        read_at = read[host.name, url.partition(f":{served.world.port}")[2]]
        for name, value in zip(
            parts, (found[url] - at, polled_at - at, read_at - polled_at, found[url] - read_at), strict=True
        ):
            parts[name].append(value)
    return {
        "published": len(published),
        "found": len(found),
        "hosts": len(hosts),
        "polled_every": options.polled,
        **{name: {"p50": _quantile(values, 0.5), "p95": _quantile(values, 0.95)} for name, values in parts.items()},
    }


def stored(archive: Archive, url: str) -> bool:
    """Whether an article of this address is there."""
    try:
        return bool(archive.revision(url))
    except NotFound:
        return False


def _quantile(values: list[float], share: float) -> float | None:
    return round(sorted(values)[min(int(len(values) * share), len(values) - 1)], 2) if values else None


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    world_arguments(arguments)
    arguments.add_argument("--processes", type=int, default=1)
    arguments.add_argument("--workers", type=int, default=0, help="processes that parse, for each reader")
    arguments.add_argument("--threads", type=int, default=32)
    arguments.add_argument("--delay", type=float, default=0.005)
    arguments.add_argument("--seconds", type=float, default=240.0)
    arguments.add_argument("--published", type=int, default=200, help="pages to publish while a reader polls")
    arguments.add_argument("--polled", type=float, default=1.0, help="seconds between two visits of a feed then")
    options = arguments.parse_args()
    options.easy = True
    work = Path(tempfile.mkdtemp(prefix="warraq-crawl-"))
    try:
        with serving(options) as served:
            with Archive(config(work / "a"), create=True) as archive:
                archive.add_outlets(outlets(served.world))
            figures = throughput(served, work / "a", options)
            print(figures)
            # In an archive of its own: in the other one feeds wait as long as their readers thought fit.
            figures["searchable_seconds"] = freshness(served, work / "b", options) if options.published else None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
