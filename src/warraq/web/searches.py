"""Saved searches in the API: the part of it that changes something, for who holds the operator's token.

The token is the operator's password, sent as ``Authorization: Bearer`` (RFC 6750); no browser sends that by itself, so
no other site can make it. Without a password these addresses are not there. Bodies are JSON objects with the
fields of `ASKED`, read by what reads the site's own form.
"""

from __future__ import annotations

import hmac
import json as standard
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from warraq.errors import UsageError
from warraq.render import json
from warraq.render.moments import iso
from warraq.render.searches import RECEIVERS, read_form, saved_dict
from warraq.types import AlertKind, Security, Watching
from warraq.web import answers
from warraq.web.answers import answer
from warraq.web.schema import INTEGER, MOMENT, STRING, Schema, listed, nullable, ref, thing

if TYPE_CHECKING:
    from warraq.app import Archive

PATH = "/searches"
MOST_BODY = 64 * 1024
MESSAGES = 5
MOST = 1000
"""Searches that are told."""
CHALLENGE = {"www-authenticate": 'Bearer realm="Warraq"'}
"""What goes with a 401 (RFC 6750, 3)."""
_SHORT: Schema = {**STRING, "maxLength": 200}
ASKED: dict[str, Schema] = {
    "name": {**STRING, "minLength": 1, "maxLength": 100, "pattern": r"^[^\x00-\x1f\x7f-\x9f]*$"},
    "query": {**STRING, "minLength": 1, "maxLength": 1000},
    "receiver": {**STRING, "enum": list(RECEIVERS), "description": "Who is told; by default nobody."},
    "url": {**STRING, "maxLength": 2048, "description": "Of a webhook."},
    "to": _SHORT,
    "from": _SHORT,
    "host": {**_SHORT, "description": "Of a mail server: HOST:PORT."},
    "security": {**STRING, "enum": [kind.value for kind in Security]},
    "user": _SHORT,
    "chat": {**_SHORT, "description": "Of Telegram: a number or @name."},
    "secret": {**_SHORT, "description": "The name of a variable of the serving process, WARRAQ_SECRET_…"},
    "kind": {**STRING, "enum": [kind.value for kind in AlertKind]},
    "language": {**STRING, "enum": ["ar", "en"]},
    "hour": {**INTEGER, "minimum": 0, "maximum": 23},
    "zone": {**_SHORT, "description": "IANA time zone of the hour of a digest."},
    "quiet": {**INTEGER, "minimum": 0, "maximum": 168, "description": "Hours between two messages on one story."},
}
"""The fields of a search to be saved; `name` and `query` are needed."""
SCHEMAS: dict[str, Schema] = {
    "SearchAsked": {
        "type": "object",
        "properties": ASKED,
        "required": ["name", "query"],
        "additionalProperties": False,
    },
    "SavedSearch": thing(
        name=STRING,
        query=STRING,
        receiver=thing(**{"is": {**STRING, "enum": list(RECEIVERS)}, "name": STRING}),
        kind=STRING,
        language=STRING,
        created_at=MOMENT,
        looked_at=MOMENT,
        total=INTEGER,
        messages=listed(thing(made_at=MOMENT, state=STRING, attempts=INTEGER, reason=nullable(STRING))),
    ),
}


def search_routes(archive: Archive, prefix: str, password: str) -> list[Route]:
    """The routes below the API's `prefix`; none without a password."""
    if not password:
        return []
    here = Searches(archive, password)
    return [
        Route(f"{prefix}{PATH}", here.guarded(_all), methods=["GET", "POST"]),
        Route(f"{prefix}{PATH}/{{name:path}}", here.guarded(_one), methods=["DELETE"]),
    ]


class Searches:
    """What may be done with them, as values: also for the page to try it (`web.trying`)."""

    def __init__(self, archive: Archive, password: str) -> None:
        self.archive, self._expected = archive, _digest(password.encode())

    def check(self, token: bytes) -> None:
        """Nothing, for the operator's token; else 401."""
        if not hmac.compare_digest(_digest(token), self._expected):
            raise HTTPException(401, "a token is needed", headers=CHALLENGE)

    def guarded(self, handler: Callable[[Searches, Request, bytes], Response]) -> Callable[[Request], object]:
        """A handler for who holds the token, given the body. Others get 401."""

        async def run(request: Request) -> Response:
            kind, _, said = request.headers.get("authorization", "").partition(" ")
            self.check(said.strip().encode("latin-1", "replace") if kind.lower() == "bearer" else b"")
            body = await read_whole(request)
            return await run_in_threadpool(handler, self, request, body)

        return run

    def every(self) -> json.Json:
        """All saved searches."""
        return self._said({"searches": [self._dict(watching) for watching in self.archive.searches()[:MOST]]})

    def save(self, body: bytes) -> json.Json:
        """Save the search that a body (JSON) describes. Raises `UsageError`, and 409 for a name that is taken."""
        asked = read_body(body)
        name = asked["name"]
        if any(watching.search.name == name for watching in self.archive.searches()):
            raise HTTPException(409, f"there is a saved search {name!r} already")
        form = {("q" if key == "query" else key): str(value) for key, value in asked.items()}
        self.archive.save_search(read_form(form, name))
        made = next(watching for watching in self.archive.searches() if watching.search.name == name)
        return self._said({"search": self._dict(made)})

    def remove(self, name: str) -> None:
        """Forget a search. Raises `NotFound`."""
        self.archive.remove_search(name)

    def _dict(self, watching: Watching) -> json.Json:
        total = 0
        with suppress(UsageError):  # a query of another version of the language
            total = self.archive.search(watching.search.query, limit=1).total
        return saved_dict(watching, total, self.archive.deliveries(watching.search.name, MESSAGES))

    def _said(self, found: json.Json) -> json.Json:
        return {"as_of": iso(self.archive.now()), **found}


