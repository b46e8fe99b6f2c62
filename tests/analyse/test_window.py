"""The window compares by cosine, with `common.idf`, whatever was indexed, dropped or weighed anew in between."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from made_stories import HOUR, START, id_of, report
from warraq.analyse.background import Background
from warraq.analyse.common import idf
from warraq.analyse.vectors import TERM, Vector
from warraq.analyse.weights import strength_of, weigh
from warraq.analyse.window import NEW, Window
from warraq.types import Arrival, Placed

DAY = 24 * HOUR


def vector(arrival: Arrival) -> Vector:
    return np.frombuffer(arrival.terms, TERM)


def cosine(one: Vector, two: Vector, background: Background) -> float:
    weights = [
        dict(zip(v["term"].tolist(), weigh(v, strength_of(idf(background, v["term"]))), strict=True))
        for v in (one, two)
    ]
    dot = sum(weights[0][term] * weights[1][term] for term in weights[0].keys() & weights[1].keys())
    norm = np.prod([np.sqrt(sum(value**2 for value in some.values())) for some in weights])
    return float(dot / norm)


@cache
def reports() -> list[Arrival]:
    """Reports of eleven stories, one an hour."""
    return [report(n, START + n * HOUR, n % 11, n % 3) for n in range(1, 3 * NEW + 2)]


@given(st.integers(1, 3 * NEW), st.sets(st.integers(1, 3 * NEW), max_size=3), st.integers(2, 2 * NEW))
@settings(max_examples=6, deadline=None)
def test_cosines_are_those_of_the_articles_that_are_left(count: int, counted: set[int], articles: int) -> None:
    arrivals = reports()[: count + 1]
    window, background = Window(1000 * DAY, articles), Background()
    for number, arrival in enumerate(arrivals[:-1]):
        if number in counted:
            background = background.merge([vector(a) for a in arrivals[:number]])
        window.move(arrival.at, background)
        window.add(Placed(arrival, arrival.article, arrival.article, arrival.at))
    window.move(arrivals[-1].at, background)
    found = window.cosines(window.read(arrivals[-1]))
    left = arrivals[max(0, count - articles) : -1]
    assert np.allclose(found, [cosine(vector(a), vector(arrivals[-1]), background) for a in left], atol=2e-6)


@given(st.lists(st.integers(0, 2 * NEW), min_size=3, max_size=3, unique=True))
@settings(max_examples=6, deadline=None)
def test_the_likeness_of_two_groups_is_the_sum_of_the_cosines_of_their_pairs(cuts: list[int]) -> None:
    arrivals = reports()
    window = Window(1000 * DAY, len(arrivals))
    for arrival in arrivals:
        window.add(Placed(arrival, arrival.article, arrival.article, arrival.at))
    ones, twos = (np.arange(first, min(last, first + 5)) for first, last in pairwise(sorted(cuts)))
    weights = [1.0 / (1 + np.arange(len(rows))) for rows in (ones, twos)]
    found = window.likeness(window.sum(ones, weights[0]), window.sum(twos, weights[1]))
    pairs = [
        cosine(vector(arrivals[one]), vector(arrivals[two]), Background()) * weights[0][i] * weights[1][j]
        for i, one in enumerate(ones.tolist())
        for j, two in enumerate(twos.tolist())
    ]
    assert np.isclose(found, sum(pairs))


def test_rows_without_words_are_like_nothing() -> None:
    window = Window(DAY, 10)
    for number in range(3):
        empty = Arrival(id_of(number), START, "sahil", START, b"")
        window.add(Placed(empty, empty.article, empty.article, START))
    assert window.cosines(window.read(report(9, START, 0, 0))).tolist() == [0.0, 0.0, 0.0]
