#!/usr/bin/env python3
"""How well articles are read from pages: bodies, titles, dates, the outlets' keywords, and how fast.

    python quality/extraction.py [--data DIR] [--peers] [--traps] [--sites] [--details] [--worst N]

DIR holds ``gold.jsonl`` and the pages it names (default: ``pages`` of the measuring data beside the checkout).
Body: mean over pages of the multiset word F1 (`score.body`) by group; for the group ``aeb`` also the method of its own
benchmark (4-gram shingles, https://github.com/scrapinghub/article-extraction-benchmark). Sites are split in two
halves by a hash of their name, so that a rule that only fits some sites shows. ``--peers`` runs other extractors
where they are installed, on the same pages. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from statistics import mean

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(SHARED))

import score  # noqa: E402

NOW = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Found:
    """What an extractor read from one page."""

    body: str = ""
    title: str | None = None
    dates: set[str] = field(default_factory=set)
    """The date as days: in UTC and in the zone in which it was said."""
    keywords: list[str] = field(default_factory=list)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The 4-gram shingles of that benchmark; a text of fewer than four words is one shingle."""
    words = re.findall(r"\w+", text or "")
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def shingle_counts(gold: str, found: str) -> tuple[float, float, float]:
    """True positives, false positives, false negatives, as shares of their sum (as the benchmark weighs pages)."""
    g, f = shingles(gold), shingles(found)
    tp = sum((g & f).values())
    fp, fn = sum(f.values()) - tp, sum(g.values()) - tp
    total = tp + fp + fn
    return (tp / total, fp / total, fn / total) if total else (0.0, 0.0, 0.0)


def warraq(body: bytes, url: str, content_type: str = "") -> Found:
    from warraq.arabic.hours import zone_info
    from warraq.extract import extract
    from warraq.types import RawDocument

    result = extract(RawDocument(url, body, NOW, content_type))
    article = result.article
    if article is None:
        return Found()
    dates = set()
    if article.published:
        at = article.published.at
        dates = {at.date().isoformat(), at.astimezone(zone_info(article.published.zone)).date().isoformat()}
    return Found(article.text, article.title, dates, list(article.keywords))


def trafilatura(body: bytes, url: str) -> Found:
    import trafilatura as t

    document = t.bare_extraction(body, url=url, with_metadata=True)
    if document is None:
        return Found()
    return Found(document.text or "", document.title, {document.date} if document.date else set(), document.tags or [])


def newspaper4k(body: bytes, url: str) -> Found:
    import newspaper

    a = newspaper.Article(url, language=LANGUAGE.get(url) or "en", fetch_images=False)
    a.download(input_html=body.decode("utf-8", "replace"))
    a.parse()
    dates = {a.publish_date.date().isoformat()} if a.publish_date else set()
    return Found(a.text or "", a.title or "", dates, list(a.tags or ()))


def resiliparse(body: bytes, url: str) -> Found:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(body.decode("utf-8", "replace"))
    return Found(extract_plain_text(tree, main_content=True, alt_texts=False), tree.title)


PEERS: dict[str, tuple[str, Callable[[bytes, str], Found]]] = {
    "trafilatura": ("trafilatura", trafilatura),
    "newspaper4k": ("newspaper", newspaper4k),
    "resiliparse": ("resiliparse", resiliparse),
}
LANGUAGE: dict[str, str] = {}


def group_of(row: dict) -> str:
    """The group, with the two sets inside ``other`` told apart by where they come from."""
    source = row.get("source_repo") or ""
    return f"{row['group']}/{source.rsplit('/', 1)[-1]}" if row["group"] == "other" else row["group"]


def run(name: str, extract: Callable[[bytes, str], Found], pages: list[tuple[dict, bytes]], args) -> dict:
    found, seconds = [], 0.0
    for row, body in pages:
        start = time.process_time()
        try:
            result = extract(body, row["url"] or "")
        except Exception as error:  # a peer that fails on a page has found nothing there
            print(f"{name}: {row['id']}: {type(error).__name__}: {error}", file=sys.stderr)
            result = Found()
        seconds += time.process_time() - start
        found.append(result)
    print(f"\n## {name}: {len(pages)} pages, {len(pages) / seconds:.1f} pages per CPU-second")
    by: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    sites: dict[str, list[float]] = defaultdict(list)
    own, cases = [], []
    for (row, _), result in zip(pages, found, strict=True):
        prf = score.body(row["body"], result.body)
        for key in {row["group"], group_of(row), "half " + "AB"[sha256(row["site"].encode()).digest()[0] % 2]}:
            by[key].append(prf)
        sites[f"{row['group']} {row['site']}"].append(prf[2])
        if row["group"] == "aeb":
            own.append(shingle_counts(row["body"], result.body))
        cases.append((prf[2], prf[0], prf[1], row["id"]))
    for key in sorted(by):
        p, r, f = (mean(x[i] for x in by[key]) for i in range(3))
        print(f"body {key:28} n={len(by[key]):3}  precision {p:.4f}  recall {r:.4f}  F1 {f:.4f}")
    if own:
        tp, fp, fn = (sum(x[i] for x in own) for i in range(3))
        p, r = tp / (tp + fp or 1), tp / (tp + fn or 1)
        print(
            f"body aeb by its own scorer           precision {p:.4f}  recall {r:.4f}  F1 {2 * p * r / (p + r or 1):.4f}"
        )
    metadata(pages, found, args)
    for f, p, r, id in sorted(cases)[: args.worst]:
        print(f"  worst F1 {f:.3f} (p {p:.3f} r {r:.3f}) {id}")
    if args.sites:
        for site in sorted(sites):
            print(f"  site {site:50} n={len(sites[site]):2}  F1 {mean(sites[site]):.3f}")
    summary = {
        key: {m: round(mean(x[i] for x in rows), 4) for i, m in enumerate(("precision", "recall", "f1"))}
        for key, rows in by.items()
        if "/" not in key and " " not in key
    }
    return summary


