"""What changed between two texts: paragraph by paragraph, and in changed paragraphs word by word.

Two uses. `difference` is exact: its spans, read without what was inserted, are the old text to the letter, and
without what was deleted the new one. `edits` compares an outlet's copy with the article it carries, in any spelling
(words in their search form), and sums up what the outlet did: headline, lead, cuts, additions, credits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from warraq.analyse.alignment import BUDGET, Block, blocks
from warraq.arabic import words
from warraq.types import Article, ChangedParagraph, ChangedText, Difference, Edit, Edits

ALIKE = 0.5
"""Dice's coefficient of two paragraphs' words from which one is the other, changed."""
AHEAD = 8
"""How many new paragraphs are looked at for the changed form of an old one."""
LEAD = 12
"""The words of a body that begin its lead."""
GONE = 0.3
"""Share of a paragraph's words that the other text has, under which it is not there."""
ISLAND = 2
"""Characters of common text between two changes that are too few to be worth showing apart."""

_PIECES = re.compile(r"\w+|\s+|[^\w\s]")


def difference(before: Article, after: Article) -> Difference:
    """What changed from one state of an article to another, as text to be shown."""
    old, new = ([paragraph.text for paragraph in article.body] for article in (before, after))
    return Difference(changed_text(before.title, after.title), tuple(_paragraphs(old, new)))


def changed_text(before: str, after: str, budget: int = BUDGET) -> tuple[ChangedText, ...]:
    """The two texts as one, cut where they begin or cease to agree; words and signs are whole."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    found: list[ChangedText] = []
    i = j = 0
    for at, to, size in [*_worthwhile(blocks(old, new, budget), old), (len(old), len(new), 0)]:
        for text, edit in (
            ("".join(old[i:at]), Edit.DELETED),
            ("".join(new[j:to]), Edit.INSERTED),
            ("".join(old[at : at + size]), Edit.EQUAL),
        ):
            if text:
                found.append(ChangedText(text, edit))
        i, j = at + size, to + size
    return tuple(found)


def _worthwhile(common: Sequence[Block], old: Sequence[str]) -> Iterator[Block]:
    """Blocks without those that hold no word and stand between changes: a space, a comma."""
    for number, (i, j, size) in enumerate(common):
        text = "".join(old[i : i + size])
        outer = number in (0, len(common) - 1)
        if outer or len(text) > ISLAND or any(map(str.isalnum, text)):
            yield i, j, size


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[ChangedParagraph]:
    common = blocks(old, new)
    # One budget for all paragraphs that changed, however many there are.
    budget = BUDGET // max(1, len(old) - sum(size for *_, size in common))
    i = j = 0
    for at, to, size in [*common, (len(old), len(new), 0)]:
        yield from _changed(old[i:at], new[j:to], budget)
        for text in old[at : at + size]:
            yield ChangedParagraph(Edit.EQUAL, (ChangedText(text, Edit.EQUAL),))
        i, j = at + size, to + size


def _changed(old: Sequence[str], new: Sequence[str], budget: int) -> Iterator[ChangedParagraph]:
    """Old paragraphs that gave way to new ones, with each changed one beside what it was."""
    bags = [_Bag(text) for text in new]
    j = 0
    for text in old:
        bag = _Bag(text)
        likely = max(range(j, min(j + AHEAD, len(new))), key=lambda k: (bag.alike(bags[k]), -k), default=None)
        if likely is None or bag.alike(bags[likely]) < ALIKE:
            yield ChangedParagraph(Edit.DELETED, (ChangedText(text, Edit.DELETED),))
            continue
        for added in new[j:likely]:
            yield ChangedParagraph(Edit.INSERTED, (ChangedText(added, Edit.INSERTED),))
        yield ChangedParagraph(Edit.CHANGED, changed_text(text, new[likely], budget))
        j = likely + 1
    for added in new[j:]:
        yield ChangedParagraph(Edit.INSERTED, (ChangedText(added, Edit.INSERTED),))


class _Bag:
    """The words of a paragraph and how often each stands there."""

    def __init__(self, text: str) -> None:
        self._words = Counter(word.folded for word in words(text))
        self._size = self._words.total()

    def alike(self, other: _Bag) -> float:
        """Dice's coefficient. Time in the size of this one alone."""
        return 2 * (self._words & other._words).total() / max(1, self._size + other._size)


# --- what an outlet made of an article it carries -------------------------------------------------------------


def edits(first: Article, other: Article) -> Edits:
    """What `other` changed of the text of `first`, which it carries; spelling and punctuation do not count."""
    old, new = ([[word.folded for word in words(p.text)] for p in article.body] for article in (first, other))
    flat, made = [w for p in old for w in p], [w for p in new for w in p]
    kept, taken = bytearray(len(flat)), bytearray(len(made))
    for i, j, size in blocks(flat, made):
        kept[i : i + size] = taken[j : j + size] = b"\x01" * size
    return Edits(
        headline=[w.folded for w in words(first.title)] != [w.folded for w in words(other.title)],
        lead=bool(flat) and 2 * sum(kept[:LEAD]) < min(LEAD, len(flat)),
        kept=round(sum(kept) / max(1, len(flat)), 3),
        added=round(1 - sum(taken) / max(1, len(made)), 3),
        paragraphs_dropped=sum(_absent(old, kept)),
        paragraphs_added=sum(_absent(new, taken)),
        credits_added=tuple(name for name in other.credit if name not in first.credit),
        credits_dropped=tuple(name for name in first.credit if name not in other.credit),
    )


def _absent(paragraphs: Sequence[Sequence[str]], there: bytearray) -> Iterator[bool]:
    """For each paragraph that has words: whether the other text lacks it."""
    at = 0
    for paragraph in paragraphs:
        if paragraph:
            yield sum(there[at : at + len(paragraph)]) < GONE * len(paragraph)
        at += len(paragraph)
