"""The API ``/api/v1``: every reading of an archive as JSON, described by OpenAPI 3.1 made from the table below.

Answers are objects, never arrays; errors have one shape; ``as_of`` is taken and said everywhere. A list says how to go
on in ``next``: an opaque text that remembers place and moment, so that its pages never shift while news comes in.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warraq.errors import NotFound, UsageError
from warraq.render import json
from warraq.render.figures import day_dict, days_list, figures_dict, outlet_figures_dict
from warraq.render.moments import iso, read_moment
from warraq.render.relations import copies_dict, counts_dict, diff_dict, keyword_dict, trends_dict
from warraq.web import answers, searches
from warraq.web.answers import answer
from warraq.web.days import read_day_of_address
from warraq.web.parameters import (
    AS_OF,
    FROM,
    LIMIT,
    NEXT,
    OUTLET,
    QUERY,
    STATE,
    TO,
    WORDS,
    Parameter,
    flag,
    whole,
    words,
)
from warraq.web.schema import (
    BOOLEAN,
    INTEGER,
    MOMENT,
    SCHEMAS,
    STRING,
    Schema,
    listed,
    nullable,
    ref,
    thing,
)
from warraq.web.searches import search_routes

if TYPE_CHECKING:
    from warraq.app import Archive

PREFIX = "/api/v1"
OUTCOME_DAYS = timedelta(days=7)
DEEPEST = 100_000
"""Places into a list; further on a reader wants an export."""


Asked = Mapping[str, Any]
"""The parameters of a request, read; ``id`` is the variable part of the address; ``offset`` the place in a list."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the API."""

    path: str
    name: str
    what: str
    run: Callable[[Archive, Asked], json.Json]
    schema: Schema
    parameters: tuple[Parameter, ...] = (AS_OF,)


def api_routes(archive: Archive, base_url: str, password: str = "") -> list[Route]:
    """The routes of the API with its description (``/api/v1/openapi.json``).

    With a `password` it has also what changes something (`web.searches`).
    """
    described = json.dumps(openapi(ENDPOINTS, base_url, changing=bool(password))).encode()

    def description(request: Request) -> Response:
        return answer(request, described, answers.JSON, cache="public, max-age=3600")

    return [
        Route(f"{PREFIX}/openapi.json", description),
        *search_routes(archive, PREFIX, password),
        *(
            Route(f"{PREFIX}{e.path.replace('{id}', '{id:path}')}", _handler(archive, e))
            for e in _longest_first(ENDPOINTS)
        ),
    ]


def _longest_first(table: Sequence[Endpoint]) -> list[Endpoint]:
    """An article may be named by its address, with slashes in it: what follows it must be looked at first."""
    return sorted(table, key=lambda e: -len(e.path.partition("{id}")[2]))


def _handler(archive: Archive, endpoint: Endpoint) -> Callable[[Request], Response]:
    def run(request: Request) -> Response:
        asked = read_asked(endpoint, request.query_params, archive.now())
        asked["id"] = request.path_params.get("id", "")
        found = endpoint.run(archive, asked)
        moment = request.query_params.get("as_of")
        return answer(
            request,
            json.dumps(found).encode(),
            answers.JSON,
            as_of=None if moment else asked["as_of"],
        )

    return run


