"""The outlet's own keywords for an article, without those that only repeat the headline or the site's lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from warraq.extract.knowledge import OutletKnowledge
from warraq.extract.markup import Markup, clean, texts
from warraq.extract.title import key

MAX_KEYWORDS = 30
MAX_WORDS = 8
MAX_LIST = 8_000
"""Characters of one list."""
MAX_PIECES = 300
_SPLIT = re.compile(r"\s*[,،;؛|\n]\s*")
_CLITIC = re.compile(r"^(?:[وفبكل]{0,2}ال|لل|[وفبكل](?=\w{3}))")
_GENERIC = frozenset(
    ("أخبار", "اخبار", "الأخبار", "خبر", "عاجل", "عام", "news", "breaking news", "latest news", "featured")
)
"""Keywords that say nothing of an article."""
_MACHINE = re.compile(r"[a-z0-9.-]+[:=][^\s]|^\d+$|^[\w-]+/[\w/-]+$|_{2}")


def choose(
    markup: Markup, links: Sequence[str], title: str, text: str, known: OutletKnowledge
) -> tuple[tuple[str, ...], str]:
    """Clean keywords and the rule that gave them. `links` are the visible tags near the article."""
    for rule, values in (*_sources(markup), ("tags", links)):
        if values and (found := _clean(values, title, text, markup.first("og:site_name"), known)):
            return found, rule
    return (), ""


def stated(markup: Markup) -> tuple[str, ...]:
    """All that a page's head states as keywords, raw."""
    return tuple(v for _, values in _sources(markup) for v in values)


def _sources(markup: Markup) -> tuple[tuple[str, Sequence[str]], ...]:
    meta = markup.meta
    return (
        ("article:tag", meta.get("article:tag", ()) + meta.get("og:article:tag", ())),
        ("json-ld", texts(markup.article.get("keywords"))),
        ("news_keywords", meta.get("news_keywords", ())),
        ("keywords", meta.get("keywords", ())),
    )


def unsupported(values: Iterable[str], text: str) -> list[str]:
    """The keywords in `values` that a text does not bear out: what may be one of the site's own lists."""
    if not values:
        return []
    words = bag(text)
    return [word for k, word in _keyed(values).items() if not _stands_in(k, words)]


def split(values: Iterable[str]) -> list[str]:
    """Single keywords: lists in one string are taken apart, marks and repetitions dropped."""
    return list(_keyed(values).values())


def _keyed(values: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        for piece in _SPLIT.split(value[:MAX_LIST])[:MAX_PIECES]:
            word = clean(piece).strip(" #.\"'«»“”")
            if word and not _MACHINE.search(word) and (k := key(word)):
                found.setdefault(k, word)
    return found


def _stands_in(keyword: str, words: frozenset[str]) -> bool:
    """Whether most words of a keyword (its key) occur in a text, given as its `bag`."""
    parts = [_bare(w) for w in keyword.split()]
    return bool(parts) and sum(p in words for p in parts) * 2 > len(parts)


def bag(text: str) -> frozenset[str]:
    """The words of a text without the article and one-letter particles."""
    words = set(key(text).translate(_FOLD).split())
    return frozenset(w if w.isascii() else _CLITIC.sub("", w) or w for w in words)


def _bare(word: str) -> str:
    word = word.translate(_FOLD)
    return _CLITIC.sub("", word) or word


_FOLD = str.maketrans("أإآٱىةؤئیک", "اااايهويي\u0643")


def _clean(values: Iterable[str], title: str, text: str, site: str, known: OutletKnowledge) -> tuple[str, ...]:
    furniture = {key(title), key(site), *_GENERIC}
    found = [
        w
        for k, w in _keyed(values).items()
        if k not in furniture and not known.has_keyword(k) and len(w.split()) <= MAX_WORDS
    ]
    if not found:
        return ()
    if len(found) >= 4 and all(len(w.split()) == 1 and w in title for w in found):
        return ()  # the headline, cut into words
    if len(found) < 6:
        return tuple(found)
    words = bag(f"{title} {text}")
    inside = [w for w in found if _stands_in(key(w), words)]
    if len(found) >= 8 and len(inside) < 0.2 * len(found):
        return ()  # the site's list, not this article's
    if len(inside) < 0.4 * len(found):
        found = inside
    return tuple(found[:MAX_KEYWORDS])
