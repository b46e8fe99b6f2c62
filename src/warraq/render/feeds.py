"""Lists of articles for machines: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1, sitemaps, OPML, OpenSearch.

Texts of outlets enter as text: the XML is built as a tree, and the HTML of a body is made of our own paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from warraq.arabic import direction
from warraq.render.json import Json
from warraq.render.links import Links, http_url
from warraq.render.moments import iso
from warraq.render.plain import plain
from warraq.types import Article, ArticleId, Kind, Outlet, OutletCount, OutletId, Precision, Revision
from warraq.urls import id_to_int

ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
for _prefix, _uri in (("dc", _DC), ("content", _CONTENT), ("news", _NEWS)):
    register_namespace(_prefix, _uri)

_TAGS = {Kind.TEXT: "p", Kind.HEADING: "h3", Kind.QUOTE: "blockquote", Kind.ITEM: "li"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SUMMARY = 300
"""Characters of a summary."""


@dataclass(frozen=True, slots=True)
class Channel:
    """What a feed says of itself. ``self_url`` and ``home`` are addresses of the site, ``hub`` of a WebSub hub."""

    title: str
    self_url: str
    home: str
    updated: datetime
    language: str = "ar"
    hub: str = ""


def body_html(article: Article) -> str:
    """The body as HTML of nothing but paragraphs, headings, quotes and lists."""
    parts: list[str] = []
    inside = False
    for paragraph in article.body:
        item = paragraph.kind is Kind.ITEM
        if item != inside:
            parts.append("<ul>" if item else "</ul>")
            inside = item
        tag = _TAGS[paragraph.kind]
        parts.append(f"<{tag}>{escape(plain(paragraph.text))}</{tag}>")
    if inside:
        parts.append("</ul>")
    return f'<div lang="{escape(article.language)}" dir="{direction(article.text[:500])}">{"".join(parts)}</div>'


def atom(channel: Channel, revisions: Sequence[Revision], outlets: Mapping[OutletId, Outlet], links: Links) -> str:
    """The articles as an Atom feed, each whole; ``updated`` is when this archive saw the state."""
    return _document(_atom(channel, revisions, outlets, links))


def google_id(id: ArticleId) -> str:
    """The id of an article as the Google Reader API writes it."""
    return f"tag:google.com,2005:reader/item/{id_to_int(id):016x}"


def google_atom(
    channel: Channel,
    revisions: Sequence[Revision],
    outlets: Mapping[OutletId, Outlet],
    links: Links,
    states: Mapping[ArticleId, Sequence[str]],
) -> str:
    """The same as Google Reader served it: items by its ids, with their `states` (``read``, ``starred``)."""
    root = _atom(channel, revisions, outlets, links)
    for entry, revision in zip(root.iterfind("entry"), revisions, strict=True):
        next(entry.iterfind("id")).text = google_id(revision.article.id)
        for state in states.get(revision.article.id, ()):
            term = f"user/-/state/com.google/{state}"
            SubElement(entry, "category", term=term, scheme="http://www.google.com/reader/", label=state)
    return _document(root)


def _atom(channel: Channel, revisions: Sequence[Revision], outlets: Mapping[OutletId, Outlet], links: Links) -> Element:
    root = Element("feed", {"xmlns": ATOM, _XML_LANG: channel.language})
    _text(root, "id", channel.self_url)
    _text(root, "title", channel.title)
    _text(root, "updated", iso(channel.updated))
    SubElement(root, "link", rel="self", type="application/atom+xml", href=channel.self_url)
    SubElement(root, "link", rel="alternate", type="text/html", href=channel.home)
    if channel.hub:
        SubElement(root, "link", rel="hub", href=channel.hub)
    _text(root, "generator", "Warraq")
    for revision in revisions:
        article = revision.article
        outlet = outlets[article.outlet]
        entry = SubElement(root, "entry", {_XML_LANG: article.language})
        _text(entry, "id", links.article(article.id))
        _text(entry, "title", article.title)
        _text(entry, "updated", iso(revision.seen_at))
        _text(entry, "published", iso(article.published.at if article.published else revision.first_seen_at))
        SubElement(entry, "link", rel="alternate", type="text/html", href=links.article(article.id))
        if original := http_url(article.url):
            SubElement(entry, "link", rel="via", href=original)
        for name in article.authors or (outlet.name,):
            _text(SubElement(entry, "author"), "name", name)
        for keyword in article.keywords:
            SubElement(entry, "category", term=_clean(keyword))
        _text(entry, "summary", summary(article))
        content = SubElement(entry, "content", type="html")
        content.text = _clean(body_html(article))
        feed = SubElement(entry, "source")
        _text(feed, "id", http_url(outlet.home) or links.outlet(outlet.id))
        _text(feed, "title", outlet.name)
        _text(feed, "updated", iso(revision.seen_at))
    return root


def rss(channel: Channel, revisions: Sequence[Revision], outlets: Mapping[OutletId, Outlet], links: Links) -> str:
    """The articles as RSS 2.0 with ``content:encoded``."""
    root = Element("rss", version="2.0")
    top = SubElement(root, "channel")
    _text(top, "title", channel.title)
    _text(top, "link", channel.home)
    _text(top, "description", channel.title)
    _text(top, "language", channel.language)
    _text(top, "lastBuildDate", format_datetime(channel.updated))
    _text(top, "generator", "Warraq")
    SubElement(top, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=channel.self_url)
    if channel.hub:
        SubElement(top, f"{{{ATOM}}}link", rel="hub", href=channel.hub)
    for revision in revisions:
        article = revision.article
        item = SubElement(top, "item")
        _text(item, "title", article.title)
        _text(item, "link", links.article(article.id))
        SubElement(item, "guid", isPermaLink="true").text = links.article(article.id)
        _text(item, "pubDate", format_datetime(article.published.at if article.published else revision.first_seen_at))
        for name in article.authors or (outlets[article.outlet].name,):
            _text(item, f"{{{_DC}}}creator", name)
        for keyword in article.keywords:
            _text(item, "category", keyword)
        _text(item, "description", summary(article))
        _text(item, f"{{{_CONTENT}}}encoded", body_html(article))
    return _document(root)


def json_feed(
    channel: Channel, revisions: Sequence[Revision], outlets: Mapping[OutletId, Outlet], links: Links
) -> Json:
    """The articles as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

    def item(revision: Revision) -> Json:
        article = revision.article
        found: Json = {
            "id": links.article(article.id),
            "url": links.article(article.id),
            "external_url": http_url(article.url),
            "title": plain(article.title),
            "content_html": body_html(article),
            "summary": summary(article),
            "image": http_url(article.image),
            "date_published": iso(article.published.at if article.published else revision.first_seen_at),
            "date_modified": iso(revision.seen_at),
            "authors": [{"name": plain(name)} for name in article.authors or (outlets[article.outlet].name,)],
            "tags": [plain(keyword) for keyword in article.keywords],
            "language": article.language,
        }
        return {key: value for key, value in found.items() if value}

    found: Json = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": channel.self_url,
        "language": channel.language,
        "items": [item(revision) for revision in revisions],
    }
    if channel.hub:
        found["hubs"] = [{"type": "WebSub", "url": channel.hub}]
    return found


