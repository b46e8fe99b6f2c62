"""Which blocks of a page are the article's body.

Every block is worth something: prose speaks for an article, link lists and labels against it. The body's box is the
one whose blocks sum to most (the maximum-sum segment of Pasternack and Roth, WWW 2009, on the tree instead of on the
sequence of tokens), with a preference for boxes that the page itself calls the body. Then what is furniture inside
that box is left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from warraq.extract import clean, furniture
from warraq.extract.credits import credits_of
from warraq.extract.knowledge import NOTHING, OutletKnowledge
from warraq.extract.markup import Markup, texts
from warraq.extract.title import key
from warraq.extract.tree import TOLD, Block, Box, Tree
from warraq.types import Origin, Paragraph

_END = frozenset(".!?…。！？؟۔।:;؛»”\"')）」』")
_SENTENCE = frozenset(".!?…。！？؟۔।")
_NO_ITEMS = frozenset(("p", "tr", "td"))
_INNER = frozenset(("p", "li"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WHOLE = 0.5
"""A zone that holds more than this share of a page's prose cannot be what its name says."""
SHORT = 0.3
ONLY_BODY = 5.0
PART_OF_BODY = 1.5
LEAST_ITEMS = 3
MOST_OF_ITEM = 8
"""Blocks of an item of a list of articles."""
LEAD_WITHIN = 25
MOSTLY = 0.5
PART_OF_HEADING = 0.4
NEAR = 25
"""Blocks; dates and bylines are not looked for farther from the headline."""
CLOSE = 4
"""Blocks before the text that are near where the headline is not printed."""
LEAST_LINES = 4
"""Lines of one run in a named body that are a poem, however short they are."""
MOST_CANDIDATES = 4
MOST_CREDIT = 80
LEAST_TEASER = 40
"""Characters; a shorter line is no summary of an article, and half of it no headline."""
SHORT_TEXT = 600
"""Characters of a text that may be no article's."""
MOST_DATE = 120
MOST_NAME = 60
_ELSEWHERE = frozenset(("related", "comments", "menu", "aside", "promo", "ads"))
_AUTHOR = re.compile(r"author|writer|byline|كاتب", re.I)
LEAST_LEAD, MOST_LEAD = 60, 1500
_PROSE = 20.0
"""A block worth more than this is prose."""


NOT_SAID = Markup()


@dataclass(frozen=True, slots=True)
class Body:
    """The body's paragraphs, the rule that found them, and what stood in the page's other zones."""

    paragraphs: tuple[Paragraph, ...]
    rule: str
    bylines: tuple[str, ...] = ()
    """Short texts near the headline and at the text's ends: who wrote, where, for whom."""
    authors: tuple[str, ...] = ()
    """Those of them whose box is named for an author."""
    dates: tuple[tuple[str, Origin, str], ...] = ()
    """What near the headline may be a date, in order: text, origin, rule."""
    zones: tuple[str, ...] = ()
    """Of the page's boxes."""
    title: int = -1
    """The headline's block."""
    kept: tuple[int, ...] = ()
    """The blocks that the paragraphs were made of."""
    teasers: float = 0.0
    """The share of the paragraphs that stand under a linked headline or begin with one; 0 for fewer than three."""
    listed: int = 0
    """Letters in lists of articles beside the text."""
    policy: int = 0
    """Letters about cookies and privacy among the text's paragraphs."""
    pitched: bool = False
    """Whether the page says, near a short text, that the rest is for subscribers."""
    weighed: tuple[tuple[float, int, str], ...] = ()
    """The boxes that could have been the body's: weight, index, rule."""
    shared: int = 0
    """Blocks left out because many of the outlet's pages have them."""


@dataclass(slots=True)
class _Page:
    """A tree with what was computed of it; all lists are parallel to its blocks or boxes."""

    tree: Tree
    values: list[float]
    zones: list[str]
    title: int
    """The block of the headline, or -1."""
    description: str = ""
    """The key of the page's description of itself."""
    listed: int = 0
    """Letters in items of lists of articles."""


