"""What placing costs: milliseconds an article beside a full window, memory, and what a story and a list cost to read.

    python bench/place.py [--articles N] [--data CORPUS ...] [--read ARCHIVE]

Placing decides from a window of bounded size, so its cost does not depend on what an archive holds beyond it; N
articles are placed one after the other in memory, with the window full after the first 16,384. They are the articles of
the corpora (term vectors of their texts), repeated with altered words and dates: in each repetition an article has
another id, comes eight seconds after the one before (10,800 a day), and a third of its words, the same third in all
articles of the repetition, are replaced by words of that repetition. So the stories of a repetition hold together,
stories of two repetitions share the common words, and there are many more different words than in the corpora. The
background is the checkpoint that an archive would have, up to --background articles.

With --read the stories of an archive are read: the list of each of 20 random days, and the stories of its largest and
of five random ones, in milliseconds of CPU. The last line printed is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from warraq import open_archive
from warraq.analyse.background import Background
from warraq.analyse.stories import ARTICLES, Placer
from warraq.analyse.vectors import TERM, analyse
from warraq.types import Arrival, Article, Paragraph

CORPORA = sorted((Path(__file__).resolve().parents[2] / "shared" / "corpora").glob("*.jsonl.gz"))
APART = 8_000_000


def vectors(paths: Sequence[Path], limit: int) -> Iterator[tuple[str, bytes]]:
    """Outlet and packed terms of each article of these corpora."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                body = tuple(Paragraph(part) for part in (row["text"] or "").splitlines() if part.strip())
                if body and limit > 0:
                    limit -= 1
                    yield row["outlet"], analyse(Article("0" * 12, "", "", row["title"] or "", body)).terms


def altered(terms: bytes, round_: int) -> bytes:
    """The terms of an article in a repetition: every third word is another."""
    if not round_:
        return terms
    vector = np.frombuffer(terms, TERM).copy()
    third = vector["term"] % 3 == 0
    vector["term"][third] += np.uint32((round_ * 2_654_435_761) % (1 << 32))
    vector.sort(order="term")
    _, first = np.unique(vector["term"], return_index=True)
    return vector[first].tobytes()


def arrivals(texts: Sequence[tuple[str, bytes]], count: int) -> Iterator[Arrival]:
    """So many articles, eight seconds after each other."""
    for number in range(count):
        round_, place = divmod(number, len(texts))
        outlet, terms = texts[place]
        at = number * APART
        yield Arrival(f"{number:012d}", at, outlet, at, altered(terms, round_))


def peak() -> int:
    """MiB of this process, at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def placing(texts: Sequence[tuple[str, bytes]], count: int, largest: int, result: dict[str, Any]) -> None:
    """Place; report the cost of each tenth."""
    placer, background = Placer(), Background()
    taken: list[np.ndarray] = []
    size, spent, part, slowest = 64, 0.0, max(count // 10, 1), 0.0
    stories = events = joined = 0
    part_spent = 0.0
    for number, arrival in enumerate(arrivals(texts, count), 1):
        began = time.process_time()
        placed = placer.place(arrival, background)
        took = time.process_time() - began
        spent, part_spent, slowest = spent + took, part_spent + took, max(slowest, took)
        stories += placed.story == arrival.article
        events += placed.event == arrival.article
        joined += len(placed.joined)
        if number <= largest:
            taken.append(np.frombuffer(arrival.terms, TERM))
        if number == size and number <= largest:
            background, taken = background.merge(taken), []
            size = round(size * 2**0.5) if number != 64 else 91
        if number % part == 0:
            print(
                f"{number:>9,} articles: {1000 * part_spent / part:.2f} ms CPU an article, peak memory {peak()} MiB",
                flush=True,
            )
            result["last_ms"] = round(1000 * part_spent / part, 3)
            part_spent = 0.0
    print(f"{stories} stories begun, {joined} joined, {events} events; the slowest article {1000 * slowest:.0f} ms")
    result.update(articles=count, mean_ms=round(1000 * spent / count, 3), peak_mib=peak())


def reading(path: Path, result: dict[str, Any]) -> None:
    """What stories cost to read."""
    rng = random.Random(20261122)
    with open_archive(path) as archive:
        total = archive.stats().articles
        lists, pages, sizes = [], [], []
        for _ in range(20):
            some = archive.latest(limit=1, offset=rng.randrange(total))[0]
            day = some.first_seen_at.replace(hour=0, minute=0, second=0, microsecond=0)
            began = time.process_time()
            found = archive.stories(day, day + timedelta(days=1))
            lists.append(time.process_time() - began)
            for item in [*found[:1], *rng.sample(list(found), min(5, len(found)))]:
                began = time.process_time()
                story = archive.story(item.id)
                pages.append(time.process_time() - began)
                sizes.append(story.articles)
    large = [took for took, size in zip(pages, sizes, strict=True) if 100 <= size <= 300]
    rows = {"list of a day": lists, "story": pages, "story of 100 to 300 articles": large}
    for name, values in rows.items():
        if values:
            values.sort()
            middle, high = 1000 * values[len(values) // 2], 1000 * values[int(len(values) * 0.99)]
            print(f"{name:30} {len(values):4} times, CPU ms: median {middle:.1f}, 99th percentile {high:.1f}")
            result[name.replace(" ", "_")] = [round(middle, 1), round(high, 1)]
    print(f"the largest story read has {max(sizes)} articles")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--texts", type=int, default=1 << 30, help="articles of the corpora that are repeated")
    parser.add_argument("--background", type=int, default=65_536, help="articles of the largest checkpoint")
    parser.add_argument("--data", type=Path, nargs="*", default=CORPORA)
    parser.add_argument("--read", type=Path, help="an archive whose stories are read")
    options = parser.parse_args()
    result: dict[str, Any] = {"window": ARTICLES}
    if options.articles:
        placing(list(vectors(options.data, options.texts)), options.articles, options.background, result)
    if options.read:
        reading(options.read, result)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
