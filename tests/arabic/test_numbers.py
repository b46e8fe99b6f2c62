"""Numbers in Arabic text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.arabic.numbers import Number, numbers
from warraq.arabic.numberwords import number_words
from warraq.arabic.pieces import pieces
from warraq.arabic.units import NumberKind


def only(text: str) -> Number:
    found = numbers(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("مليونين", 2_000_000),
        ("ثلاثة آلاف وخمسمائة", 3500),
        ("ألف وتسعمائة وثمانية وسبعون", 1978),
        ("الحادي والعشرين", 21),
        ("مئة وخمسة وعشرون ألفا", 125_000),
        ("عشرة آلاف ومئتين", 10_200),
        ("أربعة ملايين ومئتي ألف", 4_200_000),
        ("خمسة عشر", 15),
        ("ثلاث مئة", 300),
    ],
)
def test_words(text: str, value: int) -> None:
    parts = list(pieces(text))
    found = number_words(parts, 0)
    assert found is not None
    assert (found.value, found.next) == (value, len(parts))


@pytest.mark.parametrize(
    ("text", "said", "value", "unit", "kind"),
    [
        ("وصل نحو 5 آلاف زائر إلى القرية", "نحو 5 آلاف زائر", 5000, "زائر", NumberKind.COUNT),
        ("وصل 1،667 شخصا", "1،667 شخصا", 1667, "شخصا", NumberKind.COUNT),
        ("جرح سبعة، وخمسة", "سبعة", 7, "", NumberKind.COUNT),
        ("بيع بمبلغ 3.2 مليار دولار أمريكي أمس", "3.2 مليار دولار أمريكي", 3.2e9, "USD", NumberKind.MONEY),
        ("ارتفع ٪٣٫٤ هذا العام", "٪٣٫٤", 3.4, "%", NumberKind.PERCENT),
        ("حل في المركز الثاني أمس", "المركز الثاني", 2, "المركز", NumberKind.ORDINAL),
    ],
)
def test_spans(text: str, said: str, value: float, unit: str, kind: NumberKind) -> None:
    found = numbers(text)[0]
    assert (text[found.start : found.end], found.value, found.unit, found.kind) == (said, value, unit, kind)


def test_share_range_and_exactness() -> None:
    assert (only("فاز بـ33 من أصل 70 مقعدا").value, only("فاز بـ33 من أصل 70 مقعدا").whole) == (33, 70)
    between = only("شارك بين 20 و30 ألف متظاهر")
    assert (between.low, between.high) == (20_000, 30_000)
    assert only("قتل ما لا يقل عن 12 شخصا").bound == "min"
    assert only("أقل من 50 كيلومترا").bound == "max"
    assert only("قرابة خمسين كيلومترا").approximate


@pytest.mark.parametrize(
    "text",
    ["سنة 309هـ", "في 14/3/1443هـ", "في 5 مايو 2020", "عام 1996", "الساعة 10:30", "كوفيد-19", "آلاف الزوار", "فاز 3-1"],
)
def test_no_quantity(text: str) -> None:
    assert numbers(text) == []


ALPHABET = "0123456789٠١٢٣٩/-.:،,%$() \n" + "ابتمهصيوةأـًنسألفر"
WORDS = [
    "ألف",
    "مليون",
    "وخمسمائة",
    "ثلاثة",
    "من",
    "أصل",
    "إلى",
    "بين",
    "و",
    "نحو",
    "أكثر",
    "5",
    "1،667",
    "%",
    "دولار",
    "الأول",
]


@given(st.one_of(st.text(), st.text(ALPHABET), st.lists(st.sampled_from(WORDS + list(ALPHABET))).map(" ".join)))
def test_any_text(text: str) -> None:
    last = 0
    for found in numbers(text):
        assert last <= found.start < found.end <= len(text)
        last = found.end


@pytest.mark.parametrize("unit", ["1", "1/", "1,", "1.000", "ألف ", "و5 ", "ثلاثة و", "بين 5 ", "%", "1-"])
def test_hostile(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    assert len(numbers(text)) <= len(text)
