"""How much two articles belong together, and the parts of it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.analyse.background import Background
from warraq.analyse.copies import may_be_copies, overlap, which_may_be_copies
from warraq.analyse.overlaps import FEW, Overlaps
from warraq.analyse.relatedness import HEAVY, NAMED, Rows, parts, relatedness
from warraq.analyse.sift import Sketches
from warraq.analyse.vectors import SKETCH, Vector, analyse, unpack, unpack_sketch
from warraq.analyse.weights import cosine
from warraq.types import Article, Paragraph

NONE = Background()


def vector(title: str, text: str) -> Vector:
    return unpack(analyse(Article("0" * 12, "", "", title, (Paragraph(text),))))


def some(count: int, seed: int = 1) -> list[Vector]:
    rng = random.Random(seed)
    vocabulary = [
        *["ميناء", "سفينة", "قطار", "شحن", "قمح", "عاصفة", "وزير", "خليج", "لقاح", "طبيب", "مدرسة", "حمى"],
        *(f"نادر{n}س" for n in range(40)),
    ]
    return [
        vector(" ".join(rng.choices(vocabulary, k=5)), " ".join(rng.choices(vocabulary, k=rng.randint(0, 80))))
        for _ in range(count)
    ]


def test_an_article_belongs_wholly_with_itself_and_not_with_another_matter() -> None:
    one = vector("تدشين ميناء مرسى النور", "افتتح الوزير ميناء مرسى النور على خليج الزمرد بحضور التجار")
    assert relatedness(one, one, NONE) == pytest.approx(1.0)
    assert relatedness(one, vector("لقاح ضد حمى الوديان", "أعلن معهد البحوث لقاحا آمنا للأطفال"), NONE) == 0


def test_it_is_the_same_both_ways_and_whatever_else_is_compared() -> None:
    vectors = some(30)
    background = Background().merge(vectors)
    together = parts(Rows(vectors, background)).mean
    for other, value in zip(vectors, together, strict=True):
        assert relatedness(vectors[0], other, background) == value
        assert relatedness(other, vectors[0], background) == pytest.approx(value, abs=1e-6)
        assert 0 <= value <= 1


def test_cosines_of_rows_are_cosines_of_pairs() -> None:
    vectors = some(20, seed=3)
    background = Background().merge(vectors)
    for other, value in zip(vectors, Rows(vectors, background).cosines(), strict=True):
        assert value == pytest.approx(cosine(vectors[0], other, background), abs=1e-6)


def test_a_title_counts_where_the_other_says_it() -> None:
    one = vector("غرق عبارة", "نجا ركاب كثيرون")
    told = vector("حادث في الخليج", "وقع غرق عبارة صباحا ولم يصب أحد")
    not_told = vector("حادث في الخليج", "وقع صدام شاحنة صباحا ولم يصب أحد")
    assert parts(Rows([one, told], NONE)).titles[1] == pytest.approx(0.5)
    assert parts(Rows([one, not_told], NONE)).titles[1] == 0


def test_a_shared_name_ties_less_than_a_shared_word() -> None:
    name, word = "زردكوف", "سفينة"
    one = vector("", f"{name} {word}")
    by_name, by_word = (parts(Rows([one, vector("", text)], NONE)).heavy[1] for text in (name, word))
    assert by_name == pytest.approx((NAMED / (1 + NAMED) + 1) / 2)
    assert by_word == pytest.approx((1 / (1 + NAMED) + 1) / 2)


def test_only_the_heaviest_words_count_as_heavy() -> None:
    many = " ".join(f"لفظ{n}س " * 3 for n in range(HEAVY)) + "قمح شعير"
    assert parts(Rows([vector("", many), vector("", "قمح")], NONE)).heavy[1] == pytest.approx(0.5)


def test_empty_articles_have_nothing_in_common() -> None:
    empty, one = vector("", ""), vector("ميناء النور", "سفينة قمح")
    assert parts(Rows([one, empty], NONE)).mean[1] == 0
    assert parts(Rows([empty, one], NONE)).mean[1] == 0


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 2 * SKETCH), min_size=1, max_size=6), st.integers(0, 10**6))
def test_texts_compared_at_once_overlap_as_pairs_do(lengths: list[int], seed: int) -> None:
    rng = random.Random(seed)
    base = [f"لفظ{rng.randrange(500)}س" for _ in range(2 * SKETCH)]
    sketches = []
    for length in lengths:
        text = base[:length]
        for place in range(0, length, rng.randint(3, 90)):
            text[place] = f"غير{rng.randrange(10**6)}ش"
        sketches.append(unpack_sketch(analyse(Article("0" * 12, "", "", "", (Paragraph(" ".join(text)),)))))
    together = Overlaps(sketches)
    for i, one in enumerate(sketches):
        expected = [
            overlap(one, two)[0] if j != i and len(np.intersect1d(one, two)) >= FEW else 0.0
            for j, two in enumerate(sketches)
        ]
        assert np.allclose(together.containment(i), expected)
    for one in sketches:
        expected = [may_be_copies(*overlap(one, two)) for two in sketches]
        assert which_may_be_copies(*Sketches(sketches).overlap(one)).tolist() == expected
    assert which_may_be_copies(*Sketches([]).overlap(sketches[0])).tolist() == []
