"""Numbers of words, read by arrays: what reading word by word gives."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.arabic import Word, words
from warraq.arabic import numbered as module
from warraq.arabic.numbered import Numbered


def number(word: Word) -> int:
    return word.code | word.stop << 32


def slowly(texts: list[str]) -> list[list[int]]:
    return [[number(word) for word in words(text)] for text in texts]


def read(reader: Numbered, texts: list[str]) -> list[list[int]]:
    return [found.tolist() for found in reader.read(texts)]


READER = Numbered(number)
marked = st.text(
    alphabet="ابتةىإئـ\u064e\u0651\u200f_ \n.,٫٬3٣aB،«é\u0301ﷲﺑ½\ufe70\ufc5e\ud800\udc00😀\x00", max_size=40
)


@settings(max_examples=120, deadline=None)
@given(st.lists(marked | st.text(max_size=30), max_size=6))
def test_numbers_are_those_of_the_words(texts: list[str]) -> None:
    assert read(READER, texts) == slowly(texts)
    assert read(READER, texts) == slowly(texts), "now that every form is known"


def test_numbers_of_numbers() -> None:
    texts = ["3.5كم 1.2.3 1.2a3.4 ..5 5. 1,667", "٣٫٥ و12,000.5. 3.\u064e5", "1.5", ".", "", "ـ5ـ.5ـ"]
    assert read(Numbered(number), texts) == slowly(texts)


def test_nothing_to_read() -> None:
    assert Numbered(number).read([]) == []
    assert read(Numbered(number), ["", " ", ""]) == [[], [], []]


def test_halves_of_a_character_are_not_put_together() -> None:
    texts = ["خبر \ud800\udc00 عاجل من \ud800", "وصل \udc00 الوفد"]
    assert read(Numbered(number), texts) == slowly(texts)


def test_texts_longer_than_what_is_read_at_a_time(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(module, "STRETCH", 64)
    texts = [" ".join(f"خبر{n}" for n in range(size)) for size in (3, 12, 1, 0, 13, 40, 2)]
    assert read(Numbered(number), texts) == slowly(texts)


def test_memory_is_bounded_and_begins_anew(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(module, "_FULL", 50)
    reader = Numbered(number)
    for start in range(0, 400, 7):
        texts = [" ".join(f"خبر{n}" for n in range(start, start + 20))]
        assert read(reader, texts) == slowly(texts)
        assert reader._count <= 50
