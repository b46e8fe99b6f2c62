"""A parsed page as two flat lists: boxes (block-level elements) and blocks (runs of text between block boundaries).

One walk, in document order, bounded in nodes and depth-safe (no recursion). Inline tags add nothing, so words are
neither fused nor torn; ``<br>`` ends a line, two end a paragraph. What a box's name says it is (share bar, caption,
comments ...) is noted as its *zone*; the text is kept, because dates, bylines and tags are read from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from warraq.extract.zones import judge

MAX_NODES = 400_000
"""Nodes looked at; a page with more is cut there."""
MOST_NAME = 300
"""Characters of classes and id that are looked at."""

_SKIP_NAMES = """
script style noscript template svg iframe object embed canvas button select option datalist textarea input audio
video map math head title meta link base param source track progress meter nav img -comment frameset frame applet
"""
_PLAIN, _MAYBE, _BREAK, _SKIP, _OTHER, _LINK, _TAG, _BOX = range(8)
_PLAIN_NAMES = """
abbr acronym b bdi bdo big code data del dfn font ins kbd mark nobr q rp rt ruby s samp strike strong sub sup tt u var
wbr picture
"""
_BOX_NAMES = "div p ul ol li section article header h1 h2 h3 h4 td tr table form time"
"""The commonest; so is what is not named here."""
_KINDS = dict.fromkeys(_PLAIN_NAMES.split(), _PLAIN)
_KINDS.update(dict.fromkeys(_SKIP_NAMES.split(), _SKIP))
_KINDS.update(dict.fromkeys(("span", "cite", "small", "em", "i", "label"), _MAYBE))
_KINDS.update({"a": _LINK, "br": _BREAK, "hr": _BREAK})
_KINDS.update(dict.fromkeys(_BOX_NAMES.split(), _BOX))
_TAG_ZONE = {
    "footer": "footer",
    "aside": "aside",
    "figcaption": "caption",
    "caption": "caption",
    "dialog": "promo",
    "menu": "menu",
    "address": "byline",
    "figure": "caption",
}
_EMPTY = frozenset(("menu", "hidden", "ads"))
_PROSE = frozenset(("p", "h1", "br", "article", "time", "table"))
"""Boxes of these zones are passed over unless they hold one of these, for then they may be misnamed."""
_WHOLE = frozenset(("html", "body", "main", "article"))
"""What these are called says nothing of their text."""
TOLD = "warraq-body"
"""The ``itemprop`` given to the element that an outlet's rule names as the body."""


@dataclass(slots=True)
class Box:
    """A block-level element that holds text. ``first`` and ``last`` bound its blocks (half open).

    ``parent`` is an index or -1.
    """

    tag: str
    parent: int
    name: str = ""
    """Its classes and id."""
    zone: str = ""
    named: int = 0
    """Whether its name is one of a body: 2 surely, 1 perhaps, 0 not."""
    prop: str = ""
    """``itemprop``, lower case."""
    first: int = 0
    last: int = 0
    when: str = ""
    """The ``datetime`` of a ``<time>``."""
    node: LexborNode | None = None
    """The element, for what is only looked at where it is needed."""


@dataclass(slots=True)
class Block:
    """A run of text. ``box`` is the index of the innermost block-level element around it."""

    text: str
    box: int
    tag: str
    linked: int = 0
    """Characters inside ``<a>``."""


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
        _walk(root, tree)
    return tree


