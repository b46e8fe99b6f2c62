"""Whether an article costs the same in a large archive as in a small one: ingest, index, count and place, as it grows.

    python bench/growth.py [--sizes 10000 100000 1000000] [--plot docs/growth.svg] [--archive DIR] [--data CORPUS ...]

An archive is filled to each size; the last tenth before each size is what is measured, in milliseconds of CPU an
article (this process, the index's own threads included). `count` keeps checkpoints at sizes that grow, so its cost is
the mean since the beginning. Placing is a loop of its own, and is measured in a pass of its own over the articles in
the order in which they were first seen. An archive kept in DIR by `--fill` is placed by the next run; what was measured
stands beside it in growth.json. The articles are those of the corpora, repeated with altered words and dates: in each
repetition every third word, the same ones in all its articles, ends in letters of the repetition, so that there are
many more different words and stories than in the corpora; addresses carry the repetition; and an article is first seen
eight seconds after the one before it, 10,800 a day. Prints a table, writes a plot if asked, and one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
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


def fill(folder: Path, sizes: Sequence[int], paths: Sequence[Path]) -> list[dict[str, float]]:
    """Milliseconds of CPU an article at each size, by step, and the peak of memory in MiB by then."""
    source = rows(paths)
    table: list[dict[str, float]] = []
    held, counted = 0, 0.0
    rules = Rules(tuple(outlets.load().values()), seen="seen")
    with open_archive(folder, create=True) as archive:
        store, search_index = archive._store, archive._index
        for size in sizes:
            first = size - size // 10
            spent = dict.fromkeys(STEPS, 0.0)
            while held < size:
                block = list(islice(source, min(BLOCK, (first if held < first else size) - held)))
                documents = [Record(row, str(held + n)) for n, row in enumerate(block)]
                took = {}
                for step, call in (
                    ("ingest", partial(pipeline.ingest, documents, store, rules, archive.clock)),
                    ("index", partial(pipeline.index, store, search_index)),
                    ("count", partial(pipeline.count, store)),
                ):
                    began = time.process_time()
                    call()
                    took[step] = time.process_time() - began
                counted += took["count"]
                if held >= first:
                    spent = {step: spent[step] + took[step] for step in took}
                held += len(block)
                if held % (BLOCK * 25) == 0:
                    print(f"{held:,} articles", file=sys.stderr, flush=True)
            line = {step: 1000 * spent[step] / (size - first) for step in spent} | {"count": 1000 * counted / held}
            table.append({"articles": size, **{name: round(value, 3) for name, value in line.items()}, "mib": peak()})
            print("  ".join(f"{name} {value:,.3f}" for name, value in table[-1].items()), flush=True)
    return table


def place(folder: Path, sizes: Sequence[int]) -> list[dict[str, float]]:
    """Milliseconds of CPU an article that placing takes before each size, and the peak of memory in MiB by then."""
    marks: dict[int, tuple[int, float, int]] = {}
    wanted = sorted({0, *sizes, *(size - size // 10 for size in sizes)})

    def note(done: int) -> None:
        for mark in wanted:
            if done >= mark and mark not in marks:
                marks[mark] = done, time.process_time(), peak()
                print(f"{done:,} placed", file=sys.stderr, flush=True)

    with open_archive(folder) as archive:
        note(0)
        pipeline.place(archive._store, archive._places, progress=note)
    table = []
    for size in sizes:
        (before, began, _), (after, ended, mib) = marks[size - size // 10], marks[size]
        table.append({"articles": size, "place": round(1000 * (ended - began) / (after - before), 3), "place_mib": mib})
        print("  ".join(f"{name} {value:,.3f}" for name, value in table[-1].items()), flush=True)
    return table


def peak() -> int:
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


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
    parser.add_argument("--fill", action="store_true", help="leave placing to another run")
    options = parser.parse_args()
    if not options.data:
        sys.exit("bench/growth.py: needs the measuring data beside the checkout, or --data")
    if options.fill and not options.archive:
        sys.exit("bench/growth.py: --fill needs --archive")
    sizes = sorted(options.sizes)
    if sizes[0] < 10_000:
        sys.exit("bench/growth.py: --sizes are of 10,000 articles and more, else a tenth is less than a batch")
    folder = options.archive or Path(tempfile.mkdtemp(prefix="warraq-growth-"))
    kept = folder / "growth.json"
    try:
        if kept.exists():
            table = json.loads(kept.read_text())
        else:
            table = fill(folder, sizes, options.data)
            kept.write_text(json.dumps(table))
        if options.fill:
            sys.exit("filled; run again without --fill to place")
        table = [line | placed for line, placed in zip(table, place(folder, sizes), strict=True)]
    finally:
        if not options.archive:
            shutil.rmtree(folder, ignore_errors=True)
    for line in table:
        line["all"] = round(sum(line[step] for step in STEPS), 3)
    names = ("articles", *STEPS, "all", "mib", "place_mib")
    print("| " + " | ".join(names) + " |\n|" + "---|" * len(names))
    for line in table:
        print(
            "| "
            + " | ".join(f"{line[name]:,.2f}" if name in (*STEPS, "all") else f"{line[name]:,}" for name in names)
            + " |"
        )
    if options.plot:
        options.plot.write_text(plot(table), encoding="utf-8")
    ratio = round(max(line["all"] for line in table) / min(line["all"] for line in table), 3)
    print(json.dumps({"sizes": sizes, "ms": [line["all"] for line in table], "ratio": ratio}))


if __name__ == "__main__":
    main()
