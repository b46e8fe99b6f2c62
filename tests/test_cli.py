"""Every command, on the sample newswire: what it prints, what it returns, one line for a mistake."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from warraq import open_archive, sample
from warraq.cli import main
from warraq.cli.options import NAMED, refusals
from warraq.errors import UsageError
from warraq.types import Change, Outcome, Reason


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample as JSON lines, as CSV with other column names, and as an archive."""
    folder = tmp_path_factory.mktemp("cli")
    rows = list(sample.records(version=None))
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["address", "heading", "story", "paper", "day"])
        table.writerows([row["url"], row["title"], row["text"], row["outlet"], row["published"]] for row in rows[:20])
    result = run("import", folder / "rows.jsonl", "--seen", "seen", "--workers", 1, "--archive", folder / "archive")
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def archive(folder: Path) -> Path:
    return folder / "archive"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


def objects(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def url() -> str:
    """An article that other outlets copied."""
    original = next(iter(sample.truth().copies.values()))
    return sample.url(next(a for a in sample.articles() if a.id == original))


def test_import_counts_every_input_and_runs_again_without_change(folder: Path, archive: Path) -> None:
    before = objects(run("stats", "--json", "--archive", archive))[0]
    again = run("import", folder / "rows.jsonl", "--seen", "seen", "--json", "--workers", 1, "--archive", archive)
    (tally,) = objects(again)
    assert tally["outcomes"] == {"unchanged": tally["inputs"]}
    after = objects(run("stats", "--json", "--archive", archive))[0]
    assert (after["articles"], after["revisions"]) == (before["articles"], before["revisions"])


def test_import_maps_the_columns_of_a_table(folder: Path, tmp_path: Path) -> None:
    mapping = ["url=address", "title=heading", "text=story", "outlet=paper", "published=day"]
    options = [item for pair in mapping for item in ("--map", pair)]
    result = run("import", folder / "rows.csv", *options, "--seen", "published", "--json", "--archive", tmp_path / "a")
    (tally,) = objects(result)
    assert tally["inputs"] == 20
    assert tally["outcomes"]["new"] + tally["outcomes"].get("revised", 0) == 20


def test_import_reads_a_table_in_another_encoding(tmp_path: Path) -> None:
    lines = ["link;title;text", "https://marsa.example/n/1;وصول السفينة;دخلت السفينة ميناء الزعفران صباح اليوم"]
    (tmp_path / "rows.csv").write_bytes("\n".join(lines).encode("windows-1256"))
    own = ("--workers", 1, "--archive", tmp_path / "a")
    refused = run("import", tmp_path / "rows.csv", *own)
    assert (refused.exit_code, "rows.csv:2: rejected: bad_record (not UTF-8)" in refused.stderr) == (1, True)
    assert run("import", tmp_path / "rows.csv", "--encoding", "windows-1256", *own).exit_code == 0
    assert "وصول السفينة" in run("search", "الزعفران", "--archive", tmp_path / "a").stdout


def test_import_names_broken_lines_and_goes_on(tmp_path: Path) -> None:
    row = next(iter(sample.records()))
    lines = [json.dumps(row), "{broken", "[1]", json.dumps({**row, "url": "ftp://x/y"}), ""]
    (tmp_path / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    result = run("import", tmp_path / "rows.jsonl", "--archive", tmp_path / "a", "--workers", 1)
    assert result.exit_code == 0
    assert "4 inputs  new 1  rejected 3" in result.stdout
    told = result.stderr.splitlines()
    assert [f"rows.jsonl:{n}:" in line for n, line in zip((2, 3, 4), told, strict=True)] == [True] * 3
    failures = objects(run("failures", "--json", "--archive", tmp_path / "a"))
    assert {f["reason"] for f in failures} == {"bad_record", "bad_url"}
    assert "bad_record" in run("failures", "--archive", tmp_path / "a").stdout


def test_page_in_each_form(archive: Path, url: str) -> None:
    text = run("page", url, "--as-of", "2026-02-16", "--archive", archive).stdout
    parts = ["2026-02-16@23:59:59 GMT", "تاريخ النشر:", "المصدر:", "كلمات دلالية:", "إقرأ أيضاً:", "مقالات مشابهة"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    (page,) = objects(run("page", url, "--as-of", "2026-02-16", "--format", "json", "--archive", archive))
    assert page["article"]["url"] == url
    assert page["copies"], "this article was copied"
    html = run("page", url, "--as-of", "2026-02-16", "--format", "html", "--archive", archive).stdout
    assert html.lstrip().lower().startswith("<!doctype html>")
    assert 'dir="rtl"' in html
    (by_id,) = objects(
        run("page", page["article"]["id"], "--as-of", "2026-02-16", "--format", "json", "--archive", archive)
    )
    assert by_id == page


def test_the_archive_is_named_before_or_after_the_command_or_by_the_environment(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run("--archive", archive, "stats").stdout
    assert before == run("stats", "--archive", archive).stdout
    monkeypatch.setenv("WARRAQ_ARCHIVE", str(archive))
    assert before == run("stats").stdout


def test_similar_says_why(archive: Path, url: str) -> None:
    found = objects(run("similar", url, "--limit", 5, "--json", "--archive", archive))
    assert 0 < len(found) <= 5
    assert all(item["shared"] for item in found)
    assert len(run("similar", url, "--limit", 3, "--archive", archive).stdout.splitlines()) == min(3, len(found))


def test_search_finds_any_spelling_and_obeys_its_bounds(archive: Path) -> None:
    everything = objects(run("search", "الميناء", "--limit", 100, "--json", "--archive", archive))
    assert everything
    early = objects(run("search", "الميناء", "--as-of", "2026-02-11", "--limit", 100, "--json", "--archive", archive))
    assert len(early) < len(everything)
    outlet = everything[0]["outlet"]["id"]
    only = objects(run("search", "الميناء", "--outlet", outlet, "--json", "--archive", archive))
    assert {hit["outlet"]["id"] for hit in only} == {outlet}
    days = objects(
        run("search", "الميناء", "--from", "2026-02-12", "--to", "2026-02-12", "--json", "--archive", archive)
    )
    assert all(hit["published"]["at"].startswith(("2026-02-12", "2026-02-11T2")) for hit in days)
    plain = run("search", "الميناء", "--limit", 2, "--archive", archive)
    assert "[" in plain.stdout
    assert f"of {len(everything)}" in plain.stderr


def test_a_moment_to_come_is_now(archive: Path, url: str) -> None:
    (said,) = objects(run("page", url, "--as-of", "9999-01-01", "--format", "json", "--archive", archive))
    assert datetime.fromisoformat(said["as_of"]) <= datetime.now(UTC)


def test_empty_lists_of_a_time_say_how_to_look_further(tmp_path: Path) -> None:
    run("import", os.devnull, "--archive", tmp_path)
    for command in ("stories", "trends"):
        result = run(command, "--archive", tmp_path)
        assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (0, "", 1)
        assert "DAY" in result.stderr
        assert run(command, "--json", "--archive", tmp_path).stderr == ""


def test_article_and_its_revisions(archive: Path) -> None:
    articles = {a.id: a for a in sample.articles()}
    revised = articles[next(iter(sample.truth().revisions))]
    states = objects(run("article", sample.url(revised), "--revisions", "--json", "--archive", archive))
    assert len(states) == len(revised.states)
    assert revised.states[-1].title in run("article", sample.url(revised), "--archive", archive).stdout


def test_outlets_and_stats(archive: Path) -> None:
    outlets = objects(run("outlets", "--json", "--archive", archive))
    assert sum(o["articles"] for o in outlets) == len(sample.articles())
    assert len(run("outlets", "--archive", archive).stdout.splitlines()) == len(outlets)
    early = objects(run("stats", "--as-of", "2026-02-11", "--json", "--archive", archive))[0]
    assert 0 < early["articles"] < len(sample.articles())


def test_index_can_be_rebuilt(archive: Path, url: str) -> None:
    before = run("page", url, "--as-of", "2026-02-16", "--archive", archive).stdout
    assert run("index", "--rebuild", "--archive", archive).stdout == f"{len(sample.articles())} articles indexed\n"
    assert run("page", url, "--as-of", "2026-02-16", "--archive", archive).stdout == before


def test_extract_reads_a_page_or_says_why_not(tmp_path: Path) -> None:
    sample.write(tmp_path)
    by_kind: dict[str, sample.Resource] = {}
    for resource in sample.site():
        by_kind.setdefault(resource.kind, resource)
    page, about = tmp_path / "page.html", tmp_path / "about.html"
    page.write_bytes(by_kind["article"].body)
    about.write_bytes(by_kind["about"].body)
    (found,) = objects(run("extract", page, "--url", by_kind["article"].url, "--json"))
    truth = next(a for a in sample.articles() if a.id == by_kind["article"].article)
    assert found["article"]["title"] == truth.states[0].title
    assert found["article"]["published"]["origin"]
    assert found["why"]["body"]
    refused = run("extract", about, "--url", by_kind["about"].url)
    assert refused.exit_code == 1
    assert "no article" in refused.stderr


def test_fetch_reads_a_feed_over_http(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_ALLOW_PRIVATE", "yes")
    monkeypatch.setenv("WARRAQ_DELAY", "0")
    with sample.serve() as base:
        feed = sample.outlets(base)[0].feeds[0]
        (tally,) = objects(run("fetch", feed, "--json", "--archive", tmp_path / "a"))
    assert tally["outcomes"]["new"] >= 5


def test_loopback_is_not_fetched_unless_asked_for(tmp_path: Path) -> None:
    with sample.serve() as base:
        result = run("fetch", f"{base}/any", "--archive", tmp_path / "a")
    assert "forbidden_address" in result.stdout


def test_what_is_refused_whole_has_an_exit_code(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("[]\n" * 3, encoding="utf-8")
    result = run("import", tmp_path / "rows.jsonl", "--archive", tmp_path / "a", "--workers", 1)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 3)
    (tmp_path / "rows.jsonl").write_text("", encoding="utf-8")
    assert run("import", tmp_path / "rows.jsonl", "--archive", tmp_path / "a").exit_code == 0


def test_a_terminal_is_told_a_few_refusals_and_how_many_more(capsys: pytest.CaptureFixture[str]) -> None:
    with refusals(few=True) as refused:
        for number in range(NAMED + 1_000):
            refused(Change(f"{number}", Outcome.REJECTED, Reason.NO_DATE))
        refused(Change("last", Outcome.FAILED, Reason.TIMEOUT))
    told = capsys.readouterr().err.splitlines()
    assert len(told) == NAMED + 2
    assert told[-2:] == [
        "warraq: last: failed: timeout",
        "warraq: 1,000 more: no_date (`warraq failures --reason no_date`)",
    ]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "warc"])
def test_an_export_has_its_name_when_it_is_whole(archive: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / "out"
    assert run("export", "--format", form, "--output", file, "--archive", archive).exit_code == 0
    whole = file.read_bytes()
    assert run("export", "--format", form, "--query", "((", "--output", file, "--archive", archive).exit_code == 2
    assert file.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    for wrong in (tmp_path / "none" / "out", tmp_path):
        refused = run("export", "--format", form, "--output", wrong, "--archive", archive)
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
        assert "cannot be written" in refused.stderr


def test_an_export_can_be_written_to_a_device(archive: Path) -> None:
    assert run("export", "--output", os.devnull, "--archive", archive).exit_code == 0
    assert not Path(os.devnull).is_file()


def test_a_search_goes_no_deeper_than_an_index_can(archive: Path) -> None:
    with open_archive(archive) as opened:
        for limit, offset in ((10, 10**18), (10**18, 0), (10, -1)):
            with pytest.raises(UsageError, match="limit"):
                opened.search("الميناء", limit=limit, offset=offset)
            with pytest.raises(UsageError, match="limit"):
                opened.keyword("الميناء", limit=limit, offset=offset)
            with pytest.raises(UsageError, match="limit"):
                opened.day(date(2026, 2, 15), limit=limit, offset=offset)
        assert opened.search("الميناء", offset=999_000).hits == ()


def test_serving_ends_well_by_ctrl_c(archive: Path) -> None:
    command = [sys.executable, "-m", "warraq", "serve", "--port", "0", "--processes", "1", "--archive", str(archive)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        address = said.removeprefix("the site is on ").split()[0]
        for _ in range(600):
            with suppress(OSError), urlopen(f"{address}/healthz", timeout=5) as answer:
                assert answer.status == 200
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def test_a_word_can_be_excluded_as_in_the_search_box(archive: Path) -> None:
    def found(*words: str) -> set[str]:
        return {hit["id"] for hit in objects(run("search", *words, "--limit", 100, "--json", "--archive", archive))}

    fewer = found("الميناء -سفينة")
    assert fewer
    assert fewer < found("الميناء")
    assert fewer == found("الميناء", "-سفينة") == found("-سفينة", "الميناء") == found("الميناء", "NOT", "سفينة")
    assert found("الميناء", '-"سفينة"', "-title:سفينة") == fewer


MISTAKES: dict[str, tuple[str, ...]] = {
    "no archive": ("stats", "--archive", "nowhere"),
    "no such file": ("import", "missing.jsonl", "--archive", "a"),
    "not an address": ("fetch", "not an address", "--archive", "a"),
    "wrong moment": ("stats", "--as-of", "yesterday", "--archive", "a"),
    "wrong map": ("import", "x", "--map", "text", "--archive", "a"),
    "map of no field": ("import", ".", "--map", "txt=story", "--archive", "a"),
    "encoding of no table": ("import", ".", "--encoding", "utf-16", "--archive", "a"),
    "no encoding": ("import", ".", "--encoding", "rot13", "--archive", "a"),
    "escapes": ("import", ".", "--encoding", "unicode_escape", "--archive", "a"),
    "wrong zone": ("import", ".", "--zone", "Mars/Base", "--archive", "a"),
    "far too far": ("search", "x", "--offset", "99999999999999999999", "--archive", "a"),
    "one address of several pages": ("outlet", "try", "a.html", "b.html", "--url", "https://marsa.example/1"),
    "no such option": ("search", "x", "--form", "y", "--archive", "a"),
}


@pytest.mark.parametrize("arguments", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert result.stderr.strip().splitlines()[-1].startswith(("warraq:", "Error:"))


@pytest.mark.parametrize("query", ['""', "- -", "-سفينة"])
def test_a_query_without_words_is_a_mistake(archive: Path, query: str) -> None:
    result = run("search", "--archive", archive, "--", query)
    assert result.exit_code == 2
    assert "warraq: the query has no word" in result.stderr


def test_an_unknown_article_is_a_mistake(archive: Path) -> None:
    for name in ("000000000000", "https://nowhere.example/1", "what"):
        result = run("page", name, "--archive", archive)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


def test_every_command_has_help() -> None:
    names = list(main.commands)
    assert {"import", "fetch", "extract", "page", "similar", "search", "article", "outlets", "stats", "serve"} <= {
        *names
    }
    for name in names:
        result = run(name, "--help")
        assert result.exit_code == 0
        assert main.commands[name].get_short_help_str()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No ``warraq.toml`` of the developer's."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
