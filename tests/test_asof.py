"""As-of is exact: a page as of T is the page of an archive that ended at T (on the sample newswire)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warraq import Archive, NotFound, open_archive, page_dict, sample
from warraq.types import Page

Rows = Sequence[dict[str, str]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Every state of every article, with the moment it was seen."""
    return list(sample.records(version=None))


def build(folder: Path, rows: Rows) -> Archive:
    folder.mkdir(parents=True)
    source = folder / "rows.jsonl"
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    archive = open_archive(folder / "archive", create=True, workers=1)
    tally = archive.import_paths([source], seen="seen")
    assert not tally.reasons
    return archive


@pytest.fixture(scope="module")
def whole(rows: Rows, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with build(tmp_path_factory.mktemp("whole") / "a", rows) as archive:
        yield archive


def seen(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["seen"]).astimezone(UTC)


def moments_of(page: Page) -> list[datetime]:
    briefs = [s.brief for s in (*page.similar, *page.story)] + [c.brief for c in page.copies]
    revisions = [page.revision] + ([page.read_also] if page.read_also else [])
    return [b.seen_at for b in briefs] + [r.seen_at for r in revisions]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_page_as_of_a_moment_is_that_of_an_archive_that_ended_there(
    data: st.DataObject, whole: Archive, rows: Rows, tmp_path_factory: pytest.TempPathFactory
) -> None:
    moments = sorted(map(seen, rows))
    offset = timedelta(seconds=data.draw(st.sampled_from([0, 1, 600])))
    moment = data.draw(st.sampled_from(moments[5:])) + offset
    known = [row for row in rows if seen(row) <= moment]
    order = data.draw(st.permutations(known))  # and whatever the order of arrival
    with build(tmp_path_factory.mktemp("ended") / "a", order) as ended:
        assert ended.stats(moment).articles == whole.stats(moment).articles
        for row in known[:: max(1, len(known) // 15)]:
            ours, theirs = whole.page(row["url"], moment), ended.page(row["url"], moment)
            assert page_dict(ours) == page_dict(theirs)
            assert max(moments_of(ours)) <= moment
        assert [b.id for b in whole.latest(moment, limit=50)] == [b.id for b in ended.latest(moment, limit=50)]


def test_before_it_was_seen_an_article_does_not_exist(whole: Archive, rows: Rows) -> None:
    for row in rows[::10]:
        first = min(seen(other) for other in rows if other["url"] == row["url"])
        with pytest.raises(NotFound):
            whole.page(row["url"], first - timedelta(microseconds=1))
        assert whole.page(row["url"], first).revision.seen_at == first


def test_a_revision_shows_from_its_moment_on(whole: Archive) -> None:
    revised = sample.truth().revisions
    assert revised
    articles = {article.id: article for article in sample.articles()}
    for id in revised:
        states = whole.revisions(sample.url(articles[id]))
        assert len(states) == len(articles[id].states)
        for state in states[1:]:
            before = whole.revision(state.article.url, state.seen_at - timedelta(microseconds=1))
            assert before.article.text != state.article.text or before.article.title != state.article.title
            assert whole.revision(state.article.url, state.seen_at).article == state.article


def test_asking_again_gives_the_same_page(whole: Archive, rows: Rows) -> None:
    moment = max(map(seen, rows))
    for row in rows[::20]:
        assert page_dict(whole.page(row["url"], moment)) == page_dict(whole.page(row["url"], moment))
