"""What every store promises of saved searches: how they move, what was told, messages that are claimed and ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_store import Sighting, at, commit, id_of

from warraq.ports import Store
from warraq.types import (
    AlertKind,
    Channel,
    Delivery,
    DeliveryState,
    Mail,
    Nobody,
    SavedSearch,
    Security,
    Telegram,
    Told,
    Watching,
    Webhook,
    micros,
)

NewStore = Callable[[], Store]
LEASE, LONGEST = timedelta(minutes=5), timedelta(days=2)
MINUTE = timedelta(minutes=1)
LONG_AGO = at(-1000)
NOW = at(1)
SEARCH = SavedSearch("الميناء", 'ميناء "النخيل"', Webhook("https://desk.example/", "env:KEY"))


def saved(store: Store, search: SavedSearch = SEARCH) -> Watching:
    assert store.save_search(search, at(0))
    return next(watching for watching in store.searches() if watching.search.name == search.name)


def told(number: int, of: int | None = None) -> Told:
    return Told(id_of(number), micros(at(number)), "" if of is None else id_of(of))


def message(name: str, when: datetime = NOW) -> Delivery:
    return Delivery(name, SEARCH.name, f"«{name}»", when, when)


def move(store: Store, was: Watching, found: list[Told], messages: dict[Delivery, list[str]] | None = None) -> Watching:
    now = replace(was, seq=was.seq + 1, looked_at=was.looked_at + MINUTE, turn=was.turn + 1)
    assert store.move_search(was, now, found, messages or {}, forget_before=LONG_AGO)
    return now


@pytest.mark.parametrize(
    "channel",
    [
        SEARCH.channel,
        Mail("mail.example", 587, "a@b.example", "c@d.example", Security.STARTTLS, "u", "file:/run/p"),
        Telegram("@desk", "env:T", "http://127.0.0.1:1"),
    ],
    ids=lambda channel: type(channel).__name__,
)
def test_a_search_comes_back_as_it_was_saved(store: Store, channel: Channel) -> None:
    seq = commit(store, [Sighting(0, 0, "a")])
    search = SavedSearch("x", "y", channel, AlertKind.DAILY, "en", 23, "Asia/Gaza", timedelta(hours=1.5))
    assert saved(store, search) == Watching(search, at(0), seq, at(0), at(0), 0)


def test_names_are_taken_once(store: Store) -> None:
    first = saved(store)
    assert not store.save_search(replace(SEARCH, query="z"), at(5))
    assert store.searches() == [first]
    saved(store, replace(SEARCH, name="a"))
    assert [watching.search.name for watching in store.searches()] == ["a", SEARCH.name]


def test_a_search_moves_all_or_nothing_and_once(store: Store) -> None:
    was = saved(store)
    now = move(store, was, [told(0), told(1), told(2, of=0)], {message("m"): [id_of(0)]})
    assert store.searches() == [now]
    assert not store.move_search(was, now, [told(3)], {message("n"): [id_of(3)]}, forget_before=LONG_AGO)
    assert store.searches() == [now]
    assert [d.id for d in store.deliveries()] == ["m"]
    ids = [id_of(number) for number in range(4)]
    assert store.told(SEARCH.name, ids) == {
        id_of(0): replace(told(0), at=at(1)),
        id_of(1): told(1),
        id_of(2): told(2, of=0),
    }
    assert store.told("another", ids) == {}
    assert store.untold(SEARCH.name) == [told(1)]
    assert store.told_since(SEARCH.name, at(1)) == []
    assert store.told_since(SEARCH.name, at(1) - MINUTE) == [id_of(0)]


def test_what_waits_comes_with_its_copies_in_order(store: Store) -> None:
    now = move(store, saved(store), [told(3), told(5, of=3), told(1), told(4, of=1)])
    assert store.untold(SEARCH.name) == [told(1), told(3), told(4, of=1), told(5, of=3)]
    move(store, now, [], {message("m"): [id_of(1)]})
    assert store.untold(SEARCH.name) == [told(3), told(5, of=3)]


def test_what_was_told_long_ago_is_forgotten_unless_it_waits(store: Store) -> None:
    now = move(store, saved(store), [told(1), told(2), told(3, of=1), told(8)], {message("m"): [id_of(1)]})
    later = replace(now, turn=now.turn + 1)
    assert store.move_search(now, later, [], {}, forget_before=at(6))
    assert set(store.told(SEARCH.name, [id_of(n) for n in range(9)])) == {id_of(2), id_of(8)}


def test_a_removed_search_takes_everything_with_it(store: Store) -> None:
    was = saved(store)
    move(store, was, [told(0), told(1)], {message("m"): [id_of(0)]})
    assert store.remove_search(SEARCH.name)
    assert not store.remove_search(SEARCH.name)
    assert (store.searches(), store.deliveries(), store.untold(SEARCH.name)) == ([], [], [])
    assert not store.move_search(was, was, [told(2)], {}, forget_before=LONG_AGO)
    saved(store)
    assert store.told(SEARCH.name, [id_of(0)]) == {}


def test_a_search_of_the_same_name_made_later_is_another_one(store: Store) -> None:
    was = saved(store)
    store.remove_search(SEARCH.name)
    store.save_search(SEARCH, at(9))
    assert not store.move_search(was, was, [told(2)], {}, forget_before=LONG_AGO)


# --- messages ---------------------------------------------------------------------------------------------


def test_a_message_is_claimed_by_one_and_comes_back_if_that_dies(store: Store) -> None:
    now = move(store, saved(store), [told(0)], {message("m"): [id_of(0)]})
    assert store.claim_delivery(at(1) - MINUTE, LEASE, LONGEST) is None
    assert store.claim_delivery(at(1), LEASE, LONGEST) == (replace(message("m"), attempts=1), now)
    assert store.claim_delivery(at(1) + LEASE - MINUTE, LEASE, LONGEST) is None
    again = store.claim_delivery(at(1) + LEASE, LEASE, LONGEST)
    assert again is not None
    assert again[0] == replace(message("m"), attempts=2)
    late = replace(message("m"), attempts=1, state=DeliveryState.DONE, ended_at=at(2))
    assert not store.end_attempt(late)  # who overslept has nothing to say
    done = replace(again[0], state=DeliveryState.DONE, ended_at=at(2))
    assert store.end_attempt(done)
    assert store.deliveries() == [replace(done, body="")]
    assert store.claim_delivery(at(50), LEASE, LONGEST) is None
    assert not store.end_attempt(done)


def test_a_refused_message_waits_and_the_others_with_it_only_if_the_receiver_is_down(store: Store) -> None:
    names = {message(name): [id_of(number)] for number, name in enumerate("abc")}
    move(store, saved(store), [told(0), told(1), told(2)], names)
    first = store.claim_delivery(at(1), LEASE, LONGEST)
    assert first is not None
    refused = replace(first[0], reason="HTTP 400", due_at=at(1) + MINUTE)
    assert store.end_attempt(refused)
    second = store.claim_delivery(at(1), LEASE, LONGEST)
    assert second is not None
    assert second[0].id == "b"
    assert store.end_attempt(replace(second[0], reason="HTTP 503", due_at=at(1) + 2 * MINUTE), down=True)
    assert store.claim_delivery(at(1) + MINUTE, LEASE, LONGEST) is None
    third = store.claim_delivery(at(1) + 2 * MINUTE, LEASE, LONGEST)
    assert third is not None
    assert third[0].id == "a"
    assert {d.id: d.reason for d in store.deliveries()} == {"a": "HTTP 400", "b": "HTTP 503", "c": ""}


def test_what_waits_for_a_receiver_is_due_when_it_takes_something(store: Store) -> None:
    names = {message(name): [id_of(number)] for number, name in enumerate("ab")}
    now = move(store, saved(store), [told(0), told(1)], names)
    first = store.claim_delivery(at(1), LEASE, LONGEST)
    assert first is not None
    store.end_attempt(replace(first[0], reason="HTTP 503", due_at=at(1) + 60 * MINUTE), down=True)
    move(store, now, [told(2)], {message("c", at(1) + MINUTE): [id_of(2)]})
    fresh = store.claim_delivery(at(1) + MINUTE, LEASE, LONGEST)
    assert fresh is not None
    assert fresh[0].id == "c"
    store.end_attempt(replace(fresh[0], state=DeliveryState.DONE, ended_at=at(1) + MINUTE))
    claimed = [store.claim_delivery(at(1) + MINUTE, LEASE, LONGEST) for _ in range(3)]
    assert [one and one[0].id for one in claimed] == ["a", "b", None]


def test_a_clock_that_is_set_back_delays_no_message_for_long(store: Store) -> None:
    move(store, saved(store), [told(0)], {message("m", at(100)): [id_of(0)]})
    assert store.claim_delivery(at(1), LEASE, LONGEST) is not None
    store.claim_delivery(at(200), LEASE, LONGEST)
    assert store.claim_delivery(at(1), LEASE, LONGEST) is not None


def test_ended_messages_are_listed_newest_first_and_dropped_after_a_while(store: Store) -> None:
    now = saved(store)
    for number in range(3):
        now = move(store, now, [told(number)], {message(f"m{number}", at(number)): [id_of(number)]})
    assert [d.id for d in store.deliveries()] == ["m2", "m1", "m0"]
    assert [d.id for d in store.deliveries(SEARCH.name, 1)] == ["m2"]
    assert store.deliveries("another") == []
    claimed = store.claim_delivery(at(3), LEASE, LONGEST)
    assert claimed is not None
    store.end_attempt(replace(claimed[0], state=DeliveryState.GIVEN_UP, reason="why", ended_at=at(3)))
    store.drop_deliveries(at(3))
    assert len(store.deliveries()) == 3
    store.drop_deliveries(at(4))
    assert [d.id for d in store.deliveries()] == ["m2", "m1"]


# --- what is forgotten ------------------------------------------------------------------------------------


def test_a_forgotten_article_is_in_no_message_and_the_others_wait_again(store: Store) -> None:
    commit(store, [Sighting(number, number, "a") for number in range(4)])
    now = saved(store)
    move(
        store,
        now,
        [told(0), told(1), told(2, of=0), told(3, of=0)],
        {message("m"): [id_of(0), id_of(1)]},
    )
    assert store.forget(id_of(0), "asked", at(9)) is not None
    assert store.deliveries() == []
    assert store.untold(SEARCH.name) == [told(1), told(2), told(3, of=2)]


def test_a_forgotten_article_that_was_told_stays_told_through_its_copy(store: Store) -> None:
    commit(store, [Sighting(number, number, "a") for number in range(2)])
    move(store, saved(store), [told(0), told(1, of=0)], {message("m"): [id_of(0)]})
    claimed = store.claim_delivery(at(1), LEASE, LONGEST)
    assert claimed is not None
    store.end_attempt(replace(claimed[0], state=DeliveryState.DONE, ended_at=at(1)))
    store.forget(id_of(0), "asked", at(9))
    assert store.untold(SEARCH.name) == []
    assert store.told(SEARCH.name, [id_of(0), id_of(1)]) == {id_of(1): replace(told(1), at=at(1))}
    assert len(store.deliveries()) == 1


def test_a_changed_search_goes_on_where_it_was(new_store: NewStore) -> None:
    store = new_store()
    commit(store, [Sighting(0, 0, "a")])
    was = move(store, saved(store), [told(0)], {message("m"): [id_of(0)]})
    wanted = replace(SEARCH, query="مرفأ", quiet=timedelta(hours=1))
    assert store.change_search(wanted, at(5))
    (now,) = store.searches()
    assert now == replace(was, search=wanted, turn=was.turn + 1)
    assert [delivery.id for delivery in store.deliveries()] == ["m"]
    assert store.told(SEARCH.name, [id_of(0)]) != {}
    assert not store.move_search(was, replace(was, turn=was.turn + 1), [], {}, forget_before=LONG_AGO)
    assert not store.change_search(replace(wanted, name="other"), at(5))
    store.close()


def test_what_a_search_passed_over_while_it_told_nobody_is_no_news(new_store: NewStore) -> None:
    store = new_store()
    saved(store, replace(SEARCH, channel=Nobody()))
    commit(store, [Sighting(0, 0, "a")])
    assert store.change_search(SEARCH, at(5))
    (now,) = store.searches()
    assert (now.seq, now.created_at, now.looked_at) == (store.last_change(), at(5), at(5))
    assert store.change_search(replace(SEARCH, channel=Nobody()), at(6))
    assert store.searches()[0].seq == now.seq
    store.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["claim", "die", "done", "refuse"]), max_size=30), st.integers(1, 4))
def test_no_message_is_lost_and_none_comes_back_once_it_is_done(
    new_store: NewStore, steps: list[str], number: int
) -> None:
    store = new_store()
    names = {message(f"m{n}"): [id_of(n)] for n in range(number)}
    move(store, saved(store), [told(n) for n in range(number)], names)
    now, held, done = at(1), list[Delivery](), set[str]()
    for step in steps:
        if step == "claim" and (claimed := store.claim_delivery(now, LEASE, LONGEST)):
            assert claimed[0].id not in done
            assert claimed[0].body == f"«{claimed[0].id}»"
            assert claimed[0].id not in {one.id for one in held}
            held.append(claimed[0])
        elif step == "die":
            held, now = [], now + LEASE
        elif held and step == "done":
            one = held.pop()
            assert store.end_attempt(replace(one, state=DeliveryState.DONE, ended_at=now))
            done.add(one.id)
        elif held and step == "refuse":
            assert store.end_attempt(replace(held.pop(), reason="no", due_at=now + MINUTE), down=True)
    now += timedelta(hours=1)
    while claimed := store.claim_delivery(now, LEASE, LONGEST):
        assert claimed[0].id not in done
        assert store.end_attempt(replace(claimed[0], state=DeliveryState.DONE, ended_at=now))
        done.add(claimed[0].id)
    assert done == {one.id for one in names}
    store.close()
