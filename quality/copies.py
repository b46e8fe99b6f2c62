"""Copies: is it one text in two outlets? Pairs of SaudiNewsNet labelled copy, partial, same_event, different.

Precision, recall and F1 of "copy" by ``score.binary``. The texts come from the corpus beside the data, and the
background from the same corpus. Pairs of headlines that disagree are put on bodies that say them again, and it is
counted how many of the articles are taken for copies: the headline alone as body, with one sentence that both have, and
with a longer common text. For comparison: the common text without the headline, which is the same text in both.
``--peers`` adds Jaccard's index of five-word runs from .25, and containment alone.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import news
from news import score
from warraq.analyse.background import Background
from warraq.analyse.contrary import Said, contrary
from warraq.analyse.copies import Likeness, are_copies, likeness, short
from warraq.analyse.vectors import analyse, unpack, unpack_sketch
from warraq.arabic import words
from warraq.types import Article


def runs(of: Article, size: int = 5) -> set[tuple[str, ...]]:
    """The runs of so many folded words of a body."""
    folded = [word.folded for word in words(of.text)]
    return {tuple(folded[i : i + size]) for i in range(len(folded) - size + 1)}


def jaccard(one: Article, two: Article) -> float:
    """Jaccard's index of the runs."""
    a, b = runs(one), runs(two)
    return len(a & b) / max(1, len(a | b))


def containment(one: Article, two: Article) -> float:
    """How much of the shorter one's runs the other has."""
    a, b = runs(one), runs(two)
    return len(a & b) / max(1, min(len(a), len(b)))


SENTENCE = "وأوضحت مصادر مطلعة أن التفاصيل الكاملة ستعلن في وقت لاحق من مساء اليوم عبر القنوات الرسمية المعتمدة"
COMMON = (
    f"{SENTENCE}\nوذكر شهود عيان أن الحركة عادت إلى طبيعتها بعد ساعات، فيما دعا ناشطون على مواقع التواصل الاجتماعي "
    "إلى انتظار البيانات الرسمية وعدم تداول الشائعات. وكانت وسائل إعلام محلية قد نقلت في وقت سابق عن مسؤول رفضت تسميته "
    "قوله إن الموضوع ما زال قيد المتابعة، وإن اجتماعا سيعقد خلال الأيام المقبلة لبحث الخطوات التالية واتخاذ القرار."
)
BODIES = {
    "alone": "{0}",
    "with_a_sentence": "{0}\n" + SENTENCE,
    "with_a_text": "{0}\n" + COMMON,
    "not_said_again": COMMON,
}
"""What stands below a headline."""


def copies(one: Article, two: Article, known: Background) -> bool:
    """Whether an archive takes two articles for one text."""
    first, second = ((unpack(a), unpack_sketch(a)) for a in map(analyse, (one, two)))
    same = are_copies(first, second, known)
    return same and not (short(first[1], second[1]) and contrary(Said(one), Said(two)))


def headlines(path: Path, known: Background, every: int) -> dict[str, dict[str, str]]:
    """Of pairs of headlines, how many make copies of their articles, by what stands below them."""
    rows = [row for row in news.read(path) if row["label"] in ("agree", "disagree")][::every]
    found: dict[str, dict[str, str]] = {}
    for name, body in BODIES.items():
        for label in ("disagree", "agree"):
            of = [row for row in rows if row["label"] == label]
            merged = 0
            for row in of:
                merged += copies(*(news.article(row[s], body.format(row[s])) for s in ("s1", "s2")), known)
            found.setdefault(name, {})[label] = f"{merged} of {len(of)}"
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=news.SHARED / "gold" / "copies.jsonl")
    parser.add_argument("--corpus", type=Path, default=news.SHARED / "corpora" / "saudinewsnet.jsonl.gz")
    parser.add_argument("--every", type=int, default=4, help="take every Nth article of the corpus as background")
    parser.add_argument("--headlines", type=Path, default=news.SHARED / "gold" / "headlines.jsonl")
    parser.add_argument("--headlines-every", type=int, default=1, help="take every Nth pair of headlines")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--show", action="store_true", help="print the pairs decided wrongly")
    options = parser.parse_args()
    known = news.background([options.corpus], options.every)
    rows = list(news.read(options.data))
    needed = {row[side] for row in rows for side in ("a", "b")}
    texts = {
        row["id"]: news.article(row["title"], row["text"]) for row in news.read(options.corpus) if row["id"] in needed
    }
    pairs = [(texts[row["a"]], texts[row["b"]]) for row in rows]
    gold = [row["label"] == "copy" for row in rows]

    def ours(one: Article, two: Article) -> Likeness:
        first, second = (analyse(one), analyse(two))
        return likeness((unpack(first), unpack_sketch(first)), (unpack(second), unpack_sketch(second)), known)

    found = [ours(one, two) for one, two in pairs]
    if options.show:
        for row, one in zip(rows, found, strict=True):
            if one.copy != (row["label"] == "copy"):
                print(row["label"], [round(value, 2) for value in one], row["title_a"], "|", row["title_b"])
    precision, recall, f1 = score.binary(gold, [copies(one, two, known) for one, two in pairs])
    result: dict[str, Any] = {
        "f1": round(f1, 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "pairs": len(rows),
    }
    if options.headlines.exists():
        result["headlines"] = headlines(options.headlines, known, options.headlines_every)
    if options.peers:
        result["jaccard5_25_f1"] = round(score.binary(gold, [jaccard(a, b) >= 0.25 for a, b in pairs])[2], 4)
        result["containment5_50_f1"] = round(score.binary(gold, [containment(a, b) >= 0.5 for a, b in pairs])[2], 4)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
