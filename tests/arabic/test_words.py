"""Words and tokens: what is one word, what is known of it, and that memory is bounded."""

from __future__ import annotations

import doctest
import random
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.arabic import code, search_form, tokens, words
from warraq.arabic.words import LONGEST, _Memory


def folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


def test_words_of_a_sentence() -> None:
    text = "وقّعَ الوزيرُ «اتفاقيـــة» في مكتبة\u200f الإسكندرية، يوم ٢٠٢٤!"
    assert folded(text) == ["وقع", "الوزير", "اتفاقيه", "في", "مكتبه", "الاسكندريه", "يوم", "2024"]


def test_hashtags_are_words() -> None:
    assert folded("#كأس_العالم @user_name") == ["كاس", "العالم", "user", "name"]


def test_numbers_keep_their_points_and_lose_their_separators() -> None:
    assert folded("3.5 ٣٫٥ 1,667 ١٬٦٦٧ و12,000.5.") == ["3.5", "3.5", "1667", "1667", "و12000.5"]
    assert folded("من 3-5 أو 3/5") == ["من", "3", "5", "او", "3", "5"]


def test_latin_is_lower_case() -> None:
    assert folded("COVID-19 في ＢＢＣ") == ["covid", "19", "في", "bbc"]


def test_marks_alone_are_no_words() -> None:
    assert words("ـــ … \u064b \u200f ! \ufe70 _") == []


def test_words_hold_no_white_space() -> None:
    assert all(not any(c.isspace() for c in word.folded + word.stem) for word in words("ﷺ ½ ㈠ ﷺم ﷲ"))


def test_stop_words() -> None:
    assert all(word.stop for word in words("من إلى التي وهذه فيها وقد لهذا كان يكون أن لأنها"))
    assert not any(word.stop for word in words("وزير فريق كتاب لبنان والدي ملك 2024 bbc"))


def test_code_is_a_number_of_the_stem_for_ever() -> None:
    (one,), (other,) = words("الكتاب"), words("كتاب")
    assert one.code == other.code == code("كتاب") == 3720035580
    assert 0 < one.code < 2**32


texts = st.text(alphabet="ابتةىأإؤئءـ\u064e\u0651\u200f\u200c_ .,٫3٣aB،«é\u0301ﷲﺑ½", max_size=40) | st.text(max_size=30)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_tokens_are_the_words_with_their_places(text: str) -> None:
    found = list(tokens(text))
    assert [token.word for token in found] == words(text)
    end = 0
    for token in found:
        assert end <= token.start < token.end <= len(text)
        end = token.end
        assert token.word.folded
        assert token.word.stem
        assert not any(c.isspace() for c in token.word.folded)
        printed = text[token.start : token.end]
        assert words(printed) == [token.word]


@settings(max_examples=200, deadline=None)
@given(texts)
def test_words_of_the_search_form_are_the_words(text: str) -> None:
    """A query typed in folded spelling meets the text: plain letters only, where nothing splits."""
    plain = "".join(c for c in text if (c.isalpha() and "\u0620" < c < "\u064b") or c == " ")
    assert [w.stem for w in words(search_form(plain))] == [w.stem for w in words(plain)]


def test_a_word_without_end_is_cut() -> None:
    (word,) = words("ب" * 100_000)
    assert len(word.folded) == LONGEST


def test_memory_is_bounded(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sys.modules["warraq.arabic.words"], "REMEMBERED", 100)
    memory = _Memory()
    dice = random.Random(1)
    for _ in range(5000):
        printed = "".join(dice.choices("ابتثج", k=6))
        assert memory[printed].folded == printed
        assert len(memory) + len(memory._older) <= 200
    memory["س" * (LONGEST + 1)]
    assert "س" * (LONGEST + 1) not in memory


def test_documentation_is_true() -> None:
    path = Path(__file__).parents[2] / "docs" / "arabic.md"
    failed, tried = doctest.testfile(str(path), module_relative=False, encoding="utf-8")
    assert tried > 15
    assert not failed