def read_asked(endpoint: Endpoint, query: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """The parameters of a request. Raises `UsageError`, naming the parameter, for one that is unknown or wrong."""
    known = {parameter.name: parameter for parameter in endpoint.parameters}
    for name in query:
        if name not in known:
            raise UsageError(f"{name[:40]!r} is not a parameter of {endpoint.path}")
    asked: dict[str, Any] = {}
    for name, parameter in known.items():
        if query.get(name) or (parameter.required and name in query):  # an empty field of a form says nothing
            try:
                asked[name] = parameter.read(query[name])
            except UsageError as error:
                raise UsageError(f"{name}: {error}") from None
        elif parameter.required:
            raise UsageError(f"{name}: is missing")
        else:
            asked[name] = parameter.default
    place, pinned = _place(asked.get("next") or "")
    asked["offset"] = place
    asked["as_of"] = min(pinned or asked.get("as_of") or now, now)
    return asked


def _on(asked: Asked, more: bool) -> json.Json:
    """``next`` of a list: the place after this page, at the same moment."""
    if not more or asked["offset"] + asked["limit"] > DEEPEST:
        return {"next": None}
    said = f"{asked['offset'] + asked['limit']} {iso(asked['as_of'])}"
    return {"next": base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")}


def _place(text: str) -> tuple[int, datetime | None]:
    if not text:
        return 0, None
    try:
        said = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
        offset, _, moment = said.partition(" ")
        return whole(0, DEEPEST)(offset), read_moment(moment)
    except (UsageError, ValueError, binascii.Error):
        raise NotFound("next: not what a page before said") from None


# --- the readings -----------------------------------------------------------------------------------------


def _articles(archive: Archive, asked: Asked) -> json.Json:
    limit = asked["limit"]
    outlet = asked["outlet"] or None
    found = archive.latest(asked["as_of"], outlet=outlet, limit=limit + 1, offset=asked["offset"])
    outlets = {id: archive.outlet(id) for id in {brief.outlet for brief in found}}
    return {**json.briefs_dict(asked["as_of"], found[:limit], outlets), **_on(asked, len(found) > limit)}


def _article(archive: Archive, asked: Asked) -> json.Json:
    revision = archive.revision(asked["id"], asked["as_of"])
    return {"as_of": iso(asked["as_of"]), "article": json.revision_dict(revision)}


def _page(archive: Archive, asked: Asked) -> json.Json:
    return json.page_dict(archive.page(asked["id"], asked["as_of"]))


def _similar(archive: Archive, asked: Asked) -> json.Json:
    found = archive.similar(asked["id"], asked["as_of"], limit=asked["limit"])
    return {"as_of": iso(asked["as_of"]), "similar": [json.similar_dict(s) for s in found]}


def _revisions(archive: Archive, asked: Asked) -> json.Json:
    found = archive.revisions(asked["id"], asked["as_of"])
    return {"as_of": iso(asked["as_of"]), "revisions": [json.revision_dict(r) for r in found]}


def _search(archive: Archive, asked: Asked) -> json.Json:
    found = archive.search(
        asked["q"],
        outlets=(asked["outlet"],) if asked["outlet"] else (),
        date_from=asked["from"],
        date_to=asked["to"],
        as_of=asked["as_of"],
        limit=asked["limit"],
        offset=asked["offset"],
        newest_first=asked["newest"],
        collapse=asked["collapse"],
    )
    seen = asked["offset"] + asked["limit"]
    return {**json.results_dict(found), **_on(asked, seen < found.total)}


def _facets(archive: Archive, asked: Asked) -> json.Json:
    found = archive.facets(asked["q"], as_of=asked["as_of"], limit=asked["limit"])
    return {"query": asked["q"], "as_of": iso(asked["as_of"]), "facets": json.facets_dict(found)}


def _outlets(archive: Archive, asked: Asked) -> json.Json:
    return json.outlets_dict(asked["as_of"], archive.outlets(asked["as_of"]))


def _outlet(archive: Archive, asked: Asked) -> json.Json:
    outlet = archive.outlet(asked["id"])
    if outlet.name == outlet.id and not archive.latest(asked["as_of"], outlet=outlet.id, limit=1):
        raise NotFound(f"no outlet {asked['id'][:60]!r}")
    return {"as_of": iso(asked["as_of"]), "outlet": json.outlet_dict(outlet)}


def _outlet_figures(archive: Archive, asked: Asked) -> json.Json:
    outlet = _outlet(archive, asked)["outlet"]
    found = archive.outlet_figures(asked["id"], asked["as_of"])
    return {"as_of": iso(asked["as_of"]), "outlet": outlet, "figures": outlet_figures_dict(found)}


def _days(archive: Archive, asked: Asked) -> json.Json:
    found = archive.days(asked["as_of"], outlet=asked["outlet"] or None)
    first, last = asked["from"], asked["to"]
    wanted = [
        (day, count)
        for day, count in found
        if (first is None or day >= first.date()) and (last is None or day < last.date())
    ]
    total = sum(count for _, count in wanted)
    return {"as_of": iso(asked["as_of"]), "total": total, "days": days_list(wanted)}


def _day(archive: Archive, asked: Asked) -> json.Json:
    limit, offset = asked["limit"], asked["offset"]
    found = archive.day(read_day_of_address(asked["id"]), asked["as_of"], limit=limit, offset=offset)
    outlets = {id: archive.outlet(id) for id in {brief.outlet for brief in found.articles}}
    return {**day_dict(found, outlets), **_on(asked, offset + limit < found.total)}


def _figures(archive: Archive, asked: Asked) -> json.Json:
    return figures_dict(archive.figures(asked["as_of"]))


def _copies(archive: Archive, asked: Asked) -> json.Json:
    return copies_dict(archive.copies(asked["id"], asked["as_of"]))


def _diff(archive: Archive, asked: Asked) -> json.Json:
    try:
        found = archive.diff(asked["id"], asked["before"], asked["after"], asked["as_of"])
    except UsageError as error:  # the numbers are numbers, but there are no such states
        raise NotFound(str(error)) from None
    return {"as_of": iso(asked["as_of"]), **diff_dict(found)}


def _keywords(archive: Archive, asked: Asked) -> json.Json:
    revision = archive.revision(asked["id"], asked["as_of"])
    found = archive.keywords(asked["id"], asked["as_of"], limit=asked["limit"])
    keywords = [keyword_dict(keyword, revision.article.language) for keyword in found]
    return {"as_of": iso(asked["as_of"]), "keywords": keywords}


def _stories(archive: Archive, asked: Asked) -> json.Json:
    limit, until = asked["limit"], min(asked["to"] or asked["as_of"], asked["as_of"])
    found = archive.stories(asked["from"], until, asked["as_of"], limit=limit + 1, offset=asked["offset"])
    stories = [json.story_brief_dict(story) for story in found[:limit]]
    return {"as_of": iso(asked["as_of"]), "stories": stories, **_on(asked, len(found) > limit)}


def _story(archive: Archive, asked: Asked) -> json.Json:
    return json.story_dict(archive.story(asked["id"], asked["as_of"]))


def _trends(archive: Archive, asked: Asked) -> json.Json:
    return trends_dict(archive.trends(asked["from"], asked["to"], asked["as_of"], limit=asked["limit"]))


def _counts(archive: Archive, asked: Asked) -> json.Json:
    return counts_dict(archive.keyword_counts(asked["phrase"], asked["as_of"]))


def _outcomes(archive: Archive, asked: Asked) -> json.Json:
    since = asked["from"] or asked["as_of"] - OUTCOME_DAYS
    found = archive.outcomes(since.date(), outlet=asked["outlet"] or None)
    return {"as_of": iso(asked["as_of"]), "outcomes": [json.day_count_dict(count) for count in found]}


def _stats(archive: Archive, asked: Asked) -> json.Json:
    return json.stats_dict(archive.stats(asked["as_of"]))


def _answer(**fields: Schema) -> Schema:
    return thing(as_of=MOMENT, **fields)


_LISTED = {"next": nullable(STRING)}
_STATS = {"articles": INTEGER, "revisions": INTEGER, "outlets": INTEGER}
ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "/articles",
        "articles",
        "Articles in the order in which they were first seen, the newest first.",
        _articles,
        _answer(articles=listed(ref("Brief")), **_LISTED),
        (AS_OF, OUTLET, LIMIT, NEXT),
    ),
    Endpoint("/articles/{id}", "article", "An article as it stood.", _article, _answer(article=ref("Article"))),
    Endpoint(
        "/articles/{id}/page",
        "page",
        "An article with all that belongs beside it: keywords, read-also, similar ones, copies, its story.",
        _page,
        ref("Page"),
    ),
    Endpoint(
        "/articles/{id}/similar",
        "similar",
        "Articles related by what they are about, and why.",
        _similar,
        _answer(similar=listed(ref("Similar"))),
        (AS_OF, LIMIT),
    ),
    Endpoint(
        "/articles/{id}/revisions",
        "revisions",
        "Every state of an article, the first one first.",
        _revisions,
        _answer(revisions=listed(ref("Article"))),
    ),
    Endpoint(
        "/articles/{id}/copies",
        "copies",
        "Who carried the same text, the first seen first, and what each changed of it.",
        _copies,
        ref("Copies"),
    ),
    Endpoint(
        "/articles/{id}/diff",
        "diff",
        "What changed between two states of an article; by default between the last two.",
        _diff,
        ref("Diff"),
        (
            Parameter("before", STATE, "The earlier state.", whole(1, 999_999)),
            Parameter("after", STATE, "The later state.", whole(1, 999_999)),
            AS_OF,
        ),
    ),
    Endpoint(
        "/articles/{id}/keywords",
        "keywords",
        "The phrases that tell what an article is about, the most telling first.",
        _keywords,
        _answer(keywords=listed(ref("Keyword"))),
        (AS_OF, LIMIT),
    ),
    Endpoint(
        "/stories",
        "stories",
        "Stories with articles first seen in some days, by default the last one; the largest first.",
        _stories,
        _answer(stories=listed(ref("StoryBrief")), **_LISTED),
        (FROM, TO, AS_OF, LIMIT, NEXT),
    ),
    Endpoint("/stories/{id}", "story", "The story of which an article is part.", _story, ref("Story")),
    Endpoint(
        "/trends",
        "trends",
        "Phrases of which more is written in some days, by default the last seven, than before.",
        _trends,
        ref("Trends"),
        (FROM, TO, AS_OF, LIMIT),
    ),
    Endpoint(
        "/counts",
        "counts",
        "In how many articles a phrase stands, by day of publication.",
        _counts,
        ref("Counts"),
        (
            Parameter("phrase", WORDS, "In any spelling.", words, required=True),
            AS_OF,
        ),
    ),
    Endpoint(
        "/outcomes",
        "outcomes",
        "What became of the documents of each day and outlet, by default of the last week.",
        _outcomes,
        _answer(outcomes=listed(ref("DayCount"))),
        (FROM, OUTLET, AS_OF),
    ),
    Endpoint(
        "/search",
        "search",
        "Articles that match, the best first.",
        _search,
        _answer(query=STRING, total=INTEGER, suggestion=STRING, hits=listed(ref("Hit")), **_LISTED),
        (
            QUERY,
            OUTLET,
            FROM,
            TO,
            Parameter("newest", {**BOOLEAN, "default": False}, "Newest first instead of best first.", flag, False),
            Parameter("collapse", {**BOOLEAN, "default": False}, "Each text once, its copies under it.", flag, False),
            AS_OF,
            LIMIT,
            NEXT,
        ),
    ),
    Endpoint(
        "/facets",
        "facets",
        "How many matches of a search fall to which outlet, language, keyword and day.",
        _facets,
        _answer(query=STRING, facets=ref("Facets")),
        (QUERY, AS_OF, LIMIT),
    ),
    Endpoint(
        "/outlets", "outlets", "The outlets, the largest first.", _outlets, _answer(outlets=listed(ref("OutletCount")))
    ),
    Endpoint("/outlets/{id}", "outlet", "What is known of an outlet.", _outlet, _answer(outlet=ref("Outlet"))),
    Endpoint(
        "/outlets/{id}/figures",
        "outlet_figures",
        "An outlet in numbers: how much and when, whose texts it carries, whom it credits.",
        _outlet_figures,
        _answer(outlet=ref("Outlet"), figures=ref("OutletFigures")),
    ),
    Endpoint(
        "/days",
        "days",
        "How many articles were published on each day (UTC) that has any; undated ones when they were first seen.",
        _days,
        _answer(total=INTEGER, days=listed(ref("DayTotal"))),
        (OUTLET, FROM, TO, AS_OF),
    ),
    Endpoint(
        "/days/{id}",
        "day",
        "What was published on a day (2025-02-16): by story, with its first page; and article by article.",
        _day,
        ref("Day"),
        (AS_OF, LIMIT, NEXT),
    ),
    Endpoint(
        "/figures",
        "figures",
        "The archive in numbers; hours, lengths, copies and credits are those of its newest articles.",
        _figures,
        ref("Figures"),
    ),
    Endpoint(
        "/stats",
        "stats",
        "What the archive holds, and what became of everything it was given.",
        _stats,
        _answer(
            **_STATS,
            first_seen_at=nullable(MOMENT),
            last_seen_at=nullable(MOMENT),
            outcomes={"type": "object", "additionalProperties": INTEGER},
        ),
    ),
)


