"""HTTP against real servers on loopback: what comes back, and what the servers saw."""

from __future__ import annotations

import gzip
import io
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from tests.fetchers.web import Say, Variable, Web, ask, fetcher, get, serving

from warraq.fetchers.addresses import checked, is_local_name
from warraq.fetchers.http import CUT_SHORT, MAX_REDIRECTS, HttpFetcher
from warraq.fetchers.places import Place, place_of
from warraq.fetchers.wire import Answer
from warraq.types import Failure, NotModified, RawDocument, Reason, Redirect, Task, Visit


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def reason(found: object) -> Reason:
    assert isinstance(found, Failure), found
    return found.reason


def test_a_page_comes_with_what_the_server_said(web: Web) -> None:
    web.says["/a?b=1"] = Say("خبر".encode(), headers={"Content-Type": "text/html; charset=utf-8", "ETag": '"7"'})
    found = get(web.url("/a?b=1#part"))
    assert isinstance(found, RawDocument)
    assert found.url == web.url("/a?b=1")
    assert found.body.decode() == "خبر"
    assert found.content_type == "text/html; charset=utf-8"
    assert found.headers["etag"] == '"7"'
    assert found.fetched_at == Variable().now() + timedelta(seconds=1)  # the wait after robots.txt
    assert web.asked[-1][1]["User-Agent"] == "Warraq/0.1 (test)"


def test_arabic_paths_are_sent_escaped(web: Web) -> None:
    web.says["/%D8%AE%D8%A8%D8%B1"] = Say(b"x")
    assert isinstance(get(web.url("/خبر")), RawDocument)


@pytest.mark.parametrize("status", [204, 206, 400, 403, 404, 410, 500, 304])
def test_statuses_are_reasons(web: Web, status: int) -> None:
    web.says["/a"] = Say(b"", status)
    found = get(web.url("/a"))
    assert reason(found) is Reason.HTTP_STATUS
    assert isinstance(found, Failure)
    assert str(status) in found.detail


# --- robots and politeness ------------------------------------------------------------------------------------


def test_robots_are_asked_once_and_obeyed(web: Web) -> None:
    web.says["/robots.txt"] = Say(b"User-agent: *\nDisallow: /private\n\nUser-agent: warraq\nDisallow: /no")
    web.says.update({"/private": Say(b"x"), "/no": Say(b"x")})
    reader = fetcher()
    results = dict(reader.fetch([Task(web.url("/private")), Task(web.url("/no"))]))
    assert isinstance(results[Task(web.url("/private"))], RawDocument)
    assert reason(results[Task(web.url("/no"))]) is Reason.ROBOTS
    assert web.paths() == ["/robots.txt", "/private"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (503, False), (429, False)])
def test_robots_that_cannot_be_had(web: Web, status: int, allowed: bool) -> None:
    web.says.update({"/robots.txt": Say(b"", status), "/a": Say(b"x")})
    found = get(web.url("/a"))
    assert isinstance(found, RawDocument) is allowed
    if not allowed:
        assert reason(found) is Reason.ROBOTS
        assert found.retry_after == 600.0


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00" * 100, b"Disallow: /\n" * 50_000, b"User-agent: *\nDisallow: /" + b"*" * 500 + b"$"]
)
def test_odd_robots_do_no_harm(web: Web, body: bytes) -> None:
    web.says.update({"/robots.txt": Say(body), "/a": Say(b"x")})
    found = get(web.url("/a"))
    assert isinstance(found, RawDocument) or reason(found) is Reason.ROBOTS


def test_long_robots_are_read_to_the_limit(web: Web) -> None:
    web.says["/robots.txt"] = Say(b"User-agent: *\nDisallow: /no\n" + b"# \n" * 200_000 + b"Disallow: /a\n")
    web.says.update({"/a": Say(b"x"), "/no": Say(b"x")})
    assert isinstance(get(web.url("/a")), RawDocument)
    assert reason(get(web.url("/no"))) is Reason.ROBOTS


