"""Figures: of the archive (``/stats``), and of an outlet on its page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from warraq.render import plots
from warraq.render.figures import figures_dict
from warraq.render.plots import Bar, Plot
from warraq.render.wording import wording
from warraq.types import Figures, OutletFigures, Shares, Trends
from warraq.web.ask import Ask
from warraq.web.kept import Kept
from warraq.web.view import View

if TYPE_CHECKING:
    from warraq.app import Archive

DAYS = 31
"""Days that are drawn one by one, the last."""
RISING = 10
NAMED = 20
"""Rows of a table of outlets, agencies or languages."""


class Counted:
    """The handlers, and what they keep."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._figures = Kept[tuple[Figures, Trends]]()
        self._outlets = Kept[OutletFigures]()

    def stats(self, ask: Ask, name: str) -> View:
        """The archive in numbers, drawn, with the numbers behind each drawing."""
        found, trends = self._figures(ask.as_of, lambda: self._made(ask))
        w, rtl = wording(ask.language), ask.language == "ar"
        counts = dict(found.days)

        def to_days(bucket: plots.Bucket) -> str:
            return (
                ask.links.day(bucket.first) if bucket.first == bucket.last else ask.links.to(f"/archive/{bucket.label}")
            )

        values: dict[str, Any] = {
            "figures": found,
            "trends": trends.trends,
            "by_day": plots.over_time(_last(counts), w["by_day"], rtl, to_days),
            "by_month": plots.over_time(plots.by_month(found.days), w["by_month"], rtl, to_days),
            **_drawn(found.newest, w, rtl),
            "named": NAMED,
        }
        return View("stats.html", found.as_of, values, lambda: figures_dict(found))

    def _made(self, ask: Ask) -> tuple[Figures, Trends]:
        """Trends are those of the week that ends with the newest article, as `related.trends` has it."""
        newest = next(iter(self.archive.latest(ask.moment, limit=1)), None)
        until = newest.first_seen_at + timedelta(microseconds=1) if newest else None
        return self.archive.figures(ask.as_of), self.archive.trends(None, until, ask.moment, limit=RISING)

    def outlet(self, ask: Ask, id: str) -> tuple[OutletFigures, dict[str, Any]]:
        """An outlet's figures, and what its page shows of them."""
        found = self._outlets((id, ask.as_of), lambda: self.archive.outlet_figures(id, ask.as_of))
        w, rtl = wording(ask.language), ask.language == "ar"

        def narrowed(bucket: plots.Bucket) -> str:
            first, last = bucket.first.isoformat(), bucket.last.isoformat()
            return ask.links.to("/search", **{"q": f"outlet:{id}", "from": first, "to": last, "sort": "date"})

        drawn = plots.over_time(plots.buckets_of_days(found.days), w["over_time"], rtl, narrowed)
        return found, {"figures": found, "plot": drawn}


def _drawn(newest: Shares, w: Mapping[str, str], rtl: bool) -> dict[str, Plot]:
    steps = [words for words, _ in newest.lengths]
    labels = [f"{low}–{high - 1}" for low, high in pairwise(steps)]
    labels += [f"{steps[-1]}+"] if steps else []
    return {
        "by_hour": plots.bars(
            [Bar(f"{hour:02}:00", count) for hour, count in enumerate(newest.hours)], w["by_hour"], rtl
        ),
        "by_length": plots.bars(
            [Bar(label, count) for label, (_, count) in zip(labels, newest.lengths, strict=True)], w["by_length"], rtl
        ),
    }


def _last(counts: Mapping[date, int]) -> list[plots.Bucket]:
    """The days up to the newest one, those without articles too."""
    if not counts:
        return []
    newest = max(counts)
    days = [newest - timedelta(days=n) for n in reversed(range(min(DAYS, newest.toordinal())))]
    return [plots.Bucket(f"{day:%Y-%m-%d}", day, day, counts.get(day, 0)) for day in days]
