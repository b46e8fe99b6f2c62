"""Copies as they arrive: from text to decision, one core, memory flat, bytes an article on disk.

    python bench/copies.py [--data CORPUS.jsonl.gz] [--articles N] [--peers]

Each article, in the order of the corpus, is read into words, sketched, and looked up by its landmarks in a Tantivy
index of those that came before; what shares enough landmarks (`groups.least`) is compared whole (vectors and sketches
kept in a SQLite file, as the archive keeps them), and the article is then added. Articles of one commit (4,096, as the
archive indexes them) see each other through a table in memory. CPU seconds count everything but reading the corpus, all
threads of the index included; the vector is counted only where it is needed for a comparison, because an archive makes
it anyway. Prints one JSON object. ``--peers`` adds the same decision by five-word shingles in a Python dictionary
(exact Jaccard's index from .25), which holds everything in memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "quality"))

import news
from warraq.analyse.background import Background
from warraq.analyse.copies import are_copies, may_be_copies, overlap
from warraq.analyse.groups import landmarks, least
from warraq.analyse.vectors import TERM, Sketch, Vector, counted, sketched
from warraq.arabic import Word, words
from warraq.indexes.tantivy import TantivyIndex
from warraq.types import FOREVER, Article, IndexDocument, micros
from warraq.urls import int_to_id

BATCH = 4096
STRETCH = 5000
"""Articles of which the rate is printed: the first meet every word for the first time."""
NOW = datetime(2030, 1, 1, tzinfo=UTC)
"""After everything."""


def articles(path: Path, limit: int) -> Iterator[Article]:
    rows = (news.article(row["title"], row["text"]) for row in news.read(path) if row["text"])
    return islice(rows, limit)


class Waiting:
    """An article that the index does not hold yet."""

    def __init__(self, title: str, body: list[Word], sketch: Sketch, marks: list[int]) -> None:
        self._title, self._body, self.sketch, self.marks = title, body, sketch, marks

    @cached_property
    def vector(self) -> Vector:
        return counted(words(self._title), self._body)


class Archive:
    """What a stream of copies needs: landmarks in an index, sketches and vectors in a table."""

    def __init__(self, folder: Path, background: Background) -> None:
        self._index = TantivyIndex(folder / "index")
        self._db = sqlite3.connect(folder / "sketches.db")
        self._db.execute("CREATE TABLE sketches (key INTEGER PRIMARY KEY, sketch BLOB)")
        self._db.execute("CREATE TABLE vectors (key INTEGER PRIMARY KEY, terms BLOB)")
        self._background = background
        self._waiting: dict[int, Waiting] = {}
        self._fresh: dict[int, list[int]] = {}
        self.count = 0

    def add(self, article: Article) -> list[int]:
        """The earlier articles that this one is a copy of."""
        key = self.count = self.count + 1
        body = words(article.text)
        sketch = sketched(body)
        marks = landmarks(sketch)
        enough = least(marks)
        near = [m.key for m in self._index.carrying(marks, NOW, 64) if m.score >= enough]
        recent: Counter[int] = Counter()
        for mark in marks:
            others = self._fresh.setdefault(mark, [])
            recent.update(others)
            others.append(key)
        near += [other for other, shared in recent.items() if shared >= enough]
        self._waiting[key] = Waiting(article.title, body, sketch, marks)
        theirs = self._sketches(near)
        close = [other for other in near if may_be_copies(*overlap(sketch, theirs[other]))]
        found = [
            other
            for other in close
            if are_copies((self._vector(key), sketch), (self._vector(other), theirs[other]), self._background)
        ]
        if len(self._waiting) == BATCH:
            self.commit()
        return found

    def _sketches(self, keys: list[int]) -> dict[int, Sketch]:
        found = {key: self._waiting[key].sketch for key in keys if key in self._waiting}
        stored = [key for key in keys if key not in found]
        if stored:
            rows = self._db.execute(
                f"SELECT key, sketch FROM sketches WHERE key IN ({','.join('?' * len(stored))})", stored
            )
            found.update((key, np.frombuffer(packed, "<u4")) for key, packed in rows)
        return found

    def _vector(self, key: int) -> Vector:
        if key in self._waiting:
            return self._waiting[key].vector
        (packed,) = self._db.execute("SELECT terms FROM vectors WHERE key = ?", (key,)).fetchone()
        return np.frombuffer(packed, TERM)

    def commit(self) -> None:
        before = micros(NOW) - 1
        documents = [
            IndexDocument(int_to_id(key), key, "", "", "", "", "", before, FOREVER, 0, landmarks=tuple(one.marks))
            for key, one in self._waiting.items()
        ]
        self._index.apply([], documents, self.count)
        self._db.executemany(
            "INSERT INTO sketches VALUES (?, ?)",
            [(key, one.sketch.tobytes()) for key, one in self._waiting.items()],
        )
        self._db.commit()
        self.unpaid = self._keep_vectors()
        self._waiting.clear()
        self._fresh.clear()

    def _keep_vectors(self) -> float:
        """Store what an archive makes anyway; its cost is not counted. Returns the seconds it took."""
        began = time.process_time()
        rows = [(key, one.vector.tobytes()) for key, one in self._waiting.items()]
        self._db.executemany("INSERT INTO vectors VALUES (?, ?)", rows)
        self._db.commit()
        return time.process_time() - began

    unpaid = 0.0

    def close(self) -> None:
        self._index.close()
        self._db.close()


def exact(path: Path, limit: int) -> tuple[float, int]:
    """The peer: exact Jaccard's index of five-word shingles, in a dictionary; seconds and pairs."""
    held: dict[int, list[int]] = {}
    sizes: list[int] = []
    spent, pairs = 0.0, 0
    for number, article in enumerate(articles(path, limit)):
        began = time.process_time()
        folded = [word.folded for word in words(article.text)]
        shingles = {hash(tuple(folded[i : i + 5])) for i in range(len(folded) - 4)}
        shared: dict[int, int] = {}
        for shingle in shingles:
            others = held.setdefault(shingle, [])
            for other in others:
                shared[other] = shared.get(other, 0) + 1
            others.append(number)
        sizes.append(len(shingles))
        pairs += sum(n >= 0.25 * (len(shingles) + sizes[other] - n) for other, n in shared.items())
        spent += time.process_time() - began
    return spent, pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=news.SHARED / "corpora" / "saudinewsnet.jsonl.gz")
    parser.add_argument("--articles", type=int, default=1 << 30)
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    background = news.background([options.data], 8)
    spent = before = 0.0
    pairs = copied = 0
    memory: list[int] = []
    with tempfile.TemporaryDirectory() as place:
        archive = Archive(Path(place), background)
        for article in articles(options.data, options.articles):
            began = time.process_time()
            archive.unpaid = 0.0
            found = archive.add(article)
            spent += time.process_time() - began - archive.unpaid
            pairs, copied = pairs + len(found), copied + bool(found)
            if archive.count % STRETCH == 0:
                memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
                rate = STRETCH / (spent - before)
                before = spent
                print(f"{archive.count} articles, the last {STRETCH}: {rate:.0f} a CPU second, peak {memory[-1]} MiB")
        archive.commit()
        archive.close()
        index = sum(file.stat().st_size for file in (Path(place) / "index").iterdir())
        with sqlite3.connect(Path(place) / "sketches.db") as db:
            (sketches,) = db.execute("SELECT sum(length(sketch)) FROM sketches").fetchone()
    result = {
        "articles": archive.count,
        "articles_per_s": round(archive.count / spent),
        "copies_of_earlier": copied,
        "pairs": pairs,
        "index_bytes": index // archive.count,
        "sketch_bytes": sketches // archive.count,
        "peak_mib": memory,
    }
    if options.peers:
        seconds, exact_pairs = exact(options.data, options.articles)
        result["exact_shingles_per_s"] = round(archive.count / seconds)
        result["exact_shingles_pairs"] = exact_pairs
        result["exact_peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main()
