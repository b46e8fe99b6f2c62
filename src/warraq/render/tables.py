"""Articles as rows: JSON Lines (whole, docs/data.md), CSV and Parquet (flat). Streamed: memory does not grow."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import IO, Any

from warraq.errors import UsageError
from warraq.render.json import dumps, revision_dict
from warraq.render.moments import dated_iso, iso
from warraq.types import EXPORT_FORMAT, Dated, Outlet, Revision

COLUMNS = (
    "id",
    "outlet",
    "outlet_name",
    "url",
    "title",
    "text",
    "published",
    "published_local",
    "published_precision",
    "published_origin",
    "modified",
    "authors",
    "credit",
    "dateline",
    "section",
    "keywords",
    "image",
    "language",
    "revision",
    "seen_at",
    "first_seen_at",
    "until",
)
"""Of a row of CSV or Parquet. Lists are joined by ``؛`` in CSV and are lists in Parquet."""
_LISTS = ("authors", "credit", "keywords")
_MOMENTS = ("published", "modified", "seen_at", "first_seen_at", "until")
_BETWEEN = "؛ "
_GROUP = 2000
"""Rows of one row group of a Parquet file."""


def json_lines(revisions: Iterable[Revision]) -> Iterator[str]:
    """One JSON object a line: the article as in every JSON answer, and ``format``, so that it can be imported again."""
    for revision in revisions:
        yield dumps({"format": EXPORT_FORMAT, **revision_dict(revision)})


def csv_lines(revisions: Iterable[Revision], outlets: Mapping[str, Outlet]) -> Iterator[str]:
    """CSV (RFC 4180) with a header; texts keep their line breaks, inside quotes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for revision in revisions:
        yield _taken(buffer)
        found = row(revision, outlets)
        writer.writerow([_cell(found[name]) for name in COLUMNS])
    yield _taken(buffer)


def write_parquet(revisions: Iterable[Revision], outlets: Mapping[str, Outlet], file: IO[bytes]) -> int:
    """A Parquet file; returns the number of rows. Raises `UsageError` where pyarrow is not installed."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'warraq[parquet]'") from None
    text = arrow.string()
    kinds: dict[str, Any] = dict.fromkeys(COLUMNS, text)
    kinds |= dict.fromkeys(_LISTS, arrow.list_(text))
    kinds |= dict.fromkeys(_MOMENTS, arrow.timestamp("us", "UTC"))
    kinds["revision"] = arrow.int32()
    schema = arrow.schema(list(kinds.items()))
    count = 0
    rows = (row(revision, outlets) for revision in revisions)
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := list(islice(rows, _GROUP)):
            writer.write_table(arrow.Table.from_pylist(batch, schema))
            count += len(batch)
    return count


def row(revision: Revision, outlets: Mapping[str, Outlet]) -> dict[str, Any]:
    """One state of an article, flat: `COLUMNS` to texts, lists of texts, moments, a number, or None."""
    article = revision.article
    outlet = outlets.get(article.outlet)
    return {
        "id": article.id,
        "outlet": article.outlet,
        "outlet_name": outlet.name if outlet else article.outlet,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "published": _at(article.published),
        "published_local": dated_iso(article.published) if article.published else None,
        "published_precision": article.published.precision.value if article.published else None,
        "published_origin": article.published.origin.value if article.published else None,
        "modified": _at(article.modified),
        "authors": list(article.authors),
        "credit": list(article.credit),
        "dateline": article.dateline,
        "section": article.section,
        "keywords": list(article.keywords),
        "image": article.image,
        "language": article.language,
        "revision": revision.number,
        "seen_at": revision.seen_at,
        "first_seen_at": revision.first_seen_at,
        "until": revision.until,
    }


def _at(dated: Dated | None) -> datetime | None:
    return dated.at if dated else None


def _cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    if isinstance(value, datetime):
        return iso(value)
    text = _BETWEEN.join(value) if isinstance(value, list) else "" if value is None else str(value)
    text = text.encode("utf-8", "replace").decode()
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
