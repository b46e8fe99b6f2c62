"""What a reader typed into the search box, as a `Query`.

Words are joined by AND; ``"…"`` (any kind of quotation marks) is an exact phrase; a ``-`` before either excludes
it. Folding and stemming are those of the articles, so any spelling finds any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from warraq.arabic import words
from warraq.errors import QueryError
from warraq.types import Clause, OutletId, Query

MAX_LENGTH = 1000
"""Characters; a longer query is refused."""
MAX_CLAUSES = 32

_OPEN, _CLOSE = '"“„«‹”', '"”“»›'
_PART = re.compile(
    rf"(?P<minus>(?<!\S)[-−–]\s*)?(?:[{_OPEN}](?P<phrase>[^{_OPEN}{_CLOSE}]*)[{_CLOSE}]?|(?P<word>[^\s{_OPEN}{_CLOSE}]+))"
)


def parse_query(
    text: str,
    *,
    outlets: Sequence[OutletId] = (),
    published_from: datetime | None = None,
    published_to: datetime | None = None,
    newest_first: bool = False,
) -> Query:
    """The query a text stands for.

    Stop words count only inside phrases, or when nothing else was typed. Raises `QueryError` with the position
    for an empty query, one that only excludes, or one that is too long.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH} characters", MAX_LENGTH)
    must: list[Clause] = []
    stops: list[Clause] = []
    must_not: list[Clause] = []
    for part in _PART.finditer(text):
        target = must_not if part["minus"] else must
        if part["phrase"] is not None:
            if found := words(part["phrase"]):
                target.append(Clause(tuple(w.stem for w in found), tuple(w.folded for w in found)))
            continue
        for word in words(part["word"]):
            clause = Clause((word.stem,), (word.folded,))
            if word.stop:
                if target is must:
                    stops.append(clause)
            elif clause not in target:
                target.append(clause)
    must = must or stops
    if not must:
        raise QueryError("the query has no word to search for", 0)
    if len(must) + len(must_not) > MAX_CLAUSES:
        raise QueryError(f"the query has more than {MAX_CLAUSES} words and phrases", len(text))
    return Query(
        must=tuple(must),
        must_not=tuple(must_not),
        outlets=tuple(outlets),
        published_from=published_from,
        published_to=published_to,
        newest_first=newest_first,
    )
