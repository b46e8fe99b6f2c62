"""The embedded index: Tantivy (https://github.com/quickwit-oss/tantivy) through tantivy-py.

One document of the index is one interval of one article, in force in ``[seen_at, until)``. Words arrive already
stemmed or folded and separated by spaces, so fields only split at white space. Fields of text:

``stems``   title, a mark that no phrase can cross, body; with positions, for phrases. What matches.
``title``   the title's stems again: a match there raises the rank.
``folded``  title and body, folded but not stemmed: the exact word raises the rank over its relatives.
``author`` ``credit`` ``keyword``  names as stems, the mark between them.
``outlet`` ``language`` ``keyword_name``  whole values, for filters and for counting.
``landmarks``  the hashes by which copies are found, in hexadecimal.

What to know of tantivy-py 0.27 (measured): deleting by term on an *unsigned* field deletes nothing and says
nothing, so ids are signed integers; tokenizers are not kept in the index and are registered at every opening;
there is one writer an index, guarded by a lock that the system frees when its process dies; a commit is seen
after `reload`. Opening reads every file of every segment, but not its checksum: we do, of the newest, and what
reading finds wrong later is told (`damaged`).
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur

from warraq.errors import ArchiveCorrupt, ArchiveLocked, QueryError
from warraq.indexes import checksums
from warraq.indexes.borrowed import Borrowed
from warraq.types import (
    ArticleId,
    Between,
    Clause,
    Every,
    Facets,
    Field,
    IndexDocument,
    Match,
    Matches,
    Named,
    OneOf,
    Part,
    Query,
    Some,
    Without,
    micros,
)

_Q = tantivy.Query

FORMAT = 4
"""Raise it when the fields or what is put into them change: an index of another format is refused, and rebuilt."""

_OPEN = (1 << 62) - 1
_BORDER = "\u241e"
"""Stands between title and body. It is a symbol, so it is never a stem."""
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_PAIRS = tuple(high + low for high in _DIGITS for low in _DIGITS)

_TITLE_WEIGHT = 1.5
_FOLDED_WEIGHT = 0.3
_FRESH = 512
"""Best matches that are put in order again when age counts; further ones follow as they are."""
_DAY = 86_400_000_000
_VALUES = {Named.OUTLET: "outlet", Named.LANGUAGE: "language"}
_MOST = 4096
"""The longest list fetched to complete a group of equal scores."""
_SPARE = 64
"""Hits asked for beyond those that are wanted, for some that are not in force."""
_CHECKED = 256 << 20
"""Bytes of an index whose checksums are looked at when it is opened; that takes less than 0.1 s. See `damaged`."""
_STRETCH = 20_000
"""Documents read at a time where all are read."""
_HEAP = 64_000_000
"""Bytes of memory of the writer; it flushes a segment when they are full. Tantivy wants 15 MB at least."""


class TantivyIndex:
    """`ports.Index` in a directory, or in memory when `path` is None.

    `recipe` is the version of the stems: an index made with another is refused like one of another format. `damaged`
    is called before `ArchiveCorrupt` is raised by what reads or writes it later.
    Any number of processes may read while one writes; nothing is locked before the first `apply`. With `read_only`
    nothing is written to its folder at all, and writing raises `ArchiveLocked`. Raises `ArchiveCorrupt` if what is
    there is no index of this format, or is damaged; `erase` it and rebuild.
    """

    def __init__(
        self,
        path: Path | None = None,
        recipe: int = 0,
        *,
        read_only: bool = False,
        damaged: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = path if not read_only or path is None or (path / "meta.json").exists() else None
        self._borrowed = Borrowed(self._path) if read_only and self._path is not None else None
        self._read_only = read_only
        self._damaged = damaged
        self._mark = f"applied_{FORMAT}_{recipe}"
        self._schema = _schema(self._mark)
        self._writer: Any = None
        self._stamp: object = None
        self._late = 0
        """Before this moment it does not pay to look at hits that may not be in force: see `_best_in_force`."""
        self._guard = threading.Lock()
        if self._path is not None and (name := checksums.damaged(self._path, _CHECKED)):
            raise ArchiveCorrupt(f"search index {path}: {name} is damaged")
        with _translated(path):
            if self._path is None:
                self._index = tantivy.Index(self._schema)
            elif self._borrowed is not None:
                self._index = tantivy.Index(self._schema, str(self._borrowed.path))
            else:
                self._path.mkdir(parents=True, exist_ok=True)
                self._index = tantivy.Index(self._schema, str(self._path))
            spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._index.register_tokenizer("spaces", spaces)
            self._index.config_reader("manual")
            # Opens the words of every segment; their positions are looked for only by a query.
            self._searcher().search(_Q.term_query(self._schema, "stems", _BORDER), 1, count=False)

    # -- writing ------------------------------------------------------------------------------------------

    def apply(self, replaced: Collection[ArticleId], documents: Iterable[IndexDocument], upto: int) -> None:
        """See `ports.Index`. What was applied is one commit: after a crash all of it is there, or none."""
        with self._guard:
            try:
                with self._reported():
                    writer = self._open_writer()
                    for article in replaced:
                        writer.delete_documents_by_term("article", int(article, 32))
                for document in documents:  # errors of those who make them are theirs
                    made = _document(document)
                    with self._reported():
                        writer.add_document(made)
                with self._reported():
                    # `upto` lies in the index as a document of its own, so that one commit keeps both or neither.
                    writer.delete_documents_by_term("mark", 1)
                    # Its interval is open, like most: Tantivy skips a range that no document of a segment falls into.
                    writer.add_document(
                        tantivy.Document(
                            mark=1, seen_at=0, until=_OPEN, published=0, first_seen=0, **{self._mark: upto}
                        )
                    )
                    writer.commit()
                    self._index.reload()
            except BaseException:
                # A writer that is let go without a commit leaves nothing behind, even one whose thread has died.
                writer = self._writer = None
                raise

    def clear(self) -> None:
        """Forget everything."""
        with self._guard, self._reported():
            writer = self._open_writer()
            writer.delete_all_documents()
            writer.commit()
            self._index.reload()

    def release(self) -> None:
        """Finish merging and free the lock, so that another process may write; the next `apply` takes it again."""
        with self._guard:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.wait_merging_threads()

    def close(self) -> None:
        """Free all that is held. Safe to call twice."""
        self.release()
        if self._borrowed is not None:
            self._borrowed.close()

    # -- reading ------------------------------------------------------------------------------------------

    def damage(self) -> str:
        """The name of a file whose checksum is wrong, of all files of the last commit; empty if all are right."""
        name = "" if self._path is None else checksums.damaged(self._path)
        if name:
            self._damaged()
        return name

    def applied(self) -> int:
        """The ``seq`` of the last `apply`; 0 for an empty index."""
        with self._reported():
            searcher = self._searcher()
            hits = searcher.search(_Q.term_query(self._schema, "mark", 1), 1).hits
            values = searcher.fast_field_values(self._mark, [address for _, address in hits])
        return int(values[0]) if values else 0

    def search(self, query: Query, as_of: datetime, limit: int, offset: int = 0) -> Matches:
        """See `ports.Index`. BM25 over stems; a match in the title or of the exact word raises the rank.

        Equal scores: the later published first, then by id. Scores use the statistics of the whole index, so
        *which* articles match is exact as of a moment, while their order may follow what came later.
        """
        with self._reported():
            searcher = self._searcher()
            built = self._search_query(query, micros(as_of))
            order = {"order_by_field": "published"} if query.newest_first else {}
            aged = query.half_life > 0 and not query.newest_first
            want = max(offset + limit, _FRESH) if aged else offset + limit
            ask = want + 16
            while True:
                result = searcher.search(built, ask, count=True, **order)
                hits = result.hits
                cut = len(hits) < ask or want < 1 or _grade(hits[-1]) < _grade(hits[want - 1])
                if cut or ask >= _MOST + want:
                    break
                ask *= 4
            addresses = [address for _, address in hits]
            articles = searcher.fast_field_values("article", addresses)
            keys = searcher.fast_field_values("key", addresses)
            published = searcher.fast_field_values("published", addresses)
        rows = sorted(
            (-_grade(hit), -when, _name(article), key)
            for hit, article, key, when in zip(hits, articles, keys, published, strict=True)
        )
        if aged:
            rows[:_FRESH] = _by_age(rows[:_FRESH], micros(as_of), query.half_life)
        found = tuple(
            Match(article, key, 0.0 if query.newest_first else -grade)
            for grade, _, article, key in rows[offset : offset + limit]
        )
        return Matches(int(result.count), found)

    def facets(self, query: Query, as_of: datetime, limit: int = 10) -> Facets:
        """See `ports.Index`."""
        wanted = {
            name: {"terms": {"field": name, "size": limit, "order": {"_count": "desc"}}}
            for name in ("outlet", "language", "keyword_name")
        }
        wanted["days"] = {"histogram": {"field": "published", "interval": _DAY, "min_doc_count": 1}}
        with self._reported():
            found = self._searcher().aggregate(self._search_query(query, micros(as_of)), wanted)

        def values(name: str) -> tuple[tuple[str, int], ...]:
            return tuple((bucket["key"], int(bucket["doc_count"])) for bucket in found[name]["buckets"])

        days = ((int(bucket["key"]), int(bucket["doc_count"])) for bucket in found["days"]["buckets"])
        return Facets(values("outlet"), values("language"), values("keyword_name"), tuple(days))

    def completions(self, beginning: str, limit: int) -> Sequence[tuple[str, int]]:
        """See `ports.Index`."""
        with self._reported():
            found = self._searcher().terms_with_prefix("folded", beginning, limit=limit)
        return tuple((str(word), int(count)) for word, count in found)

    def neighbours(self, terms: Sequence[tuple[str, int]], as_of: datetime, limit: int) -> Sequence[Match]:
        """See `ports.Index`. A term counts once an article, wherever it stands and however often.

        Weights are whole numbers, so a sum of them is the same in whatever order a segment adds them (exact in
        float32 below 2**24). Equal scores come by id. A first group of more than 4096 equals gives nothing.
        """
        if not terms or limit < 1:
            return ()
        return self._summed("stems", terms, as_of, limit)

    def carrying(self, landmarks: Sequence[int], as_of: datetime, limit: int, least: int = 1) -> Sequence[Match]:
        """See `ports.Index`."""
        if len(landmarks) < least or not landmarks or limit < 1:
            return ()
        return self._summed("landmarks", [(_word_of(mark), 1) for mark in landmarks], as_of, limit, least)

    def _summed(
        self, field: str, terms: Sequence[tuple[str, int]], as_of: datetime, limit: int, least: int = 1
    ) -> Sequence[Match]:
        any_term = [
            (Occur.Should, _Q.const_score_query(_Q.term_query(self._schema, field, term, "basic"), float(weight)))
            for term, weight in terms
        ]
        now = micros(as_of)
        with self._reported():
            searcher = self._searcher()
            some = _Q.boolean_query(any_term, minimum_number_should_match=least)
            ask = limit + 1
            while True:
                hits = self._best_in_force(searcher, some, now, ask)
                if len(hits) < ask:
                    break
                hits = [hit for hit in hits if hit[0] > hits[-1][0]]
                if hits or ask > _MOST:
                    break
                ask *= 4
            addresses = [address for _, address in hits]
            articles = searcher.fast_field_values("article", addresses)
            keys = searcher.fast_field_values("key", addresses)
        # Numbers of articles sort as their ids do.
        rows = sorted(zip([-score for score, _ in hits], articles, keys, strict=True))
        return tuple([Match(_name(article), key, -score) for score, article, key in rows[:limit]])

    def _best_in_force(self, searcher: Any, query: Any, now: int, most: int) -> list[Any]:
        """The best hits in force at `now`, at most so many.

        Telling what to leave out reads on through columns of the whole index. As of a late moment nearly every hit is
        in force: then some more are asked for, and looked at.
        """
        if now >= self._late:
            hits: list[Any] = searcher.search(query, most + _SPARE, count=False).hits
            addresses = [address for _, address in hits]
            seen = searcher.fast_field_values("seen_at", addresses)
            until = searcher.fast_field_values("until", addresses)
            kept = [hit for hit, start, end in zip(hits, seen, until, strict=True) if start <= now < end]
            if len(kept) >= most or len(hits) < most + _SPARE:
                return kept[:most]
            self._late = max(self._late, *seen)
        left: list[Any] = searcher.search(
            _Q.boolean_query([(Occur.Must, query), *self._not_in_force(now)]), most, count=False
        ).hits
        return left

    def intervals(self) -> Iterator[tuple[ArticleId, int, int, int]]:
        """See `ports.Index`. Read by stretches of the ids, which are evenly spread, so memory stays flat."""
        with self._reported():
            searcher = self._searcher()
            stretches = [(0, 1 << 60)]
            while stretches:
                low, high = stretches.pop()
                within = _Q.range_query(self._schema, "article", FieldType.Integer, low, high, include_upper=False)
                addresses = [address for _, address in searcher.search(within, _STRETCH, count=False).hits]
                if len(addresses) == _STRETCH and high - low > 1:
                    middle = (low + high) // 2
                    stretches += [(low, middle), (middle, high)]
                    continue
                names = ("article", "key", "seen_at", "until")
                columns = [searcher.fast_field_values(name, addresses) for name in names]
                yield from (
                    (_name(article), key, seen_at, until) for article, key, seen_at, until in zip(*columns, strict=True)
                )

    # -- inside -------------------------------------------------------------------------------------------

    @contextmanager
    def _reported(self) -> Iterator[None]:
        """Errors as ours; of damage its owner is told."""
        try:
            with _translated(self._path):
                yield
        except ArchiveCorrupt:
            self._damaged()
            raise

    def _open_writer(self) -> Any:
        if self._read_only:
            raise ArchiveLocked(f"search index {self._path or ''}: it is read-only")
        if self._writer is None:
            self._writer = self._index.writer(_HEAP, 1)
        return self._writer

    def _searcher(self) -> Any:
        """A snapshot of the last commit, whichever process made it."""
        if self._path is not None:
            state = (self._path / "meta.json").stat()
            stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
            if stamp != self._stamp:
                if self._borrowed is not None:
                    self._borrowed.follow()
                self._index.reload()
                self._stamp = stamp
        return self._index.searcher()

    def _not_in_force(self, now: int) -> list[tuple[Any, Any]]:
        """Clauses that leave out what was not seen by `now` and what was replaced by then.

        They name what to leave out, not what to keep: as of the present that is nearly nothing, and costs nothing.
        """
        return [
            (Occur.MustNot, _Q.term_query(self._schema, "mark", 1)),
            (Occur.MustNot, _Q.range_query(self._schema, "seen_at", FieldType.Integer, now, None, include_lower=False)),
            (Occur.MustNot, _Q.range_query(self._schema, "until", FieldType.Integer, None, now)),
        ]

    def _search_query(self, query: Query, now: int) -> Any:
        clauses = self._not_in_force(now)
        for part in query.must:
            clauses += self._wanted(part)
        clauses += [(Occur.MustNot, self._matching(part)) for part in query.must_not]
        if query.outlets:
            clauses.append((Occur.Must, self._one_of(OneOf(Named.OUTLET, query.outlets))))
        if query.published_from or query.published_to:
            clauses.append((Occur.Must, self._between(Between(query.published_from, query.published_to))))
        if not any(occur == Occur.Must for occur, _ in clauses):
            clauses.append((Occur.Must, self._anything()))
        return _Q.boolean_query(clauses)

    def _wanted(self, part: Part) -> list[tuple[Any, Any]]:
        """A part that must match, and beside it what raises the rank of those that do."""
        clauses = [(Occur.Must, self._matching(part))]
        if isinstance(part, Clause) and part.field is Field.TEXT and not part.prefix:
            for stem, folded in zip(part.stems, part.folded, strict=True):
                clauses.append((Occur.Should, self._boosted("title", stem, _TITLE_WEIGHT)))
                clauses.append((Occur.Should, self._boosted("folded", folded, _FOLDED_WEIGHT)))
        return clauses

    def _matching(self, part: Part) -> Any:
        match part:
            case Clause():
                return self._words(part)
            case OneOf():
                return self._one_of(part)
            case Between():
                return self._between(part)
            case Every():
                clauses = [
                    clause for inner in part.parts if not isinstance(inner, Without) for clause in self._wanted(inner)
                ]
                clauses += [(Occur.MustNot, self._matching(p.part)) for p in part.parts if isinstance(p, Without)]
                if not any(occur == Occur.Must for occur, _ in clauses):
                    clauses.append((Occur.Must, self._anything()))
                return _Q.boolean_query(clauses)
            case Some():
                return _Q.boolean_query([(Occur.Should, _Q.boolean_query(self._wanted(p))) for p in part.parts])
            case Without():
                return _Q.boolean_query([(Occur.Must, self._anything()), (Occur.MustNot, self._matching(part.part))])

    def _words(self, clause: Clause) -> Any:
        if not clause.stems:
            return _Q.empty_query()
        field = "stems" if clause.field is Field.TEXT else clause.field.value
        if clause.prefix:
            fields = {"stems": ("stems", "folded")}.get(field, (field,))
            words = {*clause.stems, *clause.folded}
            begun = [
                (Occur.Should, _Q.regex_query(self._schema, name, f"{re.escape(word)}.*"))
                for name in fields
                for word in sorted(words)
            ]
            return _Q.boolean_query(begun)
        if len(clause.stems) == 1:
            return _Q.term_query(self._schema, field, clause.stems[0], "freq")
        return _Q.phrase_query(self._schema, field, list(clause.stems), clause.slop)

    def _one_of(self, part: OneOf) -> Any:
        if part.name is Named.ARTICLE:
            terms = _Q.term_set_query(self._schema, "article", [int(id, 32) for id in part.values])
        elif part.name in _VALUES:
            terms = _Q.term_set_query(self._schema, _VALUES[part.name], list(part.values))
        else:
            raise QueryError(f"{part.name}: not resolved")
        return _Q.const_score_query(terms, 0.0)

    def _between(self, part: Between) -> Any:
        low = None if part.start is None else micros(part.start)
        high = None if part.end is None else micros(part.end)
        field = "first_seen" if part.seen else "published"
        days = _Q.range_query(self._schema, field, FieldType.Integer, low, high, include_upper=high is None)
        return _Q.const_score_query(days, 0.0)

    def _anything(self) -> Any:
        return _Q.const_score_query(_Q.all_query(), 0.0)

    def _boosted(self, field: str, word: str, weight: float) -> Any:
        return _Q.boost_query(_Q.term_query(self._schema, field, word, "freq"), weight)


def erase(path: Path) -> None:
    """Delete the index at `path`, damaged or not; no process may have it open."""
    shutil.rmtree(path, ignore_errors=True)


def _schema(mark: str) -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("article", indexed=True, fast=True)
    builder.add_integer_field("key", fast=True)
    for name in ("seen_at", "until", "published", "first_seen"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("outlet", "language", "keyword_name"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in ("author", "credit", "keyword"):
        builder.add_text_field(name, tokenizer_name="spaces", index_option="position")
    builder.add_text_field("stems", tokenizer_name="spaces", index_option="position")
    builder.add_text_field("title", tokenizer_name="spaces", index_option="position")
    builder.add_text_field("folded", tokenizer_name="spaces", index_option="freq")
    builder.add_text_field("landmarks", tokenizer_name="spaces", index_option="basic")
    builder.add_integer_field("mark", indexed=True)
    builder.add_integer_field(mark, fast=True)
    return builder.build()


def _document(document: IndexDocument) -> Any:
    return tantivy.Document(
        article=int(document.article, 32),
        key=document.key,
        outlet=document.outlet,
        stems=f"{document.title} {_BORDER} {document.body}",
        title=document.title,
        folded=f"{document.folded_title} {document.folded_body}",
        seen_at=document.seen_at,
        until=document.until,
        published=document.published,
        first_seen=document.first_seen,
        language=document.language,
        author=f" {_BORDER} ".join(document.authors),
        credit=f" {_BORDER} ".join(document.credit),
        keyword=f" {_BORDER} ".join(document.keywords),
        keyword_name=list(document.keyword_names),
        landmarks=" ".join(map(_word_of, document.landmarks)),
    )


def _word_of(landmark: int) -> str:
    """A landmark as a word of the index."""
    return f"{landmark:x}"


def _by_age(rows: list[tuple[float, int, ArticleId, int]], now: int, half_life: float) -> list[Any]:
    """Rows of (score below zero, moment below zero, id, key) in the order in which age counts."""
    aged = [(score * 0.5 ** (max(0, now + when) / _DAY / half_life), when, id, key) for score, when, id, key in rows]
    return sorted((round(score, 6), when, id, key) for score, when, id, key in aged)


def _grade(hit: tuple[Any, Any]) -> float:
    """What a hit is ordered by, rounded: the same words can sum to scores that differ in the last bits."""
    value = hit[0]
    return round(value, 4) if isinstance(value, float) else value


def _name(number: int) -> ArticleId:
    """The inverse of ``int(id, 32)``."""
    return "".join([_PAIRS[(number >> shift) & 1023] for shift in (50, 40, 30, 20, 10, 0)])


@contextmanager
def _translated(path: Path | None) -> Iterator[None]:
    """Tantivy raises `ValueError` for everything, and `OSError` comes from the disk: say which of ours it is."""
    try:
        yield
    except (ValueError, OSError) as error:
        where = f"search index {path}" if path else "search index in memory"
        if "LockBusy" in str(error):
            raise ArchiveLocked(f"{where}: another process writes to it") from error
        raise ArchiveCorrupt(f"{where}: {' '.join(str(error).split())[:300]}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of PyO3: Tantivy met what it thought cannot be
            raise
        raise ArchiveCorrupt(f"{f'search index {path}' if path else 'search index'}: it cannot be read") from error
