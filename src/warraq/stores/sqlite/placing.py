"""Stories: where articles were placed, in the order (first seen, id), and what was joined. Inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from warraq.stores.values import encode_json, id_of, number_of
from warraq.types import ArticleId, Placement


def last_placed(db: sqlite3.Connection) -> tuple[int, ArticleId] | None:
    """The last position placed."""
    row = db.execute("SELECT at, article FROM placements ORDER BY at DESC, article DESC LIMIT 1").fetchone()
    return None if row is None else (row[0], id_of(row[1]))


def place(db: sqlite3.Connection, placements: Sequence[Placement], after: tuple[int, ArticleId] | None) -> bool:
    """Append placements, if `after` is still the last."""
    if last_placed(db) != after:
        return False
    db.executemany(
        "INSERT INTO placements (at, article, story, event) VALUES (?, ?, ?, ?)",
        [(p.at, number_of(p.article), number_of(p.story), number_of(p.event)) for p in placements],
    )
    db.executemany(
        "INSERT INTO joined (at, article, taken, into_) VALUES (?, ?, ?, ?)",
        [(p.at, number_of(p.article), number_of(t), number_of(i)) for p in placements for t, i in p.joined],
    )
    return True


def take_back(db: sqlite3.Connection, at: int, article: int) -> None:
    """Forget all placements from a position on: something new stands there."""
    db.execute("DELETE FROM placements WHERE (at, article) >= (?, ?)", (at, article))
    db.execute("DELETE FROM joined WHERE (at, article) >= (?, ?)", (at, article))


def _whole(db: sqlite3.Connection, name: int, as_of: int) -> int:
    """What a story or event had become part of by `as_of`."""
    while row := db.execute("SELECT into_ FROM joined WHERE taken = ? AND at <= ?", (name, as_of)).fetchone():
        name = row[0]
    return name


def placements(db: sqlite3.Connection, ids: Collection[ArticleId], as_of: int) -> dict[ArticleId, Placement]:
    """Where these articles belonged."""
    rows = db.execute(
        "SELECT at, article, story, event FROM json_each(?) JOIN placements ON article = value WHERE at <= ?",
        (encode_json(sorted({number_of(id) for id in ids})), as_of),
    ).fetchall()
    return {
        id_of(article): Placement(id_of(article), at, id_of(_whole(db, story, as_of)), id_of(_whole(db, event, as_of)))
        for at, article, story, event in rows
    }


def members(db: sqlite3.Connection, story: ArticleId, as_of: int) -> list[Placement]:
    """The articles of the whole that a story is part of."""
    top = _whole(db, number_of(story), as_of)
    rows = db.execute(
        """
        WITH RECURSIVE parts(name) AS (
            SELECT :top UNION SELECT taken FROM parts JOIN joined ON into_ = name AND joined.at <= :as_of
        )
        SELECT at, article, event FROM parts JOIN placements ON story = name
        WHERE at <= :as_of ORDER BY at, article
        """,
        {"top": top, "as_of": as_of},
    ).fetchall()
    return [Placement(id_of(article), at, id_of(top), id_of(_whole(db, event, as_of))) for at, article, event in rows]


def stories(
    db: sqlite3.Connection, since: int, until: int, as_of: int, limit: int, offset: int
) -> list[tuple[ArticleId, int]]:
    """Stories with articles first seen in a window, the largest first, ties by id."""
    rows = db.execute(
        "SELECT story, count(*) FROM placements WHERE at >= ? AND at < ? AND at <= ? GROUP BY story",
        (since, until, as_of),
    ).fetchall()
    sizes: dict[int, int] = {}
    for story, count in rows:
        top = _whole(db, story, as_of)
        sizes[top] = sizes.get(top, 0) + count
    order = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[offset : offset + limit]
    return [(id_of(story), count) for story, count in order]
