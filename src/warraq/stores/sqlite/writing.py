"""Recording what was decided: sightings, contents and all that follows from them, inside one transaction."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from warraq.stores.sqlite import operating, placing, raws, rewriting
from warraq.stores.sqlite.reading import SPAN
from warraq.stores.sqlite.rewriting import INSERT_ANALYSIS, INSERT_CONTENT, INSERT_WHOLE
from warraq.stores.values import (
    NO_ARTICLE,
    encode_json,
    id_of,
    number_of,
    numbered,
    pack_brief,
    pack_list,
    pack_whole,
    url_number,
)
from warraq.types import ArticleId, Change, Outcome, Outlet, Reason, micros

FAILURES_KEPT = 10_000
DETAIL_LENGTH = 500
"""Characters kept of what an operator reads about a failure."""


@dataclass(slots=True)
class _Timeline:
    """An article's sightings, as stored and as they will be."""

    stored: dict[tuple[int, bytes], int] = field(default_factory=dict)
    """(moment, digest) to number, in time order."""
    added: set[tuple[int, bytes]] = field(default_factory=set)
    contents: dict[bytes, int] = field(default_factory=dict)
    """Digest to content key."""


@dataclass(slots=True)
class _Rows:
    """Rows to insert."""

    contents: list[tuple[object, ...]] = field(default_factory=list)
    wholes: list[tuple[object, ...]] = field(default_factory=list)
    analyses: list[tuple[int, int, bytes, bytes]] = field(default_factory=list)
    owners: dict[int, tuple[str, int]] = field(default_factory=dict)
    """New content key to (outlet, hash of the URL)."""


