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

from collections.abc import Sequence
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
_LOW = np.uint32(0xFFFF)

Counts = NDArray[np.intp]
Shares = NDArray[np.float64]


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


def which_may_be_copies(containment: Shares, jaccard: Shares) -> NDArray[np.bool_]:
    """`may_be_copies` of many."""
    return (containment >= CONTAINMENT) & (containment + 2 * jaccard >= SHARED)


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
    contrast = _Contrast(Side(one[0], background), Sides([Side(two[0], background)]))
    apart = contrast.apart(np.array([min(len(one[1]), len(two[1]))]), np.array([containment]))
    cosine = contrast.about(0) if about is None else about
    return Likeness(containment, jaccard, float(contrast.terms(np.array([0]))[0]), cosine, bool(apart[0]))


def are_copies(one: tuple[Vector, Sketch], two: tuple[Vector, Sketch], background: Background) -> bool:
    """`Likeness.copy` of two articles, without what is not needed to decide it."""
    shares = overlap(one[1], two[1])
    if not may_be_copies(*shares):
        return False
    return say_the_same(Side(one[0], background), Side(two[0], background), min(len(one[1]), len(two[1])), *shares)


def say_the_same(one: Side, two: Side, runs: int, containment: float, jaccard: float) -> bool:
    """Whether two texts that may be copies are, by what they are about; `runs`: those of the shorter sketch."""
    both = np.array([containment]), np.array([jaccard])
    return bool(which_say_the_same(one, Sides([two]), np.array([runs]), *both)[0])


def which_say_the_same(
    one: Side, others: Sides, runs: Counts, containment: Shares, jaccard: Shares
) -> NDArray[np.bool_]:
    """Which of others may be copies of one text, and are."""
    contrast = _Contrast(one, others)
    same = which_may_be_copies(containment, jaccard) & ~contrast.apart(runs, containment)
    near = np.flatnonzero(same)
    same[near] = contrast.terms(near) >= TERMS
    for place in np.flatnonzero(same & (jaccard < MOST)).tolist():
        same[place] = contrast.about(place) >= ABOUT
    return same


class Side:
    """What an article is about, to be compared with others."""

    def __init__(self, vector: Vector, background: Background) -> None:
        self._vector, self._background = vector, background
        self.terms: NDArray[np.uint32] = np.ascontiguousarray(vector["term"])
        self.titled: NDArray[np.bool_] = vector["title"] > 0
        self.told: NDArray[np.bool_] = self.titled & (vector["body"] > 0)
        """Which terms stand in the title, and which of these in the text too."""

    @cached_property
    def idf(self) -> Weights:
        """How telling each term is."""
        return self._background.idf(self.terms)

    @cached_property
    def total(self) -> float:
        """Of all terms."""
        return float(self.idf.sum())

    @cached_property
    def weights(self) -> Weights:
        """How much each term says, as `weights.cosine` takes it."""
        return weigh(self._vector, strength(self.terms, self._background))


class Sides:
    """What many articles are about, one after another, to be compared with one more at a time."""

    def __init__(self, sides: Sequence[Side]) -> None:
        self.sides = sides
        sizes = [len(side.terms) for side in sides]
        self.starts = np.cumsum([0, *sizes])
        self.owner = np.repeat(np.arange(len(sides)), sizes)
        self.terms = np.concatenate([np.empty(0, np.uint32), *(side.terms for side in sides)])
        self.titled = np.concatenate([np.empty(0, bool), *(side.titled for side in sides)])
        self.told = np.concatenate([np.empty(0, bool), *(side.told for side in sides)])
        self.titles, self.tolds = (
            np.bincount(self.owner[where], minlength=len(sides)) for where in (self.titled, self.told)
        )


class _Contrast:
    """An article and others, term by term. Whichever of two is the one, what is measured is the same."""

    def __init__(self, one: Side, others: Sides) -> None:
        self._one, self._others = one, others
        self._at, self._places = common(one.terms, others.terms)
        self._owner = others.owner[self._at]

    def apart(self, runs: Counts, containment: Shares) -> NDArray[np.bool_]:
        """Which are `apart` from the one."""
        one, others = self._one, self._others
        told, theirs_told = one.told[self._places], others.told[self._at]
        titled = one.titled[self._places] & others.titled[self._at]
        # Words of the headline, said again in the text, that the other has not at all.
        own = np.count_nonzero(one.told) > self._count(told)
        theirs = others.tolds > self._count(theirs_told)
        alike = self._count(titled) >= NEAR * np.minimum(np.count_nonzero(one.titled), others.titles)
        found: NDArray[np.bool_] = (own & theirs) | ((runs < SHORTEST) & (containment < WHOLE))
        found |= (own | theirs) & alike & (runs < SHORT) & (containment < CUT)
        return found

    def terms(self, places: Counts) -> Shares:
        """Of the telling words of the shorter of the one and each other at these places, how much the longer has."""
        shared = np.bincount(self._owner, self._one.idf[self._places], minlength=len(self._others.sides))[places]
        least = np.minimum(self._one.total, [self._others.sides[place].total for place in places.tolist()])
        found: Shares = shared / np.where(least > 0, least, np.inf)
        return found

    def about(self, place: int) -> float:
        """`weights.cosine` of the one and the other at this place."""
        first, second = self._one.weights, self._others.sides[place].weights
        here = self._owner == place
        norm = float(np.sqrt((first @ first) * (second @ second)))
        product = first[self._places[here]] @ second[self._at[here] - self._others.starts[place]]
        return float(product) / norm if norm else 0.0

    def _count(self, which: NDArray[np.bool_]) -> Counts:
        """Of each of the others, how many of these terms that it has in common with the one."""
        return np.bincount(self._owner[which], minlength=len(self._others.sides))


def common(one: NDArray[np.uint32], numbers: NDArray[np.uint32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where those of some numbers stand that are among others, which ascend, and where among these."""
    if not len(one):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    # Of hashes most are not among them; those whose last bits are not, are left out by one look-up.
    marked = np.zeros(_LOW + 1, bool)
    marked[one & _LOW] = True
    perhaps = np.flatnonzero(marked[numbers & _LOW])
    places = np.minimum(one.searchsorted(numbers[perhaps]), len(one) - 1)
    same = one[places] == numbers[perhaps]
    return perhaps[same], places[same]


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
