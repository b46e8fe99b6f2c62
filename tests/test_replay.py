"""Deriving anew: the same code changes nothing, better code replaces what it made before, and only that."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from warraq import Archive, pipeline, sample
from warraq.analyse import vectors
from warraq.config import Config
from warraq.extract.identity import ESTABLISHED
from warraq.extract.knowledge import OutletKnowledge
from warraq.fetchers.raws import WarcKeeper
from warraq.parse import Rules, parse
from warraq.stores.sqlite import SqliteStore
from warraq.types import (
    Analysis,
    Article,
    Entry,
    Outcome,
    Outlet,
    Parsed,
    RawDocument,
    Reason,
    Task,
    TaskKind,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
OUTLET = Outlet("a", "a", hosts=("a.example",))
URL = "https://a.example/news/{}"


class Clock:
    at = NOW

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Press:
    """Pages without a date: the feed alone says when they were published."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.words = "كما كان مقررا لها"

    def fetch(self, tasks: object) -> Iterator[tuple[Task, RawDocument]]:
        for task in tasks:  # type: ignore[attr-defined]
            number = task.url.rpartition("/")[2]
            text = "".join(
                f"<p>قال مدير المرفأ {number} إن الأعمال في الرصيف {n} تمضي {self.words}.</p>" for n in range(4)
            )
            title = f"المرفأ {number} يفتح أرصفته الجديدة أمام السفن"
            head = f"<title>{title} | صحيفة المرافئ</title>"
            page = f"<html lang=ar>{head}<body><article><h1>{title}</h1>{text}</article></body>"
            body = b"<html><body></body></html>" if number == "9" else page.encode()
            yield task, RawDocument(task.url, body, self.clock.now(), "text/html")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with SqliteStore(":memory:") as store:
        yield store


@pytest.fixture
def keeper(store: SqliteStore, tmp_path: Path) -> WarcKeeper:
    """Four articles, one of them with a revision, and a page that is none."""
    keeper, clock = WarcKeeper(tmp_path), Clock()
    press = Press(clock)
    for days, numbers in ((0, "12349"), (1, "2")):
        clock.at = NOW + timedelta(days=days)
        press.words += " في كل مكان" * days
        tasks = [
            Task(
                url, TaskKind.PAGE, "a", clock.at, Entry(url, published=NOW - timedelta(hours=int(url[-1]))), again=True
            )
            for url in map(URL.format, numbers)
        ]
        store.commit([], tasks=tasks)
        pipeline.crawl(store, press, Rules((OUTLET,)), clock, keeper=keeper)  # type: ignore[arg-type]
    return keeper


def all_of(store: SqliteStore) -> object:
    ids = [brief.id for brief in store.latest(LATER, 999)]
    return (
        {id: list(store.revisions(id, LATER)) for id in ids},
        store.stats(LATER).outcomes,
        store.last_change(),
        list(store.raws(0, 999)),
    )


def replay(store: SqliteStore, keeper: WarcKeeper, **more: object) -> dict[Outcome, int]:
    return dict(pipeline.replay(store, keeper, Rules((OUTLET,)), **more).outcomes)  # type: ignore[arg-type]


def test_an_archive_replayed_by_the_code_that_made_it_is_unchanged(store: SqliteStore, keeper: WarcKeeper) -> None:
    before = all_of(store)
    assert store.stats(LATER).articles == 4
    assert len(store.raws(0, 99)) == 6
    for _ in range(2):
        assert replay(store, keeper) == {Outcome.UNCHANGED: 6}
        assert all_of(store) == before


def test_what_a_feed_said_is_kept_with_the_page(store: SqliteStore, keeper: WarcKeeper) -> None:
    published = {brief.published.at for brief in store.latest(LATER, 9) if brief.published}
    assert published == {NOW - timedelta(hours=n) for n in range(1, 5)}


def better(monkeypatch: pytest.MonkeyPatch, change: object) -> None:
    """A parser whose articles are changed."""

    def parser(*arguments: object, **more: object) -> Parsed:
        parsed = parse(*arguments, **more)  # type: ignore[arg-type]
        made: Article | Reason | None = change(parsed)  # type: ignore[operator]
        if isinstance(made, Reason):
            return replace(parsed, article=None, analysis=None, digest=b"", reason=made)
        if made is None:
            return parsed
        return replace(parsed, article=made, analysis=vectors.analyse(made), digest=vectors.digest(made), reason=None)

    monkeypatch.setattr(sys.modules["warraq.pipeline.replay"], "parse", parser)


