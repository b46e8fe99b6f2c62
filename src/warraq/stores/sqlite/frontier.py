"""The frontier: due URLs, leased to workers host by host. Inside one transaction, moments in microseconds.

Tasks wait at their host, and a host is one worker's at a time, whatever thread or process that is: so nobody is asked
twice at once, and the pause a host wants is kept by all (``hosts.free_at``). A host is free again when the last of
its leases ends, or when they run out (docs/decisions/0008).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from warraq.errors import LeaseLost
from warraq.stores.values import (
    encode_json,
    host_of,
    pack_entry,
    pack_visit,
    unpack_entry,
    unpack_visit,
    url_hash,
)
from warraq.types import FOREVER, Done, Lease, Rank, Task, TaskKind, Visit, Waiting, micros, moment

_HASH_SIZE = 16
_DAY = 86_400_000_000
_AHEAD = 3_600_000_000
"""A lease that ends so much later than one of now would was made before the clock went back: it counts no more. Less
than an hour is what a claim may have waited for its turn to write, or two machines' clocks may differ by."""
_FEED_SIZE = 2
_MARK_SIZE = 6
"""Bytes that stand for a feed and what it says of a page; the first are of the feed."""
_MARKS_KEPT = 16
# One seek for each rank: a host's backlog may be long.
_EARLIEST = """SELECT
    (SELECT min(due) FROM tasks WHERE host = :host AND rank = 0 AND done = 0),
    (SELECT min(due) FROM tasks WHERE host = :host AND rank = 1 AND done = 0),
    (SELECT min(due) FROM tasks WHERE host = :host AND rank = 2 AND done = 0),
    (SELECT min(due) FROM tasks WHERE host = :host AND rank = 3 AND done = 0)
"""


def claim(
    db: sqlite3.Connection, now: int, limit: int, until: int, per_host: int, most_hosts: int | None
) -> list[Lease]:
    """Lease due tasks of hosts that nobody holds. A lease is held before `until`, not at it."""
    leases: list[Lease] = []
    hosts = db.execute(
        "SELECT host FROM hosts WHERE next_due <= :now AND (free_at <= :now OR free_at > :now + :day) "
        "AND (until <= :now OR until > :lapsed) ORDER BY fresh_due > :now, since, next_due, host LIMIT :limit",
        {
            "now": now,
            "lapsed": until + _AHEAD,
            "day": _DAY,
            "limit": max(limit if most_hosts is None else min(limit, most_hosts), 0),
        },
    ).fetchall()
    for (host,) in hosts:
        rows = _due(db, host, now, until + _AHEAD, min(limit - len(leases), per_host))
        if not rows:
            _free(db, host)
            continue
        (last,) = db.execute("UPDATE tokens SET last = last + ? RETURNING last", (len(rows),)).fetchone()
        tokens = range(last - len(rows) + 1, last + 1)
        db.executemany(
            "UPDATE tasks SET token = ?, until = ?, attempts = attempts + 1 WHERE hash = ?",
            ((token, until, row[0]) for token, row in zip(tokens, rows, strict=True)),
        )
        db.execute(
            "UPDATE hosts SET until = ?, held = ?, since = ?, free_at = min(free_at, ?) WHERE host = ?",
            (until, len(rows), tokens[0], now, host),
        )
        leases += [
            Lease(
                Task(
                    url,
                    TaskKind(kind),
                    outlet,
                    moment(due),
                    unpack_entry(hint),
                    rank=Rank(rank),
                    watch=bool(watch),
                    visit=unpack_visit(visit),
                ),
                token,
                moment(until),
                host,
            )
            for token, (_, url, kind, outlet, due, hint, rank, watch, visit) in zip(tokens, rows, strict=True)
        ]
        if len(leases) >= limit:
            break
    return leases


def _due(db: sqlite3.Connection, host: str, now: int, lapsed: int, limit: int) -> list[tuple[Any, ...]]:
    """Due tasks of one host, by rank, then the earliest due."""
    found: list[tuple[Any, ...]] = []
    for rank in Rank:
        if len(found) < limit:
            found += db.execute(
                "SELECT hash, url, kind, outlet, due, hint, rank, watch, visit FROM tasks "
                "WHERE host = ? AND rank = ? AND done = 0 AND due <= ? AND (until <= ? OR until > ?) "
                "ORDER BY due, hash LIMIT ?",
                (host, rank.value, now, now, lapsed, limit - len(found)),
            )
    return found


