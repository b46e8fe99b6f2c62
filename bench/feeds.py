"""Reading feeds and addresses: microseconds an entry and an address, and peers on the same bytes.

python bench/feeds.py [--data DIR] [--peers] [--rounds N]     (DIR holds *.xml feeds; default: the shared ones)
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import time
from collections.abc import Callable
from pathlib import Path

from warraq.feeds import parse_feed
from warraq.types import Feed
from warraq.urls import article_id, canonical

SHARED = Path(__file__).resolve().parents[2] / "shared" / "feeds"
BASE = "https://news.example/feed.xml"


def best(call: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest round: the others waited for somebody."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return min(times)


def peers(bodies: list[bytes], rounds: int) -> dict[str, float]:
    found = {}
    calls = {
        "feedparser": lambda module, body: module.parse(io.BytesIO(body)),
        "fastfeedparser": lambda module, body: module.parse(body),
    }
    for name, call in calls.items():
        try:
            module = importlib.import_module(name)
        except ImportError:
            print(f"{name}: not installed, not measured")
            continue
        found[name] = best(lambda call=call, module=module: [call(module, body) for body in bodies], rounds)  # type: ignore[misc]
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, default=SHARED)
    arguments.add_argument("--peers", action="store_true")
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    files = sorted(given.data.glob("*.xml"))
    if not files:
        raise SystemExit(f"no *.xml in {given.data}")
    bodies = [path.read_bytes() for path in files]
    feeds = [found for body in bodies if isinstance(found := parse_feed(body, BASE), Feed)]
    urls = [entry.url for feed in feeds for entry in feed.entries]
    megabytes = sum(map(len, bodies)) / 1e6
    print(f"{len(feeds)} of {len(files)} files are feeds: {len(urls)} entries, {megabytes:.2f} MB")

    whole = best(lambda: [parse_feed(body, BASE) for body in bodies], given.rounds)
    result = {
        "feed_ms": 1e3 * whole / len(bodies),
        "entry_us": 1e6 * whole / max(1, len(urls)),
        "canonical_us": 1e6 * best(lambda: [canonical(url) for url in urls], given.rounds) / max(1, len(urls)),
        "article_id_us": 1e6 * best(lambda: [article_id(url) for url in urls], given.rounds) / max(1, len(urls)),
    }
    if given.peers:
        result |= {f"{name}_ratio": whole / seconds for name, seconds in peers(bodies, given.rounds).items()}
    print(json.dumps({name: round(value, 2) for name, value in result.items()}))


if __name__ == "__main__":
    main()
