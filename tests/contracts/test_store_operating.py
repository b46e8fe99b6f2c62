"""What every store promises of operating: removals, what was forgotten, states of outlets, counts by day, copies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_store import LATER, Sighting, at, commit, digest_of, id_of

from warraq.errors import UsageError
from warraq.ports import Store
from warraq.stores.sqlite import SqliteStore
from warraq.types import (
    Change,
    DayCount,
    Done,
    Entry,
    Outcome,
    OutletState,
    Placement,
    Rank,
    Raw,
    Reason,
    Task,
    TaskKind,
    Visit,
    micros,
)

NewStore = Callable[[], Store]
LEASE = timedelta(minutes=5)


def url_of(article: int) -> str:
    return Sighting(article, 0, "a").value.url


def answer(article: int, step: float, status: int) -> Change:
    """What was found at the article's address: 200 with the article, or an error."""
    if status == 200:
        return replace(Sighting(article, 0, "a").change, seen_at=at(step), status=200)
    return Change(url_of(article), Outcome.FAILED, Reason.HTTP_STATUS, str(status), seen_at=at(step), status=status)


# --- removals ---------------------------------------------------------------------------------------------


def test_a_removed_article_is_told_from_then_on(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a"), Sighting(1, 0, "b")])
    store.commit([answer(0, 3, 410), answer(1, 4, 404), answer(7, 4, 404), answer(1, 4.5, 500)])
    ids = [id_of(0), id_of(1), id_of(7)]
    assert store.removed(ids, at(2)) == {}
    assert store.removed(ids, at(3)) == {id_of(0): at(3)}
    assert store.removed(ids, LATER) == {id_of(0): at(3), id_of(1): at(4)}
    assert store.removed([], LATER) == {}
    assert store.revision(id_of(0), LATER) is not None  # the archive's copy stays


def test_a_removed_article_may_come_back(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a")])
    store.commit([answer(0, 3, 404)])
    store.commit([answer(0, 4, 410)])  # still gone, and since then
    assert store.removed([id_of(0)], at(4)) == {id_of(0): at(3)}
    store.commit([answer(0, 5, 200)])
    assert store.removed([id_of(0)], at(4)) == {id_of(0): at(3)}
    assert store.removed([id_of(0)], at(5)) == {}
    store.commit([answer(0, 6, 410)])
    assert store.removed([id_of(0)], LATER) == {id_of(0): at(6)}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([200, 404, 410, 503]), max_size=8))
def test_removed_is_what_the_last_clear_answer_says(new_store: NewStore, statuses: list[int]) -> None:
    store = new_store()
    commit(store, [Sighting(0, 0, "a")])
    gone_since: int | None = None
    for step, status in enumerate(statuses, 1):
        store.commit([answer(0, step, status)])
        if status == 200:
            gone_since = None
        elif status != 503 and gone_since is None:
            gone_since = step
        expected = {} if gone_since is None else {id_of(0): at(gone_since)}
        assert store.removed([id_of(0)], at(step)) == expected
    store.close()


# --- takedowns --------------------------------------------------------------------------------------------


