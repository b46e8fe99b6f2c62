"""The embedded store: one SQLite file. What the methods promise stands in ``ports.Store``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from warraq.stores.sqlite import (
    alerting,
    frontier,
    marks,
    operating,
    placing,
    raws,
    reading,
    rewriting,
    standing,
    writing,
)
from warraq.stores.sqlite.connections import Connections
from warraq.types import (
    FOREVER,
    Analysis,
    Arrival,
    Article,
    ArticleId,
    Brief,
    Change,
    DayCount,
    Delivery,
    Done,
    Forgotten,
    Known,
    Lease,
    Logged,
    Mark,
    Outlet,
    OutletCount,
    OutletId,
    OutletState,
    Outline,
    Placed,
    Placement,
    Raw,
    Revision,
    SavedSearch,
    Selection,
    Stats,
    Task,
    Told,
    Waiting,
    Watching,
    micros,
    moment,
)


class SqliteStore:
    """An archive in one SQLite file, in WAL mode with ``synchronous=FULL``: what was acknowledged is on disk.

    `path` is the file (made, with its directory, if it is not there) or ``:memory:``. Safe to use from several
    threads and processes: readers never wait; writers take turns, and one that waited longer than `timeout` seconds
    raises `ArchiveLocked`, as does writing to a store opened with `read_only`.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False, timeout: float = 30.0) -> None:
        self._db = Connections(path, read_only, timeout)

    def __enter__(self) -> SqliteStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- writing ------------------------------------------------------------------------------------------

    def known(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Known]:
        with self._db.reading() as db:
            return reading.known(db, ids)

    def commit(
        self,
        changes: Sequence[Change],
        *,
        tasks: Sequence[Task] = (),
        done: Sequence[Done] = (),
        knowledge: Mapping[OutletId, Callable[[bytes], bytes]] | None = None,
        now: datetime | None = None,
    ) -> int:
        with self._db.writing() as db:
            frontier.finish(db, done, None if now is None else micros(now))
            frontier.add(db, tasks)
            writing.record(db, changes)
            operating.note_removals(db, changes)
            raws.save_knowledge(db, knowledge or {})
            return reading.last_change(db)

    def save_outlets(self, outlets: Collection[Outlet]) -> None:
        with self._db.writing() as db:
            writing.save_outlets(db, outlets)

    def saved_outlets(self) -> Sequence[Outlet]:
        with self._db.reading() as db:
            return reading.saved_outlets(db)

    # -- the frontier -------------------------------------------------------------------------------------

    def claim(
        self, now: datetime, limit: int, lease: timedelta, *, per_host: int = 8, hosts: int | None = None
    ) -> Sequence[Lease]:
        with self._db.writing() as db:
            return frontier.claim(db, micros(now), limit, micros(now + lease), per_host, hosts)

    def unheard(self, urls: Collection[str]) -> Collection[str]:
        with self._db.reading() as db:
            return frontier.unheard(db, urls)

    def release(self, leases: Sequence[Lease]) -> None:
        with self._db.writing() as db:
            frontier.release(db, leases)

    def waiting(self, now: datetime) -> Waiting:
        with self._db.reading() as db:
            return frontier.waiting(db, micros(now))

    # -- raw documents ------------------------------------------------------------------------------------

    def raws(
        self, after: int, limit: int, *, outlet: OutletId | None = None, until: datetime | None = None
    ) -> Sequence[Raw]:
        with self._db.reading() as db:
            return raws.raws(db, after, limit, outlet, None if until is None else micros(until))

    def drop_raws(self, file: str) -> int:
        with self._db.writing() as db:
            return raws.drop(db, file)

    def knowledge(self, outlets: Collection[OutletId]) -> Mapping[OutletId, bytes]:
        with self._db.reading() as db:
            return raws.knowledge(db, outlets)

    def outdated(self, recipe: int, after: int, limit: int) -> Sequence[tuple[int, Article]]:
        with self._db.reading() as db:
            return reading.outdated(db, recipe, after, limit)

    def renew(self, analyses: Mapping[int, Analysis]) -> None:
        with self._db.writing() as db:
            rewriting.renew(db, analyses)

    # -- placing ------------------------------------------------------------------------------------------

    def last_placed(self) -> tuple[int, ArticleId] | None:
        with self._db.reading() as db:
            return placing.last_placed(db)

    def taken_back(self) -> int:
        with self._db.reading() as db:
            return placing.taken_back(db)

    def arrivals(self, after: tuple[int, ArticleId] | None, limit: int) -> Sequence[Arrival]:
        with self._db.reading() as db:
            return placing.arrivals(db, after, limit)

    def placed(self, since: int, limit: int) -> Sequence[Placed]:
        with self._db.reading() as db:
            return placing.placed(db, since, limit)

    def place(
        self,
        placements: Sequence[Placement],
        after: tuple[int, ArticleId] | None,
        *,
        taken_back: int | None = None,
    ) -> bool:
        with self._db.writing() as db:
            return placing.place(db, placements, after, taken_back)

    def placements(self, ids: Collection[ArticleId], as_of: datetime) -> Mapping[ArticleId, Placement]:
        with self._db.reading() as db:
            return placing.placements(db, ids, micros(as_of))

    def fellows(
        self, article: ArticleId, others: Collection[ArticleId], as_of: datetime
    ) -> Collection[ArticleId] | None:
        with self._db.reading() as db:
            return placing.fellows(db, article, others, micros(as_of))

    def members(self, story: ArticleId, as_of: datetime) -> Sequence[Placement]:
        with self._db.reading() as db:
            return placing.members(db, story, micros(as_of))

    def stories(
        self, since: datetime, until: datetime, as_of: datetime, limit: int, offset: int = 0
    ) -> Sequence[tuple[ArticleId, int]]:
        with self._db.reading() as db:
            return placing.stories(db, micros(since), micros(until), micros(as_of), limit, offset)

    # -- a reader's marks ---------------------------------------------------------------------------------

    def selected(self, wanted: Selection, limit: int) -> Sequence[tuple[int, ArticleId]]:
        with self._db.reading() as db:
            return marks.selected(db, wanted, limit)

    def marked(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Mark]:
        with self._db.reading() as db:
            return marks.marked(db, ids)

    def mark(self, ids: Collection[ArticleId], *, read: bool | None = None, starred: bool | None = None) -> None:
        with self._db.writing() as db:
            marks.mark(db, ids, read, starred)

    def mark_all_read(self, outlet: OutletId, until: datetime) -> None:
        with self._db.writing() as db:
            marks.mark_all_read(db, outlet, micros(until))

    def unread(self) -> Mapping[OutletId, tuple[int, datetime]]:
        with self._db.reading() as db:
            return {outlet: (count, moment(newest)) for outlet, (count, newest) in marks.unread(db).items()}

    # -- saved searches -----------------------------------------------------------------------------------

    def searches(self) -> Sequence[Watching]:
        with self._db.reading() as db:
            return alerting.searches(db)

    def save_search(self, search: SavedSearch, at: datetime) -> bool:
        with self._db.writing() as db:
            return alerting.save_search(db, search, at)

    def change_search(self, search: SavedSearch, at: datetime) -> bool:
        with self._db.writing() as db:
            return alerting.change_search(db, search, at)

    def remove_search(self, name: str) -> bool:
        with self._db.writing() as db:
            return alerting.remove_search(db, name)

    def told(self, search: str, ids: Collection[ArticleId]) -> Mapping[ArticleId, Told]:
        with self._db.reading() as db:
            return alerting.told(db, search, ids)

    def untold(self, search: str) -> Sequence[Told]:
        with self._db.reading() as db:
            return alerting.untold(db, search)

    def told_since(self, search: str, at: datetime) -> Sequence[ArticleId]:
        with self._db.reading() as db:
            return alerting.told_since(db, search, micros(at))

    def move_search(
        self,
        was: Watching,
        now: Watching,
        found: Sequence[Told],
        messages: Mapping[Delivery, Collection[ArticleId]],
        *,
        forget_before: datetime,
    ) -> bool:
        with self._db.writing() as db:
            return alerting.move_search(db, was, now, found, messages, micros(forget_before))

    def claim_delivery(self, now: datetime, lease: timedelta, longest: timedelta) -> tuple[Delivery, Watching] | None:
        with self._db.writing() as db:
            return alerting.claim_delivery(db, now, lease, longest)

    def end_attempt(self, delivery: Delivery, *, down: bool = False) -> bool:
        with self._db.writing() as db:
            return alerting.end_attempt(db, delivery, down=down)

    def deliveries(self, search: str | None = None, limit: int = 100) -> Sequence[Delivery]:
        with self._db.reading() as db:
            return alerting.deliveries(db, search, limit)

    def drop_deliveries(self, before: datetime) -> None:
        with self._db.writing() as db:
            alerting.drop_deliveries(db, micros(before))

    # -- operating ----------------------------------------------------------------------------------------

    def removed(self, ids: Collection[ArticleId], as_of: datetime) -> Mapping[ArticleId, datetime]:
        with self._db.reading() as db:
            return {id: moment(at) for id, at in operating.removed(db, ids, micros(as_of)).items()}

    def forget(self, id: ArticleId, reason: str, at: datetime) -> Forgotten | None:
        with self._db.writing() as db:
            db.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten, too
            try:
                found = rewriting.forget(db, id, reason, at)
            finally:
                db.execute("PRAGMA secure_delete = OFF")
        self._db.settle()
        return found

    def forgotten(self) -> Sequence[Forgotten]:
        with self._db.reading() as db:
            return operating.forgotten(db)

    def barred(self, ids: Collection[ArticleId]) -> Collection[ArticleId]:
        with self._db.reading() as db:
            return operating.barred(db, ids)

    def raws_of(self, id: ArticleId) -> Sequence[Raw]:
        with self._db.reading() as db:
            return operating.raws_of(db, id)

    def watched(self) -> Sequence[Task]:
        with self._db.reading() as db:
            return operating.watched(db)

    def outlet_states(self) -> Mapping[OutletId, OutletState]:
        with self._db.reading() as db:
            return operating.outlet_states(db)

    def save_outlet_state(self, state: OutletState) -> None:
        with self._db.writing() as db:
            operating.save_outlet_state(db, state)

    def day_counts(self, since: date, *, outlet: OutletId | None = None) -> Sequence[DayCount]:
        with self._db.reading() as db:
            return operating.day_counts(db, since, outlet)

    def backup(self, path: Path) -> None:
        self._db.backup(path)

    def compact(self) -> None:
        self._db.compact()

    def problems(self) -> Sequence[str]:
        with self._db.reading() as db:
            return operating.problems(db)

    # -- following ----------------------------------------------------------------------------------------

    def changes(self, after: int, limit: int) -> Sequence[Logged]:
        with self._db.reading() as db:
            return reading.changes(db, after, limit)

    def last_change(self) -> int:
        with self._db.reading() as db:
            return reading.last_change(db)

    def histories(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Sequence[Revision]]:
        with self._db.reading() as db:
            return reading.histories(db, ids, FOREVER)

    def first_analyses(
        self, after: tuple[int, ArticleId] | None, limit: int
    ) -> Sequence[tuple[int, ArticleId, Analysis]]:
        with self._db.reading() as db:
            return reading.first_analyses(db, after, limit)

    def first_seen(self, after: tuple[int, ArticleId] | None, limit: int) -> Sequence[tuple[int, ArticleId]]:
        with self._db.reading() as db:
            return reading.first_seen(db, after, limit)

    def saved_backgrounds(self) -> Sequence[tuple[int, int, ArticleId]]:
        with self._db.reading() as db:
            return reading.saved_backgrounds(db)

    def background(self, articles: int) -> bytes | None:
        with self._db.reading() as db:
            return reading.background(db, articles)

    def save_background(self, articles: int, last: tuple[int, ArticleId], packed: bytes) -> bool:
        with self._db.writing() as db:
            return writing.save_background(db, articles, last, packed)

    # -- reading ------------------------------------------------------------------------------------------

    def resolve(self, url: str) -> ArticleId | None:
        with self._db.reading() as db:
            return reading.resolve(db, url)

    def revision(self, id: ArticleId, as_of: datetime) -> Revision | None:
        with self._db.reading() as db:
            return reading.bodies(db, (id,), micros(as_of)).get(id)

    def revisions(self, id: ArticleId, as_of: datetime) -> Sequence[Revision]:
        with self._db.reading() as db:
            return reading.histories(db, (id,), micros(as_of)).get(id, [])

    def briefs(self, ids: Collection[ArticleId], as_of: datetime) -> Mapping[ArticleId, Brief]:
        with self._db.reading() as db:
            return reading.briefs(db, ids, micros(as_of))

    def bodies(self, ids: Collection[ArticleId], as_of: datetime) -> Mapping[ArticleId, Revision]:
        with self._db.reading() as db:
            return reading.bodies(db, ids, micros(as_of))

    def analyses(self, keys: Collection[int]) -> Mapping[int, Analysis]:
        with self._db.reading() as db:
            return reading.analyses(db, keys)

    def terms(self, keys: Collection[int]) -> Mapping[int, bytes]:
        with self._db.reading() as db:
            return reading.terms(db, keys)

    def outlines(self, keys: Collection[int]) -> Mapping[int, Outline]:
        with self._db.reading() as db:
            return reading.outlines(db, keys)

    def latest(
        self, as_of: datetime, limit: int, *, outlet: OutletId | None = None, offset: int = 0
    ) -> Sequence[Brief]:
        with self._db.reading() as db:
            return reading.latest(db, micros(as_of), limit, outlet, offset)

    def outlet(self, id: OutletId) -> Outlet | None:
        with self._db.reading() as db:
            return reading.outlet(db, id)

    def outlets(self, as_of: datetime) -> Sequence[OutletCount]:
        with self._db.reading() as db:
            return reading.outlets(db, micros(as_of))

    def stats(self, as_of: datetime) -> Stats:
        with self._db.reading() as db:
            return reading.stats(db, micros(as_of))

    def failures(self, limit: int) -> Sequence[Change]:
        with self._db.reading() as db:
            return list(reading.failures(db, limit))

    def version(self) -> int:
        return self._db.version()

    def standing(self) -> tuple[int, tuple[object, ...]]:
        with self._db.reading() as db:
            return standing.standing(db)

    def touched(self, after: int, limit: int) -> Sequence[ArticleId] | None:
        with self._db.reading() as db:
            return standing.touched(db, after, limit)

    def close(self) -> None:
        self._db.close()
