# ruff: noqa: E501 (pages and prose are easier to read unbroken)
"""The extractor on pages of fictional outlets: each trap once, in several templates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pages import HEADLINES, NOW, OTHER_TEXT, OTHER_TITLE, TEMPLATES, TEXT, TITLE, Page, document, html
from warraq.extract import Extraction, extract
from warraq.types import Article, Entry, Kind, Origin, Outlet, Precision, Reason


def read(markup: str, **more: object) -> Article:
    result: Extraction = extract(document(markup), **more)  # type: ignore[arg-type]
    assert result.article is not None, (result.reason, result.detail, result.why)
    return result.article


def texts(article: Article) -> tuple[str, ...]:
    return tuple(p.text for p in article.body)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_gives_the_same_article(template: str) -> None:
    article = read(html(Page(), template))
    assert article.title == TITLE
    assert texts(article) == TEXT
    assert article.published is not None
    zone = timedelta(hours=3) if article.published.precision is Precision.MINUTE else timedelta()
    assert (article.published.at + zone).date().isoformat() == "2025-03-09"
    assert article.language == "ar"
    assert article.url == "https://www.alghayma.example/local/1234"
    assert article.outlet == "alghayma.example"


def test_why_names_the_rule_of_every_part() -> None:
    why = extract(document(html(Page(), "modern"))).why
    assert why["title"].startswith("heading")
    assert why["body"].startswith("box named as body")
    assert why["published"] == "json-ld datePublished"
    assert why["keywords"] == "keywords"
    assert why["encoding"] == "utf-8"


def test_metadata_is_clean() -> None:
    article = read(html(Page(), "modern"))
    assert article.authors == ("هالة منصور",)
    assert article.keywords == ("تحلية المياه", "بلدية الواحة", "الطاقة الشمسية")
    assert article.published is not None
    assert article.published.origin is Origin.JSON_LD
    assert article.published.at == datetime(2025, 3, 9, 5, 30, tzinfo=UTC)


MARKERS = (
    "إقرأ أيضاً",
    "اقرأ أيضا:",
    "أقرأ أيضًا",
    "إقرا ايضا",
    "اقرؤوا أيضاً:",
    "طالع أيضا",
    "شاهد أيضاً",
    "مواضيع ذات صلة",
    "قد يهمك أيضاً",
    "إقرأ المزيد",
    "إقرأ أيضاً..",
    "■ اقــرأ أيضـــاً:",
)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("marker", MARKERS)
def test_second_article_below_the_first_does_not_leak(template: str, marker: str) -> None:
    second = f"<h3>{marker}</h3><h2>{OTHER_TITLE}</h2>" + "".join(f"<p>{p}</p>" for p in OTHER_TEXT)
    assert texts(read(html(Page(after=second), template))) == TEXT


@pytest.mark.parametrize("template", TEMPLATES)
def test_second_article_as_bare_lines_does_not_leak(template: str) -> None:
    second = "<br>".join(("إقرأ أيضاً:", OTHER_TITLE, f"المرفأ &quot;وكالات&quot;: {OTHER_TEXT[0]}", *OTHER_TEXT[1:]))
    assert texts(read(html(Page(after=f"<div>{second}</div>"), template))) == TEXT


RELATED_TITLE = "وزير الموارد يضع حجر الأساس لسد وادي النخيل"
RELATED_TEXT = (
    "وضع وزير الموارد حجر الأساس لسد وادي النخيل، الذي يهدف إلى تخزين مياه السيول في موسم الأمطار.",
    "وقال الوزير إن السد سيخدم القرى الواقعة على ضفتي الوادي، وإن العمل فيه يستغرق ثلاث سنوات على مراحل.",
    "ويبلغ ارتفاع السد أربعين متراً، بكلفة تصل إلى ستة ملايين دينار، وفق دراسة أعدتها شركة محلية.",
)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_linked_second_article_on_a_related_subject_does_not_leak(template: str) -> None:
    second = f"<h4>طالع أيضا</h4><h3><a href='/x'>{RELATED_TITLE}</a></h3>" + "".join(
        f"<p>{p}</p>" for p in RELATED_TEXT
    )
    assert texts(read(html(Page(after=second), template))) == TEXT


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_linked_heading_between_two_paragraphs_ends_nothing(template: str) -> None:
    line = f"<h4>طالع أيضا</h4><h3><a href='/x'>{RELATED_TITLE}</a></h3>"
    for place in range(len(TEXT) - 1):
        assert texts(read(html(Page(between={place: line}), template))) == TEXT


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize(
    "shape",
    [
        "<p><strong>{m}: <a href='/x'>{h}</a></strong></p>",
        "<p>{m}: {h}</p>",
        "<p>{m}</p><p><a href='/x'>{h}</a></p>",
        "<div><b>{m}</b><br><a href='/x'>{h}</a></div>",
        "<h4>{m}</h4><ul><li><a href='/x'>{h}</a></li><li><a href='/y'>{h}</a></li></ul>",
        "<div class='read-also'><span>{m}</span> <a href='/x'>{h}</a></div>",
    ],
)
def test_inline_read_also_is_left_out_and_the_rest_kept(marker: str, shape: str) -> None:
    for template in TEMPLATES:
        for headline in HEADLINES[:2]:
            page = Page(between={1: shape.format(m=marker, h=headline)})
            assert texts(read(html(page, template))) == TEXT, (template, headline)


@pytest.mark.parametrize("template", TEMPLATES)
def test_one_paragraph_article(template: str) -> None:
    assert texts(read(html(Page(text=TEXT[:1]), template))) == TEXT[:1]


def test_lead_outside_the_container() -> None:
    lead = "محطة تعمل بالطاقة الشمسية تغطي حاجة ثلاثة أحياء في شمال مدينة الواحة من مياه الشرب."
    page = html(Page(), "modern").replace("<figure>", f'<p class="lead">{lead}</p><figure>')
    assert texts(read(page)) == (lead, *TEXT)


def test_captions_bylines_shares_tags_and_notices_stay_out() -> None:
    noise = (
        '<p class="wp-caption-text">سامر الدهان خلال الافتتاح</p><p>تابعونا على تويتر وفيسبوك</p>'
        "<p>اشترك في نشرتنا البريدية لتصلك آخر الأخبار</p><p>شارك هذا الخبر</p><p>الكلمات الدلالية: مياه، طاقة</p>"
    )
    first = "<p>كتب: نبيل قاسم</p>"
    page = html(Page(after=noise), "modern").replace('<div class="article-body">', f'<div class="article-body">{first}')
    assert texts(read(page)) == TEXT


def test_title_is_not_repeated_in_the_body() -> None:
    page = html(Page(), "plain").replace("<div><p>", f"<div><h2>{TITLE}</h2><p>{TITLE}</p><p>", 1)
    assert texts(read(page)) == TEXT


def test_words_are_neither_fused_nor_torn() -> None:
    markup = html(
        Page(
            text=(
                "<b>قال</b>الوزير كلمة طويلة في هذا <i>اليو</i>م أمام الحاضرين<br>ثم غادر القاعة في سيارته مع مرافقيه.",
                *TEXT[1:],
            )
        ),
        "modern",
    )
    first = texts(read(markup))[:2]
    assert first == ("قالالوزير كلمة طويلة في هذا اليوم أمام الحاضرين", "ثم غادر القاعة في سيارته مع مرافقيه.")
    assert texts(read(html(Page(), "soup").replace("</div><div>", "</div><div>"))) == TEXT


def test_marks_and_joiners_are_kept() -> None:
    text = (
        "قال إنّ «المُحافظة» ســـتعمل على مشروعٍ جديد، وهو می‌خواهد أن يبدأ العمل به قبل نهاية العام الحالي.",
        *TEXT[1:],
    )
    assert texts(read(html(Page(text=text), "plain"))) == text


def test_headings_and_items_keep_their_kind() -> None:
    page = Page(
        between={
            1: "<h3>مراحل التشغيل</h3><ul><li>مرحلة تجريبية مدتها شهران كاملان.</li><li>ربط بالشبكة العامة للمدينة.</li></ul>"
        }
    )
    kinds = [p.kind for p in read(html(page, "modern")).body]
    assert kinds == [Kind.TEXT, Kind.TEXT, Kind.HEADING, Kind.ITEM, Kind.ITEM, Kind.TEXT, Kind.TEXT]


def test_visible_tags_without_spaces_between_them() -> None:
    page = html(Page(), "modern").replace('<meta name="keywords"', '<meta name="x"')
    assert read(page).keywords == ("تحلية المياه", "بلدية الواحة", "الطاقة الشمسية")
    listed = page.replace('<a rel="tag"', '<li><a rel="tag"').replace('<div class="tags">', '<ul class="post-tags">')
    assert read(listed).keywords == ("تحلية المياه", "بلدية الواحة", "الطاقة الشمسية")


def test_trending_menu_in_the_keywords_is_dropped() -> None:
    menu = (
        "زلزال الجزر",
        "محاكمة القرن",
        "نادي السواحل",
        "أسعار الذهب اليوم",
        "طقس الغد",
        "مسلسلات رمضان",
        "نتائج الثانوية",
        "سباق الهجن",
        "بورصة المرفأ",
    )
    own = ("تحلية المياه", "بلدية الواحة", "الطاقة الشمسية")
    assert read(html(Page(keywords=menu + own), "modern")).keywords == own


def test_keywords_that_only_split_the_headline_are_dropped() -> None:
    assert read(html(Page(keywords=tuple(TITLE.split())), "modern").replace('class="tags"', 'class="x"')).keywords == ()


def test_credit_and_dateline_are_data() -> None:
    text = (f'المرفأ "وكالات": {TEXT[0]}', *TEXT[1:])
    article = read(html(Page(text=text), "plain"))
    assert article.credit == ("وكالات",)
    assert article.dateline == "المرفأ"
    assert texts(article) == TEXT


def test_title_without_site_and_section() -> None:
    page = html(Page(), "plain").replace("<h1>", "<div>").replace("</h1>", "</div>")
    page = page.replace("- صحيفة الغيمة", "- محليات - صحيفة الغيمة")
    assert read(page).title == TITLE


@pytest.mark.parametrize(
    ("shown", "iso"),
    [
        ("الأربعاء، 05 مارس 2025 - 12:09 م", "2025-03-05T12:09"),
        ("نشر في: ٥ آذار ٢٠٢٥", "2025-03-05T00:00"),
        ("5 مارس 2025", "2025-03-05T00:00"),
    ],
)
def test_visible_dates(shown: str, iso: str) -> None:
    page = html(Page(), "plain").replace("الأحد 9 مارس 2025 - 08:30 ص", shown)
    article = read(page)
    assert article.published is not None
    assert article.published.at.strftime("%Y-%m-%dT%H:%M") == iso
    assert article.published.origin is Origin.TEXT


def test_date_in_meta_may_be_arabic_prose() -> None:
    page = html(Page(published="الأحد، 09 مارس 2025 - 12:09 م"), "soup")
    article = read(page)
    assert article.published is not None
    assert article.published.at == datetime(2025, 3, 9, 12, 9, tzinfo=UTC)


def test_date_widget_and_future_dates_are_not_believed() -> None:
    widget = "<div class='today'>الإثنين 10 مارس 2025</div>"
    page = html(Page(), "plain").replace("الأحد 9 مارس 2025 - 08:30 ص", "").replace("<body>", f"<body>{widget}")
    assert read(page).published is None
    without_heading = page.replace("<h1>", "<div>").replace("</h1>", "</div>")
    assert read(without_heading).published is None
    dated = (
        html(Page(), "plain").replace("<body>", f"<body>{widget}").replace("<h1>", "<div>").replace("</h1>", "</div>")
    )
    article = read(dated)
    assert article.published is not None
    assert article.published.at.day == 9
    future = html(Page(published=(NOW + timedelta(days=3)).isoformat()), "soup")
    assert read(future).published is None


def test_outlet_zone_and_a_local_time_called_utc() -> None:
    outlet = Outlet("alghayma", "الغيمة", zone="Asia/Amman")
    local = html(Page(published="2025-03-09 08:30"), "soup")
    article = read(local, outlet=outlet)
    assert article.outlet == "alghayma"
    assert article.published is not None
    assert article.published.at == datetime(2025, 3, 9, 5, 30, tzinfo=UTC)
    called = html(Page(published="2025-03-09T08:30:00Z"), "modern").replace("9 مارس 2025<", "9 مارس 2025 08:30 ص<")
    article = read(called, outlet=outlet)
    assert article.published is not None
    assert article.published.at == datetime(2025, 3, 9, 5, 30, tzinfo=UTC)


def test_visible_clock_tells_the_zone() -> None:
    page = html(Page(published="2025-03-08T22:30:00+00:00"), "modern").replace(
        "9 مارس 2025<", "2025/03/09 - 1:30 صباحًا<"
    )
    article = read(page)
    assert article.published is not None
    assert article.published.at == datetime(2025, 3, 8, 22, 30, tzinfo=UTC)
    assert article.published.zone == "+03:00"


def test_feed_fills_what_the_page_does_not_say() -> None:
    page = html(Page(), "plain").replace("الأحد 9 مارس 2025 - 08:30 ص", "")
    hint = Entry("https://x.example/1", "عنوان", published=datetime(2025, 3, 9, tzinfo=UTC), keywords=("مياه",))
    article = read(page, hint=hint)
    assert article.published is not None
    assert article.published.origin is Origin.FEED
    assert article.keywords == ("مياه",)


def test_canonical_link_of_the_same_site_is_the_address() -> None:
    link = '<link rel="canonical" href="https://alghayma.example/news/77">'
    assert read(html(Page(head=link), "plain")).url == "https://alghayma.example/news/77"
    foreign = '<link rel="canonical" href="https://elsewhere.example/news/77">'
    assert read(html(Page(head=foreign), "plain")).url == "https://www.alghayma.example/local/1234"
    home = '<link rel="canonical" href="https://www.alghayma.example/">'
    assert read(html(Page(head=home), "plain")).url == "https://www.alghayma.example/local/1234"


@pytest.mark.parametrize(
    ("markup", "more", "reason"),
    [
        ("", {}, Reason.EMPTY),
        ("%PDF-1.7 ...", {}, Reason.NOT_HTML),
        ('{"a": 1}', {}, Reason.NOT_HTML),
        ("نص بلا أي وسوم", {}, Reason.NOT_HTML),
        ("<html><p>x</p></html>", {"status": 404}, Reason.ERROR_PAGE),
        ("<html><body><p>" + TEXT[0] + "</p></body></html>", {}, Reason.NO_TITLE),
        ("<html><title>خبر قصير عن أمر</title><body></body></html>", {}, Reason.NO_BODY),
        ("<html><title>حول الموقع</title><body><p>" + TEXT[0] + "</p></body></html>", {}, Reason.FURNITURE_TITLE),
        (
            "<html><title>404 - الصفحة غير موجودة</title><body><p>" + TEXT[0] + "</p></body></html>",
            {},
            Reason.ERROR_PAGE,
        ),
    ],
)
def test_what_is_no_article_has_a_reason(markup: str, more: dict[str, object], reason: Reason) -> None:
    result = extract(document(markup, **more))
    assert result.article is None
    assert result.reason is reason
    assert result.detail


def test_lists_and_stubs_are_refused() -> None:
    listing = Page().menu + "".join(f"<div><a href='/{i}'>{h}</a></div>" for i, h in enumerate(HEADLINES * 5))
    home = document(f"<html><title>صحيفة الغيمة</title><body>{listing}</body></html>", "https://alghayma.example/")
    assert extract(home).article is None
    video = '<script type="application/ld+json">{"@type":"VideoObject","name":"x"}</script>'
    assert (
        extract(document(f"<html><title>شاهد لحظة الافتتاح</title>{video}<body></body></html>")).reason
        is Reason.NOT_ARTICLE
    )
    wall = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"خبر","isAccessibleForFree":false}</script>'
    assert (
        extract(document(f"<html><title>خبر للمشتركين فقط هنا</title>{wall}<body></body></html>")).reason
        is Reason.PAYWALL
    )


def test_double_encoding_is_repaired() -> None:
    page = html(Page(), "plain")
    garbled = page.encode().decode("cp1252", "replace") if False else page.encode().decode("latin-1")
    article = read(garbled)
    assert article.title == TITLE
    assert texts(article) == TEXT
