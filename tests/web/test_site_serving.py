"""The served processes: both answer, a dead one comes back, a taken port is said; slow and too many clients."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import urllib3

from warraq import open_archive
from warraq.errors import UsageError
from warraq.web import create_app, serving
from warraq.web.makers import Desk, make

LINE = (
    '{"url": "https://one.example/1", "title": "خبر من المدينة", "text": "نص طويل يكفي لأن يكون خبرا كاملا عن شيء."}\n'
)


@contextmanager
def served(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Two processes over an archive."""
    (folder / "one.jsonl").write_text(LINE, encoding="utf-8")
    with open_archive(folder / "archive", create=True) as archive:
        archive.import_paths([folder / "one.jsonl"])
    with serving.listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
    command = [sys.executable, "-m", "warraq", "serve", "--archive", str(folder / "archive"), "--processes", "2"]
    environ = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.PIPE, text=True, env=environ) as process:
        try:
            yield port, process
        finally:
            process.terminate()
            process.communicate(timeout=20)


def answered(port: int, path: str = "/healthz") -> int:
    """The status of a request over a connection of its own; 0 if there is no answer."""
    try:
        address, headers = f"http://127.0.0.1:{port}{path}", {"Connection": "close"}
        return urllib3.request("GET", address, headers=headers, retries=False, timeout=5).status
    except urllib3.exceptions.HTTPError:
        return 0


def until(condition: Any) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("it did not come about")


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_a_body_does_not_wait_for_the_acknowledgement_of_its_head() -> None:
    with serving.listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_processes_answer_come_back_and_end_together(tmp_path: Path) -> None:
    with served(tmp_path) as (port, process):
        until(lambda: answered(port) == 200)
        with pytest.raises(UsageError, match="cannot be served"):
            serving.listen("127.0.0.1", port)

        def makers() -> list[int]:
            """The process ids of the others (multiprocessing has a process for itself, too)."""
            return [pid for pid in children(process.pid) if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]

        def serving_child() -> int:
            return next(iter(makers()), 0)

        if len(cores := os.sched_getaffinity(0)) > 1:  # a core of its own for each
            until(lambda: len(makers()) == 2 and answered(port, "/") == 200)
            until(lambda: all(len(os.sched_getaffinity(pid)) == 1 for pid in makers()))
            assert len(cores & set.union(*map(os.sched_getaffinity, makers()))) == 2

        until(serving_child)
        first = serving_child()
        os.kill(first, signal.SIGKILL)
        until(lambda: serving_child() not in (0, first))
        until(lambda: all(answered(port, "/") == 200 for _ in range(8)))
        left = [process.pid, *children(process.pid)]
        process.terminate()
        process.wait(20)
        until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in left[1:]))
    assert process.returncode == 0
    assert not list(tmp_path.glob("warraq-*"))  # the makers' address is gone


def test_what_makers_make_is_what_the_site_answers(serve: Any, sampled: Any) -> None:
    """Status, headers and body; each from one of two threads that stand for processes."""
    desk, app = Desk(), create_app(sampled.archive)
    id = sampled.archive.latest()[0].id
    paths = ("/", f"/a/{id}?as_of=2035-06-01", f"/a/{id}.json", "/nothing", "/search?q=%22")
    for _ in range(2):
        threading.Thread(target=make, args=(app, desk.listening), daemon=True).start()
    try:
        with serve(sampled.archive, room=1 << 20, makers=(desk.path, 2)) as client:
            for path in paths:
                for headers in ({}, {"Accept-Encoding": "gzip"}):
                    one, two = client.get(path, headers), sampled.get(path, headers)
                    assert (one.status, len(one.data) > 100) == (two.status, True)
                    names = ("content-type", "cache-control", "content-encoding", "vary")
                    assert [one.headers.get(name) for name in names] == [two.headers.get(name) for name in names]
            made = client.get("/metrics").data.decode()
            assert 'warraq_http_answers_total{how="made"} 10' in made
            first = client.get("/")
            assert client.get("/", {"If-None-Match": first.headers["etag"]}).status == 304
            shutil.rmtree(Path(desk.path).parent)
            assert (
                answered(int(client.base.rpartition(":")[2]), "/about") == 503
            )  # nobody makes anything any more; what is held is there
            assert client.get("/").data == first.data
    finally:
        desk.close()


@contextmanager
def impatient(archive: Any, monkeypatch: pytest.MonkeyPatch, serve: Any, **bounds: float) -> Iterator[int]:
    for name, value in bounds.items():
        monkeypatch.setattr(serving, name, value)
    with serve(archive, http=serving.Connection) as client:
        yield int(client.base.rpartition(":")[2])


def test_who_does_not_finish_asking_is_hung_up_on(serve: Any, monkeypatch: pytest.MonkeyPatch, site: Any) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with impatient(site.archive, monkeypatch, serve, HEAD_SECONDS=0.2) as port:
        for first, said in ((b"", b""), (b"", b"GET / HT"), (b"", whole[:-2]), (whole, b"GET / HT")):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as slow:
                if first:
                    slow.sendall(first)
                    assert b"200 OK" in slow.recv(65536)
                slow.sendall(said)
                with suppress(ConnectionError):
                    while slow.recv(65536):
                        pass
        assert answered(port) == 200


def test_who_takes_no_answer_holds_up_nobody(serve: Any, monkeypatch: pytest.MonkeyPatch, site: Any) -> None:
    asked = b"GET /a/0000000port1 HTTP/1.1\r\nHost: x\r\n\r\n"
    with impatient(site.archive, monkeypatch, serve) as port, socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", port))
        slow.sendall(asked * 300)  # answers of some MB, more than the system keeps on its way
        assert all(answered(port, path) == 200 for path in ("/healthz", "/", "/a/0000000port1"))


def test_a_request_of_any_size_is_refused(serve: Any, monkeypatch: pytest.MonkeyPatch, site: Any) -> None:
    with impatient(site.archive, monkeypatch, serve) as port:
        for size in (200_000, 3_000_000):  # the refusal may come while it is still being sent, and not be read
            assert answered(port, "/search?q=" + "x" * size) in (0, 400)
        assert answered(port) == 200


def ask_again(connection: socket.socket) -> None:
    """Ask over an open connection, and take the whole answer."""
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    said = b""
    while b'{"status":"ok"}' not in said:
        said += connection.recv(65536) or pytest.fail("hung up")


def test_the_connection_that_is_idle_the_longest_gives_way(
    serve: Any, monkeypatch: pytest.MonkeyPatch, site: Any
) -> None:
    with impatient(site.archive, monkeypatch, serve, CONNECTIONS=20) as port:
        held = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(20)]
        for number, connection in enumerate(reversed(held)):  # one that was answered waits anew
            if number % 2:
                ask_again(connection)
        assert answered(port, "/") == 200
        assert held[1].recv(1) == b""  # the first that never asked
        ask_again(held[0])
        for connection in held:
            connection.close()


def test_one_connection_too_many_is_told_to_come_again(serve: Any, monkeypatch: pytest.MonkeyPatch, site: Any) -> None:
    with impatient(site.archive, monkeypatch, serve, CONNECTIONS=0) as port:
        assert answered(port) == 503  # and nobody is idle who could give way
        monkeypatch.setattr(serving, "CONNECTIONS", 1)
        until(lambda: answered(port) == 200)
