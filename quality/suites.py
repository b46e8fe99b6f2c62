"""Third-party suites of cases about what comes from the web: how many give the stated result, and where we differ.

    python quality/suites.py [--data FOLDER] [--show]

FOLDER holds one folder a suite (``SUITE.json``, ``cases.jsonl`` or ``data``). ``--show`` names wrong cases.
`EXCEPTIONS` is the one list of cases in which we differ on purpose, with the reason. Nothing leaves the machine.
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import sys
from calendar import timegm
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from unittest import mock

import ada_url

from warraq.extract import extract
from warraq.extract.charset import decode
from warraq.feeds import parse_feed, syndication
from warraq.feeds.text import plain
from warraq.fetchers import http
from warraq.fetchers.addresses import checked, is_public
from warraq.fetchers.decode import Unreadable, unpack
from warraq.fetchers.files import read_file
from warraq.fetchers.headers import http_date
from warraq.fetchers.http import HttpFetcher
from warraq.fetchers.places import Failed, place_of
from warraq.fetchers.robots import MAX_DELAY, from_answer
from warraq.fetchers.warc import read_warc
from warraq.types import Failure, Feed, RawDocument, Reason, Record, Task, Visit
from warraq.urls import canonical

SHARED = Path(__file__).resolve().parents[2] / "shared"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
BASE = "http://127.0.0.1:8097/feeds/x.xml"
LIMIT = 16 << 20

Result = tuple[str, str]
"""A case's name, and what is wrong with it; empty if it is as the suite states."""

EXCEPTIONS: Mapping[str, Mapping[str, str]] = {
    "robots-reppy": {
        "no_leading_user_agent": "rules before any User-agent line are nobody's (RFC 9309, section 2.2; protego)",
        "skip_malformed_line": "a rule without its colon is kept, as Google's parser does: what is asked for is plain",
    },
    "url-whatwg": {
        "urltestdata-javascript-only": "halves of characters, which only JavaScript has, are no address",
    },
    "url-courlan": {
        "//404.html": "two slashes are not one: a server may tell them apart",
        "nchen": "a host is kept as it is asked for, in ASCII with a slash after it; letters are for showing",
        "clickid=": "a parameter that is not known to track readers may be part of an address",
        "aftr_source=": "the same",
        "this_affiliate=": "the same",
    },
    "encodings": {
        "no_bom": "Chinese UTF-16 without a mark and without spaces: nothing tells it from other bytes",
    },
    "feedparser": {
        "wellformed/cdf/": "Channel Definition Format (1997) is not read",
        "rss_empty_document": "a feed without anything in it is refused, not read as an empty one",
        "content_location": "addresses are resolved against where a feed was found, not what it says of that",
        "linenoise": "bytes of two encodings in one feed: another guess of what they were",
        "_crazy": "another way to make text of markup that is broken on purpose; it is never served as markup",
    },
    "feedparser-dates": {
        "\u006a\u00falius": "months in Hungarian are not read",
        "\uc624\ud6c4": "hours in Korean are not read: the day is",
        "\ub144": "dates in Korean are not read",
        "+zz:00": "an offset that cannot be read is as none: the zone of the outlet counts",
        "+00:zz": "the same",
        "+00:xx": "the same",
        "22013": "read as ISO 8601 with two digits of the year: the 13th day of 2022",
        "2013-01-27-01": "what follows after a whole day is taken for its hour",
        "Textra": "what follows after a whole moment is passed over",
    },
    "listparser-opml": {
        "rdf/": "lists of people in RDF (FOAF, Yandex) are not read",
        "unknown-namespace": "an OPML file of another namespace is none",
        "xmlns-without-value": "a start tag that is cut off cannot be read past",
    },
}


# --- robots ---------------------------------------------------------------------------------------------------


def robots_protego(folder: Path) -> Iterator[Result]:
    for case in cases(folder):
        rules = from_answer(200, case["robots_txt"].encode(), NOW, case["args"][-1])
        expected: object = case["expect"]
        if case["fn"] == "can_fetch":
            yield case["id"], differs(rules.allow(case["args"][0]), expected)
            continue
        if case["fn"] == "request_rate" and isinstance(expected, list):
            expected = expected[1] / expected[0]
        yield case["id"], differs(rules.delay, min(float(expected or 0), MAX_DELAY))  # type: ignore[arg-type]


def robots_reppy(folder: Path) -> Iterator[Result]:
    for case in cases(folder):
        wrong = ""
        for agent, url, allowed in case["checks"]:
            rules = from_answer(200, case["robots_txt"].encode(), NOW, agent)
            wrong = wrong or differs(rules.allow(url if "://" in url else f"http://a.example{url}"), allowed)
        yield f"{case['id']} {case['test']}", wrong


