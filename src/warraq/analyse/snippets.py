"""Where a search matched, as printed: highlighted titles and short pieces of text.

A word is a hit if it has the stem of a query word, so ``والمدارس`` lights up for ``مدرسة``; a phrase only if its words
stand in their order. Reading stops as soon as a piece holds everything that was asked for.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

from warraq.arabic import Token, tokens
from warraq.types import Clause, Field, Span

WIDTH = 240
"""Characters of a snippet, its ellipses not counted."""
BEFORE = 70
"""Characters before the first hit within which a sentence's beginning is looked for."""
READ = 5000
"""Words of a text that are searched."""

_SENTENCE = re.compile(r"[.!?؟…\n]\s+|\n")
_SPACE = re.compile(r"\s+")
_ELLIPSIS = "…"


def highlight(text: str, clauses: Sequence[Clause]) -> tuple[Span, ...]:
    """The whole text as spans, hits marked. The spans joined are the text."""
    spans: list[Span] = []
    at = 0
    for start, end, _ in _merged(_hits(text, clauses)):
        if start > at:
            spans.append(Span(text[at:start]))
        spans.append(Span(text[start:end], hit=True))
        at = end
    if at < len(text):
        spans.append(Span(text[at:]))
    return tuple(spans)


def snippet(text: str, clauses: Sequence[Clause], width: int = WIDTH) -> tuple[Span, ...]:
    """The first piece of the text that holds most of the clauses, at most `width` characters, cut between words.

    White space is one blank; an ellipsis stands where text was left out. Without a hit it is the text's beginning.
    """
    start, end = _bounds(text, *_best(text, clauses, width - BEFORE), width)
    spans = list(highlight(_SPACE.sub(" ", text[start:end]).strip(), clauses))
    if start > 0:
        spans.insert(0, Span(_ELLIPSIS + " "))
    if text[end:].strip():
        spans.append(Span(" " + _ELLIPSIS))
    return tuple(spans)


def _hits(text: str, clauses: Sequence[Clause]) -> Iterator[tuple[int, int, int]]:
    """(start, end, number of the clause) of each hit, by where they end."""
    phrases: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    begun: list[tuple[int, tuple[str, ...]]] = []
    for number, clause in enumerate(clauses):
        if clause.field not in (Field.TEXT, Field.TITLE):
            continue
        if clause.prefix:
            begun.append((number, (*clause.stems, *clause.folded)))
        elif clause.slop:
            for stem in clause.stems:  # words near one another: each lights up by itself
                phrases.setdefault(stem, []).append((number, (stem,)))
        elif clause.stems:
            phrases.setdefault(clause.stems[-1], []).append((number, clause.stems))
    longest = max((len(clause.stems) for clause in clauses), default=1)
    recent: deque[Token] = deque(maxlen=max(longest, 1))
    for token in islice(tokens(text), READ):
        recent.append(token)
        for number, beginnings in begun:
            if token.word.folded.startswith(beginnings) or token.word.stem.startswith(beginnings):
                yield token.start, token.end, number
        for number, stems in phrases.get(token.word.stem, ()):
            if len(stems) == 1:
                yield token.start, token.end, number
            elif len(recent) >= len(stems):
                last = list(recent)[-len(stems) :]
                if all(seen.word.stem == stem for seen, stem in zip(last, stems, strict=True)):
                    yield last[0].start, token.end, number


def _merged(hits: Iterator[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Without overlaps, in the order of the text."""
    merged: list[tuple[int, int, int]] = []
    for start, end, number in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if not merged or start >= merged[-1][1]:
            merged.append((start, end, number))
    return merged


def _best(text: str, clauses: Sequence[Clause], width: int) -> tuple[int, int]:
    """Where the first group of hits begins and ends that holds most clauses within `width` characters."""
    wanted = sum(1 for clause in clauses if clause.stems)
    near: deque[tuple[int, int, int]] = deque()
    best, found = (0, 0), 0
    for hit in _hits(text, clauses):
        near.append(hit)
        while near and near[0][0] < hit[1] - width:
            near.popleft()
        count = len({number for _, _, number in near})
        if count > found:
            best, found = (min(start for start, _, _ in near), hit[1]), count
        if found == wanted:
            break
    return best


def _bounds(text: str, first: int, last: int, width: int) -> tuple[int, int]:
    """The piece around ``text[first:last]``: from a sentence's beginning if one is near, else from a word's."""
    start = max(0, first - BEFORE)
    if start > 0:
        sentences = [found.end() for found in _SENTENCE.finditer(text, start, first)]
        blank = _SPACE.search(text, start, first)
        start = sentences[0] if sentences else blank.end() if blank else first
    end = min(len(text), max(start + width, min(last, first + 2 * width)))
    if end < len(text):
        blanks = [found.start() for found in _SPACE.finditer(text, max(last, start), end + 1)]
        end = blanks[-1] if blanks else end
    return start, end
