"""What we publish for machines, against the schemas of its formats, and read again by another reader.

    python quality/feeds_out.py [--data ROWS.jsonl] [--schemas FOLDER]

FOLDER may hold ``atom.rng`` (RFC 4287, appendix B, which ``rnc2rng`` turns into XML; its ``xmlns:local=""`` must go),
``sitemap.xsd`` (of the npm package ``sitemap``) and ``jsonfeed.json`` (``schema-v1.1.json`` of the npm package
``jsonfeed-schema``). XML needs lxml (dependency group ``peers``). What is missing is said, and all else is checked.
There are feeds of everything, of outlets, keywords, stories and searches of the sample newswire (or of the records in
ROWS) with one hostile article; every field is compared with what feedparser reads, and RSS with what its
specification and the profile of the RSS Advisory Board ask for.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import jsonschema

from warraq import Archive, open_archive, sample
from warraq.feeds import parse_feed
from warraq.render import feeds
from warraq.render.links import Links
from warraq.types import Feed, Revision
from warraq.web.machines import Machines

BASE = "https://news.example"
MOST = 200
EACH = 10
"""Outlets, keywords, stories and searches of which feeds are made."""
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = {
    "url": 'https://sada.example/"><x>',
    "outlet": "sada",
    "title": "]]> <script>alert(1)</script> & \x0b\ud800 \u202e نهاية",
    "text": "</content></entry><entry> سطر & <b>آخر</b>",
    "published": "2026-02-14T10:00:00Z",
    "seen": "2026-02-14T10:00:00Z",
    "keywords": ['"<i>', "ميناء"],
    "authors": ["سارة <علي>"],
}


def main() -> None:
    """Run it; the last line is the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--schemas", type=Path, default=Path("schemas"))
    asked = parser.parse_args()
    schemas = Schemas(asked.schemas)
    wrong: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name, filled(Path(name), asked.data) as archive:
        for form, what, text, revisions in published(archive):
            seen[form] += 1
            for fault in [*schemas.faults(form, text), *RULES.get(form, nothing)(text, revisions)]:
                wrong[form] += 1
                print(f"{form} {what}: {fault}", file=sys.stderr)
    print(json.dumps({"documents": dict(seen), "faults": dict(wrong), "schemas": schemas.held}))
    if wrong:
        sys.exit(1)


class Schemas:
    """The schemas that are there."""

    def __init__(self, folder: Path) -> None:
        self.held: list[str] = []
        self._json: Any = None
        self._xml: dict[str, Any] = {}
        try:
            from lxml import etree
        except ImportError:
            print("lxml is missing: XML is not checked against schemas", file=sys.stderr)
        else:
            self._parse = etree.fromstring
            makers = {"atom.rng": etree.RelaxNG, "sitemap.xsd": etree.XMLSchema}
            for file, make in makers.items():
                if (folder / file).exists():
                    self._xml[file] = make(etree.parse(folder / file))
        if (folder / "jsonfeed.json").exists():
            self._json = json.loads((folder / "jsonfeed.json").read_bytes())
        self.held = [*self._xml, *(["jsonfeed.json"] if self._json else [])]
        for file in ("atom.rng", "sitemap.xsd", "jsonfeed.json"):
            if file not in self.held:
                print(f"{folder / file} is not used", file=sys.stderr)

    def faults(self, form: str, text: str) -> Iterator[str]:
        """What a schema finds wrong."""
        schema = self._xml.get({"atom": "atom.rng", "sitemap": "sitemap.xsd"}.get(form, ""))
        if schema is not None and not schema.validate(self._parse(text.encode())):
            yield from (f"line {error.line}: {error.message}"[:200] for error in schema.error_log)
        if form == "json" and self._json:
            checker = jsonschema.Draft7Validator(self._json, format_checker=jsonschema.FormatChecker())
            yield from (f"{error.json_path}: {error.message}"[:200] for error in checker.iter_errors(json.loads(text)))


def filled(folder: Path, rows: Path | None) -> Archive:
    """An archive of the sample newswire or of records, and of one article that wants to break out."""
    mine = folder / "rows.jsonl"
    wanted = [HOSTILE] if rows else [*sample.records(version=None), HOSTILE]
    mine.write_text("\n".join(json.dumps(row) for row in wanted), encoding="utf-8")
    archive = open_archive(folder / "archive", create=True, workers=1)
    archive.add_outlets(sample.outlets())
    archive.import_paths([mine, *([rows] if rows else [])], seen="seen")
    return archive


def published(archive: Archive) -> Iterator[tuple[str, str, str, list[Revision]]]:
    """Everything, as (form, what of, text, articles)."""
    machines, links = Machines(archive, "ar", "https://hub.example/"), Links(BASE)
    newest = archive.latest(limit=MOST)
    keywords = [k.text for brief in newest[:EACH] for k in archive.keywords(brief.id)[:1]]
    wanted: list[dict[str, str]] = [{}]
    wanted += [{"outlet": count.outlet.id} for count in archive.outlets()[:EACH]]
    wanted += [{"keyword": phrase} for phrase in dict.fromkeys(keywords)]
    wanted += [{"story": story.id} for story in archive.stories(newest[-1].first_seen_at, limit=EACH)]
    wanted += [{"q": f'"{phrase}" OR {phrase}'} for phrase in dict.fromkeys(keywords)]
    for asked in wanted:
        for form, path in (("atom", "feed.xml"), ("rss", "rss.xml"), ("json", "feed.json")):
            address = links.to(f"/{path}", **asked)
            text = machines.feed(form, asked, links, address, MOST)
            _, _, revisions = machines._asked(asked, links, MOST)
            yield form, str(asked), text, list(revisions)
    every = list(archive.whole([brief.id for brief in archive.latest(limit=10_000)]))
    yield "sitemap", "a chunk", machines.sitemap(0, links), every
    yield "index", "of sitemaps", machines.sitemaps(links), []
    yield "opml", "of outlets", machines.opml(links), []


