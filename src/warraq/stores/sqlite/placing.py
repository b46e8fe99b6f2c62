"""Stories: where articles were placed, in the order (first seen, id), and what was joined. Inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence

from warraq.stores.values import encode_json, id_of, number_of
from warraq.types import FOREVER, Arrival, ArticleId, Placed, Placement

_ARRIVAL = "c.outlet, coalesce(min(c.published_at, a.first_seen), a.first_seen), coalesce(n.terms, x'')"
_CONTENT = "JOIN contents AS c ON c.key = a.first_content LEFT JOIN analyses AS n ON n.key = a.first_content"


def last_placed(db: sqlite3.Connection) -> tuple[int, ArticleId] | None:
    """The last position placed."""
    row = db.execute("SELECT at, article FROM placements ORDER BY at DESC, article DESC LIMIT 1").fetchone()
    return None if row is None else (row[0], id_of(row[1]))


def taken_back(db: sqlite3.Connection) -> int:
    """How often placements were taken back."""
    (times,) = db.execute("SELECT times FROM taken_back").fetchone()
    return int(times)


def arrivals(db: sqlite3.Connection, after: tuple[int, ArticleId] | None, limit: int) -> list[Arrival]:
    """Each article's first content, in order of (first seen, id)."""
    at, article = (-FOREVER, -1) if after is None else (after[0], number_of(after[1]))
    rows = db.execute(
        f"SELECT a.id, a.first_seen, {_ARRIVAL} FROM articles AS a {_CONTENT} "  # noqa: S608 - constants
        "WHERE (a.first_seen, a.id) > (?, ?) ORDER BY a.first_seen, a.id LIMIT ?",
        (at, article, max(limit, 0)),
    )
    return [Arrival(id_of(id), *rest) for id, *rest in rows]


def placed(db: sqlite3.Connection, since: int, limit: int) -> list[Placed]:
    """The last articles placed, in order, in the stories of which they are part by now."""
    rows = db.execute(
        f"""
        SELECT a.id, a.first_seen, {_ARRIVAL}, p.story, p.event FROM (
            SELECT * FROM placements WHERE at >= ? ORDER BY at DESC, article DESC LIMIT ?
        ) AS p JOIN articles AS a ON a.id = p.article {_CONTENT} ORDER BY p.at, p.article
        """,  # noqa: S608 - constants
        (since, max(limit, 0)),
    ).fetchall()
    wholes = _wholes(db, {row[5] for row in rows}, FOREVER)
    began = dict(
        db.execute(
            "SELECT article, at FROM json_each(?) JOIN placements ON article = value",
            (encode_json(sorted(set(wholes.values()))),),
        )
    )
    return [
        Placed(Arrival(id_of(id), *rest), id_of(wholes[story]), id_of(event), began[wholes[story]])
        for id, *rest, story, event in rows
    ]


def place(
    db: sqlite3.Connection, placements: Sequence[Placement], after: tuple[int, ArticleId] | None, times: int | None
) -> bool:
    """Append placements, if they are of just those articles that follow `after`, and that is still the last."""
    if last_placed(db) != after or (times is not None and taken_back(db) != times):
        return False
    at, article = (-FOREVER, -1) if after is None else (after[0], number_of(after[1]))
    follow = db.execute(
        "SELECT id FROM articles WHERE (first_seen, id) > (?, ?) ORDER BY first_seen, id LIMIT ?",
        (at, article, len(placements)),
    ).fetchall()
    if [id for (id,) in follow] != [number_of(p.article) for p in placements]:
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
    """Forget all placements from a position on: something new stands there, or something no longer does."""
    if db.execute("DELETE FROM placements WHERE (at, article) >= (?, ?)", (at, article)).rowcount:
        db.execute("DELETE FROM joined WHERE (at, article) >= (?, ?)", (at, article))
        db.execute("UPDATE taken_back SET times = times + 1")


def _wholes(db: sqlite3.Connection, stories: Collection[int], as_of: int) -> dict[int, int]:
    """The story of which each of these stories had become part by `as_of`; itself, if of none."""
    asked = set(stories)
    into: dict[int, int] = {}
    while asked:
        rows = db.execute(
            "SELECT taken, into_ FROM json_each(?) JOIN joined ON taken = value AND at <= ?",
            (encode_json(sorted(asked)), as_of),
        ).fetchall()
        into.update(rows)
        asked = {whole for _, whole in rows}
    found = {}
    for story in stories:
        whole = story
        while whole in into:
            whole = into[whole]
        found[story] = whole
    return found


def placements(db: sqlite3.Connection, ids: Collection[ArticleId], as_of: int) -> dict[ArticleId, Placement]:
    """Where these articles belonged."""
    rows = db.execute(
        "SELECT at, article, story, event FROM json_each(?) JOIN placements ON article = value WHERE at <= ?",
        (encode_json(sorted({number_of(id) for id in ids})), as_of),
    ).fetchall()
    wholes = _wholes(db, {row[2] for row in rows}, as_of)
    return {
        id_of(article): Placement(id_of(article), at, id_of(wholes[story]), id_of(event))
        for at, article, story, event in rows
    }


def fellows(
    db: sqlite3.Connection, article: ArticleId, others: Collection[ArticleId], as_of: int
) -> set[ArticleId] | None:
    """Those of the others that were of an article's story; None if it was not placed then."""
    own = number_of(article)
    placed: dict[int, int] = dict(
        db.execute(
            "SELECT article, story FROM json_each(?) JOIN placements ON article = value WHERE at <= ?",
            (encode_json(sorted({own, *map(number_of, others)})), as_of),
        )
    )
    if own not in placed:
        return None
    wholes = _wholes(db, set(placed.values()), as_of)
    story = wholes[placed.pop(own)]
    return {id_of(other) for other, name in placed.items() if wholes[name] == story}


def members(db: sqlite3.Connection, story: ArticleId, as_of: int) -> list[Placement]:
    """The articles of the story of which a story is part."""
    whole = _wholes(db, [number_of(story)], as_of)[number_of(story)]
    rows = db.execute(
        """
        WITH RECURSIVE parts(name) AS (
            SELECT :whole UNION SELECT taken FROM parts JOIN joined ON into_ = name AND joined.at <= :as_of
        )
        SELECT at, article, event FROM parts JOIN placements ON story = name
        WHERE at <= :as_of ORDER BY at, article
        """,
        {"whole": whole, "as_of": as_of},
    ).fetchall()
    return [Placement(id_of(article), at, id_of(whole), id_of(event)) for at, article, event in rows]


def stories(
    db: sqlite3.Connection, since: int, until: int, as_of: int, limit: int, offset: int
) -> list[tuple[ArticleId, int]]:
    """Stories with articles first seen in a span of time, the largest first, ties by id."""
    rows = db.execute(
        "SELECT story, count(*) FROM placements WHERE at >= ? AND at < ? AND at <= ? GROUP BY story",
        (since, until, as_of),
    ).fetchall()
    wholes = _wholes(db, {story for story, _ in rows}, as_of)
    sizes: dict[int, int] = {}
    for story, count in rows:
        sizes[wholes[story]] = sizes.get(wholes[story], 0) + count
    first, after = max(offset, 0), max(offset, 0) + max(limit, 0)
    order = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[first:after]
    return [(id_of(story), count) for story, count in order]
