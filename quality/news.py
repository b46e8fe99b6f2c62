"""What the measurements of relations share: reading the sets, making articles of their rows, a background."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
sys.path.insert(0, str(SHARED))

import score  # noqa: E402

from warraq.analyse.background import Background  # noqa: E402
from warraq.analyse.vectors import analyse, unpack  # noqa: E402
from warraq.types import Article, Paragraph  # noqa: E402

__all__ = ["CORPORA", "SHARED", "article", "background", "read", "score"]

CORPORA = sorted((SHARED / "corpora").glob("*.jsonl.gz"))


def article(title: str | None, text: str | None) -> Article:
    """An article of a title and a text whose lines are paragraphs."""
    body = tuple(Paragraph(line.strip()) for line in (text or "").splitlines() if line.strip())
    return Article("0" * 12, "", "", (title or "").strip(), body)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file, compressed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def background(paths: Sequence[Path], every: int) -> Background:
    """Document frequencies of every `every`-th article of these corpora; says what it counted."""
    made = Background()
    vectors = []
    for path in paths:
        for number, row in enumerate(read(path)):
            if number % every == 0 and row["text"]:
                vectors.append(unpack(analyse(article(row["title"], row["text"]))))
    made = made.merge(vectors)
    print(f"background: {made.articles} articles of {', '.join(path.name for path in paths) or 'nothing'}")
    return made
