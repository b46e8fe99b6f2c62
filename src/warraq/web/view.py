"""What a handler found, before it becomes an answer; and the places of a list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from warraq.render import json
from warraq.render.links import Links
from warraq.types import ArticleId, Results
from warraq.web.ask import MAX_PAGE, Ask

HITS = 20
"""Results on one page of a search."""


@dataclass(frozen=True, slots=True)
class View:
    """What a handler found: the template with its values, and the same as data."""

    template: str
    as_of: datetime
    values: Mapping[str, Any]
    data: Callable[[], json.Json]
    text: Callable[[], str] | None = None
    status: int = 200
    noindex: bool = False
    feed: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the feed of what the page lists."""
    head: Callable[[Links], Mapping[str, Any]] = lambda links: {}
    """What the page says of itself in its ``<head>``, over the defaults; given the site's public addresses."""
    description: str = ""
    """The page in a sentence; empty: the site's own."""
    about: Collection[ArticleId] | None = None
    """The articles that it tells of, if it is the page of one or of a search; None: it tells of any."""
    since: datetime | None = None
    """Since when that one is known."""


def more_of(ask: Ask, results: Results) -> bool:
    """Whether there are further results after this page."""
    return ask.number * HITS < results.total and bool(results.hits) and ask.number < MAX_PAGE


def pages(ask: Ask, more: bool) -> dict[str, Any]:
    """The neighbouring pages of a list, for templates and, by `_beside`, for data."""
    return {
        "number": ask.number,
        "previous": ask.address(number=ask.number - 1) if ask.number > 1 else None,
        "next": ask.address(number=ask.number + 1) if more else None,
    }


def beside(ask: Ask, more: bool) -> json.Json:
    """The neighbouring pages, for data."""
    found = pages(ask, more)
    return {"previous": found["previous"], "next": found["next"]}
