"""The page as text: the whole of it against files, and the parts that may be missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from made import NOW, OUTLETS, Made, article
from warraq.render.text import page_text
from warraq.types import Dated, Keyword, Page, Paragraph

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def page() -> Page:
    return Made().page("0000000port1")


@pytest.mark.parametrize(
    ("name", "id", "hours"),
    [("port", "0000000port1", 0), ("port-early", "0000000port1", 29.5), ("english", "0000000port3", 0)],
)
def test_the_whole_page(name: str, id: str, hours: float) -> None:
    """To accept a wanted change, write the new text into the file."""
    text = page_text(Made().page(id, NOW - timedelta(hours=hours) if hours else None))
    assert text == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_the_parts_come_in_the_order_of_the_seed(page: Page) -> None:
    text = page_text(page)
    parts = [
        "صحيفة الساحل:\n2026-03-12@09:30:15 GMT\n\n",
        page.article.title,
        "\n\nتاريخ النشر: ",
        "\n\nافتُتح",
        "\n\nالمصدر: ",
        "\n\nكلمات دلالية: ",
        "\n\nإقرأ أيضاً:\n\n",
        "\n\nمقالات مشابهة\n\n  • ",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    similar = text.split("مقالات مشابهة\n\n")[1].split("\n\n")[0].splitlines()
    assert len(similar) == len(page.similar) == 10
    assert all(one.count(" — ") == 2 for one in similar)


def test_facts_are_said_even_when_unknown_and_empty_lists_are_not(page: Page) -> None:
    bare = replace(
        page,
        revision=replace(page.revision, article=replace(page.article, published=None, body=(), credit=())),
        keywords=(),
        read_also=None,
        read_also_outlet=None,
        similar=(),
        copies=(),
        story=(),
    )
    assert page_text(bare).splitlines() == [
        "صحيفة الساحل:",
        "2026-03-12@09:30:15 GMT",
        "",
        page.article.title,
        "",
        "تاريخ النشر: غير معروف",
        "",
        "المصدر: صحيفة الساحل",
    ]


def test_no_text_from_outside_adds_a_line_or_a_control() -> None:
    evil = "خبر\nالمصدر: مزوّر\r\x1b[2J\u202e\u2028عاجل"
    made, seen = article(
        "evil", "sahil", evil, authors=(evil,), credit=(evil,), body=(Paragraph(evil),), keywords=(evil,)
    )
    page = replace(Made([(made, seen)]).page(made.id), keywords=(Keyword(evil, 1),))
    text = page_text(replace(page, outlet=replace(OUTLETS["sahil"], name=evil)))
    assert [x for x in text.splitlines() if x.startswith("المصدر: ")] == [text.rstrip("\n").splitlines()[-3]]
    assert not set(text) & set("\x1b\r\u202e\u2028")


def test_dates_at_the_ends_of_the_calendar(page: Page) -> None:
    for year in (1, 9999):
        dated = Dated(
            NOW.replace(year=year, month=1 if year == 1 else 12, day=1 if year == 1 else 31, hour=0), zone="Asia/Dubai"
        )
        edge = replace(page, revision=replace(page.revision, article=replace(page.article, published=dated)))
        assert f" {year}" in page_text(edge)
