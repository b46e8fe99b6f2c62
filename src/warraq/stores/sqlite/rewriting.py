"""Changing what was recorded: what a raw document had made (replay), analyses, or all of an article (forget).

Inside one transaction. What follows from an article's sightings (its row, its numbers, the counts, the background, the
placements) is brought in line, so that an archive from which something was taken back equals one that never had it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from warraq.stores.sqlite import alerting, frontier, placing
from warraq.stores.sqlite.reading import SPAN
from warraq.stores.values import (
    BRIEF_COLUMNS,
    WHOLE_COLUMNS,
    id_of,
    number_of,
    numbered,
    pack_brief,
    pack_whole,
    url_number,
)
from warraq.types import FOREVER, Analysis, ArticleId, Change, Forgotten, micros

INSERT_CONTENT = f"INSERT OR REPLACE INTO contents ({BRIEF_COLUMNS}) VALUES (?{', ?' * BRIEF_COLUMNS.count(',')})"  # noqa: S608
INSERT_WHOLE = f"INSERT OR REPLACE INTO wholes (key, {WHOLE_COLUMNS}) VALUES (?, ?{', ?' * WHOLE_COLUMNS.count(',')})"  # noqa: S608
INSERT_ANALYSIS = "INSERT OR REPLACE INTO analyses (key, recipe, terms, sketch) VALUES (?, ?, ?, ?)"


def derive(db: sqlite3.Connection, raw: int, change: Change) -> bool:
    """Make way for what a raw document makes now. True if that is the same sighting: then its content is replaced."""
    row = db.execute("SELECT article, at, digest FROM raws WHERE key = ?", (raw,)).fetchone()
    if row is None or row[0] is None:
        return False
    if change.article is not None and change.seen_at is not None:
        made = (number_of(change.article.id), micros(change.seen_at), change.digest)
        if made == row and _replace(db, made, change):
            return True
    remove(db, row[0], {(row[1], row[2])})
    return False


def _replace(db: sqlite3.Connection, sighting: tuple[int, int, bytes], change: Change) -> bool:
    found = db.execute("SELECT content FROM sightings WHERE (article, at, digest) = (?, ?, ?)", sighting).fetchone()
    if found is None or change.article is None:
        return False
    (key,), article = found, change.article
    db.execute(INSERT_CONTENT, pack_brief(article, key))
    db.execute(INSERT_WHOLE, (key, *pack_whole(article)))
    if change.analysis is not None:
        db.execute(INSERT_ANALYSIS, (key, change.analysis.recipe, change.analysis.terms, change.analysis.sketch))
    row = db.execute(
        "SELECT id, first_seen, outlet FROM articles WHERE id = ? AND first_content = ?", (sighting[0], key)
    ).fetchone()
    if row is not None:
        number, first_seen, outlet = row
        if outlet != article.outlet:
            db.execute(
                "UPDATE articles SET outlet = ?, url_hash = ? WHERE id = ?",
                (article.outlet, url_number(article.url), number),
            )
            _count(db, outlet, first_seen, -1)
            _count(db, article.outlet, first_seen, 1)
        _disturb(db, first_seen, number)
    db.execute("INSERT INTO log (article) VALUES (?)", sighting[:1])
    return True


def renew(db: sqlite3.Connection, analyses: Mapping[int, Analysis]) -> None:
    """Replace the analyses of contents; all that was derived from them goes."""
    db.executemany(INSERT_ANALYSIS, [(key, a.recipe, a.terms, a.sketch) for key, a in analyses.items()])
    _disturb(db, -FOREVER, 0)


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
    db.execute("DELETE FROM marks WHERE article = ?", (article,))
    alerting.forget(db, article)
    db.execute("DELETE FROM failures WHERE place = ?", (row[0],))
    frontier.forget(db, row[0])
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
    first_seen, first_content, outlet = db.execute(
        "SELECT first_seen, first_content, outlet FROM articles WHERE id = ?", (article,)
    ).fetchone()
    left = sorted(stored.keys() - set(sightings))
    later = Counter[int]()
    for (at, _), (_, number) in stored.items():
        later[at // SPAN] -= number > 1
    db.execute("DELETE FROM sightings WHERE article = ?", (article,))
    if left:
        at, content = left[0][0], stored[left[0]][0]
        outlet_now, url = db.execute("SELECT outlet, url FROM contents WHERE key = ?", (content,)).fetchone()
        db.execute(
            "UPDATE articles SET first_seen = ?, first_content = ?, outlet = ?, url_hash = ? WHERE id = ?",
            (at, content, outlet_now, url_number(url), article),
        )
        rows = []
        for sighting, number in zip(left, numbered(left), strict=True):
            rows.append((article, *sighting, stored[sighting][0], number))
            later[sighting[0] // SPAN] += number > 1
        db.executemany("INSERT INTO sightings (article, at, digest, content, number) VALUES (?, ?, ?, ?, ?)", rows)
        _count(db, outlet_now, at, 1)
    else:
        at, content = FOREVER, 0
        db.execute("DELETE FROM articles WHERE id = ?", (article,))
    _count(db, outlet, first_seen, -1)
    db.executemany(
        "INSERT INTO later_counts (span, revisions) VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET revisions = revisions + excluded.revisions",
        [(span, change) for span, change in later.items() if change],
    )
    gone = {content for content, _ in stored.values()} - {stored[kept][0] for kept in left}
    db.execute("UPDATE tokens SET last_key = max(last_key, ?)", (max(gone, default=0),))
    for table in ("analyses", "wholes", "contents"):
        db.executemany(f"DELETE FROM {table} WHERE key = ?", [(key,) for key in sorted(gone)])  # noqa: S608
    db.execute("INSERT INTO log (article) VALUES (?)", (article,))
    if (at, content) != (first_seen, first_content):
        _disturb(db, first_seen, article)


def _disturb(db: sqlite3.Connection, at: int, article: int) -> None:
    """Something else stands at this place in the order of first seeing: what was derived from there on goes."""
    db.execute("DELETE FROM backgrounds WHERE (last_at, last_article) >= (?, ?)", (at, article))
    placing.take_back(db, at, article)


def _count(db: sqlite3.Connection, outlet: str, at: int, change: int) -> None:
    db.execute(
        "INSERT INTO article_counts (outlet, span, articles) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET articles = articles + excluded.articles",
        (outlet, at // SPAN, change),
    )
    db.execute("DELETE FROM article_counts WHERE outlet = ? AND span = ? AND articles = 0", (outlet, at // SPAN))
