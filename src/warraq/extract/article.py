"""The extractor: bytes, address and what is known of the outlet to an article, or the reason why there is none."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from warraq import urls
from warraq.arabic.language import language
from warraq.arabic.repair import repair
from warraq.extract import body, byline, keywords, markup, title, tree, verdict, when
from warraq.extract.charset import decode
from warraq.extract.credits import NONE, Agencies, credit_of_text, credits_of
from warraq.extract.knowledge import NOTHING, Observation, OutletKnowledge
from warraq.types import Article, Entry, Kind, Outlet, Paragraph, RawDocument, Reason

LEAST_KNOWN_BLOCK = 8
"""Characters; shorter blocks are too common to be learned as furniture."""
LEAST_UNTITLED, LEAST_PARAGRAPHS = 600, 3
"""Characters and paragraphs of a text that is an article even where nothing on the page is its title."""
FIRST_WORDS = 90
MOST_HEADINGS = 12
LANGUAGE_SAMPLE = 600
# ``ال`` after UTF-8 was read as windows-1252 or latin-1, or as windows-1256, once or twice.
_GARBLED = ("Ø§Ù", "ط§ظ", "Â§Ã", "آ§ط")


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
    agencies: Agencies = NONE,
) -> Extraction:
    """Read one page.

    `outlet` gives zone, id and names, `knowledge` what its pages share, `hint` what a feed said of this page, `url`
    the address to know the article by when it is not the document's own, `agencies` those to know in credits
    beside the usual ones (`credits.agencies_of`). ``document.fetched_at`` stands for the present: dates after it
    are refused.
    """
    known = knowledge or NOTHING
    opened = _open(document)
    if isinstance(opened, Extraction):
        return opened
    said, flat = opened.said, opened.tree
    why = {"encoding": opened.encoding}
    address, why["url"] = _address(said, document, url)
    host = _host(address)
    zone = outlet.zone if outlet else "UTC"
    names = (outlet.name, outlet.short_name) if outlet else ()
    headline, why["title"] = title.choose(
        said, opened.headings("h1"), opened.headings("h2"), urls.display(address), names
    )
    headline = repair(headline)
    if hint and hint.title and why["title"] in ("", "address"):
        headline, why["title"] = repair(markup.clean(hint.title)), "feed"
    found = body.choose(flat, headline, known, said)
    why["body"] = found.rule
    kinds = {p.text: p.kind for p in found.paragraphs}
    site, section = said.first("og:site_name"), byline.section(said)
    authors = byline.authors(said, found.bylines, found.authors, (site, host, host.split(".")[0], section))
    credit, dateline, texts = credit_of_text([p.text for p in found.paragraphs], more=agencies, own=names)
    stated = (*markup.texts(said.article.get("author")), *found.bylines)
    credited = dict.fromkeys((*credits_of(stated, agencies), *credit))
    credit = tuple(name for name in credited if name not in names)  # an agency does not credit itself
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
    if not headline and len(prose) >= LEAST_UNTITLED and len(paragraphs) >= LEAST_PARAGRAPHS:
        headline, why["title"] = _first_words(paragraphs[0].text), "the text's first words"
    why = {part: rule for part, rule in why.items() if rule}

    refused = verdict.after(said, headline, paragraphs, address, known)
    if refused:
        return Extraction(reason=refused[0], detail=refused[1], why=why)
    spoken, sure = language(prose[:LANGUAGE_SAMPLE])
    picture = byline.image(said)
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
        section=repair(section),
        keywords=tuple(map(repair, tags)),
        image=urls.canonical(picture, address) if picture else hint.image if hint else "",
        language=spoken if sure >= 0.5 else (re.split("[-_]", said.language)[0] or spoken),
    )
    return Extraction(article, why=why)


def observe(document: RawDocument) -> Observation | None:
    """What `knowledge.learn` needs of a page; None when it cannot be read at all."""
    opened = _open(document)
    if isinstance(opened, Extraction):
        return None
    said, flat = opened.said, opened.tree
    headline, _ = title.choose(said, opened.headings("h1"), opened.headings("h2"))
    prose = " ".join(p.text for p in body.choose(flat, headline, said=said).paragraphs)
    words = keywords.bag(f"{headline} {prose}")
    stated = keywords.split((*keywords.stated(said), *body.tags(flat)))
    return Observation(
        url=urls.canonical(document.url),
        title=title.key(headline),
        keywords=frozenset(title.key(w) for w in stated if not keywords.stands_in(w, words)),
        blocks=frozenset(title.key(b.text) for b in flat.blocks if len(b.text) >= LEAST_KNOWN_BLOCK),
    )


@dataclass(frozen=True, slots=True)
class _Opened:
    """A document that could be parsed: what it says of itself, and its text as boxes and blocks."""

    said: markup.Markup
    tree: tree.Tree
    encoding: str

    def headings(self, tag: str) -> list[str]:
        """The texts of its first headings of one level."""
        return [b.text for b in self.tree.blocks if b.tag == tag][:MOST_HEADINGS]


def _open(document: RawDocument) -> _Opened | Extraction:
    """Decode and parse, or the refusal."""
    refused = verdict.before(document)
    if refused:
        return Extraction(reason=refused[0], detail=refused[1])
    text, encoding = decode(document.body, document.content_type)
    refused = verdict.markup_bomb(text, document.body)
    if refused:
        return Extraction(reason=refused[0], detail=refused[1], why={"encoding": encoding})
    # The parser reads UTF-8; handing it the bytes spares it one encoding of the whole page.
    sound = encoding == "utf-8" and not document.body.startswith(codecs.BOM_UTF8) and "\ufffd" not in text
    page = LexborHTMLParser(document.body if sound else text)
    said, flat = markup.read(page), tree.read(page)
    shown = "\n".join((said.title, *(b.text for b in flat.blocks)))
    if any(hint in shown for hint in _GARBLED):
        # Repaired as a whole: where white space was taken for such, half letters (U+0085) are lost.
        page = LexborHTMLParser(repair(text))
        said, flat = markup.read(page), tree.read(page)
    return _Opened(said, flat, encoding)


def _address(said: markup.Markup, document: RawDocument, url: str | None) -> tuple[str, str]:
    """The canonical address: what the page itself says, if that is on the same site and not the home page."""
    own = urls.canonical(url or document.url)
    link = said.canonical or said.first("og:url")
    stated = urls.canonical(link, own or None) if link and link != (url or document.url) else own
    if not own:
        return stated, "link"
    if stated and stated != own and _host(stated) == _host(own) and re.sub(r"^https?://[^/]+/?", "", stated):
        return stated, "link rel=canonical"
    return own, "address"


def _first_words(text: str) -> str:
    """The beginning of a text up to a whole word, marked as cut where it is."""
    return text if len(text) <= FIRST_WORDS else text[: FIRST_WORDS + 1].rsplit(None, 1)[0] + "…"


def _host(address: str) -> str:
    """The host of a canonical address without what mirrors differ in."""
    name = address.partition("://")[2].partition("/")[0].partition(":")[0]
    return name.removeprefix("www.").removeprefix("m.").removeprefix("amp.")
