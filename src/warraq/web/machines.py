"""What machines read: feeds of anything that can be listed, sitemaps, the description of the search.

A feed is asked for as ``/feed.xml`` (Atom), ``/rss.xml`` or ``/feed.json``, of everything or, by parameters, of one
``outlet``, ``keyword``, ``story`` or search ``q``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warraq.errors import NotFound, UsageError
from warraq.render import feeds, json
from warraq.render.links import Links
from warraq.render.unsafe import offered
from warraq.render.wording import wording
from warraq.types import Outlet, Revision
from warraq.web.answers import answer

if TYPE_CHECKING:
    from warraq.app import Archive

ENTRIES = 50
MOST_ENTRIES = 200
NEWS_DAYS, NEWS_MOST = 2, 1000
"""What Google takes into a news sitemap."""
CHUNK = 10_000
"""Addresses of one sitemap; the protocol allows 50,000."""
XML = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "opensearch": "application/opensearchdescription+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def machine_routes(archive: Archive, base_url: str, language: str, hub: str = "") -> list[Route]:
    """The routes of everything here; `base_url` empty: addresses are made from each request."""
    here = _Machines(archive, base_url, language, hub)
    return [
        Route("/feed.xml", here.feed("atom")),
        Route("/rss.xml", here.feed("rss")),
        Route("/feed.json", here.feed("json")),
        Route("/sitemap.xml", here.sitemaps),
        Route("/sitemap-{number:int}.xml", here.sitemap),
        Route("/news-sitemap.xml", here.news),
        Route("/opensearch.xml", here.opensearch),
    ]


class _Machines:
    def __init__(self, archive: Archive, base_url: str, language: str, hub: str) -> None:
        self.archive, self.base_url, self.language, self.hub = archive, base_url, language, hub

    def _links(self, request: Request) -> Links:
        """Machines need whole addresses: of the configured site, else of the host that was asked."""
        return Links(self.base_url or f"{request.url.scheme}://{request.url.netloc}")

    def feed(self, form: str) -> Callable[[Request], Response]:
        """A handler of feeds in one form."""

        def run(request: Request) -> Response:
            links = self._links(request)
            title, home, revisions = self._asked(request, links)
            outlets = self._outlets(revisions)
            channel = feeds.Channel(
                title=title,
                self_url=links.base_url + request.url.path + (f"?{request.url.query}" if request.url.query else ""),
                home=home,
                updated=max((r.seen_at for r in revisions), default=self.archive.now().replace(microsecond=0)),
                language=self.language,
                hub=self.hub,
            )
            if form == "json":
                body = json.dumps(feeds.json_feed(channel, revisions, outlets, links))
            else:
                body = (feeds.atom if form == "atom" else feeds.rss)(channel, revisions, outlets, links)
            return answer(request, body.encode(), XML[form])

        return run

    def _asked(self, request: Request, links: Links) -> tuple[str, str, Sequence[Revision]]:
        """Title, page and articles of the feed that was asked for; raises `UsageError` for what cannot be."""
        asked = {k: v for k, v in request.query_params.items() if v and k in ("q", "outlet", "keyword", "story")}
        if len(asked) > 1 and set(asked) != {"q", "outlet"}:
            raise UsageError(f"a feed is of one of: {', '.join(sorted(asked))}")
        count = _count(request.query_params.get("n", ""))
        brand = wording(self.language)["brand"]
        if "q" in asked:
            outlets = (asked["outlet"],) if "outlet" in asked else ()
            found = self.archive.search(asked["q"], outlets=outlets, newest_first=True, limit=count)
            return f"{brand}: {asked['q']}", links.to("/search", **asked), self._whole([h.brief.id for h in found.hits])
        if "keyword" in asked:
            found = self.archive.keyword(asked["keyword"], limit=count)
            home = links.keyword(asked["keyword"])
            return f"{brand}: {asked['keyword']}", home, self._whole([h.brief.id for h in found.hits])
        if "story" in asked:
            found = self.archive.search(f"story:{asked['story']}", newest_first=True, limit=count)
            if not found.hits:
                raise NotFound(f"no story {asked['story'][:60]!r}")
            title = found.hits[-1].brief.title
            return f"{brand}: {title}", links.story(asked["story"]), self._whole([h.brief.id for h in found.hits])
        outlet = self.archive.outlet(asked["outlet"]) if "outlet" in asked else None
        briefs = self.archive.latest(outlet=outlet.id if outlet else None, limit=count)
        if outlet and not briefs and outlet.name == outlet.id:
            raise NotFound(f"no outlet {outlet.id[:60]!r}")
        title = f"{brand}: {outlet.name}" if outlet else brand
        home = links.outlet(outlet.id) if outlet else links.to("/")
        return title, home, self._whole([brief.id for brief in briefs])

    def _whole(self, ids: Sequence[str]) -> Sequence[Revision]:
        return offered(self.archive.whole(ids), self.archive.unsafe_outlets())

    def _outlets(self, revisions: Sequence[Revision]) -> dict[str, Outlet]:
        return {id: self.archive.outlet(id) for id in dict.fromkeys(r.article.outlet for r in revisions)}

    def sitemaps(self, request: Request) -> Response:
        """The index: news first, then all articles in chunks that never change once they are full."""
        links = self._links(request)
        chunks = -(-self.archive.stats().articles // CHUNK)
        addresses = [f"{links.base_url}/news-sitemap.xml"]
        addresses += [f"{links.base_url}/sitemap-{number}.xml" for number in range(chunks)]
        return answer(request, feeds.sitemap_index(addresses).encode(), XML["xml"])

    def sitemap(self, request: Request) -> Response:
        """One chunk, counted from the article first seen."""
        links, number = self._links(request), request.path_params["number"]
        total = self.archive.stats().articles
        first = number * CHUNK
        if first >= max(total, 1):
            raise HTTPException(404)
        last = min(first + CHUNK, total)
        briefs = self.archive.latest(limit=last - first, offset=total - last)
        pages = [(links.article(brief.id), brief.seen_at) for brief in reversed(briefs)]
        return answer(request, feeds.sitemap(pages).encode(), XML["xml"])

    def news(self, request: Request) -> Response:
        """The last two days."""
        links = self._links(request)
        since = self.archive.now() - timedelta(days=NEWS_DAYS)
        briefs = [
            brief
            for brief in self.archive.latest(limit=NEWS_MOST)
            if brief.published is not None and brief.published.at >= since
        ]
        revisions = self._whole([brief.id for brief in briefs])
        body = feeds.news_sitemap(revisions, self._outlets(revisions), links)
        return answer(request, body.encode(), XML["xml"])

    def opensearch(self, request: Request) -> Response:
        """For the browser's search field."""
        body = feeds.opensearch(wording(self.language)["brand"], self.language, self._links(request))
        return answer(request, body.encode(), XML["opensearch"], cache="public, max-age=86400")


def _count(text: str) -> int:
    if not text:
        return ENTRIES
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_ENTRIES):
        raise UsageError(f"n: {text[:20]!r} is not a number from 1 to {MOST_ENTRIES}")
    return int(text)
