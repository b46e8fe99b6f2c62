"""Imported records to articles: the fields of a line of JSON or a row of CSV, whatever their names.

Pure: `record_to_article` turns one mapping of fields into an `Article` or says why it is none. Reading the files is
the business of ``fetchers/records.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from html import unescape
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from warraq.arabic.dates import read_date
from warraq.arabic.forms import shown
from warraq.types import Article, Dated, Origin, OutletId, Paragraph, Precision, Reason
from warraq.urls import article_id, canonical

# A field of ours and the names under which it is found where the mapping says nothing, the likeliest first.
NAMES: Mapping[str, tuple[str, ...]] = {
    "url": ("url", "link", "canonical_url", "href"),
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "maintext", "articleBody"),
    "published": ("published", "published_at", "date_published", "datePublished", "date", "date_publish", "pubDate"),
    "modified": ("modified", "modified_at", "date_modified", "dateModified", "updated", "updated_at", "date_modify"),
    "authors": ("authors", "author", "byline"),
    "outlet": ("outlet", "source", "site", "publisher"),
    "section": ("section", "category", "articleSection"),
    "keywords": ("keywords", "tags"),
    "image": ("image", "image_url"),
    "language": ("language", "lang", "inLanguage"),
}

# Characters, paragraphs and names of one article; what is longer is cut.
_ENTITY = re.compile(
    r"&(?:quot|amp|lt|gt|apos|nbsp|[lr]aquo|[lr]dquo|[lr]squo|hellip|[nm]dash|zwnj|#\d{1,7}|#x[0-9a-fA-F]{1,6});"
)

MAX_TITLE = 1_000
MAX_TEXT = 1_000_000
MAX_PARAGRAPHS = 5_000
MAX_NAMES = 50
MAX_NAME = 300

_OFFSET = re.compile(r"(?:GMT|UTC?)? ?([+-])(\d{1,2})(?::?(\d{2}))?$", re.I)
_ZONES = {
    **{"AT": "-0400", "ET": "-0500", "CT": "-0600", "MT": "-0700", "PT": "-0800", "Etc/GMT": "+0000", "MSK": "+0300"},
    **{"MET": "+0100", "CET": "+0100", "MEST": "+0200", "CEST": "+0200", "EET": "+0200", "EEST": "+0300"},
}
"""Names of zones after a date that RFC 5322 does not know and servers write all the same."""
_RFC_5322 = re.compile(r"(?:[A-Za-z]{3,9}, *)?\d{1,2} [A-Za-z]{3,9} \d{2,4} +\d")
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


class Refused(NamedTuple):
    """Why a record is no article."""

    reason: Reason
    detail: str = ""


def record_to_article(
    fields: Mapping[str, object],
    *,
    mapping: Mapping[str, str] | None = None,
    zone: str = "UTC",
    outlet_of: Callable[[str], OutletId] | None = None,
    outlet_zone: Callable[[OutletId], str] | None = None,
) -> Article | Refused:
    """The article that a record's fields describe, or the reason why there is none.

    `mapping` gives the column for a key of `NAMES` (``{"text": "story"}``); an empty column switches the field off.
    Other fields are looked for under their usual names, whatever their case; empty ones are passed over.
    An address, a title and a text are required. An outlet that is not given as a slug is asked of `outlet_of`, with
    the canonical URL. Dates without a zone were said in `outlet_zone` of the outlet or else in `zone` (IANA names);
    an unreadable date is no date.
    """
    found = _Fields(fields, mapping or {})
    said_url = found.text("url", 8192)
    url = canonical(said_url)
    if not url:
        return Refused(Reason.BAD_URL, said_url[:200]) if said_url else Refused(Reason.NO_URL)
    said_title, said_text = found.get("title"), found.get("text")
    if not isinstance(said_title, str | None):
        return Refused(Reason.BAD_RECORD, f"the title is {type(said_title).__name__}, not text")
    if not isinstance(said_text, str | list | None):
        return Refused(Reason.BAD_RECORD, f"the text is {type(said_text).__name__}, not text")
    title = found.text("title", MAX_TITLE)
    if not title:
        return Refused(Reason.NO_TITLE)
    body = paragraphs(said_text)
    if not body:
        return Refused(Reason.NO_BODY)
    outlet = found.text("outlet", MAX_NAME).lower()
    if not _SLUG.fullmatch(outlet):
        outlet = outlet_of(url) if outlet_of else ""
    said_in = (outlet_zone(outlet) if outlet_zone else "") or zone
    language = found.text("language", MAX_NAME)
    image = found.text("image", 8192)
    return Article(
        id=article_id(url),
        outlet=outlet,
        url=url,
        title=title,
        body=body,
        published=stated_date(found.get("published"), said_in),
        modified=stated_date(found.get("modified"), said_in),
        authors=found.names("authors", r"[;؛|]"),
        section=found.text("section", MAX_NAME),
        keywords=found.names("keywords", r"[,،;؛|]"),
        image=canonical(image, url) if image else "",
        language=language.replace("_", "-") if _LANGUAGE.fullmatch(language) else "ar",
    )


def paragraphs(text: object) -> tuple[Paragraph, ...]:
    """A text's lines (or a list of texts) as paragraphs: single spaces, no blank ones, nothing invisible."""
    parts = [part for part in text if isinstance(part, str)] if isinstance(text, list) else [text]
    whole = _plain("\n".join(part for part in parts if isinstance(part, str))[:MAX_TEXT])
    lines = (" ".join(line.split()) for line in whole.split("\n"))
    return tuple([Paragraph(line) for line in lines if line][:MAX_PARAGRAPHS])


