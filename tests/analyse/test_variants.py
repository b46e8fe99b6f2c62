"""Spellings of one name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warraq.analyse.variants import MOST, beginnings, holds_name, may_vary, same_phrase, skeleton, variants
from warraq.arabic import words

WRITTEN = [word.folded for word in words("دورغونيل دورجونيل دوركونيل دورغنيل درنيل بوتشلافسكي بتشلافسكي مدينة وزير")]


def known(start: str) -> list[str]:
    return [word for word in WRITTEN if word.startswith(start)]


def test_other_spellings_that_somebody_wrote_are_found() -> None:
    found = variants("دورغونيل بوتشلافسكي", known)
    assert "دورجونيل بوتشلافسكي" in found
    assert "دورغونيل بتشلافسكي" in found
    assert not any("درنيل" in phrase for phrase in found)
    assert len(found) <= MOST


def test_a_single_long_name_varies_and_plain_words_do_not() -> None:
    assert variants("بوتشلافسكي", known) == ("بتشلافسكي",)
    assert variants("وزير", known) == variants("مدينة", known) == variants("", known) == ()


def test_the_endings_of_a_long_foreign_name_may_differ() -> None:
    assert same_phrase("دورغونيلي قره باغ", "دورغونيلو قره باغ")
    assert not same_phrase("محمد حسن", "محمد حسين")
    assert not same_phrase("درنيل", "درنيلو")


def test_what_holds_a_name() -> None:
    assert holds_name("مدينة بوتشلافسكي")
    assert not holds_name("وزير المدينة")


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_any_phrase_is_survived(one: str, two: str) -> None:
    assert len(variants(f"{one} {two}", known)) <= MOST
    same_phrase(one, two)
    for word in words(one):
        assert word.folded.startswith(beginnings(word.folded)) or not may_vary(word)
        skeleton(word.folded)


@given(
    st.text("بتطدضكغجقلرزمسهوي", min_size=2, max_size=6),
    st.lists(st.sampled_from(["", "ا", "و", "ي", "ه"]), min_size=6, max_size=6),
    st.sampled_from(["بن", "ات", "ال", "كا", "وال"]),
)
def test_words_with_the_consonants_of_a_word_are_looked_up_by_three_letters_or_more(
    letters: str, vowels: list[str], begin: str
) -> None:
    one, other = begin + letters, begin + "".join(map("".join, zip(vowels, letters, strict=False)))
    found = beginnings(one, min(len(one), len(other)))
    assert other.startswith(found)
    assert min(map(len, found)) >= 3


def test_a_foreign_name_may_be_written_as_one_word_or_two() -> None:
    assert same_phrase("دورغونيلي باراتاخ", "دورغونيلو بره تاغ")
    assert same_phrase("مدينة درن يانك", "مدينة درنيانك")
    assert not same_phrase("وزير النقل", "وزير النقل الجوي")
    assert not same_phrase("محمد حسن", "محمد حسن علي")
    pieces = [word.folded for word in words("درن يانك درنيانك دورغونيلي")]
    found = variants("دورغونيلي درنيانك", lambda start: [word for word in pieces if word.startswith(start)])
    assert "دورغونيلي درن يانك" in found
    assert "درنيانك دورغونيلي" in variants(
        "درن يانك دورغونيلي", lambda start: [word for word in pieces if word.startswith(start)]
    )
