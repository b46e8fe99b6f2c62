"""What the articles of a story have in common: the most central headline, who carries whose text, what ties each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from warraq.analyse.background import Background
from warraq.analyse.copies import UNLIKE
from warraq.analyse.groups import Text, grouped
from warraq.analyse.vectors import TERM
from warraq.analyse.weights import Weights, strength, weigh


class Gist:
    """Some articles, given in the order in which they were first seen, compared with each other.

    Rows of length 1 over the terms that two of them share: sums are what they are about together, products cosines.
    """

    def __init__(self, texts: Sequence[Text], background: Background) -> None:
        self.texts = texts
        self._background = background
        records = np.frombuffer(b"".join([text.vector.data for text in texts]), TERM)
        owner = np.repeat(np.arange(len(texts)), [len(text.vector) for text in texts])
        self._terms, columns = np.unique(np.ascontiguousarray(records["term"]), return_inverse=True)
        self._strengths = strength(self._terms, background)
        weights = weigh(records, self._strengths[columns])
        norms = np.sqrt(np.maximum(np.bincount(owner, weights * weights, len(texts)), 1e-12))
        shared = np.bincount(columns, minlength=len(self._terms)) > 1
        self._codes = self._terms[shared]
        place = np.cumsum(shared) - 1
        kept = shared[columns]
        self._rows = np.zeros((len(texts), len(self._codes)), np.float32)
        self._rows[owner[kept], place[columns[kept]]] = (weights / norms[owner])[kept]
        titled = kept & (records["title"] > 0)
        self._titles = np.zeros_like(self._rows)
        self._titles[owner[titled], place[columns[titled]]] = self._strengths[columns[titled]]
        self._title_norms = np.sqrt(
            np.maximum(np.bincount(owner, (records["title"] > 0) * self._strengths[columns] ** 2, len(texts)), 1e-12)
        )

    @cached_property
    def _sum(self) -> NDArray[np.float32]:
        found: NDArray[np.float32] = self._rows.sum(axis=0)
        return found

    def headline(self, among: Sequence[int] | None = None) -> int:
        """The article whose headline says most of what these articles are about together; the earliest of equals.

        By the cosine of the headline's words and the sum of the articles. With one article, that one.
        """
        rows = np.arange(len(self.texts)) if among is None else np.array(among)
        about = self._sum if among is None else self._rows[rows].sum(axis=0)
        says = np.round(np.einsum("ij,j->i", self._titles[rows], about) / self._title_norms[rows], 5)
        return int(rows[int(np.argmax(says))])

    def centrality(self) -> Weights:
        """How much each article is about what all are about together, 0..1."""
        norm = max(float(np.sqrt(np.einsum("i,i->", self._sum, self._sum))), 1e-6)
        found: Weights = np.round(np.einsum("ij,j->i", self._rows, self._sum) / norm, 4).astype(np.float64)
        return found

    def ties(self, row: int, to: int, most: int) -> tuple[int, ...]:
        """The terms that tie an article to another of the story, those that say most first."""
        both = self._rows[row] * self._rows[to]
        places = np.flatnonzero(both)
        order = places[np.argsort(-both[places], kind="stable")[:most]]
        return tuple(self._codes[order].tolist())

    def carriers(self, rows: Sequence[int]) -> list[list[int]]:
        """Some of the articles in groups that carry one text, the first seen first (`groups.grouped`)."""
        some = self._rows[np.array(rows)]
        alike = some @ some.T >= UNLIKE - 0.01  # float32: the last word is `Text.copies`'
        near = {row: {rows[i] for i in np.flatnonzero(line).tolist()} for row, line in zip(rows, alike, strict=True)}
        alone = [[row] for row in rows if len(near[row]) < 2]

        def copies(one: int, two: int) -> bool:
            return two in near[one] and self.texts[one].copies(self.texts[two], self._background)

        return sorted(alone + grouped([row for row in rows if len(near[row]) > 1], copies))
