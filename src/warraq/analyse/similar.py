"""What else to read beside an article: similar ones, the read-also, its copies, its story. Pure and repeatable.

The index proposes some hundred neighbours by the article's most telling words (`query_terms`); `rank` compares
them whole. The outcome depends on the article, the candidates (in whatever order), the background and the moment,
and on nothing else: candidates are taken by id, sums are made in that order and rounded before they are compared.

* Two articles are alike by what they are about (`weights`), and must have in common words that are heavy in both: an
  article is not similar for a phrase such as ``تبدأ … بالتعاون مع``.
* News fades: what is near the moment or near the article in time comes slightly first.
* Nothing twice: no copies of the article, nor of each other, nor what repeats half a text. Copies of the article in
  other outlets are named apart, the first seen first.
* Not ten of one story, unless there is nothing else: each choice counts less the more it resembles those before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.copies import UNLIKE, Likeness, likeness
from warraq.analyse.vectors import TERM, Sketch, Vector, telling, unpack, unpack_sketch
from warraq.analyse.weights import Weights, strength, weigh
from warraq.arabic import words
from warraq.types import Analysis, Article, ArticleId, Brief, OutletId, micros

QUERY_TERMS = 20
ASKED_RARE = 7.0
"""The idf beyond which words are alike when neighbours are asked for: in less than one article of a thousand."""
SCALE = 20
"""The weight of the heaviest query term; the others are whole shares of it."""

FLOOR = 0.12
"""Cosine under which two articles have nothing to do with each other."""
FAR_BEHIND = 0.25
"""Share of the best cosine under which a candidate is left out: beside close ones it would look like a mistake."""
HEAVY = 12
"""The heaviest terms of an article: what it is about in so many words."""
SAME_STORY = 0.35
"""Cosine from which reports of neighbouring days are taken for reports of one event."""
STORY_GAP = 4 * 86_400_000_000
"""Microseconds between two reports of a story."""
STORY_SIZE = 20
SHORTLIST = 50
"""Candidates looked at closely."""
SUBSTANTIAL = 30
"""Words that say something; with fewer an article is not worth a reader's way."""
FRESH, FRESH_DAYS = 0.10, 30.0
NEAR, NEAR_DAYS = 0.10, 7.0
"""Shares by which closeness to the moment, and to the article, raises a score, and in how many days they halve."""
VARIETY = 0.35
"""Share of its score that a choice loses for a full likeness to one chosen before."""
REASONS = 6
_DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Candidate:
    """An article to compare. Times in microseconds; ``published`` is ``first_seen`` where the outlet gives no date."""

    id: ArticleId
    outlet: OutletId
    first_seen: int
    published: int
    vector: Vector
    sketch: Sketch

    @classmethod
    def of(cls, brief: Brief, analysis: Analysis) -> Candidate:
        """From what the store gives."""
        first_seen = micros(brief.first_seen_at)
        published = min(micros(brief.published.at), first_seen) if brief.published else first_seen
        return cls(brief.id, brief.outlet, first_seen, published, unpack(analysis), unpack_sketch(analysis))

    @cached_property
    def size(self) -> int:
        """Telling words of the body."""
        return int(self.vector["body"].sum())


@dataclass(frozen=True, slots=True)
class Related:
    """An article to read, and why: ``shared`` are the codes of the terms that tie the two, most telling first."""

    id: ArticleId
    score: float
    shared: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """A copy. ``share``: how much of the shorter text stands in the longer, 0..1."""

    id: ArticleId
    share: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """What belongs beside an article. The read-also is not among the similar ones, copies are nowhere else."""

    similar: tuple[Related, ...] = ()
    read_also: Related | None = None
    copies: tuple[Carried, ...] = ()
    """In other outlets, the first seen first."""
    story: tuple[Related, ...] = ()
    """The event's other reports, in time order; these may stand among the similar ones too."""


def query_terms(
    article: Article, vector: Vector, background: Background, limit: int = QUERY_TERMS
) -> list[tuple[str, int]]:
    """The stems to ask an index for neighbours with, and their weights (1 to `SCALE`), the heaviest first.

    An index sums weights of the words that are there, however often. So rare words are asked for first (frequency
    times idf squared): 300 neighbours by 20 such words hold 87 of 100 of the ten nearest by cosine, and the index
    reads a third of the postings of words that are weighed as for the cosine.
    """
    stems = {word.code: word.stem for word in words(article.title) if telling(word)}
    stems.update((word.code, word.stem) for word in words(article.text) if telling(word))
    weights = weigh(vector, np.minimum(background.idf(vector["term"]), ASKED_RARE) ** 2)
    heaviest = np.lexsort((vector["term"], -weights))[: limit + 8]
    most = float(weights[heaviest[0]]) if len(heaviest) else 1.0
    chosen = []
    for place in heaviest:
        stem = stems.get(int(vector["term"][place]))
        if stem is not None:
            chosen.append((stem, max(1, round(SCALE * float(weights[place]) / most))))
    return chosen[:limit]


