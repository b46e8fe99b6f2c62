"""Raw documents in WARC files: appended by batches, each on disk when `keep` returns, read back one by one.

Every writing process has a file of its own, ``NAME.open`` until it is full, the day is over, or the writer closes it.
One that a crash left behind is cut after its last whole record by the next writer that comes, and closed.
"""

from __future__ import annotations

import gzip
import os
import re
import secrets
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be renamed there, which is what the lock is for
    fcntl = None  # type: ignore[assignment]

from warraq.errors import ArchiveError
from warraq.fetchers.warc import erased_record, info_record, read_response, response_record
from warraq.types import Failure, Raw, RawDocument, Reason

ROTATE = 256 * 1024 * 1024
"""Bytes after which the next file begins."""
MAX_RECORD = 1 << 30
"""Bytes of one record, unpacked; more is not read."""
_LEVEL = 4
"""Of gzip: half the time of the usual 6, for 5 % more bytes (on pages of news)."""
_OPEN = ".open"
_NAME = re.compile(r"raw-[0-9]{8}-[0-9a-z-]+\.warc\.gz")
_STEP = 1 << 18


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of raw documents. ``at``: when it was last written to; ``open``: it may still grow."""

    name: str
    size: int
    at: datetime
    open: bool


@dataclass(slots=True)
class _Writing:
    """The file that this process appends to. ``size``: its bytes that are synced."""

    name: str
    day: str
    file: int
    size: int
    process: int


class WarcKeeper:
    """A `ports.Keeper` over a folder of ``.warc.gz`` files, one gzip member a record. Safe to use from many threads.

    `rotate`: bytes after which the next file begins.
    """

    def __init__(self, folder: Path, *, rotate: int = ROTATE) -> None:
        self._folder = folder
        self._rotate = rotate
        self._guard = threading.Lock()
        self._writing: _Writing | None = None
        self._number = 0
        self._writer = secrets.token_hex(3)

    # --- writing ------------------------------------------------------------------------------------------

    def keep(self, documents: Sequence[RawDocument]) -> Sequence[Raw]:
        """Append documents by one write; they are on disk, synced, when it returns.

        Raises `ArchiveError` if that cannot be, and then nothing of them stays.
        """
        members = [gzip.compress(response_record(document), _LEVEL, mtime=0) for document in documents]
        if not members:
            return []
        day = f"{documents[-1].fetched_at.astimezone(UTC):%Y%m%d}"
        try:
            with self._guard:
                writing = self._for(day)
                begin = b"" if writing.size else gzip.compress(info_record(writing.name, documents[-1].fetched_at))
                offset = writing.size + len(begin)
                self._append(writing, b"".join([begin, *members]))
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise ArchiveError(f"raw documents cannot be kept in {self._folder}: {why}") from None
        kept = []
        for document, member in zip(documents, members, strict=True):
            kept.append(Raw(writing.name, offset, len(member), document.url, document.fetched_at))
            offset += len(member)
        return kept

    def _append(self, writing: _Writing, data: bytes) -> None:
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(writing.file, rest) :]
            os.fsync(writing.file)
        except OSError:
            # What a failed sync has left on disk is unknown: the file is cut, and not written to again.
            with suppress(OSError):
                os.ftruncate(writing.file, writing.size)
            self._finish()
            raise
        writing.size += len(data)

    def _for(self, day: str) -> _Writing:
        """The file to append to."""
        writing = self._writing
        if writing is not None and writing.process != os.getpid():  # after a fork: the file is the parent's
            os.close(writing.file)
            self._writing, self._writer, self._number = None, secrets.token_hex(3), 0
        elif writing is not None and (writing.day != day or writing.size >= self._rotate):
            self._finish()
        if self._writing is None:
            if not self._number:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._recover()
            self._writing = self._begin(day)
        return self._writing

    def _begin(self, day: str) -> _Writing:
        while True:
            name = f"raw-{day}-{os.getpid()}-{self._writer}-{self._number:03d}.warc.gz"
            self._number += 1
            path = self._folder / f"{name}{_OPEN}"
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
            if _lock(file, path):
                _sync_folder(self._folder)
                return _Writing(name, day, file, 0, os.getpid())
            os.close(file)  # somebody took it for one that a crash left behind

    def _finish(self) -> None:
        """Close the file, under its lasting name."""
        writing, self._writing = self._writing, None
        if writing is not None:
            _settle(self._folder / f"{writing.name}{_OPEN}", writing.size)
            os.close(writing.file)

    def close(self) -> None:
        """Close the file that is written to. Safe to call twice; `keep` begins another one."""
        with self._guard:
            if self._writing is not None and self._writing.process == os.getpid():
                self._finish()

    def _recover(self) -> None:
        """Cut and close the files of writers that are no more, where the system can tell which those are."""
        for path in self._folder.glob(f"*.warc.gz{_OPEN}") if fcntl else ():
            with suppress(OSError):
                file = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
                try:
                    if _lock(file, path):
                        whole = _whole(file)
                        os.ftruncate(file, whole)
                        os.fsync(file)
                        _settle(path, whole)
                finally:
                    os.close(file)

    # --- reading ------------------------------------------------------------------------------------------

    def read(self, raw: Raw) -> RawDocument | Failure:
        """The document again; ``unreadable`` if its file is gone or broken, or something else lies there."""
        where = f"{raw.file}:{raw.offset}"
        try:
            data = self._bytes(raw)
            machine = zlib.decompressobj(31)
            record = machine.decompress(data, MAX_RECORD)
        except OSError as error:
            return Failure(where, Reason.UNREADABLE, error.strerror or type(error).__name__)
        except zlib.error as error:
            return Failure(where, Reason.UNREADABLE, f"broken: {error}")
        if not machine.eof or machine.unused_data:
            return Failure(where, Reason.UNREADABLE, "not one whole record")
        found = read_response(record, where)
        if isinstance(found, RawDocument) and found.url != raw.url:
            return Failure(where, Reason.UNREADABLE, "another document lies there")
        return found

    def _bytes(self, raw: Raw) -> bytes:
        for path in self._paths(raw.file):
            with suppress(FileNotFoundError), path.open("rb") as file:
                file.seek(raw.offset)
                return file.read(raw.size)
        raise FileNotFoundError(2, "the file is gone")

    def _paths(self, name: str) -> Iterator[Path]:
        """Where a file may be; it may get its lasting name between two looks."""
        if _NAME.fullmatch(name):
            yield self._folder / name
            yield self._folder / f"{name}{_OPEN}"
            yield self._folder / name

    # --- retention ----------------------------------------------------------------------------------------

    def files(self) -> Sequence[KeptFile]:
        """The files, the one written to longest ago first."""
        found = []
        for path in self._folder.glob("raw-*"):
            name = path.name.removesuffix(_OPEN)
            with suppress(FileNotFoundError):
                if _NAME.fullmatch(name):
                    about = path.stat()
                    at = datetime.fromtimestamp(about.st_mtime, UTC)
                    found.append(KeptFile(name, about.st_size, at, path.name != name))
        return sorted(found, key=lambda file: (file.at, file.name))

    def delete(self, name: str) -> bool:
        """Delete a file; false if it is not there, or somebody else writes to it. Our own is closed before."""
        with self._guard:
            if self._writing is not None and self._writing.name == name:
                self._finish()
        path = self._folder / name
        if not _NAME.fullmatch(name) or not path.exists():
            return False
        path.unlink(missing_ok=True)
        _sync_folder(self._folder)
        return True

    def erase(self, raw: Raw) -> bool:
        """Overwrite one document inside its file, so that nothing of it is left there; false if the file is gone.

        The record becomes an empty ``metadata`` record of the same size, and the file stays a sound archive.
        """
        for path in self._paths(raw.file):
            with suppress(FileNotFoundError), path.open("r+b") as file:
                if raw.offset + raw.size <= file.seek(0, os.SEEK_END):
                    file.seek(raw.offset)
                    file.write(_padded(erased_record(f"{raw.file}:{raw.offset}", raw.fetched_at), raw.size))
                    file.flush()
                    os.fsync(file.fileno())
                return True
        return False


def _padded(record: bytes, size: int) -> bytes:
    """A gzip member of exactly `size` bytes (RFC 1952): what is left over is a comment in its header."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = machine.compress(record) + machine.flush()
    comment = b" " * (size - 10 - 1 - len(packed) - 8) + b"\0"
    head = b"\x1f\x8b\x08\x10" + bytes(5) + b"\xff"
    return head + comment + packed + struct.pack("<II", zlib.crc32(record), len(record))


def _whole(file: int) -> int:
    """Where the last whole gzip member of a file ends."""
    end = at = 0
    machine = zlib.decompressobj(31)
    os.lseek(file, 0, os.SEEK_SET)
    while data := os.read(file, _STEP):
        at += len(data)
        full = True
        while data or full:
            try:
                full = len(machine.decompress(data, _STEP)) == _STEP
            except zlib.error:
                return end
            data = machine.unconsumed_tail
            if machine.eof:
                data, full = machine.unused_data, False
                end, machine = at - len(data), zlib.decompressobj(31)
    return end


def _settle(path: Path, size: int) -> None:
    """Give a file its lasting name; an empty one goes."""
    with suppress(OSError):
        if size:
            path.rename(path.with_suffix(""))
        else:
            path.unlink()
        _sync_folder(path.parent)


def _lock(file: int, path: Path) -> bool:
    """Make an open file ours, until it is closed or we are no more; false if it is another's, or no more `path`."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(file).st_ino == path.stat().st_ino
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
