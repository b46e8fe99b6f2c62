"""A small archive made by hand, in memory: fictional outlets and events, with the methods the faces read from.

Relations (similar, copies, story) are simple here: the faces are what is tested. Times are fixed.
"""

# ruff: noqa: E501 - sentences stay whole
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from warraq.errors import NotFound, QueryError
from warraq.types import (
    Article,
    Brief,
    Copy,
    Dated,
    Day,
    Event,
    Facets,
    Figures,
    Hit,
    Keyword,
    KeywordCounts,
    Kind,
    Origin,
    Outlet,
    OutletCount,
    OutletFigures,
    Page,
    Paragraph,
    Precision,
    Report,
    Results,
    Revision,
    Shares,
    Similar,
    Span,
    Stats,
    Story,
    StoryBrief,
    StoryDay,
    Trend,
    Trends,
    micros,
    moment,
)

DAY = 86_400_000_000
HOSTILE_WORDS = ('<img src=x onerror="alert(1)">', "ميناء")
NOW = datetime(2026, 3, 12, 9, 30, 15, 250_000, tzinfo=UTC)

OUTLETS = {
    o.id: o
    for o in (
        Outlet("sahil", "صحيفة الساحل", country="AE", zone="Asia/Dubai", home="https://sahil.example/"),
        Outlet("nakhla24", "موقع النخلة 24", country="DZ", zone="Africa/Algiers", home="https://nakhla24.example/"),
        Outlet("bayan", "وكالة البيان الدولية", country="JO", zone="Asia/Amman", agency=True),
        Outlet(
            "harbour",
            "The Harbour Post",
            country="GB",
            zone="Europe/London",
            language="en",
            home="https://harbour.example",
        ),
    )
}

PORT = "افتتاح مرفأ الياسمين الجديد بعد ثلاث سنوات من العمل"

_BODIES = {
    "port": (
        "افتُتح اليوم الثلاثاء مرفأ الياسمين الجديد بحضور مئات من أهالي المدينة، بعد ثلاث سنوات من أعمال التوسعة التي كلّفت 420 مليون دولار.",
        "## أرصفة أعمق",
        "وقال مدير المرفأ سالم العطار إن الأرصفة الستة الجديدة «تستقبل سفنًا بغاطس يصل إلى 16 مترًا»، مضيفًا أن شركة Blue Anchor Lines ستكون أول من يستخدمها.",
        "> هذا المرفأ لم يُبنَ للسفن وحدها، بل لمن ينتظرونها على الشاطئ.",
        "وتشمل المرحلة الثانية من المشروع:",
        "- محطة لركاب العبّارات تتسع لألفي مسافر يوميًا.",
        "- سوقًا للصيادين على الرصيف القديم.",
        "- ممرًا للمشاة يربط المرفأ بوسط المدينة.",
        "وكانت أعمال البناء قد توقفت عام 2024 أربعة أشهر بسبب عاصفة ألحقت أضرارًا بكاسر الأمواج، قبل أن تُستأنف بتمويل من صندوق التنمية البحرية.",
    ),
    "strike": (
        "أعلنت نقابة عمال الأرصفة في مرفأ الياسمين تعليق إضرابها بعد اتفاق مع الإدارة على جدول جديد للمناوبات.",
        "وقالت النقابة في بيان إن الاتفاق «يضمن راحة أسبوعية كاملة»، وإن العمل يعود إلى طبيعته صباح الخميس.",
    ),
    "plain": (
        "تفاصيل الخبر كما وردت من مراسلنا، مع ما قاله الشهود والمسؤولون في المكان.",
        "وأضاف المتحدث أن النتائج الأولية ستُعلن قبل نهاية الأسبوع، وأن الفريق يواصل عمله.",
    ),
    "english": (
        "The new Jasmine Port opened on Tuesday after three years of work, with six deeper berths.",
        "Blue Anchor Lines said its first vessel would call on 14 March.",
    ),
}


def paragraphs(lines: Sequence[str]) -> tuple[Paragraph, ...]:
    kinds = {"## ": Kind.HEADING, "> ": Kind.QUOTE, "- ": Kind.ITEM}
    made = []
    for text in lines:
        prefix = next((p for p in kinds if text.startswith(p)), "")
        made.append(Paragraph(text.removeprefix(prefix), kinds.get(prefix, Kind.TEXT)))
    return tuple(made)


