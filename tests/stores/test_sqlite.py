"""What is SQLite's own: files that are not archives, archives that may not be written, several processes."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.errors import ArchiveCorrupt, ArchiveError, ArchiveLocked, NotFound
from warraq.stores.sqlite import SqliteStore, schema
from warraq.stores.sqlite.reading import SPAN
from warraq.stores.values import (
    NO_ARTICLE,
    id_of,
    number_of,
    numbered,
    pack_body,
    pack_entry,
    unpack_body,
    unpack_entry,
)
from warraq.types import Article, Change, Entry, Kind, Outcome, Outlet, Paragraph, Reason, moment

NOON = datetime(2025, 2, 16, 12, tzinfo=UTC)


def change(number: int = 1) -> Change:
    article = Article(f"{number:012d}", "sada", f"https://sada.example/{number}", "عنوان", (Paragraph("نص"),))
    return Change("x", Outcome.NEW, article=article, digest=bytes(16), seen_at=NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with one article, closed."""
    made = tmp_path / "archive" / "warraq.db"
    with SqliteStore(made) as store:
        store.commit([change()])
    return made


def one_line(error: BaseException, path: Path) -> bool:
    return str(path) in str(error) and "\n" not in str(error)


# --- opening ----------------------------------------------------------------------------------------------


def test_an_archive_opens_again_with_what_it_had(path: Path) -> None:
    assert sorted(p.name for p in path.parent.iterdir()) == ["warraq.db"]
    with SqliteStore(path) as store:
        assert store.stats(NOON).articles == 1
        assert store.commit([change(2)]) == 2


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to hold a header" * 40, b"\x00" * 4096])
def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "warraq.db"
    path.write_bytes(content)
    for read_only in (False, True):
        with pytest.raises(ArchiveCorrupt) as caught:
            SqliteStore(path, read_only=read_only)
        assert one_line(caught.value, path)
    assert path.read_bytes() == content


def test_someone_elses_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "warraq.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE recipes (name)")
    db.close()
    before = path.read_bytes()
    for read_only in (False, True):
        with pytest.raises(ArchiveCorrupt, match="not an archive") as caught:
            SqliteStore(path, read_only=read_only)
        assert one_line(caught.value, path)
    assert path.read_bytes() == before


def test_an_archive_of_a_newer_version_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(ArchiveCorrupt, match="newer"):
        SqliteStore(path)


def test_an_archive_that_lacks_a_table_is_corrupt(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("DROP TABLE outcomes")
    db.close()
    with pytest.raises(ArchiveCorrupt, match="outcomes"):
        SqliteStore(path)


def test_damaged_pages_are_told_of_in_one_line(path: Path) -> None:
    with SqliteStore(path) as store:
        store.commit([change(number) for number in range(2000)])
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 30)
        file.write(b"\xa5" * (size - 4096 * 30))
    with pytest.raises(ArchiveCorrupt) as caught, SqliteStore(path) as store:
        store.latest(NOON, 5000)
    assert one_line(caught.value, path)


def test_an_older_version_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (*schema.MIGRATIONS, ("CREATE TABLE notes (text TEXT) STRICT", "INSERT INTO notes VALUES ('new')"))
    monkeypatch.setattr(schema, "MIGRATIONS", steps)
    with pytest.raises(ArchiveCorrupt, match="older"):
        SqliteStore(path, read_only=True)
    for _ in range(2):
        with SqliteStore(path) as store:
            assert store.stats(NOON).articles == 1
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT * FROM notes").fetchall() == [("new",)]
        assert db.execute("PRAGMA user_version").fetchone() == (len(steps),)
    db.close()


def test_a_migration_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = (*schema.MIGRATIONS, ("CREATE TABLE notes (text TEXT) STRICT", "nonsense"))
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", steps)
        with pytest.raises(ArchiveError):
            SqliteStore(path)
    with SqliteStore(path) as store, store._db.reading() as db:
        assert db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'").fetchone() == (0,)


def test_several_processes_may_make_the_archive_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "warraq.db"
    code = (
        "import sys; from warraq.stores.sqlite import SqliteStore; from warraq.types import Outlet\n"
        "SqliteStore(sys.argv[1]).save_outlets([Outlet(sys.argv[2], sys.argv[2])])"
    )
    children = [subprocess.Popen([sys.executable, "-c", code, str(path), str(n)]) for n in range(4)]
    assert [child.wait() for child in children] == [0] * 4
    with SqliteStore(path) as store:
        assert [store.outlet(str(n)) for n in range(4)] == [Outlet(str(n), str(n)) for n in range(4)]


# --- several writers --------------------------------------------------------------------------------------


def test_a_second_writer_waits_then_says_locked_and_readers_go_on(path: Path) -> None:
    with SqliteStore(path) as first, SqliteStore(path, timeout=0.05) as second:
        with first._db.writing() as db:
            db.execute("DELETE FROM log")
            with pytest.raises(ArchiveLocked) as caught:
                second.commit([change(2)])
            assert one_line(caught.value, path)
            assert second.last_change() == 1
            assert first.last_change() == 1
        assert second.last_change() == 0
        assert second.commit([change(2)]) == 2


