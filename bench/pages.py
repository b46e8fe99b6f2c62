"""Reading an archive: opening it, whole pages now and as of random moments, search. Milliseconds.

python bench/pages.py --archive DIR [--pages N]      (DIR as bench/corpora.py leaves it)
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from warraq import Archive, open_archive

QUERIES = (
    """
السعودية | الاتحاد الأوروبي | أسعار النفط | "مجلس الأمن" | كأس العالم روسيا | وزير الخارجية | زلزال | اليمن الحوثيين
دونالد ترامب | محكمة | جامعة الملك | انتخابات الرئاسة | الدوري الإنجليزي | سوريا -روسيا | البنك المركزي الفائدة | الطقس
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


def milliseconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def spread(name: str, values: Sequence[float]) -> dict[str, float]:
    ordered = sorted(values)
    p50, p99 = ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name:<34} p50 {p50:7.2f}  p99 {p99:7.2f}  max {ordered[-1]:7.2f}  ({len(ordered)})")
    return {"p50": round(p50, 2), "p99": round(p99, 2)}


def articles(archive: Archive, number: int, rng: random.Random) -> list[str]:
    total = archive.stats().articles
    return [archive.latest(limit=1, offset=rng.randrange(total))[0].id for _ in range(number)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--archive", type=Path, required=True)
    arguments.add_argument("--pages", type=int, default=500)
    options = arguments.parse_args()
    rng = random.Random(20261122)
    opening = [milliseconds(lambda: open_archive(options.archive).close()) for _ in range(5)]
    figures = {"open": spread("open the archive", opening)}
    with open_archive(options.archive) as archive:
        ids = articles(archive, options.pages, rng)
        for id in ids[:20]:
            archive.page(id)
        figures["page"] = spread("page, now", [milliseconds(lambda id=id: archive.page(id)) for id in ids])
        moments = []
        for id in ids:
            first = archive.revisions(id)[0].seen_at
            moments.append(first + timedelta(seconds=rng.uniform(0, (archive.now() - first).total_seconds())))
        figures["page_as_of"] = spread(
            "page, as of a random moment",
            [milliseconds(lambda id=id, t=t: archive.page(id, t)) for id, t in zip(ids, moments, strict=True)],
        )
        searches = [QUERIES[i % len(QUERIES)] for i in range(options.pages)]
        figures["search"] = spread(
            "search, ten results", [milliseconds(lambda q=q: archive.search(q)) for q in searches]
        )
        figures["search_as_of"] = spread(
            "search, as of a random moment",
            [milliseconds(lambda q=q, t=t: archive.search(q, as_of=t)) for q, t in zip(searches, moments, strict=True)],
        )
    ratio = figures["page_as_of"]["p50"] / figures["page"]["p50"]
    print(f"as-of costs {ratio:.2f} times now")
    print(json.dumps(figures | {"as_of_ratio": round(ratio, 2)}))


if __name__ == "__main__":
    main()
