"""What the SQLite store costs: CPU of a commit for each article, time of each read, and the ratio to plain inserts.

Articles are random text of realistic size (words of Arabic letters with a skewed choice, 60 to 700 of them, paragraphs
of about 45), over ten years and 40 outlets; one in twenty has a later revision. Usage:

    python bench/store.py [--articles 100000] [--directory DIR]

The last line is one JSON object: ``commit_ms`` (CPU an article, all in), ``plain_ms`` (the same bytes as single rows
of one table, same batches, same settings), ``ratio``, ``recommit_ms``, ``bytes``, ``reads_us`` (median CPU time of
a read, the file in the system's cache).
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import TypeVar

from warraq.stores.sqlite import FILE_NAME, SqliteStore
from warraq.stores.values import pack_body
from warraq.types import Analysis, Article, Change, Dated, Outcome, Paragraph, micros

T = TypeVar("T")

BATCH = 500
OUTLETS = 40
SPAN = timedelta(days=3650)
START = datetime(2015, 1, 1, tzinfo=UTC)
DIGITS = "0123456789abcdefghijklmnopqrstuv"
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--directory", type=Path, help="where to write (default: a temporary directory)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.directory) as name:
        print(json.dumps(measure(Path(name), given.articles)))


def measure(directory: Path, articles: int) -> dict[str, object]:
    path = directory / FILE_NAME
    commit, recommit, plain_cpu, count = 0.0, 0.0, 0.0, 0
    ids: list[str] = []
    with SqliteStore(path) as store, Plain(directory / "plain.db") as plain:
        for batch in batches(articles):
            count += len(batch)
            names = [change.article.id for change in batch if change.article]
            ids += names
            commit += cpu(store.known, names) + cpu(store.commit, batch)
            plain_cpu += cpu(plain.insert, batch)
        for batch in islice(batches(articles), 20):
            recommit += cpu(store.commit, batch)
        recommit /= min(count, 20 * BATCH)
    size = path.stat().st_size
    with SqliteStore(path, read_only=True) as store:
        reads = read_times(store, ids)
    print(f"{count} contents of {articles} articles, {size / count:.0f} bytes each; SQLite {sqlite3.sqlite_version}")
    print(f"known + commit {commit / count * 1000:.3f} ms CPU an article; plain inserts {plain_cpu / count * 1000:.3f}")
    for what, median in reads.items():
        print(f"  {what:<42} {median:>10.1f} µs")
    return {
        "articles": articles,
        "commit_ms": round(commit / count * 1000, 4),
        "plain_ms": round(plain_cpu / count * 1000, 4),
        "ratio": round(commit / plain_cpu, 2),
        "recommit_ms": round(recommit * 1000, 4),
        "bytes": round(size / count),
        "reads_us": {what: round(median, 1) for what, median in reads.items()},
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


class Plain:
    """The least that storing can cost: the same bytes, one row each, in one table of one file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA wal_autocheckpoint = 8000",
            "CREATE TABLE plain (key INTEGER PRIMARY KEY, url TEXT, title TEXT, body TEXT, terms BLOB, sketch BLOB)",
        ):
            self._db.execute(statement)

    def __enter__(self) -> Plain:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def insert(self, batch: list[Change]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(
            "INSERT INTO plain (url, title, body, terms, sketch) VALUES (?, ?, ?, ?, ?)",
            (
                (c.article.url, c.article.title, pack_body(c.article.body), c.analysis.terms, c.analysis.sketch)
                for c in batch
                if c.article and c.analysis
            ),
        )
        self._db.execute("COMMIT")


def batches(articles: int) -> Iterator[list[Change]]:
    """The same changes each time."""
    drawn = changes(articles)
    while batch := list(islice(drawn, BATCH)):
        yield batch


def changes(articles: int) -> Iterator[Change]:
    draw = random.Random(20250216)
    vocabulary = ["".join(draw.choices(LETTERS, k=draw.randint(2, 9))) for _ in range(30_000)]
    for number in range(articles):
        outlet = f"outlet{draw.randrange(OUTLETS)}"
        hashed = int.from_bytes(blake2b(b"%d" % number, digest_size=8).digest(), "big")
        id = "".join(DIGITS[hashed >> shift & 31] for shift in range(55, -5, -5))
        seen = START + SPAN * (number / articles) + timedelta(seconds=draw.randrange(86_400))
        yield change(draw, vocabulary, id, outlet, seen)
        if number % 20 == 0:
            yield change(draw, vocabulary, id, outlet, seen + timedelta(hours=draw.randrange(1, 48)))


def change(draw: random.Random, vocabulary: list[str], id: str, outlet: str, seen: datetime) -> Change:
    size = draw.randint(60, 700)
    words = [vocabulary[int(draw.random() ** 3 * len(vocabulary))] for _ in range(size)]
    article = Article(
        id=id,
        outlet=outlet,
        url=f"https://www.{outlet}.example/politics/2020/02/{id}/{'-'.join(words[:6])}",
        title=" ".join(words[:10]),
        body=tuple(Paragraph(" ".join(words[begin : begin + 45])) for begin in range(0, size, 45)),
        published=Dated(seen - timedelta(minutes=20)),
        authors=("سارة العلي",),
        keywords=tuple(words[:5]),
    )
    analysis = Analysis(1, draw.randbytes(6 * min(size, 200)), draw.randbytes(512))
    return Change(
        id, Outcome.NEW, outlet=outlet, article=article, analysis=analysis, digest=draw.randbytes(16), seen_at=seen
    )


def cpu(work: Callable[[T], object], argument: T) -> float:
    """CPU seconds of this process, the kernel's share included."""
    begin = time.process_time()
    work(argument)
    return time.process_time() - begin


def read_times(store: SqliteStore, ids: list[str]) -> dict[str, float]:
    draw = random.Random(1)
    now, then = START + 2 * SPAN, START + SPAN / 2

    def some(count: int) -> list[str]:
        return draw.sample(ids, count)

    keys = [revision.key for revision in store.bodies(some(200), now).values()]
    works: dict[str, Callable[[], object]] = {
        "revision": lambda: store.revision(some(1)[0], now),
        "revision, as of the middle": lambda: store.revision(some(1)[0], then),
        "revisions": lambda: store.revisions(some(1)[0], now),
        "briefs of 100": lambda: store.briefs(some(100), now),
        "briefs of 100, as of the middle": lambda: store.briefs(some(100), then),
        "bodies of 11": lambda: store.bodies(some(11), now),
        "analyses of 100": lambda: store.analyses(draw.sample(keys, 100)),
        "known of 500": lambda: store.known(some(500)),
        "histories of 500": lambda: store.histories(some(500)),
        "first analyses, 500": lambda: store.first_analyses((micros(then), some(1)[0]), 500),
        "changes, 500": lambda: store.changes(draw.randrange(len(ids)), 500),
        "latest 50": lambda: store.latest(now, 50),
        "latest 50, as of the middle": lambda: store.latest(then, 50),
        "latest 50 of one outlet": lambda: store.latest(then, 50, outlet="outlet7"),
        "latest 50 after 10,000": lambda: store.latest(now, 50, offset=10_000),
        "outlets": lambda: store.outlets(now),
        "outlets, as of the middle": lambda: store.outlets(then),
        "stats": lambda: store.stats(now),
        "stats, as of the middle": lambda: store.stats(then),
        "resolve": lambda: store.resolve("https://www.outlet1.example/nothing"),
    }
    return {what: median_us(work) for what, work in works.items()}


def median_us(work: Callable[[], object], rounds: int = 60) -> float:
    work()
    times = []
    for _ in range(rounds):
        begin = time.thread_time()
        work()
        times.append(time.thread_time() - begin)
    return statistics.median(times) * 1e6


if __name__ == "__main__":
    main()
