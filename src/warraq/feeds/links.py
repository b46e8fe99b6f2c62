"""HTML pages as ways to feeds and articles: autodiscovery (HTML Standard, link type ``alternate``), list pages."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from re import Pattern

from warraq.feeds.text import MAX_TITLE, plain
from warraq.types import Entry, Feed
from warraq.urls import canonical, host

MAX_LINKS = 1_000
_LOOKED_AT = 2_000_000
"""Characters of a page in which links are looked for."""
_MIN_WORDS = 4
"""Words of a link's text that make it a title; fewer are menus."""

_TAG = re.compile(r"<(link|base|a|title)\b([^<>]*)>|(</a\s*>|</title\s*>)", re.I)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_FEED_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "application/json")
)
_FEED_PATH = re.compile(r"(?:^|[/?._-])(?:rss|feed|atom|rdf)(?:$|[/?&=._-])|/feed$", re.I)


def read_links(text: str, url: str, *, articles: bool, pattern: Pattern[str] | None = None) -> Feed | None:
    """The feeds a page names in its head or links to and, if `articles`, its links to articles.

    None if it names neither. With a `pattern` the articles are the links whose canonical address it is found in,
    whatever their text. Without one a link looks like an article if it stays on the host and its text is a title's
    length.
    """
    base, title = url, ""
    feeds: dict[str, None] = {}
    linked: dict[str, None] = {}
    entries: dict[str, Entry] = {}
    opened: tuple[str, str, int] | None = None
    for tag in islice(_TAG.finditer(text[:_LOOKED_AT]), 20 * MAX_LINKS):
        if tag[3]:
            if opened and opened[0] == "title":
                title = title or plain(text[opened[2] : tag.start()], MAX_TITLE)
            elif opened:
                said = plain(text[opened[2] : tag.start()][:10_000], MAX_TITLE)
                if pattern is None:
                    _note(opened[1], said, url, linked, entries)
                elif opened[1] and pattern.search(opened[1]):
                    _keep(opened[1], said, entries)
            opened = None
            continue
        name, attributes = tag[1].lower(), dict(_attributes(tag[2]))
        address = attributes.get("href", "").strip()
        if name == "title":
            opened = (name, "", tag.end())
        elif name == "base" and address and not feeds:
            base = canonical(address, url) or base
        elif name == "a":
            opened = (name, canonical(address, base or None) if address else "", tag.end())
        elif name == "link" and _names_feed(attributes) and (address := canonical(address, base or None)):
            feeds[address] = None
    found = tuple(feeds or linked)[:MAX_LINKS]
    if not found and not (articles and entries):
        return None
    return Feed(tuple(entries.values())[:MAX_LINKS] if articles else (), title=title, home=canonical(url), feeds=found)


def _names_feed(attributes: dict[str, str]) -> bool:
    kinds = attributes.get("rel", "").lower().split()
    return "alternate" in kinds and attributes.get("type", "").strip().lower() in _FEED_TYPES


def _note(address: str, said: str, url: str, linked: dict[str, None], entries: dict[str, Entry]) -> None:
    if not address:
        return
    if _FEED_PATH.search(address.partition("://")[2].partition("/")[2]):
        linked[address] = None
    elif len(said.split()) >= _MIN_WORDS and host(address) == host(url) and address != canonical(url):
        _keep(address, said, entries)


def _keep(address: str, said: str, entries: dict[str, Entry]) -> None:
    """An article, by the longest text of its links; a word or two (``المزيد``) are not its title."""
    title = said if len(said.split()) >= _MIN_WORDS else ""
    before = entries.get(address)
    if before is None or len(title) > len(before.title):
        entries[address] = Entry(address, title=title)


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for match in _ATTRIBUTE.finditer(text[:4000]):
        yield match[1].lower(), html.unescape(match[2] or match[3] or match[4] or "")
