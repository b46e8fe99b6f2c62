"""The page to try the API (``/api``): every operation is a form of plain HTML, which works without a script.

A form cannot put what was typed into a path, nor send JSON or a token. So readings of one thing go by way of
``/api/call``, which leads to their address; and what changes something is sent here, with the token in the form (no
browser sends that by itself), done at once, and answered with a page that shows what the API would have answered.
"""

from __future__ import annotations

import json as standard
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from warraq.errors import NotFound, UsageError
from warraq.render import json
from warraq.types import Brief
from warraq.web import answers
from warraq.web.api import ENDPOINTS, PREFIX, openapi
from warraq.web.ask import Ask, read_ask
from warraq.web.searches import CHALLENGE, Searches, read_whole
from warraq.web.view import View

if TYPE_CHECKING:
    from warraq.app import Archive

EXAMPLE = '{"name": "port", "query": "ميناء OR مرفأ"}'
"""A body to begin with."""
Show = Callable[[Ask, View, Request], Response]
"""Makes a page of a view that nobody may keep."""


def _examples(newest: Brief | None) -> dict[str, str]:
    """Names to begin with, by what a path begins with."""
    if newest is None:
        return {}
    at = newest.published.at if newest.published else newest.first_seen_at
    return {"articles": newest.id, "stories": newest.id, "outlets": newest.outlet, "days": at.date().isoformat()}


class Trying:
    """The handlers; without a `password` only what reads can be tried."""

    def __init__(self, archive: Archive, show: Show, base_url: str, prefix: str, language: str, password: str) -> None:
        self.archive, self.show = archive, show
        self.base_url, self.prefix, self.language = base_url, prefix, language
        self.searches = Searches(archive, password) if password else None

    def routes(self) -> list[Route]:
        """What the forms lead to."""
        changing = [Route("/api", self.changed, methods=["POST"])] if self.searches else []
        return [Route("/api/call", self.called), *changing]

    def page(self, ask: Ask, name: str) -> View:
        """Every operation with its form."""
        return self._view(ask, {})

    def _view(self, ask: Ask, tried: Mapping[str, Any]) -> View:
        described = openapi(ENDPOINTS, self.base_url, changing=self.searches is not None)
        newest = next(iter(self.archive.latest(ask.moment, limit=1)), None)
        calls = [
            {"path": path, "method": method, **operation}
            for path, methods in described["paths"].items()
            for method, operation in methods.items()
        ]
        values = {
            "reading": [call for call in calls if "security" not in call],
            "changing": [call for call in calls if "security" in call],
            "prefix": f"{self.prefix}{PREFIX}",
            "examples": _examples(newest),
            "tried": tried,
            "body": tried.get("sent", EXAMPLE),
        }
        failed = tried.get("status", 200) if tried.get("status", 200) >= 400 else 200
        return View("api.html", ask.moment, values, lambda: described, status=failed, noindex=bool(tried))

    def called(self, request: Request) -> Response:
        """Lead to the reading of one thing that a form names, without its empty fields."""
        asked = {name: value for name, value in request.query_params.items() if value.strip()}
        wanted, id = asked.pop("operation", ""), asked.pop("id", "")
        path = next((e.path for e in ENDPOINTS if e.name == wanted and "{id}" in e.path), "")
        if not path or not id:
            raise NotFound(f"no reading {wanted[:40]!r} of one thing")
        asked.pop("lang", None)
        address = f"{self.prefix}{PREFIX}{path.replace('{id}', quote(id, safe=':/'))}"
        query = f"?{urlencode(asked)}" if asked else ""
        return RedirectResponse(address + query, 303, {**answers.SECURITY, "cache-control": answers.NEVER})

    async def changed(self, request: Request) -> Response:
        """Do what a form asks for, and show what came of it."""
        try:
            text = (await read_whole(request)).decode("utf-8", "replace")
            form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=20))
        except ValueError:
            raise HTTPException(400) from None
        return await run_in_threadpool(self._changed, request, form)

    def _changed(self, request: Request, form: Mapping[str, str]) -> Response:
        status, found = self._done(form)
        said = standard.dumps(found, ensure_ascii=False, indent=2) if found is not None else ""
        tried = {"operation": form.get("operation", ""), "status": status, "said": said}
        tried |= {"sent": form.get("body", EXAMPLE), "name": form.get("name", "")}
        ask = read_ask(request, "html", self.archive.now(), self.prefix, self.language)
        response = self.show(ask, self._view(ask, tried), request)
        if status == 401:  # as from the API: who tries passwords is known by it (`web.rates`)
            response.headers.update(CHALLENGE)
        return response

    def _done(self, form: Mapping[str, str]) -> tuple[int, json.Json | None]:
        """Status and answer of an operation, as the API itself has them."""
        assert self.searches is not None  # else there is no such route
        try:
            self.searches.check(form.get("token", "").encode())
            match form.get("operation", ""):
                case "searches":
                    return 200, self.searches.every()
                case "save_search":
                    return 201, self.searches.save(form.get("body", "").encode("utf-8", "replace"))
                case "remove_search":
                    self.searches.remove(form.get("name", ""))
                    return 204, None
                case other:
                    raise NotFound(f"no operation {other[:40]!r}")
        except HTTPException as error:
            return error.status_code, json.error_dict(error.status_code, error.detail)
        except UsageError as error:
            status = 404 if isinstance(error, NotFound) else 400
            return status, json.error_dict(status, str(error))
