"""Reading and writing dates."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.arabic.calendars import hijri_day, jalali_day
from warraq.arabic.dates import find_dates, read_date, write_date
from warraq.arabic.hours import zone_info
from warraq.errors import UsageError
from warraq.types import Dated, Precision

NOW = datetime(2024, 3, 13, 15, 20, tzinfo=UTC)
"""A Wednesday."""
SETS = ("gregorian", "levant", "maghreb", "morocco", "mauritania", "both")


def told(text: str, zone: str = "UTC", reference: datetime | None = None) -> str | None:
    """A date as the string would be written in ISO 8601, as far as it is known, in the zone it was said in."""
    found = read_date(text, zone=zone, reference=reference)
    if not found:
        return None
    local = found.at.astimezone(zone_info(found.zone))
    return local.strftime({"minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "month": "%Y-%m"}[found.precision])


def test_gold(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "gold" / "dates.jsonl").read_text("utf-8").splitlines()]
    assert {r["text"]: (told(r["text"]) or "")[:10] for r in rows} == {r["text"]: r["iso"] for r in rows}


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("السبت 6 نيسان/أبريل 2019", "2019-04-06"),
        ("15 مارس (آذار) 2022", "2022-03-15"),
        ("3 كانون ثاني 2018 10:05 م", "2018-01-03 22:05"),
        ("٧ ت٢ ٢٠١٩", "2019-11-07"),
        ("11 أوت 2019 على الساعة 14:30", "2019-08-11 14:30"),
        ("11 شتنبر 2019 - 23:10", "2019-09-11 23:10"),
        ("الحادي والعشرين من يونيو 2017", "2017-06-21"),
        ("أول يناير 2020", "2020-01-01"),
        ("10 يونيو من عام 2016", "2016-06-10"),
        ("22-ديسمبر-2019 الساعة 9:05 صباحا", "2019-12-22 09:05"),
        ("5 مايو 2016، الساعة الثامنة وعشرين دقيقة مساءً", "2016-05-05 20:20"),
        ("12 مايو 2021 الساعة الثانية عشرة ظهرا", "2021-05-12 12:00"),
        ("12 مايو 2021 الساعة 3 والنصف عصرا", "2021-05-12 15:30"),
        ("12 مايو 2021 الساعة السابعة إلا الربع مساء", "2021-05-12 18:45"),
        ("12 مايو 2021 | 12:15 ص", "2021-05-12 00:15"),
        ("10:20 م - الإثنين 4 يناير 2021", "2021-01-04 22:20"),
        ("نشر في: 12/05/2021 آخر تحديث: 14/05/2021 10:00", "2021-05-12"),
        ("04/22/2016", "2016-04-22"),
        ("الأحد 07/02/2021", "2021-02-07"),
        ("الجمعة 07/02/2021", "2021-07-02"),
        ("مايو 2021", "2021-05"),
        ("2021-05", "2021-05"),
        ("رمضان 1442", "2021-04"),
        ("15/9/1442 هـ", "2021-04-27"),
        ("1 محرم 1445", "2023-07-19"),
        ("الخميس 1 محرم 1445هـ", "2023-07-20"),
        ("1 فروردین 1403", "2024-03-20"),
        ("۳۰ اسفند ۱۴۰۳", "2025-03-20"),
        ("20 حمل 1401 هـ.ش", "2022-04-09"),
        ("2020-08-24T09:23:41.250+03:00", "2020-08-24 09:23"),
        ("20200824T092300Z", "2020-08-24 09:23"),
        ("20200824", "2020-08-24"),
        ("Mon, 24 Aug 2020 09:23:00 +0300", "2020-08-24 09:23"),
        ("Mon Aug 24 09:23:00 2020", "2020-08-24 09:23"),
        ("August 24th, 2020 9:23 PM", "2020-08-24 21:23"),
        ("23rd, September 2023 GMT", "2023-09-23"),
        ("24 août 2020 à 16h30", "2020-08-24 16:30"),
        ("24 février 2020", "2020-02-24"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06 08:49"),
        ("12 مايو 2021 14:20 ص", "2021-05-12"),
        ("12 مايو 2021 14:20 - 15:30", "2021-05-12"),
        ("12 مايو 2021 14:20 بتوقيت عمان", "2021-05-12"),
        ("12 مايو 2021 14:20 AST", "2021-05-12"),
        ("2021-05-12 الأربعاء 10:30", "2021-05-12 10:30"),
        ("12 مايو 2021 الساعة 12:30 بعد منتصف الليل", "2021-05-12 00:30"),
        ("12 مايو 2021 1:2:3:4", "2021-05-12"),
    ],
)
def test_forms(text: str, iso: str) -> None:
    assert told(text) == iso


@pytest.mark.parametrize(
    "text",
    [
        "31 نوفمبر 2021",
        "30 شباط 2020",
        "29 فبراير 2021",
        "31/11/2021",
        "2021-13-01",
        "2021-05-01T25:10:00Z",
        "99 يونيو 2009",
        "2021/02/30 10:00",
        "31 سبتمبر",
        "30 صفر 1443",
        "5 مارس 1443هـ",
        "5 رمضان 2021م",
        "10/11/12",
        "1399/02/21",
        "5-7 سبتمبر 2021",
        "يناير/فبراير 2021",
        "5 مايو 2021 و 6 مايو 2021",
        "14 ربيع الأول 1443هـ الموافق 20 أكتوبر 2019م",
        "192.168.1.2020",
        "2021",
        "عام 2021",
        "5 مايو",
        "السبت",
        "أمس",
        "منذ يومين",
        "10:30",
        "قرأ الخبر 1234 شخصا",
        "0501234567",
        "",
        "5 مايو 2021 " * 200,
    ],
)
def test_refused(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("قبل 3 ساعات", "2024-03-13 12:20"),
        ("منذ دقيقة واحدة", "2024-03-13 15:19"),
        ("منذ ساعة ونصف", "2024-03-13 13:50"),
        ("قبل ساعتين و10 دقائق", "2024-03-13 13:10"),
        ("منذ يومين", "2024-03-11"),
        ("منذ ٥ أيام", "2024-03-08"),
        ("منذ ثلاثة أسابيع", "2024-02-21"),
        ("3 أيام مضت", "2024-03-10"),
        ("منذ شهر", "2024-02"),
        ("أمس", "2024-03-12"),
        ("أمس الساعة 10:30 م", "2024-03-12 22:30"),
        ("أول أمس", "2024-03-11"),
        ("اليوم، 09:15", "2024-03-13 09:15"),
        ("نشر اليوم", "2024-03-13"),
        ("السبت", "2024-03-09"),
        ("الأربعاء 14:00", "2024-03-13 14:00"),
        ("الأربعاء الماضي", "2024-03-06"),
        ("السبت المقبل", "2024-03-16"),
        ("5 مارس", "2024-03-05"),
        ("5 أبريل", "2023-04-05"),
        ("الأربعاء 5 أبريل", "2023-04-05"),
        ("31/12/20", "2020-12-31"),
        ("6 أغسطس المقبل", "2024-08-06"),
        ("6 أغسطس الماضي", "2023-08-06"),
        ("أمس الثلاثاء", "2024-03-12"),
        ("أمس (الثلاثاء) 10:00", "2024-03-12 10:00"),
    ],
)
def test_relative(text: str, iso: str) -> None:
    assert told(text, reference=NOW) == iso


@pytest.mark.parametrize(
    "text",
    [
        "المصري اليوم",
        "أخبار الجمعة",
        "منذ عامين",
        "قبل أيام",
        "منذ ساعات",
        "قبل شهر رمضان",
        "أمس الاثنين",
        "قبل قليل",
        "قبل يومين من الافتتاح",
        "الخميس 5 أبريل",
        "الجمعة 22",
    ],
)
def test_relative_refused(text: str) -> None:
    assert read_date(text, reference=NOW) is None


@pytest.mark.parametrize(
    ("text", "utc", "zone"),
    [
        ("5 مايو 2021 10:30", "07:30", "Asia/Riyadh"),
        ("5 مايو 2021 10:30 بتوقيت غرينتش", "10:30", "UTC"),
        ("5 مايو 2021 10:30 (ت.غ)", "10:30", "UTC"),
        ("1442/9/23 هـ الموافق 2021/5/5 م الساعة 10:30 (القاهرة)، 8:30 (غرينتش)", "08:30", "Africa/Cairo"),
        ("5 مايو 2021: 10:30 ص GST", "06:30", "+04:00"),
        ("5 مايو 2021 10:30 بتوقيت غرينتش+3", "07:30", "Asia/Riyadh"),
        ("5 مايو 2021 10:30 GMT", "10:30", "UTC"),
        ("5 مايو 2021 10:30 (GMT+0400)", "06:30", "+04:00"),
        ("5 مايو 2021 10:30 +03:00", "07:30", "Asia/Riyadh"),
        ("5 مايو 2021 10:30 +05:30", "05:00", "+05:30"),
        ("5 مايو 2021 10:30 -0500", "15:30", "-05:00"),
        ("Wed 5 May 2021 10:30:00 +05", "05:30", "+05:00"),
        ("5 ماي 2021 على الساعة 10h00 GMT", "10:00", "UTC"),
        ("5 مايو 2021 10:30 بتوقيت القاهرة", "08:30", "Africa/Cairo"),
        ("5 مايو 2021 10:30 بتوقيت مكة المكرمة", "07:30", "Asia/Riyadh"),
        ("5 مايو 2021 10:30 بالتوقيت المحلي", "07:30", "Asia/Riyadh"),
        ("5 مايو 2021 10:30 بتوقيت عمّان", "07:30", "Asia/Riyadh"),
        ("5 يناير 2021 10:30 بتوقيت عمّان", "08:30", "Asia/Amman"),
        ("2021-05-05T10:30:00-05:00", "15:30", "-05:00"),
        ("5 مايو 2021", "21:00", "Asia/Riyadh"),
    ],
)
def test_zones(text: str, utc: str, zone: str) -> None:
    found = read_date(text, zone="Asia/Riyadh")
    assert found is not None
    assert (found.at.strftime("%H:%M"), found.zone) == (utc, zone)


def test_a_day_begins_at_its_own_midnight() -> None:
    found = read_date("5 مايو 2021", zone="Africa/Cairo")
    assert found == Dated(datetime(2021, 5, 4, 22, tzinfo=UTC), Precision.DAY, zone="Africa/Cairo")


def test_unknown_zone() -> None:
    with pytest.raises(UsageError):
        read_date("5 مايو 2021", zone="Asia/Atlantis")


def test_find() -> None:
    text = "افتتح في 29 يوليو 1998 ثم أغلق، وأعيد افتتاحه الأحد 11 مايو/أيار 2003 الساعة 9 صباحا. وفي 31 يونيو لا شيء."
    found = [(text[s:e], d.at.strftime("%Y-%m-%d %H:%M")) for s, e, d in find_dates(text)]
    assert found == [
        ("29 يوليو 1998", "1998-07-29 00:00"),
        ("الأحد 11 مايو/أيار 2003 الساعة 9 صباحا", "2003-05-11 09:00"),
    ]


def test_find_only_what_a_sentence_makes_sure() -> None:
    text = (
        "يومًا بعد يوم، وفي شارع 26 سبتمبر، قال السبت إنه عاد أمس الثلاثاء بعد أسبوعين، وإن الاجتماع في 6 أغسطس المقبل"
        " بين نوفمبر تشرين الثاني ويناير كانون الثاني، والأيام الـ25 الأولى من شهر تموز."
    )
    found = [(text[s:e], d.at.strftime("%Y-%m-%d")) for s, e, d in find_dates(text, reference=NOW)]
    assert found == [("أمس الثلاثاء", "2024-03-12"), ("6 أغسطس المقبل", "2024-08-06")]


def test_find_across_chunks() -> None:
    text = "كلمة " * 1630 + "في 5 مايو 2021 وبعد ذلك. " + "كلمة " * 3000 + "ثم 6 مايو 2021"
    found = [text[s:e] for s, e, _ in find_dates(text)]
    assert found == ["5 مايو 2021", "6 مايو 2021"]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(SETS), st.sampled_from(["latn", "arab"]))
def test_round_trip(day: date, months: str, digits: str) -> None:
    when = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Riyadh"))
    text = write_date(when, zone="Asia/Riyadh", months=months, digits=digits)  # type: ignore[arg-type]
    assert told(text, zone="Asia/Riyadh") == day.isoformat()


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["EG", "SA", "IQ", "LB", "DZ", "TN", "MA", "MR", "XX"]),
)
def test_round_trip_with_time(when: datetime, country: str) -> None:
    when = when.replace(second=0, microsecond=0)
    found = read_date(write_date(when, zone="Asia/Dubai", country=country, with_time=True), zone="Asia/Dubai")
    assert found == Dated(when, Precision.MINUTE, zone="Asia/Dubai")


def test_written() -> None:
    when = datetime(2023, 9, 23, 14, 5, tzinfo=UTC)
    assert write_date(when) == "السبت 23 سبتمبر 2023"
    assert write_date(when, months="levant") == "السبت 23 أيلول 2023"
    assert write_date(when, months="both") == "السبت 23 أيلول / سبتمبر 2023"
    assert write_date(when, country="MA", with_time=True) == "السبت 23 شتنبر 2023، 14:05"
    assert write_date(when, zone="Asia/Riyadh", digits="arab", with_time=True) == "السبت ٢٣ سبتمبر ٢٠٢٣، ٥:٠٥ م"


@given(st.dates(date(1925, 1, 1), date(2076, 1, 1)))
def test_jalali_days_follow_one_another(day: date) -> None:
    names = {jalali_day(y, m, d) for y in (day.year - 622, day.year - 621) for m in range(1, 13) for d in range(1, 32)}
    assert {day, day + timedelta(1)} <= names


def test_calendars_end() -> None:
    assert hijri_day(1501, 1, 1) is None
    assert hijri_day(1443, 2, 30) is None
    assert jalali_day(1400, 12, 30) is None
    assert jalali_day(1403, 12, 30) == date(2025, 3, 20)


ALPHABET = "0123456789٠١٢٣٩۱۲/-.:،,() \n" + "ابتمهصيوةأـًنس" + "+ZTGM\u200f"
WORDS = [
    "مايو",
    "كانون",
    "الثاني",
    "ربيع",
    "الأول",
    "السبت",
    "الساعة",
    "قبل",
    "منذ",
    "هـ",
    "م",
    "2021",
    "31",
    "10:30",
    "بتوقيت",
    "عمان",
]


@given(st.one_of(st.text(), st.text(ALPHABET), st.lists(st.sampled_from(WORDS + list(ALPHABET))).map(" ".join)))
def test_any_text(text: str) -> None:
    read_date(text, reference=NOW, zone="Africa/Cairo")
    for start, end, found in find_dates(text, reference=NOW):
        assert 0 <= start < end <= len(text)
        assert found.at.tzinfo is UTC


@pytest.mark.parametrize(
    "unit", ["1", "1/", "٣/", "1-", "1:", "12 مايو ", "(", "م", "ا\u064b", "5 ", "قبل 3 ", "السبت، ", "ـ"]
)
def test_hostile(unit: str) -> None:
    text = unit * (40_000 // len(unit))
    assert sum(1 for _ in find_dates(text, reference=NOW)) <= len(text)
    assert read_date(text, reference=NOW) is None
