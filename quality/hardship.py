"""Hardships: a full disk, damaged files, a folder that cannot be written. Nothing is lost, and the message is one line.

    python quality/hardship.py [--times 20] [--articles 2000] [--seed N]

Every round damages a fresh copy in a way drawn from the seed. Prints a line a hardship and one JSON object:
for each, how many rounds there were and how many ended as they must.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from warraq import Archive, WarraqError, open_archive
from warraq.render.json import page_dict, revision_dict
from worlds.words import text

WORDS = ("الميزان", "النواب", "الساحل", "الياسمين", "المتحف")
ASKED = 4
"""Articles whose pages are compared."""
_CAP_DAC_OVERRIDE, _PR_CAPBSET_DROP = 1, 24


@dataclass
class Ended:
    """How the rounds of one hardship ended."""

    rounds: int = 0
    good: int = 0
    notes: list[str] = field(default_factory=list)
    """What went wrong, or is worth knowing."""

    def note(self, good: bool, what: str = "") -> None:
        self.rounds += 1
        self.good += good
        if what:
            self.notes.append(what)


class Case:
    """An archive made without disturbance, and what it answers."""

    def __init__(self, work: Path, articles: int, seed: int) -> None:
        self.work = work
        self.data = work / "lines.jsonl"
        begin = datetime(2026, 1, 1, tzinfo=UTC)
        with self.data.open("w", encoding="utf-8") as out:
            for number in range(articles):
                said = text(f"{seed} {number}")
                url = f"https://h{number % 7}.example/news/{number}"
                at = (begin + timedelta(minutes=number)).isoformat()
                record = {"url": url, "title": said.title, "text": "\n".join(said.paragraphs), "published": at}
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
        self.whole = work / "whole"
        done = self.run("import", self.data, "--seen", "published", folder=self.whole)
        if done.returncode:
            raise SystemExit(f"the undisturbed import fails: {done.stderr}")
        with open_archive(self.whole) as archive:
            self.contents = contents(archive)
            self.answers = answers(archive)

    def run(
        self, *arguments: object, folder: Path, before: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The command line on an archive, in a process of its own."""
        command = [sys.executable, "-m", "warraq", *map(str, arguments), "--archive", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=before)

    def fill(self, folder: Path, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
        """Import everything into a folder."""
        return self.run("import", self.data, "--seen", "published", folder=folder, before=before)

    def copy(self, name: str) -> Path:
        """A fresh copy of the whole archive."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.whole, folder)
        return folder

    def equal(self, folder: Path) -> str:
        """Empty if an archive holds and answers what the undisturbed one does, else what differs."""
        with open_archive(folder) as archive:
            archive.refresh()
            if contents(archive) != self.contents:
                return "other contents"
            return "" if answers(archive) == self.answers else "other answers"


def contents(archive: Archive) -> dict[str, str]:
    """Article id to a hash of all its states."""
    found: dict[str, str] = {}
    total = archive.stats().articles
    for offset in range(0, total, 1000):
        for brief in archive.latest(limit=1000, offset=offset):
            states = [revision_dict(r) for r in archive.revisions(brief.id)]
            found[brief.id] = hashlib.sha256(json.dumps(states, sort_keys=True).encode()).hexdigest()
    return found


def answers(archive: Archive) -> list[object]:
    """What readers get: pages and searches, as of one moment."""
    newest = archive.latest(limit=1)[0].seen_at
    ids = sorted(brief.id for brief in archive.latest(limit=200))[:ASKED]
    pages: list[object] = [page_dict(archive.page(id, newest)) for id in ids]
    return pages + [
        (w, r.total, [h.brief.id for h in r.hits]) for w in WORDS for r in [archive.search(w, as_of=newest)]
    ]


def plain(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a command failed as it should: not by a signal, with one line and no traceback."""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return done.returncode > 0 and bool(lines) and "Traceback" not in done.stderr and len(lines) <= 3


# --- the disk is full ---------------------------------------------------------------------------------------


def disk_full(case: Case, times: int, rng: Random) -> Ended:
    """The disk fills up at some moment of an import; with room again, the import ends as an undisturbed one."""
    ended = Ended()
    sizes = [path.stat().st_size for path in case.whole.rglob("*") if path.is_file()]
    for number in range(times):
        room = int(rng.uniform(0.02, 1.0) * sum(sizes))
        folder = case.work / f"full-{number}"
        mounted = _mount(folder, room)
        done = case.fill(folder / "a", None if mounted else lambda room=room: _limit_files(room // 3))
        failed = plain(done)
        if done.returncode == 0:
            ended.note(case.equal(folder / "a") == "", "")  # there was room enough
        elif not failed:
            ended.note(False, f"room for {room}: exit {done.returncode}: {done.stderr[-300:]}")
        else:
            if mounted:
                subprocess.run(["mount", "-o", f"remount,size={8 * sum(sizes)}", str(folder)], check=True)
            again = case.fill(folder / "a")
            what = case.equal(folder / "a") if again.returncode == 0 else again.stderr[-300:]
            ended.note(what == "", what and f"room for {room}: {done.stderr.strip()[-200:]}; then {what}")
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # an index may still be mapped
        shutil.rmtree(folder, ignore_errors=True)
    return ended


def _mount(folder: Path, room: int) -> bool:
    """A small file system of its own, where that is permitted."""
    folder.mkdir()
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _limit_files(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


# --- files are damaged --------------------------------------------------------------------------------------


def damage(path: Path, rng: Random) -> str:
    """Damage a file in one of the ways files are damaged; says how."""
    size = path.stat().st_size
    how = rng.choice(("cut", "zeroes", "noise", "bits", "empty"))
    with path.open("r+b") as file:
        at = rng.randrange(max(size, 1))
        if how == "cut":
            file.truncate(at)
        elif how == "empty":
            file.truncate(0)
        elif how == "bits":
            for _ in range(8):
                file.seek(place := rng.randrange(max(size, 1)))
                byte = file.read(1) or b"\0"
                file.seek(place)
                file.write(bytes([byte[0] ^ 1 << rng.randrange(8)]))
        else:
            length = rng.choice((16, 4096, 65_536))
            file.seek(at // 4096 * 4096 if length > 16 else at)
            file.write(bytes(length) if how == "zeroes" else rng.randbytes(length))
    return f"{path.name}: {how} at {at} of {size}"


def index_damaged(case: Case, times: int, rng: Random) -> Ended:
    """Files of the index are damaged or gone: it is built again by itself, with the same answers."""
    ended = Ended()
    for number in range(times):
        folder = case.copy(f"index-{number}")
        files = sorted(path for path in (folder / "index").iterdir() if path.is_file())
        chosen = rng.sample(files, rng.randint(1, min(3, len(files))))
        hows = []
        for path in chosen:
            if rng.random() < 0.2:
                path.unlink()
                hows.append(f"{path.name}: gone")
            else:
                hows.append(damage(path, rng))
        try:
            what = case.equal(folder)
        except WarraqError as error:
            what = f"{type(error).__name__}: {error}"
        except Exception as error:
            what = f"not ours: {type(error).__name__}: {str(error)[:200]}"
        ended.note(what == "", what and f"{hows}: {what}")
        shutil.rmtree(folder)
    return ended


def store_damaged(case: Case, times: int, rng: Random) -> Ended:
    """The store is damaged: reading it all gives a clear error, or everything as it was.

    What SQLite cannot notice, text that is another now, is counted in the notes.
    """
    ended = Ended()
    for number in range(times):
        folder = case.copy(f"store-{number}")
        how = damage(folder / "warraq.db", rng)
        try:
            what = case.equal(folder)
            ended.note(True, f"{how}: unnoticed, {what}" if what else "")
        except WarraqError as error:
            one_line = "\n" not in str(error) and bool(str(error))
            ended.note(one_line, "" if one_line else f"{how}: {error}")
        except Exception as error:
            ended.note(False, f"{how}: not ours: {type(error).__name__}: {str(error)[:200]}")
        shutil.rmtree(folder)
    return ended


# --- nothing can be written ---------------------------------------------------------------------------------


def read_only(case: Case, times: int, rng: Random) -> Ended:
    """The archive's folder is read-only: reading works, writing fails with one line."""
    ended = Ended()
    folder = case.copy("read-only")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        for _ in range(times):
            word = rng.choice(WORDS)
            found = case.run("search", word, folder=folder, before=_obey_permissions)
            whole = case.run("search", word, folder=case.whole)
            same = found.returncode == 0 and found.stdout == whole.stdout
            refused = case.run("import", case.data, folder=folder, before=_obey_permissions)
            good = same and plain(refused)
            ended.note(
                good,
                ""
                if good
                else f"{found.returncode} {found.stderr[-200:]}; {refused.returncode} {refused.stderr[-300:]}",
            )
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    return ended


def _obey_permissions() -> None:
    """Permissions hold for root, too, in what is started next."""
    if os.geteuid() == 0:
        with suppress(OSError):
            ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


HARDSHIPS: dict[str, Callable[[Case, int, Random], Ended]] = {
    "disk full": disk_full,
    "index damaged": index_damaged,
    "store damaged": store_damaged,
    "read-only": read_only,
}


def main(given: Sequence[str] | None = None) -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--articles", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=20261122)
    options = arguments.parse_args(given)
    work = Path(tempfile.mkdtemp(prefix="warraq-hardship-"))
    figures = {}
    try:
        case = Case(work, options.articles, options.seed)
        for name, hardship in HARDSHIPS.items():
            ended = hardship(case, options.times, Random(f"{options.seed} {name}"))
            for note in ended.notes:
                print(f"  {note}")
            print(f"{name}: {ended.good} of {ended.rounds}")
            figures[name] = {"rounds": ended.rounds, "good": ended.good}
    finally:
        shutil.rmtree(work)
    print(json.dumps(figures))
    sys.exit(any(f["good"] != f["rounds"] for f in figures.values()))


if __name__ == "__main__":
    main()
