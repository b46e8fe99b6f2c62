"""The embedded store: SQLite. ``store`` is the seam; the modules below it are its parts."""

from warraq.stores.sqlite.schema import MIGRATIONS, file_version
from warraq.stores.sqlite.store import SqliteStore

FILE_NAME = "warraq.db"
"""The store's file in an archive's directory."""

VERSION = len(MIGRATIONS)
"""The version of the files that this code makes and uses."""

__all__ = ["FILE_NAME", "VERSION", "SqliteStore", "file_version"]
