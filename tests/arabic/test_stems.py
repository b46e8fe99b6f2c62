"""Stems: what a reader searches together has one, what differs has not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.arabic import search_form, stem, words
from warraq.arabic.inflect import known_forms


def stems(text: str) -> list[str]:
    return [word.stem for word in words(text)]


@pytest.mark.parametrize(
    "forms",
    [
        # The first letter belongs to the word, and is not a clitic.
        "وزير الوزير والوزير للوزير وزراء ووزراء وزيران وزيرة الوزيرين",
        "وزارة الوزارة بالوزارة وزارات وزارته",
        "وكالة الوكالة وكالات للوكالة وكالتا",
        "وباء الوباء والوباء بالوباء",
        "فريق الفريق بفريق فريقنا فريقان فرق",
        "كرة الكرة بكرة كرات والكرة",
        "بنك البنك بنوك والبنوك ببنك",
        "لبنان بلبنان ولبنان",
        # Plurals, duals, pronouns.
        "شركة الشركة شركات شركتها والشركات لشركته شركتان الشركتين",
        "مدينة مدن المدن مدينتنا بالمدينة",
        "كتاب الكتاب كتب كتابهم كتابا والكتب",
        "مسؤول المسؤولون مسؤولين والمسؤولين مسؤولة",
        "شأن شؤون شئون الشئون",
        "مشروع مشاريع مشروعات المشاريع مشروعها",
        "زعيم زعماء زعماؤها بزعمائه",
        "كبير كبيرة كبار كبيرين",
        "سعودية السعودية سعوديون السعوديين سعودي",
        # Verbs: persons, tenses, weak letters.
        "أعلن أعلنت يعلن تعلن سيعلن وأعلن أعلنوا يعلنون وسيعلن",
        "قال قالت يقول وقال تقول يقولون فقال قالوا",
        "دعا يدعو دعت تدعو دعوا",
        "أجرى أجرت أجريت أجراها وأجروا",
        "استقبل يستقبل واستقبله استقبلت سيستقبل",
    ],
)
def test_one_stem(forms: str) -> None:
    assert len(set(stems(forms))) == 1, dict(zip(forms.split(), stems(forms), strict=True))


@pytest.mark.parametrize(
    "different",
    [
        "مدرسة مدرس",
        "إعلان إعلام",
        "كتاب مكتب",
        "علم عالم عمل",
        "قتل مقتل",
        "وزير وزن",
        "فريق ريق",
        "مال مالي",
        "دولة دولي",
    ],
)
def test_different_stems(different: str) -> None:
    assert len(set(stems(different))) == len(different.split()), stems(different)


def test_unknown_words_lose_their_article_and_endings() -> None:
    assert len(set(stems("زغبور الزغبور والزغبور بالزغبور للزغبور"))) == 1


def test_clitics_before_numbers() -> None:
    assert stems("و2024 ب50 2024 50") == ["2024", "50", "2024", "50"]


def test_latin_words_stay() -> None:
    assert stems("BBC Reuters 3.5") == ["bbc", "reuters", "3.5"]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويء", min_size=1, max_size=12))
def test_any_word_has_a_stem(word: str) -> None:
    found = stem(word)
    assert found
    assert found == stem(word)
    assert not any(c.isspace() for c in found)
    assert len(found) <= len(word) + 4


def test_stems_of_known_words_are_their_own_stems() -> None:
    free, _ = known_forms()
    moved = {s for s, _ in free.values() if stem(s) != s}
    # A citation form that another word lists first, such as a plural that is also a singular.
    assert len(moved) < len({s for s, _ in free.values()}) / 50


def test_search_pairs(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "gold" / "search_pairs.jsonl").open(encoding="utf-8")]
    missed = [row["what"] for row in rows if not set(stems(row["query"])) <= set(stems(row["document"]))]
    assert not missed
    assert len(rows) == 13


def test_forms_are_in_search_form() -> None:
    for table in known_forms():
        assert all(form == search_form(form) for form in table)
