"""The four seams, as Protocols, with what an implementation promises.

Every promise is a test in ``tests/contracts/`` that runs against every implementation. Promises common to all
stores: each method is one transaction; what `commit` returned from is on disk, synced; `commit` of the same
changes twice is `commit` once; `changes` is a total order; every read answers as of a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from warraq.types import (
    Analysis,
    Arrival,
    Article,
    ArticleId,
    Brief,
    Change,
    DayCount,
    Delivery,
    Done,
    Facets,
    Failure,
    Forgotten,
    IndexDocument,
    Known,
    Lease,
    Logged,
    Mark,
    Match,
    Matches,
    NotModified,
    Outlet,
    OutletCount,
    OutletId,
    OutletState,
    Outline,
    Placed,
    Placement,
    Query,
    Raw,
    RawDocument,
    Receipt,
    Record,
    Redirect,
    Revision,
    SavedSearch,
    Selection,
    Stats,
    Task,
    Told,
    Waiting,
    Watching,
)


class Clock(Protocol):
    """Time. In tests a variable."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Fetcher(Protocol):
    """Turns tasks into documents: one result for each task, in any order, failures as values, never raised.

    A task is asked for at ``task.visit.at``, if that is set, and with the validators of its visit. Safe to use from
    several threads.
    """

    def fetch(
        self, tasks: Iterable[Task]
    ) -> Iterator[tuple[Task, RawDocument | Record | NotModified | Redirect | Failure]]:
        """Fetch all; lazily, so that a long list costs no memory."""
        ...


class Keeper(Protocol):
    """Keeps raw documents as they came (WARC), and gives them back."""

    def keep(self, documents: Sequence[RawDocument]) -> Sequence[Raw]:
        """Append documents; they are on disk, synced, when it returns."""
        ...

    def read(self, raw: Raw) -> RawDocument | Failure:
        """The document again; ``unreadable`` if its file is gone or broken."""
        ...


class Sender(Protocol):
    """Brings messages to one receiver."""

    def send(self, delivery: Delivery, at: datetime) -> Receipt:
        """Bring it, at the moment `at`, and say what the receiver said. Never raises for what a receiver does.

        Takes a bounded time. The receiver can tell a repeat by the id of the delivery, where its channel allows that.
        """
        ...


