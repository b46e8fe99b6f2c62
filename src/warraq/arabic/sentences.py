"""Sentences of a text, as spans."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?؟…۔]+[\"'”»)\]]*(?=\s|$)|\n+")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a shown text, without the white space around them."""
    spans: list[tuple[int, int]] = []
    at = 0
    for found in [*_END.finditer(text), None]:
        end = found.end() if found else len(text)
        piece = text[at:end]
        if body := piece.strip():
            start = at + piece.index(body[0])
            spans.append((start, start + len(body)))
        at = end
    return spans
