"""Addresses: one spelling, stable ids, and nothing misleading on a page."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.errors import UsageError
from warraq.urls import MAX_LENGTH, article_id, canonical, display, host, id_to_int, int_to_id, is_http

WORDS = """http https :// : // / ? # & = % %%34 1 %2e %2E%2e .. . @ \\ www. m. EXAMPLE.com example.com. خبر.مصر عاجل
%D8%B9 %d8%b9 utm_source=x a=b xn-- [::1] 127.1 0x7f.1 :80 :443 :8080 %C7 + ~ %7e"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\t", "\n", "\u202e", "\ud800"])
ADDRESSES = st.one_of(
    st.text(max_size=80),
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(PIECES, max_size=10).map(lambda pieces: "https://example.com/" + "".join(pieces)),
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("HTTP://Example.COM:80", "http://example.com/"),
        ("https://example.com:443/a#top", "https://example.com/a"),
        ("https://example.com./a", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("  https://example.com/a\n", "https://example.com/a"),
        ("https://example.com/a?utm_source=rss&id=7&fbclid=Q&x=1", "https://example.com/a?id=7&x=1"),
        ("https://example.com/a?UTM_Medium=x", "https://example.com/a"),
        ("https://example.com/a?b=2&a=1&&", "https://example.com/a?b=2&a=1"),
        ("https://example.com/%7euser/%61%2dz", "https://example.com/~user/a-z"),
        ("https://example.com/%d8%b9", "https://example.com/%D8%B9"),
        ("https://example.com/ع", "https://example.com/%D8%B9"),
        ("https://example.com/50%", "https://example.com/50%25"),
        ("https://example.com/a/../b/./c", "https://example.com/b/c"),
        ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
        ("https://example.com/%2541", "https://example.com/%2541"),
        ("https://موقع.example/خبر", "https://xn--4gbrim.example/%D8%AE%D8%A8%D8%B1"),
        ("http://0x7f.1/", "http://127.0.0.1/"),
        ("ftp://example.com/a", ""),
        ("javascript:alert(1)", ""),
        ("https://user:secret@example.com/", ""),
        ("example.com/a", ""),
        ("//example.com/a", ""),
        ("https://", ""),
        ("https://exa mple.com/", ""),
        ("https://example.com/\ud800", ""),
        ("https://example.com/" + "a" * MAX_LENGTH, ""),
        ("", ""),
    ],
)
def test_canonical(raw: str, expected: str) -> None:
    assert canonical(raw) == expected


def test_relative_addresses_need_a_base() -> None:
    assert canonical("../b?x=1", "https://example.com/a/c") == "https://example.com/b?x=1"
    assert canonical("//other.example/x", "https://example.com/") == "https://other.example/x"
    assert canonical("mailto:a@b.example", "https://example.com/") == ""
    assert canonical("x", "not a base") == ""


@given(ADDRESSES, st.one_of(st.none(), ADDRESSES))
def test_canonical_is_idempotent_and_never_raises(raw: str, base: str | None) -> None:
    once = canonical(raw, base)
    assert canonical(once) == once
    assert is_http(once) == bool(once)
    if once:
        assert once.isascii()
        assert once.startswith(("http://", "https://"))
        assert "#" not in once
        assert host(once) == host(once).lower() != ""
        assert len(article_id(once)) == 12


@given(ADDRESSES)
def test_display_shows_nothing_that_misleads(raw: str) -> None:
    for shown in (display(raw), display(canonical(raw))):
        for character in shown:
            assert unicodedata.category(character)[0] not in "CZ"


def test_display_reads_as_arabic() -> None:
    address = canonical("https://example.com/خبر-عاجل?q=%20%E2%80%AE&b=%C7")
    assert display(address) == "https://example.com/خبر-عاجل?q=%20%E2%80%AE&b=%C7"
    assert display(canonical("https://موقع.مصر/a")) == "https://موقع.مصر/a"
    assert display(canonical("https://раураl.com/")).startswith("https://xn--")


def test_mirrors_have_one_id() -> None:
    same = {
        article_id(f"{scheme}://{prefix}example.com/a") for scheme in ("http", "https") for prefix in ("", "www.", "m.")
    }
    assert len(same) == 1
    assert article_id("https://m.example/") != article_id("https://example/")
    assert article_id("https://example.com/a") != article_id("https://example.com/a/")
    assert article_id("https://example.com/a") != article_id("https://news.example.com/a")


@pytest.mark.parametrize("wrong", ["", "ftp://example.com/", "/a", "https://"])
def test_no_id_without_address(wrong: str) -> None:
    with pytest.raises(UsageError):
        article_id(wrong)


@given(st.integers(0, (1 << 60) - 1))
def test_ids_are_numbers(number: int) -> None:
    id = int_to_id(number)
    assert len(id) == 12
    assert id_to_int(id) == number


@pytest.mark.parametrize("wrong", ["", "abc", "w" * 12, "A" * 12, "0" * 13, "٠" * 12])
def test_odd_ids_are_refused(wrong: str) -> None:
    with pytest.raises(UsageError):
        id_to_int(wrong)


def test_ids_never_change() -> None:
    """Ids are in archives and in readers' bookmarks: a change here is a change of format."""
    assert article_id("https://www.example.com/news/1") == "blkq4qg7va66"
