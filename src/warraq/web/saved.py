"""Saved searches on the site: what there is, what each finds, and the forms by which the operator changes them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from warraq.errors import NotFound, UsageError
from warraq.render import json
from warraq.render.moments import iso
from warraq.render.searches import RECEIVERS, Form, form_of, read_form, receiver_of, saved_dict
from warraq.types import AlertKind, Results, SavedSearch, Security, Watching
from warraq.web import answers
from warraq.web.ask import Ask, read_ask
from warraq.web.operator import Operator
from warraq.web.view import View

if TYPE_CHECKING:
    from warraq.app import Archive

Show = Callable[[Ask, View, Request], Response]
"""Makes a page of a view."""
SHOWN = 3
"""The newest matches of each search."""
MESSAGES = 5
MOST = 100
"""Searches on the page."""
FRESH = {"receiver": "nobody", "kind": "each", "hour": "7", "zone": "UTC", "quiet": "6", "security": "starttls"}
"""What an empty form says."""
FIELDS = ("name", "q", "url", "to", "from", "host", "user", "chat", "secret", "language")


class Saved:
    """The handlers; `show` makes answers of views."""

    def __init__(self, archive: Archive, operator: Operator, show: Show, prefix: str, language: str) -> None:
        self.archive, self.operator, self.show = archive, operator, show
        self.prefix, self.language = prefix, language

    def routes(self) -> list[Route]:
        """All of them, for the operator alone."""
        page, form = self.operator.page, self.operator.form
        return [
            Route("/saved", page(self.list)),
            Route("/saved", form(self.save), methods=["POST"]),
            Route("/saved.json", page(self.data)),
            Route("/saved/new", page(self.new)),
            Route("/saved/edit", page(self.edit)),
            Route("/saved/remove", page(self.sure)),
            Route("/saved/remove", form(self.remove), methods=["POST"]),
        ]

    def list(self, request: Request) -> Response:
        """All saved searches with their newest matches and last messages."""
        ask = self._ask(request)
        rows = [
            {
                "search": one.search,
                "watching": one,
                "receiver": receiver_of(one.search.channel),
                "found": self._found(one.search),
                "messages": self.archive.deliveries(one.search.name, MESSAGES),
                "feed": ask.links.to("/feed.xml", q=one.search.query),
            }
            for one in self.archive.searches()[:MOST]
        ]
        return self._page(ask, request, "saved.html", {"rows": rows})

    def data(self, request: Request) -> Response:
        """The same as data."""
        found = [
            saved_dict(one, results.total if results else 0, self.archive.deliveries(one.search.name, MESSAGES))
            for one in self.archive.searches()[:MOST]
            for results in (self._found(one.search),)
        ]
        body = json.dumps({"as_of": iso(self.archive.now()), "searches": found})
        return answers.answer(request, body.encode(), answers.JSON, cache=answers.NEVER)

    def new(self, request: Request) -> Response:
        """An empty form, or one with a query."""
        query = request.query_params.get("q", "")
        ask = self._ask(request)
        form = {"language": ask.language, "q": query[:1000], "name": query[:60]}
        return self._form(ask, request, form)

    def edit(self, request: Request) -> Response:
        """The form of one search."""
        search = self._search(request.query_params.get("name", "")).search
        return self._form(self._ask(request), request, form_of(search), was=search.name)

    def sure(self, request: Request) -> Response:
        """Ask whether a search shall go."""
        watching = self._search(request.query_params.get("name", ""))
        return self._page(self._ask(request), request, "saved_remove.html", {"search": watching.search})

    def save(self, request: Request, form: Form) -> Response:
        """Keep what the form says: a new search, or one changed."""
        ask = self._ask(request)
        was = form.get("was", "")
        before = self._search(was).search if was else None
        try:
            search = read_form(form, was or form.get("name", "").strip(), before)
            if before:
                self.archive.change_search(search)
            else:
                self.archive.save_search(search)
        except NotFound:
            raise
        except UsageError as error:
            return self._form(ask, request, {**form_of(before), **form} if before else dict(form), was, str(error))
        return self._back(ask)

    def remove(self, request: Request, form: Form) -> Response:
        """Forget a search."""
        self.archive.remove_search(form.get("name", ""))
        return self._back(self._ask(request))

    # -- inside -------------------------------------------------------------------------------------------

    def _ask(self, request: Request) -> Ask:
        return read_ask(request, "html", self.archive.now(), self.prefix, self.language)

    def _back(self, ask: Ask) -> Response:
        headers = {**answers.SECURITY, "cache-control": answers.NEVER}
        return RedirectResponse(ask.now_links.to("/saved"), 303, headers)

    def _search(self, name: str) -> Watching:
        for watching in self.archive.searches():
            if watching.search.name == name:
                return watching
        raise NotFound(f"no saved search {name[:60]!r}")

    def _found(self, search: SavedSearch) -> Results | None:
        with suppress(UsageError):  # a query of another version of the language
            return self.archive.search(search.query, newest_first=True, collapse=True, limit=SHOWN)
        return None

    def _form(self, ask: Ask, request: Request, form: Form, was: str = "", error: str = "") -> Response:
        values = {
            "form": {**dict.fromkeys(FIELDS, ""), **FRESH, **form},
            "was": was,
            "error": error,
            "known": form.get("known", ""),
            "receivers": RECEIVERS,
            "kinds": list(AlertKind),
            "securities": list(Security),
        }
        return self._page(ask, request, "saved_edit.html", values, status=400 if error else 200)

    def _page(self, ask: Ask, request: Request, template: str, values: dict[str, Any], status: int = 200) -> Response:
        values["token"] = self.operator.token()
        return self.show(ask, View(template, ask.moment, values, dict, status=status, noindex=True), request)
