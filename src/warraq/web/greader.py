"""The Google Reader API, as FreshRSS serves it, for readers' own clients: newsboat, NetNewsWire, Reeder, Readrops …

A client is told the address ``…/api/greader.php``, any user name, and the password of the setting ``reader_password``;
without that setting nothing here answers. Outlets are subscriptions, countries are labels, whole texts are delivered;
what is read and starred is kept. Described at https://www.inoreader.com/developers and in FreshRSS's own documents
(its code was not used).
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from babel import Locale
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from warraq.errors import NotFound, UsageError
from warraq.render import json
from warraq.render.feeds import Channel, body_html, google_atom, google_id
from warraq.render.links import Links, http_url
from warraq.render.plain import plain
from warraq.render.unsafe import offered
from warraq.types import ArticleId, Mark, Outlet, Revision, Selection, micros, moment
from warraq.urls import id_to_int, int_to_id
from warraq.web import answers
from warraq.web.answers import answer

if TYPE_CHECKING:
    from warraq.app import Archive

PREFIX = "/api/greader.php"
MOST = 1000
"""Items of one answer, at most; ids of many more."""
MOST_IDS = 10_000
MOST_BODY = 1 << 20
_STATE = "user/-/state/com.google/"
_ALL = f"{_STATE}reading-list"
_LABEL = "user/-/label/"

Form = Mapping[str, Sequence[str]]


class _Refused(Exception):
    """The client is not let in."""


def reader_routes(archive: Archive, base_url: str, password: str) -> list[Route]:
    """The routes; none without a password."""
    if not password:
        return []
    here = _Reader(archive, base_url, password)
    both = ["GET", "POST"]
    routes = [Route(f"{PREFIX}/accounts/ClientLogin", here.endpoint(here.login, open_=True), methods=both)]
    routes += [
        Route(f"{PREFIX}/reader/api/0/{path}", here.endpoint(handler), methods=both)
        for path, handler in (
            ("token", here.token),
            ("user-info", here.user),
            ("tag/list", here.tags),
            ("subscription/list", here.subscriptions),
            ("unread-count", here.unread),
            ("stream/items/ids", here.ids),
            ("stream/items/contents", here.items),
            ("stream/contents", here.stream),
            ("stream/contents/{stream:path}", here.stream),
            ("edit-tag", here.edit),
            ("mark-all-as-read", here.mark_all),
        )
    ]
    return [*routes, Route(f"{PREFIX}/reader/atom/{{stream:path}}", here.endpoint(here.atom), methods=both)]


class _Reader:
    def __init__(self, archive: Archive, base_url: str, password: str) -> None:
        self.archive, self.base_url, self.password = archive, base_url, password
        self.secret = blake2b(b"warraq reader", key=password.encode()[:64], digest_size=20).hexdigest()

    # -- the way in ---------------------------------------------------------------------------------------

    def endpoint(self, handler: Any, *, open_: bool = False) -> Any:
        """A handler of one address: takes the request and its form, gives an object or a text."""

        async def run(request: Request) -> Response:
            try:
                form = await _form(request)
                return await run_in_threadpool(work, request, form)
            except ClientDisconnect:
                return Response(status_code=400)

        def work(request: Request, form: Form) -> Response:
            try:
                if not open_:
                    self._let_in(request)
                found = handler(request, form)
                status = 200
            except _Refused:
                return answer(request, b"Unauthorized!", answers.TEXT, status=401, cache=answers.NEVER)
            except NotFound as error:
                found, status = json.error_dict(404, str(error)), 404
            except UsageError as error:
                found, status = json.error_dict(400, str(error)), 400
            if isinstance(found, str):
                return answer(request, found.encode(), answers.TEXT, status=status, cache=answers.NEVER)
            return answer(request, json.dumps(found).encode(), answers.JSON, status=status, cache=answers.NEVER)

        return run

    def _let_in(self, request: Request) -> None:
        said = request.headers.get("authorization", "")
        key = said.removeprefix("GoogleLogin").strip().removeprefix("auth=").rpartition("/")[2]
        if not hmac.compare_digest(key.encode(), self.secret.encode()):
            raise _Refused

    def login(self, request: Request, form: Form) -> str:
        if not hmac.compare_digest(_one(form, "Passwd").encode(), self.password.encode()):
            raise _Refused
        user = "".join(c for c in _one(form, "Email")[:64] if c.isalnum() or c in "-_.@") or "reader"
        return f"SID={user}/{self.secret}\nLSID=null\nAuth={user}/{self.secret}\n"

    def token(self, request: Request, form: Form) -> str:
        return self.secret.ljust(57, "Z") + "\n"

    def user(self, request: Request, form: Form) -> json.Json:
        return {"userId": "1", "userName": "reader", "userProfileId": "1", "userEmail": ""}

    # -- what there is ------------------------------------------------------------------------------------

    def tags(self, request: Request, form: Form) -> json.Json:
        labels = sorted({label for count in self.archive.outlets() if (label := _label(count.outlet))})
        found: list[json.Json] = [{"id": f"{_STATE}starred"}]
        return {"tags": [*found, *({"id": f"{_LABEL}{label}", "type": "folder"} for label in labels)]}

    def subscriptions(self, request: Request, form: Form) -> json.Json:
        links = self._links(request)
        return {
            "subscriptions": [
                {
                    "id": f"feed/{c.outlet.id}",
                    "title": plain(c.outlet.name),
                    "categories": [{"id": f"{_LABEL}{label}", "label": label} for label in [_label(c.outlet)] if label],
                    "url": links.to("/feed.xml", outlet=c.outlet.id),
                    "htmlUrl": http_url(c.outlet.home) or links.outlet(c.outlet.id),
                    "iconUrl": "",
                }
                for c in self.archive.outlets()
            ]
        }

    def unread(self, request: Request, form: Form) -> json.Json:
        found = self.archive.unread()
        total = sum(count for count, _ in found.values())
        newest = max((at for _, at in found.values()), default=None)
        counts = [
            {"id": f"feed/{id}", "count": count, "newestItemTimestampUsec": str(micros(at))}
            for id, (count, at) in found.items()
        ]
        if newest is not None:
            counts.append({"id": _ALL, "count": total, "newestItemTimestampUsec": str(micros(newest))})
        return {"max": total, "unreadcounts": counts}

    def ids(self, request: Request, form: Form) -> json.Json:
        found, continuation = self._selected(_one(form, "s"), form, MOST_IDS)
        refs = [{"id": str(id_to_int(id)), "directStreamIds": [], "timestampUsec": str(at)} for at, id in found]
        return {"itemRefs": refs, **continuation}

    def stream(self, request: Request, form: Form) -> json.Json:
        stream = request.path_params.get("stream") or _one(form, "s") or _ALL
        found, continuation = self._selected(stream, form, MOST)
        return {**self._stream(request, stream, [id for _, id in found]), **continuation}

    def atom(self, request: Request, form: Form) -> str:
        """A stream as Atom, with items' ids and states: the older way, which newsboat goes."""
        stream, links = request.path_params["stream"], self._links(request)
        found, _ = self._selected(stream, form, MOST)
        ids = [id for _, id in found]
        revisions, marks = self.archive.whole(ids), self.archive.marked(ids)
        outlets = {id: self.archive.outlet(id) for id in {r.article.outlet for r in revisions}}
        names = {outlet.name for outlet in outlets.values()}
        channel = Channel(
            title=names.pop() if len(names) == 1 else "Warraq",
            self_url=str(request.url),
            home=links.to("/"),
            updated=self.archive.now(),
        )
        states = {
            id: [state for state, held in (("read", m.read), ("starred", m.starred)) if held] for id, m in marks.items()
        }
        return google_atom(channel, revisions, outlets, links, states)

    def items(self, request: Request, form: Form) -> json.Json:
        ids = [_item(text) for text in form.get("i", ())[:MOST]]
        return self._stream(request, _ALL, ids)

    # -- what the reader does -----------------------------------------------------------------------------

    def edit(self, request: Request, form: Form) -> str:
        _posted(request)
        ids = [_item(text) for text in form.get("i", ())[:MOST_IDS]]
        for names, value in ((form.get("a", ()), True), (form.get("r", ()), False)):
            for name in names:
                match name.rpartition("/")[2]:
                    case "read":
                        self.archive.mark(ids, read=value)
                    case "kept-unread":
                        self.archive.mark(ids, read=not value)
                    case "starred":
                        self.archive.mark(ids, starred=value)
        return "OK"

    def mark_all(self, request: Request, form: Form) -> str:
        _posted(request)
        until = _seconds(_one(form, "ts")[:-6] if len(_one(form, "ts")) > 12 else _one(form, "ts"))
        for outlet in self._outlets(_one(form, "s")) or ("",):
            self.archive.mark_all_read(outlet, until)
        return "OK"

    # -- pieces -------------------------------------------------------------------------------------------

    def _links(self, request: Request) -> Links:
        return Links(self.base_url or f"{request.url.scheme}://{request.url.netloc}")

    def _outlets(self, stream: str) -> tuple[str, ...]:
        """The outlets of a stream; none for one of everything. Raises `NotFound` for one that does not exist."""
        if stream.startswith("feed/"):
            return (stream.removeprefix("feed/"),)
        if "/label/" in stream:
            label = stream.partition("/label/")[2]
            found = tuple(c.outlet.id for c in self.archive.outlets() if _label(c.outlet) == label)
            if not found:
                raise NotFound(f"no label {label[:60]!r}")
            return found
        return ()

    def _selected(
        self, stream: str, form: Form, most: int
    ) -> tuple[Sequence[tuple[int, ArticleId]], Mapping[str, str]]:
        count = min(max(_number(_one(form, "n") or "20"), 1), most)
        wanted = Selection(
            outlets=self._outlets(stream),
            since=_seconds(_one(form, "ot")),
            until=_seconds(_one(form, "nt")),
            starred=True if stream.endswith("/starred") else None,
            read=True if stream.endswith("/read") else None,
            oldest_first=_one(form, "r") == "o",
        )
        for name in form.get("xt", ()):
            wanted = replace(wanted, read=False) if name.endswith("/read") else wanted
        for name in form.get("it", ()):
            wanted = replace(wanted, starred=True) if name.endswith("/starred") else wanted
        if place := _one(form, "c"):
            at, _, id = place.partition("-")
            wanted = replace(wanted, after=(_number(at), int_to_id(_number(id))))
        found = self.archive.selected(wanted, count + 1)
        more = len(found) > count
        found = found[:count]
        return found, {"continuation": f"{found[-1][0]}-{id_to_int(found[-1][1])}"} if more else {}

    def _stream(self, request: Request, stream: str, ids: Sequence[ArticleId]) -> json.Json:
        return {"id": stream, "updated": int(self.archive.now().timestamp()), "items": self._items(request, ids)}

    def _items(self, request: Request, ids: Sequence[ArticleId]) -> list[json.Json]:
        marks, links = self.archive.marked(ids), self._links(request)
        revisions = offered(self.archive.whole(ids), self.archive.unsafe_outlets())
        outlets = {id: self.archive.outlet(id) for id in {r.article.outlet for r in revisions}}
        return [item(r, outlets[r.article.outlet], marks.get(r.article.id, Mark()), links) for r in revisions]


