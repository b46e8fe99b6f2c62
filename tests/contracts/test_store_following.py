"""What every store promises to those who follow it: that a change is seen, whoever made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from test_store import LATER, Sighting, at, commit, id_of
from test_store_operating import answer

from warraq.ports import Store
from warraq.stores.sqlite import SqliteStore
from warraq.types import Outlet, OutletState, Placement, micros


def test_every_change_is_seen_and_nothing_else(store: Store) -> None:
    outlet = Outlet("one", "One", hosts=("one.example",))
    changes = [
        lambda: commit(store, [Sighting(0, 0, "a"), Sighting(1, 1, "b")]),
        lambda: store.commit([answer(0, 3, 410)]),
        lambda: store.save_outlets([outlet]),
        lambda: store.save_outlets([replace(outlet, name="Uno")]),
        lambda: store.save_outlet_state(OutletState("one", unsafe_since=at(1))),
        lambda: store.place([Placement(id_of(0), micros(at(0)), id_of(0), id_of(0))], None),
        lambda: commit(store, [Sighting(0, 5, "c")]),
    ]
    for change in changes:
        version, standing = store.version(), store.standing()
        assert (store.version(), store.standing()) == (version, standing)
        change()
        assert store.version() != version
        assert store.standing() != standing


def test_the_articles_that_were_touched_are_told(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a"), Sighting(1, 1, "b")])
    last, _ = store.standing()
    assert store.touched(last, 10) == []
    commit(store, [Sighting(1, 2, "c")])
    commit(store, [Sighting(2, 3, "d")])
    assert store.touched(last, 2) == [id_of(1), id_of(2)]
    assert store.touched(last, 1) is None
    assert store.touched(0, 10) == [id_of(0), id_of(1), id_of(1), id_of(2)]


def test_what_another_process_wrote_is_seen(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "a.db") as writer, SqliteStore(tmp_path / "a.db", read_only=True) as reader:
        before = reader.version()
        assert reader.version() == before
        commit(writer, [Sighting(0, 0, "a")])
        assert reader.version() != before
        assert reader.revision(id_of(0), LATER + timedelta(days=1)) is not None
