"""Times of day and time zones inside a text: `09:22 مساءً`, `الساعة العاشرة والنصف صباحا`, `بتوقيت غرينتش`, `GMT+0400`.

Zone names are those of the IANA time zone database (public domain); the abbreviations are those of RFC 822 and the few
others that mean one thing only on Arabic pages. One with several meanings (`AST`, `IST`, `BST`) is not a zone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from warraq.arabic.forms import search_form
from warraq.arabic.months import sign, word
from warraq.arabic.numberwords import number_words
from warraq.arabic.pieces import Piece, lexicon
from warraq.errors import UsageError

LOCAL = ""
"""The zone named `التوقيت المحلي`: whatever is local to the reader's caller."""
UNKNOWN = "?"
"""A zone is said, but which one is not sure: the time beside it cannot be used."""


class Time(NamedTuple):
    """A time of day. `clear` is False when it contradicts itself (`14:20 ص`). `next` is the index after it."""

    hour: int
    minute: int
    second: int
    micro: int
    clear: bool
    next: int


class Zone(NamedTuple):
    """An IANA name, an offset as `+03:00`, LOCAL or UNKNOWN; and the index after it."""

    name: str
    next: int


@lru_cache(maxsize=1024)
def zone_info(name: str) -> tzinfo:
    """The zone of an IANA name or of an offset such as `+03:00`. Raises `UsageError` for a name that is neither."""
    offset = re.fullmatch(r"([+-])(\d\d):(\d\d)", name)
    if offset and int(offset[2]) < 24 and int(offset[3]) < 60:
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise UsageError(f"no such time zone: {name[:60]!r}") from error


# --- times ------------------------------------------------------------------------------------------------

_AM, _PM, _NOON, _NIGHT = "am", "pm", "noon", "night"
_MARKS = {
    search_form(name): mark
    for mark, names in {
        _AM: "ص صباحا صباح صباحأ فجرا الفجر فجر am a.m ضحى الصبح ق.ظ",
        _PM: "م مساء مساءا مسا عصرا العصر عصر pm p.m المغرب ب.ظ",
        _NOON: "ظهرا الظهر ظهر",
        _NIGHT: "ليلا الليل",
    }.items()
    for name in names.split()
} | {"الصباح": _AM, "المساء": _PM}
_WEAK_MARKS = frozenset({"ص", "م"})
_DOTTED = {("ق", "ظ"): _AM, ("ب", "ظ"): _PM, ("a", "m"): _AM, ("p", "m"): _PM}
_AROUND = {
    ("قبل", "الظهر"): _AM,
    ("بعد", "الظهر"): _PM,
    ("بعد", "ظهر"): _PM,
    ("قبل", "ظهر"): _AM,
    ("بعد", "العصر"): _PM,
}
_CLOCK = lexicon("الساعة ساعة ساعت بالساعة الساعه at à")
OPENERS = _CLOCK
"""Words with which a time of day can begin."""
_LEAD = lexicon("في تمام عند على حوالي نحو حدود الساعة at")
_HALF, _QUARTER, _THIRD = (search_form(name) for name in ("النصف", "الربع", "الثلث"))
_PARTS = {_HALF: 30, "نصف": 30, _QUARTER: 15, "ربع": 15, _THIRD: 20, "ثلث": 20}
_MINUTES = lexicon("دقيقة دقائق دقیقه دقيقه")
_SECONDS = lexicon("ثانية ثوان ثواني ثانیه")


def time_at(pieces: Sequence[Piece], at: int) -> Time | None:
    """The time of day that begins at an index, or None."""
    i, named = at, False
    while word(pieces, i) in _CLOCK:
        i, named = i + 1, True
        while word(pieces, i) in _LEAD or (sign(pieces, i) in (":", ",") and i - at < 4):
            i += 1
    digits = _digital(pieces, i)
    if digits:
        return _with_mark(digits, pieces, needs_mark=False)
    if i >= len(pieces):
        return None
    hour, j, minute = -1, i, 0
    if pieces[i].kind == "n" and len(pieces[i].text) <= 2:
        hour, j = pieces[i].value, i + 1
        dotted = sign(pieces, j) == "." and pieces[j].glued and j + 1 < len(pieces) and pieces[j + 1].glued
        if dotted and len(pieces[j + 1].text) == 2 and 0 <= pieces[j + 1].value < 60:
            return _with_mark(Time(hour, pieces[j + 1].value, 0, 0, True, j + 2), pieces, needs_mark=not named)
        if word(pieces, j) == "h" and pieces[j].glued:
            following = pieces[j + 1] if j + 1 < len(pieces) else None
            minutes = following.value if following and following.glued and len(following.text) == 2 else -1
            return _valid(Time(hour, max(minutes, 0), 0, 0, True, j + 1 + (minutes >= 0)))
    elif named and (words := number_words(pieces, i)) and words.value <= 12 and words.scale == 1:
        # `الساعة الثامنة وعشرين دقيقة` is not 28: the minutes follow the hour.
        hour, j = words.value, words.next
    elif named and (words := number_words(pieces[: i + 1], i)) and words.value <= 12 and words.scale == 1:
        hour, j = words.value, i + 1
    if hour < 0:
        return None
    if named:
        minute, j = _minutes(pieces, j)
    second, j = _seconds(pieces, j) if minute else (0, j)
    if minute < 0:
        hour, minute = (hour - 1) % 24 or 12, 60 + minute
    return _with_mark(Time(hour, minute, second, 0, True, j), pieces, needs_mark=not named)


