"""One page as a file of its own, and the blocks that carry data inside HTML."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from made import Made
from warraq.render.html import json_block, page_html
from warraq.render.links import Links, http_url


def test_a_page_in_a_file_needs_nothing_beside_it() -> None:
    page = Made().page("0000000port1")
    tree = LexborHTMLParser(page_html(page))
    assert not tree.css("link[rel=stylesheet], script:not([type='application/ld+json']), img, form")
    assert "--accent" in tree.css_first("style").text()
    links = [a.attributes["href"] for a in tree.css("a")]
    assert links
    assert all(link and link.startswith("https://") for link in links)
    assert tree.css_first("h1").text() == page.article.title


def test_a_page_in_a_file_can_lead_to_a_site_as_of_its_moment() -> None:
    page = Made().page("0000000port1")
    tree = LexborHTMLParser(page_html(page, base_url="https://news.example/"))
    link = tree.css_first(".list a").attributes["href"]
    assert link == f"https://news.example/a/{page.similar[0].brief.id}?as_of=2026-03-12T09%3A30%3A15.250000Z"


def test_json_ld_is_a_news_article() -> None:
    page = Made().page("0000000port1")
    block = LexborHTMLParser(page_html(page)).css_first("script[type='application/ld+json']").text()
    found = json.loads(block)
    assert found["@type"] == "NewsArticle"
    assert found["headline"] == page.article.title
    assert found["datePublished"] == "2026-03-11T07:30+04:00"
    assert found["isBasedOn"] == page.article.url
    assert [a["name"] for a in found["author"]] == ["ليلى مراد", "J. O'Neill"]


@given(st.text() | st.sampled_from(["</script><script>alert(1)</script>", "<!--", "]]>", "&quot;\u2028"]))
def test_json_blocks_hold_any_text_and_no_markup(text: str) -> None:
    block = str(json_block({"headline": text}))
    assert not set(block) & set("<>&\u2028\u2029")
    json.loads(block)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        " https://x.example",
        "https://x.example/\n",
        "//x.example",
        "https:",
        "https://",
        'http://x.example/"onclick=',
        "vbscript:x",
        "ftp://x.example",
        "",
        "java\tscript:x",
        "https://x\x00.example",
    ],
)
def test_what_is_never_a_link(url: str) -> None:
    assert http_url(url) == ""


@pytest.mark.parametrize("url", ["https://x.example/a?b=c&d=%D8%A3#e", "HTTP://x.example", "https://مثال.example/خبر"])
def test_what_is_a_link(url: str) -> None:
    assert http_url(url) == url


def test_an_address_that_is_no_link_is_left_out() -> None:
    page = Made().page("0000000port1")
    article = replace(page.article, url="javascript:alert(1)", image="javascript:alert(2)")
    html = page_html(replace(page, revision=replace(page.revision, article=article)))
    assert "javascript:" not in html


def test_links_keep_moment_and_language() -> None:
    page = Made().page("0000000port1")
    links = Links("https://news.example", page.as_of, "en")
    query = "as_of=2026-03-12T09%3A30%3A15.250000Z&lang=en"
    assert links.keyword("نفط/غاز?") == f"https://news.example/k/%D9%86%D9%81%D8%B7%2F%D8%BA%D8%A7%D8%B2%3F?{query}"
    assert links.to("/search", q="a&b", page="") == f"https://news.example/search?{query}&q=a%26b"
    assert Links().article("x", form=".json") == "/a/x.json"
