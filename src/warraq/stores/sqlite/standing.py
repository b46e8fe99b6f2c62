"""What an archive stands at: a few counters that move whenever something changes that a reader may see."""

from __future__ import annotations

import sqlite3

from warraq.stores.sqlite import placing, reading
from warraq.types import FOREVER, ArticleId


def standing(db: sqlite3.Connection) -> tuple[int, tuple[object, ...]]:
    """The last line of the log, and everything else that pages depend on; equal: nothing changed."""
    (removals,) = db.execute("SELECT count(*) FROM removals").fetchone()
    outlets = tuple(reading.saved_outlets(db))
    states = tuple(db.execute("SELECT outlet, unsafe_since FROM outlet_states ORDER BY outlet"))
    return reading.last_change(db), (removals, hash(outlets), states, placing.taken_back(db), placing.last_placed(db))


def touched(db: sqlite3.Connection, after: int, limit: int) -> list[ArticleId] | None:
    """The articles of the log's lines after one; None for more than `limit`."""
    found = reading.changes(db, after, min(limit + 1, FOREVER))
    return None if len(found) > limit else [line.article for line in found]