def _digital(pieces: Sequence[Piece], at: int) -> Time | None:
    """`H:MM`, `H:MM:SS`, `H:MM:SS.fff`."""
    if at + 2 >= len(pieces) or pieces[at].kind != "n" or len(pieces[at].text) > 2 or sign(pieces, at + 1) != ":":
        return None
    minute = pieces[at + 2]
    if minute.kind != "n" or len(minute.text) > 2 or (len(minute.text) == 1 and not minute.glued):
        return None
    second, micro, i = 0, 0, at + 3
    if sign(pieces, i) == ":" and i + 1 < len(pieces) and pieces[i + 1].kind == "n" and len(pieces[i + 1].text) == 2:
        second, i = pieces[i + 1].value, i + 2
        fraction = pieces[i + 1] if i + 1 < len(pieces) else None
        if sign(pieces, i) in (".", ",") and pieces[i].glued and fraction and fraction.kind == "n" and fraction.glued:
            micro, i = int((fraction.text + "000000")[:6]), i + 2
    if sign(pieces, i) == ":" and i + 1 < len(pieces) and pieces[i + 1].kind == "n":
        return None
    return _valid(Time(pieces[at].value, minute.value, second, micro, True, i))


def _valid(time: Time) -> Time | None:
    """The time if it exists; 24:00 and the leap second 60 are what they mean to most software: refused, and 59."""
    if time.hour > 23 or time.minute > 59 or time.second > 60:
        return None
    return time._replace(second=min(time.second, 59))


def _minutes(pieces: Sequence[Piece], at: int) -> tuple[int, int]:
    """`والنصف`, `إلا الربع` (-15), `وعشرين دقيقة`, `و 01 دقيقه` after an hour: (minutes, index after)."""
    first = word(pieces, at)
    if first == "الا":
        return (-_PARTS[word(pieces, at + 1)], at + 2) if word(pieces, at + 1) in _PARTS else (0, at)
    i = at + 1 if first == "و" else at
    name = word(pieces, i)[1:] if i == at and first.startswith("و") else word(pieces, i) if i > at else ""
    if name in _PARTS:
        return _PARTS[name], i + 1
    if i < len(pieces) and i > at and 0 <= pieces[i].value < 60 and word(pieces, i + 1) in _MINUTES:
        return pieces[i].value, i + 2
    if name and (words := number_words(pieces, i)) and words.value < 60 and word(pieces, words.next) in _MINUTES:
        return words.value, words.next + 1
    return 0, at


def _seconds(pieces: Sequence[Piece], at: int) -> tuple[int, int]:
    if word(pieces, at) == "و" and word(pieces, at + 2) in _SECONDS and 0 <= pieces[at + 1].value < 60:
        return pieces[at + 1].value, at + 3
    return 0, at


def mark_at(pieces: Sequence[Piece], at: int) -> tuple[str, int] | None:
    """The mark of a half of the day that stands at an index (`ص`, `مساءً`, `ب.ظ`, `p.m.`) and the index after it."""
    name = word(pieces, at)
    following = word(pieces, at + 1)
    if (name, following) in _AROUND:
        return _AROUND[name, following], at + 2
    midnight = at + (name == "بعد")
    if word(pieces, midnight) == "منتصف" and word(pieces, midnight + 1) == "الليل":
        return _AM, midnight + 2
    if sign(pieces, at + 1) == "." and (name, word(pieces, at + 2)) in _DOTTED:
        after = at + 3
        return _DOTTED[name, word(pieces, at + 2)], after + (sign(pieces, after) == ".")
    if name == "ب" and following in ("ظ",):
        return _PM, at + 2
    if name in _MARKS:
        return _MARKS[name], at + 1
    return None


