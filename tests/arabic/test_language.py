"""Languages of the Arabic script, and the direction of a block. The sentences were written for this test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.arabic import direction, language


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ar", "أعلنت الشركة أمس أنها ستفتح مصنعا جديدا في المدينة قبل نهاية العام"),
        ("ar", "مهرجان التمور"),
        ("ar", "محمد"),
        ("ar", "iPhone 15 Pro Max هاتف جديد من آبل يصل إلى الأسواق"),
        ("fa", "رئیس شرکت گفت که کارخانه جدید در این شهر تا پایان سال باز می‌شود"),
        ("fa", "قیمت گندم امروز"),
        ("ur", "کمپنی نے کہا ہے کہ وہ سال کے آخر تک شہر میں نیا کارخانہ کھولے گی"),
        ("ckb", "کۆمپانیاکە ڕایگەیاند کە کارگەیەکی نوێ لە شارەکە دەکاتەوە"),
        ("ps", "شرکت وویل چې په ښار کې به د کال تر پایه نوې فابریکه پرانیزي"),
        ("en", "The company said it will open a new factory in the city by the end of the year"),
        ("fr", "La société a annoncé qu'elle ouvrira une nouvelle usine dans la ville avant la fin de l'année"),
        ("de", "Das Unternehmen wird bis Ende des Jahres eine neue Fabrik in der Stadt eröffnen"),
        ("es", "La empresa dijo que abrirá una nueva fábrica en la ciudad antes de fin de año"),
        ("tr", "Şirket yıl sonuna kadar şehirde yeni bir fabrika açacak ve bu çok önemli"),
        ("ru", "Компания заявила, что откроет новый завод"),
        ("he", "החברה הודיעה כי תפתח מפעל חדש"),
        ("zh", "公司表示将在年底前开设新工厂"),
        ("ja", "会社は年末までに新しい工場を開くと発表した"),
    ],
)
def test_language(code: str, text: str) -> None:
    found, confidence = language(text)
    assert found == code
    assert 0 < confidence <= 1


def test_nothing_to_tell() -> None:
    assert language("") == ("und", 0.0)
    assert language("123 … 45%") == ("und", 0.0)


def test_more_text_is_surer() -> None:
    short, long = "هذه المدينة", "هذه المدينة التي أعلنت الحكومة أنها ستكون عاصمة الثقافة في العام المقبل"
    assert language(long)[1] > language(short)[1]
    assert language(long)[1] > 0.8


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("BBC عربي تنقل المباراة", "rtl"),
        ("iPhone هاتف", "ltr"),
        ("Reuters and AFP reported from بغداد today", "ltr"),
        ("2024: عام جديد", "rtl"),
        ("שלום", "rtl"),
        ("123 - 456", "auto"),
        ("", "auto"),
    ],
)
def test_direction(text: str, way: str) -> None:
    assert direction(text) == way


@given(st.text(max_size=60))
def test_any_text_has_an_answer(text: str) -> None:
    code, confidence = language(text)
    assert code
    assert 0 <= confidence <= 1
    assert direction(text) in ("rtl", "ltr", "auto")
