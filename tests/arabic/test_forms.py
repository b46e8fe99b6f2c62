"""Forms of a text: what is folded, what is kept, and that every character leads back to where it came from."""

from __future__ import annotations

import bz2
import json
import random
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.arabic import fold, match_form, search_form, shown

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأإؤئىةپچژگڤکیہۀھ"
MARKS = (
    "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0653\u0654\u0655\u0640\u200c\u200d\u200f\u202b\u2067\u00ad"
)
OTHERS = "abZ é\u0301ß٣۳3٫٬،؛؟٪.«»-_\n\ufefbﷲﺑﺔ½ﬁ한\u1112\u1161\u11abΩς\u0345"
texts = st.one_of(st.text(alphabet=LETTERS + MARKS + OTHERS, max_size=60), st.text(max_size=40))


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("القُرآن الكَرِيم", "القران الكريم"),
        ("مسؤولون وشؤون", "مسوولون وشوون"),
        ("شئون وشؤون", "شوون وشوون"),
        ("الجزيرة‌ی عربستان", "الجزيرهي عربستان"),
        ("بـــيـــان", "بيان"),
        ("١٢٬٣٤٥٫٦٧٪", "12,345.67%"),
        ("۱۲۳ १२३ １２３", "123 123 123"),
        ("Straße CAFÉ", "strasse café"),
        ("لا إله إلا الله", "لا اله الا الله"),
        ("ﻻ ﷲ ﺍﻟﺴﻼﻡ", "لا الله السلام"),
        ("قال: «نعم»؟", "قال: «نعم»?"),
        ("بطرسبورگ وپاریس", "بطرسبورك وباريس"),
    ],
)
def test_search_form(printed: str, folded: str) -> None:
    assert search_form(printed) == folded


def test_search_form_keeps_hamza_alone_and_digits() -> None:
    assert search_form("سماء") == "سماء"
    assert search_form("ماء 7") == "ماء 7"


def test_match_form_is_words_with_single_spaces() -> None:
    assert match_form("  «ناغورني - قره‌باغ»، (2023)! ") == "ناغورني قرهباغ 2023"
    assert match_form("كأس_العالم") == "كاس العالم"
    assert match_form("…") == ""


@settings(max_examples=400, deadline=None)
@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert search_form(search_form(text)) == search_form(text)
    assert match_form(match_form(text)) == match_form(text)
    assert shown(shown(text)) == shown(text)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_offsets_lead_back(text: str) -> None:
    for form, plain in (("search", search_form), ("match", match_form)):
        folded = fold(text, form)  # type: ignore[arg-type]
        assert folded.text == plain(text)
        assert len(folded.offsets) == len(folded.text) + 1
        assert folded.offsets[-1] == len(text)
        assert list(folded.offsets) == sorted(folded.offsets)
        for at, character in enumerate(folded.text):
            start, end = folded.span(at, at + 1)
            assert 0 <= start < end <= len(text)
            if character.isalnum() and character not in "وي":  # شئون: the seat of a hamza depends on its neighbour
                assert character in search_form(text[start:end])


def test_offsets_of_a_marked_word() -> None:
    printed = "في الجُمْهُـــورِيَّة أمس"
    folded = fold(printed)
    at = folded.text.index("الجمهوريه")
    start, end = folded.span(at, at + len("الجمهوريه"))
    assert printed[start:end].strip() == "الجُمْهُـــورِيَّة"


def test_span_of_a_ligature_is_the_whole_ligature() -> None:
    folded = fold("xﷲy")
    assert folded.text == "xاللهy"
    assert folded.span(2, 3) == (1, 2)


def test_many_random_texts_fold_once_and_lead_back() -> None:
    """A cheap sweep in place of hypothesis: as many random texts as a test may take."""
    dice = random.Random(7)
    alphabet = LETTERS * 3 + MARKS + OTHERS
    for _ in range(5000):
        text = "".join(dice.choices(alphabet, k=dice.randrange(1, 14)))
        folded = fold(text)
        assert folded.text == search_form(text)
        assert search_form(folded.text) == folded.text


def test_shown_repairs_only_what_nobody_sees() -> None:
    assert shown("كِتَابٌ جـــديد، ﷲ!") == "كِتَابٌ جـــديد، ﷲ!"
    assert shown("\ufeffالقد\u00adس\u200b\x00") == "القدس"
    assert shown("\u202bبغداد\u202c \u2067x\u2069") == "بغداد x"
    assert shown("a\u200fb می\u200cشود") == "a\u200fb می\u200cشود"
    assert shown("إ" + "يران") == "إيران"
    assert shown("سطر\r\nسطر\u2028سطر") == "سطر\nسطر\nسطر"
    assert shown("كتابا\ufe70") == "كتابا\u064b"
    assert shown("\ud800ab") == "\ufffdab"
    assert shown("ط§ظ„ط¹ط±ط¨ظٹط©") == "العربية"


def test_equivalent_texts_have_one_search_form() -> None:
    """What UAX #15 calls equivalent, for every character that has a decomposition, bare and between others."""
    tried = 0
    for code in range(0x110000):
        character = chr(code)
        if not unicodedata.decomposition(character):
            continue
        for text in (character, f"ب{character}و", f"a{character}\u0301\u0650"):
            forms = {search_form(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
            assert forms == {search_form(text)}, hex(code)
            assert fold(text).text == search_form(text), hex(code)
        tried += 1
    assert tried > 5_000


def test_normalization_test_of_unicode(shared: Path) -> None:
    """Unicode's NormalizationTest: columns 1-3 are canonically, 4-5 compatibly equivalent."""
    path = shared / "suites" / "unicode" / "data" / "NormalizationTest.txt.bz2"
    if not path.exists():
        pytest.skip(f"SKIPPED FOR MISSING DATA: {path}")
    rows = 0
    for line in bz2.decompress(path.read_bytes()).decode("utf-8").splitlines():
        if line.startswith(("#", "@")):
            continue
        columns = ["".join(chr(int(cp, 16)) for cp in column.split()) for column in line.split(";")[:5]]
        assert len({search_form(column) for column in columns}) == 1, line
        assert shown(columns[0]) == shown(columns[1]) == shown(columns[2]), line
        rows += 1
    assert rows > 15_000


def test_gold_spellings(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "gold" / "forms.jsonl").open(encoding="utf-8")]
    wrong = [row["what"] for row in rows if search_form(row["text"]) not in row["expect"]]
    assert not wrong
    assert len(rows) == 31
