"""Saved searches: what is decided, and how messages read."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq import alerts
from warraq.alerts.deciding import LATEST, MOST_MESSAGES, PATIENCE, SOONEST
from warraq.alerts.messages import MAX_BYTES, MAX_TELEGRAM
from warraq.errors import UsageError
from warraq.types import (
    AlertKind,
    Channel,
    Dated,
    Mail,
    SavedSearch,
    Security,
    Telegram,
    Told,
    Watching,
    Webhook,
    micros,
)

NOW = datetime(2026, 3, 12, 9, 30, 15, tzinfo=UTC)
HOOK = Webhook("https://desk.example/hook")
MAIL = Mail("localhost", 25, "warraq@archive.example", "desk@paper.example")
CHAT = Telegram("7", "env:TOKEN")


def watching(kind: AlertKind = AlertKind.EACH, **more: Any) -> Watching:
    search = replace(SavedSearch("الميناء", "ميناء", HOOK, kind), **more)
    return Watching(search, NOW, 0, NOW, NOW)


# --- what is decided --------------------------------------------------------------------------------------


class Run:
    """A search over a made-up archive: articles are numbers, each of a story, some the copies of an earlier one."""

    def __init__(self, kind: AlertKind) -> None:
        self.watching = watching(kind, quiet=timedelta(hours=3))
        self.told: dict[str, Told] = {}
        self.messages: list[tuple[datetime, dict[str, list[str]]]] = []

    def look(self, now: datetime, fresh: Sequence[alerts.Fresh], story_of: dict[str, str]) -> None:
        for one in alerts.decided(fresh, self.told):
            assert one.article not in self.told
            self.told[one.article] = one
        waiting = [(id, story_of[id]) for id, one in self.told.items() if not one.of and one.at is None]
        since = alerts.silent_since(self.watching, now)
        announced = {story_of[id] for id, one in self.told.items() if one.at is not None and one.at > since}
        made = alerts.due(self.watching, waiting, announced, now)
        assert len(made) <= MOST_MESSAGES
        for message in made:
            self.messages.append((now, message))
            for id in (id for ids in message.values() for id in ids):
                self.told[id] = replace(self.told[id], at=now)
        self.watching = replace(self.watching, digested_at=alerts.digested(self.watching, now))


ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 200),  # minutes since the one before
        st.integers(0, 3) | st.integers(0, 60),  # its story
        st.none() | st.integers(0, 40),  # the earlier article, counted back, of which it is a copy
        st.booleans(),  # whether there is a look after it
        st.booleans(),  # whether it comes again later (it was revised)
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(ARRIVALS, st.sampled_from(AlertKind))
def test_every_new_article_is_in_exactly_one_message_unless_it_is_a_copy(arrivals: Any, kind: AlertKind) -> None:
    run = Run(kind)
    now, story_of, texts = NOW, dict[str, str](), list[set[str]]()
    fresh: list[alerts.Fresh] = []
    for number, (minutes, story, back, looks, again) in enumerate(arrivals):
        now += timedelta(minutes=minutes)
        id = f"{number:012d}"
        story_of[id] = f"s{story}"
        if back is not None and back < len(texts):
            texts[-1 - back].add(id)
        else:
            texts.append({id})
        text = next(text for text in texts if id in text)
        fresh.append(alerts.Fresh(id, number, frozenset(text - {id})))
        if looks:
            run.look(now, fresh, story_of)
            fresh = [fresh[-1]] if again else []
    for _ in range(3):
        run.look(now, fresh, story_of)
        now += timedelta(days=1)
    told = Counter(id for _, message in run.messages for ids in message.values() for id in ids)
    assert set(told.values()) <= {1}
    assert {one.article for one in run.told.values()} == set(story_of)
    for text in texts:
        assert sum(id in told for id in text) == 1  # each text is told once, by one of its carriers
    for one in run.told.values():
        assert bool(one.of) == (one.article not in told)
        assert not one.of or one.of in told
    ids = [alerts.delivery_id(run.watching, (id for part in m.values() for id in part)) for _, m in run.messages]
    assert len(set(ids)) == len(ids)


@settings(max_examples=100, deadline=None)
@given(ARRIVALS)
def test_a_story_is_not_announced_again_while_it_is_quiet(arrivals: Any) -> None:
    run = Run(AlertKind.EACH)
    now, story_of = NOW, dict[str, str]()
    for number, (minutes, story, *_) in enumerate(arrivals):
        now += timedelta(minutes=minutes)
        story_of[f"{number:012d}"] = f"s{story}"
        run.look(now, [alerts.Fresh(f"{number:012d}", number)], story_of)
    for story in set(story_of.values()):
        moments = [at for at, message in run.messages if story in message]
        assert all(later - earlier >= run.watching.search.quiet for earlier, later in pairwise(moments))


def test_a_copy_of_a_copy_is_a_copy_of_the_first() -> None:
    names = [f"{n:012d}" for n in range(4)]
    chain = [alerts.Fresh(id, n, frozenset(names[max(n - 1, 0) : n])) for n, id in enumerate(names)]
    first = alerts.decided(chain[:2], {})
    assert [one.of for one in first] == ["", names[0]]
    second = alerts.decided(chain[2:], {one.article: one for one in first})
    assert [one.of for one in second] == [names[0], names[0]]


def test_many_stories_at_once_are_told_together_in_the_last_message() -> None:
    waiting = [(f"{n:012d}", f"s{n}") for n in range(1000)]
    made = alerts.due(watching(), waiting, (), NOW)
    assert [len(message) for message in made] == [1] * (MOST_MESSAGES - 1) + [1000 - MOST_MESSAGES + 1]


@pytest.mark.parametrize(
    ("zone", "hour", "now", "expected"),
    [
        ("UTC", 7, "2026-03-12T07:00", "2026-03-12T07:00"),
        ("UTC", 7, "2026-03-12T06:59", "2026-03-11T07:00"),
        ("Asia/Riyadh", 0, "2026-03-12T20:59", "2026-03-11T21:00"),
        ("Asia/Riyadh", 0, "2026-03-12T21:00", "2026-03-12T21:00"),
        ("Africa/Casablanca", 23, "2026-07-01T10:00", "2026-06-30T22:00"),
        ("America/New_York", 2, "2026-03-08T12:00", "2026-03-08T07:00"),  # 2:00 is skipped: 3:00 it is
        ("America/New_York", 1, "2026-11-01T12:00", "2026-11-01T05:00"),  # 1:00 comes twice: the first
        ("America/New_York", 1, "2026-11-01T05:30", "2026-11-01T05:00"),
    ],
)
def test_a_digest_has_its_hour_on_the_clocks_of_its_zone(zone: str, hour: int, now: str, expected: str) -> None:
    daily = watching(AlertKind.DAILY, zone=zone, hour=hour)
    found = alerts.digest_hour(daily, datetime.fromisoformat(now + "+00:00"))
    assert found == datetime.fromisoformat(expected + "+00:00")


@settings(deadline=None)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["UTC", "Asia/Gaza", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia", "Asia/Beirut"]),
    st.integers(0, 23),
)
def test_the_last_hour_of_a_digest_lies_within_two_days_behind(now: datetime, zone: str, hour: int) -> None:
    found = alerts.digest_hour(watching(AlertKind.DAILY, zone=zone, hour=hour), now)
    assert timedelta(0) <= now - found <= timedelta(days=2)


def test_pauses_double_and_end_after_a_week() -> None:
    now, pauses = NOW, list[timedelta]()
    while (again := alerts.next_try(NOW, now)) is not None:
        pauses.append(again - now)
        now = again
    assert pauses[:4] == [SOONEST, SOONEST, 2 * SOONEST, 4 * SOONEST]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LATEST
    assert PATIENCE <= now - NOW <= PATIENCE + LATEST
    assert alerts.next_try(NOW, NOW, timedelta(minutes=20)) == NOW + timedelta(minutes=20)


def test_what_was_first_seen_before_the_search_is_no_news() -> None:
    fresh = watching()
    assert [alerts.is_news(fresh, micros(NOW) + step) for step in (-1, 0, 1)] == [False, True, True]
    old = replace(fresh, looked_at=NOW + timedelta(days=40))
    assert not alerts.is_news(old, micros(NOW + timedelta(days=9)))
    assert alerts.is_news(old, micros(NOW + timedelta(days=10)))


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"name": "x" * 101},
        {"query": ""},
        {"query": "("},
        {"language": "fr"},
        {"hour": 24},
        {"zone": "Mars/Olympus"},
        {"quiet": timedelta(days=8)},
        {"quiet": timedelta(seconds=-1)},
        {"channel": Webhook("ftp://desk.example/")},
        {"channel": Webhook("https://")},
        {"channel": Webhook("https://a:b@desk.example/")},
        {"channel": Webhook("https://desk.example/a b")},
        {"channel": Webhook("https://desk.example/خبر")},
        {"channel": Webhook("https://desk.example:0/")},
        {"channel": Webhook("https://desk.example:x/")},
        {"channel": Webhook("https://desk.example/", "hunter2")},
        {"channel": Telegram("7", "")},
        {"channel": Telegram("seven", "env:T")},
        {"channel": replace(MAIL, to="a@b\r\nBcc: c@d.example")},
        {"channel": replace(MAIL, to="desk")},
        {"channel": replace(MAIL, sender="")},
        {"channel": replace(MAIL, port=0)},
        {"channel": replace(MAIL, host="")},
        {"channel": replace(MAIL, user="u")},
        {"channel": replace(MAIL, host="mail.example", user="u", secret="env:P")},
        {"channel": replace(MAIL, user="u\r\n", secret="env:P")},
    ],
)
def test_a_search_that_cannot_be_is_refused_in_one_line(change: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as refused:
        alerts.checked(replace(watching().search, **change))
    assert len(str(refused.value).splitlines()) == 1


def test_good_searches_are_taken() -> None:
    for channel in (HOOK, MAIL, CHAT, replace(MAIL, security=Security.TLS, host="m.example", user="u", secret="env:P")):
        assert alerts.checked(replace(watching().search, channel=channel)).channel == channel


# --- how messages read ------------------------------------------------------------------------------------

HOSTILE = st.text(max_size=40) | st.sampled_from(
    [
        "</a></b><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "خبر\r\nBcc: all@paper.example",
        "\u202eمقلوب\u202d\u2066",
        "&" * 400,
        "🗞" * 400,
        "'\"<>&" * 100,
        "\ud800",
        "a\x00\x1b[31m\x85\u2028b",
        "ميناء Port 3-2",
    ]
)
LINKS = st.sampled_from(
    [
        "https://sahil.example/خبر?a=1&b=2",
        "javascript:alert(1)",
        'https://sahil.example/"onmouseover="x',
        "https://sahil.example/" + "a" * 3000,
        "https://sahil.example/a b",
        "",
        "https://sahil.example/\n",
    ]
)
DATES = st.none() | st.builds(
    Dated, st.just(NOW), zone=st.sampled_from(["UTC", "Asia/Dubai", "No/Where", "", "+03:00"])
)
ITEMS = st.builds(
    alerts.Item,
    st.just("0" * 12),
    HOSTILE,
    st.just("sahil"),
    HOSTILE,
    st.just("ar"),
    DATES,
    st.just(NOW),
    LINKS,
    LINKS,
    st.integers(0, 3),
)
STORIES = st.builds(
    alerts.StoryNews,
    st.just("0" * 12),
    st.lists(ITEMS, min_size=1, max_size=4).map(tuple),
    st.integers(0, 9),
    st.integers(0, 500),
    LINKS,
)
MESSAGES = st.builds(
    alerts.Message,
    st.just("0" * 32),
    HOSTILE,
    HOSTILE,
    st.sampled_from(AlertKind),
    st.sampled_from(["ar", "en"]),
    st.just(NOW),
    st.lists(STORIES, min_size=1, max_size=6).map(tuple),
    st.integers(0, 3),
)


class Markup(HTMLParser):
    """The tags and addresses of a text; fails where they are not closed in order."""

    VOID = frozenset({"br", "meta"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attributes} <= {"href", "lang", "dir", "style", "charset"}
        self.links += [value or "" for name, value in attributes if name == "href"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_harmless(text: str, *, isolated: bool) -> None:
    assert not any(c in text for c in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\x00\x1b\r\u2028")
    for line in text.split("\n"):
        depth = 0
        for char in line:
            depth += (char == "\u2068") - (char == "\u2069")
            assert depth in ((0, 1) if isolated else (0,))
        assert depth == 0


@settings(max_examples=40, deadline=None)
@given(MESSAGES)
def test_a_chat_gets_only_our_own_markup_within_its_bound(message: alerts.Message) -> None:
    text = alerts.written(message, CHAT)
    assert len(text.encode("utf-16-le")) <= 2 * MAX_TELEGRAM
    found = Markup(text)
    assert found.tags <= {"b", "a"}
    assert all(link.startswith("https://sahil.example/") for link in found.links)
    assert_harmless(text, isolated=True)


@settings(max_examples=40, deadline=None)
@given(MESSAGES)
def test_a_mail_gets_only_our_own_markup_and_one_line_headers(message: alerts.Message) -> None:
    body = alerts.written(message, MAIL)
    assert len(body.encode()) <= MAX_BYTES
    parts = json.loads(body)
    assert len(parts["subject"].splitlines()) <= 1
    assert_harmless(parts["subject"], isolated=False)
    assert_harmless(parts["text"], isolated=True)
    assert_harmless(parts["html"], isolated=False)
    found = Markup(parts["html"])
    assert found.tags <= {"html", "head", "meta", "title", "body", "h1", "ul", "li", "p", "a", "br", "bdi"}
    assert all(link.startswith("https://sahil.example/") for link in found.links)


@settings(max_examples=40, deadline=None)
@given(MESSAGES)
def test_a_webhook_gets_json_that_accounts_for_every_story(message: alerts.Message) -> None:
    body = alerts.written(message, HOOK)
    assert len(body.encode()) <= MAX_BYTES
    value = json.loads(body)
    assert len(value["stories"]) + value["more_stories"] == len(message.stories) + message.more_stories
    for told, story in zip(value["stories"], message.stories, strict=False):
        assert len(told["articles"]) + told["more"] == len(story.items) + story.more
        assert all(a["link"].startswith("https://sahil.example/") or a["link"] == "" for a in told["articles"])


@pytest.mark.parametrize("channel", [HOOK, MAIL, CHAT], ids=lambda c: type(c).__name__)
def test_a_huge_digest_is_cut_to_its_bound_and_says_so(channel: Channel) -> None:
    item = alerts.Item("0" * 12, "&" * 500, "sahil", "<" * 500, "ar", None, NOW, "", "https://s.example/" + "a" * 1000)
    story = alerts.StoryNews("0" * 12, (item,) * alerts.MOST_ITEMS, 5)
    message = alerts.Message("0", "x" * 100, "q", AlertKind.DAILY, "en", NOW, (story,) * 300, 7)
    text = alerts.written(message, channel)
    bound = MAX_TELEGRAM if channel is CHAT else MAX_BYTES
    assert bound / 3 < len(text.encode()) <= bound
    counted = json.loads(text)["more_stories"] if channel is HOOK else int(text.partition("Further stories: ")[2][:3])
    assert 7 < counted < 307


def test_a_message_in_arabic_and_in_english() -> None:
    first = alerts.Item(
        "0" * 12,
        "مرفأ الياسمين يستقبل Blue Anchor",
        "sahil",
        "صحيفة الساحل",
        "ar",
        Dated(NOW, zone="Asia/Dubai"),
        NOW,
        "https://sahil.example/1",
        "https://warraq.example/a/1",
        2,
    )
    story = alerts.StoryNews("0" * 12, (first,), 3, 4, "https://warraq.example/s/1")
    message = alerts.Message("ab", "الميناء", "ميناء", AlertKind.EACH, "ar", NOW, (story,), 0, 5)
    assert alerts.written(message, CHAT) == textwrap.dedent("""\
        <b>\u2068الميناء\u2069</b>: جديد

        <a href="https://warraq.example/a/1">\u2068مرفأ الياسمين يستقبل Blue Anchor\u2069</a>
        \u2068صحيفة الساحل\u2069 · \u2068الخميس 12 مارس 2026، 1:30 م\u2069
        النص نفسه في مواقع أخرى: 2
        مقالات أخرى في القصة: 4
        وسائل الإعلام التي تنشر القصة: 3
        <a href="https://warraq.example/s/1">القصة كلها</a>""")
    english = json.loads(alerts.written(replace(message, language="en"), MAIL))
    assert english["subject"] == "الميناء: مرفأ الياسمين يستقبل Blue Anchor"
    assert english["text"] == textwrap.dedent("""\
        \u2068الميناء\u2069: New

        \u2068مرفأ الياسمين يستقبل Blue Anchor\u2069
          \u2068صحيفة الساحل\u2069 · \u206812 March 2026, 13:30\u2069
          The same text elsewhere: 2
          https://warraq.example/a/1
        Further articles of the story: 4
        Outlets that carry the story: 3
        The whole story: https://warraq.example/s/1
        """)
    assert '<html lang="ar" dir="rtl">' in json.loads(alerts.written(message, MAIL))["html"]