class Store(Protocol):
    """The durable archive. The only place that must not be lost."""

    # -- writing ------------------------------------------------------------------------------------------

    def known(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Known]:
        """What is known of these articles; ids never seen are absent."""
        ...

    def commit(
        self,
        changes: Sequence[Change],
        *,
        tasks: Sequence[Task] = (),
        done: Sequence[Done] = (),
        knowledge: Mapping[OutletId, Callable[[bytes], bytes]] | None = None,
        now: datetime | None = None,
    ) -> int:
        """Store the changes, add new tasks, end leases, keep knowledge: all or nothing, synced before it returns.

        A change with an article records one sighting (article, moment, digest) and its content if that digest is
        new to the article; a sighting already there changes nothing and logs nothing. Outcomes are counted.
        A task whose URL the frontier already knows is ignored, unless it asks to be done `again`, or is to be watched
        from now on, or brings a hint that is news: another title or date than any feed gave before, or anything else
        than the same feed (``named_by``) gave before. Then the page is due once more, yet not before `Visit.soonest`.
        What is ``gone`` comes back only if asked for `again`. Raises `LeaseLost`, storing nothing, if any lease in
        `done` is no longer its holder's at `now`. A task whose `Done` has a ``due`` waits for it; validators are thus
        stored with what they validate. `knowledge` makes of what is kept of outlets (``b""`` at first) what is to be
        kept; it is called inside the transaction, where nobody else can write. A change with a ``raw`` that has a key
        replaces what that raw document had made. What was forgotten is not taken in again: such a change counts as
        rejected, ``forgotten``. Returns the last ``seq`` of the log.
        """
        ...

    def save_outlets(self, outlets: Collection[Outlet]) -> None:
        """Insert or replace what is known of outlets."""
        ...

    def saved_outlets(self) -> Sequence[Outlet]:
        """All outlets that were saved, by id."""
        ...

    def claim(
        self, now: datetime, limit: int, lease: timedelta, *, per_host: int = 8, hosts: int | None = None
    ) -> Sequence[Lease]:
        """Lease up to `limit` due tasks, of up to `hosts` hosts, that nobody holds at `now`.

        A host is one worker's at a time: tasks of a host on which anybody holds a lease at `now`, or that may not be
        asked before a later moment (`Done.free_at`), are passed over. Of one host at most `per_host` come, by rank,
        then the earliest due. Hosts with feeds or fresh pages due come first, then those claimed longest ago, then
        those with the earliest due. All workers ask for leases of one length: a host that is held for an hour
        longer than a lease made now, or that wants a pause of over a day, is free: the clock must have been set back.
        """
        ...

    def unheard(self, urls: Collection[str]) -> Collection[str]:
        """Of these addresses those that the frontier never had."""
        ...

    def release(self, leases: Sequence[Lease]) -> None:
        """Give leases back unworked: their tasks are due as before. Leases lost meanwhile are passed over."""
        ...

    def waiting(self, now: datetime) -> Waiting:
        """The frontier in numbers."""
        ...

    # -- raw documents ------------------------------------------------------------------------------------

    def raws(
        self, after: int, limit: int, *, outlet: OutletId | None = None, until: datetime | None = None
    ) -> Sequence[Raw]:
        """Raw documents that are kept, by key, after key `after`; of one outlet, fetched before `until`."""
        ...

    def drop_raws(self, file: str) -> int:
        """Forget that documents are kept in a file (it is going to be deleted); returns how many."""
        ...

    def knowledge(self, outlets: Collection[OutletId]) -> Mapping[OutletId, bytes]:
        """What was learned of these outlets' pages, packed (``extract.knowledge``)."""
        ...

    def outdated(self, recipe: int, after: int, limit: int) -> Sequence[tuple[int, Article]]:
        """Contents whose analysis is of another recipe (or missing), by key, after key `after`."""
        ...

    def renew(self, analyses: Mapping[int, Analysis]) -> None:
        """Replace the analyses of these contents; what was derived from them (background, placements) goes."""
        ...

    # -- placing ------------------------------------------------------------------------------------------

    def last_placed(self) -> tuple[int, ArticleId] | None:
        """The (first seen, id) up to which articles are placed.

        A commit that puts an article at or before it takes all placements from there on back.
        """
        ...

    def taken_back(self) -> int:
        """How often placements were taken back. While it stays the same, what was placed is as it was."""
        ...

    def arrivals(self, after: tuple[int, ArticleId] | None, limit: int) -> Sequence[Arrival]:
        """What placing needs of each article, in the order (first seen, id), strictly after `after`."""
        ...

    def placed(self, since: int, limit: int) -> Sequence[Placed]:
        """The last `limit` articles placed that were first seen at `since` (micros) or later, in that order.

        Their stories are those of which they are part by now.
        """
        ...

    def place(
        self,
        placements: Sequence[Placement],
        after: tuple[int, ArticleId] | None,
        *,
        taken_back: int | None = None,
    ) -> bool:
        """Append placements of the articles that follow `after`.

        False, keeping nothing, if `after` is not the last any more, if other articles follow it by now, or if
        placements were taken back since that was `taken_back`.
        """
        ...

    def placements(self, ids: Collection[ArticleId], as_of: datetime) -> Mapping[ArticleId, Placement]:
        """Where these articles belonged at `as_of`, joined stories and events resolved; absent if not placed then."""
        ...

    def fellows(
        self, article: ArticleId, others: Collection[ArticleId], as_of: datetime
    ) -> Collection[ArticleId] | None:
        """Those of the others that were of an article's story at `as_of`; None if it was not placed then."""
        ...

    def members(self, story: ArticleId, as_of: datetime) -> Sequence[Placement]:
        """The articles of a story (or of one joined into it) as of a moment, in the order of placing."""
        ...

    def stories(
        self, since: datetime, until: datetime, as_of: datetime, limit: int, offset: int = 0
    ) -> Sequence[tuple[ArticleId, int]]:
        """Stories with articles first seen in [since, until), as (story, how many of them), the largest first."""
        ...

    # -- a reader's marks ---------------------------------------------------------------------------------

    def selected(self, wanted: Selection, limit: int) -> Sequence[tuple[int, ArticleId]]:
        """Articles of a selection as (first seen in micros, id), the newest first unless it says otherwise."""
        ...

    def marked(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Mark]:
        """What the reader made of these articles; those that are not there are absent."""
        ...

    def mark(self, ids: Collection[ArticleId], *, read: bool | None = None, starred: bool | None = None) -> None:
        """Mark articles read or unread, starred or not; None leaves that as it is."""
        ...

    def mark_all_read(self, outlet: OutletId, until: datetime) -> None:
        """All of an outlet (empty: of every outlet) first seen up to a moment is read."""
        ...

    def unread(self) -> Mapping[OutletId, tuple[int, datetime]]:
        """Outlets with unread articles: how many, and when the newest of them was first seen."""
        ...

    # -- saved searches -----------------------------------------------------------------------------------

    def searches(self) -> Sequence[Watching]:
        """All saved searches, by name."""
        ...

    def save_search(self, search: SavedSearch, at: datetime) -> bool:
        """Keep a search that looks at what is logged from here on. False, keeping nothing, if the name is taken."""
        ...

    def change_search(self, search: SavedSearch, at: datetime) -> bool:
        """Replace the search of this name, which goes on where it was. False, keeping nothing, if it is not there.

        One that told nobody so far (`Nobody`) looks at what is logged from here on.
        """
        ...

    def remove_search(self, name: str) -> bool:
        """Forget a search and all its messages. False if it is not there."""
        ...

    def told(self, search: str, ids: Collection[ArticleId]) -> Mapping[ArticleId, Told]:
        """What a search decided on these articles; those that it did not find are absent."""
        ...

    def untold(self, search: str) -> Sequence[Told]:
        """The articles that wait for a message, and their copies, in the order (first seen, id)."""
        ...

    def told_since(self, search: str, at: datetime) -> Sequence[ArticleId]:
        """The articles of the messages made after a moment."""
        ...

    def move_search(
        self,
        was: Watching,
        now: Watching,
        found: Sequence[Told],
        messages: Mapping[Delivery, Collection[ArticleId]],
        *,
        forget_before: datetime,
    ) -> bool:
        """Move a search on, keep what it found, and the messages made of these and of what had waited.

        All or nothing. False, keeping nothing, if the search is not as it `was` any more: moved by another, or gone.
        What was decided on articles first seen before `forget_before` is forgotten, unless they wait.
        """
        ...

    def claim_delivery(self, now: datetime, lease: timedelta, longest: timedelta) -> tuple[Delivery, Watching] | None:
        """The pending message that is due first, its attempts counted, with its search; None if none is due.

        Nobody else gets it before `lease` is over: if who took it dies, it comes back, the same. One that is due, or
        held, for longer than `longest` from now is due: the clock must have been set back.
        """
        ...

    def end_attempt(self, delivery: Delivery, *, down: bool = False) -> bool:
        """Keep state, reason and next due moment of a message that was claimed; the body goes with its end.

        False, keeping nothing, if it was claimed again meanwhile, or is gone. With `down`, the other messages of the
        search wait until then, too; all that wait so are due as soon as one of them is done.
        """
        ...

    def deliveries(self, search: str | None = None, limit: int = 100) -> Sequence[Delivery]:
        """Messages (of one search), those made last first."""
        ...

    def drop_deliveries(self, before: datetime) -> None:
        """Forget the messages that ended before a moment."""
        ...

    # -- operating ----------------------------------------------------------------------------------------

    def removed(self, ids: Collection[ArticleId], as_of: datetime) -> Mapping[ArticleId, datetime]:
        """Of these articles those that their outlet had removed by `as_of` (404, 410), and since when."""
        ...

    def forget(self, id: ArticleId, reason: str, at: datetime) -> Forgotten | None:
        """Erase an article: every state, analysis, sighting, placement, task and raw record. None if it is not there.

        Its address is not fetched again, and it is not taken in again. The raw documents themselves are the
        `Keeper`'s: ask `raws_of` first.
        """
        ...

    def barred(self, ids: Collection[ArticleId]) -> Collection[ArticleId]:
        """Of these articles those that were forgotten: nothing of them is to be kept."""
        ...

    def raws_of(self, id: ArticleId) -> Sequence[Raw]:
        """The raw documents that made an article's states, and all others found at its address, by key."""
        ...

    def forgotten(self) -> Sequence[Forgotten]:
        """All that was forgotten, newest first."""
        ...

    def watched(self) -> Sequence[Task]:
        """The feeds, sitemaps and lists that are read again and again, by outlet and address.

        One that is not to be asked any more (410) is due at the end of time.
        """
        ...

    def outlet_states(self) -> Mapping[OutletId, OutletState]:
        """What was decided or noticed of outlets; those nobody said anything of are absent."""
        ...

    def save_outlet_state(self, state: OutletState) -> None:
        """Keep it."""
        ...

    def day_counts(self, since: date, *, outlet: OutletId | None = None) -> Sequence[DayCount]:
        """Outcomes by day (UTC) and outlet, from `since` on."""
        ...

    def backup(self, path: Path) -> None:
        """A consistent copy of the whole store into a new file, while others read and write.

        Raises `UsageError` if the file is there. What has that name is whole: a copy cut short leaves nothing.
        """
        ...

    def compact(self) -> None:
        """Write the store anew without what was deleted: nothing of it can be read from the disk any more.

        Who writes meanwhile waits for its end, however long that takes; who reads does not.
        """
        ...

    def problems(self) -> Sequence[str]:
        """What is wrong with what is stored, a line each; empty for a sound archive."""
        ...

    # -- following ----------------------------------------------------------------------------------------

    def changes(self, after: int, limit: int) -> Sequence[Logged]:
        """The log after ``seq`` = `after`, in order, at most `limit` lines."""
        ...

    def last_change(self) -> int:
        """The last ``seq``; 0 for an empty log."""
        ...

    def histories(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Sequence[Revision]]:
        """All states of these articles in time order, one `Revision` an interval (consecutive equals merged)."""
        ...

    def first_analyses(
        self, after: tuple[int, ArticleId] | None, limit: int
    ) -> Sequence[tuple[int, ArticleId, Analysis]]:
        """Each article once, as first seen: (first seen in micros, id, analysis of that content).

        Ordered by (moment, id), strictly after `after`. It feeds the background of document frequencies.
        """
        ...

    def first_seen(self, after: tuple[int, ArticleId] | None, limit: int) -> Sequence[tuple[int, ArticleId]]:
        """Articles as (first seen in micros, id), in that order, strictly after `after`."""
        ...

    def saved_backgrounds(self) -> Sequence[tuple[int, int, ArticleId]]:
        """Valid checkpoints as (articles counted, last moment in micros, last id), smallest first.

        A commit that puts an article at or before a checkpoint's last (moment, id) removes that checkpoint.
        """
        ...

    def background(self, articles: int) -> bytes | None:
        """The packed document frequencies of the checkpoint after `articles` articles."""
        ...

    def save_background(self, articles: int, last: tuple[int, ArticleId], packed: bytes) -> bool:
        """Keep a checkpoint. False, keeping nothing, if a late arrival has meanwhile made it wrong."""
        ...

    # -- reading ------------------------------------------------------------------------------------------

    def resolve(self, url: str) -> ArticleId | None:
        """The id of the article with this canonical URL, if the archive has it."""
        ...

    def revision(self, id: ArticleId, as_of: datetime) -> Revision | None:
        """The state in force at `as_of`; None if the article had not been seen by then."""
        ...

    def revisions(self, id: ArticleId, as_of: datetime) -> Sequence[Revision]:
        """All states seen by `as_of`, in time order; ``until`` and ``number`` as they were known then."""
        ...

    def briefs(self, ids: Collection[ArticleId], as_of: datetime) -> Mapping[ArticleId, Brief]:
        """The states in force at `as_of`, without bodies; articles not seen by then are absent."""
        ...

    def bodies(self, ids: Collection[ArticleId], as_of: datetime) -> Mapping[ArticleId, Revision]:
        """The states in force at `as_of`, whole."""
        ...

    def analyses(self, keys: Collection[int]) -> Mapping[int, Analysis]:
        """The analyses of these contents."""
        ...

    def terms(self, keys: Collection[int]) -> Mapping[int, bytes]:
        """The packed term vectors of these contents' analyses."""
        ...

    def outlines(self, keys: Collection[int]) -> Mapping[int, Outline]:
        """What these contents are compared by, of those that have an analysis."""
        ...

    def latest(
        self, as_of: datetime, limit: int, *, outlet: OutletId | None = None, offset: int = 0
    ) -> Sequence[Brief]:
        """Articles seen by `as_of`, newest first seen first, ties by id."""
        ...

    def outlet(self, id: OutletId) -> Outlet | None:
        """What is known of one outlet."""
        ...

    def outlets(self, as_of: datetime) -> Sequence[OutletCount]:
        """Outlets with articles by `as_of`, the largest first."""
        ...

    def failures(self, limit: int) -> Sequence[Change]:
        """The newest documents that were rejected or failed, newest first; only a bounded number is kept."""
        ...

    def stats(self, as_of: datetime) -> Stats:
        """Totals as of a moment."""
        ...

    def version(self) -> int:
        """A number that is another one after a commit, by whatever process; cheap to ask for."""
        ...

    def standing(self) -> tuple[int, tuple[object, ...]]:
        """The last line of the log, and all else that a page depends on; equal while nothing of it changed."""
        ...

    def touched(self, after: int, limit: int) -> Sequence[ArticleId] | None:
        """The articles of the log's lines after one, with repetitions; None if there are more than `limit`."""
        ...

    def close(self) -> None:
        """Release everything. Safe to call twice."""
        ...


