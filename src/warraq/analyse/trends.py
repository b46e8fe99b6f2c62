"""What is written of more than before: words and phrases of a window against the archive's background.

The measure is the logarithm of the likelihood ratio that a term is as frequent in the window as before it (Dunning,
"Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 1993): unlike a ratio of
frequencies it does not run after words that stand in two articles and were never seen before. Counted are articles,
not occurrences.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warraq.analyse.background import Background
from warraq.analyse.vectors import TERM, Vector
from warraq.arabic import words

LEAST = 3
"""Articles of a window in which a term must stand."""
TERMS = 60
"""Terms that are followed into phrases."""


def surprise(inside: ArrayLike, window: int, outside: ArrayLike, before: int) -> NDArray[np.float64]:
    """How surprising it is that `inside` of `window` articles hold a term when `outside` of `before` did.

    The log likelihood ratio G²; 0 where the term is not more frequent than before.
    """
    a, b = np.asarray(inside, np.float64), np.asarray(outside, np.float64)
    wide, long = float(max(window, 1)), float(max(before, 1))
    share = (a + b) / (wide + long)
    found = np.zeros(len(a))
    cells = ((a, wide, share), (wide - a, wide, 1 - share), (b, long, share), (long - b, long, 1 - share))
    for count, size, part in cells:
        expected = size * part
        sure = (count > 0) & (expected > 0)
        found[sure] += 2 * count[sure] * np.log(count[sure] / expected[sure])
    return np.where(a / wide > b / long, found, 0.0)


RISE, PLAIN_RISE = 2.0, 4.0
"""How many times what was expected a phrase must stand in; one without a name in it."""
PLAIN = 0.7
"""What a phrase without a name weighs of one that names somebody or something."""
SAME = 0.5
"""Share of articles in common from which two phrases are of one matter."""


class Rise(NamedTuple):
    """A phrase in the articles of a window."""

    phrase: str
    named: bool
    """It holds a name."""
    articles: int
    texts: int
    """Articles, those that carry one text counted once."""
    outlets: int
    expected: float
    score: float
    """Of its texts, as `surprise` measures."""
    example: str
    holders: frozenset[str]
    """Articles that hold it, some of them if there are many."""


def ordered(rises: Sequence[Rise], outlets: int) -> list[Rise]:
    """What is a matter of the window, the greatest first: by surprise and by how many outlets write of it.

    A phrase of one outlet alone is what it prints, a template or a byline, unless the window has one outlet only
    (`outlets`). Of phrases that stand in the same articles, or in one another, the first one stays.
    """
    real = [
        rise
        for rise in rises
        if rise.texts >= LEAST
        and rise.outlets >= min(2, outlets)
        and rise.score > 0
        and rise.articles >= (RISE if rise.named else PLAIN_RISE) * rise.expected
    ]
    real.sort(key=lambda rise: (-_weight(rise), -len(rise.phrase), rise.phrase))
    kept: list[Rise] = []
    for rise in real:
        if not any(_one_matter(rise, other) for other in kept):
            kept.append(rise)
    return kept


def _weight(rise: Rise) -> float:
    return round(rise.score * math.log2(1 + rise.outlets) * (1.0 if rise.named else PLAIN), 6)


def _one_matter(one: Rise, two: Rise) -> bool:
    a, b = ({word.code for word in words(rise.phrase)} for rise in (one, two))
    common = len(one.holders & two.holders)
    return a <= b or b <= a or common >= SAME * max(1, len(one.holders | two.holders))


class Rising(NamedTuple):
    """The terms of a window that surprise most, and the articles to read what they stand for."""

    codes: NDArray[np.uint32]
    articles: list[int]
    """Places in the list of vectors, each at most once."""


def rising(vectors: Sequence[Vector], before: Background, articles: int) -> Rising:
    """Find the terms that rise in a window, and for each the article whose title holds the most of what rises.

    Vectors come in the order in which the articles were first seen; at most `articles` are named.
    """
    records = np.frombuffer(b"".join([vector.tobytes() for vector in vectors]), TERM)
    terms, counts = np.unique(records["term"], return_counts=True)
    kept = counts >= LEAST
    terms, counts = terms[kept], counts[kept]
    scores = surprise(counts, len(vectors), before.frequencies(terms), before.articles)
    order = np.argsort(-np.round(scores, 6), kind="stable")[:TERMS]
    order = order[scores[order] > 0]
    top = np.sort(terms[order])
    strength = dict(zip(terms[order].tolist(), scores[order].tolist(), strict=True))
    titles = np.flatnonzero(records["title"] > 0)
    titles = titles[np.isin(records["term"][titles], top)]
    owner = np.repeat(np.arange(len(vectors)), [len(vector) for vector in vectors])[titles]
    held = records["term"][titles]
    weight = np.bincount(owner, [strength[code] for code in held.tolist()], minlength=len(vectors))
    chosen: dict[int, None] = {}
    for code in terms[order].tolist():
        holders = owner[held == code]
        if len(holders) and len(chosen) < articles:
            chosen[int(holders[np.argmax(weight[holders])])] = None
    return Rising(top, list(chosen))
