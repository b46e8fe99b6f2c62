"""An archive is all its parts together."""

from __future__ import annotations

from pathlib import Path

from warraq.app.copying import Copying
from warraq.app.exporting import Exporting
from warraq.app.figures import Figuring
from warraq.app.keywords import Keywording
from warraq.app.live import Live
from warraq.app.marking import Marking
from warraq.app.outlets import Outlets
from warraq.app.relating import Relating
from warraq.config import load_config


def open_archive(path: Path | str | None = None, *, create: bool = False, **settings: object) -> Archive:
    """Open the archive in a folder; `settings` are keys of `Config`. ``create=True`` makes it if it is not there.

    Raises `NotFound` if there is none, `ArchiveCorrupt` if it is not one, `ConfigError` for a wrong setting.
    """
    return Archive(load_config({"archive": path, **settings}), create=create)


class Archive(Live, Outlets, Exporting, Marking, Relating, Copying, Keywording, Figuring):
    """An open archive. A context manager; safe to read from several threads."""
