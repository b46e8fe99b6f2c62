"""What the operator sees and does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

from warraq import outlets as registry
from warraq.app.opened import RAW_FOLDER, STORE_FILE
from warraq.app.taking import Taking
from warraq.errors import ArchiveCorrupt, ArchiveLocked, NotFound, UsageError
from warraq.fetchers.raws import WarcKeeper
from warraq.health import FAR_BEHIND, RECENT, WINDOW, Vitals, lost, signs
from warraq.stores.sqlite import VERSION, SqliteStore, file_version
from warraq.types import (
    FOREVER,
    ArticleId,
    Change,
    DayCount,
    Failure,
    Forgotten,
    OutletId,
    OutletState,
    Reason,
    Sign,
    Task,
    Waiting,
    micros,
)

_BATCH = 500
_TITLES = 15
_COPIED = 1 << 20
_END = datetime.max.replace(tzinfo=UTC)

Interval = tuple[ArticleId, int, int, int]


class Operating(Taking):
    """What became of everything, and keeping an archive in order."""

    # -- what is seen -------------------------------------------------------------------------------------

    def failures(
        self, limit: int = 50, *, outlet: OutletId | None = None, reason: Reason | None = None
    ) -> Sequence[Change]:
        """The newest documents that were rejected or failed, of an outlet, for a reason. Only thousands are kept."""
        if outlet is None and reason is None:
            return self._store.failures(limit)
        found = (
            change
            for change in self._store.failures(1_000_000)
            if outlet in (None, change.outlet) and reason in (None, change.reason)
        )
        return [change for _, change in zip(range(limit), found, strict=False)]

    def outcomes(self, since: date, *, outlet: OutletId | None = None, reason: Reason | None = None) -> list[DayCount]:
        """What became of all documents, counted by day (UTC) and outlet, from a day on."""
        counts = self._store.day_counts(since, outlet=outlet)
        return [count for count in counts if reason in (None, count.reason)]

    def waiting(self) -> Waiting:
        """The frontier in numbers."""
        return self._store.waiting(self.now())

    def watched(self) -> Sequence[Task]:
        """The feeds, sitemaps and lists that are read again and again, with what is remembered of their visits."""
        return self._store.watched()

    def health(self) -> list[Sign]:
        """What is not as it should be, the gravest first. Changes nothing."""
        return signs(self._vitals())

    def mark_lost(self, found: Sequence[Sign]) -> list[OutletId]:
        """Mark the outlets whose addresses, by these signs, lead to somebody else: their links are not offered."""
        states = self._store.outlet_states()
        ids = lost(found, states)
        for id in ids:
            state = states.get(id) or OutletState(id)
            self._store.save_outlet_state(replace(state, unsafe_since=self.now()))
        return ids

    def _vitals(self) -> Vitals:
        now = self.now()
        counts = self._store.day_counts((now - timedelta(days=WINDOW)).date())
        recent = {count.outlet for count in counts if (now.date() - count.day).days < RECENT} - {""}
        newest = self._store.latest(_END, 1)
        disk = shutil.disk_usage(self.config.archive)
        return Vitals(
            now=now,
            days=counts,
            watched=self._store.watched(),
            last_seen={count.outlet.id: count.last_seen_at for count in self._store.outlets(now)},
            titles={id: [b.title for b in self._store.latest(now, _TITLES, outlet=id)] for id in sorted(recent)},
            states=self._store.outlet_states(),
            behind=self.behind(),
            disk_free=disk.free,
            disk_size=disk.total,
            newest=newest[0].first_seen_at if newest else None,
        )

    def ready(self) -> str:
        """Why the archive does not answer as it should; ``""`` when it does."""
        self._store.latest(self.now(), 1)
        behind = self.behind()
        return f"the index is {behind} changes behind the store" if behind > FAR_BEHIND else ""

    # -- outlets ------------------------------------------------------------------------------------------

    def outlet_states(self) -> Mapping[OutletId, OutletState]:
        """What was decided or noticed of outlets; those nobody said anything of are absent."""
        return self._store.outlet_states()

    def set_outlet(self, id: OutletId, *, disabled: bool, note: str = "") -> OutletState:
        """Read an outlet no more, or again. Reading it again takes back that its links are unsafe.

        Then what was learned of its pages is forgotten too, as they may have become others: it is learned anew.
        Raises `NotFound` for an outlet that neither the archive nor the package knows.
        """
        known = self._store.outlet(id) or registry.load().get(id) or self._store.latest(_END, 1, outlet=id)
        if not known:
            raise NotFound(f"no outlet {id[:60]!r}")
        before = self._store.outlet_states().get(id) or OutletState(id)
        state = OutletState(id, disabled, before.unsafe_since if disabled else None, note or before.note)
        self._store.save_outlet_state(state)
        if before.unsafe_since is not None and state.unsafe_since is None:
            self._store.commit([], knowledge={id: lambda stored: b""})
        return state

    # -- takedowns ----------------------------------------------------------------------------------------

    def forget(self, article: str, reason: str, *, wipe: bool = False) -> Forgotten:
        """Erase an article everywhere: store, index, raw documents. It does not come back. Raises `NotFound`.

        Deleted bytes are overwritten in the store and in the WARC files; an index may keep words of it until it
        merges its files. With `wipe` store and index are written anew, so that nothing can be recovered from them.
        """
        if not reason.strip():
            raise UsageError("a reason is needed: it is kept in the log of takedowns")
        id = self.revision(article).article.id
        keeper = WarcKeeper(self.config.archive / RAW_FOLDER)
        for raw in self._store.raws_of(id):
            keeper.erase(raw)
        found = self._store.forget(id, reason.strip(), self.now())
        if found is None:
            raise NotFound(f"no article {article}")
        if wipe:
            self._store.compact()
        self.refresh(rebuild=wipe)
        return found

    def forgotten(self) -> Sequence[Forgotten]:
        """All that was taken down, newest first."""
        return self._store.forgotten()

    # -- keeping ------------------------------------------------------------------------------------------

    def backup(self, path: Path, *, raws: Path | None = None) -> list[str]:
        """A consistent copy of the store into a new file, while others read and write.

        With `raws` the raw documents that the copy names are copied into that folder; files that are there already
        with as much are left. Returns the names of those that could not be had (deleted meanwhile by age or size).
        """
        self._store.backup(path)
        if raws is None:
            return []
        raws.mkdir(parents=True, exist_ok=True)
        with SqliteStore(path, read_only=True) as copy:
            ends = _ends(copy)
        folder = self.config.archive / RAW_FOLDER
        return [name for name, end in sorted(ends.items()) if not _copy(folder, raws, name, end)]

    def verify(self, *, raws: bool = False, progress: Callable[[int], None] | None = None) -> list[str]:
        """What is wrong with the archive, a line each; empty if it is sound.

        Looks at the store's file and tables, at the checksums of the whole index, reads every state of every article,
        and compares the index with them;
        with `raws` it also reads every raw document. Others may go on writing: what is seen from now on is left out.
        """
        found = list(self._store.problems())
        damaged = self._index.damage()
        behind = 0 if damaged else self._behind_at_rest()
        cut = micros(self.now())
        stored, indexed = _Sum(cut), _Sum(cut)
        try:
            for interval in self._intervals(progress):
                stored.add(interval)
        except (ArchiveCorrupt, ValueError, KeyError, TypeError) as error:
            return [*found, f"articles cannot be read: {type(error).__name__}: {str(error)[:200]}"]
        if damaged:
            found.append(f"the index is damaged ({damaged}): `run` builds it anew, or `warraq index`")
        elif behind:
            found.append(f"the index is {behind} changes behind the store: `warraq index`")
        else:
            for interval in self._index.intervals():
                indexed.add(interval)
            if indexed != stored:
                counts = f"{indexed.count} states in the index, {stored.count} in the store"
                found.append(f"the index is not that of the store ({counts}): `warraq index --rebuild`")
        if raws:
            found += self._raw_problems()
        return found

    def _behind_at_rest(self) -> int:
        """How far the index is behind; while others write it is mostly for a moment."""
        for _ in range(20):
            if not self.behind():
                break
            self.clock.sleep(0.1)
        return self.behind()

    def _intervals(self, progress: Callable[[int], None] | None) -> Iterator[Interval]:
        """Every state of every article with the moments between which it was in force."""
        after: tuple[int, ArticleId] | None = None
        done = 0
        while articles := self._store.first_seen(after, _BATCH):
            after = articles[-1]
            for id, states in self._store.histories([id for _, id in articles]).items():
                for state in states:
                    until = FOREVER if state.until is None else micros(state.until)
                    yield id, state.key, micros(state.seen_at), until
            done += len(articles)
            if progress is not None:
                progress(done)

    def _raw_problems(self) -> Iterator[str]:
        keeper = WarcKeeper(self.config.archive / RAW_FOLDER)
        after = 0
        while rows := self._store.raws(after, _BATCH):
            after = rows[-1].key
            for raw in rows:
                if isinstance(found := keeper.read(raw), Failure):
                    yield f"raw document {raw.file}:{raw.offset} of {raw.url}: {found.detail}"


def migrate(folder: Path) -> tuple[int, int]:
    """Bring the archive in a folder up to date; returns the versions from and to. Opening it does so by itself."""
    path = folder / STORE_FILE
    before = file_version(path)
    if before == 0:
        raise NotFound(f"no archive in {folder}")
    if before < VERSION and not os.access(folder, os.W_OK):
        raise ArchiveLocked(f"{path}: version {before}; the folder cannot be written to")
    if before < VERSION:
        SqliteStore(path).close()
    return before, VERSION


class _Sum:
    """A sum over intervals as they were known at `cut` (microseconds), which does not depend on their order."""

    def __init__(self, cut: int) -> None:
        self._cut = cut
        self.count = self._total = 0

    def add(self, interval: Interval) -> None:
        article, key, seen_at, until = interval
        if seen_at <= self._cut:
            known = (article, key, seen_at, until if until <= self._cut else FOREVER)
            self.count += 1
            self._total += int.from_bytes(blake2b(repr(known).encode(), digest_size=8).digest(), "big")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sum) and (self.count, self._total) == (other.count, other._total)

    __hash__ = None  # type: ignore[assignment]


def _ends(store: SqliteStore) -> dict[str, int]:
    """The files of raw documents that a store names, with how many bytes of each."""
    ends: dict[str, int] = {}
    after = 0
    while rows := store.raws(after, 10_000):
        after = rows[-1].key
        for raw in rows:
            ends[raw.file] = max(ends.get(raw.file, 0), raw.offset + raw.size)
    return ends


def _copy(source: Path, target: Path, name: str, size: int) -> bool:
    """Copy the first `size` bytes of a file that may still be written to; false if it is not there."""
    place = target / name
    if place.exists() and place.stat().st_size >= size:
        return True
    for path in (source / name, source / f"{name}.open", source / name):
        with suppress(FileNotFoundError), path.open("rb") as file:
            partial = target / f"{name}.partial"
            with partial.open("wb") as copy:
                left = size
                while left > 0 and (data := file.read(min(left, _COPIED))):
                    copy.write(data)
                    left -= len(data)
                copy.flush()
                os.fsync(copy.fileno())
            partial.replace(place)
            return left == 0
    return False
