"""The live loop: claim what is due, fetch, parse, decide, commit. It never waits for the slowest host.

One thread claims and commits; others fetch, each from one host at a time. What they bring is committed in batches: one
transaction for the articles, the tasks that feeds yield, the ends of the leases and the validators, so that a kill at
any moment loses nothing and doubles nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from queue import Empty, Full, Queue, SimpleQueue

from warraq.errors import LeaseLost, WarraqError
from warraq.extract.knowledge import Learner, OutletKnowledge, Taught
from warraq.parse import Rules
from warraq.pipeline.parsing import Parsers
from warraq.pipeline.steps import Count, Progress, Refused, decide_all
from warraq.ports import Clock, Fetcher, Keeper, Store
from warraq.schedule import HOPS, Brought, Rhythm, after, follow, too_far
from warraq.types import (
    EPOCH,
    Change,
    Done,
    Failure,
    Lease,
    NotModified,
    Outcome,
    OutletId,
    Parsed,
    Raw,
    RawDocument,
    Reason,
    Record,
    Redirect,
    Tally,
    Task,
    Visit,
)

LEASE = timedelta(minutes=5)
"""All workers of an archive lease for so long."""
MARGIN = timedelta(seconds=90)
"""A task is not begun when less than this is left of its lease."""
PER_HOST = 8
"""Tasks of one host that a thread takes at a time."""
SLICE = 5.0
"""Seconds after which it hands the rest back, so that what is fresher by then comes first."""
BATCH = 128
"""Documents of one transaction at most."""
LINGER = 0.25
"""Seconds that a document waits for others to be committed with."""
LOOK = 0.25
"""Seconds after which an idle loop looks for due tasks again."""
GRACE = 3.0
"""Seconds that running fetches have to end when the loop is stopped."""
PATIENCE = timedelta(seconds=60)
"""A loop that is to end waits so long for a host that wants a pause."""
SET = 0.01
"""Seconds that the clock of the day may run ahead of the one that only goes forward without having been set."""
REST = 30.0
"""Seconds that nothing is begun after it was set, at most: longer than a request and the pause after it. Also those
that a host is left alone whose answer was under way when the loop ended."""
PUT_OFF = timedelta(days=1)
"""Tasks of an outlet that is not read wait for so long."""

Fetched = RawDocument | Record | NotModified | Redirect | Failure
Told = Callable[[Change], None]
"""Called with every decision, once it is committed."""

GONE = (404, 410)
_INSTANT = timedelta(microseconds=1)
_KEPT = frozenset({Outcome.NEW, Outcome.REVISED, Outcome.REJECTED})


@dataclass(frozen=True, slots=True)
class Means:
    """With what a loop works. ``threads`` fetch at the same time, each from another host."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    threads: int = 8
    processes: int = 0
    """That parse, beside this one; 0: this one does it."""
    wanted: Callable[[OutletId], bool] = lambda outlet: True
    """Whether an outlet is read; tasks of others are put off."""
    passed: Callable[[], float] | None = None
    """Seconds that only go forward, by which it is told whether the clock of the day was set; None: it never is."""


def crawl(
    store: Store,
    fetcher: Fetcher,
    rules: Rules,
    clock: Clock,
    *,
    means: Means | None = None,
    keeper: Keeper | None = None,
    learner: Learner | None = None,
    forever: bool = False,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
    refused: Refused | None = None,
    told: Told | None = None,
    ready: Callable[[OutletId], None] | None = None,
) -> Tally:
    """Work off every task that is due, then end, or with `forever` wait for the next until `stop` is set.

    Feeds yield tasks, pages articles. `keeper` keeps the raw documents that were new, revised, rejected or failed
    here. `learner` learns what an outlet's pages share; `ready` is called once it knows enough of an outlet.
    `stop` ends the loop within some seconds: running fetches are committed or, after `GRACE`, given back.
    """
    known = _Known(learner or Learner(), store, ready)
    count = Count(progress, refused)
    loop = _Loop(store, fetcher, rules, clock, means or Means(), keeper, known, count, told)
    return loop.run(forever, stop or threading.Event())


