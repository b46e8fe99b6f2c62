"""Are feeds found, lists read, outlets told by their addresses, and sound pages not taken for domains for sale?

Data: a folder with the suites ``feedfinder-autodiscovery`` and ``listparser-opml``, real pages (``pages/gold.jsonl``
and ``pages/ID.html.gz``), and corpora as gzipped JSON lines with ``url``. Nothing is fetched; whether the addresses of
the registry answer is for `warraq outlet check` to say, where the network may be used.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from warraq.extract import extract
from warraq.extract.identity import ESTABLISHED
from warraq.extract.knowledge import OutletKnowledge
from warraq.feeds import parked, parse_feed, parse_outlines
from warraq.outlets import by_host, load
from warraq.outlets.guess import describe
from warraq.types import Feed, Outlet, RawDocument
from warraq.urls import canonical, host

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SHARED = Path(__file__).resolve().parents[2] / "shared"


def cases(folder: Path) -> Iterator[tuple[dict[str, str], bytes]]:
    """The cases of a suite with their files."""
    for line in (folder / "cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        yield case, (folder / case["file"]).read_bytes()


def discovery(folder: Path) -> tuple[int, int]:
    """(found, of): pages whose one feed is found; the feed stands beside the page under its name."""
    found = of = 0
    for case, body in cases(folder):
        name = Path(case["file"])
        if name.stem == "index":
            continue
        feed = parse_feed(body, f"http://www.example.com/{name.name}")
        of += 1
        found += isinstance(feed, Feed) and [Path(address).stem for address in feed.feeds] == [name.stem]
    return found, of


def lists(folder: Path) -> tuple[int, int]:
    """(found, of): feeds that the assertions of the suite name, and that are read."""
    found = of = 0
    for case, body in cases(folder):
        expected = {
            canonical(u) for u in re.findall(r"feeds'?\"?\]\[\d\]\[.url.\]\s*==\s*[\"'](.*?)[\"']", case["expect"])
        }
        of += len(expected)
        found += len(expected & {outline.feed for outline in parse_outlines(body, "http://www.example.com/list")})
    return found, of


def strangers(pages: Sequence[tuple[str, bytes]]) -> tuple[Counter[bool], Counter[bool]]:
    """Whether a page is taken for a stranger's where another one is all that is known of its outlet, its name too.

    First of pages of one host (none should be), then of pages of two (all should be). `pages`: host and bytes.
    """
    same, other = Counter[bool](), Counter[bool]()
    known, called = {}, {}
    for number, (name, body) in enumerate(pages):
        called[number] = describe(f"https://{name}/", body.decode("utf-8", "replace")).name
        found = extract(RawDocument(f"https://{name}/a/{number}", body, NOW, "text/html"))
        marks = frozenset(found.observation.marks if found.observation else ())
        known[number] = OutletKnowledge(marks, marks, ESTABLISHED)

    def judge(at: int, by: int) -> bool:
        outlet = Outlet("outlet", called[by], hosts=(pages[by][0],))
        document = RawDocument(f"https://{pages[by][0]}/a/{at}", pages[at][1], NOW, "text/html")
        found = extract(document, outlet=outlet, knowledge=known[by])
        return found.foreign and found.named

    for at, (name, _) in enumerate(pages):
        for by in range(len(pages)):
            if by != at and known[by].marks and pages[by][0] == name:
                same[judge(at, by)] += 1
        for step in (7, 31, 101):
            by = (at + step) % len(pages)
            if known[by].marks and pages[by][0].split(".")[0] != name.split(".")[0]:
                other[judge(at, by)] += 1
    return same, other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--peers", action="store_true", help="There are none: said plainly.")
    args = parser.parse_args()
    if args.peers:
        print("no peers: finders of feeds fetch while they look, and none keeps a registry of Arabic outlets")
    feeds, pages = discovery(args.data / "suites/feedfinder-autodiscovery"), lists(args.data / "suites/listparser-opml")
    alarms = named = 0
    real: list[tuple[str, bytes]] = []
    for line in (args.data / "pages/gold.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        path = args.data / "pages" / f"{row['id']}.html.gz"
        if path.exists():
            body = gzip.decompress(path.read_bytes())
            home = canonical(f"https://{host(canonical(row['url']))}/")
            real.append((host(home).removeprefix("www."), body))
            alarms += parked(body)
            named += describe(home, body.decode("utf-8", "replace")).name != host(home).removeprefix("www.")
    same, other = strangers(real)
    known: Counter[bool] = Counter()
    for path in sorted((args.data / "corpora").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as rows:
            for row in rows:
                known[by_host(host(canonical(json.loads(row)["url"]))) is not None] += 1
    outlets = load().values()
    result = {
        "feeds_found": feeds[0],
        "of_pages": feeds[1],
        "list_feeds_read": pages[0],
        "of_list_feeds": pages[1],
        "pages": len(real),
        "taken_for_sale": alarms,
        "own_taken_for_strangers": same[True],
        "of_own": same.total(),
        "strangers_noticed": other[True],
        "of_strangers": other.total(),
        "named": named,
        "addresses_known": known[True],
        "of_addresses": known.total(),
        "outlets": len(outlets),
        "countries": len({outlet.country for outlet in outlets}),
        "agencies": sum(outlet.agency for outlet in outlets),
        "with_feeds": sum(bool(outlet.feeds or outlet.sitemaps) for outlet in outlets),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
