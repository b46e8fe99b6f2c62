"""The articles among which a new one is placed: the latest ones, found by their words.

Terms are known by small numbers (`Vocabulary`), so that what is to be looked up is looked up in an array. An article is
a row: its terms stand one after the other among those of all rows, in the order of arrival. The same by term, an
inverted index, is kept of all but the newest rows; these are looked through one by one until there are `NEW` of them.
What has left the window is passed over, and dropped when there is much of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.postings import Column, Index, Numbers, Vocabulary
from warraq.analyse.vectors import TERM, Vector
from warraq.analyse.weights import LEAD, TITLE, Weights
from warraq.arabic import words as words_of
from warraq.types import Arrival, ArticleId, OutletId, Placed

SLACK = 4
"""What has left the window is dropped when it is more than one in so many of what is in it, and more than `NEW`."""
NEW = 256
ASIDE = "إنفوغرافيك إنفوغراف إنفوجرافيك إنفوجراف شاهد فيديو صور لقطات سطور بروفايل قصة تويتر تغريدات مغردون"
"""Words in headlines of what goes with a report: pictures, a life, what people say."""
_ASIDE = frozenset(word.code for word in words_of(ASIDE))


class Entries(NamedTuple):
    """The terms of some articles, one after the other: which row of these each is of, its number, its place."""

    owner: Numbers
    terms: Numbers
    places: Numbers


class Words(NamedTuple):
    """The terms of one article by number, how often it is where (`TERM`), and how much each counts for that."""

    terms: Numbers
    counts: Vector
    often: Weights
    aside: bool
    """Whether its headline says that it is no plain report (`ASIDE`)."""


class Holders(NamedTuple):
    """Of some articles: how many they are, and how many of them hold each term of the vocabulary."""

    size: int
    reports: Numbers


class Window:
    """The latest articles that were placed. A row is an article; a story is known by a number as long as it is here."""

    def __init__(self, span: int, articles: int) -> None:
        self._span, self._articles = span, articles
        self._placed: list[Placed] = []
        self._start = 0
        self.vocabulary = Vocabulary()
        self._terms = Column(np.intp)
        self._counts = Column(TERM)
        self._often = Column(np.float32)
        self._bounds = Column(np.intp)
        """Where the terms of each row begin; and where those of the next one will."""
        self._bounds.append(0)
        self._index = Index()
        self._asides = Column(np.bool_)
        self._norms = Column(np.float64)
        self._published = Column(np.int64)
        self._stories = Column(np.int64)
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

    @property
    def asides(self) -> NDArray[np.bool_]:
        """Which articles are no plain reports, by their headlines (`ASIDE`)."""
        return self._asides.values[self._start :]

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

    def entries(self, rows: Numbers) -> Entries:
        """The terms of some articles."""
        starts, ends = self._bounds.values[rows + self._start], self._bounds.values[rows + self._start + 1]
        sizes = ends - starts
        owner = np.repeat(np.arange(len(rows)), sizes)
        places = np.arange(len(owner)) + (starts - np.cumsum(sizes) + sizes)[owner]
        return Entries(owner, self._terms.values[places], places)

    def counts(self, entries: Entries) -> Vector:
        """How often they are where."""
        found: Vector = self._counts.values[entries.places]
        return found

    def holders(self, rows: Numbers, words: Words) -> Holders:
        """Who of some articles, and of one more, holds which terms."""
        terms = np.concatenate([self.entries(rows).terms, words.terms])
        return Holders(len(rows) + 1, np.bincount(terms, minlength=len(self.vocabulary)))

    # -- what changes it ---------------------------------------------------------------------------------------

    def add(self, placed: Placed, words: Words | None = None) -> None:
        """Take in the next article. ``words``: what `read` made of it, if it was read after the last `move`."""
        words = words or self.read(placed.arrival)
        self._placed.append(placed)
        self._terms.extend(words.terms)
        self._counts.extend(words.counts)
        self._often.extend(words.often)
        self._asides.append(words.aside)
        self._bounds.append(len(self._terms.values))
        story = self._numbers.setdefault(placed.story, len(self._names))
        if story == len(self._names):
            self._names.append((placed.began, placed.story))
        self._norms.extend(self._norms_from(len(self._placed) - 1))
        self._published.append(placed.arrival.published)
        self._stories.append(story)
        if len(self._placed) - self._index.rows >= NEW:
            self._take_into_index()

    def join(self, story: int, into: int) -> None:
        """Make two stories one, under the name of the second."""
        self._stories.values[self._stories.values == story] = into

    def move(self, now: int, background: Background) -> None:
        """Let go of what is too old, or too much, beside an article first seen `now`; weigh by this background."""
        while self._start < len(self._placed) and (
            self._placed[self._start].arrival.at < now - self._span or len(self._placed) - self._start > self._articles
        ):
            self._start += 1
        if self._start > NEW and self._start * SLACK > len(self._placed) - self._start:
            self._drop()
        if background is not self.vocabulary.background:
            self.vocabulary.weigh_by(background)
            self._norms.values[:] = self._norms_from(0)

    def _drop(self) -> None:
        """Forget what has left the window."""
        gone = self._bounds.values[self._start]
        for column in (self._terms, self._counts, self._often):
            column.drop(gone)
        self._bounds.drop(self._start)
        self._bounds.values[:] -= gone
        held = np.bincount(self._terms.values, minlength=len(self.vocabulary)) > 0
        self._terms.values[:] = (np.cumsum(held) - 1)[self._terms.values]
        self.vocabulary.keep(np.flatnonzero(held))
        self._index.drop(self._start, np.flatnonzero(held))
        kept, numbers = np.unique(self.stories, return_inverse=True)
        self._names = [self._names[story] for story in kept.tolist()]
        self._numbers = {name: story for story, (_, name) in enumerate(self._names)}
        self.stories[:] = numbers
        for column in (self._asides, self._norms, self._published, self._stories):
            column.drop(self._start)
        del self._placed[: self._start]
        self._start = 0

    def _take_into_index(self) -> None:
        """Index the rows that are not indexed yet."""
        first = self._index.rows
        begin = self._bounds.values[first]
        rows = np.repeat(np.arange(first, len(self._placed)), np.diff(self._bounds.values[first:]))
        self._index.add(rows, self._terms.values[begin:], self._often.values[begin:], len(self._placed))

    def _norms_from(self, first: int) -> Weights:
        """The length of each row from one on."""
        begin = self._bounds.values[first]
        weights = self._often.values[begin:] * self.vocabulary.strengths[self._terms.values[begin:]]
        return np.maximum(np.sqrt(self._sums(weights * weights, first)), 1e-6)

    def _sums(self, values: Weights, first: int) -> Weights:
        """Of what each row from one on has for its terms; the same to the last bit whichever rows are beside it."""
        bounds = self._bounds.values[first:]
        sums = np.add.reduceat(np.append(values, 0.0), bounds[:-1] - bounds[0])
        return np.where(np.diff(bounds) > 0, sums, 0.0)

    # -- comparing ---------------------------------------------------------------------------------------------

    def read(self, arrival: Arrival) -> Words:
        """The terms of an article that may not be in the window."""
        vector = np.frombuffer(arrival.terms, TERM)
        often = vector["body"] + TITLE * vector["title"] + LEAD * vector["lead"]  # times `strength` it is `weigh`
        aside = not _ASIDE.isdisjoint(vector["term"][vector["title"] > 0].tolist())
        return Words(self.vocabulary.numbers(vector["term"]), vector, often, aside)

    def cosines(self, words: Words) -> Weights:
        """The cosine of an article with each one in the window."""
        strengths = self.vocabulary.strengths[words.terms]
        weights = words.often * strengths
        norm = max(float(np.sqrt(weights @ weights)), 1e-6)
        weights *= strengths
        first = self._index.rows
        begin = self._bounds.values[first]
        new = self._often.values[begin:] * self.vocabulary.spread(words.terms, weights, self._terms.values[begin:])
        dots = np.concatenate([self._index.dots(words.terms, weights), self._sums(new, first)])
        cosines: Weights = np.round(dots / (self._norms.values * norm), 6)[self._start :]
        return cosines

    def sum(self, rows: Numbers, weights: Weights) -> Sum:
        """The sum of some articles, each of length 1 times its weight."""
        entries = self.entries(rows)
        factors = weights / self._norms.values[self._start + rows]
        parts = self._often.values[entries.places] * self.vocabulary.strengths[entries.terms] * factors[entries.owner]
        return Sum(entries.terms, parts)

    def likeness(self, one: Sum, two: Sum) -> float:
        """The sum of the cosines of all pairs of two sums' articles, each times the weights of the two."""
        return float(np.add.reduce(self.vocabulary.spread(*one.gathered, two.terms) * two.parts))


class Sum:
    """A sum of articles: weights of terms, a term as often as articles hold it."""

    def __init__(self, terms: Numbers, parts: Weights) -> None:
        self.terms, self.parts = terms, parts

    @cached_property
    def gathered(self) -> tuple[Numbers, Weights]:
        """The terms and weights, each term once."""
        sums = np.bincount(self.terms, self.parts).astype(np.float64)
        terms = np.flatnonzero(sums)
        return terms, sums[terms]