# --- addresses ------------------------------------------------------------------------------------------------


class _Still:
    """A clock that stands."""

    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        pass


def ssrf(folder: Path) -> Iterator[Result]:
    """Nothing that stands for a private address may be connected to, or even be looked up."""
    for case in cases(folder):
        value, expected = case["value"], case["expect"]
        if case["kind"] == "ip":
            allowed = is_public(value)
            yield case["id"], "" if expected == "allow-or-block" else differs(allowed, expected == "allow")
            continue
        if expected.startswith("allow"):
            place = place_of(value)
            yield (
                case["id"],
                differs(list(checked(place.host, place.port, _nobody, allow_private=False)), [case["means"]]),
            )
            continue
        asked: list[str] = []
        found = _refused(value, asked)
        inner = re.search(r"never-connect-to (\S+)", expected)
        if inner:  # where the address names two hosts
            yield case["id"], f"asks for {asked}" if inner[1] in asked else ""
        elif found in (Reason.BAD_URL, Reason.FORBIDDEN_ADDRESS):
            yield case["id"], ""
        else:
            yield case["id"], f"{found} after asking for {asked}"


def _nobody(host: str, port: int) -> Sequence[str]:
    raise AssertionError(f"{host} is looked up")


def _refused(url: str, asked: list[str]) -> Reason | None:
    """Why an address is refused; every name leads to a private address, as the names in the suite do."""

    def note(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["10.0.0.1"]

    fetcher = HttpFetcher(user_agent="Warraq", clock=_Still(), resolver=note)
    found = fetcher.get(Task(url))
    fetcher.close()
    return found.reason if isinstance(found, Failure) else None


def url_whatwg(folder: Path) -> Iterator[Result]:
    """The parts of every http(s) address; what is refused, or is of another scheme, is no place to ask at. Hosts."""
    for name in ("urltestdata", "ada_extra_urltestdata", "ada_long_urltestdata", "urltestdata-javascript-only"):
        for number, case in enumerate(_objects(folder, name)):
            yield f"{name} {number} {case['input'][:80]!r}", _url(case)
    for name in ("toascii", "IdnaTestV2", "IdnaTestV2-removed"):
        for number, case in enumerate(_objects(folder, name)):
            if not case["input"]:
                continue  # no host at all
            host = re.sub(r"[:/?#\\]", lambda found: f"%{ord(found[0]):02X}", case["input"])
            try:
                found = ada_url.URL(f"https://{host}/x").host
            except (ValueError, UnicodeError):
                found = None
            yield f"{name} {number} {case['input']!r}", differs(found, case["output"])


def _objects(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The cases of a file, which has remarks between them."""
    for case in json.loads((folder / f"data/{name}.json").read_text("utf-8")):
        if isinstance(case, dict):
            yield case


def _url(case: Mapping[str, Any]) -> str:
    fetched = not case.get("failure") and case["protocol"] in ("http:", "https:")
    try:
        href = ada_url.URL(case["input"], case.get("base")).href
    except (ValueError, UnicodeError):
        href = None
    try:
        place = place_of(case["input"], case.get("base"))
    except Failed:
        place = None
    if wrong := differs(href, case.get("href")):
        return wrong
    if not fetched or case["username"] or case["password"]:
        return differs(place, None)
    if place is None:
        return "refused"
    return differs((place.url, place.host), (case["href"].partition("#")[0], case["hostname"]))


def url_courlan(folder: Path) -> Iterator[Result]:
    """Its normalisation; the order of a query and fragments are left out of account."""
    for case in cases(folder):
        if case["fn"] == "normalize_url" and not case["kw"]:
            address, _, query = canonical(case["args"][0]).partition("?")
            expected, _, parameters = case["expect"].partition("#")[0].partition("?")
            found = (address, sorted(query.split("&")))
            yield f"{case['id']} {case['args'][0]}", differs(found, (expected, sorted(parameters.split("&"))))


# --- HTTP -----------------------------------------------------------------------------------------------------


def http_dates(folder: Path) -> Iterator[Result]:
    for case in cases(folder):
        found = http_date(case["input"])
        yield f"{case['id']} {case['input']}", differs(found and format_datetime(found, usegmt=True), case["expect"])


def http_cache(folder: Path) -> Iterator[Result]:
    """Cases in which a client asks again by validators: those of the last answer are sent. The rest is for caches."""
    for group in json.loads((folder / "data/tests.json").read_text("utf-8")):
        for case in group["tests"]:
            known: dict[str, str] = {}
            for request in case["requests"]:
                sent = http._conditional(
                    Visit(etag=known.get("etag", ""), last_modified=known.get("last-modified", ""))
                )
                kind = request.get("expected_type", "")
                if kind == "etag_validated":
                    yield case["id"], differs(sent.get("If-None-Match"), known.get("etag"))
                elif kind == "lm_validated":
                    yield case["id"], differs(sent.get("If-Modified-Since"), known.get("last-modified"))
                for name, value, *_ in request.get("response_headers", []):
                    moment = NOW + timedelta(seconds=value) if isinstance(value, int) else None
                    known[name.lower()] = format_datetime(moment, usegmt=True) if moment else str(value)


# --- bytes ----------------------------------------------------------------------------------------------------


def bombs(folder: Path) -> Iterator[Result]:
    """Unpacked within the limit, read within it, or refused; never an exception."""
    for case in cases(folder):
        body, kind = (folder / case["file"]).read_bytes(), case["content_type"]
        wrong = "" if http._unwanted({"content-type": kind}) == kind else "is read"
        if not kind.startswith("image/"):
            wrong = _bomb(body, case)
        yield f"{case['id']} {case['file']}", wrong


def _bomb(body: bytes, case: Mapping[str, Any]) -> str:
    try:
        body = unpack(body, case["content_encoding"] or "", LIMIT)
    except Unreadable:
        return "" if case["expect"].startswith(("cap", "error")) else "refused"
    if case["expect"] == "cap" or len(body) > LIMIT:
        return f"{len(body)} bytes"
    if "html" in case["content_type"]:
        extract(RawDocument("https://a.example/1", body, NOW, case["content_type"]))
        return ""
    found = parse_feed(body, BASE, case["content_type"])
    longest = max((len(entry.title) for entry in found.entries), default=0) if isinstance(found, Feed) else 0
    return f"a title of {longest} characters" if longest > 1000 else ""


def encodings(folder: Path) -> Iterator[Result]:
    for case in cases(folder):
        body = (folder / case["file"]).read_bytes()
        text, _ = decode(body, case.get("http_content_type") or "")
        if case["src"] == "matrix":
            yield case["file"], "" if case["expect_title"] in text and case["expect_text"] in text else "lost"
        elif case["encoding"] != "None":  # pictures and films have no text
            expected = body.decode(case["encoding"], "replace").lstrip("\ufeff")
            yield case["file"], "" if text.lstrip("\ufeff") == expected else "lost"


# Pages in each file; other records are passed over (other types, revisits, ARC files, lists of records).
PAGES = {
    "example-bad-non-chunked.warc.gz": 1,
    "example-bad.warc.gz.bad": 1,
    "example-iana.org-chunked.warc": 1,
    "example-resource.warc.gz": 1,
    "example-wget-bad-target-uri.warc.gz": 1,
    "example-wrong-chunks.warc.gz": 1,
    "example.warc": 1,
    "example.warc.gz": 1,
    "20130729-heritrix-original.warc.gz": 1,
    "20141129-heritrix-original.warc.gz": 1,
}


def warc(folder: Path) -> Iterator[Result]:
    for case in cases(folder):
        path = folder / case["file"]
        found = list(read_warc(path, path.name))
        pages = [page for page in found if isinstance(page, RawDocument)]
        wrong = differs(len(pages), PAGES.get(path.name, 0))
        invented = [page.url for page in pages if not page.url.startswith("http") or b"<" not in page.body]
        yield case["file"], wrong or (f"invented: {invented}" if invented else "")


def json_suite(folder: Path) -> Iterator[Result]:
    """As a file that is imported: ``y_`` is read, ``n_`` is refused, no file breaks anything; as a feed, too."""
    for path in sorted((folder / "data/test_parsing").iterdir()):
        found = list(read_file(path))
        read = any(isinstance(record, Record) for record in found)
        refused = any(isinstance(record, Failure) and record.detail.startswith("not ") for record in found)
        parse_feed(path.read_bytes(), BASE, "application/feed+json")
        if path.name.startswith("y_"):
            yield path.name, "refused" if refused else ""
        else:
            yield path.name, "is read" if read and path.name.startswith("n_") else ""


# --- feeds ----------------------------------------------------------------------------------------------------


def feedparser(folder: Path) -> Iterator[Result]:
    """Every file is read; title, link, summary and dates of its first entry are those its test states."""
    address = syndication._url
    with mock.patch.object(syndication, "_url", lambda said, base: address(said, base) or "http://entry.example/"):
        for case in cases(folder):
            headers = {name.lower(): value for name, value in case["headers"].items()}
            found = parse_feed(content(folder, case), BASE, headers.get("content-type", ""))
            yield case["id"], _entry(found, case["expect"]) if isinstance(found, Feed) else f"not read: {found.detail}"


def _entry(feed: Feed, tree: Mapping[str, Any]) -> str:
    for part in tree.get("and", [tree]):
        if "eq" not in part or "path" not in part["eq"][0] or "lit" not in part["eq"][1]:
            continue
        (_, at, *name), value = (*part["eq"][0]["path"], "", "")[:3], part["eq"][1]["lit"]
        if part["eq"][0]["path"][:1] != ["entries"] or at != 0 or len(part["eq"][0]["path"]) != 3:
            continue
        if name[0] not in ("title", "link", "summary"):
            continue
        if not feed.entries:
            return "no entry"
        entry = feed.entries[0]
        expected = canonical(value, BASE) if name[0] == "link" else plain(value, 5000)
        if wrong := differs(entry.url if name[0] == "link" else getattr(entry, name[0]), expected):
            return f"{name[0]}: {wrong}"
    return ""


def feedparser_dates(folder: Path) -> Iterator[Result]:
    for case in cases(folder):
        item = f"<item><link>http://a.example/1</link><pubDate>{case['input']}</pubDate></item>"
        found = parse_feed(f"<rss version='2.0'><channel>{item}</channel></rss>".encode(), BASE)
        date = found.entries[0].published if isinstance(found, Feed) and found.entries else None
        expected = case["expect_utc"] and datetime.fromtimestamp(timegm((*case["expect_utc"], 0, 0, 0)), UTC)
        yield f"{case['id']} {case['input']!r}", differs(date and date.replace(microsecond=0), expected)


def opml(folder: Path) -> Iterator[Result]:
    for case in cases(folder):
        found = parse_feed(content(folder, case), BASE)
        expected = set(re.findall(r"feeds'?\"?\]\[\d\]\[.url.\]\s*==\s*[\"'](.*?)[\"']", case["expect"]))
        feeds = set(found.feeds) if isinstance(found, Feed) else set()
        missing = {canonical(url) for url in expected} - feeds
        unread = not isinstance(found, Feed) and f"not read: {found.detail}"
        yield case["id"], f"missing: {sorted(missing)}" if missing else unread or ""


def jsonfeed(folder: Path) -> Iterator[Result]:
    """Address and title of every item that has an address; files that are no feeds are refused."""
    for case in cases(folder):
        name = case.get("file") or case["src"]
        if name.endswith("_expected.json"):
            continue
        found, body = parse_feed(content(folder, case), BASE), content(folder, case)
        if not isinstance(found, Feed):
            yield name, "" if "invalid_invalid" in name else f"not read: {found.detail}"
            continue
        items = ((i.get("url") or i.get("external_url") or i.get("id") or "", i) for i in json.loads(body)["items"])
        said = [(canonical(url.strip(), BASE), plain(i.get("title") or "", 1000)) for url, i in items if _is_link(url)]
        yield name, differs([(entry.url, entry.title) for entry in found.entries], said)


def _is_link(said: str) -> bool:
    return "/" in said or said.endswith(".html")


def autodiscovery(folder: Path) -> Iterator[Result]:
    for case in cases(folder):
        name = Path(case["file"])
        if name.stem != "index":
            found = parse_feed(content(folder, case), f"http://www.example.com/{name.name}")
            feeds = [Path(address).stem for address in found.feeds] if isinstance(found, Feed) else found.detail
            yield f"{case['file']} {case['desc']}", differs(feeds, [name.stem])


def reader_data(folder: Path) -> Iterator[Result]:
    """Titles of the entries that have an address, in order."""
    for case in cases(folder):
        if not case["expect_text"]:
            continue
        found = parse_feed(content(folder, case), BASE)
        entries = re.split(r"\bEntryData\(\n", case["expect_text"])[1:]
        said = [_literals(entry) for entry in entries]
        links = [one["link"] for one in said if str(one.get("link", "")).startswith("http")]
        urls = [entry.url for entry in found.entries] if isinstance(found, Feed) else [found.detail]
        wrong = [link for link in links if canonical(link) not in urls]
        titles = {entry.title for entry in found.entries} if isinstance(found, Feed) else set()
        untold = [
            one["title"] for one in said if one.get("link") in links and one.get("title", "") not in {"", *titles}
        ]
        yield case["file"], f"missing: {wrong + untold}" if wrong + untold else ""


def _literals(text: str) -> dict[str, str]:
    return dict(re.findall(r"^        (\w+)=['\"](.*?)['\"],?$", text, re.M))


def xml_attacks(folder: Path) -> Iterator[Result]:
    """Nothing is expanded or loaded (a socket would be an error), and an entry that is sound is kept."""
    for case in cases(folder):
        found = parse_feed(content(folder, case), BASE)
        text = repr(found)
        wrong = "expanded" if len(text) > 20_000 or "root:" in text else ""
        if "feed-shaped" in case.get("file", ""):
            sound = isinstance(found, Feed) and [entry.url for entry in found.entries] == ["http://e.test/1"]
            wrong = wrong or ("" if sound and len(found.entries[0].title) < 20 else "the sound entry is lost")  # type: ignore[union-attr]
        yield f"{case['id']} {case['attack']}", wrong


# --- all ------------------------------------------------------------------------------------------------------

SUITES: Mapping[str, Callable[[Path], Iterator[Result]]] = {
    "robots-protego": robots_protego,
    "robots-reppy": robots_reppy,
    "ssrf": ssrf,
    "url-whatwg": url_whatwg,
    "url-courlan": url_courlan,
    "http-dates": http_dates,
    "http-cache": http_cache,
    "bombs": bombs,
    "encodings": encodings,
    "warc": warc,
    "json-suite": json_suite,
    "xml-attacks": xml_attacks,
    "feedparser": feedparser,
    "feedparser-dates": feedparser_dates,
    "listparser-opml": opml,
    "jsonfeed": jsonfeed,
    "feedfinder-autodiscovery": autodiscovery,
    "reader-data": reader_data,
}


@dataclass(frozen=True)
class Tally:
    """What came of one suite. ``excepted``: pattern to the cases it covers; ``wrong``: case to what is wrong."""

    total: int
    excepted: Mapping[str, Sequence[str]]
    wrong: Mapping[str, str]

    @property
    def passed(self) -> int:
        return self.total - len(self.wrong) - sum(map(len, self.excepted.values()))


def run(name: str, folder: Path) -> Tally:
    """All cases of one suite. An exception covers the cases whose name contains it, while they are wrong."""
    patterns = EXCEPTIONS.get(name, {})
    excepted: dict[str, list[str]] = {pattern: [] for pattern in patterns}
    wrong: dict[str, str] = {}
    total = 0
    with offline():
        for case, why in SUITES[name](folder):
            total += 1
            if why:
                pattern = next((pattern for pattern in patterns if pattern in case), None)
                if pattern is None:
                    wrong[case] = why
                else:
                    excepted[pattern].append(case)
    return Tally(total, excepted, wrong)


def cases(folder: Path) -> Iterator[dict[str, Any]]:
    for line in (folder / "cases.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def content(folder: Path, case: Mapping[str, Any]) -> bytes:
    if "file" not in case:
        return str(case.get("data") or case["document"]).encode()
    path = folder / case["file"]
    return (path if path.exists() else folder / "data" / case["file"]).read_bytes()


def differs(found: object, expected: object) -> str:
    return "" if found == expected else f"{found!r}, not {expected!r}"


@contextmanager
def offline() -> Iterator[None]:
    """While this lasts, no socket is connected and no name is looked up."""

    def refuse(*args: object) -> None:
        raise AssertionError(f"something is connected to: {args}")

    with mock.patch.object(socket.socket, "connect", refuse), mock.patch.object(socket, "getaddrinfo", refuse):
        yield


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, default=SHARED / "suites")
    arguments.add_argument("--show", action="store_true")
    options = arguments.parse_args()
    if not options.data.is_dir():
        sys.exit("quality/suites.py: needs the measuring data beside the checkout, or --data")
    found = {name: run(name, options.data / name) for name in SUITES if (options.data / name).is_dir()}
    print(f"{'suite':26} {'passed':>7} {'total':>7} {'excepted':>9} {'wrong':>6}")
    for name, tally in found.items():
        excepted = sum(map(len, tally.excepted.values()))
        print(f"{name:26} {tally.passed:7} {tally.total:7} {excepted:9} {len(tally.wrong):6}")
        if options.show:
            for case, why in tally.wrong.items():
                print(f"    {case}: {why}"[:300])
    print("\nexceptions:")
    for name, tally in found.items():
        for pattern, names in tally.excepted.items():
            print(f"  {name}: {pattern} ({len(names)}): {EXCEPTIONS[name][pattern]}")
    keys = ("passed", "total", "wrong")
    rows = {name: dict(zip(keys, (t.passed, t.total, len(t.wrong)), strict=True)) for name, t in found.items()}
    print(json.dumps({"suites": rows, "wrong": sum(len(tally.wrong) for tally in found.values())}))


if __name__ == "__main__":
    main()
