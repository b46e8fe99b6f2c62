"""Web archives: what others wrote is read, what we write is read back, and damage is contained."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from hypothesis import given
from hypothesis import strategies as st

from warraq.errors import UsageError
from warraq.fetchers.warc import read_response, read_warc, response_record
from warraq.types import Failure, RawDocument, Reason

WHEN = datetime(2025, 2, 16, 15, 46, 39, 123456, tzinfo=UTC)


def page(n: int = 0, body: bytes = b"<p>\xd8\xae\xd8\xa8\xd8\xb1", **headers: str) -> RawDocument:
    return RawDocument(f"https://example.com/{n}", body, WHEN, "text/html; charset=utf-8", 200, headers)


def write(path: Path, *documents: RawDocument) -> list[int]:
    members = [gzip.compress(response_record(document), mtime=0) for document in documents]
    path.write_bytes(b"".join(members))
    return [sum(map(len, members[:n])) for n in range(len(members))]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    documents = [page(1, x_served="ع"), page(2, b""), page(3, bytes(range(256)) * 100)]
    write(path, *documents)
    for found, document in zip(read_warc(path, "a"), documents, strict=True):
        assert isinstance(found, RawDocument)
        assert (found.url, found.body, found.fetched_at) == (document.url, document.body, WHEN)
        assert found.content_type == document.content_type


def test_digests_are_right(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    write(path, page(1), page(2, b""))
    assert [r.verify_block_digest() for r in ArchiveIterator(str(path), parse_http=False)] == [True] * 2
    assert [r.verify_payload_digest() for r in ArchiveIterator(str(path))] == [True] * 2
    assert gzip.decompress(path.read_bytes()).startswith(b"WARC/1.1\r\n")


def test_records_have_derived_ids() -> None:
    assert response_record(page(1)) == response_record(page(1))
    assert response_record(page(1)) != response_record(page(2))


def test_headers_cannot_break_out(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    document = page(1, **{"x": "a\r\n\r\n<script>", "content-encoding": "gzip", "content-length": "9999"})
    write(path, document)
    (found,) = read_warc(path, "a")
    assert isinstance(found, RawDocument)
    assert found.body == document.body
    assert found.headers["x"] == "a <script>"
    assert found.headers["x-crawler-content-encoding"] == "gzip"
    with pytest.raises(UsageError):
        response_record(RawDocument("https://example.com/\r\nX: y", b"", WHEN))


VALUES = st.text(st.characters(exclude_categories=("C", "Z")), max_size=20)
NAMES = st.sampled_from(["etag", "last-modified", "content-encoding", "transfer-encoding", "content-length", "x-ع"])


@given(
    body=st.binary(max_size=500),
    url=st.sampled_from(["http://a.example/", "https://b.example/%D8%B9?q=1"]),
    status=st.sampled_from([200, 203, 404, 599]),
    headers=st.dictionaries(NAMES, VALUES, max_size=4),
)
def test_any_response_comes_back(body: bytes, url: str, status: int, headers: dict[str, str]) -> None:
    document = RawDocument(url, body, WHEN, "application/json", status, {**headers, "content-type": "application/json"})
    found = read_response(response_record(document), "a")
    assert isinstance(found, RawDocument)
    assert found == document


def test_damage_costs_only_its_records(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = write(path, page(1), page(2), page(3))
    data = bytearray(path.read_bytes())
    data[offsets[1] + 20 : offsets[1] + 60] = b"x" * 40
    path.write_bytes(data)
    found = list(read_warc(path, "a"))
    assert [d.url for d in found if isinstance(d, RawDocument)] == [page(1).url, page(3).url]
    assert [f.reason for f in found if isinstance(f, Failure)] == [Reason.UNREADABLE]


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = write(path, page(1), page(2))
    data = path.read_bytes()
    for cut in range(offsets[1] + 10, len(data) - 16, 7):
        path.write_bytes(data[:cut])
        found = list(read_warc(path, "a"))
        assert [d.url for d in found if isinstance(d, RawDocument)][:1] == [page(1).url]
        assert isinstance(found[-1], Failure), cut


def test_not_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(b"<html>")
    assert [type(found) for found in read_warc(path, "a")] == [Failure]
    assert isinstance(read_response(b"<html>", "a"), Failure)
