"""Bringing index, background and stories up to date: the work of one process at a time, whichever that is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property

from warraq import pipeline
from warraq.analyse.vectors import RECIPE
from warraq.app.opened import INDEX_FOLDER, PLACING_FILE, Opened
from warraq.app.turns import Turn
from warraq.errors import ArchiveCorrupt, ArchiveError, ArchiveLocked
from warraq.indexes.tantivy import TantivyIndex, erase

LOOK = 0.25
"""Seconds after which a process that waits for another one looks again."""
PATIENCE = 40
"""Looks at which nothing has moved before it waits no longer."""


class Indexing(Opened):
    """Follow the store into what is derived from it."""

    elsewhere = False
    """Whether another process did, or does, what `refresh` was called for last."""

    def refresh(self, *, rebuild: bool = False) -> int:
        """Bring index, background and stories up to date; returns how many articles were indexed. `rebuild`: anew.

        While another process writes the index (`run` does, for as long as it goes on), that one does all this, of its
        own accord; then this waits for it, as long as it gets on, and sets `elsewhere`. Raises `ArchiveLocked` if
        the archive is read-only.
        """
        if self._read_only:
            raise ArchiveLocked(f"{self.config.archive}: it is read-only")
        if rebuild:
            self._anew.touch()
        kept = self._indexing.held
        self.elsewhere = False
        try:
            indexed = self._index_in_turn()
        finally:
            if not kept:  # another process may want to
                self._index.release()
                self._indexing.close()
        self._place_in_turn()
        self._background_of.cache_clear()
        return indexed

    def close(self) -> None:
        """Release everything. Safe to call twice."""
        super().close()
        self._placing.close()
        self._indexing.close()

    # -- inside -------------------------------------------------------------------------------------------

    @cached_property
    def _placing(self) -> Turn:
        return Turn(self.config.archive / PLACING_FILE)

    def _lags(self) -> bool:
        """Whether the index has something to do."""
        try:
            return self.behind() > 0 or self._anew.exists()
        except ArchiveCorrupt:
            return True

    def _index_in_turn(self) -> int:
        """Index what is new, or wait while another process does."""
        least, looks = float("inf"), 0
        while True:
            try:
                return self._index_new()
            except ArchiveLocked:
                self.elsewhere = True
            behind = float("inf")
            with suppress(ArchiveCorrupt):  # it is being built anew
                behind = self.behind()
            if not (behind or self._anew.exists()):
                return 0
            least, looks = (behind, 0) if behind < least else (least, looks + 1)
            if looks > PATIENCE:
                return 0
            self.clock.sleep(LOOK)

    def _index_new(self, progress: Callable[[int], None] | None = None) -> int:
        """Bring the index up to date; one that is damaged, or is not wanted any more, is thrown away first.

        Returns how many articles were indexed. Raises `ArchiveLocked` while another process writes the index.
        """
        if not self._indexing.taken():
            raise ArchiveLocked(f"search index in {self.config.archive}: another process writes to it")
        try:
            if self._anew.exists():
                self._index.clear()
                self._anew.unlink(missing_ok=True)
            return pipeline.index(self._store, self._index, progress=progress)
        except ArchiveCorrupt:
            folder = self.config.archive / INDEX_FOLDER
            with suppress(ArchiveError):
                self._index.close()
            erase(folder)
            self._index = TantivyIndex(folder, RECIPE, damaged=self._note_damage)
            self._anew.unlink(missing_ok=True)
            return pipeline.index(self._store, self._index, progress=progress)

    def _place_in_turn(self) -> None:
        """Count and place what is new, unless another process does: each would undo the other's steps."""
        kept = self._placing.held
        if not self._placing.taken():
            return
        try:
            pipeline.count(self._store)
            pipeline.place(self._store, self._places)
        finally:
            if not kept:
                self._placing.close()
