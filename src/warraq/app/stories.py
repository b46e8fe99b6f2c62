"""Stories: what belongs together, as of a moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate

from warraq import urls
from warraq.analyse.background import Background
from warraq.analyse.gist import Gist
from warraq.analyse.groups import Text, origin, publishers
from warraq.analyse.reasons import Printed
from warraq.analyse.vectors import unpack, unpack_sketch
from warraq.app.copying import agencies
from warraq.app.opened import Opened
from warraq.errors import NotFound
from warraq.types import (
    Analysis,
    Article,
    ArticleId,
    Brief,
    Event,
    Kind,
    Outlet,
    OutletId,
    Placement,
    Report,
    Story,
    StoryBrief,
    StoryDay,
    micros,
)

REPORTS = 300
"""Articles of a story that are shown and compared, the newest."""
HEADLINES = 16
"""The newest articles, among which a story's headline is chosen."""
COMPARED = 64
"""The newest articles of a story that are compared for a list of stories."""
REASONS = 5
"""Phrases and words that tie a report to its story."""
LEAD = 600
"""Characters of a lead."""
SPAN = timedelta(days=1)
_NONE = Analysis(0, b"", b"")


class Stories(Opened):
    """What articles report together."""

    def story(self, id: str, as_of: datetime | None = None) -> Story:
        """The story of which an article is part (an id or an address), as of a moment.

        A story is named after its first article; one that has become part of another leads there.
        Raises `NotFound` for an article that had not been seen, or was not placed yet.
        """
        as_of = as_of or self.now()
        article = self.revision(id, as_of).article.id
        found = self._store.placements([article], as_of).get(article)
        if found is None:
            raise NotFound(f"{urls.display(id)}: not placed in a story yet; run `warraq index`")
        members = self._store.members(found.story, as_of)
        briefs = self._store.briefs([member.article for member in members], as_of)
        outlets = {id: self.outlet(id) for id in {brief.outlet for brief in briefs.values()}}
        shown = [member for member in members if member.article in briefs][-REPORTS:]
        analyses = self._store.analyses([briefs[member.article].key for member in shown])
        gist = _gist(shown, briefs, analyses, self._background(as_of))
        states = self._store.bodies([text.id for text in gist.texts], as_of)
        head = gist.headline(range(max(0, len(shown) - HEADLINES), len(shown)))
        article_of_head = states[shown[head].article].article
        headline, first = briefs[shown[head].article], briefs[members[0].article]
        by_outlet = Counter(brief.outlet for brief in briefs.values())
        by_country = Counter(outlets[brief.outlet].country for brief in briefs.values())
        sites = {(brief.outlet, "/".join(brief.url.split("/", 3)[:3])) for brief in briefs.values()}
        stands = publishers(outlets, [(outlet, urls.host(site)) for outlet, site in sites])
        return Story(
            as_of=as_of,
            id=found.story,
            headline=headline,
            outlet=outlets[headline.outlet],
            lead=_lead(article_of_head),
            articles=len(members),
            first=first,
            first_outlet=outlets[first.outlet],
            last_seen_at=max(brief.first_seen_at for brief in briefs.values()),
            origin=origin(
                [
                    (stands[state.article.outlet], agencies(state.article, outlets[state.article.outlet]))
                    for state in (states[text.id] for text in gist.texts)
                ]
            ),
            outlets=tuple((outlets[id], number) for id, number in _most(by_outlet)),
            countries=tuple((country, number) for country, number in _most(by_country) if country),
            days=_days([_day(brief) for brief in briefs.values()]),
            events=_events(gist, shown, briefs, outlets),
            reports=_reports(gist, shown, briefs, outlets, head, article_of_head),
        )

    def stories(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | None = None,
        *,
        limit: int = 30,
        offset: int = 0,
    ) -> Sequence[StoryBrief]:
        """Stories with articles first seen in [since, until), those with the most first; by default the last day's."""
        as_of = as_of or self.now()
        until = until or as_of + timedelta(microseconds=1)
        since = since or until - SPAN
        return self._briefly(self._sizes(since, until, as_of, limit, offset), as_of)

    def _briefly(self, sizes: Sequence[tuple[ArticleId, int]], as_of: datetime) -> list[StoryBrief]:
        """Stories, given with how many articles to name, as a list shows them."""
        members = {id: self._store.members(id, as_of) for id, _ in sizes}
        shown = {id: placed[-REPORTS:] for id, placed in members.items()}
        wanted = {member.article for placed in shown.values() for member in placed}
        briefs = self._store.briefs(wanted | {placed[0].article for placed in members.values()}, as_of)
        compared = {briefs[member.article].key for placed in shown.values() for member in placed[-COMPARED:]}
        analyses = self._store.analyses(compared)
        background = self._background(as_of)
        outlets = {id: self.outlet(id) for id in {brief.outlet for brief in briefs.values()}}
        found = []
        for id, number in sizes:
            newest = shown[id][-COMPARED:]
            gist = _gist(newest, briefs, analyses, background)
            head = gist.headline(range(max(0, len(newest) - HEADLINES), len(newest)))
            headline, last = briefs[newest[head].article], briefs[newest[-1].article]
            who = Counter(briefs[member.article].outlet for member in shown[id])
            found.append(
                StoryBrief(
                    id=id,
                    headline=headline,
                    outlet=outlets[headline.outlet],
                    articles=number,
                    first_seen_at=briefs[members[id][0].article].first_seen_at,
                    last_seen_at=last.first_seen_at,
                    total=len(members[id]),
                    newest=last,
                    newest_outlet=outlets[last.outlet],
                    outlets=tuple((outlets[outlet], count) for outlet, count in _most(who)),
                    copies=sum(len(group) - 1 for rows in _rows(newest).values() for group in gist.carriers(rows)),
                )
            )
        return found

    def _sizes(
        self, since: datetime, until: datetime, as_of: datetime, limit: int, offset: int
    ) -> Sequence[tuple[ArticleId, int]]:
        """Stories with articles first seen in a span, and how many these are, the largest first."""
        return self._store.stories(since, until, as_of, limit, offset)


