"""The live loop, against a press whose hosts answer as a test says."""

from __future__ import annotations

import json
import multiprocessing
import os
import shlex
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from warraq import Archive, pipeline, sample
from warraq.cli import main
from warraq.cli.live import teller
from warraq.config import Config
from warraq.errors import NotFound, UsageError
from warraq.extract.knowledge import READY, Learner
from warraq.fetchers.raws import WarcKeeper
from warraq.parse import Rules
from warraq.pipeline.crawl import REST
from warraq.stores.sqlite import FILE_NAME, SqliteStore
from warraq.types import (
    Change,
    Failure,
    Lease,
    NotModified,
    Outcome,
    Outlet,
    OutletState,
    Rank,
    RawDocument,
    Reason,
    Redirect,
    Task,
    TaskKind,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
RESTED = NOW + timedelta(seconds=REST)
OUTLETS = tuple(Outlet(name, name, hosts=(f"{name}.example",), home=f"https://{name}.example/") for name in "abcd")
Answer = RawDocument | NotModified | Redirect | Failure


class Clock:
    """A clock that goes as a test says."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def html(number: int, text: str = "") -> bytes:
    body = "".join(
        f"<p>قال مدير المرفأ رقم {number} إن الأعمال في الرصيف {n} من المرفأ الجديد تمضي كما كان مقررا لها. {text}</p>"
        for n in range(4)
    )
    title = f"المرفأ {number} يفتح أرصفته الجديدة أمام السفن"
    return (
        f"<html lang=ar><head><title>{title}</title><meta property='article:published_time' "
        f"content='2026-03-01T11:0{number % 10}:00Z'></head><body><article><h1>{title}</h1>{body}</article></body>"
    ).encode()


def rss(urls: Iterable[str]) -> bytes:
    items = "".join(f"<item><link>{url}</link><title>خبر {n}</title></item>" for n, url in enumerate(urls))
    return f"<rss version='2.0'><channel><title>صحيفة</title>{items}</channel></rss>".encode()


class Fatal(Rules):
    """Rules that end the process which parses a certain page."""

    def outlet_at(self, url: str) -> Outlet | None:
        if url == page("a", 1) and multiprocessing.parent_process() is not None:
            os._exit(1)
        return super().outlet_at(url)


@dataclass
class Press:
    """A fetcher whose pages are functions of the task; it notes what is asked, and whether a host is asked twice."""

    clock: Clock = field(default_factory=Clock)
    pages: dict[str, bytes | Answer | Callable[[Task], Answer | None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    overlaps: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    busy: Counter[str] = field(default_factory=Counter)

    def fetch(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Answer]]:
        for task in tasks:
            url = task.visit.at or task.url
            host = url.split("/")[2]
            self.busy[host] += 1
            if self.busy[host] > 1:
                self.overlaps.append(url)
            self.asked.append(url)
            found = self.pages.get(url.partition("#")[0], Failure(url, Reason.HTTP_STATUS, "404", 404))
            if callable(found):
                found = found(task)
            if isinstance(found, bytes):
                found = RawDocument(url, found, self.clock.now(), "text/html", headers=self.headers, pause=self.pause)
            self.busy[host] -= 1
            if found is None:  # closed
                return
            yield task, found


def page(host: str, number: int) -> str:
    return f"https://{host}.example/news/{number}"


def feed(host: str) -> Task:
    url = f"https://{host}.example/rss"
    return Task(url, TaskKind.FEED, host, NOW, rank=Rank.FEED, watch=True)


def press(hosts: str = "ab", count: int = 3, clock: Clock | None = None) -> Press:
    made = Press(clock or Clock())
    for host in hosts:
        urls = [page(host, n) for n in range(count)]
        made.pages |= {url: html(n) for n, url in enumerate(urls)}
        made.pages[feed(host).url] = rss(urls)
    return made


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with SqliteStore(":memory:") as store:
        yield store


def crawl(store: SqliteStore, fetcher: Press, **more: object) -> list[Change]:
    told: list[Change] = []
    pipeline.crawl(store, fetcher, Rules(OUTLETS), fetcher.clock, told=told.append, **more)  # type: ignore[arg-type]
    return told


def due(store: SqliteStore, now: datetime) -> dict[str, Lease]:
    leases = store.claim(now, 999, timedelta(minutes=5), per_host=999)
    store.release(leases)
    return {lease.task.url: lease for lease in leases}


# --- what comes of a visit --------------------------------------------------------------------------------


def test_watched_feeds_lead_to_watched_pages_and_both_are_due_again(store: SqliteStore) -> None:
    world = press()
    store.commit([], tasks=[feed(host) for host in "ab"])
    told = crawl(store, world)
    assert Counter(change.outcome for change in told) == {Outcome.NEW: 6, Outcome.UNCHANGED: 2}
    assert world.overlaps == []
    assert len(world.asked) == len(set(world.asked)) == 8
    assert due(store, NOW) == {}
    again = due(store, NOW + timedelta(days=1))
    assert set(again) == set(world.asked)
    assert all(lease.task.watch and lease.task.visit.visits == 1 for lease in again.values())


def test_a_second_pass_asks_with_the_validators_that_were_stored_with_the_articles(store: SqliteStore) -> None:
    world = press("a")
    world.headers = {"etag": '"1"'}
    store.commit([], tasks=[feed("a")])
    crawl(store, world)
    seen: list[str] = []

    def unchanged(task: Task) -> Answer:
        seen.append(task.visit.etag)
        return NotModified(task.url)

    world.pages = dict.fromkeys(world.pages, unchanged)
    world.clock.at += timedelta(hours=2)
    told = crawl(store, world)
    assert {change.outcome for change in told} == {Outcome.UNCHANGED}
    assert seen == ['"1"'] * 4


def test_articles_are_seen_in_the_order_in_which_they_were_published(store: SqliteStore) -> None:
    world = press("a", 9)
    world.pages[feed("a").url] = rss(reversed([page("a", n) for n in range(9)]))
    body = world.pages[feed("a").url]
    assert isinstance(body, bytes)
    for n in range(9):
        body = body.replace(f"/{n}</link>".encode(), f"/{n}</link><pubDate>2026-03-01T0{n}:00:00Z</pubDate>".encode())
    world.pages[feed("a").url] = body
    store.commit([], tasks=[feed("a")])
    crawl(store, world)
    firsts = [brief.published.at.hour for brief in store.latest(LATER, 99) if brief.published]
    assert firsts == sorted(firsts, reverse=True)
    moments = [brief.first_seen_at for brief in store.latest(LATER, 99)]
    assert len(set(moments)) == len(moments)


def test_a_redirect_to_another_host_waits_for_that_host_and_circles_end(store: SqliteStore) -> None:
    world = press("b", 1)
    target = "https://b.example/news/0"
    round_a, round_c = "https://a.example/round", "https://c.example/round"
    world.pages[page("a", 7)] = Redirect(page("a", 7), target, lasting=True)
    world.pages[round_a] = Redirect(round_a, round_c)
    world.pages[round_c] = Redirect(round_a, round_a)
    store.commit([], tasks=[Task(page("a", 7), TaskKind.PAGE, "a", NOW), Task(round_a, TaskKind.PAGE, "a", NOW)])
    told = {change.where: change for change in crawl(store, world)}
    assert told[target].outcome is Outcome.NEW
    assert told[round_a].reason is Reason.REDIRECTS
    assert len(told) == 2
    assert world.asked.count(round_a) + world.asked.count(round_c) == 6


def test_a_page_that_leads_to_a_stranger_is_no_article_of_ours(store: SqliteStore) -> None:
    world = press("a", 1)
    world.pages[page("a", 0)] = Redirect(page("a", 0), "https://casino.example/")
    world.pages["https://casino.example/"] = html(5)
    store.commit([], tasks=[Task(page("a", 0), TaskKind.PAGE, "a", NOW)])
    (change,) = crawl(store, world)
    assert (change.outcome, change.reason) == (Outcome.REJECTED, Reason.OTHER_OUTLET)
    assert store.stats(LATER).articles == 0


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_removed_is_recorded_and_its_copy_kept(store: SqliteStore, status: int) -> None:
    world = press("a", 1)
    asked = f"{page('a', 0)}?utm_source=rss"
    world.pages[asked] = world.pages[page("a", 0)]
    store.commit([], tasks=[Task(asked, TaskKind.PAGE, "a", NOW, watch=True)])
    crawl(store, world)
    (brief,) = store.latest(LATER, 9)
    world.pages[asked] = Failure(asked, Reason.HTTP_STATUS, str(status), status)
    world.clock.at = gone = NOW + timedelta(hours=2)
    (change,) = crawl(store, world)
    assert (change.outcome, change.status, change.where) == (Outcome.FAILED, status, brief.url)
    assert set(store.removed([brief.id], LATER)) == {brief.id}
    assert store.removed([brief.id], gone - timedelta(seconds=1)) == {}
    assert store.revision(brief.id, LATER) is not None
    world.clock.at += timedelta(days=400)
    crawl(store, world)
    assert len(world.asked) == (2 if status == 410 else 3)


def test_what_comes_back_unchanged_is_not_removed_any_more(store: SqliteStore) -> None:
    world = press("a", 1)
    url = page("a", 0)
    store.commit([], tasks=[Task(url, TaskKind.PAGE, "a", NOW, watch=True)])
    crawl(store, world)
    (brief,) = store.latest(LATER, 9)
    there, world.pages[url] = world.pages[url], Failure(url, Reason.HTTP_STATUS, "404", 404)
    for answer in (there, NotModified(url)):
        world.clock.at += timedelta(days=2)
        world.pages[url] = Failure(url, Reason.HTTP_STATUS, "404", 404)
        store.commit([], tasks=[Task(url, TaskKind.PAGE, "a", world.clock.at, watch=True, again=True)])
        crawl(store, world)
        assert set(store.removed([brief.id], LATER)) == {brief.id}
        world.pages[url] = answer
        world.clock.at += timedelta(days=2)
        store.commit([], tasks=[Task(url, TaskKind.PAGE, "a", world.clock.at, watch=True, again=True)])
        crawl(store, world)
        assert store.removed([brief.id], LATER) == {}


def test_a_clock_set_back_does_not_make_the_newest_text_a_revision_of_the_past(store: SqliteStore) -> None:
    world = press("a", 1)
    url = page("a", 0)
    for text, back in (("", timedelta(0)), ("وقد تغير النص.", timedelta(days=1))):
        world.pages[url] = html(0, text)
        world.clock.at = NOW - back
        store.commit([], tasks=[Task(url, TaskKind.PAGE, "a", world.clock.at, again=True)])
        crawl(store, world)
    (brief,) = store.latest(LATER, 9)
    states = store.revisions(brief.id, LATER)
    assert [("تغير" in state.article.text) for state in states] == [False, True]


def test_a_host_that_wants_a_pause_is_waited_for_if_it_is_short(store: SqliteStore) -> None:
    world = press("a", 3)
    world.pause = 10
    store.commit([], tasks=[feed("a")])
    crawl(store, world)
    assert len(world.asked) == 4
    assert world.clock.at - NOW == timedelta(seconds=10), "a batch is the fetcher's to pace, the host is the store's"
    other = press("b", 3)
    other.pause = 9999
    store.commit([], tasks=[feed("b")])
    crawl(store, other)
    assert len(other.asked) == 1, "what is due is left for another time"


def test_outlets_that_are_not_read_are_put_off(store: SqliteStore) -> None:
    world = press()
    store.commit([], tasks=[feed(host) for host in "ab"])
    crawl(store, world, means=pipeline.Means(wanted=lambda outlet: outlet != "b"))
    assert {url for url in world.asked if "//b." in url} == set()
    assert len(world.asked) == 4
    assert feed("b").url in due(store, NOW + timedelta(days=1))


# --- raw documents and knowledge --------------------------------------------------------------------------


def test_raw_documents_are_kept_of_what_was_new_revised_or_rejected(store: SqliteStore, tmp_path: Path) -> None:
    world, keeper = press("a", 2), WarcKeeper(tmp_path)
    world.pages[page("a", 1)] = b"<html><body>nothing</body></html>"
    store.commit([], tasks=[feed("a")])
    crawl(store, world, keeper=keeper)
    world.clock.at += timedelta(hours=7)
    crawl(store, world, keeper=keeper)
    world.pages[page("a", 0)] = html(0, "وأضاف أن العمل لم ينته.")
    world.clock.at += timedelta(days=2)
    crawl(store, world, keeper=keeper)
    raws = store.raws(0, 99)
    assert Counter(raw.url for raw in raws) == {page("a", 0): 2, page("a", 1): 2}
    assert [bool(raw.article) for raw in raws if raw.url == page("a", 0)] == [True, True]
    for raw in raws:
        document = keeper.read(raw)
        assert isinstance(document, RawDocument)
        assert document.url == raw.url
        assert raw.task is not None
        assert raw.task.hint is not None


def test_what_is_learned_is_stored_with_the_pages_that_taught_it(store: SqliteStore) -> None:
    world = press("a", READY + 2)
    store.commit([], tasks=[feed("a")])
    ready: list[str] = []
    crawl(store, world, learner=Learner(), ready=ready.append)
    assert ready == ["a"]
    assert set(store.knowledge(["a"])) == {"a"}
    again: list[str] = []
    store.commit([], tasks=[replace(feed("a"), again=True, due=world.clock.at)])
    crawl(store, world, learner=Learner(), ready=again.append)
    assert again == []


# --- faults -----------------------------------------------------------------------------------------------


class Forgetful(SqliteStore):
    """A store that takes some leases away while they are worked."""

    lost: frozenset[str] = frozenset()

    def claim(self, *arguments: object, **more: object) -> Sequence[Lease]:
        leases = super().claim(*arguments, **more)  # type: ignore[arg-type]
        return [replace(lease, token=lease.token + 10**6) if lease.task.url in self.lost else lease for lease in leases]


def test_a_lost_lease_spoils_only_what_came_of_it() -> None:
    with Forgetful(":memory:") as store:
        store.lost = frozenset({page("a", 1), page("b", 2)})
        world = press("ab", 5)
        store.commit([], tasks=[Task(page(h, n), TaskKind.PAGE, h, NOW) for h in "ab" for n in range(5)])
        told = crawl(store, world)
        assert {change.where for change in told} == {page(h, n) for h in "ab" for n in range(5)} - store.lost
        assert store.stats(LATER).articles == 8


def test_a_fault_of_a_fetcher_stops_the_loop_and_gives_everything_back(store: SqliteStore) -> None:
    def broken(task: Task) -> Answer:
        raise ZeroDivisionError("of the fetcher")

    world = press("ab", 3)
    world.pages[page("a", 1)] = broken
    store.commit([], tasks=[Task(page(h, n), TaskKind.PAGE, h, NOW) for h in "ab" for n in range(3)])
    with pytest.raises(ZeroDivisionError):
        crawl(store, world)
    assert page("a", 1) in due(store, RESTED)
    world.pages[page("a", 1)] = html(1)
    crawl(store, world)
    assert store.stats(LATER).articles == 6


def test_a_fetcher_that_was_closed_leaves_its_tasks_as_they_were(store: SqliteStore) -> None:
    world = press("a", 3)
    stop = threading.Event()

    def closed(task: Task) -> Answer | None:
        stop.set()
        return None

    world.pages[page("a", 1)] = closed
    store.commit([], tasks=[Task(page("a", n), TaskKind.PAGE, "a", NOW + timedelta(seconds=n - 9)) for n in range(3)])
    told = crawl(store, world, stop=stop)
    assert [change.where for change in told] == [page("a", 0)]
    assert set(due(store, NOW)) == {page("a", 1), page("a", 2)}


def test_a_stop_ends_the_loop_although_a_host_never_answers(store: SqliteStore) -> None:
    world, stop, hung = press("ab", 2), threading.Event(), threading.Event()

    def hang(task: Task) -> Answer:
        stop.set()
        hung.wait(60)
        return Failure(task.url, Reason.TIMEOUT)

    world.pages[page("a", 0)] = hang
    tasks = [Task(page(h, n), TaskKind.PAGE, h, NOW + timedelta(seconds=n - 9)) for h in "ab" for n in range(2)]
    store.commit([], tasks=tasks)
    began = time.monotonic()
    crawl(store, world, forever=True, stop=stop)
    assert time.monotonic() - began < 30, "not the minute that the host takes"
    hung.set()
    assert store.waiting(NOW).leased == 0
    assert not set(due(store, NOW)) & {page("a", 0), page("a", 1)}, "its host may still be answering"
    assert {page("a", 0), page("a", 1)} <= set(due(store, RESTED))


def test_other_processes_parse_the_same(store: SqliteStore) -> None:
    world = press("ab", 4)
    store.commit([], tasks=[feed(host) for host in "ab"])
    crawl(store, world, means=pipeline.Means(processes=1))
    with SqliteStore(":memory:") as other:
        other.commit([], tasks=[feed(host) for host in "ab"])
        crawl(other, press("ab", 4))
        one, two = ({b.id: (b.title, b.published) for b in s.latest(LATER, 99)} for s in (store, other))
    assert one == two
    assert len(one) == 8


def test_a_document_that_kills_its_process_is_a_fault_and_others_are_parsed_again(store: SqliteStore) -> None:
    world = press("ab", 4)
    deadly = page("a", 1)
    store.commit([], tasks=[Task(page(h, n), TaskKind.PAGE, h, NOW) for h in "ab" for n in range(4)])
    told: list[Change] = []
    pipeline.crawl(
        store,
        world,
        Fatal(OUTLETS),
        world.clock,
        means=pipeline.Means(processes=1),
        told=told.append,  # type: ignore[arg-type]
    )
    (fault,) = [change for change in told if change.outcome is not Outcome.NEW]
    assert (fault.where, fault.reason) == (deadly, Reason.INTERNAL)
    assert store.stats(LATER).articles == 7


# --- the archive ------------------------------------------------------------------------------------------


def settings_of(folder: Path, **more: object) -> Config:
    return Config(archive=folder, delay=0, threads=4, **more)  # type: ignore[arg-type]


def test_run_reads_indexes_and_places_until_it_is_stopped(tmp_path: Path) -> None:
    world, stop = press("abc", 6, Clock(datetime.now(UTC))), threading.Event()
    for host in "abc":
        world.pages[f"https://{host}.example/"] = b""
    with Archive(settings_of(tmp_path), create=True) as archive:
        archive.add_outlets(replace(o, feeds=(f"https://{o.id}.example/rss",)) for o in OUTLETS)
        archive._store.save_outlet_state(OutletState("b", disabled=True))
        with pytest.raises(NotFound):
            archive.run(["nobody"], stop=stop, fetcher=world)
        found: list[int] = []

        def watch() -> None:
            give_up = time.monotonic() + 60
            while time.monotonic() < give_up and len(found) < 12:
                found[:] = [hit.brief.id for hit in archive.search("المرفأ", limit=99).hits]  # type: ignore[misc]
                time.sleep(0.05)
            stop.set()

        watcher = threading.Thread(target=watch)
        watcher.start()
        tally = archive.run(["a", "b", "c"], stop=stop, fetcher=world)
        watcher.join()
        assert len(found) == 12
        assert tally.outcomes[Outcome.NEW] == 12
        assert not any("//b." in url for url in world.asked)
        assert archive.behind() == 0
        assert archive.waiting().leased == 0


def test_an_index_that_is_damaged_while_it_is_used_is_built_anew(tmp_path: Path) -> None:
    world = press("a", 3)
    with Archive(settings_of(tmp_path), create=True, clock=world.clock) as archive:
        archive.add_outlets(OUTLETS)
        archive.fetch([feed("a").url], fetcher=world)
        assert archive.search("المرفأ", as_of=LATER).total == 3
        (tmp_path / "index" / "meta.json").write_bytes(b"{")
        archive._index_new()
        assert archive.search("المرفأ", as_of=LATER).total == 3


def test_backfill_reads_what_lies_in_the_window_and_goes_on_when_called_again(tmp_path: Path) -> None:
    clock = Clock(datetime.now(UTC))
    world = press("a", 6, clock)
    days = [f"2025-01-0{n + 1}" for n in range(6)]
    entries = "".join(f"<url><loc>{page('a', n)}</loc><lastmod>{day}</lastmod></url>" for n, day in enumerate(days))
    world.pages["https://a.example/part.xml"] = f"<urlset>{entries}</urlset>".encode()
    index = b"<sitemapindex><sitemap><loc>https://a.example/part.xml</loc></sitemap></sitemapindex>"
    world.pages["https://a.example/sitemap.xml"] = index
    with Archive(settings_of(tmp_path), create=True) as archive:
        archive.add_outlets([*OUTLETS, Outlet("e", "e", hosts=("e.example",))])
        window = (datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 1, 5, tzinfo=UTC))
        stop = threading.Event()

        def cut(tally: object) -> None:
            stop.set()

        archive.backfill("a", *window, fetcher=world, stop=stop, progress=cut)
        assert archive.stats().articles == 0
        archive.backfill("a", *window, fetcher=world)
        assert {brief.url for brief in archive.latest(limit=99)} == {page("a", n) for n in (1, 2, 3)}
        asked = len(world.asked)
        archive.backfill("a", *window, fetcher=world)
        assert len(world.asked) - asked <= 2, "the sitemaps alone"
        for wrong in (("e", *window), ("a", window[1], window[0])):
            with pytest.raises(UsageError):
                archive.backfill(*wrong, fetcher=world)  # type: ignore[arg-type]


# --- several processes ------------------------------------------------------------------------------------

RUNNER = """
import sys, threading, signal
from warraq.cli import main
main(["run", "--no-serve", "--archive", sys.argv[1], "--threads", "4", "--workers", "1", *sys.argv[2:]])
"""


def runners(folder: Path, outlets: Sequence[Outlet], count: int) -> list[subprocess.Popen[str]]:
    environment = {**os.environ, "WARRAQ_ALLOW_PRIVATE": "1", "WARRAQ_DELAY": "0.01"}
    named = [part for outlet in outlets for part in ("--outlet", outlet.id)]
    command = [sys.executable, "-c", RUNNER, str(folder), *named]
    return [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(count)
    ]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_two_processes_share_one_archive_and_one_may_be_killed(tmp_path: Path) -> None:
    give_up = time.monotonic() + 120
    with sample.serve() as base:
        outlets = sample.outlets(base)
        with Archive(settings_of(tmp_path, allow_private=True), create=True) as archive:
            archive.add_outlets(outlets)
        killed, ended = runners(tmp_path, outlets, 2)
        with SqliteStore(tmp_path / FILE_NAME, read_only=True) as store:
            while store.stats(LATER).articles < 20 and time.monotonic() < give_up:
                time.sleep(0.05)
            killed.kill()
            killed.communicate()
            assert store.stats(LATER).articles >= 20
            _lapse(tmp_path)
            while (waiting := store.waiting(datetime.now(UTC))).due or waiting.leased:
                assert time.monotonic() < give_up
                time.sleep(0.2)
        ended.send_signal(signal.SIGTERM)
        out, errors = ended.communicate(timeout=30)
        assert ended.returncode == 0, errors
    with Archive(settings_of(tmp_path)) as archive:
        stats = archive.stats()
        assert stats.articles == len(sample.articles())
        assert stats.outcomes["new"] == stats.articles, "no article is new twice"
        archive.refresh()
        assert archive.behind() == 0
        assert archive.search("الميناء").total > 0
        # An outlet with a second, whole article under each of its own: learning what its pages share hides neither.
        told = {article.id: {p for state in article.states for p in state.paragraphs} for article in sample.articles()}
        for hit in archive.search("outlet:waha", limit=50).hits:
            article = archive.revision(hit.brief.id).article
            own = told[article.url.rpartition("/")[2].removesuffix(".html")]
            assert {p.text for p in article.body} <= own, article.url
    assert "outcome=new" in out


def _lapse(folder: Path) -> None:
    """Let all leases run out: what a killed worker held would come back in some minutes."""
    with sqlite3.connect(folder / FILE_NAME, timeout=30) as db:
        db.execute("UPDATE tasks SET until = 1 WHERE until > 0")
        db.execute("UPDATE hosts SET until = 1 WHERE until > 0")
    db.close()


def test_sigterm_ends_a_run_within_seconds_and_nothing_stays_leased(tmp_path: Path) -> None:
    with sample.serve() as base:
        outlets = sample.outlets(base)
        with Archive(settings_of(tmp_path, allow_private=True), create=True) as archive:
            archive.add_outlets(outlets)
        (process,) = runners(tmp_path, outlets, 1)
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
    with SqliteStore(tmp_path / FILE_NAME) as store:
        waiting = store.waiting(datetime.now(UTC))
        assert waiting.leased == 0
        assert waiting.due > 0


# --- the command line -------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_json", [False, True])
def test_a_line_is_one_line_whatever_a_document_says(as_json: bool, capsys: pytest.CaptureFixture[str]) -> None:
    evil = 'x\r\noutcome=new\x1b[2J\u202egnp\u2028\x00 "q" k=v'
    teller(as_json)(Change(f"https://a.example/{evil}", Outcome.REJECTED, Reason.NO_TITLE, evil, "a", seen_at=NOW))
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 1
    assert not set("\r\x1b\u202e\x00\u2028") & set(out)
    if as_json:
        said = json.loads(out)
        assert (said["outcome"], said["reason"], said["outlet"]) == ("rejected", "no_title", "a")
    else:
        assert shlex.split(out)[:3] == ["at=2026-03-01T12:00:00.000000Z", "outcome=rejected", "reason=no_title"]
        keys = [part.partition("=")[0] for part in shlex.split(out)]
        assert keys == ["at", "outcome", "reason", "outlet", "where", "detail"]


def test_backfill_and_replay_from_the_command_line(tmp_path: Path) -> None:
    def warraq(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(a) for a in arguments] + ["--archive", str(tmp_path)])

    with sample.serve() as base, Archive(settings_of(tmp_path, allow_private=True), create=True) as archive:
        outlet = sample.outlets(base)[0]
        archive.add_outlets([outlet])
        archive.fetch(outlet.feeds)
        articles = archive.stats().articles
    assert articles
    told = warraq("replay", "--json")
    assert told.exit_code == 0
    tally, renewed = map(json.loads, told.stdout.splitlines())
    assert (tally["inputs"], renewed) == (articles, {"renewed_analyses": 0})
    assert "0 analyses renewed" in warraq("replay", "--outlet", outlet.id, "--to", "2020-01-01").stdout
    unknown = warraq("backfill", "nobody", "--from", "2026-01-01")
    assert (unknown.exit_code, unknown.stderr) == (2, "warraq: no outlet 'nobody'\n")
    assert warraq("backfill", outlet.id, "--from", "2026-02-01", "--to", "2026-01-01").exit_code == 2
