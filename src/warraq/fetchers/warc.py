"""Web archives (WARC 1.1, ISO 28500:2017): reading pages out of them, and keeping raw documents in them."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from base64 import b32encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from uuid import NAMESPACE_URL, uuid5

from fastwarc.warc import ArchiveIterator, WarcRecordType

from warraq.errors import UsageError
from warraq.fetchers.decode import Meter, Unreadable, dechunk, unpack
from warraq.types import Failure, RawDocument, Reason

MAX_BYTES = 16 * 1024 * 1024
"""Largest document, packed and unpacked."""
_MAX_HEADERS = 64 * 1024
_STEP = 1 << 16
_GZIP = b"\x1f\x8b\x08"
_VERSION = re.compile(rb"WARC/1\.[01]\r?\n")
_MEMBER = re.compile(_GZIP)
_TYPES = ("text/html", "xhtml", "rss", "atom", "rdf", "/xml", "feed+json")
_FRAMING = ("content-encoding", "transfer-encoding", "content-length")


def read_warc(path: Path, where: str, meter: Meter | None = None) -> Iterator[RawDocument | Failure]:
    """The pages and feeds in a ``.warc`` or ``.warc.gz`` file: ``response`` and ``resource`` records.

    Other records, and other types of content, are passed over. A record that cannot be used is a `Failure` named
    ``file:offset``; after a broken stretch reading goes on where the next record begins.
    """
    with path.open("rb") as stream:
        if meter is not None:
            meter.watch(stream, path.stat().st_size)
        yield from _read(stream, where)


def read_at(path: Path, offset: int) -> RawDocument | Failure:
    """The one document whose record begins at `offset`, as `WarcWriter.write` returned it."""
    where = f"{path.name}:{offset}"
    try:
        with path.open("rb") as stream:
            stream.seek(offset)
            return next(_read(stream, where), None) or Failure(where, Reason.UNREADABLE, "no document here")
    except OSError as error:
        return Failure(where, Reason.UNREADABLE, str(error)[:200])


def _read(stream: IO[bytes], where: str) -> Iterator[RawDocument | Failure]:
    start: int | None = stream.tell()
    begin = _MEMBER if stream.read(3) == _GZIP else _VERSION
    lost = False
    while start is not None:
        stream.seek(start)
        at = start
        try:
            for record in ArchiveIterator(stream, parse_http=False, max_header_len=_MAX_HEADERS, fsspec_args=False):
                at, lost = start + record.stream_pos, False
                if record.headers.get("Content-Length") is None:
                    yield Failure(f"{where}:{at}", Reason.UNREADABLE, "the record has no length, or is cut off")
                    continue
                if record.record_type not in (WarcRecordType.response, WarcRecordType.resource):
                    continue
                found = _document(record, f"{where}:{at}")
                if found is not None:
                    yield found
            if begin is _MEMBER and _has_stump(stream, at + 1):
                yield Failure(f"{where}:{at}", Reason.UNREADABLE, "the record after this one is cut off")
            return
        except (OSError, EOFError, ValueError) as error:
            if not lost:
                yield Failure(f"{where}:{at}", Reason.UNREADABLE, f"broken from this record on: {error}"[:200])
            lost = True
        start = _next_record(stream, at + 1, begin)


def _next_record(stream: IO[bytes], at: int, begin: re.Pattern[bytes]) -> int | None:
    """Where a record may begin, at or after an offset."""
    stream.seek(at)
    tail = b""
    while part := stream.read(_STEP):
        window = tail + part
        if found := begin.search(window):
            return at - len(tail) + found.start()
        tail = window[-8:]
        at += len(part)
    return None


def _has_stump(stream: IO[bytes], at: int) -> bool:
    """Is there a gzip member from an offset on that ends before one byte of it can be unpacked?"""
    start = _next_record(stream, at, _MEMBER)
    while start is not None:
        stream.seek(start)
        try:
            if not zlib.decompressobj(31).decompress(stream.read(_STEP), 8):
                return True
        except zlib.error:  # three bytes that only look like a beginning
            pass
        start = _next_record(stream, start + 1, _MEMBER)
    return False


def _document(record: Any, where: str) -> RawDocument | Failure | None:
    """The document in a record, why it is none, or None for what nobody wants to read."""
    try:
        if record.record_type == WarcRecordType.response:
            record.parse_http(quirks_mode=True, max_header_len=_MAX_HEADERS)
        headers: dict[str, str] = {}
        if record.http_headers is None:
            status = 200
            content_type = record.headers.get("Content-Type") or ""
        else:
            headers = {name.lower(): value for name, value in record.http_headers.to_tuples()}
            status = record.http_headers.status_code or 0
            if not status:
                return Failure(where, Reason.UNREADABLE, "no HTTP answer in it, or cut off")
            content_type = headers.get("content-type", "")
        promised = record.content_length
        if not any(mark in content_type.lower() for mark in _TYPES):
            # A type nobody wants may be half of one that we do: only reading on tells whether the file ends here.
            read = sum(iter(lambda: len(record.reader.read(_STEP)), 0))
            return None if read >= promised else Failure(where, Reason.UNREADABLE, "cut off")
        if status != HTTPStatus.OK:
            return Failure(where, Reason.HTTP_STATUS, str(status))
        body: bytes = record.reader.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            return Failure(where, Reason.TOO_LARGE, f"more than {MAX_BYTES} bytes")
        if len(body) < promised:
            return Failure(where, Reason.UNREADABLE, f"cut off after {len(body)} of {promised} bytes")
        if "chunked" in headers.get("transfer-encoding", "").lower():
            body = dechunk(body)
        body = unpack(body, headers.get("content-encoding", ""), MAX_BYTES)
    except Unreadable as error:
        return Failure(where, error.reason, str(error))
    except (OSError, EOFError, ValueError) as error:
        return Failure(where, Reason.UNREADABLE, str(error)[:200])
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    fetched_at = record.record_date or datetime.fromtimestamp(0, UTC)
    return RawDocument(url, body, fetched_at.astimezone(UTC), content_type, status, headers)


class WarcWriter:
    """Appends raw documents to a ``.warc.gz`` file, one gzip member a record, so that each can be read alone.

    A context manager. One writer for one file at a time.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        self._end = self._file.seek(0, 2)

    def __enter__(self) -> WarcWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, document: RawDocument) -> int:
        """Append a document as a ``response`` record; returns the offset for `read_at`. Flushed, not synced.

        If the disk is full nothing of the record stays in the file, and the `OSError` goes on.
        """
        offset, member = self._end, gzip.compress(_record(document), compresslevel=6, mtime=0)
        try:
            self._file.write(member)
            self._file.flush()
        except OSError:
            self._file.truncate(offset)
            raise
        self._end += len(member)
        return offset


