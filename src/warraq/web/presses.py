"""What makes the pages of a static site: batches of addresses become files, in this process or in several.

A page is asked of the application that serves the site, by a plain call of its handler, and led from file to file
(`files.press`). Its JSON and its text are made beside it from what was read once. What a page leads to is told, so
that it can be made too; what only a server can answer is no link any more.
"""

from __future__ import annotations

import json as standard
import multiprocessing
import os
import re
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from warraq.app import Archive, open_archive
from warraq.app.part import Part
from warraq.errors import ArchiveError, UsageError
from warraq.render import json
from warraq.render.links import http_url
from warraq.types import ArticleId, CopyGroup, Page, Story
from warraq.web.app import create_app
from warraq.web.files import INSIDE, Address, FileLinks, file_name, press, press_data
from warraq.web.machines import Machines

MOST_PAGES = 20
"""Pages of a list; outlets and days are listed to their end, and lead to everything."""
OF_KEYWORD = 5
AHEAD = 3
"""Batches for each process that are given out before their results are taken."""
FEEDS = {"/feed.xml": "atom", "/rss.xml": "rss", "/feed.json": "json"}
OPML = "/outlets.opml"
_ENDLESS = ("o", "d")
_KINDS = ("", "a", "s", "k", "o", "d", "stories", "trends", "archive", "outlets", "stats", "about")
"""What addresses of pages begin with; all others only a server answers."""
_ID = re.compile(r"[0-9a-v]{12}")
_ARTICLE = re.compile(r'href="/a/([0-9a-v]{12})"')
_DATA = re.compile(r"(?P<page>.*)(?P<form>\.json|\.txt)", re.DOTALL)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """What a site is to be."""

    query: str
    as_of: datetime
    base_url: str
    language: str
    data: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a batch: pages and bytes written, and the pages of the site that were found on them."""

    pages: int
    size: int
    leads_to: tuple[Address, ...]


class Once(Part):
    """A part that remembers what it told last of each kind: a page is made as HTML, as JSON and as text."""

    def __init__(self, archive: Archive, query: str, as_of: datetime) -> None:
        super().__init__(archive, query, as_of)
        self._shown_last: dict[str, tuple[object, Any]] = {}

    def _once(self, kind: str, asked: object, tell: Callable[[], T]) -> T:
        before, found = self._shown_last.get(kind, (None, None))
        if before != asked:
            found = tell()
            self._shown_last[kind] = asked, found
        return found  # type: ignore[no-any-return]

    def page(self, article: str, as_of: datetime | None = None) -> Page:
        """As `Archive.page`."""
        return self._once("page", (article, as_of), lambda: super(Once, self).page(article, as_of))

    def story(self, id: str, as_of: datetime | None = None) -> Story:
        """As `Archive.story`."""
        return self._once("story", (id, as_of), lambda: super(Once, self).story(id, as_of))

    def copies(self, article: str, as_of: datetime | None = None) -> CopyGroup:
        """As `Archive.copies`."""
        return self._once("copies", (article, as_of), lambda: super(Once, self).copies(article, as_of))


class Press:
    """Makes the pages of a part as files in a folder."""

    def __init__(self, archive: Archive, folder: Path, told: Told) -> None:
        self.part = Once(archive, told.query, told.as_of)
        self.folder, self.told = folder, told
        self.routes = [route for route in _routes(self.part, told.language) if isinstance(route, Route)]
        self.machines, self.links = Machines(self.part, told.language), FileLinks(told.base_url)
        self.outlets = frozenset(count.outlet.id for count in self.part.outlets())
        self.keywords: frozenset[str] = frozenset()
        self.folders: set[Path] = set()
        self.pages = self.size = 0

    def count(self, articles: Sequence[ArticleId]) -> Counter[str]:
        """In how many of these articles each of their keywords is one."""
        return self.part.count_phrases(articles)

    def make(self, addresses: Sequence[Address], keywords: Sequence[str]) -> Made:
        """Write the pages of these addresses, and those that are led to from an article alone: its copies, its
        changes. `keywords` are those that have pages.
        """
        self.keywords = frozenset(keywords)
        self.pages = self.size = 0
        found: dict[Address, None] = {}
        for address in addresses:
            found |= dict.fromkeys(self._with_its_own(address))
        return Made(self.pages, self.size, tuple(address for address in found if not _is_known(address)))

    def _with_its_own(self, own: Address) -> list[Address]:
        waiting, known, others = [own], {own}, []
        while waiting:
            for leads_to in self._page(waiting.pop(0)):
                if _DATA.fullmatch(leads_to.path):
                    continue  # it was made with its page
                if own.path.startswith("/a/") and leads_to.path.startswith(f"{own.path}/"):
                    waiting += [leads_to] if leads_to not in known else []
                    known.add(leads_to)
                else:
                    others.append(leads_to)
        return others

    def _page(self, address: Address) -> Sequence[Address]:
        """Write one page in all its forms; returns the pages that it leads to."""
        text, file = self._asked(address).decode(), file_name(address)
        elsewhere = self._elsewhere(text)
        own = "/".join(address.path.split("/")[:3])

        def place(leads_to: Address) -> str:
            if re.match("/a/[^/]+/", leads_to.path) and not leads_to.path.startswith(f"{own}/"):
                return ""  # what belongs to another article is led to from there
            return elsewhere.get(leads_to.path, "") or self.place(leads_to)

        pressed = press(text, file, place, self.told.base_url)
        self._write(file, pressed.html.encode())
        self.pages += 1
        if self.told.data:
            self._data(address)
        if self.told.base_url and address.place == 1:
            self._feed(address)
        return pressed.leads_to

    def _data(self, address: Address) -> None:
        path = "/index" if address.path == "/" else address.path
        data = standard.loads(self._asked(Address(f"{path}.json", address.parameters)))
        name = file_name(address, ".json")
        self._write(name, json.dumps(press_data(data, name, self.place)).encode())
        if path.startswith("/a/") and path.count("/") == 2:
            self._write(file_name(address, ".txt"), self._asked(Address(f"{path}.txt")))

    def _feed(self, address: Address) -> None:
        kind, _, rest = address.path[1:].partition("/")
        what = {"o": "outlet", "k": "keyword", "s": "story"}.get(kind)
        if what and rest:
            name = file_name(address, ".xml")
            body = self.machines.feed("atom", {what: rest}, self.links, f"{self.told.base_url}/{name}")
            self._write(name, body.encode())

    def _asked(self, address: Address) -> bytes:
        """What the application answers to a GET, by the handler itself: no socket and no thread between."""
        scope = _scope(address)
        for route in self.routes:
            match, child = route.matches(scope)
            if match is Match.FULL:
                scope.update(child)
                try:
                    response: Response = route.endpoint(Request(scope))
                except UsageError as error:
                    raise ArchiveError(f"{address.target}: {error}: the site was not built") from error
                if response.status_code == 200:
                    return bytes(response.body)
                break
        raise ArchiveError(f"{address.target} has no page: the site was not built")

    def _elsewhere(self, text: str) -> dict[str, str]:
        """The outlets' own addresses of articles that a page names and that have no page here."""
        if not self.told.query:
            return {}
        ids = {id for id in _ARTICLE.findall(text) if id not in self.part}
        unsafe = self.part.unsafe_outlets()
        return {
            f"/a/{revision.article.id}": http_url(revision.article.url)
            for revision in self.part.whole(sorted(ids))
            if revision.article.outlet not in unsafe
        }

    def place(self, address: Address) -> str:
        """The file of a page (or of what machines read) that is or will be there; empty for all else."""
        names = dict(address.parameters)
        kind, _, rest = address.path[1:].partition("/")
        if kind == "static":
            return address.path[1:]
        if address.path in FEEDS or address.path == OPML:
            return self._machine_file(address) if self.told.base_url else ""
        if data := _DATA.fullmatch(address.path):
            base = "/" if data["page"] == "/index" else data["page"]
            page = self.place(Address(base, address.parameters)) if self.told.data else ""
            return page.removesuffix(".html") + data["form"] if page.endswith(".html") else ""
        if kind not in _KINDS or names.keys() - {"page", "before", "after"}:
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
            return self.place(Address(f"/a/{rest}"))  # a story of one article
        if (kind == "k" and rest not in self.keywords) or (kind == "o" and rest not in self.outlets):
            return ""
        if kind == "trends" and self.told.query:  # they are of the whole archive
            return ""
        most = OF_KEYWORD if kind == "k" else MOST_PAGES
        if names.keys() - {"page"} or (kind not in _ENDLESS and address.place > most):
            return ""
        return file_name(address)

    def _machine_file(self, address: Address) -> str:
        """Feeds of everything in all forms; of an outlet, a keyword or a story as Atom."""
        match address.parameters:
            case ():
                return address.path[1:]
            case (("outlet", id),) if address.path == "/feed.xml" and id in self.outlets:
                return file_name(Address(f"/o/{id}"), ".xml")
            case (("keyword", phrase),) if address.path == "/feed.xml" and phrase in self.keywords:
                return file_name(Address(f"/k/{phrase}"), ".xml")
            case (("story", id),) if address.path == "/feed.xml" and (story := self.part.story_of(id)):
                return file_name(Address(f"/s/{story}"), ".xml")
        return ""

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        if path.parent not in self.folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.folders.add(path.parent)
        path.write_bytes(content)
        self.size += len(content)


