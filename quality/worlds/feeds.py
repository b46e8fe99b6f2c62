"""Feeds of all kinds: what a host says of its pages, true or not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from worlds.plan import Guise, Host, Kind, Page, World


@dataclass(frozen=True, slots=True)
class Item:
    """An entry: where, its title, what more, when."""

    url: str
    title: str
    summary: str
    published: datetime
    modified: datetime | None


def items(world: World, host: Host, epoch: int, more: Sequence[Page] = ()) -> list[Item]:
    """The entries of a host's feed in an epoch, `more` before the others."""
    found = []
    for page in (*more, *world.listed(host, epoch), *world.guests(host)):
        found.append(_item(world, host, page, epoch, page.linked))
        if page.kind is Kind.AMP:
            found.append(_item(world, host, page, epoch, f"/amp{page.path}"))
    return found


def _item(world: World, host: Host, page: Page, epoch: int, path: str) -> Item:
    told = page.told and page.state(epoch)
    said = world.text(page, epoch if told else 0)
    moment = page.moment(world)
    if host.guise is Guise.FEED_DATES:
        moment = moment.replace(year=1970 if page.number % 2 else moment.year + 5, month=1, day=1)
    summary = said.paragraphs[0][:120] + (" (محدث)" if told else "")
    return Item(
        world.url(page.host.name, path), said.title, summary, moment, moment + timedelta(hours=3) if told else None
    )


def body(world: World, host: Host, epoch: int, more: Sequence[Page] = ()) -> tuple[str, bytes]:
    """Content type and bytes of a host's feed."""
    kind, write = _WRITERS[host.feed]
    found = items(world, host, epoch, more)
    if host.guise is Guise.FEED_EMPTY:
        found = []
    made = write(world, host, found)
    if host.guise is Guise.FEED_TYPE:
        return "text/html; charset=utf-8", made
    if host.guise is Guise.FEED_BROKEN:
        return kind, _broken(made, world.whole_in_feed(host))
    return kind, made


def _broken(made: bytes, whole: int) -> bytes:
    """The feed with so many whole entries; then it stops within a title. Its ampersands are bare, too."""
    at = -1
    for _ in range(whole + 1):
        at = made.find(b"<item>", at + 1)
    cut = made[: made.find(b"<title>", at) + 12] if at > 0 else made
    return cut.replace(b"</channel>", b"").replace(b"<description>", b"<description>R&D &nbsp; ")


def _rss(world: World, host: Host, found: Sequence[Item]) -> bytes:
    lines = [
        f"<item><title>{escape(i.title)}</title><link>{escape(i.url)}</link><guid>{escape(i.url)}</guid>"
        f"<description>{escape(i.summary)}</description><pubDate>{format_datetime(i.published)}</pubDate></item>\n"
        for i in found
    ]
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>{host.title}</title>'
        f"<link>{world.url(host.name, '/')}</link><language>ar</language>\n{''.join(lines)}</channel></rss>"
    ).encode()


def _rdf(world: World, host: Host, found: Sequence[Item]) -> bytes:
    lines = [
        f'<item rdf:about="{escape(i.url)}"><title>{escape(i.title)}</title><link>{escape(i.url)}</link>'
        f"<description>{escape(i.summary)}</description><dc:date>{i.published.isoformat()}</dc:date></item>\n"
        for i in found
    ]
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://purl.org/rss/1.0/">'
        f'<channel rdf:about="{world.url(host.name, "/")}"><title>{host.title}</title></channel>\n'
        f"{''.join(lines)}</rdf:RDF>"
    ).encode()


def _atom(world: World, host: Host, found: Sequence[Item]) -> bytes:
    lines = [
        f'<entry><title>{escape(i.title)}</title><link rel="alternate" href="{escape(i.url)}"/><id>{escape(i.url)}</id>'
        f"<published>{i.published.isoformat()}</published><updated>{(i.modified or i.published).isoformat()}</updated>"
        f"<summary>{escape(i.summary)}</summary></entry>\n"
        for i in found
    ]
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>{host.title}</title>'
        f"<id>{world.url(host.name, '/')}</id>\n{''.join(lines)}</feed>"
    ).encode()


def _json(world: World, host: Host, found: Sequence[Item]) -> bytes:
    entries = [
        {
            "id": i.url,
            "url": i.url,
            "title": i.title,
            "summary": i.summary,
            "date_published": i.published.isoformat(),
            **({"date_modified": i.modified.isoformat()} if i.modified else {}),
        }
        for i in found
    ]
    said = {"version": "https://jsonfeed.org/version/1.1", "title": host.title, "items": entries}
    return json.dumps(said, ensure_ascii=False).encode()


def _sitemap(world: World, host: Host, found: Sequence[Item]) -> bytes:
    lines = [
        f"<url><loc>{escape(i.url)}</loc><lastmod>{(i.modified or i.published).isoformat()}</lastmod></url>\n"
        for i in found
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{''.join(lines)}</urlset>"
    ).encode()


def _news(world: World, host: Host, found: Sequence[Item]) -> bytes:
    lines = [
        f"<url><loc>{escape(i.url)}</loc><news:news><news:publication><news:name>{host.title}</news:name>"
        f"<news:language>ar</news:language></news:publication><news:publication_date>{i.published.isoformat()}"
        f"</news:publication_date><news:title>{escape(i.title)}</news:title></news:news>"
        + (f"<lastmod>{i.modified.isoformat()}</lastmod>" if i.modified else "")
        + "</url>\n"
        for i in found
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{"".join(lines)}</urlset>'
    ).encode()


def _index(world: World, host: Host, found: Sequence[Item]) -> bytes:
    lines = [f"<sitemap><loc>{world.url(host.name, f'/map-{n}.xml.gz')}</loc></sitemap>\n" for n in (0, 1)]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{''.join(lines)}</sitemapindex>"
    ).encode()


def part(world: World, host: Host, epoch: int, number: int) -> bytes:
    """One of the two packed sitemaps of a host that has an index of them."""
    return gzip.compress(_sitemap(world, host, items(world, host, epoch)[number::2]), 1, mtime=0)


def _list(world: World, host: Host, found: Sequence[Item]) -> bytes:
    lines = [f'<li><h3><a href="{escape(i.url)}">{escape(i.title)}</a></h3></li>\n' for i in found]
    return (
        f"<!DOCTYPE html><html lang='ar' dir='rtl'><head><meta charset='utf-8'><title>{host.title}</title></head><body>"
        f"<nav><a href='/'>الرئيسية</a> <a href='/section/1'>محليات</a></nav><ul>{''.join(lines)}</ul></body></html>"
    ).encode()


_Writer = Callable[[World, Host, Sequence[Item]], bytes]
_WRITERS: dict[str, tuple[str, _Writer]] = {
    "rss": ("application/rss+xml; charset=utf-8", _rss),
    "rdf": ("application/rdf+xml", _rdf),
    "atom": ("application/atom+xml", _atom),
    "json": ("application/feed+json", _json),
    "sitemap": ("application/xml", _sitemap),
    "news": ("application/xml", _news),
    "index": ("application/xml", _index),
    "list": ("text/html; charset=utf-8", _list),
}
