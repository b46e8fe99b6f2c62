"""Dates as Arabic outlets write them, read and written.

Reading is by the pieces of a text (`pieces`), tables of names (`months`), days in three calendars (`days`,
`calendars`), times and zones (`hours`) and relative phrases (`relative`). Every reading looks at a bounded number of
pieces, so time is linear in the text whatever it holds. What cannot be read for sure is not read: there is no default
day, month, year or century.

Rules where print is ambiguous:

* Three numbers with the year last are day, month, year; month, day, year only if no other order gives a day, or the
  weekday beside them says so. Three short numbers are read only if the weekday or the reference leaves one order.
* A year from 1416 to 1500 in numbers is Hijri, one with Persian digits Jalali; the years before, in which both are
  likely (1415 is 1995 or 2036), need a sign such as `هـ`.
* A Hijri date beside a weekday moves by one day to it: the month is seen a day earlier or later in some countries.
  Beside a Gregorian date it only confirms that.
* `عمان` may be Amman or Muscat, `AST` many places, `14:20 ص` neither morning nor afternoon: the time is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

from warraq.arabic import hours, months, numberwords, relative
from warraq.arabic.calendars import gregorian_day
from warraq.arabic.days import LOOSE, TOLD, WHOLE, Reading, plain_day
from warraq.arabic.forms import search_form
from warraq.arabic.hours import LOCAL, UNKNOWN, Time, mark_at, marked, time_at, zone_at, zone_info
from warraq.arabic.months import GREGORIAN, sign, weekday_at, word
from warraq.arabic.pieces import Piece, lexicon, pieces, windows
from warraq.arabic.relative import STARTS, told_at
from warraq.errors import UsageError
from warraq.types import Dated, Origin, Precision

LONGEST = 1000
"""A longer string is not a date."""


def read_date(text: str, *, reference: datetime | None = None, zone: str = "UTC") -> Dated | None:
    """The one date that a string states, or None if there is none, several, or one that is not sure.

    `zone`: IANA name of the place where it was written; a zone in the string wins, and is then the answer's zone: an
    IANA name or an offset such as ``+03:00`` (`hours.zone_info` takes both). `reference`: the moment of writing
    (aware), for relative dates (`منذ يومين`), dates without a year and years of two digits, not read without it.
    With precision DAY the answer is the midnight that began the day, with MONTH the one that began the month.
    Raises `UsageError` if `zone` is no zone; never on any text.
    """
    now = _local(reference, zone)
    if len(text) > LONGEST:
        return None
    parts = list(pieces(text))
    readings = list(_readings(text, parts, now)) or _machine(text, parts)
    chosen = _choose(readings, parts)
    return _dated(chosen, zone) if chosen else None


def find_dates(text: str, *, reference: datetime | None = None, zone: str = "UTC") -> Iterator[tuple[int, int, Dated]]:
    """The dates inside a running text, in order, as (start, end, date); offsets are those of `text`.

    As `read_date`, but words such as `السبت` and `اليوم` are not read alone: in a sentence they may mean any.
    """
    now = _local(reference, zone)
    begin = 0
    for window, keep, stop in windows(text):
        parts = list(pieces(text, max(window, begin), stop))
        for reading in _readings(text, parts, now):
            start, end = parts[reading.start].start, parts[reading.next - 1].end
            if start >= keep:
                break
            begin = end
            if reading.weight in (TOLD, WHOLE) and (dated := _dated(reading, zone)):
                yield start, end, dated


def _local(reference: datetime | None, zone: str) -> datetime | None:
    place = zone_info(zone)
    if reference is not None and reference.tzinfo is None:
        raise UsageError("a reference moment needs a time zone")
    return reference.astimezone(place) if reference else None


def _dated(reading: Reading, zone: str) -> Dated | None:
    """The moment in UTC, and the zone it was said in: the caller's where the string agrees or says nothing."""
    if reading.moment:
        return Dated(reading.moment.astimezone(UTC), reading.precision, Origin.RECORD, zone)
    if not reading.day:
        return None
    clock, said = reading.time, reading.zone.name if reading.zone else LOCAL
    if said == UNKNOWN and zone in _OMAN_OR_AMMAN:
        said = LOCAL
    if not clock or not clock.clear or said == UNKNOWN:
        clock, said = None, LOCAL
    precision = Precision.MINUTE if clock else reading.precision
    local = datetime.combine(
        reading.day, time(clock.hour, clock.minute, clock.second, clock.micro) if clock else time()
    )
    own = local.replace(tzinfo=zone_info(zone))
    if said == LOCAL:
        return Dated(own.astimezone(UTC), precision, Origin.RECORD, zone)
    there = local.replace(tzinfo=zone_info(said))
    if there.utcoffset() == own.utcoffset():
        said = zone
    return Dated(there.astimezone(UTC), precision, Origin.RECORD, said)


