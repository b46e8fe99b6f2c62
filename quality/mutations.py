#!/usr/bin/env python3
"""Whether any page, however broken, gives an article or a reason: real pages truncated, shuffled, nested, garbled.

    python quality/mutations.py [--data DIR] [--pages N] [--seed N] [--largest BYTES]

DIR holds ``gold.jsonl`` and the pages it names (default: ``pages`` of the measuring data beside the checkout). Each
made page is one of these, changed one to three times in one of the ways of `CHANGES`, or, every twentieth, noise. A
page counts as crashed if an exception leaves the extractor, if its process dies, or if what comes out is neither an
article with title and text nor a reason. Seconds are of CPU; ``peak_mib`` is how much the reading process ever grew
after its first page. ``made`` makes a page again from seed and number. The last line is one JSON object; the exit
status is 1 if a page crashed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

from warraq.extract import Extraction, extract
from warraq.types import RawDocument

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOW = datetime(2027, 1, 1, tzinfo=UTC)
URL = "https://mutated.example/2026/12/30/1"
CRASH = "crash"
DEPTH = 10_000
NESTED = (b"div", b"b", b"table><tr><td", b"ul><li", b"blockquote", b"span", b"font", b"a href=x", b"p", b"x-y", b"svg")


def truncated(page: bytes, dice: random.Random) -> bytes:
    """Cut off at some byte: in a tag, in a script, in a letter."""
    return page[: dice.randrange(len(page) + 1)]


def shuffled(page: bytes, dice: random.Random) -> bytes:
    """Its tags, each with the text after it, in another order."""
    pieces = page.split(b"<")
    dice.shuffle(pieces)
    return b"<".join(pieces)


def rotated(page: bytes, dice: random.Random) -> bytes:
    """Its end before its beginning."""
    at = dice.randrange(len(page) + 1)
    return page[at:] + page[:at]


def nested(page: bytes, dice: random.Random) -> bytes:
    """Some tag opened up to 10,000 times and never closed."""
    at = dice.randrange(len(page) + 1)
    tag = b"<" + dice.choice(NESTED) + b">"
    return page[:at] + tag * dice.randrange(1, DEPTH + 1) + page[at:]


def noisy(page: bytes, dice: random.Random) -> bytes:
    """Random bytes in between."""
    at = dice.randrange(len(page) + 1)
    return page[:at] + dice.randbytes(dice.randrange(1, 2000)) + page[at:]


def flipped(page: bytes, dice: random.Random) -> bytes:
    """Single bytes changed, up to two in a hundred."""
    changed = bytearray(page)
    for _ in range(dice.randrange(len(page) // 50 + 1)):
        changed[dice.randrange(len(page))] = dice.randrange(256)
    return bytes(changed)


def unclosed(page: bytes, dice: random.Random) -> bytes:
    """One kind of closing tag, of quotation mark or of bracket left out everywhere."""
    return page.replace(dice.choice((b"</div>", b"</p>", b"</script>", b"</a>", b"</title>", b'"', b">", b"-->")), b"")


def repeated(page: bytes, dice: random.Random) -> bytes:
    """A piece of it many times over."""
    at, size = dice.randrange(len(page) + 1), dice.randrange(1, 3000)
    return page[:at] + page[at : at + size] * dice.randrange(2, 200) + page[at:]


def misread(page: bytes, dice: random.Random) -> bytes:
    """Written in an encoding that it does not declare, or read in a wrong one and saved."""
    text = page.decode(dice.choice(("utf-8", "cp1256", "latin-1")), "replace")
    return text.encode(dice.choice(("cp1256", "utf-16", "utf-8", "iso-8859-6", "utf-32-le")), "replace")


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    truncated,
    shuffled,
    rotated,
    nested,
    noisy,
    flipped,
    unclosed,
    repeated,
    misread,
)


def made(pages: list[bytes], seed: int, number: int, largest: int) -> tuple[bytes, str]:
    """The mutated page of that number, and how it was made."""
    dice = random.Random(f"{seed} {number}")
    if number % 20 == 0:
        return dice.randbytes(dice.randrange(1, 20_000)), "noise"
    page, how = dice.choice(pages), []
    for change in dice.choices(CHANGES, k=dice.randrange(1, 4)):
        page = change(page, dice)[:largest] or b" "
        how.append(change.__name__)
    return page, "+".join(how)


def sound(result: Extraction) -> bool:
    """Whether a result is an article with title, text and id, or a reason."""
    article = result.article
    if article is None:
        return result.reason is not None
    return bool(article.title and article.id and article.body) and all(p.text.strip() for p in article.body)


def read(page: bytes) -> tuple[float, str, float]:
    """CPU-seconds for one page, what came out of it, and the most memory that this process ever held, in MiB."""
    start = time.process_time()
    try:
        result = extract(RawDocument(URL, page, NOW))
        came_out = (str(result.reason or "article")) if sound(result) else f"{CRASH}: unsound"
    except Exception:
        came_out = f"{CRASH}: {traceback.format_exc(limit=-3)}"
    return time.process_time() - start, came_out, most_memory()


def most_memory() -> float:
    """The most memory that this process ever held, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # what `getrusage` says begins with the peak of the process that started this one
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "pages")
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--largest", type=int, default=4 << 20, help="bytes; a made page is cut there")
    args = parser.parse_args()
    rows = [json.loads(line) for line in (args.data / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]
    how, came_out = Counter[str](), Counter[str]()
    slowest, which, peak = 0.0, "", 0.0
    # A process of its own reads, so that its memory is that of reading, and a fault in the parser is seen and counted.
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    _, _, least = pool.submit(read, gzip.decompress((args.data / rows[0]["file"]).read_bytes())).result()
    pages = [gzip.decompress((args.data / row["file"]).read_bytes()) for row in rows]
    for number in range(args.pages):
        page, changes = made(pages, args.seed, number, args.largest)
        try:
            seconds, outcome, memory = pool.submit(read, page).result()
        except BrokenProcessPool:
            seconds, outcome, memory = 0.0, f"{CRASH}: the process died", 0.0
            pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        how.update(changes.split("+"))
        came_out[outcome.partition(":")[0]] += 1
        peak = max(peak, memory - least)
        if outcome.startswith(CRASH):
            print(f"page {number} ({changes}): {outcome}", file=sys.stderr)
        if seconds > slowest:
            slowest, which = seconds, f"page {number}: {len(page)} bytes, {changes}, {outcome}"
    pool.shutdown()
    print("changes:", ", ".join(f"{name} {count}" for name, count in how.most_common()))
    print("came out:", ", ".join(f"{name} {count}" for name, count in came_out.most_common()))
    print("slowest:", which)
    crashed = came_out[CRASH]
    summary = {"pages": args.pages, "crashed": crashed, "slowest_s": round(slowest, 3), "peak_mib": round(peak, 1)}
    print(json.dumps(summary))
    sys.exit(bool(crashed))


if __name__ == "__main__":
    main()
