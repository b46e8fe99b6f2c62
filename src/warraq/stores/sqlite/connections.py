"""Connections to one SQLite file: many readers, one writer, each method one transaction, errors as ours."""

from __future__ import annotations

import os
import sqlite3
import struct
import threading
import time
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from json import JSONDecodeError
from pathlib import Path

from warraq.errors import ArchiveCorrupt, ArchiveError, ArchiveLocked, NotFound, UsageError
from warraq.stores.sqlite import schema

try:
    import fcntl
except ImportError:  # not POSIX: then who writes waits no longer than for any other writer
    fcntl = None  # type: ignore[assignment]

MEMORY = ":memory:"
OLDEST_SQLITE = (3, 37, 0)
"""The first with STRICT tables."""

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_NOT_WRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_WRITER_CACHE_KIB = 16 * 1024
_READER_CACHE_KIB = 8 * 1024
_READERS_KEPT = 4
"""Idle readers that keep their caches; more than so many reading at one moment are opened and closed."""
_WAL_PAGES = 8000
"""About 32 MiB of log before it is folded into the file: random pages are then written once, not many times."""


class Connections:
    """The connections to one file. Readers come from a pool that grows with the threads that read at once."""

    def __init__(self, path: str | Path, read_only: bool, timeout: float) -> None:
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise ArchiveError(f"SQLite {sqlite3.sqlite_version} is too old; Warraq needs 3.37 or newer")
        self.place = str(path)
        self.read_only = read_only
        self._path = None if self.place == MEMORY else Path(path).absolute()
        self._timeout = timeout
        self._immutable = False
        self._closed = False
        self._idle: deque[sqlite3.Connection] = deque()
        self._writer: sqlite3.Connection | None = None
        self._watching: sqlite3.Connection | None = None
        self._watched = threading.Lock()
        self._turn = threading.Lock()
        with self._translated():
            if read_only:
                self._idle.append(self._open_reader_first())
            else:
                self._writer = self._open_writer()

    # -- transactions -----------------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection inside a read transaction: all that is read in it is of one state."""
        if self._closed:
            raise ArchiveError(f"{self.place}: closed")
        if self._path is None:  # in memory there is one connection for all
            with self.writing() as db:
                yield db
            return
        with self._translated():
            try:
                db = self._idle.pop()
            except IndexError:
                db = self._open_reader()
            try:
                db.execute("BEGIN")
                yield db
            except (JSONDecodeError, struct.error, zlib.error) as error:  # what SQLite cannot notice
                raise ArchiveCorrupt(f"{self.place}: what is stored cannot be read: {error}") from error
            finally:
                with suppress(sqlite3.Error):
                    db.execute("COMMIT")
                if self._closed or len(self._idle) >= _READERS_KEPT:
                    db.close()
                else:
                    self._idle.append(db)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The writing connection inside a transaction of its own: committed and synced at the end, or undone."""
        if self.read_only:
            raise ArchiveLocked(f"{self.place}: opened for reading only")
        compacted = False
        while not self._turn.acquire(timeout=self._timeout):
            before, compacted = compacted, self._compacting()
            if not (before or compacted):
                raise ArchiveLocked(f"{self.place}: another thread has been writing for {self._timeout:g} s")
        try:
            if self._closed or self._writer is None:
                raise ArchiveError(f"{self.place}: closed")
            db = self._writer
            with self._translated():
                self._begin(db)
                try:
                    yield db
                    db.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):
                        db.execute("ROLLBACK")
                    raise
        finally:
            self._turn.release()

    def _begin(self, db: sqlite3.Connection) -> None:
        """Begin to write when it is our turn. Only who writes the file anew is waited for beyond the timeout."""
        compacted = False
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                before, compacted = compacted, self._compacting()
                if _primary(error) not in _BUSY or not (before or compacted):
                    raise

    def version(self) -> int:
        """A number that is another one after a commit of whomever (of a file: SQLite's ``data_version``)."""
        with self._watched, self._translated():
            if self._closed:
                raise ArchiveError(f"{self.place}: closed")
            if self._path is None:
                assert self._writer is not None
                return self._writer.total_changes
            if self._watching is None:  # the number says something about one connection alone, so it is kept
                self._watching = self._open_reader()
            (found,) = self._watching.execute("PRAGMA data_version").fetchone()
            return int(found)

    def backup(self, path: Path) -> None:
        """Copy the whole file, as it stands at one moment, into a new one, by SQLite's own online backup.

        The copy is on disk, synced, before it gets its name: a file of that name is a whole backup.
        """
        if path.exists():
            raise UsageError(f"{path}: is there already")
        if not path.parent.is_dir():
            raise UsageError(f"{path.parent}: no such folder")
        partial = path.with_name(path.name + ".partial")
        try:
            with self._copied() as db, self._translated():
                partial.unlink(missing_ok=True)
                copy = sqlite3.connect(partial)
                try:
                    db.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")
                finally:
                    copy.close()
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
            partial.rename(path)
            _sync_directory(path.parent)
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be written: {error.strerror}") from error
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    @contextmanager
    def _copied(self) -> Iterator[sqlite3.Connection]:
        """A connection to copy from: a reader's, whose snapshot writers do not disturb; in memory the only one."""
        if self._path is not None:
            with self.reading() as db:
                yield db
            return
        assert self._writer is not None
        with self._turn:  # without a transaction: SQLite would wait for its end
            yield self._writer

    def settle(self) -> None:
        """Fold the log into the file and cut it off, as far as readers allow; nothing is lost where they do not."""
        if self._path is None or self._writer is None:
            return
        with self._turn:
            self._fold()

    def _fold(self) -> None:
        assert self._writer is not None
        with suppress(sqlite3.OperationalError):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def compact(self) -> None:
        """Write the file anew without what was deleted: one transaction, for which all others who write wait.

        Needs as much free space again. It cannot be had in smaller ones: what is left of deleted rows inside pages that
        are in use goes only when all of them are written. A process that ends before the end leaves the file as it was,
        and nobody waits for it any longer: its lock on the file beside ends with it.
        """
        if self.read_only or self._writer is None:
            raise ArchiveLocked(f"{self.place}: opened for reading only")
        with self._turn, self._translated(), ExitStack() as held:
            if self._path is not None and fcntl is not None:
                file = held.enter_context(self._beside().open("ab"))
                fcntl.flock(file, fcntl.LOCK_EX)
            self._writer.execute("VACUUM")
            self._fold()

    def _compacting(self) -> bool:
        """Whether somebody writes the file anew now."""
        if self._path is None or fcntl is None:
            return False
        try:
            with self._beside().open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # mostly that it is not there
            return False
        return False

    def _beside(self) -> Path:
        """Who writes the file anew holds a lock on this one."""
        assert self._path is not None
        return self._path.with_name("compacting.lock")

    def close(self) -> None:
        """Close all; a second call does nothing. Transactions under way end first (writing) or close theirs."""
        self._closed = True
        with self._watched:
            if self._watching is not None:
                self._watching.close()
                self._watching = None
        with self._turn:
            while self._idle:
                self._idle.pop().close()
            if self._writer is not None:
                self._writer.close()  # the last one out folds the log into the file
                self._writer = None

    # -- opening ----------------------------------------------------------------------------------------------

    def _open_writer(self) -> sqlite3.Connection:
        path = self._path
        if path is not None and not path.parent.is_dir():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                _sync_directory(path.parent.parent)
            except OSError as error:
                raise ArchiveLocked(f"{self.place}: cannot be made: {error.strerror}") from error
        db = self._connect(MEMORY if path is None else path.as_uri(), uri=path is not None)
        try:
            schema.version(db, self.place)  # before anything is written to what may be someone else's file
            if path is not None:
                self._use_wal(db)
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute(f"PRAGMA cache_size = -{_WRITER_CACHE_KIB}")
            db.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}")
            db.execute(f"PRAGMA journal_size_limit = {_WAL_PAGES * 4096}")
            schema.upgrade(db, self.place)
        except BaseException:
            db.close()
            raise
        return db

    def _use_wal(self, db: sqlite3.Connection) -> None:
        """Switch to a write-ahead log. Needs the file alone for an instant, which SQLite does not wait for itself."""
        give_up = time.monotonic() + self._timeout
        while True:
            try:
                (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
            except sqlite3.OperationalError as error:
                if _primary(error) not in _BUSY or time.monotonic() > give_up:
                    raise
                time.sleep(0.01)
                continue
            if mode != "wal":
                raise ArchiveError(f"{self.place}: the file system does not allow a write-ahead log")
            return

    def _open_reader_first(self) -> sqlite3.Connection:
        """The first reader of an archive opened for reading only, with what must hold checked."""
        if self._path is None or not self._path.is_file():
            raise NotFound(f"{self.place}: no such archive")
        try:
            db = self._checked_reader()
        except sqlite3.OperationalError as error:
            if _primary(error) not in _NOT_WRITABLE:
                raise
            # A directory that may not be written to: SQLite cannot keep its shared memory there. Without a
            # log beside it the file is whole and nobody writes, so it may be read as it stands.
            log = Path(f"{self._path}-wal")
            if log.exists() and log.stat().st_size:
                raise ArchiveLocked(
                    f"{self.place}: its last writer did not end properly; open it once with the right to write"
                ) from error
            self._immutable = True
            db = self._checked_reader()
        return db

    def _checked_reader(self) -> sqlite3.Connection:
        db = self._open_reader()
        try:
            found = schema.version(db, self.place)
            if found < len(schema.MIGRATIONS):
                raise ArchiveCorrupt(
                    f"{self.place}: version {found}, of an older Warraq; open it once with the right to write"
                )
        except BaseException:
            db.close()
            raise
        return db

    def _open_reader(self) -> sqlite3.Connection:
        assert self._path is not None
        db = self._connect(self._path.as_uri() + ("?immutable=1" if self._immutable else "?mode=ro"), uri=True)
        db.execute("PRAGMA query_only = ON")
        db.execute(f"PRAGMA cache_size = -{_READER_CACHE_KIB}")
        return db

    def _connect(self, name: str, *, uri: bool) -> sqlite3.Connection:
        return sqlite3.connect(
            name, uri=uri, timeout=self._timeout, isolation_level=None, check_same_thread=False, cached_statements=256
        )

    # -- errors -----------------------------------------------------------------------------------------------

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLite's errors as ours, one line each."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = _primary(error)
            if code in _BUSY:
                raise ArchiveLocked(
                    f"{self.place}: another process has been writing for {self._timeout:g} s"
                ) from error
            if code in _NOT_WRITABLE:
                raise ArchiveLocked(f"{self.place}: {error}") from error
            if code in _BROKEN:
                raise ArchiveCorrupt(f"{self.place}: {error}") from error
            raise ArchiveError(f"{self.place}: {error}") from error


def _primary(error: sqlite3.Error) -> int:
    """SQLite's primary result code (the extended ones carry it in their low byte); 0 if there is none."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return 0 if code is None else code & 0xFF


def _sync_directory(path: Path) -> None:
    """Make a new name in a directory survive a power cut, where the system has a way to."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