def test_one_host_is_given_time_between_requests(web: Web) -> None:
    web.says.update({"/a": Say(b"x"), "/b": Say(b"x")})
    clock = Variable()
    list(fetcher(clock, delay=2.0).fetch([Task(web.url("/a")), Task(web.url("/b"))]))
    assert sum(clock.slept) == 4.0  # after robots.txt, and between the pages


def test_crawl_delay_is_kept(web: Web) -> None:
    web.says.update({"/robots.txt": Say(b"User-agent: *\nCrawl-delay: 7"), "/a": Say(b"x"), "/b": Say(b"x")})
    clock = Variable()
    list(fetcher(clock, delay=1.0).fetch([Task(web.url("/a")), Task(web.url("/b"))]))
    assert sum(clock.slept) == 8.0


@pytest.mark.parametrize("set_by", [timedelta(hours=9), timedelta(hours=-9)])
def test_a_clock_that_is_set_changes_no_pause(web: Web, set_by: timedelta) -> None:
    web.says.update({"/a": Say(b"x"), "/b": Say(b"x"), "/busy": Say(b"", 429, {"Retry-After": "9"})})
    clock = Variable()
    reader = fetcher(clock, delay=2.0)
    for path, slept in (("/a", 2.0), ("/busy", 4.0), ("/b", 13.0)):
        found = reader.get(Task(web.url(path)))
        assert sum(clock.slept) == slept
        assert found.pause == (9.0 if path == "/busy" else 2.0)  # type: ignore[union-attr]
        clock.at += set_by


def test_a_host_is_left_alone_for_longer_after_an_answer_that_was_cut(web: Web) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx")
        web.stop.wait(5.0)

    web.says.update({"/slow": Say(raw=drip), "/a": Say(b"x")})
    clock = Variable()
    slow, found = (
        found for _, found in fetcher(clock, delay=1.0, timeout=0.3).fetch(map(Task, map(web.url, ("/slow", "/a"))))
    )
    assert reason(slow) is Reason.TIMEOUT
    assert slow.pause == CUT_SHORT  # type: ignore[union-attr]
    assert found.pause == 1.0  # type: ignore[union-attr]
    assert sum(clock.slept) == 1.0 + CUT_SHORT  # after robots.txt, and after what was cut


