"""A phrase in all the spellings that the archive holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache

from warraq.analyse.variants import variants
from warraq.app.opened import Opened
from warraq.query import phrase_query
from warraq.types import Query, Some

BEGINNING_SO = 20_000
"""Words with one beginning that are looked through."""
REMEMBERED = 256
"""Phrases whose spellings are kept."""


class Spelling(Opened):
    """Phrases as the index is asked for them."""

    def _spelled(self, phrase: str, *, newest_first: bool = False) -> Query:
        """The query for a phrase or a variant of it: other spellings of the foreign names in it that somebody wrote.

        Raises `QueryError` if it holds no word.
        """
        query = phrase_query(phrase, newest_first=newest_first)
        others = [phrase_query(other).must[0] for other in self._variants(phrase)]
        return Query((Some((*query.must, *others)),), newest_first=newest_first) if others else query

    def _variants(self, phrase: str) -> tuple[str, ...]:
        return self._variants_of(phrase, self._index.applied())

    @cached_property
    def _variants_of(self) -> Callable[[str, int], tuple[str, ...]]:
        return lru_cache(maxsize=REMEMBERED)(self._look_up)

    def _look_up(self, phrase: str, _applied: int) -> tuple[str, ...]:
        return variants(phrase, lambda start: (word for word, _ in self._index.completions(start, BEGINNING_SO)))
