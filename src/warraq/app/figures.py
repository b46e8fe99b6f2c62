"""The archive counted: by day, by outlet, and what its newest articles are like. All as of a moment."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache

from warraq.analyse.groups import Text, landmarks
from warraq.analyse.repeats import repeats
from warraq.analyse.vectors import unpack, unpack_sketch
from warraq.app.copying import agencies
from warraq.app.searching import Searching, within
from warraq.app.stories import Stories
from warraq.arabic.hours import zone_info
from warraq.errors import UsageError
from warraq.types import (
    ArticleId,
    Between,
    Brief,
    Dated,
    Day,
    Figures,
    Outlet,
    OutletFigures,
    OutletId,
    Precision,
    Query,
    Revision,
    Shares,
    micros,
    moment,
)

OF_DAY = 4000
"""Articles of a day among which its stories are found, the latest."""
STORIES = 12
"""Stories of a day."""
SAMPLE = 1000
"""The newest articles that tell what the archive is like."""
OF_OUTLET = 60
"""The newest articles that tell what an outlet is like."""
CARRIERS = 16
"""Articles with the most landmarks in common that are compared with one of an outlet."""
VALUES = 20
"""Languages, agencies and outlets that are named."""
REMEMBERED = 8
"""Moments for which the figures of the archive are kept."""
STEPS = (0, 50, 100, 200, 400, 800, 1600)
"""Lengths in words at which a new class begins."""


class Figuring(Searching, Stories):
    """Days and figures."""

    def days(self, as_of: datetime | None = None, *, outlet: OutletId | None = None) -> Sequence[tuple[date, int]]:
        """How many articles were published on each day (UTC) that has any; undated ones when they were seen."""
        wanted = Query((), outlets=(outlet,) if outlet else ())
        found = self._index.facets(wanted, as_of or self.now(), 1).days
        return [(moment(at).date(), count) for at, count in found]

    def day(self, day: date, as_of: datetime | None = None, *, limit: int = 30, offset: int = 0) -> Day:
        """What was published on a day; its stories only with the first page (`offset` 0). Raises as `search`."""
        within(limit, offset)
        as_of = as_of or self.now()
        start = datetime.combine(day, time(), UTC)
        end = start + timedelta(days=1) if day < date.max else None
        wanted = Query((Between(start, end),), newest_first=True)
        found = self._index.search(wanted, as_of, limit, offset)
        briefs = self._store.briefs([match.article for match in found.matches], as_of)
        stories: Sequence[tuple[ArticleId, int]] = ()
        if offset == 0 and found.total > 1:
            every = self._index.search(wanted, as_of, OF_DAY).matches
            placed = self._store.placements([match.article for match in every], as_of)
            counts = Counter(placement.story for placement in placed.values())
            several = [(story, count) for story, count in counts.items() if count > 1]
            stories = sorted(several, key=lambda pair: (-pair[1], pair[0]))[:STORIES]
        return Day(
            as_of=as_of,
            day=day,
            total=found.total,
            stories=tuple(sorted(self._briefly(stories, as_of), key=lambda s: (-len(s.outlets), -s.articles))),
            articles=tuple(briefs[match.article] for match in found.matches if match.article in briefs),
        )

    def figures(self, as_of: datetime | None = None) -> Figures:
        """The archive in numbers; hours, lengths and copies are those of its newest articles.

        They are counted once for what is stored and indexed; without `as_of` they are the same until that changes.
        """
        last, (*rest, _) = self._store.standing()  # all but how far articles are placed
        found = self._figures_of(as_of, (last, *rest, self._index.applied()))
        return found if as_of else replace(found, as_of=self.now())

    def outlet_figures(self, id: OutletId, as_of: datetime | None = None) -> OutletFigures:
        """An outlet in numbers: how much and when, whose texts it carries, whom it credits."""
        as_of = as_of or self.now()
        newest = self.latest(as_of, outlet=id, limit=OF_OUTLET)
        return OutletFigures(
            as_of=as_of,
            outlet=self.outlet(id),
            count=next((count for count in self.outlets(as_of) if count.outlet.id == id), None),
            days=tuple(self.days(as_of, outlet=id)),
            newest=self._shares(newest, self._taken(newest, as_of), as_of),
        )

    # -- inside -------------------------------------------------------------------------------------------

    @cached_property
    def _figures_of(self) -> Callable[[datetime | None, Hashable], Figures]:
        return lru_cache(maxsize=REMEMBERED)(self._counted)

    def _counted(self, as_of: datetime | None, _standing: Hashable) -> Figures:
        as_of = as_of or self.now()
        facets = self._index.facets(Query(()), as_of, VALUES)
        outlets = self.outlets(as_of)
        countries = Counter[str]()
        for count in outlets:
            countries[count.outlet.country] += count.articles
        newest = self.latest(as_of, limit=SAMPLE)
        texts = self._texts_of(newest)
        outlet_of = {brief.id: brief.outlet for brief in newest}
        first = repeats(list(texts.values()), self._background(as_of))
        return Figures(
            as_of=as_of,
            articles=sum(count.articles for count in outlets),
            days=tuple((moment(at).date(), count) for at, count in facets.days),
            outlets=tuple(outlets),
            languages=facets.languages,
            countries=tuple(_most(countries)),
            newest=self._shares(newest, {id: outlet_of[earlier] for id, earlier in first.items()}, as_of),
        )

    def _taken(self, own: Sequence[Brief], as_of: datetime) -> dict[ArticleId, OutletId]:
        """Of an outlet's articles those whose text was seen elsewhere before, and at which outlet first."""
        texts = self._texts_of(own)
        near = {
            text.id: {
                match.article: match.key
                for match in self._index.carrying(landmarks(text.sketch), as_of, CARRIERS)
                if match.article not in texts
            }
            for text in texts.values()
        }
        others = self._store.briefs({id for found in near.values() for id in found}, as_of)
        compared = self._texts_of(list(others.values()))
        background = self._background(as_of)
        found: dict[ArticleId, OutletId] = {}
        for text in texts.values():
            earlier = [
                other
                for id in near[text.id]
                if (other := compared.get(id)) is not None
                and (other.first_seen, other.id) < (text.first_seen, text.id)
                and other.copies(text, background)
            ]
            if earlier:
                first = min(earlier, key=lambda other: (other.first_seen, other.id))
                found[text.id] = others[first.id].outlet
        return found

    def _texts_of(self, briefs: Sequence[Brief]) -> dict[ArticleId, Text]:
        analyses = self._store.analyses([brief.key for brief in briefs])
        return {
            brief.id: Text(brief.id, micros(brief.first_seen_at), unpack(analysis), unpack_sketch(analysis))
            for brief in briefs
            if (analysis := analyses.get(brief.key)) is not None
        }

    def _shares(self, briefs: Sequence[Brief], first: Mapping[ArticleId, OutletId], as_of: datetime) -> Shares:
        """`first`: the articles that carry a text which was seen before, and where."""
        states = self._store.bodies([brief.id for brief in briefs], as_of)
        outlets = {id: self.outlet(id) for id in {brief.outlet for brief in briefs} | set(first.values())}
        hours = Counter(hour for brief in briefs if brief.published and (hour := _hour(brief.published)) is not None)
        return Shares(
            articles=len(briefs),
            hours=tuple(hours[hour] for hour in range(24)),
            lengths=_lengths(list(states.values())),
            copies=len(first),
            copied_from=tuple((outlets[id], count) for id, count in _most(Counter(first.values()))[:VALUES]),
            credits=tuple(_most(_credits(list(states.values()), outlets))[:VALUES]),
        )


def _hour(published: Dated) -> int | None:
    """The hour on the outlet's clocks; None where only the day is known."""
    if published.precision is not Precision.MINUTE:
        return None
    with suppress(UsageError, ValueError, OverflowError):
        return published.at.astimezone(zone_info(published.zone or "UTC")).hour
    return published.at.hour


def _lengths(states: Sequence[Revision]) -> tuple[tuple[int, int], ...]:
    """How many articles have how many words, by `STEPS`."""
    words = (sum(len(paragraph.text.split()) for paragraph in state.article.body) for state in states)
    counts = Counter(bisect_right(STEPS, number) - 1 for number in words)
    return tuple((step, counts[place]) for place, step in enumerate(STEPS))


def _credits(states: Sequence[Revision], outlets: Mapping[OutletId, Outlet]) -> Counter[str]:
    """How many articles credit whom; an agency's credit of itself says nothing."""
    found = Counter[str]()
    for state in states:
        outlet = outlets[state.article.outlet]
        found.update({*agencies(state.article, outlet)} - {"", outlet.name, outlet.short_name})
    return found


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
