"""Parse: one document in, one `Parsed` out; pure. The middle of the ingest loop (DESIGN §3).

Whatever is wrong with a document becomes a `Reason`. A fault of ours on one document does too (``internal``, with
its name as the detail), so that it cannot stop the loop and is not lost: the raw document can be replayed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from warraq import urls
from warraq.analyse.vectors import analyse, digest
from warraq.exported import is_exported, read_exported
from warraq.extract import Extraction, extract
from warraq.extract.article import site
from warraq.extract.credits import Agencies, agencies_of, credit_of_text
from warraq.extract.fragment import texts_of
from warraq.extract.knowledge import Known, nothing
from warraq.feeds import named_host, parked, parse_feed, parse_list
from warraq.outlets import by_host, hosts_of
from warraq.records import Refused, record_to_article, stated_date
from warraq.types import (
    Article,
    Entry,
    Failure,
    Feed,
    NotModified,
    Outlet,
    OutletId,
    Paragraph,
    Parsed,
    RawDocument,
    Reason,
    Record,
    Task,
    TaskKind,
)

SEEN_NOW = "now"
SEEN_PUBLISHED = "published"
SEEN_FETCHED = "fetched"
EARLY = timedelta(days=1)
"""How far ahead of our clock an outlet's may be before a date of it is refused."""

Document = RawDocument | Record | NotModified | Failure

