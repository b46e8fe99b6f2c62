"""Keywords of an article."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.analyse.background import Background
from warraq.analyse.keywords import keywords
from warraq.analyse.vectors import analyse, unpack
from warraq.arabic import search_form
from warraq.types import Article, Paragraph

NONE = Background()
PORT = Article(
    "0" * 12,
    "nahda",
    "https://nahda.example/1",
    "افتتاح ميناء مرسى النور في خليج الزمرد",
    tuple(
        map(
            Paragraph,
            [
                "افتتح وزير النقل سالم الخطيب يوم الأحد ميناء مرسى النور على خليج الزمرد بعد ثلاثة أعوام من الأعمال.",
                "وقال الوزير إن ميناء مرسى النور سيستقبل سفن الحاويات، وإن سفن الحاويات كانت تقصد موانئ بعيدة.",
                "وأضاف سالم الخطيب أن خليج الزمرد يحتاج إلى سكة حديد.",
                "وتمتد سكة حديد إلى ميناء مرسى النور في العام المقبل.",
            ],
        )
    ),
)


def texts(article: Article, background: Background = NONE, **more: object) -> list[str]:
    return [keyword.text for keyword in keywords(article, background, **more)]  # type: ignore[arg-type]


def test_phrases_are_whole_and_as_printed() -> None:
    found = texts(PORT)
    assert {"ميناء مرسى النور", "خليج الزمرد", "سالم الخطيب"} <= set(found)
    assert "مرسى" not in found
    whole = PORT.title + "\n" + PORT.text
    assert all(phrase in whole for phrase in found)


def test_there_are_at_most_so_many_and_weights_fall() -> None:
    found = keywords(PORT, NONE, limit=4)
    assert len(found) == 4
    assert [k.weight for k in found] == sorted((k.weight for k in found), reverse=True)
    assert all(0 < k.weight <= 1 for k in found)


def test_dates_quantities_and_stop_words_are_no_keywords() -> None:
    for phrase in texts(PORT):
        assert not {"يوم", "الأحد", "ثلاثة", "المقبل", "في", "إلى", "بعد", "على"} & set(phrase.split()), phrase


def test_spellings_of_one_phrase_are_united() -> None:
    body = ["زار الوفد مدينة القره الجديده.", "وفي مدينة القرة أسواق. ومدينة القرة قديمة.", "تقع مدينة القرة شرقا."]
    found = texts(replace(PORT, title="مدينة القرة", body=tuple(map(Paragraph, body))))
    assert [phrase for phrase in found if "القر" in phrase] == ["مدينة القرة"]


def test_a_conjunction_or_preposition_is_not_shown() -> None:
    body = ["اهتم الباحثون بالطحالب وبالأسماك في بحيرة النيلوفر.", "للطحالب منافع، وللأسماك أيضا، والطحالب كثيرة هناك."]
    found = texts(replace(PORT, title="الاهتمام بالطحالب", body=tuple(map(Paragraph, body))))
    assert "الطحالب" in found
    assert not any(phrase.startswith(("بال", "وال", "لل", "وبال", "ولل")) for phrase in found)


def test_letters_of_a_name_are_no_prepositions() -> None:
    body = ["وصل بوتشلافي وليفونيان إلى باريس.", "وقال بوتشلافي إن ليفونيان سيعود. ويقيم بوتشلافي في باريس."]
    found = texts(replace(PORT, title="", body=tuple(map(Paragraph, body))))
    assert {"بوتشلافي", "باريس", "ليفونيان"} <= set(found)


def test_common_words_of_the_archive_tell_less() -> None:
    other = replace(PORT, title="", body=(Paragraph("سكة حديد. خليج الزمرد. وزير النقل. سفن الحاويات."),))
    background = Background().merge([unpack(analyse(other))] * 500)
    plain, informed = ({k.text: k.weight for k in keywords(PORT, known)} for known in (NONE, background))
    assert informed["سالم الخطيب"] > plain["سالم الخطيب"]
    assert informed["خليج الزمرد"] < plain["خليج الزمرد"]


def test_the_outlets_keywords_count_only_if_they_stand_in_the_text() -> None:
    tags = ("مهرجان الزيتون", "كأس المدن", "سكه حديد", "وزير النقل")
    found = texts(replace(PORT, keywords=tags))
    assert "مهرجان الزيتون" not in found
    assert "كأس المدن" not in found
    assert found.index("سكة حديد") < [*texts(PORT), "سكة حديد"].index("سكة حديد")
    assert "وزير النقل" in found
    weights = {k.text: k.weight for k in keywords(replace(PORT, keywords=tags), NONE)}
    trending = {k.text: k.weight for k in keywords(replace(PORT, keywords=tags), NONE, site_tags=frozenset(tags[2:3]))}
    assert trending.get("سكة حديد", 0.0) < weights["سكة حديد"]


@given(st.text(max_size=300), st.lists(st.text(max_size=200), max_size=4), st.lists(st.text(max_size=20), max_size=3))
def test_any_article_is_survived(title: str, paragraphs: list[str], tags: list[str]) -> None:
    article = replace(PORT, title=title, body=tuple(map(Paragraph, paragraphs)), keywords=tuple(tags))
    found = keywords(article, NONE)
    assert len(found) <= 12
    assert found == keywords(article, NONE)
    assert all(keyword.text.strip() for keyword in found)


@pytest.mark.shared
def test_the_seed_page_gets_its_own_keywords_and_none_of_the_trending_ones(shared: Path) -> None:
    page = (shared / "seed" / "page.txt").read_text(encoding="utf-8")
    own, trending = ["أذربيجان", "ناغورني قره باغ", "حفظ السلام"], [
        "زلزال المغرب", "التغير المناخي", "محاكمة ترامب", "أحداث السودان", "سلطان النيادي", "مانشستر سيتي",
        "الحرب الأوكرانية", "عام الاستدامة", "الملف النووي الإيراني",
    ]  # fmt: skip
    lines = page[page.index("اعلنت أذربيجان") : page.index("المصدر:")].splitlines()
    article = replace(
        PORT,
        title=page.splitlines()[3],
        body=tuple(Paragraph(line) for line in lines if line.strip()),
        keywords=(*trending, "أذربيجان", "ناغورنی قره باغ", "حفظ السلام"),
    )
    for background in (NONE, Background(5000, np.empty(0, np.uint32), np.empty(0, np.uint32))):
        found = {search_form(phrase) for phrase in texts(article, background)}
        assert {search_form(phrase) for phrase in own} <= found
        assert not {search_form(phrase) for phrase in trending} & found


def body(*sentences: str) -> Article:
    return replace(PORT, title="", body=tuple(map(Paragraph, sentences)))


def test_an_adjective_stands_with_its_noun() -> None:
    found = texts(body("وقع البلدان الاتفاق النووي. ورحب نعمان الديرني بالاتفاق النووي. يشمل الاتفاق النووي المفتشين."))
    assert "الاتفاق النووي" in found
    assert "النووي" not in found


def test_a_phrase_is_not_cut_before_what_completes_it() -> None:
    found = texts(body("أقرت لجنة لخرص النخيل خطة. ورفعت لجنة لخرص النخيل تقريرا. وتعمل لجنة لخرص النخيل هنا."))
    assert not {"لجنة لخرص", "لجنة"} & set(found)


def test_a_long_name_is_whole() -> None:
    name = "مهرجان تلبانة لسينما البحر الأخضر"
    found = texts(body(f"افتتح {name} دورته. ويكرم {name} ثلاثة مخرجين.", f"وقال مدير {name} إن الدورة كبيرة."))
    assert name in found
    assert not any(phrase != name and phrase in name for phrase in found)


def test_verbs_and_what_is_counted_are_no_phrases() -> None:
    background = Background().merge([unpack(analyse(body("تتقبل العائلات التعازي.")))] * 5)
    found = texts(body("يتقبل الأهالي التعازي، وقد يتقبل الأهالي الدعم. وحضر 40 مزارعا ثم 50 مزارعا."), background)
    assert not any(phrase.startswith(("يتقبل", "مزارع")) for phrase in found)


def test_a_given_name_alone_is_nobody() -> None:
    found = texts(body("وصل سالم البوتشي إلى خليج الزمرد. وقال سالم البوتشي إن الخليج آمن. وعاد سالم البوتشي."))
    assert "سالم البوتشي" in found
    assert not {"سالم", "البوتشي"} & set(found)


def test_the_outlet_and_agencies_are_who_reports() -> None:
    article = body("قال الوزير لوكالة فرانس برس إن مرفأ الحور آمن، وقال لنهضة اليوم ولفرانس برس إن مرفأ الحور مفتوح.")
    assert not any("برس" in phrase for phrase in texts(article))
    plain = replace(
        article, body=(Paragraph("سمع واحة اليوتو ما قاله. ونشرت واحة اليوتو الخبر. وقالت واحة اليوتو ذلك."),)
    )
    assert "واحة اليوتو" in texts(plain)
    assert "واحة اليوتو" not in texts(plain, outlet=("واحة اليوتو", ""))


def test_two_spellings_of_a_name_are_one_keyword() -> None:
    found = texts(body("زار دورنيل بوتشلافسكي واحة النخيل. ويقيم دورنيل بوتشلافسكي هناك.", "قال دورنيل بتشلافسكي ذلك."))
    assert [phrase for phrase in found if "دورنيل" in phrase] == ["دورنيل بوتشلافسكي"]


def test_what_any_report_has_is_no_phrase() -> None:
    found = texts(
        body(
            "أبدت الجهات المختصة اهتماما كبيرا بواحة الطلح، وقالت الجهات المختصة إن الوقت الراهن مناسب لواحة الطلح.",
            "وفي الوقت الراهن تزرع واحة الطلح القمح، بحسب صحيفة برافدانيل. ونقلت صحيفة برافدانيل صورا.",
        )
    )
    assert "واحة الطلح" in found
    assert not any("المختصة" in phrase or "الراهن" in phrase or "برافدانيل" in phrase for phrase in found)


def test_who_wrote_it_and_from_where_is_no_keyword() -> None:
    article = body("سالم بوتشلافي- نهضة اليوم- باريس: وصل دورنيل زفانتس. ويقيم دورنيل زفانتس هنا. غادر دورنيل زفانتس.")
    found = texts(article, outlet=("نهضة اليوم", ""))
    assert "دورنيل زفانتس" in found
    assert not any("بوتشلافي" in phrase or "باريس" in phrase for phrase in found)


def test_the_future_and_the_past_are_no_names() -> None:
    background = Background().merge([unpack(analyse(body("يتغندر القط. تتغندر القطة. يبرطم. تبرطم.")))] * 5)
    found = texts(body("سيتغندر دورنيل زفانتس. برطمت سلوى. وقال دورنيل زفانتس إنه سيتغندر، ثم برطمت سلوى."), background)
    assert "دورنيل زفانتس" in found
    assert not any("تغندر" in phrase or "برطم" in phrase for phrase in found)


def test_a_family_name_belongs_to_the_name() -> None:
    found = texts(body("التقى سالم بن ماجد الدرنيلي الوفد. وقال سالم بن ماجد الدرنيلي إن الواحة بخير."))
    assert "سالم بن ماجد الدرنيلي" in found
    assert "سالم بن ماجد" not in found
    found = texts(body("حضر محمد علي الدرنيلي على عجل. وعاد محمد علي الدرنيلي على فرس. وهو محمد علي الدرنيلي."))
    assert "محمد علي الدرنيلي" in found