def _routes(part: Part, language: str) -> Sequence[Any]:
    return create_app(part, base_url=INSIDE, language=language).routes


def _is_known(address: Address) -> bool:
    """Whether an address is made without being found: it is known beforehand, or is no page."""
    kind = address.path.split("/")[1]
    of_its_own = kind in ("a", "s", "static") or (kind == "k" and address.place == 1)
    return of_its_own or address.path in FEEDS or address.path == OPML or bool(_DATA.fullmatch(address.path))


def _scope(address: Address) -> dict[str, Any]:
    path, _, query = address.target.partition("?")
    return {
        "type": "http",
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


# --- in one process or in several -------------------------------------------------------------------------


class Alone:
    """Does tasks one after the other, here."""

    def __init__(self, press: Press) -> None:
        self._press = press

    def each(self, task: Callable[..., T], given: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """What `task`, a method of `Press`, gives for each of these arguments, in their order."""
        return (task(self._press, *arguments) for arguments in given)


class Together:
    """Does tasks in several processes; each has the archive open for itself."""

    def __init__(self, pool: ProcessPoolExecutor, ahead: int) -> None:
        self._pool, self._ahead = pool, ahead

    def each(self, task: Callable[..., T], given: Iterable[tuple[Any, ...]]) -> Iterator[T]:
        """As `Alone.each`. Raises `ArchiveError` if a process was killed."""
        waiting: deque[Future[T]] = deque()
        try:
            for arguments in given:
                waiting.append(self._pool.submit(_do, task, arguments))
                if len(waiting) >= self._ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ArchiveError("a process that made pages has died: the site was not built") from error


Presses = Alone | Together


@contextmanager
def presses(archive: Archive, folder: Path, told: Told, processes: int) -> Iterator[Presses]:
    """Who makes the pages: this process, or so many others."""
    if processes == 1:
        yield Alone(Press(archive, folder, told))
        return
    given = (asdict(archive.config), folder, told)
    context = multiprocessing.get_context("spawn")  # what is open here must not be used by a fork
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=given)
    try:
        yield Together(pool, AHEAD * processes)
    finally:
        pool.shutdown(cancel_futures=True)


_here: list[Press] = []
"""Of a process that makes pages: the one that it has."""


def _begin(settings: dict[str, Any], folder: Path, told: Told) -> None:
    """Open the archive in a process that makes pages, which ends with the one that began it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who gives out the work is interrupted
    threading.Thread(target=_end_with_parent, daemon=True).start()
    archive = ExitStack().enter_context(open_archive(settings.pop("archive"), **settings))
    _here.append(Press(archive, folder, told))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(task: Callable[..., T], arguments: tuple[Any, ...]) -> T:
    return task(_here[0], *arguments)
