"""Whose an address is that feeds and pages of an outlet lead to, and what shows that a domain is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from warraq.parse import Rules, parse
from warraq.types import Outlet, Parsed, RawDocument, Reason, Task, TaskKind

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WAHA = Outlet("waha", "الواحة", zone="Asia/Riyadh", hosts=("waha.example",), pages=r"/n/\d+$")
MARSA = Outlet("marsa", "المرسى", hosts=("marsa.example",))
RULES = Rules((WAHA, MARSA))
FEED = "https://waha.example/rss"
ARTICLE = (
    "<html lang=ar><head><title>افتتاح ميناء الواحة أمام السفن</title></head><body><article><h1>افتتاح ميناء الواحة "
    "أمام السفن</h1>" + "<p>قال مدير الميناء إن السفن الأولى دخلت صباح اليوم بعد أعوام من العمل في الأرصفة.</p>" * 6
)


def read(url: str, body: str, task: Task) -> Parsed:
    return parse(RawDocument(url, body.encode(), NOW, "text/html; charset=utf-8"), RULES, NOW, task)


@pytest.mark.parametrize(
    ("url", "outlet", "owner"),
    [
        ("https://www.waha.example/n/1", "waha", "waha"),
        ("https://marsa.example/n/1", "waha", "marsa"),  # ours too, so it is that outlet's
        ("https://elsewhere.example/n/1", "waha", None),
        ("https://elsewhere.example/n/1", "", ""),  # the feed was given by hand
    ],
)
def test_an_entry_belongs_to_whoever_owns_its_host(url: str, outlet: str, owner: str | None) -> None:
    assert RULES.owner(url, FEED, Task(FEED, TaskKind.FEED, outlet)) == owner


def test_a_feed_on_a_host_of_its_own_is_believed_of_that_host() -> None:
    feed = "https://feeds.elsewhere.example/waha"
    assert RULES.owner("https://feeds.elsewhere.example/1", feed, Task(feed, TaskKind.FEED, "waha")) == "waha"


def test_a_list_page_is_read_by_its_outlets_pattern() -> None:
    page = '<a href="/n/7">المزيد</a><a href="/tag/7">وسم له نص طويل جدا هنا</a>'
    found = read("https://waha.example/", page, Task("https://waha.example/", TaskKind.LIST, "waha"))
    assert found.feed is not None
    assert [entry.url for entry in found.feed.entries] == ["https://waha.example/n/7"]


def test_dates_of_entries_take_the_outlets_zone() -> None:
    text = (
        "<rss version='2.0'><channel><item><title>خبر</title><link>https://waha.example/n/1</link>"
        "<pubDate>2025-02-16 18:00</pubDate></item></channel></rss>"
    )
    found = read(FEED, text, Task(FEED, TaskKind.FEED, "waha"))
    assert found.feed is not None
    assert found.feed.entries[0].published == datetime(2025, 2, 16, 15, tzinfo=UTC)


def test_a_page_that_leads_to_a_stranger_is_somebody_elses() -> None:
    task = Task("https://waha.example/n/1", TaskKind.PAGE, "waha")
    found = read("https://casino.example/", ARTICLE, task)
    assert (found.reason, found.outlet, found.article) == (Reason.OTHER_OUTLET, "waha", None)
    moved = read("https://marsa.example/n/1", ARTICLE, task)
    assert moved.article is not None
    assert moved.article.outlet == "marsa"
    stayed = read("https://m.waha.example/n/1", ARTICLE, task)
    assert stayed.article is not None
    assert stayed.article.outlet == "waha"


@pytest.mark.parametrize("kind", [TaskKind.FEED, TaskKind.LIST, TaskKind.PAGE])
def test_a_domain_for_sale_is_told(kind: TaskKind) -> None:
    parking = "<html><title>waha.example is for sale - buy this domain</title><body>Make an offer</body></html>"
    found = read(FEED, parking, Task(FEED, kind, "waha"))
    assert (found.reason, found.outlet) == (Reason.OTHER_OUTLET, "waha")
