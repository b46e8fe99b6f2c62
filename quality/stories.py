"""Stories: which articles of a day report one event? 191 articles of ANT with a `story` (coarse) and an `event` (fine).

Articles of a day are joined by average linkage while they are as alike on average as a page asks of two reports of
one story (`similar.SAME_STORY`); that one partition is scored by ``score.clusters`` (pair F1) against both labels,
because events within a story are not told apart yet. The texts come from the corpus beside the data, the background
from the same corpus. ``--peers`` adds plain tf-idf with the same linkage.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

import news
from news import score
from warraq.analyse.similar import SAME_STORY
from warraq.analyse.vectors import Vector, analyse, unpack
from warraq.analyse.weights import cosine

LINKAGE = 0.2
"""Cosine at which the peer stops joining."""


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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=news.SHARED / "gold" / "stories.jsonl")
    parser.add_argument("--corpus", type=Path, default=news.SHARED / "corpora" / "ant_multisource.jsonl.gz")
    parser.add_argument("--every", type=int, default=4, help="take every Nth article of the corpus as background")
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    known = news.background([options.corpus], options.every)
    rows = list(news.read(options.data))
    needed = {row["id"] for row in rows}
    texts = {row["id"]: row for row in news.read(options.corpus) if row["id"] in needed}
    made = [unpack(analyse(news.article(texts[row["id"]]["title"], texts[row["id"]]["text"]))) for row in rows]
    days = [row["day"] for row in rows]

    def scored(parts: Sequence[int]) -> dict[str, float]:
        return {
            label: round(score.clusters([row[label] for row in rows], parts)["pair_f1"], 4)
            for label in ("story", "event")
        }

    def apart(cosines: np.ndarray) -> np.ndarray:
        """Articles of different days are never joined."""
        return np.where(np.equal.outer(days, days), cosines, -1.0)

    ours = np.eye(len(rows))
    for i, j in combinations(range(len(rows)), 2):
        ours[i, j] = ours[j, i] = cosine(made[i], made[j], known)
    if options.peers:
        print("tf-idf, average linkage:", json.dumps(scored(linked(apart(tf_idf(made, known.idf)), LINKAGE))))
    print(json.dumps(scored(linked(apart(ours), SAME_STORY))))


if __name__ == "__main__":
    main()
