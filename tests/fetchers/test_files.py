"""Files and folders: every document comes once, every fault is named with its place."""

from __future__ import annotations

import gzip
import io
from contextlib import suppress
from pathlib import Path

import pytest
from fastwarc.stream_io import ZstdWriter
from hypothesis import given
from hypothesis import strategies as st

from warraq.errors import NotFound, UsageError
from warraq.fetchers import records
from warraq.fetchers.decode import Unreadable, dechunk, unpack
from warraq.fetchers.files import read_documents
from warraq.types import Failure, RawDocument, Reason, Record


def read(*paths: Path, url: str = "") -> list[RawDocument | Record | Failure]:
    return list(read_documents(paths, url=url))


def faults(found: list[RawDocument | Record | Failure]) -> list[tuple[str, Reason]]:
    return [(f.where.rpartition("/")[2], f.reason) for f in found if isinstance(f, Failure)]


def fields(found: list[RawDocument | Record | Failure]) -> list[object]:
    return [dict(f.fields) for f in found if isinstance(f, Record)]


LINES = b"""\xef\xbb\xbf{"url": "a", "title": "\xd8\xae\xd8\xa8\xd8\xb1"}

not json
[1, 2]
{"title": "\xff"}
{"url": "b"}"""


@pytest.mark.parametrize("suffix", ["jsonl", "ndjson", "jsonl.gz", "jsonl.zst"])
def test_json_lines(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"news.{suffix}"
    if suffix.endswith("gz"):
        path.write_bytes(gzip.compress(LINES))
    elif suffix.endswith("zst"):
        packed = io.BytesIO()
        writer = ZstdWriter(packed)
        writer.write(LINES)
        writer.close()
        path.write_bytes(packed.getvalue())
    else:
        path.write_bytes(LINES)
    found = read(path)
    assert fields(found) == [{"url": "a", "title": "خبر"}, {"url": "b"}]
    name = path.name
    assert faults(found) == [(f"{name}:{n}", Reason.BAD_RECORD) for n in (3, 4, 5)]
    assert [f.where for f in found if isinstance(f, Record)] == [f"{path}:1", f"{path}:6"]


def test_long_lines_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_LINE", 100)
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' + "x" * 350 + '\n{"b": "' + "y" * 89 + '"}\n')
    found = read(path)
    assert fields(found) == [{"a": 1}, {"b": "y" * 89}]
    assert faults(found) == [("a.jsonl:2", Reason.TOO_LARGE)]


def test_a_cut_file_keeps_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    lines = b"".join(b'{"n": %d}\n' % n for n in range(20_000))
    path.write_bytes(gzip.compress(lines)[:-2000])
    found = read(path)
    assert len(fields(found)) > 1000
    assert faults(found)[-1] == ("a.jsonl.gz", Reason.UNREADABLE)


def test_deep_json_is_a_fault_of_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("[" * 100_000 + "\n" + '{"a": ' * 100_000 + '\n{"a": ' + "9" * 10_000 + '}\n{"b": 1}')
    found = read(path)
    assert fields(found) == [{"b": 1}]
    assert len(faults(found)) == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows(tmp_path: Path, delimiter: str) -> None:
    rows = [["url", "title", "text"], ["a", 'قال "نعم"', "سطر\nآخر"], ["b", "t", "x"], ["c", "t"], ["d", "t", "x", "y"]]
    text = "\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    path = tmp_path / ("a.tsv" if delimiter == "\t" else "a.csv")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\n\n" + delimiter.join(["e", "\xff", "x"]).encode("latin-1"))
    found = read(path)
    assert fields(found) == [
        {"url": "a", "title": 'قال "نعم"', "text": "سطر\nآخر"},
        {"url": "b", "title": "t", "text": "x"},
    ]
    assert [f.where.rpartition(":")[2] for f in found] == ["2", "4", "5", "6", "8"]
    assert {reason for _, reason in faults(found)} == {Reason.BAD_RECORD}


