"""Operating an archive: what is seen of it, and keeping it whole. Real files, real processes, the real command line."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from warraq import Archive, open_archive, sample
from warraq.cli import main
from warraq.errors import NotFound, UsageError
from warraq.fetchers.raws import WarcKeeper
from warraq.stores.sqlite import VERSION, SqliteStore
from warraq.types import (
    Article,
    Change,
    Failure,
    Outcome,
    OutletState,
    Paragraph,
    RawDocument,
    Reason,
    Severity,
    Sign,
    SignKind,
    Task,
    TaskKind,
)

LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the sample newswire; copied for each test that changes it."""
    folder = tmp_path_factory.mktemp("operating")
    rows = "\n".join(json.dumps(row, ensure_ascii=False) for row in sample.records(version=None))
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    with open_archive(folder / "archive", create=True) as archive:
        archive.import_paths([folder / "rows.jsonl"], seen="seen", workers=1)
    return folder / "archive"


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    with open_archive(folder) as archive:
        yield archive


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def objects(result: Result, code: int = 0) -> list[dict[str, Any]]:
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def everything(archive: Archive) -> list[Any]:
    """All states of all articles, without the store's own numbers."""
    briefs = archive.latest(LATER, limit=10_000)
    return [[replace(r, key=0) for r in archive.revisions(brief.id, LATER)] for brief in briefs]


def kept(archive: Archive, folder: Path, count: int = 3) -> list[str]:
    """Let the archive hold raw documents of its first articles; returns the articles' ids."""
    briefs = archive.latest(LATER, limit=count)
    documents = [
        RawDocument(b.url, f"<html><p>صفحة {b.id} كما جاءت".encode(), b.seen_at, "text/html", 200) for b in briefs
    ]
    keeper = WarcKeeper(folder / "raw")
    raws = keeper.keep(documents)
    changes = []
    for brief, raw in zip(briefs, raws, strict=True):
        state = archive._store.revision(brief.id, LATER)
        assert state is not None
        known = archive._store.known([brief.id])[brief.id]
        digest = known.sightings[-1][1]
        analysis = archive._store.analyses([state.key])[state.key]
        at = brief.seen_at + timedelta(microseconds=1)
        changes.append(
            Change(brief.url, Outcome.NEW, None, "", state.article.outlet, state.article, analysis, digest, at, raw)
        )
    archive._store.commit(changes)
    keeper.close()
    archive.refresh()
    return [brief.id for brief in briefs]


# --- seeing -----------------------------------------------------------------------------------------------


def test_outcomes_are_told_by_day_reason_and_outlet(folder: Path) -> None:
    now = datetime.now(UTC)
    with SqliteStore(folder / "warraq.db") as store:
        refused = Change("https://x.example/\u202e1\n2", Outcome.REJECTED, Reason.NO_BODY, "ق", "waha", seen_at=now)
        failed = Change("https://x.example/2", Outcome.FAILED, Reason.TIMEOUT, outlet="marsa", seen_at=now)
        old = replace(failed, seen_at=now - timedelta(days=30))
        store.commit([refused, refused, failed, old])
    rows = objects(run("outcomes", "--json", "--archive", folder))
    assert [(row["outlet"], row["reason"], row["count"]) for row in rows] == [
        ("marsa", "timeout", 1),
        ("waha", "no_body", 2),
    ]
    day = f"{now - timedelta(days=31):%Y-%m-%d}"
    more = objects(run("outcomes", "--json", "--since", day, "--reason", "timeout", "--archive", folder))
    assert sum(row["count"] for row in more) == 2
    text = run("outcomes", "--outlet", "waha", "--archive", folder).stdout
    assert "2  rejected: no_body" in text
    assert "timeout" not in text
    assert len(text.splitlines()) == 3  # a count and two failures, whatever their addresses hold
    assert "\u202e" not in text
    assert len(objects(run("failures", "--json", "--outlet", "marsa", "--archive", folder))) == 2
    for command in ("outcomes", "failures", "replay", "search سفينة"):
        unknown = run(*command.split(), "--outlet", "none", "--archive", folder)
        assert (unknown.exit_code, unknown.output) == (2, "warraq: no outlet 'none'\n")
    with open_archive(folder) as archive:
        (known,) = {brief.outlet for brief in archive.latest(limit=1)}
    assert run("outcomes", "--outlet", known, "--since", "2099-01-01", "--archive", folder).stdout.startswith("nothing")
    assert run("failures", "--outlet", known, "--archive", folder).exit_code == 0


