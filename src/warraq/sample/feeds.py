"""The outlets' feeds and the sitemap: RSS 2.0 in three habits, Atom (RFC 4287), and a news sitemap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from email.utils import format_datetime
from html import escape

from warraq.sample.pages import View
from warraq.sample.press import Press

LIMIT = 30
"""Entries in a feed, newest first."""


def render(press: Press, home: str, views: Sequence[View]) -> tuple[str, str]:
    """The outlet's feed and its Content-Type."""
    if press.feed_style == "atom":
        return _atom(press, home, views[:LIMIT]), "application/atom+xml; charset=utf-8"
    return _rss(press, home, views[:LIMIT]), "application/rss+xml"


def sitemap(press: Press, views: Sequence[View]) -> bytes:
    """A news sitemap of everything the outlet published."""
    rows = "".join(
        f"<url><loc>{escape(v.url)}</loc><lastmod>{v.touched.isoformat()}</lastmod>"
        f"<news:news><news:publication><news:name>{escape(press.name)}</news:name>"
        f"<news:language>ar</news:language></news:publication>"
        f"<news:publication_date>{v.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(v.title)}</news:title></news:news></url>\n"
        for v in views
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n'
        f"{rows}</urlset>\n"
    ).encode()


def _rss(press: Press, home: str, views: Sequence[View]) -> str:
    items = []
    for v in views:
        item = [
            f"<title>{escape(v.title)}</title>",
            f"<link>{escape(v.url)}</link>",
            f'<guid isPermaLink="true">{escape(v.url)}</guid>',
            f"<category>{escape(v.section)}</category>",
            f"<description><![CDATA[<p>{escape(v.paragraphs[0])}</p>]]></description>",
        ]
        if press.feed_style != "rss-undated":
            item.append(f"<pubDate>{format_datetime(v.published)}</pubDate>")
            if v.author:
                item.append(f"<dc:creator><![CDATA[{v.author}]]></dc:creator>")
        if press.feed_style == "rss-full":
            body = "\n".join(f"<p>{escape(p)}</p>" for p in v.paragraphs)
            item.append(f"<content:encoded><![CDATA[{body}]]></content:encoded>")
        items.append("<item>\n  " + "\n  ".join(item) + "\n</item>")
    return (
        f'<?xml version="1.0" encoding="{press.feed_encoding}"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">\n<channel>\n'
        f"<title>{escape(press.name)}</title>\n<link>{escape(home)}</link>\n"
        f"<description>{escape(press.about)}</description>\n<language>ar</language>\n"
        + "\n".join(items)
        + "\n</channel>\n</rss>\n"
    )


def _atom(press: Press, home: str, views: Sequence[View]) -> str:
    entries = "\n".join(
        f"<entry><title>{escape(v.title)}</title><id>{escape(v.url)}</id>"
        f'<link rel="alternate" href="{escape(v.url)}"/>'
        f"<published>{v.published.isoformat()}</published><updated>{v.touched.isoformat()}</updated>"
        f"<author><name>{escape(v.author or press.name)}</name></author>"
        f'<category term="{escape(v.section)}"/>'
        f"<summary>{escape(v.paragraphs[0])}</summary></entry>"
        for v in views
    )
    updated = max(v.touched for v in views).astimezone(UTC).isoformat()
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar"><title>{escape(press.name)}</title>'
        f'<id>{escape(home)}</id><link rel="self" href="{escape(home + press.feed)}"/>'
        f'<link href="{escape(home)}"/><updated>{updated}</updated>\n{entries}\n</feed>\n'
    )
