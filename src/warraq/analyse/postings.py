"""The terms of articles that come and go, in arrays: numbered, row by row, and by term.

Numbers are small, so that whatever is to be looked up about a term is looked up in an array.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from warraq.analyse.background import Background
from warraq.analyse.common import idf as idf_of
from warraq.analyse.weights import Weights, strength_of

ROOM = 256
"""Places of an array to begin with."""

Numbers = NDArray[np.intp]
"""Of terms or rows."""


class Column:
    """An array that grows at its end."""

    def __init__(self, kind: DTypeLike) -> None:
        self._room: NDArray[Any] = np.zeros(ROOM, kind)
        self._size = 0

    @property
    def values(self) -> NDArray[Any]:
        """What is in it: a view, good until it grows."""
        return self._room[: self._size]

    def append(self, value: float) -> None:
        """Add a value at its end."""
        self._grow(1)
        self._room[self._size - 1] = value

    def extend(self, values: NDArray[Any]) -> None:
        """Add values at its end."""
        self._grow(len(values))
        self._room[self._size - len(values) : self._size] = values

    def _grow(self, count: int) -> None:
        self._size += count
        if self._size > len(self._room):
            self._room = np.concatenate([self._room, np.zeros(self._size + ROOM, self._room.dtype)])

    def keep(self, places: Numbers) -> None:
        """Forget all values but those at these places."""
        self._room = self._room[places]
        self._size = len(places)

    def drop(self, count: int) -> None:
        """Forget the first ones."""
        self._size -= count
        self._room = self._room[count:].copy()


class _Numbers(dict[int, int]):
    """Gives whatever it is asked for the next number."""

    def __missing__(self, code: int) -> int:
        number = self[code] = len(self)
        return number


class Vocabulary:
    """Terms by number, in the order in which they were met, and how telling each is."""

    def __init__(self) -> None:
        self.background = Background()
        self._numbers = _Numbers()
        self._codes = Column(np.uint32)
        self._strengths = Column(np.float64)
        self._idf = Column(np.float64)
        self._spread = np.zeros(ROOM)

    @property
    def strengths(self) -> Weights:
        """`strength` of each term."""
        return self._strengths.values

    @property
    def idf(self) -> Weights:
        """`common.idf` of each term."""
        return self._idf.values

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, codes: NDArray[np.uint32]) -> Numbers:
        """The number of each term; those never met get the next ones."""
        known = len(self._numbers)
        found = np.array([*map(self._numbers.__getitem__, codes.tolist())], np.intp)
        if len(self._numbers) > known:
            idf = idf_of(self.background, codes[found >= known])
            self._codes.extend(codes[found >= known])
            self._idf.extend(idf)
            self._strengths.extend(strength_of(idf))
        return found

    def weigh_by(self, background: Background) -> None:
        """Let another background say how telling terms are."""
        self.background = background
        self._idf.values[:] = idf_of(background, self._codes.values)
        self._strengths.values[:] = strength_of(self._idf.values)

    def keep(self, kept: Numbers) -> None:
        """Forget all other terms than these (ascending), which are numbered anew in the same order."""
        for column in (self._codes, self._strengths, self._idf):
            column.keep(kept)
        self._numbers = _Numbers(zip(self._codes.values.tolist(), range(len(kept)), strict=True))

    def spread(self, terms: Numbers, values: Weights, over: Numbers) -> Weights:
        """The value of each term of `over`: that given for it in `terms`, 0 for any other."""
        if len(self._spread) < len(self._numbers):
            self._spread = np.zeros(2 * len(self._numbers))
        self._spread[terms] = values
        found: Weights = self._spread[over]
        self._spread[terms] = 0
        return found


class Index:
    """An inverted index: for each term the rows that hold it, ascending, and how often."""

    def __init__(self) -> None:
        self.rows = 0
        """Rows that are indexed."""
        self._starts = np.zeros(1, np.intp)
        self._rows = np.zeros(0, np.int32)
        self._often = np.zeros(0, np.float32)

    def add(self, rows: Numbers, terms: Numbers, often: Weights, total: int) -> None:
        """Index further rows, up to `total`: each entry's row, term and how often it is there."""
        order = np.argsort(terms, kind="stable")
        terms = terms[order]
        size = max(len(self._starts) - 1, int(terms[-1]) + 1 if len(terms) else 0)
        ends = np.concatenate([self._starts[1:], np.full(size + 1 - len(self._starts), len(self._rows))])
        self._rows = np.insert(self._rows, ends[terms], rows[order])
        self._often = np.insert(self._often, ends[terms], often[order])
        self._starts = np.concatenate([[0], ends + np.cumsum(np.bincount(terms, minlength=size))])
        self.rows = total

    def drop(self, rows: int, terms: Numbers) -> None:
        """Forget the first rows, and all terms but these (`Vocabulary.keep`), which no other row holds."""
        kept = self._rows >= rows
        starts = np.concatenate([[0], np.cumsum(kept)])[self._starts]
        self._starts = np.append(starts[terms[terms < len(starts) - 1]], starts[-1])
        self._rows, self._often = self._rows[kept] - np.int32(rows), self._often[kept]
        self.rows -= min(rows, self.rows)

    def dots(self, terms: Numbers, weights: Weights) -> Weights:
        """For each row the sum over these terms of how often it holds them, times their weights."""
        known = terms < len(self._starts) - 1
        starts, ends = self._starts[terms[known]], self._starts[terms[known] + 1]
        parts = [slice(*pair) for pair in zip(starts.tolist(), ends.tolist(), strict=True)]
        if not parts:
            return np.zeros(self.rows)
        products = np.concatenate([self._often[part] for part in parts]) * np.repeat(weights[known], ends - starts)
        rows = np.concatenate([self._rows[part] for part in parts])
        return np.bincount(rows, products, self.rows).astype(np.float64, copy=False)
