"""Suites that others collected: every case gives the stated result, or is an exception that still is one."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from quality.suites import EXCEPTIONS, SUITES, run

# At least so many cases are there; fewer would mean that a checker has stopped to look.
CASES = {
    "robots-protego": 396,
    "robots-reppy": 10,
    "ssrf": 426,
    "url-whatwg": 3698,
    "url-courlan": 26,
    "http-dates": 70,
    "http-cache": 32,
    "bombs": 26,
    "encodings": 144,
    "warc": 26,
    "json-suite": 318,
    "xml-attacks": 99,
    "feedparser": 2107,
    "feedparser-dates": 72,
    "listparser-opml": 110,
    "jsonfeed": 54,
    "feedfinder-autodiscovery": 57,
    "reader-data": 11,
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document makes nothing open a connection."""

    def refuse(*args: object) -> None:
        raise AssertionError(f"a connection was opened: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("name", SUITES)
def test_suite(shared: Path, name: str) -> None:
    found = run(name, shared / "suites" / name)
    assert found.wrong == {}
    assert found.total >= CASES[name]
    assert [pattern for pattern, cases in found.excepted.items() if not cases] == [], "no exceptions any more"


def test_every_exception_has_a_reason() -> None:
    assert EXCEPTIONS.keys() <= SUITES.keys()
    assert all(len(reason) > 5 for reasons in EXCEPTIONS.values() for reason in reasons.values())
