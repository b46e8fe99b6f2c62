"""Whether two short texts that are otherwise one say opposite things: another number, a denial, roles exchanged.

Term vectors hold neither small numbers nor ``لا`` and ``لم``, and no vector or sketch tells who warned whom, or whether
somebody came from a place or went to it. In a text of a paragraph or two such a word is what it reports, and real
copies of short texts are often edited here and there, so nothing but the words themselves can tell. What is compared is
what each says in its headline *and* more often in its text than the other does in its: an opposite headline over the
very same text is another headline, no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from warraq.arabic import Word, words
from warraq.types import Article

NEAR = 0.67
"""Share of the shorter headline's words in the other from which two headlines say something of the same thing."""
NOT = "لا"
"""Stands for every word of denial."""
_DENIALS = frozenset([
    "لا", "لم", "لن", "ليس", "ليست", "ليسوا", "لست", "غير", "بدون", "دون", "عدم", "بلا",
    "نفي", "نفت", "ينفي", "تنفي", "رفض", "رفضت", "يرفض", "ترفض", "رفضوا", "يرفضون",
    "فشل", "فشلت", "يفشل", "تفشل", "الفشل", "اخفق", "اخفقت", "يخفق", "تخفق", "اخفاق", "الاخفاق",
])  # fmt: skip
"""In search form. Besides particles the verbs that turn what follows into its opposite: denied, refused, failed to."""
_JOINED = "وفب"
"""What may be written together with them, before them."""


class Said:
    """What a headline and the text below it say, word by word; numbers and denials count, other stop words do not.

    The other stop words are its particles.
    """

    def __init__(self, article: Article) -> None:
        title, text = words(article.title), words(article.text)
        self.headline, self.body = _said(title), _said(text)
        self._particles = _particles(title), _particles(text)
        self.letters = "".join([word.folded for word in title])
        """The headline without its spaces."""

    @cached_property
    def titled(self) -> Counter[str]:
        """How often the headline says each word."""
        return Counter(self.headline)

    @cached_property
    def told(self) -> Counter[str]:
        """How often the text says each word."""
        return Counter(self.body)

    def more(self, other: Said) -> set[str]:
        """What it says more often than the other, in the headline and in the text."""
        return {word for word in self.titled - other.titled if self.told[word] > other.told[word]}

    def other_particles(self, other: Said) -> bool:
        """Whether it has a particle more often than the other, in the headline and in the text."""
        (mine, below), (theirs, below_theirs) = self._particles, other._particles
        return any(below[word] > below_theirs[word] for word in mine - theirs)


def contrary(one: Said, two: Said) -> bool:
    """Whether two texts that are otherwise one say opposite things."""
    mine, theirs = one.more(two), two.more(one)
    if NOT in mine or NOT in theirs:
        return True
    if any(_new_number(word, two) for word in mine) and any(_new_number(word, one) for word in theirs):
        return True
    common = (one.titled & two.titled).total()
    if mine and theirs:
        return common >= NEAR * min(len(one.headline), len(two.headline))
    if one.titled != two.titled:
        return False
    if one.headline != two.headline:
        return _exchanged(one, two)
    return one.letters != two.letters and one.other_particles(two) and two.other_particles(one)


def _exchanged(one: Said, two: Said) -> bool:
    """Whether the words of the headlines stand in another order in the texts too, as far as both go on."""
    orders = [[word for word in said.body if word in said.titled][: len(said.headline)] for said in (one, two)]
    size = min(map(len, orders))
    return orders[0][:size] != orders[1][:size]


def _new_number(word: str, other: Said) -> bool:
    return word[0].isdigit() and not other.told[word]


def _said(text: Sequence[Word]) -> Sequence[str]:
    return [NOT if _denies(word) else word.stem for word in text if _denies(word) or _counts(word)]


def _particles(text: Sequence[Word]) -> Counter[str]:
    return Counter([word.stem for word in text if word.stop and not _denies(word)])


def _counts(word: Word) -> bool:
    return not word.stop or word.folded[0].isdigit()


def _denies(word: Word) -> bool:
    folded = word.folded
    return folded in _DENIALS or (folded[0] in _JOINED and folded[1:] in _DENIALS)
