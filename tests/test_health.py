"""Signs: each is given when its trouble is there, and not when it only looks so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.health import FAR_BEHIND, Vitals, lost, signs
from warraq.types import (
    DayCount,
    Outcome,
    OutletState,
    Reason,
    Severity,
    Sign,
    SignKind,
    Task,
    TaskKind,
    Visit,
)

NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = Task("https://waha.example/rss", TaskKind.FEED, "waha", NOW, watch=True)


def counts(ago: int, new: int = 0, **reasons: int) -> list[DayCount]:
    """What one day, so many days ago, brought: new articles, and refusals by reason."""
    day = (NOW - ago * DAY).date()
    refused = [DayCount(day, "waha", Outcome.REJECTED, Reason(reason), count) for reason, count in reasons.items()]
    return [DayCount(day, "waha", Outcome.NEW, None, new), *refused] if new else refused


def days(*new: int, **reasons: int) -> list[DayCount]:
    """New articles by day, the last number today."""
    return [count for ago, number in enumerate(reversed(new)) for count in counts(ago, number, **reasons)]


def kinds(vitals: Vitals) -> list[SignKind]:
    return [sign.kind for sign in signs(vitals)]


def only(vitals: Vitals) -> Sign:
    (sign,) = signs(vitals)
    assert "\n" not in sign.text
    return sign


def test_all_is_well() -> None:
    seen = {"waha": NOW - timedelta(hours=2)}
    titles = {"waha": [f"خبر {n}" for n in range(20)]}
    well = Vitals(NOW, days(*[30] * 20), [FEED], seen, titles, disk_free=1 << 40, disk_size=1 << 41, newest=NOW)
    assert signs(well) == []
    assert signs(Vitals(NOW)) == []


# --- quiet ------------------------------------------------------------------------------------------------


def quiet(rhythm: list[int], silence: timedelta) -> Vitals:
    """An outlet with this rhythm up to the day of its last article, silent since."""
    last = NOW - silence
    whole = (NOW.date() - last.date()).days
    return Vitals(NOW, days(*rhythm, *[0] * whole), [FEED], {"waha": last})


@pytest.mark.parametrize(
    ("rhythm", "silence", "severity"),
    [
        ([40] * 14, timedelta(hours=20), None),
        ([40] * 14, timedelta(hours=30), Severity.WARNING),
        ([40] * 14, timedelta(days=5), Severity.ALARM),
        ([40, 40, 40, 40, 40, 0, 0] * 3 + [40], timedelta(days=2), None),  # it rests for two days each week
        ([40, 40, 40, 40, 40, 0, 0] * 3 + [40], timedelta(days=4), Severity.WARNING),
        ([1, 0, 0, 0, 0, 0, 0] * 4 + [1], timedelta(days=6), None),  # a weekly
        ([1, 0, 0, 0, 0, 0, 0] * 4 + [1], timedelta(days=9), Severity.WARNING),
        ([40, 40], timedelta(days=5), None),  # too young to have a rhythm
    ],
)
def test_quiet_is_longer_than_ever_before(rhythm: list[int], silence: timedelta, severity: Severity | None) -> None:
    found = signs(quiet(rhythm, silence))
    assert [(sign.kind, sign.severity) for sign in found] == ([(SignKind.QUIET, severity)] if severity else [])


def test_quiet_is_only_what_is_read() -> None:
    silent = quiet([40] * 14, timedelta(days=5))
    assert signs(replace(silent, watched=[])) == []  # an import
    assert signs(replace(silent, states={"waha": OutletState("waha", disabled=True)})) == []


def test_quiet_goes_on_beyond_the_window_and_from_the_beginning() -> None:
    assert only(Vitals(NOW, watched=[FEED], last_seen={"waha": NOW - 90 * DAY})).kind is SignKind.QUIET
    asked = replace(FEED, visit=Visit(visits=30))
    assert "30 visits" in only(Vitals(NOW, watched=[asked])).text
    assert signs(Vitals(NOW, watched=[FEED])) == []


def test_when_nothing_is_read_no_outlet_is_blamed() -> None:
    silent = quiet([40] * 14, timedelta(days=5))
    late = [replace(FEED, due=NOW - 5 * DAY)]
    sign = only(replace(silent, watched=late))
    assert (sign.kind, sign.severity, sign.outlet) == (SignKind.NOT_READING, Severity.ALARM, "")
    others = [replace(FEED, url=f"https://waha.example/{n}") for n in range(3)]
    assert SignKind.BACKLOG in kinds(replace(silent, watched=[*late, *others]))


# --- pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "lately", "severity"),
    [
        ((90, 10), (40, 4), None),
        ((90, 10), (10, 30), Severity.WARNING),
        ((90, 10), (0, 30), Severity.ALARM),
        ((90, 10), (1, 4), None),  # too few to tell
        ((10, 90), (2, 30), None),  # it never was read well: told when it was added, not each day
        ((0, 0), (1, 30), Severity.WARNING),  # a new outlet that cannot be read
    ],
)
def test_extraction_is_compared_with_before(
    before: tuple[int, int], lately: tuple[int, int], severity: Severity | None
) -> None:
    told = [*counts(9, before[0], no_body=before[1]), *counts(0, lately[0], no_body=lately[1])]
    found = signs(Vitals(NOW, told, [FEED], {"waha": NOW}))
    assert [(sign.kind, sign.severity) for sign in found] == ([(SignKind.EXTRACTION, severity)] if severity else [])
    assert signs(Vitals(NOW, told)) == []  # nothing of it is watched: all this was imported


def test_failures_of_the_world_are_no_fault_of_extraction() -> None:
    told = [*counts(9, 90), *counts(0, 20, timeout=500, robots=200)]
    assert signs(Vitals(NOW, told, [FEED], {"waha": NOW})) == []


def test_one_title() -> None:
    titles = ["اشترك في نشرتنا"] * 9 + ["خبر"] * 3
    sign = only(Vitals(NOW, titles={"waha": titles}))
    assert (sign.kind, sign.severity, sign.outlet) == (SignKind.ONE_TITLE, Severity.ALARM, "waha")
    assert "اشترك في نشرتنا" in sign.text
    assert signs(Vitals(NOW, titles={"waha": ["عاجل"] * 5 + [f"خبر {n}" for n in range(7)]})) == []
    assert signs(Vitals(NOW, titles={"waha": ["عاجل"] * 5})) == []


# --- feeds and domains ------------------------------------------------------------------------------------


def test_feeds_that_fail_for_long() -> None:
    failing = replace(FEED, visit=Visit(failures=9, failing_since=NOW - 3 * DAY))
    brief = replace(FEED, visit=Visit(failures=1, failing_since=NOW - timedelta(hours=3)))
    gone = replace(FEED, due=datetime.max.replace(tzinfo=UTC))
    assert signs(Vitals(NOW, watched=[brief])) == []
    some = only(Vitals(NOW, watched=[failing, FEED]))
    assert (some.severity, some.since) == (Severity.WARNING, NOW - 3 * DAY)
    assert only(Vitals(NOW, watched=[failing, gone])).severity is Severity.ALARM
    assert only(Vitals(NOW, watched=[gone])).kind is SignKind.FEEDS_FAILING


def test_a_domain_that_leads_to_somebody_else() -> None:
    taken = Vitals(NOW, [*counts(9, 50), *counts(1, 0, other_outlet=4)])
    (sign,) = [sign for sign in signs(taken) if sign.kind is SignKind.TAKEN_OVER]
    assert sign.severity is Severity.ALARM
    assert lost([sign], {}) == ["waha"]
    assert signs(Vitals(NOW, counts(1, 50, other_outlet=4))) == []  # a few links led away
    assert signs(Vitals(NOW, counts(9, 0, other_outlet=50))) == []  # long ago
    sudden = only(Vitals(NOW, [*counts(2, 60), *counts(0, 3, other_outlet=12)]))  # what it was before excuses nothing
    assert (sudden.severity, sudden.kind) == (Severity.ALARM, SignKind.TAKEN_OVER)
    assert signs(Vitals(NOW, [*counts(2, 60), *counts(0, 9, other_outlet=12)])) == []
    assert signs(Vitals(NOW, [*counts(2, 60), *counts(0, 1, other_outlet=5)])) == []  # the day has just begun
    states = {"waha": OutletState("waha", unsafe_since=NOW - DAY)}
    marked = only(replace(taken, states=states))
    assert (marked.severity, marked.since) == (Severity.WARNING, NOW - DAY)
    assert lost([marked], states) == []


# --- the archive ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vitals", "kind", "severity"),
    [
        (Vitals(NOW, behind=100), None, None),
        (Vitals(NOW, behind=FAR_BEHIND // 2), SignKind.INDEX_BEHIND, Severity.WARNING),
        (Vitals(NOW, behind=FAR_BEHIND + 1), SignKind.INDEX_BEHIND, Severity.ALARM),
        (Vitals(NOW, disk_free=3 << 30, disk_size=20 << 30), None, None),
        (Vitals(NOW, disk_free=3 << 30, disk_size=200 << 30), SignKind.DISK_FULL, Severity.WARNING),
        (Vitals(NOW, disk_free=100 << 30, disk_size=10 << 40), None, None),
        (Vitals(NOW, disk_free=1 << 20, disk_size=20 << 30), SignKind.DISK_FULL, Severity.ALARM),
        (Vitals(NOW, newest=NOW + timedelta(seconds=30)), None, None),
        (Vitals(NOW, newest=NOW + DAY), SignKind.CLOCK_BEHIND, Severity.ALARM),
    ],
)
def test_the_archive_itself(vitals: Vitals, kind: SignKind | None, severity: Severity | None) -> None:
    assert [(sign.kind, sign.severity) for sign in signs(vitals)] == ([(kind, severity)] if kind else [])


@given(
    st.lists(
        st.builds(
            DayCount,
            st.integers(0, 70).map(lambda ago: (NOW - ago * DAY).date()),
            st.sampled_from(["", "waha", "marsa"]),
            st.sampled_from(list(Outcome)),
            st.sampled_from([None, *Reason]),
            st.integers(0, 99),
        ),
        max_size=30,
    ),
    st.lists(st.sampled_from([FEED, replace(FEED, due=NOW - 9 * DAY)]), max_size=3),
)
def test_any_counts_give_signs_the_gravest_first(given_days: list[DayCount], watched: list[Task]) -> None:
    found = signs(Vitals(NOW, given_days, watched))
    assert [sign.severity for sign in found] == sorted((sign.severity for sign in found), reverse=True)
    assert all((sign.text and sign.outlet) or sign.kind is not SignKind.QUIET for sign in found)