_FEED = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*|<\?[^>]{0,400}>\s*)*"
    rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml)\b|\s*\{[^<]{0,400}jsonfeed\.org",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True)
class Rules:
    """What the operator decided about reading, beside the documents themselves."""

    outlets: tuple[Outlet, ...] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field of an article to column of a record, where the usual names do not fit."""
    zone: str = "UTC"
    seen: str = SEEN_NOW
    """What counts as first seen: ``now``, ``published``, ``fetched`` (raw documents), or a column of the records."""

    @cached_property
    def by_id(self) -> Mapping[OutletId, Outlet]:
        """The outlets by id."""
        return {outlet.id: outlet for outlet in self.outlets}

    @cached_property
    def _by_host(self) -> Mapping[str, Outlet]:
        return hosts_of(self.outlets)

    @cached_property
    def agencies(self) -> Agencies:
        """The agencies among the outlets, as credits name them."""
        return agencies_of(self.outlets)

    @cached_property
    def _folders(self) -> Sequence[Outlet]:
        """Outlets that live in a folder of a host they share, the deepest folder first."""
        shared = [outlet for outlet in self.outlets if outlet.home.count("/") > 3]
        return sorted(shared, key=lambda outlet: -len(outlet.home))

    def outlet_at(self, url: str) -> Outlet | None:
        """The outlet an address belongs to: by the folder of its home, by its host, by the host's longest suffix."""
        if outlet := next((o for o in self._folders if url.startswith(o.home)), None):
            return outlet
        return by_host(urls.host(url), self._by_host)

    def owner(self, url: str, feed: str, task: Task) -> OutletId | None:
        """To which outlet an address belongs that the feed, sitemap or list at `feed` names, asked for as `task`.

        That of its own host, if we know it, whoever names it. A host nobody is known to own is believed of a feed on
        that same host, and of a feed that was given by hand (a task without an outlet: an aggregator, say); its
        outlet is then the task's. Otherwise None: a feed cannot make us ask hosts that its outlet does not own.
        """
        if outlet := self.outlet_at(url):
            return outlet.id
        if not task.outlet or urls.host(url) == urls.host(feed):
            return task.outlet
        return None


def parse(document: Document, rules: Rules, now: datetime, task: Task | None = None, known: Known = nothing) -> Parsed:
    """What one document says. `now` bounds the dates that are believed; `task` tells what was expected.

    `known` says what is furniture on an outlet's pages of a day (`extract.knowledge.Learner.known`).
    """
    outlet = task.outlet if task else ""
    if isinstance(document, Record | RawDocument):
        try:
            if isinstance(document, Record):
                return _record(document, rules, now)
            return _raw(document, rules, now, task or Task(document.url), known)
        except Exception as error:
            where = document.where if isinstance(document, Record) else document.url
            return Parsed(where, outlet, reason=Reason.INTERNAL, detail=f"{type(error).__name__}: {error}"[:300])
    if isinstance(document, NotModified):
        return Parsed(document.url, outlet, unchanged=True)
    return Parsed(document.where, outlet, reason=document.reason, detail=document.detail)


def parse_saved(document: Document, rules: Rules, now: datetime, known: Known = nothing) -> Iterator[Parsed]:
    """What a document of an archive says. A saved feed leads nowhere: its entries are the articles it holds."""
    parsed = parse(document, rules, now, known=known)
    if parsed.feed is None:
        yield parsed
        return
    plain = replace(rules, mapping={})  # the names below are ours, whatever columns the operator's tables have
    for entry in parsed.feed.entries:
        yield parse(_entry_record(entry, parsed, document), plain, now)


def _entry_record(entry: Entry, parsed: Parsed, document: Document) -> Record:
    """A feed's entry as a record: what it carries of the text is all there will be."""
    fields: dict[str, object] = {
        "url": entry.url,
        "title": entry.title,
        "text": texts_of(entry.body) if entry.body else entry.summary,
        "published": entry.published.isoformat() if entry.published else None,
        "modified": entry.modified.isoformat() if entry.modified else None,
        "authors": list(entry.authors),
        "keywords": list(entry.keywords),
        "image": entry.image,
        "outlet": parsed.outlet,
        SEEN_FETCHED: document.fetched_at.isoformat() if isinstance(document, RawDocument) else None,
    }
    return Record(fields, f"{parsed.where} {entry.url}")


def _exported(record: Record, now: datetime) -> Parsed:
    """A line of our own export says itself when it was seen."""
    found = read_exported(record.fields)
    if isinstance(found, Refused):
        return Parsed(record.where, reason=found.reason, detail=found.detail)
    article, seen_at = found
    if seen_at > now:
        return Parsed(record.where, article.outlet, reason=Reason.NO_DATE, detail="seen_at is in the future")
    return _parsed(record.where, article, seen_at)


def _record(record: Record, rules: Rules, now: datetime) -> Parsed:
    if is_exported(record.fields):
        return _exported(record, now)

    def outlet_of(url: str) -> OutletId:
        outlet = rules.outlet_at(url)
        return outlet.id if outlet else urls.host(url).removeprefix("www.")

    def outlet_zone(id: OutletId) -> str:
        return rules.by_id[id].zone if id in rules.by_id else ""

    found = record_to_article(
        record.fields, mapping=rules.mapping, zone=rules.zone, outlet_of=outlet_of, outlet_zone=outlet_zone
    )
    if isinstance(found, Refused):
        return Parsed(record.where, reason=found.reason, detail=found.detail)
    credit, dateline, texts = credit_of_text([p.text for p in found.body], " ".join(found.authors), rules.agencies)
    body = tuple(map(Paragraph, texts)) or found.body
    article = _believable(replace(found, credit=credit, dateline=dateline, body=body), now)
    if rules.seen == SEEN_NOW:
        return _parsed(record.where, article, None)
    if rules.seen == SEEN_PUBLISHED:
        seen_at = article.published.at if article.published else None
    else:
        said = stated_date(record.fields.get(rules.seen), outlet_zone(article.outlet) or rules.zone)
        seen_at = said.at if said else None
    return _given(record.where, article, seen_at, rules, now)


def _raw(document: RawDocument, rules: Rules, now: datetime, task: Task, known: Known) -> Parsed:
    outlet = rules.by_id.get(task.outlet) or rules.outlet_at(document.url)
    if task.kind in {TaskKind.FEED, TaskKind.SITEMAP, TaskKind.LIST} or (
        task.kind is TaskKind.ANY and _FEED.match(document.body[:4096])
    ):
        return _feed(document, outlet, rules, task)
    if task.outlet and rules.outlet_at(task.url) and not (outlet := rules.outlet_at(document.url)):
        detail = f"it leads to {urls.host(document.url)}"
        return Parsed(document.url, task.outlet, reason=Reason.OTHER_OUTLET, detail=detail)
    found = _extract(document, outlet, task.hint, rules, known)
    if found.article is None and parked(document.body):
        return Parsed(document.url, found.outlet, reason=Reason.OTHER_OUTLET, detail="its domain is for sale")
    if task.outlet and outlet and found.foreign and found.named:
        detail = "the page names another publisher, and nothing on it is of the outlet"
        return Parsed(document.url, task.outlet, reason=Reason.OTHER_OUTLET, detail=detail)
    if found.article is None:
        return Parsed(
            document.url,
            found.outlet,
            reason=found.reason or Reason.NOT_ARTICLE,
            detail=found.detail,
            observation=found.observation,
        )
    if task.outlet and outlet and (stranger := _taken_over(found.article, document, outlet, rules)):
        return Parsed(document.url, task.outlet, reason=Reason.OTHER_OUTLET, detail=f"the page is of {stranger}")
    article = _believable(found.article, now)
    if rules.seen == SEEN_NOW:
        parsed = _parsed(document.url, article, None)
    elif rules.seen == SEEN_PUBLISHED:
        parsed = _given(document.url, article, article.published.at if article.published else None, rules, now)
    else:
        parsed = _given(document.url, article, document.fetched_at, rules, now)
    return replace(parsed, observation=found.observation, stranger=bool(task.outlet) and found.foreign)


def _taken_over(article: Article, document: RawDocument, outlet: Outlet, rules: Rules) -> str:
    """The host of whoever has the outlet's domain now: no outlet's, named by a page in another language; or empty."""
    if article.language == outlet.language:
        return ""
    stranger = named_host(document.body)
    return stranger if stranger and rules.outlet_at(f"http://{stranger}/") is None else ""


def _feed(document: RawDocument, outlet: Outlet | None, rules: Rules, task: Task) -> Parsed:
    """What a feed, a sitemap or a list page leads to."""
    if task.kind is TaskKind.LIST:
        pattern = outlet.pages if outlet else ""
        feed = parse_list(document.body, document.url, document.content_type, pattern=pattern)
    else:
        zone = outlet.zone if outlet else rules.zone
        feed = parse_feed(document.body, document.url, document.content_type, zone=zone)
    if (isinstance(feed, Failure) or not feed.entries) and parked(document.body):
        return Parsed(document.url, task.outlet, reason=Reason.OTHER_OUTLET, detail="its domain is for sale")
    if isinstance(feed, Feed):
        return Parsed(document.url, outlet.id if outlet else "", feed=feed)
    return Parsed(document.url, task.outlet, reason=feed.reason, detail=feed.detail)


def _extract(
    document: RawDocument, outlet: Outlet | None, hint: Entry | None, rules: Rules, known: Known
) -> Extraction:
    """Read a page with all that is known of its outlet; a page saved in a file may itself have to tell whose it is."""
    day = document.fetched_at.date()
    expected = outlet.id if outlet else site(document.url)
    knowledge = known(expected, day)
    found = extract(document, outlet=outlet, knowledge=knowledge, hint=hint, agencies=rules.agencies)
    if found.outlet == expected:
        return found
    outlet = rules.outlet_at(found.article.url) if found.article else None
    knowledge = known(outlet.id if outlet else found.outlet, day)
    if not outlet and not knowledge:
        return found
    return extract(document, outlet=outlet, knowledge=knowledge, hint=hint, agencies=rules.agencies)


def _believable(article: Article, now: datetime) -> Article:
    """The article without dates that lie ahead of us."""
    limit = now + EARLY
    published = article.published if article.published and article.published.at <= limit else None
    modified = article.modified if article.modified and article.modified.at <= limit else None
    if published is article.published and modified is article.modified:
        return article
    return replace(article, published=published, modified=modified)


def _given(where: str, article: Article, seen_at: datetime | None, rules: Rules, now: datetime) -> Parsed:
    if seen_at is None:
        return Parsed(where, article.outlet, reason=Reason.NO_DATE, detail=f"nothing readable in {rules.seen!r}")
    if seen_at > now:
        return Parsed(where, article.outlet, reason=Reason.NO_DATE, detail=f"{rules.seen!r} is in the future")
    return _parsed(where, article, seen_at)


def _parsed(where: str, article: Article, seen_at: datetime | None) -> Parsed:
    return Parsed(where, article.outlet, article, analyse(article), digest(article), seen_at=seen_at)