def test_one_request_at_a_time_for_a_host(web: Web) -> None:
    at_once, most, guard = 0, 0, threading.Lock()

    def busy(handler: BaseHTTPRequestHandler) -> None:
        nonlocal at_once, most
        with guard:
            at_once += 1
            most = max(most, at_once)
        web.stop.wait(0.05)
        with guard:
            at_once -= 1
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    web.says["/a"] = Say(raw=busy)
    reader = fetcher(delay=0.0)
    threads = [threading.Thread(target=reader.get, args=(Task(web.url("/a")),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert web.paths().count("/a") == 4
    assert most == 1


def test_retry_after_is_heeded(web: Web) -> None:
    web.says.update({"/busy": Say(b"", 429, {"Retry-After": "30"}), "/later": Say(b"", 503, {"Retry-After": "4000"})})
    web.says["/a"] = Say(b"x")
    clock = Variable()
    reader = fetcher(clock, delay=0.0)
    found = reader.get(Task(web.url("/busy")))
    assert isinstance(found, Failure)
    assert found.detail == "429, retry after 30 s"
    assert isinstance(reader.get(Task(web.url("/a"))), RawDocument)
    assert sum(clock.slept) == 30.0
    reader.get(Task(web.url("/later")))
    asked = len(web.asked)
    assert reason(reader.get(Task(web.url("/a")))) is Reason.HTTP_STATUS
    assert len(web.asked) == asked


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 16 Feb 2025 12:05:00 GMT", 299.0),
        ("Sunday, 16-Feb-25 12:05:00 GMT", 299.0),
        ("Sun Feb 16 12:05:00 2025", 299.0),
        ("99999999", 604_800.0),
    ],
)
@pytest.mark.parametrize("status", [429, 503, 404])
def test_retry_after_is_told(web: Web, value: str, seconds: float, status: int) -> None:
    web.says["/a"] = Say(b"", status, {"Retry-After": value})
    found = get(web.url("/a"))  # a second later, after robots.txt
    assert isinstance(found, Failure)
    assert (found.status, found.retry_after) == (status, seconds)
    assert found.pause == (1.0 if status == 404 else seconds)


def test_every_result_tells_the_pause_that_its_host_wants(web: Web) -> None:
    web.says["/robots.txt"] = Say(b"User-agent: *\nDisallow: /no\nCrawl-delay: 7")
    web.says.update({"/a": Say(b"x"), "/b": Say(b"", 304), "/c": Say(b"", 500)})
    tasks = [Task(web.url(path), visit=Visit(etag='"1"')) for path in ("/a", "/b", "/c", "/no")]
    reader = fetcher(delay=2.0)
    assert [found.pause for _, found in reader.fetch(tasks)] == [7.0] * 4  # type: ignore[union-attr]
    assert ask(Task("ftp://example.com/")) == Failure(
        "ftp://example.com/", Reason.BAD_URL, "neither http nor https: 'ftp://example.com/'"
    )
    reader.close()


def test_a_host_that_cannot_be_reached_is_asked_once_for_many_pages() -> None:
    asked: list[str] = []

    def nowhere(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        raise socket.gaierror("unknown")

    clock = Variable()
    reader = fetcher(clock, resolver=nowhere, allow_private=False)
    tasks = [Task(f"http://news.example/{n}") for n in range(5)]
    assert [reason(found) for _, found in reader.fetch(tasks)] == [Reason.CONNECT] * 5
    assert len(asked) == 1
    clock.sleep(61)
    assert reason(reader.get(tasks[0])) is Reason.CONNECT
    assert len(asked) == 2
    reader.close()


@pytest.mark.parametrize("value", ["", "soon", "-5", "Mon, 01 Jan 1990 00:00:00 GMT", "9" * 400])
def test_odd_retry_after_does_no_harm(web: Web, value: str) -> None:
    web.says["/a"] = Say(b"", 429, {"Retry-After": value})
    assert reason(get(web.url("/a"))) is Reason.HTTP_STATUS


def test_validators_make_requests_conditional(web: Web) -> None:
    web.says["/a"] = Say(b"", 304, {"ETag": '"8"'})
    url = web.url("/a")
    found = ask(Task(url, visit=Visit(etag='"7"', last_modified="Sun, 16 Feb 2025 12:00:00 GMT")))
    assert isinstance(found, NotModified)
    assert found.headers["etag"] == '"8"'
    sent = web.asked[-1][1]
    assert sent["If-None-Match"] == '"7"'
    assert sent["If-Modified-Since"] == "Sun, 16 Feb 2025 12:00:00 GMT"


@pytest.mark.parametrize("value", ['"7"\r\nX: y', "ع", "", " ", "x" * 2000])
def test_validators_that_are_no_header_values_are_not_sent(web: Web, value: str) -> None:
    """Nor does an answer 304 then count: nothing was asked that it could answer."""
    web.says["/a"] = Say(b"", 304)
    found = ask(Task(web.url("/a"), visit=Visit(etag=value, last_modified=value)))
    assert isinstance(found, Failure)
    assert found.status == 304
    assert not {"If-None-Match", "If-Modified-Since", "X"} & set(web.asked[-1][1])


# --- redirects ------------------------------------------------------------------------------------------------


def test_redirects_are_followed_to_the_last_address(web: Web) -> None:
    web.says["/a"] = Say(b"", 301, {"Location": "b"})
    web.says["/b"] = Say(b"", 302, {"Location": "/خبر".encode().decode("latin-1")})
    web.says["/%D8%AE%D8%A8%D8%B1"] = Say(b"x")
    found = get(web.url("/a"))
    assert isinstance(found, RawDocument)
    assert found.url == web.url("/%D8%AE%D8%A8%D8%B1")


def test_endless_redirects_end(web: Web) -> None:
    web.says["/a"] = Say(b"", 302, {"Location": "/a"})
    assert reason(get(web.url("/a"))) is Reason.REDIRECTS
    assert web.paths().count("/a") == 1
    for step in range(20):
        web.says[f"/{step}"] = Say(b"", 302, {"Location": f"/{step + 1}"})
    assert reason(get(web.url("/0"))) is Reason.REDIRECTS
    assert web.paths()[-1] == f"/{MAX_REDIRECTS}"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("file:///etc/passwd", Reason.BAD_URL),
        ("ftp://example.com/", Reason.BAD_URL),
        ("http://user:pw@example.com/", Reason.BAD_URL),
        ("http://[", Reason.BAD_URL),
        ("http://169.254.169.254/latest", Reason.FORBIDDEN_ADDRESS),
    ],
)
def test_redirects_are_checked_anew(web: Web, target: str, expected: Reason) -> None:
    """The first host passes as public; where it sends us does not."""
    web.says["/a"] = Say(b"", 302, {"Location": target})
    reader = fetcher(allow_private=False, resolver=lambda host, port: ["93.184.216.34"])
    pretend(reader)
    assert reason(reader.get(Task(f"http://news.example:{web.server_port}/a"))) is expected
    assert web.paths() == ["/robots.txt", "/a"]


