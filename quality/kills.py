"""kill -9 at random moments of reading a world, two processes on one archive: nothing lost, doubled or half.

    python quality/kills.py [--kills 200] [--hosts 40] [--pages 1200] [--seed N]

Each round starts two readers (fetch, commit, index, place) on one archive and kills both, one after the other, at
moments drawn from the seed. The clock of the next round stands later than any lease, as if somebody had come back
after a while. When a world is read, it is held against what is right and against one read without disturbance, and its
index against one rebuilt; then the next one is begun. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from warraq import Archive
from warraq.stores.sqlite import FILE_NAME, SqliteStore
from worlds.checks import check
from worlds.reader import config, outlets, world_arguments, world_options
from worlds.served import Served, serving

HERE = Path(__file__).resolve().parent
RESPECTS = ("sound", "kept", "right", "equal", "index_equal")
LATER = timedelta(minutes=10)
"""Longer than a lease."""
EACH = 20
"""Kills of one archive at most."""
LONGEST = 2.0
"""Seconds from one kill to the next."""
WORDS = ("الميزان", "النواب", "الساحل", "الياسمين", "المتحف", "المرجان", "الوزير", "الصيادين")
TIMES = {"delay": 0.02, "timeout": 2.0, "max_bytes": 4 << 20}


def states(folder: Path) -> dict[str, list[str]]:
    """Article id to hashes of its states in time: title, text, outlet and date of each."""
    found: dict[str, list[str]] = {}
    with SqliteStore(folder / FILE_NAME) as store:
        offset, now = 0, datetime(2100, 1, 1, tzinfo=UTC)
        while briefs := store.latest(now, 500, offset=offset):
            offset += len(briefs)
            for id, history in store.histories([b.id for b in briefs]).items():
                found[id] = [_hash(revision.article) for revision in history]
    return found


def _hash(article: Any) -> str:
    said = (article.url, article.outlet, article.title, article.text, str(article.published and article.published.at))
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def sound(folder: Path) -> str:
    """Empty, or what SQLite finds wrong."""
    with sqlite3.connect(folder / FILE_NAME) as db:
        said = db.execute("PRAGMA integrity_check").fetchone()[0]
        broken = db.execute("PRAGMA foreign_key_check").fetchall()
    db.close()
    return "" if said == "ok" and not broken else f"{said} {broken}"


def answers(archive: Archive) -> list[object]:
    """What the index answers: which articles; their order follows statistics that deleted documents still count in."""
    return [(w, r.total, sorted(h.brief.id for h in r.hits)) for w in WORDS for r in [archive.search(w, limit=5000)]]


class Killer:
    """Rounds of kills over fresh archives until there were enough."""

    def __init__(self, served: Served, work: Path, seed: int) -> None:
        self.served = served
        self.work = work
        self.rng = Random(seed)
        self.kills = self.archives = self.sound = self.kept = self.right = self.equal = self.index_equal = 0
        self.notes: list[str] = []
        self.whole = self._undisturbed()

    def figures(self) -> dict[str, int]:
        """Kills, archives, and how many of these came out right in which respect."""
        return {name: getattr(self, name) for name in ("kills", "archives", *RESPECTS)}

    def command(self, folder: Path, later: timedelta) -> list[str]:
        """A reader."""
        command = [
            sys.executable,
            str(HERE / "worlds" / "reader.py"),
            str(folder),
            "--port",
            str(self.served.world.port),
        ]
        command += ["--later", str(later.total_seconds()), "--idle", "1.5"]
        command += [part for name, value in TIMES.items() for part in (f"--{name.replace('_', '-')}", str(value))]
        return command + world_options(self.served.world)

    def make(self, name: str) -> Path:
        """A fresh archive of a world that nobody asked before."""
        self.served.say("/again")
        folder = self.work / name
        with Archive(config(folder, **TIMES), create=True) as archive:
            archive.add_outlets(outlets(self.served.world))
        return folder

    def _undisturbed(self) -> dict[str, list[str]]:
        folder = self.make("whole")
        subprocess.run(self.command(folder, timedelta()), check=True, stdout=subprocess.DEVNULL)
        found = states(folder)
        with Archive(config(folder)) as archive:
            self.outlets = {brief.id: brief.outlet for brief in archive.latest(limit=100_000)}
        shutil.rmtree(folder)
        print(f"an undisturbed reader stores {len(found)} articles", flush=True)
        return found

    def archive(self, wanted: int) -> None:
        """Read one world under kills, at most so many, then to its end."""
        folder = self.make(f"killed-{self.archives}")
        self.archives += 1
        later, before = timedelta(), dict[str, list[str]]()
        clean = kept = True
        ended = False
        wanted = min(wanted, EACH)
        while not ended and wanted > 0:
            readers = [subprocess.Popen(self.command(folder, later), stdout=subprocess.PIPE) for _ in range(2)]
            for reader in readers:
                assert reader.stdout is not None
                reader.stdout.readline()  # it has opened the archive
            for reader in readers:
                time.sleep(self.rng.uniform(0.0, LONGEST))
                if reader.poll() is None:
                    reader.send_signal(signal.SIGKILL)
                    self.kills += 1
                    wanted -= 1
                else:
                    ended = True
                reader.wait()
            later += LATER
            if wrong := sound(folder):
                clean = False
                self.notes.append(f"{folder.name}: {wrong}")
            after = states(folder)
            if lost := [id for id, was in before.items() if after.get(id, [])[: len(was)] != was]:
                kept = False
                self.notes.append(f"{folder.name}: lost {lost[:3]}")
            before = after
        self.sound += clean
        self.kept += kept
        for _ in range(3):  # what timed out on a busy machine is due again after some minutes
            subprocess.run(self.command(folder, later), check=True, stdout=subprocess.DEVNULL)
            later += LATER
        self._judge(folder, later)
        shutil.rmtree(folder)

    def _judge(self, folder: Path, later: timedelta) -> None:
        """The archive that was read to its end."""
        with Archive(config(folder, **TIMES)) as archive:
            now = archive.now() + later + LATER
            archive.refresh()
            was = answers(archive)
            archive.refresh(rebuild=True)
            self.index_equal += answers(archive) == was
        with SqliteStore(folder / FILE_NAME) as store:
            wrong = check(self.served.world, store, 0, now).wrong
        late = {host.id for host in self.served.world.hosts if host.late}  # which of their pages come depends on when
        self.right += not wrong
        self.notes += [f"{folder.name}: {line}" for line in wrong[:5]]
        found = states(folder)
        other = [id for id, was in self.whole.items() if found.get(id) != was and self.outlets[id] not in late]
        self.equal += not other
        if other:
            self.notes.append(f"{folder.name}: {len(other)} articles are not as undisturbed: {other[:3]}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    world_arguments(arguments, hosts=40, pages=1200)
    arguments.add_argument("--kills", type=int, default=200)
    options = arguments.parse_args()
    work = Path(tempfile.mkdtemp(prefix="warraq-kills-"))
    try:
        with serving(options, latency=0.005) as served:
            killer = Killer(served, work, options.seed)
            while killer.kills < options.kills:
                killer.archive(options.kills - killer.kills)
                print(killer.figures(), killer.notes[-3:], flush=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    figures = killer.figures()
    for note in killer.notes:
        print(f"  {note}")
    print(json.dumps(figures))
    sys.exit(any(figures[name] != killer.archives for name in RESPECTS))


if __name__ == "__main__":
    main()
