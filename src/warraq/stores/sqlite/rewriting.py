"""Taking back what was recorded: sightings a raw document had made (replay), or all of an article (forget).

Inside one transaction. What follows from an article's sightings (its row, its numbers, the counts, the background, the
placements) is brought in line, so that an archive from which something was taken back equals one that never had it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection
from datetime import datetime

from warraq.stores.sqlite import placing
from warraq.stores.sqlite.reading import SPAN
from warraq.stores.values import id_of, number_of, numbered
from warraq.types import ArticleId, Forgotten, micros


def take_back(db: sqlite3.Connection, raw: int) -> None:
    """Undo the sighting that a raw document made, if it made one."""
    row = db.execute("SELECT article, at, digest FROM raws WHERE key = ?", (raw,)).fetchone()
    if row is not None and row[0] is not None:
        remove(db, row[0], {(row[1], row[2])})
        db.execute("UPDATE raws SET article = NULL, digest = NULL WHERE key = ?", (raw,))


def forget(db: sqlite3.Connection, id: ArticleId, reason: str, at: datetime) -> Forgotten | None:
    """Erase an article and note that it was; None if it is not there."""
    article = number_of(id)
    row = db.execute(
        "SELECT url FROM articles AS a JOIN contents ON key = first_content WHERE a.id = ?", (article,)
    ).fetchone()
    if row is None:
        return None
    found = db.execute("SELECT at, digest FROM sightings WHERE article = ?", (article,)).fetchall()
    remove(db, article, set(found))
    db.execute("DELETE FROM raws WHERE article = ?", (article,))
    db.execute("DELETE FROM raws WHERE url = ?", (row[0],))
    db.execute("DELETE FROM removals WHERE article = ?", (article,))
    db.execute("DELETE FROM failures WHERE place = ?", (row[0],))
    db.execute(
        "INSERT OR REPLACE INTO forgotten (article, url, at, reason) VALUES (?, ?, ?, ?)",
        (article, row[0], micros(at), reason),
    )
    return Forgotten(id_of(article), row[0], at, reason)


def remove(db: sqlite3.Connection, article: int, sightings: Collection[tuple[int, bytes]]) -> None:
    """Take sightings of an article back, with the contents that only they showed."""
    stored = {
        (at, digest): (content, number)
        for at, digest, content, number in db.execute(
            "SELECT at, digest, content, number FROM sightings WHERE article = ?", (article,)
        )
    }
    if not stored.keys() & set(sightings):
        return
    first_seen, first_content, outlet, url_hash = db.execute(
        "SELECT first_seen, first_content, outlet, url_hash FROM articles WHERE id = ?", (article,)
    ).fetchone()
    left = sorted(stored.keys() - set(sightings))
    later = Counter[int]()
    for (at, _), (_, number) in stored.items():
        later[at // SPAN] -= number > 1
    db.execute("DELETE FROM sightings WHERE article = ?", (article,))
    if left:
        rows = []
        for (at, digest), number in zip(left, numbered(left), strict=True):
            rows.append((article, at, digest, stored[at, digest][0], number))
            later[at // SPAN] += number > 1
        content = stored[left[0]][0]
        if content != first_content:
            outlet_now, url_hash = _owner(db, content, url_hash)
        else:
            outlet_now = outlet
        db.execute(
            "UPDATE articles SET first_seen = ?, first_content = ?, outlet = ?, url_hash = ? WHERE id = ?",
            (left[0][0], content, outlet_now, url_hash, article),
        )
        db.executemany("INSERT INTO sightings (article, at, digest, content, number) VALUES (?, ?, ?, ?, ?)", rows)
        _count(db, outlet_now, left[0][0], 1)
    else:
        db.execute("DELETE FROM articles WHERE id = ?", (article,))
    _count(db, outlet, first_seen, -1)
    db.executemany(
        "INSERT INTO later_counts (span, revisions) VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET revisions = revisions + excluded.revisions",
        [(span, change) for span, change in later.items() if change],
    )
    gone = {content for content, _ in stored.values()} - {stored[kept][0] for kept in left}
    for table in ("analyses", "wholes", "contents"):
        db.executemany(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in sorted(gone)])  # noqa: S608
    db.execute("INSERT INTO log (article) VALUES (?)", (article,))
    db.execute("DELETE FROM backgrounds WHERE (last_at, last_article) >= (?, ?)", (first_seen, article))
    placing.take_back(db, first_seen, article)


def _owner(db: sqlite3.Connection, content: int, url_hash: int) -> tuple[str, int]:
    (outlet,) = db.execute("SELECT outlet FROM contents WHERE key = ?", (content,)).fetchone()
    return outlet, url_hash


def _count(db: sqlite3.Connection, outlet: str, at: int, change: int) -> None:
    db.execute(
        "INSERT INTO article_counts (outlet, span, articles) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET articles = articles + excluded.articles",
        (outlet, at // SPAN, change),
    )
