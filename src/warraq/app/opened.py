"""What every part of an archive stands on: its settings, store, index and background, and who is who."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self

from warraq import outlets as registry
from warraq import urls
from warraq.analyse.background import Background
from warraq.analyse.vectors import RECIPE
from warraq.app.turns import Turn
from warraq.config import Config
from warraq.errors import ArchiveCorrupt, NotFound, UsageError
from warraq.indexes.tantivy import TantivyIndex, erase
from warraq.parse import Rules
from warraq.pipeline import Places
from warraq.ports import Clock
from warraq.stores.sqlite import SqliteStore
from warraq.types import (
    ArticleId,
    Outlet,
    OutletId,
    Revision,
    micros,
)

STORE_FILE = "warraq.db"
INDEX_FOLDER = "index"
RAW_FOLDER = "raw"
PLACING_FILE = "placing.lock"
INDEXING_FILE = "indexing.lock"
ANEW_FILE = "index.anew"
"""Whoever writes the index builds it anew while a file of this name is there."""

OUTLETS = 512
"""Outlets that are remembered."""


class SystemClock:
    """The real time (`ports.Clock`)."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Opened:
    """An archive that is open: what reads, searches, relates and operates it stands on this."""

    def __init__(self, config: Config, *, clock: Clock | None = None, create: bool = False) -> None:
        self.config = config
        self.clock: Clock = clock or SystemClock()
        folder = config.archive
        if not (folder / STORE_FILE).exists():
            if not create:
                raise NotFound(f"no archive in {folder}: import or fetch something first")
            folder.mkdir(parents=True, exist_ok=True)
        self._read_only = not os.access(folder, os.W_OK)
        self._anew = folder / ANEW_FILE
        self._indexing = Turn(folder / INDEXING_FILE)
        self._store = SqliteStore(folder / STORE_FILE, read_only=self._read_only)
        self._index = self._open_index(folder / INDEX_FOLDER)
        self._background_of = lru_cache(maxsize=8)(self._load_background)
        self._outlet_of = lru_cache(maxsize=OUTLETS)(self._load_outlet)
        self._places = Places()

    def _open_index(self, path: Path) -> TantivyIndex:
        if self._read_only:
            return TantivyIndex(path, RECIPE, read_only=True)
        try:
            return TantivyIndex(path, RECIPE, damaged=self._note_damage)
        except ArchiveCorrupt:  # the index is derived: throw it away, and the next refresh builds it again
            if not self._indexing.taken():
                self._anew.touch()
                raise
            try:
                erase(path)
                return TantivyIndex(path, RECIPE, damaged=self._note_damage)
            finally:
                self._indexing.close()

    def _note_damage(self) -> None:
        """The index was found damaged while it was read: whoever writes it next builds it anew."""
        if (self.config.archive / INDEX_FOLDER / "meta.json").exists():  # otherwise it is being built
            with suppress(OSError):
                self._anew.touch()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the store and the index. Safe to call twice."""
        self._index.close()
        self._store.close()

    @property
    def writable(self) -> bool:
        """Whether anything can be stored."""
        return not self._read_only

    def now(self) -> datetime:
        """The present moment by the archive's clock."""
        return self.clock.now()

    def behind(self) -> int:
        """How many lines of the change log the index has not applied yet."""
        return self._store.last_change() - self._index.applied()

    def _rules(self) -> Rules:
        known = {**registry.load(), **{outlet.id: outlet for outlet in self._store.saved_outlets()}}
        return Rules(tuple(known.values()), zone=self.config.zone)

    def resolve(self, article: str) -> ArticleId:
        """The id that an id or an address stands for. Raises `NotFound` for what is neither."""
        with suppress(UsageError):
            return urls.int_to_id(urls.id_to_int(article))
        if url := urls.canonical(article):
            return urls.article_id(url)
        raise NotFound(f"neither an article id nor an address: {urls.display(article)}")

    def revision(self, article: str, as_of: datetime | None = None) -> Revision:
        """An article as it stood. Raises `NotFound` if it had not been seen by then."""
        found = self._store.revision(self.resolve(article), as_of or self.now())
        if found is None:
            when = f" as of {as_of:%Y-%m-%d %H:%M:%S} UTC" if as_of else ""
            raise NotFound(f"no article {urls.display(article)}{when}")
        return found

    def revisions(self, article: str, as_of: datetime | None = None) -> Sequence[Revision]:
        """Every state of an article seen by then, the first one first. Raises `NotFound`."""
        self.revision(article, as_of)
        return self._store.revisions(self.resolve(article), as_of or self.now())

    def outlet(self, id: OutletId) -> Outlet:
        """What is known of an outlet; an outlet nobody described has its id as its name."""
        return self._outlet_of(id, self._store.version())

    def _load_outlet(self, id: OutletId, _version: int) -> Outlet:
        """See `outlet`. What is remembered holds for a version of the store."""
        return self._store.outlet(id) or registry.load().get(id) or Outlet(id, id)

    def unsafe_outlets(self) -> frozenset[OutletId]:
        """Outlets whose addresses lead to somebody else, as is known now, whatever moment a page is of."""
        states = self._store.outlet_states()
        return frozenset(id for id, state in states.items() if state.unsafe_since is not None)

    def _background(self, as_of: datetime) -> Background:
        """The largest checkpoint that was complete by then (docs/decisions/0002)."""
        limit = micros(as_of)
        complete = [saved for saved in self._store.saved_backgrounds() if saved[1] <= limit]
        return self._background_of(complete[-1]) if complete else Background()

    def _load_background(self, saved: tuple[int, int, ArticleId]) -> Background:
        return Background.unpack(self._store.background(saved[0]) or b"")
