"""A day inside the pieces of a text: `24 نيسان / أبريل 2020`, `14 ربيع الأول 1443هـ`, `2020/12/25`, without its time.

Every function takes the pieces and an index, looks at a bounded number of pieces from there, and gives a `Reading` or
None. A reading without a day is something that looks like a date and is none (`31 نوفمبر 2021`): nothing inside it may
be read as another date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from warraq.arabic.calendars import HIJRI_YEARS, JALALI_YEARS, gregorian_day, hijri_day, jalali_day
from warraq.arabic.hours import Time, Zone, time_at
from warraq.arabic.months import GREGORIAN, HIJRI, JALALI, PAIRED_MONTHS, Month, month_at, persian_day_at, sign, word
from warraq.arabic.numberwords import number_words
from warraq.arabic.pieces import Piece, lexicon
from warraq.types import Precision

LOOSE, TOLD, RECKONED, WHOLE = range(4)
"""What a reading rests on: a word that may mean else, a relative phrase, a year from the reference, the text alone."""


class Reading(NamedTuple):
    """A date found in pieces `start` to `next`. `day` None: something that looks like a date and is not one."""

    day: date | None
    precision: Precision
    calendar: str
    start: int
    next: int
    weekday: int | None = None
    time: Time | None = None
    zone: Zone | None = None
    weight: int = WHOLE
    moment: datetime | None = None
    """A relative date with a time of its own."""


class _Year(NamedTuple):
    value: int
    next: int
    mark: str = ""
    """GREGORIAN, HIJRI or JALALI if a letter says so."""
    short: bool = False


_AD = lexicon("م ميلادي ميلادية ميلاديا ad ce")
_AH = lexicon("ه هـ هجري هجرية هجريا ah")
_SOLAR = lexicon("ش شمسي شمسية")
_OF_MONTH = lexicon("من شهر of de لشهر")
_OF_YEAR = lexicon("من عام سنة لعام لسنة العام السنة سال of")
_ENDINGS = frozenset(("st", "nd", "rd", "th", "er"))
_FIRST_FEMININE = lexicon("الأولى")
_COMING = lexicon("المقبل القادم المقبلة القادمة")
_PAST = lexicon("الماضي الفائت المنصرم")
_PRESENT = lexicon("الجاري الحالي")
_TO = lexicon("و إلى حتى to")
_SHORTEST_YEAR, _LAST_YEAR = 1000, 2199


def plain_day(parts: Sequence[Piece], at: int, weekday: int | None, today: date | None) -> Reading | None:
    """The date in the text itself that begins at an index. `weekday` stands before it; `today` is the reference's."""
    if at >= len(parts) or parts[at].kind == "p":
        return None
    if parts[at].kind == "n":
        return _numeric(parts, at, weekday, today) or _day_first(parts, at, weekday, today) or _year_first(parts, at)
    return _month_first(parts, at, weekday, today) or _day_first(parts, at, weekday, today)


def _day_number(parts: Sequence[Piece], at: int) -> tuple[int, int] | None:
    """A day of the month, 1 to 31, in digits, ordinals or words: (day, index after)."""
    if at >= len(parts):
        return None
    if parts[at].kind == "n":
        if len(parts[at].text) > 2 or not 1 <= parts[at].value <= 31:
            return None
        after = at + 1
        if after < len(parts) and parts[after].glued and parts[after].text in _ENDINGS:
            after += 1
        return parts[at].value, after
    if parts[at].kind != "w":
        return None
    words = number_words(parts, at)
    if words and 1 <= words.value <= 31:
        return words.value, words.next
    return persian_day_at(parts, at)


def _gap(parts: Sequence[Piece], at: int, words: frozenset[str], most: int = 3) -> int:
    """Past the signs and words that join the parts of a date."""
    i = at
    while i < len(parts) and i - at < most and (sign(parts, i) in _JOINTS or word(parts, i) in words):
        i += 1
    return i


_JOINTS = frozenset("/-.,()،")


def _alias(parts: Sequence[Piece], month: Month) -> tuple[Month, bool]:
    """`آذار/مارس`, `مارس (آذار)`: the index after both names; False if they are two different months."""
    i = month.next
    while i - month.next < 2 and sign(parts, i) in ("/", "-", "(", "\\", "|"):
        i += 1
    other = month_at(parts, i, weak=False)
    if not other or other.calendar != month.calendar:
        return month, True
    after = other.next + (sign(parts, other.next) == ")")
    return month._replace(next=after), other.number == month.number


