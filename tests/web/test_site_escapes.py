"""Nothing from outside becomes markup, a link of another kind, or a header."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser
from served import serving

from made import OUTLETS, Made, article
from warraq.types import Kind, Outlet, Paragraph

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></script></style></textarea><svg/onload=alert(1)>",
    "<!--<script>--><script>alert(1)</script>",
    "{{ 7*7 }}{% include 'x' %}",
    "javascript:alert(1)",
    "\u2028</script>\u202e\x1b[31m&lt;b&gt;",
    "]]><a href='javascript:alert(1)'>x</a>",
]
ALLOWED = {
    "html",
    "head",
    "meta",
    "title",
    "link",
    "script",
    "body",
    "a",
    "header",
    "div",
    "nav",
    "form",
    "label",
    "input",
    "button",
    "details",
    "summary",
    "bdi",
    "time",
    "main",
    "article",
    "p",
    "span",
    "h1",
    "h2",
    "h3",
    "h4",
    "section",
    "ul",
    "ol",
    "li",
    "blockquote",
    "footer",
    "mark",
    "strong",
    "select",
    "option",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "dl",
    "dt",
    "dd",
    "abbr",
    "figure",
    "figcaption",
    "svg",
    "rect",
    "path",
    "defs",
    "pattern",
}


class Hostile(Made):
    """Every field of every value is a payload."""

    def __init__(self, payload: str) -> None:
        body = tuple(Paragraph(payload, kind) for kind in Kind)
        fields = {
            "authors": (payload,),
            "credit": (payload,),
            "section": payload,
            "keywords": (payload,),
            "image": payload,
            "language": payload,
        }
        content = [article("evil", "sahil", payload, body, 30, url=payload, **fields)]
        content += [
            article(f"evil{n}", "nakhla24", payload + str(n), body, 20 + n, url=payload, **fields) for n in range(9)
        ]
        later, seen = content[0]
        super().__init__([*content, (replace(later, section="x" + payload), seen.replace(hour=23))])
        self.payload = payload

    def outlet(self, id: str) -> Outlet:
        return replace(
            OUTLETS["sahil"], id=id, name=self.payload, country=self.payload, home=self.payload, language=self.payload
        )


@pytest.fixture(scope="module", params=PAYLOADS)
def hostile(request: pytest.FixtureRequest) -> Iterator[Any]:
    with serving(Hostile(request.param)) as site:
        yield site


def check(tree: LexborHTMLParser) -> None:
    assert {n.tag for n in tree.css("*")} <= ALLOWED
    for node in tree.css("*"):
        assert not [name for name in node.attributes if name.startswith("on") or name in {"style", "srcdoc", "src"}]
    for node in tree.css("[href], [action]"):
        href = node.attributes.get("href") or node.attributes.get("action") or ""
        assert href.startswith(("/", "#", "https://sahil.example", "http://", "https://")), href
        assert not href.startswith("//"), href
    for node in tree.css("script"):
        assert node.attributes == {"type": "application/ld+json"}
        json.loads(node.text())


def test_payloads_stay_text(hostile: Any) -> None:
    payload = hostile.archive.payload
    paths = [
        "/",
        "/a/00000000evil",
        "/a/0000000evil3",
        "/o/nakhla24",
        "/outlets",
        "/about",
        "/stories",
        "/trends",
        "/s/00000000evil",
        "/archive",
        "/archive/2026",
        "/archive/2026-03",
        "/d/2026-03-11",
        "/stats",
        f"/k/{quote(payload, safe='')}",
        f"/search?q={quote(payload)}",
        f"/search?q={quote(payload)}&outlet={quote(payload)}&lang=en",
    ]
    for path in paths:
        tree = hostile.html(path)
        check(tree)
    title = hostile.html("/a/00000000evil").css_first("h1").text()
    assert title == payload.replace("\u202e", "").replace("\x1b", "")
    assert hostile.json("/a/00000000evil.json")["article"]["title"] == payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_in_addresses_stay_text(site: Any, payload: str) -> None:
    typed = quote(payload, safe="")
    for path in (
        f"/search?q={typed}",
        f"/k/{typed}",
        f"/a/{typed}",
        f"/o/{typed}",
        f"/d/{typed}",
        f"/archive/{typed}",
        f"/{typed}",
        f"/?as_of={typed}",
        f"/?lang={typed}",
        f"/?page={typed}",
        f"/search?q=x&from={typed}",
        f"/search?q=x&sort={typed}",
        f"/search?q=x&outlet={typed}&unknown={typed}",
    ):
        response = site.get(path)
        assert response.status in (200, 400, 404), path
        check(LexborHTMLParser(response.data))
        assert not [value for value in response.headers.values() if "alert" in value]


def test_strange_bytes_in_addresses_are_answered(site: Any) -> None:
    for path in (
        "/k/%FF%FE",
        "/k/%ED%A0%80",
        "/a/%00",
        "/search?q=%FF",
        "/search?q=%00",
        "/?as_of=%ED%A0%80",
        "/k/" + "a" * 5000,
        "/k/%0A%0D",
    ):
        assert site.get(path).status in (200, 400, 404), path
