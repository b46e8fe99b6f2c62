"""How telling a word is: in how many of an archive's articles it stands.

A `Background` holds the document frequencies of the first n articles in the order (first seen, id). It is a function
of those articles alone, whatever way it was counted, so a page as of T that uses a checkpoint complete by T equals
the page of an archive that ended at T (docs/decisions/0002-background.md).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.vectors import Vector

FIRST = 64
"""Articles of the first checkpoint."""
_HEAD = struct.Struct("<QQ")


def checkpoints() -> Iterator[int]:
    """Sizes at which a background is kept: 64, 91, 128, 181 ... each the last times the square root of two."""
    size = FIRST
    while True:
        yield size
        yield round(size * 2**0.5)
        size *= 2


def _none() -> NDArray[np.uint32]:
    return np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """Document frequencies: `counts[i]` of the `articles` articles hold the term `codes[i]` (ascending).

    ``Background()`` has seen nothing: every word is as telling as any other.
    """

    articles: int = 0
    codes: NDArray[np.uint32] = field(default_factory=_none)
    counts: NDArray[np.uint32] = field(default_factory=_none)

    def frequencies(self, codes: NDArray[np.uint32]) -> NDArray[np.int64]:
        """In how many articles each of the terms stands; 0 for one never seen."""
        if not len(self.codes):
            return np.zeros(len(codes), np.int64)
        places = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[places] == codes, self.counts[places], 0).astype(np.int64)

    def idf(self, codes: NDArray[np.uint32]) -> NDArray[np.float64]:
        """``ln((n + 2) / (df + 1))`` of each term: above 0 for all, ln 2 for all while nothing has been seen."""
        found: NDArray[np.float64] = np.log((self.articles + 2) / (self.frequencies(codes) + 1))
        return found

    def merge(self, vectors: Sequence[Vector]) -> Background:
        """The background after these further articles."""
        if not vectors:
            return self
        codes, counts = np.unique(np.concatenate([vector["term"] for vector in vectors]), return_counts=True)
        places = np.searchsorted(self.codes, codes)
        known = np.zeros(len(codes), bool)
        inside = places < len(self.codes)
        known[inside] = self.codes[places[inside]] == codes[inside]
        added = self.counts.copy()
        added[places[known]] += counts[known].astype(np.uint32)
        new = ~known
        return Background(
            self.articles + len(vectors),
            np.insert(self.codes, places[new], codes[new]),
            np.insert(added, places[new], counts[new].astype(np.uint32)),
        )

    def pack(self) -> bytes:
        """As bytes, about 4 a term: counts and distances between codes, by byte planes, compressed."""
        steps = np.diff(self.codes, prepend=np.uint32(0))
        return _HEAD.pack(self.articles, len(self.codes)) + zlib.compress(_planes(steps) + _planes(self.counts), 1)

    @classmethod
    def unpack(cls, packed: bytes) -> Background:
        """The inverse of `pack`; no bytes are the empty background. Raises `ValueError` for anything else."""
        if not packed:
            return cls()
        try:
            articles, size = _HEAD.unpack_from(packed)
            planes = np.frombuffer(zlib.decompress(packed[_HEAD.size :]), np.uint8).reshape(2, 4, size)
        except (struct.error, zlib.error, ValueError) as error:
            raise ValueError(f"not a background: {error}") from error
        steps, counts = (np.ascontiguousarray(part.T).view("<u4").reshape(size) for part in planes)
        return cls(articles, np.cumsum(steps, dtype=np.uint32), counts.astype(np.uint32))


def _planes(values: NDArray[Any]) -> bytes:
    """All first bytes, then all second bytes, and so on: high bytes are nearly all zero, which compresses."""
    return np.ascontiguousarray(values.astype("<u4").view(np.uint8).reshape(-1, 4).T).tobytes()
