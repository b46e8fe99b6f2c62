"""One exception tree.

::

    WarraqError
    ├── UsageError          the caller's mistake: one line in the CLI, a 4xx in the API
    │   ├── NotFound        no such article, outlet, file or archive
    │   ├── QueryError      a search that cannot be read; points at the place
    │   └── ConfigError     a setting with a wrong value
    └── ArchiveError        the world or a bug: stops the loop, with its cause
        ├── ArchiveLocked   another process writes, or the archive is read-only
        ├── ArchiveCorrupt  the store does not hold what it should
        └── LeaseLost       a worker overslept its lease: its commit must not count

Expected failures of single documents are not exceptions: they are `Outcome` and `Reason` values (`types`).
"""

from __future__ import annotations


class WarraqError(Exception):
    """Anything Warraq raises on purpose. Its text is one line: what, which, why."""


class UsageError(WarraqError):
    """The caller asked for something that cannot be."""


class NotFound(UsageError):
    """No such article, outlet, file or archive."""


class QueryError(UsageError):
    """A search that cannot be read. ``position`` is the offset in the query, or None."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class ConfigError(UsageError):
    """A setting with a wrong name or value."""


class ArchiveError(WarraqError):
    """The archive cannot go on."""


class ArchiveLocked(ArchiveError):
    """Another process holds what only one may hold, or the archive is read-only."""


class ArchiveCorrupt(ArchiveError):
    """The store or the index does not hold what it should."""


class LeaseLost(ArchiveError):
    """A worker overslept its lease; nothing of its commit was stored."""
