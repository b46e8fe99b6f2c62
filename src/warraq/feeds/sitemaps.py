"""Sitemaps (https://www.sitemaps.org/protocol.html), Google's news and image extensions."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from warraq.feeds.text import MAX_TITLE, address, names, plain
from warraq.feeds.xml import child_text, local
from warraq.records import stated_date
from warraq.types import Entry, Feed

MAX_ENTRIES = 50_000
"""Addresses of one sitemap, as the protocol has it."""


def read_sitemap(root: Element, url: str, zone: str) -> Feed:
    """The pages of a ``urlset``, or the further sitemaps of a ``sitemapindex``."""
    if local(root) == "sitemapindex":
        parts = [_entry(item, url, zone) for item in root if local(item) == "sitemap"][:MAX_ENTRIES]
        changed = {part.url: part.modified for part in parts if part.modified}
        return Feed((), feeds=tuple(dict.fromkeys(part.url for part in parts if part.url)), changed=changed)
    entries = [_entry(item, url, zone) for item in root[:MAX_ENTRIES] if local(item) == "url"]
    return Feed(tuple(entry for entry in entries if entry.url))


def _entry(item: Element, url: str, zone: str) -> Entry:
    published = stated_date(child_text(item, "news", "publication_date"), zone)
    modified = stated_date(child_text(item, "lastmod"), zone)
    return Entry(
        url=address(child_text(item, "loc"), url),
        title=plain(child_text(item, "news", "title"), MAX_TITLE),
        published=published.at if published else None,
        modified=modified.at if modified else None,
        keywords=names(child_text(item, "news", "keywords").replace("،", ",").split(",")),
        image=address(child_text(item, "image", "loc"), url),
    )