def _year_at(parts: Sequence[Piece], at: int, calendar: str) -> _Year | None:
    """A year and the letters after it. Two digits are a short year."""
    i = _gap(parts, at, _OF_YEAR)
    if i >= len(parts):
        return None
    if parts[i].kind == "n":
        size, value = len(parts[i].text), parts[i].value
        if size not in (2, 4) or (size == 2 and sign(parts, i + 1) == ":"):
            return None
        if size == 2 and (any(sign(parts, n) == "," for n in range(at, i)) or time_at(parts, i)):
            return None
        mark, after = _era(parts, i + 1)
        return _Year(value, after, mark, size == 2)
    words = number_words(parts, i)
    if words and _SHORTEST_YEAR <= words.value <= _LAST_YEAR and not words.ordinal:
        mark, after = _era(parts, words.next)
        return _Year(words.value, after, mark)
    return None


def _era(parts: Sequence[Piece], at: int) -> tuple[str, int]:
    """`م`, `هـ`, `هـ.ش` after a year: (calendar or empty, index after)."""
    i = at + (sign(parts, at) in ("(", "."))
    name = word(parts, i)
    if name in _AD and sign(parts, i + 1) != ".":
        calendar, i = GREGORIAN, i + 1
    elif name in _AH:
        calendar, i = HIJRI, i + 1
        j = i + (sign(parts, i) == ".")
        if word(parts, j) in _SOLAR:
            calendar, i = JALALI, j + 1
    elif name in _SOLAR:
        calendar, i = JALALI, i + 1
    else:
        return "", at
    return calendar, i + (sign(parts, i) == ")" and sign(parts, at) == "(")


def _make(
    calendar: str, year: _Year, month: int, day: int, at: int, weekday: int | None, today: date | None
) -> Reading | None:
    """A whole date of a named month: None if the year is not one of this calendar, a broken reading if no such day."""
    value = year.value
    if year.mark and year.mark != calendar:
        return Reading(None, Precision.DAY, calendar, at, year.next)
    if year.short:
        full = _full_year(calendar, year.value, month, day or 1, weekday, today)
        if not full:
            return None
        value = full
    found = _in_calendar(calendar, value, month, day or 1)
    if (calendar == HIJRI and value not in HIJRI_YEARS) or (calendar == JALALI and value not in JALALI_YEARS):
        return None
    if calendar == GREGORIAN and not _SHORTEST_YEAR <= value <= _LAST_YEAR:
        return None
    if found and calendar == HIJRI:
        found = _seen(found, weekday)
    return Reading(found, Precision.DAY if day else Precision.MONTH, calendar, at, year.next)


def _in_calendar(calendar: str, year: int, month: int, day: int) -> date | None:
    return {GREGORIAN: gregorian_day, HIJRI: hijri_day, JALALI: jalali_day}[calendar](year, month, day)


def _seen(day: date, weekday: int | None) -> date:
    """A Hijri day moved by at most one to the weekday it was printed with."""
    if weekday is None:
        return day
    return next((d for d in (day, day + timedelta(1), day - timedelta(1)) if d.weekday() == weekday), day)


def _full_year(calendar: str, short: int, month: int, day: int, weekday: int | None, today: date | None) -> int | None:
    """A year of two digits (1969 to 2068, as POSIX has it; Jalali 1360 to 1459) if weekday or reference agree."""
    if calendar == HIJRI:
        return None
    year = short + ((1900 if short >= 69 else 2000) if calendar == GREGORIAN else (1300 if short >= 60 else 1400))
    found = _in_calendar(calendar, year, month, day)
    if not found or (weekday is not None and found.weekday() != weekday):
        return None
    return year if weekday is not None or (today and _recent(found, today)) else None


def _recent(day: date, today: date) -> bool:
    """A day that a text of today may be dated with: the last thirty years and the next two days."""
    return -2 <= (today - day).days <= 30 * 366


def _day_first(parts: Sequence[Piece], at: int, weekday: int | None, today: date | None) -> Reading | None:
    """`24 نيسان / أبريل 2020`, `الثاني من أغسطس`, `5 سبتمبر 2021م`."""
    number = _day_number(parts, at)
    if not number or word(parts, at - 1) in PAIRED_MONTHS or word(parts, at) in _FIRST_FEMININE:
        return None
    day, i = number
    i = _gap(parts, i, _OF_MONTH)
    month = month_at(parts, i, weak=True)
    if not month:
        return None
    month, single = _alias(parts, month)
    if not single or _is_range(parts, at, day):
        return Reading(None, Precision.DAY, month.calendar, at, month.next)
    return _finish(parts, month, day, at, weekday, today)


