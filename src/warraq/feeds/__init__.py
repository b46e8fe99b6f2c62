"""Bytes to entries: RSS, Atom, RDF, JSON Feed, sitemaps, news sitemaps, OPML lists, and the links of a page.

`parse_feed` tells the format by the content, since headers and file names are often wrong.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import ParseError

from warraq.feeds import xml
from warraq.feeds.jsonfeed import read_json_feed
from warraq.feeds.links import read_links
from warraq.feeds.opml import Outline, read_opml, read_outlines, write_opml
from warraq.feeds.parking import named_host, parked
from warraq.feeds.sitemaps import read_sitemap
from warraq.feeds.syndication import read_syndication
from warraq.feeds.text import MAX_BYTES, TooLarge, clean, unpacked
from warraq.types import Failure, Feed, Reason

__all__ = ["MAX_BYTES", "Outline", "named_host", "parked", "parse_feed", "parse_list", "parse_outlines", "write_opml"]

_MAX_SYNDICATION = 8_000_000
"""Characters of an RSS or Atom feed."""
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_BEFORE_ROOT = re.compile(r"<\?[^>]{0,1000}\?>|<!--.{0,2000}?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.I | re.S)
_HEAD = 20_000
_SITEMAPS = ("urlset", "sitemapindex")
_SYNDICATION = ("rss", "feed", "rdf", "channel")


def parse_feed(body: bytes, url: str, content_type: str = "", *, zone: str = "UTC") -> Feed | Failure:
    """What a feed says, or why it is none: a `Failure` with ``not_feed``, ``too_large``, ``too_deep`` or ``empty``.

    `url` is where it was found: relative addresses start there. Dates without a zone were said in `zone`. At most
    2,000 entries of a feed and 50,000 of a sitemap are read. Fields are plain text of bounded length, but
    `Entry.body`, which is HTML. Entries without a usable address are left out. An HTML page that names feeds is a
    `Feed` without entries whose `feeds` are these.
    """
    try:
        text = clean(unpacked(body), content_type)
        if not text:
            return Failure(url, Reason.EMPTY, "the feed has no content")
        return _parse(text, url, zone) or Failure(url, Reason.NOT_FEED, f"begins with {text[:60]!r}")
    except TooLarge:
        return Failure(url, Reason.TOO_LARGE, f"more than {MAX_BYTES} bytes")
    except xml.Refused as error:
        return Failure(url, Reason.TOO_DEEP if "deep" in str(error) else Reason.NOT_FEED, str(error))
    except ParseError as error:
        return Failure(url, Reason.NOT_FEED, f"not well-formed: {error}")
    except ValueError as error:
        return Failure(url, Reason.UNREADABLE, str(error)[:200])


def parse_list(body: bytes, url: str, content_type: str = "", *, pattern: str = "") -> Feed | Failure:
    """The articles that an HTML page (a home or section page) links to, and the feeds it names.

    `pattern` is a regular expression that the addresses of articles match (`Outlet.pages`); without it the links
    that look like articles are taken.
    """
    try:
        addresses = re.compile(pattern) if pattern else None
    except re.error as error:
        return Failure(url, Reason.NOT_FEED, f"the outlet's pattern of pages cannot be read: {error}")
    found = read_links(clean(body[:MAX_BYTES], content_type), url, articles=True, pattern=addresses)
    return found or Failure(url, Reason.NOT_FEED, "no feeds and no links that look like articles")


def parse_outlines(body: bytes, url: str = "") -> tuple[Outline, ...]:
    """The feeds that an OPML list names, with what it says of each; empty for what is no such list."""
    try:
        text = clean(unpacked(body), "")
        return read_outlines(xml.salvage(xml.prepared(text)), url) if text and _root(text) == "opml" else ()
    except (TooLarge, xml.Refused, ParseError, ValueError):
        return ()


def _parse(text: str, url: str, zone: str) -> Feed | None:
    if text[0] in "{[":
        return read_json_feed(text, url, zone)
    root = _root(text)
    if root in _SITEMAPS:
        return read_sitemap(xml.salvage(xml.prepared(text)), url, zone)
    if root == "opml":
        return read_opml(xml.salvage(xml.prepared(text)), url)
    if root in _SYNDICATION:
        if len(text) > _MAX_SYNDICATION:
            raise TooLarge
        return read_syndication(text, url, zone)
    return read_links(text, url, articles=False) if text[0] == "<" else None


def _root(text: str) -> str:
    """The local name of the first element, in lower case."""
    head = _BEFORE_ROOT.sub("", text[:_HEAD])
    found = _ROOT.search(head)
    return found[2].lower() if found else ""
