"""A piece of HTML that is all text, such as the body in a feed: nothing in it is furniture."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from warraq.arabic.repair import repair
from warraq.extract import tree


def texts_of(html: str) -> list[str]:
    """The paragraphs of a fragment as plain text, in order; bounded as pages are."""
    return [repair(block.text) for block in tree.read(LexborHTMLParser(html)).blocks if block.text.strip()]