def one_line(text: str, limit: int) -> str:
    """A text as one line of single spaces, at most `limit` characters, nothing invisible."""
    return " ".join(_plain(text[: 4 * limit]).split())[:limit].rstrip()


def _plain(text: str) -> str:
    """The shown form; entities such as ``&quot;``, which collectors leave in plain text, become what they stand for."""
    return shown(_ENTITY.sub(lambda entity: unescape(entity[0]), text) if "&" in text else text)


def stated_date(said: object, zone: str) -> Dated | None:
    """A date field: ISO 8601, RFC 5322, seconds or milliseconds since 1970, or words; None if it cannot be read.

    What has no zone of its own was said in `zone` (an IANA name; UTC if there is no such zone).
    """
    if isinstance(said, bool) or said is None:
        return None
    if isinstance(said, int | float):
        return _from_number(float(said), zone)
    text = str(said).strip()[:200]
    if not text:
        return None
    if text.isdecimal() and len(text) in (10, 13):
        return _from_number(float(text), zone)
    place = _zone(zone)
    precision = Precision.MINUTE
    try:
        at = datetime.fromisoformat(text)
        if ":" not in text and "T" not in text:
            precision = Precision.DAY
    except ValueError:
        if not _RFC_5322.match(text):
            return read_date(text, zone=place.key)
        try:
            at = parsedate_to_datetime(_with_offset(text))
        except (ValueError, IndexError, TypeError, OverflowError):
            return None
    try:
        at = at if at.tzinfo else at.replace(tzinfo=place)
        return Dated(at.astimezone(UTC), precision, Origin.RECORD, place.key)
    except (ValueError, OverflowError):
        return None


def _with_offset(text: str) -> str:
    """A date with its zone as RFC 5322 writes it: ``+0300`` for ``+03:00``, ``GMT+3`` and ``EEST``."""
    date, _, name = text.rpartition(" ")
    if name in _ZONES:
        return f"{date} {_ZONES[name]}"
    return _OFFSET.sub(lambda found: f" {found[1]}{int(found[2]):02}{found[3] or '00'}", text)


def _from_number(number: float, zone: str) -> Dated | None:
    seconds = number / 1000 if abs(number) >= 1e11 else number
    try:
        return Dated(datetime.fromtimestamp(seconds, UTC), Precision.MINUTE, Origin.RECORD, zone)
    except (ValueError, OverflowError, OSError):
        return None


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


class _Fields:
    """The fields of one record under our names."""

    def __init__(self, fields: Mapping[str, object], mapping: Mapping[str, str]) -> None:
        self._fields = fields
        self._mapping = mapping
        self._lower: dict[str, str] | None = None

    def get(self, name: str) -> object:
        """The first value that is not empty; None when there is none."""
        candidates = (self._mapping[name],) if name in self._mapping else NAMES[name]
        for candidate in candidates:
            value = self._fields.get(candidate)
            if value is None and (key := self._any_case(candidate)) is not None:
                value = self._fields[key]
            if value is not None and value not in ("", []):
                return value
        return None

    def _any_case(self, name: str) -> str | None:
        if self._lower is None:
            self._lower = {key.lower(): key for key in self._fields if isinstance(key, str)}
        return self._lower.get(name.lower())

    def text(self, name: str, limit: int) -> str:
        """The field, or the first of its texts, as one line."""
        return next((line for text in _texts(self.get(name)) if (line := one_line(text, limit))), "")

    def names(self, name: str, separator: str) -> tuple[str, ...]:
        """The field as a list of names, each once: a list as it is, a single text cut at the separator."""
        said = self.get(name)
        parts = re.split(separator, said[: MAX_NAMES * MAX_NAME]) if isinstance(said, str) else _texts(said)
        lines = (one_line(part, MAX_NAME) for part in parts)
        return tuple(dict.fromkeys([line for line in lines if line][:MAX_NAMES]))


def _texts(value: object) -> Iterator[str]:
    """The texts in a field: a string, a number, a list of them, or objects with a ``name`` or ``url`` as in JSON-LD."""
    for item in value[: 10 * MAX_NAMES] if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            item = item.get("name") or item.get("url")  # noqa: PLW2901 - the text is what the object stands for
        if isinstance(item, str):
            yield item
        elif isinstance(item, int | float) and not isinstance(item, bool):
            yield str(item)
