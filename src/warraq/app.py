"""`open_archive` -> `Archive`: the one module that names adapters, and the reading API behind every face.

Every reading method takes ``as_of`` (default: now) and answers from what had been seen by then. An article is named
by its id or its address. The writing methods bring the index and the background up to date before they return.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from warraq import outlets as registry
from warraq import pipeline, urls
from warraq.analyse.background import Background
from warraq.analyse.keywords import keywords
from warraq.analyse.similar import Candidate, Related, nearest, query_terms, rank
from warraq.analyse.snippets import highlight, snippet
from warraq.analyse.vectors import RECIPE, unpack
from warraq.arabic import tokens
from warraq.config import Config, load_config
from warraq.errors import ArchiveCorrupt, NotFound, UsageError
from warraq.extract import Extraction, extract
from warraq.fetchers.decode import Meter
from warraq.fetchers.files import read_documents, size_of
from warraq.fetchers.http import HttpFetcher
from warraq.indexes.tantivy import TantivyIndex, erase
from warraq.parse import SEEN_NOW, Rules
from warraq.ports import Clock, Fetcher
from warraq.query import parse_query
from warraq.stores.sqlite import SqliteStore
from warraq.types import (
    Article,
    ArticleId,
    Brief,
    Change,
    Copy,
    Failure,
    Hit,
    NotModified,
    Outlet,
    OutletCount,
    OutletId,
    Page,
    Query,
    RawDocument,
    Reason,
    Record,
    Results,
    Revision,
    Similar,
    Stats,
    Tally,
    Task,
    TaskKind,
    micros,
)

STORE_FILE = "warraq.db"
INDEX_FOLDER = "index"
CANDIDATES = 300
"""Neighbours taken from the index before they are compared whole."""
SIMILAR = 10


class SystemClock:
    """The real time (`ports.Clock`)."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class _Beside(NamedTuple):
    """What stands beside an article on its page."""

    similar: tuple[Similar, ...]
    read_also: ArticleId | None
    copies: tuple[Copy, ...]
    story: tuple[Similar, ...]


def open_archive(path: Path | str | None = None, *, create: bool = False, **settings: object) -> Archive:
    """Open the archive in a folder; `settings` are keys of `Config`. ``create=True`` makes it if it is not there.

    Raises `NotFound` if there is none, `ArchiveCorrupt` if it is not one, `ConfigError` for a wrong setting.
    """
    return Archive(load_config({"archive": path, **settings}), create=create)


