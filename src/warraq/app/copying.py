"""Who carried the same text, and what changed: between outlets, and between the states of one article."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import compress
from typing import NamedTuple

import numpy as np

from warraq import urls
from warraq.analyse.background import Background
from warraq.analyse.contrary import Said, contrary
from warraq.analyse.copies import overlap, short
from warraq.analyse.differences import difference, edits
from warraq.analyse.groups import Text, grouped, landmarks, least, origin, publishers
from warraq.analyse.sift import may_carry
from warraq.analyse.vectors import TERM, Sketch, unpack, unpack_sketch
from warraq.app.opened import Opened
from warraq.arabic import match_form
from warraq.errors import NotFound, UsageError
from warraq.ports import Store
from warraq.types import (
    Analysis,
    Article,
    ArticleId,
    Brief,
    Carrier,
    Copy,
    CopyGroup,
    Diff,
    Edits,
    Outlet,
    OutletId,
    Outline,
    Revision,
    micros,
)

FOUND = 128
"""Articles with the most landmarks in common that are compared whole."""
REACH = 200
"""Texts that are followed from one to the next before a group is formed."""


class Carried(NamedTuple):
    """The articles that carry one text, the first seen first."""

    texts: list[Text]
    states: Mapping[ArticleId, Revision]
    briefs: Mapping[ArticleId, Brief]
    outlets: Mapping[OutletId, Outlet]
    again: list[bool]
    """Of each text, whether its publisher had carried it before."""
    origin: str


class Copying(Opened):
    """Copies and differences."""

    def copies(self, article: str, as_of: datetime | None = None) -> CopyGroup:
        """All articles that carry the text of this one, the first seen first, as of a moment. Raises `NotFound`.

        Whichever article of a group is asked for, the group is the same. An article without copies is alone in it.
        """
        as_of = as_of or self.now()
        revision = self.revision(article, as_of)
        analysis = self._store.analyses([revision.key])[revision.key]
        carried = self._carried(revision, analysis, self._background(as_of), as_of)
        return CopyGroup(as_of, revision.article.id, _carriers(carried), carried.origin)

    def _carried(self, revision: Revision, analysis: Analysis, background: Background, as_of: datetime) -> Carried:
        """The group of an article in this state, as of a moment: who carried its text, and whose it is."""
        seen = micros(revision.first_seen_at)
        start = Text(revision.article.id, seen, unpack(analysis), unpack_sketch(analysis))
        texts = next(group for group in self._reached(start, background, as_of) if start in group)
        ids = [text.id for text in texts]
        states = self._store.bodies(ids, as_of) if len(ids) > 1 else {start.id: revision}
        briefs = {id: _brief(state) for id, state in states.items()}
        outlets = {brief.outlet: self.outlet(brief.outlet) for brief in briefs.values()}
        stands = publishers(outlets, [(brief.outlet, urls.host(brief.url)) for brief in briefs.values()])
        publisher = [stands[briefs[id].outlet] for id in ids]
        named = [agencies(states[id].article, outlets[briefs[id].outlet]) for id in ids]
        whose = origin(list(zip(publisher, named, strict=True)))
        return Carried(texts, states, briefs, outlets, _again(publisher), whose)

    def _reached(self, start: Text, background: Background, as_of: datetime) -> list[list[Text]]:
        """The texts that copies of copies lead to from here, at most `REACH`, in groups."""

        @cache
        def said(id: ArticleId) -> Said:
            return Said(self._store.bodies([id], as_of)[id].article)

        known: dict[tuple[ArticleId, ArticleId], bool] = {}

        def copies(one: Text, two: Text) -> bool:
            pair = min(one.id, two.id), max(one.id, two.id)
            if pair not in known:
                same = one.copies(two, background)
                known[pair] = same and not (short(one.sketch, two.sketch) and contrary(said(one.id), said(two.id)))
            return known[pair]

        met = _Met(self._store)
        texts = {start.id: start}
        ahead = deque([start])
        while ahead and len(texts) < REACH:
            text = ahead.popleft()
            marks = landmarks(text.sketch)
            found = self._index.carrying(marks, as_of, FOUND, least(marks))
            near = [match.key for match in found if match.article not in texts]
            for other in met.perhaps(text, near):
                if copies(text, other):
                    texts[other.id] = other
                    ahead.append(other)
        return grouped(sorted(texts.values(), key=lambda text: (text.first_seen, text.id)), copies)

    def diff(
        self, article: str, before: int | None = None, after: int | None = None, as_of: datetime | None = None
    ) -> Diff:
        """What changed between two states of an article, by their numbers: the last and the one before it by default.

        Raises `NotFound` if there is no such state as of then, `UsageError` if there is only one to choose from.
        """
        states = {state.number: state for state in self.revisions(article, as_of)}
        last = max(states)
        after = last if after is None else after
        before = after - 1 if before is None else before
        if len(states) == 1 and before == 0:
            raise UsageError(f"{urls.display(article)}: seen in one state only, nothing to compare")
        for number in (before, after):
            if number not in states:
                raise NotFound(f"{urls.display(article)}: no state {number}; there are 1 to {last}")
        one, two = states[before], states[after]
        return Diff(self.outlet(two.article.outlet), one, two, difference(one.article, two.article))


class _Met:
    """The contents that a walk from text to text meets, each of them read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._outlines: dict[int, Outline] = {}
        self._texts: dict[int, Text] = {}

    def perhaps(self, text: Text, keys: Sequence[int]) -> list[Text]:
        """Those of these contents that may carry a text, by id: sketches rule out most, the words are read of the rest.

        Contents that are gone from the store are left out.
        """
        if new := [key for key in keys if key not in self._outlines]:
            self._outlines.update(self._store.outlines(new))
        held = [key for key in keys if key in self._outlines]
        some = may_carry(text.sketch, [_sketch(self._outlines[key]) for key in held])
        chosen = list(compress(held, some.tolist()))
        if new := [key for key in chosen if key not in self._texts]:
            for key, terms in self._store.terms(new).items():
                outline = self._outlines[key]
                vector = np.frombuffer(terms, TERM)
                self._texts[key] = Text(outline.article, outline.first_seen, vector, _sketch(outline))
        return sorted((self._texts[key] for key in chosen if key in self._texts), key=lambda other: other.id)


