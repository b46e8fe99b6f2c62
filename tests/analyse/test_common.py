"""Words common in any Arabic news, for archives too small to know."""

from __future__ import annotations

import numpy as np
import pytest

from warraq.analyse.background import Background
from warraq.analyse.common import ARTICLES, BANDS, WORDS, idf
from warraq.analyse.vectors import TERM, telling
from warraq.arabic import words


def codes(*some: str) -> np.ndarray:
    return np.array([word.code for text in some for word in words(text)], np.uint32)


def full(articles: int) -> Background:
    """A background of so many articles, of which each holds one word."""
    vector = np.zeros(1, TERM)
    vector["term"] = codes("سد")
    return Background().merge([vector] * articles)


def test_each_word_stands_once_under_a_band_and_counts_in_vectors() -> None:
    assert sorted(WORDS) == sorted(BANDS)
    listed = [word for some in WORDS.values() for word in words(some)]
    assert len({word.code for word in listed}) == len(listed) > 1000
    assert all(telling(word) for word in listed)


def test_an_archive_that_has_seen_nothing_knows_which_words_say_little() -> None:
    said, bank, rare = idf(Background(), codes("وقال", "البنك", "قرنفل"))
    assert said < bank < rare == pytest.approx(np.log(ARTICLES + 2))


def test_what_few_articles_all_hold_is_not_yet_taken_for_a_common_word() -> None:
    dam, said = idf(full(10), codes("سد", "وقال"))
    assert dam > 4 * said


@pytest.mark.parametrize("articles", [ARTICLES, ARTICLES + 500])
def test_a_large_archive_speaks_for_itself(articles: int) -> None:
    background, some = full(articles), codes("سد", "وقال", "قرنفل")
    assert idf(background, some).tolist() == background.idf(some).tolist()
