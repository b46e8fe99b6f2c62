"""The Starlette application: one address for each thing, in HTML and, with ``.json`` at its end, as data.

Handlers are plain functions over the reading API; Starlette runs them in its thread pool. Each makes one `View`,
and one place turns views into answers, so every form, header and error is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warraq.app import Access
from warraq.errors import NotFound, QueryError, UsageError
from warraq.render import feeds, html, json, plots
from warraq.render.figures import outlet_figures_dict
from warraq.render.links import Links
from warraq.render.moments import iso, read_day, read_moment
from warraq.render.text import page_text
from warraq.render.unsafe import unlinked
from warraq.render.wording import LANGUAGES, wording
from warraq.types import ArticleId, Brief, Outlet, OutletCount, Page, Results
from warraq.web import answers
from warraq.web.answers import answer
from warraq.web.api import PREFIX as API
from warraq.web.api import api_routes
from warraq.web.ask import FILTERS, MAX_PAGE, Ask, Form, read_ask
from warraq.web.days import Days
from warraq.web.figures import Counted
from warraq.web.greader import reader_routes
from warraq.web.held import Held, tell_about
from warraq.web.kept import Kept
from warraq.web.machines import XML, machine_routes
from warraq.web.makers import Made
from warraq.web.operating import Timed, Timings, operating_routes
from warraq.web.operator import Operator
from warraq.web.rates import guards
from warraq.web.related import copies, diff, newest_stories, stories, story, trends
from warraq.web.saved import Saved
from warraq.web.trying import Trying
from warraq.web.view import HITS, View, beside, more_of, pages

if TYPE_CHECKING:
    from warraq.app import Archive

LIST = 30
"""Articles on one page of a list."""
FACETS = 8
HALF_LIFE = 30.0
"""Days in which a match counts half, where readers ask for recent ones."""
NO_ACCESS = Access()
TOP = 9
"""Stories on the front page, those that most outlets carry first: one that leads, and pairs."""
MOST_ADDRESSES = 50_000
"""Of a sitemap (https://www.sitemaps.org/protocol.html)."""
GROUPS, GROUP = 6, 4
"""On the front page: outlets with their own headlines, and headlines of each."""
THREADS = 2
"""That make answers at one moment, where answers are held: they share one core, and each has caches of its own."""


def create_app(
    archive: Archive,
    *,
    base_url: str = "",
    language: str = "ar",
    hub: str = "",
    reader_password: str = "",
    room: int = 0,
    access: Access = NO_ACCESS,
    operator_password: str = "",
    makers: tuple[str, int] = ("", 0),
) -> Starlette:
    """The site over an open archive.

    `base_url` is its public address, for canonical links (empty: links begin with ``/``); `language` that of its
    own words, ``ar`` or ``en``; `hub` the address of a WebSub hub that feeds name; `reader_password` lets the
    operator's own clients in (`web.greader`); in `room` bytes of memory answers are held (`web.held`; 0: none are).
    `operator_password` opens the pages for the operator (`web.saved`; empty: there are none).
    `access` says which other sites and how many requests are let in, and may name the hub.
    `makers`: where other processes make answers, and how many of them there are (`web.makers`); none: threads do.
    The caller closes the archive.
    """
    site = _Site(archive, base_url.rstrip("/"), language)
    timings = Timings()
    routes = [
        Route("/", site.endpoint(site.home)),
        Route("/index.json", site.endpoint(site.home, "json")),
        Route("/a/{name}.txt", site.endpoint(site.article, "txt")),
        *site.pair("/a/{name}", site.article),
        *site.pair("/o/{name}", site.outlet),
        *site.pair("/k/{name:path}", site.keyword),
        *site.pair("/s/{name}", partial(story, archive)),
        *site.pair("/stories", partial(stories, archive)),
        *site.pair("/trends", partial(trends, archive)),
        *site.pair("/a/{name}/copies", partial(copies, archive)),
        *site.pair("/a/{name}/diff", partial(diff, archive)),
        *site.pair("/archive", site.days.calendar),
        *site.pair("/archive/{name}", site.days.calendar),
        *site.pair("/d/{name}", site.days.day),
        *site.pair("/stats", site.counted.stats),
        Route("/sitemap-pages.xml", site.sitemap),
        *site.operator_routes(operator_password),
        *site.pair("/search", site.search),
        *site.pair("/outlets", site.outlets),
        *site.pair("/about", site.about),
        *machine_routes(archive, site.base_url, language, hub or access.hub),
        *api_routes(archive, site.base_url, operator_password),
        *reader_routes(archive, site.base_url, reader_password),
        *site.trying(operator_password),
        Route("/static/{name}", _static),
        Route("/robots.txt", site.robots),
        *operating_routes(archive, timings),
    ]
    desk, processes = makers
    turns = 2 * processes or THREADS  # while one is given out, its maker has the next one already
    holding = [Middleware(Held, archive=archive, room=room, turns=turns, counts=timings.answers)] if room else []
    holding += [Middleware(Made, desk=desk)] if desk else []
    packing = Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Timed, timings=timings), *guards(access), *holding, packing],
        exception_handlers={HTTPException: site.failed, UsageError: site.failed, Exception: site.failed},
    )
    app.router.redirect_slashes = False
    return app


