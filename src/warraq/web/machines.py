"""What machines read: feeds of anything that can be listed, sitemaps, the description of the search.

A feed is asked for as ``/feed.xml`` (Atom), ``/rss.xml`` or ``/feed.json``, of everything or, by parameters, of one
``outlet``, ``keyword``, ``story`` or search ``q``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

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
FILTERS = ("q", "outlet", "keyword", "story")
CHUNK = 10_000
"""Addresses of one sitemap; the protocol allows 50,000."""
_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%-._~"
XML = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "opml": "text/x-opml; charset=utf-8",
    "opensearch": "application/opensearchdescription+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def machine_routes(archive: Archive, base_url: str, language: str, hub: str = "") -> list[Route]:
    """The routes of everything here; `base_url` empty: addresses are made from each request."""
    here = Machines(archive, language, hub)

    def links(request: Request) -> Links:
        """Machines need whole addresses: of the configured site, else of the host that was asked."""
        return Links(base_url or f"{request.url.scheme}://{request.url.netloc}")

    def feed(form: str) -> Callable[[Request], Response]:
        def run(request: Request) -> Response:
            own = links(request)
            asked = {name: request.query_params[name] for name in FILTERS if request.query_params.get(name)}
            address = own.base_url + request.url.path + (f"?{request.url.query}" if request.url.query else "")
            body = here.feed(form, asked, own, address, _count(request.query_params.get("n", "")))
            response = answer(request, body.encode(), XML[form])
            if hub:
                said = {"hub": hub, "self": address}
                response.headers["link"] = ", ".join(
                    f'<{quote(where, safe=_IN_ADDRESSES)}>; rel="{what}"' for what, where in said.items()
                )
            return response

        return run

    def sitemaps(request: Request) -> Response:
        return answer(request, here.sitemaps(links(request)).encode(), XML["xml"])

    def sitemap(request: Request) -> Response:
        found = here.sitemap(request.path_params["number"], links(request))
        if not found:
            raise HTTPException(404)
        return answer(request, found.encode(), XML["xml"])

    def news(request: Request) -> Response:
        return answer(request, here.news(links(request)).encode(), XML["xml"])

    def opml(request: Request) -> Response:
        return answer(request, here.opml(links(request)).encode(), XML["opml"])

    def opensearch(request: Request) -> Response:
        """For the browser's search field."""
        body = feeds.opensearch(wording(language)["brand"], language, links(request))
        return answer(request, body.encode(), XML["opensearch"], cache="public, max-age=86400")

    return [
        Route("/feed.xml", feed("atom")),
        Route("/rss.xml", feed("rss")),
        Route("/feed.json", feed("json")),
        Route("/sitemap.xml", sitemaps),
        Route("/sitemap-{number:int}.xml", sitemap),
        Route("/news-sitemap.xml", news),
        Route("/outlets.opml", opml),
        Route("/opensearch.xml", opensearch),
    ]


class Machines:
    """What machines read, as text; `links` make its addresses, those of the site or of the files of one."""

    def __init__(self, archive: Archive, language: str, hub: str = "") -> None:
        self.archive, self.language, self.hub = archive, language, hub

    def feed(self, form: str, asked: Mapping[str, str], links: Links, address: str, count: int = ENTRIES) -> str:
        """A feed (``atom``, ``rss``, ``json``) of what is `asked`; `address` is its own. Raises `UsageError`."""
        title, home, revisions = self._asked(asked, links, count)
        outlets = self._outlets(revisions)
        channel = feeds.Channel(
            title=title,
            self_url=address,
            home=home,
            updated=max((r.seen_at for r in revisions), default=self.archive.now().replace(microsecond=0)),
            language=self.language,
            hub=self.hub,
        )
        if form == "json":
            return json.dumps(feeds.json_feed(channel, revisions, outlets, links))
        return (feeds.atom if form == "atom" else feeds.rss)(channel, revisions, outlets, links)

    def _asked(self, asked: Mapping[str, str], links: Links, count: int) -> tuple[str, str, Sequence[Revision]]:
        """Title, page and articles of the feed that was asked for; raises `UsageError` for what cannot be."""
        if len(asked) > 1 and set(asked) != {"q", "outlet"}:
            raise UsageError(f"a feed is of one of: {', '.join(sorted(asked))}")
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

    def sitemaps(self, links: Links) -> str:
        """The index: news first, then all articles in chunks that never change once they are full."""
        chunks = -(-self.archive.stats().articles // CHUNK)
        addresses = [f"{links.base_url}/news-sitemap.xml"]
        addresses += [f"{links.base_url}/sitemap-{number}.xml" for number in range(chunks)]
        return feeds.sitemap_index(addresses)

    def sitemap(self, number: int, links: Links) -> str:
        """One chunk, counted from the article first seen; empty where there is none."""
        total = self.archive.stats().articles
        first = number * CHUNK
        if first >= max(total, 1):
            return ""
        last = min(first + CHUNK, total)
        briefs = self.archive.latest(limit=last - first, offset=total - last)
        return feeds.sitemap((links.article(brief.id), brief.seen_at) for brief in reversed(briefs))

    def opml(self, links: Links) -> str:
        """The feeds of all outlets, to subscribe to."""
        return feeds.opml(wording(self.language)["brand"], self.archive.outlets(), links)

    def news(self, links: Links) -> str:
        """The last two days."""
        since = self.archive.now() - timedelta(days=NEWS_DAYS)
        briefs = [
            brief
            for brief in self.archive.latest(limit=NEWS_MOST)
            if brief.published is not None and brief.published.at >= since
        ]
        revisions = self._whole([brief.id for brief in briefs])
        return feeds.news_sitemap(revisions, self._outlets(revisions), links)


def _count(text: str) -> int:
    if not text:
        return ENTRIES
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_ENTRIES):
        raise UsageError(f"n: {text[:20]!r} is not a number from 1 to {MOST_ENTRIES}")
    return int(text)
