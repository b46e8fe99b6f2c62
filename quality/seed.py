"""The page to reach and surpass: the seed's article and its read-also, among the corpora, as of the seed's moment.

    python quality/seed.py [--archive DIR] [--data SEED.txt]

DIR is a copy-able archive of the corpora (bench/corpora.py --archive DIR); without it the check runs on the seed alone.
The article comes in as an HTML page whose menu and <meta> hold the outlet's site-wide trending tags; the ten similar
titles of the seed come in as short articles, so that the phrase trap among them is there to be fallen into. Prints what
fails, the page, and one JSON object: checks, passed.
"""

from __future__ import annotations

import argparse
import html
import json
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from warraq import open_archive
from warraq.arabic import search_form
from warraq.render.text import page_text
from warraq.types import Page

SEED = Path(__file__).resolve().parents[2] / "shared" / "seed" / "page.txt"
MOMENT = datetime(2025, 2, 16, 15, 46, 39, tzinfo=UTC)
MENU = (
    "زلزال المغرب", "التغير المناخي", "محاكمة ترامب", "أحداث السودان", "سلطان النيادي", "مانشستر سيتي",
    "الحرب الأوكرانية", "عام الاستدامة", "الملف النووي الإيراني",
)  # fmt: skip
TRUE = ("أذربيجان", "ناغورنی قره باغ", "حفظ السلام")
ADDRESS = "https://24.ae/article/784512/azerbaijan"
OTHER = "https://www.omandaily.om/article/11223344/g7"
TRAP = "NextWave"


def page_of(title: str, published: str, paragraphs: list[str], menu: tuple[str, ...], tags: tuple[str, ...]) -> str:
    """An outlet's page: trending menu, headline, picture with the title as its caption, body, tags, share bar."""
    links = "".join(f'<li><a href="/tag/{i}">{html.escape(t)}</a></li>' for i, t in enumerate(menu))
    labels = "".join(f'<a rel="tag" href="/tag/{i}">{html.escape(t)}</a> ' for i, t in enumerate(tags))
    body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    return (
        f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="keywords" content="{html.escape(", ".join((*menu, *tags)))}">'
        f'<meta property="article:published_time" content="{published}"></head><body>'
        f"<header><nav><ul class='trending'>{links}</ul></nav></header><main><article><h1>{html.escape(title)}</h1>"
        f"<figure><img src='/1.jpg' alt=''><figcaption>{html.escape(title)}</figcaption></figure>"
        f"<div class='article-body'>{body}</div><div class='tags'>{labels}</div>"
        "<div class='share'>شارك على فيسبوك تويتر واتساب</div></article></main></body></html>"
    )


def parts(text: str) -> tuple[str, list[str], str, list[str], list[str]]:
    """Title and body of the article, title and body of its read-also, the ten similar titles."""
    head, _, rest = text.partition("المصدر:")
    also, _, similar = rest.partition("إقرأ أيضاً:")[2].partition("مقالات مشابهة")
    first = [line.strip() for line in head.splitlines() if line.strip()]
    second = [line.strip() for line in also.splitlines() if line.strip()]
    titles = [line.strip(" •\t") for line in similar.splitlines() if line.strip(" •\t")]
    return first[2], first[5:], second[0], second[1:], titles


def checks(page: Page, text: str) -> dict[str, bool]:
    """Every promise about this page, by name."""
    folded = {search_form(k.text) for k in page.keywords}
    titles = [s.brief.title for s in page.similar]
    body = [p.text for p in page.article.body]
    also = page.read_also
    return {
        "outlet line": text.splitlines()[0].startswith("موقع 24"),
        "page time": text.splitlines()[1] == "2025-02-16@15:46:39 GMT",
        "title": page.article.title in text.splitlines()[3],
        "published in Arabic": "تاريخ النشر:" in text and "سبتمبر" in text and "September" not in text,
        "body whole, title not repeated": len(body) >= 12 and page.article.title not in body,
        "credit": "المصدر:" in text,
        "keywords 5 to 12": 5 <= len(page.keywords) <= 12,
        "no polluted keyword": not folded & {search_form(k) for k in MENU},
        **{f"keyword {k}": search_form(k) in folded for k in TRUE},
        "read-also whole, from another outlet": bool(
            also and len(also.article.body) >= 2 and also.article.outlet != page.article.outlet
        ),
        "ten similar": len(titles) == 10 and "مقالات مشابهة" in text,
        "no phrase trap": not any(TRAP in t for t in titles),
        "read-also not among the similar": not also or all(s.brief.id != also.article.id for s in page.similar),
        "no title twice": len(set(titles)) == len(titles),
        "nothing after the moment": all(s.brief.first_seen_at <= MOMENT for s in page.similar),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--archive", type=Path)
    arguments.add_argument("--data", type=Path, default=SEED)
    options = arguments.parse_args()
    if not options.data.exists():
        sys.exit("quality/seed.py: needs the seed page of the measuring data beside the checkout, or --data")
    title, body, also_title, also_body, titles = parts(options.data.read_text(encoding="utf-8"))
    work = Path(tempfile.mkdtemp(prefix="warraq-seed-"))
    try:
        if options.archive:
            shutil.copytree(options.archive, work / "archive")
        (work / "seed.html").write_text(page_of(title, "2023-09-23T12:00:00Z", body, MENU, TRUE), encoding="utf-8")
        (work / "also.html").write_text(
            page_of(also_title, "2025-02-16T11:00:00Z", also_body, (), ()), encoding="utf-8"
        )
        rows = [
            {"url": f"https://example.org/{i}", "outlet": f"outlet-{i}", "title": t, "text": t,
             "published": f"2025-02-16T{i:02}:30:00Z"}
            for i, t in enumerate(titles) if t != also_title
        ]  # fmt: skip
        (work / "similar.jsonl").write_text(
            "\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8"
        )
        with open_archive(work / "archive", create=True) as archive:
            archive.import_paths([work / "seed.html"], seen="published", url=ADDRESS)
            archive.import_paths([work / "also.html"], seen="published", url=OTHER)
            archive.import_paths([work / "similar.jsonl"], seen="published")
            page = archive.page(ADDRESS, MOMENT)
            total = archive.stats(MOMENT).articles
    finally:
        shutil.rmtree(work)
    text = page_text(page)
    print(text)
    results = checks(page, text)
    for name, passed in results.items():
        print(f"{'ok  ' if passed else 'FAIL'} {name}")
    print(json.dumps({"articles": total, "checks": len(results), "passed": sum(results.values())}))
    sys.exit(not all(results.values()))


if __name__ == "__main__":
    main()
