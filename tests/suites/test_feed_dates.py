"""Dates of feeds as servers write them: the zone they name counts, and what cannot be read is not made up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from warraq.feeds import parse_feed
from warraq.records import stated_date
from warraq.types import Feed


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("+0300", 9),
        ("+03:00", 9),
        ("+03", 9),
        ("+3", 9),
        ("GMT+3", 9),
        ("GMT+03:00", 9),
        ("UTC +0300", 9),
        ("-05:00", 17),
        ("GMT", 12),
        ("UT", 12),
        ("Z", 12),
        ("CET", 11),
        ("EET", 10),
        ("EEST", 9),
        ("MSK", 9),
        ("EST", 17),
        ("", 8),
        ("-0000", 8),
        ("XYZ", 8),
    ],
)
def test_a_zone_is_read_however_it_is_written(zone: str, hour: int) -> None:
    found = stated_date(f"Sun, 16 Feb 2025 12:00:00 {zone}", "Asia/Dubai")
    assert found is not None
    assert found.at == datetime(2025, 2, 16, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["2013-xx-27", "2013-01-28T09:xx:00Z", "2013-02-01T25:14:55Z", "2004\u5e74", "20 soon"]
)
def test_no_date_is_half_of_today(said: str) -> None:
    item = f"<item><link>https://news.example/1</link><pubDate>{said}</pubDate></item>"
    found = parse_feed(f"<rss version='2.0'><channel>{item}</channel></rss>".encode(), "https://news.example/rss")
    assert isinstance(found, Feed)
    assert found.entries[0].published is None
