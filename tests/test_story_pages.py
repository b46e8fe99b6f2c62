"""Stories as readers get them, on the sample newswire: from the archive, on the command line, as of a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from warraq import Archive, NotFound, open_archive, sample
from warraq.cli import main
from warraq.render.json import story_brief_dict, story_dict
from warraq.render.stories import story_text
from warraq.types import Story, StoryBrief


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stories")
    rows = [json.dumps(row, ensure_ascii=False) for row in sample.records(version=None)]
    (folder / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.import_paths([folder / "rows.jsonl"], seen="seen")
    return folder / "archive"


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[Archive]:
    with open_archive(folder) as archive:
        yield archive


@pytest.fixture(scope="module")
def listed(archive: Archive) -> list[StoryBrief]:
    stats = archive.stats()
    assert stats.first_seen_at
    assert stats.last_seen_at
    return list(archive.stories(stats.first_seen_at, stats.last_seen_at + timedelta(seconds=1), limit=1000))


@pytest.fixture(scope="module")
def largest(archive: Archive, listed: list[StoryBrief]) -> Story:
    return archive.story(listed[0].id)


def test_every_article_is_in_one_story_of_the_list(archive: Archive, listed: list[StoryBrief]) -> None:
    assert sum(item.articles for item in listed) == archive.stats().articles
    assert [item.articles for item in listed] == sorted((item.articles for item in listed), reverse=True)
    assert len({item.id for item in listed}) == len(listed)


def test_a_story_adds_up(archive: Archive, largest: Story) -> None:
    assert largest.articles > 2
    assert sum(1 + len(report.copies) for report in largest.reports) == largest.articles
    assert sum(number for _, number in largest.outlets) == largest.articles
    assert sum(event.articles for event in largest.events) == largest.articles
    assert (largest.days[-1].total, sum(day.articles for day in largest.days)) == (largest.articles, largest.articles)
    assert largest.first.id == largest.id
    assert largest.first.first_seen_at == min(report.brief.first_seen_at for report in largest.reports)
    assert {report.event for report in largest.reports} <= {event.id for event in largest.events}
    assert largest.lead
    assert largest.lead in archive.revision(largest.headline.id).article.text


def test_every_report_says_why_it_is_there(largest: Story) -> None:
    for report in largest.reports:
        assert 0 < report.score <= 1
        assert 0 < len(report.shared) <= 5


def test_a_story_is_found_by_each_of_its_articles(archive: Archive, largest: Story) -> None:
    for report in largest.reports:
        for id in (report.brief.id, *report.copies):
            assert story_dict(archive.story(id, largest.as_of)) == story_dict(largest)


def test_copies_are_collapsed_into_the_report_seen_first(archive: Archive) -> None:
    ids = {article.id: archive.resolve(sample.url(article)) for article in sample.articles()}
    together = 0
    for copy, original in sample.truth().copies.items():
        carriers = {carrier.brief.id for carrier in archive.copies(ids[original]).carriers}
        story = archive.story(ids[original])
        (report,) = (r for r in story.reports if ids[original] in (r.brief.id, *r.copies))
        assert {report.brief.id, *report.copies} == carriers
        assert report.brief.first_seen_at <= archive.revision(ids[copy]).first_seen_at
        together += ids[copy] in carriers
    assert together >= 20


def test_a_story_as_of_a_moment_shows_nothing_later(archive: Archive, largest: Story) -> None:
    middle = largest.reports[len(largest.reports) // 2].brief.first_seen_at
    then = archive.story(largest.id, middle)
    assert 0 < then.articles < largest.articles
    assert max(report.brief.seen_at for report in then.reports) <= middle
    (first,) = archive.story(largest.id, largest.first.first_seen_at).reports
    assert first.brief.id == largest.id


def test_what_is_not_there_is_said(archive: Archive, largest: Story) -> None:
    with pytest.raises(NotFound):
        archive.story("https://nobody.example/1")
    with pytest.raises(NotFound):
        archive.story(largest.id, largest.first.first_seen_at - timedelta(seconds=1))
    assert archive.stories(largest.first.first_seen_at - timedelta(days=900), as_of=largest.first.first_seen_at) != []
    assert archive.stories(limit=0) == []


def test_a_page_shows_the_reports_of_its_story(archive: Archive, largest: Story) -> None:
    members = {id for report in largest.reports for id in (report.brief.id, *report.copies)}
    shown = [similar.brief.id for id in members for similar in archive.page(id).story]
    assert shown
    assert set(shown) <= members


def run(folder: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--archive", str(folder)])
    assert result.exit_code == 0, result.output
    return result.stdout


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_command_line_says_what_python_says(
    folder: Path, archive: Archive, largest: Story, listed: list[StoryBrief]
) -> None:
    (told,) = objects(run(folder, "story", largest.id, "--json"))
    as_of = told.pop("as_of")
    assert as_of > story_dict(largest)["as_of"]
    assert told == {key: value for key, value in story_dict(largest).items() if key != "as_of"}
    first, last = (item.isoformat() for item in (listed[0].first_seen_at.date(), archive.stats().last_seen_at.date()))
    named = objects(run(folder, "stories", "--from", "2000-01-01", "--to", last, "--limit", "1000", "--json"))
    assert named == [story_brief_dict(item) for item in listed]
    assert first <= last


def test_a_story_as_text(folder: Path, largest: Story) -> None:
    text = run(folder, "story", largest.id)
    assert text == story_text(largest)
    lines = text.splitlines()
    assert lines[0] == largest.headline.title
    for report in largest.reports:
        assert report.brief.title in text
    for day in largest.days:
        assert f"{day.day.isoformat()} ({day.articles} / {day.total})" in lines


def test_a_list_of_stories_as_text(folder: Path, listed: list[StoryBrief]) -> None:
    lines = run(folder, "stories", "--from", "2000-01-01", "--limit", "3").splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"{listed[0].id}  {listed[0].articles:>5}  ")