_OMAN_OR_AMMAN = ("Asia/Amman", "Asia/Muscat")


# --- choosing among readings --------------------------------------------------------------------------------

_UPDATED = lexicon("تحديث التحديث حدث تعديل التعديل updated modified")
_LABELS = lexicon(
    "نشر نشرت نشره النشر تم تاريخ التاريخ بتاريخ يوم في على الساعة آخر تحديث التحديث منذ كتب من published posted on"
)


def _choose(readings: list[Reading], parts: Sequence[Piece]) -> Reading | None:
    """The one reading of a date string, or None."""
    broken = [r for r in readings if not r.day]
    sound = [r for r in readings if r.day]
    if broken and (not sound or any(r.calendar == GREGORIAN for r in broken)):
        return None
    weight = max((r.weight for r in sound), default=LOOSE)
    found = [r for r in sound if r.weight == weight and (weight > LOOSE or _nothing_else(r, parts))]
    first = [r for r in found if not _is_update(r, parts)] or found
    best = [r for r in first if r.calendar == GREGORIAN] or first
    if not best or len({(r.day, r.moment) for r in best}) > 1:
        return None
    day = best[0].day
    if any(r.day and day and abs((r.day - day).days) > 3 for r in first):
        return None
    return next((r for r in best if r.time), best[0])


def _is_update(reading: Reading, parts: Sequence[Piece]) -> bool:
    return any(word(parts, reading.start - back) in _UPDATED for back in (1, 2, 3))


def _nothing_else(reading: Reading, parts: Sequence[Piece]) -> bool:
    """Whether the rest of the string is signs and labels such as `نشر في`."""
    rest = (*parts[: reading.start], *parts[reading.next :])
    return all(piece.kind == "p" or piece.text in _LABELS for piece in rest)


# --- going through the pieces -------------------------------------------------------------------------------

_BETWEEN = frozenset(
    search_form(name)
    for name in ("في", "على", "عند", "تمام", "حوالي", "نحو", "t", "at", "à", "و", "يوم", "بتاريخ", "الموافق", "من")
)
_SOFT = frozenset(',-|/()[]:•·.؛;«»"')
_TO = lexicon("و إلى حتى to")


def _readings(text: str, parts: Sequence[Piece], now: datetime | None) -> Iterator[Reading]:
    """Every reading in order; a Hijri and a Gregorian date side by side are one."""
    held: Reading | None = None
    i = 0
    while i < len(parts):
        reading = _reading_at(text, parts, i, now)
        if not reading:
            i += 1
            continue
        i = reading.next
        if held and (both := _same_day(held, reading)):
            held = both
            continue
        if held:
            yield held
        held = reading
    if held:
        yield held


_OPENERS = months.OPENERS | numberwords.OPENERS | relative.OPENERS | hours.OPENERS


