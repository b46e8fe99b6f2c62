"""How alike two articles are, against people's judgment (SemEval-2022 Task 8, Arabic pairs).

Pearson's correlation of `relatedness` with minus the human score (1 same story ... 4 unrelated), by ``score.pearson``.
The background is that of the news corpora beside the data. ``--peers`` adds classic measures in the same run.

``--cross`` asks how much of the figure is fitting. Repeated k-fold: in each fold every number is chosen on the other
pairs alone, over a grid (title and lead weight, limit and power of idf, heaviest terms, what a name counts); the pairs
of the fold are scored with it; correlation is taken over all pairs of a repetition. Mean and spread over repetitions
are printed, also for weights of the three parts by ridge regression instead of equal ones, and for the cosine alone.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path

import numpy as np

import news
from news import score
from warraq.analyse import relatedness as ours_in_parts
from warraq.analyse import weights
from warraq.analyse.background import Background
from warraq.analyse.relatedness import Rows, parts, relatedness
from warraq.analyse.vectors import Vector, analyse, unpack
from warraq.analyse.weights import cosine
from warraq.arabic import search_form
from warraq.types import Article

Measure = Callable[[Article, Article], float]
GRID = {
    (weights, "TITLE"): (2.0, 3.0, 4.0, 6.0),
    (weights, "LEAD"): (0.0, 1.0, 2.0),
    (weights, "RARE"): (4.0, 5.0, 7.0),
    (weights, "TELLING"): (0.5, 0.7, 1.0),
    (ours_in_parts, "HEAVY"): (8, 12, 16),
    (ours_in_parts, "NAMED"): (0.4, 0.6, 0.8, 1.0),
}
"""Every number of the measure, with the values it may take."""
RIDGE = 0.3


def tf_idf(known: Background) -> Measure:
    """Classic tf-idf: logarithmic frequencies, unlimited idf, title counted three times."""

    def weigh(vector: Vector) -> np.ndarray:
        often = vector["body"] + 3.0 * vector["title"]
        return np.log1p(often) * known.idf(vector["term"])

    def measure(one: Article, two: Article) -> float:
        a, b = unpack(analyse(one)), unpack(analyse(two))
        first, second = weigh(a), weigh(b)
        _, left, right = np.intersect1d(a["term"], b["term"], return_indices=True)
        return float(first[left] @ second[right] / np.sqrt((first @ first) * (second @ second)))

    return measure


def shingles(one: Article, two: Article) -> float:
    """Jaccard's index of words."""
    a, b = ({*search_form(x.title + " " + x.text).split()} for x in (one, two))
    return len(a & b) / max(1, len(a | b))


def letters(one: Article, two: Article) -> float:
    """Cosine of the counts of runs of three to five characters, logarithmic, without idf."""

    def runs(of: Article) -> Counter[str]:
        text = " ".join(search_form(of.title + " " + of.text).split())
        return Counter(text[i : i + n] for n in (3, 4, 5) for i in range(len(text) - n + 1))

    a, b = runs(one), runs(two)
    value = {key: np.log1p(count) for key, count in a.items()}
    other = {key: np.log1p(count) for key, count in b.items()}
    dot = sum(weight * other[key] for key, weight in value.items() if key in other)
    norm = np.sqrt(sum(v * v for v in value.values()) * sum(v * v for v in other.values()))
    return float(dot / norm)


def grid(pairs: Sequence[tuple[Vector, Vector]], known: Background) -> np.ndarray:
    """The three parts of each pair for each choice of all numbers: choices x pairs x parts."""
    before = {name: getattr(*name) for name in GRID}
    made = []
    try:
        for choice in product(*GRID.values()):
            for (module, name), value in zip(GRID, choice, strict=True):
                setattr(module, name, value)
            weights._common.cache_clear()
            made.append([[float(part[1]) for part in parts(Rows(pair, known))] for pair in pairs])
    finally:
        for (module, name), value in before.items():
            setattr(module, name, value)
        weights._common.cache_clear()
    return np.array(made)


def cross(values: np.ndarray, human: np.ndarray, folds: int, times: int) -> dict[str, tuple[float, float]]:
    """Mean and spread of the correlation on pairs left out, for each way of fitting."""
    whole = {"equal": values.mean(2), "cosine": values[:, :, 0]}
    reached: dict[str, list[float]] = {"equal": [], "cosine": [], "ridge": []}
    for seed in range(times):
        order = np.random.default_rng(seed).permutation(len(human))
        told = {name: np.empty(len(human)) for name in reached}
        for fold in range(folds):
            out, rest = order[fold::folds], np.delete(order, np.s_[fold::folds])
            for name, scores in whole.items():
                best = int(np.argmax([np.corrcoef(human[rest], line[rest])[0, 1] for line in scores]))
                told[name][out] = scores[best, out]
                if name == "equal":
                    told["ridge"][out] = ridge(values[best, rest], human[rest], values[best, out])
        for name, found in told.items():
            reached[name].append(float(score.pearson(human.tolist(), found.tolist())))
    return {name: (round(float(np.mean(x)), 4), round(float(np.std(x)), 4)) for name, x in reached.items()}


def ridge(known: np.ndarray, human: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """What ridge regression on standardized parts says of the pairs that are asked for."""
    mean, spread = known.mean(0), known.std(0)
    x, y = (known - mean) / spread, human - human.mean()
    weight = np.linalg.solve(x.T @ x + RIDGE * len(y) * np.eye(x.shape[1]), x.T @ y)
    return ((asked - mean) / spread) @ weight + human.mean()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=news.SHARED / "gold" / "similarity.jsonl")
    parser.add_argument("--background", type=Path, nargs="*", default=news.CORPORA)
    parser.add_argument("--every", type=int, default=4, help="take every Nth article of the background")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument(
        "--cross", type=int, default=0, metavar="K", help="cross-validate with K folds (about a minute)"
    )
    parser.add_argument("--times", type=int, default=20, help="repetitions of the cross-validation")
    options = parser.parse_args()
    known = news.background(options.background, options.every)
    rows = list(news.read(options.data))
    pairs = [(news.article(r["title1"], r["text1"]), news.article(r["title2"], r["text2"])) for r in rows]
    human = [-float(row["overall"]) for row in rows]

    def pearson(measure: Measure) -> float:
        return round(float(score.pearson(human, [measure(one, two) for one, two in pairs])), 4)

    def ours(one: Article, two: Article) -> float:
        return relatedness(unpack(analyse(one)), unpack(analyse(two)), known)

    def cosines(one: Article, two: Article) -> float:
        return cosine(unpack(analyse(one)), unpack(analyse(two)), known)

    result = {"pearson": pearson(ours), "pairs": len(pairs)}
    if options.cross:
        values = grid([(unpack(analyse(one)), unpack(analyse(two))) for one, two in pairs], known)
        for name, (mean, spread) in cross(values, np.array(human), options.cross, options.times).items():
            result[f"cross_{name}"], result[f"cross_{name}_spread"] = mean, spread
    if options.peers:
        result["cosine"] = pearson(cosines)
        result["tf_idf_log"] = pearson(tf_idf(known))
        result["words_jaccard"] = pearson(shingles)
        result["characters_3_5"] = pearson(letters)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
