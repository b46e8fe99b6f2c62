"""Keywords of an article against people's choice (AKEC, 100 texts; the ten with most votes).

Mean F1 at 10 by ``score.keyphrases``. The background of document frequencies is that of the news corpora beside the
data (``--background``), or of the evaluated texts themselves if those are missing; the report says which.
``--fit`` fits the model's weights again, prints them and the F1 under five-fold cross-validation.
``--peers`` adds two baselines: tf-idf times position over one to three words, and YAKE if it is installed.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import news
from news import score
from warraq.analyse.background import Background
from warraq.analyse.keywords import MODEL, Candidates, Features, candidates, keywords
from warraq.analyse.vectors import analyse, unpack
from warraq.arabic import code, words
from warraq.types import Article


def tf_idf_position(of: Article, known: Background) -> list[str]:
    """Baseline: one to three words between stop words, by frequency, idf and first position."""
    count: dict[tuple[str, ...], int] = {}
    first: dict[tuple[str, ...], int] = {}
    run: list[str] = []
    for at, word in enumerate([*words(of.title + "\n" + of.text)]):
        run = [] if word.stop else [*run, word.folded][-3:]
        for size in range(1, len(run) + 1):
            gram = tuple(run[-size:])
            count[gram] = count.get(gram, 0) + 1
            first.setdefault(gram, at)
    stems = {w: words(w) for gram in count for w in gram}

    def worth(gram: tuple[str, ...]) -> float:
        codes = np.array([stems[w][0].code if stems[w] else code(w) for w in gram], np.uint32)
        return count[gram] * float(known.idf(codes).mean()) * len(gram) / math.log(first[gram] + 3)

    return [" ".join(gram) for gram in sorted(count, key=lambda g: (-worth(g), g))[:20]]


def yake_peer() -> Callable[[Article, Background], list[str]] | None:
    try:
        import yake
    except ImportError:
        return None
    extractor = yake.KeywordExtractor(lan="ar", n=3, top=20)
    return lambda of, _: [phrase for phrase, _ in extractor.extract_keywords(of.title + "\n" + of.text)]


def f1(rows: Sequence[dict[str, list[str]]], found: Sequence[Sequence[str]], at: int) -> float:
    return sum(score.keyphrases(r["gold"], f, at)[2] for r, f in zip(rows, found, strict=True)) / len(rows)


def fitted(cases: Sequence[tuple[Candidates, list[str]]], ridge: float = 10.0) -> Features:
    """Weights by logistic regression (Newton's method, ridge on standardised columns); all but the title's."""
    columns = len(MODEL) - 1
    rows = np.concatenate([case.rows[:, :columns] for case, _ in cases])
    wanted = np.concatenate([hits(case, gold) for case, gold in cases])
    mean, spread = rows.mean(0), rows.std(0)
    mean[0], spread[0] = 0.0, 1.0
    spread[spread == 0] = 1.0
    scaled = (rows - mean) / spread
    penalty = ridge * np.eye(columns)
    penalty[0, 0] = 0.0
    weights = np.zeros(columns)
    for _ in range(25):
        chance = 1 / (1 + np.exp(-(scaled @ weights)))
        slope = scaled.T @ (chance - wanted) + penalty @ weights
        weights -= np.linalg.solve((scaled.T * (chance * (1 - chance))) @ scaled + penalty, slope)
    weights /= spread
    weights[0] -= float(weights[1:] @ mean[1:])
    return Features(*weights.tolist(), MODEL.title)


def hits(case: Candidates, gold: Sequence[str]) -> NDArray[np.float64]:
    """For each candidate whether it is one of the gold phrases, as the scorer compares."""
    return np.array([score.keyphrases(gold, [case.printed(key)], 1)[1] > 0 for key in case.keys], np.float64)


def folds(cases: Sequence[tuple[Candidates, list[str]]], rows: Sequence[dict[str, list[str]]]) -> float:
    """F1 at 10 of what is chosen in each fifth by weights fitted to the other four; mean of three divisions."""
    means = []
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(cases)).tolist()
        for fold in range(5):
            held = set(order[fold::5])
            model = fitted([cases[i] for i in order if i not in held])
            found = [[k.text for k in cases[i][0].chosen(model)] for i in held]
            means.append(f1([rows[i] for i in held], found, 10))
    return sum(means) / len(means)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=news.SHARED / "gold" / "keyphrases.jsonl")
    parser.add_argument("--background", type=Path, nargs="*", default=news.CORPORA)
    parser.add_argument("--every", type=int, default=8, help="take every Nth article of the background")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--fit", action="store_true", help="fit the weights again and print them; and five folds")
    parser.add_argument("--show", type=int, default=0, help="print the keywords of the first N texts")
    options = parser.parse_args()
    rows = list(news.read(options.data))
    texts = [news.article(row["title"] if row["title"] not in row["text"] else "", row["text"]) for row in rows]
    if options.background:
        known = news.background(options.background, options.every)
    else:
        known = Background().merge([unpack(analyse(text)) for text in texts])
        print(f"background: the {known.articles} evaluated texts themselves")
    found = [[keyword.text for keyword in keywords(text, known)] for text in texts]
    for row, phrases in list(zip(rows, found, strict=True))[: options.show]:
        print(f"gold: {' · '.join(row['gold'])}\nours: {' · '.join(phrases)}\n")
    result = {"f1_10": round(f1(rows, found, 10), 4), "f1_5": round(f1(rows, found, 5), 4)}
    if options.fit:
        cases = [(candidates(text, known), row["gold"]) for text, row in zip(texts, rows, strict=True)]
        model = fitted(cases)
        print(Features(*(round(weight, 3) for weight in model)))
        refitted = [[k.text for k in case.chosen(model)] for case, _ in cases]
        result["refitted_f1_10"] = round(f1(rows, refitted, 10), 4)
        result["five_fold_f1_10"] = round(folds(cases, rows), 4)
    if options.peers:
        result["tf_idf_position_f1_10"] = round(f1(rows, [tf_idf_position(t, known) for t in texts], 10), 4)
        if peer := yake_peer():
            result["yake_f1_10"] = round(f1(rows, [peer(t, known) for t in texts], 10), 4)
        else:
            print("peer YAKE is not installed")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
