"""Which event an article reports, and which story the event is part of: decided as articles arrive, one by one.

An **event** is one piece of news (a minister is dismissed), a **story** all that belongs to it (the dismissal, the
successor, what others say of it). A `Placer` decides for each article in the order (first seen, id), from the articles
of its window alone: those first seen in the `WINDOW` before it, at most `ARTICLES` of them. Each decision depends only
on what came before and on the background, so a placer that is given the window anew decides as one that ran all along.

* **Story**: the one whose articles the new one resembles most on average (average linkage: Sokal and Michener 1958), by
  the cosine of `weights`. An article counts fully for a day and half as much after each further day: news of another
  week is another story.
* **Event**: among the events of that story, by `agreement` with the event's reports, half their mean, half the nearest.
* **Joined**: an article that resembles two stories, whose articles are alike on average too, shows that they are one.
  Events are never joined, and what was placed is never taken apart.

**How it was fitted.** The weights of `agreement` are those of a logistic regression on pairs of reports of one story,
of fifteen days of five outlets labelled by reading (quality/data/stories.jsonl), each report's pairs counting by the
square root of their number; rounded, and its threshold from the middle of a plateau of the mean F1 over these days,
each left out in turn for the weights. The thresholds of stories are near the best of a grid by the same measure over
five of the days. What else was tried: docs/decisions/0006.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.postings import Numbers
from warraq.analyse.vectors import Vector
from warraq.analyse.weights import Weights
from warraq.analyse.window import Holders, Sum, Window, Words
from warraq.types import Arrival, ArticleId, Placed, Placement

DAY = 86_400_000_000
WINDOW = 7 * DAY
"""Microseconds; both since an article was first seen and between two dates of publication."""
ARTICLES = 16_384
"""Articles of the window, so that memory and time have a limit."""

JOIN = 0.29
"""Mean cosine from which an article belongs to a story."""
TOUCH = 0.20
"""Mean cosine from which an article may show that another story is the same."""
SAME = 0.20
"""Mean cosine of the articles of two stories from which these are one."""
STALE = 0.5
"""The power of the newest article's share in what is left of a story's resemblance when all its articles are old."""
APART = 0.17
"""The same without the article that made us ask, which may be a round-up of both."""
LATEST = 64
"""Articles of a story that are compared when two stories may be one."""

ABOUT, HEADS, TITLES, HOURS, OUTLET, ASIDE, LEAST = 5.9, 7.4, 4.3, -0.65, -2.7, -0.6, 4.6
"""What `agreement` adds up, and how much of it two reports of one event have."""
EVENTS, REPORTS = 8, 8
"""Events that are compared, the likeliest by their nearest report; and reports of each, the newest."""
PRIOR = 5.0
"""Reports, made of words as common as in the whole archive, that a story is taken to hold beside its own."""


class Placer:
    """Places articles. Holds the window: what was placed before and can still matter."""

    def __init__(self, placed: Iterable[Placed] = (), *, articles: int = ARTICLES) -> None:
        self._window = Window(WINDOW, articles)
        for item in placed:
            self._window.add(item)

    def place(self, arrival: Arrival, background: Background) -> Placement:
        """Decide where the next article belongs, and remember it. `background`: the checkpoint complete by then."""
        window = self._window
        window.move(arrival.at, background)
        words = window.read(arrival)
        seen = self._seen(arrival, words)
        near = self._near(seen)
        if not near or near[0][0] < JOIN:
            window.add(Placed(arrival, arrival.article, arrival.article, arrival.at), words)
            return Placement(arrival.article, arrival.at, arrival.article, arrival.article)
        own, joined = self._join(near, seen)
        event = self._event(arrival, words, own, seen)
        window.add(Placed(arrival, window.name(own), event, window.beginning(own)[0]), words)
        return Placement(arrival.article, arrival.at, window.name(own), event, tuple(joined))

    def _seen(self, arrival: Arrival, words: Words) -> _Seen:
        """What matters of the window: an article unlike all others of its story has no say without one that is like."""
        window = self._window
        cosines, stories = window.cosines(words), window.stories
        like = np.zeros(stories.max(initial=0) + 1, bool)
        like[stories[cosines >= TOUCH]] = True
        rows = np.flatnonzero(like[stories])
        gaps = np.abs(window.published[rows] - arrival.published)
        fresh = np.where(gaps <= WINDOW, 0.5 ** (np.maximum(gaps - DAY, 0) / DAY), 0.0)
        return _Seen(rows, stories[rows], cosines[rows], gaps, fresh)

    def _near(self, seen: _Seen) -> list[tuple[float, int]]:
        """The stories that resemble the article: (mean cosine, story), the likest first, ties by name."""
        stories, places = np.unique(seen.stories, return_inverse=True)
        counts = np.bincount(places, seen.fresh)
        newest = np.zeros(len(stories))
        np.maximum.at(newest, places, seen.fresh)
        sums = np.bincount(places, seen.fresh * seen.cosines)
        means = np.round(sums / np.maximum(counts, 1e-12) * newest**STALE, 6)
        found = [(mean, story) for mean, story in zip(means.tolist(), stories.tolist(), strict=True) if mean >= TOUCH]
        return sorted(found, key=lambda pair: (-pair[0], self._window.name(pair[1])))

    def _join(self, near: Sequence[tuple[float, int]], seen: _Seen) -> tuple[int, list[tuple[ArticleId, ArticleId]]]:
        """The story that the article belongs to, after others that it shows to be the same were joined with it."""
        window, own = self._window, near[0][1]
        joined: list[tuple[ArticleId, ArticleId]] = []
        ours = None
        for _, other in near[1:]:
            ours = ours or self._half(own, seen)
            if self._one(ours, self._half(other, seen), seen):
                first, second = sorted((own, other), key=window.beginning)
                joined.append((window.name(second), window.name(first)))
                window.join(second, first)
                seen.stories[seen.stories == second] = own = first
                ours = None
        return own, joined

    def _half(self, story: int, seen: _Seen) -> _Half:
        """The latest articles of a story, added up."""
        places = np.flatnonzero(seen.stories == story)[-LATEST:]
        weights = seen.fresh[places]
        return _Half(places, weights, float(weights.sum()), self._window.sum(seen.rows[places], weights))

    def _one(self, ours: _Half, theirs: _Half, seen: _Seen) -> bool:
        """Whether two stories are one: alike on average with the article that belongs to the first, and without it."""
        if not min(ours.size, theirs.size):
            return False
        old = float(theirs.weights.max()) ** STALE
        without = self._window.likeness(ours.sum, theirs.sum)
        with_it = without + float(seen.cosines[theirs.places] @ theirs.weights)
        alike = with_it / ((ours.size + 1) * theirs.size) * old, without / (ours.size * theirs.size) * old
        return bool(round(alike[0], 6) >= SAME and round(alike[1], 6) >= APART)

    def _event(self, arrival: Arrival, words: Words, story: int, seen: _Seen) -> ArticleId:
        """The event of the story whose reports agree with the article; a new one, named after it, if none does."""
        window = self._window
        places = np.flatnonzero((seen.stories == story) & (seen.gaps <= WINDOW))
        reports: dict[ArticleId, list[int]] = {}
        for place, row in zip(places.tolist(), seen.rows[places].tolist(), strict=True):
            reports.setdefault(window.event(row), []).append(place)
        cosines = seen.cosines.tolist()
        likeliest = sorted(reports, key=lambda event: (-max(cosines[place] for place in reports[event]), event))
        chosen = [(event, place) for event in likeliest[:EVENTS] for place in reports[event][-REPORTS:]]
        others = np.array([place for _, place in chosen])
        rows = seen.rows[others]
        outlets = np.array([window.outlet(row) == arrival.outlet for row in rows.tolist()])
        told = window.holders(seen.rows[places[-LATEST:]], words)
        agreed = agreement(window, words, rows, told, seen.gaps[others], outlets, seen.cosines[others])
        sums: dict[ArticleId, list[float]] = {}
        for (event, _), value in zip(chosen, agreed.tolist(), strict=True):
            sums.setdefault(event, []).append(value)
        score, best = min(
            (-round((sum(values) / len(values) + max(values)) / 2, 6), event) for event, values in sums.items()
        )
        return best if score <= 0 else arrival.article


class _Seen(NamedTuple):
    """Rows of the window that may matter to an article, what it shares with each, and how much they still count."""

    rows: Numbers
    stories: NDArray[np.int64]
    cosines: Weights
    gaps: NDArray[np.int64]
    fresh: Weights


class _Half(NamedTuple):
    """The latest articles of one of two stories that may be one: places in `_Seen`, how much they count, their sum."""

    places: Numbers
    weights: Weights
    size: float
    sum: Sum


def agreement(
    window: Window,
    article: Words,
    rows: Numbers,
    told: Holders,
    gaps: NDArray[np.int64],
    same_outlet: NDArray[np.bool_],
    about: Weights,
) -> Weights:
    """How far an article and each of some rows report one event: above 0 more likely than not.

    They are `about` the same (cosine of `weights`); the words of the shorter head (title and lead) stand in the longer,
    and so do those of the shorter title, each by how much news it is in this story (`news`, of ``told``: who of it
    holds which words); little time lies between them; outlets seldom print one event twice; and what goes with a report
    (`window.ASIDE`) is none.
    """
    entries = window.entries(rows)
    owner, terms = entries.owner, entries.terms
    own_parts = _parts(article.counts, news(told, window.vocabulary.idf, article.terms))
    parts = _parts(window.counts(entries), news(told, window.vocabulary.idf, terms))

    def sums(values: Weights) -> Weights:
        return np.bincount(owner, values, len(rows)).astype(np.float64)

    head, title = (
        sums(theirs * (window.vocabulary.spread(article.terms, ours, terms) > 0))
        / np.maximum(np.minimum(sums(theirs), ours.sum()), 1e-12)
        for ours, theirs in zip(own_parts, parts, strict=True)
    )
    found: Weights = (
        (ABOUT * about + HEADS * head + TITLES * title)
        + (HOURS * np.log1p(gaps / (DAY / 24)) + OUTLET * same_outlet + ASIDE * (window.asides[rows] != article.aside))
        - LEAST
    )
    return found


def news(told: Holders, idf: Weights, terms: Numbers) -> Weights:
    """How much each term says beyond what its story says anyway: minus the logarithm of the share that holds it.

    The share is that of the story's reports and of `PRIOR` more that are like the whole archive (smoothing with a
    Dirichlet prior: Zhai and Lafferty, TOIS 2004). So it is the idf in a story of one, and in a long one the names that
    all its reports hold count for next to nothing.
    """
    shares = (told.reports[terms] + PRIOR * np.exp(-idf[terms])) / (told.size + PRIOR)
    return np.maximum(-np.log(shares), 0.0)


def _parts(counts: Vector, weights: Weights) -> tuple[Weights, Weights]:
    """Of the weights of an article's terms those of title and lead, and those of the title."""
    titled = counts["title"] > 0
    return np.where(titled | (counts["lead"] > 0), weights, 0.0), np.where(titled, weights, 0.0)
