"""Commands beside a running `warraq run`, a process of its own: nothing fails, and what they store is found."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from warraq import Archive, sample
from warraq.app.turns import Turn
from warraq.cli import main
from warraq.config import Config
from warraq.stores.sqlite import FILE_NAME, SqliteStore

NOW = datetime(2100, 1, 1, tzinfo=UTC)
NOTE = "warraq: another process writes the index: all is in it\n"
RUN = "from warraq.cli import main; import sys; main(['run', '--no-serve', '--workers=1', '--archive', *sys.argv[1:]])"

Told = Callable[..., tuple[str, str]]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an archive that another process reads the sample newswire into; it must end well."""
    folder = tmp_path_factory.mktemp("beside")
    with sample.serve() as base:
        read = sample.outlets(base)[:2]
        with Archive(Config(archive=folder), create=True) as archive:
            archive.add_outlets(read)
        environment = {**os.environ, "WARRAQ_ALLOW_PRIVATE": "1", "WARRAQ_DELAY": "0.01"}
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(folder), *(f"--outlet={outlet.id}" for outlet in read)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        give_up = time.monotonic() + 60
        turn = Turn(folder / "indexing.lock")
        while turn.taken():  # until it writes the index
            turn.close()
            assert process.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.05)
        yield folder
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors


@pytest.fixture
def told(running: Path) -> Told:
    """Give a command: what it said on stdout and stderr."""

    def call(*arguments: object) -> tuple[str, str]:
        said = CliRunner().invoke(main, [*map(str, arguments), "--archive", str(running)])
        assert said.exit_code == 0, said.stderr
        return said.stdout, said.stderr

    return call


def record(number: int) -> dict[str, str]:
    text = f"دخلت السفينة رقم {number} ميناء الزعفران صباح اليوم وعلى متنها أطنان من القمح والأرز."
    return {
        "url": f"https://marsa.example/n/{number}",
        "title": f"وصول السفينة {number} إلى ميناء الزعفران",
        "text": f"{text}\n{text}",
        "published": "2026-01-01T10:00:00Z",
    }


def test_an_import_is_indexed_by_the_process_that_runs(told: Told, tmp_path: Path) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text("\n".join(json.dumps(record(number)) for number in range(30)), encoding="utf-8")
    _, errors = told("import", lines, "--workers", 1)
    assert errors == NOTE
    found, _ = told("search", "الزعفران", "--json", "--limit", 50)
    assert len(found.splitlines()) >= 30


def test_an_index_is_built_anew_by_the_process_that_runs(told: Told, running: Path) -> None:
    with SqliteStore(running / FILE_NAME, read_only=True) as store:
        held = store.stats(NOW).articles
    out, errors = told("index", "--rebuild")
    assert (out, errors) == ("0 articles indexed\n", NOTE)
    with Archive(Config(archive=running)) as archive:
        assert archive.search("published:2000..").total >= held


@pytest.mark.parametrize("more", [(), ("--wipe",)])
def test_what_is_forgotten_is_found_no_more(told: Told, running: Path, more: tuple[str, ...]) -> None:
    with Archive(Config(archive=running)) as archive:
        brief = next(brief for brief in archive.latest(limit=99) if "marsa" not in brief.url)
    told("forget", brief.id, "--reason", "طلب", *more)
    with Archive(Config(archive=running)) as archive:
        assert brief.id not in {hit.brief.id for hit in archive.search(brief.title, limit=99).hits}


def test_the_rest_works_too(told: Told, running: Path, tmp_path: Path) -> None:
    told("replay")
    told("backup", tmp_path / "copy.db", "--raw", tmp_path / "raw")
    told("outlet", "disable", "aawsat", "--note", "x")
    told("outlet", "enable", "aawsat")
    assert told("verify", "--raw")[0].startswith("sound: ")


def test_an_address_that_leads_nowhere_is_said_and_kept(told: Told, running: Path) -> None:
    nowhere = "https://marsa.example/nothing"
    said = CliRunner().invoke(
        main,
        ["fetch", nowhere, "--json", "--archive", str(running)],
        env={"WARRAQ_ALLOW_PRIVATE": "1", "WARRAQ_DELAY": "0.01"},  # it may be given tasks of the process that runs
    )
    tally = json.loads(said.stdout)
    assert said.exit_code == (tally["inputs"] > 0 and tally["outcomes"] == {"failed": tally["inputs"]}), said.stderr
    if "connect" in tally["reasons"]:  # otherwise the process that runs was given it
        assert f"warraq: {nowhere}: failed: connect (marsa.example cannot be resolved" in said.stderr
    give_up = time.monotonic() + 30
    while f"connect        {nowhere}  marsa.example cannot be resolved" not in told("failures")[0]:
        assert time.monotonic() < give_up
        time.sleep(0.05)
