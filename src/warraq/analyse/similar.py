"""What else to read beside an article: similar ones, the read-also, its story. Pure and repeatable.

The index proposes some hundred neighbours by the article's most telling words (`query_terms`); `rank` compares
them whole. The outcome depends on the article, the candidates (in whatever order), the background and the moment,
and on nothing else: candidates are taken by id, sums are made in that order and rounded before they are compared.

* Two articles belong together by what they say (`relatedness`), and must have in common words that are heavy in both:
  an article is not similar for a phrase such as ``تبدأ … بالتعاون مع``.
* News fades: what is near the article in time comes first.
* Nothing twice: no copies of the article, nor of each other, nor what repeats half a text.
* Not ten of one story, unless there is nothing else: each choice counts less the more it resembles those before.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.copies import CONTAINMENT, REPEATS, TERMS, UNLIKE, likeness
from warraq.analyse.overlaps import Overlaps
from warraq.analyse.relatedness import Parts, Rows, parts, rarest, ties
from warraq.analyse.sift import which_are_copies
from warraq.analyse.vectors import TERM, Sketch, Vector
from warraq.analyse.weights import roughly, strength, weigh
from warraq.types import ArticleId, OutletId, Outline, micros

QUERY_TERMS = 28
ASKED_RARE = 7.0
"""The idf beyond which words are alike when neighbours are asked for: in less than one article of a thousand."""
SCALE = 20
"""The weight of the heaviest query term; the others are whole shares of it."""

RELATED, TIES, DAYS, RAREST = 0.74, 0.037, 0.012, 0.22
"""What makes a score: relatedness, the root of the `ties`, less the logarithm of the days between, and the `rarest`.

Fitted by logistic regression to 2,041 items of lists that were read and judged (quality/data/lists.tsv); area under the
curve .838, by relatedness alone .802; all features that were tried, by ten-fold cross-validation, .834."""
FLOOR, FLOOR_FROM = 0.68, 60_000
"""The score from which an article counts as close, in an archive of so many. Of 1,177 items of three hundred lists that
had no part in the fit, 97 of 100 from here on were on the subject or in its direct context, eight of ten below."""
FAR = 0.37
"""Share of the floor from which an article may fill a list of close ones that is not full; it is marked as further
afield (`Related.close`)."""
TENFOLD = 0.09
"""How much lower the floor is in an archive of a tenth: of fewer articles fewer are alike by chance."""
SMALLEST = 100
"""In a smaller archive the floor is no lower."""
WORTH = 0.18
"""How far below the floor the read-also may be: one is shown, so there is one even for a rare subject."""
PHRASE = 3
"""Words that two titles share, and not both texts, from which they may be a phrase that says nothing."""
COLUMN = 0.6
"""Share of the shorter title that such words make up from which they may be the name of a column (``صور اليوم``)."""
FAR_BEHIND = 0.50
"""Share of the best score under which a candidate is left out: beside close ones it would look like a mistake."""
SAME_STORY = 0.35
"""Cosine from which reports of neighbouring days are taken for reports of one event."""
STORY_GAP = 4 * 86_400_000_000
"""Microseconds between two reports of a story."""
STORY_SIZE = 20
SHORTLIST = 50
"""Candidates looked at closely."""
SUBSTANTIAL = 30
"""Words that say something; with fewer an article is not worth a reader's way."""
VARIETY = 0.35
"""Share of its score that a choice loses for a full likeness to one chosen before."""
REASONS = 8
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
    def of(cls, outline: Outline, terms: bytes) -> Candidate:
        """From what the store gives."""
        vector, sketch = np.frombuffer(terms, TERM), np.frombuffer(outline.sketch, "<u4")
        return cls(outline.article, outline.outlet, outline.first_seen, outline.published, vector, sketch)

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
    close: bool = True
    """On the subject or in its direct context; otherwise only the nearest there is."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """What belongs beside an article. The read-also is not among the similar ones, copies are nowhere."""

    similar: tuple[Related, ...] = ()
    read_also: Related | None = None
    story: tuple[Related, ...] = ()
    """The event's other reports, in time order; these may stand among the similar ones too."""


