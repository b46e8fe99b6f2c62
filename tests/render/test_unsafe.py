"""An article its outlet removed, and outlets whose domain somebody else has: said, and not linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from made import NOW, Made
from warraq.render.html import page_html
from warraq.render.json import page_dict
from warraq.render.text import REMOVED, UNSAFE, page_text
from warraq.render.unsafe import offered, unlinked
from warraq.types import Page


@pytest.fixture
def page() -> Page:
    return Made().page("0000000port1")


def test_a_removed_article_is_shown_and_said_to_be_removed(page: Page) -> None:
    removed = replace(page, removed_at=NOW - timedelta(hours=1))
    assert f"{REMOVED}: " in page_text(removed)
    assert REMOVED in page_html(removed)
    assert "Removed by its outlet" in page_html(removed, "en")
    assert page_dict(removed)["removed_at"] == "2026-03-12T08:30:15.250000Z"
    assert page.article.body[0].text in page_text(removed)
    for form in (page_text(page), page_html(page), page_html(page, "en")):
        assert REMOVED not in form
        assert "Removed by" not in form


def test_no_link_leads_to_a_domain_that_was_lost(page: Page) -> None:
    lost = replace(page, unsafe=frozenset({page.article.outlet}))
    address = page.article.url
    assert f'href="{address}"' in page_html(page)
    for base_url in ("", "https://site.example"):
        shown = page_html(lost, base_url=base_url)
        assert "لم يعد عنوان هذا الموقع لناشره" in shown
        assert f'href="{address}"' not in shown
        assert address.split("/")[2] not in shown.replace("site.example", "")
        assert page.article.title in shown
    assert UNSAFE in page_text(lost)
    assert page_dict(lost)["unsafe"] == [{"id": page.article.outlet}]
    assert page_dict(lost)["article"]["url"] == address  # data says what is known


def test_articles_beside_it_lose_their_links_too(page: Page) -> None:
    other = next(s.brief for s in page.similar if s.brief.outlet != page.article.outlet)
    lost = replace(page, unsafe=frozenset({other.outlet}))
    assert f'href="{other.url}"' in page_html(page)
    assert f'href="{other.url}"' not in page_html(lost)
    assert other.title in page_html(lost)
    assert f'href="{page.article.url}"' in page_html(lost)
    assert UNSAFE not in page_text(lost)  # it is the article's own outlet that is spoken of


def test_feeds_of_the_site_do_not_link_it_either(page: Page) -> None:
    mine, other = page.revision, page.read_also
    assert other is not None
    assert other.article.outlet != mine.article.outlet
    first, second = offered([mine, other], {mine.article.outlet})
    assert (first.article.url, first.article.image, first.article.title) == ("", "", mine.article.title)
    assert second is other


def test_a_sound_page_stays_as_it_is(page: Page) -> None:
    assert unlinked(page) is page
