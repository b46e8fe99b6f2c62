"""A parsed page as two flat lists: boxes (block-level elements) and blocks (runs of text between block boundaries).

One walk, in document order, bounded in nodes and depth-safe (no recursion). Inline tags add nothing, so words are
neither fused nor torn; ``<br>`` ends a line, two end a paragraph. What a box's name says it is (share bar, caption,
comments ...) is noted as its *zone*; the text is kept, because dates, bylines and tags are read from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from warraq.extract.zones import zone_of

MAX_NODES = 400_000
"""Nodes looked at; a page with more is cut there."""

_SKIP_NAMES = """
script style noscript template svg iframe object embed canvas button select option datalist textarea input audio
video map math head title meta link base param source track progress meter frameset frame applet
"""
_SKIP = frozenset(_SKIP_NAMES.split())
_INLINE_NAMES = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span
strike strong sub sup time tt u var wbr img picture
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_TAG_ZONE = {
    "nav": "menu",
    "footer": "footer",
    "aside": "aside",
    "figcaption": "caption",
    "caption": "caption",
    "dialog": "promo",
    "menu": "menu",
    "address": "byline",
    "figure": "caption",
}
_WHOLE = frozenset(("html", "body", "main", "article"))
"""What these are called says nothing of their text."""


@dataclass(slots=True)
class Box:
    """A block-level element. ``first`` and ``last`` bound its blocks (half open); ``parent`` is an index or -1."""

    tag: str
    parent: int
    name: str = ""
    """Its classes and id."""
    zone: str = ""
    prop: str = ""
    """``itemprop``, and ``role`` after a space."""
    first: int = 0
    last: int = 0
    when: str = ""
    """The ``datetime`` of a ``<time>``."""


@dataclass(slots=True)
class Block:
    """A run of text. ``box`` is the index of the innermost block-level element around it."""

    text: str
    box: int
    tag: str
    linked: int = 0
    """Characters inside ``<a>``."""
    bold: int = 0
    """Characters inside ``<b>`` or ``<strong>``."""
    hrefs: tuple[str, ...] = ()


@dataclass(slots=True)
class Tree:
    """The page, flat. ``cut`` tells that it was too large to be read to its end."""

    boxes: list[Box] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    cut: bool = False


def read(page: LexborHTMLParser) -> Tree:
    """Flatten a parsed page."""
    tree = Tree()
    root = page.body or page.root
    if root is not None:
        _Walk(tree).walk(root)
    return tree


class _Walk:
    """The state of one walk."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.boxes = tree.boxes
        self.blocks = tree.blocks
        self.box = -1
        self.links = 0
        self.bolds = 0
        # Lines of the run being read: parts of text, characters in links, characters in bold, addresses.
        self.line: list[str] = []
        self.linked = 0
        self.bold = 0
        self.hrefs: list[str] = []
        self.lines: list[tuple[str, int, int, tuple[str, ...]]] = []

    def walk(self, root: LexborNode) -> None:
        self.open(root, root.tag or "body")
        path: list[tuple[LexborNode, str]] = []  # open elements with what closes them
        node = root.first_child
        budget = MAX_NODES
        while True:
            if node is None:
                if not path:
                    break
                node, kind = path.pop()
                self.leave(kind)
                node = node.next
                continue
            budget -= 1
            if budget < 0:
                self.tree.cut = True
                break
            kind = self.enter(node)
            if kind:
                child = node.first_child
                if child is not None:
                    path.append((node, kind))
                    node = child
                    continue
                self.leave(kind)
            node = node.next
        while path:
            self.leave(path.pop()[1])
        self.close()

    def enter(self, node: LexborNode) -> str:
        """Take one node; returns what `leave` must undo, or "" to pass over its children."""
        tag = node.tag
        if tag == "-text":
            text = node.text_content
            if text:
                self.line.append(text)
                if self.links or self.bolds:
                    length = len(text.strip())
                    if self.links:
                        self.linked += length
                    if self.bolds:
                        self.bold += length
            return ""
        if tag == "br":
            self.end_line()
            return ""
        if tag is None or tag in _SKIP or tag[0] in "-!_":
            return ""
        if tag in _INLINE:
            if tag == "a":
                self.links += 1
                href = node.attributes.get("href")
                if href:
                    self.hrefs.append(href)
                return "a"
            if tag in ("b", "strong"):
                self.bolds += 1
                return "b"
            return self.inline(node, tag)
        if tag == "hr":
            self.flush()
            return ""
        return self.open(node, tag)

    def inline(self, node: LexborNode, tag: str) -> str:
        """Inline elements matter only when their name says that they are no text of the article."""
        if tag in ("span", "time", "cite", "small", "em", "i", "label"):
            attributes = node.attributes
            name = attributes.get("class") or attributes.get("id") or attributes.get("itemprop")
            if (name and zone_of(name)) or tag == "time":
                return self.open(node, tag)
        return "i"

    def open(self, node: LexborNode, tag: str) -> str:
        self.flush()
        attributes = node.attributes
        name = " ".join(filter(None, (attributes.get("class"), attributes.get("id"))))[:300]
        zone = _TAG_ZONE.get(tag, "")
        if name and not zone and tag not in _WHOLE:
            zone = zone_of(name)
        style = attributes.get("style")
        if "hidden" in attributes or (style and "none" in style and "display:none" in style.replace(" ", "")):
            zone = "hidden"
        prop = " ".join(filter(None, (attributes.get("itemprop"), attributes.get("role")))).lower()
        when = (attributes.get("datetime") or "")[:80] if tag == "time" else ""
        self.boxes.append(Box(tag, self.box, name, zone, prop, len(self.blocks), 0, when))
        self.box = len(self.boxes) - 1
        return "box"

    def leave(self, kind: str) -> None:
        if kind == "a":
            self.links -= 1
        elif kind == "b":
            self.bolds -= 1
        elif kind == "box":
            self.close()

    def close(self) -> None:
        self.flush()
        box = self.boxes[self.box]
        box.last = len(self.blocks)
        self.box = box.parent

    def end_line(self) -> None:
        text = " ".join("".join(self.line).split())
        self.lines.append((text, min(self.linked, len(text)), min(self.bold, len(text)), tuple(self.hrefs)))
        self.line.clear()
        self.hrefs.clear()
        self.linked = self.bold = 0

    def flush(self) -> None:
        """End the run: its lines become one block each, or one each between empty lines where there are such."""
        if not self.lines and not self.line:
            return
        self.end_line()
        lines, self.lines = self.lines, []
        if len(lines) > 1:
            lines = _paragraphs(lines)
        box = self.box
        tag = self.boxes[box].tag
        for text, linked, bold, hrefs in lines:
            if text:
                self.blocks.append(Block(text, box, tag, linked, bold, hrefs))


def _paragraphs(lines: list[tuple[str, int, int, tuple[str, ...]]]) -> list[tuple[str, int, int, tuple[str, ...]]]:
    """Where a run uses ``<br><br>`` between paragraphs, its single ``<br>`` only wrap lines."""
    while lines and not lines[0][0]:
        lines.pop(0)
    while lines and not lines[-1][0]:
        lines.pop()
    if all(line[0] for line in lines):
        return lines
    joined: list[tuple[str, int, int, tuple[str, ...]]] = []
    fresh = True
    for line in lines:
        if not line[0]:
            fresh = True
        elif fresh:
            joined.append(line)
            fresh = False
        else:
            last = joined[-1]
            joined[-1] = (f"{last[0]} {line[0]}", last[1] + line[1], last[2] + line[2], last[3] + line[3])
    return joined
