"""Moments, written and read."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.errors import UsageError
from warraq.render.moments import dated_iso, iso, moment_text, read_moment, stamp, written
from warraq.types import Dated, Precision

MOMENT = datetime(2025, 2, 16, 15, 46, 39, tzinfo=UTC)
MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2999, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    "typed",
    [
        "2025-02-16T15:46:39Z",
        "2025-02-16@15:46:39 GMT",
        " 2025-02-16 15:46:39 ",
        "2025-02-16T15:46:39",
        "2025-02-16t15:46:39.000z",
        "2025-02-16T17:46:39+02:00",
        "2025-02-16T17:46:39 02:00",
        "2025-02-16T10:46:39-0500",
        "٢٠٢٥-٠٢-١٦ ١٥:٤٦:٣٩",
    ],
)
def test_one_moment_in_many_spellings(typed: str) -> None:
    assert read_moment(typed) == MOMENT


def test_a_day_is_its_end_and_a_minute_its_beginning() -> None:
    assert read_moment("2025-02-16") == datetime(2025, 2, 16, 23, 59, 59, 999_999, tzinfo=UTC)
    assert read_moment("2025-02-16T15:46") == datetime(2025, 2, 16, 15, 46, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "yesterday",
        "2025-02-30",
        "2025-13-01",
        "2025-02-16T25:00",
        "0000-01-01",
        "0001-01-01T00:00+05:00",
        "2025-02-16T10",
        "2025-02-16T10:00+99:00",
        "9999-12-31T23:59-05:00",
        "2025-02-16T15:46:39Z;x",
        "1" * 10_000,
    ],
)
def test_what_is_no_moment(typed: str) -> None:
    with pytest.raises(UsageError, match="not a moment") as raised:
        read_moment(typed)
    assert len(str(raised.value)) < 250


@given(MOMENTS)
def test_iso_is_read_back_exactly(when: datetime) -> None:
    assert read_moment(iso(when)) == when
    assert read_moment(stamp(when)) == when.replace(microsecond=0)


@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        assert read_moment(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("precision", "machine", "arabic", "english"),
    [
        (Precision.MINUTE, "2025-02-16T19:46+04:00", "الأحد 16 فبراير 2025، 7:46 م", "16 February 2025, 19:46"),
        (Precision.DAY, "2025-02-16", "الأحد 16 فبراير 2025", "16 February 2025"),
        (Precision.MONTH, "2025-02", "فبراير 2025", "February 2025"),
    ],
)
def test_an_outlets_date_says_as_much_as_is_known(
    precision: Precision, machine: str, arabic: str, english: str
) -> None:
    dated = Dated(MOMENT, precision, zone="Asia/Dubai")
    assert dated_iso(dated) == machine
    assert " ".join(written(dated).split()) == arabic
    assert written(dated, "en") == english


def test_a_zone_nobody_knows_is_utc() -> None:
    for zone in ("Mars/Olympus", "../../etc/passwd", "", "\x00"):
        assert dated_iso(Dated(MOMENT, zone=zone)) == "2025-02-16T15:46Z"


def test_a_moment_of_ours_is_in_gmt() -> None:
    assert " ".join(moment_text(MOMENT).split()) == "الأحد 16 فبراير 2025، 3:46 م"
    assert moment_text(MOMENT, "en") == "16 February 2025, 15:46"
