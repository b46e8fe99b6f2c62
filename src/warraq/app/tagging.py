"""What outlets print as keywords whatever an article is about, as of a moment; and keywords that are free of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property, lru_cache

from warraq.analyse.background import Background
from warraq.analyse.keywords import keywords
from warraq.app.opened import Opened
from warraq.extract.knowledge import LEAST_PAGES, READY, SHARE
from warraq.types import Between, Keyword, OutletId, Query, Revision

DAYS = timedelta(days=1)
"""Before and after the day an article was first seen: the days whose articles may have the same tags."""
MOST = 100
"""Keywords of an outlet's days that are looked at, the most frequent."""
REMEMBERED = 1024
"""Outlets' days that are kept."""


class Tagging(Opened):
    """Keywords, beside those that the outlet prints on everything."""

    def _telling(
        self, revision: Revision, background: Background, as_of: datetime, limit: int = 12
    ) -> tuple[Keyword, ...]:
        """The keywords of a state of an article (`analyse.keywords`)."""
        article = revision.article
        outlet = self.outlet(article.outlet)
        tags = self._site_tags(revision, as_of) if article.keywords else frozenset()
        return keywords(article, background, limit, tags, (outlet.name, outlet.short_name))

    def _site_tags(self, revision: Revision, as_of: datetime) -> frozenset[str]:
        """Keywords that the outlet prints on a share of its articles of those days, as known at `as_of`.

        What the days held is settled when they are over; until then, it is asked for once a minute.
        """
        day = revision.first_seen_at.replace(hour=0, minute=0, second=0, microsecond=0)
        known = min(as_of.replace(second=0, microsecond=0), day + 2 * DAYS)
        return self._tags_of(revision.article.outlet, day, known)

    @cached_property
    def _tags_of(self) -> Callable[[OutletId, datetime, datetime], frozenset[str]]:
        return lru_cache(maxsize=REMEMBERED)(self._count_tags)

    def _count_tags(self, outlet: OutletId, day: datetime, known: datetime) -> frozenset[str]:
        window = Between(day - DAYS, day + 2 * DAYS, seen=True)
        found = self._index.facets(Query((window,), outlets=(outlet,)), known, MOST)
        articles = sum(count for _, count in found.outlets)
        if articles < READY:
            return frozenset()
        least = max(LEAST_PAGES, SHARE * articles)
        return frozenset(keyword for keyword, count in found.keywords if count >= least)
