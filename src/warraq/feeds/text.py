"""Bytes of a feed to clean text, and its fields to plain text. Bounded in size and linear in time."""

from __future__ import annotations

import html
import re
import zlib

from warraq.arabic.forms import shown
from warraq.extract.charset import decode
from warraq.urls import canonical

MAX_BYTES = 50 * 1024 * 1024
"""Largest document, unpacked: what sitemaps.org allows a sitemap."""
MAX_TITLE = 1_000
MAX_SUMMARY = 5_000
MAX_BODY = 1_000_000
MAX_NAMES = 50
MAX_NAME = 300

# What XML 1.0 does not allow (section 2.2), and what only confuses: the mark of order in the middle of a text.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ufeff\ud800-\udfff]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>")
_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>[^<]*", re.I)


class TooLarge(Exception):
    """A document that unpacks to more than `MAX_BYTES`."""


def unpacked(body: bytes) -> bytes:
    """`body`, gunzipped if it is gzip (sitemaps are often kept so). Raises `TooLarge`, or ValueError if broken."""
    if body[:2] == b"\x1f\x8b":
        try:
            body = zlib.decompressobj(31).decompress(body, MAX_BYTES + 1)
        except zlib.error as error:
            raise ValueError(str(error)) from None
    if len(body) > MAX_BYTES:
        raise TooLarge
    return body


def clean(body: bytes, content_type: str) -> str:
    """The document as text that XML allows, whatever encoding its bytes are in, without leading space."""
    return _NOT_XML.sub("", decode(body, content_type)[0]).lstrip()


def plain(text: str, limit: int) -> str:
    """One line of plain text of at most `limit` characters: no tags, entities resolved, even doubly escaped ones."""
    text = text[: 20 * limit]
    for _ in range(2):
        text = _TAG.sub(" ", _HIDDEN.sub(" ", text)) if "<" in text else text
        if "&" not in text:
            break
        text = html.unescape(text)
    text = _TAG.sub(" ", text) if "<" in text else text
    line = " ".join(text.split())[: limit + 100]
    return " ".join(shown(line).split())[:limit].rstrip()


def address(said: str, base: str = "") -> str:
    """A field as a canonical address, resolved against `base` if there is one; ``""`` if it is empty or none."""
    said = said.strip()
    return canonical(said, base or None) if said else ""


def names(values: list[str]) -> tuple[str, ...]:
    """Names or keywords as plain text, each once, a bounded number of them."""
    lines = (plain(value, MAX_NAME) for value in values[: 2 * MAX_NAMES])
    return tuple(dict.fromkeys([line for line in lines if line][:MAX_NAMES]))