class Archive:
    """An open archive. A context manager; safe to read from several threads."""

    def __init__(self, config: Config, *, clock: Clock | None = None, create: bool = False) -> None:
        self.config = config
        self.clock: Clock = clock or SystemClock()
        folder = config.archive
        if not (folder / STORE_FILE).exists():
            if not create:
                raise NotFound(f"no archive in {folder}: import or fetch something first")
            folder.mkdir(parents=True, exist_ok=True)
        self._store = SqliteStore(folder / STORE_FILE, read_only=not os.access(folder, os.W_OK))
        self._index = self._open_index(folder / INDEX_FOLDER)
        self._background_of = lru_cache(maxsize=8)(self._load_background)

    def _open_index(self, path: Path) -> TantivyIndex:
        try:
            return TantivyIndex(path, RECIPE)
        except ArchiveCorrupt:  # the index is derived: throw it away, and the next refresh builds it again
            erase(path)
            return TantivyIndex(path, RECIPE)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the store and the index. Safe to call twice."""
        self._index.close()
        self._store.close()

    def now(self) -> datetime:
        """The present moment by the archive's clock."""
        return self.clock.now()

    # --- writing ------------------------------------------------------------------------------------------

    def import_paths(
        self,
        paths: Iterable[Path | str],
        *,
        mapping: Mapping[str, str] | None = None,
        seen: str = SEEN_NOW,
        url: str = "",
        zone: str | None = None,
        workers: int | None = None,
        progress: pipeline.Progress | None = None,
        refused: pipeline.Refused | None = None,
    ) -> Tally:
        """Read files and folders into the archive: JSON Lines, CSV, HTML pages, WARC, saved feeds.

        `mapping` gives a record's column for a field of ours (``{"text": "story"}``), `url` the address of a single
        page. `seen` says what counts as first seen: ``now``, ``published``, ``fetched`` (when a raw page was
        fetched) or a column. Every input has an outcome; `refused` is called with each that was rejected or
        failed. Running it again on the same input changes nothing. With `workers` above 1 as many processes parse;
        a script then needs the usual ``if __name__ == "__main__":``, because each of them imports it.
        """
        rules = replace(self._rules(), mapping=mapping or {}, seen=seen, zone=zone or self.config.zone)
        places = [Path(p) for p in paths]
        meter = Meter(size_of(places) if progress else 0)
        tally = pipeline.ingest(
            read_documents(places, url=url, meter=meter),
            self._store,
            rules,
            self.clock,
            processes=workers or self.config.workers or 1,
            progress=progress and (lambda tally: progress(replace(tally, share=meter.share()))),
            refused=refused,
        )
        self.refresh()
        return tally

    def fetch(
        self,
        addresses: Iterable[str],
        *,
        outlet: OutletId = "",
        fetcher: Fetcher | None = None,
        progress: pipeline.Progress | None = None,
        refused: pipeline.Refused | None = None,
    ) -> Tally:
        """Fetch feeds or pages, and the pages that the feeds name, over HTTP (or by another `fetcher`).

        Tasks left by a run that was cut short are worked off too. Raises `UsageError` for what is no address.
        """
        now = self.now()
        tasks = []
        for address in addresses:
            url = urls.canonical(address)
            if not url:
                raise UsageError(f"not an http(s) address: {urls.display(address)}")
            tasks.append(Task(url, TaskKind.ANY, outlet, now, again=True))
        self._store.commit([], tasks=tasks)
        tally = pipeline.crawl(
            self._store,
            fetcher or _http_fetcher(self.config, self.clock),
            self._rules(),
            self.clock,
            progress=progress,
            refused=refused,
        )
        self.refresh()
        return tally

    def add_outlets(self, outlets: Iterable[Outlet]) -> None:
        """Make outlets known to this archive, over what the package knows of them."""
        self._store.save_outlets(list(outlets))

    def refresh(self, *, rebuild: bool = False) -> int:
        """Bring index and background up to date; returns the number of articles indexed. `rebuild` starts anew."""
        if rebuild:
            self._index.clear()
        indexed = pipeline.index(self._store, self._index)
        pipeline.count(self._store)
        self._background_of.cache_clear()
        return indexed

    def behind(self) -> int:
        """How many lines of the change log the index has not applied yet."""
        return self._store.last_change() - self._index.applied()

    def _rules(self) -> Rules:
        known = {**registry.load(), **{outlet.id: outlet for outlet in self._store.saved_outlets()}}
        return Rules(tuple(known.values()), zone=self.config.zone)

    # --- reading ------------------------------------------------------------------------------------------

    def resolve(self, article: str) -> ArticleId:
        """The id that an id or an address stands for. Raises `NotFound` for what is neither."""
        with suppress(UsageError):
            return urls.int_to_id(urls.id_to_int(article))
        if url := urls.canonical(article):
            return urls.article_id(url)
        raise NotFound(f"neither an article id nor an address: {urls.display(article)}")

    def revision(self, article: str, as_of: datetime | None = None) -> Revision:
        """An article as it stood. Raises `NotFound` if it had not been seen by then."""
        found = self._store.revision(self.resolve(article), as_of or self.now())
        if found is None:
            when = f" as of {as_of:%Y-%m-%d %H:%M:%S} UTC" if as_of else ""
            raise NotFound(f"no article {urls.display(article)}{when}")
        return found

    def revisions(self, article: str, as_of: datetime | None = None) -> Sequence[Revision]:
        """Every state of an article seen by then, the first one first. Raises `NotFound`."""
        self.revision(article, as_of)
        return self._store.revisions(self.resolve(article), as_of or self.now())

    def page(self, article: str, as_of: datetime | None = None) -> Page:
        """The page of DESIGN §2: an article and all that belongs beside it. Raises `NotFound`."""
        as_of = as_of or self.now()
        revision = self.revision(article, as_of)
        background = self._background(as_of)
        related = self._related(revision, background, as_of, SIMILAR)
        also = self._store.revision(related.read_also, as_of) if related.read_also else None
        return Page(
            as_of=as_of,
            outlet=self.outlet(revision.article.outlet),
            revision=revision,
            keywords=keywords(revision.article, background),
            read_also=also,
            read_also_outlet=self.outlet(also.article.outlet) if also else None,
            similar=related.similar,
            copies=related.copies,
            story=related.story,
        )

    def similar(self, article: str, as_of: datetime | None = None, *, limit: int = SIMILAR) -> Sequence[Similar]:
        """Articles related to this one by what they are about, the closest first. Raises `NotFound`."""
        as_of = as_of or self.now()
        return self._related(self.revision(article, as_of), self._background(as_of), as_of, limit).similar

    def search(
        self,
        query: str,
        *,
        outlets: Sequence[OutletId] = (),
        date_from: datetime | None = None,
        date_to: datetime | None = None,
        as_of: datetime | None = None,
        limit: int = 10,
        offset: int = 0,
        newest_first: bool = False,
    ) -> Results:
        """Articles that hold all words of `query`, in any spelling; ``"…"`` is a phrase, ``-`` excludes.

        `date_from` (inclusive) and `date_to` (exclusive) bound the moment of publication. Raises `QueryError`.
        """
        wanted = parse_query(
            query, outlets=outlets, published_from=date_from, published_to=date_to, newest_first=newest_first
        )
        return self._results(query, wanted, as_of or self.now(), limit, offset)

    def keyword(self, phrase: str, as_of: datetime | None = None, *, limit: int = 30, offset: int = 0) -> Results:
        """Articles that hold a phrase, in any spelling, newest first. Raises `QueryError`."""
        wanted = parse_query('"' + phrase.replace('"', " ") + '"', newest_first=True)
        return self._results(phrase, wanted, as_of or self.now(), limit, offset)

    def _results(self, text: str, query: Query, as_of: datetime, limit: int, offset: int) -> Results:
        found = self._index.search(query, as_of, limit, offset)
        states = self._store.bodies([m.article for m in found.matches], as_of)
        briefs = self._store.briefs(states, as_of)
        hits = [
            Hit(
                brief=briefs[match.article],
                outlet=self.outlet(briefs[match.article].outlet),
                score=match.score,
                title=highlight(states[match.article].article.title, query.must),
                snippet=snippet(states[match.article].article.text, query.must),
            )
            for match in found.matches
            if match.article in states  # the index may be a moment behind the store
        ]
        return Results(text, as_of, found.total, tuple(hits))

    def latest(
        self,
        as_of: datetime | None = None,
        *,
        outlet: OutletId | None = None,
        limit: int = 30,
        offset: int = 0,
    ) -> Sequence[Brief]:
        """Articles in the order in which they were first seen, the newest first."""
        return self._store.latest(as_of or self.now(), limit, outlet=outlet, offset=offset)

    def outlet(self, id: OutletId) -> Outlet:
        """What is known of an outlet; an outlet nobody described has its id as its name."""
        return self._store.outlet(id) or registry.load().get(id) or Outlet(id, id)

    def outlets(self, as_of: datetime | None = None) -> Sequence[OutletCount]:
        """The outlets with articles by then, the largest first."""
        return [replace(c, outlet=self.outlet(c.outlet.id)) for c in self._store.outlets(as_of or self.now())]

    def stats(self, as_of: datetime | None = None) -> Stats:
        """What the archive held as of a moment, and what became of all it was ever given."""
        return self._store.stats(as_of or self.now())

    def failures(self, limit: int = 50) -> Sequence[Change]:
        """The newest documents that were rejected or failed, with their reasons."""
        return self._store.failures(limit)

    # --- what belongs beside an article -------------------------------------------------------------------

    def _related(self, revision: Revision, background: Background, as_of: datetime, limit: int) -> _Beside:
        """Ask the index for neighbours and rank them; then give each its outlet and the words that tie it."""
        article = revision.article
        analysis = self._store.analyses([revision.key])[revision.key]
        terms = query_terms(article, unpack(analysis), background)
        near = {m.article: m.key for m in self._index.neighbours(terms, as_of, CANDIDATES) if m.article != article.id}
        analyses = self._store.analyses(near.values())
        vectors = [(id, unpack(analyses[key])) for id, key in near.items() if key in analyses]
        close = nearest(unpack(analysis), vectors, background)
        briefs = self._store.briefs([article.id, *close], as_of)
        candidates = [Candidate.of(briefs[id], analyses[near[id]]) for id in close if id in briefs]
        ranked = rank(Candidate.of(briefs[article.id], analysis), candidates, background, as_of, limit)
        printed = _printed(article)

        def similar(related: Related) -> Similar:
            brief = briefs[related.id]
            shared = tuple(printed[code] for code in related.shared if code in printed)
            return Similar(brief, self.outlet(brief.outlet), related.score, shared)

        return _Beside(
            similar=tuple(map(similar, ranked.similar)),
            read_also=ranked.read_also.id if ranked.read_also else None,
            copies=tuple(
                Copy(briefs[copy.id], self.outlet(briefs[copy.id].outlet), copy.share) for copy in ranked.copies
            ),
            story=tuple(map(similar, ranked.story)),
        )

    def _background(self, as_of: datetime) -> Background:
        """The largest checkpoint that was complete by then (docs/decisions/0002)."""
        limit = micros(as_of)
        complete = [saved for saved in self._store.saved_backgrounds() if saved[1] <= limit]
        return self._background_of(complete[-1]) if complete else Background()

    def _load_background(self, saved: tuple[int, int, ArticleId]) -> Background:
        return Background.unpack(self._store.background(saved[0]) or b"")


