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

    A lease that was ended before by this same token is ended: a commit that is tried again is no loss.
    """
    for lease in leases:
        key = url_hash(lease.task.url, _HASH_SIZE)
        row = db.execute("SELECT token, until, ended FROM tasks WHERE hash = ?", (key,)).fetchone()
        token, until, ended = row or (0, 0, 0)
        if lease.token < 1 or lease.token not in (token, ended):
            raise LeaseLost(f"{lease.task.url}: another worker holds it")
        if lease.token == ended:
            continue
        if now is not None and now >= until:
            raise LeaseLost(f"{lease.task.url}: the lease ran out at {moment(until):%Y-%m-%d %H:%M:%S} UTC")
        db.execute("UPDATE tasks SET done = 1, ended = token WHERE hash = ?", (key,))


def add(db: sqlite3.Connection, tasks: Sequence[Task]) -> None:
    """Add tasks. A known URL is ignored, unless it was done and asks to be done again or brings another hint."""
    db.executemany(
        "INSERT INTO tasks (hash, url, kind, outlet, due, hint) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET kind = excluded.kind, outlet = excluded.outlet, due = excluded.due, "
        "hint = coalesce(excluded.hint, hint), done = 0, until = 0, attempts = 0 "
        "WHERE done = 1 AND (? OR hint IS NOT coalesce(excluded.hint, hint))",
        ((url_hash(task.url, _HASH_SIZE), *_row(task), task.again) for task in tasks),
    )


def _row(task: Task) -> tuple[str, str, str, int, str | None]:
    return (task.url, task.kind.value, task.outlet, micros(task.due), pack_entry(task.hint))
