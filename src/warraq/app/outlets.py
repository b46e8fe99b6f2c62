"""Outlets: finding out about one, whether its feeds answer, lists of feeds in and out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from warraq import outlets as registry
from warraq import urls
from warraq.app.opened import SystemClock
from warraq.app.operating import Operating
from warraq.app.taking import http_fetcher
from warraq.config import Config, load_config
from warraq.errors import NotFound, UsageError
from warraq.extract.charset import decode
from warraq.feeds import Outline, parse_feed, parse_outlines, write_opml
from warraq.fetchers.http import HttpFetcher
from warraq.outlets.guess import FEEDS, SITEMAPS, describe, sitemaps_of, slug, to_toml, usual
from warraq.parse import Rules, parse
from warraq.types import (
    Failure,
    Feed,
    NotModified,
    Outlet,
    OutletCount,
    OutletId,
    OutletState,
    RawDocument,
    Reason,
    Task,
    TaskKind,
)

HOPS = 5
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", re.I)
MOST_FEEDS = 12
"""Feeds, and sitemaps, of one outlet that are asked for when it is added."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What one address of an outlet gives now."""

    outlet: OutletId
    url: str
    kind: TaskKind
    entries: int = 0
    """Articles that it names and that may be asked for."""
    strangers: int = 0
    """Those it names on hosts that nobody we know owns: they are not asked for."""
    further: int = 0
    """Further feeds or sitemaps that it names."""
    newest: datetime | None = None
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An outlet with all that its operator wants to see of it at once."""

    outlet: Outlet
    state: OutletState
    watched: int
    count: OutletCount | None


class Outlets(Operating):
    """Know outlets, and what is read of them."""

    def known_outlets(self) -> Mapping[OutletId, Outlet]:
        """Every outlet that the package or this archive describes, by id."""
        return self._rules().by_id

    def listed_outlets(self, *, everything: bool = False) -> list[Listed]:
        """The outlets that this archive has to do with, by id; with `everything` all that are described."""
        counts = {count.outlet.id: count for count in self._store.outlets(self.now())}
        watched: dict[OutletId, int] = {}
        for task in self._store.watched():
            watched[task.outlet] = watched.get(task.outlet, 0) + 1
        states = self._store.outlet_states()
        ids = {*counts, *watched, *states, *(outlet.id for outlet in self._store.saved_outlets())}
        ids |= set(self.known_outlets()) if everything else set()
        return [
            Listed(self.outlet(id), states.get(id) or OutletState(id), watched.get(id, 0), counts.get(id))
            for id in sorted(ids - {""})
        ]

    def discover(self, url: str, *, id: OutletId = "") -> Outlet:
        """An outlet by its home page, as `discover_outlet` finds it, with an id that no other has. Saves nothing."""
        return discover_outlet(url, id=id, rules=self._rules(), config=self.config)

    def check_outlets(self, ids: Sequence[OutletId]) -> Iterator[Checked]:
        """Ask for every feed, sitemap and list of these outlets now, and say what each gives. Stores nothing.

        Raises `NotFound` for an outlet that is not known.
        """
        known = self.known_outlets()
        for id in ids:
            if id not in known:
                raise NotFound(f"no outlet {id[:60]!r}")
        yield from check_outlets([known[id] for id in ids], self._rules(), self.config)

    def unclaimed(self, outlet: Outlet) -> Outlet:
        """The outlet itself. Raises `UsageError` if one of its hosts is named by another outlet.

        Several may live on one host, each in a folder that its home names.
        """
        for other in () if _in_folder(outlet) else self._rules().outlets:
            claimed = sorted({*outlet.hosts} & {*other.hosts})
            if claimed and other.id != outlet.id and not _in_folder(other):
                raise UsageError(f"outlet {outlet.id}: {claimed[0][:60]} belongs to the outlet {other.id} already")
        return outlet

    def import_opml(self, body: bytes) -> list[Outlet]:
        """Make the outlets of a list of feeds known; those of hosts that are known get the feeds they lack.

        Returns the outlets that are new or have changed. Raises `UsageError` if it names no feeds.
        """
        outlines = parse_outlines(body)
        if not outlines:
            raise UsageError("no OPML list, or one that names no feeds")
        changed = outlets_of(outlines, self._rules())
        self.add_outlets(changed)
        return changed

    def export_opml(self) -> str:
        """The feeds of every outlet that is known and not disabled, as a list that readers of feeds take."""
        states = self._store.outlet_states()
        outlines = [
            Outline(feed, outlet.name, outlet.home, outlet.language)
            for id, outlet in sorted(self.known_outlets().items())
            if id not in states or not states[id].disabled
            for feed in outlet.feeds
        ]
        return write_opml(outlines, "Warraq")


def _in_folder(outlet: Outlet) -> bool:
    return outlet.home.count("/") > 3


def outlet_text(outlet: Outlet) -> str:
    """The outlet as a file of the registry (TOML)."""
    return to_toml(outlet)


def write_outlet(outlet: Outlet, path: Path, at: datetime) -> None:
    """Write an outlet that was found at `at` as a new file. Raises `UsageError` if it is there, or cannot be."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(to_toml(outlet, f"Found at {outlet.home} on {at:%Y-%m-%d}."))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def outlets_of(outlines: Sequence[Outline], rules: Rules) -> list[Outlet]:
    """Outlets by a list of feeds: one for each host of the homes it gives, where it gives none of the feeds.

    A host in numbers is a machine, whose publishers are told by their feeds alone: one for each, without a host.
    """
    changed: dict[OutletId, Outlet] = {}
    fed = {feed for outlet in rules.outlets for feed in outlet.feeds}
    ours: dict[str, OutletId] = {}
    for outline in outlines:
        place = outline.home or outline.feed
        own = urls.host(place).removeprefix("www.")
        numbered = _in_numbers(own)
        if numbered and outline.feed in fed:
            continue
        before = rules.outlet_at(place)
        before = changed.get(ours.get(own) or (before.id if before else "")) or before
        if before is None:
            id = slug(_NOT_LETTERS.sub("-", own).strip("-") if numbered else own, taken={*rules.by_id, *changed})
            language = outline.language.partition("-")[0].lower() or "ar"
            hosts = () if numbered else (own,)
            before = Outlet(
                id, outline.title or own, zone=rules.zone, language=language, hosts=hosts, home=outline.home
            )
            if numbered:
                fed.add(outline.feed)
            else:
                ours[own] = id
        if outline.feed not in before.feeds:
            changed[before.id] = replace(before, feeds=(*before.feeds, outline.feed))
    return list(changed.values())


