"""What is written of more than before: words and phrases of a window against the archive's background.

The measure is the logarithm of the likelihood ratio that a term is as frequent in the window as before it (Dunning,
"Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 1993): unlike a ratio of
frequencies it does not run after words that stand in two articles and were never seen before. Counted are articles,
not occurrences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warraq.analyse.background import Background
from warraq.analyse.vectors import TERM, Vector

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
