"""When an article was published and modified: who says so, in which order they are believed.

The machine-readable statements come first, then the visible date near the headline, then the address. A date in the
future of the fetch is refused wherever it stands. A statement that two other kinds of statements contradict is not
believed. The visible date also tells what zone the outlet lives in, and when a time labelled UTC is really local.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import unquote

from warraq.arabic.dates import read_date
from warraq.arabic.hours import zone_info
from warraq.extract.markup import Markup, texts
from warraq.types import Dated, Origin, Precision

EARLY = timedelta(days=1)
"""How far after the fetch a date may lie: clocks and zones differ."""
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on the web is older; what says so is a default value."""
NEAR = timedelta(days=1, hours=14)
"""Statements this near to each other may speak of one day, in different zones."""

Statement = tuple[str, Origin, str]
"""A text that states a date, where it was read, and the rule's name."""

_ISO = re.compile(
    r"\s*(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[T\s]|\s*[-–,]\s*)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
    r"\s*$",
    re.I,
)
_YEAR = re.compile(r"1[345]\d\d|(?:19|20)\d\d|[٠-٩۰-۹]{4}|\d[./-]\d{1,2}[./-]\d\d|[٠-٩۰-۹][./-][٠-٩۰-۹]{1,2}[./-]")
"""No date is read without its year, and to look for one is cheap."""
_URL = re.compile(r"(?<!\d)((?:19|20)\d{2})([-/_.]?)(\d{1,2})\2(\d{1,2})(?!\d)")
_UPDATED = re.compile(r"تحديث|تعديل|updated|modified|aktualisiert|actualizado|mis à jour|aggiornato", re.I)

_PUBLISHED_NAMES = """
article:published_time og:article:published_time article:published og:published_time datepublished publish-date
publish_date publishdate published_time published pubdate pub_date published_at publication_date publicationdate
parsely-pub-date sailthru.date cxenseparse:recs:publishtime cxenseparse:publishtime dc.date.issued dcterms.issued
dc.date dcterms.date dcterms.created dc.date.created article_date_original originalpublicationdate
article:create_date date.issued citation_publication_date date
"""
_PUBLISHED = tuple(_PUBLISHED_NAMES.split())
_MODIFIED_NAMES = """
article:modified_time og:updated_time article:modified datemodified last-modified lastmod modified dcterms.modified
dc.date.modified revised date.modified updated_time lastupdate
"""
_MODIFIED = tuple(_MODIFIED_NAMES.split())


def read(text: str, zone: str, origin: Origin) -> Dated | None:
    """One stated date: ISO 8601 with the slips that pages make, else what `read_date` can read. Never raises."""
    found = _ISO.match(text)
    if not found:
        dated = read_date(text, zone=zone) if len(text) <= 200 and _YEAR.search(text) else None
        return replace(dated, origin=origin) if dated and dated.precision is not Precision.MONTH else None
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        if hour is None:
            at = datetime(int(year), int(month), int(day), tzinfo=zone_info(zone))
            return Dated(at.astimezone(UTC), Precision.DAY, origin, zone)
        at = datetime(int(year), int(month), int(day), int(hour) % 24, int(minute), int(second or 0))
        if offset is None:
            return Dated(at.replace(tzinfo=zone_info(zone)).astimezone(UTC), Precision.MINUTE, origin, zone)
        shift = timedelta()
        if offset[0] in "+-":
            digits = offset[1:].replace(":", "")
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
            shift = -shift if offset[0] == "-" else shift
        there = zone if zone != "UTC" else _name(shift)
        return Dated(at.replace(tzinfo=timezone(shift)).astimezone(UTC), Precision.MINUTE, origin, there)
    except (ValueError, OverflowError):
        return None


def published(
    markup: Markup, visible: Sequence[Statement], url: str, zone: str, now: datetime
) -> tuple[Dated | None, str]:
    """The date of publication, and the rule that gave it. `visible` are the dates near the headline, in order."""
    stated = _sound(_stated(markup), zone, now)
    printed = [(one, s[0]) for s in visible for one in _sound((s,), zone, now)]
    shown = [one for one, text in printed if not _UPDATED.search(text)] or [one for one, _ in printed]
    address = [(d, "url") for d in [from_url(url, zone)] if d and OLDEST <= d.at <= now + EARLY]
    ranked = [*stated, *shown[:1], *address]
    if not ranked:
        return None, ""
    best, rule = next((c for c in ranked if _supported(c[0], ranked)), ranked[0])
    if best.precision is Precision.DAY:
        # The same day with its time, if someone says it.
        best, rule = next(
            (c for c in ranked if c[0].precision is Precision.MINUTE and _day(c[0]) == _day(best)), (best, rule)
        )
    return _in_zone(best, [d for d, _ in shown], zone), rule


