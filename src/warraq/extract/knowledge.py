"""What is known of an outlet from its pages: titles, keywords and blocks that many of them share are furniture.

`observe` (in `article`) makes one small `Observation` of a page; `learn` turns those of several pages into the
`OutletKnowledge` that the extractor takes. Both are values; keeping them is the store's business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

LEAST_PAGES = 3
"""Fewer pages than this that share something prove nothing."""
SHARE = 0.3
"""What this share of the pages has in common is furniture."""


@dataclass(frozen=True, slots=True)
class OutletKnowledge:
    """Furniture of one outlet. All are keys as `title.key` makes them (letters and digits, lower case)."""

    titles: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Observation:
    """One page as `learn` sees it. ``keywords`` are those that the page's own text does not bear out."""

    url: str
    title: str = ""
    keywords: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()


NOTHING = OutletKnowledge()


def learn(pages: Iterable[Observation]) -> OutletKnowledge:
    """What repeats over pages of one outlet; one page counts once however often it was seen."""
    unique = {p.url: p for p in pages}.values()
    least = max(LEAST_PAGES, SHARE * len(unique))

    def shared(sets: Iterable[Iterable[str]]) -> frozenset[str]:
        counts = Counter(item for items in sets for item in items if item)
        return frozenset(item for item, count in counts.items() if count >= least)

    return OutletKnowledge(
        titles=shared([p.title] for p in unique),
        keywords=shared(p.keywords for p in unique),
        blocks=shared(p.blocks for p in unique),
    )