def test_health_has_an_exit_code_for_monitors(folder: Path) -> None:
    well = run("health", "--archive", folder)
    assert (well.exit_code, well.stdout) == (0, "all is well\n")
    now = datetime.now(UTC)
    with SqliteStore(folder / "warraq.db") as store:
        feed = Task("https://zafaran.example/rss", TaskKind.FEED, "zafaran", now + timedelta(days=1), watch=True)
        store.commit([Change("x", Outcome.REJECTED, Reason.NO_BODY, outlet="zafaran", seen_at=now)] * 30, tasks=[feed])
    unread = run("health", "--archive", folder)
    assert (unread.exit_code, " zafaran: only 0 of 30 pages" in unread.stdout) == (1, True)
    with SqliteStore(folder / "warraq.db") as store:
        store.commit([Change("x", Outcome.REJECTED, Reason.OTHER_OUTLET, outlet="marsa", seen_at=now)] * 5)
    rows = objects(run("health", "--json", "--archive", folder), 2)
    assert [(row["severity"], row["kind"], row["outlet"]) for row in rows] == [
        ("alarm", "taken_over", "marsa"),
        ("warning", "extraction", "zafaran"),
    ]
    again = run("health", "--archive", folder)  # it was marked, so it is a matter for the week
    assert again.exit_code == 1
    with open_archive(folder) as archive:
        assert archive.unsafe_outlets() == {"marsa"}


def test_links_to_an_outlet_that_was_lost_are_not_offered(archive: Archive) -> None:
    article = archive.latest(limit=1)[0]
    sign = Sign(Severity.ALARM, SignKind.TAKEN_OVER, "x", article.outlet)
    assert archive.mark_lost([sign]) == [article.outlet]
    assert archive.mark_lost([sign]) == []
    assert archive.page(article.id).unsafe == {article.outlet}
    archive._store.commit([], knowledge={article.outlet: lambda stored: b"learned", "other": lambda stored: b"kept"})
    assert archive.set_outlet(article.outlet, disabled=False) == OutletState(article.outlet)
    assert archive.page(article.id).unsafe == frozenset()
    assert archive._store.knowledge({article.outlet, "other"}).get(article.outlet, b"") == b""
    assert archive._store.knowledge({"other"}) == {"other": b"kept"}
    with pytest.raises(NotFound):
        archive.set_outlet("nobody", disabled=True)


def test_a_page_says_since_when_its_outlet_has_it_no_more(archive: Archive) -> None:
    article = archive.latest(limit=1)[0]
    gone_at = archive.now() - timedelta(minutes=1)
    gone = Change(article.url, Outcome.FAILED, Reason.HTTP_STATUS, "410", seen_at=gone_at, status=410)
    archive._store.commit([gone])
    assert archive.page(article.id).removed_at == gone_at
    assert archive.page(article.id, gone_at - timedelta(minutes=1)).removed_at is None
    assert archive.page(article.id).article.body


def test_figures_are_counted_once_for_what_is_stored(archive: Archive) -> None:
    first, again = archive.figures(), archive.figures()
    past = archive.latest(limit=5)[-1].first_seen_at
    assert again.as_of > first.as_of
    assert replace(again, as_of=first.as_of) == first
    assert again.outlets is first.outlets  # what was counted then
    earlier = archive.figures(past)
    assert earlier.as_of == past
    assert earlier.articles < first.articles
    assert archive.figures(past) is earlier
    archive.forget(archive.latest(limit=1)[0].id, "طلب")
    assert archive.figures().articles == first.articles - 1
    archive.add_outlets([replace(first.outlets[0].outlet, name="اسم جديد")])
    assert archive.figures().outlets[0].outlet.name == "اسم جديد"


# --- takedowns --------------------------------------------------------------------------------------------


