"""The extractor: bytes, address and what is known of the outlet to an article, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from warraq import urls
from warraq.arabic.language import language
from warraq.arabic.repair import repair
from warraq.extract import body, byline, elsewhere, identity, keywords, markup, title, verdict, when
from warraq.extract.credits import NONE, Agencies, credit_of_text, credits_of
from warraq.extract.knowledge import NOTHING, OutletKnowledge, observe
from warraq.extract.opening import Opened, open_page
from warraq.extract.tags import tags_near
from warraq.types import Article, Entry, Kind, Observation, Origin, Outlet, OutletId, Paragraph, RawDocument, Reason

LEAST_UNTITLED, LEAST_PARAGRAPHS = 600, 3
"""Characters and paragraphs of a text that is an article even where nothing on the page is its title."""
FIRST_WORDS = 90
LANGUAGE_SAMPLE = 600


@dataclass(frozen=True, slots=True)
class Extraction:
    """An article, or a reason with a detail; ``why`` maps each part to the rule or origin that gave it."""

    article: Article | None = None
    reason: Reason | None = None
    detail: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    observation: Observation | None = None
    """What the page teaches of its outlet (`knowledge`), where it has a headline and a text."""
    outlet: OutletId = ""
    """Whose page it is, also where there is no article: the outlet's id, else the host."""
    workings: Workings | None = field(default=None, repr=False, compare=False)
    """What it was read from, for `explain`; only where that was asked for."""
    foreign: bool = False
    """Nothing on the page is of its outlet (`identity.foreign`)."""
    named: bool = False
    """It says who its publisher is."""


@dataclass(frozen=True, slots=True)
class Workings:
    """A page as it was read: what the parts of an article were chosen from."""

    opened: Opened
    body: body.Body
    address: str
    zone: str
    title: str


