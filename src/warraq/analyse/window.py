"""The articles among which a new one is placed: the latest ones, found by their words.

An inverted index in memory: for each term the rows that hold it and how often. Rows are in the order of arrival; what
has left the window is passed over, and dropped when there is much of it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.vectors import TERM, Vector
from warraq.analyse.weights import LEAD, TITLE, Weights, strength, weigh
from warraq.types import ArticleId, OutletId, Placed

SLACK = 4
"""What has left the window is dropped when it is more than one in so many of what is in it, and more than `FEW`."""
FEW = 256

Rows = NDArray[np.intp]


class Window:
    """The latest articles that were placed. A row is an article; a story is known by a number as long as it is here."""

    def __init__(self, span: int, articles: int) -> None:
        self._span, self._articles = span, articles
        self._background = Background()
        self._placed: list[Placed] = []
        self._vectors: list[Vector] = []
        self._start = 0
        self._base = 0
        """The number, since the beginning, of the first article that is still kept."""
        self._rows: dict[int, array[int]] = {}
        self._often: dict[int, array[float]] = {}
        self._norms = _Column(np.float64)
        self._published = _Column(np.int64)
        self._stories = _Column(np.int64)
        self._names: list[tuple[int, ArticleId]] = []
        self._numbers: dict[ArticleId, int] = {}

    # -- what is in it: arrays and numbers of rows count from the first article that is still in the window ----

    @property
    def published(self) -> NDArray[np.int64]:
        """When each article was published, in microseconds."""
        return self._published.values[self._start :]

    @property
    def stories(self) -> NDArray[np.int64]:
        """The story of each article."""
        return self._stories.values[self._start :]

    def name(self, story: int) -> ArticleId:
        """The id of a story."""
        return self._names[story][1]

    def beginning(self, story: int) -> tuple[int, ArticleId]:
        """When the first article of a story was first seen, and its id."""
        return self._names[story]

    def event(self, row: int) -> ArticleId:
        """The event an article reports."""
        return self._placed[self._start + row].event

    def outlet(self, row: int) -> OutletId:
        """Who published it."""
        return self._placed[self._start + row].arrival.outlet

    def vector(self, row: int) -> Vector:
        """Its terms."""
        return self._vectors[self._start + row]

    # -- what changes it ---------------------------------------------------------------------------------------

    def add(self, placed: Placed) -> None:
        """Take in the next article."""
        row, vector = self._base + len(self._placed), np.frombuffer(placed.arrival.terms, TERM)
        self._placed.append(placed)
        self._vectors.append(vector)
        often = vector["body"] + TITLE * vector["title"] + LEAD * vector["lead"]
        for term, count in zip(vector["term"].tolist(), often.tolist(), strict=True):
            if (rows := self._rows.get(term)) is None:
                rows = self._rows[term] = array("I")
                self._often[term] = array("f")
            rows.append(row)
            self._often[term].append(count)
        story = self._numbers.setdefault(placed.story, len(self._names))
        if story == len(self._names):
            self._names.append((placed.began, placed.story))
        self._norms.append(float(self._norms_of([vector])[0]))
        self._published.append(placed.arrival.published)
        self._stories.append(story)

    def join(self, story: int, into: int) -> None:
        """Make two stories one, under the name of the second."""
        self._stories.values[self._stories.values == story] = into

    def move(self, now: int, background: Background) -> None:
        """Let go of what is too old, or too much, beside an article first seen `now`; weigh by this background."""
        while self._start < len(self._placed) and (
            self._placed[self._start].arrival.at < now - self._span or len(self._placed) - self._start > self._articles
        ):
            self._start += 1
        if self._start > FEW and self._start * SLACK > len(self._placed) - self._start:
            self._drop()
        if background is not self._background:
            self._background = background
            for first in range(0, len(self._vectors), FEW):
                part = slice(first, first + FEW)
                self._norms.values[part] = self._norms_of(self._vectors[part])

    def _drop(self) -> None:
        """Forget what has left the window."""
        first = self._base + self._start
        for term, rows in list(self._rows.items()):
            gone = bisect_left(rows, first)
            if gone == len(rows):
                del self._rows[term], self._often[term]
            elif gone:
                del rows[:gone], self._often[term][:gone]
        kept, numbers = np.unique(self.stories, return_inverse=True)
        self._names = [self._names[story] for story in kept.tolist()]
        self._numbers = {name: story for story, (_, name) in enumerate(self._names)}
        self.stories[:] = numbers
        for column in (self._norms, self._published, self._stories):
            column.drop(self._start)
        del self._placed[: self._start], self._vectors[: self._start]
        self._base, self._start = first, 0

    def _norms_of(self, vectors: Sequence[Vector]) -> Weights:
        """The length of each; the same to the last bit whichever others are beside it."""
        records = np.concatenate(vectors)
        owner = np.repeat(np.arange(len(vectors)), [len(vector) for vector in vectors])
        weights = weigh(records, strength(records["term"], self._background))
        found: Weights = np.maximum(np.sqrt(np.bincount(owner, weights * weights, len(vectors))), 1e-6)
        return found

    # -- comparing ---------------------------------------------------------------------------------------------

    def cosines(self, vector: Vector) -> Weights:
        """The cosine of an article with each one in the window."""
        strengths = strength(vector["term"], self._background)
        weights = (weigh(vector, strengths) * strengths).tolist()
        rows, parts = [], []
        for term, weight in zip(vector["term"].tolist(), weights, strict=True):
            if (found := self._rows.get(term)) is not None:
                rows.append(np.frombuffer(found, np.uint32))
                parts.append(np.frombuffer(self._often[term], np.float32) * np.float64(weight))
        if not rows:
            return np.zeros(len(self._placed) - self._start)
        places = np.concatenate(rows).astype(np.int64) - self._base
        dots = np.bincount(places, np.concatenate(parts), len(self._placed))
        cosines: Weights = np.round(dots / (self._norms.values * self._norms_of([vector])), 6)[self._start :]
        return cosines

    def likeness(self, ours: Rows, weights: Weights, theirs: Rows, their_weights: Weights) -> float:
        """The sum of the cosines of all pairs, each times the weights of the two."""
        terms, sums = self._sum(ours, weights)
        others, their_sums = self._sum(theirs, their_weights)
        _, left, right = np.intersect1d(terms, others, assume_unique=True, return_indices=True)
        return float(np.add.reduce(sums[left] * their_sums[right]))

    def _sum(self, rows: Rows, weights: Weights) -> tuple[NDArray[np.uint32], Weights]:
        """The sum of articles' vectors, each of length 1 times its weight: (terms, weights)."""
        vectors = [self._vectors[self._start + row] for row in rows.tolist()]
        records = np.concatenate(vectors)
        factors = weights / self._norms.values[self._start + rows]
        terms, columns = np.unique(records["term"], return_inverse=True)
        parts = weigh(records, strength(terms, self._background)[columns])
        parts *= np.repeat(factors, [len(vector) for vector in vectors])
        return terms, np.bincount(columns, parts, len(terms)).astype(np.float64)


class _Column:
    """An array that grows at its end."""

    def __init__(self, kind: type[np.int64] | type[np.float64]) -> None:
        self._room: NDArray[Any] = np.zeros(FEW, kind)
        self._size = 0

    @property
    def values(self) -> NDArray[Any]:
        return self._room[: self._size]

    def append(self, value: float) -> None:
        if self._size == len(self._room):
            self._room = np.concatenate([self._room, np.zeros_like(self._room)])
        self._room[self._size] = value
        self._size += 1

    def drop(self, count: int) -> None:
        """Forget the first ones."""
        self._size -= count
        self._room[: self._size] = self._room[count : count + self._size].copy()
