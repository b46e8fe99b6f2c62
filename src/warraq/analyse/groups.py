"""Groups of copies: which articles carry one text, who was first, whose text it is.

A group is transitive only where the texts support it. Articles are taken in the order in which they were first seen;
one joins a group if it is a copy of the group's earliest and of at least `MOST_OF` of its members, else it begins one.
So where A and B share a text, and B and C, but A and C do not, C stands apart.

Candidates are found by *landmarks*: the hashes of a sketch below a fixed limit (one in `EVERY`), and the `FEWEST`
smallest of a short text. Whether a run of words is a landmark depends on the run alone (Broder, "On the resemblance
and containment of documents", 1997: sampling modulo m), so what a cut-down copy shares with the whole is sampled in
both, and an index of landmarks grows by the same few entries with every article and answers in the same time
however large it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.copies import Shares, Side, Sides, may_be_copies, overlap, say_the_same, which_say_the_same
from warraq.analyse.vectors import Sketch, Vector
from warraq.types import ArticleId, Outlet, OutletId

EVERY = 8
FEWEST, MOST = 8, 32
"""Landmarks of an article: at least, and at most."""
MOST_OF = 2 / 3
AGENCIES = "وكالات"
"""A credit that names no one."""
_NUMERIC = re.compile(r"(\[[^]]*\]|[0-9.]+)(:[0-9]+)?")
"""An IP address, with a port or without."""

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def landmarks(sketch: Sketch) -> list[int]:
    """The hashes by which an article's copies are found; ascending."""
    below = int(np.searchsorted(sketch, np.uint32((1 << 32) // EVERY)))
    found: list[int] = sketch[: min(MOST, max(FEWEST, below))].tolist()
    return found


def least(marks: Sequence[int]) -> int:
    """How many of these landmarks another text must share to be worth comparing.

    One run of words is shared by many texts (a greeting, a verse); of the few of a short text one must do. In
    SaudiNewsNet .998 of the pairs of copies share two, and one in fifteen of all that share any.
    """
    return 2 if len(marks) > FEWEST else 1


@dataclass(frozen=True, eq=False)
class Text:
    """What is compared of an article; ``first_seen`` in microseconds."""

    id: ArticleId
    first_seen: int
    vector: Vector
    sketch: Sketch

    def copies(self, other: Text, background: Background) -> bool:
        """Whether the two are one text, as `are_copies` has it."""
        shares = overlap(self.sketch, other.sketch)
        if not may_be_copies(*shares):
            return False
        runs = min(len(self.sketch), len(other.sketch))
        return say_the_same(self.side(background), other.side(background), runs, *shares)

    def side(self, background: Background) -> Side:
        """What it is about; kept for the next comparison by the same background."""
        kept = self._kept.get("side")
        if kept is None or kept[0] is not background:
            kept = self._kept["side"] = background, Side(self.vector, background)
        return kept[1]

    @cached_property
    def _kept(self) -> dict[str, tuple[Background, Side]]:
        return {}


class Others:
    """Texts to compare others with, one with all of them at once."""

    def __init__(self, texts: Sequence[Text], background: Background) -> None:
        self._background = background
        self._sides = Sides([text.side(background) for text in texts])
        self._runs = np.array([len(text.sketch) for text in texts], np.intp)

    def carry(self, text: Text, containment: Shares, jaccard: Shares) -> NDArray[np.bool_]:
        """Which of them are one text with this, as `Text.copies` has it; given what their sketches have in common."""
        runs = np.minimum(len(text.sketch), self._runs)
        return which_say_the_same(text.side(self._background), self._sides, runs, containment, jaccard)


def grouped(items: Iterable[T], copies: Callable[[T, T], bool]) -> list[list[T]]:
    """Sort items, given in the order in which they were first seen, into groups; see the module's head."""
    groups: list[list[T]] = []
    for item in items:
        for group in groups:
            if copies(group[0], item) and _most(group, item, copies):
                group.append(item)
                break
        else:
            groups.append([item])
    return groups


def _most(group: Sequence[T], item: T, copies: Callable[[T, T], bool]) -> bool:
    return 1 + sum(copies(other, item) for other in group[1:]) >= MOST_OF * len(group)


def publishers(outlets: Mapping[OutletId, Outlet], hosts: Iterable[tuple[OutletId, str]]) -> dict[OutletId, OutletId]:
    """For each outlet the one that stands for its publisher: outlets that share a host are one.

    `hosts`: where articles of these outlets stand. Mirrors are declared among an outlet's hosts. An address in numbers
    is a machine's and names no publisher.
    """
    stands = {id: id for id in sorted(outlets)}

    def head(id: OutletId) -> OutletId:
        while stands.setdefault(id, id) != id:
            id = stands[id]
        return id

    owner: dict[str, OutletId] = {}
    named = [(id, host) for id, outlet in sorted(outlets.items()) for host in outlet.hosts]
    for id, host in [*named, *sorted(set(hosts))]:
        if host and not _NUMERIC.fullmatch(host):
            first, second = sorted((head(owner.setdefault(_bare(host), id)), head(id)))
            stands[second] = first
    return {id: head(id) for id in list(stands)}


def _bare(host: str) -> str:
    """A host without what marks one of its faces."""
    for face in ("www.", "m.", "amp."):
        host = host.removeprefix(face)
    return host


def origin(credits: Sequence[tuple[K, Collection[str]]]) -> str:
    """The agency that most publishers name, the earliest named among equals; ``""`` if none does.

    `credits`: of each article, the earliest first, its publisher and the agencies it names. "Agencies" without a name
    counts only where no other is named.
    """
    named = dict.fromkeys((publisher, name) for publisher, names in credits for name in names)
    votes = Counter(name for _, name in named)
    sure = [name for name in votes if name != AGENCIES] or list(votes)
    return max(sure, key=lambda name: votes[name], default="")
