"""A site as files: which file holds the page of an address, and a page rewritten to lead from file to file.

A server answers any address; a folder holds the pages that were built. So links are led to files where there is one,
forms go, and what only a server can answer (searches, data, other languages, the past) is no link any more. What is
rewritten is the site's own HTML, in which every text from outside is escaped: no ``<`` of a title begins a tag.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from posixpath import dirname, relpath
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from warraq.render.html import json_block
from warraq.render.links import Links

INSIDE = "http://warraq.invalid"
"""The public address that pages are made with; no other page has it (RFC 2606)."""
_SAFE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""Names that Windows keeps for devices."""
_SHARDED = ("a", "s")
"""Kinds of pages of which there are many: their files lie in folders by the first two characters of the name."""
_FORM = re.compile(r"<form\b.*?</form>\s*", re.DOTALL)
_EMPTY = re.compile(r"<details\b[^>]*>\s*<summary>(?:(?!</summary>).)*</summary>\s*</details>\s*", re.DOTALL)
_SEPARATED = r"(?P<before>\s*·\s*|\s*<span class=\"dot\"></span>\s*)?"
_ANCHOR = re.compile(_SEPARATED + r"<a\b(?P<attributes>[^>]*)>(?P<inner>.*?)</a>", re.DOTALL)
_LED = re.compile(r"(<p>)(?:\s*·|\s*<span class=\"dot\"></span>)\s*")
_BARE = re.compile(r"<li>\s*</li>\n?")
_LISTED_NOTHING = re.compile(r'<h2>[^<]*</h2>\s*<ul class="counts">\s*</ul>\n?')
_LINK = re.compile(r"<link\b(?P<attributes>[^>]*)>\n?")
_META = re.compile(r"<meta\b(?P<attributes>[^>]*)>\n?")
_ATTRIBUTE = re.compile(r'([a-z:-]+)="([^"]*)"')
_JSON_LD = re.compile(r'(<script type="application/ld\+json">)(.*?)(</script>)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """An address on the site: its path, unquoted, and its parameters."""

    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> int:
        """Place in a list, from 1."""
        said = dict(self.parameters).get("page", "1")
        return int(said) if said.isdecimal() else 0

    @property
    def target(self) -> str:
        """As a request asks for it."""
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in self.parameters)
        return quote(self.path, safe="/") + (f"?{query}" if query else "")


def read_address(href: str) -> Address | None:
    """The address on the site that a link names; None for one that leads away."""
    if href.startswith(INSIDE):
        href = href.removeprefix(INSIDE) or "/"
    if not href.startswith("/") or href.startswith("//"):
        return None
    parts = urlsplit(href)
    return Address(unquote(parts.path), tuple(parse_qsl(parts.query)))


def file_name(address: Address, ending: str = ".html") -> str:
    """The file of a page, relative to the folder: lower-case ASCII, short, no name that any file system refuses.

    Two addresses never share a file: what is not safe as a name becomes a hash, marked by ``_``.
    """
    kind, *rest = [part for part in address.path.split("/") if part] or ["index"]
    if kind == "k":  # a phrase may hold a slash
        rest = ["/".join(address.path.split("/")[2:])]
    if kind in _SHARDED and rest:
        id, *further = rest
        folder = f"{kind}/{_safe(id[:2])}/"
        stem = "_".join(map(_safe, [id, *further]))
    else:
        folder = f"{_safe(kind)}/" if rest else ""
        stem = "_".join(map(_safe, rest)) if rest else _safe(kind)
    for name, value in address.parameters:
        stem += f"_{_safe(value)}" if name == "page" else f"_{_safe(name)}_{_safe(value)}"
    return f"{folder}{stem}{ending}"


def _safe(text: str) -> str:
    if _SAFE.fullmatch(text) and not _RESERVED.fullmatch(text):
        return text
    return f"x_{hashlib.blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=10).hexdigest()}"


