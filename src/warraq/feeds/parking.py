"""Pages of domains that their outlet has lost: registrars' and domain dealers' placeholders, somebody else's site.

A domain that lapsed answers every address, feeds too, with one page that offers it for sale. The marks below are the
words and the script hosts of such pages, as the dealers' own documents and everybody's eyes know them; two must
stand in the page (or one in its title), because an article may well speak of a domain for sale.
"""

from __future__ import annotations

import re

from warraq.urls import host

_LOOKED_AT = 100_000
_MARKS = (
    rb"domain(?: name)? (?:is|may be) for sale",
    rb"buy this domain",
    rb"this domain (?:has expired|name has expired|is parked|was recently registered)",
    rb"domain (?:has )?expired",
    rb"parked (?:free|domain|page)",
    rb"inquire about this domain|make an offer on this domain|get this domain",
    rb"parkingcrew|sedoparking|sedo\.com|bodis\.com|afternic\.com|hugedomains\.com|dan\.com/buy|above\.com/park",
    rb"parklogic|voodoo\.com|domainmarket\.com|godaddy\.com/domainsearch|namebright\.com|uniregistry\.com/buy",
    rb"window\.park\b|ndsp\.js|/parking\.php|data-adblockkey",
    "هذا النطاق معروض للبيع|النطاق للبيع|الدومين للبيع|انتهت صلاحية النطاق".encode(),
)
_MARK = tuple(re.compile(mark, re.I) for mark in _MARKS)
_TITLE = re.compile(rb"<title[^>]{0,200}>(.{0,300}?)</title", re.I | re.S)
_CANONICAL = re.compile(
    rb"<link\b(?=[^<>]{0,1000}?\brel\s*=\s*[\"']?canonical\b)[^<>]{0,1000}?\bhref\s*=\s*[\"']?([^\"'\s<>]{1,1000})",
    re.I,
)
_MANY_WORDS = 500
"""Words of text beyond which a page is no placeholder."""
_HIDDEN = re.compile(rb"<(?:script|style)\b[^<>]*>[^<]*|<[^<>]*>", re.I)  # linear, whatever is open


def parked(body: bytes) -> bool:
    """Does the page offer its domain instead of what was published there?"""
    head = body[:_LOOKED_AT]
    if (title := _TITLE.search(head)) and any(mark.search(title[1]) for mark in _MARK[:6]):
        return True
    if sum(mark.search(head) is not None for mark in _MARK) < 2:
        return False
    return len(_HIDDEN.sub(b" ", head).split()) < _MANY_WORDS


def named_host(body: bytes) -> str:
    """The host that a page gives as its own (``rel=canonical``, RFC 6596); empty if it gives none."""
    found = _CANONICAL.search(body[:_LOOKED_AT])
    return host(found[1].decode("utf-8", "replace")) if found else ""
