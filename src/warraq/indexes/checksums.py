"""The checksums that Tantivy writes into its files but does not look at when it opens them.

A file ends with a footer: JSON with the CRC-32 of what comes before it, the length of that JSON and a fixed number,
both as 32 bits, little-endian (tantivy, ``directory/footer.rs``).
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_TAIL = struct.Struct("<II")
_MAGIC = 1337
_MOST_FOOTER = 4096
_STEP = 1 << 20


def damaged(folder: Path, limit: float = float("inf")) -> str:
    """The name of the first file of the last commit that is damaged; empty if none is.

    Of every file it is seen whether it has its end. Contents are held against their checksums of the newest files, as
    long as all that is read of them is at most `limit` bytes: what a crash or a full disk leaves behind is new.
    """
    for path, size in _newest_first(_committed(folder)):
        limit -= size
        try:
            if not _right(path, size, whole=limit >= 0):
                return path.name
        except FileNotFoundError:  # merged away by its writer meanwhile
            continue
    return ""


def _newest_first(paths: Iterator[Path]) -> list[tuple[Path, int]]:
    found = []
    for path in paths:
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        found.append((state.st_mtime_ns, path, state.st_size))
    return [(path, size) for _, path, size in sorted(found, reverse=True)]


def _committed(folder: Path) -> Iterator[Path]:
    """The files of the segments that the last commit names; others may be half written."""
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        names = [str(segment["segment_id"]).replace("-", "") for segment in segments]
    except (OSError, ValueError, KeyError, TypeError):
        return  # opening the index says what is wrong
    for name in names:
        yield from (path for path in folder.glob(f"{name}.*") if path.suffix != ".lock")


def _right(path: Path, size: int, *, whole: bool) -> bool:
    with path.open("rb") as file:
        body, wanted = _footer(file, size)
        if body < 0 or not whole:
            return body >= 0
        file.seek(0)
        found = 0
        while body > 0 and (part := file.read(min(_STEP, body))):
            found = zlib.crc32(part, found)
            body -= len(part)
        return found == wanted


def _footer(file: IO[bytes], size: int) -> tuple[int, int]:
    """How many bytes the footer stands for, and their checksum; (-1, 0) where there is no footer."""
    if size < _TAIL.size:
        return -1, 0
    file.seek(size - _TAIL.size)
    length, magic = _TAIL.unpack(file.read(_TAIL.size))
    body = size - _TAIL.size - length
    if magic != _MAGIC or length > _MOST_FOOTER or body < 0:
        return -1, 0
    file.seek(body)
    try:
        return body, int(json.loads(file.read(length))["crc"])
    except (ValueError, KeyError, TypeError):
        return -1, 0