def test_what_is_forgotten_is_nowhere_and_does_not_come_back(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a"), Sighting(0, 2, "b"), Sighting(1, 1, "a")])
    raws = [Raw("1.warc", n, 10, url, at(n), "nahda") for n, url in enumerate((url_of(0), url_of(1), url_of(0)))]
    store.commit([replace(Sighting(0, n, "c").change, raw=raw) for n, raw in enumerate(raws[:1], 5)])
    store.commit([replace(Sighting(1, 6, "c").change, raw=raws[1])])
    store.commit([replace(answer(0, 7, 404), raw=raws[2])])
    store.commit([], tasks=[Task(url_of(0), TaskKind.PAGE, hint=Entry(url_of(0), "عنوان يجب أن يزول"))])
    assert store.place([Placement(id_of(0), micros(at(0)), id_of(0), id_of(0))], None)
    assert [raw.offset for raw in store.raws_of(id_of(0))] == [0, 2]

    before = store.last_change()
    forgotten = store.forget(id_of(0), "طلب صاحبه", at(9))
    assert forgotten is not None
    assert (forgotten.url, forgotten.reason, forgotten.at) == (url_of(0), "طلب صاحبه", at(9))
    assert [line.article for line in store.changes(before, 9)] == [id_of(0)]  # the index takes it out
    assert store.histories([id_of(0)]) == {}
    assert store.known([id_of(0)]) == {}
    assert store.resolve(url_of(0)) is None
    assert [brief.id for brief in store.latest(LATER, 9)] == [id_of(1)]
    assert store.stats(LATER).articles == 1
    assert store.removed([id_of(0)], LATER) == {}
    assert store.placements([id_of(0)], LATER) == {}
    assert [raw.offset for raw in store.raws(0, 9)] == [1]
    assert store.waiting(LATER).tasks == 0
    assert store.problems() == []

    assert store.forget(id_of(0), "again", at(10)) is None
    assert store.forget(id_of(5), "never seen", at(10)) is None
    store.commit([Sighting(0, 11, "a").change], tasks=[Task(url_of(0), TaskKind.PAGE, again=True)])
    assert store.revision(id_of(0), LATER) is None
    assert store.stats(LATER).outcomes["rejected:forgotten"] == 1
    assert not store.claim(LATER, 9, LEASE)
    assert list(store.forgotten()) == [forgotten]
    assert set(store.barred([id_of(0), id_of(1), "not an id"])) == {id_of(0)}
    assert set(store.barred([])) == set()


def test_a_page_that_is_forgotten_while_a_worker_holds_it_harms_no_commit(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a")])
    store.commit([], tasks=[Task(url_of(0), TaskKind.PAGE)])
    (lease,) = store.claim(at(1), 9, LEASE)
    assert store.forget(id_of(0), "x", at(1)) is not None
    store.commit([Sighting(0, 1, "b").change], done=[Done(lease)], now=at(1))
    assert store.revision(id_of(0), LATER) is None
    assert not store.claim(LATER, 9, LEASE)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.builds(Sighting, st.integers(0, 3), st.integers(0, 9), st.sampled_from("abc")), max_size=25))
def test_an_archive_that_forgot_is_one_that_never_knew(new_store: NewStore, sightings: list[Sighting]) -> None:
    forgetful, other = new_store(), new_store()
    commit(forgetful, sightings)
    forgetful.forget(id_of(2), "x", LATER)
    commit(other, [sighting for sighting in sightings if sighting.article != 2])
    ids = [id_of(n) for n in range(4)]
    for step in (0, 4, 9):
        one = [replace(brief, key=0) for brief in forgetful.latest(at(step), 99)]
        two = [replace(brief, key=0) for brief in other.latest(at(step), 99)]
        assert one == two
        assert replace(forgetful.stats(at(step)), outcomes={}) == replace(other.stats(at(step)), outcomes={})
        assert list(forgetful.outlets(at(step))) == list(other.outlets(at(step)))
    states = [
        {id: [(r.number, r.seen_at, r.until, r.article) for r in found] for id, found in s.histories(ids).items()}
        for s in (forgetful, other)
    ]
    assert states[0] == states[1]
    assert forgetful.problems() == []
    forgetful.close()
    other.close()


# --- states and counts ------------------------------------------------------------------------------------


def test_states_of_outlets_are_as_saved_last(store: Store) -> None:
    assert store.outlet_states() == {}
    store.save_outlet_state(OutletState("sada", True, note="متوقفة"))
    store.save_outlet_state(OutletState("nahda", unsafe_since=at(1)))
    store.save_outlet_state(OutletState("sada", False))
    assert store.outlet_states() == {
        "sada": OutletState("sada"),
        "nahda": OutletState("nahda", unsafe_since=at(1)),
    }


