"""What a page says of itself beside its text: ``<meta>``, JSON-LD (schema.org), microdata, ``<link>``.

Everything here is bounded: number and size of scripts, depth and number of JSON values.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

MAX_SCRIPTS = 40
MAX_SCRIPT = 1 << 20
"""Characters of one JSON-LD script; a longer one is passed over."""
MAX_VALUES = 20_000
MAX_FIELDS = 600
"""Elements with statements that are looked at."""
MAX_TAGS, MAX_TAG = 60, 100
"""Links that are tags, and characters of one."""
MAX_FIELD = 4_000
"""Characters of one ``<meta>``."""

Json = Mapping[str, object]

_ARTICLES = re.compile(r"(?:Article|BlogPosting|LiveBlog|NewsPosting|Report|Posting)$|^(?:News|Opinion|Analysis)")
_STATEMENTS = (
    'meta, title, link[rel="canonical" i][href], base[href], [itemprop], script[type*="ld+json" i], a[rel~="tag"]'
)
_PROPS = frozenset(("datepublished", "datecreated", "datemodified", "author", "headline", "description"))
_PAGES = frozenset(("WebPage", "ItemPage", "VideoObject", "AboutPage", "Recipe", "Review"))


@dataclass(frozen=True, slots=True)
class Markup:
    """The page's own statements. ``meta`` keys are lower case; ``article`` is the JSON-LD node of the article."""

    title: str = ""
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    article: Json = field(default_factory=dict)
    page: Json = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    canonical: str = ""
    base: str = ""
    language: str = ""
    props: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Microdata: ``itemprop`` to contents."""
    tags: tuple[str, ...] = ()
    """Texts of links that the page calls its tags (``rel=tag``)."""

    def first(self, *names: str) -> str:
        """The first non-empty ``<meta>`` of these names."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return ""


def read(page: LexborHTMLParser) -> Markup:
    """Collect what a parsed page states."""
    meta: dict[str, list[str]] = {}
    props: dict[str, list[str]] = {}
    scripts: list[str] = []
    tags: list[str] = []
    title = canonical = base = ""
    fields = 0
    for node in page.css(_STATEMENTS):
        tag, a = node.tag, node.attributes
        if tag == "a":
            if len(tags) < MAX_TAGS and "category" not in (a.get("rel") or "").lower():
                tags.append(clean(node.text(separator=" ")[:MAX_TAG]))
            continue
        if tag == "script":
            if len(scripts) < MAX_SCRIPTS:
                scripts.append(node.text())
            continue
        fields += 1
        if fields > MAX_FIELDS:
            break
        if tag == "title":
            title = title or clean(node.text()[:MAX_FIELD])
        elif tag == "link":
            canonical = canonical or (a.get("href") or "").strip()
        elif tag == "base":
            base = base or (a.get("href") or "").strip()
        elif tag == "meta" and (content := a.get("content")):
            value = clean(content[:MAX_FIELD])
            for name in {a.get("property"), a.get("name"), a.get("itemprop"), a.get("http-equiv")}:
                if name:
                    meta.setdefault(name.lower().strip(), []).append(value)
        if (prop := a.get("itemprop")) and prop.lower() in _PROPS:
            value = a.get("content") or a.get("datetime") or node.text(separator=" ")[:MAX_FIELD]
            props.setdefault(prop.lower(), []).append(clean(value))
    nodes = list(_nodes(scripts))
    root = page.root
    return Markup(
        title=title,
        meta={k: tuple(v) for k, v in meta.items()},
        article=_best(nodes),
        page=next((n for n in nodes if types_of(n) & _PAGES), {}),
        types=frozenset(t for n in nodes for t in types_of(n)),
        canonical=canonical,
        base=base,
        language=((root.attributes.get("lang") or "") if root is not None and root.tag == "html" else "").lower(),
        props={k: tuple(v) for k, v in props.items()},
        tags=tuple(dict.fromkeys(filter(None, tags))),
    )


def clean(text: str) -> str:
    """One line: doubly escaped entities undone, white space single, invisible marks of direction dropped."""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if text.isascii():
        return " ".join(text.split())
    return " ".join(text.replace("\ufeff", "").replace("\u200e", "").replace("\u200f", "").split())


def types_of(node: Json) -> frozenset[str]:
    """The ``@type`` names of a JSON-LD node, without a namespace."""
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return frozenset(v.rsplit("/", 1)[-1] for v in values if isinstance(v, str))


def texts(value: object, depth: int = 0) -> list[str]:
    """The texts in a JSON-LD value: a string, a list, or things with a ``name``."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, list) and depth < 4:
        return [t for v in value[:100] for t in texts(v, depth + 1)]
    if isinstance(value, Mapping) and depth < 4:
        return texts(value.get("name") or value.get("url") or value.get("@value"), depth + 1)
    return []


def _nodes(scripts: list[str]) -> Iterator[Json]:
    """Every JSON object that has an ``@type``, outermost first."""
    budget = MAX_VALUES
    for script in scripts:
        queue: list[object] = [_load(script)]
        for value in queue:
            budget -= 1
            if budget < 0:
                return
            if isinstance(value, list):
                queue.extend(value)
            elif isinstance(value, dict):
                if "@type" in value:
                    yield value
                queue.extend(v for v in value.values() if isinstance(v, (dict, list)))


def _load(text: str) -> object:
    """JSON with the usual faults: control characters in strings, comments around, a trailing comma or semicolon."""
    if len(text) > MAX_SCRIPT:
        return None
    text = text.strip()
    if text.count("[") > MAX_VALUES or text.count("{") > MAX_VALUES:
        return None
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        return None
    except ValueError:
        pass
    text = re.sub(r"^(?:\s|<!--|//|<!\[CDATA\[|/\*|\*/)+|(?:\s|-->|//|\]\]>|;|/\*|\*/)+$", "", text)
    text = re.sub(r",\s*([}\]])", r"\1", text)
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _best(nodes: list[Json]) -> Json:
    """The node that speaks of this page's article: typed as one, and with most of what is wanted said."""
    best: Json = {}
    most = 0
    for node in nodes[:200]:
        if not any(_ARTICLES.search(t) for t in types_of(node)):
            continue
        fields = sum(bool(node.get(k)) for k in ("headline", "datePublished", "articleBody", "author", "keywords"))
        if fields > most:
            best, most = node, fields
    return best