def _with_mark(time: Time, pieces: Sequence[Piece], *, needs_mark: bool) -> Time | None:
    valid = _valid(time)
    if not valid:
        return None
    time = valid
    i = time.next
    bracket = sign(pieces, i) == "("
    found = mark_at(pieces, i + bracket)
    if not found and word(pieces, i) == search_form("هذا"):
        found = mark_at(pieces, i + 1)
    if not found:
        return None if needs_mark else time
    mark, i = found
    if needs_mark and word(pieces, i - 1) in _WEAK_MARKS:
        return None
    hour, clear = _in_half(time.hour, mark)
    return time._replace(hour=hour, clear=clear, next=i + (bracket and sign(pieces, i) == ")"))


def marked(time: Time, pieces: Sequence[Piece], at: int) -> Time:
    """The time with the mark at an index, if one is there: `7:00 يوم الأحد بعد الظهر`."""
    found = mark_at(pieces, at)
    if not found or time.hour > 12 or not time.clear:
        return time._replace(next=at)
    hour, clear = _in_half(time.hour, found[0])
    return time._replace(hour=hour, clear=clear, next=found[1])


def _in_half(hour: int, mark: str) -> tuple[int, bool]:
    """The hour of 24 and whether the mark agrees with it. `13:45 م` agrees, `14:20 ص` and `00:15 م` do not."""
    if mark == _AM:
        return (0 if hour == 12 else hour), hour <= 12
    if hour > 12:
        return hour, mark == _PM or (mark == _NOON and hour < 16) or (mark == _NIGHT and hour >= 18)
    if mark == _PM:
        return (12 if hour == 12 else hour + 12), hour != 0
    if mark == _NOON:
        return (hour + 12 if 1 <= hour <= 4 else hour), hour in (1, 2, 3, 4, 10, 11, 12)
    return (0 if hour == 12 else hour if hour < 6 else hour + 12), True


# --- zones ------------------------------------------------------------------------------------------------

_PLACES = """
UTC غرينتش جرينتش غرينيتش جرينيتش غرينتش غرنتش جرنتش كرينتش العالمي العالمي_الموحد greenwich
Asia/Riyadh مكة مكة_المكرمة السعودية المملكة المملكة_العربية_السعودية الرياض السعوديه أم_القرى جدة ksa
Africa/Cairo القاهرة مصر cairo
Asia/Baghdad بغداد العراق
Asia/Beirut بيروت لبنان
Asia/Damascus دمشق سوريا سورية
Asia/Dubai أبوظبي أبو_ظبي الإمارات دبي uae
Asia/Qatar الدوحة قطر
Asia/Kuwait الكويت
Asia/Bahrain المنامة البحرين
Asia/Muscat مسقط سلطنة_عمان سلطنة
Asia/Amman الأردن المملكة_الأردنية
Asia/Aden صنعاء اليمن عدن
Asia/Jerusalem القدس القدس_المحتلة فلسطين
Asia/Gaza غزة
Africa/Tripoli طرابلس ليبيا
Africa/Tunis تونس
Africa/Algiers الجزائر
Africa/Casablanca المغرب الرباط الدار_البيضاء
Africa/Nouakchott نواكشوط موريتانيا
Africa/Khartoum الخرطوم السودان
Africa/Mogadishu مقديشو الصومال
Africa/Djibouti جيبوتي
Europe/Istanbul إسطنبول اسطنبول تركيا أنقرة
Asia/Tehran طهران إيران
Asia/Kabul كابل كابول أفغانستان
Asia/Karachi باكستان إسلام_آباد
Europe/Moscow موسكو
Europe/London لندن بريطانيا london
Europe/Paris باريس فرنسا paris
Europe/Berlin برلين ألمانيا
Europe/Madrid مدريد
Europe/Rome روما
Europe/Kyiv كييف
America/New_York نيويورك واشنطن شرق_الولايات_المتحدة شرقي_الولايات_المتحدة الساحل_الشرقي
Asia/Tokyo طوكيو اليابان
Asia/Shanghai بكين
? عمان
"""
_ZONES = {
    tuple(search_form(place.replace("_", " ")).split()): line.split()[0]
    for line in _PLACES.strip().split("\n")
    for place in line.split()[1:]
}
_GREENWICH = frozenset(key[0] for key, zone in _ZONES.items() if zone == "UTC")
_ABBREVIATIONS = {
    "gmt": "UTC", "utc": "UTC", "ut": "UTC",
    "est": "-05:00", "edt": "-04:00", "cst": "-06:00", "cdt": "-05:00",
    "mst": "-07:00", "mdt": "-06:00", "pst": "-08:00", "pdt": "-07:00",
    "cet": "+01:00", "cest": "+02:00", "eet": "+02:00", "eest": "+03:00", "wet": "+00:00", "west": "+01:00",
    "msk": "+03:00", "gst": "+04:00", "ksa": "+03:00", "met": "+01:00", "mest": "+02:00",
}  # fmt: skip
_SAID = lexicon("بتوقيت توقيت بالتوقيت التوقيت")
_OWN = lexicon("المحلي محلي المحلية")
_SHADDA = "\u0651"


