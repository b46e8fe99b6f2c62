"""The extractor: bytes, address and what is known of the outlet to an article, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from warraq import urls
from warraq.arabic.language import language
from warraq.arabic.repair import repair
from warraq.extract import body, byline, keywords, markup, title, tree, verdict, when
from warraq.extract.charset import decode
from warraq.extract.credits import credit_of_text, credits_of
from warraq.extract.knowledge import NOTHING, Observation, OutletKnowledge
from warraq.types import Article, Entry, Kind, Outlet, Paragraph, RawDocument, Reason

LEAST_KNOWN_BLOCK = 8


@dataclass(frozen=True, slots=True)
class Extraction:
    """An article, or a reason with a detail; ``why`` maps each part to the rule or origin that gave it."""

    article: Article | None = None
    reason: Reason | None = None
    detail: str = ""
    why: Mapping[str, str] = field(default_factory=dict)


def extract(
    document: RawDocument,
    *,
    outlet: Outlet | None = None,
    knowledge: OutletKnowledge | None = None,
    hint: Entry | None = None,
    url: str | None = None,
) -> Extraction:
    """Read one page.

    `outlet` gives zone and id, `knowledge` what its pages share, `hint` what a feed said of this page, `url` the
    address to know the article by when it is not the document's own. ``document.fetched_at`` stands for the
    present: dates after it are refused.
    """
    known = knowledge or NOTHING
    refused = verdict.before(document)
    if refused:
        return Extraction(reason=refused[0], detail=refused[1])
    text, encoding = decode(document.body, document.content_type)
    why = {"encoding": encoding}
    refused = verdict.markup_bomb(text)
    if refused:
        return Extraction(reason=refused[0], detail=refused[1], why=why)
    page = LexborHTMLParser(text)
    said = markup.read(page)
    flat = tree.read(page)
    address, why["url"] = _address(said, document, url)
    host = urls.host(address).removeprefix("www.")
    zone = outlet.zone if outlet else "UTC"

    headings = [b.text for b in flat.blocks if b.tag == "h1"]
    headline, why["title"] = title.choose(said, headings)
    headline = repair(headline)
    if not headline and hint and hint.title:
        headline, why["title"] = repair(markup.clean(hint.title)), "feed"
    found = body.choose(flat, headline, known, said)
    why["body"] = found.rule
    kinds = {repair(p.text): p.kind for p in found.paragraphs}
    site = said.first("og:site_name")
    authors = byline.authors(said, found.bylines, found.authors, (site, host, host.split(".")[0]))
    credit, dateline, texts = credit_of_text(tuple(map(repair, (p.text for p in found.paragraphs))))
    credit = tuple(dict.fromkeys((*credits_of((*markup.texts(said.article.get("author")), *found.bylines)), *credit)))
    if credit:
        why["credit"] = "byline or text"
    paragraphs = [Paragraph(t, kinds.get(t, Kind.TEXT)) for t in texts]
    published, why["published"] = when.published(said, found.dates, address, zone, document.fetched_at)
    if published is None and hint and hint.published and hint.published <= document.fetched_at + when.EARLY:
        published, why["published"] = when.of_feed(hint.published, zone), "feed"
    prose = "\n".join(p.text for p in paragraphs)
    tags, why["keywords"] = keywords.choose(said, found.tags, headline, prose, known)
    if not tags and hint and hint.keywords:
        tags, why["keywords"] = tuple(keywords.split(hint.keywords)), "feed"
    why = {part: rule for part, rule in why.items() if rule}

    refused = verdict.after(said, headline, paragraphs, address, known)
    if refused:
        return Extraction(reason=refused[0], detail=refused[1], why=why)
    spoken, sure = language(prose[:4000])
    article = Article(
        id=urls.article_id(address),
        outlet=outlet.id if outlet else host,
        url=address,
        title=headline,
        body=tuple(paragraphs),
        published=published,
        modified=when.modified(said, zone, document.fetched_at, published),
        authors=tuple(map(repair, authors)),
        credit=credit,
        dateline=dateline,
        section=repair(byline.section(said)),
        keywords=tuple(map(repair, tags)),
        image=urls.canonical(byline.image(said), address) if byline.image(said) else (hint.image if hint else ""),
        language=spoken if sure >= 0.5 else (re.split("[-_]", said.language)[0] or spoken),
    )
    return Extraction(article, why=why)


def observe(document: RawDocument) -> Observation | None:
    """What `knowledge.learn` needs of a page; None when it cannot be read at all."""
    if verdict.before(document):
        return None
    text, _ = decode(document.body, document.content_type)
    if verdict.markup_bomb(text):
        return None
    page = LexborHTMLParser(text)
    said = markup.read(page)
    flat = tree.read(page)
    headline, _ = title.choose(said, [b.text for b in flat.blocks if b.tag == "h1"])
    prose = " ".join(p.text for p in body.choose(flat, headline, said=said).paragraphs)
    words = keywords.bag(f"{headline} {prose}")
    stated = keywords.split(
        (*said.meta.get("article:tag", ()), *said.meta.get("keywords", ()), *said.meta.get("news_keywords", ()),
         *markup.texts(said.article.get("keywords")), *body.tags(flat))
    )  # fmt: skip
    return Observation(
        url=urls.canonical(document.url),
        title=title.key(headline),
        keywords=frozenset(title.key(w) for w in stated if not keywords.stands_in(w, words)),
        blocks=frozenset(title.key(b.text) for b in flat.blocks if len(b.text) >= LEAST_KNOWN_BLOCK),
    )


def _address(said: markup.Markup, document: RawDocument, url: str | None) -> tuple[str, str]:
    """The canonical address: what the page itself says, if that is on the same site and not the home page."""
    own = urls.canonical(url or document.url)
    stated = urls.canonical(said.canonical or said.first("og:url"), own or None) if own or said.canonical else ""
    if not own:
        return stated, "link"
    same = stated and _site(urls.host(stated)) == _site(urls.host(own))
    if same and re.sub(r"^https?://[^/]+/?", "", stated):
        return stated, "link rel=canonical"
    return own, "address"


def _site(host: str) -> str:
    """The part of a host that mirrors share."""
    return host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")