def finish(db: sqlite3.Connection, done: Sequence[Done], now: int | None) -> None:
    """End leases. Raises `LeaseLost` for one whose task another worker claimed since, or that ran out by `now`.

    A lease that was ended before by this same token is ended: a commit that is tried again is no loss.
    """
    for end in done:
        task = end.lease.task
        key = url_hash(task.url, _HASH_SIZE)
        row = db.execute(
            "SELECT token, until, ended, host, rank, due, done FROM tasks WHERE hash = ?", (key,)
        ).fetchone()
        token, until, ended, host, rank, was_due, dropped = row or (0, 0, 0, "", 0, 0, 0)
        if end.lease.token < 1 or end.lease.token not in (token, ended):
            raise LeaseLost(f"{task.url}: another worker holds it")
        if end.lease.token == ended:
            continue
        if now is not None and now >= until:
            raise LeaseLost(f"{task.url}: the lease ran out at {moment(until):%Y-%m-%d %H:%M:%S} UTC")
        at = host_of(end.visit.at or task.url)
        due = None if end.due is None else micros(end.due)
        if was_due != micros(task.due) and not dropped and not end.visit.gone and (due is None or was_due < due):
            due = was_due  # what came while it was held was perhaps not yet on the page
        elif end.rank is not None:
            rank = end.rank.value
        db.execute(
            "UPDATE tasks SET done = ?, due = ?, rank = ?, visit = ?, host = ?, until = 0, ended = token "
            "WHERE hash = ?",
            (int(due is None), micros(task.due) if due is None else due, rank, pack_visit(end.visit), at, key),
        )
        if due is not None and at != host:
            _wait(db, [(at, due, rank)])
        _give_back(db, host, token, 0 if end.free_at is None else micros(end.free_at))


def release(db: sqlite3.Connection, leases: Sequence[Lease]) -> None:
    """Give leases back; those lost meanwhile are passed over."""
    for lease in leases:
        key = url_hash(lease.task.url, _HASH_SIZE)
        row = db.execute(
            "UPDATE tasks SET until = 0, attempts = attempts - 1 WHERE hash = ? AND token = ? AND ended <> token "
            "AND until > 0 RETURNING host",
            (key, lease.token),
        ).fetchone()
        if row is not None:
            _give_back(db, row[0], lease.token, 0)


def _give_back(db: sqlite3.Connection, host: str, token: int, free_at: int) -> None:
    """A lease on the host ended; one of an earlier hold, which ran out, leaves the present hold alone."""
    row = db.execute(
        "UPDATE hosts SET free_at = max(free_at, :free_at), held = max(held - (:token >= since), 0) WHERE host = :host "
        "RETURNING held",
        {"free_at": free_at, "token": token, "host": host},
    ).fetchone()
    if row == (0,):
        _free(db, host)


def _free(db: sqlite3.Connection, host: str) -> None:
    """Nobody holds the host any more; note when its next task is due."""
    earliest = db.execute(_EARLIEST, {"host": host}).fetchone()
    dues = [FOREVER if due is None else due for due in earliest]
    db.execute(
        "UPDATE hosts SET until = 0, held = 0, next_due = ?, fresh_due = ? WHERE host = ?",
        (min(dues), min(dues[: Rank.FRESH + 1]), host),
    )


def _wait(db: sqlite3.Connection, waiting: Iterable[tuple[str, int, int]]) -> None:
    """Tasks of these hosts are due at these moments, with these ranks."""
    db.executemany(
        "INSERT INTO hosts (host, next_due, fresh_due) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
        "next_due = min(next_due, excluded.next_due), fresh_due = min(fresh_due, excluded.fresh_due)",
        ((host, due, due if rank <= Rank.FRESH else FOREVER) for host, due, rank in waiting),
    )


def add(db: sqlite3.Connection, tasks: Sequence[Task]) -> None:
    """Add tasks. A known URL is due anew only if there is a reason (`ports.Store.commit`).

    What was forgotten is passed over.
    """
    gone = {
        url
        for (url,) in db.execute(
            "SELECT url FROM json_each(?) JOIN forgotten ON url = value", (encode_json([task.url for task in tasks]),)
        )
    }
    tasks = [task for task in tasks if task.url not in gone] if gone else tasks
    waiting: list[tuple[str, int, int]] = []
    for task in tasks:
        key = url_hash(task.url, _HASH_SIZE)
        row = db.execute(
            "SELECT done, hint, watch, due, rank, host, visit, said, until FROM tasks WHERE hash = ?", (key,)
        ).fetchone()
        if row is None:
            host, due = host_of(task.visit.at or task.url), micros(task.due)
            db.execute(
                "INSERT INTO tasks (hash, url, kind, outlet, due, hint, host, rank, watch, visit, said) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (key, task.url, task.kind.value, task.outlet, due, pack_entry(task.hint), host, task.rank.value,
                 int(task.watch), pack_visit(task.visit), _mark(task)),
            )  # fmt: skip
            waiting.append((host, due, task.rank.value))
        elif again := _anew(task, row):
            db.execute(
                "UPDATE tasks SET kind = ?, outlet = ?, due = ?, hint = ?, rank = ?, watch = ?, said = ?, done = 0, "
                "attempts = 0 WHERE hash = ?",
                (*again, key),
            )
            waiting.append((row[5], again[2], again[4]))
        elif (mark := _mark(task)) and mark not in (marks := _marks(row[7])):
            db.execute("UPDATE tasks SET said = ? WHERE hash = ?", (_said(marks, mark), key))
    _wait(db, waiting)