def metadata(pages: list[tuple[dict, bytes]], found: list[Found], args) -> None:
    for group in sorted({group_of(row) for row, _ in pages}):
        rows = [(row, f) for (row, _), f in zip(pages, found, strict=True) if group_of(row) == group]
        titles = [(row, f, score.same_title(row["title"], f.title)) for row, f in rows if row["title"]]
        dates = Counter(
            "right" if row["date"][:10] in f.dates else "wrong" if f.dates else "missing"
            for row, f in rows
            if row["date"]
        )
        topics = [(row, f, score.tags(row["topics"], f.keywords)) for row, f in rows if row["topics"] is not None]
        line = []
        if titles:
            line.append(f"titles {sum(t[2] for t in titles)}/{len(titles)}")
        if dates:
            line.append("dates " + " ".join(f"{k} {dates[k]}" for k in ("right", "wrong", "missing")))
        if topics:
            line.append(
                "keywords p {:.3f} r {:.3f} F1 {:.3f}".format(*(mean(t[2][i] for t in topics) for i in range(3)))
            )
        if line:
            print(f"{group:28} " + "; ".join(line))
        if args.details:
            for row, f, ok in titles:
                if not ok:
                    print(f"  title {row['id']}\n    gold  {row['title']}\n    found {f.title}")
            for row, f in rows:
                if row["date"] and row["date"][:10] not in f.dates:
                    print(f"  date {row['id']} gold {row['date']} found {sorted(f.dates)}")
            for row, f, s in topics:
                if s[2] < 1 and row["group"] == "ar":
                    print(f"  keywords {row['id']}\n    gold  {row['topics']}\n    found {f.keywords}")


# --- traps made from the pages themselves ---------------------------------------------------------------------

MARKERS = ("إقرأ أيضاً:", "اقرأ أيضا", "اقرأ أيضًا", "مواضيع ذات صلة", "طالع أيضا", "شاهد أيضاً")
SECOND = (
    "<h3>{m}</h3><h2>{t}</h2>{p}",
    "<p>{m}</p><p>{t}</p>{p}",
    "<p><strong>{m}</strong></p><p><strong>{t}</strong></p>{p}",
    "<div>{m}<br>{t}</div>{p}",
    "<h4>{m}</h4><h3><a href='/x'>{t}</a></h3>{p}",
    "<p>{m}: {t}</p>{p}",
)
INLINE = (
    "<p><strong>{m}: <a href='/x'>{t}</a></strong></p>",
    "<p>{m} {t}</p>",
    "<p>{m}</p><p><a href='/x'>{t}</a></p>",
    "<h3>{m}</h3><ul><li><a href='/x'>{t}</a></li></ul>",
    "<div class='x1'>{m}<br><a href='/x'>{t}</a></div>",
)
DECLARED = (("", ""), ("windows-1256", ""), ("", "windows-1256"), ("utf-8", ""), ("", "utf-8"), ("iso-8859-1", "utf-8"))


