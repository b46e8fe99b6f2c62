"""An archive of the first released version reads the same, and works, after every later change of the tables.

The file is made by the statements of that version, with rows as its code wrote them, in every table.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pytest

from warraq.errors import ArchiveCorrupt
from warraq.stores.sqlite import VERSION, SqliteStore, file_version, schema
from warraq.types import (
    Analysis,
    Article,
    Brief,
    Change,
    Dated,
    Done,
    Entry,
    Kind,
    Logged,
    Origin,
    Outcome,
    Outlet,
    OutletState,
    Paragraph,
    Precision,
    Rank,
    Reason,
    Revision,
    Task,
    TaskKind,
    micros,
    moment,
)

NOON = datetime(2025, 2, 16, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=400)
HOUR = timedelta(hours=1)
SPAN = 30 * 24 * 3600 * 1_000_000
ONE, TWO = "00000000001a", "00000000002b"
URLS = {ONE: "https://waha.example/خبر/1", TWO: "https://www.marsa.example:8080/2?a=1"}
LEASED, DONE, DUE = "https://waha.example/leased", "https://waha.example/done", "https://marsa.example/feed"


def key(url: str, size: int) -> bytes:
    return blake2b(url.encode(), digest_size=size).digest()


def insert(db: sqlite3.Connection, table: str, *row: object) -> None:
    db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of version 1: two articles, one of them with two states."""
    path = tmp_path / "warraq.db"
    at = micros(NOON)
    with closing(sqlite3.connect(path)) as db:
        for statement in schema.MIGRATIONS[0]:
            db.execute(statement)
        dated = (at - 7, "day", "json-ld", "Asia/Riyadh")
        insert(db, "contents", 1, int(ONE, 32), "waha", URLS[ONE], "عنوان أول", "ar", *dated)
        insert(db, "contents", 2, int(ONE, 32), "waha", URLS[ONE], "عنوان ثان", "ar", *dated)
        insert(db, "contents", 3, int(TWO, 32), "marsa", URLS[TWO], "عنوان آخر", "ar", None, None, None, None)
        body = '["فقرة",{"heading":"عنوان"},{"quote":"قول"}]'
        modified = (at - 3, "minute", "meta", "UTC")
        rest = ('["سعاد"]', '["رويترز"]', "عمّان", "اقتصاد", '["نفط"]', "https://i.example/1.jpg")
        for content in (1, 2, 3):
            insert(db, "wholes", content, *modified, *rest, body)
            insert(db, "analyses", content, 7, b"terms", b"sketch")
        insert(db, "articles", int(ONE, 32), at, 1, "waha", int.from_bytes(key(URLS[ONE], 8), "big", signed=True))
        insert(db, "articles", int(TWO, 32), at + 1, 3, "marsa", int.from_bytes(key(URLS[TWO], 8), "big", signed=True))
        insert(db, "sightings", int(ONE, 32), at, b"a" * 16, 1, 1)
        insert(db, "sightings", int(ONE, 32), at + 10, b"b" * 16, 2, 2)
        insert(db, "sightings", int(TWO, 32), at + 1, b"c" * 16, 3, 1)
        insert(db, "article_counts", "waha", at // SPAN, 1)
        insert(db, "article_counts", "marsa", at // SPAN, 1)
        insert(db, "later_counts", at // SPAN, 1)
        for number in (1, 2, 3):
            insert(db, "log", number, int(TWO if number == 2 else ONE, 32))
        insert(db, "backgrounds", 2, at + 1, int(TWO, 32), b"packed")
        insert(db, "outcomes", "new", "", 2)
        insert(db, "outcomes", "revised", "", 1)
        insert(db, "outcomes", "rejected", "no_title", 4)
        insert(db, "failures", 1, "https://waha.example/x", "rejected", "no_title", "تفصيل", "waha", at)
        hosts = '["marsa.example"]'
        insert(db, "outlets", "marsa", "المرسى", "م", "OM", "Asia/Muscat", "ar", hosts, "", "[]", "[]", 1)
        hint = json.dumps({"url": LEASED, "title": "قيل", "published": at})
        insert(db, "tasks", key(LEASED, 16), LEASED, "page", "waha", at, hint, 5, at + 300_000_000, 1, 0, 0)
        insert(db, "tasks", key(DONE, 16), DONE, "page", "waha", at, None, 3, 0, 1, 3, 1)
        insert(db, "tasks", key(DUE, 16), DUE, "feed", "", at - 60_000_000, None, 4, 0, 1, 4, 0)
        db.execute("UPDATE tokens SET last = 5")
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        db.commit()
    return path


def article(id: str, outlet: str, title: str, published: Dated | None) -> Article:
    return Article(
        id=id,
        outlet=outlet,
        url=URLS[id],
        title=title,
        body=(Paragraph("فقرة"), Paragraph("عنوان", Kind.HEADING), Paragraph("قول", Kind.QUOTE)),
        published=published,
        modified=Dated(NOON - timedelta(microseconds=3), Precision.MINUTE, Origin.META),
        authors=("سعاد",),
        credit=("رويترز",),
        dateline="عمّان",
        section="اقتصاد",
        keywords=("نفط",),
        image="https://i.example/1.jpg",
    )


def later(microseconds: int) -> datetime:
    return NOON + timedelta(microseconds=microseconds)


def test_every_table_of_the_first_version_has_rows(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        assert [name for name in tables if not db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]] == []


def test_everything_reads_the_same(path: Path) -> None:
    published = Dated(later(-7), Precision.DAY, Origin.JSON_LD, "Asia/Riyadh")
    first = article(ONE, "waha", "عنوان أول", published)
    second = article(ONE, "waha", "عنوان ثان", published)
    other = article(TWO, "marsa", "عنوان آخر", None)
    with SqliteStore(path) as store:
        assert store.problems() == []
        assert store.revisions(ONE, LATER) == [
            Revision(1, first, NOON, NOON, 1, later(10)),
            Revision(2, second, later(10), NOON, 2),
        ]
        assert store.revision(TWO, LATER) == Revision(3, other, later(1), later(1))
        assert store.revision(TWO, NOON) is None
        assert store.resolve(URLS[TWO]) == TWO
        assert store.known([ONE])[ONE].sightings == ((micros(NOON), b"a" * 16), (micros(NOON) + 10, b"b" * 16))
        assert store.analyses([2]) == {2: Analysis(7, b"terms", b"sketch")}
        assert list(store.latest(LATER, 9)) == [
            Brief(3, TWO, "marsa", URLS[TWO], "عنوان آخر", None, later(1), later(1)),
            Brief(2, ONE, "waha", URLS[ONE], "عنوان ثان", published, later(10), NOON),
        ]
        assert list(store.changes(0, 9)) == [Logged(1, ONE), Logged(2, TWO), Logged(3, ONE)]
        assert list(store.saved_backgrounds()) == [(2, micros(NOON) + 1, TWO)]
        assert store.background(2) == b"packed"
        stats = store.stats(LATER)
        assert (stats.articles, stats.revisions, stats.outlets) == (2, 3, 2)
        assert stats.outcomes == {"new": 2, "revised": 1, "rejected:no_title": 4}
        assert list(store.failures(9)) == [
            Change("https://waha.example/x", Outcome.REJECTED, Reason.NO_TITLE, "تفصيل", outlet="waha", seen_at=NOON)
        ]
        marsa = Outlet("marsa", "المرسى", "م", "OM", "Asia/Muscat", hosts=("marsa.example",), agency=True)
        assert list(store.saved_outlets()) == [marsa]


def test_the_frontier_goes_on(path: Path) -> None:
    """What was due is due, what a worker held comes back when its lease has run out, what was done stays done."""
    with SqliteStore(path) as store:
        found = store.waiting(NOON)
        assert (found.tasks, found.due, found.leased, found.hosts) == (2, 1, 1, 2)
        (feed,) = store.claim(NOON, 9, HOUR)
        assert (feed.task.url, feed.task.kind, feed.task.rank) == (DUE, TaskKind.FEED, Rank.FEED)
        (page,) = store.claim(NOON + HOUR / 2, 9, HOUR)
        assert (page.task.url, page.task.rank) == (LEASED, Rank.FRESH)
        assert page.task.hint == Entry(LEASED, "قيل", published=NOON)
        assert page.token > 5
        store.commit([], done=[Done(feed), Done(page)], now=NOON + HOUR / 2)
        assert not store.claim(LATER, 9, HOUR)
        store.commit([], tasks=[Task(DONE, TaskKind.PAGE), Task(DONE, TaskKind.PAGE, again=True, due=NOON)])
        assert [lease.task.url for lease in store.claim(LATER, 9, HOUR)] == [DONE]


def test_a_worker_of_before_may_end_its_lease(path: Path) -> None:
    """A process that goes on over the change of version holds the lease it held."""
    with SqliteStore(path) as store:
        (mine,) = store.claim(NOON, 9, HOUR)
        with store._db.reading() as db:
            token, due = db.execute("SELECT token, due FROM tasks WHERE url = ?", (LEASED,)).fetchone()
        held = type(mine)(Task(LEASED, TaskKind.PAGE, "waha", moment(due)), token, NOON + timedelta(minutes=5))
        store.commit([], done=[Done(held)], now=NOON + timedelta(minutes=1))
        assert store.waiting(LATER).tasks == 1


def test_what_came_later_works(path: Path) -> None:
    with SqliteStore(path) as store:
        assert list(store.raws(0, 9)) == list(store.watched()) == list(store.forgotten()) == []
        assert store.outlet_states() == store.knowledge(["waha"]) == store.removed([ONE], LATER) == {}
        assert list(store.day_counts(date(1970, 1, 1))) == []
        assert store.last_placed() is None
        store.save_outlet_state(OutletState("waha", True))
        gone = Change(URLS[ONE], Outcome.FAILED, Reason.HTTP_STATUS, "410", seen_at=LATER, status=410)
        store.commit([gone])
        assert store.removed([ONE], LATER) == {ONE: LATER}
        assert store.forget(ONE, "طلب", LATER) is not None
        assert [brief.id for brief in store.latest(LATER, 9)] == [TWO]
        assert store.problems() == []


def test_versions_are_told_without_changing_the_file(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    assert file_version(path) == 1
    with pytest.raises(ArchiveCorrupt, match="older"):
        SqliteStore(path, read_only=True)
    assert path.read_bytes() == before
    SqliteStore(path).close()
    assert file_version(path) == VERSION
    assert file_version(tmp_path / "none.db") == 0
    SqliteStore(path, read_only=True).close()


def test_a_newer_version_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    for use in (lambda: SqliteStore(path), lambda: file_version(path)):
        with pytest.raises(ArchiveCorrupt, match="newer"):
            use()


@pytest.mark.parametrize("place", range(0, len(schema.MIGRATIONS[-1]), 7))
def test_a_change_of_version_is_whole_or_not_at_all(path: Path, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (*schema.MIGRATIONS[:-1], (*schema.MIGRATIONS[-1][:place], "nonsense"))
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", steps)
        with pytest.raises(Exception, match="nonsense"):
            SqliteStore(path)
    assert file_version(path) == 1
    with SqliteStore(path) as store:
        assert store.stats(LATER).articles == 2


def test_the_tables_are_those_of_a_new_archive(path: Path, tmp_path: Path) -> None:
    """An archive brought up to date and one made today have the same tables and indexes."""
    SqliteStore(path).close()
    SqliteStore(tmp_path / "new.db").close()
    found = []
    for file in (path, tmp_path / "new.db"):
        with closing(sqlite3.connect(file)) as db:
            found.append(sorted(db.execute("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")))
    assert found[0] == found[1]