class _Site:
    """The handlers. Each takes an `Ask` (and the variable part of its address) and gives a `View`."""

    def __init__(self, archive: Archive, base_url: str, language: str) -> None:
        if language not in LANGUAGES:
            raise UsageError(f"language: {language!r} is not one of {', '.join(LANGUAGES)}")
        self.archive, self.base_url, self.language = archive, base_url, language
        self.days, self.counted = Days(archive), Counted(archive)
        self._counts = Kept[Sequence[OutletCount]]()
        """The outlets that a search may be narrowed to, by moment."""
        self.operated = False
        """Whether there are pages for the operator."""
        self.prefix = quote(urlsplit(base_url).path, safe="/%")
        """Where the site lies under its host. Links inside the site are paths: it can be read under any host name."""

    # -- pages --------------------------------------------------------------------------------------------

    def home(self, ask: Ask, name: str) -> View:
        briefs, more = self._list(ask)
        counts = self.archive.outlets(ask.moment) if ask.number == 1 else ()
        outlets = {c.outlet.id: c.outlet for c in counts} or self._outlets(b.outlet for b in briefs)
        groups = [
            (count, self.archive.latest(ask.moment, outlet=count.outlet.id, limit=GROUP)) for count in counts[:GROUPS]
        ]

        def data() -> json.Json:
            found = json.briefs_dict(ask.moment, briefs, outlets)
            return {**found, "outlets": [json.outlet_count_dict(c) for c in counts], **beside(ask, more)}

        wanted = ask.number == 1 and ask.form == "html"
        top, _ = newest_stories(self.archive, ask, 2 * TOP) if wanted else ((), None)
        told = sorted((s for s in top if s.articles > 1), key=lambda s: (-len(s.outlets), -s.articles))[:TOP]
        lead = html.opening(self.archive.revision(told[0].headline.id, ask.moment).article) if told else ""
        values = {"briefs": briefs, "outlets": outlets, "groups": groups, "stories": told, "lead": lead}
        values |= pages(ask, more)
        return View("home.html", ask.moment, values, data)

    def article(self, ask: Ask, name: str) -> View:
        page = self.archive.page(name, ask.as_of)
        revisions = self.archive.revisions(page.article.id, page.as_of) if page.revision.number > 1 else ()

        def data() -> json.Json:
            states = [json.state_dict(r) for r in revisions or (page.revision,)]
            return {**json.page_dict(page), "revisions": states}

        def head(links: Links) -> json.Json:
            return html.page_head(unlinked(page), links)

        values = {"page": unlinked(page), "revisions": revisions}
        return View(
            "article.html",
            page.as_of,
            values,
            data,
            text=lambda: page_text(page),
            head=head,
            about=_named(page),
            since=page.revision.first_seen_at,
        )

    def outlet(self, ask: Ask, name: str) -> View:
        outlet = self.archive.outlet(name)
        briefs, more = self._list(ask, outlet.id)
        if not briefs and outlet.name == outlet.id and ask.number == 1:  # nobody described it, and it has no articles
            raise NotFound(f"no outlet {name[:60]!r}")
        shown = replace(outlet, home="") if outlet.id in self.archive.unsafe_outlets() else outlet

        figures, drawn = self.counted.outlet(ask, outlet.id) if ask.number == 1 else (None, {"figures": None})

        def data() -> json.Json:
            found = json.briefs_dict(ask.moment, briefs, {outlet.id: outlet})
            numbers = outlet_figures_dict(figures) if figures else None
            return {"outlet": json.outlet_dict(outlet), "figures": numbers, **found, **beside(ask, more)}

        return View(
            "outlet.html",
            ask.moment,
            {"outlet": shown, "briefs": briefs, **drawn, **pages(ask, more)},
            data,
            feed={"outlet": outlet.id},
            description=outlet.name,
        )

    def keyword(self, ask: Ask, name: str) -> View:
        phrase = name.strip()
        results = self.archive.keyword(phrase, ask.as_of, limit=HITS, offset=(ask.number - 1) * HITS)
        more = more_of(ask, results)
        counts = self.archive.keyword_counts(phrase, ask.as_of) if ask.form == "html" and ask.number == 1 else None
        stretches = plots.buckets_of_days(counts.days) if counts else []
        quoted = '"' + phrase.replace('"', "") + '"'

        def narrowed(bucket: plots.Bucket) -> str:
            first, last = bucket.first.isoformat(), bucket.last.isoformat()
            return ask.links.to("/search", **{"q": quoted, "from": first, "to": last, "sort": "date"})

        plot = plots.over_time(stretches, wording(ask.language)["over_time"], ask.language == "ar", narrowed)
        values = {"phrase": phrase, "results": results, "plot": plot, **pages(ask, more)}

        def data() -> json.Json:
            return {**json.results_dict(results), **beside(ask, more)}

        return View("keyword.html", results.as_of, values, data, feed={"keyword": phrase}, description=phrase)

    def search(self, ask: Ask, name: str) -> View:
        form = {key: ask.filter(key) for key in ("q", "outlet", "from", "to", "sort")}
        values: dict[str, Any] = {
            "form": form,
            "error": "",
            "pointed": None,
            "results": None,
            "facets": None,
            **pages(ask, False),
        }
        status = 200
        try:
            results = self._search(ask, form)
        except UsageError as error:
            if ask.form != "html":
                raise
            status, results = 400, None
            values["error"] = str(error)
            place = getattr(error, "position", None)
            if place is not None:
                query = form["q"]
                values["pointed"] = (query[:place], query[place : place + 1], query[place + 1 :])
        more = results is not None and more_of(ask, results)
        if results is not None and results.suggestion:
            values["suggested"] = ask.links.to("/search", **{**form, "q": results.suggestion})
        counts = self._counts(ask.as_of, lambda: self.archive.outlets(ask.moment))
        values |= {"results": results, "counts": counts, **pages(ask, more)}
        values |= self._facets(ask, form, results)

        def data() -> json.Json:
            if results is None:
                raise QueryError("q: nothing to search for")
            return {**json.results_dict(results), **beside(ask, more)}

        return View(
            "search.html",
            results.as_of if results else ask.moment,
            values,
            data,
            status=status,
            noindex=bool(form["q"]),
            feed={"q": form["q"]} if results else {},
            about=_listed(results) if results else None,
        )

    def _search(self, ask: Ask, form: Mapping[str, str]) -> Results | None:
        if form["sort"] not in ("", "date", "recent"):
            raise UsageError(f"sort: {form['sort'][:20]!r} is neither 'date' nor 'recent'")
        first = read_day(form["from"]) if form["from"] else None
        last = read_day(form["to"], after=True) if form["to"] else None
        if not form["q"]:
            return None
        return self.archive.search(
            form["q"],
            outlets=(form["outlet"],) if form["outlet"] else (),
            date_from=first,
            date_to=last,
            as_of=ask.as_of,
            limit=HITS,
            offset=(ask.number - 1) * HITS,
            newest_first=form["sort"] == "date",
            half_life=HALF_LIFE if form["sort"] == "recent" else 0.0,
            collapse=True,
        )

    def _facets(self, ask: Ask, form: Mapping[str, str], results: Results | None) -> dict[str, Any]:
        """Where the matches fall, with addresses that narrow the search to each; nothing for an empty list."""
        if results is None or not results.hits or ask.number > 1 or ask.form != "html":
            return {"facets": None}
        found = self.archive.facets(
            form["q"],
            outlets=(form["outlet"],) if form["outlet"] else (),
            date_from=read_day(form["from"]) if form["from"] else None,
            date_to=read_day(form["to"], after=True) if form["to"] else None,
            as_of=ask.as_of,
            limit=FACETS,
        )

        def narrowed(**more: str) -> str:
            return ask.links.to("/search", **{**form, **more})

        return {
            "facets": {
                "outlets": [
                    (self.archive.outlet(id), count, narrowed(outlet=id))
                    for id, count in found.outlets
                    if not form["outlet"]
                ],
                "keywords": [
                    (word, count, narrowed(q=f'{form["q"]} keyword:"{word}"'))
                    for word, count in found.keywords
                    if '"' not in word and f'keyword:"{word}"' not in form["q"]
                ],
                "plot": plots.over_time(
                    plots.buckets(found.days),
                    wording(ask.language)["over_time"],
                    ask.language == "ar",
                    lambda stretch: narrowed(**{"from": stretch.first.isoformat(), "to": stretch.last.isoformat()}),
                ),
            }
        }

    def outlets(self, ask: Ask, name: str) -> View:
        counts = self.archive.outlets(ask.moment)
        return View("outlets.html", ask.moment, {"counts": counts}, lambda: json.outlets_dict(ask.moment, counts))

    def about(self, ask: Ask, name: str) -> View:
        stats = self.archive.stats(ask.moment)
        if ask.as_of:  # outcomes are counted over the archive's whole life, not as of a moment
            stats = replace(stats, outcomes={})
        return View("about.html", stats.as_of, {"stats": stats}, lambda: json.stats_dict(stats))

    def trying(self, password: str) -> list[Route]:
        """The page to try the API."""
        here = Trying(self.archive, self._private, self.base_url, self.prefix, self.language, password)
        return [*self.pair("/api", here.page), *here.routes()]

    def robots(self, request: Request) -> Response:
        """Robots may read everything but searches and the past, which have no end."""
        base = self.base_url or f"{request.url.scheme}://{request.url.netloc}"
        closed = ("/search?", "/search.json", "/*?as_of=", "/*&as_of=")
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), *_sitemaps(base)]
        body = "\n".join(lines) + "\n"
        return answer(request, body.encode(), answers.TEXT, cache="public, max-age=86400")

    def sitemap(self, request: Request) -> Response:
        """The pages that lead to articles: those of the menu, of outlets and of days (at most 50,000, the newest)."""
        links = Links(self.base_url or f"{request.url.scheme}://{request.url.netloc}")
        pages = [links.to(path) for path in ("/", "/stories", "/trends", "/archive", "/outlets", "/stats", "/about")]
        pages += [links.outlet(count.outlet.id) for count in self.archive.outlets()]
        pages += [links.day(day) for day in reversed(self.days.newest())]
        body = feeds.sitemap((address, None) for address in pages[:MOST_ADDRESSES])
        return answer(request, body.encode(), XML["xml"])

    def operator_routes(self, password: str) -> list[Route]:
        """The pages for the operator; none without a password."""
        if not password:
            return []
        self.operated = True
        return Saved(
            self.archive, Operator(password, self.archive.now), self._private, self.prefix, self.language
        ).routes()

    def _private(self, ask: Ask, view: View, request: Request) -> Response:
        """A page that nobody may keep."""
        body = self._html(ask, view, request).encode()
        return answer(request, body, answers.HTML, status=view.status, cache=answers.NEVER)

    # -- from view to answer ------------------------------------------------------------------------------

    def pair(self, path: str, view: Callable[[Ask, str], View]) -> list[Route]:
        """The routes of a thing as data and as a page."""
        return [Route(f"{path}.json", self.endpoint(view, "json")), Route(path, self.endpoint(view))]

    def endpoint(self, view: Callable[[Ask, str], View], form: Form = "html") -> Callable[[Request], Response]:
        """A Starlette handler for one view in one form."""

        def run(request: Request) -> Response:
            ask = read_ask(request, form, self.archive.now(), self.prefix, self.language)
            found = view(ask, request.path_params.get("name", ""))
            if form == "json":
                body, media = json.dumps(found.data()), answers.JSON
            elif form == "txt" and found.text:
                body, media = found.text(), answers.TEXT
            else:
                body, media = self._html(ask, found, request), answers.HTML
            kept = answers.FOREVER if ask.settled else answers.BRIEFLY
            cache = kept if found.status == 200 else answers.NEVER
            if found.about is not None:
                tell_about(request.scope, found.about, found.since, ask.now)
            return answer(
                request,
                body.encode(),
                media,
                status=found.status,
                cache=cache,
                as_of=None if ask.as_of else found.as_of,
            )

        return run

    def _html(self, ask: Ask, view: View, request: Request) -> str:
        public = Links(self.base_url or f"{request.url.scheme}://{request.url.netloc}")
        here = {
            "path": ask.path,
            "json": ask.address(form="json"),
            "feed": replace(ask.now_links, language="").to("/feed.xml", **view.feed),
            "now": ask.address(links=ask.now_links),
            "typed": iso(view.as_of)[:19],
            "hidden": [*ask.filters, *([("lang", ask.links.language)] if ask.links.language else [])],
            "languages": [(code, ask.address(links=self._in(public, code))) for code in LANGUAGES],
            "other": ask.address(links=self._in(ask.links, "en" if ask.language == "ar" else "ar")),
            "noindex": view.noindex or ask.as_of is not None,
            "saved": ask.now_links.to("/saved") if self.operated else "",
            "save": ask.now_links.to("/saved/new", q=ask.filter("q")) if self.operated else "",
        }
        words = wording(ask.language)
        about = f"{view.description} — {words['brand']}" if view.description else words["about_text"]
        head = {"description": about, "canonical": ask.address(links=public), **view.head(public)}
        return html.render(
            view.template, ask.links, ask.language, here=here, head=head, as_of=view.as_of, **view.values
        )

    def _in(self, links: Links, language: str) -> Links:
        return Links(links.base_url, links.as_of, language if language != self.language else "")

    # -- errors -------------------------------------------------------------------------------------------

    def failed(self, request: Request, error: Exception) -> Response:
        """Any error as a page, or as ``{"error": {"status", "message"}}`` where data was asked for."""
        status, message, headers = _what(error)
        if request.url.path.endswith(".json") or request.url.path.startswith((API, "/healthz", "/readyz", "/metrics")):
            body, media = json.dumps(json.error_dict(status, message)), answers.JSON
        else:
            wanted = request.query_params.get("lang", "")
            language = wanted if wanted in LANGUAGES else self.language
            links = self._in(Links(self.prefix, _moment(request, self.archive.now())), language)
            kept = {name: request.query_params.get(name, "") for name in FILTERS}
            other = self._in(links, "en" if language == "ar" else "ar").to(quote(request.scope["path"]), **kept)
            title = wording(language).get(f"error_{status}") or message
            if message == HTTPStatus(status).phrase:  # the title says it already
                message = ""
            body, media = (
                html.render("error.html", links, language, status=status, title=title, message=message, other=other),
                answers.HTML,
            )
        response = answer(request, body.encode(), media, status=status, cache=answers.NEVER)
        response.headers.update(headers)
        return response

    # -- pieces -------------------------------------------------------------------------------------------

    def _list(self, ask: Ask, outlet: str | None = None) -> tuple[Sequence[Brief], bool]:
        """One page of the latest articles, and whether there are more."""
        found = self.archive.latest(ask.moment, outlet=outlet, limit=LIST + 1, offset=(ask.number - 1) * LIST)
        return found[:LIST], len(found) > LIST and ask.number < MAX_PAGE

    def _outlets(self, ids: Iterable[str]) -> dict[str, Outlet]:
        return {id: self.archive.outlet(id) for id in dict.fromkeys(ids)}