def _sketch(outline: Outline) -> Sketch:
    return np.frombuffer(outline.sketch, "<u4")


def _brief(state: Revision) -> Brief:
    """What lists show of a state."""
    article = state.article
    return Brief(
        state.key,
        article.id,
        article.outlet,
        article.url,
        article.title,
        article.published,
        state.seen_at,
        state.first_seen_at,
        article.language,
    )


def _carriers(carried: Carried) -> tuple[Carrier, ...]:
    """The members of a group with what each changed of the earliest."""
    first, states = carried.texts[0], carried.states
    found: list[Carrier] = []
    for text, again in zip(carried.texts, carried.again, strict=True):
        brief = carried.briefs[text.id]
        changed = edits(states[first.id].article, states[text.id].article) if text is not first else Edits()
        share = round(overlap(first.sketch, text.sketch)[0], 3) if text is not first else 1.0
        found.append(Carrier(brief, carried.outlets[brief.outlet], share, changed, again))
    return tuple(found)


def others(carried: Carried, article: ArticleId) -> tuple[Copy, ...]:
    """The members of a group beside one of them, with how much of the shorter of the two texts the other contains."""
    own = next(text for text in carried.texts if text.id == article)
    return tuple(
        Copy(
            carried.briefs[text.id],
            carried.outlets[carried.briefs[text.id].outlet],
            round(overlap(own.sketch, text.sketch)[0], 3),
            again,
        )
        for text, again in zip(carried.texts, carried.again, strict=True)
        if text is not own
    )


def _again(publishers: Sequence[OutletId]) -> list[bool]:
    """Of each, whether it stands there before."""
    return [publisher in publishers[:place] for place, publisher in enumerate(publishers)]


def agencies(article: Article, outlet: Outlet) -> list[str]:
    """Whom an article credits, without its own outlet; an agency is itself one."""
    own = {match_form(outlet.name), match_form(outlet.short_name)}
    named = [name for name in article.credit if match_form(name) not in own]
    return [outlet.short_name or outlet.name, *named] if outlet.agency else named
