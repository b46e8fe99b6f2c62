"""Where raw documents are kept, what each of them made, and what was learned of outlets. Inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Mapping

from warraq.stores.values import encode_json, id_of, pack_task, unpack_task
from warraq.types import OutletId, Raw, micros, moment


def add(db: sqlite3.Connection, raw: Raw, article: int | None, digest: bytes | None) -> None:
    """Note a raw document and the sighting it made, if it made one."""
    db.execute(
        "INSERT INTO raws (file, place, size, url, at, outlet, article, digest, task) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            raw.file,
            raw.offset,
            raw.size,
            raw.url,
            micros(raw.fetched_at),
            raw.outlet,
            article,
            digest,
            pack_task(raw.task),
        ),
    )


def raws(db: sqlite3.Connection, after: int, limit: int, outlet: OutletId | None, until: int | None) -> list[Raw]:
    """Raw documents by key."""
    rows = db.execute(
        "SELECT key, file, place, size, url, at, outlet, article, digest, task FROM raws "
        "WHERE key > :after AND (:outlet IS NULL OR outlet = :outlet) AND (:until IS NULL OR at < :until) "
        "ORDER BY key LIMIT :limit",
        {"after": after, "outlet": outlet, "until": until, "limit": max(limit, 0)},
    )
    return [
        Raw(
            file,
            place,
            size,
            url,
            moment(at),
            of,
            key,
            "" if article is None else id_of(article),
            digest or b"",
            unpack_task(task),
        )
        for key, file, place, size, url, at, of, article, digest, task in rows
    ]


def drop(db: sqlite3.Connection, file: str) -> int:
    """Forget that documents are kept in a file."""
    return db.execute("DELETE FROM raws WHERE file = ?", (file,)).rowcount


def knowledge(db: sqlite3.Connection, outlets: Collection[OutletId]) -> dict[OutletId, bytes]:
    """What was learned of these outlets."""
    rows = db.execute(
        "SELECT outlet, packed FROM json_each(?) JOIN knowledge ON outlet = value", (encode_json(sorted(outlets)),)
    )
    return dict(rows.fetchall())


def save_knowledge(db: sqlite3.Connection, taught: Mapping[OutletId, Callable[[bytes], bytes]]) -> None:
    """Replace what was learned of outlets by what follows from it."""
    before = knowledge(db, taught)
    db.executemany(
        "INSERT OR REPLACE INTO knowledge (outlet, packed) VALUES (?, ?)",
        ((outlet, follows(before.get(outlet, b""))) for outlet, follows in taught.items()),
    )
