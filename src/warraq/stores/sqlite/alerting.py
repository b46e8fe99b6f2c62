"""Saved searches, what was told, and the messages under way. Inside one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from warraq.stores.values import encode_json, id_of, number_of
from warraq.types import (
    AlertKind,
    ArticleId,
    Channel,
    Delivery,
    DeliveryState,
    Mail,
    Nobody,
    SavedSearch,
    Security,
    Telegram,
    Told,
    Watching,
    Webhook,
    micros,
    moment,
)

_DELIVERY = "id, search, body, made, due, attempts, state, reason, ended"


def searches(db: sqlite3.Connection) -> list[Watching]:
    """All saved searches, by name."""
    rows = db.execute("SELECT name, search, created, seq, looked, digested, turn FROM searches ORDER BY name")
    return [
        Watching(_unpack(name, packed), moment(created), seq, moment(looked), moment(digested), turn)
        for name, packed, created, seq, looked, digested, turn in rows
    ]


def save_search(db: sqlite3.Connection, search: SavedSearch, at: datetime) -> bool:
    """Keep it, looking from here on; False if the name is taken."""
    found = db.execute(
        "INSERT OR IGNORE INTO searches (name, search, created, seq, looked, digested, turn) "
        "VALUES (:name, :search, :at, (SELECT coalesce(max(seq), 0) FROM log), :at, :at, 0)",
        {"name": search.name, "search": _pack(search), "at": micros(at)},
    )
    return found.rowcount > 0


def change_search(db: sqlite3.Connection, search: SavedSearch, at: datetime) -> bool:
    """Replace the search of this name, which goes on where it was; False if it is not there.

    One that told nobody so far looks from here on: what it passed over is no news.
    """
    row = db.execute("SELECT search FROM searches WHERE name = ?", (search.name,)).fetchone()
    if row is None:
        return False
    values = {"name": search.name, "search": _pack(search), "at": micros(at)}
    db.execute("UPDATE searches SET search = :search, turn = turn + 1 WHERE name = :name", values)
    if isinstance(_unpack(search.name, row[0]).channel, Nobody):
        db.execute(
            "UPDATE searches SET seq = (SELECT coalesce(max(seq), 0) FROM log), created = :at, looked = :at, "
            "digested = :at WHERE name = :name",
            values,
        )
    return True


def remove_search(db: sqlite3.Connection, name: str) -> bool:
    """Forget a search with all that it told and was going to tell; False if it is not there."""
    db.execute("DELETE FROM told WHERE search = ?", (name,))
    db.execute("DELETE FROM deliveries WHERE search = ?", (name,))
    return db.execute("DELETE FROM searches WHERE name = ?", (name,)).rowcount > 0


def told(db: sqlite3.Connection, search: str, ids: Collection[ArticleId]) -> dict[ArticleId, Told]:
    """What was decided on these articles."""
    rows = db.execute(
        "SELECT article, first_seen, of_, at FROM json_each(?) JOIN told ON article = value WHERE search = ?",
        (encode_json(sorted({number_of(id) for id in ids})), search),
    )
    return {found.article: found for found in map(_told, rows)}


def untold(db: sqlite3.Connection, search: str) -> list[Told]:
    """What waits for a message, and the copies of that, in the order (first seen, id)."""
    rows = db.execute(
        "SELECT article, first_seen, of_, at FROM told WHERE search = :search AND at IS NULL AND of_ IS NULL "
        "UNION ALL SELECT c.article, c.first_seen, c.of_, c.at FROM told AS t JOIN told AS c "
        "ON c.search = t.search AND c.of_ = t.article WHERE t.search = :search AND t.at IS NULL AND t.of_ IS NULL "
        "ORDER BY 2, 1",
        {"search": search},
    )
    return [_told(row) for row in rows]


def told_since(db: sqlite3.Connection, search: str, at: int) -> list[ArticleId]:
    """The articles of messages made after a moment."""
    rows = db.execute("SELECT article FROM told WHERE search = ? AND at > ? ORDER BY article", (search, at))
    return [id_of(article) for (article,) in rows]


def move_search(
    db: sqlite3.Connection,
    was: Watching,
    now: Watching,
    found: Sequence[Told],
    messages: Mapping[Delivery, Collection[ArticleId]],
    forget_before: int,
) -> bool:
    """Move a search on, keep what was decided and the messages made of it. False, keeping nothing, if it has moved."""
    name = was.search.name
    moved = db.execute(
        "UPDATE searches SET seq = ?, looked = ?, digested = ?, turn = turn + 1 "
        "WHERE name = ? AND created = ? AND turn = ?",
        (now.seq, micros(now.looked_at), micros(now.digested_at), name, micros(was.created_at), was.turn),
    )
    if not moved.rowcount:
        return False
    db.executemany(
        "INSERT INTO told (search, article, first_seen, of_) VALUES (?, ?, ?, ?)",
        [(name, number_of(t.article), t.first_seen, number_of(t.of) if t.of else None) for t in found],
    )
    for delivery, articles in messages.items():
        db.execute(
            f"INSERT INTO deliveries ({_DELIVERY}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",  # noqa: S608 - constants
            (
                delivery.id,
                name,
                delivery.body,
                micros(delivery.made_at),
                micros(delivery.due_at),
                delivery.attempts,
                delivery.state.value,
                delivery.reason,
            ),
        )
        db.execute(
            "UPDATE told SET at = ?, delivery = ? WHERE search = ? AND article IN (SELECT value FROM json_each(?))",
            (micros(delivery.made_at), delivery.id, name, encode_json([number_of(id) for id in articles])),
        )
    db.execute(
        "DELETE FROM told WHERE search = ? AND first_seen < ? AND (at IS NOT NULL OR of_ IS NOT NULL)",
        (name, forget_before),
    )
    return True


def claim_delivery(
    db: sqlite3.Connection, now: datetime, lease: timedelta, longest: timedelta
) -> tuple[Delivery, Watching] | None:
    """The pending message that is due first, with its search; nobody else gets it before `lease` is over.

    One that is due, or held, for longer than `longest` from now is due: the clock must have been set back.
    """
    row = db.execute(
        f"SELECT {_DELIVERY} FROM deliveries WHERE state = 'pending' "  # noqa: S608 - constants
        "AND (due <= :now OR due > :far) AND (until <= :now OR until > :far) ORDER BY due, made, id LIMIT 1",
        {"now": micros(now), "far": micros(now + longest)},
    ).fetchone()
    if row is None:
        return None
    found = _delivery(row)
    db.execute("UPDATE deliveries SET attempts = attempts + 1, until = ? WHERE id = ?", (micros(now + lease), found.id))
    search = next(watching for watching in searches(db) if watching.search.name == found.search)
    return replace(found, attempts=found.attempts + 1), search


def end_attempt(db: sqlite3.Connection, delivery: Delivery, *, down: bool) -> bool:
    """What became of an attempt. False, keeping nothing, if somebody else has tried it since, or it is gone.

    `down`: the other messages of the search wait as long as this one; they are due as soon as one is taken.
    """
    ended = None if delivery.ended_at is None else micros(delivery.ended_at)
    found = db.execute(
        "UPDATE deliveries SET state = :state, due = :due, until = 0, down = 0, reason = :reason, ended = :ended, "
        "body = CASE WHEN :ended IS NULL THEN body ELSE '' END "
        "WHERE id = :id AND attempts = :attempts AND state = 'pending'",
        {
            "state": delivery.state.value,
            "due": micros(delivery.due_at),
            "reason": delivery.reason,
            "ended": ended,
            "id": delivery.id,
            "attempts": delivery.attempts,
        },
    )
    if not found.rowcount:
        return False
    if down:
        db.execute(
            "UPDATE deliveries SET due = max(due, ?), down = 1 WHERE search = ? AND state = 'pending'",
            (micros(delivery.due_at), delivery.search),
        )
    elif delivery.state is DeliveryState.DONE:
        db.execute(
            "UPDATE deliveries SET due = made, down = 0 WHERE search = ? AND state = 'pending' AND down = 1",
            (delivery.search,),
        )
    return True


def deliveries(db: sqlite3.Connection, search: str | None, limit: int) -> list[Delivery]:
    """Messages, those made last first."""
    rows = db.execute(
        f"SELECT {_DELIVERY} FROM deliveries WHERE :search IS NULL OR search = :search "  # noqa: S608 - constants
        "ORDER BY made DESC, id LIMIT :limit",
        {"search": search, "limit": max(limit, 0)},
    )
    return [_delivery(row) for row in rows]


def drop_deliveries(db: sqlite3.Connection, before: int) -> None:
    """Forget messages that ended before a moment."""
    db.execute("DELETE FROM deliveries WHERE state <> 'pending' AND ended < ?", (before,))


def forget(db: sqlite3.Connection, article: int) -> None:
    """Erase an article from what was told and is going to be told.

    A pending message that stands for it goes; the other articles in it wait for a new one. Where it had waited, the
    first of its copies takes its place.
    """
    rows = db.execute(
        "SELECT id FROM deliveries WHERE state = 'pending' AND id IN "
        "(SELECT delivery FROM told WHERE article = ? AND delivery <> '')",
        (article,),
    )
    names = encode_json([id for (id,) in rows])
    db.execute("DELETE FROM deliveries WHERE id IN (SELECT value FROM json_each(?))", (names,))
    db.execute("UPDATE told SET at = NULL, delivery = '' WHERE delivery IN (SELECT value FROM json_each(?))", (names,))
    heads = db.execute("SELECT search, at FROM told WHERE article = ?", (article,)).fetchall()
    db.execute("DELETE FROM told WHERE article = ?", (article,))
    for search, at in heads:
        row = db.execute(
            "SELECT article FROM told WHERE of_ = ? AND search = ? ORDER BY first_seen, article LIMIT 1",
            (article, search),
        ).fetchone()
        if row is not None:
            db.execute("UPDATE told SET of_ = ? WHERE of_ = ? AND search = ?", (row[0], article, search))
            db.execute("UPDATE told SET of_ = NULL, at = ? WHERE article = ? AND search = ?", (at, row[0], search))


def _told(row: Sequence[Any]) -> Told:
    article, first_seen, of, at = row
    return Told(id_of(article), first_seen, "" if of is None else id_of(of), None if at is None else moment(at))


def _delivery(row: Sequence[Any]) -> Delivery:
    id, search, body, made, due, attempts, state, reason, ended = row
    end = None if ended is None else moment(ended)
    return Delivery(id, search, body, moment(made), moment(due), attempts, DeliveryState(state), reason, end)


# -- searches as JSON -----------------------------------------------------------------------------------------

_CHANNELS: dict[str, type[Channel]] = {"webhook": Webhook, "mail": Mail, "telegram": Telegram, "nobody": Nobody}


def _pack(search: SavedSearch) -> str:
    kind = next(name for name, cls in _CHANNELS.items() if isinstance(search.channel, cls))
    return encode_json(
        {
            "query": search.query,
            "channel": {"is": kind, **asdict(search.channel)},
            "kind": search.kind.value,
            "language": search.language,
            "hour": search.hour,
            "zone": search.zone,
            "quiet": search.quiet.total_seconds(),
        }
    )


def _unpack(name: str, packed: str) -> SavedSearch:
    fields: dict[str, Any] = json.loads(packed)
    return SavedSearch(
        name=name,
        query=fields["query"],
        channel=_unpack_channel(fields["channel"]),
        kind=AlertKind(fields["kind"]),
        language=fields["language"],
        hour=fields["hour"],
        zone=fields["zone"],
        quiet=timedelta(seconds=fields["quiet"]),
    )


def _unpack_channel(fields: dict[str, Any]) -> Channel:
    kind = fields.pop("is")
    if "security" in fields:
        fields["security"] = Security(fields["security"])
    return _CHANNELS[kind](**fields)
