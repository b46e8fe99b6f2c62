"""Web archives (WARC 1.1, ISO 28500:2017): reading pages out of them, and the records that `raws` keeps."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from base64 import b32encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any
from uuid import NAMESPACE_URL, uuid5

from fastwarc.warc import ArchiveIterator, WarcRecordType

from warraq.errors import UsageError
from warraq.fetchers.decode import Meter, Unreadable, dechunk, unpack
from warraq.types import Failure, RawDocument, Reason, Record

MAX_BYTES = 16 * 1024 * 1024
"""Largest document, packed and unpacked."""
_MAX_HEADERS = 64 * 1024
_STEP = 1 << 16
_GZIP = b"\x1f\x8b\x08"
_VERSION = re.compile(rb"WARC/1\.[01]\r?\n")
_MEMBER = re.compile(_GZIP)
_TYPES = ("text/html", "xhtml", "rss", "atom", "rdf", "/xml", "feed+json")
ARTICLE_TYPE = "application/vnd.warraq.article+json"
"""Of a ``conversion`` record that holds an article as a line of an export (docs/data.md)."""
_FRAMING = ("content-encoding", "transfer-encoding", "content-length")
_MOVED = "X-Crawler-"


def read_warc(path: Path, where: str, meter: Meter | None = None) -> Iterator[RawDocument | Record | Failure]:
    """The pages and feeds in a ``.warc`` or ``.warc.gz`` file: ``response`` and ``resource`` records.

    A ``conversion`` record that our export wrote gives a record, instead of the page that it names and that follows.
    Other records, and other types of content, are passed over. A record that cannot be used is a `Failure` named
    ``file:offset``; after a broken stretch reading goes on where the next record begins.
    """
    with path.open("rb") as stream:
        if meter is not None:
            meter.watch(stream, path.stat().st_size)
        yield from _read(stream, where)


def read_response(record: bytes, where: str) -> RawDocument | Failure:
    """The document of one record as `response_record` made it, with the headers it had; `where` names it."""
    broken = Failure(where, Reason.UNREADABLE, "not a document as it was kept")
    about, _, block = record.partition(b"\r\n\r\n")
    version, fields = _parsed(about)
    head, _, body = block[:-4].partition(b"\r\n\r\n")
    answer, headers = _parsed(head)
    try:
        at, status = datetime.fromisoformat(fields["warc-date"]), int(answer.split()[1])
        whole = int(fields["content-length"]) == len(block) - 4 and int(headers["content-length"]) == len(body)
    except (KeyError, ValueError, IndexError):
        return broken
    if version != "WARC/1.1" or fields.get("warc-type") != "response" or not whole:
        return broken
    kept = {name.removeprefix(_MOVED.lower()): value for name, value in headers.items() if name != "content-length"}
    return RawDocument(fields.get("warc-target-uri", ""), body, at, headers.get("content-type", ""), status, kept)


def _parsed(head: bytes) -> tuple[str, dict[str, str]]:
    """The first line, and the headers below it."""
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    fields = (line.partition(":") for line in lines)
    return first, {name.lower(): value.strip() for name, _, value in fields}


def _read(stream: IO[bytes], where: str) -> Iterator[RawDocument | Record | Failure]:
    start: int | None = stream.tell()
    begin = _MEMBER if stream.read(3) == _GZIP else _VERSION
    lost = False
    told = ""
    while start is not None:
        stream.seek(start)
        at = start
        try:
            for record in ArchiveIterator(stream, parse_http=False, max_header_len=_MAX_HEADERS, fsspec_args=False):
                at, lost = start + record.stream_pos, False
                if record.headers.get("Content-Length") is None:
                    yield Failure(f"{where}:{at}", Reason.UNREADABLE, "the record has no length, or is cut off")
                    continue
                found: RawDocument | Record | Failure | None
                if record.record_type == WarcRecordType.conversion:
                    found = _converted(record, f"{where}:{at}")
                    told = record.headers.get("WARC-Refers-To") or "" if isinstance(found, Record) else ""
                elif told and record.headers.get("WARC-Record-ID") == told:
                    continue
                elif record.record_type in (WarcRecordType.response, WarcRecordType.resource):
                    found = _document(record, f"{where}:{at}")
                else:
                    continue
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


def _converted(record: Any, where: str) -> Record | Failure | None:
    """An article that our export wrote; None for any other conversion."""
    if (record.headers.get("Content-Type") or "").partition(";")[0].strip().lower() != ARTICLE_TYPE:
        return None
    body: bytes = record.reader.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        return Failure(where, Reason.TOO_LARGE, f"more than {MAX_BYTES} bytes")
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Failure(where, Reason.BAD_RECORD, f"not JSON: {error}"[:200])
    if not isinstance(fields, dict):
        return Failure(where, Reason.BAD_RECORD, f"a JSON {type(fields).__name__}, not an object")
    return Record(fields, where)


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


def response_record(document: RawDocument) -> bytes:
    """A document as a ``response`` record, whose id is derived from what it holds.

    The body is stored unpacked: headers that told how it was packed get the prefix ``X-Crawler-``. Raises `UsageError`
    for what is no address.
    """
    if not document.url.isprintable() or " " in document.url:
        raise UsageError(f"not an address for an archive: {document.url!r}")
    block, at = _http(document), _date(document.fetched_at)
    digest = _digest(block)
    fields = {
        "WARC-Type": "response",
        "WARC-Record-ID": _response_id(document.url, at, digest),
        "WARC-Date": at,
        "WARC-Target-URI": document.url,
        "WARC-Block-Digest": digest,
        "WARC-Payload-Digest": _digest(document.body),
        "Content-Type": "application/http;msgtype=response",
    }
    return _record(fields, block)


def _response_id(url: str, at: str, digest: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{url} {at} {digest}')}>"


def conversion_record(url: str, at: datetime, article: bytes, page: RawDocument | None = None) -> bytes:
    """What was read from a page at a moment, as JSON of `ARTICLE_TYPE`; `page`: the document, if it is written too."""
    digest = _digest(article)
    fields = {
        "WARC-Type": "conversion",
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'article {url} {_date(at)} {digest}')}>",
        "WARC-Date": _date(at),
        "WARC-Target-URI": url,
        "WARC-Block-Digest": digest,
        "Content-Type": ARTICLE_TYPE,
    }
    if page is not None:
        fields["WARC-Refers-To"] = _response_id(page.url, _date(page.fetched_at), _digest(_http(page)))
    return _record(fields, article)


def info_record(file: str, at: datetime) -> bytes:
    """The ``warcinfo`` record that a file begins with."""
    fields = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, file)}>",
        "WARC-Date": _date(at),
        "WARC-Filename": file,
        "Content-Type": "application/warc-fields",
    }
    about = {
        "software": "Warraq",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    return _record(fields, _header_lines(about).encode())


def erased_record(id: str, at: datetime) -> bytes:
    """A ``metadata`` record in the place of one that was erased."""
    fields = {
        "WARC-Type": "metadata",
        "WARC-Record-ID": f"<urn:uuid:{uuid5(NAMESPACE_URL, f'erased {id}')}>",
        "WARC-Date": _date(at),
        "Content-Type": "application/warc-fields",
    }
    return _record(fields, b"erased: yes\r\n")


def _record(fields: Mapping[str, str], block: bytes) -> bytes:
    lines = _header_lines({**fields, "Content-Length": str(len(block))})
    return b"WARC/1.1\r\n" + lines.encode("utf-8") + b"\r\n" + block + b"\r\n\r\n"


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _digest(block: bytes) -> str:
    return f"sha1:{b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()}"


def _http(document: RawDocument) -> bytes:
    try:
        phrase = HTTPStatus(document.status).phrase
    except ValueError:
        phrase = ""
    headers = {f"{_MOVED}{k}" if k.lower() in _FRAMING else k: v for k, v in document.headers.items()}
    if document.content_type and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = document.content_type
    headers["Content-Length"] = str(len(document.body))
    head = f"HTTP/1.1 {document.status} {phrase}\r\n{_header_lines(headers)}\r\n"
    return head.encode("utf-8", "replace") + document.body


def _header_lines(headers: Mapping[str, str]) -> str:
    # A line break inside a value would begin another header.
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in headers.items() if name.isprintable())
