"""RSS 0.9x to 2.0, RDF and Atom, by feedparser (its licence: BSD), which reads broken ones as far as they go."""

from __future__ import annotations

import io
import re
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser

from warraq.feeds import xml
from warraq.feeds.text import MAX_BODY, MAX_NAME, MAX_SUMMARY, MAX_TITLE, address, names, plain
from warraq.records import stated_date
from warraq.types import Entry, Feed

MAX_ENTRIES = 2_000
"""Entries of one feed; what comes after them is passed over."""
_DUBLIN_CORE = ("rss090", "rss10")
"""Their only date is ``dc:date``, when the item was published; feedparser calls it the date of an update."""
_ISO_8601 = re.compile(
    r"\d[\d-]*(?:T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-][01]\d:?[0-5]\d)?)?", re.ASCII
)


def read_syndication(text: str, url: str, zone: str) -> Feed | None:
    """The feed in a document, or None if it is none. Dates without a zone were said in `zone`. May raise `xml.Refused`.

    Entries without a usable address are left out.
    """
    text = xml.prepared(text)
    xml.check(text)
    # As a stream: feedparser would take short bytes for the name of a file or an address to open.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    found: Any = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.get("version") and not found.get("entries"):
        return None
    channel = found.feed
    home = address(str(channel.get("link") or ""), url)
    dublin = found.get("version") in _DUBLIN_CORE
    entries = [_entry(e, url or home, zone, dublin) for e in found.entries[:MAX_ENTRIES]]
    return Feed(
        entries=tuple(entry for entry in entries if entry.url),
        title=plain(str(channel.get("title") or ""), MAX_TITLE),
        home=home,
        language=plain(str(channel.get("language") or ""), 35),
        ttl=_ttl(channel),
    )


def _ttl(channel: Any) -> timedelta:
    """RSS ``ttl``, in minutes. The syndication module's period is not read: publishing systems say it unasked."""
    said = str(channel.get("ttl") or "").strip()
    return timedelta(minutes=int(said)) if said.isascii() and said.isdigit() and len(said) <= 6 else timedelta(0)


def _entry(said: Any, base: str, zone: str, dublin: bool) -> Entry:
    contents = [str(c.get("value") or "") for c in said.get("content") or []]
    body = max(contents, key=len, default="")[:MAX_BODY]
    modified = _date(said, "updated", zone)
    return Entry(
        url=_url(said, base),
        title=plain(str(said.get("title") or ""), MAX_TITLE),
        summary=plain(str(said.get("summary") or body), MAX_SUMMARY),
        published=_date(said, "published", zone) or _date(said, "created", zone) or (modified if dublin else None),
        modified=modified,
        authors=names([str(a.get("name") or "") for a in said.get("authors") or []] or [str(said.get("author") or "")]),
        keywords=names([str(t.get("label") or t.get("term") or "") for t in said.get("tags") or []]),
        image=next((image for said_image in _images(said) if (image := address(said_image, base))), ""),
        body=body,
    )


def _url(said: Any, base: str) -> str:
    """The article's own address: that before a feed service's redirect, the link, or a permanent identifier."""
    links = [str(link.get("href") or "") for link in said.get("links") or [] if link.get("rel") == "alternate"]
    for candidate in (said.get("feedburner_origlink"), said.get("link"), *links):
        if url := address(str(candidate or ""), base):
            return url
    return address(str(said.get("id") or ""))  # an identifier is never relative


def _date(said: Any, name: str, zone: str) -> datetime | None:
    # feedparser answers for "published" when asked for "updated"; look at what was really there.
    text = plain(str(dict.get(said, name) or ""), MAX_NAME)
    if not text:
        return None
    if found := stated_date(text, zone):
        return found.at
    # Of what begins like ISO 8601 feedparser makes a date that is half today's, if the other half cannot be read.
    loose = text[:1].isdecimal() and not _ISO_8601.fullmatch(text)
    parsed = None if loose else dict.get(said, f"{name}_parsed")
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def _images(said: Any) -> Iterator[str]:
    for key in ("media_content", "media_thumbnail"):
        for media in said.get(key) or []:
            if str(media.get("medium") or media.get("type") or "image").startswith("image"):
                yield str(media.get("url") or "")
    for enclosure in said.get("enclosures") or []:
        if str(enclosure.get("type") or "").startswith("image/"):
            yield str(enclosure.get("href") or "")
    image = said.get("image")
    if isinstance(image, dict):
        yield str(image.get("href") or "")