def summary(article: Article) -> str:
    """The beginning of the body, cut between words."""
    text = " ".join(plain(article.text[: 2 * SUMMARY]).split())
    return text if len(text) <= SUMMARY else text[:SUMMARY].rsplit(" ", 1)[0] + "…"


def sitemap_index(addresses: Iterable[str]) -> str:
    """A sitemap of sitemaps (https://www.sitemaps.org/protocol.html)."""
    root = Element("sitemapindex", xmlns=_SITEMAP)
    for address in addresses:
        _text(SubElement(root, "sitemap"), "loc", address)
    return _document(root)


def sitemap(pages: Iterable[tuple[str, datetime | None]]) -> str:
    """Addresses with the moment they last changed."""
    root = Element("urlset", xmlns=_SITEMAP)
    for address, changed in pages:
        url = SubElement(root, "url")
        _text(url, "loc", address)
        if changed is not None:
            _text(url, "lastmod", iso(changed))
    return _document(root)


def news_sitemap(revisions: Iterable[Revision], outlets: Mapping[OutletId, Outlet], links: Links) -> str:
    """Articles of the last days as Google News wants them."""
    root = Element("urlset", xmlns=_SITEMAP)
    for revision in revisions:
        article = revision.article
        if article.published is None:
            continue
        url = SubElement(root, "url")
        _text(url, "loc", links.article(article.id))
        news = SubElement(url, f"{{{_NEWS}}}news")
        publication = SubElement(news, f"{{{_NEWS}}}publication")
        _text(publication, f"{{{_NEWS}}}name", outlets[article.outlet].name)
        _text(publication, f"{{{_NEWS}}}language", article.language[:2])
        exact = article.published.precision is Precision.MINUTE
        when = iso(article.published.at) if exact else f"{article.published.at:%Y-%m-%d}"
        _text(news, f"{{{_NEWS}}}publication_date", when)
        _text(news, f"{{{_NEWS}}}title", article.title)
    return _document(root)


def opml(title: str, outlets: Iterable[OutletCount], links: Links) -> str:
    """A list of subscriptions (OPML 2.0): the feed of each outlet here."""
    root = Element("opml", version="2.0")
    _text(SubElement(root, "head"), "title", title)
    body = SubElement(root, "body")
    for count in outlets:
        outlet = count.outlet
        told = {"type": "rss", "text": _clean(outlet.name), "title": _clean(outlet.name), "language": outlet.language}
        told |= {"xmlUrl": links.to("/feed.xml", outlet=outlet.id), "htmlUrl": links.outlet(outlet.id)}
        SubElement(body, "outline", told)
    return _document(root)


def opensearch(name: str, language: str, links: Links) -> str:
    """What a browser needs to search here (OpenSearch 1.1)."""
    root = Element("OpenSearchDescription", xmlns=_OPENSEARCH)
    _text(root, "ShortName", name[:16])
    _text(root, "Description", name)
    _text(root, "Language", language)
    _text(root, "InputEncoding", "UTF-8")
    base = links.base_url
    SubElement(root, "Url", type="text/html", template=f"{base}/search?q={{searchTerms}}")
    SubElement(root, "Url", type="application/atom+xml", template=f"{base}/feed.xml?q={{searchTerms}}")
    SubElement(root, "Url", type="application/json", template=f"{base}/search.json?q={{searchTerms}}")
    return _document(root)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold, and without what acts on a screen."""
    return _NOT_XML.sub("", plain(text))


def _document(root: Element) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")