def pretend(reader: HttpFetcher) -> None:
    """The one public address is this machine."""
    ask_there = reader._wire.ask

    def ask_here(place: Place, addresses: Sequence[str], *rest: Any, **more: Any) -> Answer:
        assert addresses == ["93.184.216.34"]
        return ask_there(place, ["127.0.0.1"], *rest, **more)

    reader._wire.ask = ask_here  # type: ignore[method-assign, assignment]


def test_a_redirect_asks_the_robots_of_its_place(web: Web) -> None:
    with serving() as other:
        other.says["/robots.txt"] = Say(b"User-agent: *\nDisallow: /")
        web.says["/a"] = Say(b"", 302, {"Location": other.url("/b")})
        assert reason(get(web.url("/a"))) is Reason.ROBOTS
        assert other.paths() == ["/robots.txt"]


# Steps from one host to the next, and what the fetcher makes of them when it may not leave its host.
HERE, WWW, AWAY = "news.example", "www.news.example", "other.example"


@pytest.mark.parametrize(
    ("steps", "lasting"),
    [
        ([(301, "/b")], True),
        ([(308, "/b"), (301, "/c")], True),
        ([(301, "/b"), (302, "/c")], False),
        ([(307, "/b"), (308, "/c")], False),
        ([(303, "/b")], False),
        ([(301, f"//{WWW}:PORT/b")], True),
        ([(301, f"//{WWW}:PORT/b"), (301, f"//{HERE}:PORT/c")], True),
        ([], False),
    ],
)
@pytest.mark.parametrize("across", [True, False])
def test_redirects_inside_a_host_are_followed(
    web: Web, steps: list[tuple[int, str]], lasting: bool, across: bool
) -> None:
    path, end = "/a", f"http://{HERE}:{web.server_port}/a"
    for status, there in steps:
        target = there.replace("PORT", str(web.server_port))
        web.says[path] = Say(b"", status, {"Location": target})
        end, path = place_of(target, end).url, "/" + target.rpartition("/")[2]
    web.says[path] = Say(b"x")
    found = get(f"http://{HERE}:{web.server_port}/a", across=across, resolver=lambda host, port: ["127.0.0.1"])
    assert isinstance(found, RawDocument)
    assert (found.url, found.lasting) == (end, lasting)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("host", [AWAY, f"m.{HERE}", "127.0.0.1", f"user@{AWAY}"])
def test_redirects_to_another_host_come_back(web: Web, status: int, host: str) -> None:
    target = f"http://{host}:{web.server_port}/b?c=1"
    web.says["/a"] = Say(b"", 301, {"Location": "/aa"})
    web.says["/aa"] = Say(b"", status, {"Location": target + "#d"})
    url = f"http://{HERE}:{web.server_port}/a"
    found = get(url, across=False, resolver=lambda host, port: ["127.0.0.1"], delay=3.0)
    if "@" in host:
        assert reason(found) is Reason.BAD_URL
    else:
        assert found == Redirect(url, target, lasting=status in (301, 308), pause=3.0)
    assert "/b?c=1" not in web.paths()


