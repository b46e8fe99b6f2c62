"""What a story's articles have in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warraq.analyse.background import Background
from warraq.analyse.gist import Gist
from warraq.analyse.groups import Text
from warraq.analyse.vectors import analyse, unpack, unpack_sketch
from warraq.arabic import words
from warraq.types import Article, Paragraph

PORT = "افتتح ميناء النخيل أرصفة جديدة بعد توسعة كلفت مئة مليون درهم واستقبل أول سفينة حاويات صباح الثلاثاء"
STRIKE = "طالب عمال ميناء النخيل بزيادة الأجور بعد توسعة الأرصفة وقال مدير الميناء إن المطالب قيد الدراسة"


def gist(texts: Sequence[tuple[str, str]]) -> Gist:
    found = []
    for number, (title, text) in enumerate(texts):
        made = analyse(Article(f"{number:012d}", "", "", title, (Paragraph(text),)))
        found.append(Text(f"{number:012d}", number, unpack(made), unpack_sketch(made)))
    return Gist(found, Background())


def test_the_headline_is_the_one_that_says_what_all_are_about() -> None:
    texts = [("مشاهد من حفل بهيج", PORT), ("ميناء النخيل يستقبل أول سفينة بعد توسعة الأرصفة", PORT), ("أخيرا", STRIKE)]
    assert gist(texts).headline() == 1
    assert gist(texts).headline([0, 2]) in (0, 2)
    assert gist(texts[:1]).headline() == 0


def test_equal_headlines_are_given_by_the_earliest() -> None:
    assert gist([("ميناء النخيل", PORT)] * 3).headline() == 0


def test_what_ties_two_articles_is_what_both_say_the_most_telling_first() -> None:
    codes = gist([("ميناء النخيل", PORT), ("عمال ميناء النخيل", STRIKE)]).ties(1, 0, 3)
    port, strike = ({word.code for word in words(text)} for text in (PORT, STRIKE))
    assert 0 < len(codes) <= 3
    assert set(codes) <= port & strike
    assert {word.code for word in words("ميناء النخيل")} & set(codes)


def test_one_text_under_two_headlines_is_carried_twice() -> None:
    long = f"{PORT}. {STRIKE}. {PORT[::-1]}"
    found = gist([("أول", long), ("خبر آخر", STRIKE), ("ثان", long)])
    assert found.carriers([0, 1, 2]) == [[0, 2], [1]]
    assert found.carriers([1, 2]) == [[1], [2]]


def test_centrality_is_a_share_and_one_for_one_article() -> None:
    central = gist([("ميناء النخيل", PORT), ("عمال ميناء النخيل", STRIKE), ("غيم", "غيوم فوق الجبال")]).centrality()
    assert np.all((central >= 0) & (central <= 1))
    assert central[2] < central[0]


def test_articles_without_words_have_nothing_in_common() -> None:
    found = gist([("", ""), ("", "")])
    assert (found.headline(), found.ties(0, 1, 5), found.carriers([0, 1])) == (0, (), [[0], [1]])