def _named(page: Page) -> set[ArticleId]:
    """Every article that stands on a page."""
    named = [*(similar.brief.id for similar in (*page.similar, *page.story)), *(copy.brief.id for copy in page.copies)]
    return {page.article.id, *named, *([page.read_also.article.id] if page.read_also else [])}


def _listed(results: Results) -> set[ArticleId]:
    """Every article that stands in a list of results."""
    return {brief.id for hit in results.hits for brief in (hit.brief, *(copy.brief for copy in hit.copies))}


def _what(error: Exception) -> tuple[int, str, Mapping[str, str]]:
    """Status, one line for the reader, and headers. The cause of a 500 is for the log alone."""
    if isinstance(error, NotFound):
        return 404, str(error), {}
    if isinstance(error, UsageError):
        return 400, str(error), {}
    if isinstance(error, HTTPException):
        return error.status_code, error.detail, error.headers or {}
    return 500, "internal error", {}


def _sitemaps(base: str) -> list[str]:
    return [f"Sitemap: {base}/{name}.xml" for name in ("sitemap", "sitemap-pages")]


def _moment(request: Request, now: datetime) -> datetime | None:
    """The moment a request names, if it is one: an error, too, leads on as of then."""
    with suppress(UsageError):
        moment = read_moment(request.query_params.get("as_of", ""))
        return moment if moment < now else None
    return None


def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in html.STATIC:
        raise HTTPException(404)
    body, version = html.static(name)
    cache = answers.FOREVER if request.query_params.get("v") == version else "public, max-age=3600"
    return answer(request, body, html.STATIC[name], cache=cache)