def on_disk(folder: Path, text: str) -> list[str]:
    """The files of a folder that hold a text, packed or not."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in files if text.encode() in path.read_bytes()]


def test_what_is_forgotten_is_gone_from_the_disk(archive: Archive, folder: Path) -> None:
    id, other, _ = kept(archive, folder)
    secret = archive.revision(id).article
    raws = archive._store.raws_of(id)
    keeper = WarcKeeper(folder / "raw")
    assert isinstance(keeper.read(raws[0]), RawDocument)
    assert on_disk(folder, secret.body[0].text)

    assert archive.forget(secret.url, "حكم قضائي", wipe=True).url == secret.url
    assert on_disk(folder, secret.body[0].text) == []
    assert on_disk(folder, secret.title) == []
    assert isinstance(keeper.read(raws[0]), Failure)
    assert isinstance(keeper.read(archive._store.raws_of(other)[0]), RawDocument)
    with pytest.raises(NotFound):
        archive.page(id)
    assert all(hit.brief.id != id for hit in archive.search(secret.title).hits)
    assert archive.verify(raws=True) == []
    assert [one.reason for one in archive.forgotten()] == ["حكم قضائي"]
    with pytest.raises(NotFound):
        archive.forget(id, "again")
    with pytest.raises(UsageError, match="reason"):
        archive.forget(other, " ")


def test_what_is_forgotten_is_not_imported_again(folder: Path, made: Path) -> None:
    with open_archive(folder) as archive:
        article = archive.latest(limit=1)[0]
    assert run("forget", article.url, "--reason", "طلب", "--archive", folder).exit_code == 0
    again = run("import", made.parent / "rows.jsonl", "--seen", "seen", "--workers", 1, "--json", "--archive", folder)
    assert objects(again)[0]["reasons"]["forgotten"] >= 1
    assert objects(run("stats", "--json", "--archive", folder))[0]["outcomes"]["rejected:forgotten"] >= 1
    assert run("page", article.id, "--archive", folder).exit_code == 2
    (row,) = objects(run("forgotten", "--json", "--archive", folder))
    assert (row["url"], row["reason"]) == (article.url, "طلب")
    assert article.url in run("forgotten", "--archive", folder).stdout
    assert run("forget", "https://none.example/1", "--reason", "x", "--archive", folder).exit_code == 2


# --- copies -----------------------------------------------------------------------------------------------

WRITER = """
import sys
from datetime import UTC, datetime
from warraq.stores.sqlite import SqliteStore
from warraq.types import Article, Change, Outcome, Paragraph
store = SqliteStore(sys.argv[1])
print("ready", flush=True)
for number in range(100_000):
    at = datetime.now(UTC)
    pair = [Article(f"{2 * number + n:012d}", "marsa", f"https://marsa.example/{2 * number + n}", "خبر",
        (Paragraph("نص"),)) for n in (0, 1)]
    store.commit([Change("x", Outcome.NEW, outlet="marsa", article=a, digest=b"d" * 16, seen_at=at) for a in pair])
