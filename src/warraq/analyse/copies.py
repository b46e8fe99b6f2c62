"""Whether two articles carry the same text, under whatever headline, cut, credit or spelling.

Measures, each of which one kind of look-alike fails:

* **containment**: how much of the shorter text's runs of four words stand in the other. By containment, not by
  Jaccard's index, a text is found again when it was cut short. Reports on one event in other words fail it.
* **terms**: how much of what the shorter text says, word by word and weighted by how telling the words are, the
  other says too. Templated news (weather, congratulations, the fourth relief plane and the sixth) have most runs
  in common, but not the names and numbers.
* **apart**: each says in its headline, and again in its text, something that the other says nowhere: the fourth
  plane and the fifth, the minister leaves and the minister arrives. In short texts one such word is enough where the
  headlines are otherwise alike (``نزع علم``, ``علم``), and most runs must be the same: a single changed word, or two
  that change places, can make the opposite of a short text. What vectors do not hold, the words tell: see `contrary`.
* **about**: cosine of the two term vectors. A round-up that quotes a whole report is about more than it. It need not
  be high when most of both texts is the same: then the headlines alone are about different things.

Containment is estimated from bottom-k sketches, compared below the smaller of their limits (Beyer and others, "On
synopses for distinct-value estimation", SIGMOD 2007); for texts under about 260 words it is exact.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.vectors import SKETCH, Sketch, Vector
from warraq.analyse.weights import Weights, strength, weigh

CONTAINMENT = 0.40
SHARED = 0.90
"""Containment plus twice Jaccard's index: who carries little more than half of a text prints little beside it."""
TERMS = 0.86
ABOUT = 0.77
MOST = 0.50
"""Jaccard's index from which most of both texts is the same."""
UNLIKE = 0.60
"""Cosine under which no copy has been seen: such pairs need not be compared."""
REPEATS = 0.50
SHORT = 96
"""Runs of words under which a text is short."""
SHORTEST = 48
WHOLE = 0.75
"""What of a text shorter than `SHORTEST` must stand in the other."""
CUT = 0.975
"""Containment from which a text is a piece of the other: what the other says besides is no contradiction."""
NEAR = 0.75
"""Share of the shorter headline's telling words in the other from which two headlines are alike."""
ENOUGH = 8
"""Hashes of the shorter text that must be there to compare: about eleven words."""
_ALL = np.uint32(0xFFFFFFFF)


def short(one: Sketch, two: Sketch) -> bool:
    """Whether one of two texts is so short that a single word makes another text of it (see `contrary`)."""
    return min(len(one), len(two)) < SHORT


class Likeness(NamedTuple):
    """How alike two texts are; all in 0..1."""

    containment: float
    jaccard: float
    terms: float
    about: float
    apart: bool = False
    """Whether they are about different things, however alike."""

    @property
    def repeats(self) -> bool:
        """Whether who has read one would read much of it again in the other: half of the shorter text."""
        return self.containment >= REPEATS

    @property
    def copy(self) -> bool:
        """Whether this is one text in two places."""
        told = self.terms >= TERMS and not self.apart
        return may_be_copies(self.containment, self.jaccard) and told and (self.about >= ABOUT or self.jaccard >= MOST)


def may_be_copies(containment: float, jaccard: float) -> bool:
    """Whether two texts have enough in common to be one, whatever they are about."""
    return containment >= CONTAINMENT and containment + 2 * jaccard >= SHARED


def overlap(one: Sketch, two: Sketch) -> tuple[float, float]:
    """(containment of the shorter in the longer, Jaccard's index) of two texts' runs of words, estimated."""
    limit = min(_limit(one), _limit(two))
    if limit < _ALL:
        one, two = one[: one.searchsorted(limit, "right")], two[: two.searchsorted(limit, "right")]
    least = min(len(one), len(two))
    if least < ENOUGH:
        return 0.0, 0.0
    shared = int(np.count_nonzero(_among(one, two)))
    return shared / least, shared / (len(one) + len(two) - shared)