@dataclass(slots=True)
class _Item:
    """One task that was worked: what was found, when, and what that says."""

    lease: Lease
    found: Fetched
    at: datetime
    parsed: Future[Parsed] | None
    said: Parsed | None = None
    raw: Raw | None = None


@dataclass(frozen=True, slots=True)
class _Idle:
    """A thread has no work any more, and left these of its tasks undone; `error` is what ended it."""

    left: Sequence[Lease] = ()
    error: BaseException | None = None


class _Known:
    """A learner that several threads ask while one teaches it."""

    def __init__(self, learner: Learner, store: Store, ready: Callable[[OutletId], None] | None) -> None:
        self._learner, self._store, self._ready = learner, store, ready
        self._guard = threading.Lock()
        self._loaded: set[OutletId] = set()
        self._told: set[OutletId] = set()

    def load(self, outlets: set[OutletId]) -> None:
        """Have what the store keeps of these outlets."""
        if missing := outlets - self._loaded:
            with self._guard:
                self._learner.load(
                    {o: k for o, k in self._store.knowledge(missing).items() if not self._learner.has(o)}
                )
                self._told |= {outlet for outlet in missing if self._learner.ready(outlet)}
                self._loaded |= missing

    def __call__(self, outlet: OutletId, day: date) -> OutletKnowledge:
        with self._guard:
            return self._learner.known(outlet, day)

    def learn(self, parsed: Parsed) -> None:
        with self._guard:
            self._learner.learn(parsed)

    def unsaved(self) -> dict[OutletId, Taught]:
        """What is to be committed; it stays so until `saved`."""

        def guarded(taught: Taught) -> Taught:
            def call(stored: bytes) -> bytes:
                with self._guard:
                    return taught(stored)

            return call

        return {outlet: guarded(taught) for outlet, taught in self._learner.unsaved().items()}

    def saved(self) -> None:
        with self._guard:
            outlets = self._learner.saved()
        for outlet in sorted(outlets - self._told):
            if self._learner.ready(outlet):
                self._told.add(outlet)
                if self._ready is not None:
                    self._ready(outlet)