def test_another_port_is_another_host(web: Web) -> None:
    with serving() as other:
        web.says["/a"] = Say(b"", 302, {"Location": other.url("/b")})
        other.says["/b"] = Say(b"x")
        assert isinstance(get(web.url("/a"), across=False), Redirect)
        found = get(web.url("/a"), across=True)
        assert isinstance(found, RawDocument)
        assert found.url == other.url("/b")


def test_circles_end_at_once(web: Web) -> None:
    for path, target in (("/a", "/b"), ("/b", "/c"), ("/c", "/a#again")):
        web.says[path] = Say(b"", 301, {"Location": target})
    found = get(web.url("/a"))
    assert isinstance(found, Failure)
    assert (found.reason, found.status) == (Reason.REDIRECTS, 301)
    assert web.paths() == ["/robots.txt", "/a", "/b", "/c"]


def test_a_task_is_asked_for_where_it_is_known_to_be(web: Web) -> None:
    web.says["/new"] = Say(b"x")
    found = ask(Task(web.url("/old"), visit=Visit(at=web.url("/new"))))
    assert isinstance(found, RawDocument)
    assert found.url == web.url("/new")
    assert "/old" not in web.paths()
    gone = ask(Task(web.url("/old"), visit=Visit(at=web.url("/gone"))))
    assert isinstance(gone, Failure)
    assert (gone.where, gone.status) == (web.url("/old"), 404)


# --- limits ---------------------------------------------------------------------------------------------------


def packed(coding: str, size: int) -> bytes:
    if coding == "gzip":
        return gzip.compress(bytes(size))
    if coding == "deflate":
        return zlib.compress(bytes(size))
    stream = io.BytesIO()
    writer = (BrotliWriter if coding == "br" else ZstdWriter)(stream)
    for _ in range(size >> 16):
        writer.write(bytes(1 << 16))
    writer.close()
    return stream.getvalue()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_codings_are_undone_within_the_limit(web: Web, coding: str) -> None:
    web.says["/small"] = Say(packed(coding, 1 << 16), headers={"Content-Encoding": coding})
    web.says["/bomb"] = Say(packed(coding, 1 << 26), headers={"Content-Encoding": coding})
    reader = fetcher(max_bytes=1 << 20)
    small = reader.get(Task(web.url("/small")))
    assert isinstance(small, RawDocument)
    assert small.body == bytes(1 << 16)
    assert reason(reader.get(Task(web.url("/bomb")))) is Reason.TOO_LARGE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "rot13", "gzip, gzip, gzip, gzip"])
def test_wrong_codings_are_unreadable(web: Web, coding: str) -> None:
    web.says["/a"] = Say(b"\x01\x02 nothing of the kind", headers={"Content-Encoding": coding})
    assert reason(get(web.url("/a"))) is Reason.UNREADABLE


def test_plain_text_said_to_be_gzip_is_taken(web: Web) -> None:
    web.says["/a"] = Say(b"<p>x</p>", headers={"Content-Encoding": "gzip"})
    found = get(web.url("/a"))
    assert isinstance(found, RawDocument)
    assert found.body == b"<p>x</p>"


def test_large_bodies_are_cut(web: Web) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not web.stop.is_set():
            handler.wfile.write(bytes(1 << 16))

    web.says.update({"/said": Say(bytes(2000)), "/endless": Say(raw=endless)})
    assert reason(get(web.url("/said"), max_bytes=1000)) is Reason.TOO_LARGE
    assert reason(get(web.url("/endless"), max_bytes=1 << 20)) is Reason.TOO_LARGE


def drip(web: Web, begin: bytes, drop: bytes):  # type: ignore[no-untyped-def]
    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begin)
        while not web.stop.wait(0.05):
            handler.wfile.write(drop)

    return slowly


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
    ids=["silent", "headers", "body", "length", "chunks"],
)
def test_slow_servers_are_cut(web: Web, begin: bytes, drop: bytes) -> None:
    web.says["/a"] = Say(raw=drip(web, begin, drop))
    assert reason(get(web.url("/a"), timeout=0.4)) is Reason.TIMEOUT


