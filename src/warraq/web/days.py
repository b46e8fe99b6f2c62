"""The archive by its days: a calendar of years and months, and what was published on a day."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from warraq.errors import NotFound
from warraq.render import json
from warraq.render.calendar import Month, day_text, hijri_text, level, month_name, month_of, weekdays
from warraq.render.figures import day_dict, days_list
from warraq.render.moments import iso
from warraq.types import Outlet
from warraq.web.ask import MAX_PAGE, Ask
from warraq.web.kept import Kept
from warraq.web.view import View, beside, pages

if TYPE_CHECKING:
    from warraq.app import Archive

LIST = 30
"""Articles of a day on one page."""
_PERIOD = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Days:
    """The handlers."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._kept = Kept[Sequence[tuple[date, int]]]()

    def _days(self, ask: Ask) -> Sequence[tuple[date, int]]:
        return self._kept(ask.as_of, lambda: self.archive.days(ask.as_of))

    def newest(self) -> Sequence[date]:
        """The days with articles, as is known now, in their order."""
        return [day for day, _ in self._kept(None, self.archive.days)]

    def calendar(self, ask: Ask, name: str) -> View:
        """Years with their months; a year with the days of its months; a month as a large grid."""
        days = self._days(ask)
        found = _PERIOD.fullmatch(name)
        if name and (not found or not _is_month(found[1], found[2])):
            raise NotFound(f"no year or month {name[:20]!r} (try 2025 or 2025-02)")
        year, month = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
        inside = [(d, n) for d, n in days if year in (0, d.year) and month in (0, d.month)]

        def data() -> json.Json:
            total = sum(count for _, count in inside)
            return {"as_of": iso(ask.moment), "period": name, "total": total, "days": days_list(inside)}

        values = {
            "period": name,
            "total": sum(count for _, count in inside),
            "busiest": max(inside, key=lambda pair: pair[1], default=None),
            "weekdays": weekdays(ask.language),
            "year": year,
            "months": [],
            "years": [],
            "title": f"{month_name(month, ask.language)} {year}" if month else str(year or ""),
            "neighbours": _neighbours(days, year, month, ask.language) if year else (None, None),
        }
        if year:
            counts = dict(inside)
            most = max(counts.values(), default=1)
            wanted = [month] if month else range(1, 13)
            values["months"] = [month_of(date(year, m, 1), counts, most, ask.language) for m in wanted]
        else:
            values["years"] = _years(days, ask.language)
        return View("archive.html", ask.moment, values, data, description=str(values["title"]))

    def day(self, ask: Ask, name: str) -> View:
        """What was published on a day: by story, then article by article."""
        day = read_day_of_address(name)
        found = self.archive.day(day, ask.as_of, limit=LIST, offset=(ask.number - 1) * LIST)
        outlets = self._outlets([brief.outlet for brief in found.articles])
        more = ask.number * LIST < found.total and ask.number < MAX_PAGE
        days = [d for d, _ in self._days(ask)]
        before = max((d for d in days if d < day), default=None)
        after = min((d for d in days if d > day), default=None)

        def data() -> json.Json:
            return {
                **day_dict(found, outlets),
                "day_before": before.isoformat() if before else None,
                "day_after": after.isoformat() if after else None,
                **beside(ask, more),
            }

        values: dict[str, Any] = {
            "day": found,
            "outlets": outlets,
            "words": day_text(day, ask.language),
            "month": month_name(day.month, ask.language),
            "hijri": hijri_text(day, ask.language),
            "before": (before, day_text(before, ask.language)) if before else None,
            "after": (after, day_text(after, ask.language)) if after else None,
            **pages(ask, more),
        }
        return View("day.html", found.as_of, values, data, description=str(values["words"]))

    def _outlets(self, ids: Sequence[str]) -> dict[str, Outlet]:
        return {id: self.archive.outlet(id) for id in dict.fromkeys(ids)}


def read_day_of_address(name: str) -> date:
    """The day an address names. Raises `NotFound`: what is no day has no page."""
    try:
        if _DAY.fullmatch(name):
            return date.fromisoformat(name)
    except ValueError:
        pass
    raise NotFound(f"no day {name[:20]!r} (try 2025-02-16)")


def _is_month(year: str, month: str | None) -> bool:
    return int(year) > 0 and (month is None or 1 <= int(month) <= 12)


def _years(days: Sequence[tuple[date, int]], language: str) -> list[tuple[int, int, list[Month]]]:
    """The years that hold anything, the newest first, each with its articles and all its months."""
    counts = Counter[tuple[int, int]]()
    for day, count in days:
        counts[day.year, day.month] += count
    most = max(counts.values(), default=1)
    return [
        (
            year,
            sum(counts[year, month] for month in range(1, 13)),
            [
                Month(date(year, m, 1), month_name(m, language), counts[year, m], level(counts[year, m], most))
                for m in range(1, 13)
            ],
        )
        for year in sorted({year for year, _ in counts}, reverse=True)
    ]


def _neighbours(
    days: Sequence[tuple[date, int]], year: int, month: int, language: str
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The nearest years (or months) with articles before and after, as (their part of the address, in words)."""
    every = sorted({(d.year, d.month) if month else (d.year, 0) for d, _ in days})

    def named(found: tuple[int, int] | None) -> tuple[str, str] | None:
        if found is None:
            return None
        if not found[1]:
            return str(found[0]), str(found[0])
        return f"{found[0]:04}-{found[1]:02}", f"{month_name(found[1], language)} {found[0]}"

    here = (year, month)
    return (
        named(max((found for found in every if found < here), default=None)),
        named(min((found for found in every if found > here), default=None)),
    )
