"""Copies, differences, keywords and trends of an archive, as of a moment, and on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from warraq import Archive, NotFound, UsageError, open_archive, sample
from warraq.cli import main
from warraq.types import Edit


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("relations")
    rows = folder / "rows.jsonl"
    lines = (json.dumps(row, ensure_ascii=False) for row in sample.records(version=None))
    rows.write_text("\n".join(lines), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.import_paths([rows], seen="seen")
    return folder


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[Archive]:
    with open_archive(folder / "archive") as archive:
        yield archive


@pytest.fixture(scope="module")
def urls() -> dict[str, str]:
    return {article.id: sample.url(article) for article in sample.articles()}


def run(folder: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--archive", str(folder / "archive")])


def answer(folder: Path, *arguments: object) -> dict[str, Any]:
    result = run(folder, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[0])
    return found


# --- copies ---------------------------------------------------------------------------------------------------


def test_every_group_of_the_sample_is_found_whole_from_each_of_its_members(
    archive: Archive, urls: dict[str, str]
) -> None:
    for group in sample.truth().copy_groups:
        moment = max(archive.revision(urls[id]).first_seen_at for id in group)  # an outlet may change its text later
        wanted = {archive.resolve(urls[id]) for id in group}
        for id in group:
            found = archive.copies(urls[id], moment)
            assert {carrier.brief.id for carrier in found.carriers} == wanted
            moments = [carrier.brief.first_seen_at for carrier in found.carriers]
            assert moments == sorted(moments)
            assert found.earliest.edits.none
            assert 1 < found.outlets <= len(found.carriers)


def test_what_is_no_copy_stands_alone(archive: Archive, urls: dict[str, str]) -> None:
    copied = {id for group in sample.truth().copy_groups for id in group}
    for id, url in urls.items():
        if id not in copied:
            assert len(archive.copies(url).carriers) == 1, url


def test_a_group_as_of_a_moment_holds_what_had_been_seen(archive: Archive, urls: dict[str, str]) -> None:
    for group in sample.truth().copy_groups:
        seen = {archive.resolve(urls[id]): archive.revision(urls[id]).first_seen_at for id in group}
        first = min(seen, key=lambda id: (seen[id], id))
        for moment in sorted(set(seen.values())):
            found = archive.copies(first, moment)
            assert {carrier.brief.id for carrier in found.carriers} == {id for id, at in seen.items() if at <= moment}
        with pytest.raises(NotFound):
            archive.copies(first, seen[first] - timedelta(microseconds=1))


def test_the_page_shows_the_group(archive: Archive, urls: dict[str, str]) -> None:
    earliest = 0
    for group in sample.truth().copy_groups:
        moment = max(archive.revision(urls[id]).first_seen_at for id in group)
        for id in group:
            found, page = archive.copies(urls[id], moment), archive.page(urls[id], moment)
            own = page.article.id
            assert [copy.brief for copy in page.copies] == [c.brief for c in found.carriers if c.brief.id != own]
            assert [copy.again for copy in page.copies] == [c.again for c in found.carriers if c.brief.id != own]
            assert (page.outlets, page.origin) == (found.outlets, found.origin)
            assert (page.earliest.brief.id if page.earliest else own) == found.earliest.brief.id
            assert not {copy.brief.id for copy in page.copies} & {item.brief.id for item in page.similar}
            assert archive.similar(urls[id], moment) == page.similar
            earliest += page.earliest is None
    assert earliest == len(sample.truth().copy_groups)


def test_copies_on_the_command_line(folder: Path, urls: dict[str, str]) -> None:
    group = next(g for g in sample.truth().copy_groups if not g & sample.truth().revisions.keys())
    found = answer(folder, "copies", urls[min(group)])
    assert len(found["carriers"]) == len(group)
    assert {"headline", "lead", "kept", "added"} <= set(found["carriers"][1]["edits"])
    text = run(folder, "copies", urls[min(group)])
    assert text.exit_code == 0
    assert str(found["outlets"]) in text.output.splitlines()[0]
    alone = next(id for id in urls if all(id not in group for group in sample.truth().copy_groups))
    assert "no copies" in run(folder, "copies", urls[alone]).output


# --- differences ----------------------------------------------------------------------------------------------


def test_a_diff_of_the_last_two_states(archive: Archive, folder: Path, urls: dict[str, str]) -> None:
    id = next(iter(sample.truth().revisions))
    found = archive.diff(urls[id])
    states = archive.revisions(urls[id])
    assert (found.before, found.after) == (states[-2], states[-1])
    old = "".join(p.text for p in found.difference.title if p.edit is not Edit.INSERTED)
    assert old == states[-2].article.title
    edits = {paragraph.edit for paragraph in found.difference.paragraphs} | {p.edit for p in found.difference.title}
    assert edits - {Edit.EQUAL}
    assert archive.diff(urls[id], 1, 2).after.number == 2
    assert run(folder, "diff", urls[id]).output.splitlines()[0].startswith(f"--- {states[-2].number}")
    answered = answer(folder, "diff", urls[id], "--from", 1, "--to", 2)
    assert (answered["before"]["revision"], answered["after"]["revision"]) == (1, 2)
    assert answered["paragraphs"]


def test_a_diff_needs_two_states(archive: Archive, folder: Path, urls: dict[str, str]) -> None:
    revised = next(iter(sample.truth().revisions))
    with pytest.raises(NotFound, match="no state 9"):
        archive.diff(urls[revised], 1, 9)
    first = archive.revisions(urls[revised])[0]
    with pytest.raises(UsageError, match="one state only"):
        archive.diff(urls[revised], as_of=first.seen_at)
    other = next(id for id in urls if id not in sample.truth().revisions)
    assert run(folder, "diff", urls[other]).exit_code == 2


# --- keywords and trends --------------------------------------------------------------------------------------


def test_keywords_are_those_of_the_page(archive: Archive, folder: Path, urls: dict[str, str]) -> None:
    for url in list(urls.values())[:5]:
        assert tuple(archive.keywords(url)) == archive.page(url).keywords
    url = next(iter(urls.values()))
    first = archive.keywords(url)[0]
    assert answer(folder, "keywords", url)["text"] == first.text
    assert first.text in run(folder, "keywords", url).output


def test_counts_by_day_add_up(archive: Archive, folder: Path, urls: dict[str, str]) -> None:
    phrase = archive.keywords(next(iter(urls.values())))[0].text
    counts = archive.keyword_counts(phrase)
    assert counts.total == sum(count for _, count in counts.days) == archive.keyword(phrase).total > 0
    assert [day for day, _ in counts.days] == sorted(day for day, _ in counts.days)
    assert archive.keyword_counts(phrase, datetime(1990, 1, 1, tzinfo=UTC)).total == 0
    assert answer(folder, "trends", phrase)["total"] == counts.total
    assert len(run(folder, "trends", phrase).output.splitlines()) == len(counts.days)


def test_trends_are_counted_in_the_window_and_as_of_a_moment(archive: Archive, folder: Path) -> None:
    stats = archive.stats()
    assert stats.first_seen_at is not None
    assert stats.last_seen_at is not None
    since, until = stats.first_seen_at + (stats.last_seen_at - stats.first_seen_at) / 2, stats.last_seen_at
    found = archive.trends(since, until)
    assert (
        found.articles
        == archive.stats(until - timedelta(microseconds=1)).articles
        - archive.stats(since - timedelta(microseconds=1)).articles
    )
    assert found.trends
    for trend in found.trends:
        assert trend.articles >= 3
        assert trend.articles > trend.expected
        assert since <= archive.revision(trend.example).first_seen_at < until
    assert [t.score for t in found.trends] == sorted((t.score for t in found.trends), reverse=True)
    earlier = since + (until - since) / 2
    assert archive.trends(since, until, earlier).until == earlier
    with pytest.raises(UsageError):
        archive.trends(until, since)
    answered = answer(folder, "trends", "--from", since.date(), "--to", until.date())
    assert answered["trends"]
    assert run(folder, "trends", "--from", since.date(), "--to", until.date()).exit_code == 0
