"""The language of the search box: what a text stands for, and where it cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq import QueryError
from warraq.query import MAX_DEPTH, parse_query, phrase_query
from warraq.types import Between, Clause, Every, Field, Named, OneOf, Part, Some, Without


def one(query: str) -> Part:
    (part,) = parse_query(query).must
    return part


def word(stem: str, folded: str = "", **more: object) -> Clause:
    return Clause((stem,), (folded or stem,), **more)  # type: ignore[arg-type]


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_words_are_joined_and_groups_nest() -> None:
    assert parse_query("وزير نفط").must == (word("وزير"), word("نفط"))
    assert one("وزير OR نفط") == one("وزير | نفط") == one("وزير أو نفط") == Some((word("وزير"), word("نفط")))
    assert parse_query("(وزير OR نفط) AND غاز").must == (Some((word("وزير"), word("نفط"))), word("غاز"))
    assert one("(وزير نفط) OR غاز") == Some((Every((word("وزير"), word("نفط"))), word("غاز")))


def test_what_is_excluded_stands_apart() -> None:
    assert parse_query("وزير -نفط").must_not == parse_query("وزير NOT نفط").must_not == (word("نفط"),)
    assert parse_query("وزير -(نفط OR غاز)").must_not == (Some((word("نفط"), word("غاز"))),)
    assert parse_query("وزير -عنوان:نفط").must_not == (word("نفط", field=Field.TITLE),)
    assert one("غاز OR (وزير -نفط)") == Some((word("غاز"), Every((word("وزير"), Without(word("نفط"))))))
    assert parse_query("كوفيد-19").must_not == (), "a hyphen inside a word excludes nothing"


def test_fields_in_both_languages() -> None:
    for query in ("title:وزير", "عنوان:وزير", "العنوان:وزير", "TITLE:وزير"):
        assert one(query) == word("وزير", field=Field.TITLE)
    assert one('كاتب:"سارة علي"') == one('author:"سارة علي"')
    assert one('author:"سارة علي"').folded == ("ساره", "علي")  # type: ignore[union-attr]
    assert parse_query("title:(وزير نفط)").must == (word("وزير", field=Field.TITLE), word("نفط", field=Field.TITLE))
    assert one("outlet:sada,nahda") == one("جهة:sada،nahda") == OneOf(Named.OUTLET, ("sada", "nahda"))
    assert one('صحيفة:"صدى المرفأ"') == OneOf(Named.OUTLET, ("صدى المرفأ",))
    assert one("بلد:قطر") == OneOf(Named.COUNTRY, ("قطر",))
    assert len(parse_query("الساعة 10:30").must) == 3, "a colon alone makes no field"
    assert parse_query("قال الوزير: نعم").must[0] != OneOf(Named.OUTLET, ("نعم",))


@pytest.mark.parametrize(
    ("query", "start", "end"),
    [
        ("date:2025", "2025-01-01", "2026-01-01"),
        ("date:2025-12", "2025-12-01", "2026-01-01"),
        ("date:2024-02-29", "2024-02-29", "2024-03-01"),
        ("تاريخ:٢٠٢٥-٠٢/٢٠٢٥-٠٣", "2025-02-01", "2025-04-01"),
        ("date:2025-02..2025-02-10", "2025-02-01", "2025-02-11"),
    ],
)
def test_periods(query: str, start: str, end: str) -> None:
    assert one(query) == Between(day(start), day(end))


def test_open_periods_and_when_the_archive_saw_it() -> None:
    assert one("date:2025-02/") == Between(day("2025-02-01"), None)
    assert one("date:/2025-02") == Between(None, day("2025-03-01"))
    assert one("seen:2025-02") == one("رصد:2025-02") == Between(day("2025-02-01"), day("2025-03-01"), seen=True)


def test_prefixes_and_nearness() -> None:
    assert one("اقتصاد*") == word("اقتصاد", prefix=True)
    assert one('"وزير خارجية"~5').slop == 5  # type: ignore[union-attr]
    assert one('"وزير خارجية"').slop == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "position"),
    [
        ("(وزير", 0),
        ("وزير (نفط (غاز)", 5),
        ("وزير)", 4),
        ("وزير title:", 5),
        ("وزير -", None),
        ("date:غدا", 5),
        ("date:2025-13", 5),
        ("date:2025-03/2025-02", 5),
        ("date:/", 5),
        ("ا*", 0),
        ("-وزير", 0),
        ("وزير NOT", 5),
        ("(" * (MAX_DEPTH + 1) + "وزير" + ")" * (MAX_DEPTH + 1), MAX_DEPTH),
    ],
)
def test_errors_point_at_the_place(query: str, position: int | None) -> None:
    if position is None:  # a sign that stands alone is no operator
        assert parse_query(query).must
        return
    with pytest.raises(QueryError) as error:
        parse_query(query)
    assert error.value.position == position


def test_a_phrase_is_taken_as_it_stands() -> None:
    assert phrase_query('اتفاق (الميناء) OR "السوق"').must == (
        Clause(("اتفاق", "ميناء", "or", "سوق"), ("اتفاق", "الميناء", "or", "السوق")),
    )
    with pytest.raises(QueryError):
        phrase_query("!!")


PIECES = [
    "وزير",
    "الـنفط",
    "(",
    ")",
    '"',
    "«",
    "»",
    "-",
    "OR",
    "NOT",
    "|",
    "title:",
    "تاريخ:",
    "2025-02",
    "/",
    "*",
    "~3",
    " ",
]


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map("".join)))
def test_any_text_is_a_query_or_a_pointed_error(text: str) -> None:
    try:
        wanted = len(parse_query(text).must)
        place: int | None = 0
    except QueryError as error:
        wanted, place = 1, error.position
    assert wanted
    assert place is not None
    assert 0 <= place <= max(len(text), 1)
