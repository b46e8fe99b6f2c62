"""Lists of feeds: OPML 1 and 2 (http://opml.org/spec2.opml), read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from warraq.feeds.text import MAX_TITLE, address, plain
from warraq.feeds.xml import child_text, local
from warraq.types import Feed

MAX_ENTRIES = 50_000
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list: its address and what the list says of it. Empty where it says nothing."""

    feed: str
    title: str = ""
    home: str = ""
    language: str = ""


def read_opml(root: Element, url: str) -> Feed:
    """The feeds that a list names, at any depth, as a `Feed` that leads to them."""
    head = next((child for child in root if local(child) == "head"), None)
    return Feed(
        (),
        title=plain(child_text(head, "title"), MAX_TITLE) if head is not None else "",
        feeds=tuple(outline.feed for outline in read_outlines(root, url)),
    )


def read_outlines(root: Element, url: str) -> tuple[Outline, ...]:
    """Each feed of a list once, in its order. Relative addresses start at `url`, if there is one."""
    found: dict[str, Outline] = {}
    for outline in root.iter():
        if local(outline) != "outline" or len(found) >= MAX_ENTRIES:
            continue
        said = {name.lower(): value for name, value in outline.attrib.items()}
        if feed := address(said.get("xmlurl", ""), url):
            title = plain(said.get("title") or said.get("text") or "", MAX_TITLE)
            home = address(said.get("htmlurl", ""), url)
            found.setdefault(feed, Outline(feed, title, home, plain(said.get("language", ""), 35)))
    return tuple(found.values())


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """An OPML 2.0 list that any reader of feeds takes. Characters that XML does not allow are left out."""
    rows = []
    for outline in outlines:
        said = {
            "type": "rss",
            "text": outline.title or outline.feed,
            "title": outline.title or outline.feed,
            "xmlUrl": outline.feed,
            "htmlUrl": outline.home,
            "language": outline.language,
        }
        attributes = " ".join(f"{name}={quoteattr(_NOT_XML.sub('', value))}" for name, value in said.items() if value)
        rows.append(f"    <outline {attributes}/>")
    head = f"    <outline text={quoteattr(_NOT_XML.sub('', title))}>"
    lines = "\n".join(f"  {row}" for row in rows)
    body = f"{head}\n{lines}\n    </outline>\n" if rows else ""
    said_title = quoteattr(_NOT_XML.sub("", title))[1:-1]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n'
        f"    <title>{said_title}</title>\n  </head>\n  <body>\n{body}  </body>\n</opml>\n"
    )
