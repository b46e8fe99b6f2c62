"""Warraq (ورّاق): an open-source news aggregator for Arabic.

::

    from warraq import open_archive

    with open_archive("archive", create=True) as archive:
        archive.import_paths(["news.jsonl"], seen="published")
        for hit in archive.search("أسعار النفط").hits:
            print(archive.page(hit.brief.id).similar)

`open_archive` gives an `Archive`, the reading and writing API; `extract_page` reads one page without an archive.
Values are in `warraq.types`, errors in `warraq.errors`, Arabic in `warraq.arabic`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

# Loaded at once: `warraq.extract` is also the package the function comes from, and the function must win.
from warraq.extract import Extraction, extract

if TYPE_CHECKING:
    from warraq.app import Archive, extract_page, open_archive
    from warraq.config import Config
    from warraq.errors import ArchiveError, ConfigError, NotFound, QueryError, UsageError, WarraqError
    from warraq.render.json import page_dict
    from warraq.render.text import page_text
    from warraq.types import Article, Outlet, Page, RawDocument, Results

_HOMES = {
    "warraq.app": ("Archive", "extract_page", "open_archive"),
    "warraq.config": ("Config",),
    "warraq.errors": ("ArchiveError", "ConfigError", "NotFound", "QueryError", "UsageError", "WarraqError"),
    "warraq.render.json": ("page_dict",),
    "warraq.render.text": ("page_text",),
    "warraq.types": ("Article", "Outlet", "Page", "RawDocument", "Results"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__version__ = "0.1.0"

__all__ = [
    "Archive",
    "ArchiveError",
    "Article",
    "Config",
    "ConfigError",
    "Extraction",
    "NotFound",
    "Outlet",
    "Page",
    "QueryError",
    "RawDocument",
    "Results",
    "UsageError",
    "WarraqError",
    "extract",
    "extract_page",
    "open_archive",
    "page_dict",
    "page_text",
]


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562): who wants only `warraq.arabic` does not load an index and a server."""
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'warraq' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, for whoever completes them as they are typed: most are not loaded yet."""
    return sorted({*globals(), *__all__})
