"""The frontier: due URLs, leased to workers. Inside one transaction, moments in microseconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from warraq.errors import LeaseLost
from warraq.stores.values import pack_entry, unpack_entry, url_hash
from warraq.types import Lease, Task, TaskKind, micros, moment

_HASH_SIZE = 16


def claim(db: sqlite3.Connection, now: int, limit: int, until: int) -> list[Lease]:
    """Lease due tasks that nobody holds, the earliest due first. A lease is held before `until`, not at it."""
    rows = db.execute(
        "SELECT hash, url, kind, outlet, due, hint FROM tasks "
        "WHERE done = 0 AND due <= ? AND until <= ? ORDER BY due, hash LIMIT ?",
        (now, now, max(limit, 0)),
    ).fetchall()
    if not rows:
        return []
    (last,) = db.execute("UPDATE tokens SET last = last + ? RETURNING last", (len(rows),)).fetchone()
    tokens = range(last - len(rows) + 1, last + 1)
    db.executemany(
        "UPDATE tasks SET token = ?, until = ?, attempts = attempts + 1 WHERE hash = ?",
        ((token, until, row[0]) for token, row in zip(tokens, rows, strict=True)),
    )
    return [
        Lease(Task(url, TaskKind(kind), outlet, moment(due), unpack_entry(hint)), token, moment(until))
        for token, (_, url, kind, outlet, due, hint) in zip(tokens, rows, strict=True)
    ]


def finish(db: sqlite3.Connection, leases: Sequence[Lease], now: int | None) -> None:
    """End leases. Raises `LeaseLost` for one whose task another worker claimed since, or that ran out by `now`.

    A lease that this same token ended already is ended: a commit that is tried again after it counted is no loss.
    """
    for lease in leases:
        key = url_hash(lease.task.url, _HASH_SIZE)
        row = db.execute("SELECT token, until, done FROM tasks WHERE hash = ?", (key,)).fetchone()
        if row is None or row[0] != lease.token:
            raise LeaseLost(f"{lease.task.url}: another worker holds it")
        _, until, done = row
        if done:
            continue
        if now is not None and now >= until:
            raise LeaseLost(f"{lease.task.url}: the lease ran out at {moment(until):%Y-%m-%d %H:%M:%S} UTC")
        db.execute("UPDATE tasks SET done = 1 WHERE hash = ?", (key,))


def add(db: sqlite3.Connection, tasks: Sequence[Task], ended: Sequence[Lease]) -> None:
    """Add tasks. A URL that is known is ignored, unless its lease ends in the same commit: then it is due again."""
    again = {lease.task.url: lease.token for lease in ended}
    db.executemany(
        "INSERT INTO tasks (hash, url, kind, outlet, due, hint) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        ((url_hash(t.url, _HASH_SIZE), *_row(t)) for t in tasks if t.url not in again),
    )
    db.executemany(
        "UPDATE tasks SET url = ?, kind = ?, outlet = ?, due = ?, hint = ?, done = 0, until = 0, attempts = 0 "
        "WHERE hash = ? AND token = ? AND done = 1",
        ((*_row(t), url_hash(t.url, _HASH_SIZE), again[t.url]) for t in tasks if t.url in again),
    )


def _row(task: Task) -> tuple[str, str, str, int, str | None]:
    return (task.url, task.kind.value, task.outlet, micros(task.due), pack_entry(task.hint))
