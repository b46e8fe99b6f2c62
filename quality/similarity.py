"""How alike two articles are, against people's judgment (SemEval-2022 Task 8, Arabic pairs).

Pearson's correlation of our cosine with minus the human score (1 same story ... 4 unrelated), by ``score.pearson``.
The background is that of the news corpora beside the data. ``--peers`` adds classic measures in the same run.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

import news
from news import score
from warraq.analyse.background import Background
from warraq.analyse.vectors import Vector, analyse, unpack
from warraq.analyse.weights import cosine
from warraq.arabic import search_form
from warraq.types import Article

Measure = Callable[[Article, Article], float]


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=news.SHARED / "gold" / "similarity.jsonl")
    parser.add_argument("--background", type=Path, nargs="*", default=news.CORPORA)
    parser.add_argument("--every", type=int, default=4, help="take every Nth article of the background")
    parser.add_argument("--peers", action="store_true")
    options = parser.parse_args()
    known = news.background(options.background, options.every)
    rows = list(news.read(options.data))
    pairs = [(news.article(r["title1"], r["text1"]), news.article(r["title2"], r["text2"])) for r in rows]
    human = [-float(row["overall"]) for row in rows]

    def pearson(measure: Measure) -> float:
        return round(float(score.pearson(human, [measure(one, two) for one, two in pairs])), 4)

    def ours(one: Article, two: Article) -> float:
        return cosine(unpack(analyse(one)), unpack(analyse(two)), known)

    result = {"pearson": pearson(ours), "pairs": len(pairs)}
    if options.peers:
        result["tf_idf_log"] = pearson(tf_idf(known))
        result["words_jaccard"] = pearson(shingles)
        result["characters_3_5"] = pearson(letters)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
