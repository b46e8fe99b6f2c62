"""What ties another article to this one, in this article's own words: phrases where shared words stand together.

A phrase is a run of shared words with nothing but blanks between them (and the ``بن`` of a name) that the article
prints at least twice, or that no lexicon knows: a name. A shared word outside of phrases is given by itself, in its
shortest printed form, which has the fewest clitics.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from warraq.analyse.relatedness import known
from warraq.arabic import tokens
from warraq.types import Article

LONGEST = 4
"""Words of a phrase."""
READ = 1500
"""Words of a text that are read."""
_JOINING = frozenset(("بن", "بنت", "ابن", "ال"))


class Printed:
    """The words of an article by their codes, as printed."""

    def __init__(self, article: Article) -> None:
        self._words: list[tuple[str, int, int]] = []
        """Text, start, end."""
        self._codes: list[int] = []
        self._joins: list[bool] = []
        """Whether nothing but a blank stands before it and after the word before it."""
        self._links: set[int] = set()
        """Words of names that are not shared terms themselves."""
        self._places: dict[int, list[int]] = {}
        for text in (article.title, article.text):
            last = -2
            for start, end, word in islice(tokens(text), READ):
                self._places.setdefault(word.code, []).append(len(self._codes))
                self._codes.append(word.code)
                self._words.append((text, start, end))
                self._joins.append(start == last + 1 and text[last] == " ")
                last = end
                if word.folded in _JOINING:
                    self._links.add(word.code)
        codes = np.fromiter(self._places, np.uint32, len(self._places))
        self._known = frozenset(codes[known(codes)].tolist())

    def phrases(self, codes: Sequence[int], most: int) -> tuple[str, ...]:
        """At most `most` phrases and words for these terms (those that say most first); terms not here give none."""
        wanted = [code for code in codes if code in self._places]
        found = self._runs(set(wanted))
        chosen: dict[int, str] = {}
        for run in sorted(found, key=lambda run: (-len(run) * len(found[run]), run)):
            if not any(code in chosen for code in run):
                chosen.update(dict.fromkeys(run, min(found[run], key=_length)))
        for code in wanted:
            if code not in chosen:
                chosen[code] = min({self._text(place, place + 1) for place in self._places[code]}, key=_length)
        return tuple(dict.fromkeys(chosen[code] for code in wanted))[:most]

    def _runs(self, wanted: set[int]) -> dict[tuple[int, ...], list[str]]:
        """Phrases of wanted words, by their codes, with each printed form."""
        found: dict[tuple[int, ...], list[str]] = {}
        end = 0
        for start in sorted([place for code in wanted for place in self._places[code]]):
            if start >= end:
                end = self._end(start, wanted)
                if end > start + 1:
                    run = tuple([code for code in self._codes[start:end] if code in wanted])
                    found.setdefault(run, []).append(self._text(start, end))
        return {
            run: texts
            for run, texts in found.items()
            if len(run) == len(set(run)) and (len(texts) > 1 or self._known.isdisjoint(run))
        }

    def _end(self, start: int, wanted: set[int]) -> int:
        """Where the run of wanted words that begins at a place ends; a link counts if a wanted word follows."""
        codes, joins = self._codes, self._joins
        last = min(len(codes), start + LONGEST)
        end = at = start + 1
        while at < last and joins[at]:
            if codes[at] in wanted:
                end = at + 1
            elif codes[at] not in self._links:
                break
            at += 1
        return end

    def _text(self, start: int, end: int) -> str:
        text, first, _ = self._words[start]
        return text[first : self._words[end - 1][2]]


def _length(text: str) -> tuple[int, str]:
    return len(text), text
