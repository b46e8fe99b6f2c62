"""A page's similar articles in an archive of a million: time, at the median and the 99th percentile, and memory.

    python bench/million.py --archive DIR [--times 17] [--pages 300]

Builds the archive in DIR if there is none (about half an hour of CPU for a million), then measures in a fresh process.

The million are the news corpora taken `--times` over, each in another world: of the words in fewer than one article
of fifty, three in five (chosen by a hash of word and world) get an ending of their own, as if the names and matters of
another country were told in the same language; common words stay. Dates are moved by 37 days a world. So
vocabulary, postings, stories and copies grow as they would, and nothing is told twice in the same words. Articles are
analysed, stored, indexed and counted by the library's own code; only reading of pages is left out.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path

from relations import CORPORA, DIGITS, read
from warraq import open_archive
from warraq.analyse.vectors import analyse, digest
from warraq.arabic import tokens
from warraq.stores.sqlite import SqliteStore
from warraq.types import Article, Change, Dated, Outcome, Paragraph

DAYS = 37
"""Between two worlds."""
COMMON = 50
"""A word in more than one article of so many stays as it is in every world."""
ENDINGS = [a + b for a in "ظغضذث" for b in "ظغضذث"]
"""Letters that end no Arabic word, so no stem is cut from them."""
BATCH = 2048


def altered(article: Article, world: int, common: frozenset[str], known: dict[str, str]) -> Article:
    """The article as another world tells it; the article itself in world 0."""
    if not world:
        return article

    def name(stem: str) -> str:
        if stem not in known:
            chance = blake2b(f"{world} {stem}".encode(), digest_size=1).digest()[0]
            known[stem] = stem if stem in common or chance % 5 >= 3 else stem + ENDINGS[world % len(ENDINGS)]
        return known[stem]

    def told(text: str) -> str:
        pieces, at = [], 0
        for start, end, word in tokens(text):
            if not word.stop and name(word.stem) != word.stem:
                pieces += [text[at:start], name(word.stem)]
                at = end
        return "".join([*pieces, text[at:]])

    number = int.from_bytes(blake2b(f"{world} {article.id}".encode(), digest_size=8).digest(), "big") >> 4
    assert article.published is not None
    return replace(
        article,
        id="".join(DIGITS[(number >> shift) & 31] for shift in range(55, -1, -5)),
        url=f"{article.url}#{world}",
        title=told(article.title),
        body=tuple(Paragraph(told(part.text), part.kind) for part in article.body),
        published=Dated(article.published.at + timedelta(days=DAYS * world)),
    )


def worlds(articles: list[Article], times: int) -> Iterator[Article]:
    """All articles in all worlds."""
    often: Counter[str] = Counter()
    for article in articles:
        often.update({word.stem for text in (article.title, article.text) for _, _, word in tokens(text)})
    common = frozenset(stem for stem, count in often.items() if count * COMMON > len(articles))
    print(f"{len(articles)} articles, {len(often)} words, of which {len(common)} are common", flush=True)
    for world in range(times):
        known: dict[str, str] = {}
        for article in articles:
            yield altered(article, world, common, known)


def build(folder: Path, times: int) -> dict[str, float]:
    """The archive. Returns CPU milliseconds an article of each step."""
    folder.mkdir(parents=True)
    articles = list({article.id: article for article in read(CORPORA)}.values())
    began, done = time.process_time(), 0
    store = SqliteStore(folder / "warraq.db")
    changes: list[Change] = []
    for article in worlds(articles, times):
        assert article.published is not None
        changes.append(
            Change(
                "",
                Outcome.NEW,
                outlet=article.outlet,
                article=article,
                analysis=analyse(article),
                digest=digest(article),
                seen_at=article.published.at,
            )
        )
        if len(changes) == BATCH:
            store.commit(changes)
            done += len(changes)
            changes = []
            if done % (BATCH * 16) == 0:
                print(f"stored {done}, {time.process_time() - began:.0f} s of CPU", flush=True)
    store.commit(changes)
    store.close()
    stored = time.process_time()
    total = done + len(changes)
    with open_archive(folder) as archive:
        archive.refresh()
    indexed = time.process_time()
    return {
        "articles": total,
        "store_ms": round((stored - began) * 1000 / total, 3),
        "index_ms": round((indexed - stored) * 1000 / total, 3),
        "build_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def measure(folder: Path, pages: int) -> dict[str, float]:
    """Similar lists and pages of random articles, now and as of a random moment; in milliseconds."""
    result: dict[str, float] = {}
    rng = random.Random(20261122)
    with open_archive(folder) as archive:
        total = archive.stats().articles
        result["archive"] = total
        result["gib"] = round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 2**30, 2)
        ids = [archive.latest(limit=1, offset=rng.randrange(total))[0].id for _ in range(pages)]
        moments = [archive.revision(id).first_seen_at + timedelta(days=rng.random() * 300) for id in ids]
        for id in ids[:20]:
            archive.page(id)
        for name, call in (
            ("similar", lambda at: archive.similar(ids[at])),
            ("similar_as_of", lambda at: archive.similar(ids[at], moments[at])),
            ("page", lambda at: archive.page(ids[at])),
        ):
            clock, cpu = [], []
            for at in range(len(ids)):
                start, used = time.perf_counter(), time.process_time()
                call(at)
                clock.append((time.perf_counter() - start) * 1000)
                cpu.append((time.process_time() - used) * 1000)
            clock.sort()
            cpu.sort()
            high = int(len(ids) * 0.99)
            for kind, values in (("clock", clock), ("cpu", cpu)):
                result[f"{name}_{kind}_p50"] = round(values[len(ids) // 2], 2)
                result[f"{name}_{kind}_p99"] = round(values[high], 2)
            print(name, {key: value for key, value in result.items() if key.startswith(name + "_c")}, flush=True)
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--times", type=int, default=17)
    parser.add_argument("--pages", type=int, default=300)
    options = parser.parse_args()
    if not (options.archive / "warraq.db").exists():
        print(json.dumps(build(options.archive, options.times)), flush=True)
        sys.exit("built; run again to measure in a fresh process")
    print(json.dumps(measure(options.archive, options.pages)))


if __name__ == "__main__":
    main()
