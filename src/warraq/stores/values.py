"""Values as columns: what every store shares. Ids as integers, texts as readable JSON, timelines as numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from warraq.types import (
    Article,
    ArticleId,
    Dated,
    Entry,
    Kind,
    Origin,
    Paragraph,
    Precision,
    Task,
    TaskKind,
    Visit,
    micros,
    moment,
)

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = tuple(a + b for a in _DIGITS for b in _DIGITS)
_KINDS = {kind.value: kind for kind in Kind}
_PRECISIONS = {precision.value: precision for precision in Precision}
_ORIGINS = {origin.value: origin for origin in Origin}

encode_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Compact JSON text with Arabic as itself."""

NO_ARTICLE = -1


def number_of(id: ArticleId) -> int:
    """The 60-bit integer of an article's id; integers sort as ids do. NO_ARTICLE for what is not an id at all."""
    if len(id) != 12 or not id.isascii() or not id.isalnum():
        return NO_ARTICLE
    try:
        number = int(id, 32)
    except ValueError:
        return NO_ARTICLE
    return number if id == id.lower() else NO_ARTICLE


def id_of(number: int) -> ArticleId:
    """The id of an article's integer. Inverse of :func:`number_of`."""
    pairs = _PAIRS
    return (
        pairs[number >> 50]
        + pairs[number >> 40 & 1023]
        + pairs[number >> 30 & 1023]
        + pairs[number >> 20 & 1023]
        + pairs[number >> 10 & 1023]
        + pairs[number & 1023]
    )


def url_hash(url: str, size: int) -> bytes:
    """A hash of `size` bytes that finds a URL again."""
    return blake2b(url.encode("utf-8", "surrogatepass"), digest_size=size).digest()


def url_number(url: str) -> int:
    """64 bits of that hash as a number that SQLite can hold."""
    return int.from_bytes(url_hash(url, 8), "big", signed=True)


def host_of(url: str) -> str:
    """The host whose turn a URL needs: mirrors that differ only by ``www.`` are one; the port belongs to it."""
    return url.partition("://")[2].partition("/")[0].partition("?")[0].lower().removeprefix("www.")


def numbered(sightings: Iterable[tuple[int, bytes]]) -> Iterator[int]:
    """For sightings in order of (moment, digest): the number of the revision each begins, 0 if it begins none.

    A run of equal digests is one revision. The numbers of the sightings up to a moment do not depend on later ones.
    """
    last: bytes | None = None
    number = 0
    for _, digest in sightings:
        if digest == last:
            yield 0
        else:
            number += 1
            last = digest
            yield number


def pack_body(body: Sequence[Paragraph]) -> str:
    """A body as a JSON list: a string for a paragraph of text, ``{"heading": "…"}`` for the other kinds."""
    return encode_json([p.text if p.kind is Kind.TEXT else {p.kind.value: p.text} for p in body])


def unpack_body(packed: str) -> tuple[Paragraph, ...]:
    """Inverse of :func:`pack_body`."""
    return tuple(_paragraph(item) for item in json.loads(packed))


def _paragraph(item: str | dict[str, str]) -> Paragraph:
    if isinstance(item, str):
        return Paragraph(item)
    ((kind, text),) = item.items()
    return Paragraph(text, _KINDS[kind])


def pack_list(texts: Sequence[str]) -> str:
    """A list of texts as JSON."""
    return encode_json(texts) if texts else "[]"


def unpack_list(packed: str) -> tuple[str, ...]:
    """Inverse of :func:`pack_list`."""
    return () if packed == "[]" else tuple(json.loads(packed))


def pack_dated(dated: Dated | None) -> tuple[int | None, str | None, str | None, str | None]:
    """A stated date as (micros, precision, origin, zone)."""
    if dated is None:
        return (None, None, None, None)
    return (micros(dated.at), dated.precision.value, dated.origin.value, dated.zone)


def unpack_dated(at: int | None, precision: str, origin: str, zone: str) -> Dated | None:
    """Inverse of :func:`pack_dated`."""
    return None if at is None else Dated(moment(at), _PRECISIONS[precision], _ORIGINS[origin], zone)


BRIEF_COLUMNS = (
    "key, article, outlet, url, title, language, published_at, published_precision, published_origin, published_zone"
)
"""What lists show of a content, as :func:`pack_brief` writes it."""