def _record(document: RawDocument) -> bytes:
    """A document as the bytes of a ``response`` record; its id is derived from what it holds.

    The body is stored unpacked: headers that told how it was packed get the prefix ``X-Crawler-``.
    """
    block = _http(document)
    digest = b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    fetched_at = document.fetched_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if not document.url.isprintable() or " " in document.url:
        raise UsageError(f"not an address for an archive: {document.url!r}")
    lines = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{document.url} {fetched_at} {digest}')}>",
        "WARC-Date": fetched_at,
        "WARC-Target-URI": document.url,
        "WARC-Block-Digest": f"sha1:{digest}",
        "Content-Type": "application/http;msgtype=response",
        "Content-Length": str(len(block)),
    }
    return b"WARC/1.1\r\n" + _header_lines(lines).encode("utf-8") + b"\r\n" + block + b"\r\n\r\n"


def _http(document: RawDocument) -> bytes:
    try:
        phrase = HTTPStatus(document.status).phrase
    except ValueError:
        phrase = ""
    headers = {f"X-Crawler-{k}" if k.lower() in _FRAMING else k: v for k, v in document.headers.items()}
    if document.content_type and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = document.content_type
    headers["Content-Length"] = str(len(document.body))
    head = f"HTTP/1.1 {document.status} {phrase}\r\n{_header_lines(headers)}\r\n"
    return head.encode("utf-8", "replace") + document.body


def _header_lines(headers: Mapping[str, str]) -> str:
    # A line break inside a value would begin another header.
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in headers.items() if name.isprintable())
