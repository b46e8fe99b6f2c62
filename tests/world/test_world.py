"""A small world of ``quality/worlds`` over real HTTP: polite, and right page by page, when read and when read again."""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warraq import Archive
from warraq.stores.sqlite import FILE_NAME, SqliteStore
from warraq.types import Done, Task
from worlds.answers import CRAWL_DELAY
from worlds.checks import Checked, check, unsafe
from worlds.manners import Request, violations
from worlds.plan import World
from worlds.reader import WorldClock, config, fetcher, left, outlets, read
from worlds.server import Server, in_thread, listen
from worlds.words import text

HOSTS, PAGES, SEED = 31, 150, 7
DELAY, TIMEOUT = 0.02, 2.5


class Reading:
    """The world, read in each of its epochs."""

    def __init__(self, folder: Path) -> None:
        sock = listen(0)
        at = datetime.now(UTC).replace(second=0, microsecond=0)
        self.world = World(SEED, HOSTS, PAGES, sock.getsockname()[1], at)
        self.folder = folder
        self.checked: list[Checked] = []
        with Archive(config(folder), create=True) as archive:
            archive.add_outlets(outlets(self.world))
        with in_thread(self.world, sock, latency=0.005) as server:
            server.answers.warm()
            for epoch in (0, 1):
                self._read(server, epoch)
            self.log: list[Request] = server.log

    def _read(self, server: Server, epoch: int) -> None:
        server.answers.epoch = epoch
        settings = config(self.folder, delay=DELAY, timeout=TIMEOUT, max_bytes=1 << 20, threads=16)
        read(self.world, settings, argparse.Namespace(epoch=epoch, later=0.0, idle=1.0, most=60.0))
        with SqliteStore(self.folder / FILE_NAME) as store:
            self.checked.append(check(self.world, store, epoch, WorldClock(epoch).now()))


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return Reading(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("epoch", [0, 1])
def test_every_page_ends_in_the_right_outcome(reading: Reading, epoch: int) -> None:
    assert reading.checked[epoch].wrong == []
    assert reading.checked[epoch].pages > PAGES // 2


def test_the_hosts_saw_no_rudeness(reading: Reading) -> None:
    found = violations(reading.world, reading.log, DELAY, CRAWL_DELAY)
    assert {kind: count for kind, count in found.items() if count and not kind.startswith("of ")} == {}
    assert found["of pauses"] > PAGES
    assert found["of conditional"] > PAGES // 3


def test_what_changed_and_what_was_removed_is_found(reading: Reading) -> None:
    last = reading.checked[1]
    assert (last.revisions, last.unannounced) == (last.revisions_wanted, last.unannounced_wanted)
    assert last.removed == last.removed_wanted


def test_a_lost_domain_is_noticed(reading: Reading) -> None:
    clock = WorldClock(1)
    with Archive(config(reading.folder), clock=clock) as archive, closing(fetcher(archive.config, clock)):
        archive.mark_lost(archive.health())
    with SqliteStore(reading.folder / FILE_NAME) as store:
        noticed, lost = unsafe(reading.world, store)
    assert noticed == lost


def test_no_page_has_to_be_read_that_was_gone_before_its_host_could_be_asked() -> None:
    world = World(SEED, 40, 12_000, 80, datetime(2026, 3, 1, tzinfo=UTC))
    gone = [right for right in world.rights(1) if right.page.gone]
    assert {right.page.host.late for right in gone} == {False, True}
    assert all(right.required != right.page.host.late for right in gone)


def test_no_text_of_the_world_says_a_paragraph_twice() -> None:
    for seed in range(600):  # an extractor may take one of two for furniture, and the page would be wrong for nothing
        paragraphs = text(f"{SEED} {seed}", 1).paragraphs
        assert len(set(paragraphs)) == len(paragraphs), seed


def test_a_reading_is_not_over_while_a_redirect_waits_for_another_host(tmp_path: Path) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    later, soon = at + timedelta(seconds=5), at + timedelta(seconds=9)
    with SqliteStore(tmp_path / FILE_NAME) as store, closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
        store.commit([], tasks=[Task("http://a.test/1", due=at)])
        assert left(db, at, at, soon) == 1
        (lease,) = store.claim(at, 9, timedelta(minutes=5))
        assert left(db, at, at, soon) == 1
        led_on = replace(lease.task.visit, at="http://b.test/1", hops=1)
        store.commit([], done=[Done(lease, led_on, later)], now=later)
        assert left(db, at, later, soon) == 1
        (lease,) = store.claim(later, 9, timedelta(minutes=5))
        store.commit([], done=[Done(lease, replace(led_on, hops=0), later + timedelta(hours=1))], now=later)
        assert left(db, at, later, soon) == 0