def nothing(text: str, revisions: list[Revision]) -> Iterator[str]:
    """No rules."""
    return iter(())


def atom_rules(text: str, revisions: list[Revision]) -> Iterator[str]:
    """RFC 4287, 4.1.1 and 4.1.2, as far as no grammar says it, and WebSub, 4."""
    root = ElementTree.fromstring(text)
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in root.iterfind(f"{ATOM}entry")]
    if len(set(ids)) != len(ids):
        yield "two entries with one id"
    if not all(id.startswith("https://") for id in [*ids, root.findtext(f"{ATOM}id") or ""]):
        yield "an id that is no absolute address"
    rels = Counter(link.get("rel") for link in root.iterfind(f"{ATOM}link"))
    if rels["self"] != 1 or rels["hub"] != 1:
        yield f"links: {rels}"
    for entry in root.iterfind(f"{ATOM}entry"):
        if entry.find(f"{ATOM}author") is None:
            yield "an entry without an author"
    yield from read_again(text, revisions)


def rss_rules(text: str, revisions: list[Revision]) -> Iterator[str]:
    """RSS 2.0.11 and the RSS Advisory Board's profile."""
    channel = ElementTree.fromstring(text).find("channel")
    if channel is None:
        yield "no channel"
        return
    for name in ("title", "link", "description"):
        if len(channel.findall(name)) != 1 or not channel.findtext(name):
            yield f"channel: not one {name}"
    if channel.find(f"{ATOM}link[@rel='self']") is None:
        yield "channel: no atom:link to itself"
    guids = []
    for item in channel.iterfind("item"):
        guids.append(item.findtext("guid"))
        if not (item.findtext("title") or item.findtext("description")):
            yield "an item without title and description"
        for name in ("title", "link", "description", "pubDate", "guid"):
            if len(item.findall(name)) > 1:
                yield f"an item with several {name}"
        if parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is None:
            yield "a date without a zone"
        if not (item.findtext("guid") or "").startswith("https://"):
            yield "a guid that says it is a link and is none"
    if len(set(guids)) != len(guids):
        yield "two items with one guid"
    yield from read_again(text, revisions)


def json_rules(text: str, revisions: list[Revision]) -> Iterator[str]:
    """JSON Feed 1.1: every field is there again."""
    found = json.loads(text)["items"]
    if [item["id"] for item in found] != [f"{BASE}/a/{state.article.id}" for state in revisions]:
        yield "not the articles"
    for item, state in zip(found, revisions, strict=False):
        told = {"title": item["title"], "published": item["date_published"][:19], "body": item["content_html"]}
        yield from differing(told, state)


def read_again(text: str, revisions: list[Revision]) -> Iterator[str]:
    """What feedparser reads is what we hold."""
    read = feedparser.parse(text.encode(), sanitize_html=False, resolve_relative_uris=False)
    if read.bozo:
        yield f"feedparser: {read.bozo_exception}"
    if [entry.link for entry in read.entries] != [f"{BASE}/a/{state.article.id}" for state in revisions]:
        yield "not the articles"
    for entry, state in zip(read.entries, revisions, strict=False):
        at = entry.published_parsed
        told = {
            "title": entry.title,
            "published": f"{at[0]:04}-{at[1]:02}-{at[2]:02}T{at[3]:02}:{at[4]:02}:{at[5]:02}",
            "body": entry.content[0].value,
            "names": " ".join(person.get("name", "") for person in entry.get("authors", [])),
            "tags": [tag.term for tag in entry.get("tags", [])],
        }
        yield from differing(told, state)


def differing(told: Mapping[str, Any], state: Revision) -> Iterator[str]:
    """Fields that did not come through."""
    article, id = state.article, state.article.id
    if " ".join(told["title"].split()) != " ".join(feeds._clean(article.title).split()):
        yield f"{id}: title {told['title']!r}"
    at = article.published.at if article.published else state.first_seen_at
    if told["published"] != f"{at:%Y-%m-%dT%H:%M:%S}":
        yield f"{id}: published {told['published']}"
    if told["body"] != feeds._clean(feeds.body_html(article)):
        yield f"{id}: body"
    if "names" in told and not all(" ".join(name.split()) in told["names"] for name in article.authors):
        yield f"{id}: authors {told['names']!r}"
    if "tags" in told and told["tags"] != [" ".join(feeds._clean(keyword).split()) for keyword in article.keywords]:
        yield f"{id}: keywords {told['tags']}"


def opml_rules(text: str, revisions: list[Revision]) -> Iterator[str]:
    """OPML 2.0: what a subscription list must say; our own reader finds as many feeds."""
    root = ElementTree.fromstring(text)
    outlines = [*root.iter("outline")]
    if root.get("version") != "2.0" or not root.findtext("head/title") or not outlines:
        yield "no head, no version, or nothing in it"
    if not all(one.get("text") and one.get("type") == "rss" and one.get("xmlUrl") for one in outlines):
        yield "an outline without text, type or address"
    read = parse_feed(text.encode(), BASE, "")
    if not isinstance(read, Feed) or len(read.feeds) != len(outlines):
        yield f"read as {read!r}"[:200]


RULES = {"opml": opml_rules, "atom": atom_rules, "rss": rss_rules, "json": json_rules}


if __name__ == "__main__":
    main()
