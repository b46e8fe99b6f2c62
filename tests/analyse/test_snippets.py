"""Highlights and snippets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warraq.analyse.snippets import WIDTH, highlight, snippet
from warraq.arabic import words
from warraq.types import Clause, Span

FILLER = "قال مسؤول محلي إن الأعمال تسير وفق الخطة الموضوعة منذ مطلع العام. "


def clause(text: str) -> Clause:
    found = words(text)
    return Clause(tuple(w.stem for w in found), tuple(w.folded for w in found))


def shown(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)


def hits(spans: tuple[Span, ...]) -> list[str]:
    return [span.text for span in spans if span.hit]


def test_relatives_of_a_word_light_up_as_printed() -> None:
    spans = highlight("وزير التعليم يفتتح المدرسة، والمدارس تستعدّ", [clause("مدرسة")])
    assert "المدرسة" in hits(spans)
    assert shown(spans) == "وزير التعليم يفتتح المدرسة، والمدارس تستعدّ"


def test_a_phrase_lights_up_only_as_a_whole() -> None:
    spans = highlight("حفظ السلام، ثم السلام وحفظ الأمن", [clause("حفظ السلام")])
    assert hits(spans) == ["حفظ السلام"]


def test_nothing_asked_nothing_lit() -> None:
    assert highlight("نص", []) == (Span("نص"),)
    assert highlight("", [clause("نص")]) == ()
    assert snippet("", [clause("نص")]) == ()


def test_the_piece_with_most_of_the_query_is_shown() -> None:
    text = "افتتح ميناء. " + FILLER * 6 + "ويربط القطار الميناء بالعاصمة. " + FILLER * 6
    spans = snippet(text, [clause("قطار"), clause("ميناء")])
    assert hits(spans) == ["القطار", "الميناء"]
    assert shown(spans).startswith("… ")
    assert shown(spans).endswith(" …")


def test_a_piece_begins_with_a_sentence_if_one_is_near() -> None:
    text = FILLER * 5 + "وصل القطار إلى المحطة."
    assert shown(snippet(text, [clause("القطار")])) == "… وصل القطار إلى المحطة."


def test_without_a_hit_the_beginning_is_shown() -> None:
    spans = snippet(FILLER * 9, [clause("قطار")])
    assert shown(spans).startswith("قال مسؤول")
    assert hits(spans) == []
    assert shown(snippet("نص قصير", [clause("قطار")])) == "نص قصير"


@given(
    st.lists(st.sampled_from(["القطار", "ميناء", "قال.", "وزير،", "2024", "\n", "a" * 50, "في"]), max_size=120).map(
        " ".join
    ),
    st.lists(st.sampled_from(["قطار", "ميناء", "قطار ميناء", "زيتون"]), max_size=3),
)
def test_a_snippet_is_short_and_made_of_whole_words(text: str, query: list[str]) -> None:
    spans = snippet(text, [clause(q) for q in query])
    body = shown(spans).removeprefix("… ").removesuffix(" …")
    assert len(body) <= WIDTH
    assert body in " ".join(text.split())
    assert set(body.split()) <= set(text.split())
    if any(q in ("قطار", "ميناء") and word in text for q in query for word in ("القطار", "ميناء") if word.endswith(q)):
        assert hits(spans)


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_and_query_is_survived(text: str, query: list[str]) -> None:
    clauses = [clause(q) for q in query]
    assert shown(highlight(text, clauses)) == text
    snippet(text, clauses)
