"""What was wrong, in Arabic: the lines that readers of the site meet have one, and what was typed stays in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from warraq.errors import UsageError
from warraq.query import parse_query
from warraq.render.moments import read_day, read_moment
from warraq.render.refusals import said

QUERIES = [
    "x" * 1001,
    "-سلام",
    "(" * 20 + "x",
    "(سلام",
    "سلام)",
    "title:",
    "a*",
    "date:never",
    "date:2025-03/2025-02",
    " OR ".join(f"word{n}" for n in range(40)),
    "-",
]


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(UsageError) as caught:
        call()
    return str(caught.value)


@pytest.mark.parametrize("query", QUERIES)
def test_every_refusal_of_a_query_is_said_in_arabic(query: str) -> None:
    message = refused(lambda: parse_query(query))
    text, language = said(message, "ar")
    assert language == "ar", message
    assert any("\u0621" <= letter <= "\u064a" for letter in text)
    assert said(message, "en") == (message, "en")


def test_what_was_typed_stays_in_it_in_its_own_direction() -> None:
    assert said(refused(lambda: read_moment("so{0}on")), "ar")[0].startswith("ليس وقتًا: \u2068'so{0}on'\u2069 (اكتب")
    assert "'غدا'" in said(refused(lambda: read_day("غدا")), "ar")[0]
    assert said("no article https://a.example/x as of 2025-02-16 00:00:00 UTC", "ar")[0].startswith("لم يكن")


def test_what_nobody_foresaw_is_shown_as_it_is() -> None:
    assert said("the moon is full", "ar") == ("the moon is full", "en")
