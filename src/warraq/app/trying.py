"""Single pages without an archive: what is read from them, and why."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from warraq import outlets as registry
from warraq import urls
from warraq.app.opened import SystemClock
from warraq.app.taking import http_fetcher
from warraq.config import Config, load_config
from warraq.errors import NotFound, UsageError
from warraq.extract import Extraction, Learner, extract
from warraq.extract.explain import Part, explain
from warraq.fetchers.files import read_documents, shown_path
from warraq.fetchers.http import HttpFetcher
from warraq.types import (
    Failure,
    NotModified,
    Outlet,
    Parsed,
    RawDocument,
    Reason,
    Record,
    Redirect,
    Task,
    TaskKind,
)


@dataclass(frozen=True, slots=True)
class Tried:
    """One page as `try_pages` read it."""

    place: str
    found: Extraction
    parts: tuple[Part, ...]


def outlet_file(path: Path) -> Outlet:
    """The outlet that a file describes, which bears its id: as in the registry, to be tried before it is added.

    Raises `NotFound` for a missing file, `UsageError` for what cannot stand in one.
    """
    try:
        return registry.read(path.name.removesuffix(".toml"), path.read_text("utf-8"))
    except OSError:
        raise NotFound(f"no such file: {shown_path(path)}") from None
    except ValueError as error:  # also what is no TOML, or no UTF-8
        raise UsageError(f"{shown_path(path)}: {error}") from None


def extract_page(place: str, *, url: str = "", config: Config | None = None) -> Extraction:
    """The article of one page, a file or an address, or the reason why there is none. Needs no archive.

    `url` is the page's address when a file does not say it. A fetch that fails is a reason too.
    Raises `NotFound` for a file that is not there.
    """
    return try_pages([place], url=url, config=config)[0].found


def try_pages(
    places: Sequence[str], *, outlet: Outlet | None = None, url: str = "", config: Config | None = None
) -> list[Tried]:
    """Read pages, files or addresses, and say why they were read so: for someone who adds an outlet. No archive.

    `outlet` is the one whose rules are tried, where it is not in the registry (or is to be changed). From several
    pages of one outlet it is learned what they share, as an archive does. Raises `NotFound` for a missing file.
    """
    learner, made = Learner(), []
    with ExitStack() as stack:
        fetcher = None
        for place in places:
            if urls.canonical(place) and fetcher is None:
                fetcher = stack.enter_context(closing(http_fetcher(config or load_config(), SystemClock())))
            made.append(_document(place, url, fetcher))
    for document in made:
        if isinstance(document, RawDocument):
            first = _read(document, outlet, url, learner)
            learner.learn(Parsed(document.url, first.outlet, observation=first.observation))
    tried = []
    for place, document in zip(places, made, strict=True):
        if isinstance(document, RawDocument):
            found = _read(document, outlet, url, learner)
            tried.append(Tried(place, found, explain(found, document.fetched_at)))
        else:
            reason = document.reason if isinstance(document, Failure) else Reason.NOT_HTML
            detail = document.detail if isinstance(document, Failure) else "not a page"
            tried.append(Tried(place, Extraction(reason=reason, detail=detail), ()))
    return tried


def _document(
    place: str, url: str, fetcher: HttpFetcher | None
) -> RawDocument | Record | NotModified | Redirect | Failure:
    if fetcher is not None and urls.canonical(place):
        return fetcher.get(Task(urls.canonical(place), TaskKind.PAGE))
    return next(read_documents([Path(place)], url=url), Failure(place, Reason.EMPTY))


def _read(document: RawDocument, outlet: Outlet | None, url: str, learner: Learner) -> Extraction:
    day = document.fetched_at.date()
    outlet = outlet or registry.by_host(urls.host(url or document.url))
    found = extract(document, outlet=outlet, keep=True)
    if outlet is None and found.article and (outlet := registry.by_host(urls.host(found.article.url))):
        found = extract(document, outlet=outlet, keep=True)
    if knowledge := learner.known(found.outlet, day):
        found = extract(document, outlet=outlet, knowledge=knowledge, keep=True)
    return found
