"""The search page over a real archive: facets that add up, one line a text, suggestions."""

from __future__ import annotations

from urllib.parse import quote

from served import Client


def test_a_search_shows_where_its_matches_fall(sampled: Client) -> None:
    page = sampled.html("/search?q=" + quote("دوقلان"))
    assert page.css_first(".facets .counts a")
    bars = page.css("svg.plot rect")
    assert len(bars) > 1
    assert sum(int(bar.css_first("title").text().rpartition(" ")[2]) for bar in bars) == int(
        page.css_first("p[role=status] bdi").text()
    )
    for link in page.css(".facets a, .over-time a"):
        narrowed = sampled.html(link.attributes["href"])
        row = next(node for node in (link.parent, link.parent.parent) if node.css(".count, .n"))
        count = int(row.css_first(".count, .n").text().replace(",", ""))
        assert int(narrowed.css_first("p[role=status] bdi").text()) == count, link.attributes["href"]


def test_one_text_is_one_line_and_a_slip_brings_a_suggestion(sampled: Client) -> None:
    page = sampled.html("/search?q=" + quote("دوقلان اتفاق"))
    assert page.css(".copied a")
    page = sampled.html("/search?q=" + quote("دوقلاان"))
    assert "دوقلان" in page.css_first(".lead a").text()
    assert sampled.html(page.css_first(".lead a").attributes["href"]).css(".list .title")
