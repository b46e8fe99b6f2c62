"""Months as grids, and days in words, in both languages."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from warraq.arabic.calendars import hijri_day, hijri_of
from warraq.render.calendar import FIRST_WEEKDAY, day_text, hijri_iso, hijri_text, level, month_of


@given(st.dates(), st.sampled_from(["ar", "en"]))
def test_a_grid_holds_every_day_of_its_month_once_and_in_order(day: date, language: str) -> None:
    month = month_of(day.replace(day=1), {day: 3}, 3, language)
    assert {len(week) for week in month.weeks} == {7}
    cells = [cell for week in month.weeks for cell in week]
    days = [cell.day for cell in cells if cell]
    assert [d.day for d in days] == list(range(1, len(days) + 1))
    assert day in days
    assert (month.count, [cell.count for cell in cells if cell and cell.count]) == (3, [3])
    for place, cell in enumerate(cells):
        if cell:
            assert cell.day.weekday() == (FIRST_WEEKDAY[language] + place) % 7


@given(st.dates(date(1925, 1, 1), date(2076, 1, 1)))
def test_hijri_days_come_back(day: date) -> None:
    found = hijri_of(day)
    assert found is not None
    assert hijri_day(*found) == day


def test_days_in_words() -> None:
    day = date(2025, 2, 16)
    assert day_text(day, "ar") == "الأحد 16 فبراير 2025"
    assert day_text(day, "en") == "Sunday 16 February 2025"
    assert hijri_text(day, "ar") == "17 شعبان 1446 هـ"
    assert hijri_text(day, "en") == "17 Shaban 1446 AH"
    assert hijri_iso(day) == "1446-08-17"
    assert (hijri_of(date(1900, 1, 1)), hijri_text(date.max, "ar"), hijri_iso(date.min)) == (None, "", None)
    assert month_of(date(2025, 2, 1), {}, 1, "ar").hijri == "شعبان 1446 هـ"


def test_levels_are_even_and_nothing_is_nothing() -> None:
    assert [level(count, 10) for count in (0, 1, 2, 3, 9, 10)] == [0, 1, 1, 2, 5, 5]