def article(
    id: str, outlet: str, title: str, body: str | tuple[Paragraph, ...] = "plain", hours: float = 24, **more: object
) -> tuple[Article, datetime]:
    """An article published `hours` before NOW, seen three minutes later."""
    at = (NOW - timedelta(hours=hours)).replace(second=0, microsecond=0)
    made = Article(
        id=id.rjust(12, "0"),
        outlet=outlet,
        url=f"https://{outlet}.example/news/{id}",
        title=title,
        body=paragraphs(_BODIES[body]) if isinstance(body, str) else body,
        published=Dated(at, origin=Origin.JSON_LD, zone=OUTLETS[outlet].zone),
        language=OUTLETS[outlet].language,
    )
    return replace(made, **more), at + timedelta(minutes=3)  # type: ignore[arg-type]


def articles() -> list[tuple[Article, datetime]]:
    """The archive's content, each with the moment it was seen."""
    made = [
        article(
            "port1",
            "sahil",
            PORT,
            "port",
            30,
            authors=("ليلى مراد", "J. O'Neill"),
            credit=("وكالة البيان الدولية", "AFP"),
            section="محليات",
            image="https://sahil.example/port.jpg",
        ),
        article("port2", "bayan", "مرفأ الياسمين يستقبل أولى سفنه بعد توسعة استمرت ثلاث سنوات", "port", 31),
        article("port3", "harbour", "Jasmine Port opens after three-year expansion", "english", 28),
        article("strike1", "nakhla24", "تعليق إضراب عمال الأرصفة في مرفأ الياسمين", "strike", 20, credit=("وكالات",)),
        article("strike2", "sahil", "اتفاق على جدول مناوبات جديد ينهي إضراب المرفأ", "strike", 19),
        article("rain", "nakhla24", "أمطار غزيرة على السهول الشرقية وتحذير من سيول مفاجئة في الأودية", hours=10),
        article("school", "bayan", "وزارة التعليم في جزيرة سمرقة تؤجل امتحانات الثانوية أسبوعًا", hours=9),
        article("cup", "sahil", "فريق النوارس يتأهل إلى نهائي كأس الساحل بفوزه 3-2 على Iron Wolves", hours=8),
        article("book", "nakhla24", "رواية «ملح البيوت» لنادية الصيرفي تفوز بجائزة القلم الذهبي", hours=7),
        article("fuel", "bayan", "أسعار الوقود تتراجع 4.5% في الأسواق المحلية مع وفرة المعروض", hours=6),
        article("museum", "sahil", "متحف البحر يعرض لأول مرة خرائط بحّارة القرن التاسع عشر", hours=5),
        article("clinic", "nakhla24", "عيادات متنقلة تصل إلى عشر قرى جبلية قطعت الثلوج طرقها", hours=4),
        article("data", "harbour", "Coastal towns publish open data on tides and fishing", "english", 3),
        article("undated", "bayan", "بيان مشترك حول إدارة مصايد الخليج", hours=2, published=None),
        article(
            "day",
            "sahil",
            "تقويم المعارض البحرية لهذا الربيع",
            hours=26,
            published=Dated(datetime(2026, 3, 10, 20, tzinfo=UTC), Precision.DAY, Origin.URL, "Asia/Dubai"),
        ),
    ]
    later, seen = made[3]
    made.append((replace(later, title=later.title + " (محدّث)"), seen + timedelta(hours=2)))
    return made


KEYWORDS = ("مرفأ الياسمين", "كاسر الأمواج", "صندوق التنمية البحرية", "سالم العطار", "Blue Anchor Lines")