WHOLE_COLUMNS = (
    "modified_at, modified_precision, modified_origin, modified_zone, "
    "authors, credit, dateline, section, keywords, image, body"
)
"""The rest of a content, as :func:`pack_whole` writes it."""


def pack_brief(article: Article, key: int) -> tuple[Any, ...]:
    """The values of BRIEF_COLUMNS."""
    return (
        key,
        number_of(article.id),
        article.outlet,
        article.url,
        article.title,
        article.language,
        *pack_dated(article.published),
    )


def pack_whole(article: Article) -> tuple[Any, ...]:
    """The values of WHOLE_COLUMNS."""
    return (
        *pack_dated(article.modified),
        pack_list(article.authors),
        pack_list(article.credit),
        article.dateline,
        article.section,
        pack_list(article.keywords),
        article.image,
        pack_body(article.body),
    )


def unpack_article(values: Sequence[Any]) -> Article:
    """An article from the values of BRIEF_COLUMNS followed by those of WHOLE_COLUMNS."""
    _, number, outlet, url, title, language, *rest = values
    authors, credit, dateline, section, keywords, image, body = rest[8:]
    return Article(
        id=id_of(number),
        outlet=outlet,
        url=url,
        title=title,
        body=unpack_body(body),
        published=unpack_dated(*rest[0:4]),
        modified=unpack_dated(*rest[4:8]),
        authors=unpack_list(authors),
        credit=unpack_list(credit),
        dateline=dateline,
        section=section,
        keywords=unpack_list(keywords),
        image=image,
        language=language,
    )


def pack_entry(entry: Entry | None) -> str | None:
    """What a feed said of an article as a JSON object; fields left empty are left out."""
    if entry is None:
        return None
    fields: dict[str, object] = {"url": entry.url}
    for name in ("title", "summary", "image", "body", "authors", "keywords"):
        if value := getattr(entry, name):
            fields[name] = value
    for name in ("published", "modified"):
        when: datetime | None = getattr(entry, name)
        if when is not None:
            fields[name] = micros(when)
    return encode_json(fields)


def unpack_entry(packed: str | None) -> Entry | None:
    """Inverse of :func:`pack_entry`."""
    if packed is None:
        return None
    fields: Mapping[str, Any] = json.loads(packed)
    published, modified = fields.get("published"), fields.get("modified")
    return Entry(
        url=fields["url"],
        title=fields.get("title", ""),
        summary=fields.get("summary", ""),
        published=None if published is None else moment(published),
        modified=None if modified is None else moment(modified),
        authors=tuple(fields.get("authors", ())),
        keywords=tuple(fields.get("keywords", ())),
        image=fields.get("image", ""),
        body=fields.get("body", ""),
    )


def pack_task(task: Task | None) -> str | None:
    """What a raw document answered, as a JSON object."""
    if task is None:
        return None
    return encode_json({"url": task.url, "kind": task.kind.value, "outlet": task.outlet, "hint": pack_entry(task.hint)})


def unpack_task(packed: str | None) -> Task | None:
    """Inverse of :func:`pack_task`."""
    if packed is None:
        return None
    fields: dict[str, Any] = json.loads(packed)
    return Task(fields["url"], TaskKind(fields["kind"]), fields["outlet"], hint=unpack_entry(fields["hint"]))


def pack_visit(visit: Visit) -> str:
    """What is remembered of an address, as a JSON object; what is as at first is left out."""
    fields: dict[str, object] = {}
    for name in ("at", "lasting", "hops", "etag", "last_modified", "visits", "failures", "gone", "article"):
        if (value := getattr(visit, name)) != getattr(_UNVISITED, name):
            fields[name] = value
    for name in ("visited_at", "failing_since"):
        if (when := getattr(visit, name)) is not None:
            fields[name] = micros(when)
    if visit.every:
        fields["every"] = visit.every.total_seconds()
    return encode_json(fields) if fields else ""


def unpack_visit(packed: str) -> Visit:
    """Inverse of :func:`pack_visit`."""
    if not packed:
        return _UNVISITED
    fields: dict[str, Any] = json.loads(packed)
    for name in ("visited_at", "failing_since"):
        if name in fields:
            fields[name] = moment(fields[name])
    if "every" in fields:
        fields["every"] = timedelta(seconds=fields["every"])
    return Visit(**fields)


_UNVISITED = Visit()