def extract(
    document: RawDocument,
    *,
    outlet: Outlet | None = None,
    knowledge: OutletKnowledge | None = None,
    hint: Entry | None = None,
    url: str | None = None,
    agencies: Agencies = NONE,
    keep: bool = False,
) -> Extraction:
    """Read one page.

    `outlet` gives zone, id and names, `knowledge` what its pages share, `hint` what a feed said of this page, `url`
    the address to know the article by when it is not the document's own, `agencies` those to know in credits
    beside the usual ones (`credits.agencies_of`). ``document.fetched_at`` stands for the present: dates after it
    are refused. With `keep` the result holds what it was read from.
    """
    known = knowledge or NOTHING
    opened = open_page(document, outlet)
    if not isinstance(opened, Opened):
        return Extraction(reason=opened[0], detail=opened[1], outlet=outlet.id if outlet else site(document.url))
    said, flat = opened.said, opened.tree
    why = {"encoding": opened.encoding}
    address, why["url"] = _address(said, document, url)
    host = site(address)
    zone = outlet.zone if outlet else "UTC"
    names = (outlet.name, outlet.short_name) if outlet else ()
    headline, why["title"] = title.choose(
        said, opened.headings("h1"), opened.headings("h2"), urls.display(address), names
    )
    headline = repair(headline)
    if hint and hint.title and why["title"] in ("", "address"):
        headline, why["title"] = repair(markup.clean(hint.title)), "feed"
    found = body.choose(flat, headline, known, said)
    texts, why["body"] = elsewhere.fullest(found, said, hint.body if hint else "", headline)
    kinds = {p.text: p.kind for p in texts}
    section = byline.section(said)
    own = (said.first("og:site_name"), host, host.split(".")[0], section)
    authors = byline.authors(said, found.bylines, found.authors, own)
    credit, dateline, kept = credit_of_text([p.text for p in texts], more=agencies, own=names)
    stated = (*markup.texts(said.article.get("author")), *found.bylines)
    credited = dict.fromkeys((*credits_of(stated, agencies), *credit))
    credit = tuple(name for name in credited if name not in names)  # an agency does not credit itself
    if credit:
        why["credit"] = "byline or text"
    paragraphs = [Paragraph(t, kinds.get(t, Kind.TEXT)) for t in kept]
    published, why["published"] = when.published(said, found.dates, address, zone, document.fetched_at)
    dated = published if published and published.origin is not Origin.URL else None
    if published is None and hint and hint.published and hint.published <= document.fetched_at + when.EARLY:
        published, why["published"] = when.of_feed(hint.published, zone), "feed"
    prose = "\n".join(p.text for p in paragraphs)
    near = partial(tags_near, flat, found.zones, found.title, found.kept)
    read = keywords.Text(headline, prose, near, (*authors, *names, said.first("og:site_name")), known)
    tags, why["keywords"] = keywords.choose(said, read)
    if not tags and hint and hint.keywords:
        tags, why["keywords"] = tuple(keywords.split(hint.keywords)), "feed"
    if not headline and len(prose) >= LEAST_UNTITLED and len(paragraphs) >= LEAST_PARAGRAPHS:
        headline, why["title"] = _first_words(paragraphs[0].text), "the text's first words"
    why = {part: rule for part, rule in why.items() if rule}

    owner = outlet.id if outlet else host
    refused = verdict.after(said, headline, paragraphs, address, known, found, dated)
    publisher = identity.identity(said, document.body, headline)
    foreign = bool(outlet) and identity.foreign(publisher, flat, said, names, known)
    seen = None
    if headline and not foreign and (not refused or refused[0] is Reason.FURNITURE_TITLE):
        unlinked = (b.text for b in flat.blocks if 2 * b.linked <= len(b.text))
        words = keywords.split(keywords.stated(said) or read.tags.sure)
        seen = observe(address, headline, document.fetched_at.date(), words, unlinked, publisher)
    left = Workings(opened, found, address, zone, headline) if keep else None
    if refused:
        return Extraction(
            reason=refused[0],
            detail=refused[1],
            why=why,
            observation=seen,
            outlet=owner,
            workings=left,
            foreign=foreign,
            named=bool(publisher),
        )
    spoken, sure = language(prose[:LANGUAGE_SAMPLE])
    picture = byline.image(said)
    article = Article(
        id=urls.article_id(address),
        outlet=owner,
        url=address,
        title=headline,
        body=tuple(paragraphs),
        published=published,
        modified=when.modified(said, zone, document.fetched_at, published),
        authors=tuple(map(repair, authors)),
        credit=credit,
        dateline=dateline,
        section=repair(section),
        keywords=tuple(map(repair, tags)),
        image=urls.canonical(picture, address) if picture else hint.image if hint else "",
        language=spoken if sure >= 0.5 else (re.split("[-_]", said.language)[0] or spoken),
    )
    return Extraction(
        article,
        why=why,
        observation=seen,
        outlet=owner,
        workings=left,
        foreign=foreign,
        named=bool(publisher),
    )


def _address(said: markup.Markup, document: RawDocument, url: str | None) -> tuple[str, str]:
    """The canonical address: what the page itself says, if that is on the same site and not the home page."""
    own = urls.canonical(url or document.url)
    link = said.canonical or said.first("og:url")
    stated = urls.canonical(link, own or None) if link and link != (url or document.url) else own
    if not own:
        return stated, "link"
    if stated and stated != own and site(stated) == site(own) and re.sub(r"^https?://[^/]+/?", "", stated):
        return stated, "link rel=canonical"
    return own, "address"


def _first_words(text: str) -> str:
    """The beginning of a text up to a whole word, marked as cut where it is."""
    return text if len(text) <= FIRST_WORDS else text[: FIRST_WORDS + 1].rsplit(None, 1)[0] + "…"


def site(address: str) -> str:
    """The host of an address without what mirrors differ in: the id of an outlet of which nothing else is known."""
    name = address.partition("://")[2].partition("/")[0].partition(":")[0]
    return name.removeprefix("www.").removeprefix("m.").removeprefix("amp.")
