"""What a store promises of placements: a prefix in one order, taken back where something new stands, read as of T."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_stories import DAY, HOUR, START, analysis, id_of, report
from warraq import pipeline
from warraq.ports import Store
from warraq.types import (
    Arrival,
    Article,
    Change,
    Dated,
    Outcome,
    Paragraph,
    Placed,
    Placement,
    micros,
    moment,
)

LATER = moment(START + 10_000 * DAY)


def change(arrival: Arrival) -> Change:
    """The first sighting of an article that a report stands for."""
    published = None if arrival.published == arrival.at else Dated(moment(arrival.published))
    article = Article(
        arrival.article, arrival.outlet, f"https://a.example/{arrival.article}", "خبر", (Paragraph("نص"),), published
    )
    digest = arrival.article.encode().ljust(16, b"d")
    return Change(
        "", Outcome.NEW, article=article, analysis=analysis(arrival), digest=digest, seen_at=moment(arrival.at)
    )


def commit(store: Store, arrivals: Sequence[Arrival]) -> None:
    store.commit([change(arrival) for arrival in arrivals])


def plain(number: int, hours: float = 0, story: int = 0) -> Arrival:
    return report(number, START + round(hours * HOUR), story, 0)


def placement(arrival: Arrival, story: int, *joined: tuple[int, int]) -> Placement:
    """In an event of its own."""
    pairs = tuple((id_of(taken), id_of(into)) for taken, into in joined)
    return Placement(arrival.article, arrival.at, id_of(story), arrival.article, pairs)


def at(hours: float) -> datetime:
    return moment(START + round(hours * HOUR))


THREE = [plain(1, 0), plain(2, 1), plain(3, 2)]
PLACED = [placement(THREE[0], 1), placement(THREE[1], 2), placement(THREE[2], 1, (2, 1))]


def test_an_empty_store_has_placed_nothing(store: Store) -> None:
    assert (store.last_placed(), store.taken_back(), store.arrivals(None, 9), store.placed(0, 9)) == (None, 0, [], [])
    assert store.members(id_of(1), LATER) == []
    assert store.stories(at(0), LATER, LATER, 9) == []
    assert store.placements([id_of(1)], LATER) == {}
    assert store.fellows(id_of(1), [id_of(2)], LATER) is None


def test_arrivals_come_in_the_order_of_placing(store: Store) -> None:
    early = replace(plain(4, 5), published=START - DAY)
    ahead = replace(plain(6, 6), published=START + 9 * DAY)
    commit(store, [plain(5, 5), ahead, early, plain(7, 2)])
    found = store.arrivals(None, 9)
    assert found == [plain(7, 2), early, plain(5, 5), replace(ahead, published=ahead.at)]
    assert store.arrivals((found[1].at, found[1].article), 1) == found[2:3]


def test_an_article_without_an_analysis_arrives_without_words(store: Store) -> None:
    store.commit([replace(change(plain(1)), analysis=None)])
    assert store.arrivals(None, 9) == [replace(plain(1), terms=b"")]


def test_placements_are_appended_only_after_the_last(store: Store) -> None:
    commit(store, THREE)
    assert store.place(PLACED[:1], None)
    assert not store.place(PLACED[:1], None)
    assert not store.place(PLACED[2:], (THREE[0].at, id_of(1))), "one was left out"
    assert store.place(PLACED[1:], (THREE[0].at, id_of(1)))
    assert store.last_placed() == (THREE[2].at, id_of(3))


def test_placements_of_what_is_not_what_follows_are_not_kept(store: Store) -> None:
    commit(store, THREE[1:])
    decided = PLACED[1:]
    commit(store, THREE[:1])
    assert not store.place(decided, None)
    assert store.last_placed() is None


def test_placements_decided_before_some_were_taken_back_are_not_kept(store: Store) -> None:
    commit(store, THREE[1:])
    assert store.place(PLACED[1:2], None, taken_back=0)
    commit(store, THREE[:1])
    assert store.taken_back() == 1
    assert store.place(PLACED[:2], None)
    assert not store.place(PLACED[2:], (THREE[1].at, id_of(2)), taken_back=0)
    assert store.place(PLACED[2:], (THREE[1].at, id_of(2)), taken_back=1)


@pytest.mark.parametrize(
    ("late", "left"),
    [(plain(9, -1), 0), (plain(9, 0.5), 1), (plain(9, 2), 3), (plain(0, 2), 2), (plain(9, 3), 3)],
    ids=["before all", "between", "beside the last, a greater id", "beside the last, a smaller id", "after all"],
)
def test_a_late_arrival_takes_back_what_stands_from_there_on(store: Store, late: Arrival, left: int) -> None:
    commit(store, THREE)
    assert store.place(PLACED, None)
    commit(store, [late])
    assert [p.arrival for p in store.placed(0, 9)] == THREE[:left]
    assert store.taken_back() == (left < 3)
    joined = {0: [], 1: [], 2: [id_of(2)], 3: [id_of(1), id_of(2), id_of(3)]}[left]
    assert [p.article for p in store.members(id_of(2), LATER)] == joined


def test_a_later_state_of_an_article_takes_nothing_back(store: Store) -> None:
    commit(store, THREE)
    assert store.place(PLACED, None)
    later = change(plain(1, 7))
    store.commit([replace(later, digest=b"x" * 16)])
    assert (len(store.placed(0, 9)), store.taken_back()) == (3, 0)


def test_stories_are_read_as_they_were_joined_by_then(store: Store) -> None:
    commit(store, THREE)
    assert store.place(PLACED, None)
    assert [p.article for p in store.members(id_of(1), at(1))] == [id_of(1)]
    assert store.fellows(id_of(1), [id_of(1), id_of(2)], at(1)) == set()
    assert [(p.article, p.story) for p in store.members(id_of(2), at(1))] == [(id_of(2), id_of(2))]
    for name in (1, 2):
        assert [(p.article, p.story, p.event) for p in store.members(id_of(name), at(2))] == [
            (id_of(n), id_of(1), id_of(n)) for n in (1, 2, 3)
        ]
    assert store.placements([id_of(2), id_of(3)], at(1)) == {id_of(2): PLACED[1]}
    assert store.placements([id_of(2)], at(2)) == {id_of(2): replace(PLACED[1], story=id_of(1))}
    assert store.members(id_of(3), LATER) == []


def test_stories_are_listed_by_their_articles_of_the_span(store: Store) -> None:
    arrivals = [*THREE, plain(4, 3), plain(5, 4)]
    commit(store, arrivals)
    assert store.place([*PLACED, placement(arrivals[3], 4), placement(arrivals[4], 4)], None)
    assert store.stories(at(0), LATER, LATER, 9) == [(id_of(1), 3), (id_of(4), 2)]
    assert store.stories(at(0), LATER, at(1), 9) == [(id_of(1), 1), (id_of(2), 1)]
    assert store.stories(at(1), at(4), LATER, 9) == [(id_of(1), 2), (id_of(4), 1)]
    assert store.stories(at(0), LATER, LATER, 1, 1) == [(id_of(4), 2)]
    assert store.stories(at(0), LATER, LATER, -1, -1) == []


def test_what_was_placed_comes_back_as_a_window_needs_it(store: Store) -> None:
    commit(store, THREE)
    assert store.place(PLACED, None)
    began = START
    whole = [Placed(a, id_of(1), p.event, began) for a, p in zip(THREE, PLACED, strict=True)]
    assert store.placed(0, 9) == whole
    assert store.placed(THREE[1].at, 9) == whole[1:]
    assert store.placed(0, 1) == whole[2:]


PLANS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 30)), min_size=1, max_size=30)


def arrivals_of(plan: Sequence[tuple[int, int, int]], seed: int) -> list[Arrival]:
    """Reports in the order of placing; ids grow in another order than time."""
    hours, found = 0, []
    ids = Random(seed).sample(range(1, 999), len(plan))
    for number, (story, event, later) in zip(ids, plan, strict=True):
        hours += later
        found.append(report(number, START + hours * HOUR, story, event))
    return sorted(found, key=lambda a: (a.at, a.article))


def placed_at_once(new_store: Callable[[], Store], arrivals: Sequence[Arrival]) -> list[Placed]:
    store = new_store()
    try:
        commit(store, arrivals)
        pipeline.count(store)
        assert pipeline.place(store) == len(arrivals)
        return list(store.placed(-(10**18), 999))
    finally:
        store.close()


@given(PLANS, st.integers(0, 99), st.lists(st.integers(0, 30), max_size=4), st.booleans())
@settings(max_examples=12, deadline=None)
def test_replay_equals_live_whatever_the_order_of_arrival(
    new_store: Callable[[], Store],
    plan: list[tuple[int, int, int]],
    seed: int,
    cuts: list[int],
    remember: bool,
) -> None:
    """In any batches, in any order, with the window kept or read again, placements are those of one replay."""
    arrivals = arrivals_of(plan, seed)
    shuffled = Random(seed).sample(arrivals, len(arrivals))
    bounds = sorted({0, *(min(cut, len(arrivals)) for cut in cuts), len(arrivals)})
    store, places = new_store(), pipeline.Places()
    try:
        for first, after in pairwise(bounds):
            commit(store, shuffled[first:after])
            pipeline.count(store)
            pipeline.place(store, places if remember else None)
        live = list(store.placed(-(10**18), 999))
        assert live == placed_at_once(new_store, arrivals)
    finally:
        store.close()


@given(PLANS, st.integers(0, 99), st.integers(0, 30))
@settings(max_examples=12, deadline=None)
def test_as_of_a_moment_equals_an_archive_that_ended_there(
    new_store: Callable[[], Store], plan: list[tuple[int, int, int]], seed: int, last: int
) -> None:
    arrivals = arrivals_of(plan, seed)
    moment_ = moment(arrivals[min(last, len(arrivals) - 1)].at)
    whole, ended = new_store(), new_store()
    try:
        commit(whole, arrivals)
        commit(ended, [a for a in arrivals if a.at <= micros(moment_)])
        for store in (whole, ended):
            pipeline.place(store)
        ids = [a.article for a in arrivals]
        assert whole.placements(ids, moment_) == ended.placements(ids, LATER)
        listed = whole.stories(moment(0), LATER, moment_, 99)
        assert listed == ended.stories(moment(0), LATER, LATER, 99)
        for story, count in listed:
            assert list(whole.members(story, moment_)) == list(ended.members(story, LATER))
            together = {placement.article for placement in whole.members(story, moment_)}
            assert all(whole.fellows(a, [*together, id_of(10**6)], moment_) == together - {a} for a in together)
            assert len(whole.members(story, moment_)) == count
    finally:
        whole.close()
        ended.close()


def test_an_archive_larger_than_its_checkpoints_is_placed_the_same_in_any_pieces(
    new_store: Callable[[], Store],
) -> None:
    """Backgrounds change on the way: at 64, 91, 128 and 181 articles."""
    arrivals = [report(n, START + n * HOUR // 3, n % 9, n % 2) for n in range(1, 201)]
    whole = placed_at_once(new_store, arrivals)
    store, places = new_store(), pipeline.Places()
    for first in range(0, 200, 17):
        commit(store, arrivals[first : first + 17])
        pipeline.place(store, places)
    assert list(store.placed(0, 999)) == whole
    commit(store, [report(999, START + 40 * HOUR, 3, 1)])
    pipeline.place(store, places)
    late = sorted([*arrivals, report(999, START + 40 * HOUR, 3, 1)], key=lambda a: (a.at, a.article))
    assert list(store.placed(0, 999)) == placed_at_once(new_store, late)
    store.close()
