"""What ties another article to this one, in this article's own words: phrases where shared words stand together.

A phrase is a run of shared words with nothing but blanks between them (and the ``بن`` of a name) that the article
prints at least twice, or that no lexicon knows: a name. A shared word outside of phrases is given by itself, in its
shortest printed form, which has the fewest clitics.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warraq.analyse.relatedness import known
from warraq.arabic import Token, tokens
from warraq.types import Article

LONGEST = 4
"""Words of a phrase."""
_JOINING = frozenset(("بن", "بنت", "ابن", "ال"))


class Printed:
    """The words of an article by their codes, as printed."""

    def __init__(self, article: Article) -> None:
        self._words: list[tuple[str, Token]] = []
        self._places: dict[int, list[int]] = {}
        for text in (article.title, article.text):
            for token in tokens(text):
                self._places.setdefault(token.word.code, []).append(len(self._words))
                self._words.append((text, token))
        codes = np.fromiter(self._places, np.uint32, len(self._places))
        self._known = frozenset(codes[known(codes)].tolist())

    def phrases(self, codes: Sequence[int], most: int) -> tuple[str, ...]:
        """At most `most` phrases and words for these terms (those that say most first); terms not here give none."""
        wanted = [code for code in codes if code in self._places]
        found = self._runs(set(wanted))
        ordered = sorted(found, key=lambda run: (-len(run) * len(found[run]), run))
        chosen: dict[int, str] = {}
        for run in ordered:
            if not any(code in chosen for code in run):
                chosen.update(dict.fromkeys(run, min(found[run], key=lambda text: (len(text), text))))
        for code in wanted:
            if code not in chosen:
                forms = {self._text(place, place + 1) for place in self._places[code]}
                chosen[code] = min(forms, key=lambda text: (len(text), text))
        return tuple(dict.fromkeys(chosen[code] for code in wanted))[:most]

    def _runs(self, wanted: set[int]) -> dict[tuple[int, ...], list[str]]:
        """Phrases of wanted words, by their codes, with each printed form."""
        found: dict[tuple[int, ...], list[str]] = {}
        done = -1
        for start in sorted(place for code in wanted for place in self._places[code]):
            if start < done:
                continue
            end = self._end(start, wanted)
            done = end
            run = tuple(self._words[place][1].word.code for place in range(start, end))
            if len(run) > 1:
                found.setdefault(tuple(code for code in run if code in wanted), []).append(self._text(start, end))
        return {
            run: texts
            for run, texts in found.items()
            if len(run) == len(set(run)) > 1 and (len(texts) > 1 or self._unknown(run))
        }

    def _end(self, start: int, wanted: set[int]) -> int:
        """Where the run of wanted words that begins at a place ends."""
        end = start + 1
        while end < min(len(self._words), start + LONGEST) and self._joined(end):
            word = self._words[end][1].word
            if word.code in wanted:
                end += 1
            elif (
                word.folded in _JOINING
                and end + 1 < len(self._words)
                and self._joined(end + 1)
                and self._words[end + 1][1].word.code in wanted
            ):
                end += 2
            else:
                break
        return end

    def _joined(self, place: int) -> bool:
        """Whether nothing but one blank stands before a word."""
        (text, before), (same, token) = self._words[place - 1], self._words[place]
        return text is same and text[before.end : token.start] == " "

    def _unknown(self, run: tuple[int, ...]) -> bool:
        return self._known.isdisjoint(run)

    def _text(self, start: int, end: int) -> str:
        text, first = self._words[start]
        return text[first.start : self._words[end - 1][1].end]
