"""Dates as Arab outlets print them. Months follow CLDR's Arabic locales (``ar``, ``ar-LB``, ``ar-DZ``)."""

from __future__ import annotations

from datetime import datetime

WEEKDAYS = ("الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
GULF = ("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")
MASHRIQI = (
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
)
MAGHREBI = ("جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان", "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر")


def gulf(when: datetime) -> str:
    """``الثلاثاء 10 فبراير 2026``."""
    return _date(when, GULF[when.month - 1])


def mashriqi(when: datetime) -> str:
    """``الثلاثاء 10 شباط 2026``."""
    return _date(when, MASHRIQI[when.month - 1])


def mashriqi_double(when: datetime) -> str:
    """``الثلاثاء 10 شباط/فبراير 2026``."""
    return _date(when, f"{MASHRIQI[when.month - 1]}/{GULF[when.month - 1]}")


def maghrebi(when: datetime) -> str:
    """``الثلاثاء 10 فيفري 2026``."""
    return _date(when, MAGHREBI[when.month - 1])


def clock(when: datetime) -> str:
    """``14:05``."""
    return f"{when:%H:%M}"


def half_day(when: datetime) -> str:
    """``02:05 م``, ``09:15 ص``."""
    return f"{when.hour % 12 or 12:02}:{when.minute:02} {'ص' if when.hour < 12 else 'م'}"


def indic(text: str) -> str:
    """The same with Arabic-Indic digits."""
    return text.translate({ord("0") + i: chr(0x660 + i) for i in range(10)})


def _date(when: datetime, month: str) -> str:
    return f"{WEEKDAYS[when.weekday()]} {when.day} {month} {when.year}"
