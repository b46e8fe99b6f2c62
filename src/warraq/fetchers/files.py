"""Files and folders as documents: pages, saved feeds, web archives, and records."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from warraq.errors import NotFound, UsageError
from warraq.fetchers.decode import BROKEN, Meter, open_packed
from warraq.fetchers.records import is_read, json_records, read_json_lines, read_rows
from warraq.fetchers.warc import read_warc
from warraq.types import Failure, RawDocument, Reason, Record

MAX_BYTES = 16 * 1024 * 1024
"""Largest page or feed, unpacked."""
_SNIFF = 4096

Kind = Literal["page", "feed", "json", "lines", "rows", "warc"]

KINDS: dict[str, Kind] = {
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".shtml": "page",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
    ".opml": "feed",
    ".json": "json",
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".csv": "rows",
    ".tsv": "rows",
    ".warc": "warc",
}
_PACKED = (".gz", ".zst")
_TYPES = {"page": "text/html", "feed": "application/xml"}


def read_documents(
    paths: Sequence[Path], *, url: str = "", meter: Meter | None = None, encoding: str = "utf-8"
) -> Iterator[RawDocument | Record | Failure]:
    """Every document in the files and folders, in the order given and, in a folder, in the order of their names.

    A file's kind is told by its name (`KINDS`, also with ``.gz`` or ``.zst`` after it); a file that is named in
    `paths` and has another name is told by how it begins. In folders other files, hidden ones and links to folders
    are passed over. `url` is the address of the one page or feed in `paths`. Without it a page's address is its
    ``file:`` URL, and the page must name its own (``<link rel=canonical>``) to become an article. `meter` is told
    of every file that is opened. `encoding` is that of tables (CSV, TSV); all else says its own.

    Raises at once `NotFound` for a path that is not there, `UsageError` for `url` with more than one file, or an
    encoding that there is not.
    """
    if not is_read(encoding):
        raise UsageError(f"no encoding {encoding[:40]!r} of tables (try windows-1256)")
    for path in paths:
        if not path.exists():
            raise NotFound(f"no such file or folder: {shown_path(path)}")
    if url and (len(paths) != 1 or paths[0].is_dir()):
        raise UsageError("an address can be given for a single file only")
    return _read_all(paths, url, meter, encoding)


def read_pages(paths: Sequence[Path], *, url: str = "") -> Iterator[RawDocument | Record | Failure]:
    """Those documents of `read_documents` that may be pages, without opening files that hold something else."""
    for path in paths:
        for inner in _walk(path) if path.is_dir() else [path]:
            if (_kind_by_name(inner) or "page") in ("page", "warc"):
                yield from read_file(inner, url=url)


def size_of(paths: Iterable[Path]) -> int:
    """Bytes on disk of all that `read_documents` would read."""
    files = (inner for path in paths for inner in (_walk(path) if path.is_dir() else [path]))
    return sum(path.stat().st_size for path in files if path.exists())


def _read_all(
    paths: Iterable[Path], url: str, meter: Meter | None, encoding: str
) -> Iterator[RawDocument | Record | Failure]:
    for path in paths:
        if not path.is_dir():
            yield from read_file(path, url=url, meter=meter, encoding=encoding)
            continue
        for inner in _walk(path):
            yield from read_file(inner, meter=meter, encoding=encoding)


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and _kind_by_name(path) and path.is_file():
                yield path


def read_file(
    path: Path, *, url: str = "", meter: Meter | None = None, encoding: str = "utf-8"
) -> Iterator[RawDocument | Record | Failure]:
    """The documents in one file; see `read_documents`."""
    where = shown_path(path)
    try:
        kind = _kind_by_name(path) or _kind_by_content(path)
        if kind is None:
            yield Failure(where, Reason.UNREADABLE, "neither its name nor its content is of a kind that is read")
        elif kind == "lines":
            yield from read_json_lines(path, where, meter)
        elif kind == "rows":
            yield from read_rows(path, where, meter, encoding)
        elif kind == "warc":
            yield from read_warc(path, where, meter)
        elif kind == "json":
            yield from _read_json(path, where, url, meter)
        else:
            yield _document(path, where, url, _TYPES[kind], meter)
    except BROKEN as error:
        yield Failure(where, Reason.UNREADABLE, f"{type(error).__name__}: {error}"[:200])


def shown_path(path: Path) -> str:
    """A path for messages: what cannot be printed on one line is escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))


def _kind_by_name(path: Path) -> Kind | None:
    name = path.name.lower()
    for suffix in _PACKED:
        name = name.removesuffix(suffix)
    return KINDS.get(os.path.splitext(name)[1])


def _kind_by_content(path: Path) -> Kind | None:
    with open_packed(path) as stream:
        begin = stream.read(_SNIFF).removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin.startswith(b"WARC/"):
        return "warc"
    if begin.startswith(b"{"):
        return "lines"
    if begin.startswith(b"["):
        return "json"
    if begin.startswith(b"<"):
        lower = begin.lower()
        return "feed" if any(mark in lower for mark in (b"<rss", b"<feed", b"<rdf", b"<urlset", b"<opml")) else "page"
    return None


def _document(path: Path, where: str, url: str, content_type: str, meter: Meter | None) -> RawDocument | Failure:
    with open_packed(path, meter) as stream:
        body = stream.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return Failure(where, Reason.TOO_LARGE, f"more than {MAX_BYTES} bytes")
    saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return RawDocument(url or path.resolve().as_uri(), body, saved_at, content_type)


def _read_json(path: Path, where: str, url: str, meter: Meter | None) -> Iterator[RawDocument | Record | Failure]:
    """A JSON Feed is a feed; an object or an array of objects are records; else it is read line by line."""
    document = _document(path, where, url, "application/feed+json", meter)
    if isinstance(document, RawDocument):
        try:
            value = json.loads(document.body)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and "jsonfeed.org" in str(value.get("version")):
            yield document
            return
        if isinstance(value, dict | list):
            yield from json_records(value, where)
            return
    yield from read_json_lines(path, where)
