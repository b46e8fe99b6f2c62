"""robots.txt: what is ours in it, however it is written, and how much of it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.fetchers.robots import MAX_DELAY, Cache, Rules, from_answer, from_failure
from warraq.types import Reason

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def rules(text: str | bytes) -> Rules:
    return from_answer(200, text.encode() if isinstance(text, str) else text, NOW, "Warraq")


@pytest.mark.parametrize(
    "begin",
    [
        "User-agent: Warraq",
        "user-AGENT:WARRAQ",
        "User agent Warraq",
        "useragent : warraq/0.1",
        "User-agent: Warraq news reader # ours",
        "User-agent: *",
        "User-agent: * everybody",
        "\ufeffUser-agent: Warraq",
        "User-agent: Other\nUser-agent: Warraq",
        "User-agent: Warraq\nCrawl-delay: 2\n\nUser-agent: Warraq",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_group_is_ours_however_it_is_written(begin: str, end: str) -> None:
    found = rules(f"{begin}\nDisallow: /no\nAllow: /no/yes".replace("\n", end))
    assert not found.allow("https://news.example/no")
    assert not found.allow("https://news.example/nothing?a=1")
    assert found.allow("https://news.example/no/yes")
    assert found.allow("https://news.example/")


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xef\xbb", b"\xef", b"\xff"])
def test_a_mark_of_an_encoding_is_passed_over(mark: bytes) -> None:
    assert not rules(mark + b"User-agent: *\nDisallow: /").allow("https://news.example/a")


@pytest.mark.parametrize(
    "text", ["User-agent: Other\nDisallow: /", "Disallow: /", "", "<html>", "User-agent:\nDisallow: /"]
)
def test_what_is_not_said_to_us_does_not_count(text: str) -> None:
    assert rules(text).allow("https://news.example/a")


def test_our_own_group_comes_before_that_of_everybody() -> None:
    found = rules("User-agent: *\nDisallow: /\nCrawl-delay: 50\n\nUser-agent: Warraq\nDisallow: /no\nCrawl-delay: 2")
    assert found.allow("https://news.example/a")
    assert found.delay == 2.0


def test_arabic_paths_are_compared_escaped() -> None:
    found = rules("User-agent: *\nDisallow: /أرشيف/\nDisallow: /%D8%B5%D9%88%D8%B1")
    assert not found.allow("https://news.example/%D8%A3%D8%B1%D8%B4%D9%8A%D9%81/1")
    assert not found.allow("https://news.example/%d8%b5%d9%88%d8%b1")


@pytest.mark.parametrize(
    ("said", "delay"),
    [
        ("Crawl-delay: 7", 7.0),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 86400", MAX_DELAY),
        ("Request-rate: 1/10s", 10.0),
        ("Request-rate: 2/1m\nCrawl-delay: 5", 30.0),
        ("Crawl-delay: nan", 0.0),
        ("Crawl-delay: -5", 0.0),
        ("Crawl-delay: soon", 0.0),
        ("Request-rate: 0/0", 0.0),
    ],
)
def test_delays(said: str, delay: float) -> None:
    assert rules(f"User-agent: *\n{said}").delay == delay


@pytest.mark.parametrize(
    ("reason", "moved", "expected"),
    [
        (Reason.TIMEOUT, False, Reason.TIMEOUT),
        (Reason.FORBIDDEN_ADDRESS, False, Reason.FORBIDDEN_ADDRESS),
        (Reason.CONNECT, True, Reason.ROBOTS),
        (Reason.UNREADABLE, False, None),
        (Reason.BAD_URL, True, None),
    ],
)
def test_what_cannot_be_had(reason: Reason, moved: bool, expected: Reason | None) -> None:
    found = from_failure(reason, "why", NOW, moved=moved)
    assert found.allow("https://news.example/a") is (expected is None)
    assert not found.closed or found.reason is expected


def test_only_so_much_is_kept() -> None:
    cache = Cache()
    large = rules(b"User-agent: *\n" + b"Disallow: /x\n" * 30_000)
    for n in range(40):
        cache.put(f"https://h{n}.example", large)
    kept = [n for n in range(40) if cache.get(f"https://h{n}.example", NOW)]
    assert kept == list(range(40 - len(kept), 40))
    assert 5 <= len(kept) <= 15
    cache.put("https://h39.example", rules(""))
    assert cache.get("https://h39.example", NOW + timedelta(days=2)) is None


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_rules(body: bytes) -> None:
    found = rules(body)
    assert isinstance(found.allow("https://news.example/a?b=c"), bool)
    assert 0.0 <= found.delay <= MAX_DELAY