class Index(Protocol):
    """The search index: derived, disposable, rebuilt from the log at any time with the same answers."""

    def applied(self) -> int:
        """The ``seq`` up to which the log has been applied and committed; 0 for an empty index."""
        ...

    def apply(self, replaced: Collection[ArticleId], documents: Iterable[IndexDocument], upto: int) -> None:
        """Drop everything of the `replaced` articles, add the documents, note `upto`; visible when it returns."""
        ...

    def search(self, query: Query, as_of: datetime, limit: int, offset: int = 0) -> Matches:
        """Best matches among the states in force at `as_of`; equal scores in a fixed order."""
        ...

    def facets(self, query: Query, as_of: datetime, limit: int = 10) -> Facets:
        """Where all matches of a query fall: outlets, languages, keywords (at most `limit` of each), days."""
        ...

    def completions(self, beginning: str, limit: int) -> Sequence[tuple[str, int]]:
        """Folded words that begin so, with how many states of articles hold them, the most frequent first.

        Of the whole index, whatever was seen when: for suggestions only.
        """
        ...

    def neighbours(self, terms: Sequence[tuple[str, int]], as_of: datetime, limit: int) -> Sequence[Match]:
        """Articles in force at `as_of` that hold the stems, by the sum of their weights (small positive integers).

        The answer depends only on the documents seen by `as_of`, never on the index's layout: when the list would
        be cut inside a group of equal scores, that whole last group is left out (so fewer than `limit` may come).
        """
        ...

    def carrying(self, landmarks: Sequence[int], as_of: datetime, limit: int, least: int = 1) -> Sequence[Match]:
        """Articles in force at `as_of` that hold at least so many of these landmarks; the score is how many.

        Cut as `neighbours`. Its cost is that of the articles found, whatever the size of the index.
        """
        ...

    def intervals(self) -> Iterator[tuple[ArticleId, int, int, int]]:
        """Every document it holds, in any order, as (article, key, seen_at, until): to compare with the store."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...

    def close(self) -> None:
        """Release everything. Safe to call twice."""
        ...
