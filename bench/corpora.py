"""Both corpora through the whole import: CPU an article, share of each step, memory, and every line accounted for.

    python bench/corpora.py [--archive DIR] [--limit N] [--workers N]

The peer is Tantivy alone on the same texts (its default tokenizer, title and body, one commit) in the same run.
Keeps the archive in DIR if it is given, for bench/pages.py and the quality scripts.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tantivy

from warraq import open_archive, pipeline

SHARED = Path(__file__).resolve().parents[2] / "shared"
CORPORA = {"saudinewsnet": "extracted", "ant_multisource": "published"}
"""File to what its first-seen moment is."""


class Timed:
    """An adapter that adds up the CPU seconds its own thread spends in each of its methods."""

    def __init__(self, inner: Any, spent: dict[str, float]) -> None:
        self._inner, self._spent = inner, spent

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value):
            return value

        def call(*args: Any, **kwargs: Any) -> Any:
            began = time.thread_time()
            try:
                return value(*args, **kwargs)
            finally:
                self._spent[name] = self._spent.get(name, 0.0) + time.thread_time() - began

        return call


def cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def lines(path: Path) -> int:
    with gzip.open(path, "rb") as file:
        return sum(1 for _ in file)


def texts() -> Iterator[tuple[str, str]]:
    for name in CORPORA:
        with gzip.open(SHARED / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                yield row["title"] or "", row["text"] or ""


def tantivy_alone(folder: Path) -> tuple[float, float]:
    """CPU and wall seconds of indexing the same texts with nothing of ours, JSON reading included in neither."""
    schema = tantivy.SchemaBuilder().add_text_field("title").add_text_field("body").build()
    index = tantivy.Index(schema, str(folder))
    writer = index.writer()
    spent = wall = 0.0
    pairs = iter(texts())
    while chunk := [pair for _, pair in zip(range(2000), pairs, strict=False)]:
        began, clock = cpu(resource.RUSAGE_SELF), time.perf_counter()
        for title, body in chunk:
            writer.add_document(tantivy.Document(title=title, body=body))
        spent, wall = spent + cpu(resource.RUSAGE_SELF) - began, wall + time.perf_counter() - clock
    began, clock = cpu(resource.RUSAGE_SELF), time.perf_counter()
    writer.commit()
    writer.wait_merging_threads()
    return spent + cpu(resource.RUSAGE_SELF) - began, wall + time.perf_counter() - clock


def placing(spent: dict[str, float]) -> None:
    """Count the CPU seconds of placing, which is a loop of its own after those that store and index."""
    place = pipeline.place

    def timed(*arguments: Any, **options: Any) -> int:
        began = time.thread_time()
        try:
            return place(*arguments, **options)
        finally:
            spent["place"] = spent.get("place", 0) + time.thread_time() - began

    pipeline.place = timed


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--archive", type=Path)
    arguments.add_argument("--workers", type=int, default=os.cpu_count())
    options = arguments.parse_args()
    if not SHARED.exists():
        sys.exit(f"bench/corpora.py: needs the measuring data in {SHARED.name}/ beside the checkout")
    folder = options.archive or Path(tempfile.mkdtemp(prefix="warraq-bench-"))
    shutil.rmtree(folder, ignore_errors=True)

    spent: dict[str, float] = {}
    placing(spent)
    inputs = stored = 0
    began, clock = time.perf_counter(), cpu(resource.RUSAGE_SELF)
    with open_archive(folder, create=True) as archive:
        archive._store = Timed(archive._store, spent)
        archive._index = Timed(archive._index, spent)
        for name, seen in CORPORA.items():
            path = SHARED / "corpora" / f"{name}.jsonl.gz"
            given = lines(path)
            tally = archive.import_paths([path], seen=seen, workers=options.workers)
            inputs, stored = inputs + tally.inputs, stored + tally.outcomes.get("new", 0)
            reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(tally.reasons.items()))
            outcomes = ", ".join(f"{outcome} {number}" for outcome, number in tally.outcomes.items())
            print(f"{name}: {given} lines = {outcomes} ({reasons})")
            if sum(tally.outcomes.values()) != given:
                sys.exit(f"bench/corpora.py: {name}: {given} lines, {sum(tally.outcomes.values())} outcomes")
        stats = archive.stats()
    wall = time.perf_counter() - began
    own, children = cpu(resource.RUSAGE_SELF) - clock, cpu(resource.RUSAGE_CHILDREN)
    total = own + children
    print(f"archive: {stats.articles} articles, {stats.revisions} revisions, {stats.outlets} outlets")
    print(
        f"wall {wall:.1f} s, CPU {total:.1f} s = {1000 * total / inputs:.2f} ms an input ({inputs / wall:.0f} inputs/s)"
    )
    steps = {
        "parse (other processes)": children,
        "store: known + commit": spent.get("known", 0) + spent.get("commit", 0),
        "index: read, fold, stem, add, commit": spent.get("apply", 0),
        "count: frequencies": sum(spent.get(m, 0) for m in ("first_analyses", "save_background", "saved_backgrounds")),
    }
    steps["place: events and stories"] = spent.get("place", 0)
    steps["Tantivy's threads, reading files, hand-over"] = total - sum(steps.values())
    for step, seconds in steps.items():
        print(f"  {seconds:7.1f} s  {100 * seconds / total:5.1f} %  {step}")
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 2**20
    print(f"peak memory of one process {peak:.0f} MiB, archive on disk {size:.0f} MiB")

    with tempfile.TemporaryDirectory() as peer:
        alone, alone_wall = tantivy_alone(Path(peer))
    print(
        f"Tantivy alone: CPU {alone:.1f} s, wall {alone_wall:.1f} s; "
        f"ratio CPU {total / alone:.1f}, wall {wall / alone_wall:.1f}"
    )
    if not options.archive:
        shutil.rmtree(folder)
    print(
        json.dumps(
            {
                "ms_cpu": round(1000 * total / inputs, 3),
                "ms_cpu_without_placing": round(1000 * (total - spent.get("place", 0)) / inputs, 3),
                "peak_mib": round(peak),
                "inputs": inputs,
                "new": stored,
            }
        )
    )


if __name__ == "__main__":
    main()
