"""The frontier: due URLs, leased to workers host by host. Inside one transaction, moments in microseconds.

Tasks wait at their host, and a host is one worker's at a time, whatever thread or process that is: so nobody is asked
twice at once, and the pause a host wants is kept by all (``hosts.free_at``). A host is free again when the last of
its leases ends, or when they run out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from warraq.errors import LeaseLost
from warraq.stores.values import (
    host_of,
    pack_entry,
    pack_visit,
    unpack_entry,
    unpack_visit,
    url_hash,
)
from warraq.types import FOREVER, Done, Lease, Rank, Task, TaskKind, Waiting, micros, moment

_HASH_SIZE = 16
# One seek for each rank: a host's backlog may be long.
_EARLIEST = """
    SELECT min(due) FROM (
        SELECT min(due) AS due FROM tasks WHERE host = :host AND rank = 0 AND done = 0
        UNION ALL SELECT min(due) FROM tasks WHERE host = :host AND rank = 1 AND done = 0
        UNION ALL SELECT min(due) FROM tasks WHERE host = :host AND rank = 2 AND done = 0
        UNION ALL SELECT min(due) FROM tasks WHERE host = :host AND rank = 3 AND done = 0
    )
"""


def claim(db: sqlite3.Connection, now: int, limit: int, until: int, per_host: int) -> list[Lease]:
    """Lease due tasks of hosts that nobody holds. A lease is held before `until`, not at it."""
    leases: list[Lease] = []
    hosts = db.execute(
        "SELECT host FROM hosts WHERE next_due <= :now AND free_at <= :now AND until <= :now "
        "ORDER BY free_at, next_due, host LIMIT :limit",
        {"now": now, "limit": max(limit, 0)},
    ).fetchall()
    for (host,) in hosts:
        rows = _due(db, host, now, min(limit - len(leases), per_host))
        if not rows:
            _free(db, host)
            continue
        (last,) = db.execute("UPDATE tokens SET last = last + ? RETURNING last", (len(rows),)).fetchone()
        tokens = range(last - len(rows) + 1, last + 1)
        db.executemany(
            "UPDATE tasks SET token = ?, until = ?, attempts = attempts + 1 WHERE hash = ?",
            ((token, until, row[0]) for token, row in zip(tokens, rows, strict=True)),
        )
        db.execute("UPDATE hosts SET until = ?, held = ? WHERE host = ?", (until, len(rows), host))
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
            )
            for token, (_, url, kind, outlet, due, hint, rank, watch, visit) in zip(tokens, rows, strict=True)
        ]
        if len(leases) >= limit:
            break
    return leases


def _due(db: sqlite3.Connection, host: str, now: int, limit: int) -> list[tuple[Any, ...]]:
    """Due tasks of one host, by rank, then the earliest due."""
    found: list[tuple[Any, ...]] = []
    for rank in Rank:
        if len(found) < limit:
            found += db.execute(
                "SELECT hash, url, kind, outlet, due, hint, rank, watch, visit FROM tasks "
                "WHERE host = ? AND rank = ? AND done = 0 AND due <= ? AND until <= ? ORDER BY due, hash LIMIT ?",
                (host, rank.value, now, now, limit - len(found)),
            )
    return found


def finish(db: sqlite3.Connection, done: Sequence[Done], now: int | None) -> None:
    """End leases. Raises `LeaseLost` for one whose task another worker claimed since, or that ran out by `now`.

    A lease that was ended before by this same token is ended: a commit that is tried again is no loss.
    """
    for end in done:
        task = end.lease.task
        key = url_hash(task.url, _HASH_SIZE)
        row = db.execute("SELECT token, until, ended, host FROM tasks WHERE hash = ?", (key,)).fetchone()
        token, until, ended, host = row or (0, 0, 0, "")
        if end.lease.token < 1 or end.lease.token not in (token, ended):
            raise LeaseLost(f"{task.url}: another worker holds it")
        if end.lease.token == ended:
            continue
        if now is not None and now >= until:
            raise LeaseLost(f"{task.url}: the lease ran out at {moment(until):%Y-%m-%d %H:%M:%S} UTC")
        at = host_of(end.visit.at or task.url)
        db.execute(
            "UPDATE tasks SET done = ?, due = ?, rank = ?, visit = ?, host = ?, until = 0, ended = token "
            "WHERE hash = ?",
            (
                int(end.due is None),
                micros(task.due if end.due is None else end.due),
                (task.rank if end.rank is None else end.rank).value,
                pack_visit(end.visit),
                at,
                key,
            ),
        )
        if end.due is not None and at != host:
            _wait(db, [(at, micros(end.due))])
        _give_back(db, host, until, 0 if end.free_at is None else micros(end.free_at))


def release(db: sqlite3.Connection, leases: Sequence[Lease]) -> None:
    """Give leases back; those lost meanwhile are passed over."""
    for lease in leases:
        key = url_hash(lease.task.url, _HASH_SIZE)
        row = db.execute(
            "SELECT host, until FROM tasks WHERE hash = ? AND token = ? AND ended <> token AND until > 0",
            (key, lease.token),
        ).fetchone()
        if row is not None:
            db.execute("UPDATE tasks SET until = 0, attempts = attempts - 1 WHERE hash = ?", (key,))
            _give_back(db, *row, 0)


def _give_back(db: sqlite3.Connection, host: str, until: int, free_at: int) -> None:
    """A lease of the host that was held until then has ended. If it had run out, somebody else may hold the host."""
    db.execute("UPDATE hosts SET free_at = max(free_at, ?) WHERE host = ?", (free_at, host))
    row = db.execute(
        "UPDATE hosts SET held = max(held - 1, 0) WHERE host = ? AND until = ? RETURNING held", (host, until)
    ).fetchone()
    if row == (0,):
        _free(db, host)


def _free(db: sqlite3.Connection, host: str) -> None:
    """Nobody holds the host any more; note when its next task is due."""
    (due,) = db.execute(_EARLIEST, {"host": host}).fetchone()
    db.execute(
        "UPDATE hosts SET until = 0, held = 0, next_due = ? WHERE host = ?", (FOREVER if due is None else due, host)
    )


def _wait(db: sqlite3.Connection, waiting: Iterable[tuple[str, int]]) -> None:
    """Tasks of these hosts are due at these moments."""
    db.executemany(
        "INSERT INTO hosts (host, next_due) VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET next_due = min(next_due, excluded.next_due)",
        waiting,
    )


def add(db: sqlite3.Connection, tasks: Sequence[Task]) -> None:
    """Add tasks. A known URL is made due anew only if it asks to be done again or something new is said of it."""
    hashes = [url_hash(task.url, _HASH_SIZE) for task in tasks]
    known = {}
    for key in hashes:
        row = db.execute("SELECT done, hint, watch, due FROM tasks WHERE hash = ?", (key,)).fetchone()
        if row is not None:
            known[key] = (bool(row[0]), unpack_entry(row[1]), bool(row[2]), int(row[3]))
    new, again = [], []
    waiting: list[tuple[str, int]] = []
    for key, task in zip(hashes, tasks, strict=True):
        host, due = host_of(task.visit.at or task.url), micros(task.due)
        if key not in known:
            known[key] = (False, task.hint, task.watch, due)
            new.append((key, task.url, task.kind.value, task.outlet, due, pack_entry(task.hint), host, *_rest(task)))
            waiting.append((host, due))
            continue
        done, hint, watch, was_due = known[key]
        news = task.hint is not None and (hint is None or hint.differs(task.hint))
        if not (task.again or news or (task.watch and not watch)) or (not done and due >= was_due and not news):
            continue
        merged = task.hint if hint is None else hint if task.hint is None else hint.updated(task.hint)
        known[key] = (False, merged, watch or task.watch, due)
        again.append(
            (task.kind.value, task.outlet, due, pack_entry(merged), task.rank.value, int(watch or task.watch), key)
        )
        waiting.append((host, due))
    db.executemany(
        "INSERT INTO tasks (hash, url, kind, outlet, due, hint, host, rank, watch, visit) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new,
    )
    db.executemany(
        "UPDATE tasks SET kind = ?, outlet = ?, due = ?, hint = ?, rank = ?, watch = ?, done = 0, attempts = 0 "
        "WHERE hash = ?",
        again,
    )
    _wait(db, waiting)


def _rest(task: Task) -> tuple[int, int, str]:
    return (task.rank.value, int(task.watch), pack_visit(task.visit))


def waiting(db: sqlite3.Connection, now: int) -> Waiting:
    """The frontier in numbers."""
    tasks, due, leased, oldest = db.execute(
        "SELECT count(*), count(*) FILTER (WHERE due <= :now AND until <= :now), count(*) FILTER (WHERE until > :now), "
        "min(due) FILTER (WHERE due <= :now AND until <= :now) FROM tasks WHERE done = 0",
        {"now": now},
    ).fetchone()
    (hosts,) = db.execute("SELECT count(*) FROM hosts WHERE next_due < ?", (FOREVER,)).fetchone()
    return Waiting(tasks, due, leased, hosts, None if oldest is None else moment(oldest))