def nearest(
    vector: Vector, others: Sequence[tuple[ArticleId, Vector]], background: Background, limit: int = SHORTLIST
) -> list[ArticleId]:
    """The articles most about what `vector` is about, the nearest first; equal ones by id. `rank` looks at these."""
    ordered = sorted(others, key=lambda other: other[0])
    if not ordered or not len(vector):
        return []
    sizes = [len(found) for _, found in ordered]
    records = np.frombuffer(b"".join([found.data for _, found in ordered]), TERM)
    owner = np.repeat(np.arange(len(ordered)), sizes)
    terms = np.ascontiguousarray(records["term"])
    weights = weigh(records, strength(terms, background))
    own = weigh(vector, strength(vector["term"], background))
    places = np.minimum(np.searchsorted(vector["term"], terms), len(vector) - 1)
    common = np.where(vector["term"][places] == terms, own[places], 0.0)
    dots = np.bincount(owner, weights * common, minlength=len(ordered))
    norms = np.sqrt(np.maximum(np.bincount(owner, weights * weights, minlength=len(ordered)), 1e-12))
    order = np.argsort(-np.round(dots / norms, 6), kind="stable")[:limit]
    return [ordered[i][0] for i in order]


def rank(
    article: Candidate, candidates: Sequence[Candidate], background: Background, as_of: datetime, limit: int = 10
) -> Ranked:
    """Decide what belongs beside `article` as of a moment. Candidates first seen after it do not count."""
    now = micros(as_of)
    pool = _Pool(
        article,
        sorted((c for c in candidates if c.first_seen <= now and c.id != article.id), key=lambda c: c.id),
        background,
    )
    near = pool.nearest()
    alike = {i: pool.likeness(i) for i in near if pool.cosines[i] >= UNLIKE}
    copies = {i: found.containment for i, found in alike.items() if found.copy}
    rest = [i for i in near if i not in copies]
    floor = max(FLOOR, FAR_BEHIND * max((float(pool.cosines[i]) for i in rest), default=0.0))
    rest = pool.about([i for i in rest if pool.cosines[i] >= floor])
    scores = {i: round(float(pool.cosines[i]) * _freshness(pool.items[i], article, now), 6) for i in rest}
    order = sorted(rest, key=lambda i: (-scores[i], pool.items[i].id))
    story = [
        i
        for i in order
        if pool.cosines[i] >= SAME_STORY and abs(pool.items[i].published - article.published) <= STORY_GAP
    ][:STORY_SIZE]
    fresh = [i for i in order if i not in alike or not alike[i].repeats]
    also = _read_also(article, pool, fresh, scores, set(story))
    chosen = _varied(pool, [i for i in fresh if i != also], scores, limit, also)

    def related(i: int) -> Related:
        return Related(pool.items[i].id, scores[i], pool.shared(i))

    carried = sorted(
        (i for i in copies if pool.items[i].outlet != article.outlet),
        key=lambda i: (pool.items[i].first_seen, pool.items[i].id),
    )
    return Ranked(
        tuple(related(i) for i in chosen),
        related(also) if also is not None else None,
        tuple(Carried(pool.items[i].id, round(copies[i], 3)) for i in carried),
        tuple(related(i) for i in sorted(story, key=lambda i: (pool.items[i].published, pool.items[i].id))),
    )


