"""Reading an archive as of a moment, inside one transaction. Moments are microseconds here, articles integers."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any

from warraq.stores.values import (
    BRIEF_COLUMNS,
    WHOLE_COLUMNS,
    encode_json,
    id_of,
    number_of,
    unpack_article,
    unpack_dated,
    unpack_list,
    url_hash,
)
from warraq.types import (
    FOREVER,
    Analysis,
    Article,
    ArticleId,
    Brief,
    Change,
    Known,
    Logged,
    Outcome,
    Outlet,
    OutletCount,
    OutletId,
    Outline,
    Reason,
    Revision,
    Stats,
    moment,
)

SPAN = 30 * 24 * 3600 * 1_000_000
"""Counts are kept for spans of so many microseconds; a part of a span is counted from an index."""

_BRIEF = "c." + BRIEF_COLUMNS.replace(", ", ", c.")
_WHOLE = "w." + WHOLE_COLUMNS.replace(", ", ", w.")
_FIRST_SEEN = "(SELECT min(at) FROM sightings WHERE article = s.article)"  # beside `s`: no further page is read

# Numbers grow along an article's timeline, so the greatest one seen by a moment is that of the state in force.
_BRIEFS = f"""
    SELECT s.at, s.number, {_FIRST_SEEN}, {_BRIEF}
    FROM json_each(:articles) AS j
    JOIN sightings AS s ON s.article = j.value
        AND s.number = (SELECT max(number) FROM sightings WHERE article = j.value AND at <= :as_of AND number > 0)
    JOIN contents AS c ON c.key = s.content
"""  # noqa: S608 - constants
_BODIES = _BRIEFS.replace(_BRIEF, f"{_BRIEF}, {_WHOLE}") + "JOIN wholes AS w ON w.key = s.content"
_STATES = f"""
    SELECT s.at, s.number, {_FIRST_SEEN}, {_BRIEF}, {_WHOLE}
    FROM json_each(:articles) AS j
    JOIN sightings AS s ON s.article = j.value AND s.at <= :as_of AND s.number > 0
    JOIN contents AS c ON c.key = s.content
    JOIN wholes AS w ON w.key = s.content
    ORDER BY s.article, s.number
