"""Authors, section and image, as clean values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from warraq.extract.credits import agency
from warraq.extract.markup import Markup, clean, texts
from warraq.extract.title import key

MAX_AUTHORS = 10
_BY = re.compile(
    r"^(?:كتب(?:ت|ه|ها)?|بقلم|إعداد|اعداد|تحرير|حوار|ترجمة|تقرير|نشر بواسطة|بواسطة|الكاتب|المحرر"
    r"|by|von|par|por|di|av)\s*[:/-]?\s+",
    re.I,
)
_AND = re.compile(r"\s*(?:[,،;؛|/]|\s&\s|\s+and\s+)\s*", re.I)


def authors(said: Markup, bylines: Sequence[str], site: str) -> tuple[str, ...]:
    """Names of people or desks; addresses, agencies and the site's own name are none."""
    stated = (
        texts(said.article.get("author")),
        [*said.meta.get("author", ()), *said.meta.get("article:author", ()), *said.meta.get("dc.creator", ())],
        [*said.props.get("author", ())],
        [b for b in bylines if _BY.match(b)],
    )
    for values in stated:
        found: dict[str, str] = {}
        for value in values:
            for piece in _AND.split(_BY.sub("", clean(value))):
                name = piece.strip(" .:-–()")
                if (
                    3 <= len(name) <= 60
                    and "/" not in name
                    and "@" not in name
                    and not agency(name)
                    and key(name) != key(site)
                ):
                    found.setdefault(key(name), name)
        if found:
            return tuple(found.values())[:MAX_AUTHORS]
    return ()


def section(said: Markup) -> str:
    """The section as the page states it."""
    stated = [*texts(said.article.get("articleSection")), said.first("article:section", "section", "category")]
    return next((clean(s) for s in stated if s and len(s) <= 80), "")


def image(said: Markup) -> str:
    """The address of the article's picture, as stated."""
    value = said.article.get("image")
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or ""
    stated = [
        said.first("og:image", "og:image:url", "og:image:secure_url"),
        value,
        said.first("twitter:image", "twitter:image:src"),
    ]
    return next((s.strip() for s in stated if isinstance(s, str) and s.strip()), "")
