"""Is all well? Signs for the operator, told purely from what an archive knows of itself.

An outlet is measured against its own past, never against others: one that rests on Fridays is not quiet on a Friday,
one whose pages were never read well has not become worse. The bounds are constants here, so that a sign means the
same in every archive; docs/operations.md says for each what to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

from warraq.types import (
    DayCount,
    Outcome,
    OutletId,
    OutletState,
    Reason,
    Severity,
    Sign,
    SignKind,
    Task,
)

WINDOW = 60
"""Days of counts that the past of an outlet is told from."""
RECENT = 2
"""Days, today among them, that are compared with those before."""
FAR_BEHIND = 10_000
"""Lines of the change log; an index that lags by more does not answer for the archive."""
_SOMEWHAT_BEHIND = 2_000
_ENOUGH_PAGES = 10
_ENOUGH_BEFORE = 20
_ENOUGH_TITLES = 10
_ENOUGH_STRANGERS = 3
_MANY_STRANGERS = 8
_ENOUGH_VISITS = 10
_DAY = timedelta(days=1)
_OVERDUE = timedelta(hours=6)
_CLOCK_OFF = timedelta(minutes=2)
_GIB = 1 << 30

_PAGE_TROUBLE = frozenset(
    {
        Reason.NO_TITLE,
        Reason.NO_BODY,
        Reason.NO_DATE,
        Reason.FURNITURE_TITLE,
        Reason.PAYWALL,
        Reason.ERROR_PAGE,
        Reason.NOT_ARTICLE,
        Reason.NOT_HTML,
        Reason.EMPTY,
        Reason.TOO_DEEP,
        Reason.INTERNAL,
    }
)
"""What a page is refused for that was meant to be an article."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the signs are told from. Moments are UTC."""

    now: datetime
    days: Sequence[DayCount] = ()
    """Of the last `WINDOW` days."""
    watched: Sequence[Task] = ()
    """Feeds, sitemaps and lists that are read again and again."""
    last_seen: Mapping[OutletId, datetime] = field(default_factory=dict)
    """When the newest article of an outlet was first seen."""
    titles: Mapping[OutletId, Sequence[str]] = field(default_factory=dict)
    """The newest titles of an outlet, a dozen or more."""
    states: Mapping[OutletId, OutletState] = field(default_factory=dict)
    behind: int = 0
    """Lines of the change log that the index has not applied."""
    disk_free: int | None = None
    disk_size: int | None = None
    """Bytes of the disk that holds the archive."""
    newest: datetime | None = None
    """The latest moment at which an article was first seen."""


def signs(vitals: Vitals) -> list[Sign]:
    """Everything that is not as it should be, the gravest first; empty if all is well."""
    found = [*_archive(vitals), *_reading(vitals)]
    idle = any(sign.kind is SignKind.NOT_READING for sign in found)
    by_outlet: dict[OutletId, list[DayCount]] = {}
    for count in vitals.days:
        by_outlet.setdefault(count.outlet, []).append(count)
    watched: dict[OutletId, list[Task]] = {}
    for task in vitals.watched:
        watched.setdefault(task.outlet, []).append(task)
    for outlet in sorted({*by_outlet, *watched, *vitals.titles} - {""}):
        state = vitals.states.get(outlet) or OutletState(outlet)
        if state.disabled:
            continue
        if state.unsafe_since is not None:
            text = f"its addresses lead to somebody else since {state.unsafe_since:%Y-%m-%d}; its links are not offered"
            found.append(Sign(Severity.WARNING, SignKind.TAKEN_OVER, text, outlet, state.unsafe_since))
            continue
        counts = by_outlet.get(outlet, [])
        found += _taken_over(outlet, counts, vitals.now.date())
        if outlet in watched:  # otherwise its documents were imported: their columns may be wrong, not its pages
            found += _extraction(outlet, counts, vitals.now.date())
        found += _one_title(outlet, vitals.titles.get(outlet, ()))
        found += _feeds(outlet, watched.get(outlet, []), vitals.now)
        if outlet in watched and not idle:
            found += _quiet(outlet, counts, watched[outlet], vitals)
    return sorted(found, key=lambda sign: (-sign.severity, sign.kind, sign.outlet))