def choose(tree: Tree, title: str, known: OutletKnowledge = NOTHING, said: Markup = NOT_SAID) -> Body:
    """The body of a page whose headline is `title`, with what the page says of itself."""
    title_key = key(title)
    values = [value(b) for b in tree.blocks]
    policy = furniture.is_policy(title)
    shared = _shared(tree, known) if known else frozenset()
    prose = [(i, b.text) for i, b in enumerate(tree.blocks) if values[i] > 0]
    may = furniture.may_be("\n".join(text for _, text in prose))
    for i, text in prose:
        if i in shared or furniture.is_notice(text, may) or (may.policy and not policy and furniture.is_policy(text)):
            values[i] = -10.0
    place = _place(tree, title_key)
    described = [*texts(said.article.get("description")), said.first("og:description"), said.first("description")]
    zones, listed = _zones(tree, values, place)
    page = _Page(tree, values, zones, place, key(" ".join(described)), listed)
    told = next((i for i, box in enumerate(tree.boxes) if box.prop == TOLD), -1)
    weighed = _box(page) if told < 0 else [(0.0, told, "the outlet's rule")]
    _, best, why = max(weighed, default=(0.0, -1, ""))  # of equals the innermost
    if best < 0:
        return Body((), "no prose")
    rule = why if told >= 0 else f"{why}: {_described(tree.boxes[best])}"
    kept = _blocks(page, best)
    kept = [i for i in kept if i not in shared]
    paragraphs = clean.paragraphs([tree.blocks[i] for i in kept], title)
    near = [tree.blocks[i] for i in _near(page, kept)] + [tree.blocks[i] for i in kept[:2] + kept[-3:]]
    bylines = [b.text for b in near if len(b.text) <= MOST_DATE]
    authors = [b.text for b in near if len(b.text) <= MOST_NAME and _AUTHOR.search(tree.boxes[b.box].name)]
    short = sum(len(p.text) for p in paragraphs) < SHORT_TEXT
    return Body(
        paragraphs,
        rule,
        tuple(bylines),
        tuple(authors),
        tuple(_dates(page, kept)),
        tuple(zones),
        place,
        tuple(kept),
        _teasers(tree, kept, place),
        page.listed,
        _policy(tree, kept) if short and not policy else 0,
        short and any(furniture.is_pitch(b.text) for b in tree.blocks[tree.boxes[best].first :]),
        tuple(weighed),
        len(shared),
    )


def _described(box: Box) -> str:
    """An element as an operator knows it: its tag, classes and id."""
    return f"{box.tag} {box.name}"[:60]


def candidates(tree: Tree, found: Body) -> Iterator[tuple[str, str]]:
    """The boxes that weighed most, each with the rule that spoke for it and the words it begins with."""
    for weight, i, why in sorted(found.weighed, key=lambda one: -one[0])[:MOST_CANDIDATES]:
        box = tree.boxes[i]
        text = next((b.text for b in tree.blocks[box.first : box.last]), "")
        yield f"{why}: {_described(box)} ({weight:.0f})", text[:MOST_NAME]


