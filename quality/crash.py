"""kill -9 at random moments of an import: it opens, holds nothing half, and a second run ends as an undisturbed one.

    python quality/crash.py [--data CORPUS.jsonl.gz:SEEN] [--kills 50] [--lines 4000]

Every kill starts from an empty archive. Prints one JSON object: kills, opened, whole, equal (all should be the same).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from warraq import Archive, NotFound, open_archive
from warraq.render.json import page_dict, revision_dict

SHARED = Path(__file__).resolve().parents[2] / "shared"
WORDS = ("السعودية", "وزير", "الرياض", "مجلس")


def contents(archive: Archive) -> dict[str, str]:
    """Article id to a hash of all its states."""
    found: dict[str, str] = {}
    total = archive.stats().articles
    for offset in range(0, total, 1000):
        for brief in archive.latest(limit=1000, offset=offset):
            states = [revision_dict(r) for r in archive.revisions(brief.id)]
            found[brief.id] = hashlib.sha256(json.dumps(states, sort_keys=True).encode()).hexdigest()
    return found


def answers(archive: Archive, ids: list[str]) -> list[object]:
    """What readers get: pages and searches, as of one moment."""
    now = archive.latest(limit=1)[0].seen_at
    pages: list[object] = [page_dict(archive.page(id, now)) for id in ids]
    return pages + [(w, r.total, [h.brief.id for h in r.hits]) for w in WORDS for r in [archive.search(w, as_of=now)]]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", default=f"{SHARED}/corpora/saudinewsnet.jsonl.gz:extracted")
    arguments.add_argument("--kills", type=int, default=50)
    arguments.add_argument("--lines", type=int, default=4000)
    options = arguments.parse_args()
    path, _, seen = options.data.rpartition(":")
    if not Path(path).exists():
        sys.exit("quality/crash.py: needs the measuring data beside the checkout, or --data")
    rng = random.Random(20261122)
    work = Path(tempfile.mkdtemp(prefix="warraq-crash-"))
    figures = {"kills": 0, "opened": 0, "whole": 0, "equal": 0}
    try:
        data = work / "lines.jsonl"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            data.write_text("".join(islice(lines, options.lines)), encoding="utf-8")

        def command(folder: Path) -> list[str]:
            return [sys.executable, "-m", "warraq", "import", str(data), "--seen", seen, "--archive", str(folder)]

        began = time.monotonic()
        subprocess.run(command(work / "whole"), check=True, capture_output=True)
        lasts = time.monotonic() - began
        with open_archive(work / "whole") as archive:
            whole = contents(archive)
            some = rng.sample(sorted(whole), min(10, len(whole)))
            wanted = answers(archive, some)
        print(f"an undisturbed import lasts {lasts:.1f} s and stores {len(whole)} articles")
        for number in range(options.kills):
            folder = work / f"killed-{number}"
            child = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            after = rng.uniform(0.3, lasts)
            time.sleep(after)
            child.send_signal(signal.SIGKILL)
            child.wait()
            figures["kills"] += 1
            stored: dict[str, str] = {}
            try:
                with open_archive(folder) as archive:
                    stored = contents(archive)
                with sqlite3.connect(folder / "warraq.db") as db:
                    figures["opened"] += db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            except NotFound:
                figures["opened"] += 1  # killed before the archive was made
            figures["whole"] += all(whole.get(id) == content for id, content in stored.items())
            subprocess.run(command(folder), check=True, capture_output=True)
            with open_archive(folder) as archive:
                equal = contents(archive) == whole and answers(archive, some) == wanted
            figures["equal"] += equal
            print(
                f"killed after {after:5.2f} s with {len(stored):5} articles; then {'equal' if equal else 'DIFFERENT'}"
            )
            shutil.rmtree(folder)
    finally:
        shutil.rmtree(work)
    print(json.dumps(figures))
    sys.exit(len(set(figures.values())) != 1)


if __name__ == "__main__":
    main()
