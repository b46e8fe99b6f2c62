"""Stories as plain text: what happened, who reports it, day by day."""

from __future__ import annotations

from itertools import groupby

from warraq.render.moments import iso
from warraq.render.plain import isolate, line
from warraq.render.text import COMMA
from warraq.types import Brief, Report, Story

FIRST = "أول خبر"
ORIGIN = "المصدر الأول"
OUTLETS = "المواقع"
COUNTRIES = "البلدان"
EVENTS = "أحداث"
COPIES = "نسخ"


def story_text(story: Story) -> str:
    """A story as text, ending with a line break: headline, lead, numbers, events, then its reports by day."""
    parts = [
        f"{line(story.headline.title)}\n{line(story.outlet.name)}",
        line(story.lead),
        "\n".join(
            [
                f"{FIRST}: {isolate(line(story.first_outlet.name))} {iso(story.first.first_seen_at)}",
                *([f"{ORIGIN}: {isolate(line(story.origin))}"] if story.origin else []),
                f"{OUTLETS}: " + COMMA.join(f"{isolate(line(outlet.name))} {count}" for outlet, count in story.outlets),
                *(
                    [f"{COUNTRIES}: " + COMMA.join(f"{line(country)} {count}" for country, count in story.countries)]
                    if story.countries
                    else []
                ),
            ]
        ),
    ]
    if len(story.events) > 1:
        told = [
            f"  • {isolate(line(e.brief.title))} — {isolate(line(e.outlet.name))} ({e.articles})" for e in story.events
        ]
        parts.append(f"{EVENTS}:\n" + "\n".join(told))
    totals = {day.day.isoformat(): day for day in story.days}
    reports = sorted(
        story.reports, key=lambda report: (_day(report.brief), report.brief.first_seen_at, report.brief.id)
    )
    for day, of_day in groupby(reports, key=lambda report: _day(report.brief)):
        count = totals[day]
        parts.append(f"{day} ({count.articles} / {count.total})\n" + "\n".join(map(_report, of_day)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _report(report: Report) -> str:
    copies = f" — {COPIES}: {len(report.copies)}" if report.copies else ""
    shared = f"  [{COMMA.join(map(line, report.shared))}]" if report.shared else ""
    return f"  • {isolate(line(report.brief.title))} — {isolate(line(report.outlet.name))}{copies}{shared}"


def _day(brief: Brief) -> str:
    at = min(brief.published.at, brief.first_seen_at) if brief.published else brief.first_seen_at
    return at.date().isoformat()
