"""What two texts have in common and what not, and who carried the same one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from warraq.types.articles import Outlet
from warraq.types.base import ArticleId
from warraq.types.stored import Brief, Revision


class Edit(StrEnum):
    """What happened to a piece of text."""

    EQUAL = "equal"
    INSERTED = "inserted"
    DELETED = "deleted"
    CHANGED = "changed"
    """Of paragraphs: in part, see its pieces."""


@dataclass(frozen=True, slots=True)
class ChangedText:
    """A piece of a text, as printed: equal, inserted or deleted."""

    text: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class ChangedParagraph:
    """A paragraph of either text, or of both; ``pieces`` without the inserted ones are the old text to the letter."""

    edit: Edit
    pieces: tuple[ChangedText, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one text to another, in the order of reading."""

    title: tuple[ChangedText, ...]
    paragraphs: tuple[ChangedParagraph, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two states of an article."""

    outlet: Outlet
    before: Revision
    after: Revision
    difference: Difference


@dataclass(frozen=True, slots=True)
class Edits:
    """What an outlet changed of a text that it carries; spelling does not count."""

    headline: bool = False
    lead: bool = False
    """The first words were cut or written anew."""
    kept: float = 1.0
    """Share of the other text's words that it has."""
    added: float = 0.0
    """Share of its own words that the other text has not."""
    paragraphs_dropped: int = 0
    paragraphs_added: int = 0
    credits_added: tuple[str, ...] = ()
    credits_dropped: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether it printed the text as it was."""
        return self == Edits()


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article of a group of copies. ``edits`` are against the earliest; those of the earliest itself are none."""

    brief: Brief
    outlet: Outlet
    share: float
    """How much of the shorter of the two texts the other contains, 0..1."""
    edits: Edits = Edits()
    again: bool = False
    """Its publisher had carried the text before: a duplicate or a mirror, not another outlet."""


@dataclass(frozen=True, slots=True)
class CopyGroup:
    """The articles that carry one text as known at ``as_of``, the first seen first; at least the article itself."""

    as_of: datetime
    article: ArticleId
    """The one that was asked for."""
    carriers: tuple[Carrier, ...]
    origin: str = ""
    """The agency that the carriers credit, by its display name; empty when they credit none."""

    @property
    def earliest(self) -> Carrier:
        """Who was seen with it first."""
        return self.carriers[0]

    @property
    def outlets(self) -> int:
        """How many publishers carried it."""
        return sum(not carrier.again for carrier in self.carriers)
