"""What the operator decides and sees: removals, what was forgotten, outlets' states, counts by day."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

from warraq.stores.values import encode_json, id_of, number_of, url_number
from warraq.types import (
    ArticleId,
    Change,
    DayCount,
    Forgotten,
    Outcome,
    OutletId,
    OutletState,
    Reason,
    micros,
    moment,
)

GONE = (404, 410)
_DAY = 86_400_000_000
_FIRST_DAY = date(1970, 1, 1)


def count_days(db: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Count outcomes on the day each document was seen, by outlet."""
    counts = Counter(
        (micros(change.seen_at) // _DAY, change.outlet, change.outcome.value, str(change.reason or ""))
        for change in changes
        if change.seen_at is not None
    )
    db.executemany(
        "INSERT INTO day_counts (day, outlet, outcome, reason, count) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*key, count) for key, count in counts.items()],
    )


def day_counts(db: sqlite3.Connection, since: date, outlet: OutletId | None) -> list[DayCount]:
    """Outcomes by day and outlet."""
    rows = db.execute(
        "SELECT day, outlet, outcome, reason, count FROM day_counts WHERE day >= :day "
        "AND (:outlet IS NULL OR outlet = :outlet) ORDER BY day, outlet, outcome, reason",
        {"day": (since - _FIRST_DAY).days, "outlet": outlet},
    )
    return [
        DayCount(_FIRST_DAY + timedelta(days=day), of, Outcome(outcome), Reason(reason) if reason else None, count)
        for day, of, outcome, reason, count in rows
    ]


def note_removals(db: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Record which articles their outlets removed (404, 410 at their address), and which came back."""
    for change in changes:
        if change.seen_at is None:
            continue
        if change.status in GONE:
            row = db.execute(
                "SELECT id FROM articles JOIN contents ON key = first_content WHERE url_hash = ? AND url = ?",
                (url_number(change.where), change.where),
            ).fetchone()
            article = None if row is None else row[0]
        elif change.status == 200 and change.article is not None:
            article = number_of(change.article.id)
        else:
            continue
        if article is None:
            continue
        last = db.execute(
            "SELECT status FROM removals WHERE article = ? AND at <= ? ORDER BY at DESC LIMIT 1",
            (article, micros(change.seen_at)),
        ).fetchone()
        gone = change.status in GONE
        if gone != bool(last and last[0]):
            db.execute(
                "INSERT OR REPLACE INTO removals (article, at, status) VALUES (?, ?, ?)",
                (article, micros(change.seen_at), change.status if gone else 0),
            )


def removed(db: sqlite3.Connection, ids: Collection[ArticleId], as_of: int) -> dict[ArticleId, int]:
    """Of these articles those removed by then, and since when."""
    rows = db.execute(
        "SELECT article, max(at), status FROM json_each(?) JOIN removals ON article = value WHERE at <= ? "
        "GROUP BY article",
        (encode_json(sorted({number_of(id) for id in ids})), as_of),
    )
    return {id_of(article): at for article, at, status in rows if status}


def forgotten(db: sqlite3.Connection) -> list[Forgotten]:
    """All that was forgotten, newest first."""
    rows = db.execute("SELECT article, url, at, reason FROM forgotten ORDER BY at DESC, article")
    return [Forgotten(id_of(article), url, moment(at), reason) for article, url, at, reason in rows]


def outlet_states(db: sqlite3.Connection) -> dict[OutletId, OutletState]:
    """What was decided or noticed of outlets."""
    rows = db.execute("SELECT outlet, disabled, unsafe_since, note FROM outlet_states")
    return {
        outlet: OutletState(outlet, bool(disabled), None if unsafe is None else moment(unsafe), note)
        for outlet, disabled, unsafe, note in rows
    }


def save_outlet_state(db: sqlite3.Connection, state: OutletState) -> None:
    """Keep it."""
    db.execute(
        "INSERT OR REPLACE INTO outlet_states (outlet, disabled, unsafe_since, note) VALUES (?, ?, ?, ?)",
        (
            state.outlet,
            int(state.disabled),
            None if state.unsafe_since is None else micros(state.unsafe_since),
            state.note,
        ),
    )
