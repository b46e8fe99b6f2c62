"""A document's bytes to a parsed page: refused, decoded, repaired, and freed of what the outlet's rules name."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from warraq.arabic.repair import repair
from warraq.extract import markup, tree, verdict
from warraq.extract.charset import decode
from warraq.types import Outlet, RawDocument

MAX_HEADINGS = 12
# What Arabic letters become when their UTF-8 is read as windows-1252, latin-1 or windows-1256, once or twice: a test
# that sound pages fail, and one that may be wrong, because `repair` proves what it does.
_SIGNS = "\u00d8\u00d9\u00c3\u2122\u00a7\u02c6"
"""One of these is in nearly all of it; to look for them is cheap."""
_SUSPECT = re.compile(
    "[\u00d8\u00d9][\x80-\xbf\u0152-\u2122 ]|\u00c3[\x98\x99\u02dc\u2122]"
    "|\u0637[\xa0-\xbb]|\u0638[\u02c6\u2018-\u2030]|\u0623[\u2122\u06a9]"
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A document that could be parsed: what it says of itself, and its text as boxes and blocks."""

    said: markup.Markup
    tree: tree.Tree
    encoding: str

    def headings(self, tag: str) -> list[str]:
        """The texts of its first headings of one level."""
        return [b.text for b in self.tree.blocks if b.tag == tag][:MAX_HEADINGS]


def open_page(document: RawDocument, outlet: Outlet | None = None) -> Opened | verdict.Refused:
    """Decode and parse; or the refusal. An outlet's ``body`` and ``drop`` are CSS selectors (see `check_selectors`)."""
    refused = verdict.before(document)
    if refused:
        return refused
    text, encoding = decode(document.body, document.content_type)
    refused = verdict.markup_bomb(text, document.body)
    if refused:
        return refused
    # The parser reads UTF-8; handing it the bytes spares it one encoding of the whole page.
    sound = encoding == "utf-8" and not document.body.startswith(codecs.BOM_UTF8) and "\ufffd" not in text
    page = LexborHTMLParser(document.body if sound else text)
    said, flat = markup.read(page), _flatten(page, outlet)
    shown = "\n".join((said.title, *(b.text for b in flat.blocks)))
    if any(sign in shown for sign in _SIGNS) and _SUSPECT.search(shown) and (repaired := repair(text)) != text:
        # Repaired as a whole: where white space was taken for such, half letters (U+0085) are lost.
        page = LexborHTMLParser(repaired)
        said, flat = markup.read(page), _flatten(page, outlet)
    return Opened(said, flat, encoding)


def check_selectors(selectors: Iterable[str]) -> None:
    """Raise ValueError, naming it, for a CSS selector that the parser cannot read."""
    page = LexborHTMLParser("<body></body>")
    for selector in selectors:
        try:
            page.css(selector)
        except SelectolaxError:
            raise ValueError(f"{selector!r} is not a CSS selector") from None


def _flatten(page: LexborHTMLParser, outlet: Outlet | None) -> tree.Tree:
    """The page's text, as the outlet's rules leave it."""
    if outlet is not None:
        for selector in outlet.drop:
            _drop(page, selector)
        if outlet.body and (told := page.css_first(outlet.body)) is not None:
            told.attrs["itemprop"] = tree.TOLD
    return tree.read(page)


def _drop(page: LexborHTMLParser, selector: str) -> None:
    """Remove what a selector finds; only the outermost, because what is inside goes with it."""
    found = [node for node in page.css(selector) if node.tag not in ("html", "body")]
    places = {node.mem_id for node in found}
    outermost = [node for node in found if not _within(node, places)]
    for node in outermost:
        node.decompose()


def _within(node: LexborNode, places: set[int]) -> bool:
    """Whether an ancestor of a node is one of those."""
    while (parent := node.parent) is not None:
        if parent.mem_id in places:
            return True
        node = parent
    return False
