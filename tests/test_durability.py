"""A writer killed with SIGKILL at any moment: what it acknowledged is there whole, the rest not at all."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warraq.stores.sqlite import FILE_NAME, SqliteStore
from warraq.types import Analysis, Article, Change, Outcome, Paragraph, micros

BATCH = 40
KILLS = 10
SEED = 20250216
START = datetime(2025, 1, 1, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)

WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_durability import batch
from warraq.stores.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[1]))
number = int(sys.argv[3])
while True:
    store.commit(batch(number))
    print(number, flush=True)
    number += 1
"""


def batch(number: int) -> list[Change]:
    """Changes of one commit: new articles, and a revision of each article of the batch before."""
    changes = [change(number, n, 0) for n in range(BATCH)]
    if number:
        changes += [change(number - 1, n, 1) for n in range(BATCH)]
    return changes


def change(number: int, n: int, state: int) -> Change:
    random_text = random.Random(f"{number} {n} {state}")
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي "
    text = "".join(random_text.choices(letters, k=random_text.randint(20, 6000)))
    article = Article(
        id=f"{number:08d}{n:04d}",
        outlet=("nahda", "sada")[n % 2],
        url=f"https://nahda.example/{number}/{n}",
        title=text[:60],
        body=(Paragraph(text),),
    )
    return Change(
        f"{number}:{n}",
        Outcome.REVISED if state else Outcome.NEW,
        article=article,
        analysis=Analysis(1, random_text.randbytes(900), random_text.randbytes(300)),
        digest=random_text.randbytes(16),
        seen_at=START + timedelta(days=number, minutes=n, hours=30 * state),
    )


def acknowledged(path: Path, begin: int, seconds: float) -> Iterator[int]:
    """Batches whose commit returned in a process that was killed after so many seconds of writing."""
    command = [sys.executable, "-c", WRITER, str(path), str(Path(__file__).parent), str(begin)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        first = child.stdout.readline()  # starting Python takes longer than writing: count from the first batch
        time.sleep(seconds)
        child.kill()
        rest = child.stdout.read()
        assert child.wait() == -signal.SIGKILL
    return (int(line) for line in (first + rest).splitlines(keepends=True) if line.endswith("\n"))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_what_was_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    moments = random.Random(SEED)
    committed = 0
    for _ in range(KILLS):
        told = list(acknowledged(path, committed, moments.uniform(0, 0.25)))
        assert told == list(range(committed, committed + len(told)))
        committed = check(path, told)
    assert committed >= KILLS


def check(path: Path, told: list[int]) -> int:
    """The archive is sound and holds whole batches, all that were told of among them; returns how many."""
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
    with SqliteStore(path) as store:
        batches, rest = divmod(store.stats(LATER).articles, BATCH)
        assert rest == 0
        assert batches >= told[-1] + 1
        assert store.last_change() == BATCH * (2 * batches - 1)
        assert store.stats(LATER).outcomes == {"new": batches * BATCH, "revised": (batches - 1) * BATCH}
        for number in {*told, batches - 1}:
            assert_whole(store, number, revised=number < batches - 1)
        assert list(store.latest(LATER, 1, offset=batches * BATCH)) == []
    return batches


def assert_whole(store: SqliteStore, number: int, *, revised: bool) -> None:
    expected = [change(number, n, state) for n in range(BATCH) for state in range(1 + revised)]
    histories = store.histories([c.article.id for c in expected if c.article])
    revisions = [revision for id in sorted(histories) for revision in histories[id]]
    assert [r.article for r in revisions] == [c.article for c in expected]
    assert [r.seen_at for r in revisions] == [c.seen_at for c in expected]
    analyses = store.analyses([r.key for r in revisions])
    assert [analyses[r.key] for r in revisions] == [c.analysis for c in expected]
    known = store.known(histories.keys())
    timelines = [known[id].sightings for id in sorted(histories)]
    assert [s for timeline in timelines for s in timeline] == [
        (micros(c.seen_at), c.digest) for c in expected if c.seen_at
    ]


def test_a_commit_of_a_repeated_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    told = list(acknowledged(path, 0, 0.1))
    with SqliteStore(path) as store:
        before = store.last_change()
        for number in told:
            store.commit(batch(number))
        assert store.last_change() == before


def test_commits_are_synced(tmp_path: Path) -> None:
    """A kill cannot show it, only a power cut could: the settings that make an acknowledgement mean synced."""
    with SqliteStore(tmp_path / FILE_NAME) as store, store._db.writing() as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA synchronous").fetchone() == (2,)
