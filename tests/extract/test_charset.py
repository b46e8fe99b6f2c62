"""Bytes decide what they are, whatever header and document declare."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages import TEXT, TITLE, Page, document, html
from warraq.extract import extract
from warraq.extract.charset import declared, decode

DECLARATIONS = [
    ("", ""),
    ("windows-1256", ""),
    ("", "text/html; charset=windows-1256"),
    ("utf-8", "text/html; charset=utf-8"),
    ("iso-8859-1", "text/html; charset=ISO-8859-1"),
    ("x-bogus", "text/html; charset=x-bogus"),
]


@pytest.mark.parametrize(("meta", "header"), DECLARATIONS)
@pytest.mark.parametrize("encoding", ["cp1256", "iso-8859-6", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("template", ["modern", "breaks"])
def test_every_declaration_gives_the_same_article(meta: str, header: str, encoding: str, template: str) -> None:
    markup = html(Page(charset=f'<meta charset="{meta}">' if meta else ""), template)
    body = markup.encode(encoding, "xmlcharrefreplace")
    article = extract(document(body, content_type=header)).article
    assert article is not None
    assert (article.title, tuple(p.text for p in article.body)) == (TITLE, TEXT)


def test_late_declarations_are_found() -> None:
    body = b"<html><head><!--" + b" " * 5000 + b"--><meta charset=windows-1256></head>"
    assert declared(body) == ("windows-1256",)
    assert declared(b"", 'text/html; charset="UTF-8"') == ("utf-8",)


def test_persian_and_short_texts() -> None:
    persian = "وزير گفت پروژه چهارم در ژانويه پايان مي يابد".encode("cp1256")
    assert decode(persian, "text/html; charset=windows-1256")[1] == "windows-1256"
    assert decode("مرحبا بكم في الموقع".encode("cp1256"))[0] == "مرحبا بكم في الموقع"


def test_a_broken_character_does_not_make_utf8_something_else() -> None:
    body = " ".join(TEXT).encode()
    cut = body[:-1] if body[-1] > 0x7F else body[:-4]
    text, encoding = decode(cut[: len(cut) // 2] + b"\xff" + cut[len(cut) // 2 :])
    assert encoding == "utf-8"
    assert TEXT[0] in text


def test_marks_are_no_text() -> None:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ):
        assert decode(mark + "نص".encode(encoding)) == ("نص", encoding)
    assert decode("a line\nand more\n".encode("utf-16-le")) == ("a line\nand more\n", "utf-16-le")


@given(st.binary(max_size=400), st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_bytes_decode(body: bytes, header: str) -> None:
    text, encoding = decode(body, f"text/html; charset={header}")
    assert isinstance(text, str)
    codecs.lookup(encoding)


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_utf8_comes_back(text: str) -> None:
    body = text.encode("utf-8", "ignore")
    if b"\0" not in body and not body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)):
        assert decode(body)[0] == body.decode()


def test_long_lines_of_ascii_cost_no_more_than_their_length() -> None:
    body = b"<script>" + b"x" * 1_500_000 + b"</script>" + "النص العربي في السطر الأخير".encode("cp1256")
    assert decode(body)[1] == "windows-1256"


def test_suite_of_encodings(shared: Path) -> None:
    root = shared / "suites" / "encodings"
    cases = [json.loads(line) for line in (root / "cases.jsonl").read_text("utf-8").splitlines()]
    lost = []
    for case in cases:
        body = (root / case["file"]).read_bytes()
        text, _ = decode(body, case.get("http_content_type") or "")
        if case["src"] == "matrix":
            sound = case["expect_title"] in text and case["expect_text"] in text
        elif case["encoding"] == "None":
            continue  # pictures and films: no text to find
        else:
            sound = text.lstrip("\ufeff") == body.decode(case["encoding"], "replace").lstrip("\ufeff")
        if not sound:
            lost.append(case["file"])
    # Chinese UTF-16 without a mark, without spaces: nothing tells it from other bytes.
    assert [f for f in lost if "no_bom" not in f] == []


def test_windows_1256_files(shared: Path) -> None:
    files = sorted((shared / "windows1256").glob("*.txt"))
    assert files
    assert sum(decode(f.read_bytes())[1] == "windows-1256" for f in files) >= len(files) - 1
