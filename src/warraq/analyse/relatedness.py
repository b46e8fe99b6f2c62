"""How much two articles belong together: one number, the mean of three shares between 0 and 1.

* **about**: the cosine of their weighted terms (`weights`). Blind to where a word stands, and one name that both repeat
  can make up most of it.
* **titles**: how much of what each one's title says, the other says anywhere. An outlet puts into the title what is
  new, and the same event has another title in each outlet, but its words stand in the others' texts.
* **heavy**: how much of what each one's `HEAVY` heaviest words weigh, the other says. Blind to how often the other says
  them: one remark that has the subject counts, a hundred words that only one of them has do not.

Words that the lexicon does not know are mostly names and numbers. They say who and how many, which many articles on
other matters share, so they count less here than words that say what happened (`NAMED`).

**How it was fitted.** The three parts have equal weights: with 120 judged pairs (SemEval-2022 Task 8, Arabic) weights
fitted by ridge regression do worse on pairs left out than equal ones. `HEAVY` was there before; `NAMED`, and `TITLE`,
`LEAD`, `RARE`, `TELLING` of `weights`, are near the best of a grid. Choosing all of them anew within each of ten folds
keeps what was gained (quality/similarity.py --cross prints both). Word spaces learned from the news corpora gain
nothing over these parts (docs/decisions/0007-no-word-space.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.vectors import TERM, Vector
from warraq.analyse.weights import Weights, strength, weigh
from warraq.arabic import code
from warraq.arabic.inflect import known_forms

HEAVY = 12
"""The heaviest terms of an article: what it is about in so many words."""
NAMED = 0.6
"""What a word that the lexicon does not know counts, beside one that it knows."""


class Rows:
    """Term vectors as one sparse matrix, a row a vector, a column a term; the others are compared with the first.

    What the first row has nothing of does not count where the two are compared: `common` are the entries it has
    something of, those of the first row itself before all others. Values for these are given and taken in their order.
    """

    def __init__(self, vectors: Sequence[Vector], background: Background) -> None:
        records = np.frombuffer(b"".join([vector.data for vector in vectors]), TERM)
        self.sizes = np.array([len(vector) for vector in vectors])
        self.ends = np.cumsum(self.sizes)
        self._owner = np.repeat(np.arange(len(vectors)), self.sizes)
        self.terms, self.columns = np.unique(np.ascontiguousarray(records["term"]), return_inverse=True)
        self.strengths = strength(self.terms, background)
        self.weights = weigh(records, self.strengths[self.columns])
        self.titles = np.ascontiguousarray(records["title"])
        self.bodies = np.ascontiguousarray(records["body"])
        self.norms = np.sqrt(np.maximum(self.sums(self.weights * self.weights), 1e-12))
        first = np.zeros(len(self.terms), bool)
        first[self.columns[: self.sizes[0]]] = True
        self.common = np.flatnonzero(first[self.columns])
        self._common_owner = self._owner[self.common]
        self._common_columns = self.columns[self.common]

    def __len__(self) -> int:
        return len(self.sizes)

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The sum over each row of a value for each entry."""
        # One more value, for rows without entries at the end; those in between get their neighbour's, and then 0.
        if self.sizes.all():
            return np.add.reduceat(values, self.ends - self.sizes)
        over = np.add.reduceat(np.append(values, 0.0), self.ends - self.sizes)
        return np.where(self.sizes > 0, over, 0.0)

    def owner(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        """The rows of some `common` entries, by their places among these."""
        found: NDArray[np.intp] = self._common_owner[places]
        return found

    def tally(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """The sum over each row of a value for each `common` entry."""
        return np.bincount(self._common_owner, values, minlength=len(self)).astype(np.float64, copy=False)

    def first(self, values: NDArray[Any]) -> NDArray[Any]:
        """For each `common` entry the value that the first row has for its term; given those of `common` entries."""
        spread = np.zeros(len(self.terms), values.dtype)
        own = slice(0, int(self.sizes[0]))
        spread[self._common_columns[own]] = values[own]
        found: NDArray[Any] = spread[self._common_columns]
        return found

    def row(self, i: int) -> slice:
        """The entries of a row."""
        return slice(int(self.ends[i] - self.sizes[i]), int(self.ends[i]))

    def common_of(self, i: int) -> slice:
        """Where a row's `common` entries are among them all."""
        start, end = self.common.searchsorted([self.ends[i] - self.sizes[i], self.ends[i]]).tolist()
        return slice(start, end)

    def cosines(self) -> NDArray[np.float64]:
        """The cosine of the first row with each (1 with itself), rounded so that the last bits decide nothing."""
        weights = self.weights[self.common]
        found: NDArray[np.float64] = np.round(
            self.tally(weights * self.first(weights)) / (self.norms * self.norms[0]), 6
        )
        return found

    def alike(self, i: int) -> NDArray[np.float64]:
        """The cosine of any row with each, less precise."""
        spread, row = np.zeros(len(self.terms)), self.row(i)
        spread[self.columns[row]] = self.weights[row]
        dots = self.sums(self.weights * spread[self.columns])
        found: NDArray[np.float64] = np.round(dots / (self.norms * self.norms[i]), 4)
        return found

    def heavy(self, weights: Weights) -> NDArray[np.bool_]:
        """Which entries are among the `HEAVY` heaviest of their row (all that are equal to the last of these)."""
        least = np.zeros(len(self))
        for i in np.flatnonzero(self.sizes > HEAVY).tolist():
            row = weights[self.row(i)].copy()
            row.partition(len(row) - HEAVY)
            least[i] = row[-HEAVY]
        found: NDArray[np.bool_] = weights >= least[self._owner]
        return found


class Parts(NamedTuple):
    """Of each row with the first, in 0..1."""

    about: NDArray[np.float64]
    titles: NDArray[np.float64]
    heavy: NDArray[np.float64]
    heaviest: NDArray[np.bool_]
    """Which `common` entries of the rows are among the `HEAVY` heaviest of theirs."""

    @property
    def mean(self) -> NDArray[np.float64]:
        """The score."""
        found: NDArray[np.float64] = np.round((self.about + self.titles + self.heavy) / 3, 6)
        return found


def parts(rows: Rows) -> Parts:
    """How much each row belongs with the first, by its three parts (the first with itself: 1)."""
    factor = np.where(known(rows.terms), 1.0, NAMED)
    weights = rows.weights * factor[rows.columns]
    common = weights[rows.common]
    norms = np.sqrt(np.maximum(rows.sums(weights * weights), 1e-12))
    about = rows.tally(common * rows.first(common)) / (norms * norms[0])
    titles = rows.titles * (rows.strengths * factor)[rows.columns]
    heaviest = rows.heavy(weights)
    heavy = _said(rows, np.where(heaviest, weights, 0.0))
    return Parts(about, _said(rows, titles), heavy, heaviest[rows.common])


def ties(rows: Rows, heaviest: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How telling, in all, the title words of each of two are that the other is about: are among its `heaviest`.

    Unlike a share it grows with the number of such words: two names tie more than one.
    """
    titles = np.where(rows.titles[rows.common] > 0, rows.strengths[rows.columns[rows.common]], 0.0)
    there = np.where(heaviest, rows.first(titles), 0.0)
    back = np.where(rows.first(heaviest), titles, 0.0)
    return rows.tally(there + back)


def rarest(rows: Rows, heaviest: NDArray[np.bool_], background: Background) -> NDArray[np.float64]:
    """How rare the rarest word is that both are about: 0 for none or one in every article, 1 for one never seen before.

    The logarithm of how many articles hold it, as a share of that of how many there are.
    """
    idf = np.zeros(len(rows.common))
    own = slice(0, int(rows.sizes[0]))
    idf[own] = background.idf(rows.terms[rows.columns[own]])
    both = np.flatnonzero(heaviest & rows.first(heaviest))
    shares = np.zeros(len(rows))
    np.maximum.at(shares, rows.owner(both), rows.first(idf)[both])
    shares /= math.log(background.articles + 2)
    return shares


def relatedness(one: Vector, two: Vector, background: Background) -> float:
    """How much two articles belong together, 0..1."""
    return float(parts(Rows([one, two], background)).mean[1])


def _said(rows: Rows, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of two shares: of the first row's values in each row, and of each row's values in the first."""
    common = values[rows.common]
    there = rows.tally(rows.first(common))
    shares: NDArray[np.float64] = (
        there / max(there[0], 1e-12) + rows.tally(common) / np.maximum(rows.sums(values), 1e-12)
    ) / 2
    return shares


@cache
def _lexicon() -> NDArray[np.uint32]:
    """The codes of the stems of all known words, ascending."""
    stems = {stem for stem, _ in chain.from_iterable(forms.values() for forms in known_forms())}
    return np.array(sorted(map(code, stems)), np.uint32)


def known(terms: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which of these are terms of words that the lexicon knows."""
    lexicon = _lexicon()
    found: NDArray[np.bool_] = lexicon[np.minimum(np.searchsorted(lexicon, terms), len(lexicon) - 1)] == terms
    return found
