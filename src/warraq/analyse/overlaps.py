"""How much of each of many texts stands in each other: `copies.overlap` for one text against all the rest at once.

The hashes of all sketches are numbered once; then a text is compared with all others by counting, without a search.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.copies import ENOUGH
from warraq.analyse.vectors import SKETCH, Sketch

FEW = 3
"""Hashes that must be shared to be worth counting: with `ENOUGH` to compare, fewer are nowhere near a repetition."""


class Overlaps:
    """Sketches to compare with each other."""

    def __init__(self, sketches: Sequence[Sketch]) -> None:
        sizes = np.array([len(sketch) for sketch in sketches], np.intp)
        hashes = np.concatenate(sketches) if len(sketches) else np.empty(0, np.uint32)
        known, numbers, often = np.unique(hashes, return_inverse=True, return_counts=True)
        # The number of the largest hash that a sketch would have kept; a text whose hashes are all there kept any.
        ends = np.cumsum(sizes)
        self._numbers = np.split(numbers, ends[:-1])
        self._limits = [int(own[-1]) if len(own) >= SKETCH else len(known) for own in self._numbers[: len(sketches)]]
        # Most hashes stand in one text alone and need not be looked at again.
        shared = often[numbers] > 1
        self._shared = numbers[shared]
        self._owner = np.repeat(np.arange(len(sketches)), sizes)[shared]
        self._known = len(known)

    def containment(self, i: int) -> NDArray[np.float64]:
        """Of each text with text `i`, how much of the shorter stands in the longer, 0..1: see `copies.overlap`.

        0 where fewer than `FEW` hashes are shared, and for the text itself.
        """
        own, limit = self._numbers[i], self._limits[i]
        marked = np.zeros(self._known, bool)
        marked[own] = True
        counts = np.bincount(self._owner, marked[self._shared], minlength=len(self._limits))
        counts[i] = 0
        shares = np.zeros(len(self._limits))
        for j in np.flatnonzero(counts >= FEW).tolist():
            theirs = np.searchsorted(self._numbers[j], limit, "right")
            least = int(min(theirs, np.searchsorted(own, self._limits[j], "right")))
            if least >= ENOUGH:
                shares[j] = counts[j] / least
        return shares
