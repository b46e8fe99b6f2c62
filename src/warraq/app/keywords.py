"""Keywords of an article, how often a phrase was written of, and what is written of more than before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from warraq.analyse import keywords as telling
from warraq.analyse.background import Background
from warraq.analyse.trends import LEAST, rising, surprise
from warraq.analyse.vectors import Vector, unpack
from warraq.app.opened import Opened
from warraq.arabic import words
from warraq.errors import UsageError
from warraq.query import phrase_query
from warraq.types import (
    Article,
    ArticleId,
    Between,
    Keyword,
    KeywordCounts,
    Trend,
    Trends,
    micros,
    moment,
)

WEEK = timedelta(days=7)
WINDOW = 20_000
"""Articles of a window that are counted: of a busier one, the first so many."""
READ = 20
"""Articles whose keywords are taken as the names of what rises."""
PHRASES = 32
"""Phrases that are counted in the index."""
_BATCH = 2048
_LAST: ArticleId = "v" * 12


class Keywording(Opened):
    """Keywords and trends."""

    def keywords(self, article: str, as_of: datetime | None = None, *, limit: int = 12) -> Sequence[Keyword]:
        """The phrases that tell what an article is about, the most telling first. Raises `NotFound`."""
        as_of = as_of or self.now()
        return self._keywords(self.revision(article, as_of).article, self._background(as_of), limit)

    def _keywords(self, article: Article, background: Background, limit: int) -> tuple[Keyword, ...]:
        outlet = self.outlet(article.outlet)
        return telling.keywords(article, background, limit, outlet=(outlet.name, outlet.short_name))

    def keyword_counts(self, phrase: str, as_of: datetime | None = None) -> KeywordCounts:
        """In how many articles a phrase stands, in any spelling, by day of publication. Raises `QueryError`."""
        as_of = as_of or self.now()
        days = self._index.facets(phrase_query(phrase), as_of, 1).days
        return KeywordCounts(
            phrase, as_of, sum(count for _, count in days), tuple((moment(at).date(), count) for at, count in days)
        )

    def trends(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | None = None,
        *,
        limit: int = 20,
    ) -> Trends:
        """Phrases in many more of the articles first seen in [since, until) than before, the most surprising first.

        By default the seven days up to `as_of`. What was first seen after `as_of` does not count. Raises `UsageError`
        if the window is empty or lies ahead.
        """
        as_of = as_of or self.now()
        until = min(until or as_of, as_of)
        since = since or until - WEEK
        if since >= until:
            raise UsageError(f"no time between {since:%Y-%m-%d %H:%M} and {until:%Y-%m-%d %H:%M} UTC")
        before = self._background(since)
        seen = list(self._seen(since, until))
        found = rising([vector for _, vector in seen], before, READ)
        phrases = self._phrases([seen[place][0] for place in found.articles], set(found.codes.tolist()), before, as_of)
        window = Between(since, until, seen=True)
        earlier = Between(None, since, seen=True)
        known = self._store.stats(since - timedelta(microseconds=1)).articles
        trends = []
        for phrase, example in phrases:
            inside, outside = (self._holding(phrase, part, as_of) for part in (window, earlier))
            score = float(surprise([inside], len(seen), [outside], known)[0])
            if inside >= LEAST and score > 0:
                expected = outside * len(seen) / max(1, known)
                trends.append(Trend(phrase, inside, round(expected, 2), round(score, 2), example))
        trends.sort(key=lambda trend: (-trend.score, trend.phrase))
        return Trends(since, until, as_of, len(seen), tuple(_once(trends))[:limit])

    def _seen(self, since: datetime, until: datetime) -> Iterator[tuple[ArticleId, Vector]]:
        """Articles first seen in a window, in that order, with their vectors; at most `WINDOW`."""
        after, end, left = (micros(since) - 1, _LAST), micros(until), WINDOW
        while left > 0 and (rows := self._store.first_analyses(after, min(_BATCH, left))):
            for at, id, analysis in rows:
                if at >= end:
                    return
                yield id, unpack(analysis)
            after, left = rows[-1][:2], left - len(rows)

    def _phrases(
        self, ids: Sequence[ArticleId], codes: set[int], before: Background, as_of: datetime
    ) -> list[tuple[str, ArticleId]]:
        """Keywords of these articles that hold a rising term, each once whatever its spelling, with an article."""
        states = self._store.bodies(ids, as_of)
        found: dict[tuple[int, ...], tuple[str, ArticleId]] = {}
        for id in ids:
            if id in states:
                for keyword in self._keywords(states[id].article, before, 8):
                    key = tuple(word.code for word in words(keyword.text))
                    if codes.intersection(key):
                        found.setdefault(key, (keyword.text, id))
        return list(found.values())[:PHRASES]

    def _holding(self, phrase: str, when: Between, as_of: datetime) -> int:
        query = phrase_query(phrase)
        return self._index.search(replace(query, must=(*query.must, when)), as_of, 1).total


def _once(trends: Sequence[Trend]) -> Iterator[Trend]:
    """Without phrases that say part of one before them, or more than one, and rise in much the same articles."""
    kept: list[tuple[set[int], Trend]] = []
    for trend in trends:
        own = {word.code for word in words(trend.phrase)}
        if not any((own <= other or other <= own) and 2 * trend.articles < 3 * more.articles for other, more in kept):
            kept.append((own, trend))
            yield trend