"""  # noqa: S608 - constants


def _articles(ids: Collection[ArticleId]) -> str:
    return encode_json(sorted({number_of(id) for id in ids}))


# -- articles -------------------------------------------------------------------------------------------------


def known(db: sqlite3.Connection, ids: Collection[ArticleId]) -> dict[ArticleId, Known]:
    """The sightings of these articles."""
    found: dict[int, list[tuple[int, bytes]]] = {}
    for article, at, digest in db.execute(
        "SELECT article, at, digest FROM json_each(?) JOIN sightings ON article = value ORDER BY article, at, digest",
        (_articles(ids),),
    ):
        found.setdefault(article, []).append((at, digest))
    return {id_of(article): Known(tuple(sightings)) for article, sightings in found.items()}


def briefs(db: sqlite3.Connection, ids: Collection[ArticleId], as_of: int) -> dict[ArticleId, Brief]:
    """The states in force, without bodies."""
    rows = db.execute(_BRIEFS, {"articles": _articles(ids), "as_of": as_of})
    return {brief.id: brief for brief in map(_brief, rows)}


def bodies(db: sqlite3.Connection, ids: Collection[ArticleId], as_of: int) -> dict[ArticleId, Revision]:
    """The states in force, whole."""
    rows = db.execute(_BODIES, {"articles": _articles(ids), "as_of": as_of})
    return {revision.article.id: revision for revision in (_revision(row, None) for row in rows)}


def histories(db: sqlite3.Connection, ids: Collection[ArticleId], as_of: int) -> dict[ArticleId, list[Revision]]:
    """All states seen by `as_of`, each until the next of them."""
    rows = db.execute(_STATES, {"articles": _articles(ids), "as_of": as_of}).fetchall()
    found: dict[ArticleId, list[Revision]] = {}
    for row, following in pairwise([*rows, None]):
        until = following[0] if following is not None and following[4] == row[4] else None  # 4: the article
        revision = _revision(row, until)
        found.setdefault(revision.article.id, []).append(revision)
    return found


def _brief(row: Sequence[Any]) -> Brief:
    at, _, first_seen, key, article, outlet, url, title, language, *published = row
    return Brief(
        key, id_of(article), outlet, url, title, unpack_dated(*published), moment(at), moment(first_seen), language
    )


def _revision(row: Sequence[Any], until: int | None) -> Revision:
    at, number, first_seen = row[:3]
    end = None if until is None else moment(until)
    return Revision(row[3], unpack_article(row[3:]), moment(at), moment(first_seen), number, end)


def resolve(db: sqlite3.Connection, url: str) -> ArticleId | None:
    """The article with this canonical URL."""
    row = db.execute(
        "SELECT id FROM articles JOIN contents ON key = first_content WHERE url_hash = ? AND url = ? ORDER BY id",
        (int.from_bytes(url_hash(url, 8), "big", signed=True), url.encode("utf-8", "replace").decode()),
    ).fetchone()
    return None if row is None else id_of(row[0])


def latest(db: sqlite3.Connection, as_of: int, limit: int, outlet: OutletId | None, offset: int) -> list[Brief]:
    """Newest first seen first, ties by id."""
    where = "first_seen <= :as_of" if outlet is None else "outlet = :outlet AND first_seen <= :as_of"
    ids = [
        id_of(article)
        for (article,) in db.execute(
            f"SELECT id FROM articles WHERE {where} ORDER BY first_seen DESC, id LIMIT :limit OFFSET :offset",  # noqa: S608 - constants
            {"as_of": as_of, "outlet": outlet, "limit": max(limit, 0), "offset": max(offset, 0)},
        )
    ]
    found = briefs(db, ids, as_of)
    return [found[id] for id in ids]


def analyses(db: sqlite3.Connection, keys: Collection[int]) -> dict[int, Analysis]:
    """The analyses of these contents."""
    return {
        key: Analysis(recipe, terms, sketch)
        for key, recipe, terms, sketch in db.execute(
            "SELECT n.key, recipe, terms, sketch FROM json_each(?) AS j JOIN analyses AS n ON n.key = j.value",
            (encode_json(sorted(set(keys))),),
        )
    }


def terms(db: sqlite3.Connection, keys: Collection[int]) -> dict[int, bytes]:
    """The term vectors of these contents."""
    asked = (encode_json(sorted(set(keys))),)
    return dict(db.execute("SELECT n.key, terms FROM json_each(?) AS j JOIN analyses AS n ON n.key = j.value", asked))


def outlines(db: sqlite3.Connection, keys: Collection[int]) -> dict[int, Outline]:
    """What these contents are compared by."""
    return {
        key: Outline(id_of(article), *rest)
        for key, article, *rest in db.execute(
            """
            SELECT c.key, c.article, c.outlet, a.first_seen,
                coalesce(min(c.published_at, a.first_seen), a.first_seen), n.sketch
            FROM json_each(?) AS j
            JOIN contents AS c ON c.key = j.value
            JOIN articles AS a ON a.id = c.article
            JOIN analyses AS n ON n.key = c.key
            """,
            (encode_json(sorted(set(keys))),),
        )
    }


# -- following ------------------------------------------------------------------------------------------------


def changes(db: sqlite3.Connection, after: int, limit: int) -> list[Logged]:
    """The log after a line."""
    rows = db.execute("SELECT seq, article FROM log WHERE seq > ? ORDER BY seq LIMIT ?", (after, max(limit, 0)))
    return [Logged(seq, id_of(article)) for seq, article in rows]


def last_change(db: sqlite3.Connection) -> int:
    """The last line of the log."""
    (seq,) = db.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()
    return int(seq)


def first_analyses(
    db: sqlite3.Connection, after: tuple[int, ArticleId] | None, limit: int
) -> list[tuple[int, ArticleId, Analysis]]:
    """Each article's first content in order of (first seen, id); an empty analysis where none was stored."""
    at, article = (-FOREVER, -1) if after is None else (after[0], number_of(after[1]))
    return [
        (first_seen, id_of(id), Analysis(recipe, terms, sketch))
        for first_seen, id, recipe, terms, sketch in db.execute(
            "SELECT first_seen, id, coalesce(recipe, 0), coalesce(terms, x''), coalesce(sketch, x'') "
            "FROM articles LEFT JOIN analyses ON key = first_content "
            "WHERE (first_seen, id) > (?, ?) ORDER BY first_seen, id LIMIT ?",
            (at, article, max(limit, 0)),
        )
    ]


def first_seen(db: sqlite3.Connection, after: tuple[int, ArticleId] | None, limit: int) -> list[tuple[int, ArticleId]]:
    """Articles in order of (first seen, id)."""
    at, article = (-FOREVER, -1) if after is None else (after[0], number_of(after[1]))
    rows = db.execute(
        "SELECT first_seen, id FROM articles WHERE (first_seen, id) > (?, ?) ORDER BY first_seen, id LIMIT ?",
        (at, article, max(limit, 0)),
    )
    return [(when, id_of(id)) for when, id in rows]


def outdated(db: sqlite3.Connection, recipe: int, after: int, limit: int) -> list[tuple[int, Article]]:
    """Contents whose analysis is of another recipe or missing, by key."""
    rows = db.execute(
        f"SELECT {_BRIEF}, {_WHOLE} FROM contents AS c JOIN wholes AS w ON w.key = c.key "  # noqa: S608 - constants
        "LEFT JOIN analyses AS a ON a.key = c.key WHERE c.key > ? AND coalesce(a.recipe, -1) <> ? "
        "ORDER BY c.key LIMIT ?",
        (after, recipe, max(limit, 0)),
    )
    return [(row[0], unpack_article(row)) for row in rows]


