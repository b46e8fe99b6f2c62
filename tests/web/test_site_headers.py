"""What every response says beside its body: safety, caching, conditional requests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from made import NOW, Made, article

SETTLED = "as_of=2026-03-12T08:00:00Z"
PATHS = [
    "/",
    "/index.json",
    "/a/0000000port1",
    "/a/0000000port1.json",
    "/a/0000000port1.txt",
    "/o/sahil",
    "/search?q=x",
    "/k/x",
    "/outlets",
    "/about",
    "/archive",
    "/archive/2026-03",
    "/d/2026-03-11",
    "/d/2026-02-31",
    "/stats",
    "/stats.json",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/static/site.css",
    "/static/icon.svg",
    "/nothing",
    "/nothing.json",
    "/?as_of=x",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_guarded(site: Any, path: str) -> None:
    headers = site.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "connect-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers


def test_links_out_tell_the_outlet_nothing(site: Any) -> None:
    out = [a for a in site.html("/a/0000000port1").css("a") if a.attributes["href"].startswith("http")]
    assert len(out) >= 3
    assert {a.attributes["rel"] for a in out} == {"noopener noreferrer external"}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/index.json",
        "/a/0000000port1",
        "/a/0000000port1.json",
        "/a/0000000port1.txt",
        "/o/sahil",
        "/search?q=x",
        "/k/x",
        "/outlets",
        "/about",
        "/archive",
        "/archive.json",
        "/archive/2026-03",
        "/d/2026-03-11",
        "/d/2026-03-11.json",
        "/stats",
        "/stats.json",
        "/robots.txt",
        "/static/site.css",
    ],
)
def test_conditional_requests_are_answered_304(site: Any, path: str) -> None:
    first = site.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    for sent in (etag, etag[2:], f'"other", {etag}', "*"):
        again = site.get(path, {"If-None-Match": sent})
        assert (again.status, again.data) == (304, b""), sent
        assert again.headers["etag"] == etag
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert "content-security-policy" in again.headers
    assert site.get(path, {"If-None-Match": '"other"'}).status == 200


def test_a_live_page_changes_its_etag_with_the_news_and_not_with_the_clock(serve: Callable[..., Any]) -> None:
    archive = Made()
    with serve(archive) as site:
        paths = (
            "/",
            "/a/0000000port1",
            "/a/0000000port1.json",
            "/a/0000000port1.txt",
            "/search?q=x",
            "/about.json",
            "/outlets",
        )
        before = {path: site.get(path).headers["etag"] for path in paths}
        archive.clock = NOW + timedelta(seconds=75)
        assert {path: site.get(path).headers["etag"] for path in paths} == before
        archive.content.append(article("fresh", "sahil", "خبر جديد x", hours=0.1))
        after = {path: site.get(path).headers["etag"] for path in ("/", "/search?q=x", "/about.json", "/outlets")}
        assert all(after[path] != before[path] for path in after)


def test_only_a_settled_past_is_kept_for_ever(site: Any) -> None:
    for path in ("/", "/a/0000000port1", "/a/0000000port1.json", "/search?q=x", "/about", "/d/2026-03-11", "/stats"):
        join = "&" if "?" in path else "?"
        assert site.get(path).headers["cache-control"] == "public, max-age=60"
        assert site.get(f"{path}{join}{SETTLED}").headers["cache-control"] == "public, max-age=31536000, immutable"
        for unsettled in ("2026-03-12T09:30:00Z", "2026-03-12", "2999-01-01"):
            assert "immutable" not in site.get(f"{path}{join}as_of={unsettled}").headers["cache-control"]
    for path in ("/nothing", "/a/nothing?as_of=2026-03-11", "/?as_of=x", "/search?q=-&as_of=2026-03-11"):
        assert site.get(path).headers["cache-control"] == "no-store"


def test_the_style_sheet_is_kept_for_ever_under_its_version(site: Any) -> None:
    address = site.html("/").css_first("link[rel=stylesheet]").attributes["href"]
    response = site.get(address)
    assert response.headers["cache-control"].endswith("immutable")
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert len(response.data) < 26_000
    assert "immutable" not in site.get("/static/site.css?v=old").headers["cache-control"]


def test_long_answers_are_packed_and_say_so(site: Any) -> None:
    response = site.get("/a/0000000port1", {"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    assert int(response.headers["content-length"]) < 8_000
