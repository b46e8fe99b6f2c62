"""Articles in unusual forms: live blogs, galleries, texts behind paywalls or in feeds."""

from __future__ import annotations

import json

import pytest

from pages import NOW, OTHER_TEXT, TEXT, TITLE, Page, document, html
from warraq.extract import extract
from warraq.types import Article, Entry, Kind, Reason

ADDRESS = "https://www.alghayma.example/local/1234"
PITCHES = (
    "هذا المحتوى متاح للمشتركين فقط.",
    "للاطلاع على بقية المقال اشترك الآن بدينار واحد في الشهر.",
    "اشترك لقراءة المقال كاملاً",
    "Subscribe now to continue reading this story.",
    "This article is for subscribers only.",
)


def texts(article: Article | None) -> tuple[str, ...]:
    assert article is not None
    return tuple(p.text for p in article.body)


def linked_data(**fields: object) -> str:
    stated = {"@type": "NewsArticle", "headline": TITLE, **fields}
    return f"<script type='application/ld+json'>{json.dumps(stated)}</script>"


@pytest.mark.parametrize("heading", ["h3", "div", "strong"])
def test_a_live_blog_is_its_entries_without_the_clock(heading: str) -> None:
    entries = "".join(
        f"<div class='live-entry'><{heading} class='live-time'>{12 - i}:3{i}</{heading}><p>{text}</p></div>"
        for i, text in enumerate((*TEXT, *OTHER_TEXT))
    )
    head = linked_data(datePublished="2025-03-09T08:00:00Z").replace("NewsArticle", "LiveBlogPosting")
    body = f"<h1>{TITLE}</h1><div class=live>{entries}</div>"
    page = f"<html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>"
    assert texts(extract(document(page)).article) == (*TEXT, *OTHER_TEXT)


def test_a_gallery_with_a_text_is_the_text() -> None:
    figures = "".join(
        f"<figure><img src={i}.jpg><figcaption>{t}</figcaption></figure>" for i, t in enumerate(OTHER_TEXT)
    )
    page = html(Page(after=f"<div class='gallery'>{figures}</div>"), "modern")
    assert texts(extract(document(page)).article) == TEXT
    slides = "".join(f"<li><img src={i}.jpg><div class='caption'>{t}</div></li>" for i, t in enumerate(OTHER_TEXT))
    page = html(Page(between={1: f"<ul class='slider'>{slides}</ul>"}), "modern")
    assert texts(extract(document(page)).article) == TEXT


@pytest.mark.parametrize("pitch", PITCHES)
def test_a_pitch_below_a_long_text_is_left_out(pitch: str) -> None:
    offers = "<li>وصول غير محدود إلى كل ما ننشر على الموقع والتطبيق.</li><li>نسخة رقمية كل صباح.</li>"
    sold = f"<p>{pitch}</p><ul>{offers}</ul>"
    found = extract(document(html(Page(text=(*TEXT, *OTHER_TEXT), after=sold), "modern")))
    assert texts(found.article) == (*TEXT, *OTHER_TEXT)


@pytest.mark.parametrize("pitch", PITCHES)
def test_a_stub_above_a_pitch_is_a_paywall(pitch: str) -> None:
    found = extract(document(html(Page(text=TEXT[:1], after=f"<p>{pitch}</p>"), "modern")))
    assert found.reason is Reason.PAYWALL
    assert found.detail


def test_a_text_that_is_locked_and_cut_off_is_a_paywall_unless_the_feed_has_it() -> None:
    page = html(Page(text=(TEXT[0][:90] + "…",), head=linked_data(isAccessibleForFree=False)), "plain")
    assert extract(document(page)).reason is Reason.PAYWALL
    hint = Entry(
        ADDRESS, TITLE, body="".join(f"<p>{p}</p>" for p in (*TEXT, *OTHER_TEXT)) + "<p>اقرأ أيضا: خبر آخر</p>"
    )
    found = extract(document(page), hint=hint)
    assert texts(found.article) == (*TEXT, *OTHER_TEXT)
    assert found.why["body"] == "the feed's text"


@pytest.mark.parametrize("joint", ["\n\n", "\n", "<br><br>", "</p><p>", "&lt;/p&gt;&lt;p&gt;", ""])
def test_a_page_without_a_text_has_it_in_json_ld(joint: str) -> None:
    page = html(Page(text=(), head=linked_data(articleBody=joint.join(TEXT))), "plain")
    found = extract(document(page))
    assert texts(found.article) == TEXT
    assert found.why["body"] == "json-ld articleBody"


def test_what_json_ld_or_the_feed_says_is_not_taken_where_the_page_has_the_text() -> None:
    other = " ".join(OTHER_TEXT * 9)
    hint = Entry(ADDRESS, TITLE, body=f"<p>{other}</p>")
    for head in (linked_data(articleBody=other), linked_data(articleBody=TEXT[0])):
        found = extract(document(html(Page(head=head), "plain")), hint=hint)
        assert texts(found.article) == TEXT
    stub = html(Page(text=TEXT[:1], head=linked_data(articleBody=other)), "plain")
    assert texts(extract(document(stub)).article) == TEXT[:1], "a text about something else is another's"
    named = html(Page(text=(), head=linked_data(articleBody=other, headline="عنوان مقال آخر في الصفحة")), "plain")
    assert extract(document(named)).reason is Reason.NO_BODY


def test_a_feed_with_the_same_text_changes_nothing() -> None:
    hint = Entry(
        ADDRESS,
        TITLE,
        published=NOW,
        body="".join(f"<p>{p}</p>" for p in TEXT) + "<p>ظهر هذا المقال أولا على الغيمة</p>",
    )
    found = extract(document(html(Page(), "modern")), hint=hint)
    assert texts(found.article) == TEXT
    assert found.why["body"].startswith("box")


def test_a_poem_in_a_named_body_keeps_its_lines() -> None:
    lines = tuple(f"{' '.join(p.split()[:4])}" for p in (*TEXT, *OTHER_TEXT))
    page = html(Page(text=("<br>".join(lines),)), "modern")
    found = extract(document(page)).article
    assert texts(found) == lines
    assert found is not None
    assert {p.kind for p in found.body} == {Kind.TEXT}