def test_what_one_process_commits_another_reads_at_once(path: Path) -> None:
    with SqliteStore(path) as first, SqliteStore(path) as second, SqliteStore(path, read_only=True) as third:
        for number in range(2, 5):
            first.commit([change(number)])
            assert second.stats(NOON).articles == third.stats(NOON).articles == number


def test_a_full_disk_stops_the_commit_and_harms_nothing(path: Path) -> None:
    with SqliteStore(path) as store:
        with store._db.writing() as db:
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            db.execute(f"PRAGMA max_page_count = {pages + 5}")  # stands for the end of the disk
        with pytest.raises(ArchiveError, match="full") as caught:
            store.commit([change(number) for number in range(2, 2000)])
        assert one_line(caught.value, path)
        assert store.last_change() == 1
        assert store.commit([change(2)]) == 2


# --- reading only -----------------------------------------------------------------------------------------


def test_reading_only_reads_and_does_not_write(path: Path) -> None:
    with SqliteStore(path, read_only=True) as store:
        assert store.stats(NOON).articles == 1
        for write in (
            lambda: store.commit([change(2)]),
            lambda: store.save_outlets([]),
            lambda: store.claim(NOON, 1, NOON - NOON),
            lambda: store.save_background(1, (0, "000000000001"), b""),
        ):
            with pytest.raises(ArchiveLocked):
                write()
        assert store.last_change() == 1


def test_reading_only_needs_an_archive(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        SqliteStore(tmp_path / "none" / "warraq.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


UNPRIVILEGED = """
import os, sys, urllib.parse  # what pathlib imports late would be out of reach by then
from datetime import datetime, timezone
from warraq.errors import ArchiveError
from warraq.stores.sqlite import SqliteStore
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    with SqliteStore(sys.argv[1], read_only=sys.argv[2] == "read") as store:
        print(store.stats(datetime(2100, 1, 1, tzinfo=timezone.utc)).articles)
except ArchiveError as error:
    print(type(error).__name__, "properly" in str(error))
"""


def unprivileged(path: Path, mode: str) -> str:
    """Opens the archive in a process that may not write to its directory."""
    return subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(path), mode], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs file permissions")
def test_a_directory_without_the_right_to_write_can_be_read(path: Path) -> None:
    directory = path.parent
    opened = [p for p in path.parents if not p.stat().st_mode & stat.S_IXOTH]
    modes = {p: p.stat().st_mode for p in (directory, *opened)}
    left = directory.parent / "left" / "warraq.db"
    left.parent.mkdir()
    try:
        for parent in opened:
            parent.chmod(0o755)
        with SqliteStore(path) as store:  # a writer at work
            directory.chmod(0o555)
            store.commit([change(2)])
            assert unprivileged(path, "read") == "2"
            shutil.copy(path, left)  # as if the writer had been killed and its shared memory lost
            shutil.copy(f"{path}-wal", f"{left}-wal")
            left.parent.chmod(0o555)
            assert unprivileged(left, "read") == "ArchiveLocked True"
            directory.chmod(0o755)
        directory.chmod(0o555)
        assert unprivileged(path, "read") == "2"
        assert unprivileged(path, "write") == "ArchiveLocked False"
    finally:
        left.parent.chmod(0o755)
        for parent, mode in modes.items():
            parent.chmod(mode)


# --- counts -----------------------------------------------------------------------------------------------


def test_counts_are_exact_at_the_edges_of_spans(tmp_path: Path) -> None:
    edges = [SPAN * span + step for span in (600, 601, 603) for step in (-1, 0, 1)]
    with SqliteStore(tmp_path / "warraq.db") as store:
        for number, at in enumerate(edges):
            seen = replace(change(number), seen_at=moment(at))
            again = replace(seen, digest=b"\1" * 16, seen_at=moment(at + SPAN))
            store.commit([seen, again])
        for at in sorted({at + step for at in (*edges, *(e + SPAN for e in edges)) for step in (-1, 0, 1)}):
            stats = store.stats(moment(at))
            first = sum(edge <= at for edge in edges)
            assert (stats.articles, stats.revisions - stats.articles) == (first, sum(e + SPAN <= at for e in edges))
            assert [count.articles for count in store.outlets(moment(at))] == [first] * bool(first)


# --- failures ---------------------------------------------------------------------------------------------


def test_the_newest_failures_are_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warraq.stores.sqlite.writing.FAILURES_KEPT", 5)
    rejected = Change("a.jsonl:7", Outcome.REJECTED, Reason.NO_TITLE, "عنوان", "sada", seen_at=NOON)
    failed = Change("b\udcff.html", Outcome.FAILED, Reason.TIMEOUT, "x" * 9999)
    with SqliteStore(path) as store:
        store.commit([rejected, change(2), failed])
        newest, older = store.failures(9)
        assert older == rejected
        assert (newest.where, newest.reason, newest.seen_at) == ("b?.html", Reason.TIMEOUT, None)
        assert len(newest.detail) == 500
        for number in range(4):
            store.commit([Change(f"c:{number}:{n}", Outcome.FAILED, Reason.TIMEOUT) for n in range(3)])
        assert [f.where for f in store.failures(9)] == ["c:3:2", "c:3:1", "c:3:0", "c:2:2", "c:2:1"]
        assert [f.where for f in store.failures(1)] == ["c:3:2"]


# --- values as columns ------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.integers(0, (1 << 60) - 1), st.integers(0, (1 << 60) - 1))
def test_ids_are_numbers_that_sort_alike(one: int, other: int) -> None:
    assert number_of(id_of(one)) == one
    assert (id_of(one) < id_of(other)) == (one < other)
    assert len(id_of(one)) == 12


@given(st.text(max_size=13))
def test_what_is_not_an_id_has_no_number(text: str) -> None:
    number = number_of(text)
    assert number == NO_ARTICLE or id_of(number) == text


@given(st.lists(st.builds(Paragraph, texts, st.sampled_from(Kind))))
def test_bodies_come_back(body: list[Paragraph]) -> None:
    assert unpack_body(pack_body(body)) == tuple(body)


moments = st.none() | st.datetimes(timezones=st.just(UTC))
entries = st.builds(
    Entry,
    texts,
    texts,
    texts,
    moments,
    moments,
    st.lists(texts, max_size=3).map(tuple),
    st.lists(texts, max_size=3).map(tuple),
    texts,
    texts,
)


@given(st.none() | entries)
def test_hints_come_back(entry: Entry | None) -> None:
    assert unpack_entry(pack_entry(entry)) == entry


def test_a_body_is_readable_as_it_is_stored() -> None:
    body = (Paragraph("قال «نعم»"), Paragraph("خلفية", Kind.HEADING))
    assert pack_body(body) == '["قال «نعم»",{"heading":"خلفية"}]'


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from([b"a", b"b"]))).map(sorted), st.integers(0, 9))
def test_numbers_do_not_depend_on_what_comes_later(sightings: list[tuple[int, bytes]], count: int) -> None:
    numbers = list(numbered(sightings))
    assert list(numbered(sightings[:count])) == numbers[:count]
    assert [n for n in numbers if n] == list(range(1, 1 + sum(n > 0 for n in numbers)))


