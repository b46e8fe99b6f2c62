"""From the blocks of the body's box to paragraphs: what `furniture` knows is left out, so is a second article."""

from __future__ import annotations

import re
from collections.abc import Sequence

from warraq.extract import furniture
from warraq.extract.byline import is_byline
from warraq.extract.title import key
from warraq.extract.tree import Block
from warraq.types import Kind, Paragraph

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SENTENCE = frozenset(".!?…。！？؟۔।")
LEAST_REPEATED = 80
"""Characters of a text that is left out when it comes a second time."""
HEADLINE = 160
"""Characters; a longer unlinked block is no headline of another article."""


def paragraphs(blocks: Sequence[Block], title: str) -> tuple[Paragraph, ...]:
    """The paragraphs of an article with this headline."""
    title_key = key(title)
    title_words = set(title_key.split())
    found: list[Paragraph] = []
    seen: set[str] = set()
    i = 0
    while i < len(blocks):
        block = blocks[i]
        text = block.text
        i += 1
        if furniture.is_marker(text):
            if _second_article(blocks, i, title, found):
                break
            i = _after_list(blocks, i)
            continue
        edge = not found or i == len(blocks)
        if _linked(block) or furniture.is_also(text) or furniture.is_notice(text):
            continue
        if furniture.is_stamp(text, 32 if edge else 8) or ((edge or len(blocks) - i < 2) and is_byline(text)):
            continue
        if furniture.is_picture_line(text) or not re.search(r"\w", text):
            continue
        heading = block.tag in _HEADINGS
        if len(text) <= 2 * len(title) + HEADLINE:
            k = key(text)
            if k == title_key:
                continue
            if heading and not found and title_words and len(title_words & set(k.split())) >= 0.6 * len(title_words):
                continue
        if len(text) >= LEAST_REPEATED and block.tag != "li":
            if text in seen:
                continue
            seen.add(text)
        kind = Kind.HEADING if heading else Kind.ITEM if block.tag == "li" else Kind.TEXT
        found.append(Paragraph(text, kind))
    while found and found[-1].kind is Kind.HEADING and len(found) > 1:
        found.pop()
    return tuple(found)


def _linked(block: Block) -> bool:
    return block.linked > 0.5 * len(block.text)


def _headline(block: Block) -> bool:
    """Whether a block could be the headline of another article: linked, or short and no sentence."""
    return _linked(block) or (len(block.text) <= HEADLINE and block.text[-1] not in _SENTENCE)


def _after_list(blocks: Sequence[Block], i: int) -> int:
    """The place after the headlines that follow a marker."""
    while i < len(blocks) and _headline(blocks[i]) and not furniture.is_marker(blocks[i].text):
        if not _linked(blocks[i]) and blocks[i].tag in _HEADINGS:
            break
        i += 1
    return i


def _second_article(blocks: Sequence[Block], i: int, title: str, found: Sequence[Paragraph]) -> bool:
    """Whether what follows a marker is another article, whole: its text is about its own headline, not about ours."""
    if not found or i >= len(blocks):
        return False
    head = blocks[i]
    if not _headline(head):
        return False
    rest = [b.text for b in blocks[i + 1 : i + 9] if not _headline(b)]
    if not rest:
        return False
    words = _words(" ".join(rest))
    theirs, ours = _words(head.text), _words(title)
    ours, theirs = ours - theirs, theirs - ours
    their_share = len(theirs & words) / len(theirs) if theirs else 0.0
    our_share = len(ours & words) / len(ours) if ours else 0.0
    if not _linked(head):
        return their_share >= 0.3 and their_share > our_share
    before = _words(" ".join(p.text for p in found))
    return their_share >= 0.6 and our_share < 0.1 and len(before & words) < 0.12 * len(words)


def _words(text: str) -> set[str]:
    """Words that tell texts apart: without the article and particles, cut to five letters as a crude stem."""
    found = (re.sub(r"^(?:[وفبكل]{0,2}ال|لل)", "", w) for w in key(text).split())
    return {w[:5] for w in found if len(w) >= 3}
