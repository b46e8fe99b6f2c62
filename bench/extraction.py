#!/usr/bin/env python3
"""How fast pages are read, beside trafilatura on the same pages in the same process, and what the worst page costs.

    python bench/extraction.py [--data DIR] [--rounds N] [--bombs DIR]

The extractors take turns every few pages, so that a busy machine slows both alike. ``--bombs`` (default: the measuring
data's) also reads every file there, unpacked, each in a process of its own, and prints time and memory.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import re
import resource
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import quantiles

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
TURN = 40
"""Pages that one extractor reads before the other has its turn."""
UNPACKED = 64 << 20
"""Bytes; a bomb is unpacked no further, as a fetcher would not."""


def warraq(body: bytes, url: str) -> object:
    from warraq.extract import extract
    from warraq.types import RawDocument

    return extract(RawDocument(url, body, NOW))


def trafilatura(body: bytes, url: str) -> object:
    import trafilatura as t

    return t.bare_extraction(body, url=url, with_metadata=True)


def most_memory() -> float:
    """The most memory that this process ever held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # what `getrusage` says begins with the peak of the process that started this one
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_bomb(path: Path) -> None:
    """Read one file and print seconds, and MiB above what the interpreter with the extractor holds."""
    data = path.read_bytes()
    for wbits in (47, -15):
        try:
            data = zlib.decompressobj(wbits).decompress(data, UNPACKED)
            break
        except zlib.error:
            continue
    warraq(b"<html><title>x</title><p>y</p>", "https://example.org/a")
    before = most_memory()
    start = time.process_time()
    result = warraq(data, "https://example.org/a")
    seconds = time.process_time() - start
    print(f"{seconds:.3f} {most_memory() - before:.1f} {getattr(result, 'reason', None) or 'article'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "pages")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--bombs", type=Path, default=SHARED / "suites" / "bombs" / "data")
    parser.add_argument("--one-bomb", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one_bomb:
        one_bomb(args.one_bomb)
        return
    rows = [json.loads(line) for line in (args.data / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]
    pages = [(gzip.decompress((args.data / r["file"]).read_bytes()), r["url"] or "") for r in rows]
    extractors: dict[str, Callable[[bytes, str], object]] = {"warraq": warraq}
    if find_spec("trafilatura"):
        extractors["trafilatura"] = trafilatura
    else:
        print("trafilatura: not installed (pip install trafilatura)")
    times: dict[str, list[float]] = {name: [] for name in extractors}
    for extract in extractors.values():
        extract(*pages[0])
    for _ in range(args.rounds):
        for first in range(0, len(pages), TURN):
            for name, extract in extractors.items():
                gc.collect()  # each pays for its own garbage
                for body, url in pages[first : first + TURN]:
                    start = time.process_time()
                    extract(body, url)
                    times[name].append(time.process_time() - start)
    summary: dict[str, object] = {}
    for name, spent in times.items():
        cuts = quantiles(spent, n=100)
        rate = len(spent) / sum(spent)
        print(
            f"{name:12} {rate:7.1f} pages per CPU-second  p50 {cuts[49] * 1e3:.1f} ms  p99 {cuts[98] * 1e3:.1f} ms"
            f"  worst {max(spent) * 1e3:.1f} ms"
        )
        summary[name] = round(rate, 1)
    if "trafilatura" in times:
        summary["ratio"] = round(sum(times["trafilatura"]) / sum(times["warraq"]), 2)
        print(f"warraq is {summary['ratio']} times as fast")
    worst = (0.0, 0.0)
    for path in sorted(args.bombs.glob("*")) if args.bombs.is_dir() else []:
        command = [sys.executable, __file__, "--one-bomb", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        out = done.stdout.strip() or f"FAILED {done.returncode} {done.stderr.strip()[-100:]}"
        print(f"bomb {path.name:32} {out}")
        if done.returncode == 0:
            seconds, mib = map(float, out.split()[:2])
            worst = (max(worst[0], seconds), max(worst[1], mib))
    summary["worst bomb seconds"], summary["worst bomb MiB"] = worst
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
