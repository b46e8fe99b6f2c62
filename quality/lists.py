"""Lists of similar articles, to be read and judged: random articles of an archive, ten similar each.

    python quality/lists.py --archive DIR [--sample 100] [--seed 1] [--judged data/lists.tsv] [--words 40]

DIR as bench/corpora.py leaves it. Prints each article with its lead, its read-also and its close similar articles with
theirs and what ties them; nothing with --words 0. A judgement is a line ``article<tab>similar<tab>label`` of --judged:
``on`` (the subject or its direct context), ``off``, ``phrase`` (nothing in common but a phrase), ``copy`` (of another
in the list). Texts that say each other again are counted as well: eight of ten five-word runs of the shorter one stand
in the other (``copies``), or half of them (``halves``; templated news do that too). The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from itertools import combinations
from pathlib import Path

from judged import judgements, sampled
from news import score
from warraq import open_archive
from warraq.types import Article, Page

HERE = Path(__file__).resolve().parent


def runs(article: Article) -> set[tuple[str, ...]]:
    """All runs of five words."""
    words = score.tokens(article.text)
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def shared(one: Article, two: Article) -> float:
    """How much of the shorter text stands in the longer."""
    a, b = runs(one), runs(two)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def show(number: int, page: Page, articles: dict[str, Article], words: int) -> None:
    """Print one list in a form to read."""

    def lead(article: Article) -> str:
        return " ".join(article.text.split()[:words])

    print(f"\n=== {number:03} {page.article.id} {page.article.outlet} {page.revision.first_seen_at:%Y-%m-%d}")
    print(f"{page.article.title}\n  {lead(page.article)}")
    if page.read_also:
        print(f"  also: {page.read_also.article.title} ({page.read_also.article.outlet})")
    for place, item in enumerate(item for item in page.similar if item.close):
        when = item.brief.published.at if item.brief.published else item.brief.first_seen_at
        print(f"{number:03}.{place} {item.score:.2f} {item.brief.outlet} {when:%Y-%m-%d} | {item.brief.title}")
        print(f"      {lead(articles[item.brief.id])}\n      [{'، '.join(item.shared)}]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judged", type=Path, default=HERE / "data" / "lists.tsv")
    parser.add_argument("--words", type=int, default=40, help="words of a lead that are printed")
    options = parser.parse_args()
    known = judgements(options.judged)
    labels: Counter[str] = Counter()
    copies = halves = items = full = filled = 0
    with open_archive(options.archive) as archive:
        for number, page in enumerate(map(archive.page, sampled(archive, options.sample, options.seed))):
            found = [item.brief.id for item in page.similar if item.close]
            filled += len(page.similar) - len(found)
            articles = {id: archive.revision(id).article for id in found}
            if options.words:
                show(number, page, articles, options.words)
            shares = [shared(one, two) for one, two in combinations([page.article, *articles.values()], 2)]
            copies += sum(share >= 0.8 for share in shares)
            halves += sum(share >= 0.5 for share in shares)
            items += len(found)
            full += len(page.similar) == 10
            labels.update(known.get((page.article.id, id), "unread") for id in found)
    read = items - labels["unread"]
    result = {
        "articles": options.sample,
        "full_lists": full,
        "items": items,
        "further_afield": filled,
        "copies": copies,
        "halves": halves,
        "read": read,
        "on": round(labels["on"] / read, 4) if read else None,
        "off": labels["off"],
        "phrase": labels["phrase"],
        "copy": labels["copy"],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
