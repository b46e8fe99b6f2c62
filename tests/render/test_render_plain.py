"""Nothing that acts on a screen gets through, and nothing else is lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.render.plain import isolate, line, plain

ANY = st.text(
    alphabet=st.characters(codec=None) | st.sampled_from("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x1b\n")
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("خبر عادي (2-3) عن BBC", "خبر عادي (2-3) عن BBC"),
        ("\x1b[31mأحمر\x1b[0m", "[31mأحمر[0m"),
        ("\x1b]0;title\x07خبر", "]0;titleخبر"),
        ("\u202eمقلوب", "مقلوب"),
        ("قال \u2066Jane Doe\u2069 أمس", "قال \u2066Jane Doe\u2069 أمس"),
        ("مفتوح \u2066Jane", "مفتوح Jane"),
        ("مغلق \u2069 دون فتح", "مغلق  دون فتح"),
        ("\u202bسطر\nآخر\u202c", "سطر\nآخر"),
        ("متقاطع \u2066\u202bx\u2069\u202c", "متقاطع x"),
        ("\ud800\ufffe\x00خبر", "خبر"),
        ("عمود\tآخر\nسطر", "عمود\tآخر\nسطر"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(ANY)
def test_shown_text_is_safe_and_stays(text: str) -> None:
    shown = plain(text)
    assert plain(shown) == shown
    assert not {c for c in shown if unicodedata.category(c) in {"Cc", "Cs"}} - {"\t", "\n"}
    shown.encode()
    for part in shown.split("\n"):
        assert sum(c in "\u2066\u2067\u2068" for c in part) == part.count("\u2069")
        assert sum(c in "\u202a\u202b" for c in part) == part.count("\u202c")


@given(ANY)
def test_a_line_is_one_line(text: str) -> None:
    assert len(line(text).splitlines()) <= 1


def test_only_left_to_right_letters_are_isolated() -> None:
    assert isolate("رويترز") == "رويترز"
    assert isolate("موقع 24") == "موقع 24"
    assert isolate("قناة BBC") == "\u2068قناة BBC\u2069"
