"""How much each term says about an article: how often it stands where, times how telling it is.

Term frequency counts fully, telling power little and only up to a limit. For what an article is *about*, a word said
five times beats a rare word said once, and beyond a point rarity is mostly accident. The cosine of these weights
agrees better with human judgment of pairs of Arabic news (quality/similarity.py), and tells reports of one event
better from others, than that of tf-idf with logarithmic frequencies and unlimited idf.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.vectors import Vector

TITLE = 4.0
LEAD = 1.0
"""Beyond what it counts as a part of the body."""
RARE = 5.0
"""The idf beyond which words are alike: they stand in less than one article of 150."""
TELLING = 0.7
"""The power of idf."""

Weights = NDArray[np.float64]


def strength(terms: NDArray[np.uint32], background: Background) -> Weights:
    """How telling each term is."""
    found: Weights = np.minimum(background.idf(terms), RARE) ** TELLING
    return found


def weigh(vector: Vector, strengths: Weights) -> Weights:
    """The weight of each term of a vector, given the `strength` of each."""
    often: Weights = vector["body"] + TITLE * vector["title"] + LEAD * vector["lead"]
    return often * strengths


def cosine(one: Vector, two: Vector, background: Background) -> float:
    """How much two articles are about the same, 0..1."""
    first, second = (weigh(vector, strength(vector["term"], background)) for vector in (one, two))
    _, left, right = np.intersect1d(one["term"], two["term"], assume_unique=True, return_indices=True)
    norm = float(np.sqrt((first @ first) * (second @ second)))
    return float(first[left] @ second[right]) / norm if norm else 0.0
