"""One text compared with many: `copies.overlap` and `copies.are_copies` for all at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.copies import ENOUGH, Shares, Side, Sides, common, which_say_the_same
from warraq.analyse.vectors import SKETCH, Sketch, Vector

_ALL = np.uint32(0xFFFFFFFF)


class Sketches:
    """Sketches of texts to compare others with."""

    def __init__(self, sketches: Sequence[Sketch]) -> None:
        self._number = len(sketches)
        self._hashes = np.concatenate(sketches) if len(sketches) else np.empty(0, np.uint32)
        self._ends = np.cumsum([len(sketch) for sketch in sketches], dtype=np.intp)
        self._limits = np.array([s[-1] if len(s) >= SKETCH else _ALL for s in sketches], np.uint32)

    def overlap(self, one: Sketch) -> tuple[Shares, Shares]:
        """(containment of the shorter in the longer, Jaccard's index) of a text and each of these, estimated."""
        same, _ = common(one, self._hashes)
        # The number of a sketch without hashes is nowhere among the owners.
        shared = np.bincount(self._ends.searchsorted(same, "right"), minlength=self._number)
        # Counted are hashes up to the smaller of two sketches' limits; what stands in both is below both.
        own = one.searchsorted(self._limits, "right")
        below = self._hashes <= one[-1] if len(one) >= SKETCH else np.ones(len(self._hashes), bool)
        theirs = np.diff(np.cumsum(np.concatenate([[False], below]))[self._ends], prepend=0)
        least = np.minimum(own, theirs)
        shared[least < ENOUGH] = 0
        containment: Shares = shared / np.maximum(least, 1)
        jaccard: Shares = shared / np.maximum(own + theirs - shared, 1)
        return containment, jaccard


def which_are_copies(
    one: tuple[Vector, Sketch], others: Sequence[tuple[Vector, Sketch]], background: Background
) -> NDArray[np.bool_]:
    """`copies.are_copies` of an article and each of the others."""
    shares = Sketches([sketch for _, sketch in others]).overlap(one[1])
    runs = np.array([min(len(one[1]), len(sketch)) for _, sketch in others], np.intp)
    sides = Sides([Side(vector, background) for vector, _ in others])
    return which_say_the_same(Side(one[0], background), sides, runs, *shares)
