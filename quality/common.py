"""The words that are common in any Arabic news: prints the lists of `warraq.analyse.common`.

    python quality/common.py [--data CORPUS ...] [--least .02]

A word counts with the smallest share of articles that it has in any of the corpora, so names and matters of one outlet,
country or year fall out. Words are printed in search form, the commonest form of each stem. The days around the gold
day of `quality/stories.py` are left out.
"""

from __future__ import annotations

import argparse
import textwrap
from collections import Counter, defaultdict
from pathlib import Path

import news
from warraq.analyse.common import BANDS
from warraq.analyse.vectors import telling
from warraq.arabic import words

OUT = ("2018-03-05", "2018-03-21")
EVERY = 3


def shares(path: Path) -> tuple[dict[int, float], dict[int, Counter[str]]]:
    """In which share of a corpus' articles each stem stands, and in which forms."""
    held: Counter[int] = Counter()
    forms: dict[int, Counter[str]] = defaultdict(Counter)
    read = 0
    for number, row in enumerate(news.read(path)):
        if number % EVERY or not row["text"] or OUT[0] <= (row.get("published") or "") < OUT[1]:
            continue
        read += 1
        found = {word.code: word.folded for word in words(f"{row['title'] or ''}\n{row['text']}") if telling(word)}
        held.update(found.keys())
        for code, folded in found.items():
            forms[code][folded] += 1
    return {code: count / read for code, count in held.items()}, forms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    corpora = news.SHARED / "corpora"
    default = [corpora / "saudinewsnet.jsonl.gz", corpora / "ant_multisource.jsonl.gz"]
    parser.add_argument("--data", type=Path, nargs="+", default=default)
    parser.add_argument("--least", type=float, default=min(BANDS))
    options = parser.parse_args()
    counted = [shares(path) for path in options.data]
    bands: dict[float, list[tuple[float, str]]] = defaultdict(list)
    for code, first in counted[0][0].items():
        share = min([first, *(other.get(code, 0.0) for other, _ in counted[1:])])
        if share < options.least:
            continue
        form = next(
            (f for f, _ in counted[0][1][code].most_common(5) if [word.code for word in words(f)] == [code]), None
        )
        if form is not None:
            band = max(band for band in BANDS if band <= share)
            bands[band].append((-share, form))
    for band in sorted(bands, reverse=True):
        print(f'    {band}: """')
        print("\n".join(textwrap.wrap(" ".join(form for _, form in sorted(bands[band])), 118)))
        print('    """,')


if __name__ == "__main__":
    main()
