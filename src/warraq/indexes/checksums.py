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

_TAIL = struct.Struct("<II")
_MAGIC = 1337
_MOST_FOOTER = 4096
_STEP = 1 << 20


def damaged(folder: Path, limit: int) -> str:
    """The name of the first file of the last commit whose checksum is wrong; empty if all are right.

    At most about `limit` bytes are read: files of a larger index are looked at in order until that many were.
    """
    for path in _committed(folder):
        try:
            size = path.stat().st_size
            if size > limit:
                continue
            limit -= size
            if not _right(path, size):
                return path.name
        except FileNotFoundError:  # merged away by its writer meanwhile
            continue
    return ""


def _committed(folder: Path) -> Iterator[Path]:
    """The files of the segments that the last commit names; others may be half written."""
    try:
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        names = [str(segment["segment_id"]).replace("-", "") for segment in segments]
    except (OSError, ValueError, KeyError, TypeError):
        return  # opening the index says what is wrong
    for name in names:
        yield from sorted(path for path in folder.glob(f"{name}.*") if path.suffix != ".lock")


def _right(path: Path, size: int) -> bool:
    with path.open("rb") as file:
        if size < _TAIL.size:
            return False
        file.seek(size - _TAIL.size)
        length, magic = _TAIL.unpack(file.read(_TAIL.size))
        left = size - _TAIL.size - length
        if magic != _MAGIC or length > _MOST_FOOTER or left < 0:
            return False
        file.seek(left)
        try:
            wanted = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        found = 0
        while left > 0 and (part := file.read(min(_STEP, left))):
            found = zlib.crc32(part, found)
            left -= len(part)
        return bool(found == wanted)