def insert(body: bytes, paragraph: str, markup: str) -> str:
    """The page with `markup` after the block that ends with `paragraph`; empty if that is not found."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(body.decode("utf-8", "replace"))
    tail = " ".join(paragraph.split())[-25:]
    for node in page.root.traverse(include_text=True):
        if node.tag == "-text" and tail in " ".join((node.text_content or "").split()):
            block = node
            while block.parent and block.tag not in ("p", "div", "li", "td", "section", "article", "h2", "h3"):
                block = block.parent
            if block.tag == "p":
                mark = LexborHTMLParser("<body><i id='here-we-are'></i></body>").css_first("i")
                block.insert_after(mark)
                return page.html.replace('<i id="here-we-are"></i>', markup)
            return ""
    return ""


def traps(pages: list[tuple[dict, bytes]]) -> None:
    arabic = [(row, body) for row, body in pages if row["group"] == "ar"]
    same = total = leaked = kept = inserted = inline_leaks = inline = lost = 0.0
    base = {row["id"]: warraq(body, row["url"]) for row, body in arabic}
    for row, body in arabic:
        text = body.decode("utf-8", "replace")
        plain = re.sub(r"(?i)<meta[^>]+charset[^>]*>", "", text)
        for meta, header in DECLARED:
            marked = plain.replace("<head>", f'<head><meta charset="{meta}">', 1) if meta else plain
            found = warraq(marked.encode("cp1256", "xmlcharrefreplace"), row["url"], f"text/html; charset={header}")
            total += 1
            same += found.title == base[row["id"]].title and found.body == base[row["id"]].body
    for n, (row, body) in enumerate(arabic):
        for k, (other, _) in enumerate(arabic):
            if other["site"] == row["site"]:
                continue
            shape, marker = SECOND[(n + k) % len(SECOND)], MARKERS[(n * 3 + k) % len(MARKERS)]
            more = "".join(f"<p>{html.escape(p)}</p>" for p in other["paragraphs"])
            markup = shape.format(m=marker, t=html.escape(other["title"]), p=more)
            changed = insert(body, row["paragraphs"][-1], markup)
            if changed:
                found = warraq(changed.encode(), row["url"])
                inserted += 1
                leaks = sum(p[:60] in found.body for p in other["paragraphs"])
                leaked += leaks
                kept += score.body(row["body"], found.body)[1]
                if leaks:
                    print(
                        f"  leak {row['id']} + {other['id']} shape {SECOND.index(shape)} {marker}: {leaks} paragraphs"
                    )
            for place in range(1, min(4, len(row["paragraphs"]) - 1)):
                shape = INLINE[(n + k + place) % len(INLINE)]
                line = shape.format(m=marker, t=html.escape(other["title"]))
                if changed := insert(body, row["paragraphs"][place], line):
                    found = warraq(changed.encode(), row["url"])
                    inline += 1
                    leak = other["title"][:40] in found.body
                    inline_leaks += leak
                    gone = score.body(base[row["id"]].body, found.body)[1] < 0.97
                    lost += gone
                    if leak or gone:
                        print(
                            f"  line {row['id']} after {place} {INLINE.index(shape)} {marker}: leak {leak}, lost {gone}"
                        )
    kept /= inserted or 1
    garbled(arabic, base)
    print(f"windows-1256 variants read the same: {same:.0f} of {total:.0f}")
    print(f"second articles: {inserted:.0f} made, {leaked:.0f} paragraphs leaked, recall of the first {kept:.3f}")
    print(f"read-also lines: {inline:.0f} made, {inline_leaks:.0f} leaked, {lost:.0f} cost text of the article")


def garbled(pages: list[tuple[dict, bytes]], base: dict[str, Found]) -> None:
    """Pages of which only the headline was misread, wherever it stands: three ways, once and twice upon another."""
    from repair import MISREADINGS

    ways = [(name, first) for name, first in MISREADINGS.items()]
    ways += [
        (f"{a}, {b}", lambda t, a=a, b=b: MISREADINGS[b](MISREADINGS[a](t))) for a in MISREADINGS for b in MISREADINGS
    ]
    made = titles = bodies = 0
    for row, body in pages:
        known = base[row["id"]]
        text = body.decode("utf-8", "replace")
        forms = [f for f in (known.title, html.escape(known.title or "")) if f and f in text]
        for name, misread in ways if forms else ():
            changed = text.replace(forms[-1], misread(forms[-1])).encode()
            found = warraq(changed, row["url"])
            made += 1
            titles += found.title == known.title
            bodies += found.body == known.body
            if found.title != known.title:
                print(f"  misread {row['id']} {name}: {found.title}")
    print(f"headlines misread alone: {made} made, {titles} come back exactly, {bodies} with the same text")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "pages")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--sites", action="store_true", help="a line for each site")
    parser.add_argument("--details", action="store_true", help="every wrong title, date and keyword list")
    parser.add_argument(
        "--traps", action="store_true", help="second articles, read-also lines, wrong charsets, misread headlines"
    )
    parser.add_argument("--only", default="", help="pages whose id starts so")
    parser.add_argument("--worst", type=int, default=0, help="show the N worst pages")
    args = parser.parse_args()
    rows = [json.loads(line) for line in (args.data / "gold.jsonl").read_text("utf-8").splitlines() if line.strip()]
    pages = [(r, gzip.decompress((args.data / r["file"]).read_bytes())) for r in rows if r["id"].startswith(args.only)]
    LANGUAGE.update({r["url"]: r["lang"] for r in rows if r["url"] and r["lang"]})
    summary = run("warraq", warraq, pages, args)
    if args.traps:
        traps(pages)
    if args.peers:
        for name, (module, extract) in PEERS.items():
            if find_spec(module) is None:
                print(f"\n## {name}: not installed (pip install {name})")
            else:
                run(name, extract, pages, args)
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
