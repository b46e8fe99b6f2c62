"""Which event an article reports, and which story the event is part of: decided as articles arrive, one by one.

An **event** is one piece of news (a minister is dismissed), a **story** all that belongs to it (the dismissal, the
successor, what others say of it). A `Placer` decides for each article in the order (first seen, id), from the articles
of its window alone: those first seen in the `WINDOW` before it, at most `ARTICLES` of them. Each decision depends only
on what came before and on the background, so a placer that is given the window anew decides as one that ran all along.

* **Story**: the one whose articles the new one resembles most on average (average linkage: Sokal and Michener 1958), by
  the cosine of `weights`. An article counts fully for a day and half as much after each further day: news of another
  week is another story.
* **Event**: among the events of that story, by the mean of `agreement` over the event's reports.
* **Joined**: an article that resembles two stories, whose articles are alike on average too, shows that they are one.
  Events are never joined, and what was placed is never taken apart.

**How it was fitted.** The weights of `agreement` are those of a logistic regression on pairs of like articles of five
days of five outlets, labelled by reading (quality/data/stories.jsonl), rounded; the thresholds are near the best of a
grid by the mean F1 over these days, each left out in turn for the weights. What else was tried: docs/decisions/0006.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.vectors import TERM, Vector
from warraq.analyse.weights import LEAD, TITLE, strength
from warraq.analyse.window import Window
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

ABOUT, WORDS, LEADS, HOURS, OUTLET, LEAST = 4.0, 7.0, 5.0, -0.6, -1.75, 5.9
"""What `agreement` adds up, and how much of it two reports of one event have."""
EVENTS, REPORTS = 8, 8
"""Events that are compared, the likeliest by their nearest report; and reports of each, the newest."""
TELLING = 8.0
"""The idf beyond which words of leads are alike."""


class Placer:
    """Places articles. Holds the window: what was placed before and can still matter."""

    def __init__(self, placed: Iterable[Placed] = (), *, articles: int = ARTICLES) -> None:
        self._window = Window(WINDOW, articles)
        for item in placed:
            self._window.add(item)

    def place(self, arrival: Arrival, background: Background) -> Placement:
        """Decide where the next article belongs, and remember it. `background`: the checkpoint complete by then."""
        window, vector = self._window, np.frombuffer(arrival.terms, TERM)
        window.move(arrival.at, background)
        cosines = window.cosines(vector)
        gaps = np.abs(window.published - arrival.published)
        fresh = np.where(gaps <= WINDOW, 0.5 ** (np.maximum(gaps - DAY, 0) / DAY), 0.0)
        near = self._near(cosines, fresh)
        if not near or near[0][0] < JOIN:
            window.add(Placed(arrival, arrival.article, arrival.article, arrival.at))
            return Placement(arrival.article, arrival.at, arrival.article, arrival.article)
        own = near[0][1]
        joined: list[tuple[ArticleId, ArticleId]] = []
        for _, other in near[1:]:
            if self._one(own, other, cosines, fresh):
                first, second = sorted((own, other), key=window.beginning)
                joined.append((window.name(second), window.name(first)))
                window.join(second, first)
                own = first
        event = self._event(arrival, vector, own, cosines, gaps, background)
        window.add(Placed(arrival, window.name(own), event, window.beginning(own)[0]))
        return Placement(arrival.article, arrival.at, window.name(own), event, tuple(joined))

    def _near(self, cosines: NDArray[np.float64], fresh: NDArray[np.float64]) -> list[tuple[float, int]]:
        """The stories that resemble the article: (mean cosine, story), the likest first, ties by name."""
        if not len(cosines) or cosines.max() < TOUCH:
            return []
        stories = self._window.stories
        size = int(stories.max()) + 1
        counts = np.bincount(stories, fresh, size)
        newest = np.zeros(size)
        np.maximum.at(newest, stories, fresh)
        sums = np.bincount(stories, fresh * cosines, size)
        means = np.round(sums / np.maximum(counts, 1e-12) * newest**STALE, 6)
        found = [(float(means[story]), int(story)) for story in np.flatnonzero(means >= TOUCH)]
        return sorted(found, key=lambda pair: (-pair[0], self._window.name(pair[1])))

    def _one(self, own: int, other: int, cosines: NDArray[np.float64], fresh: NDArray[np.float64]) -> bool:
        """Whether two stories are one: alike on average with the article that belongs to the first, and without it."""
        window = self._window
        ours, theirs = (np.flatnonzero(window.stories == story)[-LATEST:] for story in (own, other))
        weights = [fresh[rows] for rows in (ours, theirs)]
        sizes = [float(weight.sum()) for weight in weights]
        if not min(sizes):
            return False
        old = float(weights[1].max()) ** STALE
        without = window.likeness(ours, weights[0], theirs, weights[1])
        with_it = without + float(cosines[theirs] @ weights[1])
        alike = with_it / ((sizes[0] + 1) * sizes[1]) * old, without / (sizes[0] * sizes[1]) * old
        return bool(round(alike[0], 6) >= SAME and round(alike[1], 6) >= APART)

    def _event(
        self,
        arrival: Arrival,
        vector: Vector,
        story: int,
        cosines: NDArray[np.float64],
        gaps: NDArray[np.int64],
        background: Background,
    ) -> ArticleId:
        """The event of the story whose reports agree with the article; a new one, named after it, if none does."""
        window = self._window
        rows = np.flatnonzero((window.stories == story) & (gaps <= WINDOW))
        reports: dict[ArticleId, list[int]] = {}
        for row in rows.tolist():
            reports.setdefault(window.event(row), []).append(row)
        likeliest = sorted(reports, key=lambda event: (-max(cosines[row] for row in reports[event]), event))[:EVENTS]
        chosen = [(event, row) for event in likeliest for row in reports[event][-REPORTS:]]
        others = np.array([row for _, row in chosen])
        outlets = np.array([window.outlet(row) == arrival.outlet for _, row in chosen])
        agreed = agreement(
            vector, [window.vector(row) for _, row in chosen], gaps[others], outlets, cosines[others], background
        )
        sums: dict[ArticleId, list[float]] = {}
        for (event, _), value in zip(chosen, agreed.tolist(), strict=True):
            sums.setdefault(event, []).append(value)
        score, best = min((-round(sum(values) / len(values), 6), event) for event, values in sums.items())
        return best if score <= 0 else arrival.article


def agreement(
    vector: Vector,
    others: Sequence[Vector],
    gaps: NDArray[np.int64],
    same_outlet: NDArray[np.bool_],
    about: NDArray[np.float64],
    background: Background,
) -> NDArray[np.float64]:
    """How far an article and each other one report one event: above 0 more likely than not.

    They are `about` the same (cosine of `weights`); use the same words, however often; the shorter lead, weighted by
    how telling its words are, stands in the longer; little time lies between them; and outlets seldom print one event
    twice.
    """
    records = np.frombuffer(b"".join([vector.data, *(other.data for other in others)]), TERM)
    sizes = [len(vector), *map(len, others)]
    owner = np.repeat(np.arange(len(sizes)), sizes)
    terms = np.ascontiguousarray(records["term"])
    headed = TITLE * records["title"] + LEAD * records["lead"]
    words = (np.log1p(records["body"]) + headed) * strength(terms, background)
    leads = np.zeros(len(records))
    leading = np.flatnonzero(records["lead"])
    leads[leading] = np.minimum(background.idf(terms[leading]), TELLING)
    places = np.minimum(np.searchsorted(terms[: sizes[0]], terms), max(sizes[0] - 1, 0))
    held = terms[places] == terms

    def sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(owner, values, len(sizes)).astype(np.float64)

    squares, totals = sums(words * words), sums(leads)
    alike = sums(words * np.where(held, words[places], 0.0)) / np.sqrt(np.maximum(squares * squares[0], 1e-12))
    lead = sums(leads * (held & (leads[places] > 0))) / np.maximum(np.minimum(totals, totals[0]), 1e-12)
    hours = np.log1p(gaps / (DAY / 24))
    found: NDArray[np.float64] = (
        ABOUT * about + WORDS * alike[1:] + LEADS * lead[1:] + HOURS * hours + OUTLET * same_outlet - LEAST
    )
    return found