class FileLinks(Links):
    """Whole addresses of the files of a site, for what machines read."""

    __slots__ = ()

    def to(self, path: str, **parameters: object) -> str:
        """The address of the file that holds the page."""
        if path == "/":
            return f"{self.base_url}/"
        given = tuple((name, str(value)) for name, value in parameters.items() if value not in ("", None, False))
        return f"{self.base_url}/{file_name(Address(unquote(path), given))}"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A page as a file, and the pages of the site that it leads to."""

    html: str
    leads_to: tuple[Address, ...]


Place = Callable[[Address], str]
"""The file of an address, or another whole address that stands for it, or an empty text if there is none."""


def press_data(body: Mapping[str, object], file: str, place: Place) -> dict[str, object]:
    """A page as data, whose neighbours are files, too; what it names by id or address stays as it is."""

    def led(value: object) -> str | None:
        address = read_address(value) if isinstance(value, str) else None
        target = place(address) if address else ""
        return relpath(target, dirname(file) or ".") if target and "://" not in target else None

    return {key: led(value) if key in ("previous", "next") else value for key, value in body.items()}


def press(html: str, file: str, place: Place, base_url: str = "") -> Pressed:
    """A page of the server as the file `file`; `base_url` is where the folder will be served from (empty: unknown)."""
    found: list[Address] = []

    def led(href: str) -> str | None:
        """Where a link leads: to a file, out, or (None) nowhere any more."""
        address = read_address(unescape(href))
        if address is None:
            return href
        target = place(address)
        if not target or "://" in target:
            return escape(target) or None
        found.append(address)
        return relpath(target, dirname(file) or ".")

    def public(href: str) -> str:
        """The public address of the file of a page; empty where that is not known."""
        address = read_address(unescape(href))
        target = place(address) if address and base_url else ""
        return FileLinks(base_url).to("/") if target == "index.html" else f"{base_url}/{target}" if target else ""

    def anchor(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match["attributes"]))
        before, inner, href = match["before"] or "", match["inner"], attributes.pop("href", None)
        if href is None:
            return match[0]
        target = led(href)
        if target is not None:
            if "://" in target and read_address(unescape(href)):
                attributes["rel"] = "noopener noreferrer external"
            return f'{before}<a href="{target}"{_written(attributes)}>{inner}</a>'
        if attributes.get("rel") in ("prev", "next"):
            return "<span></span>"
        if _is_for_servers(read_address(unescape(href))):
            return ""
        kept = {name: value for name, value in attributes.items() if name not in ("rel", "hreflang", "type")}
        return f"{before}<span{_written(kept)}>{inner}</span>"

    def link(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match["attributes"]))
        href = attributes.get("href", "")
        if attributes.get("rel") == "canonical":
            target: str | None = public(href)
        elif "hreflang" in attributes or attributes.get("rel") == "search":
            target = None
        else:
            target = led(href)
        return f"<link{_written({**attributes, 'href': target})}>\n" if target else ""

    def meta(match: re.Match[str]) -> str:
        attributes = dict(_ATTRIBUTE.findall(match["attributes"]))
        if not attributes.get("content", "").startswith(INSIDE):
            return match[0]
        target = public(attributes["content"])
        return f"<meta{_written({**attributes, 'content': target})}>\n" if target else ""

    def json_ld(match: re.Match[str]) -> str:
        told = json.loads(match[2])
        for key in [key for key, value in told.items() if isinstance(value, str) and value.startswith(INSIDE)]:
            told[key] = public(escape(told[key]))
            if not told[key]:
                del told[key]
        return f"{match[1]}{json_block(told)}{match[3]}"

    html = _EMPTY.sub("", _FORM.sub("", html))
    for pattern, change in ((_LINK, link), (_META, meta), (_JSON_LD, json_ld), (_ANCHOR, anchor)):
        html = pattern.sub(change, html)
    for pattern in (_BARE, _LISTED_NOTHING):
        html = pattern.sub("", html)
    return Pressed(_LED.sub(r"\1", html), tuple(found))


def _written(attributes: Mapping[str, str | None]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items() if value is not None)


def _is_for_servers(address: Address | None) -> bool:
    """Whether this is a way to something that no folder has, rather than a word that happens to be linked."""
    if address is None:
        return False
    names = dict(address.parameters)
    return "lang" in names or bool(
        re.fullmatch(r"/(?:search|api)|.*\.(?:json|txt)|/(?:feed|rss|opensearch)\.xml|/outlets\.opml", address.path)
    )