def item(revision: Revision, outlet: Outlet, mark: Mark, links: Links) -> json.Json:
    """One article as an item: whole."""
    article = revision.article
    seen = revision.first_seen_at
    published = article.published.at if article.published else seen
    states = ["reading-list", *(["read"] if mark.read else []), *(["starred"] if mark.starred else [])]
    label = _label(outlet)
    return {
        "id": google_id(article.id),
        "crawlTimeMsec": str(micros(seen) // 1000),
        "timestampUsec": str(micros(seen)),
        "published": int(published.timestamp()),
        "updated": int(revision.seen_at.timestamp()),
        "title": plain(article.title),
        "canonical": [{"href": http_url(article.url) or links.article(article.id)}],
        "alternate": [{"href": links.article(article.id), "type": "text/html"}],
        "categories": [*(f"{_STATE}{state}" for state in states), *([f"{_LABEL}{label}"] if label else [])],
        "origin": {
            "streamId": f"feed/{outlet.id}",
            "htmlUrl": http_url(outlet.home) or links.outlet(outlet.id),
            "title": plain(outlet.name),
        },
        "summary": {"content": body_html(article)},
        "author": plain("، ".join(article.authors)),
    }


@cache
def _countries() -> Mapping[str, str]:
    return dict(Locale("ar").territories)


def _label(outlet: Outlet) -> str:
    """The folder of an outlet: its country, in Arabic."""
    return _countries().get(outlet.country, "")


async def _form(request: Request) -> Form:
    """Query and body (``application/x-www-form-urlencoded``) together; at most `MOST_BODY` bytes are read."""
    parts = [request.url.query]
    size = 0
    if request.method == "POST":
        body = b""
        async for chunk in request.stream():
            size += len(chunk)
            if size > MOST_BODY:
                break
            body += chunk
        parts.append(body[:MOST_BODY].decode("utf-8", "replace"))
    return parse_qs("&".join(filter(None, parts)), keep_blank_values=True, max_num_fields=2 * MOST_IDS)


def _posted(request: Request) -> None:
    if request.method != "POST":
        raise UsageError("this changes something: POST it")


def _one(form: Form, name: str) -> str:
    return form[name][0] if form.get(name) else ""


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise UsageError(f"{text[:20]!r} is not a number")
    return int(text)


def _seconds(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return moment(_number(text) * 1_000_000).astimezone(UTC)
    except OverflowError:
        raise UsageError(f"{text[:20]!r} is no moment") from None


def _item(text: str) -> ArticleId:
    """The article of an item's id, in its long form (hexadecimal) or short one (decimal)."""
    try:
        number = int(text.rpartition("/")[2], 16) if text.startswith("tag:") else _number(text)
        return int_to_id(number)
    except (ValueError, UsageError):
        raise UsageError(f"{text[:60]!r} is no item") from None
