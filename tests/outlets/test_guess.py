"""What a home page tells of its outlet, and the file that is written of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.outlets import load, read
from warraq.outlets.guess import FEEDS, ZONES, describe, sitemaps_of, slug, to_toml, usual
from warraq.types import Outlet

PAGE = """<!doctype html><html dir="rtl" lang="ar-EG"><head><title>الرئيسية | صحيفة المرسى اليومية</title>
<meta content='المرسى &amp; البحر' property="og:site_name"><meta name="x" content="y"></head></html>"""


def test_a_home_page_names_its_outlet() -> None:
    found = describe("https://www.marsa.example/", PAGE)
    assert found == Outlet(
        id="marsa",
        name="المرسى & البحر",
        short_name="المرسى & البحر",
        country="EG",
        zone="Africa/Cairo",
        language="ar",
        hosts=("marsa.example",),
        home="https://www.marsa.example/",
    )


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("<title>الرئيسية - صحيفة المرسى</title>", "صحيفة المرسى"),
        ("<title>صحيفة المرسى | آخر أخبار الخليج والعالم لحظة بلحظة</title>", "صحيفة المرسى"),
        ("<title>المرسى-نت</title>", "المرسى-نت"),
        ('<title>x</title><meta name="application-name" content="مرسى">', "مرسى"),
        ("<title>الرئيسية</title>", "خلاصة المرسى"),
        ("", "خلاصة المرسى"),
    ],
)
def test_names(page: str, name: str) -> None:
    assert describe("https://marsa.example/", page, feed_title="خلاصة المرسى").name == name


def test_a_page_that_says_nothing_has_its_hosts_name() -> None:
    found = describe("https://www.marsa.example/", "")
    assert (found.name, found.country, found.zone, found.language) == ("marsa.example", "", "UTC", "ar")


@pytest.mark.parametrize(
    ("home", "locale", "country"),
    [
        ("https://marsa.com.sa/", "", "SA"),
        ("https://marsa.ae/ar/", "ar-EG", "AE"),  # its own domain says more than a page's locale
        ("https://marsa.co.uk/", "", "GB"),
        ("https://marsa.com/", "ar_TN", "TN"),
        ("https://bit.ly/", "ar-LB", "LB"),  # a domain of the whole world
        ("https://marsa.ly/", "", "LY"),
        ("https://marsa.com/", "ar-001", ""),
    ],
)
def test_countries_and_zones(home: str, locale: str, country: str) -> None:
    found = describe(home, f'<html lang="{locale}">' if locale else "")
    assert (found.country, found.zone) == (country, ZONES.get(country, "UTC"))


@pytest.mark.parametrize(
    ("name", "country", "taken", "id"),
    [
        ("www.al-marsa.com", "", (), "al-marsa"),
        ("news.marsa.co.uk", "GB", (), "marsa"),
        ("arabic.marsa.net", "", (), "marsa"),
        ("marsa.com.sa", "SA", {"marsa"}, "marsa-sa"),
        ("marsa.com.sa", "SA", {"marsa", "marsa-sa"}, "marsa-2"),
        ("ar.news", "", (), "ar"),
        ("xn--mgbb9fbpob.example", "", (), "mgbb9fbpob"),
        ("", "", (), "outlet"),
    ],
)
def test_ids(name: str, country: str, taken: set[str], id: str) -> None:
    assert slug(name, country, taken) == id


def test_sitemaps_are_those_that_robots_txt_names() -> None:
    robots = "User-agent: *\nDisallow: /x\nSitemap: https://marsa.example/sitemap.xml\nSITEMAP:/news.xml\nSitemap: x y"
    assert sitemaps_of(robots, "https://marsa.example/robots.txt") == (
        "https://marsa.example/news.xml",
        "https://marsa.example/sitemap.xml",
        "https://marsa.example/x",
    )


def test_usual_places_are_asked_below_the_home_first() -> None:
    assert usual("https://marsa.example/", FEEDS)[0] == "https://marsa.example/feed/"
    assert usual("https://marsa.example/ar/", ("/rss.xml",)) == (
        "https://marsa.example/ar/rss.xml",
        "https://marsa.example/rss.xml",
    )


TEXT = st.text(max_size=30).map(lambda text: text.encode("utf-8", "replace").decode())


@given(TEXT.filter(bool), st.lists(TEXT.filter(bool), min_size=1, max_size=4), TEXT, st.booleans(), TEXT)
def test_a_file_that_was_written_reads_the_same(
    name: str, hosts: list[str], pages: str, agency: bool, comment: str
) -> None:
    outlet = Outlet("x", name, country="EG", hosts=tuple(hosts), pages=pages, agency=agency)
    assert read("x", to_toml(outlet, comment)) == outlet


def test_the_registry_can_be_written_again() -> None:
    for id, outlet in load().items():
        assert read(id, to_toml(outlet, "x")) == outlet
