"""Decisions on single documents, and on whole timelines in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.decide import WORLD, decide, learned
from warraq.types import Analysis, Article, Change, Entry, Feed, Known, Outcome, Paragraph, Parsed, Reason, micros

NOON = datetime(2025, 2, 16, 12, tzinfo=UTC)
A, B, C = b"a" * 16, b"b" * 16, b"c" * 16


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def parsed(digest: bytes = A) -> Parsed:
    article = Article("0123456789ab", "sada", "https://sada.example/1", "افتتاح السوق", (Paragraph("نص"),))
    return Parsed("news.jsonl:1", article=article, analysis=Analysis(1, b"t", b"s"), digest=digest)


def known(*sightings: tuple[float, bytes]) -> Known:
    return Known(tuple(sorted((micros(at(hours)), digest) for hours, digest in sightings)))


def recorded(change: Change) -> bool:
    return change.article is not None and change.seen_at is not None


def test_what_a_stranger_says_at_an_articles_address_is_no_revision() -> None:
    strange = replace(parsed(B), stranger=True)
    change = decide(strange, known((-2, A)), NOON, False)
    assert (change.outcome, change.reason, change.article) == (Outcome.REJECTED, Reason.OTHER_OUTLET, None)
    assert decide(strange, None, NOON, False).outcome is Outcome.NEW, "nothing is known of the address"
    assert decide(strange, known((-2, B)), NOON, False).outcome is Outcome.UNCHANGED, "the text shows whose it is"
    assert decide(strange, known((-3, B), (-2, A)), NOON, False).outcome is Outcome.REVISED


def test_a_first_sighting_is_new() -> None:
    for is_given in (True, False):
        change = decide(parsed(), None, NOON, is_given)
        assert change == Change(
            "news.jsonl:1",
            Outcome.NEW,
            outlet="sada",
            article=parsed().article,
            analysis=parsed().analysis,
            digest=A,
            seen_at=NOON,
        )


@pytest.mark.parametrize(
    ("timeline", "hour", "digest", "outcome"),
    [
        ([(0, A)], 1, B, Outcome.REVISED),
        ([(0, A)], 1, A, Outcome.UNCHANGED),
        ([(0, A)], 0, A, Outcome.UNCHANGED),
        ([(0, A)], -1, B, Outcome.REVISED),
        ([(0, A)], -1, A, Outcome.UNCHANGED),
        ([(0, A), (2, B)], 1, A, Outcome.UNCHANGED),
        ([(0, A), (2, B)], 1, B, Outcome.REVISED),
        ([(0, A), (2, B)], 3, A, Outcome.REVISED),
        # At one moment the greatest digest is in force; a lower one was seen all the same.
        ([(0, B)], 0, A, Outcome.REVISED),
        ([(0, A), (0, B)], 0, A, Outcome.UNCHANGED),
        ([(0, A), (0, B)], 1, A, Outcome.REVISED),
        ([(0, A), (0, B)], 1, B, Outcome.UNCHANGED),
    ],
)
def test_a_given_moment_is_always_recorded(
    timeline: list[tuple[float, bytes]], hour: float, digest: bytes, outcome: Outcome
) -> None:
    change = decide(parsed(digest), known(*timeline), at(hour), True)
    assert change.outcome is outcome
    assert change.seen_at == at(hour)
    assert change.digest == digest
    assert recorded(change)


def test_by_the_clock_seeing_the_latest_again_records_nothing() -> None:
    change = decide(parsed(B), known((0, A), (1, B)), at(2), False)
    assert change.outcome is Outcome.UNCHANGED
    assert change.outlet == "sada"
    assert not recorded(change)


def test_by_the_clock_another_content_is_a_revision_even_an_old_one_that_returns() -> None:
    change = decide(parsed(A), known((0, A), (1, B)), at(2), False)
    assert change.outcome is Outcome.REVISED
    assert recorded(change)


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_fails_or_rejects_and_is_kept(reason: Reason) -> None:
    change = decide(Parsed("x.html", reason=reason, detail="why"), None, NOON, False)
    assert change.outcome is (Outcome.FAILED if reason in WORLD else Outcome.REJECTED)
    assert (change.where, change.reason, change.detail, change.seen_at) == ("x.html", reason, "why", NOON)
    assert not recorded(change)


def test_the_world_is_what_may_be_better_another_time() -> None:
    assert {Reason.TIMEOUT, Reason.HTTP_STATUS, Reason.INTERNAL} <= WORLD
    assert not WORLD & {Reason.NO_TITLE, Reason.NOT_HTML, Reason.BAD_RECORD, Reason.FURNITURE_TITLE}


def test_a_reason_keeps_an_article_out() -> None:
    article = parsed().article
    change = decide(Parsed("x", article=article, digest=A, reason=Reason.FURNITURE_TITLE), None, NOON, True)
    assert change.outcome is Outcome.REJECTED
    assert change.outlet == "sada"
    assert not recorded(change)


def test_a_feed_changes_nothing_and_nothing_at_all_is_rejected() -> None:
    feed = decide(Parsed("feed.xml", feed=Feed((Entry("https://sada.example/1"),))), None, NOON, False)
    assert (feed.outcome, feed.reason) == (Outcome.UNCHANGED, None)
    current = decide(Parsed("https://sada.example/1", outlet="sada", unchanged=True), known((0, A)), NOON, False)
    assert (current.outcome, current.reason, current.outlet) == (Outcome.UNCHANGED, None, "sada")
    assert not recorded(current)
    nothing = decide(Parsed("empty"), None, NOON, False)
    assert (nothing.outcome, nothing.reason) == (Outcome.REJECTED, Reason.EMPTY)


documents = st.lists(st.tuples(st.integers(0, 5), st.sampled_from([A, B, C])), max_size=12)


@given(documents)
def test_given_moments_make_the_same_timeline_in_any_order(inputs: list[tuple[int, bytes]]) -> None:
    timelines = []
    for order in (inputs, sorted(inputs), sorted(inputs, reverse=True)):
        now: Known | None = None
        for hour, digest in order:
            now = learned(now, decide(parsed(digest), now, at(hour), True))
        timelines.append(now)
    expected = known(*set(inputs)) if inputs else None
    assert timelines == [expected] * 3


@given(documents)
def test_a_second_import_is_unchanged_throughout(inputs: list[tuple[int, bytes]]) -> None:
    whole = known(*set(inputs)) if inputs else None
    for hour, digest in inputs:
        change = decide(parsed(digest), whole, at(hour), True)
        assert change.outcome is Outcome.UNCHANGED
        assert learned(whole, change) == whole


@given(st.lists(st.sampled_from([A, B, C]), max_size=12))
def test_the_clock_records_exactly_the_changes(digests: list[bytes]) -> None:
    now: Known | None = None
    for hour, digest in enumerate(digests):
        now = learned(now, decide(parsed(digest), now, at(hour), False))
    kept = [digest for _, digest in now.sightings] if now else []
    assert kept == [d for i, d in enumerate(digests) if i == 0 or digests[i - 1] != d]
