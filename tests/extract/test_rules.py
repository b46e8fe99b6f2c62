"""What an outlet's file may say about its pages: ``body`` and ``drop``, CSS selectors."""

from __future__ import annotations

import pytest

from pages import OTHER_TEXT, TEXT, Page, document, html
from warraq import outlets
from warraq.extract import extract
from warraq.types import Outlet

NAMED = (
    "<div class='promo' id='real'><p>السطر الأول من القصيدة كما كتبها الشاعر قبل سفره</p>"
    "<p>السطر الثاني منها وفيه بقية</p></div>"
)
BOX = (
    "<div class='k7'><p>دليل المدينة المجاني يصل إلى مشتركينا في كل مكان ابتداء من الأسبوع المقبل.</p><b>عرض</b></div>"
)


def texts(markup: str, outlet: Outlet) -> tuple[str, ...]:
    article = extract(document(markup), outlet=outlet).article
    assert article is not None
    return tuple(p.text for p in article.body)


@pytest.mark.parametrize("template", ["modern", "plain", "soup"])
def test_what_is_dropped_is_no_part_of_the_article(template: str) -> None:
    markup = html(Page(between={0: BOX, 2: BOX.replace("k7", "k8")}), template)
    assert texts(markup, Outlet("x", "س")) != TEXT
    assert texts(markup, Outlet("x", "س", drop=("div.k7", ".k8, .k8 p, b", "nothing"))) == TEXT


def test_the_body_that_is_told_is_taken_whatever_else_is_there() -> None:
    markup = html(Page(after=NAMED), "modern").replace("</main>", f"</main><div id=other>{OTHER_TEXT[0]}</div>")
    found = extract(document(markup), outlet=Outlet("x", "س", body="#real"))
    assert found.why["body"] == "the outlet's rule"
    assert found.reason is None
    assert found.article is not None
    assert [p.text for p in found.article.body] == [
        "السطر الأول من القصيدة كما كتبها الشاعر قبل سفره",
        "السطر الثاني منها وفيه بقية",
    ]
    assert texts(markup, Outlet("x", "س", body="#real", drop=("#real p:last-child", "html"))) == (
        "السطر الأول من القصيدة كما كتبها الشاعر قبل سفره",
    )


def test_a_rule_that_finds_nothing_leaves_the_page_to_the_extractor() -> None:
    assert texts(html(Page(), "modern"), Outlet("x", "س", body="#gone", drop=(".gone",))) == TEXT


def test_a_rule_that_cannot_be_read_is_an_error_when_the_outlet_is_loaded() -> None:
    head = 'name = "س"\nhosts = ["x.example"]\n'
    assert outlets.read("x", head + 'body = "div.text"\ndrop = ["aside", "p:has(> a)"]').drop == ("aside", "p:has(> a)")
    with pytest.raises(ValueError, match=r"outlet x: 'div\[' is not a CSS selector"):
        outlets.read("x", head + 'body = "div["')
    with pytest.raises(ValueError, match="outlet x: 'p:nope' is not a CSS selector"):
        outlets.read("x", head + 'drop = ["aside", "p:nope"]')
    with pytest.raises(ValueError, match="outlet x: 'drop' must be a list of texts"):
        outlets.read("x", head + 'drop = "aside"')
    with pytest.raises(ValueError, match="outlet x: 'zone' must be str"):
        outlets.read("x", head + "zone = 3")
