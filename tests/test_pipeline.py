"""The loops: every input has an outcome, running again changes nothing, whatever is derived can be rebuilt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from warraq import pipeline, sample
from warraq.indexes.tantivy import TantivyIndex
from warraq.parse import Document, Rules
from warraq.query import parse_query
from warraq.stores.sqlite import SqliteStore
from warraq.types import (
    Change,
    Failure,
    NotModified,
    Outcome,
    RawDocument,
    Reason,
    Record,
    Tally,
    Task,
    TaskKind,
)

NOW = datetime(2026, 2, 20, 12, tzinfo=UTC)


@dataclass
class Clock:
    """Time as a variable."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Shelf:
    """A fetcher that has what is on it."""

    documents: Mapping[str, RawDocument | NotModified]
    clock: Clock = field(default_factory=Clock)
    asked: list[str] = field(default_factory=list)

    def fetch(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, RawDocument | Record | NotModified | Failure]]:
        for task in tasks:
            self.asked.append(task.url)
            self.clock.sleep(1)
            found = self.documents.get(task.url) or Failure(task.url, Reason.HTTP_STATUS, "404")
            yield task, replace(found, fetched_at=self.clock.now()) if isinstance(found, RawDocument) else found


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    with SqliteStore(":memory:") as store:
        yield store


def records(version: sample.Version | None = None) -> list[Document]:
    return [Record(row, f"rows:{n}") for n, row in enumerate(sample.records(version=version), 1)]


def ingest(store: SqliteStore, documents: Iterable[Document], **options: object) -> Tally:
    return pipeline.ingest(documents, store, Rules(sample.outlets(), seen="seen"), Clock(), **options)  # type: ignore[arg-type]


def contents(store: SqliteStore) -> object:
    briefs = store.latest(NOW, 1000)
    return {brief.id: list(store.revisions(brief.id, NOW)) for brief in briefs}


def test_every_input_has_one_outcome_and_a_second_run_changes_nothing(store: SqliteStore) -> None:
    rows = records()
    tally = ingest(store, rows)
    assert tally.inputs == len(rows) == sum(tally.outcomes.values())
    assert tally.outcomes[Outcome.NEW] == len(sample.articles())
    assert tally.outcomes[Outcome.REVISED] == len(rows) - len(sample.articles())
    log, before = store.last_change(), contents(store)
    again = ingest(store, reversed(rows))
    assert again.outcomes == {Outcome.UNCHANGED: len(rows)}
    assert (store.last_change(), contents(store)) == (log, before)


def test_what_cannot_be_read_is_told_with_its_place_and_the_rest_goes_on(store: SqliteStore) -> None:
    good = records("first")[:3]
    bad: list[Document] = [
        Failure("rows:7", Reason.BAD_RECORD, "not JSON"),
        Record({**good[0].fields, "url": ""}, "rows:8"),  # type: ignore[union-attr]
        Record({**good[0].fields, "text": " "}, "rows:9"),  # type: ignore[union-attr]
        Record({**good[0].fields, "seen": "soon"}, "rows:10"),  # type: ignore[union-attr]
        Record({**good[0].fields, "seen": "2030-01-01T00:00:00Z"}, "rows:11"),  # type: ignore[union-attr]
    ]
    refused: list[Change] = []
    tally = ingest(store, [good[0], *bad, *good[1:]], refused=refused.append)
    assert tally.outcomes == {Outcome.NEW: 3, Outcome.REJECTED: 5}
    assert [(c.where, c.reason) for c in refused] == [
        ("rows:7", Reason.BAD_RECORD),
        ("rows:8", Reason.NO_URL),
        ("rows:9", Reason.NO_BODY),
        ("rows:10", Reason.NO_DATE),
        ("rows:11", Reason.NO_DATE),
    ]
    assert [c.where for c in store.failures(9)] == [f"rows:{n}" for n in (11, 10, 9, 8, 7)]


