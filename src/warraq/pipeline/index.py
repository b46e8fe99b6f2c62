"""Follow the store's log into the search index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from warraq.analyse.groups import landmarks
from warraq.analyse.vectors import unpack_sketch
from warraq.arabic import words
from warraq.pipeline.steps import COMMIT_BATCH, batched
from warraq.ports import Index, Store
from warraq.types import (
    FOREVER,
    Analysis,
    ArticleId,
    IndexDocument,
    Revision,
    micros,
)

INDEX_BATCH = 4096
"""Articles of one index commit."""


def index(store: Store, search_index: Index, *, progress: Callable[[int], None] | None = None) -> int:
    """Follow the store's log into the index; returns how many articles were applied."""
    after, last, applied = search_index.applied(), store.last_change(), 0
    if after > last:  # the store is older than the index: it was restored from a backup
        search_index.clear()
        after = 0
    while lines := store.changes(after, INDEX_BATCH):
        ids = list(dict.fromkeys(line.article for line in lines))
        after = lines[-1].seq
        search_index.apply(ids, _index_documents(store, ids), after)
        applied += len(ids)
        if progress is not None:
            progress(applied)
    return applied


def _index_documents(store: Store, ids: Sequence[ArticleId]) -> Iterator[IndexDocument]:
    for some in batched(ids, COMMIT_BATCH):
        histories = store.histories(some).values()
        analyses = store.analyses([state.key for history in histories for state in history])
        for history in histories:
            for state in history:
                yield index_document(state, analyses.get(state.key))


def index_document(revision: Revision, analysis: Analysis | None = None) -> IndexDocument:
    """One state of an article as an index takes it; without its analysis its copies are not found."""
    article = revision.article
    title, body = words(article.title), words(article.text)
    seen_at = micros(revision.seen_at)
    return IndexDocument(
        article=article.id,
        key=revision.key,
        outlet=article.outlet,
        title=" ".join([w.stem for w in title]),
        body=" ".join([w.stem for w in body]),
        folded_title=" ".join([w.folded for w in title]),
        folded_body=" ".join([w.folded for w in body]),
        seen_at=seen_at,
        until=FOREVER if revision.until is None else micros(revision.until),
        published=seen_at if article.published is None else micros(article.published.at),
        first_seen=micros(revision.first_seen_at),
        language=article.language,
        authors=_stems(article.authors),
        credit=_stems(article.credit),
        keywords=_stems(article.keywords),
        keyword_names=tuple(dict.fromkeys(article.keywords)),
        landmarks=() if analysis is None else tuple(landmarks(unpack_sketch(analysis))),
    )


def _stems(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join([w.stem for w in words(name)]) for name in names)
