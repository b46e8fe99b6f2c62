"""Random articles of an archive to be read, and what readers said of what stands beside them."""

from __future__ import annotations

import random
from pathlib import Path

from warraq import Archive


def judgements(path: Path) -> dict[tuple[str, str], str]:
    """Labels by (article, what was judged), from lines of three fields with tabs between; ``#`` begins a comment."""
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return {(article, item): label for article, item, label in rows}


def sampled(archive: Archive, number: int, seed: int) -> list[str]:
    """Ids of random articles."""
    rng = random.Random(seed)
    total = archive.stats().articles
    return [archive.latest(limit=1, offset=rng.randrange(total))[0].id for _ in range(number)]