# --- writing the file anew --------------------------------------------------------------------------------


def is_locked(path: Path) -> bool:
    """Whether somebody writes now."""
    db = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        db.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    finally:
        db.close()
    return False


@pytest.mark.parametrize("same", [True, False], ids=["a thread", "a process"])
def test_who_writes_waits_for_the_file_to_be_written_anew(
    path: Path, same: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go, waited = threading.Event(), threading.Event(), threading.Event()
    asked: list[bool] = []

    def hold() -> int:
        if not go.is_set() and is_locked(path):
            inside.set()
            go.wait(60)
        return 0

    with SqliteStore(path, timeout=0.1) as store, SqliteStore(path, timeout=0.1) as other:
        assert store._db._writer is not None
        store._db._writer.set_progress_handler(hold, 1)
        writer = store if same else other
        compacting = writer._db._compacting

        def asks() -> bool:
            asked.append(compacting())
            if len(asked) == 3:
                waited.set()
            return asked[-1]

        monkeypatch.setattr(writer._db, "_compacting", asks)
        with ThreadPoolExecutor(2) as pool:
            done = pool.submit(store.compact)
            assert inside.wait(60)
            written = pool.submit(writer.commit, [change(2)])
            assert waited.wait(60)  # for several times as long as it waits for any other writer
            assert not written.done()
            go.set()
            done.result()
            written.result()
        assert asked[:3] == [True] * 3
        assert {*other.histories([f"{n:012d}" for n in (1, 2)])} == {f"{n:012d}" for n in (1, 2)}
        assert other.problems() == []


def test_an_ordinary_writer_is_waited_for_as_long_as_was_said(path: Path) -> None:
    with SqliteStore(path) as store, SqliteStore(path, timeout=0.02) as other:
        store.compact()  # which is over
        with store._db.writing(), pytest.raises(ArchiveLocked, match=r"0\.02 s"):
            other.commit([change(2)])


def test_a_process_that_ends_while_it_writes_the_file_anew_harms_nothing(path: Path) -> None:
    script = f"""
import os, sqlite3
from warraq.stores.sqlite import SqliteStore
store = SqliteStore({str(path)!r})
def end():
    db = sqlite3.connect({str(path)!r}, timeout=0, isolation_level=None)
    try:
        db.execute("BEGIN IMMEDIATE")
        db.close()
    except sqlite3.OperationalError:
        os._exit(9)
store._db._writer.set_progress_handler(end, 1)
store.compact()
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    with SqliteStore(path, timeout=0.02) as store:
        assert not store._db._compacting()
        store.commit([change(2)])
        assert len(store.histories([f"{n:012d}" for n in (1, 2)])) == 2
        assert store.problems() == []
        store.compact()
        assert len(store.histories([f"{n:012d}" for n in (1, 2)])) == 2
