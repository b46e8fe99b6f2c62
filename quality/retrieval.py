"""Does a title find its article? Mean reciprocal rank at 10 over a large archive in which titles are not indexed.

Data: gzipped JSON lines with ``id``, ``title`` and ``text``; articles without text, and second copies of a text, are
left out, as is a title that opens its own text. A sample of titles asks; the ranking is that of ``passages``.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import random
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from passages import SHARED, Analysed, Analyser, ours, ranker

CORPORA = ("saudinewsnet", "ant_multisource")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, nargs="*", default=[SHARED / "corpora" / f"{n}.jsonl.gz" for n in CORPORA])
    parser.add_argument("--titles", type=int, default=1000)
    parser.add_argument("--articles", type=int, default=0, help="index only this many (default: all)")
    parser.add_argument("--peers", action="store_true", help="rank with other stemmers in the same run")
    args = parser.parse_args()
    articles = read(args.data)
    dice = random.Random(2025)
    if args.articles:
        articles = dice.sample(articles, min(args.articles, len(articles)))
    asked = dice.sample(articles, min(args.titles, len(articles)))
    for name, build in PEERS.items() if args.peers else ():
        try:
            print(f"{name}: {json.dumps(measure(articles, asked, build()))}", flush=True)
        except ImportError as missing:
            print(f"{name}: not measured ({missing})")
    print(json.dumps(measure(articles, asked, ours())))


def read(paths: list[Path]) -> list[tuple[str, str, str]]:
    """Articles as (id, title, text); equal titles and texts once."""
    articles: dict[tuple[str, str], tuple[str, str, str]] = {}
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                title, text = (row["title"] or "").strip(), (row["text"] or "").strip()
                text = text.removeprefix(title).strip()
                if title and len(text) > 100:
                    articles.setdefault((title, text), (f"{path.stem}:{row['id']}", title, text))
    return list(articles.values())


def measure(
    articles: list[tuple[str, str, str]], asked: list[tuple[str, str, str]], analyse: Analyser
) -> dict[str, float]:
    """MRR@10 of each asked title's own article. Articles that share a title are all right answers."""
    import score

    search = ranker([(name, "", text) for name, _, text in articles], analyse)
    of_title: dict[str, set[str]] = {}
    for name, title, _ in articles:
        of_title.setdefault(title, set()).add(name)
    ranks = [score.rr(of_title[title], search(title, 10)) for _, title, _ in asked]
    return {"mrr10": round(sum(ranks) / len(ranks), 4), "articles": len(articles), "titles": len(asked)}


def _stemmed(stemmer: Callable[[str], str]) -> Analyser:
    from warraq.arabic import search_form

    remembered = lru_cache(maxsize=1 << 20)(stemmer)
    word = re.compile(r"[^\W_]+")
    return lambda text: Analysed([remembered(w) for w in word.findall(search_form(text))])


def _snowball() -> Analyser:
    stem = lru_cache(maxsize=1 << 20)(importlib.import_module("snowballstemmer").stemmer("arabic").stemWord)
    word = re.compile(r"[\w\u064b-\u0652]+")
    return lambda text: Analysed([stem(w) for w in word.findall(text)])


def _light10() -> Analyser:
    import score

    return _stemmed(score._light10)


PEERS: dict[str, Callable[[], Analyser]] = {
    "folded words": lambda: _stemmed(lambda word: word),
    "light10": _light10,
    "snowball": _snowball,
}

if __name__ == "__main__":
    sys.exit(main())