async def read_whole(request: Request) -> bytes:
    """The body of a request, if it is no longer than `MOST_BODY`; else 413."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY:
            raise HTTPException(413, f"more than {MOST_BODY} bytes")
    return body


def _all(here: Searches, request: Request, body: bytes) -> Response:
    """All searches together: told, or made more."""
    if request.method == "POST":
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise HTTPException(415, "application/json, please")
        return _answered(request, here.save(body), 201)
    if request.query_params:
        raise UsageError(f"{next(iter(request.query_params))[:40]!r} is not a parameter of {PATH}")
    return _answered(request, here.every())


def _one(here: Searches, request: Request, body: bytes) -> Response:
    here.remove(request.path_params["name"])
    return Response(status_code=204, headers={**answers.SECURITY, "cache-control": answers.NEVER})


def _answered(request: Request, found: json.Json, status: int = 200) -> Response:
    return answer(request, json.dumps(found).encode(), answers.JSON, status=status, cache=answers.NEVER)


def _digest(token: bytes) -> bytes:
    return blake2b(token, digest_size=32).digest()


def read_body(body: bytes) -> dict[str, Any]:
    """The fields of a search to be saved. Raises `UsageError` for what `ASKED` does not allow."""
    try:
        asked = standard.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise UsageError("the body is not JSON") from None
    if not isinstance(asked, dict):
        raise UsageError("the body is not an object")
    for name in ("name", "query"):
        if name not in asked:
            raise UsageError(f"{name}: is missing")
    for name, value in asked.items():
        schema = ASKED.get(name)
        if schema is None:
            raise UsageError(f"{name[:40]!r} is not a field of a search")
        _check(name, value, schema)
    return asked


def _check(name: str, value: Any, schema: Schema) -> None:
    """The part of JSON Schema that `ASKED` uses."""
    if schema["type"] == "integer":
        if isinstance(value, bool) or not isinstance(value, int) or not schema["minimum"] <= value <= schema["maximum"]:
            raise UsageError(f"{name}: not a whole number from {schema['minimum']} to {schema['maximum']}")
        return
    if not isinstance(value, str):
        raise UsageError(f"{name}: not a text")
    if "enum" in schema and value not in schema["enum"]:
        raise UsageError(f"{name}: {value[:20]!r} is not one of {', '.join(schema['enum'])}")
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        raise UsageError(f"{name}: {schema.get('minLength', 0)} to {schema['maxLength']} characters")


def described(errors: dict[str, Any]) -> dict[str, Any]:
    """These paths as OpenAPI; `errors` are the responses that every operation may give."""
    secured: list[dict[str, list[str]]] = [{"operator": []}]

    def answered(status: str, what: str, **fields: Schema) -> dict[str, Any]:
        content = {"application/json": {"schema": thing(as_of=MOMENT, **fields)}}
        refused = {"401": {"$ref": "#/components/responses/Error"}, **errors}
        return {status: {"description": what, **({"content": content} if fields else {})}, **refused}

    conflict = {code: {"$ref": "#/components/responses/Error"} for code in ("409", "413", "415")}
    name = {"name": "name", "in": "path", "required": True, "schema": {**STRING, "minLength": 1}, "example": "ports"}
    return {
        PATH: {
            "get": {
                "operationId": "searches",
                "summary": "Saved searches, what each finds, and what became of its last messages.",
                "security": secured,
                "responses": answered("200", "All of them.", searches=listed(ref("SavedSearch"))),
            },
            "post": {
                "operationId": "save_search",
                "summary": "Save a search. What is first seen from then on is news to it.",
                "security": secured,
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": ref("SearchAsked")}},
                },
                "responses": {**answered("201", "It is saved.", search=ref("SavedSearch")), **conflict},
            },
        },
        f"{PATH}/{{name}}": {
            "delete": {
                "operationId": "remove_search",
                "summary": "Forget a search and the messages it has not sent.",
                "security": secured,
                "parameters": [name],
                "responses": answered("204", "It is gone."),
            }
        },
    }
