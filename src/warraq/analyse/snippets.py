"""Where a search matched, as printed: highlighted titles and short pieces of text.

A word is a hit if it has the stem of a query word, so ``والمدارس`` lights up for ``مدرسة``; a phrase only if its words
stand in their order. Reading stops as soon as a piece holds everything that was asked for.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence

from warraq.arabic.words import Token, spot
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
    """See `Marker.highlight`; for one text."""
    return Marker(clauses).highlight(text)


def snippet(text: str, clauses: Sequence[Clause], width: int = WIDTH) -> tuple[Span, ...]:
    """See `Marker.snippet`; for one text."""
    return Marker(clauses).snippet(text, width)


class Marker:
    """Marks what was asked for in any number of texts."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._words: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        """By the last stem: the clause's number and all its stems."""
        self._begun: list[tuple[int, tuple[str, ...]]] = []
        for number, clause in enumerate(clauses):
            if clause.field not in (Field.TEXT, Field.TITLE):
                continue
            if clause.prefix:
                self._begun.append((number, (*clause.stems, *clause.folded)))
            elif clause.slop:
                for stem in clause.stems:  # words near one another: each lights up by itself
                    self._words.setdefault(stem, []).append((number, (stem,)))
            elif clause.stems:
                self._words.setdefault(clause.stems[-1], []).append((number, clause.stems))
        self._wanted = sum(1 for clause in clauses if clause.stems)
        self._longest = max((len(clause.stems) for clause in clauses), default=1)
        self._stems = {stem for found in self._words.values() for _, phrase in found for stem in phrase}
        self._beginnings = tuple(beginning for _, some in self._begun for beginning in some)

    def highlight(self, text: str) -> tuple[Span, ...]:
        """The whole text as spans, hits marked. The spans joined are the text."""
        spans: list[Span] = []
        at = 0
        for start, end, _ in _merged(self._hits(text)):
            if start > at:
                spans.append(Span(text[at:start]))
            spans.append(Span(text[start:end], hit=True))
            at = end
        if at < len(text):
            spans.append(Span(text[at:]))
        return tuple(spans)

    def snippet(self, text: str, width: int = WIDTH) -> tuple[Span, ...]:
        """The first piece of the text that holds most of the clauses, at most `width` characters, cut between words.

        White space is one blank; an ellipsis stands where text was left out. Without a hit it is the text's beginning.
        """
        start, end = _bounds(text, *self._best(text, width - BEFORE), width)
        spans = list(self.highlight(_SPACE.sub(" ", text[start:end]).strip()))
        if start > 0:
            spans.insert(0, Span(_ELLIPSIS + " "))
        if text[end:].strip():
            spans.append(Span(" " + _ELLIPSIS))
        return tuple(spans)

    def _hits(self, text: str) -> Iterator[tuple[int, int, int]]:
        """(start, end, number of the clause) of each hit, by where they end."""
        recent: deque[tuple[int, Token]] = deque(maxlen=max(self._longest, 1))
        for place, token in spot(text, self._stems, self._beginnings, READ):
            recent.append((place, token))
            for number, beginnings in self._begun:
                if token.word.folded.startswith(beginnings) or token.word.stem.startswith(beginnings):
                    yield token.start, token.end, number
            for number, stems in self._words.get(token.word.stem, ()):
                if len(stems) == 1:
                    yield token.start, token.end, number
                elif len(recent) >= len(stems):
                    last = list(recent)[-len(stems) :]
                    whole = place - last[0][0] == len(stems) - 1  # they stand side by side
                    if whole and all(seen.word.stem == stem for (_, seen), stem in zip(last, stems, strict=True)):
                        yield last[0][1].start, token.end, number

    def _best(self, text: str, width: int) -> tuple[int, int]:
        """Where the first group of hits begins and ends that holds most clauses within `width` characters."""
        near: deque[tuple[int, int, int]] = deque()
        best, found = (0, 0), 0
        for hit in self._hits(text):
            near.append(hit)
            while near and near[0][0] < hit[1] - width:
                near.popleft()
            count = len({number for _, _, number in near})
            if count > found:
                best, found = (min(start for start, _, _ in near), hit[1]), count
            if found == self._wanted:
                break
        return best


def _merged(hits: Iterator[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Without overlaps, in the order of the text."""
    merged: list[tuple[int, int, int]] = []
    for start, end, number in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if not merged or start >= merged[-1][1]:
            merged.append((start, end, number))
    return merged


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
