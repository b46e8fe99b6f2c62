"""What a reader typed into the search box, as a `Query`.

::

    words            joined by AND; any spelling finds any other
    "a phrase"       exact, in any kind of quotation marks;  "two words"~5  at most five places apart
    prefix*          words that begin so
    -word  NOT x     without it
    a OR b  a | b    either;  ( ... ) groups
    title:x          only in the title; also author: credit: keyword:
    outlet:x         an outlet by id or name; also country: lang: story:
    date:2025-02     published then: a year, month or day, or two of them: date:2025-02/2025-03, date:2025-02/
    seen:2025-02     first seen by the archive then

Names of fields may be typed in Arabic (``عنوان:``, ``جهة:``, ``تاريخ:`` …), OR as ``أو``. Folding and stemming are
those of the articles. What cannot be read is a `QueryError` that points at the place; anything else is words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from warraq.arabic import search_form, words
from warraq.errors import QueryError
from warraq.types import (
    Between,
    Clause,
    Every,
    Field,
    Named,
    OneOf,
    OutletId,
    Part,
    Query,
    Some,
    Without,
)

MAX_LENGTH = 1000
"""Characters; a longer query is refused."""
MAX_CLAUSES = 32
MAX_DEPTH = 16
"""Parentheses inside one another."""
MAX_SLOP = 50
LEAST_PREFIX = 2
"""Letters before a ``*``; fewer begin half of all words."""

_OPEN, _CLOSE = '"“„«‹”', '"”“»›'
_NAMES: dict[str, str] = {
    name: ours
    for ours, names in {
        "title": "title عنوان العنوان",
        "author": "author by كاتب الكاتب بقلم",
        "credit": "credit agency مصدر المصدر وكالة",
        "keyword": "keyword tag كلمة وسم",
        "outlet": "outlet site جهة صحيفة موقع",
        "country": "country بلد دولة",
        "lang": "lang language لغة",
        "story": "story قصة",
        "date": "date published تاريخ نشر",
        "seen": "seen رصد",
    }.items()
    for name in names.split()
}
_FIELDS = {"title": Field.TITLE, "author": Field.AUTHOR, "credit": Field.CREDIT, "keyword": Field.KEYWORD}
_OR = ("OR", "|", "||", "أو")
_AND = ("AND", "&", "&&")
_TOKEN = re.compile(
    rf"""(?P<space>\s+)
    |(?P<open>\()
    |(?P<close>\))
    |(?P<minus>(?<![^\s(])[-−–](?=\s*\S))
    |(?P<field>(?<![^\s(−–-])(?:{"|".join(sorted(_NAMES, key=len, reverse=True))})[:：])
    |[{_OPEN}](?P<phrase>[^{_OPEN}{_CLOSE}]*)[{_CLOSE}]?(?:~(?P<slop>\d{{1,4}}))?
    |(?P<word>[^\s(){_OPEN}{_CLOSE}]+)""",
    re.X | re.I,
)
_LONE = re.compile("[\ud800-\udfff]")
"""Half a character: no index can hold it."""
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


class _Token(NamedTuple):
    kind: str
    text: str
    at: int
    slop: int = 0


def parse_query(
    text: str,
    *,
    outlets: Sequence[OutletId] = (),
    published_from: datetime | None = None,
    published_to: datetime | None = None,
    newest_first: bool = False,
    half_life: float = 0.0,
) -> Query:
    """The query a text stands for.

    Stop words count only inside phrases, or when nothing else was typed. Raises `QueryError` with the position
    for an empty query, one that only excludes, one that is too long, and what is no date, group or field.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH} characters", MAX_LENGTH)
    reader = _Reader(_LONE.sub("\ufffd", text))
    whole = reader.group(0, None)
    parts = whole.parts if isinstance(whole, Every) else () if whole is None else (whole,)
    must = tuple(part for part in parts if not isinstance(part, Without))
    if not must:
        raise QueryError("the query has no word to search for", 0)
    return Query(
        must=must,
        must_not=tuple(part.part for part in parts if isinstance(part, Without)),
        outlets=tuple(outlets),
        published_from=published_from,
        published_to=published_to,
        newest_first=newest_first,
        half_life=half_life,
    )


def phrase_query(phrase: str, *, newest_first: bool = False) -> Query:
    """The query for a phrase as it stands, whatever signs are in it. Raises `QueryError` if it holds no word."""
    found = words(phrase[:MAX_LENGTH])[:MAX_CLAUSES]
    if not found:
        raise QueryError("the phrase has no word to search for", 0)
    clause = Clause(tuple(w.stem for w in found), tuple(w.folded for w in found))
    return Query((clause,), newest_first=newest_first)


def resolved(query: Query, resolve: Callable[[OneOf], OneOf]) -> Query:
    """The query with every filter replaced by what `resolve` makes of it."""

    def inner(part: Part) -> Part:
        if isinstance(part, OneOf):
            return resolve(part)
        if isinstance(part, Every | Some):
            return replace(part, parts=tuple(map(inner, part.parts)))
        return replace(part, part=inner(part.part)) if isinstance(part, Without) else part

    return replace(query, must=tuple(map(inner, query.must)), must_not=tuple(map(inner, query.must_not)))


class _Reader:
    """A recursive descent over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [
            _Token(found.lastgroup or "", found[found.lastgroup or 0], found.start())
            if found["phrase"] is None
            else _Token("phrase", found["phrase"], found.start(), min(int(found["slop"] or 0), MAX_SLOP))
            for found in _TOKEN.finditer(text)
            if found.lastgroup != "space"
        ]
        self._next = 0
        self._count = 0

    def group(self, depth: int, field: Field | None, opened: int = 0) -> Part | None:
        """Everything up to the parenthesis that closes this group, or to the end; None if there is nothing in it."""
        if depth > MAX_DEPTH:
            raise QueryError(f"more than {MAX_DEPTH} parentheses inside one another", opened)
        alternatives: list[Part | None] = []
        parts: list[Part] = []
        stops: list[Part] = []
        while True:
            token = self._tokens[self._next] if self._next < len(self._tokens) else None
            self._next += 1
            if token is None or token.kind == "close":
                if (token is None) != (depth == 0):
                    raise QueryError(
                        "a ( that is never closed" if token is None else "a ) without its (",
                        opened if token is None else token.at,
                    )
                break
            if token.kind == "word" and token.text in _AND:
                continue
            if token.kind == "word" and token.text in _OR and (parts or stops):
                alternatives.append(_every(parts, stops))
                parts, stops = [], []
                continue
            excluded = token.kind == "minus" or token == _Token("word", "NOT", token.at)
            if excluded:
                token = self._take(token)
            found, stop = self._one(token, depth, field)
            wanted = stops if stop and not excluded else parts
            wanted += [part for part in ([Without(p) for p in found] if excluded else found) if part not in wanted]
        if alternatives:
            last = _every(parts, stops)
            choice = tuple(part for part in (*alternatives, last) if part is not None)
            return Some(choice) if len(choice) > 1 else choice[0] if choice else None
        return _every(parts, stops)

    def _take(self, before: _Token) -> _Token:
        """The token after an operator."""
        if self._next >= len(self._tokens) or self._tokens[self._next].kind == "close":
            raise QueryError(f"nothing follows {before.text!r}", before.at)
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _one(self, token: _Token, depth: int, field: Field | None) -> tuple[list[Part], bool]:
        """What one token stands for, and whether it is only stop words."""
        if token.kind == "open":
            inner = self.group(depth + 1, field, token.at)
            return ([] if inner is None else [inner]), False
        if token.kind == "field":
            return self._field(token, depth)
        if token.kind == "phrase":
            return self._phrase(token, field), False
        if token.kind == "word":
            return self._words(token, field)
        raise QueryError(f"{token.text!r} does not belong here", token.at)

    def _phrase(self, token: _Token, field: Field | None) -> list[Part]:
        found = words(token.text)
        if not found:
            return []
        self._counted(token)
        stems, folded = tuple(w.stem for w in found), tuple(w.folded for w in found)
        return [Clause(stems, folded, field or Field.TEXT, token.slop if len(found) > 1 else 0)]

    def _words(self, token: _Token, field: Field | None) -> tuple[list[Part], bool]:
        text = token.text
        if text.endswith("*") and (found := words(text.rstrip("*"))):
            *before, last = found
            if len(last.folded) < LEAST_PREFIX:
                raise QueryError(f"at least {LEAST_PREFIX} letters before a *", token.at)
            parts: list[Part] = [Clause((w.stem,), (w.folded,), field or Field.TEXT) for w in before]
            self._counted(token)
            return [*parts, Clause((last.stem,), (last.folded,), field or Field.TEXT, prefix=True)], False
        found = words(text)
        parts = []
        for word in found:
            self._counted(token)
            parts.append(Clause((word.stem,), (word.folded,), field or Field.TEXT))
        return parts, all(word.stop for word in found)

    def _field(self, token: _Token, depth: int) -> tuple[list[Part], bool]:
        name = _NAMES[token.text[:-1].lower()]
        value = self._take(token)
        if name in _FIELDS:
            if value.kind not in ("word", "phrase", "open"):
                raise QueryError(f"nothing follows {token.text!r}", token.at)
            found, _ = self._one(value, depth, _FIELDS[name])
            if not found:
                raise QueryError(f"nothing follows {token.text!r}", token.at)
            return found, False
        if value.kind not in ("word", "phrase"):
            raise QueryError(f"nothing follows {token.text!r}", token.at)
        self._counted(token)
        if name in ("date", "seen"):
            return [_between(value, seen=name == "seen")], False
        values = (value.text,) if value.kind == "phrase" else tuple(filter(None, re.split("[,،]", value.text)))
        return [OneOf(Named(name), tuple(v.strip() for v in values))], False

    def _counted(self, token: _Token) -> None:
        self._count += 1
        if self._count > MAX_CLAUSES:
            raise QueryError(f"the query has more than {MAX_CLAUSES} words and phrases", token.at)


def _every(parts: list[Part], stops: list[Part]) -> Part | None:
    """Parts that all match; stop words only where there is nothing else that is wanted."""
    if not any(not isinstance(part, Without) for part in parts):
        parts = [*stops, *parts]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _between(token: _Token, *, seen: bool) -> Between:
    """A period: ``2025``, ``2025-02``, ``2025-02-03``, or two of these with ``/`` between them, either left out."""
    text = search_form(token.text)  # digits of every script
    first, slash, last = text.partition("/") if "/" in text else text.partition("..")
    start = _day(first, token)
    end = _day(last, token) if slash else start
    if start is None and end is None:
        raise QueryError(f"no date: {token.text!r}", token.at)
    low, high = start and start[0], end and end[1]
    if low is not None and high is not None and low >= high:
        raise QueryError(f"ends before it begins: {token.text!r}", token.at)
    return Between(low, high, seen)


def _day(text: str, token: _Token) -> tuple[datetime, datetime] | None:
    """When a year, month or day begins, and when it is over; None for nothing."""
    if not text:
        return None
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
        begin = datetime(year, month, day, tzinfo=UTC)
        if found[3]:
            return begin, begin + timedelta(days=1)
        after = year + (month if found[2] else 12) // 12, (month if found[2] else 12) % 12 + 1
        return begin, datetime(*after, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise QueryError(f"not a date such as 2025-02 or 2025-02/2025-03: {token.text!r}", token.at) from None
