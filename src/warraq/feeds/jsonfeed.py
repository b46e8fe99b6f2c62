"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from warraq.feeds.text import MAX_BODY, MAX_SUMMARY, MAX_TITLE, address, names, plain
from warraq.records import stated_date
from warraq.types import Entry, Feed

MAX_ENTRIES = 2_000


def read_json_feed(text: str, url: str, zone: str) -> Feed | None:
    """The feed in a document, or None if it is none. Items without a usable address are left out."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not _is_version(str(found.get("version"))):
        return None
    items = found.get("items")
    home = address(_text(found, "home_page_url"), url)
    entries = [
        _entry(item, url or home, zone)
        for item in (items[:MAX_ENTRIES] if isinstance(items, list) else [])
        if isinstance(item, dict)
    ]
    return Feed(
        entries=tuple(entry for entry in entries if entry.url),
        title=plain(_text(found, "title"), MAX_TITLE),
        home=home,
        language=plain(_text(found, "language"), 35),
    )


def _is_version(said: str) -> bool:
    """The standard's address, or the bare number that some write."""
    return "jsonfeed.org/version/" in said or said in ("1", "1.0", "1.1")


def _entry(item: Mapping[str, object], base: str, zone: str) -> Entry:
    html, text = _text(item, "content_html"), _text(item, "content_text")
    return Entry(
        url=address(_text(item, "url") or _text(item, "external_url"), base) or address(_text(item, "id")),
        title=plain(_text(item, "title"), MAX_TITLE),
        summary=plain(_text(item, "summary") or text or html, MAX_SUMMARY),
        published=_date(item, "date_published", zone),
        modified=_date(item, "date_modified", zone),
        authors=names(
            [_text(a, "name") for a in _list(item, "authors") or [item.get("author")] if isinstance(a, dict)]
        ),
        keywords=names([tag for tag in _list(item, "tags") if isinstance(tag, str)]),
        image=address(_text(item, "image") or _text(item, "banner_image"), base),
        body=html[:MAX_BODY],
    )


def _text(item: Mapping[str, object], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def _list(item: Mapping[str, object], name: str) -> list[object]:
    value = item.get(name)
    return value if isinstance(value, list) else []


def _date(item: Mapping[str, object], name: str, zone: str) -> datetime | None:
    found = stated_date(_text(item, name), zone)
    return found.at if found else None