def query_terms(
    stems: Mapping[int, str], vector: Vector, background: Background, limit: int = QUERY_TERMS
) -> list[tuple[str, int]]:
    """The stems to ask an index for neighbours with, and their weights (1 to `SCALE`), the heaviest first.

    ``stems``: of an article's words, by code. An index sums weights of the words that are there, however often. So rare
    words are asked for first (frequency times idf squared): the lists from 200 neighbours by 28 such words hold 86 of
    100 of the articles that lists from 800 neighbours hold, and the index reads a third of the postings of words that
    are weighed as for the cosine.
    """
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
    vector: Vector, others: Mapping[ArticleId, bytes], background: Background, limit: int = SHORTLIST
) -> list[ArticleId]:
    """The articles most about what `vector` is about, the nearest first; equal ones by id. `rank` looks at these.

    ``others``: packed term vectors. By cosine, with how telling words are taken `roughly`: 98 of 100 of these are those
    of the exact cosine.
    """
    ordered = sorted((id, packed) for id, packed in others.items() if packed)
    if not ordered or not len(vector):
        return []
    records = np.frombuffer(b"".join([packed for _, packed in ordered]), TERM)
    sizes = np.array([len(packed) for _, packed in ordered]) // TERM.itemsize
    terms = np.ascontiguousarray(records["term"])
    weights = weigh(records, roughly(terms, background))
    # Most terms are not the article's. Those whose last bits are not, are left out by one look-up.
    mine = np.ascontiguousarray(vector["term"])
    own = weigh(vector, strength(mine, background))
    marked = np.zeros(1 << 16, bool)
    marked[mine & 0xFFFF] = True
    perhaps = np.flatnonzero(marked[terms & 0xFFFF])
    theirs = terms[perhaps]
    places = np.minimum(mine.searchsorted(theirs), len(mine) - 1)
    common = np.where(mine[places] == theirs, own[places], 0.0)
    common *= weights[perhaps]
    dots = np.bincount(np.repeat(np.arange(len(ordered)), sizes)[perhaps], common, minlength=len(ordered))
    weights *= weights
    norms = np.sqrt(np.add.reduceat(weights, np.cumsum(sizes) - sizes))
    order = np.argsort(-np.round(dots / norms, 6), kind="stable")[:limit]
    return [ordered[i][0] for i in order]


def rank(
    article: Candidate,
    candidates: Sequence[Candidate],
    background: Background,
    as_of: datetime,
    limit: int = 10,
    *,
    told: Collection[ArticleId] | None = None,
) -> Ranked:
    """Decide what belongs beside `article` as of a moment. Candidates first seen after it do not count.

    ``told``: the reports of its story as placed by then. Without it those of neighbouring days that are much alike
    are taken for its story.
    """
    now = micros(as_of)
    pool = _Pool(
        article,
        sorted((c for c in candidates if c.first_seen <= now and c.id != article.id), key=lambda c: c.id),
        background,
    )
    near = pool.nearest()
    copies = pool.copies(near)
    rest = [i for i in near if i not in copies]
    floor = _floor(background.articles)
    scores = {i: float(pool.scores[i]) for i in rest}
    least = max(floor - WORTH, FAR_BEHIND * max(scores.values(), default=0.0))
    rest = pool.about([i for i in rest if scores[i] >= FAR * floor])
    order = sorted(rest, key=lambda i: (-scores[i], pool.items[i].id))
    near_enough = [i for i in order if scores[i] >= least]
    story = [i for i in near_enough if pool.tells(i, told)][:STORY_SIZE]
    said = pool.says_again(0, near, pool.cosines[near])
    fresh = [i for i in order if i not in said]
    also = _read_also(
        article,
        pool,
        [i for i in fresh if scores[i] >= least] or [i for i in fresh if i not in pool.dressed],
        scores,
        set(story),
    )
    close = {i for i in fresh if scores[i] >= max(floor, least)}
    listed = [i for i in fresh if i != also and (i in close or i not in pool.dressed)]
    chosen = _varied(pool, listed, scores, limit, also, close)

    def related(i: int) -> Related:
        return Related(pool.items[i].id, scores[i], pool.shared(i), i in close or scores[i] >= floor)

    return Ranked(
        tuple(related(i) for i in chosen),
        related(also) if also is not None else None,
        tuple(related(i) for i in sorted(story, key=lambda i: (pool.items[i].published, pool.items[i].id))),
    )


