#!/usr/bin/env python3
"""Dates: the gold strings, two suites of other projects, and every day of 1900 to 2100 written and read back.

`python quality/dates.py [--data PATH] [--peers] [--quick]`. `PATH` is a file as ``gold/dates.jsonl``: ``text``, ``iso``
(empty: must not be read), ``what``. A date is right if the day is the one meant, in the zone it was said in. For the
suites a date is *absolute* if the text itself names its day, month and year; the others are told from a moment of
reference, which is given; an answer is right if it agrees as far as it claims to know (minute, day, month) with any of
the resolutions the suite allows. `--peers` scores dateparser and htmldate on the same absolute strings, if they are
installed. `--quick` leaves the sweep out. Last comes one JSON object: ``read``, the share read right of the gold
strings that can be read, and ``wrong``, how many of all gold strings were read wrongly.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

from warraq.arabic.dates import MonthNames, read_date, write_date
from warraq.arabic.hours import zone_info

SHARED = Path(__file__).resolve().parents[2] / "shared"
Case = tuple[str, datetime | None, list[str], bool]
"""Text, reference, what it may mean (ISO, day or minute), absolute."""


def told(text: str, reference: datetime | None = None) -> str:
    """What we read, in ISO 8601 as far as it is claimed; empty for a refusal."""
    found = read_date(text, reference=reference)
    if not found:
        return ""
    local = found.at.astimezone(zone_info(found.zone))
    return local.strftime({"minute": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "month": "%Y-%m"}[found.precision])


def agrees(found: str, meant: str) -> bool:
    """Whether they are the same as far as both know."""
    size = min(len(found), len(meant))
    return size > 0 and found[:size] == meant[:size]


# --- the suites -------------------------------------------------------------------------------------------


def dateparser_cases(path: Path) -> Iterator[Case]:
    """Rows with a datetime (Hijri, Jalali), two translated rows, and relative rows against a made reference."""
    now = datetime(2024, 3, 13, 15, 20, tzinfo=UTC)
    for line in path.open(encoding="utf-8"):
        case = json.loads(line)
        row = case["row"]
        if stated := row.get("dt_obj") or row.get("dt"):
            when = datetime(*ast.literal_eval(stated.removeprefix("datetime")))
            meant = when.strftime("%Y-%m-%d %H:%M" if when.hour or when.minute else "%Y-%m-%d")
            yield row.get("dt_string") or row["date_string"], None, [meant], True
        elif case["fn"] == "test_translation":
            when = datetime.strptime(row["arg2"], "%d %B %Y %I:%M %p")
            yield row["arg1"], None, [when.strftime("%Y-%m-%d %H:%M")], True
        elif "ago" in row and set(row["ago"]) == {"days"}:
            yield row["arg0"], now, [(now - timedelta(**row["ago"])).strftime("%Y-%m-%d")], False


def recognizers_cases(path: Path) -> Iterator[Case]:
    """Single dates and datetimes of the parsers and models. The text says a year: absolute."""
    for line in path.open(encoding="utf-8"):
        case = json.loads(line)
        if case["spec"] not in ("DateParser", "DateTimeParser", "MergedParser", "DateTimeModel"):
            continue
        results = case["results"]
        if len(results) != 1:
            continue
        kind = (results[0].get("Type") or results[0].get("TypeName", "")).removeprefix("datetimeV2.")
        value = results[0].get("Resolution") or results[0].get("Value")
        if kind not in ("date", "datetime") or not isinstance(value, dict):
            continue
        entries = value.get("values") or []
        timex = value.get("Timex") or next((entry.get("timex") for entry in entries), "")
        meant = [entry.get("value", "") for entry in entries]
        meant += [v for side in ("PastResolution", "FutureResolution") for v in value.get(side, {}).values()]
        meant = [m[:16] for m in meant if re.match(r"\d{4}-\d\d-\d\d", m) and not m.startswith("0001")]
        reference = (case["context"] or {}).get("ReferenceDateTime")
        year = re.search(r"\d{4}|\d+[/-]\d+[/-]\d|ألف|, 1\d$", case["input"])
        absolute = bool(year) and re.match(r"\d{4}-\d\d-\d\d", timex or "") is not None
        now = datetime.fromisoformat(reference[:19]).replace(tzinfo=UTC) if reference else None
        yield case["input"], now, meant, absolute


def suites() -> Iterator[tuple[str, list[Case]]]:
    for name, cases in (("dateparser", dateparser_cases), ("recognizers", recognizers_cases)):
        path = SHARED / "suites" / f"dates-ar-{name}" / "cases.jsonl"
        if path.exists():
            yield name, list(dict.fromkeys((t, r, tuple(m), a) for t, r, m, a in cases(path)))  # type: ignore[misc]
        else:
            print(f"suite dates-ar-{name}: not there, not measured")


def score(read: Callable[[str, datetime | None], str], cases: list[Case], *, show: bool = False) -> Counter[str]:
    tally = Counter[str]()
    for text, reference, meant, absolute in cases:
        found = read(text, reference)
        verdict = "refused" if not found else "right" if any(agrees(found, m) for m in meant) else "wrong"
        verdict = "right" if not meant and not found else verdict
        tally[verdict] += 1
        if show and verdict != "right" and (absolute or verdict == "wrong"):
            print(f"   {verdict}: {text}  meant {list(meant)}  found {found!r}")
    return tally


# --- the sweep --------------------------------------------------------------------------------------------


def sweep() -> None:
    """Every day of 1900 to 2100, in each set of month names."""
    for months in get_args(MonthNames):
        failed = 0
        day = datetime(1900, 1, 1, tzinfo=UTC)
        while day.year <= 2100:
            failed += told(write_date(day, months=months)) != day.date().isoformat()
            day += timedelta(days=1)
        print(f"1900-2100, months={months}: {(date(2101, 1, 1) - date(1900, 1, 1)).days} days, {failed} not read back")


# --- peers ------------------------------------------------------------------------------------------------


def peers() -> Iterator[tuple[str, Callable[[str, datetime | None], str]]]:
    try:
        import dateparser
    except ImportError:
        print("dateparser is not installed: not measured")
    else:

        def by_dateparser(text: str, reference: datetime | None) -> str:
            settings = {"RELATIVE_BASE": reference.replace(tzinfo=None)} if reference else {}
            found = dateparser.parse(text, settings=settings)
            return found.strftime("%Y-%m-%d") if found else ""

        yield "dateparser", by_dateparser
    try:
        import htmldate
    except ImportError:
        print("htmldate is not installed: not measured")
    else:

        def by_htmldate(text: str, _: datetime | None) -> str:
            return htmldate.find_date(f'<html><body><span class="date">{text}</span></body></html>') or ""

        yield "htmldate", by_htmldate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=SHARED / "gold" / "dates.jsonl")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.data.open(encoding="utf-8") if line.strip()]
    gold: list[Case] = [(r["text"], None, [r["iso"]] if r["iso"] else [], True) for r in rows]
    tally = score(told, gold, show=True)
    measured = [("gold", gold)]
    for name, cases in suites():
        absolute = [case for case in cases if case[3]]
        print(f"suite {name}, {len(absolute)} absolute: {dict(score(told, absolute, show=True))}")
        told_from = [case for case in cases if not case[3]]
        print(f"suite {name}, {len(told_from)} told from a reference: {dict(score(told, told_from, show=True))}")
        measured.append((name, absolute))
    if options.peers:
        for peer, read in peers():
            for name, cases in measured:
                print(f"{peer} on {name} ({len(cases)}): {dict(score(read, cases))}")
    if not options.quick:
        sweep()
    readable = [case for case in gold if case[2]]
    right = score(told, readable)["right"]
    print(json.dumps({"read": round(right / max(len(readable), 1), 4), "wrong": tally["wrong"]}))


if __name__ == "__main__":
    main()
