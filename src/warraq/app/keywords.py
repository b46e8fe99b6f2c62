"""Keywords of an article, how often a phrase was written of, and what is written of more than before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from warraq.analyse.background import Background
from warraq.analyse.trends import Rise, ordered, rising, surprise
from warraq.analyse.variants import holds_name, same_phrase
from warraq.analyse.vectors import Vector, unpack, unpack_sketch
from warraq.app.spelling import Spelling
from warraq.app.tagging import Tagging
from warraq.arabic import words
from warraq.errors import UsageError
from warraq.query import phrase_query
from warraq.types import (
    ArticleId,
    Between,
    Keyword,
    KeywordCounts,
    Matches,
    Query,
    Some,
    Trend,
    Trends,
    micros,
    moment,
)

WEEK = timedelta(days=7)
WINDOW = 20_000
"""Articles of a window that are counted: of a busier one, the first so many."""
READ = 30
"""Articles whose keywords are taken as the names of what rises."""
PHRASES = 40
"""Phrases that are counted in the index."""
HOLDERS = 100
"""Articles of a window that hold a phrase that are looked at, for their outlets and texts."""
SPELLINGS = 8
"""Of one phrase, that are counted together."""
_BATCH = 2048
_LAST: ArticleId = "v" * 12


class Keywording(Spelling, Tagging):
    """Keywords and trends."""

    def keywords(self, article: str, as_of: datetime | None = None, *, limit: int = 12) -> Sequence[Keyword]:
        """The phrases that tell what an article is about, the most telling first. Raises `NotFound`."""
        as_of = as_of or self.now()
        return self._telling(self.revision(article, as_of), self._background(as_of), as_of, limit)

    def keyword_counts(self, phrase: str, as_of: datetime | None = None) -> KeywordCounts:
        """In how many articles a phrase or a variant of its names stands, by day of publication.

        Raises `QueryError`.
        """
        as_of = as_of or self.now()
        days = self._index.facets(self._spelled(phrase), as_of, 1).days
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
        inside = [self._holding(spellings, window, as_of) for spellings, _ in phrases]
        briefs = self._store.briefs({match.article for found in inside for match in found.matches}, as_of)
        analyses = self._store.analyses({match.key for found in inside for match in found.matches})
        rises = []
        for (spellings, example), held in zip(phrases, inside, strict=True):
            holders = [match for match in held.matches if match.article in briefs]
            first = [unpack_sketch(analyses[match.key])[:1].tobytes() for match in holders if match.key in analyses]
            texts = round(held.total * len(set(first)) / max(1, len(first)))
            outside = self._holding(spellings, earlier, as_of, 1).total
            rises.append(
                Rise(
                    spellings[0],
                    any(map(holds_name, spellings)),
                    held.total,
                    texts,
                    len({briefs[match.article].outlet for match in holders}),
                    outside * len(seen) / max(1, known),
                    float(surprise([texts], len(seen), [outside], known)[0]),
                    example,
                    frozenset(match.article for match in holders),
                )
            )
        outlets = len({brief.outlet for brief in briefs.values()})
        trends = (
            Trend(rise.phrase, rise.articles, round(rise.expected, 2), round(rise.score, 2), ArticleId(rise.example))
            for rise in ordered(rises, outlets)
        )
        return Trends(since, until, as_of, len(seen), tuple(islice(trends, limit)))

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
    ) -> list[tuple[list[str], ArticleId]]:
        """Keywords of these articles that hold a rising term, each with its spellings and an article."""
        states = self._store.bodies(ids, as_of)
        found: dict[tuple[int, ...], tuple[list[str], ArticleId]] = {}
        for id in ids:
            if id in states:
                for keyword in self._telling(states[id], before, as_of, 8):
                    key = tuple(word.code for word in words(keyword.text))
                    if codes.intersection(key) and key not in found:
                        same = next((one for one, _ in found.values() if same_phrase(one[0], keyword.text)), None)
                        if same is None:
                            found[key] = ([keyword.text], id)
                        elif len(same) < SPELLINGS:
                            same.append(keyword.text)
        return list(found.values())[:PHRASES]

    def _holding(self, spellings: Sequence[str], when: Between, as_of: datetime, limit: int = HOLDERS) -> Matches:
        parts = tuple(phrase_query(phrase).must[0] for phrase in spellings)
        return self._index.search(Query((Some(parts), when)), as_of, limit)
