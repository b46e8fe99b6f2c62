"""Sentences: where they end, and where a mark does not end one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.arabic import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("وصل الوفد مساء. وغادر صباحا.", ["وصل الوفد مساء.", "وغادر صباحا."]),
        ("هل وصل؟ نعم! وصل…", ["هل وصل؟", "نعم!", "وصل…"]),
        ("قال د. سامي إن أ.د. منى و م. علي حضروا.", ["قال د. سامي إن أ.د. منى و م. علي حضروا."]),
        ("بلغت 3.5 في المئة. ثم 4.", ["بلغت 3.5 في المئة.", "ثم 4."]),
        ("يعود إلى القرن الثاني ق.م. بحسب الخبراء.", ["يعود إلى القرن الثاني ق.م. بحسب الخبراء."]),
        ("صدر عام 1440هـ. ثم أعيد نشره.", ["صدر عام 1440هـ.", "ثم أعيد نشره."]),
        ("نقلته (أ.ف.ب.) عن مصدر. وانتهى.", ["نقلته (أ.ف.ب.) عن مصدر.", "وانتهى."]),
        ("«لن نقبل.» هكذا رد.", ["«لن نقبل.»", "هكذا رد."]),
        ("تونس.. افتتاح المعرض", ["تونس.. افتتاح المعرض"]),
        ("عنوان بلا نقطة\nوسطر بعده", ["عنوان بلا نقطة", "وسطر بعده"]),
        ("- بند\n• بند ثان\n1. بند ثالث", ["بند", "بند ثان", "بند ثالث"]),
        ("انتهى اللقاء.وقال المدرب", ["انتهى اللقاء.", "وقال المدرب"]),
        ("زوروا موقع سوق.كوم اليوم.", ["زوروا موقع سوق.كوم اليوم."]),
        ("فاز 5 - 3 أمس.", ["فاز 5 - 3 أمس."]),
        ("Mr. Smith met U.S. officials. They left.", ["Mr. Smith met U.S. officials.", "They left."]),
        ("", []),
        (" . … ! ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ابد .…؟!\n«»-1م•(", max_size=60) | st.text(max_size=40))
def test_spans_hold_every_letter_once_and_in_order(text: str) -> None:
    spans = sentences(text)
    end = 0
    for start, stop in spans:
        assert end <= start < stop
        assert text[start:stop] == text[start:stop].strip()
        end = stop
    assert end <= len(text)
    covered = "".join(text[start:stop] for start, stop in spans)
    assert [c for c in covered if c.isalpha()] == [c for c in text if c.isalpha()]


def test_hostile_texts_take_linear_work() -> None:
    for text in (
        "." * 200_000,
        "a." * 100_000,
        "«" * 200_000,
        " \n" * 100_000,
        "م. " * 50_000,
        "نعم. " * 50_000,
        "1. " * 50_000,
    ):
        assert len(sentences(text)) <= len(text)