class _Pool:
    """An article and its candidates as one matrix: a row a candidate, a column a term, kept sparse."""

    def __init__(self, article: Candidate, items: list[Candidate], background: Background) -> None:
        self.article, self.items, self._background = article, items, background
        vectors = [article.vector, *(item.vector for item in items)]
        records = np.frombuffer(b"".join([vector.data for vector in vectors]), TERM)
        ends = np.cumsum([len(vector) for vector in vectors])
        self._bounds = list(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True))
        owner = np.repeat(np.arange(len(vectors)), np.diff(ends, prepend=0))
        self._terms, self._columns = np.unique(np.ascontiguousarray(records["term"]), return_inverse=True)
        self._weights = weigh(records, strength(self._terms, background)[self._columns])
        self._own = np.zeros(len(self._terms))
        self._own[self._columns[: len(article.vector)]] = self._weights[: len(article.vector)]
        dots = np.bincount(owner, self._weights * self._own[self._columns], minlength=len(vectors))
        squares = np.bincount(owner, self._weights * self._weights, minlength=len(vectors))
        norms = np.sqrt(np.maximum(squares, 1e-12))
        self._norms = norms[1:]
        self.cosines: NDArray[np.float64] = np.round(dots[1:] / (norms[1:] * norms[0]), 6)

    def _row(self, i: int) -> tuple[NDArray[np.intp], Weights]:
        start, end = self._bounds[i + 1]
        return self._columns[start:end], self._weights[start:end]

    def nearest(self) -> list[int]:
        """The candidates nearest to the article."""
        found: list[int] = np.argsort(-self.cosines, kind="stable")[:SHORTLIST].tolist()
        return found

    def likeness(self, i: int) -> Likeness:
        """How alike the article and a candidate are."""
        return self._likeness(self.article, self.items[i], float(self.cosines[i]))

    def repeats(self, i: int, j: int, about: float) -> bool:
        """Whether one candidate says again what the other says; `about` is their cosine."""
        return about >= UNLIKE and self._likeness(self.items[i], self.items[j], about).repeats

    def _likeness(self, one: Candidate, two: Candidate, about: float) -> Likeness:
        return likeness((one.vector, one.sketch), (two.vector, two.sketch), self._background, about)

    def about(self, indices: list[int]) -> list[int]:
        """Those that have heavy words in common with the article: two of its heaviest, two of their own."""
        heavy = np.zeros(len(self._terms), bool)
        heavy[np.argsort(-self._own, kind="stable")[:HEAVY]] = True
        kept = []
        for i in indices:
            columns, weights = self._row(i)
            if np.count_nonzero(heavy[columns]) < 2:
                continue
            least = np.partition(weights, -HEAVY)[-HEAVY] if len(weights) > HEAVY else 0.0
            if np.count_nonzero(self._own[columns[weights >= least]]) >= 2:
                kept.append(i)
        return kept

    def shared(self, i: int) -> tuple[int, ...]:
        """The terms that tie a candidate to the article, those that say most first."""
        columns, weights = self._row(i)
        ties = weights * self._own[columns]
        order = [place for place in np.argsort(-ties, kind="stable")[:REASONS] if ties[place] > 0]
        return tuple(int(code) for code in self._terms[columns[order]])

    def rows(self, indices: list[int]) -> NDArray[np.float64]:
        """These candidates as rows of length 1, over the terms that two of them share: dot products are cosines."""
        if not indices:
            return np.zeros((0, 0))
        rows = [self._row(i) for i in indices]
        common = np.bincount(np.concatenate([columns for columns, _ in rows]), minlength=len(self._terms)) > 1
        places = np.cumsum(common) - 1
        dense = np.zeros((len(indices), int(common.sum())))
        for line, (i, (columns, weights)) in enumerate(zip(indices, rows, strict=True)):
            kept = common[columns]
            dense[line, places[columns[kept]]] = weights[kept] / self._norms[i]
        return dense


def _freshness(item: Candidate, article: Candidate, now: int) -> float:
    age = max(0, now - item.published) / _DAY
    gap = abs(item.published - article.published) / _DAY
    return float(1 + FRESH * 0.5 ** (age / FRESH_DAYS) + NEAR * 0.5 ** (gap / NEAR_DAYS))


def _read_also(
    article: Candidate, pool: _Pool, order: list[int], scores: dict[int, float], story: set[int]
) -> int | None:
    """The newest substantial report of the same story in another outlet; else the nearest article.

    Another outlet's article is preferred to a slightly nearer one of the same outlet.
    """

    def worth(i: int) -> bool:
        return pool.items[i].size >= min(SUBSTANTIAL, article.size)

    told = [i for i in order if i in story and worth(i) and pool.items[i].outlet != article.outlet]
    if told:
        return max(told, key=lambda i: (pool.items[i].published, scores[i], pool.items[i].id))
    best = [i for i in order if worth(i)] or order
    if not best:
        return None
    others = [i for i in best if pool.items[i].outlet != article.outlet and scores[i] >= 0.8 * scores[best[0]]]
    return (others or best)[0]


def _varied(pool: _Pool, order: list[int], scores: dict[int, float], limit: int, also: int | None) -> list[int]:
    """Up to `limit` of `order`, greedily: the best by score less its likeness to what was chosen, nothing twice."""
    every = order if also is None else [*order, also]
    rows = pool.rows(every)
    score = np.array([scores[i] for i in order])
    highest = np.zeros(len(order))
    open_ = np.ones(len(order), bool)
    chosen: list[int] = []

    def choose(line: int) -> None:
        """Note how much the others resemble this one, and close those that say it again."""
        # einsum, not @: for arrays this small the threads that a BLAS library starts cost more than they do.
        alike = np.round(np.einsum("ij,j->i", rows[: len(order)], rows[line]), 4)
        np.maximum(highest, alike, out=highest)
        for other in np.flatnonzero(open_ & (alike >= UNLIKE)):
            open_[other] = not pool.repeats(order[other], every[line], float(alike[other]))

    if also is not None:
        choose(len(order))
    while open_.any() and len(chosen) < limit:
        worth = np.where(open_, np.round(score * (1 - VARIETY * highest), 6), -1.0)
        best = int(np.argmax(worth))
        chosen.append(order[best])
        open_[best] = False
        choose(best)
    return chosen
