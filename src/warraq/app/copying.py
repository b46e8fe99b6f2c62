"""Who carried the same text, and what changed: between outlets, and between the states of one article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

import numpy as np

from warraq import urls
from warraq.analyse.background import Background
from warraq.analyse.contrary import Said, contrary
from warraq.analyse.copies import overlap, short, which_may_be_copies
from warraq.analyse.differences import difference, edits
from warraq.analyse.groups import Others, Text, grouped, landmarks, least, origin, publishers
from warraq.analyse.sift import Sketches
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
"""Articles with the most landmarks in common that are looked at for one text; twice as many for several texts."""
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
        """The texts that copies of copies lead to from here, about `REACH` at most, in groups."""
        walk = _Walk(self._store, background, as_of)
        texts, new = {start.id: start}, [start]
        old: list[Text] = []
        while new and len(texts) < REACH:
            # What is asked follows from the texts reached, whichever of them the walk began with.
            marks = [landmarks(text.sketch) for text in texts.values()]
            limit = FOUND * min(2, len(texts))
            found = self._index.carrying(sorted({*chain(*marks)}), as_of, limit, min(map(least, marks)))
            fresh = walk.meet([match.key for match in found if match.article != start.id])
            alike = walk.carrying(new, walk.met()) + walk.carrying(old, fresh)
            old = list(texts.values())
            texts |= {other.id: other for other in alike if other.id not in texts}
            new = list(texts.values())[len(old) :]
        return grouped(sorted(texts.values(), key=lambda text: (text.first_seen, text.id)), walk.copies)

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


class _Walk:
    """What a walk from text to text meets: contents are read once, pairs compared once."""

    def __init__(self, store: Store, background: Background, as_of: datetime) -> None:
        self._store, self._background, self._as_of = store, background, as_of
        self._outlines: dict[int, Outline] = {}
        self._texts: dict[int, Text] = {}
        self._said: dict[ArticleId, Said] = {}
        self._known: dict[tuple[ArticleId, ArticleId], bool] = {}

    def meet(self, keys: Sequence[int]) -> list[int]:
        """These contents are to be looked at. Returns the new ones; those gone from the store are left out."""
        new = self._store.outlines([key for key in keys if key not in self._outlines])
        self._outlines |= new
        return list(new)

    def met(self) -> list[int]:
        """All contents met so far."""
        return list(self._outlines)

    def carrying(self, texts: Sequence[Text], keys: Sequence[int]) -> list[Text]:
        """Those of these contents that carry one of the texts; each is compared with each.

        Sketches rule out most; the words are read of the rest.
        """
        if not texts or not keys:
            return []
        sketches = Sketches([_sketch(self._outlines[key]) for key in keys])
        containment, jaccard = np.stack([sketches.overlap(text.sketch) for text in texts], axis=1)
        perhaps = which_may_be_copies(containment, jaccard)
        self._read([keys[place] for place in np.flatnonzero(perhaps.any(axis=0)).tolist()])
        kept = [place for place, key in enumerate(keys) if key in self._texts]
        others = [self._texts[keys[place]] for place in kept]
        compared = Others(others, self._background)
        found = []
        for line, text in enumerate(texts):
            same = compared.carry(text, containment[line, kept], jaccard[line, kept])
            for place in np.flatnonzero(perhaps[line, kept]).tolist():
                other = others[place]
                if _pair(text, other) not in self._known:
                    self._known[_pair(text, other)] = bool(same[place]) and not self._opposed(text, other)
            found += [other for other in others if self._known.get(_pair(text, other))]
        return found

    def copies(self, one: Text, two: Text) -> bool:
        """Whether two texts are one."""
        if _pair(one, two) not in self._known:
            same = one.copies(two, self._background) and not self._opposed(one, two)
            self._known[_pair(one, two)] = same
        return self._known[_pair(one, two)]

    def _read(self, keys: Sequence[int]) -> None:
        if new := [key for key in keys if key not in self._texts]:
            for key, terms in self._store.terms(new).items():
                outline = self._outlines[key]
                vector = np.frombuffer(terms, TERM)
                self._texts[key] = Text(outline.article, outline.first_seen, vector, _sketch(outline))

    def _opposed(self, one: Text, two: Text) -> bool:
        return short(one.sketch, two.sketch) and contrary(self._says(one), self._says(two))

    def _says(self, text: Text) -> Said:
        if text.id not in self._said:
            self._said[text.id] = Said(self._store.bodies([text.id], self._as_of)[text.id].article)
        return self._said[text.id]


def _pair(one: Text, two: Text) -> tuple[ArticleId, ArticleId]:
    return (one.id, two.id) if one.id < two.id else (two.id, one.id)


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