def candidates(
    markup: Markup, visible: Sequence[Statement], url: str, zone: str, now: datetime
) -> Iterator[tuple[str, str, Dated | None, str]]:
    """Every date that a page states: rule, its words, the date, and why it is not believed (empty if it is sound)."""
    for text, origin, rule in (*_stated(markup), *visible):
        dated = read(text, zone, origin)
        if dated is None:
            why = "no date is read in it"
        elif dated.at > now + EARLY:
            why = "in the future"
        else:
            why = "before the web" if dated.at < OLDEST else ""
        yield rule, text, dated, why
    if dated := from_url(url, zone):
        yield "url", url, dated, ""


def modified(markup: Markup, zone: str, now: datetime, since: Dated | None) -> Dated | None:
    """The date of the last change that the page states; nothing that lies before publication."""
    stated = [(t, Origin.JSON_LD, "") for t in texts(markup.article.get("dateModified"))]
    stated += [(v, Origin.META, "") for name in _MODIFIED for v in markup.meta.get(name, ())]
    stated += [(v, Origin.MICRODATA, "") for v in markup.props.get("datemodified", ())[:1]]
    found = [d for d, _ in _sound(stated, zone, now)]
    return next((d for d in found if since is None or d.at >= since.at), None)


def of_feed(at: datetime, zone: str) -> Dated:
    """A date that a feed gave, as a `Dated`."""
    return Dated(at.astimezone(UTC), Precision.MINUTE, Origin.FEED, zone)


def from_url(url: str, zone: str) -> Dated | None:
    """The day that an address states, as in ``/2020/8/24/`` or ``/2020-06-03-``."""
    for year, sep, month, day in _URL.findall(unquote(url.partition("?")[0])):
        if not sep and (len(month) < 2 or len(day) < 2):
            continue
        if found := read(f"{year}-{month}-{day}", zone, Origin.URL):
            return found
    return None


def _stated(markup: Markup) -> Iterator[Statement]:
    for key in ("datePublished", "dateCreated", "uploadDate"):
        for text in texts(markup.article.get(key)):
            yield text, Origin.JSON_LD, f"json-ld {key}"
    for name in _PUBLISHED:
        for text in markup.meta.get(name, ()):
            yield text, Origin.META, f"meta {name}"
    for name in ("datepublished", "datecreated"):
        for text in markup.props.get(name, ())[:1]:
            yield text, Origin.MICRODATA, f"itemprop {name}"
    for text in texts(markup.page.get("datePublished")):
        yield text, Origin.JSON_LD, "json-ld page"


def _sound(statements: Iterable[Statement], zone: str, now: datetime) -> list[tuple[Dated, str]]:
    """The statements that can be read and lie neither in the future nor before the web."""
    found = ((read(text, zone, origin), rule) for text, origin, rule in statements)
    return [(d, rule) for d, rule in found if d and OLDEST <= d.at <= now + EARLY]


def _supported(one: Dated, all_of: Sequence[tuple[Dated, str]]) -> bool:
    """Whether a statement is not outvoted: two other kinds of statements that agree with each other, not with it."""
    others = {d.origin: d.at for d, _ in reversed(all_of) if d.origin is not one.origin}
    if any(abs(at - one.at) <= NEAR for at in others.values()):
        return True
    against = list(others.values())
    return not any(abs(a - b) <= NEAR for i, a in enumerate(against) for b in against[i + 1 :])


def _in_zone(best: Dated, shown: Sequence[Dated], zone: str) -> Dated:
    """`best` with the zone that the visible clock shows; a local time that was labelled UTC is put right."""
    if best.precision is not Precision.MINUTE or best.zone not in (zone, "UTC"):
        return best
    clock = next((d for d in shown if d.precision is Precision.MINUTE and d.origin is Origin.TEXT), None)
    if clock is None or clock.zone != zone:
        return best
    local = clock.at.astimezone(zone_info(zone)).replace(tzinfo=UTC)
    ahead = local - best.at.replace(second=0)
    if abs(ahead) <= timedelta(minutes=2):
        return replace(best, at=clock.at, zone=zone) if zone != "UTC" else best
    if zone != "UTC":
        return best
    shift = timedelta(minutes=15) * round(ahead / timedelta(minutes=15))
    if abs(ahead - shift) > timedelta(minutes=2) or not timedelta(hours=-12) <= shift <= timedelta(hours=14):
        return best
    return replace(best, zone=_name(shift))


def _day(dated: Dated) -> str:
    return dated.at.astimezone(zone_info(dated.zone)).date().isoformat()


def _name(shift: timedelta) -> str:
    """An offset from UTC as a zone's name, ``+02:00``."""
    if not shift:
        return "UTC"
    minutes = abs(int(shift.total_seconds())) // 60
    return f"{'-' if shift < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
