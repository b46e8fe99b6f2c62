"""A simulated world on loopback, read with one process and with two: manners, outcomes, and what a second look costs.

    python quality/world.py [--hosts 200] [--pages 20000] [--seed N] [--processes 1 2] [--delay 0.5]

The world (``worlds/``) knows what is right for each of its pages and logs every request, so politeness is measured at
the servers. Each run reads the world, lets two days of the world's time pass, in which pages change, vanish and move,
and reads it again. Prints what is wrong and one JSON object.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from warraq import Archive, Config
from warraq.stores.sqlite import FILE_NAME, SqliteStore
from worlds.answers import CRAWL_DELAY
from worlds.checks import check, unsafe
from worlds.manners import violations
from worlds.plan import World
from worlds.reader import WorldClock, config, outlets, world_arguments, world_options
from worlds.served import Served, serving

HERE = Path(__file__).resolve().parent
SHOWN = 10
LATENCY = 0.02
"""Seconds until a server answers."""
KINDS = ("overlap", "delay", "retry_after", "robots", "gone")


def make(folder: Path, world: World, settings: Config) -> None:
    """An archive that knows the world's outlets."""
    with Archive(settings, create=True) as archive:
        archive.add_outlets(outlets(world))


def read(served: Served, folder: Path, epoch: int, processes: int, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Read what is due, with so many processes on one archive; what each of them says of itself."""
    command = [sys.executable, str(HERE / "worlds" / "reader.py"), str(folder), "--port", str(served.world.port)]
    command += ["--epoch", str(epoch), "--delay", str(options.delay), "--timeout", str(options.timeout)]
    command += ["--most", str(options.most)]
    command += world_options(served.world)
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]
    said = []
    for process in running:
        out, _ = process.communicate()
        said.append(json.loads(out.splitlines()[-1]) if process.returncode == 0 else {"failed": process.returncode})
    return said


def run(processes: int, options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """One world, read twice."""
    folder = work / f"with-{processes}"
    figures: dict[str, Any] = {"processes": processes}
    with serving(options, latency=LATENCY) as served:
        world = served.world
        make(folder, world, config(folder))
        for epoch in (0, 1):
            served.say(f"/epoch/{epoch}")
            began = time.monotonic()
            said = read(served, folder, epoch, processes, options)
            seconds = time.monotonic() - began
            log = [r for r in served.log() if r.epoch == epoch]
            with Archive(config(folder), clock=WorldClock(epoch)) as archive:
                archive.mark_lost(archive.health())
            with SqliteStore(folder / FILE_NAME) as store:
                checked = check(world, store, epoch, WorldClock(epoch).now())
                noticed, lost = unsafe(world, store)
            print(f"{processes} process(es), epoch {epoch}: {len(log)} requests in {seconds:.0f} s, {said}", flush=True)
            for line in checked.wrong[:SHOWN]:
                print(f"  wrong: {line}")
            figures[f"epoch_{epoch}"] = {
                "seconds": round(seconds, 1),
                "requests": len(log),
                "bytes": sum(r.size for r in log),
                "conditional": sum(r.conditional for r in log),
                "not_modified": sum(r.status == 304 for r in log),
                "pages": checked.pages,
                "wrong": len(checked.wrong),
                "articles": checked.articles,
                "readers": said,
            }
        examples: list[str] = []
        manners = violations(world, served.log(), options.delay, CRAWL_DELAY, examples)
        figures |= {
            "revisions": [checked.revisions, checked.revisions_wanted],
            "unannounced": [checked.unannounced, checked.unannounced_wanted],
            "removed": [checked.removed, checked.removed_wanted],
            "lost_domains": [noticed, lost],
            "manners": dict(manners),
            "server_cpu": float(served.say("/cpu")),
        }
    print(f"  manners: {figures['manners']}")
    for line in examples[:SHOWN]:
        print(f"  rude: {line}")
    return figures


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    world_arguments(arguments)
    arguments.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    arguments.add_argument("--delay", type=float, default=0.5)
    arguments.add_argument("--timeout", type=float, default=2.0)
    arguments.add_argument("--most", type=float, default=900.0, help="seconds for one reading")
    arguments.add_argument("--keep", type=Path, default=None, help="keep the archives in this folder")
    options = arguments.parse_args()
    work = options.keep or Path(tempfile.mkdtemp(prefix="warraq-world-"))
    try:
        found = [run(processes, options, work) for processes in options.processes]
    finally:
        if options.keep is None:
            shutil.rmtree(work, ignore_errors=True)
    print(json.dumps({"seed": options.seed, "hosts": options.hosts, "pages": options.pages, "runs": found}))
    rude = sum(figures["manners"][kind] for figures in found for kind in (*KINDS, "unconditional"))
    wrong = sum(figures[f"epoch_{epoch}"]["wrong"] for figures in found for epoch in (0, 1))
    sys.exit(bool(rude or wrong))


if __name__ == "__main__":
    main()
