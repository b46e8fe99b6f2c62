"""Made-up reports for tests of stories: an article of a story repeats its words, one of an event those of its title."""

from __future__ import annotations

from random import Random

import numpy as np

from warraq.analyse.stories import DAY
from warraq.analyse.vectors import RECIPE, TERM
from warraq.types import Analysis, Arrival

HOUR = DAY // 24
START = 1_700_000_000_000_000
OUTLETS = ("sahil", "nakhla24", "bayan", "harbour")


def id_of(number: int) -> str:
    return f"{number:012d}"


def terms_of(title: list[int], lead: list[int], body: list[int]) -> bytes:
    """A term vector; the lead is part of the body."""
    terms = np.unique(np.array([*title, *lead, *body], np.uint32))
    vector = np.zeros(len(terms), TERM)
    vector["term"] = terms
    for name, words in (("title", title), ("lead", lead), ("body", [*lead, *body])):
        np.add.at(vector[name], np.searchsorted(terms, np.array(words, np.uint32)), 1)
    return vector.tobytes()


def report(number: int, at: int, story: int, event: int, outlet: str | None = None, *, noise: int = 12) -> Arrival:
    """A report on an event of a story, in words of its own besides. Equal arguments give an equal report."""
    rng = Random(f"{number} {story} {event}")
    subject = [10_000 * (story + 1) + n for n in range(12)]
    news = [10_000 * (story + 1) + 100 * (event + 1) + n for n in range(12)]
    other = [5_000_000 + rng.randrange(100_000) for _ in range(noise)]
    common = [1 + rng.randrange(40) for _ in range(20)]
    title = rng.sample(subject, 2) + rng.sample(news, 3)
    lead = rng.sample(subject, 6) + rng.sample(news, 8) + common[:6]
    terms = terms_of(title, lead, [*subject, *subject, *rng.sample(news, 6), *other, *common])
    return Arrival(id_of(number), at, outlet or OUTLETS[number % len(OUTLETS)], at, terms)


def analysis(arrival: Arrival) -> Analysis:
    return Analysis(RECIPE, arrival.terms, b"")