def flood(first: bytes, again: bytes):  # type: ignore[no-untyped-def]
    """Writes without end, as fast as it is read."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        while True:
            handler.wfile.write(again)

    return write


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\n", b"Set-Cookie: a=b\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y" * 10_000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x" * 10_000),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n" * 100),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 100),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", b"x" * 10_000),
    ],
    ids=["interim", "headers", "header", "extension", "trailers", "chunks", "missing"],
)
def test_floods_end(web: Web, first: bytes, again: bytes) -> None:
    web.says["/a"] = Say(raw=flood(first, again))
    reader = fetcher(timeout=1.0, max_bytes=100_000)
    tracemalloc.start()
    found = reader.get(Task(web.url("/a")))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    reader.close()
    assert isinstance(found, Failure)
    assert found.reason in (Reason.CONNECT, Reason.TOO_LARGE, Reason.TIMEOUT, Reason.HTTP_STATUS)
    assert most < 20_000_000


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 5\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX: y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nETag: " + b"e" * 90_000 + b"\r\nContent-Length: 1\r\n\r\nx",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
        b"HTTP/1.1 99999999999 OK\r\n\r\n",
        b"\x00" * 5000,
    ],
)
def test_odd_answers_are_failures_or_documents(web: Web, answer: bytes) -> None:
    web.says["/a"] = Say(raw=lambda handler: handler.wfile.write(answer) and None)
    found = get(web.url("/a"), timeout=2.0)
    if isinstance(found, Failure):
        assert found.reason in (Reason.CONNECT, Reason.HTTP_STATUS, Reason.TIMEOUT, Reason.TOO_LARGE)
    else:
        assert isinstance(found, RawDocument)
        assert found.body in (b"x", b"")


def test_pictures_are_not_read(web: Web) -> None:
    web.says["/a"] = Say(b"GIF89a", headers={"Content-Type": "image/gif"})
    assert reason(get(web.url("/a"))) is Reason.NOT_HTML


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert reason(get(f"http://127.0.0.1:{taken.getsockname()[1]}/")) is Reason.CONNECT


def test_plain_http_on_a_tls_address(web: Web) -> None:
    assert reason(get(web.url("/").replace("http:", "https:"))) is Reason.CONNECT


# --- addresses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "x", "//a/b", "file:///etc/passwd", "javascript:1", "http://u@h/", "http://"])
def test_bad_addresses(url: str) -> None:
    assert reason(get(url)) is Reason.BAD_URL


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://0x7f.1/", "http://[::1]/", "http://printer/"])
def test_private_addresses_are_refused(url: str) -> None:
    def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError(f"asked for {host}")

    assert reason(get(url, allow_private=False, resolver=never)) is Reason.FORBIDDEN_ADDRESS


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["93.184.216.34", "::1"], ["fe80::1%eth0"], ["not an address"]])
def test_names_with_private_addresses_are_refused(answers: list[str]) -> None:
    found = get("http://news.example/", allow_private=False, resolver=lambda host, port: answers)
    assert reason(found) is Reason.FORBIDDEN_ADDRESS


def test_names_that_do_not_resolve() -> None:
    def fail(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror("unknown")

    assert reason(get("http://news.example/", allow_private=False, resolver=fail)) is Reason.CONNECT


def test_names_are_resolved_once_for_a_request(web: Web) -> None:
    """A name server that changes its answer after the check gains nothing: nobody asks it again."""
    answers = iter([["127.0.0.1"], ["127.0.0.1"]])
    web.says["/a"] = Say(b"x")
    found = get(f"http://news.example:{web.server_port}/a", resolver=lambda host, port: next(answers))
    assert isinstance(found, RawDocument)
    assert web.asked[-1][1]["Host"] == f"news.example:{web.server_port}"
    assert next(answers, None) is None


def test_local_names() -> None:
    assert all(map(is_local_name, ["localhost", "a.localhost", "LOCALHOST.", "printer", "x.internal"]))
    assert not any(map(is_local_name, ["example.com", "192.0.2.1", "localhost.com", "[2001:db8::1]"]))
    assert checked("93.184.216.34", 443, lambda host, port: [], allow_private=False) == ["93.184.216.34"]
    with pytest.raises(PermissionError):
        checked("93.184.216.34", 25, lambda host, port: [], allow_private=False)
