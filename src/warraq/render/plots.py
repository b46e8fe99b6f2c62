"""Plots as SVG made on the server: readable without colour, without a script, and as a table by whoever wants one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup, escape

from warraq.types import moment

WIDTH, HEIGHT = 720, 120
MOST_DAYS, MOST_MONTHS = 62, 60
"""Longer spans are counted by months, then by years."""
TICKS = 4
"""Bars that are named under a plot, at most, evenly spread."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A stretch of time, [first, last], both days included, with how much falls into it; ``label`` names it."""

    label: str
    first: date
    last: date
    count: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a plot, which is a row of its table; ``href`` leads to what it counts."""

    label: str
    count: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with the numbers behind it."""

    svg: Markup
    bars: tuple[Bar, ...]
    title: str

    @property
    def most(self) -> Bar:
        """The highest bar, the first of equals."""
        return max(self.bars, key=lambda bar: bar.count)

    @property
    def ticks(self) -> list[str]:
        """Labels for the axis: the first, the last and some between."""
        last = len(self.bars) - 1
        places = {round(last * n / (TICKS - 1)) for n in range(TICKS)} if last >= TICKS else set(range(last + 1))
        return [self.bars[place].label for place in sorted(places)]


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
    return by_month(days)


def by_month(days: Sequence[tuple[date, int]]) -> list[Bucket]:
    """Counts by day as buckets of months without gaps, or of years where that would be too many."""
    if not days:
        return []
    months = Counter[tuple[int, int]]()
    for day, count in days:
        months[day.year, day.month] += count
    first, last = min(day for day, _ in days), max(day for day, _ in days)
    if len(span := _months(first, last)) <= MOST_MONTHS:
        return [Bucket(f"{y}-{m:02}", date(y, m, 1), _end(y, m), months[y, m]) for y, m in span]
    years = Counter[int]()
    for (year, _), count in months.items():
        years[year] += count
    return [Bucket(str(y), date(y, 1, 1), date(y, 12, 31), years[y]) for y in range(first.year, last.year + 1)]


def over_time(found: Sequence[Bucket], title: str, rtl: bool, href: Callable[[Bucket], str] | None = None) -> Plot:
    """Buckets as a plot; `href` makes the addresses of its bars."""
    return bars([Bar(b.label, b.count, href(b) if href and b.count else "") for b in found], title, rtl)


def bars(found: Sequence[Bar], title: str, rtl: bool) -> Plot:
    """Bars in the direction of the page's reading; each names itself and its count when pointed at."""
    if not found:
        return Plot(Markup(""), (), title)
    most = max(bar.count for bar in found) or 1
    step = WIDTH / len(found)
    gap = min(0.08 * step, 2.0)
    drawn = []
    for place, bar in enumerate(found):
        height = max(round(bar.count / most * HEIGHT, 1), 1.5 if bar.count else 0)
        x, y = (len(found) - 1 - place if rtl else place) * step + gap, HEIGHT - height
        drawn.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{step - 2 * gap:.1f}" height="{height:.1f}">'
            f"<title>{escape(bar.label)}: {bar.count:,}</title></rect>"
        )
    half = f'<path class="half" d="M0 {HEIGHT / 2}H{WIDTH}"/>'
    return Plot(
        Markup(  # noqa: S704 - numbers, and labels escaped above
            f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" '
            f'preserveAspectRatio="none">{half}{"".join(drawn)}</svg>'
        ),
        tuple(found),
        title,
    )


def share(part: int, whole: int, rtl: bool) -> Markup:
    """A bar of a table's row: how much of the whole. The number stands beside it, so it says nothing to a reader."""
    width = round(100 * part / whole, 1) if whole else 0
    x = 100 - width if rtl else 0
    return Markup(  # noqa: S704 - numbers
        '<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="all" width="100" height="8"/><rect x="{x:g}" width="{width:g}" height="8"/></svg>'
    )


def _months(first: date, last: date) -> list[tuple[int, int]]:
    low, high = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [(n // 12, n % 12 + 1) for n in range(low, high + 1)] if high - low < 12 * 500 else []


def _end(year: int, month: int) -> date:
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return (following - timedelta(days=1)).date()
