"""Warraq as the guest of a world, in a process of its own.

    python quality/worlds/reader.py ARCHIVE --port N --seed 1 --hosts 200 --pages 20000 --at ISO [--epoch 1] ...

Its clock stands in the world's epoch, names of the world lead to the loopback and others nowhere. It ends when nothing
is due for `--idle` seconds; the last line it prints is a JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from warraq import Archive
from warraq.config import Config
from warraq.fetchers.http import HttpFetcher
from warraq.stores.sqlite import FILE_NAME
from warraq.types import Outlet, micros
from worlds.plan import AGENT, STEP, ZONE, World

SITEMAPS = ("sitemap", "news", "index")


class WorldClock:
    """The real time, as many epochs later as the world is (`ports.Clock`)."""

    def __init__(self, epoch: int = 0, later: float = 0.0) -> None:
        self._ahead = epoch * STEP + timedelta(seconds=later)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def resolver(host: str, port: int) -> Sequence[str]:
    """Every name of a world is at the loopback; no other name is anywhere."""
    if not host.endswith(".test"):
        raise OSError(f"{host} is not of this world")
    return ["127.0.0.1"]


def outlets(world: World) -> list[Outlet]:
    """The world's outlets, as an operator would describe them."""
    found = []
    for host in world.hosts:
        feed = (world.url(host.name, world.feed_path(host)),)
        found.append(
            Outlet(
                host.id,
                host.title,
                zone=ZONE,
                hosts=tuple(dict.fromkeys((host.name, host.home))),
                home=world.url(host.home, "/"),
                feeds=feed if host.feed not in (*SITEMAPS, "list") else (),
                sitemaps=feed if host.feed in SITEMAPS else (),
                lists=feed if host.feed == "list" else (),
                pages=r"/(?:news|private)/\d+(?:\?.*)?$" if host.feed == "list" else "",
            )
        )
    return found


def config(archive: Path, **more: Any) -> Config:
    """Settings of a guest of the loopback."""
    return Config(archive=archive, user_agent=f"{AGENT}/1 (a test on loopback)", allow_private=True, **more)


def fetcher(settings: Config, clock: WorldClock) -> HttpFetcher:
    """The real fetcher, in a world of its own."""
    return HttpFetcher(
        user_agent=settings.user_agent,
        clock=clock,
        timeout=settings.timeout,
        max_bytes=settings.max_bytes,
        delay=settings.delay,
        allow_private=True,
        across=False,
        resolver=resolver,
    )


def world_arguments(arguments: argparse.ArgumentParser, *, hosts: int = 200, pages: int = 20_000) -> None:
    """The options that name a world."""
    arguments.add_argument("--seed", type=int, default=20261122)
    arguments.add_argument("--hosts", type=int, default=hosts)
    arguments.add_argument("--pages", type=int, default=pages)
    arguments.add_argument("--at", type=datetime.fromisoformat, default=None)
    arguments.add_argument("--easy", action="store_true")


def world_options(world: World) -> list[str]:
    """Inverse of `world_of`."""
    found = ["--seed", str(world.seed), "--hosts", str(world.hosts_wanted), "--pages", str(world.pages_wanted)]
    return [*found, "--at", world.at.isoformat(), *(["--easy"] if world.easy else [])]


def world_of(options: argparse.Namespace, port: int) -> World:
    """The world that the options name."""
    at = options.at or datetime.now(UTC).replace(second=0, microsecond=0)
    return World(options.seed, options.hosts, options.pages, port, at, options.easy)


def read(world: World, settings: Config, options: argparse.Namespace) -> dict[str, Any]:
    """Read what is due until nothing will be for a while; what came of it."""
    clock = WorldClock(options.epoch, options.later)
    stop = threading.Event()
    with Archive(settings, clock=clock) as archive, closing(fetcher(settings, clock)) as guest:
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        print("open", flush=True)
        idle = threading.Thread(target=_stop_when_idle, args=(archive, options, stop), daemon=True)
        idle.start()
        tally = archive.run([host.id for host in world.hosts], stop=stop, fetcher=guest)
    return {"outcomes": {str(outcome): count for outcome, count in tally.outcomes.items()}}


def _stop_when_idle(archive: Archive, options: argparse.Namespace, stop: threading.Event) -> None:
    """Stop when what was due at the beginning, and all that this led to, was done once, and is indexed.

    What failed is due again after some minutes: that is for another day.
    """
    began, first, begun = time.monotonic(), archive.now(), False
    soon = timedelta(seconds=options.idle)
    with closing(sqlite3.connect(archive.config.archive / FILE_NAME, check_same_thread=False)) as db:
        while not stop.wait(0.5):
            now, passed = archive.now(), time.monotonic() - began
            busy = left(db, first, now, now + soon) or archive.behind()
            begun = begun or busy or passed > options.idle  # feeds may not be in the frontier yet
            if (begun and not busy) or passed > options.most:
                stop.set()


def left(db: sqlite3.Connection, first: datetime, now: datetime, soon: datetime) -> int:
    """Tasks that are worked, were due at `first`, came since, or were led on to a host whose turn they wait for.

    Of hosts that may be asked before `soon`.
    """
    found: int = db.execute(_LEFT, (micros(first), micros(soon), micros(now))).fetchone()[0]
    return found


_LEFT = """
    SELECT count(*) FROM tasks JOIN hosts USING (host)
    WHERE done = 0 AND free_at <= ?2 AND (
        due <= ?1 OR tasks.until > ?3 OR (due <= ?2 AND (attempts = 0 OR instr(tasks.visit, '"hops":')))
    )
"""


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("archive", type=Path)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--epoch", type=int, default=0)
    arguments.add_argument("--later", type=float, default=0.0, help="seconds that the clock goes ahead")
    arguments.add_argument("--delay", type=float, default=0.5)
    arguments.add_argument("--timeout", type=float, default=2.0)
    arguments.add_argument("--max-bytes", type=int, default=4 << 20)
    arguments.add_argument("--threads", type=int, default=32)
    arguments.add_argument("--workers", type=int, default=0)
    arguments.add_argument("--idle", type=float, default=8.0)
    arguments.add_argument("--most", type=float, default=900.0)
    world_arguments(arguments)
    options = arguments.parse_args()
    world = world_of(options, options.port)
    settings = config(
        options.archive,
        delay=options.delay,
        timeout=options.timeout,
        max_bytes=options.max_bytes,
        threads=options.threads,
        workers=options.workers,
    )
    began = time.monotonic()
    said = read(world, settings, options)
    used = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"seconds": round(time.monotonic() - began, 1), "cpu": round(used.ru_utime + used.ru_stime, 1)}
    print(json.dumps({**figures, "peak_mib": used.ru_maxrss // 1024, **said}))


if __name__ == "__main__":
    main()
