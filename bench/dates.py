#!/usr/bin/env python3
"""Speed of reading and writing dates, numbers and names, beside dateparser and htmldate where they are installed.

`python bench/dates.py [--data PATH] [--texts N]`: `PATH` is a gzipped file of JSON lines with ``text``. Microseconds
for one date string (the gold strings), words a second for running text. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from warraq.arabic.dates import find_dates, read_date, write_date
from warraq.arabic.names import same_name
from warraq.arabic.numbers import numbers

SHARED = Path(__file__).resolve().parents[2] / "shared"


def seconds(do: Callable[[str], object], items: Iterable[str]) -> float:
    """The best of three runs over all items."""
    items = list(items)
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        for item in items:
            do(item)
        best = min(best, time.perf_counter() - begun)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=SHARED / "corpora" / "ant_multisource.jsonl.gz")
    parser.add_argument("--texts", type=int, default=500)
    options = parser.parse_args()
    with gzip.open(options.data, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] or "" for line in itertools.islice(lines, options.texts)]
    words = sum(len(text.split()) for text in texts)
    strings = [json.loads(line)["text"] for line in (SHARED / "gold" / "dates.jsonl").open(encoding="utf-8")]
    now = datetime(2024, 3, 13, tzinfo=UTC)
    read = seconds(read_date, strings) / len(strings)
    result = {
        "read_date_us": round(read * 1e6, 1),
        "write_date_us": round(seconds(lambda _: write_date(now), strings) / len(strings) * 1e6, 1),
        "find_dates_words_per_s": round(words / seconds(lambda t: list(find_dates(t, reference=now)), texts)),
        "numbers_words_per_s": round(words / seconds(numbers, texts)),
        "same_name_us": round(
            seconds(lambda s: same_name(s, "فولوديمير زيلنسكي"), ["فولوديمير زيلينسكي"] * 1000) * 1e3, 1
        ),
    }
    try:
        import dateparser
    except ImportError:
        print("dateparser is not installed: not measured")
    else:
        result["dateparser_times_slower"] = round(seconds(dateparser.parse, strings) / len(strings) / read, 1)
    try:
        import htmldate
    except ImportError:
        print("htmldate is not installed: not measured")
    else:
        page = '<html><body><span class="date">{}</span></body></html>'
        slow = seconds(lambda s: htmldate.find_date(page.format(s)), strings) / len(strings)
        result["htmldate_times_slower"] = round(slow / read, 1)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
