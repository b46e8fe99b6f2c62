"""Pages of what belongs together: stories, copies, what changed, what is written of more than before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from warraq.errors import UsageError
from warraq.render import json, plots
from warraq.render.moments import iso, read_day
from warraq.render.relations import copies_dict, diff_dict, trends_dict
from warraq.render.wording import wording
from warraq.types import EPOCH, OutletId, Report, Story, StoryBrief, micros
from warraq.web.ask import MAX_PAGE, Ask
from warraq.web.view import View, beside, pages

if TYPE_CHECKING:
    from warraq.app import Archive

STORIES = 20
"""Stories on one page of a list."""
HEADLINES = 12
"""Outlets whose headlines on a story stand side by side, those with the most reports."""
SPAN = timedelta(days=1)


def newest_stories(archive: Archive, ask: Ask, limit: int, offset: int = 0) -> tuple[Sequence[StoryBrief], datetime]:
    """Stories of the day that ends with the newest article known at the moment, and when that day ended."""
    newest = next(iter(archive.latest(ask.moment, limit=1)), None)
    if newest is None:
        return (), ask.moment
    until = newest.first_seen_at + timedelta(microseconds=1)
    return archive.stories(until - SPAN, until, ask.moment, limit=limit, offset=offset), until


def stories(archive: Archive, ask: Ask, name: str) -> View:
    """Stories of some days, by default of the last one; those with the most articles first."""
    offset = (ask.number - 1) * STORIES
    first, last = ask.filter("from"), ask.filter("to")
    if first or last:
        since = read_day(first) if first else EPOCH
        until = read_day(last, after=True) if last else ask.moment + timedelta(microseconds=1)
        found = archive.stories(since, until, ask.moment, limit=STORIES + 1, offset=offset)
    else:
        found, _ = newest_stories(archive, ask, STORIES + 1, offset)
    more = len(found) > STORIES and ask.number < MAX_PAGE
    shown = found[:STORIES]

    def data() -> json.Json:
        return {
            "as_of": iso(ask.moment),
            "stories": [json.story_brief_dict(story) for story in shown],
            **beside(ask, more),
        }

    values: dict[str, Any] = {"stories": shown, "form": {"from": first, "to": last}, **pages(ask, more)}
    return View("stories.html", ask.moment, values, data)


def story(archive: Archive, ask: Ask, name: str) -> View:
    """A story: headline, who reports it and since when, its events, its reports day by day."""
    found = archive.story(name, ask.as_of)
    days = [(micros(datetime.combine(d.day, time.min, UTC)), d.articles) for d in found.days]
    stretches = plots.buckets(days)

    def day(report: Report) -> str:
        brief = report.brief
        at = min(brief.published.at, brief.first_seen_at) if brief.published else brief.first_seen_at
        return f"{at:%Y-%m-%d}"

    reports = sorted(found.reports, key=lambda report: (day(report), report.brief.first_seen_at, report.brief.id))
    values = {
        "story": found,
        "headlines": _headlines(found),
        "days": [(key, list(group)) for key, group in groupby(reports, day)],
        "plot": plots.over_time(stretches, wording(ask.language)["over_time"], ask.language == "ar"),
    }
    return View(
        "story.html",
        found.as_of,
        values,
        lambda: json.story_dict(found),
        feed={"story": found.id},
        description=found.lead,
    )


def _headlines(story: Story) -> list[Report]:
    """One report of each outlet, to compare: on the headline's own event where the outlet has any, the closest one."""
    event = next((r.event for r in story.reports if r.brief.id == story.headline.id), "")
    best: dict[OutletId, Report] = {}
    for report in sorted(story.reports, key=lambda r: (r.event != event, -r.score, r.brief.first_seen_at, r.brief.id)):
        best.setdefault(report.brief.outlet, report)
    return [best[outlet.id] for outlet, _ in story.outlets[:HEADLINES] if outlet.id in best]


def copies(archive: Archive, ask: Ask, name: str) -> View:
    """Who carried the text of an article, and what each changed of the first."""
    group = archive.copies(name, ask.moment)
    return View(
        "copies.html",
        group.as_of,
        {"group": group, "asked": next(c for c in group.carriers if c.brief.id == group.article)},
        lambda: copies_dict(group),
        description=group.earliest.brief.title,
    )


def diff(archive: Archive, ask: Ask, name: str) -> View:
    """What changed between two states of an article, by default the last two."""
    found = archive.diff(name, _number(ask, "before"), _number(ask, "after"), ask.moment)
    states = archive.revisions(found.after.article.id, ask.moment)
    return View(
        "diff.html",
        ask.moment,
        {"diff": found, "states": states},
        lambda: {"as_of": iso(ask.moment), **diff_dict(found)},
        description=found.after.article.title,
    )


def trends(archive: Archive, ask: Ask, name: str) -> View:
    """Phrases of which more is written than before, in a week or in days of one's choice."""
    first, last = ask.filter("from"), ask.filter("to")
    until = read_day(last, after=True) if last else None
    if until is None and not first:
        newest = next(iter(archive.latest(ask.moment, limit=1)), None)
        until = newest.first_seen_at + timedelta(microseconds=1) if newest else None
    found = archive.trends(read_day(first) if first else None, until, ask.moment)
    most = max((trend.articles for trend in found.trends), default=1)
    values = {"trends": found, "most": most, "form": {"from": first, "to": last}}
    return View("trends.html", found.as_of, values, lambda: trends_dict(found))


def _number(ask: Ask, name: str) -> int | None:
    text = ask.filter(name)
    if text and not (text.isascii() and text.isdigit() and len(text) < 7):
        raise UsageError(f"{name}: {text[:20]!r} is not the number of a state")
    return int(text) if text else None
