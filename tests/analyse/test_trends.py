"""What rises: the measure, and the terms of a window."""

from __future__ import annotations

import numpy as np

from warraq.analyse.background import Background
from warraq.analyse.trends import rising, surprise
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
