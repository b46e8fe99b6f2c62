"""`warraq site build`: a site of a part of an archive, as a folder of files that any web server, or none, can show.

Every page is made by the application that serves the site, asked in this process, and then led from file to file
(`files.press`). Pages of articles, stories and keywords are known beforehand; all others are found by following links
from the home page. Nothing but the names of those others is held in memory.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette

from warraq.app import Archive
from warraq.app.part import Part
from warraq.errors import ArchiveError, UsageError
from warraq.render import html, json
from warraq.render.links import http_url
from warraq.render.moments import iso
from warraq.web.app import create_app
from warraq.web.files import INSIDE, Address, FileLinks, file_name, press
from warraq.web.machines import CHUNK, Machines

if TYPE_CHECKING:
    from collections.abc import MutableMapping

MARK = "site.json"
"""The file that tells a built site from any other folder."""
FORMAT = "warraq-site/1"
KEYWORDS = 1000
"""Keywords that get pages, those of most articles."""
MOST_PAGES = 20
"""Pages of a list; outlets and days are listed to their end, and lead to everything."""
OF_KEYWORD = 5
_ENDLESS = ("o", "d")
_FEEDS = {"/feed.xml": "atom", "/rss.xml": "rss", "/feed.json": "json"}
_NO_PAGES = ("search", "api", "static", "healthz", "readyz", "metrics")
_ID = re.compile(r"[0-9a-v]{12}")
_ARTICLE = re.compile(r'href="/a/([0-9a-v]{12})"')
_IS_DATA = re.compile(r"\.(?:json|txt|xml)$")
EVERY = 100
"""Pages between two tellings of progress."""

Progress = Callable[[int, int], None]
"""Is told how many pages are written, and about how many there will be."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a site consists of. ``articles`` and ``stories`` have a page each."""

    pages: int
    articles: int
    stories: int
    keywords: int
    size: int
    """Bytes of all files."""


def build_site(
    archive: Archive,
    folder: Path,
    *,
    query: str = "",
    as_of: datetime | None = None,
    base_url: str = "",
    language: str = "ar",
    progress: Progress | None = None,
) -> Built:
    """Write the site of what matches `query` as of a moment (default: all, now) into `folder`.

    It is written beside `folder` and takes its place when it is whole. Feeds and sitemaps name whole addresses, so
    they are there only with a `base_url`, the address from which the folder will be served. The same archive, query
    and moment give the same bytes. Raises `UsageError` for a folder that holds anything but a site built before, and
    `QueryError`.
    """
    folder = folder.absolute()
    _check(folder)
    base_url = _public(base_url)
    part = Part(archive, query, as_of)
    folder.parent.mkdir(parents=True, exist_ok=True)
    growing = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".building", dir=folder.parent))
    try:
        growing.chmod(0o755)
        with asyncio.Runner() as runner:
            built = _Builder(part, growing, base_url, language, progress, runner).run()
        _replace(folder, growing)
    finally:
        shutil.rmtree(growing, ignore_errors=True)
    return built