@lru_cache(maxsize=1 << 15)
def may_open(word: str) -> bool:
    """Whether a date, a time or a number can begin with a folded word. A quick no for most words of a text.

    Up to three letters may be glued before (`وال`, `لل`); some words that merely end so pass too, which is harmless.
    """
    return any(word[letters:] in _OPENERS for letters in range(4))


def _same_day(one: Reading, other: Reading) -> Reading | None:
    """`الأربعاء 14 ربيع الأول 1443هـ الموافق 20 أكتوبر 2021م`: one date, the Gregorian one, if they agree."""
    if one.calendar == other.calendar or GREGORIAN not in (one.calendar, other.calendar):
        return None
    if other.start - one.next > 4 or one.weight != WHOLE or other.weight != WHOLE:
        return None
    exact, told = (one, other) if one.calendar == GREGORIAN else (other, one)
    if not exact.day or (told.day and abs((told.day - exact.day).days) > 3):
        return None
    return exact._replace(start=one.start, next=other.next, time=exact.time or told.time, zone=exact.zone or told.zone)


def _reading_at(text: str, parts: Sequence[Piece], at: int, now: datetime | None) -> Reading | None:
    """The date that begins at an index, with the time and zone before or after it."""
    if parts[at].kind == "p" or (parts[at].kind == "w" and not may_open(parts[at].text)):
        return None
    clock = time_at(parts, at)
    if clock:
        zone = zone_at(parts, clock.next, text)
        found = _day_at(parts, _skip(parts, zone.next if zone else clock.next), now)
        if found and not found.moment:
            if not mark_at(parts, clock.next - 1):
                clock = marked(clock, parts, found.next)
                found = found._replace(next=clock.next)
            return found._replace(start=at, time=clock, zone=zone)
    found = _day_at(parts, at, now)
    return _with_time(text, parts, found) if found else None


def _day_at(parts: Sequence[Piece], at: int, now: datetime | None) -> Reading | None:
    """The date without its time that begins at an index, after a weekday perhaps."""
    if at >= len(parts) or parts[at].kind == "p":
        return None
    weekday, i = None, at
    if named := weekday_at(parts, at):
        weekday, i = named[0], _skip(parts, named[1], 4)
    found = plain_day(parts, i, weekday, now.date() if now else None)
    if found:
        return found._replace(start=at)
    if now is None or not (weekday is not None or parts[at].text in STARTS or word(parts, at + 1)):
        return None
    told = told_at(parts, at, now)
    if not told:
        return None
    weight = LOOSE if told.loose else TOLD
    moment = told.when if told.fixed else None
    return Reading(told.when.date(), told.precision, GREGORIAN, at, told.next, weight=weight, moment=moment)


def _skip(parts: Sequence[Piece], at: int, most: int = 5) -> int:
    """Past the signs and small words that may stand between a date and its time."""
    i = at
    while i < len(parts) and i - at < most and (sign(parts, i) in _SOFT or word(parts, i) in _BETWEEN):
        i += 1
    return i


def _with_time(text: str, parts: Sequence[Piece], found: Reading) -> Reading:
    """The reading with the time and zone that follow it, unless that time opens a range."""
    if found.precision != Precision.DAY or found.moment or not found.day:
        return found
    i, clock = found.next, found.time
    if not clock:
        i = _skip(parts, found.next)
        clock = time_at(parts, i)
        if not clock and (named := weekday_at(parts, i)):
            clock = time_at(parts, _skip(parts, named[1]))  # `2020-05-05 الثلاثاء 10:30`
        if not clock and word(parts, found.next) == "t" and parts[found.next].glued:
            return found._replace(day=None)  # ISO 8601 with an hour that is none
        if not clock:
            return found
        i = clock.next
    iso = clock.second > 0 or any(word(parts, n) == "t" for n in range(found.next, i))
    if not iso and (sign(parts, i) == "-" or word(parts, i) in _TO) and _opens_range(parts, i, clock):
        return found._replace(next=i)
    zone = zone_at(parts, i, text)
    if zone and sign(parts, i) in ("+", "-") and not parts[i].glued and len(parts[i + 1].text) < 2:
        zone = None  # `10:30 -5 تعليقات`
    if not zone and sign(parts, i) == "+" and parts[i].glued:
        return found._replace(next=i)  # an offset that is none
    return found._replace(time=clock, zone=zone, next=zone.next if zone else i)


