"""Plots as SVG made on the server: readable without colour, without a script, and as a list by a screen reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup, escape

from warraq.types import moment

WIDTH, HEIGHT = 720, 120
MOST_DAYS, MOST_MONTHS = 62, 60
"""Longer spans are counted by months, then by years."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of time, [first, last], both days included, with how much falls into it; ``label`` names it."""

    label: str
    first: date
    last: date
    count: int


def buckets(days: Sequence[tuple[int, int]]) -> list[Bucket]:
    """Counts by day (`Facets.days`) as buckets without gaps: by day, month or year, as their span asks for."""
    return buckets_of_days([(moment(at).astimezone(UTC).date(), count) for at, count in days])


def buckets_of_days(days: Sequence[tuple[date, int]]) -> list[Bucket]:
    """The same for days as dates."""
    if not days:
        return []
    counts = dict(days)
    first, last = min(counts), max(counts)
    if (last - first).days < MOST_DAYS:
        every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [Bucket(f"{day:%Y-%m-%d}", day, day, counts.get(day, 0)) for day in every]
    months = Counter[tuple[int, int]]()
    for day, count in counts.items():
        months[day.year, day.month] += count
    if len(span := _months(first, last)) <= MOST_MONTHS:
        return [Bucket(f"{y}-{m:02}", date(y, m, 1), _end(y, m), months[y, m]) for y, m in span]
    years = Counter[int]()
    for (year, _), count in months.items():
        years[year] += count
    return [Bucket(str(y), date(y, 1, 1), date(y, 12, 31), years[y]) for y in range(first.year, last.year + 1)]


def histogram(found: Sequence[Bucket], label: str, rtl: bool) -> Markup:
    """Bars in the direction of the page's reading; each names itself and its count when pointed at."""
    if not found:
        return Markup("")
    most = max(bucket.count for bucket in found) or 1
    step = WIDTH / len(found)
    bars = []
    for place, bucket in enumerate(found):
        height = max(round(bucket.count / most * HEIGHT, 1), 1.5 if bucket.count else 0)
        x, y = (len(found) - 1 - place if rtl else place) * step + step * 0.08, HEIGHT - height
        bars.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{step * 0.84:.1f}" height="{height:.1f}">'
            f"<title>{escape(bucket.label)}: {bucket.count:,}</title></rect>"
        )
    return Markup(  # noqa: S704 - numbers, and labels escaped above
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" '
        f'preserveAspectRatio="none">{"".join(bars)}</svg>'
    )


def _months(first: date, last: date) -> list[tuple[int, int]]:
    low, high = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [(n // 12, n % 12 + 1) for n in range(low, high + 1)] if high - low < 12 * 500 else []


def _end(year: int, month: int) -> date:
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return (following - timedelta(days=1)).date()
