"""Whether an article costs the same in a large archive as in a small one: ingest, index, count and place, as it grows.

    python bench/growth.py [--sizes 10000 100000 1000000] [--plot docs/growth.svg] [--archive DIR] [--data CORPUS ...]

An archive is filled to each size; the last tenth before each size is what is measured, in milliseconds of CPU an
article (this process, the index's own threads included). `count` keeps checkpoints at sizes that grow, so its cost is
the mean since the beginning. The articles are those of the corpora, repeated with altered words and dates: in each
repetition every third word, the same ones in all its articles, ends in letters of the repetition, so that there are
many more different words and stories than in the corpora; addresses carry the repetition; and an article is first seen
eight seconds after the one before it, 10,800 a day. Prints a table, writes a plot if asked, and one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count as numbers
from itertools import islice
from math import log10
from pathlib import Path
from typing import Any

from warraq import open_archive, outlets, pipeline
from warraq.parse import Rules
from warraq.types import Record

CORPORA = sorted((Path(__file__).resolve().parents[2] / "shared" / "corpora").glob("*.jsonl.gz"))
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
APART = timedelta(seconds=8)
BLOCK = 2000
LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
WORD = re.compile(r"[^\W\d_]{3,}")
STEPS = ("ingest", "index", "count", "place")


def rows(paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The articles of the corpora, over and over, altered from the second time on."""
    number = 0
    for repetition in numbers():
        ending = "".join(LETTERS[repetition // 27**place % 27] for place in range(3)) if repetition else ""

        def other(found: re.Match[str], ending: str = ending) -> str:
            word = found[0]
            return word + ending if sum(map(ord, word[-3:])) % 3 == 0 else word

        for path in paths:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    if not row["text"] or not row["title"]:
                        continue
                    at = (BEGIN + number * APART).isoformat()
                    number += 1
                    yield {
                        "url": f"https://{row['outlet'].lower()}.example/{repetition}/{number}",
                        "outlet": row["outlet"],
                        "title": WORD.sub(other, row["title"]) if ending else row["title"],
                        "text": WORD.sub(other, row["text"]) if ending else row["text"],
                        "published": at,
                        "seen": at,
                    }


def timed(spent: dict[str, float], step: str, call: Callable[[], object]) -> None:
    began = time.process_time()
    call()
    spent[step] += time.process_time() - began


def grow(folder: Path, sizes: Sequence[int], paths: Sequence[Path]) -> list[dict[str, float]]:
    """Milliseconds of CPU an article at each size, by step."""
    source = rows(paths)
    table: list[dict[str, float]] = []
    held, counted = 0, 0.0
    rules = Rules(tuple(outlets.load().values()), seen="seen")
    with open_archive(folder, create=True) as archive:
        store, index = archive._store, archive._index
        for size in sorted(sizes):
            first = size - size // 10
            spent = dict.fromkeys(STEPS, 0.0)
            measured = 0
            while held < size:
                block = list(islice(source, min(BLOCK, (first if held < first else size) - held)))
                documents = [Record(row, str(held + n)) for n, row in enumerate(block)]
                took = dict.fromkeys(STEPS, 0.0)
                timed(took, "ingest", lambda d=documents: pipeline.ingest(d, store, rules, archive.clock))  # type: ignore[misc]
                timed(took, "index", lambda: pipeline.index(store, index))
                timed(took, "count", lambda: pipeline.count(store))
                timed(took, "place", lambda: pipeline.place(store, archive._places))
                counted += took["count"]
                if held >= first:
                    measured += len(block)
                    spent = {step: spent[step] + took[step] for step in STEPS}
                held += len(block)
                if held % (BLOCK * 25) == 0:
                    print(f"{held:,} articles", file=sys.stderr, flush=True)
            line = {step: 1000 * spent[step] / measured for step in STEPS} | {"count": 1000 * counted / held}
            line["all"] = sum(line[step] for step in STEPS)
            table.append({"articles": held, **{name: round(value, 3) for name, value in line.items()}})
            print("  ".join(f"{name} {value:,.3f}" for name, value in table[-1].items()), flush=True)
    return table


def plot(table: Sequence[dict[str, float]]) -> str:
    """Cost an article by size (logarithmic), a line for each step, as SVG."""
    width, height, left, bottom = 640, 300, 50, 40
    low, high = log10(table[0]["articles"]), log10(table[-1]["articles"])
    most = max(line["all"] for line in table) * 1.15

    def place(line: dict[str, float], name: str) -> tuple[float, float]:
        x = left + (log10(line["articles"]) - low) / max(high - low, 1e-9) * (width - left - 110)
        return x, height - bottom - line[name] / most * (height - bottom - 20)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12" fill="none"><title>CPU milliseconds an article as the archive grows</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path d="M{left} 20V{height - bottom}H{width - 100}" stroke="#666"/>'
        f'<text x="{left - 8}" y="16" fill="#222" text-anchor="end">ms</text>'
    ]
    for name, colour in zip(("all", *STEPS), ("#111", "#1764ab", "#b5540a", "#5b7f1d", "#93268f"), strict=True):
        points = [place(line, name) for line in table]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        x, y = points[-1]
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{colour}">{name} {table[-1][name]:.2f}</text>')
    for line in table:
        x, _ = place(line, "all")
        parts.append(
            f'<text x="{x:.1f}" y="{height - bottom + 18}" fill="#222" text-anchor="middle">'
            f"{int(line['articles']):,}</text>"
        )
    parts.append(f'<text x="{left}" y="{height - 6}" fill="#222">articles in the archive</text></svg>')
    return "\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--archive", type=Path, help="keep it there")
    parser.add_argument("--data", type=Path, nargs="*", default=CORPORA)
    options = parser.parse_args()
    if not options.data:
        sys.exit("bench/growth.py: needs the measuring data beside the checkout, or --data")
    folder = options.archive or Path(tempfile.mkdtemp(prefix="warraq-growth-"))
    try:
        table = grow(folder, options.sizes, options.data)
    finally:
        if not options.archive:
            shutil.rmtree(folder, ignore_errors=True)
    names = ("articles", *STEPS, "all")
    print("| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    for line in table:
        print(
            "| "
            + " | ".join(f"{line[name]:,.2f}" if name != "articles" else f"{line[name]:,}" for name in names)
            + " |"
        )
    if options.plot:
        options.plot.write_text(plot(table), encoding="utf-8")
    ratio = round(max(line["all"] for line in table) / min(line["all"] for line in table), 3)
    print(
        json.dumps(
            {"sizes": [line["articles"] for line in table], "ms": [line["all"] for line in table], "ratio": ratio}
        )
    )


if __name__ == "__main__":
    main()
