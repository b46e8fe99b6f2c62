# ruff: noqa: E501 (pages and prose are easier to read unbroken)
"""Broken, mutated and hostile pages: an article or a reason, in bounded time and memory, never an exception."""

from __future__ import annotations

import random
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages import TEMPLATES, TEXT, Page, document, html
from warraq.extract import Extraction, extract
from warraq.types import Reason


def sound(result: Extraction) -> None:
    assert (result.article is None) != (result.reason is None)
    if result.article:
        assert result.article.title
        assert all(p.text.strip() for p in result.article.body)
        assert len(result.article.id) == 12


def mutate(body: bytes, chance: random.Random) -> bytes:
    kind = chance.randrange(7)
    at = chance.randrange(len(body))
    if kind == 0:
        return body[:at]
    if kind == 1:
        tags = body.split(b"<")
        chance.shuffle(tags)
        return b"<".join(tags)
    if kind == 2:
        noise = bytes(chance.randrange(256) for _ in range(200))
        return body[:at] + noise + body[at:]
    if kind == 3:
        return body.replace(b"</div>", b"").replace(b"</p>", b"")
    if kind == 4:
        return body[:at] + b"<div><table><b><p>" * 300 + body[at:]
    if kind == 5:
        return bytes(b ^ 0x80 if chance.random() < 0.02 else b for b in body)
    return body[at:] + body[:at]


def test_mutated_pages() -> None:
    chance = random.Random(20250310)
    for i in range(600):
        body = html(Page(), TEMPLATES[i % len(TEMPLATES)]).encode(
            "cp1256" if i % 5 == 0 else "utf-8", "xmlcharrefreplace"
        )
        for _ in range(chance.randrange(1, 4)):
            body = mutate(body, chance) or b" "
        sound(extract(document(body)))


@pytest.mark.parametrize(
    "tag", ["div", "b", "table><tr><td", "ul><li", "blockquote", "span", "font", "a", "p", "section", "x-y"]
)
def test_deep_nesting(tag: str) -> None:
    opened = f"<{tag}>" * 10_000
    deep = html(Page(), "plain").replace("<p>", f"{opened}<p>", 1)
    sound(extract(document(deep)))
    around = html(Page(), "plain").replace("<body>", f"<body>{opened}")
    sound(extract(document(around)))


@pytest.mark.parametrize("piece", ["<div>", "<ul><li>", "<div></x>", "<b></p>"])
def test_what_no_parser_reads_in_time_is_refused(piece: str) -> None:
    deep = piece * (90_000 // piece.count("<"))
    result = extract(document("</div></b></ul>" * 1_000 + html(Page(), "plain").replace("<p>", f"{deep}<p>", 1)))
    assert result.reason is Reason.TOO_LARGE
    assert "nested" in result.detail


def test_a_long_page_of_closed_elements_is_read() -> None:
    rows = "<tr><td>قيمة<br><img src=x></td></tr>" * 10_000
    page = html(Page(after=f"<table>{rows}</table>"), "plain")
    assert extract(document(page)).article is not None


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 1_000_000,
        "<" * 1_000_000,
        "<!--" + "x" * 2_000_000,
        "<p " + " ".join(f"a{i}=1" for i in range(300_000)) + ">",
        "<title>" + "ـ" * 2_000_000,
        "<script type='application/ld+json'>" + "[" * 500_000 + "</script><title>عنوان طويل بما يكفي</title>",
        "<script type='application/ld+json'>" + '{"a":' * 300_000 + "</script><title>عنوان طويل بما يكفي</title>",
        "<title>عنوان طويل بما يكفي</title><p>" + "كلمة " * 1_000_000,
        "<title>عنوان طويل بما يكفي</title><p>" + "12/12/2024 " * 200_000,
        "<title>عنوان طويل بما يكفي</title>" + "<p>نص<br>" * 40_000,
        "<meta name=keywords content='" + "ك،" * 500_000 + "'><title>عنوان طويل بما يكفي</title>",
    ],
    ids=range(11),
)
def test_floods(markup: str) -> None:
    sound(extract(document(markup)))


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes(body: bytes) -> None:
    sound(extract(document(b"<html><title>" + body)))


def test_odd_json_and_dates_are_passed_over() -> None:
    for odd in (
        '{"@type": "NewsArticle", "headline": 7, "datePublished": [{"x": 1}], "author": null, "image": [[]]}',
        "null",
        '"x"',
        "[]",
    ):
        head = f'<script type="application/ld+json">{odd}</script><meta property="article:published_time" content="31/31/2024">'
        article = extract(document(html(Page(head=head), "plain"))).article
        assert article is not None
        assert tuple(p.text for p in article.body) == TEXT


def test_json_with_control_characters_and_comments() -> None:
    head = '<script type="application/ld+json"><!-- {"@type":"NewsArticle","headline":"سطر\nآخر","datePublished":"2025-03-01T10:00:00Z",} --></script>'
    article = extract(document(html(Page(head=head), "breaks"))).article
    assert article is not None
    assert article.published is not None
    assert article.published.at.day == 1


_CHILD = """
import resource, sys
from pathlib import Path
from datetime import datetime, UTC
from warraq.extract import extract
from warraq.types import RawDocument
body = sys.stdin.buffer.read()
now = datetime(2025, 3, 10, tzinfo=UTC)
extract(RawDocument("https://a.example/1", b"<title>x</title><p>y</p>", now))
def most():  # kB; the peak that getrusage gives begins with that of the process that started this one
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = most()
result = extract(RawDocument("https://a.example/1", body, now))
print((most() - before) / 1024, result.reason)
"""


def test_bombs_cost_little(shared: Path) -> None:
    for path in sorted((shared / "suites" / "bombs" / "data").glob("*")):
        body = path.read_bytes()
        for wbits in (47, -15):
            try:
                body = zlib.decompressobj(wbits).decompress(body, 32 << 20)
                break
            except zlib.error:
                continue
        done = subprocess.run([sys.executable, "-c", _CHILD], input=body, capture_output=True, check=True, timeout=60)
        mebibytes, reason = done.stdout.decode().split()
        assert float(mebibytes) <= 64, (path.name, mebibytes)
        assert reason == "None" or reason in {r.value for r in Reason}
