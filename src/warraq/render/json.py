"""The values readers get, as JSON-ready dicts. The schema, field by field, is docs/data.md.

Rules that hold everywhere: moments are ISO 8601 in UTC with ``Z``; a thing that is not known is ``null``, never
absent; lists hold objects; every object with a text printed by an outlet says its ``lang`` and ``dir``; texts are
exactly as stored (escaping is the reader's business); ``url`` is the outlet's own address.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warraq.arabic import direction
from warraq.render.moments import dated_iso, iso
from warraq.types import (
    Article,
    Brief,
    Change,
    Copy,
    Dated,
    DayCount,
    Facets,
    Forgotten,
    Hit,
    Outlet,
    OutletCount,
    OutletState,
    Page,
    Results,
    Revision,
    Sign,
    Similar,
    Span,
    Stats,
    Story,
    StoryBrief,
    moment,
)

if TYPE_CHECKING:
    from warraq.app.outlets import Checked

Json = dict[str, Any]


def dumps(value: Mapping[str, Any]) -> str:
    """One line of JSON, Arabic as itself. A lone surrogate, which no encoding can carry, becomes U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def text_dict(text: str, language: str, name: str = "text") -> Json:
    """A text with its language and direction."""
    return {name: text, "lang": language, "dir": direction(text)}


def dated_dict(dated: Dated | None) -> Json | None:
    """An outlet's date: ``at`` in UTC, ``local`` as the outlet's clocks had it, as far as it is known."""
    if dated is None:
        return None
    return {
        "at": iso(dated.at),
        "local": dated_iso(dated),
        "precision": dated.precision.value,
        "origin": dated.origin.value,
        "zone": dated.zone,
    }


def outlet_dict(outlet: Outlet) -> Json:
    """An outlet."""
    return {
        "id": outlet.id,
        **text_dict(outlet.name, outlet.language, "name"),
        "short_name": outlet.short_name,
        "country": outlet.country,
        "zone": outlet.zone,
        "home": outlet.home,
        "agency": outlet.agency,
    }


def article_dict(article: Article) -> Json:
    """What the outlet's page says."""
    lang = article.language
    return {
        "id": article.id,
        "outlet": article.outlet,
        "url": article.url,
        **text_dict(article.title, lang, "title"),
        "body": [{**text_dict(p.text, lang), "kind": p.kind.value} for p in article.body],
        "published": dated_dict(article.published),
        "modified": dated_dict(article.modified),
        "authors": [text_dict(author, lang, "name") for author in article.authors],
        "credit": [text_dict(name, lang, "name") for name in article.credit],
        "dateline": article.dateline,
        "section": article.section,
        "keywords": [text_dict(keyword, lang) for keyword in article.keywords],
        "image": article.image,
    }


def revision_dict(revision: Revision) -> Json:
    """One state of an article: the article and when this archive saw it so."""
    return {
        **article_dict(revision.article),
        "revision": revision.number,
        "seen_at": iso(revision.seen_at),
        "first_seen_at": iso(revision.first_seen_at),
        "until": _iso(revision.until),
    }


def brief_dict(brief: Brief, outlet: Outlet | None = None) -> Json:
    """An article in a list; with `outlet`, its name too."""
    return {
        "id": brief.id,
        "outlet": outlet_dict(outlet) if outlet else {"id": brief.outlet},
        "url": brief.url,
        **text_dict(brief.title, brief.language, "title"),
        "published": dated_dict(brief.published),
        "seen_at": iso(brief.seen_at),
        "first_seen_at": iso(brief.first_seen_at),
    }


def similar_dict(similar: Similar) -> Json:
    """Another article and why it is named."""
    return {
        **brief_dict(similar.brief, similar.outlet),
        "score": round(similar.score, 4),
        "shared": [text_dict(word, similar.brief.language) for word in similar.shared],
        "close": similar.close,
    }


def copy_dict(copy: Copy) -> Json:
    """An outlet that carried the same text."""
    return {**brief_dict(copy.brief, copy.outlet), "share": round(copy.share, 4), "again": copy.again}


