"""Reading an index whose folder cannot be written to: Tantivy takes a lock there even to read."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path


class Borrowed:
    """A temporary folder of symbolic links to an index's files; locks are made there, not in the index's folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="warraq-index-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        self.follow()

    def follow(self) -> None:
        """Link what its owner has made since, and nothing that is gone."""
        there = {path.name for path in self._path.glob("*") if path.suffix != ".lock"}
        here = {path.name for path in self.path.glob("*") if path.is_symlink()}
        for name in there - here:
            with suppress(FileExistsError):  # another thread was first
                (self.path / name).symlink_to(self._path.absolute() / name)
        for name in here - there:
            (self.path / name).unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the links. Safe to call twice."""
        self._folder.cleanup()