class _Pool:
    """An article and its candidates, compared."""

    def __init__(self, article: Candidate, items: list[Candidate], background: Background) -> None:
        self.article, self.items, self._background = article, items, background
        self._rows = Rows([article.vector, *(item.vector for item in items)], background)
        self._overlaps = Overlaps([article.sketch, *(item.sketch for item in items)])
        self.cosines = self._rows.cosines()[1:]
        """How alike in words: what copies and stories go by."""
        weights = self._rows.weights[self._rows.common]
        self._ties = weights * self._rows.first(weights)
        compared = parts(self._rows)
        self._heavy = compared.heaviest
        self.scores: NDArray[np.float64] = _scores(self._rows, compared, article, items, background)
        """How much they belong together."""

        self._undress(background)

    def _undress(self, background: Background) -> None:
        """Score again, without it, what shares a phrase that only dresses titles (``بحضور عدد من المسؤولين تبدأ``).

        A phrase is suspected where both titles have `PHRASE` words that not both texts have, or where such words are
        most of a title. Then no word counts as a title's that both titles have and one of the texts at most once.
        """
        rows = self._rows
        titles, bodies = rows.titles[rows.common], rows.bodies[rows.common]
        shared = (titles > 0) & (rows.first(titles) > 0)
        texts = np.minimum(bodies, rows.first(bodies))
        self._said = ~(shared & (texts == 0))
        bare = rows.tally(~self._said)[1:]
        sizes = rows.sums(np.where(rows.titles > 0, 1.0, 0.0))
        shorter = np.minimum(sizes[0], sizes[1:])
        self.dressed = set(np.flatnonzero((bare >= PHRASE) | ((bare > 0) & (bare >= COLUMN * shorter))).tolist())
        """Those that such a phrase ties to the article: they may be close without it, but fill no list."""
        for i in sorted(self.dressed):
            entries = rows.common_of(i + 1)
            dressed = rows.terms[rows.columns[rows.common[entries][(shared & (texts <= 1))[entries]]]]
            pair = [_undressed(vector, dressed) for vector in (self.article.vector, self.items[i].vector)]
            plain = Rows(pair, background)
            self.scores[i] = _scores(plain, parts(plain), self.article, [self.items[i]], background)[0]

    def nearest(self) -> list[int]:
        """The candidates nearest to the article."""
        found: list[int] = np.argsort(-self.cosines, kind="stable")[:SHORTLIST].tolist()
        return found

    def copies(self, indices: list[int]) -> set[int]:
        """Those that are copies of the article."""
        shares = self._overlaps.containment(0)[1:]
        likely = [i for i in indices if shares[i] >= CONTAINMENT]
        same = which_are_copies(self._text(0), [self._text(i + 1) for i in likely], self._background)
        return set(compress(likely, same.tolist()))

    def says_again(self, line: int, indices: list[int], cosines: NDArray[np.float64]) -> set[int]:
        """Those that say again what the text of a line says: who has read one would read much of it again.

        Half of the shorter text must stand in the longer. Templated news do that too, and are about different things:
        so either the two must be alike as a whole, or the longer one says nearly all that the shorter one says (a
        round-up that quotes a report whole). ``cosines``: of each index with the line.
        """
        shares = self._overlaps.containment(line)[1:]
        found = set()
        for place in np.flatnonzero(shares[indices] >= REPEATS).tolist() if indices else ():
            i, about = indices[place], float(cosines[place])
            if about >= UNLIKE or likeness(self._text(line), self._text(i + 1), self._background, about).terms >= TERMS:
                found.add(i)
        return found

    def _text(self, line: int) -> tuple[Vector, Sketch]:
        item = self.items[line - 1] if line else self.article
        return item.vector, item.sketch

    def about(self, indices: list[int]) -> list[int]:
        """Those that have heavy words in common with the article: two of its heaviest, two of their own.

        What both titles say and not both texts is dressing and does not count.
        """
        rows = self._rows
        own = self._said & rows.first(self._heavy)
        theirs = self._said & self._heavy
        kept = np.minimum(rows.tally(own), rows.tally(theirs))[1:] >= 2
        return [i for i in indices if kept[i]]

    def tells(self, i: int, told: Collection[ArticleId] | None) -> bool:
        """Whether a candidate reports the article's story: by its place in it, or by likeness and nearness in time."""
        if told is not None:
            return self.items[i].id in told
        gap = abs(self.items[i].published - self.article.published)
        return bool(self.cosines[i] >= SAME_STORY) and gap <= STORY_GAP

    def shared(self, i: int) -> tuple[int, ...]:
        """The terms that tie a candidate to the article, those that say most first."""
        entries = self._rows.common_of(i + 1)
        order = np.argsort(-self._ties[entries], kind="stable")[:REASONS]
        codes: list[int] = self._rows.terms[self._rows.columns[self._rows.common[entries][order]]].tolist()
        return tuple(codes)

    def alike(self, i: int) -> NDArray[np.float64]:
        """The cosine of a candidate with each."""
        return self._rows.alike(i + 1)[1:]


