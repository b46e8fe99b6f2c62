"""A part of an archive at one moment: what matches a query then, read as if nothing else had ever been seen.

It answers what the site asks of an archive, so that the pages of a part are made by the very code that makes those of
the whole. Its clock stands still. What it holds of each article is five numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from warraq.app.archive import Archive
from warraq.app.exporting import BATCH
from warraq.indexes.tantivy import TantivyIndex
from warraq.ports import Clock
from warraq.query import parse_query
from warraq.types import (
    ArticleId,
    Brief,
    Every,
    Facets,
    Matches,
    OutletCount,
    OutletId,
    Query,
    Stats,
    Without,
    micros,
    moment,
)
from warraq.urls import id_to_int, int_to_id

Numbers: TypeAlias = NDArray[np.int64]
COUNTED = 200_000
"""Phrases that are counted at a time: when there are more, those counted once are dropped (lossy counting)."""


@dataclass(frozen=True, slots=True)
class Still:
    """A clock that stands (`ports.Clock`)."""

    at: datetime
    clock: Clock

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


class Narrowed:
    """An index in which searches find only what matches `wanted` too; all else it answers whole."""

    def __init__(self, index: TantivyIndex, wanted: Query) -> None:
        self._index = index
        self._wanted = Every((*wanted.must, *(Without(part) for part in wanted.must_not)))

    def search(self, query: Query, as_of: datetime, limit: int, offset: int = 0) -> Matches:
        """As `ports.Index.search`."""
        return self._index.search(replace(query, must=(*query.must, self._wanted)), as_of, limit, offset)

    def facets(self, query: Query, as_of: datetime, limit: int = 10) -> Facets:
        """As `ports.Index.facets`."""
        return self._index.facets(replace(query, must=(*query.must, self._wanted)), as_of, limit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)


class Part(Archive):
    """The articles of an open archive that match `query` as of a moment; the archive stays its caller's to close.

    Pages of these articles are the archive's own (what is similar, copies and stories may lead out of the part);
    lists, counts and stories' lists are of the part alone. Raises `QueryError`.
    """

    def __init__(self, archive: Archive, query: str = "", as_of: datetime | None = None) -> None:
        self.__dict__.update(archive.__dict__)  # it stands on what the archive has opened
        self.query = query
        self.as_of = min(as_of or archive.now(), archive.now())
        self.clock = Still(self.as_of, archive.clock)
        if query:
            wanted = self._wanted(parse_query(query), self.as_of)
            self._index = cast(TantivyIndex, Narrowed(archive._index, wanted))
        self._read()

    def close(self) -> None:
        """Nothing: the archive is its caller's."""

    def _read(self) -> None:
        """Go once through all articles of the part."""
        ids, seen, outlets, stories = [], [], [], []
        names: dict[OutletId, int] = {}
        for briefs in self._briefs():
            placed = self._store.placements([brief.id for brief in briefs], self.as_of)
            ids.append(np.array([id_to_int(brief.id) for brief in briefs], np.int64))
            seen.append(np.array([micros(brief.first_seen_at) for brief in briefs], np.int64))
            outlets.append(np.array([names.setdefault(brief.outlet, len(names)) for brief in briefs], np.int64))
            of = [id_to_int(placed[brief.id].story) if brief.id in placed else -1 for brief in briefs]
            stories.append(np.array(of, np.int64))
        self._ids, self._seen_at, self._of_outlet, self._of_story = map(_joined, (ids, seen, outlets, stories))
        self._outlet_ids = tuple(names)
        self._order = np.argsort(self._ids)
        self._sorted = self._ids[self._order]
        found, sizes = np.unique(self._of_story[self._of_story >= 0], return_counts=True)
        self._shown_stories = np.array([s for s, n in zip(found, sizes, strict=True) if self._is_shown(s, n)], np.int64)

    def _briefs(self) -> Iterator[list[Brief]]:
        """The articles in the order of first seeing, in batches."""
        chosen = self._chosen(self.query, self.as_of)
        after: tuple[int, ArticleId] | None = None
        while rows := self._store.first_seen(after, BATCH):
            after = rows[-1]
            if rows[0][0] > micros(self.as_of):
                return
            ids = [id for _, id in rows if chosen is None or id in chosen]
            found = self._store.briefs(ids, self.as_of)
            if found:
                yield [found[id] for id in ids if id in found]

    def _is_shown(self, story: int, articles: int) -> bool:
        """Whether a story is more than an article; a part may hold one article of a larger one."""
        if articles > 1 or not self.query:
            return articles > 1
        return len(self._store.members(int_to_id(int(story)), self.as_of)) > 1

    # -- what there is ------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, article: ArticleId) -> bool:
        return self._place(article) is not None

    def articles(self) -> Iterator[ArticleId]:
        """Every article, in the order of first seeing."""
        return map(int_to_id, map(int, self._ids))

    def story_ids(self) -> Iterator[ArticleId]:
        """Every story of several articles of which an article here is part."""
        return map(int_to_id, map(int, self._shown_stories))

    def story_of(self, article: ArticleId) -> ArticleId | None:
        """The story of an article here, or of that name, if it is one of several articles."""
        place = self._place(article)
        number = int(self._of_story[place]) if place is not None else id_to_int(article)
        at = int(np.searchsorted(self._shown_stories, number))
        held = at < len(self._shown_stories) and int(self._shown_stories[at]) == number
        return int_to_id(number) if held else None

    def count_phrases(self, articles: Sequence[ArticleId]) -> Counter[str]:
        """In how many of these articles each of their keywords is one."""
        background = self._background(self.as_of)
        counts: Counter[str] = Counter()
        for revision in self.whole(articles):
            counts.update({keyword.text for keyword in self._telling(revision, background, self.as_of)})
        return counts

    # -- what the site asks of an archive ------------------------------------------------------------------

    def latest(
        self, as_of: datetime | None = None, *, outlet: OutletId | None = None, limit: int = 30, offset: int = 0
    ) -> Sequence[Brief]:
        """Articles in the order in which they were first seen, the newest first. `as_of` is the part's own."""
        if outlet is None:
            end = max(len(self._ids) - offset, 0)
            return self._listed(np.arange(max(end - limit, 0), end))[::-1]
        if outlet not in self._outlet_ids:
            return []
        places = np.flatnonzero(self._of_outlet == self._outlet_ids.index(outlet))[::-1]
        return self._listed(places[offset : offset + limit])

    def outlets(self, as_of: datetime | None = None) -> Sequence[OutletCount]:
        """The outlets of the part, the largest first."""
        found = []
        for number, id in enumerate(self._outlet_ids):
            seen = self._seen_at[self._of_outlet == number]
            found.append(OutletCount(self.outlet(id), len(seen), moment(int(seen[0])), moment(int(seen[-1]))))
        return sorted(found, key=lambda count: (-count.articles, count.outlet.id))

    def stats(self, as_of: datetime | None = None) -> Stats:
        """What the part holds; outcomes are the archive's."""
        counts = self.outlets()
        whole = super().stats(self.as_of)
        return replace(
            whole,
            articles=len(self._ids),
            revisions=whole.revisions if not self.query else len(self._ids),
            outlets=len(counts),
            first_seen_at=moment(int(self._seen_at[0])) if len(self._seen_at) else None,
            last_seen_at=moment(int(self._seen_at[-1])) if len(self._seen_at) else None,
            outcomes={},
        )

    def _sizes(
        self, since: datetime, until: datetime, as_of: datetime, limit: int, offset: int
    ) -> Sequence[tuple[ArticleId, int]]:
        first, after = np.searchsorted(self._seen_at, [micros(since), micros(until)])
        stories, counts = np.unique(self._of_story[first:after], return_counts=True)
        found = [(int(s), int(n)) for s, n in zip(stories, counts, strict=True) if s >= 0]
        order = sorted(found, key=lambda item: (-item[1], item[0]))
        return [(int_to_id(story), count) for story, count in order[offset : offset + limit]]

    # -- pieces -------------------------------------------------------------------------------------------

    def _place(self, article: ArticleId) -> int | None:
        number = id_to_int(article)
        at = int(np.searchsorted(self._sorted, number))
        return int(self._order[at]) if at < len(self._sorted) and int(self._sorted[at]) == number else None

    def _listed(self, places: NDArray[np.intp]) -> list[Brief]:
        ids = [int_to_id(int(id)) for id in self._ids[places]]
        found = self._store.briefs(ids, self.as_of)
        return [found[id] for id in ids]


def most_phrases(counted: Iterable[Counter[str]], limit: int, least: int = 3) -> list[str]:
    """The keywords of most articles, each of at least `least`; counted in bounded memory, so rare ones may lack."""
    counts: Counter[str] = Counter()
    for more in counted:
        counts.update(more)
        if len(counts) > COUNTED:
            counts = Counter({phrase: count for phrase, count in counts.items() if count > 1})
    found = [(phrase, count) for phrase, count in counts.items() if count >= least]
    return [phrase for phrase, _ in sorted(found, key=lambda item: (-item[1], item[0]))[:limit]]


def _joined(parts: list[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)
