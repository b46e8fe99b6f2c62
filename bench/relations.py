"""What relations cost: analysis, keywords, index, neighbours, search and ranking over the news corpora.

    python bench/relations.py [--articles N] [--queries N] [--data FILE...]

Times are milliseconds of CPU of this process (the index's own threads included) and of the clock, at the median and
the 99th percentile. The index is built in a temporary folder. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from warraq.analyse.background import Background
from warraq.analyse.keywords import keywords
from warraq.analyse.reasons import Printed
from warraq.analyse.relatedness import Rows, parts, rarest, ties
from warraq.analyse.similar import Candidate, nearest, query_terms, rank
from warraq.analyse.vectors import analyse, digest, unpack
from warraq.arabic import words
from warraq.indexes.tantivy import TantivyIndex
from warraq.types import FOREVER, Analysis, Article, Clause, Dated, IndexDocument, Outline, Paragraph, Query, micros

CORPORA = sorted((Path(__file__).resolve().parents[2] / "shared" / "corpora").glob("*.jsonl.gz"))
DIGITS = "0123456789abcdefghijklmnopqrstuv"
BATCH = 4096


def read(paths: Sequence[Path]) -> Iterator[Article]:
    """Articles of JSON Lines files, ids from their addresses."""
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for line in lines:
                row: dict[str, Any] = json.loads(line)
                number = int.from_bytes(blake2b(row["url"].encode(), digest_size=8).digest(), "big") >> 4
                stamp = datetime.fromisoformat((row.get("published") or row.get("extracted") or "2015-07-21")[:19])
                body = tuple(Paragraph(part.strip()) for part in (row["text"] or "").splitlines() if part.strip())
                if body:
                    name = "".join(DIGITS[(number >> shift) & 31] for shift in range(55, -1, -5))
                    published = Dated(stamp.replace(tzinfo=UTC))
                    yield Article(name, row["outlet"], row["url"], row["title"] or "", body, published)


def timed(label: str, calls: Sequence[Callable[[], object]], result: dict[str, Any]) -> None:
    """Run each once; report CPU and clock."""
    cpu, clock = [], []
    for call in calls:
        start, began = time.process_time(), time.perf_counter()
        call()
        cpu.append((time.process_time() - start) * 1000)
        clock.append((time.perf_counter() - began) * 1000)
    cpu.sort()
    clock.sort()
    middle, high = len(cpu) // 2, int(len(cpu) * 0.99)
    row = {"cpu_p50": cpu[middle], "cpu_p99": cpu[high], "clock_p50": clock[middle], "clock_p99": clock[high]}
    result[label] = {key: round(value, 3) for key, value in row.items()}
    print(f"{label:28} " + "  ".join(f"{key} {value:7.3f}" for key, value in row.items()) + " ms", flush=True)


def document(article: Article, key: int) -> IndexDocument:
    """As the pipeline makes it."""
    title, body = words(article.title), words(article.text)
    when = micros(article.published.at) if article.published else 0
    return IndexDocument(
        article.id,
        key,
        article.outlet,
        " ".join(w.stem for w in title),
        " ".join(w.stem for w in body),
        " ".join(w.folded for w in title),
        " ".join(w.folded for w in body),
        when,
        FOREVER,
        when,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1 << 30)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--data", type=Path, nargs="*", default=CORPORA)
    options = parser.parse_args()
    result: dict[str, Any] = {}
    articles: dict[str, Article] = {}
    for article in read(options.data):
        if len(articles) >= options.articles:
            break
        articles.setdefault(article.id, article)
    start = time.process_time()
    analyses: dict[str, Analysis] = {id: analyse(article) for id, article in articles.items()}
    result["articles"] = len(articles)
    result["analyse_ms"] = round((time.process_time() - start) * 1000 / len(articles), 3)
    start = time.process_time()
    background = Background()
    vectors = [unpack(analysis) for analysis in analyses.values()]
    for at in range(0, len(vectors), BATCH):
        background = background.merge(vectors[at : at + BATCH])
    result["count_ms"] = round((time.process_time() - start) * 1000 / len(articles), 4)
    result["terms"], result["background_bytes"] = len(background.codes), len(background.pack())
    result["analysis_bytes"] = sum(len(a.terms) + len(a.sketch) for a in analyses.values()) // len(analyses)
    with tempfile.TemporaryDirectory() as folder:
        index = TantivyIndex(Path(folder) / "index")
        spent = 0.0
        listed = list(articles.values())
        for at in range(0, len(listed), BATCH):
            documents = [document(article, at + i) for i, article in enumerate(listed[at : at + BATCH])]
            start = time.process_time()
            index.apply([d.article for d in documents], documents, at + len(documents))
            spent += time.process_time() - start
        index.close()
        result["index_ms"] = round(spent * 1000 / len(articles), 3)
        result["index_bytes"] = sum(f.stat().st_size for f in (Path(folder) / "index").iterdir()) // len(articles)
        print(json.dumps(result), flush=True)
        index = TantivyIndex(Path(folder) / "index")
        sample = random.Random(1).sample(listed, min(options.queries, len(listed)))
        last = max(article.published.at for article in listed if article.published)
        asked = {a.id: query_terms(Printed(a).stems, unpack(analyses[a.id]), background) for a in sample}
        moments = {a.id: a.published.at if a.published else last for a in sample}
        timed("digest", [lambda a=a: digest(a) for a in sample], result)
        timed("keywords", [lambda a=a: keywords(a, background) for a in sample], result)
        timed(
            "query terms",
            [lambda a=a: query_terms(Printed(a).stems, unpack(analyses[a.id]), background) for a in sample],
            result,
        )
        timed("neighbours now", [lambda a=a: index.neighbours(asked[a.id], last, 200) for a in sample], result)
        timed(
            "neighbours as of", [lambda a=a: index.neighbours(asked[a.id], moments[a.id], 200) for a in sample], result
        )

        def candidate(id: str) -> Candidate:
            article = articles[id]
            seen = article.published.at if article.published else last
            outline = Outline(id, article.outlet, micros(seen), micros(seen), analyses[id].sketch)
            return Candidate.of(outline, analyses[id].terms)

        lists = {a.id: [candidate(m.article) for m in index.neighbours(asked[a.id], last, 200)] for a in sample}

        def scored(of: Article, size: int) -> None:
            rows = Rows([c.vector for c in (candidate(of.id), *lists[of.id][:size])], background)
            heaviest = parts(rows).heaviest
            ties(rows, heaviest)
            rarest(rows, heaviest, background)

        def close(of: Article) -> list[Candidate]:
            found = {c.id: c for c in lists[of.id]}
            packed = {id: analyses[id].terms for id in found}
            return [found[id] for id in nearest(unpack(analyses[of.id]), packed, background)]

        timed("score 100", [lambda a=a: scored(a, 100) for a in sample], result)
        timed("nearest of 200", [lambda a=a: close(a) for a in sample], result)
        chosen = {a.id: close(a) for a in sample}
        timed("rank 50", [lambda a=a: rank(candidate(a.id), chosen[a.id], background, last) for a in sample], result)
        for size in (1, 2, 3):
            queries = [
                Query(tuple(Clause((w.stem,), (w.folded,)) for w in found[:size]))
                for found in ([w for w in words(a.title) if not w.stop] for a in sample)
                if len(found) >= size
            ]
            timed(f"search {size} words", [lambda q=q: index.search(q, last, 10) for q in queries], result)
        phrases = [
            Query((Clause(tuple(w.stem for w in found[:2]), tuple(w.folded for w in found[:2])),))
            for found in (words(a.title) for a in sample)
            if len(found) >= 2
        ]
        timed("search phrase", [lambda q=q: index.search(q, last, 10) for q in phrases], result)
        timed("search newest first", [
            lambda q=q: index.search(Query(q.must, newest_first=True), last, 10) for q in phrases
        ], result)  # fmt: skip
        index.close()
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps(result))


if __name__ == "__main__":
    main()
