"""Reading the live web: what is watched, what is asked for once, what is read again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import cached_property
from queue import Empty, SimpleQueue

from warraq import outlets as registry
from warraq import pipeline, urls
from warraq.app.alerting import Alerting
from warraq.app.announcing import Announcing
from warraq.app.memory import give_back_free
from warraq.app.opened import RAW_FOLDER, SystemClock
from warraq.app.operating import Operating
from warraq.app.taking import http_fetcher
from warraq.errors import ArchiveLocked, NotFound, UsageError
from warraq.extract.knowledge import Learner, OutletKnowledge
from warraq.fetchers.raws import WarcKeeper
from warraq.ports import Fetcher
from warraq.schedule import Rhythm, windowed
from warraq.types import Outlet, OutletId, Rank, Tally, Task, TaskKind

FOLLOWED = 0.5
"""Seconds after which what was committed is looked at by the follower."""
STEPPED_BACK = 5.0
"""Seconds that a process leaves the index to another one before it tries again."""
TRIMMED = 3600.0
"""Seconds between two looks at how much the raw documents fill."""
STATES = 30.0
"""Seconds for which the outlets' states are taken as they were."""
_GIB = 1 << 30


class _Ended(Exception):
    """A follower is to end although it has not caught up; it goes on next time."""


def _until(ended: threading.Event | None) -> Callable[[int], None]:
    """Called after each batch of a step that may take long."""

    def look(done: int) -> None:
        if ended is not None and ended.is_set():
            raise _Ended

    return look


