"""Which blocks of a page are the article's body."""

from __future__ import annotations

from dataclasses import dataclass

from warraq.extract.knowledge import OutletKnowledge
from warraq.extract.title import key
from warraq.extract.tree import Block, Tree
from warraq.extract.zones import names_body
from warraq.types import Kind, Paragraph

_END = frozenset(".!?…。！？؟۔।:;؛»”\"')）」』")
_SENTENCE = frozenset(".!?…。！？؟۔।")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(frozen=True, slots=True)
class Body:
    """The chosen blocks, by index, the box they were found in, and why."""

    paragraphs: tuple[Paragraph, ...]
    rule: str
    bylines: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def value(block: Block) -> float:
    """How much a block speaks for an article (positive) or for furniture (negative), about in characters."""
    n = len(block.text)
    share = block.linked / n if n else 0.0
    if share > 0.5:
        return -min(n, 60) * 0.5 - 5
    end = block.text[-1] in _END
    if n >= 80 or (n >= 40 and end):
        return min(n, 1000) * (1 - share * 1.2)
    if end and n >= 15:
        return n * 0.5
    return -4.0


def choose(tree: Tree, title: str, known: OutletKnowledge) -> Body:
    """The box with the greatest sum of values, and its blocks that are not furniture."""
    boxes, blocks = tree.boxes, tree.blocks
    count = len(boxes)
    values = [value(b) for b in blocks]
    # Prose by parent: a paragraph among paragraphs is worth more than a lone teaser text.
    parents = [_parent(tree, b) for b in blocks]
    kin = [0.0] * count
    total = 0.0
    for v, p in zip(values, parents, strict=True):
        if v > 20:
            kin[p] += v
            total += v
    if not total:
        return Body((), "no prose")
    # Prose by box, to see which zones cannot be meant.
    mass = [0.0] * count
    for b, v in zip(blocks, values, strict=True):
        if v > 20:
            mass[b.box] += v
    for i in range(count - 1, 0, -1):
        mass[boxes[i].parent] += mass[i]
    zones = [""] * count
    for i, box in enumerate(boxes):
        inherited = zones[box.parent] if box.parent >= 0 else ""
        own = box.zone if box.zone and mass[i] < 0.4 * total else ""
        zones[i] = inherited or own
    sums = [0.0] * count
    for i, b in enumerate(blocks):
        v = values[i]
        if zones[b.box]:
            v = -abs(v) * 0.1
        elif v > 0:
            alone = kin[parents[i]] - v < 40
            if alone and v < 400:
                v *= 0.3
        sums[b.box] += v
    for i in range(count - 1, 0, -1):
        sums[boxes[i].parent] += sums[i]
    best, best_sum = 0, float("-inf")
    for i, box in enumerate(boxes):
        s = sums[i]
        if s > 0 and ("articlebody" in box.prop or names_body(box.name) or box.tag == "article"):
            s *= 1.1
        if s >= best_sum:
            best, best_sum = i, s
    first, last = boxes[best].first, boxes[best].last
    kept = [i for i in range(first, last) if not zones[blocks[i].box]]
    good = [i for i in kept if values[i] > 0]
    if not good:
        return Body((), "no prose")
    chosen = [i for i in kept if good[0] <= i <= good[-1] and blocks[i].linked <= 0.5 * len(blocks[i].text)]
    title_key = key(title)
    paragraphs = []
    for i in chosen:
        b = blocks[i]
        k = key(b.text)
        if k == title_key or k in known.blocks:
            continue
        kind = Kind.HEADING if b.tag in _HEADINGS else Kind.ITEM if b.tag == "li" else Kind.TEXT
        paragraphs.append(Paragraph(b.text, kind))
    bylines = [b.text for b in blocks if zones[b.box] == "byline" and len(b.text) <= 120]
    return Body(
        tuple(paragraphs),
        f"densest box: {boxes[best].tag} {boxes[best].name}"[:80],
        tuple(bylines[:20]),
        (),
        tags(tree),
    )


def tags(tree: Tree) -> tuple[str, ...]:
    """The visible tags: link texts in boxes that are named so."""
    return tuple(b.text for b in tree.blocks if b.linked and tree.boxes[b.box].zone == "tags" and len(b.text) <= 60)[
        :40
    ]


def _parent(tree: Tree, block: Block) -> int:
    """The box whose direct paragraph this is: above a ``<p>``, else the box itself."""
    box = tree.boxes[block.box]
    return box.parent if box.tag in ("p", "li") and box.parent >= 0 else block.box
