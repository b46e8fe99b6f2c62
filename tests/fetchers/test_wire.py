"""Connections: which protocol, to whom, how often; and that everything ends when the fetcher is closed."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.fetchers.tls import NAME, secure
from tests.fetchers.web import Say, Web, ask, fetcher, get, serving

from warraq.fetchers.http import HttpFetcher
from warraq.fetchers.places import Failed, place_of
from warraq.fetchers.wire import Limit, Wire
from warraq.types import Failure, RawDocument, Reason, Task


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as server:
        yield server


def here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def reason(found: object) -> Reason:
    assert isinstance(found, Failure), found
    return found.reason


# --- TLS and HTTP/2 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offers", "version"), [(("h2", "http/1.1"), "2"), (("http/1.1",), "1.1"), ((), "1.1")])
def test_the_protocol_is_what_both_speak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offers: Sequence[str], version: str
) -> None:
    body = bytes(range(256)) * 2000  # more than one window of HTTP/2
    with secure(tmp_path, offers, body) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
        reader = fetcher(resolver=here)
        for path in ("/a", "/b?c=1"):
            found = reader.get(Task(server.url(path)))
            assert isinstance(found, RawDocument), found
            assert found.body == body
            assert found.headers["content-type"] == "text/html"
        reader.close()
        assert server.asked == [(version, "/robots.txt"), (version, "/a"), (version, "/b?c=1")]
        assert server.connections == 1


@pytest.mark.parametrize("offers", [("h2",), ("http/1.1",)])
def test_a_large_body_is_cut_over_tls_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offers: Sequence[str]
) -> None:
    with secure(tmp_path, offers, bytes(3_000_000)) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
        assert reason(get(server.url("/a"), resolver=here, max_bytes=100_000)) is Reason.TOO_LARGE


def test_a_certificate_must_be_of_that_name_and_of_somebody_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with secure(tmp_path) as server:
        found = get(server.url("/a"), resolver=here)
        assert reason(found) is Reason.CONNECT
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
        assert reason(get(server.url("/a", "other.example"), resolver=here)) is Reason.CONNECT
        assert reason(get(server.url("/a", "127.0.0.1"), resolver=here)) is Reason.CONNECT
        assert not server.asked
        assert isinstance(get(server.url("/a", f"www.{NAME}"), resolver=here), RawDocument)


# --- to whom --------------------------------------------------------------------------------------------------


def test_connections_are_used_again(web: Web) -> None:
    web.says.update({f"/{n}": Say(b"x" * n) for n in range(5)})
    web.says["/missing"] = Say(b"not here", 404)
    reader = fetcher()
    list(reader.fetch([Task(web.url(path)) for path in ("/0", "/1", "/missing", "/2", "/3", "/4")]))
    reader.close()
    assert len(web.asked) == 7
    assert web.connections == 1


def test_the_address_is_checked_again_for_each_request(web: Web) -> None:
    """A name that leads elsewhere later is not followed there, not even while a connection is open."""
    answers = iter([["93.184.216.34"], ["93.184.216.34"], ["127.0.0.1"], ["169.254.169.254"]])
    web.says["/a"] = Say(b"x")
    reader = fetcher(allow_private=False, resolver=lambda host, port: next(answers))
    ask_there = reader._wire.ask
    reader._wire.ask = lambda place, _, *rest, **more: ask_there(place, ["127.0.0.1"], *rest, **more)  # type: ignore
    url = f"http://news.example:{web.server_port}/a"
    found = [found for _, found in reader.fetch([Task(url)] * 3)]
    reader.close()
    assert isinstance(found[0], RawDocument)
    assert [reason(failure) for failure in found[1:]] == [Reason.FORBIDDEN_ADDRESS] * 2
    assert len(web.asked) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "news.example"])
def test_no_socket_is_opened_to_an_address_that_was_not_checked(web: Web, host: str) -> None:
    """Whatever the client would make of a name by itself."""
    wire = Wire()
    with pytest.raises(Failed) as failed:
        wire.ask(place_of(f"http://{host}:{web.server_port}/"), ["127.0.0.2"], {}, Limit(10), 2.0)
    wire.close()
    assert failed.value.reason in (Reason.FORBIDDEN_ADDRESS, Reason.CONNECT)
    assert web.connections == 0


def test_proxies_and_passwords_of_the_environment_count_for_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    web.says["/a"] = Say(b"x")
    assert isinstance(get(web.url("/a")), RawDocument)
    assert "Authorization" not in web.asked[-1][1]


def test_nothing_is_carried_from_one_request_to_the_next(web: Web) -> None:
    web.says["/a"] = Say(b"x", headers={"Set-Cookie": "a=1; Path=/", "Alt-Svc": 'h2="127.0.0.1:9"; persist=1'})
    reader = fetcher()
    list(reader.fetch([Task(web.url("/a"))] * 2))
    reader.close()
    assert not {"Cookie", "Referer"} & set(web.asked[-1][1])


def test_what_is_sent_is_what_is_meant(web: Web) -> None:
    reader = fetcher(user_agent="Warraq/0.1\r\nX-Evil: 1 (ورّاق)")
    reader.get(Task(web.url("/a%0D%0AX-Evil:%201\r\nX-Evil: 2?q=\n3")))
    reader.close()
    path, headers = web.asked[-1]
    assert path == "/a%0D%0AX-Evil:%201X-Evil:%202?q=3"
    assert "X-Evil" not in headers
    assert headers["User-Agent"].startswith("Warraq/0.1 X-Evil: 1 (")
    assert headers["Host"] == f"127.0.0.1:{web.server_port}"
    assert sum(name.lower() == "host" for name in headers) == 1


# --- many at once, and the end --------------------------------------------------------------------------------


def test_many_threads_ask_many_hosts_each_one_at_a_time(web: Web) -> None:
    now: dict[str, int] = {}
    most: dict[str, int] = {}
    guard = threading.Lock()

    def busy(handler: BaseHTTPRequestHandler) -> None:
        host = handler.headers["Host"]
        with guard:
            now[host] = now.get(host, 0) + 1
            most[host] = max(most.get(host, 0), now[host])
            most["all"] = max(most.get("all", 0), sum(now.values()))
        web.stop.wait(0.01)
        with guard:
            now[host] -= 1
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")

    web.says["/a"] = Say(raw=busy)
    reader = fetcher(delay=0.0, resolver=here)
    tasks = [Task(f"http://h{n % 16}.example:{web.server_port}/a") for n in range(160)]
    with ThreadPoolExecutor(32) as pool:
        found = list(pool.map(reader.get, tasks))
    reader.close()
    assert all(isinstance(document, RawDocument) for document in found)
    assert most.pop("all") > 4
    assert set(most.values()) == {1}
    assert web.paths().count("/robots.txt") == 16


def test_closing_ends_requests_and_waits(web: Web) -> None:
    """Without results: what was not done is as if it had not been begun."""
    web.says.update({"/slow": Say(raw=lambda handler: web.stop.wait(30) and None), "/a": Say(b"x")})
    reader = fetcher(timeout=30.0)
    results: list[object] = []

    def work(*paths: str) -> threading.Thread:
        tasks = [Task(web.url(path)) for path in paths]
        thread = threading.Thread(target=lambda: results.extend(reader.fetch(tasks)))
        thread.start()
        return thread

    threads = [work("/slow", "/a")]
    while "/slow" not in web.paths():
        web.stop.wait(0.01)
    threads += [work("/a"), work("/a", "/a")]  # they wait for their turn
    reader.close()
    for thread in threads:
        thread.join()
    reader.close()
    assert results == []
    assert web.paths() == ["/robots.txt", "/slow"]
    assert list(reader.fetch([Task(web.url("/a"))])) == []
    assert reason(reader.get(Task(web.url("/a")))) is Reason.CONNECT


def test_an_idle_fetcher_closes_its_connections(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warraq.fetchers.wire.IDLE", 0.05)
    web.says["/a"] = Say(b"x")
    reader = fetcher()
    for connections in (1, 2, 3):
        assert isinstance(reader.get(Task(web.url("/a"))), RawDocument)
        assert web.connections == connections
        while reader._wire._thread is not None:
            web.stop.wait(0.01)
    reader.close()


def test_a_fault_of_ours_is_a_failure_and_the_next_request_works(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.says["/a"] = Say(b"x")
    reader = fetcher()
    assert isinstance(reader.get(Task(web.url("/a"))), RawDocument)
    with monkeypatch.context() as broken:
        broken.setattr("warraq.fetchers.wire._Loop._finish", lambda self: 1 / 0)
        assert reason(reader.get(Task(web.url("/a")))) is Reason.INTERNAL
    assert isinstance(reader.get(Task(web.url("/a"))), RawDocument)
    reader.close()


def test_a_name_that_is_not_answered_for_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    never, asked = threading.Event(), []

    def hang(host: str, port: int, **_: object) -> object:
        asked.append(host)
        never.wait(30)
        raise OSError

    monkeypatch.setattr("socket.getaddrinfo", hang)
    assert reason(get("http://news.example/a", timeout=0.2)) is Reason.TIMEOUT
    assert asked == ["news.example"]
    never.set()


def test_names_are_asked_for_once_a_minute(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(host: str, port: int, **_: object) -> object:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))] * 2

    monkeypatch.setattr("socket.getaddrinfo", answer)
    web.says["/a"] = Say(b"x")
    reader = fetcher()
    for _ in range(3):
        assert isinstance(reader.get(Task(f"http://news.example:{web.server_port}/a")), RawDocument)
    reader.close()
    assert asked == ["news.example"]


def test_a_handshake_that_stalls_is_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/a"
        assert reason(get(url, timeout=0.3)) is Reason.TIMEOUT


BOMB = """
import io, resource, sys
from fastwarc.stream_io import BrotliWriter, ZstdWriter
from tests.fetchers.web import Say, fetcher, serving
from warraq.types import Task
coding, size = sys.argv[1], int(sys.argv[2])
stream = io.BytesIO()
writer = (BrotliWriter if coding == "br" else ZstdWriter)(stream)
zeros = bytes(1 << 20)
for _ in range(size >> 20):
    writer.write(zeros)
writer.close()
with serving() as web:
    web.says["/bomb"] = Say(stream.getvalue(), headers={"Content-Type": "text/html", "Content-Encoding": coding})
    web.says["/page"] = Say(zeros)
    reader = fetcher()
    reader.get(Task(web.url("/page")))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(reader.get(Task(web.url("/bomb"))).reason.value)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_a_bomb_of_a_gigabyte_costs_little_memory(coding: str) -> None:
    command = [sys.executable, "-c", BOMB, coding, str(1 << 30)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said, growth = done.stdout.split()
    assert said == "too_large"
    assert int(growth) < 64 * 1024, "KiB"


def test_one_fetcher_costs_no_thread_until_it_asks() -> None:
    before = threading.active_count()
    reader: HttpFetcher = fetcher()
    assert threading.active_count() == before
    assert reason(ask(Task("file:///x"))) is Reason.BAD_URL
    reader.close()