class Live(Operating, Alerting, Announcing):
    """Take what the web says into the archive."""

    def fetch(
        self,
        addresses: Iterable[str],
        *,
        outlet: OutletId = "",
        fetcher: Fetcher | None = None,
        progress: pipeline.Progress | None = None,
        refused: pipeline.Refused | None = None,
        stop: threading.Event | None = None,
    ) -> Tally:
        """Fetch feeds or pages, and the pages that the feeds name, over HTTP (or by another `fetcher`).

        Tasks left by a run that was cut short are worked off too. Raises `UsageError` for what is no address.
        """
        now = self.now()
        tasks = []
        for address in addresses:
            url = urls.canonical(address)
            if not url:
                raise UsageError(f"not an http(s) address: {urls.display(address)}")
            tasks.append(Task(url, TaskKind.ANY, outlet, now, again=True, rank=Rank.FEED))
        self._store.commit([], tasks=tasks)
        tally = self._crawl(fetcher, progress=progress, refused=refused, stop=stop)
        self.refresh()
        return tally

    def run(
        self,
        outlets: Collection[OutletId] | None = None,
        *,
        fetch: bool = True,
        workers: int | None = None,
        stop: threading.Event,
        fetcher: Fetcher | None = None,
        progress: pipeline.Progress | None = None,
        refused: pipeline.Refused | None = None,
        told: pipeline.Told | None = None,
    ) -> Tally:
        """Watch outlets until `stop` is set: read what they publish, index it, place it.

        `outlets`: those whose feeds, sitemaps and lists are watched from now on (default: all that are known and not
        disabled); what was watched before goes on. Without `fetch` nothing is asked for, and what other processes
        store is followed. `told` is called with every decision, `refused` with those that were rejected or failed.
        With `workers` above 1 all but one of them parse in processes of their own (as in `import_paths`). Several
        processes may run on one archive. Raises `NotFound` for an outlet nobody knows.
        """
        woken = threading.Event()
        again = SimpleQueue[OutletId]()
        failed: list[BaseException] = []
        ended = threading.Event()

        def follow(work: Callable[[], None]) -> None:
            while not ended.is_set():
                try:
                    work()
                except _Ended:
                    return
                except ArchiveLocked:  # another process is at it
                    ended.wait(STEPPED_BACK)
                except BaseException as error:
                    failed.append(error)
                    stop.set()
                    return

        def wake(tally: Tally) -> None:
            woken.set()
            if progress is not None:
                progress(tally)

        give_back_free()
        if fetch:
            self._watch(outlets)
        followers = [
            threading.Thread(target=follow, args=(lambda: self._follow(woken, ended),), daemon=True),
            threading.Thread(target=follow, args=(lambda: self._tend(again, ended),), daemon=True),
            threading.Thread(target=follow, args=(lambda: self._keep_alerting(ended),), daemon=True),
            threading.Thread(target=follow, args=(lambda: self._keep_announcing(ended),), daemon=True),
        ]
        for thread in followers:
            thread.start()
        try:
            if fetch:
                tally = self._crawl(
                    fetcher,
                    forever=True,
                    workers=workers,
                    stop=stop,
                    progress=wake,
                    refused=refused,
                    told=told,
                    ready=again.put,
                )
            else:
                stop.wait()
                tally = Tally(0, {}, {})
        finally:
            ended.set()
            woken.set()
            for thread in followers:
                thread.join()
        if failed:
            raise failed[0]
        with suppress(ArchiveLocked, _Ended):
            self._index_new(_until(ended))
        return tally

    def backfill(
        self,
        outlet: OutletId,
        since: datetime,
        before: datetime,
        *,
        fetcher: Fetcher | None = None,
        progress: pipeline.Progress | None = None,
        refused: pipeline.Refused | None = None,
        told: pipeline.Told | None = None,
        stop: threading.Event | None = None,
    ) -> Tally:
        """Read what an outlet published in [since, before), as its sitemaps say; after all that is fresh.

        Interrupted, it goes on when it is called again, or with the next `run`. Raises `NotFound` for an outlet
        nobody knows, `UsageError` for one without a sitemap or home page, or a window that holds nothing.
        """
        if since >= before:
            raise UsageError(f"nothing lies between {since:%Y-%m-%d} and {before:%Y-%m-%d}")
        known = self._known_outlet(outlet)
        sitemaps = known.sitemaps or ((urls.canonical("/sitemap.xml", known.home),) if known.home else ())
        if not any(sitemaps):
            raise UsageError(f"outlet {outlet}: no sitemap is known")
        tasks = [
            Task(windowed(url, since, before), TaskKind.SITEMAP, outlet, self.now(), again=True, rank=Rank.BACKFILL,
                 watch=True)
            for url in sitemaps
        ]  # fmt: skip
        self._store.commit([], tasks=tasks)
        tally = self._crawl(fetcher, progress=progress, refused=refused, told=told, stop=stop)
        self.refresh()
        return tally

    def replay(
        self,
        *,
        outlet: OutletId | None = None,
        since: datetime | None = None,
        before: datetime | None = None,
        progress: pipeline.Progress | None = None,
        refused: pipeline.Refused | None = None,
        stop: threading.Event | None = None,
    ) -> tuple[Tally, int]:
        """Derive articles anew from the raw documents that are kept, and analyses by the present recipe.

        Returns what became of the documents, and how many analyses were renewed.
        """
        tally = self._replay(outlet, since, before, progress, refused, stop)
        renewed = pipeline.renew(self._store)
        self.refresh()
        return tally, renewed

    def trim_raws(self) -> int:
        """Delete the files of raw documents that are too old or too many (settings); returns how many."""
        config, files = self.config, list(self._keeper.files())
        total, oldest = sum(file.size for file in files), self.now() - timedelta(days=config.raw_days)
        gone = 0
        for file in files:
            too_old = config.raw_days > 0 and file.at < oldest
            too_many = config.raw_gib > 0 and total > config.raw_gib * _GIB
            if file.open or not (too_old or too_many):
                continue
            self._store.drop_raws(file.name)  # first: what the store names must be there
            self._keeper.delete(file.name)
            total -= file.size
            gone += 1
        return gone

    # -- inside -------------------------------------------------------------------------------------------

    @cached_property
    def _keeper(self) -> WarcKeeper:
        return WarcKeeper(self.config.archive / RAW_FOLDER)

    def close(self) -> None:
        """Release everything. Safe to call twice."""
        self._keeper.close()
        super().close()

    def _crawl(
        self,
        fetcher: Fetcher | None,
        *,
        forever: bool = False,
        workers: int | None = 1,
        stop: threading.Event | None = None,
        progress: pipeline.Progress | None = None,
        refused: pipeline.Refused | None = None,
        told: pipeline.Told | None = None,
        ready: Callable[[OutletId], None] | None = None,
    ) -> Tally:
        config = self.config
        own = None if fetcher else http_fetcher(config, self.clock, across=False)
        means = pipeline.Means(
            rhythm=Rhythm(timedelta(minutes=config.poll_min), timedelta(minutes=config.poll_max)),
            threads=config.threads,
            processes=max((workers or config.workers or 1) - 1, 0),
            wanted=self._is_read(),
            passed=time.monotonic if isinstance(self.clock, SystemClock) else None,
        )
        try:
            return pipeline.crawl(
                self._store,
                fetcher or own or http_fetcher(config, self.clock),
                self._rules(),
                self.clock,
                means=means,
                keeper=self._keeper,
                learner=Learner(),
                forever=forever,
                stop=stop,
                progress=progress,
                refused=refused,
                told=told,
                ready=ready,
            )
        finally:
            if own is not None:
                own.close()

    def _is_read(self) -> Callable[[OutletId], bool]:
        """Whether an outlet is read, by what the operator has decided lately."""
        disabled: set[OutletId] = set()
        looked = float("-inf")

        def wanted(outlet: OutletId) -> bool:
            nonlocal disabled, looked
            if time.monotonic() - looked > STATES:
                disabled = {state.outlet for state in self._store.outlet_states().values() if state.disabled}
                looked = time.monotonic()
            return outlet not in disabled

        return wanted

    def _watch(self, outlets: Collection[OutletId] | None) -> None:
        """Have what outlets publish asked for again and again."""
        known = self._rules().by_id
        states = self._store.outlet_states()
        chosen = known if outlets is None else {id: self._known_outlet(id) for id in outlets}
        now, tasks = self.now(), []
        for id, outlet in chosen.items():
            if id in states and states[id].disabled:
                continue
            for kind, places in (
                (TaskKind.FEED, outlet.feeds),
                (TaskKind.SITEMAP, outlet.sitemaps),
                (TaskKind.LIST, outlet.lists),
            ):
                tasks += [Task(url, kind, id, now, rank=Rank.FEED, watch=True) for url in places]
        self._store.commit([], tasks=tasks)

    def _known_outlet(self, id: OutletId) -> Outlet:
        found = self._store.outlet(id) or registry.load().get(id)
        if found is None:
            raise NotFound(f"no outlet {id!r}")
        return found

    def _follow(self, woken: threading.Event, ended: threading.Event) -> None:
        """Index what was committed, as soon as it is."""
        woken.wait(FOLLOWED)
        woken.clear()
        if self._lags():
            self._index_new(_until(ended))
            ended.wait(FOLLOWED)  # a commit of the index costs the same for one article and for many

    def _tend(self, again: SimpleQueue[OutletId], ended: threading.Event) -> None:
        """What may take longer: place what is new, read first pages again, keep the raw documents in bounds."""
        # One process places for all: each would have to read what the others placed before its next article.
        if self._placing.taken() and pipeline.place(self._store, self._places, progress=_until(ended)):
            self._background_of.cache_clear()
        with suppress(Empty):
            self._replay(again.get_nowait(), None, None, None, None, ended)
        if time.monotonic() >= self._trim_at:
            self._trim_at = time.monotonic() + TRIMMED
            self.trim_raws()
            self.mark_lost(self.health())
        ended.wait(FOLLOWED)

    _trim_at = 0.0

    def _replay(
        self,
        outlet: OutletId | None,
        since: datetime | None,
        before: datetime | None,
        progress: pipeline.Progress | None,
        refused: pipeline.Refused | None,
        stop: threading.Event | None,
    ) -> Tally:
        rules = self._rules()
        learner = Learner(self._store.knowledge({outlet} if outlet else rules.by_id.keys()))

        def known(id: OutletId, day: date) -> OutletKnowledge:
            if not learner.has(id):
                learner.load({id: b"", **self._store.knowledge({id})})
            return learner.known(id, day)

        return pipeline.replay(
            self._store,
            self._keeper,
            rules,
            known=known,
            outlet=outlet,
            since=since,
            until=before,
            stop=stop,
            progress=progress,
            refused=refused,
        )
