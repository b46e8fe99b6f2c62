"""What rises: the measure, and the terms of a window."""

from __future__ import annotations

from typing import Any

import numpy as np

from warraq.analyse.background import Background
from warraq.analyse.trends import Rise, ordered, rising, surprise
from warraq.analyse.vectors import analyse, unpack
from warraq.arabic import words
from warraq.types import Article, Paragraph


def test_surprise_is_the_log_likelihood_ratio() -> None:
    a, wide, b, long = 8.0, 100.0, 20.0, 1000.0
    share = (a + b) / (wide + long)
    by_hand = 2 * (
        a * np.log(a / (wide * share))
        + (wide - a) * np.log((wide - a) / (wide * (1 - share)))
        + b * np.log(b / (long * share))
        + (long - b) * np.log((long - b) / (long * (1 - share)))
    )
    assert np.isclose(surprise([a], 100, [b], 1000)[0], by_hand)


def test_what_falls_or_stays_is_no_surprise() -> None:
    assert surprise([2, 1, 0], 100, [20, 500, 7], 1000).tolist() == [0.0, 0.0, 0.0]
    assert surprise([50], 100, [0], 0)[0] >= 0


def test_many_articles_surprise_more_than_few() -> None:
    few, many = surprise([2, 40], 100, [0, 40], 1000)
    assert many > few > 0


def article(title: str, text: str) -> Article:
    return Article("0" * 12, "", "", title, (Paragraph(text),))


def test_rising_terms_and_the_articles_that_name_them() -> None:
    calm = [article("أسعار الزيتون مستقرة", "استقرت أسعار الزيتون في أسواق الواحة هذا الأسبوع.")] * 30
    flood = [article("سيول خليج الزمرد تقطع الطرق", "قطعت السيول الطرق في خليج الزمرد وأجبرت السكان على النزوح.")] * 6
    vectors = [unpack(analyse(one)) for one in [*calm[:6], *flood]]
    found = rising(vectors, Background().merge([unpack(analyse(one)) for one in calm]), 4)
    named = {word.code for word in words("سيول خليج الزمرد")}
    assert named <= set(found.codes.tolist())
    assert not {word.code for word in words("أسعار الزيتون")} & set(found.codes.tolist())
    assert found.articles == [6]
    assert rising([], Background(), 4).articles == []


def rise(phrase: str, **more: Any) -> Rise:
    whole = Rise(phrase, True, 8, 8, 3, 1.0, 20.0, "a", frozenset(f"{phrase}{n}" for n in range(8)))
    return whole._replace(**more)


def test_a_template_of_one_outlet_is_no_trend_unless_there_is_one_outlet_only() -> None:
    template, matter = rise("صفحة تالية", outlets=1, score=90.0), rise("خليج الزمرد")
    assert ordered([template, matter], 4) == [matter]
    assert ordered([template, matter], 1) == [template, matter]


def test_copies_count_once_and_plain_phrases_must_rise_more() -> None:
    assert ordered([rise("خليج الزمرد", texts=1)], 2) == []
    assert ordered([rise("حركة المرور", named=False, expected=3.0)], 2) == []
    assert ordered([rise("سالم البوتشي", expected=3.0)], 2)


def test_one_matter_is_named_once_and_many_outlets_come_first() -> None:
    flood, same, part = rise("سيول الزمرد", outlets=9), rise("جريان الوادي"), rise("سيول الزمرد الجبلية", score=99.0)
    same = same._replace(holders=flood.holders)
    port = rise("ميناء مرسى النور", score=25.0, outlets=2)
    assert [one.phrase for one in ordered([port, same, flood], 9)] == ["سيول الزمرد", "ميناء مرسى النور"]
    assert [one.phrase for one in ordered([flood, part], 9)] == ["سيول الزمرد الجبلية"]