def lost(found: Collection[Sign], states: Mapping[OutletId, OutletState]) -> list[OutletId]:
    """The outlets whose addresses, by these signs, lead to somebody else, and that are not marked so yet."""
    return sorted(
        {
            sign.outlet
            for sign in found
            if sign.kind is SignKind.TAKEN_OVER
            and (sign.outlet not in states or states[sign.outlet].unsafe_since is None)
        }
    )


# --- the archive itself -------------------------------------------------------------------------------------


def _archive(vitals: Vitals) -> Iterator[Sign]:
    if vitals.behind > _SOMEWHAT_BEHIND:
        severity = Severity.ALARM if vitals.behind > FAR_BEHIND else Severity.WARNING
        yield Sign(severity, SignKind.INDEX_BEHIND, f"the index is {vitals.behind:,} changes behind the store")
    if vitals.disk_free is not None and vitals.disk_size:
        share = vitals.disk_free / vitals.disk_size
        text = f"{vitals.disk_free / _GIB:.1f} GiB free ({share:.0%} of the disk)"
        if vitals.disk_free < _GIB // 2:
            yield Sign(Severity.ALARM, SignKind.DISK_FULL, text)
        elif vitals.disk_free < 2 * _GIB or (share < 0.05 and vitals.disk_free < 50 * _GIB):
            yield Sign(Severity.WARNING, SignKind.DISK_FULL, text)
    if vitals.newest is not None and vitals.newest > vitals.now + _CLOCK_OFF:
        ahead = vitals.newest - vitals.now
        yield Sign(
            Severity.ALARM,
            SignKind.CLOCK_BEHIND,
            f"the clock is behind: the newest article was first seen {_span(ahead)} from now",
        )


def _reading(vitals: Vitals) -> Iterator[Sign]:
    live = [task for task in vitals.watched if not _disabled(vitals, task.outlet) and task.due.year < 9999]
    if not live:
        return
    overdue = [task for task in live if task.due < vitals.now - _OVERDUE]
    if len(overdue) > len(live) / 2:
        oldest = min(task.due for task in overdue)
        ago = _span(vitals.now - oldest)
        text = f"{len(overdue)} of {len(live)} feeds are overdue, the longest by {ago}: is `warraq run` running?"
        yield Sign(Severity.ALARM, SignKind.NOT_READING, text, since=oldest)
    elif overdue:
        text = f"{len(overdue)} of {len(live)} feeds are overdue by more than {_span(_OVERDUE)}"
        yield Sign(Severity.WARNING, SignKind.BACKLOG, text)


def _disabled(vitals: Vitals, outlet: OutletId) -> bool:
    return outlet in vitals.states and vitals.states[outlet].disabled


# --- an outlet ----------------------------------------------------------------------------------------------


def _taken_over(outlet: OutletId, counts: Sequence[DayCount], today: date) -> Iterator[Sign]:
    """More of its addresses lead to somebody else than to articles of its own.

    In three days, or, as what it published before it was lost counts as its own in these, by far within the last one.
    """
    for days, least, times in ((3, _ENOUGH_STRANGERS, 1), (1, _MANY_STRANGERS, 4)):
        recent = [count for count in counts if count.day > today - timedelta(days=days)]
        strangers = sum(count.count for count in recent if count.reason is Reason.OTHER_OUTLET)
        own = sum(count.count for count in recent if count.outcome in (Outcome.NEW, Outcome.REVISED))
        if strangers >= least and strangers >= times * own:
            within = f"in {days} days" if days > 1 else "today"
            text = f"{strangers} of its addresses led to somebody else {within}, {own} to articles of its own"
            yield Sign(Severity.ALARM, SignKind.TAKEN_OVER, text, outlet)
            return


