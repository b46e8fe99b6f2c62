"""What a request asks for, read once and checked: form, moment, language, place in a list, filters."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote

from starlette.requests import Request

from warraq.errors import UsageError
from warraq.render.links import Links
from warraq.render.moments import read_moment
from warraq.render.wording import LANGUAGES

Form = Literal["html", "json", "txt"]

FILTERS = ("q", "outlet", "from", "to", "sort", "before", "after")
MAX_PAGE = 500
"""Deeper pages cost the index as much as all before them; nobody reads there, robots do."""
SETTLED = timedelta(hours=1)
"""How far back a moment must lie for its page to be called final: what was seen before it may still be on its way
through the pipeline."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, understood. ``path`` is the address without its form (``.json``), quoted."""

    path: str
    form: Form
    now: datetime
    as_of: datetime | None = None
    """The moment asked for; None: now. A moment still to come is now, too."""
    language: str = "ar"
    links: Links = field(default_factory=Links)
    number: int = 1
    """Page of a list, from 1."""
    filters: tuple[tuple[str, str], ...] = ()
    """Query parameters that belong to the page itself, without empty ones."""

    @property
    def moment(self) -> datetime:
        """The moment to answer for."""
        return self.as_of or self.now

    @property
    def settled(self) -> bool:
        """Whether the answer can no longer change: an explicit moment, well past."""
        return self.as_of is not None and self.as_of <= self.now - SETTLED

    def filter(self, name: str) -> str:
        """One filter's value, or an empty text."""
        return dict(self.filters).get(name, "")

    def address(self, *, number: int | None = None, form: Form | None = None, links: Links | None = None) -> str:
        """The page's own address, at another place of the list, in another form, or with other links."""
        number, form = number or self.number, form or self.form
        path = self.path
        if form != "html":
            path = f"{'/index' if path == '/' else path}.{form}"
        return (links or self.links).to(path, **dict(self.filters), page=number if number > 1 else "")

    @property
    def now_links(self) -> Links:
        """Links without the moment."""
        return replace(self.links, as_of=None)


def read_ask(request: Request, form: Form, now: datetime, prefix: str, language: str) -> Ask:
    """The request as an `Ask`; `prefix` is the path the site lies under, `language` its own.

    Raises `UsageError` for any parameter that is wrong.
    """
    query = request.query_params
    wanted = query.get("lang") or language
    if wanted not in LANGUAGES:
        raise UsageError(f"lang: {wanted[:20]!r} is not one of {', '.join(LANGUAGES)}")
    as_of = read_moment(query["as_of"]) if query.get("as_of", "").strip() else None
    if as_of is not None and as_of > now:
        as_of = None
    path = quote(request.scope["path"].removesuffix("" if form == "html" else f".{form}"), safe="/")
    return Ask(
        path="/" if path == "/index" and form != "html" else path,
        form=form,
        now=now,
        as_of=as_of,
        language=wanted,
        links=Links(prefix, as_of, wanted if wanted != language else ""),
        number=_page(query.get("page", "")),
        filters=tuple((name, query[name].strip()) for name in FILTERS if query.get(name, "").strip()),
    )


def _page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_PAGE):
        raise UsageError(f"page: {text[:20]!r} is not a number from 1 to {MAX_PAGE}")
    return int(text)