class _Loop:
    """One run of the loop. All of it is the work of one thread, but `_hand`, which is what the others do."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        rules: Rules,
        clock: Clock,
        means: Means,
        keeper: Keeper | None,
        known: _Known,
        count: Count,
        told: Told | None,
    ) -> None:
        self._store, self._fetcher, self._rules, self._clock, self._means = store, fetcher, rules, clock, means
        self._keeper, self._known, self._count, self._told = keeper, known, count, told
        self._parsers = Parsers(rules, means.processes)
        self._work: SimpleQueue[Sequence[Lease] | None] = SimpleQueue()
        self._results: Queue[_Item | _Idle] = Queue(max(BATCH, 2 * means.threads))
        self._halt = threading.Event()
        """Nothing new is begun."""
        self._busy = 0
        """Threads that have work."""
        self._held: dict[int, Lease] = {}
        """Leases that they have not worked yet, by token."""
        self._begun: set[int] = set()
        """Tokens of those whose hosts have been asked."""
        self._left: list[Lease] = []
        """Leases to give back."""
        self._pending: list[_Item] = []
        """What is to be committed next."""
        self._commit_at = self._look_at = self._rest_until = 0.0
        self._ahead: tuple[float, float] | None = None
        """By how many seconds the clock of the day was ahead of the one that only goes forward: at least, at most."""
        self._seen = EPOCH
        """When the last document was seen."""
        self._more = False
        """Whether more was due than there were threads for."""

    def run(self, forever: bool, stop: threading.Event) -> Tally:
        """Go on until nothing is due, or until `stop`."""
        for _ in range(self._means.threads):
            threading.Thread(target=self._hand, daemon=True).start()
        try:
            end_at = float("inf")
            while (now := time.monotonic()) < end_at:
                if stop.is_set() and not self._halt.is_set():
                    self._halt.set()
                    end_at = now + GRACE
                found = self._claim(now)
                if self._pending and (
                    len(self._pending) >= BATCH or now >= self._commit_at or not self._held or self._halt.is_set()
                ):
                    self._commit()
                elif self._busy or self._pending or not self._results.empty():
                    look_at = self._look_at if self._busy < self._means.threads else now + LOOK
                    self._receive(min(look_at, end_at, *([self._commit_at] if self._pending else [])) - now)
                elif self._halt.is_set() or not (found or forever or self._wait_for_hosts()):
                    break
                elif not found:
                    stop.wait(max(self._look_at - now, 0.0))
                self._give_back()
            self._receive(0.0)
            if self._pending:
                self._commit()
        finally:
            self._end()
        return self._count.tally()

    # --- leases -------------------------------------------------------------------------------------------

    def _claim(self, now: float) -> bool:
        """Give due tasks to threads that are free; whether there were any."""
        free = self._means.threads - self._busy
        if free <= 0 or now < self._look_at or self._halt.is_set():
            return False
        at = self._now()
        if time.monotonic() < self._rest_until:
            self._look_at = self._rest_until
            return False
        leases = self._store.claim(at, free * PER_HOST, LEASE, per_host=PER_HOST, hosts=free)
        self._put_off([lease for lease in leases if not self._means.wanted(lease.task.outlet)], at)
        wanted = [lease for lease in leases if self._means.wanted(lease.task.outlet)]
        self._known.load({lease.task.outlet for lease in wanted if lease.task.outlet})
        for _, batch in groupby(wanted, lambda lease: lease.host):
            tasks = list(batch)
            self._held.update((lease.token, lease) for lease in tasks)
            self._busy += 1
            self._work.put(tasks)
        self._more = self._busy >= self._means.threads
        self._look_at = now if leases and not wanted else now + LOOK
        return bool(leases)

    def _now(self) -> datetime:
        """The present moment. If the clock was set since this was last asked, nothing is begun for a while.

        By it end the leases and the pauses of other workers: some of them may still be asking.
        """
        if self._means.passed is None:
            return self._clock.now()
        before, began, at, ended = self._ahead, self._means.passed(), self._clock.now(), self._means.passed()
        self._ahead = at.timestamp() - ended, at.timestamp() - began  # between the two: a thread may be held up
        if before is not None and (by := max(self._ahead[0] - before[1], before[0] - self._ahead[1])) > SET:
            self._rest_until = max(self._rest_until, time.monotonic() + min(by, REST))
        return at

    def _put_off(self, leases: Sequence[Lease], at: datetime) -> None:
        """Tasks of outlets that are not read wait."""
        if leases:
            self._store.commit([], done=[Done(lease, lease.task.visit, at + PUT_OFF) for lease in leases], now=at)

    def _give_back(self) -> None:
        if self._left:
            self._store.release(self._left)
            self._left = []
            self._look_at = 0.0

    def _wait_for_hosts(self) -> bool:
        """Wait a moment if something is due whose host wants a pause; false if that is not worth while."""
        now = self._clock.now()
        next_at = self._store.waiting(now).next_at
        if next_at is None or next_at - now > PATIENCE:
            return False
        rest = self._rest_until - time.monotonic()
        self._clock.sleep(min(max((next_at - now).total_seconds(), rest, 0.001), LOOK))
        self._look_at = 0.0
        return True

    def _end(self) -> None:
        """Let the threads go, and give back what they have not worked."""
        self._halt.set()
        for _ in range(self._means.threads):
            self._work.put(None)
        self._parsers.close()
        waiting, begun = list(self._left), [item.lease for item in self._pending]
        for token, lease in self._held.items():
            (begun if token in self._begun else waiting).append(lease)
        if waiting:
            with suppress(WarraqError):
                self._store.release(waiting)
        now = self._clock.now()
        for lease in begun:  # its host may still be answering, and wants a pause then
            with suppress(WarraqError):
                again = Done(lease, lease.task.visit, lease.task.due, free_at=now + timedelta(seconds=REST))
                self._store.commit([], done=[again], now=now)

    # --- fetching -----------------------------------------------------------------------------------------

    def _hand(self) -> None:
        """What a thread does: the tasks of one host after the other."""
        while (leases := self._work.get()) is not None:
            try:
                self._put(_Idle(self._fetch(leases)))
            except BaseException as error:  # it is the loop's to raise
                self._put(_Idle(error=error))

    def _fetch(self, leases: Sequence[Lease]) -> Sequence[Lease]:
        """Ask a host for one task after the other; returns those that were not begun."""
        begun = time.monotonic()
        for number, lease in enumerate(leases):
            late = self._clock.now() > lease.until - MARGIN
            if self._halt.is_set() or late or (number and time.monotonic() - begun > SLICE):
                return leases[number:]
            self._begun.add(lease.token)
            found = next((found for _, found in self._fetcher.fetch([lease.task])), None)
            if found is None:  # the fetcher was closed
                self._begun.discard(lease.token)
                return leases[number:]
            if isinstance(found, Redirect) and too_far(lease.task):
                found = Failure(lease.task.url, Reason.REDIRECTS, f"more than {HOPS} hosts, the last {found.target}")
            at = found.fetched_at if isinstance(found, RawDocument) else self._clock.now()
            parsed = None
            if not isinstance(found, Redirect):
                parsed = self._parsers.submit(found, at, lease.task, self._known)
            self._put(_Item(lease, found, at, parsed))
        return ()

    def _put(self, result: _Item | _Idle) -> None:
        while True:
            with suppress(Full):
                self._results.put(result, timeout=1.0)
                return
            if self._halt.is_set():
                return

    def _receive(self, wait: float) -> None:
        """Take what the threads have brought, waiting for the first of it."""
        with suppress(Empty):
            result = self._results.get(timeout=max(wait, 0.001))
            while True:
                if isinstance(result, _Idle):
                    if result.error is not None:
                        raise result.error
                    self._busy -= 1
                    for lease in result.left:
                        del self._held[lease.token]
                    self._left += result.left
                    if self._more:
                        self._look_at = 0.0
                else:
                    if not self._pending:
                        self._commit_at = time.monotonic() + LINGER
                    self._pending.append(result)
                    self._begun.discard(result.lease.token)
                    del self._held[result.lease.token]
                if len(self._pending) >= BATCH:
                    return
                result = self._results.get_nowait()

    # --- committing ---------------------------------------------------------------------------------------

    def _commit(self) -> None:
        items, self._pending = self._pending, []
        self._settle(items)
        self._look_at = 0.0  # tasks have come, and hosts are free

    def _settle(self, items: Sequence[_Item]) -> None:
        """Decide and commit. A lease that was lost spoils only what came of it."""
        try:
            changes = self._store_all(items)
        except LeaseLost:
            if len(items) == 1:
                return  # another worker has the task by now, and stores what we would have stored
            half = len(items) // 2
            self._settle(items[:half])
            self._settle(items[half:])
            return
        self._known.saved()
        self._count.add(changes)
        if self._told is not None:
            for change in changes:
                self._told(change)

    def _store_all(self, items: Sequence[_Item]) -> list[Change]:
        now = self._clock.now()
        items = sorted(items, key=lambda item: item.at)
        for item in items:
            if item.parsed is not None and item.said is None and not isinstance(item.found, Redirect):
                item.said = self._parsers.result(item.parsed, item.found, item.at, item.lease.task, self._known)
                self._known.learn(item.said)
        said = [(item, item.said) for item in items if item.said is not None]
        # Seen when it is stored, a moment each in the order of fetching: nobody has asked as of a later moment, and
        # what is derived in the order of first seeing goes on from where it stands.
        first = max(now, self._seen + _INSTANT) if self._seen - now < LEASE else now  # later: the clock was set back
        seen = [(parsed, first + n * _INSTANT) for n, (_, parsed) in enumerate(said)]
        changes = decide_all(seen, self._store)
        changes = [_told_of(change, item) for change, (item, _) in zip(changes, said, strict=True)]
        led_to = [self._led_to(item, now) for item in items]
        unheard = self._store.unheard({task.url for tasks in led_to for task in tasks})
        by_token = {item.lease.token: change for change, (item, _) in zip(changes, said, strict=True)}
        done, given_up = list[Done](), dict[int, str]()
        for item, tasks in zip(items, led_to, strict=True):
            brought = _brought(item.said, by_token.get(item.lease.token), tasks, unheard)
            following = after(item.lease.task, item.found, brought, now, self._means.rhythm)
            given_up[item.lease.token] = following.given_up
            done.append(Done(item.lease, following.visit, following.due, following.rank, following.free_at))
        self._keep(changes, [item for item, _ in said])
        changes = [
            _final(change, item, given_up[item.lease.token]) for change, (item, _) in zip(changes, said, strict=True)
        ]
        self._store.commit(
            changes,
            tasks=[task for tasks in led_to for task in tasks],
            done=done,
            knowledge=self._known.unsaved(),
            now=now,
        )
        self._seen = seen[-1][1] if seen else self._seen
        return changes

    def _led_to(self, item: _Item, now: datetime) -> list[Task]:
        """The tasks that a feed yields."""
        if item.said is None or item.said.feed is None or not isinstance(item.found, RawDocument):
            return []
        task, at = item.lease.task, item.found.url

        def owner(url: str) -> OutletId | None:
            return self._rules.owner(url, at, task)

        return list(follow(task, item.said.feed, item.said.outlet, now, owner))

    def _keep(self, changes: Sequence[Change], items: Sequence[_Item]) -> None:
        """Keep the raw documents that may be read again; all are synced at once."""
        if self._keeper is None:
            return
        kept = [
            (item, item.found)
            for change, item in zip(changes, items, strict=True)
            if item.raw is None
            and isinstance(item.found, RawDocument)
            and (change.outcome in _KEPT or change.reason is Reason.INTERNAL)
            and change.reason is not Reason.FORGOTTEN
        ]
        if kept:
            raws = self._keeper.keep([document for _, document in kept])
            for (item, _), raw in zip(kept, raws, strict=True):
                item.raw = raw


def _told_of(change: Change, item: _Item) -> Change:
    """The change with what the answer was. What is gone, or still there, is told by the article's own address."""
    found, task = item.found, item.lease.task
    status = {RawDocument: 200, NotModified: 304}.get(type(found), 0)
    if isinstance(found, RawDocument | Failure):
        status = found.status
    if change.outcome is Outcome.UNCHANGED or status in GONE:
        change = replace(change, where=task.visit.article or task.url)
    return replace(change, status=status)


def _final(change: Change, item: _Item, given_up: str) -> Change:
    if given_up:
        change = replace(change, detail="; ".join(filter(None, (change.detail, f"given up: {given_up}"))))
    if item.raw is None or change.seen_at is None:
        return change
    task = replace(item.lease.task, visit=Visit())
    return replace(change, raw=replace(item.raw, outlet=change.outlet, fetched_at=change.seen_at, task=task))


def _brought(said: Parsed | None, change: Change | None, tasks: Sequence[Task], unheard: Collection[str]) -> Brought:
    if said is None or change is None:
        return Brought(Outcome.UNCHANGED)
    return Brought(
        change.outcome,
        change.reason,
        said.feed,
        len({task.url for task in tasks} & set(unheard)),
        said.article.url if said.article else "",
        said.article.published.at if said.article and said.article.published else None,
    )