def zone_at(pieces: Sequence[Piece], at: int, text: str) -> Zone | None:
    """The zone said at an index (after a time), or None. `text` is what the pieces are of."""
    i = at
    bracket = sign(pieces, i) in ("(", "[")
    i += bracket
    found = _zone(pieces, i, text)
    if not found and bracket and (named := _place(pieces, i, text)) and sign(pieces, named.next) in (")", "]"):
        found = named  # `14:30 (مكة المكرمة)`
    if not found:
        return None
    i = found.next
    if bracket and sign(pieces, i) in (")", "]"):
        i += 1
    elif not bracket and sign(pieces, i) == "(":
        again = _zone(pieces, i + 1, text)
        if again and sign(pieces, again.next) == ")":
            i = again.next + 1
    return Zone(found.name, i)


def _zone(pieces: Sequence[Piece], i: int, text: str) -> Zone | None:
    name = word(pieces, i)
    if sign(pieces, i) in ("+", "-"):
        return _offset(pieces, i)
    if name == "حسب":
        i, name = i + 1, word(pieces, i + 1)
    if name in _SAID:
        return _place(pieces, i + 1, text) or Zone(UNKNOWN, i + 1)
    if name in _ABBREVIATIONS or name in _GREENWICH:
        zone = _ABBREVIATIONS.get(name, "UTC")
        further = _offset(pieces, i + 1) if zone == "UTC" else None
        return further or Zone(zone, i + 1)
    if name == "z" and pieces[i].glued:
        return Zone("UTC", i + 1)
    if name == "ت":
        dot = sign(pieces, i + 1) == "."
        if word(pieces, i + 1 + dot) in ("غ", "ج"):
            after = i + 2 + dot
            return Zone("UTC", after + (sign(pieces, after) == "."))
    if name in ("تغ", "جمت"):
        return Zone("UTC", i + 1)
    printed = text[pieces[i].start : pieces[i].end] if name else ""
    if printed.isascii() and printed.isupper() and 2 <= len(printed) <= 5 and not mark_at(pieces, i):
        return Zone(UNKNOWN, i + 1)  # `AST`, `ET`: an abbreviation of several zones, or of none we know
    return None


def _place(pieces: Sequence[Piece], i: int, text: str) -> Zone | None:
    if word(pieces, i) in _OWN:
        return Zone(LOCAL, i + 1)
    if word(pieces, i) == "مدينه":
        i += 1
    for length in (3, 2, 1):
        key = tuple(word(pieces, i + n) for n in range(length))
        zone = _ZONES.get(key)
        if zone is None:
            continue
        after = i + length
        if zone == "UTC":
            return _offset(pieces, after) or Zone(zone, after)
        if zone == UNKNOWN and _SHADDA in text[pieces[i].start : pieces[i].end]:
            zone = "Asia/Amman"  # `عمّان`; without its doubled letter it may be Oman
        return Zone(zone, after + (word(pieces, after) in _OWN))
    return None


def _offset(pieces: Sequence[Piece], i: int) -> Zone | None:
    """`+03:00`, `+0300`, `+3`, `-5`."""
    if sign(pieces, i) not in ("+", "-") or i + 1 >= len(pieces) or pieces[i + 1].kind != "n":
        return None
    digits, after = pieces[i + 1], i + 2
    if not digits.glued:
        return None
    hours, minutes = digits.value, 0
    if len(digits.text) == 4:
        hours, minutes = divmod(digits.value, 100)
    elif len(digits.text) > 2:
        return None
    elif sign(pieces, after) == ":" and after + 1 < len(pieces) and len(pieces[after + 1].text) == 2:
        minutes, after = pieces[after + 1].value, after + 2
    if not 0 <= hours <= 14 or not 0 <= minutes < 60:
        return None
    if not hours and not minutes:
        return Zone("UTC", after)
    return Zone(f"{sign(pieces, i)}{hours:02}:{minutes:02}", after)