def page_dict(page: Page) -> Json:
    """The whole page, as of its moment."""
    read_also = None
    if page.read_also is not None:
        outlet = page.read_also_outlet
        read_also = {
            "article": revision_dict(page.read_also),
            "outlet": outlet_dict(outlet) if outlet else {"id": page.read_also.article.outlet},
        }
    return {
        "as_of": iso(page.as_of),
        "outlet": outlet_dict(page.outlet),
        "article": revision_dict(page.revision),
        "keywords": [{**text_dict(k.text, page.article.language), "weight": round(k.weight, 4)} for k in page.keywords],
        "read_also": read_also,
        "similar": [similar_dict(s) for s in page.similar],
        "copies": [copy_dict(c) for c in page.copies],
        "carried_by": page.outlets,
        "earliest": page.earliest.brief.id if page.earliest else page.article.id,
        "origin": page.origin or None,
        "story": [similar_dict(s) for s in page.story],
        "removed_at": _iso(page.removed_at),
        "unsafe": [{"id": id} for id in sorted(page.unsafe)],
    }


def story_dict(story: Story) -> Json:
    """A story with its reports, copies collapsed."""
    return {
        "as_of": iso(story.as_of),
        "id": story.id,
        "headline": brief_dict(story.headline, story.outlet),
        "lead": text_dict(story.lead, story.headline.language),
        "articles": story.articles,
        "first": brief_dict(story.first, story.first_outlet),
        "last_seen_at": iso(story.last_seen_at),
        "origin": text_dict(story.origin, "ar", "name") if story.origin else None,
        "outlets": [{**outlet_dict(outlet), "articles": number} for outlet, number in story.outlets],
        "countries": [{"country": country, "articles": number} for country, number in story.countries],
        "days": [{"day": d.day.isoformat(), "articles": d.articles, "total": d.total} for d in story.days],
        "events": [
            {
                "id": event.id,
                "headline": brief_dict(event.brief, event.outlet),
                "articles": event.articles,
                "first_seen_at": iso(event.first_seen_at),
            }
            for event in story.events
        ],
        "reports": [
            {
                **brief_dict(report.brief, report.outlet),
                "event": report.event,
                "score": round(report.score, 4),
                "shared": [text_dict(word, story.headline.language) for word in report.shared],
                "copies": list(report.copies),
            }
            for report in story.reports
        ],
    }


def story_brief_dict(story: StoryBrief) -> Json:
    """A story in a list."""
    return {
        "id": story.id,
        "headline": brief_dict(story.headline, story.outlet),
        "articles": story.articles,
        "first_seen_at": iso(story.first_seen_at),
        "last_seen_at": iso(story.last_seen_at),
        "total": story.total,
        "newest": brief_dict(story.newest, story.newest_outlet),
        "outlets": [{**outlet_dict(outlet), "articles": number} for outlet, number in story.outlets],
        "copies": story.copies,
    }


def hit_dict(hit: Hit) -> Json:
    """One search result; ``highlights`` cut title and snippet where they match."""
    return {
        **brief_dict(hit.brief, hit.outlet),
        "score": round(hit.score, 4),
        "highlights": {"title": _spans(hit.title), "snippet": _spans(hit.snippet)},
        "copies": [copy_dict(c) for c in hit.copies],
    }


def facets_dict(facets: Facets) -> Json:
    """Where the matches of a search fall; days as dates (UTC)."""

    def counted(pairs: Sequence[tuple[str, int]]) -> list[Json]:
        return [{"value": value, "count": count} for value, count in pairs]

    return {
        "outlets": counted(facets.outlets),
        "languages": counted(facets.languages),
        "keywords": counted(facets.keywords),
        "days": counted([(f"{moment(day):%Y-%m-%d}", count) for day, count in facets.days]),
    }


def results_dict(results: Results) -> Json:
    """A page of search results."""
    return {
        "query": results.query,
        "as_of": iso(results.as_of),
        "total": results.total,
        "suggestion": results.suggestion,
        "hits": [hit_dict(hit) for hit in results.hits],
    }


def briefs_dict(as_of: datetime, briefs: Sequence[Brief], outlets: Mapping[str, Outlet]) -> Json:
    """A list of articles; `outlets` by id, as far as they are known."""
    return {"as_of": iso(as_of), "articles": [brief_dict(b, outlets.get(b.outlet)) for b in briefs]}


