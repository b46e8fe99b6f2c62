"""Feeds that others collected: the suites of feedparser, listparser, JSON Feed, W3C, and attacks on XML parsers."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from warraq.feeds import parse_feed, syndication
from warraq.feeds.text import plain
from warraq.types import Failure, Feed
from warraq.urls import canonical

BASE = "http://127.0.0.1:8097/feeds/x.xml"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError(f"a parser opens a connection: {args}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def cases(folder: Path) -> Iterator[tuple[dict[str, Any], bytes]]:
    for line in (folder / "cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        if "file" in case:
            path = folder / case["file"]
            yield case, (path if path.exists() else folder / "data" / case["file"]).read_bytes()


# feedparser reads these otherwise on purpose: a base from another header, its sanitiser, noise in two encodings.
FEEDPARSER_DIFFERS = ("content_location", "_crazy", "linenoise")
# Channel Definition Format (1997) is not read.
FEEDPARSER_UNREAD = ("wellformed/cdf/", "rss_empty_document")


def stated(tree: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields of the first entry that a case names, with the value it gives."""
    for part in tree.get("and", [tree]):
        if "eq" in part and "path" in part["eq"][0] and "lit" in part["eq"][1]:
            path = part["eq"][0]["path"]
            if len(path) == 3 and path[:2] == ["entries", 0] and path[2] in ("title", "link", "summary"):
                yield path[2], part["eq"][1]["lit"]


def test_feedparser(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is read; titles, links and summaries are what feedparser's own tests expect, as plain text."""
    address = syndication._url
    monkeypatch.setattr(syndication, "_url", lambda said, base: address(said, base) or "http://entry.example/")
    checked = 0
    for case, body in cases(shared / "suites/feedparser"):
        headers = {name.lower(): value for name, value in case["headers"].items()}
        found = parse_feed(body, BASE, headers.get("content-type", ""))
        if any(name in case["id"] for name in FEEDPARSER_UNREAD):
            assert isinstance(found, Feed | Failure)
            continue
        assert isinstance(found, Feed), case["id"]
        if any(name in case["id"] for name in FEEDPARSER_DIFFERS):
            continue
        for name, value in stated(case["expect"]):
            entry = found.entries[0]
            if name == "link":
                assert entry.url == canonical(value, BASE), case["id"]
            else:
                assert getattr(entry, name) == plain(value, 5000), case["id"]
            checked += 1
    assert checked > 130


# RDF lists of people (FOAF, Yandex) are not read; nor an OPML file of another namespace, or cut in a start tag.
OPML_UNREAD = ("rdf/", "unknown-namespace", "xmlns-without-value")


def test_opml(shared: Path) -> None:
    checked = 0
    for case, body in cases(shared / "suites/listparser-opml"):
        if case["id"].startswith(OPML_UNREAD) or "xmlns-without-value" in case["id"]:
            continue
        found = parse_feed(body, BASE)
        assert isinstance(found, Feed), case["id"]
        expected = re.findall(r"feeds'?\"?\]\[\d\]\[.url.\]\s*==\s*[\"'](.*?)[\"']", case["expect"])
        assert {canonical(url) for url in expected} <= set(found.feeds), case["id"]
        checked += 1
    assert checked > 60


def test_json_feeds(shared: Path) -> None:
    checked = 0
    for case, body in cases(shared / "suites/jsonfeed"):
        if not case["file"].endswith(".json") or "expected" in case["file"] or "invalid" in case["file"]:
            continue
        found = parse_feed(body, BASE)
        assert isinstance(found, Feed), case["file"]
        addressed = [
            i for i in json.loads(body)["items"] if i.get("url") or i.get("external_url") or "://" in i.get("id", "")
        ]
        assert len(found.entries) == len(addressed)
        checked += 1
    assert checked >= 15


def test_autodiscovery(shared: Path) -> None:
    checked = 0
    for case, body in cases(shared / "suites/feedfinder-autodiscovery"):
        name = Path(case["file"])
        if name.stem != "index":
            found = parse_feed(body, f"http://www.example.com/{name.name}")
            assert isinstance(found, Feed), case["desc"]
            assert [Path(address).stem for address in found.feeds] == [name.stem], case["desc"]
            checked += 1
    assert checked >= 57


def test_attacks(shared: Path) -> None:
    """Nothing is expanded, nothing is loaded, and an entry that is sound is kept."""
    kept = 0
    for case, body in cases(shared / "suites/xml-attacks"):
        found = parse_feed(body, BASE)
        if "feed-shaped" in case["file"]:
            assert isinstance(found, Feed), case["file"]
            (entry,) = found.entries
            assert entry.url == "http://e.test/1"
            assert len(entry.title) < 20
            assert "root:" not in entry.title
            kept += 1
        else:
            assert isinstance(found, Feed | Failure)
    assert kept >= 12


def test_bombs(shared: Path) -> None:
    counted = 0
    for case, body in cases(shared / "suites/bombs"):
        assert isinstance(parse_feed(body, BASE), Feed | Failure), case["file"]
        counted += 1
    assert counted >= 20


def test_real_feeds(shared: Path) -> None:
    for path in sorted((shared / "feeds").iterdir()):
        found = parse_feed(path.read_bytes(), f"https://example.com/{path.name}")
        assert isinstance(found, Feed)
        assert len(found.entries) >= 10
        for entry in found.entries:
            assert entry.url.startswith("https://")
            assert entry.title
            assert "<" not in entry.title + entry.summary
            assert entry.published is not None