def test_rows_in_utf_16_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("url,title\r\na,عنوان\r\n", encoding="utf-16", newline="")
    (found,) = read(path)
    assert isinstance(found, Failure)
    assert (found.reason, found.detail) == (Reason.BAD_RECORD, "UTF-16; save it as UTF-8")


def test_an_open_quote_does_not_eat_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_LINE", 200)
    path = tmp_path / "a.csv"
    path.write_text('url,title\na,"open\n' + "b,t\n" * 100)
    found = read(path)
    assert faults(found)[0] == ("a.csv:2", Reason.BAD_RECORD)
    assert len(fields(found)) > 40


def test_json_files_are_records_or_feeds(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text('[{"a": 1}, 2, {"b": 3}]')
    (tmp_path / "2.json").write_text('{"version": "https://jsonfeed.org/version/1.1", "items": []}')
    (tmp_path / "3.json").write_text('{"a": 1}\n{"a": 2}\n')
    (tmp_path / "4.json").write_text('{"a":\n 5}')
    found = read(tmp_path)
    assert fields(found) == [{"a": 1}, {"b": 3}, {"a": 1}, {"a": 2}, {"a": 5}]
    assert faults(found) == [("1.json:2", Reason.BAD_RECORD)]
    assert [d.content_type for d in found if isinstance(d, RawDocument)] == ["application/feed+json"]


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    for name in ("b/2.htm", "b/1.html.gz", "a.xml", "picture.png", ".hidden.html", ".git/x.html", "c.rss"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(b"<p>") if name.endswith("gz") else b"<p>")
    (tmp_path / "loop").symlink_to(tmp_path)
    found = read(tmp_path)
    names = [d.url.rpartition("/")[2] for d in found if isinstance(d, RawDocument)]
    assert names == ["a.xml", "c.rss", "1.html.gz", "2.htm"]
    assert {d.body for d in found if isinstance(d, RawDocument)} == {b"<p>"}


def test_kinds_by_content(tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(b"\n<!doctype html><p>")
    (tmp_path / "feed").write_bytes(b"<?xml version='1.0'?><rss></rss>")
    (tmp_path / "lines").write_bytes(b'{"a": 1}\n')
    (tmp_path / "what").write_bytes(b"\x00\x01")
    found = read(*(tmp_path / name for name in ("page", "feed", "lines", "what")))
    assert [d.content_type for d in found if isinstance(d, RawDocument)] == ["text/html", "application/xml"]
    assert fields(found) == [{"a": 1}]
    assert faults(found) == [("what", Reason.UNREADABLE)]


def test_addresses_of_files(tmp_path: Path) -> None:
    path = tmp_path / "صفحة.html"
    path.write_bytes(b"<p>")
    given, own = read(path, url="https://example.com/a")[0], read(path)[0]
    assert isinstance(given, RawDocument)
    assert isinstance(own, RawDocument)
    assert given.url == "https://example.com/a"
    assert own.url == path.as_uri()
    with pytest.raises(UsageError):
        read_documents([path, path], url="https://example.com/a")
    with pytest.raises(UsageError):
        read_documents([tmp_path], url="https://example.com/a")
    with pytest.raises(NotFound):
        read_documents([tmp_path / "none"])


def test_names_are_safe_to_print(tmp_path: Path) -> None:
    path = tmp_path / "a\n\u202eb.jsonl"
    path.write_text("x")
    (fault,) = read(path)
    assert isinstance(fault, Failure)
    assert fault.where.endswith("a\\n\\u202eb.jsonl:1")


def test_large_pages_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.html.gz"
    path.write_bytes(gzip.compress(bytes(17 << 20)))
    assert faults(read(path)) == [("a.html.gz", Reason.TOO_LARGE)]


# --- unpacking ------------------------------------------------------------------------------------------------


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", "", "identity", "x"]))
def test_unpacking_keeps_to_the_limit_or_says_why_not(body: bytes, codings: str) -> None:
    with suppress(Unreadable):
        assert len(unpack(body, codings, 1000)) <= 1000


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5))
def test_chunks_are_joined(parts: list[bytes]) -> None:
    framed = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert dechunk(framed) == b"".join(parts)
    assert dechunk(b"no chunks here") == b"no chunks here"
