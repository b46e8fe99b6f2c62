#!/usr/bin/env python3
"""What learning an outlet's pages changes: bodies and keywords read with and without it.

    python quality/knowledge.py [--data DIR] [--corpus FILE] [--outlets N] [--pages N] [--details]

Two sets. *Pages*: the sites of DIR (``gold.jsonl`` and the pages it names; default: the measuring data's) that have at
least three pages, taken as fetched on one day. *Made*: articles of a corpus (gzipped JSON lines with ``outlet``,
``title``, ``text``, ``extracted``) printed in pages of our own with what outlets repeat: tags that trend on a day, a
promotion that stays, one that changes daily, a note below each text, and pages that bear only the site's name. For
each the mean of precision, recall and F1 over pages (`score.body`, `score.tags`), without and with what was learned;
how many pages lost words of their text (against the same page without what is repeated, where we made it); and the size
of what is kept. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

SHARED = Path(__file__).resolve().parents[2] / "shared"
sys.path.insert(0, str(SHARED))

import score  # noqa: E402

from warraq.extract import Counters, extract  # noqa: E402
from warraq.types import RawDocument, Reason  # noqa: E402

NOW = datetime(2027, 1, 1, tzinfo=UTC)
LOST = 0.005
"""Recall; a page that loses more of its words than this has lost something."""
BARE = 6
"""Every such page bears only the site's name."""
TRENDING = tuple(
    f"{what} {whose}"
    for what in ("زلزال", "محاكمة", "مسلسل", "عاصفة", "سباق", "مهرجان")
    for whose in ("الجزيرتين", "القبطان", "البرتقاليين", "القلعتين")
)
PROMO = "حمّلوا تطبيق الصحيفة المجاني لتصلكم الأخبار العاجلة أولا بأول على هواتفكم أينما كنتم."
DAILY = "عرض اليوم {}: نسخة رقمية من عددنا الأسبوعي بنصف السعر لقراء الموقع حتى منتصف الليل."
NOTE = "تنشر هذه المادة باتفاق خاص مع شبكة الواحة للخدمات الصحفية في المدينة {}."


@dataclass(frozen=True)
class Case:
    """A page with what should be read from it; ``keywords`` None: not judged, ``title`` empty: no article."""

    outlet: str
    document: RawDocument
    title: str
    body: str
    keywords: list[str] | None = None
    clean: RawDocument | None = None
    """The page without what is repeated."""


def real(folder: Path) -> Iterator[Case]:
    """The pages of sites that have at least three."""
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]
    sites = defaultdict(list)
    for row in rows:
        sites[f"{row['group']} {row['site']}"].append(row)
    for site, members in sorted(sites.items()):
        for row in members if len(members) >= 3 else ():
            page = gzip.decompress((folder / row["file"]).read_bytes())
            yield Case(site, RawDocument(row["url"] or "", page, NOW), row["title"], row["body"], row["topics"])


def made(corpus: Path, outlets: int, pages: int) -> Iterator[Case]:
    """Articles of a corpus as pages that repeat what outlets repeat; a tenth of them bear only the site's name."""
    taken: dict[str, list[dict]] = defaultdict(list)
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            known = taken[row["outlet"]]
            if len(known) < pages and len(row["text"]) > 300 and len(row["title"]) > 20:
                known.append(row)
    for number, (outlet, rows) in enumerate(sorted(taken.items())[:outlets]):
        for place, row in enumerate(rows):
            day = place * 3 // len(rows)
            trending = [TRENDING[(number + day * 5 + i) % len(TRENDING)] for i in range(3)]
            own = [" ".join(row["title"].split()[:2])]
            bare = place % BARE == BARE - 1
            at, url = NOW - timedelta(days=2 - day), f"https://{outlet}.example/news/{row['id']}"
            both = [page(row, trending + own, number, day, bare=bare, clean=clean).encode() for clean in (False, True)]
            document, plain = (RawDocument(url, markup, at) for markup in both)
            yield Case(outlet, document, "" if bare else row["title"], row["text"], own, plain)


