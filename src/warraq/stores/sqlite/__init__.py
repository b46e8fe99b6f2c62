"""The embedded store: SQLite. ``store`` is the seam; the modules below it are its parts."""

from warraq.stores.sqlite.store import SqliteStore

FILE_NAME = "warraq.db"
"""The store's file in an archive's directory."""

__all__ = ["FILE_NAME", "SqliteStore"]
