"""Everything an archive holds, out of it: complete, in order, as of a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from warraq.app.opened import RAW_FOLDER
from warraq.app.searching import Searching
from warraq.fetchers.raws import WarcKeeper
from warraq.fetchers.warc import conversion_record, info_record, response_record
from warraq.query import parse_query
from warraq.types import ArticleId, RawDocument, Revision, micros
from warraq.urls import canonical

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

    def export_warc(
        self,
        written: Callable[[Revision], bytes],
        query: str = "",
        *,
        as_of: datetime | None = None,
        revisions: bool = False,
        name: str = "export.warc.gz",
    ) -> Iterator[bytes]:
        """The same states as WARC records (1.1, unpacked), which `import_paths` reads back whole.

        Each is a ``conversion`` record with the article as `written` gives it (JSON of one exported line) and, if it
        is kept, the ``response`` record of the page from which it was read, as it came. The first record tells of the
        file, whose `name` it holds. Raises `QueryError` at once.
        """
        as_of = as_of or self.now()
        states = self.export(query, as_of=as_of, revisions=revisions)
        return self._records(states, written, info_record(name, as_of))

    def _records(
        self, states: Iterator[Revision], written: Callable[[Revision], bytes], begin: bytes
    ) -> Iterator[bytes]:
        yield begin
        keeper = WarcKeeper(self.config.archive / RAW_FOLDER)
        for state in states:
            page = self._page_of(state, keeper)
            yield conversion_record(state.article.url, state.seen_at, written(state), page)
            if page is not None:
                yield response_record(page)

    def _page_of(self, state: Revision, keeper: WarcKeeper) -> RawDocument | None:
        """The kept page from which a state was read; None if it is gone, or was no page but an entry of a feed."""
        for raw in self._store.raws_of(state.article.id):
            inside = state.seen_at <= raw.fetched_at and (state.until is None or raw.fetched_at < state.until)
            if inside and raw.article == state.article.id and canonical(raw.url):
                page = keeper.read(raw)
                if isinstance(page, RawDocument) and "html" in page.content_type.lower():
                    return page
        return None

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
            if rows[0][0] > micros(as_of):
                return
            ids = [id for _, id in rows if wanted is None or id in wanted]
            if revisions:
                for id in ids:
                    yield from self._store.revisions(id, as_of)
            else:
                yield from self.whole(ids, as_of)
