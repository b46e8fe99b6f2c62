"""An article as `warraq export` wrote it, read back whole: an exported archive imports to the same archive.

The line is the article's JSON of docs/data.md with ``format``. Every field is checked like anything from outside; what
has the wrong shape is a reason, not an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from warraq.records import MAX_NAME, MAX_NAMES, MAX_PARAGRAPHS, MAX_TEXT, MAX_TITLE, Refused
from warraq.types import EXPORT_FORMAT, Article, Dated, Kind, Origin, Paragraph, Precision, Reason
from warraq.urls import article_id, canonical


def is_exported(fields: Mapping[str, object]) -> bool:
    """Whether a record is a line of an export."""
    return fields.get("format") == EXPORT_FORMAT


def read_exported(fields: Mapping[str, object]) -> tuple[Article, datetime] | Refused:
    """The article and the moment at which the exporting archive saw it so, or the reason why it cannot be read."""
    try:
        return _article(fields), _moment(fields["seen_at"])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        return Refused(Reason.BAD_RECORD, f"not an exported article: {type(error).__name__}: {error}"[:300])


def _article(fields: Mapping[str, Any]) -> Article:
    url = _text(fields["url"], 8192)
    if not url or canonical(url) != url:
        raise ValueError(f"url: {url[:200]!r} is not a canonical address")
    title = _text(fields["title"], MAX_TITLE)
    body = tuple(Paragraph(_text(p["text"], MAX_TEXT), Kind(p["kind"])) for p in fields["body"][:MAX_PARAGRAPHS])
    if not title or not body or not all(p.text for p in body):
        raise ValueError("no title or no body")
    return Article(
        id=article_id(url),
        outlet=_text(fields["outlet"], MAX_NAME),
        url=url,
        title=title,
        body=body,
        published=_dated(fields["published"]),
        modified=_dated(fields["modified"]),
        authors=_names(fields["authors"], "name"),
        credit=_names(fields["credit"], "name"),
        dateline=_text(fields["dateline"], MAX_NAME),
        section=_text(fields["section"], MAX_NAME),
        keywords=_names(fields["keywords"], "text"),
        image=_text(fields["image"], 8192),
        language=_text(fields["lang"], 35),
    )


def _text(value: object, limit: int) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where a text belongs")
    return value[:limit]


def _names(values: Any, key: str) -> tuple[str, ...]:
    return tuple(_text(value[key], MAX_NAME) for value in values[:MAX_NAMES])


def _dated(value: Any) -> Dated | None:
    if value is None:
        return None
    return Dated(_moment(value["at"]), Precision(value["precision"]), Origin(value["origin"]), _text(value["zone"], 64))


def _moment(value: Any) -> datetime:
    at = datetime.fromisoformat(_text(value, 64))
    if at.tzinfo is None:
        raise ValueError(f"{value!r} has no zone")
    return at.astimezone(UTC)