class Made:
    """The reading API over a list of (article, seen) pairs."""

    def __init__(self, content: Sequence[tuple[Article, datetime]] | None = None, now: datetime = NOW) -> None:
        self.content = sorted(articles() if content is None else content, key=lambda pair: pair[1])
        self.clock = now

    def now(self) -> datetime:
        return self.clock

    def _states(self, as_of: datetime | None) -> dict[str, list[Revision]]:
        states: dict[str, list[Revision]] = {}
        for key, (made, seen) in enumerate(self.content):
            if seen <= (as_of or self.clock):
                known = states.setdefault(made.id, [])
                if known:
                    known[-1] = replace(known[-1], until=seen)
                known.append(Revision(key, made, seen, known[0].seen_at if known else seen, len(known) + 1))
        return states

    def _briefs(self, as_of: datetime | None) -> dict[str, Brief]:
        return {
            id: Brief(
                r.key,
                id,
                r.article.outlet,
                r.article.url,
                r.article.title,
                r.article.published,
                r.seen_at,
                r.first_seen_at,
                r.article.language,
            )
            for id, (*_, r) in self._states(as_of).items()
        }

    def page(self, id: str, as_of: datetime | None = None) -> Page:
        states, briefs = self._states(as_of), self._briefs(as_of)
        if id not in states:
            raise NotFound(f"no article {id}")
        revision = states[id][-1]
        others = [b for b in briefs.values() if b.id != id and b.title != revision.article.title]
        ports = sorted((b for b in others if "port" in b.id or "strike" in b.id), key=lambda b: b.first_seen_at)
        rest = list({b.id: b for b in ports[2:] + others if b not in ports[:2]}.values())[:11]
        also = states[rest[0].id][-1] if rest else None
        same = [b for b in ports if b.id.endswith("port2")] if id.endswith("port1") else []
        return Page(
            as_of=as_of or self.clock,
            outlet=OUTLETS[revision.article.outlet],
            revision=revision,
            keywords=tuple(Keyword(k, 1.0 - n / 10) for n, k in enumerate(KEYWORDS) if k in revision.article.text)
            or tuple(Keyword(k, 0.5) for k in revision.article.keywords),
            read_also=also,
            read_also_outlet=OUTLETS[also.article.outlet] if also else None,
            similar=tuple(self._similar(b) for b in rest[1:]),
            copies=tuple(Copy(b, OUTLETS[b.outlet], 0.974) for b in same),
            outlets=1 + len(same),
            origin="وكالة البيان الدولية" if same else "",
            story=tuple(self._similar(b) for b in ports if b not in same) if id.endswith("port1") else (),
        )

    def _similar(self, brief: Brief) -> Similar:
        return Similar(
            brief, OUTLETS[brief.outlet], 0.5, ("مرفأ", "الياسمين") if "الياسمين" in brief.title else ("البحر",)
        )

    def search(
        self,
        query: str,
        *,
        outlets: Sequence[str] = (),
        date_from: datetime | None = None,
        date_to: datetime | None = None,
        as_of: datetime | None = None,
        limit: int = 10,
        offset: int = 0,
        newest_first: bool = False,
        half_life: float = 0.0,
        collapse: bool = False,
    ) -> Results:
        if query == "-":
            raise QueryError("a query cannot only exclude", 0)
        states = self._states(as_of)
        found = [
            b
            for b in self._briefs(as_of).values()
            if query in b.title + states[b.id][-1].article.text
            and (not outlets or b.outlet in outlets)
            and (not date_from or (b.published and b.published.at >= date_from))
            and (not date_to or (b.published and b.published.at < date_to))
        ]
        found.sort(key=lambda b: b.first_seen_at, reverse=newest_first)
        hits = tuple(
            Hit(b, OUTLETS[b.outlet], 1.0, _spans(b.title, query), _spans(states[b.id][-1].article.text[:240], query))
            for b in found[offset : offset + limit]
        )
        return Results(query, as_of or self.clock, len(found), hits)

    def facets(self, query: str, *, limit: int = 10, **narrowed: Any) -> Facets:
        hits = self.search(query, limit=1000, **narrowed).hits
        days = Counter(micros(h.brief.published.at) // DAY * DAY for h in hits if h.brief.published)
        return Facets(
            outlets=tuple(Counter(h.brief.outlet for h in hits).most_common(limit)),
            keywords=tuple(Counter(HOSTILE_WORDS if hits else ()).most_common(limit)),
            days=tuple(sorted(days.items())),
        )

    def stories(
        self, since: datetime, until: datetime, as_of: datetime, *, limit: int = 30, offset: int = 0
    ) -> Sequence[StoryBrief]:
        found = [b for b in self._briefs(as_of).values() if since <= b.first_seen_at < until]
        found.sort(key=lambda b: b.first_seen_at)
        told = [
            StoryBrief(
                b.id, b, OUTLETS[b.outlet], 2 + n, b.first_seen_at, b.first_seen_at, 3 + n, found[-1],
                OUTLETS[found[-1].outlet], tuple((outlet, 1) for outlet in OUTLETS.values()), 1,
            )
            for n, b in enumerate(found)
        ]  # fmt: skip
        return told[offset : offset + limit]

    def story(self, id: str, as_of: datetime | None = None) -> Story:
        briefs = self._briefs(as_of)
        if id not in briefs:
            raise NotFound(f"no article {id}")
        brief, outlet = briefs[id], OUTLETS[briefs[id].outlet]
        day = StoryDay(brief.first_seen_at.date(), 1, 1)
        return Story(
            as_of or self.clock, id, brief, outlet, "مقدمة الخبر", 1, brief, outlet, brief.first_seen_at, "وكالة",
            ((outlet, 1),), ((outlet.country, 1),), (day,),
            (Event(id, brief, outlet, 1, brief.first_seen_at),) * 2,
            (Report(brief, outlet, id, 1.0, ("مرفأ",), (id,)),),
        )  # fmt: skip

    def keyword_counts(self, phrase: str, as_of: datetime | None = None) -> KeywordCounts:
        days = [(moment(at).date(), count) for at, count in self.facets(phrase, as_of=as_of).days]
        return KeywordCounts(phrase, as_of or self.clock, sum(count for _, count in days), tuple(days))

    def keyword(self, phrase: str, as_of: datetime | None = None, *, limit: int = 30, offset: int = 0) -> Results:
        return self.search(phrase, as_of=as_of, limit=limit, offset=offset, newest_first=True)

    def latest(
        self, as_of: datetime | None = None, *, outlet: str | None = None, limit: int = 30, offset: int = 0
    ) -> Sequence[Brief]:
        found = [b for b in self._briefs(as_of).values() if outlet in (None, b.outlet)]
        return sorted(found, key=lambda b: b.first_seen_at, reverse=True)[offset : offset + limit]

    def days(self, as_of: datetime | None = None, *, outlet: str | None = None) -> Sequence[tuple[date, int]]:
        shown = [b for b in self._briefs(as_of).values() if outlet in (None, b.outlet)]
        return sorted(Counter(_day(b) for b in shown).items())

    def day(self, day: date, as_of: datetime | None = None, *, limit: int = 30, offset: int = 0) -> Day:
        found = [b for b in self.latest(as_of, limit=1000) if _day(b) == day]
        start = datetime.combine(day, time(), UTC)
        told = self.stories(start, start + timedelta(days=1), as_of or self.clock, limit=3) if found else ()
        return Day(as_of or self.clock, day, len(found), tuple(told), tuple(found[offset : offset + limit]))

    def _shares(self, briefs: Sequence[Brief]) -> Shares:
        return Shares(
            len(briefs), (1,) * 24, ((0, 1), (100, 2)), 1, ((OUTLETS["bayan"], 1),), ((HOSTILE_WORDS[0], 2),)
        )  # fmt: skip

    def figures(self, as_of: datetime | None = None) -> Figures:
        briefs, outlets = self.latest(as_of, limit=1000), self.outlets(as_of)
        languages = Counter(b.language for b in briefs).most_common()
        countries = Counter(self.outlet(b.outlet).country for b in briefs).most_common()
        return Figures(
            as_of or self.clock, len(briefs), tuple(self.days(as_of)), tuple(outlets), tuple(languages),
            tuple(countries), self._shares(briefs),
        )  # fmt: skip

    def outlet_figures(self, id: str, as_of: datetime | None = None) -> OutletFigures:
        count = next((c for c in self.outlets(as_of) if c.outlet.id == id), None)
        briefs = self.latest(as_of, outlet=id)
        days = tuple(self.days(as_of, outlet=id))
        return OutletFigures(as_of or self.clock, self.outlet(id), count, days, self._shares(briefs))

    def trends(self, since: Any, until: datetime | None, as_of: datetime, *, limit: int = 20) -> Trends:
        found = [Trend(word, 3, 0.5, 9.0, "0" * 12) for word in HOSTILE_WORDS]
        return Trends(as_of - timedelta(days=7), until or as_of, as_of, len(self.content), tuple(found[:limit]))

    def ready(self) -> str:
        return ""

    def unsafe_outlets(self) -> frozenset[str]:
        return frozenset()

    def outlet(self, id: str) -> Outlet:
        return OUTLETS.get(id) or Outlet(id, id)

    def outlets(self, as_of: datetime | None = None) -> Sequence[OutletCount]:
        counts = []
        for outlet in OUTLETS.values():
            seen = [b.first_seen_at for b in self._briefs(as_of).values() if b.outlet == outlet.id]
            if seen:
                counts.append(OutletCount(outlet, len(seen), min(seen), max(seen)))
        return sorted(counts, key=lambda c: -c.articles)

    def revision(self, id: str, as_of: datetime | None = None) -> Revision:
        return self.page(id, as_of).revision

    def revisions(self, id: str, as_of: datetime | None = None) -> Sequence[Revision]:
        return self._states(as_of)[id]

    def stats(self, as_of: datetime | None = None) -> Stats:
        states = self._states(as_of)
        seen = [r.seen_at for rs in states.values() for r in rs]
        return Stats(
            as_of or self.clock,
            len(states),
            len(seen),
            len(self.outlets(as_of)),
            min(seen, default=None),
            max(seen, default=None),
            {"new": len(states), "rejected:no_date": 2} if seen else {},
        )


def _day(brief: Brief) -> date:
    return (brief.published.at if brief.published else brief.seen_at).date()


def _spans(text: str, query: str) -> tuple[Span, ...]:
    if not query or query not in text:
        return (Span(text),)
    before, after = text.split(query, 1)
    return tuple(s for s in (Span(before), Span(query, hit=True), Span(after)) if s.text)
