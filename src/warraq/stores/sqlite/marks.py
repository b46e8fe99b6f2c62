"""What a reader has read and starred. Inside one transaction.

An article is read if it was marked so, or if it was first seen up to the moment at which all (of its outlet, or of
everything) was marked read, unless it was marked unread since.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from warraq.stores.values import encode_json, id_of, number_of
from warraq.types import ArticleId, Mark, OutletId, Selection, micros

_READ = "coalesce(m.read, a.first_seen <= max(coalesce(g.at, -1), coalesce(o.at, -1)))"
_FROM = """
    FROM articles AS a
    LEFT JOIN marks AS m ON m.article = a.id
    LEFT JOIN read_up_to AS g ON g.outlet = ''
    LEFT JOIN read_up_to AS o ON o.outlet = a.outlet
"""


def selected(db: sqlite3.Connection, wanted: Selection, limit: int) -> list[tuple[int, ArticleId]]:
    """Articles of a selection as (first seen, id), the newest first unless it says otherwise."""
    order, beyond = ("ASC", ">") if wanted.oldest_first else ("DESC", "<")
    where, values = ["1"], {"limit": max(limit, 0)}
    said: dict[str, object] = dict(values)
    if wanted.outlets:
        where.append("a.outlet IN (SELECT value FROM json_each(:outlets))")
        said["outlets"] = encode_json(wanted.outlets)
    if wanted.since is not None:
        where.append("a.first_seen >= :since")
        said["since"] = micros(wanted.since)
    if wanted.until is not None:
        where.append("a.first_seen < :until")
        said["until"] = micros(wanted.until)
    if wanted.read is not None:
        where.append(f"{_READ} = :read")
        said["read"] = int(wanted.read)
    if wanted.starred is not None:
        where.append("coalesce(m.starred, 0) = :starred")
        said["starred"] = int(wanted.starred)
    if wanted.after is not None:
        where.append(f"(a.first_seen, a.id) {beyond} (:at, :id)")
        said["at"], said["id"] = wanted.after[0], number_of(wanted.after[1])
    rows = db.execute(
        f"SELECT a.first_seen, a.id {_FROM} WHERE {' AND '.join(where)} "
        f"ORDER BY a.first_seen {order}, a.id {order} LIMIT :limit",
        said,
    )
    return [(at, id_of(id)) for at, id in rows]


def marked(db: sqlite3.Connection, ids: Collection[ArticleId]) -> dict[ArticleId, Mark]:
    """What the reader made of these articles; articles that are not there are absent."""
    rows = db.execute(
        f"SELECT a.id, {_READ}, coalesce(m.starred, 0) {_FROM} "  # noqa: S608 - constants
        "WHERE a.id IN (SELECT value FROM json_each(?))",
        (encode_json(sorted({number_of(id) for id in ids})),),
    )
    return {id_of(id): Mark(bool(read), bool(starred)) for id, read, starred in rows}


def mark(db: sqlite3.Connection, ids: Collection[ArticleId], read: bool | None, starred: bool | None) -> None:
    """Mark articles; None leaves that as it is."""
    db.executemany(
        "INSERT INTO marks (article, read, starred) VALUES (:id, :read, coalesce(:starred, 0)) "
        "ON CONFLICT DO UPDATE SET read = coalesce(:read, read), starred = coalesce(:starred, starred)",
        [
            {
                "id": number_of(id),
                "read": None if read is None else int(read),
                "starred": None if starred is None else int(starred),
            }
            for id in ids
        ],
    )


def mark_all_read(db: sqlite3.Connection, outlet: OutletId, until: int) -> None:
    """All of an outlet (empty: of every outlet) first seen up to a moment is read."""
    db.execute(
        "INSERT INTO read_up_to (outlet, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
        (outlet, until),
    )
    db.execute(
        "UPDATE marks SET read = NULL WHERE read = 0 AND article IN "
        "(SELECT id FROM articles WHERE first_seen <= :until AND (:outlet = '' OR outlet = :outlet))",
        {"until": until, "outlet": outlet},
    )


def unread(db: sqlite3.Connection) -> dict[OutletId, tuple[int, int]]:
    """Outlets with unread articles: how many, and when the newest of them was first seen."""
    rows = db.execute(f"SELECT a.outlet, count(*), max(a.first_seen) {_FROM} WHERE {_READ} = 0 GROUP BY a.outlet")
    return {outlet: (count, newest) for outlet, count, newest in rows}
