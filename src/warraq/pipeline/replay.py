"""Derive anew: raw documents that were kept, through the parser as it is now; analyses by the present recipe."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from warraq.analyse.vectors import RECIPE, analyses, reader
from warraq.decide import decide, learned
from warraq.extract.knowledge import Known as Furniture
from warraq.extract.knowledge import nothing
from warraq.parse import Rules, parse
from warraq.pipeline.steps import Count, Progress, Refused
from warraq.ports import Keeper, Store
from warraq.types import (
    ArticleId,
    Change,
    Failure,
    Known,
    Outcome,
    OutletId,
    Parsed,
    Raw,
    Reason,
    Tally,
    Task,
    TaskKind,
    micros,
)

BATCH = 64
"""Raw documents of one transaction: they are larger than what is made of them."""


def replay(
    store: Store,
    keeper: Keeper,
    rules: Rules,
    *,
    known: Furniture = nothing,
    outlet: OutletId | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
    refused: Refused | None = None,
) -> Tally:
    """Read every raw document that is kept once more, as if it came now; of one outlet, fetched in [since, until).

    What comes out differently replaces what that document had made, at the moment at which it was seen; the rest is
    `unchanged`, and nothing is written for it: an archive replayed by the code that made it stays as it is. `known`
    is what was learned of the outlets since. A document that cannot be read any more keeps what it made.
    """
    count = Count(progress, refused)
    after = 0
    while not (stop and stop.is_set()) and (raws := store.raws(after, BATCH, outlet=outlet, until=until)):
        after = raws[-1].key
        changes = _changes(
            [raw for raw in raws if since is None or raw.fetched_at >= since], store, keeper, rules, known
        )
        store.commit([change for change in changes if change.raw is not None])
        count.add(changes)
    return count.tally()


def _changes(raws: Sequence[Raw], store: Store, keeper: Keeper, rules: Rules, known: Furniture) -> list[Change]:
    said = [(raw, _read(raw, keeper, rules, known)) for raw in raws]
    ids = {parsed.article.id for _, parsed in said if parsed.article is not None}
    timelines: dict[ArticleId, Known | None] = dict(store.known(ids))
    changes = []
    for raw, parsed in said:
        id = parsed.article.id if parsed.article is not None else ""
        change = decide(parsed, timelines.get(id), raw.fetched_at, given=True)
        if parsed.reason in (Reason.INTERNAL, Reason.UNREADABLE):
            changes.append(change)
        elif _as_before(raw, parsed, timelines.get(id), store):
            changes.append(Change(parsed.where, Outcome.UNCHANGED, outlet=parsed.outlet, seen_at=raw.fetched_at))
        else:
            changes.append(replace(change, raw=raw))
            timelines[id] = learned(timelines.get(id), change)
    return changes


def _read(raw: Raw, keeper: Keeper, rules: Rules, known: Furniture) -> Parsed:
    document = keeper.read(raw)
    task = raw.task or Task(raw.url, TaskKind.PAGE, raw.outlet)
    if isinstance(document, Failure):
        return parse(document, rules, raw.fetched_at, task)
    if raw.article:  # it was the outlet's own then, whatever the outlet looks like and is called by now
        known = _without_verdict(known)
    return parse(replace(document, fetched_at=raw.fetched_at), rules, raw.fetched_at, task, known)


def _without_verdict(known: Furniture) -> Furniture:
    """What is known of outlets, without what tells their pages from those of others."""
    return lambda outlet, day: replace(known(outlet, day), pages=0)


def _as_before(raw: Raw, parsed: Parsed, known: Known | None, store: Store) -> bool:
    """Whether a raw document makes what it had made."""
    if parsed.article is None:
        return not raw.article
    if (raw.article, raw.digest) != (parsed.article.id, parsed.digest):
        return False
    first = min((at for at, digest in known.sightings if digest == raw.digest), default=None) if known else None
    if first != micros(raw.fetched_at):
        return True  # what is shown of this content is what an earlier document made
    stored = store.bodies([raw.article], raw.fetched_at).get(raw.article)
    return stored is not None and stored.article == parsed.article


def renew(store: Store) -> int:
    """Analyse every content again whose analysis is not by the present recipe; returns how many there were."""
    after = total = 0
    known = reader()
    while rows := store.outdated(RECIPE, after, BATCH):
        keys, articles = zip(*rows, strict=True)
        store.renew(dict(zip(keys, analyses(articles, known), strict=True)))
        after = rows[-1][0]
        total += len(rows)
    return total
