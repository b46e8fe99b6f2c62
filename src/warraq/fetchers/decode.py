"""Unpacking with limits: content codings (RFC 9110, section 8.4.1), chunks (RFC 9112, section 7.1), packed files.

A kilobyte can unpack to gigabytes, so nothing here grows beyond the limit it is given, whatever the input claims.
"""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import IO, Any, cast

from fastwarc.stream_io import BrotliReader, ZstdReader

from warraq.types import Reason

CODINGS = "gzip, deflate, br, zstd"
"""What `unpack` understands, as an ``Accept-Encoding`` header says it."""
_STEP = 1 << 16
_MAX_CODINGS = 3


class Unreadable(Exception):
    """Bytes that cannot be unpacked, or not within the limit. ``reason`` and the text go into a `Failure`."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def unpack(body: bytes, codings: str, limit: int) -> bytes:
    """`body` without the codings of a ``Content-Encoding`` header, at most `limit` bytes.

    What is named gzip, deflate or br and begins like plain text was never packed, and comes back as it is: servers
    do that. Raises `Unreadable`: ``too_large`` beyond the limit, else ``unreadable``.
    """
    names = [name for name in (part.strip().lower() for part in codings.split(",")) if name not in ("", "identity")]
    if len(names) > _MAX_CODINGS:
        raise Unreadable(Reason.UNREADABLE, f"{len(names)} content codings")
    for name in reversed(names):
        body = _unpack(body, name, limit)
    if len(body) > limit:
        raise Unreadable(Reason.TOO_LARGE, f"more than {limit} bytes")
    return body


def _unpack(body: bytes, name: str, limit: int) -> bytes:
    if not body:
        return body
    if name in ("gzip", "x-gzip"):
        return _inflate(body, limit, 31) if body[:2] == b"\x1f\x8b" else _plain(body, name)
    if name == "deflate":
        # The standard says zlib; a few servers send the bare stream.
        return _inflate(body, limit, 15 if body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0 else -15)
    if name in ("br", "zstd"):
        return _read(BrotliReader if name == "br" else ZstdReader, body, limit)
    raise Unreadable(Reason.UNREADABLE, f"unknown content coding {name[:40]!r}")


def _plain(body: bytes, name: str) -> bytes:
    if body.lstrip()[:1] in (b"<", b"{", b"["):
        return body
    raise Unreadable(Reason.UNREADABLE, f"not {name}, as it claims to be")


def _inflate(body: bytes, limit: int, window: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body:
        machine = zlib.decompressobj(window)
        try:
            part = machine.decompress(body, limit + 1 - size)
        except zlib.error as error:
            if parts:  # junk after a complete member is common and harmless
                break
            raise Unreadable(Reason.UNREADABLE, f"wrong compression: {error}") from None
        size += len(part)
        if size > limit:
            raise Unreadable(Reason.TOO_LARGE, f"more than {limit} bytes when unpacked")
        if not machine.eof:
            raise Unreadable(Reason.UNREADABLE, "the compressed body is cut off")
        parts.append(part)
        body = machine.unused_data if window == 31 and machine.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(parts)


def _read(reader: Any, body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        stream = reader(io.BytesIO(body))
        while part := stream.read(_STEP):
            size += len(part)
            if size > limit:
                raise Unreadable(Reason.TOO_LARGE, f"more than {limit} bytes when unpacked")
            parts.append(part)
    except (OSError, EOFError) as error:
        raise Unreadable(Reason.UNREADABLE, f"wrong compression: {error}") from None
    return b"".join(parts)


def dechunk(body: bytes) -> bytes:
    """`body` without HTTP/1.1 chunk frames; as it is if it does not begin with one. Cut off chunks are kept."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at, at + 1024)
        try:
            size = int(body[at:end].partition(b";")[0].strip() or b"x", 16) if end >= 0 else -1
        except ValueError:
            size = -1
        if size < 0:
            return b"".join(parts) if parts else body
        if size == 0:
            return b"".join(parts)
        parts.append(body[end + 2 : end + 2 + size])
        at = end + 2 + size + 2
        if at >= len(body):
            return b"".join(parts)


class _Raw(io.RawIOBase):
    """FastWARC's reader as a raw stream, for buffering."""

    def __init__(self, reader: Any, inner: IO[bytes]) -> None:
        self._reader = reader
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part: bytes = self._reader.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._inner.close()
        super().close()


BROKEN = (OSError, EOFError, zlib.error)
"""What reading a stream of `open_packed` raises when the file is broken."""


class Meter:
    """How much of the files of one run has been read, in bytes as they lie on disk."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._begun = self._ahead = 0
        self._file: IO[bytes] | None = None

    def watch(self, file: IO[bytes], size: int) -> None:
        """A file of `size` bytes is read from now on; the one before it is done."""
        self._file, self._ahead = file, size
        self._begun += size

    def share(self) -> float:
        """0..1."""
        if self._file is None or not self._size:
            return 0.0
        left = 0 if self._file.closed else self._ahead - self._file.tell()
        return min(1.0, (self._begun - left) / self._size)


def open_packed(path: Path, meter: Meter | None = None) -> IO[bytes]:
    """A file for reading, unpacked on the way when its name ends in ``.gz`` or ``.zst``. Reading may raise `BROKEN`."""
    inner = path.open("rb")
    if meter is not None:
        meter.watch(inner, path.stat().st_size)
    if path.suffix.lower() == ".gz":
        packed = gzip.GzipFile(fileobj=inner)
        packed.myfileobj = inner  # type: ignore[assignment] # closed with it, as a file that it opened itself
        return cast(IO[bytes], packed)
    if path.suffix.lower() == ".zst":
        return io.BufferedReader(_Raw(ZstdReader(inner), inner))
    return inner
