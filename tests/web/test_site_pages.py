"""Every address, as a page and as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest

from made import PORT, Made, article

ARTICLE = "/a/0000000port1"
PAGES = {
    "/": "/index.json",
    ARTICLE: f"{ARTICLE}.json",
    "/a/0000000port3": "/a/0000000port3.json",
    "/a/00000undated": "/a/00000undated.json",
    "/o/sahil": "/o/sahil.json",
    "/search?q=%D9%85%D8%B1%D9%81%D8%A3": "/search.json?q=%D9%85%D8%B1%D9%81%D8%A3",
    "/k/Blue%20Anchor%20Lines": "/k/Blue%20Anchor%20Lines.json",
    "/s/0000000port1": "/s/0000000port1.json",
    "/stories?from=2026-03-01": "/stories.json?from=2026-03-01",
    "/outlets": "/outlets.json",
    "/about": "/about.json",
}
EARLY = "2026-03-11@05:00:00 GMT"


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("path", [*PAGES, "/search", "/search?q=zzz", "/?as_of=1999-01-01", f"/?as_of={quote(EARLY)}"])
def test_every_page_is_well_formed(site: Any, path: str, language: str) -> None:
    tree = site.html(path + ("&" if "?" in path else "?") + f"lang={language}")
    root = tree.css_first("html").attributes
    assert (root["lang"], root["dir"]) == (language, "rtl" if language == "ar" else "ltr")
    assert len(tree.css("h1")) == len(tree.css("main#main")) == len(tree.css("head > title")) == 1
    assert tree.css_first("h1").text().strip()
    assert len(tree.css("body > header")) == len(tree.css("body > footer")) == 1
    assert tree.css_first("a.skip").attributes["href"] == "#main"
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    referred = [
        i
        for node in tree.css("[aria-labelledby], [aria-describedby], label")
        for key in ("aria-labelledby", "aria-describedby", "for")
        for i in (node.attributes.get(key) or "").split()
    ]
    assert set(referred) <= set(ids)
    assert not tree.css("[style], style, img, iframe, object, script:not([type='application/ld+json'])")
    assert all(a.attributes.get("href") for a in tree.css("a"))
    levels = [int(h.tag[1]) for h in tree.css("h1, h2, h3, h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(("path", "data"), PAGES.items())
def test_every_page_names_its_data(site: Any, path: str, data: str) -> None:
    tree = site.html(path)
    assert tree.css_first("link[rel=alternate][type='application/json']").attributes["href"].replace("+", "%20") == data
    assert isinstance(site.json(data), dict)


def test_home_shows_the_latest_and_the_outlets(site: Any) -> None:
    tree, data = site.html("/"), site.json("/index.json")
    titles = [n.text() for n in tree.css(".latest .title")]
    assert titles == [a["title"] for a in data["articles"]]
    assert titles[0] == "بيان مشترك حول إدارة مصايد الخليج"
    assert [o["id"] for o in data["outlets"]] == ["sahil", "nakhla24", "bayan", "harbour"]
    assert len(tree.css(".group")) == 4
    assert data["articles"][0]["outlet"]["name"] == "وكالة البيان الدولية"


def test_the_article_page_has_every_part(site: Any) -> None:
    tree, page = site.html(ARTICLE), site.archive.page("0000000port1")
    assert tree.css_first("h1").text() == PORT
    assert (tree.css_first("h1").attributes["lang"], tree.css_first("h1").attributes["dir"]) == ("ar", "rtl")
    assert tree.css_first(".news .over a").attributes["href"] == "/o/sahil"
    assert tree.css_first(".stamp").text() == "2026-03-12@09:30:15 GMT"
    assert tree.css_first(".news .meta time").attributes["datetime"] == "2026-03-11T07:30+04:00"
    assert "بيانات الصفحة" in tree.css_first(".news .meta").text()
    body = tree.css_first(".news .body")
    kinds = [n.tag for n in body.iter()]
    assert kinds == ["p", "h2", "p", "blockquote", "p", "ul", "p"]
    assert len(body.css("li")) == 3
    assert "AFP" in tree.css_first(".news .credit").text()
    assert [n.text() for n in tree.css(".keywords a")] == [k.text for k in page.keywords]
    also = tree.css_first(".read-also")
    assert also.css_first("h3").text() == page.read_also.article.title
    assert len(also.css(".body p")) == len(page.read_also.article.body)
    similar = tree.css("section[aria-labelledby=similar] li")
    assert [n.css_first("h3 a").attributes["href"] for n in similar] == [f"/a/{s.brief.id}" for s in page.similar]
    assert all(n.css_first(".outlet") and n.css_first("time") and n.css_first(".why") for n in similar)
    assert "97%" in tree.css_first("section[aria-labelledby=copies]").text()
    assert len(tree.css("section[aria-labelledby=story] li")) == 3
    assert not tree.css("#revisions")


def test_revisions_lead_to_what_each_of_them_said(site: Any) -> None:
    path = "/a/00000strike1"
    tree = site.html(path)
    found = [a.attributes["href"] for a in tree.css("section[aria-labelledby=revisions] li a")]
    links = [link for link in found if "/diff" not in link]
    assert (len(links), len(found)) == (2, 3)
    assert tree.css_first("section[aria-labelledby=revisions] [aria-current]").text().strip().startswith("نسخة 2")
    assert site.html(links[0]).css_first("h1").text() == "تعليق إضراب عمال الأرصفة في مرفأ الياسمين"
    assert site.html(links[1]).css_first("h1").text() == "تعليق إضراب عمال الأرصفة في مرفأ الياسمين (محدّث)"
    assert [r["revision"] for r in site.json(f"{path}.json")["revisions"]] == [1, 2]


def test_an_article_in_another_language_keeps_its_own(site: Any) -> None:
    tree = site.html("/a/0000000port3")
    assert (tree.css_first("h1").attributes["lang"], tree.css_first("h1").attributes["dir"]) == ("en", "ltr")
    assert tree.css_first(".news .body").attributes["dir"] == "ltr"
    assert tree.css_first("html").attributes["dir"] == "rtl"


def test_the_text_form(site: Any) -> None:
    response = site.get(f"{ARTICLE}.txt")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.data.decode().startswith("صحيفة الساحل:\n2026-03-12@09:30:15 GMT\n\n" + PORT)


def test_the_heads_of_pages(serve: Callable[..., Any]) -> None:
    with serve(Made(), base_url="https://news.example/") as site:
        tree = site.html(f"{ARTICLE}?as_of=2026-03-12&lang=en")
        head = {
            (n.attributes.get("property") or n.attributes.get("name")): n.attributes["content"]
            for n in tree.css("meta[content]")
        }
        assert tree.css_first("link[rel=canonical]").attributes["href"] == f"https://news.example{ARTICLE}"
        assert head["og:url"] == f"https://news.example{ARTICLE}"
        assert head["og:title"] == PORT
        assert head["description"].startswith("افتُتح اليوم الثلاثاء")
        data = json.loads(tree.css_first("script[type='application/ld+json']").text())
        assert data["url"] == f"https://news.example{ARTICLE}"
        assert data["isBasedOn"] == "https://sahil.example/news/port1"
        languages = {n.attributes["hreflang"]: n.attributes["href"] for n in tree.css("link[hreflang]")}
        assert languages == {"ar": f"https://news.example{ARTICLE}", "en": f"https://news.example{ARTICLE}?lang=en"}


def test_a_site_may_lie_under_a_path(serve: Callable[..., Any]) -> None:
    with serve(Made(), base_url="https://news.example/archive/") as site:
        tree = site.html(ARTICLE)
        assert tree.css_first("link[rel=canonical]").attributes["href"] == f"https://news.example/archive{ARTICLE}"
        inside = [a.attributes["href"] for a in tree.css("a") if not a.attributes["href"].startswith(("http", "#"))]
        inside += [n.attributes["action"] for n in tree.css("form")]
        inside.append(tree.css_first("link[rel=stylesheet]").attributes["href"])
        assert all(address.startswith("/archive/") for address in inside)


def test_search(site: Any) -> None:
    word = quote("مرفأ")
    tree = site.html(f"/search?q={word}&outlet=sahil&sort=date&from=2026-03-11&to=2026-03-11")
    assert tree.css_first("#q").attributes["value"] == "مرفأ"
    assert tree.css_first("#outlet option[selected]").attributes["value"] == "sahil"
    assert tree.css_first("#from").attributes["value"] == "2026-03-11"
    assert [m.text() for m in tree.css(".title mark")] == ["مرفأ", "مرفأ"]
    assert tree.css_first(".list .title").text() == "اتفاق على جدول مناوبات جديد ينهي إضراب المرفأ"
    data = site.json(f"/search.json?q={word}&outlet=sahil")
    assert data["total"] == len(data["hits"]) == 2
    assert site.json(f"/search.json?q={word}&to=2026-03-10")["total"] == 0
    assert "لا نتائج" in site.html("/search?q=zzzz").css_first("main").text()


def test_a_search_that_cannot_be_read_points_at_the_place(site: Any) -> None:
    tree = site.html("/search?q=-", 400)
    assert "a query cannot only exclude" in tree.css_first("#error [lang=en]").text()
    assert site.html("/?as_of=soon", 400).css_first("main bdi[lang=ar]").text().startswith("ليس وقتًا")
    assert site.html("/?as_of=soon&lang=en", 400).css_first("main bdi[lang=en]").text().startswith("not a moment")
    assert tree.css_first(".pointed mark").text() == "-"
    assert tree.css_first("#q").attributes["value"] == "-"
    assert site.json("/search.json?q=-", 400) == {"error": {"status": 400, "message": "a query cannot only exclude"}}


def test_long_lists_have_pages(serve: Callable[..., Any]) -> None:
    many = Made([article(f"n{n:03}", "sahil", f"خبر رقم {n}", hours=n + 1) for n in range(70)])
    with serve(many) as site:
        seen: list[str] = []
        address = "/?lang=en&as_of=2026-03-12T09:00:00Z"
        while address:
            tree = site.html(address)
            seen += [n.text() for n in tree.css(".latest .title")]
            following = tree.css_first("a[rel=next]")
            address = following.attributes["href"] if following else ""
            assert not address or ("lang=en" in address and "as_of=2026-03-12T09%3A00%3A00Z" in address)
        assert seen == [f"خبر رقم {n}" for n in range(70)]
        first = site.json(f"/search.json?q={quote('خبر')}")
        assert (first["total"], len(first["hits"]), first["previous"]) == (70, 20, None)
        second = site.json(first["next"])
        assert second["previous"] == f"/search.json?q={quote('خبر')}"
        assert not {h["id"] for h in first["hits"]} & {h["id"] for h in second["hits"]}


def test_a_keyword_may_hold_anything(site: Any) -> None:
    for phrase in ("4.5%", "a/b", "؟ما#هذا&ذاك"):
        assert site.html(f"/k/{quote(phrase, safe='')}").css_first("h1").text() == phrase


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/a/nothing", 404),
        ("/o/nothing", 404),
        ("/nothing", 404),
        ("/a/", 404),
        ("/static/../app.py", 404),
        ("/?as_of=soon", 400),
        ("/?page=0", 400),
        ("/?page=x", 400),
        ("/?page=99999999999", 400),
        ("/?lang=xx", 400),
        ("/search?q=x&from=1", 400),
        ("/search?q=x&sort=up", 400),
        ("/a/0000000port1?as_of=1999-01-01", 404),
        ("/about/", 404),
    ],
)
def test_errors_are_pages(site: Any, path: str, status: int) -> None:
    tree = site.html(path, status)
    assert len(tree.css("h1")) == 1
    assert tree.css("main a[href='/'], main a[href^='/?'], form.search")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/a/nothing.json", 404),
        ("/o/nothing.json", 404),
        ("/nothing.json", 404),
        ("/index.json?as_of=soon", 400),
        ("/search.json", 400),
        ("/search.json?q=x&from=1", 400),
        ("/outlets.json?page=-1", 400),
    ],
)
def test_errors_of_data_have_one_shape(site: Any, path: str, status: int) -> None:
    found = site.json(path, status)
    assert found.keys() == {"error"}
    assert found["error"].keys() == {"status", "message"}
    assert found["error"]["status"] == status
    assert "\n" not in found["error"]["message"]


def test_a_fault_of_ours_is_a_500_that_tells_nothing(serve: Callable[..., Any]) -> None:
    class Broken(Made):
        def stats(self, as_of: Any = None) -> Any:
            raise RuntimeError("secret detail")

    with serve(Broken()) as site:
        tree = site.html("/about", 500)
        assert tree.css_first("h1").text() == "حدث خطأ في الموقع"
        assert "secret" not in tree.html
        assert site.json("/about.json", 500) == {"error": {"status": 500, "message": "internal error"}}


def test_other_methods_are_refused(site: Any) -> None:
    response = site.get("/", method="POST")
    assert response.status == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert site.get("/", method="HEAD").data == b""


def test_robots_and_health(site: Any) -> None:
    assert "Disallow: /search" in site.get("/robots.txt").data.decode()
    response = site.get("/healthz")
    assert (response.json(), response.headers["cache-control"]) == ({"status": "ok"}, "no-store")


def test_an_empty_archive_has_every_page(serve: Callable[..., Any]) -> None:
    with serve(Made([])) as site:
        for path in ("/", "/outlets", "/about", "/search?q=x", "/k/x", "/healthz"):
            assert site.get(path).status == 200
        assert "لا مقالات بعد" in site.html("/").css_first("main").text()
