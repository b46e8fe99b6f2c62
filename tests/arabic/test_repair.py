"""Repair: what was misread comes back exactly, what is sound is not touched."""

from __future__ import annotations

import gzip
import itertools
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.arabic import repair


def _cp1256(text: str) -> str:
    return text.encode().decode("cp1256")


def _latin1(text: str) -> str:
    return text.encode().decode("latin-1")


def _cp1252(text: str) -> str:
    """As browsers read it: the five open bytes pass through."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())


MISREADINGS: tuple[Callable[[str], str], ...] = (_cp1256, _latin1, _cp1252)
SOUND = (
    "أعلن الوزير، في مؤتمر صحافي، أن «المشروع» سيبدأ عام 2024 – بكلفة 3.5 مليارات!",
    "فقط، ولا شرط؛ حظ… وضغط؟ نعم، ضغط، حفظ.",
    "ض، ط، ظ، ع، غ، ف: من حروف الهجاء",
    "مُحَمَّدٌ رَسُولٌ",
    "رئیس گفت که عکس و طرح، خط، شرط، غلط؛ می‌شود",
    "عکس ٹیگ ظلم، ضبط؟",
    "Ça va? Ærø, Übung — naïve “quotes” … 50 €",
    "Ø 5 mm, Ù, © 2024 Ñandú",
    "",
    "plain",
)


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_is_not_touched(text: str) -> None:
    assert repair(text) == text


@pytest.mark.parametrize("misread", MISREADINGS)
@pytest.mark.parametrize(
    "text",
    [
        "أعلن الوزير، في مؤتمر صحافي، أن «المشروع» سيبدأ عام 2024 – بكلفة 3.5 مليارات!",
        "مُحَمَّدٌ رَسُولٌ",
        "خبر عاجل: BBC تنقل عن café 😀 في بغداد\nسطر ثان",
        "رئیس جمهور گفت می‌شود",
    ],
)
def test_misread_text_comes_back(text: str, misread: Callable[[str], str]) -> None:
    assert repair(misread(text)) == text
    for again in MISREADINGS:
        assert repair(again(misread(text))) == text


def test_a_misread_part_of_a_sound_text() -> None:
    assert repair("العنوان: " + _cp1252("خبر عاجل") + " - نهاية") == "العنوان: خبر عاجل - نهاية"
    assert repair("قال الوزير â€œنعمâ€\u009d") == "قال الوزير “نعم”"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    assert isinstance(repair(text), str)


def test_hostile_texts_take_linear_work() -> None:
    for text in (
        "Ø§" * 100_000,
        "Ø " * 100_000,
        "ط§a" * 70_000,
        "\ufe8e\ufe91" * 50_000,
        "Ø§" + "a" * 200_000,
        "ط،" * 100_000,
    ):
        assert repair(text)


def _shape(word: str) -> str:
    """A word in presentation forms, by the joining rules of the Unicode Standard, section 9.2."""
    right_joining = "اأإآدذرزوؤةىء"
    forms: dict[tuple[str, str], str] = {}
    for code in range(0xFE80, 0xFEFD):
        name, *letters = unicodedata.decomposition(chr(code)).split()
        forms["".join(chr(int(letter, 16)) for letter in letters), name.strip("<>")] = chr(code)
    units: list[str] = []
    for letter in word:
        if units and units[-1] == "ل" and letter in "اأإآ":
            units[-1] += letter
        else:
            units.append(letter)
    shaped = ""
    for i, unit in enumerate(units):
        before = i > 0 and units[i - 1][-1] not in right_joining and unit != "ء"
        after = i + 1 < len(units) and unit[-1] not in right_joining and units[i + 1] != "ء"
        shaped += forms[unit, ("final" if before else "isolated") if not after else ("medial" if before else "initial")]
    return shaped


def test_letters_in_the_order_of_display_are_turned() -> None:
    words = ["قال", "الوزير", "إن", "1250", "مهاجرا", "وصلوا", "إلى", "الإسكندرية", "عام", "2016"]
    logical = " ".join(word if word.isdecimal() else _shape(word) for word in words)
    displayed = " ".join(word if word.isdecimal() else _shape(word)[::-1] for word in reversed(words))
    assert repair(displayed) == " ".join(words)
    assert repair(displayed + "\n" + displayed) == " ".join(words) + "\n" + " ".join(words)
    assert repair(logical) == logical


def test_real_texts(shared: Path) -> None:
    path = shared / "corpora" / "ant_multisource.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["title"] for line in itertools.islice(lines, 1000)]
    assert len(texts) == 1000
    for text in texts:
        assert repair(text) == text
    for misread in MISREADINGS:
        assert [repair(misread(text)) for text in texts] == texts


def test_files_in_windows_1256(shared: Path) -> None:
    files = sorted((shared / "windows1256").glob("*.txt"))
    assert len(files) >= 240
    for file in files:
        text = file.read_bytes().decode("cp1256")
        assert repair(text) == text