def extract_page(place: str, *, url: str = "", config: Config | None = None) -> Extraction:
    """The article of one page, a file or an address, or the reason why there is none. Needs no archive.

    `url` is the page's address when a file does not say it. A fetch that fails is a reason too.
    Raises `NotFound` for a file that is not there.
    """
    document: RawDocument | Record | NotModified | Failure
    if urls.canonical(place):
        config = config or load_config()
        task = Task(urls.canonical(place), TaskKind.PAGE)
        ((_, document),) = _http_fetcher(config, SystemClock()).fetch([task])
    else:
        document = next(read_documents([Path(place)], url=url), Failure(place, Reason.EMPTY))
    if isinstance(document, RawDocument):
        return extract(document, outlet=registry.by_host(urls.host(url or document.url)))
    if isinstance(document, Failure):
        return Extraction(reason=document.reason, detail=document.detail)
    return Extraction(reason=Reason.NOT_HTML, detail="a record, not a page")


def _http_fetcher(config: Config, clock: Clock) -> HttpFetcher:
    return HttpFetcher(
        user_agent=config.user_agent,
        timeout=config.timeout,
        max_bytes=config.max_bytes,
        delay=config.delay,
        allow_private=config.allow_private,
        clock=clock,
    )


def _printed(article: Article) -> dict[int, str]:
    """Each term of an article, by its code, as the article prints it: in its shortest form, with the fewest clitics."""
    found: dict[int, str] = {}
    for text in (article.title, article.text):
        for start, end, word in tokens(text):
            if word.code not in found or end - start < len(found[word.code]):
                found[word.code] = text[start:end]
    return found