# --- the description --------------------------------------------------------------------------------------


def openapi(endpoints: Sequence[Endpoint], base_url: str = "", *, changing: bool = False) -> json.Json:
    """The API as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1); `changing`: with what needs a token."""
    further = searches.described(_ERRORS) if changing else {}
    secured = {"securitySchemes": {"operator": {"type": "http", "scheme": "bearer"}}} if changing else {}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Warraq",
            "version": version("warraq"),
            "description": (__doc__ or "").strip(),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"{base_url}{PREFIX}"}],
        "paths": {**{e.path: {"get": _operation(e)} for e in endpoints}, **further},
        "components": {
            **secured,
            "schemas": {**SCHEMAS, **(searches.SCHEMAS if changing else {})},
            "responses": {
                "Error": {
                    "description": "What was wrong, in one line.",
                    "content": {"application/json": {"schema": ref("Error")}},
                },
                "TooMany": {
                    "description": "More requests than one client may make.",
                    "headers": {"Retry-After": {"schema": INTEGER, "description": "Seconds to wait."}},
                    "content": {"application/json": {"schema": ref("Error")}},
                },
                "Busy": {
                    "description": "More than the server can answer now.",
                    "headers": {"Retry-After": {"schema": INTEGER, "description": "Seconds to wait."}},
                    "content": {"application/json": {"schema": ref("Error")}},
                },
            },
        },
    }


