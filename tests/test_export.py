"""Export: complete, in order, as of a moment; and what is exported imports to the same archive."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastwarc.warc import ArchiveIterator, WarcRecordType

from warraq import Archive, QueryError, open_archive, sample
from warraq.cli import main
from warraq.exported import read_exported
from warraq.records import Refused
from warraq.render.json import dumps, page_dict, revision_dict
from warraq.render.tables import COLUMNS, csv_lines, json_lines


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("export")
    lines = folder / "rows.jsonl"
    lines.write_text("\n".join(json.dumps(row) for row in sample.records(version=None)), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.add_outlets(sample.outlets())
        archive.import_paths([lines], seen="seen")
        yield archive


def test_everything_is_there_once_in_the_order_of_seeing(archive: Archive) -> None:
    states = list(archive.export())
    assert len(states) == archive.stats().articles
    keys = [(s.first_seen_at, s.article.id) for s in states]
    assert keys == sorted(set(keys))
    every = list(archive.export(revisions=True))
    assert len(every) == archive.stats().revisions > len(states)


def test_as_of_a_moment_and_by_a_query(archive: Archive) -> None:
    newest = archive.stats().last_seen_at
    assert newest
    early = newest - timedelta(days=2)
    assert {s.article.id for s in archive.export(as_of=early)} == {b.id for b in archive.latest(early, limit=1000)}
    assert all(s.seen_at <= early for s in archive.export(as_of=early, revisions=True))
    found = archive.search("دوقلان", limit=500)
    assert {s.article.id for s in archive.export("دوقلان")} == {h.brief.id for h in found.hits}
    with pytest.raises(QueryError):
        archive.export("(")


def test_a_round_trip_gives_the_same_archive(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    runner = CliRunner()
    done = runner.invoke(
        main, ["--archive", str(archive.config.archive), "export", "--revisions", "--output", str(out)]
    )
    assert done.exit_code == 0, done.output
    with open_archive(tmp_path / "again", create=True, workers=1) as again:
        again.add_outlets(sample.outlets())
        tally = again.import_paths([out])
        assert not tally.reasons
        assert list(again.export(revisions=True)) == [
            replace(state, key=mine.key)
            for state, mine in zip(archive.export(revisions=True), again.export(revisions=True), strict=True)
        ]
        moment = archive.stats().last_seen_at
        for brief in archive.latest(moment, limit=25):
            assert dumps(page_dict(again.page(brief.id, moment))) == dumps(page_dict(archive.page(brief.id, moment)))


def test_csv_has_a_row_for_each_and_no_formula(archive: Archive) -> None:
    states = list(archive.export())
    states[0] = replace(states[0], article=replace(states[0].article, title='=HYPERLINK("x")'))
    outlets = {o.id: o for o in sample.outlets()}
    rows = list(csv.DictReader(io.StringIO("".join(csv_lines(states, outlets)), newline="")))
    assert [row["id"] for row in rows] == [state.article.id for state in states]
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["title"].startswith("'=")
    assert rows[1]["text"] == states[1].article.text


def test_parquet_holds_the_same(archive: Archive, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="SKIPPED: pyarrow is not installed")
    out = tmp_path / "all.parquet"
    done = CliRunner().invoke(
        main, ["--archive", str(archive.config.archive), "export", "--format", "parquet", "--output", str(out)]
    )
    assert done.exit_code == 0, done.output
    table = parquet.read_table(out).to_pylist()
    states = list(archive.export())
    assert [r["id"] for r in table] == [s.article.id for s in states]
    assert [r["text"] for r in table] == [s.article.text for s in states]
    assert [r["seen_at"] for r in table] == [s.seen_at for s in states]


@pytest.mark.parametrize(
    "change",
    [{"url": "javascript:x"}, {"title": 5}, {"body": "x"}, {"body": [{"text": "x", "kind": "y"}]}, {"seen_at": "غدا"},
     {"published": {"at": "2020"}}, {"authors": [1]}, {"lang": None}, {"body": []}],
)  # fmt: skip
def test_a_line_of_another_shape_is_a_reason(archive: Archive, change: dict[str, object]) -> None:
    fields = json.loads(next(json_lines(archive.export())))
    assert not isinstance(read_exported(fields), Refused)
    assert isinstance(read_exported({**fields, **change}), Refused)
    del fields["seen_at"]
    assert isinstance(read_exported(fields), Refused)
    assert revision_dict(next(archive.export()))["id"]


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """An archive of an outlet read twice over HTTP, its pages kept, and of records that never were pages."""
    folder = tmp_path_factory.mktemp("fetched")
    lines = folder / "rows.jsonl"
    rows = [row for row in sample.records() if "sidra" not in row["url"]][:3]
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    versions: tuple[sample.Version, ...] = ("first", "later")
    with open_archive(folder / "archive", create=True, workers=1, allow_private=True, delay=0) as archive:
        archive.import_paths([lines], seen="seen")
        port = 0
        for version in versions:
            with sample.serve(port, version) as base:
                port = int(base.rpartition(":")[2])
                archive.add_outlets(sample.outlets(base))
                archive.fetch([feed for outlet in sample.outlets(base)[:2] for feed in outlet.feeds])
        yield archive


def test_warc_holds_the_pages_as_they_came_and_else_the_articles(fetched: Archive, tmp_path: Path) -> None:
    out = tmp_path / "all.warc.gz"
    at = ["--archive", str(fetched.config.archive)]
    done = CliRunner().invoke(main, [*at, "export", "--format", "warc", "--revisions", "--output", str(out)])
    assert done.exit_code == 0, done.output
    states = list(fetched.export(revisions=True))
    with out.open("rb") as file:
        kept = [
            (record.headers["WARC-Type"], record.headers["WARC-Target-URI"], record.verify_block_digest())
            for record in ArchiveIterator(file, parse_http=False, fsspec_args=False)
            if record.record_type != WarcRecordType.warcinfo
        ]
    assert all(sound for *_, sound in kept)
    articles = [url for kind, url, _ in kept if kind == "conversion"]
    pages = [url for kind, url, _ in kept if kind == "response"]
    assert articles == [state.article.url for state in states]
    assert len(articles) > len(set(articles)) > 5
    assert pages == [url for url in articles if "127.0.0.1" in url] != articles
    assert_same(fetched, out, tmp_path / "again")


def assert_same(archive: Archive, file: Path, folder: Path) -> None:
    with open_archive(folder, create=True, workers=1) as again:
        assert not again.import_paths([file]).reasons
        for mine, its in zip(again.export(revisions=True), archive.export(revisions=True), strict=True):
            assert mine == replace(its, key=mine.key)


def test_warc_of_pages_that_are_gone_imports_whole(fetched: Archive, tmp_path: Path) -> None:
    out = tmp_path / "gone.warc"
    shutil.copytree(fetched.config.archive, tmp_path / "archive", ignore=shutil.ignore_patterns("raw", "*.lock"))
    with open_archive(tmp_path / "archive") as archive:
        records = archive.export_warc(lambda state: next(json_lines([state])).encode(), revisions=True)
        out.write_bytes(b"".join(records))
    assert_same(fetched, out, tmp_path / "again")
