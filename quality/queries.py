"""The search box under fire: strings of every kind, each of which must give an answer or a pointed error.

    python quality/queries.py [--count 100000] [--seed 1] [--data ../shared/suites]

Strings are drawn from the language's own pieces, from Arabic and other letters, and from the payloads of XSS suites
when these are beside the checkout. Each is parsed; every twentieth is also searched for in an archive of the sample.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from warraq import QueryError, open_archive, sample
from warraq.query import MAX_LENGTH, parse_query

SHARED = Path(__file__).resolve().parents[2] / "shared"
_WORDS = """
    وزير الخارجية " « » “ ” ( ) ( ) - − NOT OR AND | & أو title: عنوان: outlet: جهة: date: تاريخ: seen: lang: country:
    story: author: keyword: credit: 2025 2025-02 2025-02-30 ٢٠٢٥-٠٢ / .. ~3 ~99999 * ا* قطـر* \\ ' ; -- <b> {} [] ^ $ :
    :: ﷺ 😀 http://x.example/?q=1
"""
PIECES = (*_WORDS.split(), "\x00", "\u202e", "\ud800", "\u200f", "\u0640", "a\u0301")


def strings(count: int, chance: random.Random, payloads: list[str]) -> Iterator[str]:
    """Seeded strings of several kinds."""
    for number in range(count):
        kind = number % 4
        if kind == 0:
            yield "".join(chance.choice(("", " ")) + chance.choice(PIECES) for _ in range(chance.randrange(12)))
        elif kind == 1:
            yield "".join(
                chr(
                    chance.choice(
                        (chance.randrange(32, 127), chance.randrange(0x600, 0x700), chance.randrange(0x2FFFF))
                    )
                )
                for _ in range(chance.randrange(40))
            )
        elif kind == 2 and payloads:
            yield chance.choice(payloads)[: MAX_LENGTH + 5]
        else:
            yield chance.choice('()"«-*: ') * chance.randrange(60) + chance.choice(PIECES) * chance.randrange(30)


def payloads(folder: Path) -> list[str]:
    """Texts of a suite's cases, whatever their field is called."""
    found: list[str] = []
    for file in sorted(folder.glob("xss-*/*.jsonl")) if folder.is_dir() else ():
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            found += [value for value in case.values() if isinstance(value, str)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=SHARED / "suites")
    asked = parser.parse_args()
    extra = payloads(asked.data)
    print(f"{asked.count:,} strings, {len(extra):,} payloads of XSS suites")
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "rows.jsonl")
        lines.write_text("\n".join(json.dumps(row) for row in sample.records()), encoding="utf-8")
        with open_archive(Path(folder, "archive"), create=True, workers=1) as archive:
            archive.import_paths([lines], seen="seen")
            for number, text in enumerate(strings(asked.count, random.Random(asked.seed), extra)):
                begun = time.perf_counter()
                try:
                    parse_query(text)
                    if number % 20 == 0:
                        archive.search(text, collapse=True)
                        archive.facets(text)
                    outcomes["answer"] += 1
                except QueryError as error:
                    pointed = error.position is not None and 0 <= error.position <= max(len(text), 1)
                    outcomes["pointed error" if pointed else "error without a place"] += 1
                except Exception as error:
                    outcomes["crash"] += 1
                    print(f"crash: {text!r}: {type(error).__name__}: {error}")
                slowest = max(slowest, time.perf_counter() - begun)
    for name, count in outcomes.most_common():
        print(f"{count:>9,}  {name}")
    bad = outcomes["crash"] + outcomes["error without a place"]
    print(json.dumps({"strings": asked.count, "crashes": bad, "slowest_ms": round(slowest * 1000, 1)}))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