def test_outcomes_are_counted_by_day_and_outlet(store: Store) -> None:
    refused = Change("x", Outcome.REJECTED, Reason.NO_TITLE, outlet="sada", seen_at=at(0))
    store.commit([refused, refused, replace(refused, outlet="nahda"), replace(refused, seen_at=at(1))])
    store.commit([Sighting(0, 0, "a").change])
    store.commit([Sighting(0, 0, "a").change])  # twice is once: what is there already is unchanged
    store.commit([Change("x", Outcome.FAILED, Reason.TIMEOUT)])  # when that was is not known
    first, second = at(0).date(), at(1).date()
    assert list(store.day_counts(first)) == [
        DayCount(first, "nahda", Outcome.NEW, None, 1),
        DayCount(first, "nahda", Outcome.REJECTED, Reason.NO_TITLE, 1),
        DayCount(first, "nahda", Outcome.UNCHANGED, None, 1),
        DayCount(first, "sada", Outcome.REJECTED, Reason.NO_TITLE, 2),
        DayCount(second, "sada", Outcome.REJECTED, Reason.NO_TITLE, 1),
    ]
    assert [count.count for count in store.day_counts(first + timedelta(days=1))] == [1]
    assert {count.outlet for count in store.day_counts(date(1969, 1, 1), outlet="sada")} == {"sada"}


def test_counts_by_day_sum_to_all_counts(store: Store) -> None:
    random = Random(5)
    for _ in range(20):
        commit(store, [Sighting(random.randrange(4), random.randrange(6), random.choice("abc")) for _ in range(5)])
    days = Counter[str]()
    for count in store.day_counts(date(1970, 1, 1)):
        days[count.outcome] += count.count
    assert dict(days) == store.stats(LATER).outcomes


# --- feeds that are watched -------------------------------------------------------------------------------


def test_what_is_watched_is_told_with_its_visits(store: Store) -> None:
    feed = Task("https://sada.example/feed", TaskKind.FEED, "sada", at(0), rank=Rank.FEED, watch=True)
    gone = Task("https://nahda.example/feed", TaskKind.FEED, "nahda", at(0), rank=Rank.FEED, watch=True)
    page = Task("https://sada.example/1", TaskKind.PAGE, "sada", at(0), watch=True)
    once = Task("https://sada.example/other", TaskKind.FEED, "sada", at(0))
    store.commit([], tasks=[feed, gone, page, once])
    failing = Visit(visits=3, failures=2, failing_since=at(0), visited_at=at(1))
    ends = [
        Done(lease, failing, at(5)) if lease.task.url == feed.url else Done(lease)
        for lease in store.claim(at(1), 9, LEASE)
        if lease.task.url in (feed.url, gone.url)
    ]
    store.commit([], done=ends, now=at(1))
    first, second = store.watched()
    assert (first.url, first.due.year) == (gone.url, 9999)
    assert second == replace(feed, visit=failing, due=at(5))


# --- copies -----------------------------------------------------------------------------------------------


def test_a_copy_is_the_store_as_it_stood(store: Store, tmp_path: Path) -> None:
    commit(store, [Sighting(0, 0, "a"), Sighting(0, 2, "b"), Sighting(1, 1, "a")])
    store.save_outlet_state(OutletState("sada", True))
    place = tmp_path / "copy.db"
    store.backup(place)
    commit(store, [Sighting(2, 0, "a")])
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    with pytest.raises(UsageError, match="there already"):
        store.backup(place)
    with pytest.raises(UsageError, match="no such folder"):
        store.backup(tmp_path / "none" / "copy.db")
    copy = SqliteStore(place)
    ids = [id_of(n) for n in range(3)]
    assert copy.histories(ids) == {id: found for id, found in store.histories(ids).items() if id != id_of(2)}
    assert copy.known([id_of(0)])[id_of(0)].sightings[0][1] == digest_of("a")
    assert copy.outlet_states() == store.outlet_states()
    assert copy.problems() == []
    copy.close()


def test_a_compacted_store_reads_the_same(store: Store) -> None:
    commit(store, [Sighting(n, 0, "a") for n in range(9)])
    store.forget(id_of(3), "x", at(1))
    before = store.histories([id_of(n) for n in range(9)])
    store.compact()
    assert store.histories([id_of(n) for n in range(9)]) == before
    commit(store, [Sighting(10, 0, "a")])
    assert store.problems() == []
