"""When an article was published and modified: who says so, in which order they are believed.

The machine-readable statements come first, then the address, then the visible date near the headline. A date in the
future of the fetch is refused wherever it stands. Where statements contradict each other by days, the one that the
others support wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from warraq.extract.markup import Markup, texts
from warraq.types import Dated, Origin, Precision

EARLY = timedelta(days=1)
"""How far after the fetch a date may lie: clocks and zones differ."""
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on the web is older; what says so is a default value."""

_ISO = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[T\s]|\s*[-–,]\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
    r"(?![\d:])",
    re.I,
)
_URL = re.compile(r"(?<!\d)((?:19|20)\d{2})([-/_.]?)(\d{1,2})\2(\d{1,2})(?!\d)")

_PUBLISHED = [
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "publish-date",
    "publish_date",
    "publishdate",
    "published_time",
    "published",
    "pubdate",
    "pub_date",
    "published_at",
    "publication_date",
    "publicationdate",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dcterms.created",
    "dc.date.created",
    "article_date_original",
    "originalpublicationdate",
    "date",
    "article:create_date",
    "creationdate",
    "date.issued",
    "citation_publication_date",
]
_MODIFIED = [
    "article:modified_time",
    "og:updated_time",
    "article:modified",
    "datemodified",
    "last-modified",
    "lastmod",
    "modified",
    "dcterms.modified",
    "dc.date.modified",
    "revised",
    "date.modified",
    "updated_time",
    "lastupdate",
]


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name; UTC when it is unknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def iso(text: str, zone: str, origin: Origin) -> Dated | None:
    """A date of the ISO 8601 family, with the slips that pages make. A time without an offset is in `zone`."""
    found = _ISO.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        if hour is None:
            at = datetime(int(year), int(month), int(day), tzinfo=zone_of(zone))
            return Dated(at.astimezone(UTC), Precision.DAY, origin, zone)
        at = datetime(int(year), int(month), int(day), int(hour) % 24, int(minute), int(second or 0))
        if offset is None:
            return Dated(at.replace(tzinfo=zone_of(zone)).astimezone(UTC), Precision.MINUTE, origin, zone)
        shift = timedelta()
        if offset[0] in "+-":
            digits = offset[1:].replace(":", "")
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
            shift = -shift if offset[0] == "-" else shift
        return Dated(
            (at - shift).replace(tzinfo=UTC), Precision.MINUTE, origin, zone if zone != "UTC" else _fixed(shift)
        )
    except (ValueError, OverflowError):
        return None


def _fixed(shift: timedelta) -> str:
    """The IANA name of a fixed offset of whole hours (their sign is the other way round), else UTC."""
    hours, rest = divmod(shift, timedelta(hours=1))
    return f"Etc/GMT{-hours:+d}" if hours and not rest and -12 <= hours <= 14 else "UTC"


def from_url(url: str, zone: str) -> Dated | None:
    """The day that an address states, as in ``/2020/8/24/`` or ``/2020-06-03-``."""
    for year, sep, month, day in _URL.findall(unquote(url.partition("?")[0])):
        if not sep and (len(month) < 2 or len(day) < 2):
            continue
        if found := iso(f"{year}-{month}-{day}", zone, Origin.URL):
            return found
    return None


def published(markup: Markup, times: Sequence[str], url: str, zone: str, now: datetime) -> tuple[Dated | None, str]:
    """The date of publication, and the rule that gave it."""
    seen: list[tuple[Dated, str]] = []
    for text, origin, rule in _stated(markup, times):
        found = iso(text, zone, origin)
        if found and OLDEST <= found.at <= now + EARLY:
            seen.append((found, rule))
    address = from_url(url, zone)
    if address and OLDEST <= address.at <= now + EARLY:
        seen.append((address, "url"))
    return seen[0] if seen else (None, "")


def modified(markup: Markup, zone: str, now: datetime) -> Dated | None:
    """The date of the last change that the page states."""
    stated = [(t, Origin.JSON_LD) for t in texts(markup.article.get("dateModified"))]
    stated += [(v, Origin.META) for name in _MODIFIED for v in markup.meta.get(name, ())]
    stated += [(v, Origin.MICRODATA) for v in markup.props.get("datemodified", ())]
    for text, origin in stated:
        found = iso(text, zone, origin)
        if found and OLDEST <= found.at <= now + EARLY:
            return found
    return None


def of_feed(at: datetime, zone: str) -> Dated:
    """A date that a feed gave, as a `Dated`."""
    return Dated(at.astimezone(UTC), Precision.MINUTE, Origin.FEED, zone)


def _stated(markup: Markup, times: Sequence[str]) -> Iterator[tuple[str, Origin, str]]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        for text in texts(markup.article.get(key)):
            yield text, Origin.JSON_LD, f"json-ld {key}"
    for name in _PUBLISHED:
        for text in markup.meta.get(name, ()):
            yield text, Origin.META, f"meta {name}"
    for name in ("datepublished", "datecreated"):
        for text in markup.props.get(name, ()):
            yield text, Origin.MICRODATA, f"itemprop {name}"
    for text in texts(markup.page.get("datePublished")):
        yield text, Origin.JSON_LD, "json-ld page"
    for text in times:
        yield text, Origin.TIME, "time"
