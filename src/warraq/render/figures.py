"""Days and figures as JSON-ready dicts. The rules are those of `render.json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from warraq.render.calendar import hijri_iso
from warraq.render.json import Json, brief_dict, outlet_count_dict, outlet_dict, story_brief_dict, text_dict
from warraq.render.moments import iso
from warraq.types import Day, Figures, Outlet, OutletFigures, Shares


def days_list(days: Iterable[tuple[date, int]]) -> list[Json]:
    """Counts by day."""
    return [{"day": day.isoformat(), "articles": count} for day, count in days]


def day_dict(day: Day, outlets: Mapping[str, Outlet]) -> Json:
    """A day by story, then a page of its articles."""
    return {
        "as_of": iso(day.as_of),
        "day": day.day.isoformat(),
        "hijri": hijri_iso(day.day),
        "total": day.total,
        "stories": [story_brief_dict(story) for story in day.stories],
        "articles": [brief_dict(brief, outlets.get(brief.outlet)) for brief in day.articles],
    }


def shares_dict(shares: Shares) -> Json:
    """What the newest articles are like."""
    return {
        "articles": shares.articles,
        "hours": [{"hour": hour, "articles": count} for hour, count in enumerate(shares.hours)],
        "lengths": [{"words_from": words, "articles": count} for words, count in shares.lengths],
        "copies": shares.copies,
        "copied_from": [{**outlet_dict(outlet), "articles": count} for outlet, count in shares.copied_from],
        "credits": [{**text_dict(name, "ar", "name"), "articles": count} for name, count in shares.credits],
    }


def figures_dict(figures: Figures) -> Json:
    """The archive in numbers."""
    return {
        "as_of": iso(figures.as_of),
        "articles": figures.articles,
        "days": days_list(figures.days),
        "outlets": [outlet_count_dict(count) for count in figures.outlets],
        "languages": _counted(figures.languages, "lang"),
        "countries": _counted(figures.countries, "country"),
        "newest": shares_dict(figures.newest),
    }


def outlet_figures_dict(figures: OutletFigures) -> Json:
    """An outlet in numbers."""
    count = figures.count
    return {
        "articles": count.articles if count else 0,
        "first_seen_at": iso(count.first_seen_at) if count else None,
        "last_seen_at": iso(count.last_seen_at) if count else None,
        "days": days_list(figures.days),
        "newest": shares_dict(figures.newest),
    }


def _counted(pairs: Sequence[tuple[str, int]], name: str) -> list[Json]:
    return [{name: value, "articles": count} for value, count in pairs]