def _finish(
    parts: Sequence[Piece], month: Month, day: int, at: int, weekday: int | None, today: date | None
) -> Reading | None:
    """The year after day and month; without one, the day is known only against a reference."""
    year = _year_at(parts, month.next, month.calendar)
    made = _make(month.calendar, year, month.number, day, at, weekday, today) if year else None
    if made:
        return made
    # `Sun Nov 6 08:49:37 1994`: the time stands before the year.
    clock = time_at(parts, month.next)
    if clock and clock.next < len(parts) and len(parts[clock.next].text) == 4 and parts[clock.next].kind == "n":
        made = _make(
            month.calendar, _Year(parts[clock.next].value, clock.next + 1), month.number, day, at, weekday, today
        )
        if made:
            return made._replace(time=clock)
    if month.calendar != GREGORIAN:
        return None
    if not gregorian_day(2000, month.number, day) or (year and year.short):
        return Reading(None, Precision.DAY, GREGORIAN, at, month.next)
    if not today:
        return None
    return _without_year(parts, month, day, at, weekday, today)


def _without_year(parts: Sequence[Piece], month: Month, day: int, at: int, weekday: int | None, today: date) -> Reading:
    """The last such day up to tomorrow; with `المقبل` the next one. A weekday that does not agree breaks the reading.

    Only a weekday or such a word makes it sure enough for a running text (weight TOLD).
    """
    said = word(parts, month.next)
    days = [gregorian_day(today.year + n, month.number, day) for n in (-1, 0, 1)]
    past = [d for d in days if d and (d - today).days <= 1]
    coming = [d for d in days if d and d > today]
    near = [d for d in days if d and (d.year, d.month) == (today.year, today.month)]
    candidates = coming[:1] if said in _COMING else near[:1] if said in _PRESENT else past[-1:]
    found = next((d for d in candidates if weekday is None or d.weekday() == weekday), None)
    qualified = said in _COMING or said in _PAST or said in _PRESENT
    return Reading(
        found,
        Precision.DAY,
        GREGORIAN if found else "",
        at,
        month.next + qualified,
        weight=TOLD if qualified or weekday is not None else RECKONED,
    )


def _is_range(parts: Sequence[Piece], at: int, day: int) -> bool:
    """`5-7 سبتمبر`, `3 و12 سبتمبر`: a smaller day before this one."""
    if sign(parts, at - 1) not in ("-", "/") and word(parts, at - 1) not in _TO:
        return False
    return at >= 2 and parts[at - 2].kind == "n" and 0 < parts[at - 2].value < day and sign(parts, at - 3) != ":"


def _year_first(parts: Sequence[Piece], at: int) -> Reading | None:
    """`2016. نوفمبر .16`."""
    if len(parts[at].text) != 4:
        return None
    month = month_at(parts, _gap(parts, at + 1, frozenset()))
    if not month:
        return None
    number = _day_number(parts, _gap(parts, month.next, frozenset()))
    if not number or parts[number[1] - 1].kind != "n" or _year_at(parts, number[1], GREGORIAN):
        return None
    year = _Year(parts[at].value, number[1])
    return _make(month.calendar, year, month.number, number[0], at, None, None)


def _month_first(parts: Sequence[Piece], at: int, weekday: int | None, today: date | None) -> Reading | None:
    """`ديسمبر 25, 2020`, `يناير الثاني والعشرين، 2018`, `سبتمبر 1939`."""
    month = month_at(parts, at, clitics="وبلف")
    if not month:
        return None
    month, single = _alias(parts, month)
    i = _gap(parts, month.next, _OF_YEAR)
    number = _day_number(parts, i)
    if number and sign(parts, number[1]) != ":":
        day, after = number
        made = _finish(parts, month._replace(next=after), day, at, weekday, today)
        if made and (made.weight == WHOLE or not _counts(parts, after)):
            return made if single else made._replace(day=None)
        if made:
            return None
    year = _year_at(parts, month.next, month.calendar)
    if not year or year.short:
        return None
    if at and parts[at - 1].kind == "n":
        return Reading(None, Precision.MONTH, month.calendar, at, year.next)  # `99 يونيو 2009`
    made = _make(month.calendar, year, month.number, 0, at, weekday, today)
    return made if made and single else Reading(None, Precision.MONTH, month.calendar, at, year.next)


