"""`?as_of=` is honoured everywhere, kept on every link, and shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import pytest

STAMP = "2026-03-11@15:00:00 GMT"
KEPT = "as_of=2026-03-11T15%3A00%3A00Z"
PATHS = [
    "/",
    "/a/0000000port1",
    "/o/sahil",
    "/search?q=%D9%85%D8%B1%D9%81%D8%A3",
    "/k/%D9%85%D8%B1%D9%81%D8%A3",
    "/outlets",
    "/about",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_internal_link_keeps_the_moment_and_the_language(site: Any, path: str) -> None:
    tree = site.html(f"{path}{'&' if '?' in path else '?'}as_of={quote(STAMP)}&lang=en")
    links = [a.attributes["href"] for a in tree.css("body a") if a.attributes["href"].startswith("/")]
    assert len(links) > 5
    for link in links:
        query = urlsplit(link).query
        assert KEPT in query or link == tree.css_first(".as-of form a").attributes["href"] or "as_of=2026" in query, (
            link
        )
        assert "lang=en" in query or link == tree.css_first("a.language").attributes["href"], link
    for form in tree.css("form"):
        values = {i.attributes.get("name"): i.attributes.get("value") for i in form.css("input")}
        assert values["lang"] == "en"
        assert values["as_of"] in ("2026-03-11T15:00:00Z", "2026-03-11T15:00:00")


@pytest.mark.parametrize("path", PATHS)
def test_the_moment_is_shown_with_a_way_back(site: Any, path: str) -> None:
    tree = site.html(f"{path}{'&' if '?' in path else '?'}as_of={quote(STAMP)}")
    control = tree.css_first("details.as-of")
    assert "open" in control.attributes
    assert control.css_first("summary time").attributes["datetime"] == "2026-03-11T15:00:00Z"
    assert control.css_first("form a").attributes["href"] == path
    assert tree.css_first("footer time").text() == STAMP
    assert tree.css_first("meta[name=robots]").attributes["content"] == "noindex"
    assert "open" not in site.html(path).css_first("details.as-of").attributes


def test_nothing_seen_later_is_on_a_page(site: Any) -> None:
    data = site.json(f"/index.json?as_of={quote(STAMP)}")
    assert data["as_of"] == "2026-03-11T15:00:00Z"
    assert {a["id"].lstrip("0") for a in data["articles"]} == {"port1", "port2", "port3", "strike1", "strike2", "day"}
    assert sum(o["articles"] for o in data["outlets"]) == 6
    assert site.json(f"/about.json?as_of={quote(STAMP)}")["articles"] == 6
    assert site.json(f"/about.json?as_of={quote(STAMP)}")["outcomes"] == {}  # they are not counted as of a moment
    page = site.json(f"/a/00000strike1.json?as_of={quote(STAMP)}")
    assert page["article"]["title"] == "تعليق إضراب عمال الأرصفة في مرفأ الياسمين"
    assert all(s["first_seen_at"] <= data["as_of"] for s in page["similar"])


@pytest.mark.parametrize("typed", ["2026-03-11T15:00:00Z", "2026-03-11T15:00", STAMP, "2026-03-11 17:00:00+02:00"])
def test_moments_may_be_typed_in_many_ways(site: Any, typed: str) -> None:
    assert site.json(f"/index.json?as_of={quote(typed)}")["as_of"] == "2026-03-11T15:00:00Z"


def test_an_offset_may_lose_its_plus_on_the_way(site: Any) -> None:
    assert site.json("/index.json?as_of=2026-03-11T17:00:00+02:00")["as_of"] == "2026-03-11T15:00:00Z"


def test_a_day_alone_includes_the_day(site: Any) -> None:
    assert site.json("/index.json?as_of=2026-03-11")["as_of"] == "2026-03-11T23:59:59.999999Z"


def test_a_moment_to_come_and_an_empty_one_are_now(site: Any) -> None:
    for typed in ("2999-01-01", "", "%20"):
        tree = site.html(f"/?as_of={typed}")
        assert tree.css_first("footer time").text() == "2026-03-12@09:30:15 GMT"
        assert "open" not in tree.css_first("details.as-of").attributes


def test_a_wrong_moment_is_one_line(site: Any) -> None:
    message = site.json("/outlets.json?as_of=tomorrow", 400)["error"]["message"]
    assert message == "not a moment: 'tomorrow' (try 2025-02-16 or 2025-02-16T15:46:39Z)"
