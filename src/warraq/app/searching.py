"""Search and lists, as of a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from warraq.analyse.copies import CONTAINMENT, likeness
from warraq.analyse.overlaps import Overlaps
from warraq.analyse.snippets import Marker
from warraq.analyse.suggest import LEAST, nearest_word, replace_word
from warraq.analyse.vectors import unpack, unpack_sketch
from warraq.app.spelling import Spelling
from warraq.arabic import match_form
from warraq.errors import NotFound, UsageError
from warraq.outlets.countries import country_codes
from warraq.query import parse_query, resolved
from warraq.types import (
    Analysis,
    ArticleId,
    Brief,
    Copy,
    Facets,
    Hit,
    Named,
    OneOf,
    OutletCount,
    OutletId,
    Query,
    Results,
    Revision,
    Stats,
)

DEEPEST = 1_000_000
"""Articles of one list, counted from its first, that can be asked for: an index makes room for them all at once."""
COMPLETIONS = 50_000
"""Words with one first letter that are looked through for a suggestion."""

_NOTHING = Analysis(0, b"", b"")
_END = datetime.max.replace(tzinfo=UTC)


def within(limit: int, offset: int) -> None:
    """Raises `UsageError` for a part of a list that begins before it, or ends further down than `DEEPEST`."""
    if limit < 0 or offset < 0:
        raise UsageError(f"limit {limit} and offset {offset}: none may be negative")
    if limit + offset > DEEPEST:
        raise UsageError(f"limit and offset together are at most {DEEPEST:,}; narrow the question, or export it")


class Searching(Spelling):
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
        half_life: float = 0.0,
        collapse: bool = False,
    ) -> Results:
        """Articles that match `query`, whose language the module `warraq.query` describes, the best first.

        `date_from` (inclusive) and `date_to` (exclusive) bound the moment of publication. With `half_life` an article
        counts half as much for every so many days of its age. `collapse` puts matches of this page that carry one
        text under the first of them. Raises `QueryError`; `UsageError` for what lies further down than `DEEPEST`.
        """
        within(limit, offset)
        as_of = as_of or self.now()
        wanted = self._wanted(
            parse_query(
                query,
                outlets=outlets,
                published_from=date_from,
                published_to=date_to,
                newest_first=newest_first,
                half_life=half_life,
            ),
            as_of,
        )
        found = self._results(query, wanted, as_of, limit, offset)
        if collapse:
            found = replace(found, hits=self._collapsed(found.hits, as_of))
        return found if found.total else replace(found, suggestion=self._suggestion(query, wanted))

    def facets(
        self,
        query: str,
        *,
        outlets: Sequence[OutletId] = (),
        date_from: datetime | None = None,
        date_to: datetime | None = None,
        as_of: datetime | None = None,
        limit: int = 10,
    ) -> Facets:
        """How many matches of a search fall to which outlet, language, keyword and day. Raises `QueryError`."""
        as_of = as_of or self.now()
        wanted = parse_query(query, outlets=outlets, published_from=date_from, published_to=date_to)
        return self._index.facets(self._wanted(wanted, as_of), as_of, limit)

    def keyword(self, phrase: str, as_of: datetime | None = None, *, limit: int = 30, offset: int = 0) -> Results:
        """Articles that hold a phrase or a variant of its names, newest first. Raises as `search`."""
        within(limit, offset)
        return self._results(phrase, self._spelled(phrase, newest_first=True), as_of or self.now(), limit, offset)

    def _results(self, text: str, query: Query, as_of: datetime, limit: int, offset: int) -> Results:
        found = self._index.search(query, as_of, limit, offset)
        states = self._store.bodies([m.article for m in found.matches], as_of)
        briefs = self._store.briefs(states, as_of)
        marker, outlet = Marker(query.clauses), cache(self.outlet)
        hits = [
            Hit(
                brief=briefs[match.article],
                outlet=outlet(briefs[match.article].outlet),
                score=match.score,
                title=marker.highlight(states[match.article].article.title),
                snippet=marker.snippet(states[match.article].article.text),
            )
            for match in found.matches
            if match.article in states  # the index may be a moment behind the store
        ]
        return Results(text, as_of, found.total, tuple(hits))

    def _wanted(self, query: Query, as_of: datetime) -> Query:
        """The query with outlets, countries and stories resolved into what an index knows."""

        def resolve(part: OneOf) -> OneOf:
            match part.name:
                case Named.OUTLET:
                    return OneOf(Named.OUTLET, self._outlets_named(part.values))
                case Named.COUNTRY:
                    codes = {code for value in part.values for code in country_codes(value)}
                    return OneOf(Named.OUTLET, tuple(o.id for o in self._rules().outlets if o.country in codes))
                case Named.STORY:
                    members = [p.article for id in part.values for p in self._store.members(id, as_of)]
                    return OneOf(Named.ARTICLE, tuple(members))
                case _:
                    return replace(part, values=tuple(value.lower() for value in part.values))

        return resolved(query, resolve)

    def _outlets_named(self, names: Sequence[str]) -> tuple[OutletId, ...]:
        """Outlets by id, or by any part of their printed name; a name nobody has stands for itself."""
        printed = {o.id: f" {match_form(o.name)} {match_form(o.short_name)} " for o in self._rules().outlets}
        found: list[OutletId] = []
        for name in names:
            wanted = match_form(name)
            named = [id for id, said in printed.items() if id == name.lower() or (wanted and f" {wanted} " in said)]
            found += named or [name]
        return tuple(dict.fromkeys(found))

    def _collapsed(self, hits: Sequence[Hit], as_of: datetime) -> tuple[Hit, ...]:
        """Each text once: further hits that carry it become copies of the first one."""
        analyses = self._store.analyses([hit.brief.key for hit in hits])
        background = self._background(as_of)
        texts = [analyses.get(hit.brief.key, _NOTHING) for hit in hits]
        overlaps = Overlaps([unpack_sketch(text) for text in texts])
        shown: dict[int, Hit] = {}
        for number, (hit, own) in enumerate(zip(hits, texts, strict=True)):
            shares = overlaps.containment(number)
            for place in [place for place in shown if shares[place] >= CONTAINMENT]:
                first, other = shown[place], texts[place]
                alike = likeness((unpack(own), unpack_sketch(own)), (unpack(other), unpack_sketch(other)), background)
                if alike.copy:
                    copy = Copy(hit.brief, hit.outlet, round(alike.containment, 3))
                    shown[place] = replace(first, copies=(*first.copies, copy))
                    break
            else:
                shown[number] = hit
        return tuple(shown.values())

    def _suggestion(self, text: str, query: Query) -> str:
        """The query with words nobody wrote replaced by the nearest ones that somebody did; empty if there are none."""
        changed = text
        for clause in query.clauses:
            word = clause.folded[0]
            if len(clause.folded) > 1 or clause.prefix or len(word) < LEAST:
                continue
            known = dict(self._index.completions(word[:1], COMPLETIONS))
            if word in known:
                continue
            best = nearest_word(word, known)
            if best:
                changed = replace_word(changed, word, best)
        return changed if changed != text else ""

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

    def whole(self, ids: Sequence[ArticleId], as_of: datetime | None = None) -> Sequence[Revision]:
        """These articles as they stood, in this order; those not seen by then are left out."""
        states = self._store.bodies(ids, as_of or self.now())
        return [states[id] for id in ids if id in states]

    def outlets(self, as_of: datetime | None = None) -> Sequence[OutletCount]:
        """The outlets with articles by then, the largest first."""
        return [replace(c, outlet=self.outlet(c.outlet.id)) for c in self._store.outlets(as_of or self.now())]

    def require_outlet(self, id: OutletId) -> None:
        """Raises `NotFound` for the id of an outlet that nobody describes and that the archive has nothing of."""
        if id not in self._rules().by_id and not self._store.latest(_END, 1, outlet=id):
            raise NotFound(f"no outlet {id[:60]!r}")

    def require_outlets_named(self, names: Sequence[str]) -> None:
        """Raises `NotFound` for a name that is neither the id of an outlet nor a part of its printed name."""
        for id in self._outlets_named(names):
            self.require_outlet(id)

    def stats(self, as_of: datetime | None = None) -> Stats:
        """What the archive held as of a moment, and what became of all it was ever given."""
        return self._store.stats(as_of or self.now())
