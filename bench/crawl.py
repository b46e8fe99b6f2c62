"""Throughput of the live loop on loopback: fetched, extracted, analysed, stored, indexed and placed, from many hosts.

    python bench/crawl.py [--hosts 200] [--pages 20000] [--processes 1] [--workers 0] [--delay 0.005] [--seconds 240]

The world (``quality/worlds``) has plain hosts only; its server runs in a process of its own, whose share of the
processor is told apart. Samples the readers' memory every second. Then new pages are published while a reader polls:
how long until a search finds them. Prints one JSON object; has no peer, so no ratio.
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

from warraq import Archive
from warraq.stores.sqlite import FILE_NAME, SqliteStore
from worlds.reader import WorldClock, config, fetcher, outlets, world_arguments, world_options
from worlds.served import Served, serving

READER = Path(__file__).resolve().parents[1] / "quality" / "worlds" / "reader.py"
MIB = 1024
FIRST = 1_000_000
"""Numbers of pages that are published while a reader polls."""


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
            "at_pages": [samples[len(samples) * n // 10] for n in range(1, 10)],
        },
        "load": Path("/proc/loadavg").read_text().split()[0],
    }


def freshness(served: Served, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Publish pages while a reader polls every few seconds; from publication until a search finds them."""
    stop = threading.Event()
    clock = WorldClock()
    settings = config(folder, delay=options.delay, timeout=30.0, threads=8, poll_min=0.03, poll_max=0.03)
    found: list[float] = []
    with Archive(settings, clock=clock, create=True) as archive, closing(fetcher(settings, clock)) as guest:
        archive.add_outlets(outlets(served.world))
        ids = [host.id for host in served.world.hosts][:10]
        running = threading.Thread(target=lambda: archive.run(ids, stop=stop, fetcher=guest), daemon=True)
        running.start()
        before = -1
        while before != (held := archive.stats().articles) or not held:  # until what was there is read
            before = held
            time.sleep(2.0)
        for number in range(options.published):
            host = served.world.hosts[number % len(ids)]
            url = served.world.url(host.name, f"/news/{FIRST + number}")
            at = time.monotonic()
            title = served.say(f"/publish/{host.number}/{FIRST + number}")
            while time.monotonic() - at < 60 and url not in [h.brief.url for h in archive.search(title, limit=5).hits]:
                time.sleep(0.05)
            found.append(time.monotonic() - at)
        stop.set()
        running.join()
    found.sort()
    return {
        "published": len(found),
        "p50": round(found[len(found) // 2], 2),
        "p95": round(found[int(len(found) * 0.95)], 2),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    world_arguments(arguments)
    arguments.add_argument("--processes", type=int, default=1)
    arguments.add_argument("--workers", type=int, default=0, help="processes that parse, for each reader")
    arguments.add_argument("--threads", type=int, default=32)
    arguments.add_argument("--delay", type=float, default=0.005)
    arguments.add_argument("--seconds", type=float, default=240.0)
    arguments.add_argument("--published", type=int, default=0, help="pages to publish while a reader polls")
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
