"""Stories and events, placed online as in an archive, against labels: which articles of a day belong together?

    python quality/stories.py [--data LABELS ...] [--corpus CORPUS] [--peers]

LABELS are JSON lines: `id` of an article of CORPUS, its `day`, `story` (coarse) and `event` (fine). For each day the
corpus is placed in the order of publication from a week before the day to its end, with the background that an archive
would have had (the checkpoint complete by the week's beginning); pairs of the day's articles are scored by
``score.clusters`` (pair F1). The default is the gold set beside the checkout. quality/data/stories.jsonl holds the
fifteen days that the parameters were chosen on. ``--peers`` adds what needs no order, on the same days: average linkage
of plain tf-idf cosines down to a cosine of .2.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path

import numpy as np

import news
from news import score
from warraq.analyse.background import Background, checkpoints
from warraq.analyse.stories import WINDOW, Placer
from warraq.analyse.vectors import TERM, Vector, analyse
from warraq.types import Arrival, Placement, micros

LINKAGE = 0.2
"""Cosine at which the peer stops joining."""
LEVELS = ("story", "event")


@dataclass(frozen=True)
class Corpus:
    """The corpus in the order in which an archive would have seen it; `place` of each id (repeated pages share one)."""

    arrivals: list[Arrival]
    place: dict[str, int]

    @classmethod
    def read(cls, path: Path) -> Corpus:
        rows = [row for row in news.read(path) if row["text"] and row["published"]]
        rows.sort(key=lambda row: (micros(datetime.fromisoformat(row["published"])), row["id"]))
        arrivals: list[Arrival] = []
        place: dict[str, int] = {}
        by_url: dict[str, int] = {}
        for row in rows:
            if row["url"] not in by_url:
                by_url[row["url"]] = len(arrivals)
                at = micros(datetime.fromisoformat(row["published"]))
                terms = analyse(news.article(row["title"], row["text"])).terms
                arrivals.append(Arrival(f"{len(arrivals):012d}", at, row["outlet"], at, terms))
            place[row["id"]] = by_url[row["url"]]
        return cls(arrivals, place)

    def background(self, before: int) -> Background:
        """The checkpoint complete before a place."""
        size = 0
        for checkpoint in checkpoints():
            if checkpoint > before:
                break
            size = checkpoint
        return Background().merge([np.frombuffer(a.terms, TERM) for a in self.arrivals[:size]])


def placed(corpus: Corpus, first: int, last: int) -> dict[int, Placement]:
    """Where a placer that begins a week before `first` puts the articles up to `last`, joined stories resolved."""
    begin = next(i for i, a in enumerate(corpus.arrivals) if a.at >= corpus.arrivals[first].at - WINDOW)
    background = corpus.background(begin)
    placer = Placer()
    found: dict[int, Placement] = {}
    into: dict[str, str] = {}
    for place in range(begin, last + 1):
        found[place] = placer.place(corpus.arrivals[place], background)
        into.update(found[place].joined)

    def whole(story: str) -> str:
        while story in into:
            story = into[story]
        return story

    return {i: Placement(p.article, p.at, whole(p.story), p.event) for i, p in found.items()}


def linked(cosines: np.ndarray, least: float) -> list[int]:
    """Agglomerative clustering by average linkage, down to a cosine."""
    groups = [[i] for i in range(len(cosines))]
    while len(groups) > 1:
        means = {(a, b): cosines[np.ix_(groups[a], groups[b])].mean() for a, b in combinations(range(len(groups)), 2)}
        (a, b), best = max(means.items(), key=lambda item: item[1])
        if best < least:
            break
        groups[a] += groups.pop(b)
    return [next(n for n, group in enumerate(groups) if i in group) for i in range(len(cosines))]


def tf_idf(vectors: Sequence[Vector], idf: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Plain tf-idf cosines, title and body alike."""
    terms = np.unique(np.concatenate([v["term"] for v in vectors]))
    dense = np.zeros((len(vectors), len(terms)))
    for line, v in zip(dense, vectors, strict=True):
        line[np.searchsorted(terms, v["term"])] = np.log1p(v["body"] + v["title"]) * idf(v["term"])
    dense /= np.linalg.norm(dense, axis=1, keepdims=True)
    return dense @ dense.T


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", default=[news.SHARED / "gold" / "stories.jsonl"])
    parser.add_argument("--corpus", type=Path, default=news.SHARED / "corpora" / "ant_multisource.jsonl.gz")
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    corpus = Corpus.read(options.corpus)
    rows = [row for path in options.data for row in news.read(path)]
    result: dict[str, float] = {}
    means: dict[str, list[float]] = {}
    for day in sorted({row["day"] for row in rows}):
        labelled = [row for row in rows if row["day"] == day]
        places = [corpus.place[row["id"]] for row in labelled]
        found = placed(corpus, min(places), max(places))
        parts = {level: [getattr(found[place], level) for place in places] for level in LEVELS}
        for level in LEVELS:
            figures = score.clusters([row[level] for row in labelled], parts[level])
            means.setdefault(level, []).append(figures["pair_f1"])
            print(
                f"{day}  {level:5}  F1 {figures['pair_f1']:.3f}  precision {figures['pair_p']:.3f}  "
                f"recall {figures['pair_r']:.3f}  ({len(labelled)} articles)"
            )
        if options.peers:
            vectors = [np.frombuffer(corpus.arrivals[place].terms, TERM) for place in places]
            peer = linked(tf_idf(vectors, corpus.background(min(places)).idf), LINKAGE)
            for level in LEVELS:
                value = score.clusters([row[level] for row in labelled], peer)["pair_f1"]
                means.setdefault(f"tf-idf {level}", []).append(value)
                print(f"{day}  {level:5}  F1 {value:.3f}  tf-idf, average linkage")
    result = {name: round(float(np.mean(values)), 4) for name, values in means.items()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
