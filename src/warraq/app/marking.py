"""What the operator, as a reader, has read and starred."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from warraq.app.opened import Opened
from warraq.types import ArticleId, Mark, OutletId, Selection


class Marking(Opened):
    """Read and starred articles, for readers' own clients."""

    def selected(self, wanted: Selection, limit: int) -> Sequence[tuple[int, ArticleId]]:
        """Articles of a selection as (first seen in microseconds, id), the newest first unless it says otherwise."""
        return self._store.selected(wanted, limit)

    def marked(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Mark]:
        """What the reader made of these articles; those that are not there are absent."""
        return self._store.marked(ids)

    def mark(self, ids: Collection[ArticleId], *, read: bool | None = None, starred: bool | None = None) -> None:
        """Mark articles read or unread, starred or not; None leaves that as it is."""
        self._store.mark(ids, read=read, starred=starred)

    def mark_all_read(self, outlet: OutletId = "", until: datetime | None = None) -> None:
        """All of an outlet (empty: of every outlet) first seen up to a moment (default: now) is read."""
        self._store.mark_all_read(outlet, until or self.now())

    def unread(self) -> Mapping[OutletId, tuple[int, datetime]]:
        """Outlets with unread articles: how many, and when the newest of them was first seen."""
        return self._store.unread()