def record(db: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Store the changes: what is there already is neither stored nor logged, and counts as unchanged."""
    changes = _without_forgotten(db, changes)
    counted = [c for c in changes if c.raw is None or not c.raw.key]  # what is derived anew was counted when it came
    rewritten = {id(c) for c in changes if c.raw is not None and c.raw.key and rewriting.derive(db, c.raw.key, c)}
    sightings = [
        (c, _article_number(c.article.id), micros(c.seen_at))
        for c in changes
        if c.article and c.seen_at and id(c) not in rewritten
    ]
    timelines = _stored_timelines(db, {article for _, article, _ in sightings})
    (next_key,) = db.execute(
        "SELECT 1 + max(last_key, coalesce((SELECT max(key) FROM contents), 0)) FROM tokens"
    ).fetchone()
    rows = _Rows()
    repeated: list[Change] = []
    outcomes = Counter((c.outcome, c.reason) for c in counted)
    for change, article, at in sightings:
        timeline = timelines.setdefault(article, _Timeline())
        sighting = (at, change.digest)
        if sighting in timeline.stored or sighting in timeline.added:
            if change.raw is None or not change.raw.key:
                outcomes[change.outcome, change.reason] -= 1
                outcomes[Outcome.UNCHANGED, None] += 1
                repeated.append(change)
            continue
        timeline.added.add(sighting)
        if change.digest not in timeline.contents:
            timeline.contents[change.digest] = next_key
            _add_content(rows, change, next_key)
            next_key += 1
    db.executemany(INSERT_CONTENT, rows.contents)
    db.executemany(INSERT_WHOLE, rows.wholes)
    db.executemany(INSERT_ANALYSIS, rows.analyses)
    _store_timelines(db, {a: t for a, t in timelines.items() if t.added}, rows)
    _count(db, outcomes)
    _note_failures(db, counted)
    _note_raws(db, changes)
    operating.count_days(db, counted, repeated)


def _without_forgotten(db: sqlite3.Connection, changes: Sequence[Change]) -> Sequence[Change]:
    """What the operator had taken down is not taken in again."""
    ids = [number_of(change.article.id) for change in changes if change.article]
    rows = db.execute("SELECT article FROM json_each(?) JOIN forgotten ON article = value", (encode_json(ids),))
    gone = {id_of(article) for (article,) in rows}
    if not gone:
        return changes
    return [
        replace(c, outcome=Outcome.REJECTED, reason=Reason.FORGOTTEN, article=None, analysis=None, raw=None)
        if c.article is not None and c.article.id in gone
        else c
        for c in changes
    ]


def _note_raws(db: sqlite3.Connection, changes: Sequence[Change]) -> None:
    """Which raw document made which sighting."""
    for change in changes:
        if change.raw is None:
            continue
        made = (number_of(change.article.id), change.digest) if change.article and change.seen_at else (None, None)
        if change.raw.key:
            db.execute("UPDATE raws SET article = ?, digest = ? WHERE key = ?", (*made, change.raw.key))
        else:
            raws.add(db, change.raw, *made)


def _stored_timelines(db: sqlite3.Connection, articles: Collection[int]) -> dict[int, _Timeline]:
    timelines: dict[int, _Timeline] = {}
    for article, at, digest, content, number in db.execute(
        "SELECT article, at, digest, content, number FROM json_each(?) JOIN sightings ON article = value "
        "ORDER BY article, at, digest",
        (encode_json(sorted(articles)),),
    ):
        timeline = timelines.setdefault(article, _Timeline())
        timeline.stored[at, digest] = number
        timeline.contents[digest] = content
    return timelines


def _add_content(rows: _Rows, change: Change, key: int) -> None:
    article, analysis = change.article, change.analysis
    assert article is not None
    rows.contents.append(pack_brief(article, key))
    rows.wholes.append((key, *pack_whole(article)))
    rows.owners[key] = (article.outlet, url_number(article.url))
    if analysis is not None:
        rows.analyses.append((key, analysis.recipe, analysis.terms, analysis.sketch))


def _store_timelines(db: sqlite3.Connection, timelines: dict[int, _Timeline], rows: _Rows) -> None:
    """Insert the added sightings and bring up to date what follows from them, for articles that changed."""
    old_firsts = {
        article: (first_seen, content, outlet)
        for article, first_seen, content, outlet in db.execute(
            "SELECT a.id, a.first_seen, a.first_content, a.outlet "
            "FROM json_each(?) AS j JOIN articles AS a ON a.id = j.value",
            (encode_json([article for article, timeline in timelines.items() if timeline.stored]),),
        )
    }
    articles: list[tuple[int, int, int, str, int]] = []
    inserts: list[tuple[int, int, bytes, int, int]] = []
    updates: list[tuple[int, int, int, bytes]] = []
    per_outlet: Counter[tuple[str, int]] = Counter()
    later: Counter[int] = Counter()
    disturbed: list[tuple[int, int]] = []
    for article, timeline in timelines.items():
        order = sorted((*timeline.stored, *timeline.added))
        for sighting, number in zip(order, numbered(order), strict=True):
            at, digest = sighting
            was = timeline.stored.get(sighting)
            if was is None:
                inserts.append((article, at, digest, timeline.contents[digest], number))
            elif was != number:
                updates.append((number, article, at, digest))
            later[at // SPAN] += (number > 1) - (was is not None and was > 1)
        first_seen, first_digest = order[0]
        first_content = timeline.contents[first_digest]
        old = old_firsts.get(article)
        if old is not None and old[:2] == (first_seen, first_content):
            continue
        outlet, url = rows.owners.get(first_content) or _owner(db, first_content)
        articles.append((article, first_seen, first_content, outlet, url))
        per_outlet[outlet, first_seen // SPAN] += 1
        if old is not None:
            per_outlet[old[2], old[0] // SPAN] -= 1
        disturbed.append((first_seen, article))  # a first sighting only ever moves to earlier
    db.executemany(
        "INSERT INTO articles (id, first_seen, first_content, outlet, url_hash) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET first_seen = excluded.first_seen, first_content = excluded.first_content, "
        "outlet = excluded.outlet, url_hash = excluded.url_hash",
        articles,
    )
    db.executemany(
        "INSERT INTO sightings (article, at, digest, content, number) VALUES (?, ?, ?, ?, ?)", sorted(inserts)
    )
    db.executemany("UPDATE sightings SET number = ? WHERE article = ? AND at = ? AND digest = ?", updates)
    db.executemany("INSERT INTO log (article) VALUES (?)", ((article,) for article in timelines))
    db.executemany(
        "INSERT INTO article_counts (outlet, span, articles) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET articles = articles + excluded.articles",
        ((outlet, span, count) for (outlet, span), count in per_outlet.items() if count),
    )
    db.executemany(
        "INSERT INTO later_counts (span, revisions) VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET revisions = revisions + excluded.revisions",
        ((span, count) for span, count in later.items() if count),
    )
    if disturbed:
        db.execute("DELETE FROM backgrounds WHERE (last_at, last_article) >= (?, ?)", min(disturbed))
        placing.take_back(db, *min(disturbed))


def _article_number(id: ArticleId) -> int:
    number = number_of(id)
    if number == NO_ARTICLE:
        raise ValueError(f"{id!r} is not an article's id: twelve characters 0-9a-v")
    return number


def _owner(db: sqlite3.Connection, content: int) -> tuple[str, int]:
    outlet, url = db.execute("SELECT outlet, url FROM contents WHERE key = ?", (content,)).fetchone()
    return outlet, url_number(url)


def _count(db: sqlite3.Connection, outcomes: Counter[tuple[Outcome, Reason | None]]) -> None:
    db.executemany(
        "INSERT INTO outcomes (outcome, reason, count) VALUES (?, ?, ?) "
        "ON CONFLICT DO UPDATE SET count = count + excluded.count",
        ((outcome.value, str(reason or ""), count) for (outcome, reason), count in outcomes.items() if count),
    )


def _note_failures(db: sqlite3.Connection, changes: Iterable[Change]) -> None:
    """Keep the newest of what was rejected or failed, for the operator."""
    failures = [
        (
            _printable(c.where),
            c.outcome.value,
            str(c.reason or ""),
            _printable(c.detail),
            c.outlet,
            None if c.seen_at is None else micros(c.seen_at),
        )
        for c in changes
        if c.outcome in (Outcome.REJECTED, Outcome.FAILED)
    ]
    if failures:
        db.executemany(
            "INSERT INTO failures (place, outcome, reason, detail, outlet, at) VALUES (?, ?, ?, ?, ?, ?)",
            failures[-FAILURES_KEPT:],
        )
        db.execute("DELETE FROM failures WHERE seq <= (SELECT max(seq) FROM failures) - ?", (FAILURES_KEPT,))


def _printable(text: str) -> str:
    """Bounded, and free of the lone surrogates that file names may hold."""
    return text[:DETAIL_LENGTH].encode("utf-8", "replace").decode()


def save_outlets(db: sqlite3.Connection, outlets: Iterable[Outlet]) -> None:
    """Insert or replace what is known of outlets."""
    db.executemany(
        "INSERT OR REPLACE INTO outlets (id, name, short_name, country, zone, language, hosts, home, feeds, sitemaps, "
        "lists, pages, body, dropped, agency) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                o.id,
                o.name,
                o.short_name,
                o.country,
                o.zone,
                o.language,
                pack_list(o.hosts),
                o.home,
                pack_list(o.feeds),
                pack_list(o.sitemaps),
                pack_list(o.lists),
                o.pages,
                o.body,
                pack_list(o.drop),
                int(o.agency),
            )
            for o in outlets
        ),
    )


def save_background(db: sqlite3.Connection, articles: int, last: tuple[int, ArticleId], packed: bytes) -> bool:
    """Keep a checkpoint if exactly `articles` articles stand up to `last`, the last of them there."""
    at, article = last[0], number_of(last[1])
    if db.execute("SELECT 1 FROM articles WHERE id = ? AND first_seen = ?", (article, at)).fetchone() is None:
        return False
    (before,) = db.execute(
        "SELECT coalesce(sum(articles), 0) FROM article_counts WHERE span < ?", (at // SPAN,)
    ).fetchone()
    (within,) = db.execute(
        "SELECT count(*) FROM articles WHERE first_seen >= ? AND (first_seen, id) <= (?, ?)",
        (at // SPAN * SPAN, at, article),
    ).fetchone()
    if before + within != articles:
        return False
    db.execute(
        "INSERT OR REPLACE INTO backgrounds (articles, last_at, last_article, packed) VALUES (?, ?, ?, ?)",
        (articles, at, article, packed),
    )
    return True
