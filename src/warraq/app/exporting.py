"""Everything an archive holds, out of it: complete, in order, as of a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from warraq.app.searching import Searching
from warraq.query import parse_query
from warraq.types import ArticleId, Revision

BATCH = 500
"""Articles read at a time: memory stays flat however many there are."""


class Exporting(Searching):
    """Stream articles out of the archive."""

    def export(self, query: str = "", *, as_of: datetime | None = None, revisions: bool = False) -> Iterator[Revision]:
        """Every article as it stood at `as_of`, in the order of first seeing; with `revisions`, each of its states.

        `query` keeps those that match it at that moment. Raises `QueryError` at once.
        """
        as_of = as_of or self.now()
        return self._export(self._chosen(query, as_of), as_of, revisions)

    def _chosen(self, query: str, as_of: datetime) -> set[ArticleId] | None:
        """The articles that match at that moment; None for no query: all of them."""
        if not query:
            return None
        parsed = self._wanted(parse_query(query, newest_first=True), as_of)
        total = self._index.search(parsed, as_of, 1).total
        return {match.article for match in self._index.search(parsed, as_of, total).matches}

    def _export(self, wanted: set[ArticleId] | None, as_of: datetime, revisions: bool) -> Iterator[Revision]:
        after: tuple[int, ArticleId] | None = None
        while rows := self._store.first_seen(after, BATCH):
            after = rows[-1]
            ids = [id for _, id in rows if wanted is None or id in wanted]
            if revisions:
                for id in ids:
                    yield from self._store.revisions(id, as_of)
            else:
                yield from self.whole(ids, as_of)
