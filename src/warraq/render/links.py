"""Addresses of the site. Every internal link keeps the reader's moment and language; that is all the state there is.

``lang`` (``ar`` or ``en``, for the site's own words) and ``as_of`` are query parameters, so an address says
everything, nothing is kept in cookies, and any cache may hold the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode

from warraq.render.moments import iso

_HTTP = re.compile(r"https?://[^\s\x00-\x20\x7f\"'<>\\`{}|^]+", re.IGNORECASE)


def http_url(url: str) -> str:
    """`url` if it may be a link: http or https, no spaces, controls or quotation marks. Otherwise empty."""
    return url if _HTTP.fullmatch(url) else ""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses. `site` False: there is no site (a page in a file), articles link to their outlets."""

    base_url: str = ""
    """Public address without a slash at its end; empty gives addresses that begin with ``/``."""
    as_of: datetime | None = None
    """The moment the reader chose; None: now, and no address mentions it."""
    language: str = ""
    """Set when the reader chose another language than the site's."""
    site: bool = True

    def to(self, path: str, **parameters: object) -> str:
        """An address on the site with the given query; empty values are left out."""
        if not self.site:
            return ""
        kept = {"as_of": iso(self.as_of) if self.as_of else "", "lang": self.language, **parameters}
        query = urlencode([(key, str(value)) for key, value in kept.items() if value not in ("", None, False)])
        return f"{self.base_url}{path}?{query}" if query else f"{self.base_url}{path}"

    def article(self, id: str, url: str = "", form: str = "") -> str:
        """An article's page; without a site, the outlet's own address if it can be a link."""
        return self.to(f"/a/{quote(id, safe='')}{form}") if self.site else http_url(url)

    def outlet(self, id: str) -> str:
        """An outlet's page."""
        return self.to(f"/o/{quote(id, safe='')}")

    def story(self, id: str) -> str:
        """A story's page."""
        return self.to(f"/s/{quote(id, safe='')}")

    def day(self, day: date) -> str:
        """What was published on a day."""
        return self.to(f"/d/{day.isoformat()}")

    def keyword(self, phrase: str) -> str:
        """The articles that hold a phrase."""
        return self.to(f"/k/{quote(phrase, safe='')}")
