"""What the loops share: counting, deciding, batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from warraq.decide import decide, learned
from warraq.ports import Store
from warraq.types import (
    ArticleId,
    Change,
    Known,
    Outcome,
    Parsed,
    Reason,
    Tally,
)

T = TypeVar("T")

COMMIT_BATCH = 512
"""Documents of one transaction: one sync to disk for all of them."""

Progress = Callable[[Tally], None]
"""Called after each transaction with all that was done so far."""
Refused = Callable[[Change], None]
"""Called with each document that was rejected or failed."""


class Count:
    """The running form of a `Tally`."""

    def __init__(self, progress: Progress | None, refused: Refused | None) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._reasons: Counter[Reason] = Counter()
        self._progress, self._refused = progress, refused

    def add(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._outcomes[change.outcome] += 1
            if change.reason is not None:
                self._reasons[change.reason] += 1
                if self._refused is not None:
                    self._refused(change)
        if self._progress is not None:
            self._progress(self.tally())

    def tally(self) -> Tally:
        return Tally(self._outcomes.total(), dict(self._outcomes), dict(self._reasons))


def decide_all(seen: Sequence[tuple[Parsed, datetime]], store: Store) -> list[Change]:
    """One decision for each document and the moment it was seen, in order; each knows of those before it."""
    ids = {p.article.id for p, _ in seen if p.article is not None}
    known: dict[ArticleId, Known | None] = dict(store.known(ids))
    barred = store.barred(ids)
    changes = []
    for p, at in seen:
        if p.article is not None and p.article.id in barred:
            p = Parsed(p.where, p.article.outlet, reason=Reason.FORGOTTEN)  # noqa: PLW2901 - nothing of it is kept
        before = known.get(p.article.id) if p.article is not None else None
        change = decide(p, before, p.seen_at or at, given=p.seen_at is not None)
        if p.article is not None:
            known[p.article.id] = learned(before, change)
        changes.append(change)
    return changes


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`itertools.batched`, which Python 3.11 has not, as lists."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
