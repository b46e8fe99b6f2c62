"""What ties another article to this one, in this article's own words: phrases where shared words stand together.

A phrase is a run of shared words with nothing but blanks between them (and the ``بن`` of a name) that the article
prints at least twice, or that no lexicon knows: a name. A shared word outside of phrases is given by itself, in its
shortest printed form, which has the fewest clitics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import numpy as np

from warraq.analyse.relatedness import known
from warraq.arabic import Token, tokens
from warraq.types import Article

LONGEST = 4
"""Words of a phrase."""
READ = 1500
"""Words of a text that are read."""
_JOINING = frozenset(("بن", "بنت", "ابن", "ال"))


class Printed:
    """The words of an article by their codes, as printed."""

    def __init__(self, article: Article) -> None:
        self._texts = article.title, article.text
        title, text = (list(tokens(text)) for text in self._texts)
        self.stems = {word.code: word.stem for _, _, word in chain(title, text)}
        """The stem of each word, by its code."""
        del title[READ:], text[READ:]
        self._words = title + text
        self._body = len(title)
        """The place of the first word of the text."""
        self._joins = [*_joined(title, self._texts[0]), *_joined(text, self._texts[1])]
        """Whether nothing but a blank stands between a word and the one before it."""
        self._codes = [word.code for _, _, word in self._words]
        self._links = {word.code for _, _, word in self._words if word.folded in _JOINING}
        """Words of names that are not shared terms themselves."""
        self._places: dict[int, list[int]] = {}
        for place, code in enumerate(self._codes):
            self._places.setdefault(code, []).append(place)
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
        codes, joins, end = self._codes, self._joins, 0
        goes_on = wanted | self._links
        for start in sorted([place for code in wanted for place in self._places[code]]):
            after = start + 1
            if start >= end and after < len(codes) and joins[after] and codes[after] in goes_on:
                end = self._end(start, wanted)
                if end > start + 1:
                    run = tuple([code for code in codes[start:end] if code in wanted])
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
        text = self._texts[start >= self._body]
        return text[self._words[start].start : self._words[end - 1].end]


def _joined(read: Sequence[Token], text: str) -> Iterator[bool]:
    """Of each word of a text, whether nothing but a blank stands between it and the one before it."""
    if read:
        yield False
    for (_, end, _), (start, _, _) in pairwise(read):
        yield start == end + 1 and text[end] == " "


def _length(text: str) -> tuple[int, str]:
    return len(text), text
