"""The pieces a text is made of: runs of digits, words, single signs. What the readers of dates and numbers look at.

Offsets are those of the text that was given, words are in their search form, so that a reader's tables hold one
spelling and its answers still point into the shown text. Cost is linear in the text: the pattern has no alternatives
that overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from warraq.arabic.forms import INVISIBLE, MARKS, TATWEEL, search_form

LONGEST_WORD = 40
LONGEST_NUMBER = 18


class Piece(NamedTuple):
    """``kind`` is ``n`` (digits), ``w`` (word) or ``p`` (one sign). ``text`` is the search form; empty when too long.

    ``glued``: nothing, not even a space, stands before it. ``script``: of digits, ``l`` Latin, ``a`` Arabic-Indic,
    ``p`` Persian.
    """

    kind: str
    text: str
    start: int
    end: int
    glued: bool
    script: str = ""

    @property
    def value(self) -> int:
        """A run of digits as a number; -1 for anything else."""
        return int(self.text) if self.kind == "n" and self.text else -1


_LETTER = rf"[^\W\d_{TATWEEL}]"
_FAINT = f"{MARKS}{INVISIBLE}{TATWEEL}"
_PIECE = re.compile(
    rf"(?P<n>(?P<l>[0-9]+)|(?P<a>[٠-٩]+)|(?P<p>[۰-۹]+))"
    rf"|(?P<w>{_LETTER}(?:[{_FAINT}]*{_LETTER})*[{MARKS}{TATWEEL}]*)"
    rf"|(?P<s>[^\w\s{_FAINT}]|[_{TATWEEL}]|\d)"
)


@lru_cache(maxsize=1 << 15)
def folded(word: str) -> str:
    """The search form of one word, remembered: news writes the same words again and again."""
    return search_form(word)


def lexicon(words: str) -> frozenset[str]:
    """The words of a string, folded: a set for a reader to look pieces up in."""
    return frozenset(map(search_form, words.split()))


def pieces(text: str, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    """The pieces of ``text[start:end]`` in order."""
    last = -1
    for found in _PIECE.finditer(text, start, len(text) if end is None else end):
        begin, stop = found.span()
        glued = begin == last
        last = stop
        if found["w"] is not None:
            word = found["w"]
            yield Piece("w", folded(word) if len(word) <= LONGEST_WORD else "", begin, stop, glued)
        elif found["n"] is not None:
            digits = found["n"]
            value = str(int(digits)).rjust(len(digits), "0") if len(digits) <= LONGEST_NUMBER else ""
            yield Piece("n", value, begin, stop, glued, str(found.lastgroup and _script(found)))
        else:
            yield Piece("p", _SIGNS.get(found["s"], found["s"]), begin, stop, glued)


CHUNK, OVERLAP = 8192, 400


def windows(text: str) -> Iterator[tuple[int, int, int]]:
    """Overlapping windows (start, keep, stop) over a text of any length, so that memory stays bounded.

    A reader looks at ``text[start:stop]`` and keeps what begins before `keep`, which is the next window's start: a
    space where there is one, so that no word is cut.
    """
    start = 0
    while start < len(text):
        stop = min(len(text), start + CHUNK)
        keep = stop
        if stop < len(text):
            keep = next((i for i in range(stop - OVERLAP, stop) if text[i].isspace()), stop - OVERLAP)
        yield start, keep, stop
        start = keep


def _script(found: re.Match[str]) -> str:
    return "l" if found["l"] is not None else "a" if found["a"] is not None else "p"


_SIGNS = {
    "،": ",",
    "؍": ",",
    "٬": "٬",
    "–": "-",
    "—": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "ـ": "-",
    "⁄": "/",
    "∕": "/",
    "٪": "%",
}
"""Signs that print alike and mean the same here."""
