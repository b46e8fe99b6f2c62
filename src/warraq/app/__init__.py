"""`open_archive` -> `Archive`: the one module that names adapters, and the reading API behind every face.

Every reading method takes ``as_of`` (default: now) and answers from what had been seen by then. An article is named
by its id or its address. The writing methods bring the index and the background up to date before they return.
"""

from __future__ import annotations

from warraq.app.archive import Archive, open_archive
from warraq.app.opened import SystemClock
from warraq.app.operating import migrate
from warraq.app.trying import Tried, extract_page, outlet_file, try_pages
from warraq.config import Access

__all__ = [
    "Access",
    "Archive",
    "SystemClock",
    "Tried",
    "extract_page",
    "migrate",
    "open_archive",
    "outlet_file",
    "try_pages",
]
