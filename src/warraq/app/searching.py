"""Search and lists, as of a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from warraq.analyse.snippets import highlight, snippet
from warraq.app.opened import Opened
from warraq.query import parse_query
from warraq.types import (
    Brief,
    Hit,
    OutletCount,
    OutletId,
    Query,
    Results,
    Stats,
)


class Searching(Opened):
    """Find articles by words; list them by time and outlet."""

    def search(
        self,
        query: str,
        *,
        outlets: Sequence[OutletId] = (),
        date_from: datetime | None = None,
        date_to: datetime | None = None,
        as_of: datetime | None = None,
        limit: int = 10,
        offset: int = 0,
        newest_first: bool = False,
    ) -> Results:
        """Articles that hold all words of `query`, in any spelling; ``"…"`` is a phrase, ``-`` excludes.

        `date_from` (inclusive) and `date_to` (exclusive) bound the moment of publication. Raises `QueryError`.
        """
        wanted = parse_query(
            query, outlets=outlets, published_from=date_from, published_to=date_to, newest_first=newest_first
        )
        return self._results(query, wanted, as_of or self.now(), limit, offset)

    def keyword(self, phrase: str, as_of: datetime | None = None, *, limit: int = 30, offset: int = 0) -> Results:
        """Articles that hold a phrase, in any spelling, newest first. Raises `QueryError`."""
        wanted = parse_query('"' + phrase.replace('"', " ") + '"', newest_first=True)
        return self._results(phrase, wanted, as_of or self.now(), limit, offset)

    def _results(self, text: str, query: Query, as_of: datetime, limit: int, offset: int) -> Results:
        found = self._index.search(query, as_of, limit, offset)
        states = self._store.bodies([m.article for m in found.matches], as_of)
        briefs = self._store.briefs(states, as_of)
        hits = [
            Hit(
                brief=briefs[match.article],
                outlet=self.outlet(briefs[match.article].outlet),
                score=match.score,
                title=highlight(states[match.article].article.title, query.must),
                snippet=snippet(states[match.article].article.text, query.must),
            )
            for match in found.matches
            if match.article in states  # the index may be a moment behind the store
        ]
        return Results(text, as_of, found.total, tuple(hits))

    def latest(
        self,
        as_of: datetime | None = None,
        *,
        outlet: OutletId | None = None,
        limit: int = 30,
        offset: int = 0,
    ) -> Sequence[Brief]:
        """Articles in the order in which they were first seen, the newest first."""
        return self._store.latest(as_of or self.now(), limit, outlet=outlet, offset=offset)

    def outlets(self, as_of: datetime | None = None) -> Sequence[OutletCount]:
        """The outlets with articles by then, the largest first."""
        return [replace(c, outlet=self.outlet(c.outlet.id)) for c in self._store.outlets(as_of or self.now())]

    def stats(self, as_of: datetime | None = None) -> Stats:
        """What the archive held as of a moment, and what became of all it was ever given."""
        return self._store.stats(as_of or self.now())