def _opens_range(parts: Sequence[Piece], at: int, clock: Time) -> bool:
    """`10:30 - 12:00`: another time after the sign, so the first is when something begins."""
    until = time_at(parts, at + 1)
    return until is not None and until.next - at > 2


def _machine(text: str, parts: Sequence[Piece]) -> list[Reading]:
    """`2021-09`, `09/2021`, `20200824`, `20200824T092300Z` as a whole string."""
    if not parts or parts[0].kind != "n":
        return []
    sizes = [len(piece.text) for piece in parts if piece.kind == "n"]
    if len(parts) == 3 and sign(parts, 1) in ("-", "/") and sorted(sizes) in ([1, 4], [2, 4]):
        year, month = (parts[0], parts[2]) if sizes[0] == 4 else (parts[2], parts[0])
        day = gregorian_day(year.value, month.value, 1) if 1900 <= year.value < 2200 else None
        return [Reading(day, Precision.MONTH, GREGORIAN, 0, 3)] if day else []
    if sizes[0] != 8 or not "1900" <= parts[0].text < "2200":
        return []
    year_, rest = divmod(parts[0].value, 10_000)
    found = Reading(gregorian_day(year_, *divmod(rest, 100)), Precision.DAY, GREGORIAN, 0, 1)
    if len(parts) == 1 or not found.day:
        return [found]
    if word(parts, 1) == "t" and sizes[1:2] in ([4], [6]) and parts[2].kind == "n":
        digits = parts[2].text.ljust(6, "0")
        hour, minute, second = int(digits[:2]), int(digits[2:4]), int(digits[4:])
        if hour < 24 and minute < 60 and second < 61:
            zone = zone_at(parts, 3, text)
            return [found._replace(time=Time(hour, minute, min(second, 59), 0, True, 3), zone=zone)]
    return []


# --- writing ------------------------------------------------------------------------------------------------

MonthNames = Literal["gregorian", "levant", "maghreb", "morocco", "mauritania", "both"]
_LOCALES = {"gregorian": "ar", "levant": "ar_LB", "maghreb": "ar_DZ", "morocco": "ar_MA", "mauritania": "ar_MR"}
_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def write_date(
    when: datetime,
    *,
    zone: str = "UTC",
    months: MonthNames = "gregorian",
    country: str | None = None,
    with_time: bool = False,
    digits: Literal["latn", "arab"] = "latn",
) -> str:
    """A moment as an Arabic date: `السبت 23 سبتمبر 2023`, with the time `السبت 23 سبتمبر 2023، 2:05 م`.

    Names come from Unicode CLDR through Babel. `country` (ISO 3166, as `LB`) takes the names that CLDR gives for it
    and goes before `months`; `both` prints the Levantine and the Gulf name (`24 نيسان / أبريل 2020`). `when` is
    aware and is told in `zone`. `read_date` reads back what this writes.
    """
    local = _local(when, zone)
    locale = _locale(f"ar_{country.upper()}" if country else _LOCALES.get(months, "ar"))
    names = "MMMM"
    if months == "both" and not country:
        levant = format_datetime(local, "MMMM", locale=_locale("ar_LB"))
        names = f"'{levant} /' MMMM"
    pattern = f"EEEE d {names} y" + (f"'،' {locale.time_formats['short'].pattern}" if with_time else "")
    text = format_datetime(local, pattern, tzinfo=zone_info(zone), locale=locale)
    return text.translate(_ARABIC_INDIC) if digits == "arab" else text


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("ar")
