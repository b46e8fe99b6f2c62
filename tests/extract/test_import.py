"""Imports of raw pages: what an outlet's pages share is learned from them before they are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pages import HEADLINES, TEXT, Page, html
from warraq import pipeline
from warraq.fetchers.files import read_documents, read_pages
from warraq.parse import Rules
from warraq.stores.sqlite import SqliteStore
from warraq.types import Outcome, Outlet

NOW = datetime(2026, 2, 12, 8, tzinfo=UTC)
PROMO = "حمّلوا دليل الواحة السياحي المجاني من مكتبات المدينة ابتداء من يوم الخميس المقبل."
OUTLET = Outlet("ghayma", "الغيمة", hosts=("alghayma.example",))


class Clock:
    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError("an import does not wait")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(12):
        title = f"{HEADLINES[number % 4]} في الحي {number}"
        text = tuple(f"{p[:-1]} ({title})." for p in TEXT)
        link = f'<link rel="canonical" href="https://alghayma.example/news/{number}">'
        page = Page(title, text, keywords=("زلزال الجزر", title[:12]), after=f"<p>{PROMO}</p>", head=link)
        (tmp_path / f"{number:02}.html").write_text(html(page, "modern"), encoding="utf-8")
    return tmp_path


def taken(folder: Path, place: Path, processes: int) -> list[tuple[str, str, tuple[str, ...], str]]:
    with SqliteStore(place) as store:
        rules, pages = Rules((OUTLET,)), read_pages([folder])
        tally = pipeline.ingest(read_documents([folder]), store, rules, Clock(), processes=processes, pages=pages)
        assert tally.outcomes == {Outcome.NEW: 12}
        again = pipeline.ingest(read_documents([folder]), store, rules, Clock(), pages=read_pages([folder]))
        assert again.outcomes == {Outcome.UNCHANGED: 12}
        later = NOW + timedelta(days=1)
        found = store.bodies([brief.id for brief in store.latest(later, 99)], later)
        return sorted((r.article.url, r.article.outlet, r.article.keywords, r.article.text) for r in found.values())


def test_pages_are_read_knowing_what_they_share(folder: Path, tmp_path: Path) -> None:
    one = taken(folder, tmp_path / "one", 1)
    assert {outlet for _, outlet, _, _ in one} == {"ghayma"}, "a saved page tells whose it is"
    assert not [url for url, _, _, text in one if PROMO in text]
    assert not [url for url, _, keywords, _ in one if "زلزال الجزر" in keywords]
    assert taken(folder, tmp_path / "two", 2) == one


def test_read_pages_opens_nothing_else(folder: Path) -> None:
    (folder / "rows.jsonl").write_text("{}\n")
    (folder / "feed.xml").write_text("<rss/>")
    assert len(list(read_pages([folder]))) == 12
    assert len(list(read_documents([folder]))) == 14
