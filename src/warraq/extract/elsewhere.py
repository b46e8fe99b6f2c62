"""An article's text from elsewhere than the page's own: JSON-LD's ``articleBody``, the full text in a feed.

They are taken only where the page's text is none, or a stub that is the beginning of theirs: behind a paywall, or where
a script puts the text in.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from warraq.extract import clean, tree
from warraq.extract.body import Body
from warraq.extract.markup import Markup
from warraq.extract.title import key
from warraq.types import Paragraph

LEAST = 200
"""Characters of a text from elsewhere that is worth taking."""
FULLER = 1.5
"""How many times as long it must be as the page's text of which it is to be the whole."""
STUB = 300
"""Characters of a text that may be only the beginning of one."""
SHARED = 0.6
"""The share of three words in a row on the page that must stand in it, and of the headline's words in its own."""
MOST = 400_000
"""Characters of one that are looked at."""
_MARKUP = re.compile(r"</?(?:p|div|br|h\d|ul|ol|li|strong|em|a|span|figure|blockquote)\b", re.I)
_FUSED = re.compile(r"(?<=[^\W\d_]{3}[.!?؟۔])(?=[^\W\d_a-z]{2})")
"""Where two paragraphs were put together with nothing between them."""


def fullest(found: Body, said: Markup, feed: str, title: str) -> tuple[Sequence[Paragraph], str]:
    """The paragraphs of an article and the rule that gave them; `feed` is what a feed carries of it, as HTML."""
    best, rule = found.paragraphs, found.rule
    for text, name in ((_stated(said, title), "json-ld articleBody"), (feed, "the feed's text")):
        length = _letters(best)
        if len(text) < max(LEAST, FULLER * length) or not (length < STUB or cut_off(best[-1].text) or locked(said)):
            continue
        other = _paragraphs(text[:MOST], title)
        if _letters(other) >= max(LEAST, FULLER * length) and _within(best, other):
            best, rule = other, name
    return best, rule


def locked(said: Markup) -> bool:
    """Whether the page says that it is not free to read."""
    return said.article.get("isAccessibleForFree") in (False, "False", "false")


def cut_off(text: str) -> bool:
    """Whether a text ends before its end."""
    return text.rstrip(" ])").endswith(("…", "..."))


def _stated(said: Markup, title: str) -> str:
    """What JSON-LD holds of the text, if it speaks of this headline's article; pages name others too."""
    text, headline = said.article.get("articleBody"), said.article.get("headline")
    if not isinstance(text, str) or not isinstance(headline, str):
        return ""
    words = set(key(title).split())
    return text if words and len(words & set(key(html.unescape(headline)).split())) >= SHARED * len(words) else ""


def _paragraphs(text: str, title: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a text that may be HTML, escaped HTML or plain lines."""
    if "&lt;" in text:
        text = html.unescape(text)
    if _MARKUP.search(text):
        return clean.paragraphs(tree.read(LexborHTMLParser(text)).blocks, title)
    lines = (" ".join(line.split()) for line in html.unescape(text).replace("\xad", "").splitlines())
    return clean.paragraphs([tree.Block(part, 0, "p") for line in lines for part in _FUSED.split(line) if part], title)


def _letters(paragraphs: Sequence[Paragraph]) -> int:
    return sum(len(p.text) for p in paragraphs)


def _within(part: Sequence[Paragraph], whole: Sequence[Paragraph]) -> bool:
    """Whether a text is part of another: most of what it says stands there in the same words."""
    mine = _triples(part)
    return not mine or len(mine & _triples(whole)) >= SHARED * len(mine)


def _triples(paragraphs: Sequence[Paragraph]) -> set[tuple[str, ...]]:
    words = [key(p.text).split() for p in paragraphs]
    return {tuple(w[i : i + 3]) for w in words for i in range(len(w) - 2)}
