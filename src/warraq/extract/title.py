"""The headline, by agreement among those who state it: h1, ``og:title``, JSON-LD, ``<title>``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from warraq.extract.markup import Markup, clean

_SEPARATOR = re.compile(r"\s+[|\-–—•·:»«/~]+\s+|\s*[|｜»]\s*|\s+::\s+|--|_(?=[^_]{1,20}$)")
LEAST_ADDRESS_WORDS = 4
LEAST_HEADING = 8
"""Characters; a shorter heading may be a section's name that stands in the title too."""
SHORT = 200
"""Characters of a text whose key is kept: a page's titles and names are compared again and again."""
_KICKER = (":", "–", "—", "|", " -")
_WORD = re.compile(r"\w+")


def key(text: str) -> str:
    """What two spellings of one headline share: its letters and digits, in lower case."""
    return _short_key(text) if len(text) <= SHORT else _key(text)


def _key(text: str) -> str:
    # Not `arabic.forms.match_form`, which makes one letter of several: whole lists of keywords then look like the
    # headline's words or one another, and are dropped, on pages in Urdu and German. It takes three times as long, too.
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(_WORD.findall(text.lower()))


_short_key = lru_cache(maxsize=1024)(_key)


def parts(text: str) -> list[str]:
    """What stands between the separators of a title: a headline, a section, a site's name."""
    return _SEPARATOR.split(text[:SHORT])


def without_site(text: str, sites: Sequence[str] = (), headings: Sequence[str] = ()) -> str:
    """`text` without a name of the site's, or a section's, that follows or precedes it after a separator."""
    names = set(map(key, sites)) - {""}
    pieces = list(_SEPARATOR.finditer(text))
    if not pieces:
        return text
    for heading in headings:
        k = key(heading)
        if k and len(k) > 12 and k in key(text):
            return heading
    end = len(text)
    for piece in reversed(pieces):
        tail = text[piece.end() : end]
        head = text[: piece.start()]
        if key(tail) in names or (len(head) >= 2 * len(tail) and len(tail.split()) <= 4 and len(head) >= 20):
            end = piece.start()
        else:
            break
    start = 0
    if key(text[: pieces[0].start()]) in names:
        start = pieces[0].end()
    return text[start:end].strip() or text


def choose(
    markup: Markup,
    headings: Sequence[str],
    lesser: Sequence[str] = (),
    address: str = "",
    names: Sequence[str] = (),
) -> tuple[str, str]:
    """The headline and the rule that gave it. `headings` are the page's ``<h1>`` texts, `lesser` its ``<h2>``.

    `address` is the page's address in readable letters, the last resort: many end in the headline's words. `names`
    are what is known to be the outlet's, beside what the page says of its site.
    """
    sites = (markup.first("og:site_name", "application-name") or "", *names)
    site_keys = set(map(key, sites))
    stated = {
        "json-ld": clean(str(markup.article.get("headline") or markup.article.get("name") or "")),
        "og:title": markup.first("og:title"),
        "twitter:title": markup.first("twitter:title"),
        "title": markup.title,
    }
    keys = {name: key(text) for name, text in stated.items()}
    h1s = [h for h in dict.fromkeys(map(clean, headings)) if key(h) and key(h) not in site_keys]
    for h in h1s:
        k = key(h)
        if len(k) >= LEAST_HEADING and (k in keys["title"] or k in keys["og:title"] or k == keys["json-ld"]):
            return _whole(h, stated, sites) or (h, "heading, as the page's title")
    for h in map(clean, lesser):
        k = key(h)
        if len(k) >= LEAST_HEADING and k == keys["og:title"]:
            return h, "heading, as the page states"
        if len(k) >= LEAST_HEADING and k == keys["json-ld"]:
            return _without_kicker(stated["json-ld"], stated["og:title"]) or (h, "heading, as the page states")
    for name in ("og:title", "json-ld", "twitter:title", "title"):
        if stated[name] and key(stated[name]):
            text = without_site(stated[name], sites, h1s)
            if key(text) and key(text) not in site_keys:
                return text, name
    if h1s:
        return h1s[0], "h1"
    if key(markup.title) in site_keys - {""}:  # a site that writes only its name there has its headline elsewhere
        h2s = [h for h in map(clean, lesser) if len(key(h)) >= LEAST_HEADING and key(h) not in site_keys]
        if h2s:
            return h2s[0], "h2, where the page's title is the site's name"
    words = re.split(r"[-_+\s]+", re.sub(r"\.\w{2,5}$", "", address.partition("?")[0].rstrip("/").rpartition("/")[2]))
    words = [w for w in words if not w.isdigit()]
    if len(words) >= LEAST_ADDRESS_WORDS and sum(map(len, words)) <= 150 and all(len(w) <= 25 for w in words):
        return " ".join(words), "address"
    return "", ""


def candidates(markup: Markup, headings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What a page states as its headline, by where it stands."""
    headline = clean(str(markup.article.get("headline") or markup.article.get("name") or ""))
    stated = [
        *(("h1", heading) for heading in headings),
        ("og:title", markup.first("og:title")),
        ("json-ld", headline),
        ("twitter:title", markup.first("twitter:title")),
        ("title", markup.title),
    ]
    return tuple((origin, text) for origin, text in stated if text)


def _without_kicker(heading: str, short: str) -> tuple[str, str] | None:
    """`short`, if it is a heading without the kicker that stands before it."""
    kicker = heading.removesuffix(short).rstrip()
    if len(key(short)) < LEAST_HEADING or not kicker.endswith(_KICKER):
        return None
    return short, "og:title, which is the heading without its kicker"


def _whole(heading: str, stated: Mapping[str, str], sites: Sequence[str]) -> tuple[str, str] | None:
    """The headline of which `heading` is only a part: a kicker stands before it, or the template cut it off.

    Two statements must agree on the longer text, so that a site's name is never taken for a part.
    """
    part = key(heading)
    if part == key(stated["og:title"]):
        return None
    texts = {name: without_site(text, sites) for name, text in stated.items() if text}
    for name, text in texts.items():
        whole = key(text)
        if part == whole or part not in whole or not any(whole == key(texts[n]) for n in texts if n != name):
            continue
        cut_off = text.startswith(heading) and text[len(heading) :].lstrip()[:1].isalnum()
        if cut_off or key(texts.get("json-ld", "")) == whole:
            return text, f"{name}, of which the heading is a part"
    return None
