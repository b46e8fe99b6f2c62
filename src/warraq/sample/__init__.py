"""A small fictional newswire: outlets, articles, pages, feeds, and the truth about them.

It shows the main job on a machine without internet and doubles as a test fixture. Every outlet, person, company,
club and town in it is invented; so is every word.

* :func:`articles`, :func:`truth`: what was written, and what is known of it (copies, stories, keywords, revisions).
* :func:`outlets`: the outlets as values, for a given address.
* :func:`serve`: all of it over HTTP on loopback, with correct and deliberately wrong headers.
* :func:`write`: all of it as files. :func:`records`: the articles as plain rows.

The texts live in ``content/*.toml`` (one file a story), the page templates in ``templates/`` (one an outlet).
"""

from __future__ import annotations

from warraq.sample.content import SampleArticle, State, Truth, Version, articles, truth
from warraq.sample.server import serve
from warraq.sample.site import EXAMPLE, Resource, outlets, records, site, url, write

__all__ = [
    "EXAMPLE",
    "Resource",
    "SampleArticle",
    "State",
    "Truth",
    "Version",
    "articles",
    "outlets",
    "records",
    "serve",
    "site",
    "truth",
    "url",
    "write",
]
