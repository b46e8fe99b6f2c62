"""What belongs beside an article, as of a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from warraq.analyse.background import Background
from warraq.analyse.reasons import Printed
from warraq.analyse.similar import Candidate, Related, nearest, query_terms, rank
from warraq.analyse.vectors import unpack
from warraq.app.copying import Carried, Copying, others
from warraq.app.following import Following
from warraq.app.tagging import Tagging
from warraq.types import (
    Analysis,
    ArticleId,
    Page,
    Revision,
    Similar,
)

CANDIDATES = 200
"""Neighbours taken from the index before they are compared whole."""
SIMILAR = 10
REASONS = 5
"""Phrases and words that say why an article is shown."""


class _Beside(NamedTuple):
    """What stands beside an article on its page."""

    similar: tuple[Similar, ...]
    read_also: ArticleId | None
    story: tuple[Similar, ...]


class Relating(Following, Copying, Tagging):
    """The page, and what stands on it beside the article."""

    def page(self, article: str, as_of: datetime | None = None) -> Page:
        """The page of DESIGN §2: an article and all that belongs beside it. Raises `NotFound`."""
        as_of = as_of or self.now()
        revision = self.revision(article, as_of)
        background = self._background(as_of)
        analysis = self._store.analyses([revision.key])[revision.key]
        carried = self._carried(revision, analysis, background, as_of)
        related = self._related(revision, analysis, carried, background, as_of, SIMILAR)
        also = self._store.revision(related.read_also, as_of) if related.read_also else None
        outlet = self.outlet(revision.article.outlet)
        return Page(
            as_of=as_of,
            outlet=outlet,
            revision=revision,
            keywords=self._telling(revision, background, as_of),
            read_also=also,
            read_also_outlet=self.outlet(also.article.outlet) if also else None,
            similar=related.similar,
            copies=others(carried, revision.article.id),
            outlets=len(carried.again) - sum(carried.again),
            origin=carried.origin,
            story=related.story,
            removed_at=self._store.removed([revision.article.id], as_of).get(revision.article.id),
            unsafe=self.unsafe_outlets(),
        )

    def similar(self, article: str, as_of: datetime | None = None, *, limit: int = SIMILAR) -> Sequence[Similar]:
        """Articles related to this one by what they are about, the closest first. Raises `NotFound`."""
        as_of = as_of or self.now()
        revision, background = self.revision(article, as_of), self._background(as_of)
        analysis = self._store.analyses([revision.key])[revision.key]
        carried = self._carried(revision, analysis, background, as_of)
        return self._related(revision, analysis, carried, background, as_of, limit).similar

    def _related(
        self,
        revision: Revision,
        analysis: Analysis,
        carried: Carried,
        background: Background,
        as_of: datetime,
        limit: int,
    ) -> _Beside:
        """Ask the index for neighbours and rank them; then give each its outlet and the words that tie it.

        What carries the article's own text is no neighbour: it is named as a copy.
        """
        article = revision.article
        printed = Printed(article)
        asked = query_terms(printed.stems, unpack(analysis), background)
        found = self._index.neighbours(asked, as_of, CANDIDATES)
        near = {match.article: match.key for match in found if match.article not in carried.briefs}
        terms = self._store.terms(near.values())
        close = nearest(unpack(analysis), {id: terms[key] for id, key in near.items() if key in terms}, background)
        outlines = self._store.outlines([revision.key, *(near[id] for id in close)])
        candidates = [Candidate.of(outlines[near[id]], terms[near[id]]) for id in close if near[id] in outlines]
        told = self._store.fellows(article.id, close, as_of)
        own = Candidate.of(outlines[revision.key], analysis.terms)
        ranked = rank(own, candidates, background, as_of, limit, told=told)
        briefs = self._store.briefs({related.id for related in (*ranked.similar, *ranked.story)}, as_of)

        @cache
        def similar(related: Related) -> Similar:
            brief = briefs[related.id]
            shared = printed.phrases(related.shared, REASONS)
            return Similar(brief, self.outlet(brief.outlet), related.score, shared, related.close)

        return _Beside(
            similar=tuple(similar(related) for related in ranked.similar if related.id in briefs),
            read_also=ranked.read_also.id if ranked.read_also else None,
            story=tuple(similar(related) for related in ranked.story if related.id in briefs),
        )
