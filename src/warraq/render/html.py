"""HTML from values: the templates, their filters, and one page as a file of its own.

What comes from outside is text until the very end: autoescape is on for every template, ``finalize`` removes
characters that act on a screen, an address becomes a link only through ``http_url``, and JSON-LD is escaped so that
no text can end the block it stands in. There is no script and no inline style on the site.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from warraq.arabic import direction
from warraq.render.calendar import day_text, hijri_text, locale
from warraq.render.json import Json
from warraq.render.links import Links, http_url
from warraq.render.moments import clock_text, dated_iso, iso, moment_text, on_text, stamp, written
from warraq.render.plain import line, plain
from warraq.render.plots import share
from warraq.render.refusals import said
from warraq.render.unsafe import unlinked
from warraq.render.wording import DIRECTION, wording
from warraq.types import Article, Dated, Page

STATIC = {"site.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
"""The site's own files with their media types."""


@cache
def static(name: str) -> tuple[bytes, str]:
    """A file of the site and the version of its content (for addresses that may be cached for ever)."""
    content = (files("warraq.render") / "static" / name).read_bytes()
    return content, hashlib.blake2b(content, digest_size=6).hexdigest()


def render(template: str, links: Links, language: str = "ar", **values: Any) -> str:
    """One template as HTML. Every template gets ``links``, ``w`` (the site's words), ``language`` and ``dir``."""
    return (
        _environment()
        .get_template(template)
        .render(links=links, w=wording(language), language=language, dir=DIRECTION[language], **values)
    )


def page_html(page: Page, language: str = "ar", base_url: str = "") -> str:
    """The page as one HTML file that needs nothing beside it: the style is inside.

    With `base_url` its links lead to that site, as of the page's moment; without, to the outlets' own pages.
    """
    page = unlinked(page)
    links = Links(base_url=base_url.rstrip("/"), as_of=page.as_of, site=bool(base_url))
    style = Markup(static("site.css")[0].decode())  # noqa: S704 - our own file
    return render(
        "article.html",
        links,
        language,
        page=page,
        revisions=(),
        as_of=page.as_of,
        head=page_head(page, links),
        style=style,
    )


def page_head(page: Page, links: Links) -> Json:
    """What an article's ``<head>`` says: canonical address, Open Graph, schema.org ``NewsArticle``."""
    canonical = Links(base_url=links.base_url, site=links.site).article(page.article.id, page.article.url)
    return {
        "canonical": canonical,
        "description": opening(page.article),
        "json_ld": news_article(page, canonical),
        "image": http_url(page.article.image),
    }


def opening(article: Article, length: int = 200) -> str:
    """The beginning of the body, cut between words."""
    text = line(article.text[: 2 * length])
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + "…"


def news_article(page: Page, canonical: str) -> Json:
    """The article as schema.org ``NewsArticle`` (docs/data.md). The body is on the page and not repeated here."""
    article, revision = page.article, page.revision
    found: Json = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "inLanguage": article.language,
        "datePublished": _schema_date(article.published),
        "dateModified": _schema_date(article.modified),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": page.outlet.name, "url": http_url(page.outlet.home)},
        "creditText": "، ".join(article.credit),
        "articleSection": article.section,
        "keywords": [k.text for k in page.keywords],
        "image": http_url(article.image),
        "url": canonical if http_url(canonical) else "",
        "isBasedOn": http_url(article.url),
        "archivedAt": canonical if http_url(canonical) else "",
        "version": revision.number,
        "sdDatePublished": iso(revision.seen_at),
    }
    found["publisher"] = {key: value for key, value in found["publisher"].items() if value}
    return {key: value for key, value in found.items() if value}


def json_block(value: Json) -> Markup:
    """JSON for a ``<script type="application/ld+json">``: no character in it can end the block or start markup."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(plain(text))  # noqa: S704 - escaped on the lines above


def _schema_date(dated: Dated | None) -> str:
    return dated_iso(dated) if dated else ""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("warraq.render"),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        direction=direction,
        http=http_url,
        iso=iso,
        instant=_instant,
        dated_iso=dated_iso,
        stamp=stamp,
        number=_number,
        percent=_percent,
        json_block=json_block,
        dated=_dated,
        day=_day,
        hijri=_hijri,
        country=_country,
        tongue=_tongue,
        moment=_moment,
        on=_on,
        refusal=_refusal,
        clock=_clock,
    )
    environment.globals.update(share=share, style_version=static("site.css")[1], icon_version=static("icon.svg")[1])
    return environment


def _finalize(value: object) -> object:
    """Runs on every expression a template prints, before escaping."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@pass_context
def _dated(context: Context, dated: Dated) -> str:
    return written(dated, context["language"])


@pass_context
def _moment(context: Context, when: datetime) -> str:
    return moment_text(when, context["language"])


@pass_context
def _refusal(context: Context, message: str) -> tuple[str, str]:
    return said(message, context["language"])


@pass_context
def _on(context: Context, when: datetime) -> str:
    return on_text(when, context["language"])


@pass_context
def _clock(context: Context, dated: Dated, day: str) -> str:
    return clock_text(dated, day, context["language"])


@pass_context
def _day(context: Context, day: date | str) -> str:
    return day_text(date.fromisoformat(day) if isinstance(day, str) else day, context["language"])


@pass_context
def _hijri(context: Context, day: date) -> str:
    return hijri_text(day, context["language"])


@pass_context
def _country(context: Context, code: str) -> str:
    """A country's name in the page's language; the code itself if nobody has that."""
    return str(locale(context["language"]).territories.get(code.upper(), code))


@pass_context
def _tongue(context: Context, code: str) -> str:
    """A language's name in the page's language; the code itself if it has none."""
    return str(locale(context["language"]).languages.get(code, code))


def _instant(when: datetime) -> str:
    """For ``<time datetime>``, whole seconds: HTML allows three digits after them, and moments have six."""
    return iso(when.replace(microsecond=0))


def _number(value: int) -> str:
    """``12,345``: Western digits, as Arabic news sites print them."""
    return f"{value:,}"


def _percent(value: float) -> str:
    """A share as a whole percentage; 100% only when it is all."""
    return f"{min(int(value * 100), 100)}%"
