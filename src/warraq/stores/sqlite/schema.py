"""The tables of an archive, their versions, and how a file is made, checked and brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from warraq.errors import ArchiveCorrupt
from warraq.stores.values import host_of

APPLICATION_ID = 0x57415252
"""``WARR``: marks a SQLite file as an archive of ours."""

_FIRST = (
    # The content of a revision, once for each (article, digest): `sightings` finds it by both. Keys grow by one.
    # What lists show stands apart from the rest, so that lists read few pages however large the archive.
    """CREATE TABLE contents (
        key INTEGER PRIMARY KEY,
        article INTEGER NOT NULL,
        outlet TEXT NOT NULL,
        url TEXT NOT NULL,
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        published_at INTEGER, published_precision TEXT, published_origin TEXT, published_zone TEXT
    ) STRICT""",
    """CREATE TABLE wholes (
        key INTEGER PRIMARY KEY REFERENCES contents(key),
        modified_at INTEGER, modified_precision TEXT, modified_origin TEXT, modified_zone TEXT,
        authors TEXT NOT NULL,
        credit TEXT NOT NULL,
        dateline TEXT NOT NULL,
        section TEXT NOT NULL,
        keywords TEXT NOT NULL,
        image TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT""",
    # Derived and rebuildable.
    """CREATE TABLE analyses (
        key INTEGER PRIMARY KEY REFERENCES contents(key),
        recipe INTEGER NOT NULL,
        terms BLOB NOT NULL,
        sketch BLOB NOT NULL
    ) STRICT""",
    # The id is the integer of the twelve characters. What stands here follows from the article's first sighting.
    """CREATE TABLE articles (
        id INTEGER PRIMARY KEY,
        first_seen INTEGER NOT NULL,
        first_content INTEGER NOT NULL REFERENCES contents(key),
        outlet TEXT NOT NULL,
        url_hash INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX articles_by_time ON articles(first_seen)",
    "CREATE INDEX articles_by_outlet ON articles(outlet, first_seen)",
    "CREATE INDEX articles_by_url ON articles(url_hash)",
    # The truth from which the rest follows. `number`: of the revision that begins here, 0 where none does.
    """CREATE TABLE sightings (
        article INTEGER NOT NULL REFERENCES articles(id),
        at INTEGER NOT NULL,
        digest BLOB NOT NULL CHECK (length(digest) = 16),
        content INTEGER NOT NULL REFERENCES contents(key),
        number INTEGER NOT NULL,
        PRIMARY KEY (article, at, digest)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX later_revisions ON sightings(at) WHERE number > 1",
    # Sums of whole spans of time (see reading.SPAN), so that counts as of any moment read little.
    """CREATE TABLE article_counts (
        outlet TEXT NOT NULL,
        span INTEGER NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (outlet, span)
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE later_counts (span INTEGER PRIMARY KEY, revisions INTEGER NOT NULL) STRICT",
    "CREATE TABLE log (seq INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL) STRICT",
    """CREATE TABLE backgrounds (
        articles INTEGER PRIMARY KEY,
        last_at INTEGER NOT NULL,
        last_article INTEGER NOT NULL,
        packed BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE outcomes (
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (outcome, reason)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE failures (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        place TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        outlet TEXT NOT NULL,
        at INTEGER
    ) STRICT""",
    """CREATE TABLE outlets (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        short_name TEXT NOT NULL,
        country TEXT NOT NULL,
        zone TEXT NOT NULL,
        language TEXT NOT NULL,
        hosts TEXT NOT NULL,
        home TEXT NOT NULL,
        feeds TEXT NOT NULL,
        sitemaps TEXT NOT NULL,
        agency INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # The frontier. A task is held while `until` lies ahead; `token` is of its last lease, `ended` of the last ended.
    """CREATE TABLE tasks (
        hash BLOB PRIMARY KEY,
        url TEXT NOT NULL,
        kind TEXT NOT NULL,
        outlet TEXT NOT NULL,
        due INTEGER NOT NULL,
        hint TEXT,
        token INTEGER NOT NULL DEFAULT 0,
        until INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL DEFAULT 0,
        ended INTEGER NOT NULL DEFAULT 0,
        done INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX tasks_due ON tasks(due, hash) WHERE done = 0",
    "CREATE TABLE tokens (last INTEGER NOT NULL) STRICT",
    "INSERT INTO tokens VALUES (0)",
)

_SECOND = (
    # Tasks wait at their host: a host is one worker's at a time. `visit` is JSON (values.pack_visit); `said`: marks of
    # what feeds have said of the page so far.
    "ALTER TABLE tasks ADD COLUMN host TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tasks ADD COLUMN rank INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE tasks ADD COLUMN watch INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE tasks ADD COLUMN visit TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tasks ADD COLUMN said BLOB NOT NULL DEFAULT x''",
    "UPDATE tasks SET host = host_of(url)",
    "DROP INDEX tasks_due",
    "UPDATE tasks SET rank = 0 WHERE kind = 'feed'",
    # With `done`, it alone answers: SQLite does not see that it is the same in every row.
    "CREATE INDEX tasks_waiting ON tasks(host, rank, due, hash, done) WHERE done = 0",
    "CREATE INDEX tasks_held ON tasks(until) WHERE until > 0",
    "CREATE INDEX tasks_watched ON tasks(outlet, hash) WHERE watch = 1 AND kind <> 'page'",
    # Keys of contents that were taken back are not given again.
    "ALTER TABLE tokens ADD COLUMN last_key INTEGER NOT NULL DEFAULT 0",
    # `next_due`: of its earliest task that is not done; `fresh_due`: of a feed or a fresh page. `until`: a worker holds
    # the host until then, by `held` leases with tokens from `since` on.
    """CREATE TABLE hosts (
        host TEXT PRIMARY KEY,
        next_due INTEGER NOT NULL,
        fresh_due INTEGER NOT NULL,
        since INTEGER NOT NULL DEFAULT 0,
        free_at INTEGER NOT NULL DEFAULT 0,
        until INTEGER NOT NULL DEFAULT 0,
        held INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO hosts (host, next_due, fresh_due) SELECT host, min(due), min(due) FROM tasks WHERE done = 0 "
    "GROUP BY host",
    "CREATE INDEX hosts_due ON hosts(next_due)",
    # Where raw documents are kept, and the sighting each made (article NULL: it made none).
    """CREATE TABLE raws (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        file TEXT NOT NULL,
        place INTEGER NOT NULL,
        size INTEGER NOT NULL,
        url TEXT NOT NULL,
        at INTEGER NOT NULL,
        outlet TEXT NOT NULL,
        article INTEGER,
        digest BLOB,
        task TEXT
    ) STRICT""",
    "CREATE INDEX raws_by_file ON raws(file)",
    "CREATE INDEX raws_by_outlet ON raws(outlet, key)",
    "CREATE INDEX raws_by_article ON raws(article)",
    "CREATE TABLE knowledge (outlet TEXT PRIMARY KEY, packed BLOB NOT NULL) STRICT, WITHOUT ROWID",
    # Placements in the order (at, article); what was joined, and when.
    """CREATE TABLE placements (
        at INTEGER NOT NULL,
        article INTEGER NOT NULL,
        story INTEGER NOT NULL,
        event INTEGER NOT NULL,
        PRIMARY KEY (at, article)
    ) STRICT, WITHOUT ROWID""",
    "CREATE UNIQUE INDEX placements_by_article ON placements(article)",
    "CREATE INDEX placements_by_story ON placements(story, at)",
    """CREATE TABLE joined (
        at INTEGER NOT NULL,
        article INTEGER NOT NULL,
        taken INTEGER NOT NULL,
        into_ INTEGER NOT NULL,
        PRIMARY KEY (at, article, taken)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX joined_by_taken ON joined(taken, at)",
    "CREATE INDEX joined_by_into ON joined(into_, at)",
    "CREATE TABLE taken_back (times INTEGER NOT NULL) STRICT",
    "INSERT INTO taken_back VALUES (0)",
    # An article its outlet removed (404, 410), or that came back (status 0).
    """CREATE TABLE removals (
        article INTEGER NOT NULL,
        at INTEGER NOT NULL,
        status INTEGER NOT NULL,
        PRIMARY KEY (article, at)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE forgotten (
        article INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        at INTEGER NOT NULL,
        reason TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX forgotten_by_url ON forgotten(url)",
    """CREATE TABLE outlet_states (
        outlet TEXT PRIMARY KEY,
        disabled INTEGER NOT NULL,
        unsafe_since INTEGER,
        note TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    # What a reader made of articles; `read` NULL: as `read_up_to` says (outlet '': of every outlet).
    """CREATE TABLE marks (
        article INTEGER PRIMARY KEY,
        read INTEGER,
        starred INTEGER NOT NULL
    ) STRICT""",
    "CREATE TABLE read_up_to (outlet TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE day_counts (
        day INTEGER NOT NULL,
        outlet TEXT NOT NULL,
        outcome TEXT NOT NULL,
        reason TEXT NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (day, outlet, outcome, reason)
    ) STRICT, WITHOUT ROWID""",
    "ALTER TABLE outlets ADD COLUMN lists TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE outlets ADD COLUMN pages TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE outlets ADD COLUMN body TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE outlets ADD COLUMN dropped TEXT NOT NULL DEFAULT '[]'",
    # Saved searches, as JSON, and how far each has come in the log. What was decided on the articles it found: `of_`,
    # the article of which it is a copy; `at`, when its message was made (NULL: it waits). Messages for receivers: being
    # sent while `until` lies ahead; `down`: its receiver was not there.
    """CREATE TABLE searches (
        name TEXT PRIMARY KEY,
        search TEXT NOT NULL,
        created INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        looked INTEGER NOT NULL,
        digested INTEGER NOT NULL,
        turn INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE told (
        search TEXT NOT NULL,
        article INTEGER NOT NULL,
        first_seen INTEGER NOT NULL,
        of_ INTEGER,
        at INTEGER,
        delivery TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (search, article)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX told_by_article ON told(article)",
    "CREATE INDEX told_waiting ON told(search) WHERE at IS NULL AND of_ IS NULL",
    "CREATE INDEX told_copies ON told(of_, search) WHERE of_ IS NOT NULL",
    "CREATE INDEX told_by_time ON told(search, at) WHERE at IS NOT NULL",
    "CREATE INDEX told_by_delivery ON told(delivery) WHERE delivery <> ''",
    """CREATE TABLE deliveries (
        id TEXT PRIMARY KEY,
        search TEXT NOT NULL,
        body TEXT NOT NULL,
        made INTEGER NOT NULL,
        due INTEGER NOT NULL,
        until INTEGER NOT NULL DEFAULT 0,
        down INTEGER NOT NULL DEFAULT 0,
        attempts INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        ended INTEGER
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX deliveries_due ON deliveries(due) WHERE state = 'pending'",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND)
"""MIGRATIONS[n] brings a file from version n to n + 1. Never change one that has been released: add another."""

TABLES = frozenset(
    statement.split()[2] for step in MIGRATIONS for statement in step if statement.startswith("CREATE TABLE ")
)
"""What a file of the newest version holds."""


def version(db: sqlite3.Connection, place: str) -> int:
    """The file's version: 0 if it is empty. Raises `ArchiveCorrupt` if it is not an archive this code can use."""
    (mark,) = db.execute("PRAGMA application_id").fetchone()
    (found,) = db.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if mark == 0 and found == 0 and not tables:
        return 0
    if mark != APPLICATION_ID:
        raise ArchiveCorrupt(f"{place}: a SQLite file, but not an archive of Warraq")
    if found > len(MIGRATIONS):
        raise ArchiveCorrupt(f"{place}: version {found}, made by a newer Warraq (this one knows {len(MIGRATIONS)})")
    if found == len(MIGRATIONS) and (missing := TABLES - tables):
        raise ArchiveCorrupt(f"{place}: tables are missing: {', '.join(sorted(missing))}")
    return int(found)


def file_version(path: Path) -> int:
    """The version of the archive in a file, without changing it; 0 if nothing is in it. Raises like `version`."""
    if not path.is_file():
        return 0
    try:
        db = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)
        try:
            return version(db, str(path))
        finally:
            db.close()
    except sqlite3.Error as error:
        raise ArchiveCorrupt(f"{path}: {error}") from error


def upgrade(db: sqlite3.Connection, place: str) -> None:
    """Make the tables of a new file, or bring an older one up to date; one transaction, safe among processes."""
    if version(db, place) == len(MIGRATIONS):
        return
    db.create_function("host_of", 1, host_of, deterministic=True)
    db.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[version(db, place) :]:  # asked again: another process may have been first
            for statement in step:
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