def page(row: dict, tags: list[str], number: int, day: int, *, bare: bool, clean: bool) -> str:
    """One page in one of two templates. `bare`: its headline is only the site's name; `clean`: nothing is repeated."""
    shown = f"صحيفة {row['outlet']} الإلكترونية" if bare else html.escape(row["title"])
    paragraphs = [f"<p>{html.escape(p)}</p>" for p in row["text"].split("\n") if p.strip()]
    if not clean:
        middle = len(paragraphs) // 2
        paragraphs[middle:middle] = [f"<div class=k{number}><p>{PROMO}</p></div>"]
        paragraphs += [f"<p>{DAILY.format(day)}</p><p>{NOTE.format(number)}</p>"]
    named = "<div class='article-body'>" if number % 2 else "<div>"
    words = html.escape("،".join(tags))
    return (
        f"<html><head><meta charset=utf-8><title>{shown}</title><meta name=keywords content='{words}'>"
        f"</head><body><h1>{shown}</h1>{named}{''.join(paragraphs)}</div></body></html>"
    )


def measure(name: str, cases: Iterable[Case], details: bool) -> dict[str, object]:
    """Learn each outlet from its own pages, then read them without and with that."""
    by: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by[case.outlet].append(case)
    bodies, tags = ([], []), ([], [])
    sizes, lost, refused, wrong = [], 0, [0, 0], 0
    for outlet, members in by.items():
        counters = Counters()
        for case in members:
            if seen := extract(case.document).observation:
                counters.add(seen)
        packed = counters.pack()
        sizes.append(len(packed))
        counters = Counters.unpack(packed)
        for case in members:
            known = counters.known(case.document.fetched_at.date())
            found = [extract(case.document), extract(case.document, knowledge=known)]
            if not case.title:
                for which in (0, 1):
                    refused[which] += found[which].reason is Reason.FURNITURE_TITLE
                continue
            wrong += found[0].article is not None and found[1].article is None
            before = extract(case.clean).article if case.clean else found[0].article
            for which, one in enumerate(found):
                bodies[which].append(score.body(case.body, one.article.text if one.article else ""))
                if case.keywords is not None:
                    tags[which].append(score.tags(case.keywords, one.article.keywords if one.article else ()))
            after = found[1].article
            if before and (not after or score.body(before.text, after.text)[1] < 1 - LOST):
                lost += 1
                if details:
                    gone = {p.text for p in before.body} - {p.text for p in after.body if after}
                    print(f"  {outlet} {case.document.url}: {gone}")
    summary: dict[str, object] = {"pages": len(bodies[0]), "outlets": len(by)}
    for part, sets in (("body", bodies), ("keywords", tags)):
        for which, label in enumerate(("without", "with")):
            if sets[which]:
                p, r, f = (mean(x[i] for x in sets[which]) for i in range(3))
                print(
                    f"{name:6} {part:9} {label:8} n={len(sets[which]):4}  precision {p:.4f}  recall {r:.4f}  F1 {f:.4f}"
                )
                summary[f"{part} {label}"] = [round(x, 4) for x in (p, r, f)]
    print(
        f"{name:6} lost text {lost}, articles refused {wrong}, bare pages refused {refused[0]} -> {refused[1]}", end=""
    )
    print(f", kept at most {max(sizes, default=0) / 1024:.1f} KiB an outlet")
    summary |= {
        "lost": lost,
        "wrongly refused": wrong,
        "bare refused": refused,
        "most KiB": max(sizes, default=0) // 1024,
    }
    return summary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "pages")
    parser.add_argument("--corpus", type=Path, default=SHARED / "corpora" / "saudinewsnet.jsonl.gz")
    parser.add_argument("--outlets", type=int, default=14)
    parser.add_argument("--pages", type=int, default=120, help="of each made outlet")
    parser.add_argument("--details", action="store_true", help="every page that lost words")
    args = parser.parse_args()
    summary = {"pages": measure("pages", real(args.data), args.details)}
    summary["made"] = measure("made", made(args.corpus, args.outlets, args.pages), args.details)
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
