"""Files of records: JSON Lines, JSON, CSV and TSV as `Record` values, line by line, in flat memory.

Whatever is wrong with a line becomes a `Failure` that names it, and the rest of the file goes on.
"""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from warraq.fetchers.decode import BROKEN, Meter, open_packed
from warraq.types import Failure, Reason, Record

MAX_LINE = 8 * 1024 * 1024
"""Bytes of one line, and characters of one field of a row."""
_DELIMITERS = ",;\t|"


def read_json_lines(path: Path, where: str, meter: Meter | None = None) -> Iterator[Record | Failure]:
    """Each line of a ``.jsonl`` file (plain, ``.gz`` or ``.zst``) as a record; blank lines do not count."""
    try:
        with open_packed(path, meter) as stream:
            for number, line in _lines(stream):
                here = f"{where}:{number}"
                if line is None:
                    yield Failure(here, Reason.TOO_LARGE, f"a line of more than {MAX_LINE} bytes")
                elif line.strip():
                    yield _json_record(line, here)
    except BROKEN as error:
        yield Failure(where, Reason.UNREADABLE, _said(error))


def read_rows(
    path: Path, where: str, meter: Meter | None = None, encoding: str = "utf-8"
) -> Iterator[Record | Failure]:
    """Each row of a CSV or TSV file with a header (RFC 4180, also with ``;``, tab or ``|``) as a record.

    A row must have as many fields as the header. A record's line is the one where its row begins. `encoding`: one in
    which lines end as in ASCII (`is_read`).
    """
    try:
        with open_packed(path, meter) as stream:
            yield from _rows(stream, where, encoding)
    except BROKEN as error:
        yield Failure(where, Reason.UNREADABLE, _said(error))


def is_read(encoding: str) -> bool:
    """Whether rows can be read in an encoding that Python names so: one of text, whose first half is ASCII."""
    plain = bytes(range(128)) + rb"\x\u"  # escapes are none of text
    try:
        return plain.decode(encoding, "surrogateescape") == plain.decode()
    except (LookupError, ValueError):
        return False


def json_records(value: object, where: str) -> Iterator[Record | Failure]:
    """A whole JSON document as records: an object is one, an array is one for each item (``file:1`` the first)."""
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        yield _record(item, f"{where}:{number}")


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines with their ends; None for one that is longer than `MAX_LINE`. A byte order mark is dropped."""
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) <= MAX_LINE:
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE)
        yield number, None


def _json_record(line: bytes, where: str) -> Record | Failure:
    try:
        return _record(json.loads(line.decode("utf-8")), where)
    except UnicodeDecodeError as error:
        return Failure(where, Reason.BAD_RECORD, f"not UTF-8 at byte {error.start}")
    except json.JSONDecodeError as error:
        return Failure(where, Reason.BAD_RECORD, f"not JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:
        return Failure(where, Reason.BAD_RECORD, f"not JSON: {_said(error)}")


def _record(value: object, where: str) -> Record | Failure:
    if isinstance(value, dict):
        return Record(value, where)
    return Failure(where, Reason.BAD_RECORD, f"a JSON {type(value).__name__}, not an object")


def _rows(stream: IO[bytes], where: str, encoding: str) -> Iterator[Record | Failure]:
    csv.field_size_limit(MAX_LINE)  # the module's own limit, 128 KiB, is less than a long article
    too_long: list[int] = []

    def texts() -> Iterator[str]:
        for number, line in _lines(stream):
            if line is None:
                too_long.append(number)
            # Bytes that are not of it become lone surrogates, so that only the row they stand in is refused.
            yield "\n" if line is None else line.decode(encoding, "surrogateescape")

    lines = texts()
    first = next((line for line in lines if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    except csv.Error as error:
        detail = "UTF-16; save it as UTF-8" if "\0" in first else f"no header: {_said(error)}"
        yield Failure(f"{where}:1", Reason.BAD_RECORD, detail)
        return
    reader = csv.reader(lines, delimiter=delimiter)
    begin = 2
    while True:
        detail, row = "", []
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            detail = _said(error)
        here, begin = f"{where}:{begin}", reader.line_num + 2
        for number in too_long:
            yield Failure(f"{where}:{number}", Reason.TOO_LARGE, f"a line of more than {MAX_LINE} bytes")
        too_long.clear()
        if not row and not detail:
            continue
        if not detail and len(row) != len(header):
            detail = f"{len(row)} fields under a header of {len(header)}"
        if not detail and not all(_is_text(value) for value in row):
            detail = f"not {encoding.upper()}"
        yield Failure(here, Reason.BAD_RECORD, detail) if detail else Record(dict(zip(header, row, strict=True)), here)


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:200]
