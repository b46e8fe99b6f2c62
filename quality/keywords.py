"""Keywords of an article against people's choice (AKEC, 100 texts; the ten with most votes).

Mean F1 at 10 by ``score.keyphrases``. The background of document frequencies is that of the news corpora beside the
data (``--background``), or of the evaluated texts themselves if those are missing; the report says which.
``--peers`` adds two baselines: tf-idf times position over one to three words, and YAKE if it is installed.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

import news
from news import score
from warraq.analyse.background import Background
from warraq.analyse.keywords import keywords
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=news.SHARED / "gold" / "keyphrases.jsonl")
    parser.add_argument("--background", type=Path, nargs="*", default=news.CORPORA)
    parser.add_argument("--every", type=int, default=8, help="take every Nth article of the background")
    parser.add_argument("--peers", action="store_true")
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
    if options.peers:
        result["tf_idf_position_f1_10"] = round(f1(rows, [tf_idf_position(t, known) for t in texts], 10), 4)
        if peer := yake_peer():
            result["yake_f1_10"] = round(f1(rows, [peer(t, known) for t in texts], 10), 4)
        else:
            print("peer YAKE is not installed")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
