"""The tags that a page shows near its article: links that their element, their address or a label above calls such."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from warraq.extract.markup import clean
from warraq.extract.tree import Box, Tree

MOST_TAG, MOST_WORDS = 60, 6
"""Characters and words of a tag; a longer link is a headline."""
MOST_TAGS = 15
"""More are a cloud of the whole site's."""
APART = 6
"""Blocks below a row of tags after which no more are looked for."""
ABOVE, BELOW = 12, 24
"""Blocks before and after the text in which tags are looked for."""
CHIPS = 8
"""Blocks after the text in which a row of short links may be tags though nothing says so."""
MOST_NODES = 120
"""Nodes of one element that are looked at."""
LEVELS = 3
"""Elements around a link whose names are looked at."""
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PARTS = frozenset(("li", "a", "span", "td"))
"""What holds one tag of a row."""
_ELSEWHERE = frozenset(("comments", "menu", "ads", "footer", "aside", "share", "hidden"))
_NAMED = re.compile(
    r"(?<![a-z])(?:tags?|tag-?(?:list|cloud|links?|container|item)|tagcloud|keywords?|topics?|themen|hashtags?|stichw\w+"
    r"|schlagw\w+|etiquetas|mots-?cles)(?![a-z])",
)
_ADDRESS = re.compile(
    r"/(?:tags?|tagg|topics?|themen?|stichwort(?:e)?|schlagwort|keywords?|hashtags?|etiket(?:ler)?|etiquetas?|temas?|tema|sujets?"
    r"|labels?|hub|dossiers?|people|person(?:en)?|organi[sz]ations?|entity|وسم|الوسوم|وسوم|موضوع|مواضيع|كلمات?"
    r"|%D9%88%D8%B3%D9%85|%d9%88%d8%b3%d9%85)[/=?-]|[?&](?:tags?|keyword|topic)=",
    re.I,
)
_LABEL = re.compile(
    r"^\W*(?:tags?|topics?|keywords?|themen|schlagw\w+|stichw\w+|mehr zum thema|more (?:on|about)(?: this)?"
    r"|related topics?|in this article|(?:ال)?وسوم|(?:ال)?كلمات\s+(?:ال)?(?:دلالية|مفتاحية)|علامات|مواضيع|برچسب\w*"
    r"|کلیدواژه\w*|ٹیگز?|ٹیگ|etiketler|etiquetas|mots[- ]clés|sujets|キーワード|タグ|关键词|标签)\s*[:：]?\W*$",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Tags:
    """Texts of links near the article: those that are surely tags, and those that only look like it."""

    sure: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()


def tags_near(tree: Tree, zones: Sequence[str], title: int, kept: Sequence[int]) -> Tags:
    """The tags around a text that consists of the blocks `kept`; `zones` of the boxes, `title` the headline's block."""
    if not kept:
        return Tags()
    first, last = kept[0], kept[-1]
    start = max(0, (title if 0 <= title < first else first) - ABOVE)
    inside = set(kept)
    sure: dict[str, None] = {}
    perhaps: dict[str, None] = {}
    seen: set[int] = set()
    labelled = latest = -1
    for i in [*range(start, first), *range(first, min(last + 2 * BELOW, len(tree.blocks)))]:
        block = tree.blocks[i]
        if i > (latest + APART if sure else last + BELOW) and i >= last:
            break
        if i in inside and 2 * block.linked < len(block.text):
            continue
        if not block.linked:
            labelled = i if len(block.text) <= MOST_TAG and _LABEL.match(block.text) else labelled
            continue
        if (
            block.box in seen
            or (len(block.text) > MOST_TAG and block.tag in _PARTS)
            or block.tag in _HEADINGS
            or zones[block.box] in _ELSEWHERE
        ):
            continue
        seen.add(block.box)
        links = _links(tree.boxes[block.box])
        if not links or sum(len(text) for text, _ in links) < 0.6 * len(block.text):
            continue
        if any(len(text) > MOST_TAG or len(text.split()) > MOST_WORDS for text, _ in links):
            continue
        named = _is_named(tree.boxes, block.box)
        below = i >= first
        told = labelled >= 0 and i - labelled <= 2
        if told:
            labelled = i  # as long as the row goes on
        for text, link in links:
            attributes = link.attributes
            rel, href = attributes.get("rel") or "", attributes.get("href") or ""
            if named or "tag" in rel.split() or _ADDRESS.search(href) or told:
                sure.setdefault(text)
                latest = max(i, last)
            elif below and last < i <= last + CHIPS and "author" not in rel and not any(c.isdigit() for c in href):
                perhaps.setdefault(text)
    few = len(sure) <= MOST_TAGS
    return Tags(tuple(sure) if few else (), tuple(perhaps) if len(perhaps) <= MOST_TAGS else ())


def _links(box: Box) -> list[tuple[str, LexborNode]]:
    """The links in an element that have a text and lead somewhere; an element with more in it than a row has none."""
    if box.node is None:
        return []
    found = []
    stack: list[LexborNode | None] = [box.node] if box.tag == "a" else [box.node.first_child]
    for _ in range(MOST_NODES):
        if not stack:
            break
        node = stack.pop()
        if node is None:
            continue
        if box.tag != "a":
            stack.append(node.next)
        if node.tag == "a":
            text = clean(node.text(separator=" "))
            if text and not _LABEL.match(text) and text[-1] != ":":
                found.append((text, node))
        elif node.tag != "-text":
            stack.append(node.first_child)
    return found if not stack else []


def _is_named(boxes: Sequence[Box], box: int) -> bool:
    """Whether a box or one of its next ancestors is named for tags."""
    for _ in range(LEVELS):
        if box < 0 or boxes[box].named == 2 or boxes[box].tag in ("body", "main", "article"):
            return False
        if boxes[box].zone == "tags" or _NAMED.search(_CAMEL.sub("-", boxes[box].name).lower()):
            return True
        box = boxes[box].parent
    return False