def test_a_fault_of_ours_on_one_document_is_a_reason_too(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object, **__: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr("warraq.parse.record_to_article", fault)
    tally = ingest(store, records("first")[:2])
    assert tally.reasons == {Reason.INTERNAL: 2}
    assert store.failures(1)[0].detail == "ZeroDivisionError: of ours"


def test_several_processes_store_what_one_stores(store: SqliteStore) -> None:
    ingest(store, records())
    with SqliteStore(":memory:") as other:
        assert ingest(other, records(), processes=2).inputs == len(records())
        assert contents(other) == contents(store)


def test_the_index_follows_the_log_and_can_be_rebuilt(store: SqliteStore) -> None:
    index, query = TantivyIndex(), parse_query("الميناء")
    ingest(store, records()[:60])
    assert pipeline.index(store, index) == len(store.latest(NOW, 1000))
    ingest(store, records())
    pipeline.index(store, index)
    assert index.applied() == store.last_change()
    assert pipeline.index(store, index) == 0
    rebuilt = TantivyIndex()
    pipeline.index(store, rebuilt)
    for moment in (NOW, datetime(2026, 2, 12, tzinfo=UTC)):
        ours, theirs = index.search(query, moment, 50), rebuilt.search(query, moment, 50)
        assert ours.total == theirs.total
        assert {m.article for m in ours.matches} == {m.article for m in theirs.matches}


def test_the_background_does_not_depend_on_how_it_was_counted(store: SqliteStore) -> None:
    rows = records()
    ingest(store, rows[:90])
    pipeline.count(store)
    ingest(store, rows)
    pipeline.count(store)
    with SqliteStore(":memory:") as other:
        ingest(other, reversed(rows))
        pipeline.count(other)
        assert [s[0] for s in store.saved_backgrounds()] == [64, 91]
        assert store.saved_backgrounds() == other.saved_backgrounds()
        assert [store.background(n) for n in (64, 91)] == [other.background(n) for n in (64, 91)]


def shelf(version: sample.Version, clock: Clock) -> Shelf:
    resources = sample.site("http://127.0.0.1:1", version)
    return Shelf({r.url: RawDocument(r.url, r.body, NOW, r.content_type) for r in resources}, clock)


def feeds() -> list[Task]:
    outlets = sample.outlets("http://127.0.0.1:1")
    return [Task(url, TaskKind.ANY, o.id, NOW, again=True) for o in outlets for url in o.feeds]


def test_feeds_lead_to_pages_and_a_changed_entry_to_its_page_again(store: SqliteStore) -> None:
    rules, clock = Rules(sample.outlets("http://127.0.0.1:1")), Clock()
    store.commit([], tasks=feeds())
    tally = pipeline.crawl(store, shelf("first", clock), rules, clock)
    assert tally.outcomes[Outcome.NEW] == len(sample.articles())
    assert store.claim(NOW + timedelta(days=1), 9, timedelta(hours=1)) == []

    dated = [
        b for b in store.latest(clock.at, 1000) if b.published and b.outlet != "shanasheel"
    ]  # its feed has no dates
    in_order = sum(a.published.at >= b.published.at for a, b in pairwise(dated) if a.published and b.published)
    assert in_order >= 0.9 * len(dated), "the oldest is read first, but for a feed without dates"
    clock.at += timedelta(hours=1)
    store.commit([], tasks=feeds())
    later = shelf("later", clock)
    tally = pipeline.crawl(store, later, rules, clock)
    assert tally.outcomes.get(Outcome.REVISED, 0) >= 5
    assert tally.outcomes.get(Outcome.NEW, 0) == 0
    assert len(later.asked) < len(sample.articles()), "pages of unchanged entries are not fetched again"


def test_a_task_that_fails_is_an_outcome_and_ends(store: SqliteStore) -> None:
    store.commit([], tasks=[Task("https://sada.example/gone", TaskKind.PAGE, "sada", NOW)])
    tally = pipeline.crawl(store, Shelf({}), Rules(), Clock())
    assert tally.outcomes == {Outcome.FAILED: 1}
    assert tally.reasons == {Reason.HTTP_STATUS: 1}


def test_what_has_not_changed_at_the_server_is_unchanged(store: SqliteStore) -> None:
    url = "https://sada.example/same"
    store.commit([], tasks=[Task(url, TaskKind.PAGE, "sada", NOW)])
    assert pipeline.crawl(store, Shelf({url: NotModified(url)}), Rules(), Clock()).outcomes == {Outcome.UNCHANGED: 1}


@pytest.mark.parametrize("version", ["first", "later"])
def test_a_folder_of_pages_gives_the_articles(store: SqliteStore, tmp_path: Path, version: sample.Version) -> None:
    from warraq.fetchers.files import read_documents

    sample.write(tmp_path, version=version)
    rules = Rules(sample.outlets(), seen="published")
    tally = pipeline.ingest(read_documents([tmp_path]), store, rules, Clock())
    named = [a for a in sample.articles() if a.outlet != "sanabil"]  # its pages do not say their address
    stored = {brief.id for brief in store.latest(NOW, 1000)}
    assert tally.inputs == sum(tally.outcomes.values())
    assert len(stored) >= len(named)


def test_a_saved_feed_gives_the_articles_it_holds(store: SqliteStore, tmp_path: Path) -> None:
    from warraq.fetchers.files import read_documents

    file = tmp_path / "feed.json"
    html = "<p>افتتح معرض الكتاب في مدينة النخيل بمشاركة مئتي دار نشر من عشرين بلدا.</p><p>ويستمر عشرة أيام.</p>"
    item = {"id": "1", "url": "https://sada.example/1", "title": "افتتاح معرض الكتاب", "content_html": html,
            "date_published": "2026-02-11T10:00:00Z"}  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "صدى", "items": [item]}
    file.write_text(json.dumps(feed), encoding="utf-8")
    tally = pipeline.ingest(read_documents([file]), store, Rules(seen="published"), Clock())
    assert tally.outcomes == {Outcome.NEW: 1}
    (brief,) = store.latest(NOW, 9)
    revision = store.revision(brief.id, NOW)
    assert revision is not None
    assert (revision.article.title, len(revision.article.body)) == ("افتتاح معرض الكتاب", 2)
    assert revision.seen_at == datetime(2026, 2, 11, 10, tzinfo=UTC)


def test_half_characters_cost_one_line_at_most(store: SqliteStore) -> None:
    row = {"url": "https://sada.example/1", "outlet": "sada", "published": "2026-02-11", "seen": "2026-02-11T10:00:00Z"}
    broken = {
        "title": "عنوان \ud800",
        "text": "نص \udfff طويل بما يكفي ليكون خبرا",
        "authors": "سارة\ud800",
        "section": "\ud800",
    }
    documents: list[Document] = [Record({**row, **broken}, "rows:1"), *records("first")[:2]]
    tally = ingest(store, documents)
    assert tally.inputs == 3
    assert tally.outcomes[Outcome.NEW] >= 2
