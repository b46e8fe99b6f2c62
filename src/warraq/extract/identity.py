"""Whose page is it? What a page says of its publisher, held against what the outlet's pages have said before.

A redesign changes how pages look, and one odd page may look like none of the others; but pages of one publisher go on
naming it, its feeds, its profiles elsewhere and its account at a service that counts visits. Pages of a domain that
somebody else has taken over name another one, or nobody, and all at once.

That pages with one account at such a service are of one owner is an old observation of those who look into sites
(L. Alexander, "Unveiling Hidden Connections With Google Analytics IDs", Bellingcat, 2015).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from warraq.extract.knowledge import LEAST_BLOCK, OutletKnowledge, mark
from warraq.extract.markup import Markup, texts
from warraq.extract.title import key, parts
from warraq.extract.tree import Tree

ESTABLISHED = 12
"""Pages after which an outlet's own ones are told from others'."""
TEMPLATE = 0.15
"""The share of what an outlet's pages have in common that a page of it has at least, whoever it says it is of."""
_LEAST_SHARED = 2
"""Things in common before it tells anything that a page has none of them."""
_LEAST_NAME = 4
"""Characters of a name that stands in a page by no chance."""
_LOOKED_AT = 400_000
_MOST = 32
"""Names of one kind that are taken of a page."""
_TAG = 1000
"""Bytes of one tag that are looked at, either way."""
_STATED = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "twitter:site",
    "article:publisher",
    "fb:app_id",
    "fb:pages",
    "al:ios:app_store_id",
    "apple-itunes-app",
)
_ACCOUNTS = (b"gtag/js?id=", b"GTM-", b"ca-pub-")
_ACCOUNT = re.compile(rb"(?:gtag/js\?id=)?([A-Z]{1,3}-[A-Z0-9-]{5,14}|ca-pub-\d{12,20})\b")
_PROFILES = (b"facebook.com/", b"twitter.com/", b"//x.com/", b"youtube.com/", b"instagram.com/", b"//t.me/")
_PROFILE = re.compile(rb"(?:(?:user|channel|c|pages|company)/)?@?[\w.\-]{3,60}")
_SHARING = re.compile(rb"share|intent|dialog|plugins|embed|watch|home|search|hashtag|login|status|tr\b|p/", re.I)
_FEEDS = (b"application/rss+xml", b"application/atom+xml")
_HREF = re.compile(rb"\bhref\s*=\s*[\"']?([^\"'\s<>]{1,500})", re.I)


def identity(said: Markup, body: bytes, headline: str) -> frozenset[int]:
    """What a page says of its publisher, as marks (`knowledge.mark`, kind ``i``)."""
    return frozenset(mark("i", name) for name in _names(said, body[:_LOOKED_AT], headline))


def _names(said: Markup, body: bytes, headline: str) -> Iterator[str]:
    for name in _STATED:
        yield from (f"site {key(value)}" for value in said.meta.get(name, ())[:3] if value.strip())
    yield from (f"site {key(name)}" for name in texts(said.article.get("publisher"))[:3])
    known = key(headline)
    yield from (f"site {said_of}" for part in parts(said.title) if (said_of := key(part)) and said_of not in known)
    for kind in _FEEDS:
        for at in _places(body, kind):
            start, end = body.rfind(b"<", max(at - _TAG, 0), at), body.find(b">", at, at + _TAG)
            if start >= 0 and end >= 0 and (href := _HREF.search(body, start, end)):
                yield f"feed {href[1].decode('utf-8', 'replace')}"
    for kind in _ACCOUNTS:
        yield from (f"account {found[1].decode()}" for at in _places(body, kind) if (found := _ACCOUNT.match(body, at)))
    for kind in _PROFILES:
        for at in _places(body, kind):
            if (found := _PROFILE.match(body, at + len(kind))) and not _SHARING.match(found[0]):
                yield f"profile {kind.decode()}{found[0].decode().lower()}"


def _places(body: bytes, wanted: bytes) -> Iterator[int]:
    """Where it stands in the body, up to `_MOST` times."""
    at = -1
    for _ in range(_MOST):
        at = body.find(wanted, at + 1)
        if at < 0:
            return
        yield at


def foreign(page: frozenset[int], tree: Tree, said: Markup, names: Sequence[str], known: OutletKnowledge) -> bool:
    """Whether nothing on a page is of the outlet at whose address it stands, as far as that is well known.

    `page`: what `identity` found; `names`: those of the outlet.
    """
    if known.pages < ESTABLISHED or len(known.marks) < _LEAST_SHARED or page & known.familiar:
        return False
    named = [name for name in names if len(name) >= _LEAST_NAME]
    shared: set[int] = set()
    for block in tree.blocks:
        if any(name in block.text for name in named):
            return False
        if len(block.text) >= LEAST_BLOCK and 2 * block.linked <= len(block.text):
            shared.add(mark("b", block.text))
    if any(name in said.title or name in said.first("og:site_name", "description") for name in named):
        return False
    return len(shared & known.marks) < max(1.0, TEMPLATE * len(known.marks))