_ERRORS: json.Json = {
    "400": {"$ref": "#/components/responses/Error"},
    "404": {"$ref": "#/components/responses/Error"},
    "429": {"$ref": "#/components/responses/TooMany"},
    "503": {"$ref": "#/components/responses/Busy"},
}


_NAME: Schema = {**STRING, "minLength": 1}
_NAMED: dict[str, tuple[str, str, Schema]] = {
    "articles": ("An article's id or address.", "0123456789ab", _NAME),
    "stories": ("The id or address of one of its articles.", "0123456789ab", _NAME),
    "outlets": ("Its id.", "sana", _NAME),
    "days": ("A day.", "2025-02-16", {**STRING, "format": "date"}),
}
"""What a path's ``{id}`` is, by what the path begins with."""


def _operation(endpoint: Endpoint) -> json.Json:
    parameters: list[json.Json] = []
    if "{id}" in endpoint.path:
        what, example, schema = _NAMED.get(endpoint.path.split("/")[1], _NAMED["articles"])
        parameters.append(
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": what,
                "schema": schema,
                "example": example,
            }
        )
    parameters += [
        {
            "name": p.name,
            "in": "query",
            "required": p.required,
            "allowEmptyValue": not p.required,
            "description": p.what,
            "schema": p.schema if p.required else {"anyOf": [p.schema, {**STRING, "maxLength": 0}]},
        }
        for p in endpoint.parameters
    ]
    return {
        "operationId": endpoint.name,
        "summary": endpoint.what,
        "parameters": parameters,
        "responses": {
            "200": {"description": endpoint.what, "content": {"application/json": {"schema": endpoint.schema}}},
            **_ERRORS,
        },
    }
