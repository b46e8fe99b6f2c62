"""Which of many texts may be copies of one, by their sketches: `copies.may_be_copies` for all at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.copies import CONTAINMENT, ENOUGH, SHARED
from warraq.analyse.vectors import SKETCH, Sketch

_LOW = 0xFFFF
_ALL = 0xFFFFFFFF


def may_carry(one: Sketch, others: Sequence[Sketch]) -> NDArray[np.bool_]:
    """Which of the others have enough in common with a text to carry it, whatever they are about."""
    found = np.zeros(len(others), bool)
    # The number of a sketch without hashes is nowhere among the owners.
    sizes = np.array([len(other) for other in others], np.intp)
    hashes = np.concatenate(others) if len(others) else np.empty(0, np.uint32)
    if not len(hashes) or not len(one):
        return found
    # Most hashes are not the text's; those whose last bits are not, are left out by one look-up.
    marked = np.zeros(_LOW + 1, bool)
    marked[one & _LOW] = True
    perhaps = np.flatnonzero(marked[hashes & _LOW])
    places = np.minimum(one.searchsorted(hashes[perhaps]), len(one) - 1)
    same = perhaps[one[places] == hashes[perhaps]]
    ends = np.cumsum(sizes)
    owner = ends.searchsorted(same, "right")
    # Counted are hashes up to the smaller of two sketches' limits; what stands in both is below both.
    shared = np.bincount(owner, minlength=len(others))
    worth = np.flatnonzero(shared >= CONTAINMENT * ENOUGH)
    limit = int(one[-1]) if len(one) >= SKETCH else _ALL
    for i in worth.tolist():
        other = others[i]
        theirs = int(other[-1]) if len(other) >= SKETCH else _ALL
        two = len(other) if theirs <= limit else int(other.searchsorted(np.uint32(limit), "right"))
        own = len(one) if limit <= theirs else int(one.searchsorted(np.uint32(theirs), "right"))
        least = min(own, two)
        if least >= ENOUGH:
            common = int(shared[i])
            containment, jaccard = common / least, common / (own + two - common)
            found[i] = containment >= CONTAINMENT and containment + 2 * jaccard >= SHARED
    return found