def saved_backgrounds(db: sqlite3.Connection) -> list[tuple[int, int, ArticleId]]:
    """The valid checkpoints."""
    rows = db.execute("SELECT articles, last_at, last_article FROM backgrounds ORDER BY articles")
    return [(articles, at, id_of(article)) for articles, at, article in rows]


def background(db: sqlite3.Connection, articles: int) -> bytes | None:
    """One checkpoint."""
    row = db.execute("SELECT packed FROM backgrounds WHERE articles = ?", (articles,)).fetchone()
    return None if row is None else row[0]


# -- outlets and totals ---------------------------------------------------------------------------------------

_OUTLETS = (
    "SELECT id, name, short_name, country, zone, language, hosts, home, feeds, sitemaps, lists, pages, body, dropped, "
    "agency FROM outlets"
)


def _outlet(row: Sequence[Any]) -> Outlet:
    id, name, short_name, country, zone, language, hosts, home, feeds, sitemaps, lists, pages, body, drop, agency = row
    return Outlet(
        id=id,
        name=name,
        short_name=short_name,
        country=country,
        zone=zone,
        language=language,
        hosts=unpack_list(hosts),
        home=home,
        feeds=unpack_list(feeds),
        sitemaps=unpack_list(sitemaps),
        lists=unpack_list(lists),
        pages=pages,
        body=body,
        drop=unpack_list(drop),
        agency=bool(agency),
    )


def outlet(db: sqlite3.Connection, id: OutletId) -> Outlet | None:
    """What is known of one outlet."""
    row = db.execute(f"{_OUTLETS} WHERE id = ?", (id,)).fetchone()
    return None if row is None else _outlet(row)


def saved_outlets(db: sqlite3.Connection) -> list[Outlet]:
    """All outlets that were saved, by id."""
    return [_outlet(row) for row in db.execute(f"{_OUTLETS} ORDER BY id")]


def _whole_spans(as_of: int, newest: int | None) -> tuple[int, int]:
    """(s, t): what is in spans before `s` counts by its sums, what is from moment `t` to `as_of` one by one."""
    span = as_of // SPAN
    if newest is not None and newest <= as_of:  # nothing lies ahead, so the span under way counts by its sum too
        return span + 1, as_of + 1
    return span, span * SPAN


def outlets(db: sqlite3.Connection, as_of: int) -> list[OutletCount]:
    """Outlets with articles, the largest first, ties by id."""
    (newest,) = db.execute("SELECT max(first_seen) FROM articles").fetchone()
    span, start = _whole_spans(as_of, newest)
    rows = db.execute(
        """
        SELECT n.outlet,
            sum(iif(n.span < :span, n.articles, 0)) + (SELECT count(*) FROM articles AS a
                WHERE a.outlet = n.outlet AND a.first_seen BETWEEN :start AND :as_of) AS held,
            (SELECT min(first_seen) FROM articles AS a WHERE a.outlet = n.outlet),
            (SELECT max(first_seen) FROM articles AS a WHERE a.outlet = n.outlet AND a.first_seen <= :as_of)
        FROM article_counts AS n GROUP BY n.outlet HAVING held > 0 ORDER BY held DESC, n.outlet
        """,
        {"span": span, "start": start, "as_of": as_of},
    ).fetchall()
    described = {outlet.id: outlet for outlet in saved_outlets(db)}
    return [
        OutletCount(described.get(id) or Outlet(id, id), articles, moment(first), moment(last))
        for id, articles, first, last in rows
    ]


def stats(db: sqlite3.Connection, as_of: int) -> Stats:
    """Totals as of a moment; outcomes over the archive's whole life."""
    counted = outlets(db, as_of)
    articles = sum(count.articles for count in counted)
    (newest,) = db.execute("SELECT max(at) FROM sightings WHERE number > 1").fetchone()
    span, start = _whole_spans(as_of, newest)
    (later,) = db.execute(
        "SELECT coalesce(sum(revisions), 0) + (SELECT count(*) FROM sightings WHERE number > 1 AND at BETWEEN ? AND ?) "
        "FROM later_counts WHERE span < ?",
        (start, as_of, span),
    ).fetchone()
    outcomes = {
        f"{outcome}:{reason}" if reason else outcome: count
        for outcome, reason, count in db.execute("SELECT outcome, reason, count FROM outcomes WHERE count > 0")
    }
    return Stats(
        as_of=moment(as_of),
        articles=articles,
        revisions=articles + later,
        outlets=len(counted),
        first_seen_at=min((count.first_seen_at for count in counted), default=None),
        last_seen_at=max((count.last_seen_at for count in counted), default=None),
        outcomes=outcomes,
    )


def failures(db: sqlite3.Connection, limit: int) -> Iterator[Change]:
    """What was rejected or failed lately, the newest first."""
    for place, outcome, reason, detail, outlet, at in db.execute(
        "SELECT place, outcome, reason, detail, outlet, at FROM failures ORDER BY seq DESC LIMIT ?", (max(limit, 0),)
    ):
        yield Change(
            place,
            Outcome(outcome),
            Reason(reason) if reason else None,
            detail,
            outlet=outlet,
            seen_at=None if at is None else moment(at),
        )
