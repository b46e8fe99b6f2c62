"""The archive by days, and its figures: what they count, where they lead, and what they say of what is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser
from served import Client

from made import NOW, Made


def test_the_calendar_counts_every_article_once(sampled: Client) -> None:
    total = sampled.json("/about.json")["articles"]
    for period in ("", "/2026", "/2026-02"):
        data = sampled.json(f"/archive{period}.json")
        assert data["total"] == sum(day["articles"] for day in data["days"]) == total
    months = sampled.html("/archive").css(".tiles li")
    assert len(months) == 12
    (held,) = [month for month in months if month.css("a")]
    assert int(held.css_first(".count").text()) == total
    grid = sampled.html(held.css_first("a").attributes["href"])
    assert sum(int(cell.text()) for cell in grid.css(".grid .c")) == total
    assert len(sampled.html("/archive/2026").css("table.grid")) == 12


def test_a_month_begins_on_the_day_the_reader_expects(sampled: Client) -> None:
    arabic = [th.css_first(".long").text() for th in sampled.html("/archive/2026-02").css(".grid thead th")]
    english = [th.css_first(".long").text() for th in sampled.html("/archive/2026-02?lang=en").css(".grid thead th")]
    assert (arabic[0], arabic[-1]) == ("السبت", "الجمعة")
    assert (english[0], english[-1]) == ("Monday", "Sunday")
    for path, place in (("/archive/2026-02", 1), ("/archive/2026-02?lang=en", 6)):  # 1 February 2026 is a Sunday
        first = sampled.html(path).css_first(".grid tbody tr").css("td")
        assert [cell.css_first("time") is not None for cell in first] == [False] * place + [True] * (7 - place)
    assert "رمضان" in sampled.html("/archive/2026-02").css_first(".hijri").text()


def test_a_day_is_told_by_story_and_then_article_by_article(sampled: Client) -> None:
    data = sampled.json("/d/2026-02-12.json")
    page = sampled.html("/d/2026-02-12")
    assert data["total"] == len(page.css("section[aria-labelledby=articles] .list > li"))
    assert len(data["stories"]) == len(page.css("section[aria-labelledby=stories] .list > li")) > 0
    assert all(story["articles"] > 1 for story in data["stories"])
    assert all(article["published"]["at"].startswith("2026-02-12") for article in data["articles"])
    assert data["hijri"] == "1447-08-24"
    assert (data["day_before"], data["day_after"]) == ("2026-02-11", "2026-02-13")
    links = [a.attributes["href"] for a in page.css("nav.days a")]
    assert links == ["/d/2026-02-11", "/d/2026-02-13"]
    story = data["stories"][0]
    assert sum(outlet["articles"] for outlet in story["outlets"]) == story["total"] >= story["articles"]
    assert story["outlets"] == sorted(story["outlets"], key=lambda outlet: (-outlet["articles"], outlet["id"]))


def test_a_story_in_a_list_agrees_with_its_page(sampled: Client) -> None:
    for brief in sampled.json("/stories.json")["stories"]:
        story = sampled.json(f"/s/{brief['id']}.json")
        assert (brief["total"], brief["outlets"]) == (story["articles"], story["outlets"])
        assert brief["copies"] == sum(len(report["copies"]) for report in story["reports"])
        assert brief["newest"]["first_seen_at"] == brief["last_seen_at"] == story["last_seen_at"]


def test_days_are_as_of_a_moment(sampled: Client) -> None:
    early = "as_of=2026-02-12T12:00:00Z"
    data = sampled.json(f"/archive.json?{early}")
    assert data["days"][-1]["day"] <= "2026-02-12"
    assert data["total"] < sampled.json("/archive.json")["total"]
    page = sampled.html(f"/d/2026-02-12?{early}")
    assert all(f"{quote('2026-02-12T12:00:00Z')}" in a.attributes["href"] for a in page.css("main a[href^='/']"))
    assert sampled.html(f"/d/2026-02-14?{early}").css(".nothing")
    assert sampled.json(f"/stats.json?{early}")["articles"] == data["total"]


@pytest.mark.parametrize("name", ["2025-02-30", "2025-2-1", "x", "0000-01-01", "2025-02-16x", "٢٠٢٥-٠٢-١٦"])
def test_what_is_no_day_has_a_page_that_says_so(site: Client, name: str) -> None:
    for path, title in (("/d/" + quote(name), "لا وجود لهذه الصفحة"), (f"/d/{quote(name)}?lang=en", "no such page")):
        page = site.html(path, 404)
        assert title in page.css_first("h1").text()
        assert page.css("a[href^='/archive']")
        assert page.css_first("a.language")
    assert site.json(f"/d/{quote(name)}.json", 404)["error"]["status"] == 404


def test_what_is_no_month_has_a_page_that_says_so(site: Client) -> None:
    for name in ("2025-13", "25", "2025-02-01", "0000", "x"):
        assert site.html("/archive/" + name, 404).css_first("h1")
    for edge in ("/archive/9999-12", "/archive/0001", "/d/9999-12-31", "/d/0001-01-01"):
        assert site.html(edge).css(".nothing")


def test_statistics_are_the_archives(sampled: Client) -> None:
    data, page = sampled.json("/stats.json"), sampled.html("/stats")
    total = sampled.json("/about.json")["articles"]
    assert data["articles"] == sum(day["articles"] for day in data["days"]) == total
    assert sum(outlet["articles"] for outlet in data["outlets"]) == total
    assert sum(country["articles"] for country in data["countries"]) == total
    newest = data["newest"]
    assert sum(step["articles"] for step in newest["lengths"]) == newest["articles"] == total
    assert 0 < sum(hour["articles"] for hour in newest["hours"]) <= total
    assert sum(outlet["articles"] for outlet in newest["copied_from"]) == newest["copies"] > 0
    for figure in page.css("figure.over-time"):
        bars = [bar.css_first("title").text() for bar in figure.css("svg rect")]
        rows = [f"{row.css_first('th').text()}: {row.css_first('td').text()}" for row in figure.css("tbody tr")]
        assert [bar for bar in bars if not bar.endswith(": 0")] == rows
    for link in page.css(".over-time a"):
        assert sampled.get(link.attributes["href"]).status == 200


def test_an_outlets_figures_name_whose_texts_it_carries(sampled: Client) -> None:
    agency = sampled.json("/stats.json")["newest"]["copied_from"][0]["id"]
    carried = 0
    for outlet in sampled.json("/outlets.json")["outlets"]:
        figures = sampled.json(f"/o/{outlet['id']}.json")["figures"]
        assert figures["articles"] == sum(day["articles"] for day in figures["days"]) == outlet["articles"]
        carried += sum(one["articles"] for one in figures["newest"]["copied_from"] if one["id"] == agency)
        assert outlet["id"] not in {one["id"] for one in figures["newest"]["copied_from"]}
    assert carried > 0
    assert sampled.html(f"/o/{agency}").css_first("figure.over-time svg")


def test_an_empty_archive_has_every_page(serve: Callable[..., Any]) -> None:
    with serve(Made([])) as site:
        for path in ("/archive", "/archive/2026", "/archive/2026-03", f"/d/{NOW:%Y-%m-%d}", "/stats"):
            page = site.html(path)
            assert page.css_first(".nothing"), path
            assert len(page.css("h1")) == 1


def test_the_front_page_says_who_carries_a_story(sampled: Client) -> None:
    front = sampled.html("/").css("ol.front > li")
    numbers = [int(story.css_first(".carried strong").text()) for story in front]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] > 1
    named = front[0].css(".carried a.outlet")
    assert len(named) == min(numbers[0], 6)


def test_days_of_the_reading_api(sampled: Client) -> None:
    archive = sampled.archive
    days = dict(archive.days())
    assert all(archive.day(day).total == count for day, count in days.items())
    assert archive.day(date(2020, 1, 1)).total == 0
    last = max(days)
    some = archive.day(last, limit=2, offset=1)
    assert [brief.id for brief in some.articles] == [brief.id for brief in archive.day(last).articles[1:3]]
    assert some.stories == ()


def test_the_sitemap_of_pages_leads_to_every_day_and_outlet(sampled: Client) -> None:
    assert f"Sitemap: {sampled.base}/sitemap-pages.xml" in sampled.get("/robots.txt").data.decode()
    sent = sampled.get("/sitemap-pages.xml")
    assert sent.headers["content-type"].startswith("application/xml")
    named = [node.text() for node in LexborHTMLParser(sent.data).css("loc")]
    days = [day["day"] for day in sampled.json("/archive.json")["days"]]
    assert [name.rpartition("/d/")[2] for name in named if "/d/" in name] == sorted(days, reverse=True)
    assert all(sampled.get(name.removeprefix(sampled.base)).status == 200 for name in named)
