"""What the operator, as a reader, has read and starred."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from warraq.types.base import ArticleId, OutletId


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader made of an article."""

    read: bool = False
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles a reader's client asks for; all conditions hold."""

    outlets: tuple[OutletId, ...] = ()
    """Empty: of every outlet."""
    since: datetime | None = None
    """First seen at this moment or later."""
    until: datetime | None = None
    """First seen before this moment."""
    read: bool | None = None
    starred: bool | None = None
    oldest_first: bool = False
    after: tuple[int, ArticleId] | None = None
    """Where to go on: the (first seen, id) of the last one before."""