def _check(folder: Path) -> None:
    """Only what was built here may be replaced."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder} is not a folder")
    if folder.exists() and any(folder.iterdir()) and not _is_built(folder):
        raise UsageError(f"{folder} is not empty, and not a site that was built before: choose another folder")


def _is_built(folder: Path) -> bool:
    try:
        return FORMAT in (folder / MARK).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


def _replace(folder: Path, growing: Path) -> None:
    """Put the new folder in the old one's place; what is in the way is checked once more."""
    _check(folder)
    if not folder.exists():
        growing.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".old", dir=folder.parent))
    folder.rename(old / "site")
    try:
        growing.rename(folder)
    except OSError:
        (old / "site").rename(folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _public(base_url: str) -> str:
    parts = urlsplit(base_url)
    if base_url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise UsageError(f"base URL: {base_url[:100]!r} is not the address of a site")
    return quote(base_url.rstrip("/"), safe=":/%[]@") if base_url else ""


class _Builder:
    def __init__(
        self,
        part: Part,
        folder: Path,
        base_url: str,
        language: str,
        progress: Progress | None,
        runner: asyncio.Runner,
    ) -> None:
        self.part, self.folder, self.base_url, self.progress = part, folder, base_url, progress
        self.runner = runner
        self.app = create_app(part, base_url=INSIDE, language=language)
        self.machines = Machines(part, language)
        self.keywords = frozenset(phrase for phrase in part.phrases(KEYWORDS) if part.keyword(phrase, limit=1).hits)
        self.outlets = [count.outlet.id for count in part.outlets()]
        self.known: set[Address] = set()
        self.folders: set[Path] = set()
        self.pages = self.size = 0
        self.about = len(part) + sum(1 for _ in part.story_ids()) + len(self.keywords) + len(self.outlets)

    def run(self) -> Built:
        """Write everything."""
        self._follow(Address("/"))
        for id in self.part.articles():
            self._article(id)
        stories = 0
        for id in self.part.story_ids():
            self._follow(*self._page(Address(f"/s/{id}")))
            stories += 1
        for phrase in sorted(self.keywords):
            self._follow(*self._page(Address(f"/k/{phrase}")))
        for name in html.STATIC:
            self._write(f"static/{name}", html.static(name)[0])
        if self.base_url:
            self._machines()
        built = Built(self.pages, len(self.part), stories, len(self.keywords), self.size)
        self._write(MARK, json.dumps(self._mark(built)).encode())
        return built

    def _mark(self, built: Built) -> json.Json:
        return {
            "format": FORMAT,
            "as_of": iso(self.part.as_of),
            "query": self.part.query,
            "base_url": self.base_url,
            "articles": built.articles,
            "stories": built.stories,
            "keywords": built.keywords,
            "pages": built.pages,
        }

    # -- pages --------------------------------------------------------------------------------------------

    def _follow(self, *found: Address) -> None:
        """Write the pages that were found on others, and those found on them, each once."""
        waiting = deque(found)
        while waiting:
            address = waiting.popleft()
            kind = address.path.split("/")[1]
            of_its_own = kind in ("a", "s", "static") or (kind == "k" and address.place == 1)
            if not of_its_own and f"/{kind}" not in _FEEDS and address not in self.known:
                self.known.add(address)
                waiting += self._page(address)

    def _article(self, id: str) -> None:
        """The page of an article, and what is led to from it alone: its copies, what changed in it."""
        own = Address(f"/a/{id}")
        waiting, known, others = [own], {own}, []
        while waiting:
            for leads_to in self._page(waiting.pop(0)):
                if leads_to.path.startswith(f"{own.path}/"):
                    waiting += [leads_to] if leads_to not in known else []
                    known.add(leads_to)
                else:
                    others.append(leads_to)
        self._follow(*others)

    def _page(self, address: Address) -> Sequence[Address]:
        """Write one page; returns the pages that it leads to."""
        status, body = self.runner.run(_asked(self.app, address))
        if status != 200:
            raise ArchiveError(f"{address.target} was answered with {status}: the site was not built")
        file, text = file_name(address), body.decode()
        elsewhere = self._elsewhere(text)
        own = "/".join(address.path.split("/")[:3])

        def place(leads_to: Address) -> str:
            if re.match("/a/[^/]+/", leads_to.path) and not leads_to.path.startswith(f"{own}/"):
                return ""  # what belongs to another article is led to from there
            return elsewhere.get(leads_to.path, "") or self._place(leads_to)

        pressed = press(text, file, place, self.base_url)
        self._write(file, pressed.html.encode())
        self.pages += 1
        if self.progress and self.pages % EVERY == 0:
            self.progress(self.pages, max(self.about, self.pages))
        return pressed.leads_to

    def _elsewhere(self, text: str) -> dict[str, str]:
        """The outlets' own addresses of articles that a page names and that have no page here."""
        if not self.part.query:
            return {}
        ids = {id for id in _ARTICLE.findall(text) if id not in self.part}
        unsafe = self.part.unsafe_outlets()
        return {
            f"/a/{revision.article.id}": http_url(revision.article.url)
            for revision in self.part.whole(sorted(ids))
            if revision.article.outlet not in unsafe
        }

    def _place(self, address: Address) -> str:
        """The file of a page that is or will be there; empty for all else."""
        names = dict(address.parameters)
        kind, _, rest = address.path[1:].partition("/")
        if kind == "static":
            return address.path[1:]
        if address.path in _FEEDS:
            return self._feed_file(address) if self.base_url else ""
        if kind in _NO_PAGES or _IS_DATA.search(address.path) or names.keys() - {"page", "before", "after"}:
            return ""
        if kind == "a":
            id, _, further = rest.partition("/")
            wanted = {"before", "after"} if further == "diff" else set()
            if wanted and int(names.get("after", "0")) != int(names.get("before", "0")) + 1:
                return ""  # of n states n - 1 steps, not n * n
            return file_name(address) if _ID.fullmatch(id) and id in self.part and names.keys() == wanted else ""
        if kind == "s":
            story = self.part.story_of(rest) if _ID.fullmatch(rest) else None
            if story:
                return file_name(Address(f"/s/{story}"))
            return self._place(Address(f"/a/{rest}"))  # a story of one article
        if (kind == "k" and rest not in self.keywords) or (kind == "o" and rest not in self.outlets):
            return ""
        if kind == "trends" and self.part.query:  # they are of the whole archive
            return ""
        most = OF_KEYWORD if kind == "k" else MOST_PAGES
        if names.keys() - {"page"} or (kind not in _ENDLESS and address.place > most):
            return ""
        return file_name(address)

    # -- what machines read -------------------------------------------------------------------------------

    def _feed_file(self, address: Address) -> str:
        """Of everything in all forms; of an outlet or a keyword as Atom."""
        match address.parameters:
            case ():
                return address.path[1:]
            case (("outlet", id),) if address.path == "/feed.xml":
                return file_name(Address(f"/o/{id}"), ".xml")
            case (("keyword", phrase),) if address.path == "/feed.xml" and phrase in self.keywords:
                return file_name(Address(f"/k/{phrase}"), ".xml")
        return ""

    def _machines(self) -> None:
        links = FileLinks(self.base_url)
        wanted: list[tuple[str, dict[str, str]]] = [(path, {}) for path in _FEEDS]
        wanted += [("/feed.xml", {"outlet": id}) for id in self.outlets]
        wanted += [("/feed.xml", {"keyword": phrase}) for phrase in sorted(self.keywords)]
        for path, asked in wanted:
            file = self._feed_file(Address(path, tuple(asked.items())))
            body = self.machines.feed(_FEEDS[path], asked, links, f"{self.base_url}/{file}")
            self._write(file, body.encode())
        self._write("sitemap.xml", self.machines.sitemaps(links).encode())
        self._write("news-sitemap.xml", self.machines.news(links).encode())
        for number in range(-(-len(self.part) // CHUNK)):
            self._write(f"sitemap-{number}.xml", self.machines.sitemap(number, links).encode())
        self._write("robots.txt", f"User-agent: *\nSitemap: {self.base_url}/sitemap.xml\n".encode())

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        if path.parent not in self.folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.folders.add(path.parent)
        path.write_bytes(content)
        self.size += len(content)


async def _asked(app: Starlette, address: Address) -> tuple[int, bytes]:
    """What the application answers to a GET, without a socket between."""
    path, _, query = address.target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": address.path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", urlsplit(INSIDE).netloc.encode())],
        "server": (urlsplit(INSIDE).netloc, 80),
        "client": ("127.0.0.1", 0),
    }
    status, body = 0, bytearray()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return status, bytes(body)