def _anew(task: Task, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """A known task as it is once `task` is said of it too; None if that changes nothing."""
    done, packed, watch, was_due, rank, _, packed_visit, said, until = row
    hint, mark, marks = unpack_entry(packed), _mark(task), _marks(said)
    # The first words of a feed on a page are news only if they speak of another title or date.
    spoke = any(other[:_FEED_SIZE] == mark[:_FEED_SIZE] for other in marks)
    news = task.hint is not None and mark not in marks and (spoke or hint is None or hint.differs(task.hint))
    revived = task.watch and (not watch or (bool(done) and task.rank is Rank.FEED))
    if not (task.again or news or revived):
        return None
    visit: Visit = unpack_visit(packed_visit)
    if visit.gone and not task.again:
        return None
    due = micros(task.due if task.again or not news else max(task.due, visit.soonest))
    if until and not done and news:
        # A worker holds it: another due than it had when it was leased tells `finish` to come back.
        due, order = max(due, was_due + 1), task.rank.value
    elif not done and due >= was_due:
        if not news and not revived:
            return None
        due, order = was_due, rank
    else:
        order = task.rank.value
    merged = task.hint if hint is None else hint if task.hint is None else hint.updated(task.hint)
    said = _said(marks, mark)
    return (task.kind.value, task.outlet, due, pack_entry(merged), order, int(watch or task.watch), said)


def forget(db: sqlite3.Connection, url: str) -> None:
    """Ask for an address no more, and forget what feeds said of it."""
    key = url_hash(url, _HASH_SIZE)
    db.execute("DELETE FROM tasks WHERE hash = ? AND until = 0", (key,))
    # A worker holds it: its lease can end, and only then.
    db.execute("UPDATE tasks SET done = 1, watch = 0, hint = NULL, visit = '' WHERE hash = ?", (key,))


def _mark(task: Task) -> bytes:
    """What a feed said of a page that would be news if it changed, in few bytes; none if it said nothing."""
    hint = task.hint
    if hint is None:
        return b""
    said = f"{hint.title}\n{hint.published}\n{hint.modified}\n{hint.summary}\n{hint.body}"
    return url_hash(task.named_by, _FEED_SIZE) + url_hash(said, _MARK_SIZE - _FEED_SIZE)


def _marks(said: bytes) -> list[bytes]:
    return [said[at : at + _MARK_SIZE] for at in range(0, len(said), _MARK_SIZE)]


def _said(marks: list[bytes], mark: bytes) -> bytes:
    """The latest marks, with one more if it is none of them."""
    return b"".join(marks if not mark or mark in marks else [*marks, mark][-_MARKS_KEPT:])


def unheard(db: sqlite3.Connection, urls: Collection[str]) -> set[str]:
    """Of these addresses those that the frontier never had."""
    return {
        url
        for url in urls
        if db.execute("SELECT 1 FROM tasks WHERE hash = ?", (url_hash(url, _HASH_SIZE),)).fetchone() is None
    }


def waiting(db: sqlite3.Connection, now: int) -> Waiting:
    """The frontier in numbers."""
    # The few that are held by one index, all others by another: no row of the table is read but theirs.
    leased, free, due, oldest = db.execute(
        "WITH held AS (SELECT hash FROM tasks WHERE until > 0 AND until > :now AND done = 0) "
        "SELECT (SELECT count(*) FROM held), count(*), count(*) FILTER (WHERE due <= :now), "
        "min(due) FILTER (WHERE due <= :now) FROM tasks WHERE done = 0 AND hash NOT IN held",
        {"now": now},
    ).fetchone()
    (hosts,) = db.execute("SELECT count(*) FROM hosts WHERE next_due < ?", (FOREVER,)).fetchone()
    (next_at,) = db.execute("SELECT min(max(free_at, until)) FROM hosts WHERE next_due <= ?", (now,)).fetchone()
    return Waiting(
        free + leased,
        due,
        leased,
        hosts,
        None if oldest is None else moment(oldest),
        None if next_at is None else moment(next_at),
    )
