"""When an address is asked again. The names of the tests are the rules of docs/live.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.schedule import (
    FEED_GIVEN_UP,
    FIRST_GUESS,
    HOPS,
    JITTER,
    PAGE_GAPS,
    PAGE_GIVEN_UP,
    PATIENT,
    RECENT,
    RETRY,
    SECOND_LOOK,
    SMALL_SITEMAP,
    Brought,
    Next,
    Rhythm,
    after,
    follow,
    too_far,
    window,
    windowed,
)
from warraq.types import (
    Entry,
    Failure,
    Feed,
    NotModified,
    Outcome,
    Rank,
    RawDocument,
    Reason,
    Redirect,
    Task,
    TaskKind,
    Visit,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
URL = "https://sada.example/news/1"
FEED = Task("https://sada.example/rss", TaskKind.FEED, "sada", rank=Rank.FEED, watch=True)
PAGE = Task(URL, TaskKind.PAGE, "sada", watch=True)
NEW, SAME = Brought(Outcome.NEW), Brought(Outcome.UNCHANGED)
REJECTED = Brought(Outcome.REJECTED, Reason.NO_BODY)
FAILED = Brought(Outcome.FAILED, Reason.HTTP_STATUS)


def raw(task: Task, **more: object) -> RawDocument:
    return replace(RawDocument(task.visit.at or task.url, b"", NOW), **more)  # type: ignore[arg-type]


def fed(news: int = 0, entries: tuple[Entry, ...] = (), ttl: timedelta = timedelta(0)) -> Brought:
    return Brought(Outcome.UNCHANGED, feed=Feed(entries, ttl=ttl), news=news)


def failure(status: int = 0, reason: Reason = Reason.HTTP_STATUS, **more: object) -> Failure:
    return replace(Failure(URL, reason, status=status), **more)  # type: ignore[arg-type]


def about(due: datetime | None, wanted: timedelta, since: datetime = NOW) -> bool:
    """Whether a moment lies that far ahead, give or take the jitter."""
    return due is not None and abs((due - since) / wanted - 1) <= JITTER + 1e-6


def rounds(task: Task, results: list[tuple[object, Brought]], now: datetime = NOW) -> list[tuple[Next, datetime]]:
    """Visits one after the other, each when it is due; stops when nothing is due any more."""
    made = []
    for found, brought in results:
        following = after(task, found, brought, now)  # type: ignore[arg-type]
        made.append((following, now))
        if following.due is None:
            break
        task = replace(task, visit=following.visit, rank=following.rank if following.rank is not None else task.rank)
        now = following.due
    return made


# --- feeds ------------------------------------------------------------------------------------------------


def test_a_feed_is_first_asked_as_often_as_its_dates_say() -> None:
    entries = tuple(Entry(f"{URL}{n}", published=NOW - n * 20 * MINUTE) for n in range(10))
    assert about(after(FEED, raw(FEED), fed(10, entries), NOW).due, 18 * MINUTE)
    assert about(after(FEED, raw(FEED), fed(10), NOW).due, FIRST_GUESS)
    old = tuple(Entry(f"{URL}{n}", published=NOW - (n + 99) * DAY) for n in range(10))
    assert about(after(FEED, raw(FEED), fed(10, old), NOW).due, FIRST_GUESS)


def test_the_rhythm_follows_what_visits_bring() -> None:
    def settled(gap: timedelta) -> timedelta:
        """Where the rhythm ends for a feed with one entry every `gap`."""
        task, now, last = FEED, NOW, NOW
        for _ in range(60):
            news = (now - NOW) // gap - (last - NOW) // gap
            following = after(task, raw(task), fed(news), now)
            assert following.due is not None
            task, last, now = replace(task, visit=following.visit), now, following.due
        return task.visit.every

    assert timedelta(minutes=10) <= settled(20 * MINUTE) <= timedelta(minutes=40)
    assert 2 * HOUR <= settled(5 * HOUR) <= 10 * HOUR
    assert settled(timedelta(seconds=10)) == Rhythm().fastest
    assert settled(90 * DAY) == Rhythm().slowest


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 10**6)), max_size=20))
def test_the_rhythm_stays_in_its_bounds(visits: list[tuple[int, int]]) -> None:
    task, now, rhythm = FEED, NOW, Rhythm(5 * MINUTE, 3 * HOUR)
    for news, late in visits:
        following = after(task, raw(task), fed(news), now, rhythm)
        assert rhythm.fastest <= following.visit.every <= rhythm.slowest
        assert following.due is not None
        assert now < following.due
        task, now = replace(task, visit=following.visit), following.due + timedelta(seconds=late)


def test_visits_are_spread_and_the_same_each_time() -> None:
    tasks = [replace(FEED, url=f"{FEED.url}/{n}") for n in range(50)]
    dues = [after(task, raw(task), fed(), NOW).due for task in tasks]
    assert len(set(dues)) == len(dues)
    assert dues == [after(task, raw(task), fed(), NOW).due for task in tasks]
    assert all(about(due, FIRST_GUESS) for due in dues)


@pytest.mark.parametrize(
    ("headers", "ttl", "wanted"),
    [
        ({"cache-control": "public, max-age=1200"}, 0, 20),
        ({"cache-control": "max-age=31536000"}, 0, 30),
        ({"cache-control": "no-cache, max-age=1800"}, 0, 15),
        ({"expires": "Sun, 01 Mar 2026 12:25:00 GMT", "date": "Sun, 01 Mar 2026 12:00:00 GMT"}, 0, 25),
        ({"expires": "0"}, 0, 15),
        ({"cache-control": "max-age=60"}, 25, 25),
        ({}, 24 * 60, 30),
    ],
)
def test_what_the_server_and_the_feed_ask_for_is_a_lower_bound_within_reason(
    headers: dict[str, str], ttl: int, wanted: int
) -> None:
    following = after(FEED, raw(FEED, headers=headers), fed(ttl=ttl * MINUTE), NOW)
    assert about(following.due, wanted * MINUTE)
    assert following.visit.every == FIRST_GUESS, "the rhythm itself is learned from what comes"


def test_a_feed_that_is_none_is_asked_less_and_less() -> None:
    not_feed = Brought(Outcome.REJECTED, Reason.NOT_FEED)
    following = after(FEED, raw(FEED, headers={"etag": '"1"'}), not_feed, NOW)
    assert about(following.due, HOUR)
    assert (following.visit.failures, following.visit.etag) == (1, "")


# --- pages ------------------------------------------------------------------------------------------------


def test_a_page_is_looked_at_as_it_ages_then_left() -> None:
    made = rounds(PAGE, [(raw(PAGE), NEW), *[(NotModified(URL), SAME)] * 9])
    assert len(made) == len(PAGE_GAPS) + 1
    for (following, now), gap in zip(made, PAGE_GAPS, strict=False):
        assert about(following.due, gap, now)
        assert following.rank is Rank.AGAIN
    assert made[-1][0].due is None
    assert timedelta(days=25) < made[-1][1] - NOW < timedelta(days=35)


def test_what_was_old_when_it_was_found_is_looked_at_less() -> None:
    def gap(age: timedelta) -> timedelta | None:
        task = replace(PAGE, hint=Entry(URL, published=NOW - age))
        return after(task, raw(task), NEW, NOW).visit.every or None

    assert gap(HOUR) == HOUR
    assert gap(3 * DAY) == timedelta(hours=18)
    assert gap(40 * DAY) == 6 * DAY
    assert gap(400 * DAY) is None


def test_the_age_of_a_page_is_what_it_says_itself_rather_than_its_feed() -> None:
    for said in (datetime(1970, 1, 1, tzinfo=UTC), NOW + 900 * DAY):
        page, read = replace(PAGE, hint=Entry(URL, published=said)), replace(NEW, published=NOW - HOUR)
        assert after(page, raw(page), read, NOW).visit.every == HOUR
        old = after(page, raw(page), replace(NEW, published=NOW - 400 * DAY), NOW)
        assert old.due is None
        made = rounds(page, [(raw(page), read), *[(NotModified(URL), SAME)] * 4])
        assert [following.visit.every for following, _ in made] == list(PAGE_GAPS), (
            "an answer without a page tells no age"
        )


def test_a_page_without_an_article_is_looked_at_once_more() -> None:
    made = rounds(PAGE, [(raw(PAGE), REJECTED)] * 5)
    assert len(made) == 2
    assert about(made[0][0].due, SECOND_LOOK)
    made = rounds(PAGE, [(raw(PAGE), NEW), (raw(PAGE), REJECTED), (raw(PAGE), SAME)])
    assert [following.visit.every for following, _ in made] == list(PAGE_GAPS[:3]), "one that had an article goes on"


def test_what_is_not_watched_is_visited_once() -> None:
    page = replace(PAGE, watch=False)
    for found, brought in ((raw(page), NEW), (NotModified(URL), SAME), (failure(500), FAILED), (failure(404), FAILED)):
        assert after(page, found, brought, NOW).due is None


def test_old_pages_of_a_sitemap_stay_behind_what_is_fresh() -> None:
    page = replace(PAGE, rank=Rank.BACKFILL)
    assert after(page, raw(page), NEW, NOW).rank is Rank.BACKFILL


# --- validators -------------------------------------------------------------------------------------------


def test_validators_are_those_of_what_was_understood() -> None:
    headers = {"etag": '"2"', "last-modified": "Sun, 01 Mar 2026 10:00:00 GMT"}
    had = replace(PAGE, visit=Visit(etag='"1"', last_modified="then"))
    seen = after(had, raw(had, headers=headers), NEW, NOW).visit
    assert (seen.etag, seen.last_modified) == ('"2"', headers["last-modified"])
    assert after(had, NotModified(URL), SAME, NOW).visit.etag == '"1"'
    assert after(had, failure(503), FAILED, NOW).visit.etag == '"1"'
    ours = Brought(Outcome.FAILED, Reason.INTERNAL)
    assert after(had, raw(had, headers=headers), ours, NOW).visit.etag == "", (
        "a fault of ours: it is to come again whole"
    )
    assert after(had, raw(had, headers={"etag": "x" * 5000}), NEW, NOW).visit.etag == ""


# --- redirects --------------------------------------------------------------------------------------------


def test_a_redirect_to_another_host_is_followed_when_it_is_that_hosts_turn() -> None:
    following = after(PAGE, Redirect(URL, "https://b.example/1", lasting=True), SAME, NOW)
    assert (following.visit.at, following.visit.hops, following.due) == ("https://b.example/1", 1, NOW)


@pytest.mark.parametrize(
    ("hops", "lasting"), [([True], True), ([False], False), ([True, False], False), ([False, True], False)]
)
def test_only_a_redirect_for_good_is_remembered(hops: list[bool], lasting: bool) -> None:
    task = PAGE
    for number, good in enumerate(hops):
        following = after(task, Redirect(URL, f"https://{number}.example/", lasting=good), SAME, NOW)
        task = replace(task, visit=following.visit)
    at = task.visit.at
    visit = after(task, raw(task), NEW, NOW).visit
    assert visit.at == (at if lasting else "")
    assert visit.hops == 0


def test_a_redirect_on_its_own_host_is_remembered_if_it_is_for_good() -> None:
    other = "https://sada.example/2"
    assert after(PAGE, raw(PAGE, url=other, lasting=True), NEW, NOW).visit.at == other
    assert after(PAGE, raw(PAGE, url=other, lasting=False), NEW, NOW).visit.at == ""
    moved = replace(PAGE, visit=Visit(at=other))
    assert after(moved, raw(moved), NEW, NOW).visit.at == other
    assert after(moved, NotModified(URL), SAME, NOW).visit.at == other
    back = raw(moved, url=URL, lasting=True)
    assert after(moved, back, NEW, NOW).visit.at == "", "it has come back"


def test_redirects_from_host_to_host_end() -> None:
    task = PAGE
    for _ in range(HOPS):
        assert not too_far(task)
        task = replace(task, visit=after(task, Redirect(URL, "https://b.example/"), SAME, NOW).visit)
    assert too_far(task)
    visit = after(task, failure(reason=Reason.REDIRECTS), FAILED, NOW).visit
    assert (visit.hops, visit.at) == (0, "")


def test_where_a_redirect_led_is_forgotten_when_it_is_no_more_there() -> None:
    moved = replace(FEED, visit=Visit(at="https://b.example/rss"))
    assert after(moved, failure(404), FAILED, NOW).visit.at == ""
    assert after(moved, failure(503), FAILED, NOW).visit.at == "https://b.example/rss"


# --- failures ---------------------------------------------------------------------------------------------

BUSY = [failure(500), failure(503), failure(429), failure(reason=Reason.TIMEOUT), failure(reason=Reason.CONNECT)]


@pytest.mark.parametrize("found", BUSY, ids=lambda f: f"{f.reason} {f.status}")
def test_a_feed_that_fails_is_asked_later_and_later_weekly_and_at_last_given_up(found: Failure) -> None:
    made = rounds(FEED, [(found, FAILED)] * 99)
    gaps = [following.due - now for following, now in made if following.due]
    assert about(made[0][0].due, RETRY)
    assert all(two > 0.8 * one for one, two in pairwise(gaps))
    assert max(gaps[:12]) <= DAY * (1 + JITTER)
    assert gaps[-1] > PATIENT * (1 - JITTER)
    last, when = made[-1]
    assert last.due is None
    assert last.given_up.endswith("visits since 2026-03-01 failed")
    assert FEED_GIVEN_UP <= when - NOW < FEED_GIVEN_UP + 2 * PATIENT
    assert len(made) < 35


@pytest.mark.parametrize("found", BUSY, ids=lambda f: f"{f.reason} {f.status}")
def test_a_page_that_fails_is_given_up_after_days(found: Failure) -> None:
    made = rounds(PAGE, [(found, FAILED)] * 99)
    last, when = made[-1]
    assert last.due is None
    assert last.given_up
    assert PAGE_GIVEN_UP <= when - NOW < 2 * PAGE_GIVEN_UP
    assert all(following.rank is PAGE.rank for following, _ in made[:-1])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 451])
def test_a_page_that_is_not_there_is_asked_twice_more(status: int) -> None:
    made = rounds(PAGE, [(failure(status), FAILED)] * 9)
    assert [about(following.due, gap, now) for (following, now), gap in zip(made, (HOUR, DAY), strict=False)] == [
        True
    ] * 2
    assert len(made) == 3
    assert made[-1][0].given_up


@pytest.mark.parametrize("task", [PAGE, FEED, replace(PAGE, watch=False)], ids=["page", "feed", "once"])
def test_what_is_gone_is_never_asked_again(task: Task) -> None:
    following = after(task, failure(410), FAILED, NOW)
    assert following.due is None
    assert following.visit.gone


def test_what_robots_do_not_allow_is_asked_rarely() -> None:
    refused = failure(reason=Reason.ROBOTS)
    page = rounds(PAGE, [(refused, FAILED)] * 9)
    assert [about(following.due, gap, now) for (following, now), gap in zip(page, (DAY, 7 * DAY), strict=False)] == [
        True
    ] * 2
    assert len(page) == 3
    feed = rounds(FEED, [(refused, FAILED)] * 99)
    assert all(following.due - now > DAY * (1 - JITTER) - MINUTE for following, now in feed if following.due)


@pytest.mark.parametrize("task", [PAGE, FEED], ids=["page", "feed"])
def test_retry_after_is_obeyed_up_to_a_week(task: Task) -> None:
    for asked, wanted in ((3 * HOUR, 3 * HOUR), (99 * DAY, 7 * DAY)):
        found = failure(429, retry_after=asked.total_seconds())
        assert after(task, found, FAILED, NOW).due == NOW + wanted
    soon = after(task, failure(429, retry_after=1.0), FAILED, NOW)
    assert about(soon.due, RETRY)


def test_an_answer_ends_a_row_of_failures() -> None:
    failing = replace(FEED, visit=Visit(failures=4, failing_since=NOW - DAY, every=HOUR, visited_at=NOW - HOUR))
    visit = after(failing, raw(failing), fed(50), NOW).visit
    assert (visit.failures, visit.failing_since, visit.every) == (0, None, HOUR)


def test_a_host_that_wants_a_pause_has_it_a_day_at_most() -> None:
    assert after(PAGE, raw(PAGE, pause=2.5), NEW, NOW).free_at == NOW + timedelta(seconds=2.5)
    assert after(PAGE, failure(429, pause=1e9), FAILED, NOW).free_at == NOW + DAY
    assert after(PAGE, Redirect(URL, "https://b.example/", pause=1), SAME, NOW).free_at == NOW + timedelta(seconds=1)
    assert after(PAGE, raw(PAGE), NEW, NOW).free_at is None


# --- what a feed leads to ---------------------------------------------------------------------------------


def led(task: Task, feed: Feed) -> list[Task]:
    return list(follow(task, feed, "sada", NOW, lambda url: None if "stranger" in url else "sada"))


def entry(number: int, age: timedelta | None = None) -> Entry:
    return Entry(f"{URL}/{number}", published=None if age is None else NOW - age)


def test_pages_are_due_since_they_were_published_and_watched_as_their_feed_is() -> None:
    one, two, ahead = led(FEED, Feed((entry(1, HOUR), entry(2), entry(3, -DAY))))
    assert (one.due, one.rank, one.watch, one.kind) == (NOW - HOUR, Rank.FRESH, True, TaskKind.PAGE)
    assert two.due == ahead.due == NOW
    assert one.hint == entry(1, HOUR)
    assert not led(replace(FEED, watch=False), Feed((entry(1),)))[0].watch
    assert led(FEED, Feed((Entry("https://stranger.example/1"),))) == []


def test_a_small_sitemap_is_followed_whole_and_a_large_one_where_it_is_recent() -> None:
    sitemap = replace(FEED, kind=TaskKind.SITEMAP)
    small = led(sitemap, Feed((entry(1), entry(2, HOUR), entry(3, 9 * DAY))))
    assert [task.rank for task in small] == [Rank.FRESH, Rank.FRESH, Rank.BACKFILL]
    many = tuple(entry(n, RECENT / 2 if n % 100 == 0 else 9 * DAY) for n in range(SMALL_SITEMAP + 1))
    assert [task.url for task in led(sitemap, Feed((*many, entry(-1))))] == [
        entry(n).url for n in range(0, SMALL_SITEMAP + 1, 100)
    ]


def test_parts_of_an_index_are_read_when_they_change() -> None:
    index = replace(FEED, kind=TaskKind.SITEMAP)
    urls = tuple(f"https://sada.example/{n}.xml" for n in range(3))
    dated, other, _ = led(index, Feed((), feeds=urls, changed={urls[0]: NOW - DAY}))
    assert (dated.kind, dated.rank, dated.watch) == (TaskKind.SITEMAP, Rank.FEED, False)
    assert dated.hint == Entry(urls[0], modified=NOW - DAY)
    assert other.watch
    many = tuple(f"https://sada.example/{n}.xml" for n in range(200))
    changed = {url: NOW - (n + 1) * DAY for n, url in enumerate(many[:100])}
    followed = [task.url for task in led(index, Feed((), feeds=many, changed=changed))]
    assert followed == [*many[:3], *many[100:103], *many[-3:]]
    assert led(replace(index, kind=TaskKind.LIST), Feed((), feeds=urls)) == []


def test_a_windowed_sitemap_leads_to_what_is_dated_within() -> None:
    since, before = NOW - 10 * DAY, NOW - 5 * DAY
    url = windowed("https://sada.example/map.xml", since, before)
    assert window(url) == (since, before)
    assert window("https://sada.example/map.xml") == window("https://sada.example/#top-1") == None  # noqa: E711
    task = Task(url, TaskKind.SITEMAP, "sada", rank=Rank.BACKFILL, watch=True)
    inside = led(task, Feed((entry(1), entry(2, 5 * DAY), entry(3, 7 * DAY), entry(4, 10 * DAY), entry(5, 11 * DAY))))
    assert [(t.url, t.rank) for t in inside] == [(entry(3).url, Rank.BACKFILL), (entry(4).url, Rank.BACKFILL)]
    parts = ("https://sada.example/a.xml", "https://sada.example/b.xml", "https://sada.example/c.xml")
    changed = {parts[0]: NOW - 20 * DAY, parts[1]: NOW - DAY}
    assert [t.url for t in led(task, Feed((), feeds=parts, changed=changed))] == [
        windowed(part, since, before) for part in parts[1:]
    ]
    assert after(task, raw(task, url="https://sada.example/map.xml"), fed(), NOW) == Next(
        Visit(visited_at=NOW, visits=1)
    ), "it is read once"
