"""Why an article was read as it was: each part with its rule, and what else the page has for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from warraq.extract import body, keywords, title, when
from warraq.extract.article import Extraction
from warraq.extract.tags import tags_near
from warraq.types import Dated, Precision

MOST_OTHERS = 12
MOST_TEXT = 160
"""Characters of a value that was not taken."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an article: its value as text, the rule or origin that gave it, and what else stands there."""

    name: str
    value: str = ""
    rule: str = ""
    others: tuple[tuple[str, str], ...] = ()
    """Rule and value of each alternative that was not taken, in the order of the page's statements."""


def explain(found: Extraction, now: datetime) -> tuple[Part, ...]:
    """The parts of an extraction made with ``keep=True``; `now` is when the page was fetched."""
    values, others = dict(_values(found)), dict(_others(found, now))
    names = dict.fromkeys((*values, *found.why, *others))
    return tuple(Part(name, values.get(name, ""), found.why.get(name, ""), others.get(name, ())) for name in names)


def _values(found: Extraction) -> Iterator[tuple[str, str]]:
    article = found.article
    if article is None:
        if found.workings:
            yield "title", found.workings.title
            yield "body", _measured([p.text for p in found.workings.body.paragraphs])
        return
    yield "url", article.url
    yield "title", article.title
    yield "published", _moment(article.published)
    yield "modified", _moment(article.modified)
    yield "body", _measured([p.text for p in article.body])
    yield "authors", "، ".join(article.authors)
    yield "credit", "، ".join(article.credit)
    yield "dateline", article.dateline
    yield "section", article.section
    yield "keywords", "، ".join(article.keywords)
    yield "image", article.image
    yield "language", article.language


def _others(found: Extraction, now: datetime) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    work = found.workings
    if work is None:
        return
    said = work.opened.said
    chosen = found.article.title if found.article else work.title
    titles = title.candidates(said, work.opened.headings("h1"))
    yield "title", tuple((rule, text[:MOST_TEXT]) for rule, text in titles if text != chosen)[:MOST_OTHERS]
    dates = []
    for rule, text, dated, why in when.candidates(said, work.body.dates, work.address, work.zone, now):
        if why or dated != (found.article and found.article.published):
            dates.append((f"{rule}, {why}" if why else rule, f"{text[:60]} = {_moment(dated)}" if dated else text[:60]))
    yield "published", tuple(dates[:MOST_OTHERS])
    boxes = tuple(body.candidates(work.opened.tree, work.body))
    if work.body.shared:
        boxes += (("what many pages of the outlet have", f"{work.body.shared} blocks"),)
    yield "body", boxes[1:] if found.why.get("body", "").split(":")[0] in (boxes[0][0] if boxes else "") else boxes
    near = tags_near(work.opened.tree, work.body.zones, work.body.title, work.body.kept)
    lists = keywords.candidates(said, near)
    yield "keywords", tuple((rule, "، ".join(v)[:MOST_TEXT]) for rule, v in lists if rule != found.why.get("keywords"))


def _measured(texts: list[str]) -> str:
    return f"{len(texts)} paragraphs, {sum(map(len, texts))} characters" if texts else ""


def _moment(dated: Dated | None) -> str:
    if dated is None:
        return ""
    day = dated.precision is Precision.DAY
    return f"{dated.at:%Y-%m-%dT%H:%MZ} ({'the day alone, ' if day else ''}{dated.origin}, {dated.zone})"
