"""XML that may come from anybody: no document type, no entities, bounded depth, attributes and elements.

Nothing is ever loaded or expanded: the document type with its entities is cut out before any parser sees it, and
references to them stay what they are, text (https://cheatsheetseries.owasp.org, "XML External Entity Prevention").
"""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

MAX_DEPTH = 100
MAX_ATTRIBUTES = 100
MAX_ELEMENTS = 2_000_000

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,300}\?>")
_QUOTED = r"""|"[^"]*+"|'[^']*+'"""
_DOCTYPE = re.compile(rf"<!DOCTYPE\b(?:[^\[<>\"']{_QUOTED})*+(?:\[(?:[^\]\"']{_QUOTED})*+\]\s*)?>", re.I)
_HEAD = 100_000
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_NUMBERED = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,8}));")
_XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_MARK = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(/?)[A-Za-z_:][^<>]*?(/?)>", re.S)
_OPENS = re.compile(r"<!--|<!\[CDATA\[")


class Refused(Exception):
    """XML that is not read: it hides entities, or is too deep or too large. The text says which."""


def prepared(text: str) -> str:
    """A document without its declaration and type, with HTML's named entities as characters. May raise `Refused`."""
    text = _DECLARATION.sub("", text, count=1)
    at = text[:_HEAD].upper().find("<!DOCTYPE")
    if at >= 0 and (doctype := _DOCTYPE.match(text, at)):
        text = text[:at] + text[doctype.end() :]
    head = text[:_HEAD].upper()
    if "<!DOCTYPE" in head and "<!ENTITY" in head and not head.startswith("<!DOCTYPE HTML"):
        raise Refused("it declares entities in a type that cannot be cut out")
    if "&" in text:
        text = _NUMBERED.sub(_numbered, _NAMED.sub(_character, text))
    return text


def _character(match: re.Match[str]) -> str:
    """HTML's character of that name; a name that only the document defines stays as text."""
    name = match[1]
    if name in _XML_NAMES:
        return match[0]
    found = html.unescape(match[0])
    return found if found != match[0] else f"&amp;{name};"


def _numbered(match: re.Match[str]) -> str:
    """A reference to a character that XML allows stays; any other goes."""
    code = int(match[1], 16) if match[1] else int(match[2])
    sound = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF
    return match[0] if sound else ""


def parse(text: str) -> Element:
    """The tree of a `prepared` document. Raises `Refused`, or ParseError if it is not well-formed."""
    parser = XMLParser(target=_Bounded())  # noqa: S314 - bounded, and without declarations
    parser.feed(text)
    root: Element = parser.close()
    return root


def salvage(text: str) -> Element:
    """The tree of a `prepared` document up to where it stops being well-formed. ParseError if that is at once."""
    target = _Bounded()
    parser = XMLParser(target=target)  # noqa: S314 - bounded, and without declarations
    try:
        parser.feed(text)
        root: Element = parser.close()
    except ParseError:
        if target.elements == 0:
            raise
        root = target.ended()
    return root


def check(text: str) -> bool:
    """Is a `prepared` document well-formed? Raises `Refused` if it is too deep, well-formed or not."""
    try:
        parse(text)
    except ParseError:
        _check_broken(text)
        return False
    return True


def _check_broken(text: str) -> None:
    """Bounds for what no XML parser reads to its end: depth by the tags alone, in one pass."""
    if len(text) > 4_000_000:
        raise Refused("not well-formed, and too large to be repaired")
    # An opening without an end would make the search for its end start anew at each of them.
    if len(_OPENS.findall(text)) > text.count("-->") + text.count("]]>") + 10:
        raise Refused("not well-formed: comments without end")
    depth = 0
    for mark in _MARK.finditer(text):
        if mark[1] is None or mark[2]:
            continue
        depth = max(0, depth + (-1 if mark[1] else 1))
        if depth > 20 * MAX_DEPTH:  # tags without an end are common in broken feeds
            raise Refused("not well-formed, and too deep to be repaired")


class _Bounded:
    """A tree builder that gives up beyond the bounds."""

    def __init__(self) -> None:
        self._builder = TreeBuilder()
        self._open: list[str] = []
        self.elements = 0
        self.data = self._builder.data
        self.close = self._builder.close

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._open.append(tag)
        self.elements += 1
        if len(self._open) > MAX_DEPTH:
            raise Refused(f"more than {MAX_DEPTH} levels deep")
        if len(attributes) > MAX_ATTRIBUTES or self.elements > MAX_ELEMENTS:
            raise Refused("too many elements or attributes")
        self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._open.pop()
        self._builder.end(tag)

    def ended(self) -> Element:
        """The tree with every open element closed."""
        while self._open:
            self.end(self._open[-1])
        root: Element = self._builder.close()
        return root


def local(element: Element) -> str:
    """An element's name without its namespace, in lower case."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def child_text(element: Element, *path: str) -> str:
    """The text of the first descendant along a path of local names; ``""`` when there is none."""
    for name in path:
        found = next((child for child in element if local(child) == name), None)
        if found is None:
            return ""
        element = found
    return (element.text or "").strip()