def _teasers(tree: Tree, kept: list[int], title: int) -> float:
    """The share of paragraphs that are teasers: under a linked headline, or beginning with one."""
    paragraphs = teasers = 0
    blocks = tree.blocks
    for i in kept:
        b = blocks[i]
        if len(b.text) < LEAST_TEASER or 2 * b.linked > len(b.text):
            teasers += LEAST_TEASER // 2 <= b.linked < 0.8 * len(b.text)
            paragraphs += LEAST_TEASER // 2 <= b.linked < 0.8 * len(b.text)
            continue
        paragraphs += 1
        if b.linked >= max(LEAST_TEASER // 2, 0.15 * len(b.text)):
            teasers += 1
            continue
        before = i - 1
        while before > max(0, i - 4) and len(blocks[before].text) < LEAST_TEASER // 2:  # a date, a section's name
            before -= 1
        above = blocks[before] if before >= 0 else b
        if above.linked > 0.8 * len(above.text) and len(above.text) >= LEAST_TEASER // 2 and before != title:
            teasers += not (before and furniture.is_marker(blocks[before - 1].text)) and not furniture.is_also(
                above.text
            )
    return teasers / paragraphs if teasers >= LEAST_ITEMS else 0.0


def _policy(tree: Tree, kept: list[int]) -> int:
    """Letters about cookies and privacy in paragraphs beside those of a text."""
    beside = {_parent(tree, tree.blocks[i]) for i in kept}
    return sum(len(b.text) for b in tree.blocks if furniture.is_policy(b.text) and _parent(tree, b) in beside)


def _shared(tree: Tree, known: OutletKnowledge) -> frozenset[int]:
    """The blocks that the outlet's pages share.

    Not an agency that many articles name in a line of its own, nor what announces another article (``إقرأ أيضاً:``):
    `clean` has to see where that begins.
    """
    return frozenset(
        i
        for i, b in enumerate(tree.blocks)
        if known.has_block(b.text) and not _is_credit(b) and not furniture.is_marker(b.text)
    )


def _place(tree: Tree, title: str) -> int:
    """The block of the headline: a heading that is it or most of it, else any block that prints it; -1 if none."""
    blocks = tree.blocks
    for i, b in enumerate(blocks):
        if b.tag in ("h1", "h2") and _is_title(b.text, title):
            return i
    size = len(title)
    plain = (i for i, b in enumerate(blocks) if size and size <= len(b.text) <= 2 * size and not b.linked)
    return next((i for i in plain if key(blocks[i].text) == title), -1)


def _is_title(text: str, title: str) -> bool:
    """Whether a heading is the headline, the part of it that is not a kicker, or it and a kicker. `title` is a key."""
    k = key(text)
    if len(k) > len(title) > 0:
        return len(title) >= PART_OF_HEADING * len(k) and k.endswith(title)
    return bool(k) and (
        k == title or (len(k) >= PART_OF_HEADING * len(title) and (title.endswith(k) or title.startswith(k)))
    )


def value(block: Block) -> float:
    """How much a block speaks for an article (positive) or for furniture (negative), about in Latin letters."""
    text = block.text
    n = len(text)
    share = block.linked / n if block.linked else 0.0
    if share > 0.5:
        return -min(n, 60) * 0.5 - 5
    if not text.isascii() and "\u3000" <= max(text[:20]) < "\ufb00":
        n *= 2  # Chinese, Japanese, Korean: a character says more
    end = text[-1] in _END
    if n >= 80 or (n >= 40 and end):
        return min(n, 400) * (1 - share * 1.2)
    if end and n >= 15:
        return n * 0.5
    return -12.0


def _zones(tree: Tree, values: list[float], title: int) -> tuple[list[str], int]:
    """The zone of every box: its own or an ancestor's, unless that would take most of the page's prose.

    Also how much prose, in letters, stands in lists of articles.
    """
    boxes = tree.boxes
    mass = [0.0] * len(boxes)
    for b, v in zip(tree.blocks, values, strict=True):
        if v > _PROSE:
            mass[b.box] += v
    for i in range(len(boxes) - 1, 0, -1):
        mass[boxes[i].parent] += mass[i]
    listed = _lists(tree)
    zones: list[str] = []
    for i, box in enumerate(boxes):
        inherited = zones[box.parent] if box.parent >= 0 else ""
        own = box.zone or ("related" if i in listed else "")
        if own and ((mass[i] >= _WHOLE * mass[0] and own != "footer") or box.first <= title < box.last):
            own = ""
        zones.append("" if box.prop == TOLD else inherited or own)
    return zones, round(sum(mass[i] for i in listed if boxes[i].parent not in listed))


def _lists(tree: Tree) -> set[int]:
    """Items of lists of articles: three or more like-named siblings, most with a linked headline."""
    heads = [b.linked >= 10 and b.linked > 0.8 * len(b.text) and len(b.text) >= 12 for b in tree.blocks]
    groups: defaultdict[tuple[int, str, str], list[int]] = defaultdict(list)
    for i, box in enumerate(tree.boxes):
        if box.last > box.first and box.tag not in _NO_ITEMS and box.parent >= 0:
            groups[box.parent, box.tag, box.name].append(i)
    found: set[int] = set()
    for members in groups.values():
        if len(members) < LEAST_ITEMS:
            continue
        linked = 0
        for i in members:
            box = tree.boxes[i]
            linked += box.last - box.first <= MOST_OF_ITEM and True in heads[box.first : box.last]
        if linked >= 0.7 * len(members):
            found.update(members)
    return found


def _box(page: _Page) -> list[tuple[float, int, str]]:
    """The boxes whose blocks sum to more than nothing, by document order: weighed sum, index, what was weighed in."""
    boxes, blocks, zones = page.tree.boxes, page.tree.blocks, page.zones
    inside = [False] * len(boxes)
    for i, box in enumerate(boxes):
        inside[i] = box.named == 2 or "articlebody" in box.prop or (box.parent >= 0 and inside[box.parent])
    kin = [0.0] * len(boxes)
    above = [box.parent if box.tag in _INNER and box.parent >= 0 else i for i, box in enumerate(boxes)]
    parents = [above[b.box] for b in blocks]
    for v, p in zip(page.values, parents, strict=True):
        if v > _PROSE:
            kin[p] += v
    sums = [0.0] * len(boxes)
    for i, b in enumerate(blocks):
        v = page.values[i]
        if zones[b.box]:
            v = -abs(v) * 0.1
        elif inside[b.box]:
            if v < 0 and not b.linked:
                v = min(len(b.text), 40) * SHORT
        elif v > 0:
            if kin[parents[i]] - v < 40 and v < 400:
                v *= 0.3  # a lone teaser text, not a paragraph among paragraphs
            if i < page.title:
                v *= 0.3
        sums[b.box] += v
    for i in range(len(boxes) - 1, 0, -1):
        sums[boxes[i].parent] += sums[i]
    sure = _surely_named(page.tree, sums)
    weighed: list[tuple[float, int, str]] = []
    for i, box in enumerate(boxes):
        s = sums[i]
        if s <= 0:
            continue
        why = "densest box"
        if "articlebody" in box.prop:
            s, why = s * 4, "itemprop articleBody"
        elif i in sure:
            s, why = s * sure[i], "box named as body"
        elif box.named:
            s, why = s * 1.15, "box perhaps named as body"
        elif box.tag == "article":
            s *= 1.1
        weighed.append((s, i, why))
    return weighed


def _surely_named(tree: Tree, sums: list[float]) -> dict[int, float]:
    """Boxes surely named as bodies, outermost, with their weight: much if there is one, less if the body has parts."""
    boxes = tree.boxes
    outer: list[int] = []
    end = -1
    for i, box in enumerate(boxes):
        if box.named == 2 and sums[i] > 0 and box.first >= end:
            outer.append(i)
            end = box.last
    if not outer:
        return {}
    most = max(outer, key=lambda i: sums[i])
    if sums[most] >= 0.8 * sum(sums[i] for i in outer):
        return {most: ONLY_BODY}
    weights = dict.fromkeys(outer, PART_OF_BODY)
    counts = Counter(boxes[i].parent for i in outer)
    weights.update({parent: PART_OF_BODY for parent, count in counts.items() if count > 1})
    return weights


def _blocks(page: _Page, best: int) -> list[int]:
    """The blocks of the box without zones, from its first prose to its last, link lists left out."""
    tree, zones, values = page.tree, page.zones, page.values
    box = tree.boxes[best]
    kept = [i for i in range(box.first, box.last) if not zones[tree.blocks[i].box] or _lone_marker(tree, i)]
    if box.prop == TOLD:
        return kept
    good = [i for i in kept if values[i] > 0]
    if not good:
        lines = [i for i in kept if not tree.blocks[i].linked]
        sure = box.named == 2 or "articlebody" in box.prop
        return (
            lines
            if sure and len(lines) >= LEAST_LINES and tree.blocks[lines[0]].box == tree.blocks[lines[-1]].box
            else []
        )
    start, stop = kept.index(good[0]), kept.index(good[-1]) + 1
    # Lines of one run (``<br>``) belong together, however short the first and the last are.
    while start and tree.blocks[kept[start - 1]].box == tree.blocks[kept[start]].box:
        start -= 1
    while stop < len(kept) and tree.blocks[kept[stop]].box == tree.blocks[kept[stop - 1]].box:
        stop += 1
    if box.named == 2 or "articlebody" in box.prop:
        # A body that is surely one may be a table of results, a programme, a poem: short lines throughout.
        lines = [i for i in kept if not tree.blocks[i].linked]
        if sum(len(tree.blocks[i].text) for i in kept[start:stop]) < MOSTLY * sum(
            len(tree.blocks[i].text) for i in lines
        ):
            start, stop = 0, len(kept)
    return (
        _lead(page, kept[start]) + kept[start:stop] + [i for i in kept[stop : stop + 2] if _is_credit(tree.blocks[i])]
    )


def _is_credit(block: Block) -> bool:
    """Whether a block only names who reported: an agency, in a line of its own."""
    return len(block.text) <= MOST_CREDIT and bool(credits_of([block.text]))


def _lone_marker(tree: Tree, i: int) -> bool:
    """Whether a block is a read-also marker alone in its box, and what it announces a headline outside of it."""
    box = tree.boxes[tree.blocks[i].box]
    following = tree.blocks[i + 1] if i + 1 < len(tree.blocks) else None
    headline = following is not None and following.tag in _HEADINGS and not following.linked
    return headline and box.last - box.first == 1 and furniture.is_marker(tree.blocks[i].text)


def _lead(page: _Page, first: int) -> list[int]:
    """Prose between the headline and the body's box: the lead that many outlets print outside of it.

    Told from captions and labels by being what the page describes itself with, or a plain paragraph.
    """
    blocks, boxes = page.tree.blocks, page.tree.boxes
    if page.title < 0 or not page.title < first <= page.title + LEAD_WITHIN:
        return []
    found = []
    for i in range(page.title + 1, first):
        b = blocks[i]
        if page.zones[b.box] or b.linked or not LEAST_LEAD <= len(b.text) <= MOST_LEAD:
            continue
        if key(b.text)[:60] in page.description:
            found.append(i)
        elif b.tag not in _HEADINGS and b.tag != "li" and (b.text[-1] in _SENTENCE or len(b.text) > 250):
            parent = boxes[boxes[b.box].parent].name.lower() + boxes[b.box].name.lower()
            if not any(word in parent for word in ("image", "img", "photo", "autor")):
                found.append(i)
    return found[:3]


def _near(page: _Page, kept: list[int]) -> Iterator[int]:
    """Blocks between the headline and the text, and those just before the headline in the same box."""
    tree, title = page.tree, page.title
    first = kept[0] if kept else 0
    if title < 0:
        start, stop = max(0, first - CLOSE), first + 1
    else:
        start, stop = title + 1, max(title + 2, min(first + 1, title + NEAR))
        around = tree.boxes[tree.boxes[tree.blocks[title].box].parent]
        start = max(around.first, title - CLOSE) if title - around.first <= NEAR else start
    places = [*range(start, min(stop, len(tree.blocks)))]
    if first >= stop:  # the headline is far above: in a banner, before a second menu
        places += range(max(stop, first - CLOSE), first)
    for i in places:
        zone = page.zones[tree.blocks[i].box]
        if i != title and zone not in _ELSEWHERE and (zone != "footer" or i > title):
            yield i


def _dates(page: _Page, kept: list[int]) -> Iterator[tuple[str, Origin, str]]:
    """What near the headline may be a date: text, origin, rule."""
    for i in _near(page, kept):
        block = page.tree.blocks[i]
        when = page.tree.boxes[block.box].when
        if when:
            yield when, Origin.TIME, "time near the headline"
        if len(block.text) <= MOST_DATE and any(c.isdigit() for c in block.text):
            yield block.text, Origin.TEXT, "text near the headline"


def _parent(tree: Tree, block: Block) -> int:
    """The box whose direct paragraph this is: above a ``<p>``, else the box itself."""
    box = tree.boxes[block.box]
    return box.parent if box.tag in _INNER and box.parent >= 0 else block.box
