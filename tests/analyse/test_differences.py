"""Differences: exact, readable, bounded."""

# ruff: noqa: E501 - sentences stay whole
from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.analyse.alignment import blocks
from warraq.analyse.differences import changed_text, difference, edits
from warraq.types import Article, ChangedText, Edit, Paragraph

FIRST = Article(
    "0" * 12,
    "nahda",
    "https://nahda.example/1",
    "افتتاح ميناء مرسى النور",
    tuple(
        map(
            Paragraph,
            [
                "افتتح وزير النقل سالم الخطيب يوم الأحد ميناء مرسى النور على خليج الزمرد بعد ثلاثة أعوام من العمل المتواصل.",
                "وقال الوزير إن الميناء سيستقبل سفن الحاويات الكبيرة، وإن هذه السفن كانت تقصد موانئ بعيدة عن البلاد.",
                "وتمتد سكة حديد إلى الميناء في العام المقبل، بحسب الوزارة.",
            ],
        )
    ),
    credit=("وكالة البيان",),
)
sequences = st.lists(st.integers(0, 4), max_size=30)


def longest(one: list[int], two: list[int]) -> int:
    """The length of the longest common subsequence, the textbook way."""
    row = [0] * (len(two) + 1)
    for x in one:
        before = 0
        for j, y in enumerate(two, 1):
            before, row[j] = row[j], before + 1 if x == y else max(row[j], row[j - 1])
    return row[-1]


@settings(deadline=None)
@given(sequences, sequences)
def test_blocks_are_common_and_ascend(one: list[int], two: list[int]) -> None:
    i = j = 0
    for at, to, size in blocks(one, two):
        assert size > 0
        assert at >= i
        assert to >= j
        assert one[at : at + size] == two[to : to + size]
        i, j = at + size, to + size


@settings(deadline=None)
@given(st.lists(st.sampled_from([7, 7, 8]), max_size=20), st.lists(st.sampled_from([7, 7, 8]), max_size=20))
def test_without_single_items_the_alignment_is_the_longest(one: list[int], two: list[int]) -> None:
    one, two = [*one, *one], [*two, *two]  # nothing stands once, so nothing is an anchor
    assert sum(size for *_, size in blocks(one, two)) == longest(one, two)


def test_equal_sequences_are_one_block() -> None:
    assert blocks("abcabc", "abcabc") == [(0, 0, 6)]
    assert blocks("", "abc") == []


def test_what_is_beyond_the_budget_counts_as_replaced() -> None:
    one, two = [1, 2] * 20_000, [2, 1, 1] * 15_000
    found = blocks(one, two, budget=1000)
    assert sum(size for *_, size in found) < 20_000
    assert all(one[i : i + n] == two[j : j + n] for i, j, n in found)


texts = st.text(st.sampled_from("ابتث .،\n١2a"), max_size=60)


def side(pieces: tuple[ChangedText, ...], without: Edit) -> str:
    return "".join(piece.text for piece in pieces if piece.edit is not without)


@settings(deadline=None)
@given(texts, texts)
def test_a_changed_text_is_both_texts_to_the_letter(before: str, after: str) -> None:
    pieces = changed_text(before, after)
    assert side(pieces, Edit.INSERTED) == before
    assert side(pieces, Edit.DELETED) == after
    assert all(piece.text for piece in pieces)


@settings(deadline=None)
@given(st.lists(texts, max_size=6), st.lists(texts, max_size=6))
def test_a_difference_is_both_articles_to_the_letter(before: list[str], after: list[str]) -> None:
    one, two = (replace(FIRST, body=tuple(map(Paragraph, body))) for body in (before, after))
    found = difference(one, two).paragraphs
    old = [side(p.pieces, Edit.INSERTED) for p in found if p.edit is not Edit.INSERTED]
    new = [side(p.pieces, Edit.DELETED) for p in found if p.edit is not Edit.DELETED]
    assert old == before
    assert new == after


def test_words_are_whole_and_equal_paragraphs_are_left_alone() -> None:
    changed = FIRST.body[1].text.replace("الكبيرة", "العملاقة")
    other = replace(FIRST, title="افتتاح ميناء مرسى النور الجديد", body=(FIRST.body[0], Paragraph(changed)))
    found = difference(FIRST, other)
    assert found.title == (
        ChangedText("افتتاح ميناء مرسى النور", Edit.EQUAL),
        ChangedText(" الجديد", Edit.INSERTED),
    )
    assert [p.edit for p in found.paragraphs] == [Edit.EQUAL, Edit.CHANGED, Edit.DELETED]
    pieces = found.paragraphs[1].pieces
    assert [p.text for p in pieces if p.edit is Edit.DELETED] == ["الكبيرة"]
    assert [p.text for p in pieces if p.edit is Edit.INSERTED] == ["العملاقة"]


def test_what_an_outlet_changed() -> None:
    assert edits(FIRST, FIRST).none
    spelled = replace(FIRST, body=tuple(Paragraph(p.text.replace("إ", "ا").replace("،", " ،")) for p in FIRST.body))
    assert edits(FIRST, spelled).none
    other = replace(
        FIRST,
        title="الميناء الجديد يفتح أبوابه",
        body=(*FIRST.body[:2], Paragraph("واحتفل سكان المدينة بهذه المناسبة في ساحة البلدية حتى الفجر.")),
        credit=("وكالات",),
    )
    found = edits(FIRST, other)
    assert found.headline
    assert not found.lead
    assert (found.paragraphs_dropped, found.paragraphs_added) == (1, 1)
    assert (found.credits_added, found.credits_dropped) == (("وكالات",), ("وكالة البيان",))
    assert 0.6 < found.kept < 0.9
    assert edits(FIRST, replace(FIRST, body=FIRST.body[1:])).lead


def test_hostile_bodies_cost_little() -> None:
    many = replace(FIRST, body=tuple(Paragraph(f"{i} " * 30) for i in range(2000)))
    more = replace(FIRST, body=tuple(Paragraph(f"{i + 1} " * 29 + "z") for i in range(2000)))
    assert len(difference(many, more).paragraphs) >= 2000
    one, two = (replace(FIRST, body=(Paragraph(word * 50_000),)) for word in ("ا ب ", "ب ج ا "))
    assert edits(one, two).kept < 1
