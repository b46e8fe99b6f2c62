"""Copies as they arrive: from text to decision, one core, memory flat, bytes an article on disk.

    python bench/copies.py [--data CORPUS.jsonl.gz] [--articles N] [--list FILE] [--peers]

Articles come in the order of the corpus, 256 at a time. Each is read into numbers of its words, sketched, and looked up
by its landmarks in a Tantivy index of those that came before; what shares enough landmarks (`groups.least`) is compared
by sketches, what may be a copy by vectors (both kept in a SQLite file, as the archive keeps them), and the article is
then added. Articles of one commit (4,096, as the archive indexes them) see each other through a table in memory. CPU
seconds count everything but reading the corpus, all threads of the index included; a vector is counted only where it is
needed for a comparison, because an archive makes it anyway. Prints one JSON object. ``--list`` writes the pairs found.
``--peers`` adds exact Jaccard's index of five-word shingles, from .25, by a Python dictionary that holds everything in
memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "quality"))

import news
from warraq.analyse.background import Background
from warraq.analyse.copies import Side, may_be_copies, overlap, say_the_same, which_may_be_copies
from warraq.analyse.groups import landmarks, least
from warraq.analyse.sift import Sketches
from warraq.analyse.vectors import TERM, Sketch, Vector, counted, reader, sketched
from warraq.arabic import words
from warraq.arabic.numbered import Numbers
from warraq.indexes.tantivy import TantivyIndex
from warraq.types import FOREVER, Article, IndexDocument, micros
from warraq.urls import int_to_id

READ = 256
"""Articles that are read and compared at a time."""
BATCH = 4096
"""Articles of one commit, at least: as many as the archive indexes at a time."""
STRETCH = 5120
"""Articles of which the rate is printed: the first meet every word for the first time."""
FOUND = 64
"""Articles with the most landmarks in common that are looked at."""
MANY = 7
"""Sketches from which it is cheaper to look at all at once before each is compared."""
NOW = datetime(2030, 1, 1, tzinfo=UTC)
"""After everything."""


def articles(path: Path, limit: int) -> Iterator[Article]:
    rows = (news.article(row["title"], row["text"]) for row in news.read(path) if row["text"])
    return islice(rows, limit)


@dataclass
class Waiting:
    """An article that the index does not hold yet."""

    title: str
    body: Numbers
    sketch: Sketch
    marks: list[int]
    vector: Vector | None = None


class Archive:
    """What a stream of copies needs: landmarks in an index, sketches and vectors in a table."""

    def __init__(self, folder: Path, background: Background) -> None:
        self._index = TantivyIndex(folder / "index")
        self._db = sqlite3.connect(folder / "sketches.db")
        self._db.execute("CREATE TABLE sketches (key INTEGER PRIMARY KEY, sketch BLOB)")
        self._db.execute("CREATE TABLE vectors (key INTEGER PRIMARY KEY, terms BLOB)")
        self._background = background
        self._reader = reader()
        self._waiting: dict[int, Waiting] = {}
        self._fresh: defaultdict[int, list[int]] = defaultdict(list)
        self.count = 0
        self.unpaid = 0.0
        """CPU seconds for what an archive makes anyway."""

    def add(self, some: Sequence[Article]) -> dict[int, list[int]]:
        """Of each of these articles, by its number, the earlier articles that it is a copy of."""
        bodies = self._reader.read([article.text for article in some])
        new: dict[int, Waiting] = {}
        near: dict[int, list[int]] = {}
        for article, body, sketch in zip(some, bodies, sketched(bodies), strict=True):
            self.count += 1
            one = new[self.count] = Waiting(article.title, body, sketch, landmarks(sketch))
            near[self.count] = self._near(self.count, one.marks)
        self._waiting.update(new)
        sketches = self._sketches({other for others in near.values() for other in others})
        close = {key: _close(one.sketch, [(other, sketches[other]) for other in near[key]]) for key, one in new.items()}
        sides = self._sides(
            {key for key, others in close.items() if others} | {o for of in close.values() for o, _ in of}
        )
        found = {
            key: [
                other
                for other, common in others
                if say_the_same(sides[key], sides[other], min(len(new[key].sketch), len(sketches[other])), *common)
            ]
            for key, others in close.items()
        }
        if len(self._waiting) >= BATCH:
            self.commit()
        return found

    def _near(self, key: int, marks: Sequence[int]) -> list[int]:
        """The earlier articles that share enough landmarks with this one."""
        enough = least(marks)
        near = [match.key for match in self._index.carrying(marks, NOW, FOUND, enough)]
        recent: dict[int, int] = {}
        for mark in marks:
            others = self._fresh[mark]
            for other in others:
                recent[other] = recent.get(other, 0) + 1
            others.append(key)
        return near + [other for other, shared in recent.items() if shared >= enough]

    def _sketches(self, keys: Set[int]) -> dict[int, Sketch]:
        found = {key: self._waiting[key].sketch for key in keys if key in self._waiting}
        found.update((key, np.frombuffer(packed, "<u4")) for key, packed in self._stored("sketches", keys - set(found)))
        return found

    def _sides(self, keys: Set[int]) -> dict[int, Side]:
        waiting = {key: self._waiting[key] for key in keys if key in self._waiting}
        self._count([one for one in waiting.values() if one.vector is None])
        vectors = {key: one.vector for key, one in waiting.items() if one.vector is not None}
        vectors.update(
            (key, np.frombuffer(packed, TERM)) for key, packed in self._stored("vectors", keys - set(waiting))
        )
        return {key: Side(vector, self._background) for key, vector in vectors.items()}

    def _count(self, some: Sequence[Waiting]) -> None:
        """Make the vectors of these."""
        for one, title in zip(some, self._reader.read([one.title for one in some]), strict=True):
            one.vector = counted(title, one.body)

    def _stored(self, table: str, keys: Set[int]) -> Iterator[tuple[int, bytes]]:
        wanted = iter(sorted(keys))
        while part := list(islice(wanted, 500)):
            yield from self._db.execute(f"SELECT * FROM {table} WHERE key IN ({','.join('?' * len(part))})", part)

    def commit(self) -> None:
        before = micros(NOW) - 1
        documents = [
            IndexDocument(int_to_id(key), key, "", "", "", "", "", before, FOREVER, 0, landmarks=tuple(one.marks))
            for key, one in self._waiting.items()
        ]
        self._index.apply([], documents, self.count)
        rows = [(key, one.sketch.tobytes()) for key, one in self._waiting.items()]
        self._db.executemany("INSERT INTO sketches VALUES (?, ?)", rows)
        self._db.commit()
        began = time.process_time()
        self._count([one for one in self._waiting.values() if one.vector is None])
        vectors = [(key, one.vector.tobytes()) for key, one in self._waiting.items() if one.vector is not None]
        self._db.executemany("INSERT INTO vectors VALUES (?, ?)", vectors)
        self._db.commit()
        self.unpaid += time.process_time() - began
        self._waiting.clear()
        self._fresh.clear()

    def close(self) -> None:
        self._index.close()
        self._db.close()


def _close(one: Sketch, others: list[tuple[int, Sketch]]) -> list[tuple[int, tuple[float, float]]]:
    """Which of these may be copies of one, by their sketches; with containment and Jaccard's index."""
    if len(others) >= MANY:
        perhaps = which_may_be_copies(*Sketches([sketch for _, sketch in others]).overlap(one))
        others = [other for other, may in zip(others, perhaps.tolist(), strict=True) if may]
    return [(key, common) for key, sketch in others if may_be_copies(*(common := overlap(one, sketch)))]


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
    parser.add_argument("--list", type=Path, help="write the pairs there, by their numbers in the corpus")
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    background = news.background([options.data], 8)
    spent = before = 0.0
    pairs = copied = 0
    memory: list[int] = []
    listed: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        archive = Archive(Path(place), background)
        stream = articles(options.data, options.articles)
        while some := list(islice(stream, READ)):
            began = time.process_time() - archive.unpaid
            found = archive.add(some)
            spent += time.process_time() - archive.unpaid - began
            for key, others in found.items():
                pairs, copied = pairs + len(others), copied + bool(others)
                listed += [f"{other} {key}" for other in sorted(others)] if options.list else []
            if archive.count % STRETCH == 0:
                memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
                rate = STRETCH / (spent - before)
                before = spent
                print(f"{archive.count} articles, the last {STRETCH}: {rate:.0f} a CPU second, peak {memory[-1]} MiB")
        began = time.process_time() - archive.unpaid
        archive.commit()
        spent += time.process_time() - archive.unpaid - began
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
    if options.list:
        options.list.write_text("\n".join(listed), encoding="utf-8")
    if options.peers:
        seconds, exact_pairs = exact(options.data, options.articles)
        result["exact_shingles_per_s"] = round(archive.count / seconds)
        result["exact_shingles_pairs"] = exact_pairs
        result["exact_peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main()