"""


def test_a_backup_while_another_process_writes_is_whole_and_can_be_restored(folder: Path, tmp_path: Path) -> None:
    with open_archive(folder) as archive:
        kept(archive, folder)
    before = sorted(path.name for path in (folder / "raw").iterdir())
    writer = subprocess.Popen([sys.executable, "-c", WRITER, folder / "warraq.db"], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    try:
        for number in range(3):
            time.sleep(0.1)
            copy = tmp_path / f"{number}.db"
            result = run("backup", copy, "--raw", tmp_path / "raws", "--archive", folder)
            assert result.exit_code == 0, result.output
            with SqliteStore(copy, read_only=True) as store:
                assert store.problems() == []
                counts = {count.outlet.id: count.articles for count in store.outlets(LATER)}
                assert counts.get("marsa", 0) % 2 == 0  # whole commits, or none of them
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
    assert counts["marsa"] > 0
    assert sorted(path.name for path in (tmp_path / "raws").iterdir()) == before

    restored = tmp_path / "restored"
    restored.mkdir()
    shutil.copy(tmp_path / "2.db", restored / "warraq.db")
    shutil.copytree(tmp_path / "raws", restored / "raw")
    with open_archive(restored) as copy_of, open_archive(folder) as original:
        copy_of.refresh()
        assert copy_of.verify(raws=True) == []
        own = [brief for brief in original.latest(LATER, limit=100_000) if brief.outlet != "marsa"]
        as_of = max(brief.seen_at for brief in own) + timedelta(seconds=1)
        for brief in own[:5]:
            assert replace(copy_of.page(brief.id, as_of), as_of=as_of) == original.page(brief.id, as_of)


def test_a_backup_is_never_written_over(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("mine")
    result = run("backup", tmp_path / "x.db", "--archive", folder)
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert (tmp_path / "x.db").read_text() == "mine"


def test_a_backup_says_which_raw_documents_are_gone(archive: Archive, folder: Path, tmp_path: Path) -> None:
    kept(archive, folder)
    (file,) = (folder / "raw").iterdir()
    file.unlink()
    assert archive.backup(tmp_path / "x.db", raws=tmp_path / "raws") == [file.name]


def test_an_older_state_may_be_restored_over_a_newer_index(folder: Path, tmp_path: Path) -> None:
    with open_archive(folder) as archive:
        archive.backup(tmp_path / "old.db")
        before = everything(archive)
        article = archive.latest(limit=1)[0]
        archive.forget(article.id, "x")
    shutil.copy(tmp_path / "old.db", folder / "warraq.db")
    with open_archive(folder) as archive:
        archive.refresh()
        assert everything(archive) == before
        assert archive.verify() == []


# --- checking ---------------------------------------------------------------------------------------------


def test_a_sound_archive_is_told(folder: Path) -> None:
    result = run("verify", "--raw", "--archive", folder)
    assert result.exit_code == 0
    assert result.stdout.startswith("sound: ")


def damage(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "warraq.db")) as db:
        db.execute(statement)
        db.commit()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM wholes WHERE key = (SELECT max(key) FROM wholes)", "contents without a body"),
        ("UPDATE wholes SET body = 'broken' WHERE key = 3", "cannot be read"),
        ("UPDATE articles SET first_seen = first_seen - 1 WHERE rowid = (SELECT min(id) FROM articles)", "another"),
        ("DELETE FROM article_counts", "counts"),
        ("DELETE FROM sightings WHERE number = 2", "not that of the store"),
    ],
)
def test_what_is_wrong_is_told(folder: Path, statement: str, said: str) -> None:
    damage(folder, statement)
    result = run("verify", "--archive", folder)
    assert result.exit_code == 1
    assert said in result.stdout


def test_an_index_behind_and_a_raw_file_that_is_gone_are_told(archive: Archive, folder: Path) -> None:
    kept(archive, folder, 1)
    assert archive.verify(raws=True) == []
    (file,) = (folder / "raw").iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    (problem,) = archive.verify(raws=True)
    assert file.name in problem
    article = Article("00000000000u", "marsa", "https://marsa.example/x", "خبر", (Paragraph("نص"),))
    archive._store.commit([Change("x", Outcome.NEW, article=article, digest=b"x" * 16, seen_at=LATER)])
    assert any("behind" in problem for problem in archive.verify())


# --- versions ---------------------------------------------------------------------------------------------


def test_migrate_says_from_where_to_where(folder: Path, tmp_path: Path) -> None:
    assert f"version {VERSION}, up to date" in run("migrate", "--archive", folder).stdout
    missing = run("migrate", "--archive", tmp_path / "none")
    assert (missing.exit_code, missing.output.count("\n")) == (2, 1)
    damage(folder, f"PRAGMA user_version = {VERSION + 1}")
    newer = run("migrate", "--archive", folder)
    assert newer.exit_code == 1
    assert "newer" in newer.output


def test_checking_goes_on_while_others_write(folder: Path) -> None:
    """What is seen after the check began is no difference between store and index."""
    with open_archive(folder) as archive, open_archive(folder) as other:
        first = archive.latest(limit=1)[0]
        state = archive.revision(first.id).article

        def arrive(_: int) -> None:
            at = datetime.now(UTC) + timedelta(seconds=5)
            revised = replace(state, title=f"{state.title} (معدل)")
            fresh = replace(state, id="00000000000u", url="https://marsa.example/u")
            other._store.commit(
                [
                    Change("x", Outcome.REVISED, article=revised, digest=b"r" * 16, seen_at=at),
                    Change("x", Outcome.NEW, article=fresh, digest=b"f" * 16, seen_at=at),
                ]
            )

        assert archive.verify(progress=arrive) == []