def _in_numbers(host: str) -> bool:
    """Whether a host is an IP address, not a name."""
    with suppress(ValueError):
        ip_address(host.strip("[]"))
        return True
    return False


def discover_outlet(
    url: str,
    *,
    id: OutletId = "",
    rules: Rules | None = None,
    config: Config | None = None,
    fetcher: HttpFetcher | None = None,
) -> Outlet:
    """An outlet by its home page: its name, language and country, the feeds and sitemaps that answer.

    Feeds are those that the page names, otherwise those found at the usual paths; sitemaps those of robots.txt,
    otherwise at the usual paths. Raises `UsageError` for what is no address, a page that cannot be had, or a host
    that belongs to an outlet already, unless `id` is that outlet's.
    """
    config = config or load_config()
    rules = rules or Rules(tuple(registry.load().values()), zone=config.zone)
    if not (home := urls.canonical(url)):
        raise UsageError(f"not an http(s) address: {urls.display(url)}")
    if fetcher is None:
        with closing(http_fetcher(config, SystemClock())) as own:
            return discover_outlet(url, id=id, rules=rules, config=config, fetcher=own)
    page = _get(fetcher, Task(home, TaskKind.PAGE))
    if not isinstance(page, RawDocument):
        raise UsageError(f"{urls.display(home)}: {page.reason}{f' ({page.detail})' if page.detail else ''}")
    home = urls.canonical(page.url) or home
    owner = rules.outlet_at(home)
    if owner is not None and owner.id != id:
        raise UsageError(f"{urls.host(home)} belongs to the outlet {owner.id} already (--id {owner.id} replaces it)")
    named = parse_feed(page.body, home, page.content_type)
    named_feeds = named.feeds if isinstance(named, Feed) else ()
    feeds = _answering(fetcher, _telling(named_feeds) or usual(home, FEEDS), first=not named_feeds)
    robots = _get(fetcher, Task(usual(home, ["/robots.txt"])[-1], TaskKind.PAGE))
    said = robots.body.decode("utf-8", "replace") if isinstance(robots, RawDocument) else ""
    named_maps = sitemaps_of(said, home)
    sitemaps = _answering(fetcher, named_maps or usual(home, SITEMAPS)[-len(SITEMAPS) :], first=not named_maps)
    title = next((feed.title for feed in feeds.values() if feed.title), "")
    found = describe(home, decode(page.body, page.content_type)[0], feed_title=title, taken=rules.by_id)
    return replace(found, id=id or found.id, feeds=tuple(feeds), sitemaps=tuple(sitemaps))