def state_dict(revision: Revision) -> Json:
    """One state of an article in a list of its states: without its body."""
    return {
        "revision": revision.number,
        **text_dict(revision.article.title, revision.article.language, "title"),
        "seen_at": iso(revision.seen_at),
        "until": _iso(revision.until),
    }


def outlet_count_dict(count: OutletCount) -> Json:
    """An outlet with how much of it the archive holds."""
    return {
        **outlet_dict(count.outlet),
        "articles": count.articles,
        "first_seen_at": iso(count.first_seen_at),
        "last_seen_at": iso(count.last_seen_at),
    }


def outlets_dict(as_of: datetime, counts: Iterable[OutletCount]) -> Json:
    """The outlets of the archive."""
    return {"as_of": iso(as_of), "outlets": [outlet_count_dict(c) for c in counts]}


def stats_dict(stats: Stats) -> Json:
    """What the archive holds, and what became of everything it was given."""
    return {
        "as_of": iso(stats.as_of),
        "articles": stats.articles,
        "revisions": stats.revisions,
        "outlets": stats.outlets,
        "first_seen_at": _iso(stats.first_seen_at),
        "last_seen_at": _iso(stats.last_seen_at),
        "outcomes": dict(stats.outcomes),
    }


def sign_dict(sign: Sign) -> Json:
    """Something that is not as it should be; ``outlet`` is empty for the whole archive."""
    return {
        "severity": sign.severity.name.lower(),
        "kind": sign.kind.value,
        "outlet": sign.outlet,
        "message": sign.text,
        "since": _iso(sign.since),
    }


def day_count_dict(count: DayCount) -> Json:
    """How many documents of an outlet had one outcome on one day (UTC)."""
    return {
        "day": count.day.isoformat(),
        "outlet": count.outlet,
        "outcome": count.outcome.value,
        "reason": count.reason.value if count.reason else None,
        "count": count.count,
    }


def failure_dict(change: Change) -> Json:
    """A document that was rejected or failed."""
    return {
        "where": change.where,
        "outlet": change.outlet,
        "outcome": change.outcome.value,
        "reason": change.reason.value if change.reason else None,
        "detail": change.detail,
        "at": _iso(change.seen_at),
    }


def forgotten_dict(forgotten: Forgotten) -> Json:
    """An article that was taken down."""
    return {"id": forgotten.article, "url": forgotten.url, "at": iso(forgotten.at), "reason": forgotten.reason}


def outlet_state_dict(outlet: Outlet, state: OutletState, feeds: int, articles: int) -> Json:
    """An outlet as the operator sees it: ``feeds`` are those that are watched."""
    return {
        **outlet_dict(outlet),
        "hosts": list(outlet.hosts),
        "disabled": state.disabled,
        "unsafe_since": _iso(state.unsafe_since),
        "note": state.note,
        "watched": feeds,
        "articles": articles,
    }


def outlet_entry_dict(outlet: Outlet) -> Json:
    """An outlet as its file describes it."""
    return {
        **outlet_dict(outlet),
        "hosts": list(outlet.hosts),
        "feeds": list(outlet.feeds),
        "sitemaps": list(outlet.sitemaps),
        "lists": list(outlet.lists),
        "pages": outlet.pages,
    }


def checked_outlet_dict(found: Checked) -> Json:
    """What a feed, sitemap or list of an outlet gave when it was asked; ``reason`` is null where that is articles."""
    return {
        "outlet": found.outlet,
        "url": found.url,
        "kind": found.kind.value,
        "entries": found.entries,
        "strangers": found.strangers,
        "further": found.further,
        "newest": _iso(found.newest),
        "reason": found.reason.value if found.reason else None,
        "detail": found.detail,
    }


def error_dict(status: int, message: str) -> Json:
    """The one shape of every error."""
    return {"error": {"status": status, "message": message}}


def _iso(when: datetime | None) -> str | None:
    return None if when is None else iso(when)


def _spans(spans: Iterable[Span]) -> list[Json]:
    return [{"text": span.text, "hit": span.hit} for span in spans]