def test_what_comes_out_differently_replaces_what_was_made(
    store: SqliteStore, keeper: WarcKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(parsed: Parsed) -> Article | None:
        return replace(parsed.article, title=f"{parsed.article.title}!") if parsed.article else None

    before = {brief.id: brief for brief in store.latest(LATER, 9)}
    revisions = store.stats(LATER).revisions
    counted = store.stats(LATER).outcomes
    better(monkeypatch, change)
    outcomes = replay(store, keeper)
    assert outcomes[Outcome.UNCHANGED] == 1, "the page that is no article"
    assert sum(outcomes.values()) == 6
    after = {brief.id: brief for brief in store.latest(LATER, 9)}
    assert {id: brief.title for id, brief in after.items()} == {id: f"{b.title}!" for id, b in before.items()}
    assert {id: b.first_seen_at for id, b in after.items()} == {id: b.first_seen_at for id, b in before.items()}
    assert (store.stats(LATER).revisions, store.stats(LATER).outcomes) == (revisions, counted)
    now = all_of(store)
    assert replay(store, keeper) == {Outcome.UNCHANGED: 6}
    assert all_of(store) == now


def test_what_is_not_part_of_the_digest_is_replaced_too(
    store: SqliteStore, keeper: WarcKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    better(monkeypatch, lambda parsed: replace(parsed.article, credit=("رويترز",)) if parsed.article else None)
    replay(store, keeper)
    assert {r.article.credit for b in store.latest(LATER, 9) for r in store.revisions(b.id, LATER)} == {("رويترز",)}
    assert replay(store, keeper) == {Outcome.UNCHANGED: 6}


def test_what_is_no_article_any_more_goes_and_what_is_one_now_comes(
    store: SqliteStore, keeper: WarcKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = store.revision(store.latest(LATER, 1)[0].id, LATER)
    assert some is not None

    def change(parsed: Parsed) -> Article | Reason | None:
        if parsed.article is None:
            return replace(some.article, id="00000000000v", url=parsed.where)
        return Reason.NOT_ARTICLE if parsed.where.endswith(("/1", "/2")) else None

    better(monkeypatch, change)
    assert replay(store, keeper) == {Outcome.REJECTED: 3, Outcome.UNCHANGED: 2, Outcome.NEW: 1}
    assert {brief.url[-1] for brief in store.latest(LATER, 9)} == {"3", "4", "9"}
    monkeypatch.undo()
    assert replay(store, keeper)[Outcome.NEW] == 2
    assert {brief.url[-1] for brief in store.latest(LATER, 9)} == {"1", "2", "3", "4"}


def test_a_fault_of_ours_takes_nothing_back(
    store: SqliteStore, keeper: WarcKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_of(store)
    better(monkeypatch, lambda parsed: Reason.INTERNAL)
    assert replay(store, keeper) == {Outcome.FAILED: 6}
    assert all_of(store) == before


def test_what_cannot_be_read_any_more_keeps_what_it_made(
    store: SqliteStore, keeper: WarcKeeper, tmp_path: Path
) -> None:
    before = all_of(store)
    for file in tmp_path.iterdir():
        file.write_bytes(b"")
    assert replay(store, keeper) == {Outcome.FAILED: 6}
    assert all_of(store) == before


def test_outlet_and_days_bound_what_is_read(store: SqliteStore, keeper: WarcKeeper) -> None:
    assert replay(store, keeper, outlet="b") == {}
    assert replay(store, keeper, outlet="a", until=NOW + timedelta(hours=1)) == {Outcome.UNCHANGED: 5}
    assert replay(store, keeper, since=NOW + timedelta(hours=1)) == {Outcome.UNCHANGED: 1}


def test_knowledge_of_an_outlet_is_used(store: SqliteStore, keeper: WarcKeeper) -> None:
    asked: list[tuple[str, date]] = []

    def known(outlet: str, day: date) -> OutletKnowledge:
        asked.append((outlet, day))
        return OutletKnowledge()

    replay(store, keeper, known=known)
    assert ("a", NOW.date()) in asked


def test_an_article_stays_one_although_its_outlet_looks_and_is_called_otherwise_by_now(
    store: SqliteStore, keeper: WarcKeeper
) -> None:
    before = all_of(store)
    today = OutletKnowledge(frozenset(range(9)), frozenset(range(9)), ESTABLISHED)
    assert replay(store, keeper, known=lambda outlet, day: today) == {Outcome.UNCHANGED: 6}
    assert all_of(store) == before


def test_analyses_by_an_older_recipe_are_renewed(
    store: SqliteStore, keeper: WarcKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [r.key for b in store.latest(LATER, 9) for r in store.revisions(b.id, LATER)]
    before = store.analyses(keys)
    store.renew(dict.fromkeys(keys[:2], Analysis(0, b"", b"")))
    assert pipeline.renew(store) == 2
    assert store.analyses(keys) == before
    assert pipeline.renew(store) == 0


def test_an_archive_read_over_http_can_be_replayed(tmp_path: Path) -> None:
    config = Config(archive=tmp_path, delay=0, allow_private=True)
    with sample.serve() as base, Archive(config, create=True) as archive:
        outlets = sample.outlets(base)
        archive.add_outlets(outlets)
        archive.fetch([feed for outlet in outlets for feed in outlet.feeds])
        first, _ = archive.replay()  # what was learned since the first pages were read
        assert first.inputs == len(sample.articles())
        before = [archive.revisions(brief.id) for brief in archive.latest(limit=999)]
        tally, renewed = archive.replay()
        assert (tally.outcomes, renewed) == ({Outcome.UNCHANGED: first.inputs}, 0)
        assert [archive.revisions(brief.id) for brief in archive.latest(limit=999)] == before


def test_raw_documents_go_when_they_are_too_old_or_too_many(tmp_path: Path) -> None:
    config = Config(archive=tmp_path, delay=0, allow_private=True, raw_days=30)
    with sample.serve() as base:
        with Archive(config, create=True) as archive:
            archive.add_outlets(sample.outlets(base))
            archive.fetch([sample.outlets(base)[0].feeds[0]])
            assert archive.trim_raws() == 0, "what is written to stays"
        old = (datetime.now(UTC) - timedelta(days=31)).timestamp()
        with Archive(config) as archive:
            assert archive.trim_raws() == 0
            for file in (tmp_path / "raw").iterdir():
                os.utime(file, (old, old))
            articles = archive.stats().articles
            assert archive.trim_raws() == 1
            assert list(archive._store.raws(0, 9)) == []
            assert list((tmp_path / "raw").iterdir()) == []
            assert archive.stats().articles == articles
        with Archive(replace(config, raw_gib=1e-9)) as archive:
            archive.fetch([sample.outlets(base)[1].feeds[0]])
            archive.close()
        with Archive(replace(config, raw_gib=1e-9)) as archive:
            assert archive.trim_raws() == 1