def _counts(parts: Sequence[Piece], at: int) -> bool:
    """Whether a number is followed by a word it may count: `في مايو 5 أشخاص`."""
    return bool(word(parts, at)) and not time_at(parts, at)


# --- numbers alone ------------------------------------------------------------------------------------------


def _numeric(parts: Sequence[Piece], at: int, weekday: int | None, today: date | None) -> Reading | None:
    """`2020/12/25`, `١ / ١٢ / ٢٠٢٠`, `17.03.2020`, `1443/03/14`."""
    if at + 4 >= len(parts):
        return None
    one, two, three = parts[at], parts[at + 2], parts[at + 4]
    joint = sign(parts, at + 1)
    if joint not in ("/", "-", ".", "\\") or sign(parts, at + 3) != joint or two.kind != "n" or three.kind != "n":
        return None
    sizes = len(one.text), len(two.text), len(three.text)
    if sizes[1] not in (1, 2) or max(sizes) > 4 or 3 in sizes or sizes[0] + sizes[2] > 6 or 0 in sizes:
        return None
    if joint == "." and not all(piece.glued for piece in parts[at + 1 : at + 5]):
        return None
    if _continues(parts, at - 1, at, joint) or _continues(parts, at + 5, at + 5, joint):
        return Reading(None, Precision.DAY, "", at, at + 5)
    mark, after = _era(parts, at + 5)
    # `2020/12/25 م 10:30` and `10:30 م`: a single letter after a full Gregorian date is the era.
    a, b, c = one.value, two.value, three.value
    broken = Reading(None, Precision.DAY, GREGORIAN, at, after)
    if sizes[0] == 4:
        return _of_numbers(a, [(b, c)], mark, one.script, at, after, weekday) or broken
    if sizes[2] == 4:
        orders = [(b, a), (a, b)] if c >= 1900 else [(b, a)]
        return _of_numbers(c, orders, mark, three.script, at, after, weekday) or broken
    if not mark:
        days = {
            found
            for year, month, day in ((c, b, a), (a, b, c), (c, a, b))
            if (found := gregorian_day(year + (1900 if year >= 69 else 2000), month, day))
            and (weekday is None or found.weekday() == weekday)
            and (today is None or _recent(found, today))
        }
        if len(days) == 1 and (today or weekday is not None):
            return broken._replace(day=days.pop())
    return broken


def _continues(parts: Sequence[Piece], at: int, right: int, joint: str) -> bool:
    """Whether the chain of numbers goes on beyond its end: an address, a version, a phone number."""
    if sign(parts, at) not in ("/", "-", ".", "\\", ":"):
        return False
    beyond = at + 1 if at == right else at - 1
    if right >= len(parts) or not parts[right].glued or not 0 <= beyond < len(parts):
        return False
    return parts[max(at, beyond)].glued and parts[beyond].kind == "n"


def _of_numbers(
    year: int, orders: list[tuple[int, int]], mark: str, script: str, at: int, after: int, weekday: int | None
) -> Reading | None:
    """A date of three numbers with its (month, day) in the orders of preference; None if there is no such day."""
    calendar = _calendar_of(year, mark, script)
    if not calendar:
        return None
    days = [day for month, day_ in orders if (day := _in_calendar(calendar, year, month, day_))]
    if not days:
        return None
    found = days[0]
    if weekday is not None and calendar == GREGORIAN and len(days) > 1 and found.weekday() != weekday:
        if days[1].weekday() != weekday:
            return None
        found = days[1]
    if calendar == HIJRI:
        found = _seen(found, weekday)
    return Reading(found, Precision.DAY, calendar, at, after)


def _calendar_of(year: int, mark: str, script: str) -> str:
    """The calendar of a year in numbers; empty if it cannot be told."""
    if 1900 <= year <= _LAST_YEAR:
        return GREGORIAN if mark in ("", GREGORIAN) else ""
    if mark == GREGORIAN:
        return ""
    if mark:
        return mark
    if script == "p":
        return JALALI if 1300 <= year <= 1415 else ""
    return HIJRI if 1416 <= year <= 1500 else ""
