"""Authors, section and image, as clean values."""

from __future__ import annotations

import re
from collections.abc import Sequence

from warraq.extract.credits import agency
from warraq.extract.markup import Markup, clean, texts
from warraq.extract.title import key

MAX_AUTHORS = 10
_BY = re.compile(
    r"^[\s\W]{0,3}(?:كتب(?:ت|ه|ها)?|بقلم|إعداد|اعداد|تحرير|حوار|حاورته?ا?|ترجمة|تقرير|متابعة|نشر بواسطة|بواسطة"
    r"|الكاتبة?|المحررة?"
    r"|by|von|par|por|di|av)\s*[:/\-–]?\s+(?=\S)",
    re.I,
)
_AND = re.compile(r"\s*(?:[,،;؛|/]|\s&\s|\s+and\s+|\s+und\s+)\s*", re.I)
_ODD = re.compile(
    r"https?|www\.|\.(?:com|net|org|png|jpe?g)\b|@|\d{3}"
    r"|developed|powered|admin|webmaster|^(?:staff|editor)$",
    re.I,
)
MOST_BYLINE = 70


def is_byline(text: str) -> bool:
    """Whether a block only says who wrote: ``كتب: ...``, ``بقلم ...``."""
    return len(text) <= MOST_BYLINE and text[-1] not in ".!?؟" and _BY.match(text) is not None


def authors(said: Markup, bylines: Sequence[str], named: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """Names of people or desks. `named` are texts of boxes named for authors, `names` those of the outlet itself."""
    own = {key(n) for n in names}
    stated = (
        texts(said.article.get("author")),
        [b for b in bylines if is_byline(b)],
        named,
        [*said.meta.get("author", ()), *said.meta.get("article:author", ()), *said.meta.get("dc.creator", ())],
        said.props.get("author", ()),
    )
    for values in stated:
        found: dict[str, str] = {}
        for value in values:
            for piece in _AND.split(_BY.sub("", clean(value))):
                name = piece.strip(' .:-–()"«»')
                if 3 <= len(name) <= 60 and not (_ODD.search(name) or agency(name) or key(name) in own):
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
