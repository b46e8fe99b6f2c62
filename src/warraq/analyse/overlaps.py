"""How much of each of many texts stands in each other: `copies.overlap` for one text against all the rest at once.

The hashes of all sketches are numbered once; then a text is compared with all others by counting, without a search.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.copies import ENOUGH
from warraq.analyse.vectors import SKETCH, Sketch


class Overlaps:
    """Sketches to compare with each other."""

    def __init__(self, sketches: Sequence[Sketch]) -> None:
        self._count = len(sketches)
        sizes = np.array([len(sketch) for sketch in sketches], np.intp)
        self._ends = np.cumsum(sizes)
        self._starts = self._ends - sizes
        self._owner = np.repeat(np.arange(self._count), sizes)
        hashes = np.concatenate(sketches) if self._count else np.empty(0, np.uint32)
        known, self._numbers = np.unique(hashes, return_inverse=True)
        self._known = len(known)
        # The number of the largest hash that a sketch would have kept; a text whose hashes are all there kept any.
        self._limits = np.full(self._count, self._known)
        whole = sizes >= SKETCH
        self._limits[whole] = self._numbers[self._ends[whole] - 1]

    def containment(self, i: int) -> NDArray[np.float64]:
        """Of each text with text `i`, how much of the shorter stands in the longer, 0..1: see `copies.overlap`."""
        own = self._numbers[self._starts[i] : self._ends[i]]
        marked = np.zeros(self._known, bool)
        marked[own] = True
        shared = np.bincount(self._owner, marked[self._numbers], minlength=self._count)
        theirs = np.bincount(self._owner, self._numbers <= self._limits[i], minlength=self._count)
        ours = np.searchsorted(own, self._limits, "right")
        least = np.minimum(ours, theirs)
        shares: NDArray[np.float64] = np.where(least >= ENOUGH, shared / np.maximum(least, 1), 0.0)
        return shares
