"""The sample as a web site: every page, feed and file of every outlet, as bytes with the headers its server sends."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from warraq.sample import content, feeds, pages
from warraq.sample.content import SampleArticle, Version
from warraq.sample.press import BY_ID, PRESSES, SECTIONS, Press
from warraq.types import Outlet

EXAMPLE = "https://{outlet}.example"
"""An address for files: one host an outlet, in a domain that never resolves (RFC 2606)."""

OPENED = datetime(2026, 2, 1, tzinfo=UTC)
"""When the pages that never change were written."""


@dataclass(frozen=True, slots=True)
class Resource:
    """One answer of an outlet's server. ``kind``: article, home, section, about, error, feed, sitemap or robots."""

    outlet: str
    url: str
    kind: str
    body: bytes
    content_type: str
    modified: datetime
    article: str = ""
    """The article's id, if it is one."""
    encoding: str = "utf-8"
    """The true encoding of ``body``."""


def url(article: SampleArticle, base: str = EXAMPLE) -> str:
    """The address of an article; it does not depend on the version."""
    press = BY_ID[article.outlet]
    slug = "-".join(re.findall(r"\w+", article.states[0].title))
    path = press.path.format(
        day=f"{article.published.astimezone(ZoneInfo(press.zone)):%Y/%m/%d}",
        id=article.id,
        number=number(article.id),
        slug=slug,
    )
    return root(press.id, base) + quote(path, safe="/?=&-._~")


def number(id: str) -> int:
    """A stable six-digit number for an article, as databases give."""
    return 100_000 + zlib.crc32(id.encode()) % 900_000


def root(outlet: str, base: str = EXAMPLE) -> str:
    """The address of an outlet, with its last slash. ``base`` names the outlet by ``{outlet}`` or gets a folder."""
    return (base.format(outlet=outlet) if "{outlet}" in base else f"{base.rstrip('/')}/{outlet}") + "/"


def outlets(base: str = EXAMPLE) -> tuple[Outlet, ...]:
    """The outlets of the sample at an address: that of :func:`serve`, or one host an outlet by default.

    Under :func:`serve` all outlets share one host and differ by ``home``.
    """
    return tuple(
        Outlet(
            id=press.id,
            name=press.name,
            short_name=press.short_name,
            country=press.country,
            zone=press.zone,
            hosts=(urlsplit(root(press.id, base)).netloc,),
            home=root(press.id, base),
            feeds=(root(press.id, base) + press.feed,),
            sitemaps=(root(press.id, base) + "sitemap.xml",) if press.sitemap else (),
            agency=press.agency,
        )
        for press in PRESSES
    )


def site(base: str = EXAMPLE, version: Version = "first") -> Iterator[Resource]:
    """Everything the outlets publish, outlet by outlet."""
    for press in PRESSES:
        yield from _press(press, base, version)
        yield Resource(
            press.id, root(press.id, base) + "robots.txt", "robots", _robots(press, base), "text/plain", OPENED
        )


def write(directory: Path, base: str = EXAMPLE, version: Version = "first") -> None:
    """Write every page and feed as a file.

    ``OUTLET/articles/ID.html`` are the articles, ``OUTLET/feed.xml`` the feed, ``OUTLET/other/`` what is not an
    article (home, sections, about, an error page), and ``urls.txt`` (file, tab, URL) says where each was found.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "urls.txt").open("w", encoding="utf-8", newline="\n") as table:
        for resource in site(base, version):
            name = f"{resource.outlet}/{_file(resource)}"
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(resource.body)
            table.write(f"{name}\t{resource.url}\n")


def records(base: str = EXAMPLE, version: Version | None = "first") -> Iterator[dict[str, str]]:
    """The articles as rows, in order of publication; with ``version`` None every state of each, in order of time.

    Keys: ``id outlet url title published author text``, and ``seen``: when that state appeared (ISO 8601, UTC).
    """
    rows = (
        {
            "id": article.id,
            "outlet": article.outlet,
            "url": url(article, base),
            "title": state.title,
            "published": article.published.isoformat(),
            "author": article.author,
            "text": state.text,
            "seen": (state.modified or article.published).isoformat(),
        }
        for article in content.articles()
        for state in (article.states if version is None else (article.at(version),))
    )
    return iter(sorted(rows, key=lambda row: row["seen"]))


def _press(press: Press, base: str, version: Version) -> Iterator[Resource]:
    own = [a for a in reversed(content.articles()) if a.outlet == press.id]
    views = [pages.view(press, a, a.at(version), url(a, base)) for a in own]
    home = root(press.id, base)
    context = pages.Context(press, home, {slug: f"{home}section/{slug}" for slug in SECTIONS}, tuple(views))
    latest = max((v.touched for v in views), default=OPENED)

    def page(path: str, kind: str, text: str, when: datetime, id: str = "") -> Resource:
        body = text.encode(press.encoding, errors="xmlcharrefreplace")
        return Resource(press.id, path, kind, body, press.content_type, when, id, press.encoding)

    for view in views:
        yield page(view.url, "article", pages.article(context, view), view.touched, view.id)
    yield page(home, "home", pages.listing(context, press.name, views), latest)
    for slug, name in SECTIONS.items():
        if inside := [v for v in views if v.section == name]:
            yield page(f"{home}section/{slug}", "section", pages.listing(context, name, inside), latest)
    yield page(f"{home}about", "about", pages.plain(context, "حول الموقع", (press.about, *pages.ABOUT)), OPENED)
    yield page(f"{home}gone", "error", pages.plain(context, "عذراً، الصفحة غير موجودة", pages.GONE), OPENED)
    text, kind = feeds.render(press, home, views)
    body = text.encode(press.feed_encoding, errors="xmlcharrefreplace")
    yield Resource(press.id, home + press.feed, "feed", body, kind, latest, encoding=press.feed_encoding)
    if press.sitemap:
        yield Resource(press.id, f"{home}sitemap.xml", "sitemap", feeds.sitemap(press, views), "text/xml", latest)


def _robots(press: Press, base: str) -> bytes:
    lines = ["User-agent: *", f"Disallow: {urlsplit(root(press.id, base)).path}search", "Crawl-delay: 0"]
    if press.sitemap:
        lines += ["", f"Sitemap: {root(press.id, base)}sitemap.xml"]
    return ("\n".join(lines) + "\n").encode()


def _file(resource: Resource) -> str:
    if resource.kind == "article":
        return f"articles/{resource.article}.html"
    if resource.kind == "section":
        return f"other/section-{resource.url.rsplit('/', 1)[1]}.html"
    return {"feed": "feed.xml", "sitemap": "sitemap.xml", "robots": "robots.txt"}.get(
        resource.kind, f"other/{resource.kind}.html"
    )


def headers(resource: Resource) -> Mapping[str, str]:
    """What the outlet's server sends with it: type, validators."""
    return {
        "Content-Type": resource.content_type,
        "ETag": f'"{zlib.crc32(resource.body):08x}"',
        "Last-Modified": format_datetime(resource.modified.astimezone(UTC), usegmt=True),
    }
