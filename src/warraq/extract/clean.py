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
_LETTER = re.compile(r"\w")
_ARTICLE = re.compile(r"^(?:[وفبكل]{0,2}ال|لل)")
_SENTENCE = frozenset(".!?…。！？؟۔।")
LEAST_REPEATED = 80
"""Characters of a text that is left out when it comes a second time."""
LONG = 110
AHEAD = 20
"""Blocks after a marker that are looked at."""
AGAIN = 0.3
"""A text of whose words a greater share stands in ours goes on with ours."""
STRANGE = 0.2
"""A text of whose words a smaller share stands in ours is about something else."""
LEAST_BEFORE = 3
"""Paragraphs before a linked headline that can be that of a second article."""
AHEAD_AS_HEADING, AHEAD_AS_LINE = 0.1, 0.2
"""By how much more of its words than of ours a text must hold to be about that other headline."""
ENOUGH = 70
"""Different words that are enough to judge by."""
LEAST_OWN = 4
"""Words that only one of two headlines has, below which they say too little."""
NEARLY_ALL, NEXT_TO_NONE = 0.8, 0.15
PITCHES = 8
"""Blocks at the end of a body among which one may sell subscriptions."""
AFTER_PITCH = 0.5
"""What stands below a line that sells subscriptions is more of it, if it is no longer than this share of the text."""
HEADLINE = 220
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
        if furniture.is_also(text):
            if not _linked(block) and _about(text.partition(":")[2], blocks[i : i + AHEAD], title):
                break
            continue
        if len(blocks) - i < PITCHES and furniture.is_pitch(text):
            if sum(len(b.text) for b in blocks[i:]) <= AFTER_PITCH * sum(len(p.text) for p in found):
                break
            continue
        edge = not found or i == len(blocks)
        if _linked(block) or furniture.is_notice(text):
            continue
        if furniture.is_stamp(text, 32 if edge else 8) or ((edge or len(blocks) - i < 2) and is_byline(text)):
            continue
        if furniture.is_picture_line(text) or not _LETTER.search(text):
            continue
        heading = block.tag in _HEADINGS
        if len(text) <= 2 * len(title) + (HEADLINE if heading else 0):
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
    """Whether a block is a link: most of it, or nearly all if it is long enough to be a sentence with a long link."""
    length = len(block.text)
    return block.linked > (0.5 if length < LONG else 0.85) * length


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
    """Whether what follows a marker is another article, whole.

    Its headline may be a link, as that of a line between two paragraphs of ours; or there may be none. Then only a
    text that shares next to nothing with ours counts as another.
    """
    if not found or i >= len(blocks):
        return False
    head = blocks[i]
    named = _headline(head)
    following = blocks[i + 1 : i + AHEAD] if named else blocks[i : i + AHEAD]
    words = _words(" ".join(b.text for b in following if not _headline(b)))
    before = _words(" ".join(p.text for p in found))
    again = len(before & words) / len(words) if words else 1.0
    if named and not _linked(head):
        if head.tag not in _HEADINGS:
            return _about(head.text, following, title)
        # A heading may be ours, below a list of links: then the text goes on with words that it had before.
        return again < AGAIN and _about(head.text, following, title, AHEAD_AS_HEADING)
    if named:
        # Of a short beginning little comes again in the rest of the same article; there a link is just a link.
        if len(found) < LEAST_BEFORE:
            return False
        strange = STRANGE if len(before) >= ENOUGH else STRANGE / 2
        if head.tag in _HEADINGS and again < AGAIN and _only_about(head.text, words, title):
            return True  # on a related subject
        return again < strange and _about(head.text, following, title, sure=True)
    ours = _words(title)
    return again < STRANGE / 2 and len(ours & words) <= 0.05 * len(ours)


def _about(
    headline: str, following: Sequence[Block], title: str, lead: float = AHEAD_AS_LINE, *, sure: bool = False
) -> bool:
    """Whether the blocks are about that other headline, not about our title: by the words that only one of them has."""
    words = _words(" ".join(b.text for b in following if not _headline(b)))
    theirs, ours = _words(headline), _words(title)
    ours, theirs = ours - theirs, theirs - ours
    if not words or not theirs:
        return False
    their_share = len(theirs & words) / len(theirs)
    our_share = len(ours & words) / len(ours) if ours else 0.0
    if sure:
        return their_share >= 0.5 and their_share >= 2 * our_share and our_share <= 0.35
    return their_share >= 0.3 and their_share >= our_share + lead


def _only_about(headline: str, words: set[str], title: str) -> bool:
    """Whether a text has nearly all words of another headline that ours lacks, and next to none of ours alone."""
    theirs, ours = _words(headline), _words(title)
    theirs, ours = theirs - ours, ours - theirs
    if len(theirs) < LEAST_OWN or len(ours) < LEAST_OWN:
        return False
    return len(theirs & words) >= NEARLY_ALL * len(theirs) and len(ours & words) <= NEXT_TO_NONE * len(ours)


def _words(text: str) -> set[str]:
    """Words that tell texts apart: without the article and particles, cut to five letters as a crude stem."""
    found = (_ARTICLE.sub("", w) for w in key(text).split())
    return {w[:5] for w in found if len(w) >= 3}
