"""Whose turn it is to write the index, and what becomes of one that is damaged."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warraq import Archive, sample
from warraq.app.indexing import PATIENCE
from warraq.app.turns import Turn
from warraq.config import Config
from warraq.errors import ArchiveCorrupt
from warraq.indexes import checksums, tantivy

LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that goes when somebody sleeps."""

    slept = 0

    def now(self) -> datetime:
        return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=self.slept)

    def sleep(self, seconds: float) -> None:
        self.slept += 1


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indexing")
    rows = folder / "rows.jsonl"
    rows.write_text("\n".join(json.dumps(row) for row in sample.records(version=None)), encoding="utf-8")
    with Archive(Config(archive=folder / "a"), create=True) as archive:
        archive.import_paths([rows], workers=1)
    return folder / "a"


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(made, tmp_path / "a")
    with Archive(Config(archive=tmp_path / "a")) as archive:
        yield archive


def other(archive: Archive, clock: Clock | None = None) -> Archive:
    return Archive(archive.config, clock=clock)


def segment(archive: Archive, kind: str) -> Path:
    """The largest file of a kind in the index."""
    return max((archive.config.archive / "index").glob(f"*.{kind}"), key=lambda path: path.stat().st_size)


def noise(path: Path, length: int = 4096) -> None:
    """Damage a file before its end."""
    with path.open("r+b") as file:
        size = min(length, path.stat().st_size // 2)
        file.write(bytes(byte ^ 0x5A for byte in file.read(size)) if file.seek(0) else b"\xa5" * size)


def total(archive: Archive) -> int:
    return archive.search("published:2000..", as_of=LATER).total


def test_an_archive_that_brought_its_index_up_to_date_lets_others_write(archive: Archive) -> None:
    held = total(archive)
    with other(archive) as second:
        assert second.refresh(rebuild=True) == held
        assert not second.elsewhere
    assert archive.refresh(rebuild=True) == held


def test_one_that_waits_for_another_goes_on_after_a_while_and_its_wish_is_kept(archive: Archive) -> None:
    held, clock = total(archive), Clock()
    turn = Turn(archive.config.archive / "indexing.lock")
    assert turn.taken()
    with other(archive, clock) as second:
        assert second.refresh() == 0
        assert second.elsewhere
        assert clock.slept == 0, "there was nothing to wait for"
        assert second.refresh(rebuild=True) == 0
        assert clock.slept == PATIENCE + 1
        turn.close()
        assert second.refresh() == held
        assert not second.elsewhere
        assert second.refresh() == 0


@pytest.mark.parametrize("kind", ["store", "fast"])
def test_all_of_a_large_index_is_checked_by_verify(
    archive: Archive, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tantivy, "_CHECKED", 0)
    held, path = total(archive), segment(archive, kind)
    assert archive.verify() == []
    noise(path)
    assert [line for line in archive.verify() if path.name in line]
    archive.refresh()
    assert archive.verify() == []
    assert total(archive) == held


def test_a_file_that_is_cut_short_is_noticed_however_large_the_index(archive: Archive) -> None:
    path = segment(archive, "store")
    assert checksums.damaged(path.parent, 0) == ""
    path.write_bytes(path.read_bytes()[:-9])
    assert checksums.damaged(path.parent, 0) == path.name


def test_the_newest_files_are_checked_first(archive: Archive) -> None:
    path = segment(archive, "pos")
    noise(path)
    assert checksums.damaged(path.parent) == path.name
    assert checksums.damaged(path.parent, 0) == ""
    assert checksums.damaged(path.parent, sum(f.stat().st_size for f in path.parent.iterdir())) == path.name


def test_what_reading_finds_damaged_is_built_anew(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tantivy, "_CHECKED", 0)
    held = total(archive)
    noise(segment(archive, "fast"))
    with other(archive) as second, pytest.raises(ArchiveCorrupt):
        second.search("الميناء", as_of=LATER)
    archive.refresh()
    with other(archive) as second:
        assert total(second) == held
        assert second.verify() == []


def test_damage_found_beside_the_process_that_writes_is_left_to_it(archive: Archive) -> None:
    held = total(archive)
    turn = Turn(archive.config.archive / "indexing.lock")
    assert turn.taken()
    noise(segment(archive, "idx"))
    with pytest.raises(ArchiveCorrupt):
        other(archive)
    turn.close()
    archive.refresh()
    assert total(archive) == held
    with other(archive) as second:
        assert second.verify() == []