def _telling(feeds: Sequence[str]) -> tuple[str, ...]:
    """Feeds of articles: those of comments are named beside them by common systems."""
    return tuple(feed for feed in feeds if "comments" not in feed)[:MOST_FEEDS]


def _answering(fetcher: HttpFetcher, addresses: Sequence[str], *, first: bool) -> dict[str, Feed]:
    """The addresses at which there is a feed or a sitemap, with it; with `first` no more than the first of them."""
    found: dict[str, Feed] = {}
    for address in addresses[:MOST_FEEDS]:
        document = _get(fetcher, Task(address, TaskKind.FEED))
        if not isinstance(document, RawDocument):
            continue
        feed = parse_feed(document.body, document.url, document.content_type)
        is_page = _PAGE.match(document.body[:1000]) is not None  # it may name feeds, but is none
        if isinstance(feed, Feed) and (feed.entries or (feed.feeds and not is_page)):
            found[urls.canonical(document.url) or address] = feed
            if first:
                break
    return found


def check_outlets(outlets: Sequence[Outlet], rules: Rules, config: Config) -> Iterator[Checked]:
    """Ask for every feed, sitemap and list of these outlets, and say what each gives."""
    kinds = ((TaskKind.FEED, "feeds"), (TaskKind.SITEMAP, "sitemaps"), (TaskKind.LIST, "lists"))
    clock = SystemClock()
    with closing(http_fetcher(config, clock)) as fetcher:
        for outlet in outlets:
            tasks = [Task(url, kind, outlet.id) for kind, field in kinds for url in getattr(outlet, field)]
            for task in tasks:
                yield _checked(task, _get(fetcher, task), rules, clock.now())


def _checked(task: Task, document: RawDocument | Failure, rules: Rules, now: datetime) -> Checked:
    found = parse(document, rules, now, task)
    blank = Checked(task.outlet, task.url, task.kind)
    if found.feed is None:
        return replace(blank, reason=found.reason or Reason.NOT_FEED, detail=found.detail)
    entries = [entry for entry in found.feed.entries if rules.owner(entry.url, found.where, task) is not None]
    dates = [date for entry in entries if (date := entry.published or entry.modified) and date <= now]
    return replace(
        blank,
        entries=len(entries),
        strangers=len(found.feed.entries) - len(entries),
        further=len(found.feed.feeds),
        newest=max(dates, default=None),
        reason=None if entries or found.feed.feeds else Reason.EMPTY,
    )


def _get(fetcher: HttpFetcher, task: Task) -> RawDocument | Failure:
    """A document, wherever redirects lead."""
    asked = task
    for _ in range(HOPS):
        found = fetcher.get(asked)
        if isinstance(found, RawDocument | Failure):
            return found
        if isinstance(found, NotModified):
            return Failure(task.url, Reason.EMPTY, "not modified")
        asked = Task(urls.canonical(found.target), task.kind, task.outlet)
        if not asked.url:
            break
    return Failure(task.url, Reason.REDIRECTS, "too many, or to what is no address")


__all__ = [
    "Checked",
    "Listed",
    "Outlets",
    "check_outlets",
    "discover_outlet",
    "outlet_text",
    "outlets_of",
    "write_outlet",
]