def _scores(
    rows: Rows, compared: Parts, article: Candidate, items: Sequence[Candidate], background: Background
) -> NDArray[np.float64]:
    """How much each item belongs beside the article, 0..1."""
    tied = np.sqrt(ties(rows, compared.heaviest)[1:])
    days = np.log1p(np.array([abs(item.published - article.published) / _DAY for item in items]))
    together = RELATED * compared.mean[1:] + TIES * tied - DAYS * days
    together += RAREST * rarest(rows, compared.heaviest, background)[1:]
    found: NDArray[np.float64] = np.round(np.clip(together, 0.0, 1.0), 6)
    return found


def _undressed(vector: Vector, dressed: NDArray[np.uint32]) -> Vector:
    """A vector whose title lacks these words."""
    plain = vector.copy()
    plain["title"][np.isin(vector["term"], dressed)] = 0
    return plain


def _floor(articles: int) -> float:
    """The score from which a list shows an article, in an archive of so many."""
    return FLOOR - TENFOLD * max(0.0, math.log10(FLOOR_FROM / max(articles, SMALLEST)))


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


def _varied(
    pool: _Pool, order: list[int], scores: dict[int, float], limit: int, also: int | None, close: Collection[int]
) -> list[int]:
    """Up to `limit` of `order`, greedily: the best by score less its likeness to what was chosen, nothing twice.

    The `close` ones come first, however alike they are.
    """
    places = np.array(order, np.intp)
    score = np.array([scores[i] for i in order])
    first = np.array([1.0 if i in close else 0.0 for i in order])
    highest = np.zeros(len(order))
    open_ = np.ones(len(order), bool)
    chosen: list[int] = []

    def choose(i: int) -> None:
        """Note how much the others resemble this one, and close those that say it again."""
        alike = pool.alike(i)[places]
        np.maximum(highest, alike, out=highest)
        again = pool.says_again(i + 1, order, alike)
        if again:
            open_[[place for place, other in enumerate(order) if other in again]] = False

    if also is not None:
        choose(also)
    while open_.any() and len(chosen) < limit:
        worth = np.where(open_, first + np.round(score * (1 - VARIETY * highest), 6), -1.0)
        best = int(np.argmax(worth))
        chosen.append(order[best])
        open_[best] = False
        choose(order[best])
    return chosen