def _walk(root: LexborNode, tree: Tree) -> None:
    """Depth first with a stack of its own: deep nesting costs memory, never a recursion error."""
    boxes, blocks, run = tree.boxes, tree.blocks, _Run(tree)
    parts, lines, kind_of = run.parts, run.lines, _KINDS.get
    boxes.append(_box(root, root.tag or "body", -1, 0))
    box, links = 0, 0
    ahead = MAX_NODES  # looked at to know whether a box is passed over; beyond, none is
    path: list[LexborNode] = []  # open elements
    kinds: list[int] = []  # and what they are
    node = root.first_child
    for _ in range(MAX_NODES):
        while node is None:
            if not path:
                break
            node, kind = path.pop(), kinds.pop()
            if kind >= _TAG:
                if parts or lines:
                    run.flush(box)
                closed = boxes[box]
                closed.last = len(blocks)
                if closed.first == closed.last:
                    boxes.pop()  # it and the last one: one with boxes in it that hold text is not empty
                box = closed.parent
            if _LINK <= kind <= _TAG:
                links -= 1
            node = node.next
        if node is None:
            break
        tag = node.tag or "-"
        if tag == "-text":
            text = node.text_content
            if text and (parts or not text.isspace()):
                parts.append(text)
                if links:
                    run.linked += len(text.strip())
            node = node.next
            continue
        kind = kind_of(tag, _OTHER)
        if kind == _OTHER:
            kind = _SKIP if tag[0] in "-!_" else _BOX
        if kind == _SKIP:
            node = node.next
            continue
        if kind == _BREAK:
            run.end_line() if tag == "br" else run.flush(box)
            node = node.next
            continue
        if kind == _MAYBE:
            # Inline elements matter only when their name says that they are no text of the article.
            attributes = node.attributes
            name = attributes.get("class") or attributes.get("id") or ""
            kind = _BOX if name and judge(name)[0] else _PLAIN
        elif kind == _LINK and boxes[box].zone == "tags":
            kind = _TAG  # tags are often printed with nothing between them
        inner = node.first_child
        if kind >= _TAG:
            if parts or lines:
                run.flush(box)
            if inner is None:
                node = node.next
                continue
            opened = _box(node, tag, box, len(blocks))
            if kind == _TAG:
                opened.zone = "tags"
            if opened.zone in _EMPTY and opened.prop != TOLD:
                for at in node.traverse():
                    ahead -= 1
                    if at.tag in _PROSE or ahead < 0:
                        break
                else:
                    node = node.next
                    continue
            box = len(boxes)
            boxes.append(opened)
        if inner is None:
            node = node.next
            continue
        if _LINK <= kind <= _TAG:
            links += 1
        path.append(node)
        kinds.append(kind)
        node = inner
    else:
        tree.cut = node is not None or any(one.next is not None for one in path)
    while box >= 0:
        run.flush(box)
        boxes[box].last = len(blocks)
        box = boxes[box].parent


def _box(node: LexborNode, tag: str, parent: int, first: int) -> Box:
    attributes = node.attributes
    zone = _TAG_ZONE.get(tag, "")
    if not attributes:
        return Box(tag, parent, "", zone, 0, "", first, 0, "", node)
    name = id = style = prop = when = ""
    for key, value in attributes.items():
        if not value:
            if key == "hidden":
                zone = "hidden"
        elif key == "class":
            name = value
        elif key == "id":
            id = value
        elif key == "style":
            style = value
        elif key == "itemprop":
            prop = value.lower()
        elif key == "hidden":
            zone = "hidden"
        elif key == "datetime" and tag == "time":
            when = value[:80]
    if id:
        name = f"{name} {id}"
    named = 0
    if name:
        name = name[:MOST_NAME]
        judged, named = judge(name)
        if not zone and tag not in _WHOLE:
            zone = judged
    if style and "none" in style and "display:none" in style.replace(" ", ""):
        zone = "hidden"
    return Box(tag, parent, name, zone, named, prop, first, 0, when, node)


class _Run:
    """Text between two block boundaries, line by line; a line is its text and how many characters are linked."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.parts: list[str] = []
        self.linked = 0
        self.lines: list[tuple[str, int]] = []

    def end_line(self) -> None:
        """End a line, empty or not."""
        text = " ".join("".join(self.parts).split())
        self.lines.append((text, min(self.linked, len(text))))
        self.parts.clear()
        self.linked = 0

    def flush(self, box: int) -> None:
        """End the run: its lines become one block each, or one each between empty lines where there are such."""
        blocks, tag = self.tree.blocks, self.tree.boxes[box].tag
        if not self.lines:  # the commonest by far
            parts = self.parts
            if text := " ".join((parts[0] if len(parts) == 1 else "".join(parts)).split()):
                blocks.append(Block(text, box, tag, min(self.linked, len(text))))
            parts.clear()
            self.linked = 0
            return
        if self.parts:
            self.end_line()
        for text, linked in _paragraphs(self.lines) if len(self.lines) > 1 else self.lines:
            if text:
                blocks.append(Block(text, box, tag, linked))
        self.lines.clear()


def _paragraphs(lines: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Where a run uses ``<br><br>`` between paragraphs, its single ``<br>`` only wrap lines."""
    while lines and not lines[0][0]:
        lines.pop(0)
    while lines and not lines[-1][0]:
        lines.pop()
    if all(line[0] for line in lines):
        return lines
    joined: list[tuple[str, int]] = []
    fresh = True
    for text, linked in lines:
        if not text:
            fresh = True
        elif fresh:
            joined.append((text, linked))
            fresh = False
        else:
            joined[-1] = (f"{joined[-1][0]} {text}", joined[-1][1] + linked)
    return joined
