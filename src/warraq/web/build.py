"""`warraq site build`: a site of a part of an archive, as a folder of files that any web server, or none, can show.

Every page is made by the application that serves the site, asked in its own process, and then led from file to file
(`web.presses`). Articles, stories and keywords are known beforehand; all other pages are found by following links.
Batches of pages are made by as many processes as are wanted, each with the archive open for itself: which process
makes a page, and when, changes nothing in it. Nothing but the names of those other pages is held in memory.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlsplit

from warraq.app import Archive
from warraq.app.part import Part, most_phrases
from warraq.errors import UsageError
from warraq.render import html, json
from warraq.render.moments import iso
from warraq.web.files import Address, FileLinks
from warraq.web.machines import CHUNK, Machines
from warraq.web.presses import FEEDS, OPML, Press, Presses, Told, presses

MARK = "site.json"
"""The file that tells a built site from any other folder."""
FORMAT = "warraq-site/1"
KEYWORDS = 1000
"""Keywords that get pages, those of most articles."""
BATCH = 50
"""Pages that a process is given at a time; articles with what is led to from them alone."""
COUNT = 500
"""Articles whose keywords are counted at a time."""
EVERY = 100
"""Pages between two tellings of progress."""
MOST = 4
"""Processes, if nobody says how many."""

T = TypeVar("T")
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
    data: bool = True,
    processes: int = 1,
    progress: Progress | None = None,
) -> Built:
    """Write the site of what matches `query` as of a moment (default: all, now) into `folder`.

    It is written beside `folder` and takes its place when it is whole; what a build that was killed left there is
    removed by the next. Feeds and sitemaps name whole addresses, so they are there only with a `base_url`, the
    address from which the folder will be served. With `data` every page is there as JSON too, and articles as text.
    The same archive, query and moment give the same bytes, whatever the number of `processes` (0: one for each core,
    up to `MOST`); with more than one, each opens the archive for itself, and a program that calls this must be
    importable (see `multiprocessing`). Raises `UsageError` for a folder that holds anything but a site built before,
    and `QueryError`.
    """
    folder = folder.absolute()
    _check(folder)
    told = Told(query, min(as_of or archive.now(), archive.now()), _public(base_url), language, data)
    part = Part(archive, query, told.as_of)
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_left(folder)
    prefix = f".{folder.name}.{os.getpid()}."
    growing = Path(tempfile.mkdtemp(prefix=prefix, suffix=".building", dir=folder.parent))
    try:
        growing.chmod(0o755)
        with presses(archive, growing, told, processes or min(_cores(), MOST)) as made_by:
            built = _Builder(part, growing, told, made_by, progress).run()
        _replace(folder, growing)
    finally:
        shutil.rmtree(growing, ignore_errors=True)
    return built


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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


def _remove_left(folder: Path) -> None:
    """Remove what builds of this folder left that are no longer running."""
    for path in folder.parent.iterdir() if os.name == "posix" else ():
        found = re.fullmatch(re.escape(f".{folder.name}.") + r"(\d+)\.\w+\.building", path.name, re.ASCII)
        if found and not _lives(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


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
    """Gives out the work, follows what is found, and writes what machines read of the whole."""

    def __init__(self, part: Part, folder: Path, told: Told, presses: Presses, progress: Progress | None) -> None:
        self.part, self.folder, self.told, self.presses, self.progress = part, folder, told, presses, progress
        counted = presses.each(Press.count, ((ids,) for ids in _cut(part.articles(), COUNT)))
        phrases = most_phrases(counted, KEYWORDS)
        self.keywords = sorted(phrase for phrase in phrases if part.keyword(phrase, limit=1).hits)
        self.known: set[Address] = set()
        self.found: list[Address] = []
        self.pages = self.size = 0
        self.about = len(part) + sum(1 for _ in part.story_ids()) + len(self.keywords) + len(part.outlets())

    def run(self) -> Built:
        """Write everything."""
        stories = sum(1 for _ in self.part.story_ids())
        self._make(Address(f"/a/{id}") for id in self.part.articles())
        self._make(Address(f"/s/{id}") for id in self.part.story_ids())
        self._make(Address(f"/k/{phrase}") for phrase in self.keywords)
        self._find([Address("/")])
        while self.found:
            waiting, self.found = self.found, []
            self._make(waiting)
        for name in html.STATIC:
            self._write(f"static/{name}", html.static(name)[0])
        if self.told.base_url:
            self._machines()
        built = Built(self.pages, len(self.part), stories, len(self.keywords), self.size)
        self._write(MARK, json.dumps(self._mark(built)).encode())
        return built

    def _make(self, addresses: Iterable[Address]) -> None:
        for made in self.presses.each(Press.make, ((batch, self.keywords) for batch in _cut(addresses, BATCH))):
            before, self.pages = self.pages, self.pages + made.pages
            self.size += made.size
            self._find(made.leads_to)
            if self.progress and before // EVERY != self.pages // EVERY:
                self.progress(self.pages, max(self.about, self.pages))

    def _find(self, addresses: Iterable[Address]) -> None:
        """Keep the pages that are still to be made."""
        new = [address for address in addresses if address not in self.known]
        self.known.update(new)
        self.found += new

    def _machines(self) -> None:
        links, machines = FileLinks(self.told.base_url), Machines(self.part, self.told.language)
        for path, form in FEEDS.items():
            self._write(path[1:], machines.feed(form, {}, links, f"{self.told.base_url}{path}").encode())
        self._write(OPML[1:], machines.opml(links).encode())
        self._write("sitemap.xml", machines.sitemaps(links).encode())
        self._write("news-sitemap.xml", machines.news(links).encode())
        for number in range(-(-len(self.part) // CHUNK)):
            self._write(f"sitemap-{number}.xml", machines.sitemap(number, links).encode())
        self._write("robots.txt", f"User-agent: *\nSitemap: {self.told.base_url}/sitemap.xml\n".encode())

    def _mark(self, built: Built) -> json.Json:
        return {
            "format": FORMAT,
            "as_of": iso(self.told.as_of),
            "query": self.told.query,
            "base_url": self.told.base_url,
            "articles": built.articles,
            "stories": built.stories,
            "keywords": built.keywords,
            "pages": built.pages,
        }

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.size += len(content)


def _cut(values: Iterable[T], size: int) -> Iterator[list[T]]:
    each = iter(values)
    while batch := list(islice(each, size)):
        yield batch