def _gist(
    members: Sequence[Placement],
    briefs: Mapping[ArticleId, Brief],
    analyses: Mapping[int, Analysis],
    background: Background,
) -> Gist:
    """The articles of a story as they stood, compared."""
    texts = []
    for member in members:
        brief = briefs[member.article]
        analysis = analyses.get(brief.key, _NONE)
        texts.append(Text(brief.id, micros(brief.first_seen_at), unpack(analysis), unpack_sketch(analysis)))
    return Gist(texts, background)


def _reports(
    gist: Gist,
    members: Sequence[Placement],
    briefs: Mapping[ArticleId, Brief],
    outlets: Mapping[OutletId, Outlet],
    head: int,
    article: Article,
) -> tuple[Report, ...]:
    printed = Printed(article)
    central = gist.centrality()
    return tuple(
        Report(
            brief=briefs[members[row].article],
            outlet=outlets[briefs[members[row].article].outlet],
            event=members[row].event,
            score=float(central[row]),
            shared=printed.phrases(gist.ties(row, head, 2 * REASONS), REASONS),
            copies=tuple(members[copy].article for copy in copies),
        )
        for row, *copies in sorted(group for rows in _rows(members).values() for group in gist.carriers(rows))
    )


def _rows(members: Sequence[Placement]) -> dict[ArticleId, list[int]]:
    """The reports of each event, in order; copies of a text are reports of one event."""
    rows: dict[ArticleId, list[int]] = {}
    for row, member in enumerate(members):
        rows.setdefault(member.event, []).append(row)
    return rows


def _events(
    gist: Gist, members: Sequence[Placement], briefs: Mapping[ArticleId, Brief], outlets: Mapping[OutletId, Outlet]
) -> tuple[Event, ...]:
    found = []
    for id, reports in _rows(members).items():
        brief = briefs[members[gist.headline(reports)].article]
        first = briefs[members[reports[0]].article]
        found.append(Event(id, brief, outlets[brief.outlet], len(reports), first.first_seen_at))
    return tuple(found)


def _days(days: Sequence[date]) -> tuple[StoryDay, ...]:
    counts = sorted(Counter(days).items())
    totals = accumulate(number for _, number in counts)
    return tuple(StoryDay(day, number, total) for (day, number), total in zip(counts, totals, strict=True))


def _day(brief: Brief) -> date:
    """When it was published, in UTC; where its outlet does not say, when it was first seen."""
    at = min(brief.published.at, brief.first_seen_at) if brief.published else brief.first_seen_at
    return at.date()


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _lead(article: Article) -> str:
    """The first paragraph of text, cut at a word if it is long."""
    text = next((p.text for p in article.body if p.kind is Kind.TEXT), "")
    return text if len(text) <= LEAD else text[:LEAD].rsplit(maxsplit=1)[0] + " …"