def likeness(
    one: tuple[Vector, Sketch], two: tuple[Vector, Sketch], background: Background, about: float | None = None
) -> Likeness:
    """Compare two articles by vector and sketch; `about` is their cosine if it is known already.

    What is not needed once containment is too small is left 0.
    """
    containment, jaccard = overlap(one[1], two[1])
    if containment < CONTAINMENT:
        return Likeness(containment, jaccard, 0.0, 0.0)
    sides = Side(one[0], background), Side(two[0], background)
    contrast = _Contrast(*sides)
    terms, apart = contrast.judge(min(len(one[1]), len(two[1])), containment)
    return Likeness(containment, jaccard, terms, contrast.about() if about is None else about, apart)


def are_copies(one: tuple[Vector, Sketch], two: tuple[Vector, Sketch], background: Background) -> bool:
    """`Likeness.copy` of two articles, without what is not needed to decide it."""
    common = overlap(one[1], two[1])
    if not may_be_copies(*common):
        return False
    return say_the_same(Side(one[0], background), Side(two[0], background), min(len(one[1]), len(two[1])), *common)


def say_the_same(one: Side, two: Side, runs: int, containment: float, jaccard: float) -> bool:
    """Whether two texts that may be copies are, by what they are about; `runs`: those of the shorter sketch."""
    contrast = _Contrast(one, two)
    terms, apart = contrast.judge(runs, containment)
    return terms >= TERMS and not apart and (jaccard >= MOST or contrast.about() >= ABOUT)


class Side:
    """What an article is about, to be compared with others."""

    def __init__(self, vector: Vector, background: Background) -> None:
        self._vector, self._background = vector, background
        self.terms: NDArray[np.uint32] = np.ascontiguousarray(vector["term"])
        self.idf = background.idf(self.terms)
        self.total = self.idf.sum()
        self.titled: NDArray[np.bool_] = vector["title"] > 0
        self.told: NDArray[np.bool_] = self.titled & (vector["body"] > 0)
        """Which terms stand in the title, and which of these in the text too."""

    @cached_property
    def weights(self) -> Weights:
        """How much each term says, as `weights.cosine` takes it."""
        return weigh(self._vector, strength(self.terms, self._background))


class _Contrast:
    """Two articles, term by term."""

    def __init__(self, one: Side, two: Side) -> None:
        self._sides = one, two
        places = two.terms.searchsorted(one.terms)
        known = _at(two.terms, places) == one.terms if len(two.terms) else np.zeros(len(one.terms), bool)
        known_two = np.zeros(len(two.terms), bool)
        self._places = places[known]
        known_two[self._places] = True
        self._known = known, known_two

    def judge(self, runs: int, containment: float) -> tuple[float, bool]:
        """What each says that the other does not: the measure `terms`, and whether they are `apart`."""
        one, two = self._sides
        least = min(one.total, two.total)
        terms = float(one.idf[self._known[0]].sum() / least) if least else 0.0
        if runs < SHORTEST and containment < WHOLE:
            return terms, True
        # Words of the headline, said again in the text, that the other has not at all.
        own = [bool((side.told & ~known).any()) for side, known in zip(self._sides, self._known, strict=True)]
        if all(own) or not any(own) or runs >= SHORT or containment >= CUT:
            return terms, all(own)
        titles = [side.terms[side.titled] for side in self._sides]
        return terms, int(np.count_nonzero(_among(*titles))) >= NEAR * min(map(len, titles))

    def about(self) -> float:
        """`weights.cosine` of the two."""
        first, second = (side.weights for side in self._sides)
        norm = float(np.sqrt((first @ first) * (second @ second)))
        return float(first[self._known[0]] @ second[self._places]) / norm if norm else 0.0


def _among(some: NDArray[np.uint32], others: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which of some numbers are among others; both ascend without repeating."""
    if not len(others):
        return np.zeros(len(some), bool)
    found: NDArray[np.bool_] = _at(others, others.searchsorted(some)) == some
    return found


def _at(numbers: NDArray[np.uint32], places: NDArray[np.intp]) -> NDArray[np.uint32]:
    """The numbers at these places; the last one for what lies beyond."""
    found: NDArray[np.uint32] = numbers.take(places, mode="clip")
    return found


def _limit(sketch: Sketch) -> np.uint32:
    """The largest hash that would have been kept."""
    limit: np.uint32 = sketch[-1] if len(sketch) >= SKETCH else _ALL
    return limit
