"""What the operator decides and sees: removals, what was forgotten, outlets' states, counts by day."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from warraq.stores.values import encode_json, id_of, number_of, unpack_visit, url_number
from warraq.types import (
    ArticleId,
    Change,
    DayCount,
    Forgotten,
    Outcome,
    OutletId,
    OutletState,
    Rank,
    Raw,
    Reason,
    Task,
    TaskKind,
    micros,
    moment,
)

GONE = (404, 410)
THERE = (200, 304)
_DAY = 86_400_000_000
_FIRST_DAY = date(1970, 1, 1)
_NEVER = datetime.max.replace(tzinfo=UTC)
"""When an address is due that is not to be asked any more (410)."""


def count_days(db: sqlite3.Connection, changes: Iterable[Change], repeated: Iterable[Change] = ()) -> None:
    """Count outcomes on the day each document was seen, by outlet. Of them `repeated` brought nothing new after all."""
    counts = Counter(_of_day(change, change.outcome, change.reason) for change in changes if change.seen_at)
    for change in repeated:
        counts[_of_day(change, change.outcome, change.reason)] -= 1
        counts[_of_day(change, Outcome.UNCHANGED, None)] += 1
    db.executemany(
        "INSERT INTO day_counts (day, outlet, outcome, reason, count) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(*key, count) for key, count in counts.items() if count],
    )


def _of_day(change: Change, outcome: Outcome, reason: Reason | None) -> tuple[int, OutletId, str, str]:
    assert change.seen_at is not None
    return micros(change.seen_at) // _DAY, change.outlet, outcome.value, str(reason or "")


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
    """Record which articles their outlets removed (404, 410 at their address), and which came back, changed or not."""
    for change in changes:
        there = change.status in THERE and change.outcome in (Outcome.NEW, Outcome.REVISED, Outcome.UNCHANGED)
        if change.seen_at is None or not (there or change.status in GONE):
            continue
        if change.article is not None:
            article: int | None = number_of(change.article.id)
        else:
            row = db.execute(
                "SELECT id FROM articles JOIN contents ON key = first_content WHERE url_hash = ? AND url = ?",
                (url_number(change.where), change.where),
            ).fetchone()
            article = None if row is None else row[0]
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


def barred(db: sqlite3.Connection, ids: Collection[ArticleId]) -> set[ArticleId]:
    """Of these articles those that were forgotten."""
    numbers = encode_json(sorted({number_of(id) for id in ids}))
    rows = db.execute("SELECT article FROM json_each(?) JOIN forgotten ON article = value", (numbers,))
    return {id_of(article) for (article,) in rows}


def watched(db: sqlite3.Connection) -> list[Task]:
    """What is read again and again to find articles, by outlet."""
    rows = db.execute(
        "SELECT url, kind, outlet, due, rank, visit, done FROM tasks WHERE watch = 1 AND kind <> 'page' "
        "ORDER BY outlet, url"
    )
    return [
        Task(
            url,
            TaskKind(kind),
            outlet,
            _NEVER if done else moment(due),
            rank=Rank(rank),
            watch=True,
            visit=unpack_visit(visit),
        )
        for url, kind, outlet, due, rank, visit, done in rows
    ]


def raws_of(db: sqlite3.Connection, id: ArticleId) -> list[Raw]:
    """The raw documents that made an article's states, and all others found at its address."""
    rows = db.execute(
        "SELECT key, file, place, size, url, at, outlet, article, digest FROM raws WHERE article = :article OR url = "
        "(SELECT url FROM articles AS a JOIN contents AS c ON c.key = a.first_content WHERE a.id = :article) "
        "ORDER BY key",
        {"article": number_of(id)},
    )
    return [
        Raw(file, place, size, url, moment(at), of, key, "" if made is None else id_of(made), digest or b"")
        for key, file, place, size, url, at, of, made, digest in rows
    ]


def problems(db: sqlite3.Connection, limit: int = 100) -> list[str]:
    """What SQLite finds wrong with the file, and what is missing that should be there; a line each."""
    found = [line for (line,) in db.execute(f"PRAGMA integrity_check({limit})") if line != "ok"]
    found += [
        f"{table}: row {row} has no {parent}"
        for table, row, parent, _ in islice(db.execute("PRAGMA foreign_key_check"), limit)
    ]
    for what, query in _MISSING.items():
        (count,) = db.execute(query).fetchone()
        if count:
            found.append(f"{count} {what}")
    return found[:limit]


_MISSING = {
    "contents without a body": "SELECT count(*) FROM contents LEFT JOIN wholes USING (key) WHERE body IS NULL",
    "articles without a sighting": (
        "SELECT count(*) FROM articles AS a WHERE NOT EXISTS (SELECT 1 FROM sightings WHERE article = a.id)"
    ),
    "articles whose first sighting is another": (
        "SELECT count(*) FROM articles AS a WHERE first_seen IS NOT (SELECT min(at) FROM sightings "
        "WHERE article = a.id)"
    ),
    "articles that the counts leave out or count twice": (
        "SELECT abs((SELECT count(*) FROM articles) - (SELECT coalesce(sum(articles), 0) FROM article_counts))"
    ),
    "forgotten articles that are there": "SELECT count(*) FROM forgotten JOIN articles ON id = article",
}


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