def _extraction(outlet: OutletId, counts: Sequence[DayCount], today: date) -> Iterator[Sign]:
    """How many of the pages that were new are read, lately and before."""
    read, tried = Counter[bool](), Counter[bool]()
    for count in counts:
        is_recent = count.day > today - timedelta(days=RECENT)
        if count.outcome is Outcome.NEW:
            read[is_recent] += count.count
        if count.outcome is Outcome.NEW or count.reason in _PAGE_TROUBLE:
            tried[is_recent] += count.count
    if tried[True] < _ENOUGH_PAGES:
        return
    now = read[True] / tried[True]
    if tried[False] < _ENOUGH_BEFORE:
        if now < 0.2:
            text = f"only {read[True]} of {tried[True]} pages could be read in {RECENT} days"
            yield Sign(Severity.WARNING, SignKind.EXTRACTION, text, outlet)
        return
    before = read[False] / tried[False]
    if now < before / 2 and before - now > 0.1:
        severity = Severity.ALARM if now < before / 10 else Severity.WARNING
        yield Sign(
            severity,
            SignKind.EXTRACTION,
            f"{now:.0%} of its new pages could be read lately, {before:.0%} before",
            outlet,
        )


def _one_title(outlet: OutletId, titles: Sequence[str]) -> Iterator[Sign]:
    if len(titles) < _ENOUGH_TITLES:
        return
    ((title, times),) = Counter(" ".join(title.split()) for title in titles).most_common(1)
    if times >= len(titles) * 0.6:
        text = f"{times} of its newest {len(titles)} articles have one title: {title[:80]}"
        yield Sign(Severity.ALARM, SignKind.ONE_TITLE, text, outlet)


def _feeds(outlet: OutletId, watched: Sequence[Task], now: datetime) -> Iterator[Sign]:
    gone = [task for task in watched if task.due.year == 9999]
    failing = [task for task in watched if task.visit.failing_since and now - task.visit.failing_since > _DAY]
    if not gone and not failing:
        return
    since = min((task.visit.failing_since for task in failing if task.visit.failing_since), default=None)
    all_of_them = len(gone) + len(failing) == len(watched)
    what = f"{len(failing)} of its {len(watched)} feeds fail" if failing else ""
    if gone:
        what += f"{' and ' if what else ''}{len(gone)} of {len(watched)} are gone for good (410)"
    if since is not None:
        what += f", the longest for {_span(now - since)}"
    yield Sign(Severity.ALARM if all_of_them else Severity.WARNING, SignKind.FEEDS_FAILING, what, outlet, since)


def _quiet(outlet: OutletId, counts: Sequence[DayCount], watched: Sequence[Task], vitals: Vitals) -> Iterator[Sign]:
    """Silent for a day longer than ever in the window, between its first and its last day with something new."""
    last = vitals.last_seen.get(outlet)
    if last is None:
        visits = sum(task.visit.visits for task in watched)
        if visits >= _ENOUGH_VISITS:
            yield Sign(Severity.WARNING, SignKind.QUIET, f"{visits} visits of its feeds gave no article", outlet)
        return
    active = sorted({count.day for count in counts if count.outcome is Outcome.NEW and count.count})
    silence = vitals.now - last
    if not active:
        if silence > WINDOW * _DAY:
            yield Sign(Severity.ALARM, SignKind.QUIET, f"nothing new for {_span(silence)}", outlet, last)
        return
    if len(active) < 3 or (active[-1] - active[0]).days < 6:
        return  # too young to have a rhythm
    longest = max((later - earlier).days - 1 for earlier, later in pairwise(active))
    usual = (longest + 1) * _DAY
    if silence > usual:
        severity = Severity.ALARM if silence > 3 * usual else Severity.WARNING
        text = f"nothing new for {_span(silence)}; its longest rest in {WINDOW} days was {longest} days"
        yield Sign(severity, SignKind.QUIET, text, outlet, last)


def _span(span: timedelta) -> str:
    """A length of time in the largest unit that fits twice."""
    for unit, seconds in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if span.total_seconds() >= 2 * seconds:
            return f"{int(span.total_seconds() // seconds)} {unit}"
    return f"{int(span.total_seconds())} seconds"
