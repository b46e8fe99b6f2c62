"""Credits, titles and what names of boxes say."""

from __future__ import annotations

import pytest

from pages import TEXT, TITLE, Page, document, html
from warraq.extract import extract
from warraq.extract.credits import agency, credit_of_text, credits_of, without_own
from warraq.extract.title import without_site
from warraq.extract.zones import judge


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("أ ف ب", ("أ ف ب",)),
        ("(أ.ف.ب)", ("أ ف ب",)),
        ("وكالة فرانس برس", ("أ ف ب",)),
        ("القاهرة - رويترز", ("رويترز",)),
        ("د ب أ، رويترز", ("د ب أ", "رويترز")),
        ("وكالة الأناضول", ("الأناضول",)),
        ("الرياض - واس", ("واس",)),
        ("أبوظبي - وام", ("وام",)),
        ("(كونا)", ("كونا",)),
        ("عمان (بترا)", ("بترا",)),
        ("دمشق-سانا", ("سانا",)),
        ("شينخوا", ("شينخوا",)),
        ("سبوتنيك + وكالات", ("سبوتنيك", "وكالات")),
        ("أسوشييتد برس", ("أسوشيتد برس",)),
        ("المرفأ - الغيمة", ()),
        ("هالة منصور", ()),
    ],
)
def test_agencies_by_their_spellings(line: str, names: tuple[str, ...]) -> None:
    assert credits_of([line]) == names


def test_a_name_inside_a_word_is_no_agency() -> None:
    assert agency("واسعة") == ""
    assert credits_of(["قال وام في حديثه إن الأمر واسع"]) == ()


@pytest.mark.parametrize(
    ("opening", "credit", "dateline"),
    [
        ('المرفأ "وكالات": ', ("وكالات",), "المرفأ"),
        ("المرفأ (رويترز) - ", ("رويترز",), "المرفأ"),
        ("المرفأ - أ ف ب: ", ("أ ف ب",), "المرفأ"),
        ("المرفأ، الساحل (د ب أ) -- ", ("د ب أ",), "المرفأ، الساحل"),
    ],
)
def test_datelines(opening: str, credit: tuple[str, ...], dateline: str) -> None:
    assert credit_of_text([opening + TEXT[0], *TEXT[1:]]) == (credit, dateline, TEXT)


@pytest.mark.parametrize("last", ["المصدر: وكالات", "- وكالات", "(رويترز)", "نقلاً عن: أ ف ب"])
def test_last_lines(last: str) -> None:
    credit, _, paragraphs = credit_of_text([*TEXT, last])
    assert len(credit) == 1
    assert paragraphs == TEXT


def test_text_without_credits_is_unchanged() -> None:
    assert credit_of_text(TEXT, "هالة منصور") == ((), "", TEXT)
    quoted = (f"{TEXT[0]} وقالت وكالة رويترز إن الحفل تأخر.", *TEXT[1:])
    assert credit_of_text(quoted)[2] == quoted
    assert credit_of_text([]) == ((), "", ())


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"{TITLE} | الغيمة", TITLE),
        (f"{TITLE} - محليات - الغيمة", TITLE),
        (f"الغيمة :: {TITLE}", TITLE),
        ("كلمة - كلمة", "كلمة - كلمة"),
        (TITLE, TITLE),
    ],
)
def test_site_names_go(text: str, title: str) -> None:
    assert without_site(text, ["الغيمة"]) == title


def test_a_kicker_fused_with_a_lesser_heading_is_left_out_as_the_page_says() -> None:
    kicker = "مشروع الواحة"
    head = (
        f'<meta property="og:title" content="{TITLE}">'
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{kicker}: {TITLE}"}}</script>'
    )
    page = html(Page(head=head), "plain").replace("<h1>", f"<h2><span>{kicker}</span> ").replace("</h1>", "</h2>")
    page = page.replace(f"<title>{TITLE}", f"<title>{kicker}: {TITLE}")
    result = extract(document(page))
    assert result.article is not None
    assert result.article.title == TITLE
    assert tuple(p.text for p in result.article.body) == TEXT
    assert result.article.published is not None


def test_a_heading_that_og_title_states_needs_no_kicker() -> None:
    head = (
        f'<meta property="og:title" content="{TITLE}">'
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"مشروع الواحة: {TITLE}"}}</script>'
    )
    page = html(Page(head=head), "plain").replace(f"<title>{TITLE}", f"<title>مشروع الواحة: {TITLE}")
    result = extract(document(page))
    assert result.article is not None
    assert result.article.title == TITLE


@pytest.mark.parametrize(
    ("name", "judged"),
    [
        ("share-bar", ("share", 0)),
        ("postMeta", ("byline", 0)),
        ("has-sidebar article-body", ("", 2)),
        ("relatedPosts", ("related", 0)),
        ("video_player", ("player", 0)),
        ("jw-player", ("player", 0)),
        ("call-to-action", ("promo", 0)),
        ("news-text", ("", 2)),
        ("category-share", ("", 0)),
        ("sr-only", ("hidden", 0)),
        ("shared", ("", 0)),
        ("x9k2", ("", 0)),
        ("page-content share", ("", 1)),
    ],
)
def test_what_names_of_boxes_say(name: str, judged: tuple[str, int]) -> None:
    assert judge(name) == judged


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("الغيمة: ", ""),
        ("الغيمة - المرفأ: ", "المرفأ"),
        ("المرفأ - الغيمة: ", "المرفأ"),
        ("صحيفة الغيمة – رأس البر: ", "رأس البر"),
    ],
)
def test_an_opening_that_names_the_outlet_is_left_out(opening: str, place: str) -> None:
    names = ("صحيفة الغيمة", "الغيمة")
    assert without_own(opening + TEXT[0], names) == (TEXT[0], place)
    assert credit_of_text([opening + TEXT[0], TEXT[1]], own=names) == ((), place, TEXT[:2])
    assert credit_of_text([f"الغيمة - رويترز: {TEXT[0]}"], own=names) == (("رويترز",), "", TEXT[:1])


@pytest.mark.parametrize("text", ["الغيمة التي مرت فوق المدينة: صور من الجو", "قال: الغيمة قريبة", TEXT[0], "الغيمة:"])
def test_a_text_that_only_begins_like_the_outlet_stays(text: str) -> None:
    assert without_own(text, ("الغيمة",)) == (text, "")
    assert without_own(text, ("",)) == (text, "")
