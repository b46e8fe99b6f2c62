"""The articles of the sample, read from ``content/*.toml``, and the truth that follows from how they were written.

One file holds one story: ``story`` (its label), ``name``, then ``[[article]]`` tables. Text is paragraphs separated
by an empty line; line breaks inside a paragraph are spaces. Times are UTC. A *copy* is written as what the carrying
outlet did to the original: ``copy_of``, ``edits`` (pairs old, new), ``drop_last`` (paragraphs cut from the end).
A later *revision* is written the same way: ``modified``, ``title``, ``edits``, ``drop_last``, ``append``.
So the truth about copies and revisions cannot drift from the texts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Version = Literal["first", "later"]
"""Which state of the revised articles: as first published, or as last modified."""


@dataclass(frozen=True, slots=True)
class State:
    """What an article says at one time. ``modified`` is None for a text nobody has touched yet."""

    title: str
    paragraphs: tuple[str, ...]
    modified: datetime | None = None

    @property
    def text(self) -> str:
        """The body, paragraphs separated by a line break."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class SampleArticle:
    """One article of the sample with everything known of it. ``published`` is UTC."""

    id: str
    outlet: str
    story: str
    """The saga: everything about one subject over days."""
    event: str
    """One happening within it."""
    published: datetime
    section: str
    states: tuple[State, ...]
    author: str = ""
    credit: tuple[str, ...] = ()
    dateline: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    """True keywords: phrases that occur, as written, in the title or text of the first state."""
    copy_of: str = ""
    """The id of the article whose text this one carries."""
    mould: str = ""
    """A phrase or pattern that it shares with articles on other things, such as ``تبدأ … بالتعاون مع``."""

    def at(self, version: Version) -> State:
        """The first or the latest state."""
        return self.states[0 if version == "first" else -1]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of the sample, by article id."""

    copies: Mapping[str, str]
    """Each copy with its original."""
    stories: Mapping[str, str]
    events: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    revisions: Mapping[str, int]
    """How many states each revised article has."""
    traps: Mapping[str, frozenset[str]]
    """Articles that look alike by one phrase or pattern, by that pattern; they are about different things."""
    names: tuple[frozenset[str], ...]
    """Spellings of one name, each as it occurs in some text."""

    @property
    def copy_groups(self) -> tuple[frozenset[str], ...]:
        """Articles with the same text: each original with all its copies."""
        originals = sorted(set(self.copies.values()))
        return tuple(frozenset({o} | {c for c, of in self.copies.items() if of == o}) for o in originals)


@cache
def articles() -> tuple[SampleArticle, ...]:
    """All articles, in order of publication. Raises ValueError if the content contradicts itself."""
    rows: dict[str, dict[str, Any]] = {}
    for name in sorted(f.name for f in files("warraq.sample").joinpath("content").iterdir()):
        story = _toml("content", name)
        for row in story["article"]:
            if row["id"] in rows:
                raise ValueError(f"{name}: {row['id']} is written twice")
            rows[row["id"]] = {"story": story["story"], "event": story["story"], **row}
    found = {id: _article(row) for id, row in rows.items() if "copy_of" not in row}
    for id, row in rows.items():
        if "copy_of" in row:
            found[id] = _copy(row, found[row["copy_of"]])
    return tuple(sorted(found.values(), key=lambda a: (a.published, a.id)))


@cache
def truth() -> Truth:
    """The truth about all articles."""
    every = articles()
    return Truth(
        copies={a.id: a.copy_of for a in every if a.copy_of},
        stories={a.id: a.story for a in every},
        events={a.id: a.event for a in every},
        keywords={a.id: a.keywords for a in every},
        revisions={a.id: len(a.states) for a in every if len(a.states) > 1},
        traps={m: frozenset(a.id for a in every if a.mould == m) for m in sorted({a.mould for a in every} - {""})},
        names=tuple(frozenset(group) for group in _toml("names.toml")["names"]),
    )


def _article(row: Mapping[str, Any]) -> SampleArticle:
    first = State(row["title"], _paragraphs(row["text"]))
    return _with_states(row, first, row.get("keywords", ()))


def _copy(row: Mapping[str, Any], original: SampleArticle) -> SampleArticle:
    base = original.states[0]
    first = State(row.get("title", base.title), _edited(row, base.paragraphs))
    inherited = [k for k in original.keywords if k in f"{first.title}\n{first.text}"]
    row = {"section": original.section, "dateline": original.dateline, "credit": original.credit, **row}
    return _with_states({**row, "story": original.story, "event": original.event}, first, inherited)


def _with_states(row: Mapping[str, Any], first: State, keywords: Iterable[str]) -> SampleArticle:
    states = [first]
    for later in row.get("revision", ()):
        last = states[-1]
        paragraphs = _edited(later, last.paragraphs) + _paragraphs(later.get("append", ""))
        states.append(State(later.get("title", last.title), paragraphs, later["modified"]))
    return SampleArticle(
        id=row["id"],
        outlet=row["outlet"],
        story=row["story"],
        event=row["event"],
        published=row["published"],
        section=row["section"],
        states=tuple(states),
        author=row.get("author", ""),
        credit=tuple(row.get("credit", ())),
        dateline=row.get("dateline", ""),
        caption=row.get("caption", ""),
        keywords=tuple(keywords),
        copy_of=row.get("copy_of", ""),
        mould=row.get("mould", ""),
    )


def _toml(*path: str) -> dict[str, Any]:
    return tomllib.loads(files("warraq.sample").joinpath(*path).read_text("utf-8"))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(p.split()) for p in text.split("\n\n") if p.strip())


def _edited(row: Mapping[str, Any], paragraphs: Sequence[str]) -> tuple[str, ...]:
    kept = list(paragraphs[: len(paragraphs) - row.get("drop_last", 0)])
    for old, new in row.get("edits", ()):
        if not any(old in p for p in kept):
            raise ValueError(f"{row.get('id', row.get('modified'))}: nothing to edit at {old!r}")
        kept = [p.replace(old, new) for p in kept]
    return tuple(kept)
