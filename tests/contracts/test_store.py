"""What every store promises (``ports.Store``), on small archives and on random ones.

In the random ones an article is a small number, a moment a number of steps, a content a letter. ``Model`` says from
the set of sightings alone, in the most naive way, what each read must answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warraq.errors import LeaseLost, WarraqError
from warraq.ports import Store
from warraq.types import (
    Analysis,
    Article,
    Brief,
    Change,
    Dated,
    Done,
    Entry,
    Kind,
    Lease,
    Logged,
    Origin,
    Outcome,
    Outlet,
    OutletCount,
    Outline,
    Paragraph,
    Precision,
    Rank,
    Reason,
    Revision,
    Task,
    TaskKind,
    Visit,
    micros,
)

START = datetime(2025, 1, 1, tzinfo=UTC)
STEP = timedelta(days=11, seconds=1, microseconds=1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
OUTLETS = ("nahda", "sada")

NewStore = Callable[[], Store]


def at(step: float) -> datetime:
    return START + STEP * step


def id_of(number: int) -> str:
    return f"{number:011d}v"


def digest_of(content: str) -> bytes:
    return content.encode() * 16


@dataclass(frozen=True, order=True)
class Sighting:
    """`article` was seen with `content` at `step`."""

    article: int
    step: int
    content: str

    @property
    def outlet(self) -> str:
        return OUTLETS[(self.article + (self.content == "c")) % 2]  # a content may name another outlet

    @property
    def value(self) -> Article:
        return Article(
            id=id_of(self.article),
            outlet=self.outlet,
            url=f"https://{self.outlet}.example/خبر/{self.article}",
            title=f"عنوان {self.article} {self.content}",
            body=(
                Paragraph(f"قال «المتحدث» إنّ {self.content}."),
                Paragraph("خلفية", Kind.HEADING),
                Paragraph("قول", Kind.QUOTE),
                Paragraph('"\\\u0000\u202b 🗞', Kind.ITEM),
            ),
            published=Dated(at(self.article), Precision.DAY, Origin.JSON_LD, "Asia/Riyadh"),
            modified=None if self.content == "a" else Dated(at(1)),
            authors=("سارة العلي", "و. ن."),
            credit=("أ ف ب",) if self.content == "b" else (),
            dateline="عمّان",
            section="اقتصاد",
            keywords=("سوق", "نفط"),
            image="https://img.example/1.jpg",
            language="ar",
        )

    @property
    def analysis(self) -> Analysis:
        return Analysis(3, f"{self.article}{self.content}".encode(), b"\x00\xff")

    @property
    def change(self) -> Change:
        return Change(
            f"file:{self.article}",
            Outcome.NEW,
            outlet=self.outlet,
            article=self.value,
            analysis=self.analysis,
            digest=digest_of(self.content),
            seen_at=at(self.step),
        )


def commit(store: Store, sightings: Iterable[Sighting]) -> int:
    return store.commit([sighting.change for sighting in sightings])


class Model:
    """A store's answers, from the set of sightings alone."""

    def __init__(self, sightings: Iterable[Sighting]) -> None:
        self.sightings = sorted(set(sightings))

    def _states(self, article: int, step: float) -> list[list[Sighting]]:
        seen = [s for s in self.sightings if s.article == article and s.step <= step]
        return [list(run) for _, run in groupby(seen, key=lambda s: s.content)]

    def revisions(self, article: int, step: float) -> list[Revision]:
        runs = self._states(article, step)
        return [
            Revision(
                key=0,
                article=run[0].value,
                seen_at=at(run[0].step),
                first_seen_at=at(runs[0][0].step),
                number=number,
                until=at(runs[number][0].step) if number < len(runs) else None,
            )
            for number, run in enumerate(runs, 1)
        ]

    def firsts(self, step: float) -> list[Sighting]:
        """First sightings up to `step`, in the order (moment, id)."""
        articles = sorted({s.article for s in self.sightings})
        firsts = [min(s for s in self.sightings if s.article == article) for article in articles]
        return sorted((f for f in firsts if f.step <= step), key=lambda f: (f.step, f.article))

    def outlets(self, step: float) -> list[OutletCount]:
        firsts = self.firsts(step)
        counts = []
        for outlet in sorted({f.outlet for f in firsts}):
            steps = [f.step for f in firsts if f.outlet == outlet]
            counts.append(OutletCount(Outlet(outlet, outlet), len(steps), at(min(steps)), at(max(steps))))
        return sorted(counts, key=lambda c: -c.articles)

    def seen(self, article: int, step: float) -> list[Revision]:
        """The state in force, as a list of none or one."""
        return self.revisions(article, step)[-1:]

    def answers(self, step: float) -> dict[str, object]:
        firsts = self.firsts(step)
        newest = [f.article for f in sorted(firsts, key=lambda f: (-f.step, f.article))]
        in_force = {id_of(a): r for a in sorted(newest) for r in self.seen(a, step)}
        briefs = {id: brief_of(revision) for id, revision in in_force.items()}
        return {
            "revisions": {id_of(a): self.revisions(a, step) for a in ARTICLES},
            "bodies": in_force,
            "briefs": briefs,
            "latest": [briefs[id_of(a)] for a in newest],
            "latest of": {
                outlet: [briefs[id_of(a)] for a in newest if a in {f.article for f in firsts if f.outlet == outlet}]
                for outlet in OUTLETS
            },
            "outlets": self.outlets(step),
            "stats": (
                len(firsts),
                sum(len(self.revisions(a, step)) for a in ARTICLES),
                len({f.outlet for f in firsts}),
                at(firsts[0].step) if firsts else None,
                at(firsts[-1].step) if firsts else None,
            ),
        }

    def timeless(self) -> dict[str, object]:
        seen = sorted({s.article for s in self.sightings})
        return {
            "histories": {id_of(a): self.revisions(a, LAST) for a in seen},
            "known": {
                id_of(a): tuple((micros(at(s.step)), digest_of(s.content)) for s in self.sightings if s.article == a)
                for a in seen
            },
            "first analyses": [(micros(at(f.step)), id_of(f.article), f.analysis) for f in self.firsts(LAST)],
        }


def brief_of(revision: Revision) -> Brief:
    article = revision.article
    return Brief(
        key=revision.key,
        id=article.id,
        outlet=article.outlet,
        url=article.url,
        title=article.title,
        published=article.published,
        seen_at=revision.seen_at,
        first_seen_at=revision.first_seen_at,
        language=article.language,
    )


def answers(store: Store, step: float) -> dict[str, object]:
    """All that a store says as of a moment, its keys replaced by 0 once they have led to the right analyses."""
    as_of, ids = at(step), [id_of(a) for a in ARTICLES]
    bodies = store.bodies(ids, as_of)
    for id in ids:
        assert store.revision(id, as_of) == bodies.get(id)
    revisions = {id: store.revisions(id, as_of) for id in ids}
    shown = {(r.key, r.article.title) for states in (*revisions.values(), bodies.values()) for r in states}
    analyses = store.analyses([key for key, _ in shown])
    assert {analyses[key].terms.decode() for key, _ in shown} == {terms_of(title) for _, title in shown}
    assert store.terms(analyses) == {key: analysis.terms for key, analysis in analyses.items()}
    assert store.outlines(analyses) == {
        r.key: Outline(
            r.article.id,
            r.article.outlet,
            first := micros(r.first_seen_at),
            min(first, micros(r.article.published.at)) if r.article.published else first,
            analyses[r.key].sketch,
        )
        for states in (*revisions.values(), bodies.values())
        for r in states
    }
    briefs = store.briefs(ids, as_of)
    assert {id: brief.key for id, brief in briefs.items()} == {id: r.key for id, r in bodies.items()}
    stats = store.stats(as_of)
    assert stats.as_of == as_of
    return {
        "revisions": {id: [replace(r, key=0) for r in states] for id, states in revisions.items()},
        "bodies": {id: replace(bodies[id], key=0) for id in sorted(bodies)},
        "briefs": {id: replace(briefs[id], key=0) for id in sorted(briefs)},
        "latest": [replace(b, key=0) for b in store.latest(as_of, 99)],
        "latest of": {o: [replace(b, key=0) for b in store.latest(as_of, 99, outlet=o)] for o in OUTLETS},
        "outlets": list(store.outlets(as_of)),
        "stats": (stats.articles, stats.revisions, stats.outlets, stats.first_seen_at, stats.last_seen_at),
    }


def terms_of(title: str) -> str:
    _, article, content = title.split()
    return article + content


def timeless(store: Store) -> dict[str, object]:
    """All that a store says of the whole of time."""
    ids = [id_of(a) for a in ARTICLES]
    histories, known = store.histories(ids), store.known(ids)
    for id in histories:
        assert store.resolve(histories[id][0].article.url) == id
    return {
        "histories": {id: [replace(r, key=0) for r in histories[id]] for id in sorted(histories)},
        "known": {id: known[id].sightings for id in sorted(known)},
        "first analyses": list(store.first_analyses(None, 99)),
    }


def log_of(store: Store) -> list[str]:
    return [line.article for line in store.changes(0, 10_000)]


ARTICLES = range(4)
LAST = 7
MOMENTS = [step / 2 for step in range(-1, 2 * LAST + 1)]

sightings = st.builds(Sighting, st.sampled_from(ARTICLES), st.integers(0, LAST), st.sampled_from("abc"))
batches = st.lists(st.lists(sightings, max_size=5), max_size=5)


# --- random archives --------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(batches)
@example([[Sighting(0, 2, "b")], [Sighting(0, 2, "a")], [Sighting(0, 0, "c"), Sighting(1, 0, "a")]])
@example([[Sighting(0, 1, "a"), Sighting(0, 3, "a")], [Sighting(0, 2, "b")]])
def test_every_read_follows_from_the_set_of_sightings(new_store: NewStore, given_batches: list[list[Sighting]]) -> None:
    store = new_store()
    for batch in given_batches:
        commit(store, batch)
    model = Model(s for batch in given_batches for s in batch)
    assert timeless(store) == model.timeless()
    for step in MOMENTS:
        assert answers(store, step) == model.answers(step)
    store.close()


@settings(max_examples=25, deadline=None)
@given(batches, st.randoms(use_true_random=False))
def test_order_and_batches_do_not_matter(
    new_store: NewStore, given_batches: list[list[Sighting]], random: Random
) -> None:
    one, other = new_store(), new_store()
    for batch in given_batches:
        commit(one, batch)
    shuffled = [s for batch in given_batches for s in batch]
    random.shuffle(shuffled)
    commit(other, shuffled)
    assert timeless(one) == timeless(other)
    for step in MOMENTS:
        assert answers(one, step) == answers(other, step)
    one.close()
    other.close()


@settings(max_examples=25, deadline=None)
@given(batches, st.sampled_from(MOMENTS))
def test_as_of_equals_an_archive_of_only_what_was_seen_by_then(
    new_store: NewStore, given_batches: list[list[Sighting]], step: float
) -> None:
    whole, past = new_store(), new_store()
    for batch in given_batches:
        commit(whole, batch)
        commit(past, [s for s in batch if s.step <= step])
    assert answers(whole, step) == answers(past, step) == answers(whole, step)
    whole.close()
    past.close()


@settings(max_examples=25, deadline=None)
@given(batches)
def test_commit_twice_is_commit_once(new_store: NewStore, given_batches: list[list[Sighting]]) -> None:
    store = new_store()
    for batch in given_batches:
        commit(store, batch)
    before = (timeless(store), [answers(store, step) for step in MOMENTS], log_of(store))
    for batch in given_batches:
        assert commit(store, batch) == len(before[2]) == store.last_change()
    assert (timeless(store), [answers(store, step) for step in MOMENTS], log_of(store)) == before
    inputs = 2 * sum(map(len, given_batches))
    outcomes = store.stats(LATER).outcomes
    assert sum(outcomes.values()) == inputs
    assert outcomes.get("new", 0) == len({s for batch in given_batches for s in batch})
    store.close()


@settings(max_examples=25, deadline=None)
@given(batches, st.integers(1, 4))
def test_the_log_names_what_changed_in_a_total_order(
    new_store: NewStore, given_batches: list[list[Sighting]], limit: int
) -> None:
    store = new_store()
    stored: set[Sighting] = set()
    for batch in given_batches:
        before = store.last_change()
        changed = {id_of(s.article) for s in set(batch) - stored}
        last = commit(store, batch)
        stored |= set(batch)
        lines = store.changes(before, 99)
        assert sorted({line.article for line in lines}) == sorted(changed)
        assert len(lines) == len(changed)
        assert last == store.last_change() == (lines[-1].seq if lines else before)
    whole, read = list(store.changes(0, 999)), list[Logged]()
    while lines := store.changes(read[-1].seq if read else 0, limit):
        assert len(lines) <= limit
        read += lines
        assert len(read) <= len(whole)
    assert read == whole
    assert all(a.seq < b.seq for a, b in pairwise(whole))
    store.close()


# --- articles ---------------------------------------------------------------------------------------------


def test_an_empty_store_answers_everything(store: Store) -> None:
    assert answers(store, 0) == Model([]).answers(0)
    assert timeless(store) == Model([]).timeless()
    assert store.last_change() == 0
    assert list(store.changes(0, 10)) == []
    assert store.resolve("https://nahda.example/1") is None
    assert store.outlet("nahda") is None
    assert store.stats(LATER).outcomes == {}
    assert list(store.claim(LATER, 10, timedelta(1))) == []
    assert list(store.saved_backgrounds()) == []
    assert list(store.saved_outlets()) == []
    assert list(store.failures(9)) == []
    assert store.background(1) is None
    assert store.commit([]) == 0


def test_an_article_comes_back_as_it_went_in(store: Store) -> None:
    sighting = Sighting(1, 0, "b")
    bare = Article(id_of(2), "", "https://nahda.example/2", "", ())
    commit(store, [sighting])
    store.commit([replace(sighting.change, article=bare, digest=b"\xff" * 16)])
    found = store.bodies([id_of(1), id_of(2)], at(0))
    assert found[id_of(1)].article == sighting.value
    assert found[id_of(2)].article == bare


def test_moments_are_kept_to_the_microsecond(store: Store) -> None:
    odd = datetime(2025, 2, 16, 15, 46, 39, 123457, tzinfo=UTC)
    store.commit([replace(Sighting(1, 0, "a").change, seen_at=odd)])
    assert store.revision(id_of(1), odd - timedelta(microseconds=1)) is None
    revision = store.revision(id_of(1), odd)
    assert revision is not None
    assert revision.seen_at == revision.first_seen_at == odd


def test_a_state_in_force_does_not_know_what_comes_after_it(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a"), Sighting(0, 2, "b")])
    revision = store.revision(id_of(0), at(1))
    assert revision is not None
    assert (revision.number, revision.until) == (1, None)
    assert [(r.number, r.until) for r in store.revisions(id_of(0), at(1))] == [(1, None)]
    assert [(r.number, r.until) for r in store.revisions(id_of(0), at(2))] == [(1, at(2)), (2, None)]


def test_a_content_that_returns_is_a_new_revision_of_the_same_key(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a"), Sighting(0, 1, "b"), Sighting(0, 2, "a")])
    first, second, third = store.revisions(id_of(0), at(9))
    assert first.key == third.key != second.key
    assert [r.number for r in (first, second, third)] == [1, 2, 3]


def test_the_same_digest_in_two_articles_is_two_contents(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a"), Sighting(1, 0, "a")])
    found = store.bodies([id_of(0), id_of(1)], at(0))
    assert found[id_of(0)].key != found[id_of(1)].key
    assert found[id_of(0)].article.title != found[id_of(1)].article.title


def test_what_is_not_an_id_is_nowhere(store: Store) -> None:
    commit(store, [Sighting(0, 0, "a")])
    odd = ["", "x", "0" * 13, "zzzzzzzzzzzz", id_of(0).upper(), "0000_000000v", "\u0660" * 12, "-0000000000v"]
    assert store.briefs(odd, LATER) == {}
    assert store.bodies(odd, LATER) == {}
    assert store.known(odd) == {}
    assert store.histories(odd) == {}
    for id in odd:
        assert store.revision(id, LATER) is None
        assert list(store.revisions(id, LATER)) == []


def test_a_commit_that_cannot_be_stored_whole_stores_nothing(store: Store) -> None:
    bad = [replace(Sighting(1, 0, "a").value, id="not an id"), replace(Sighting(1, 0, "a").value, title="\ud800")]
    for article in bad:
        with pytest.raises((ValueError, WarraqError)):
            store.commit(
                [Sighting(0, 0, "a").change, replace(Sighting(1, 0, "a").change, article=article)],
                tasks=[Task("https://nahda.example/feed")],
            )
    assert store.last_change() == 0
    assert store.stats(LATER).outcomes == {}
    assert list(store.claim(LATER, 9, timedelta(1))) == []
    assert commit(store, [Sighting(0, 0, "a")]) == 1


def test_many_ids_are_asked_for_at_once(store: Store) -> None:
    many = [Sighting(number, 0, "a") for number in range(3000)]
    commit(store, many)
    ids = [id_of(number) for number in range(100_000)]
    assert len(store.known(ids)) == 3000
    assert len(store.briefs(ids, at(0))) == 3000
    assert len(store.histories(ids)) == 3000
    keys = [revision.key for revision in store.bodies(ids, at(0)).values()]
    assert len(set(keys)) == len(store.analyses(keys)) == 3000
    assert len(store.terms(keys)) == len(store.outlines(keys)) == 3000
    assert store.analyses([-1, 10**12]) == store.terms([-1, 10**12]) == store.outlines([-1, 10**12]) == {}


def test_latest_pages_through_in_one_order(store: Store) -> None:
    commit(store, [Sighting(number, number % 3, "a") for number in range(20)])
    whole = [brief.id for brief in store.latest(at(1), 99)]
    assert whole == [id_of(n) for step in (1, 0) for n in range(20) if n % 3 == step]
    assert [b.id for offset in range(0, 20, 4) for b in store.latest(at(1), 4, offset=offset)] == whole
    assert list(store.latest(at(1), 0)) == []
    of = [brief.id for brief in store.latest(at(1), 5, outlet="sada", offset=1)]
    assert of == [id for id in whole if int(id[:-1]) % 2][1:6]
    assert list(store.latest(at(1), 5, outlet="nobody")) == []


def test_a_url_resolves_exactly(store: Store) -> None:
    commit(store, [Sighting(3, 0, "a")])
    assert store.resolve("https://sada.example/خبر/3") == id_of(3)
    assert store.resolve("https://sada.example/خبر/3/") is None
    assert store.resolve("\udcff") is None


# --- counts and failures ----------------------------------------------------------------------------------


def test_outcomes_are_counted_once_each(store: Store) -> None:
    store.commit(
        [
            Sighting(0, 0, "a").change,
            replace(Sighting(0, 1, "b").change, outcome=Outcome.REVISED),
            Change("x", Outcome.UNCHANGED),
            Change("x", Outcome.REJECTED, Reason.NO_TITLE),
            Change("x", Outcome.REJECTED, Reason.NO_TITLE),
            Change("x", Outcome.REJECTED, Reason.NO_BODY),
            Change("x", Outcome.FAILED, Reason.TIMEOUT),
        ]
    )
    store.commit([Change("x", Outcome.FAILED, Reason.TIMEOUT)])
    assert store.stats(at(-1)).outcomes == {
        "new": 1,
        "revised": 1,
        "unchanged": 1,
        "rejected:no_title": 2,
        "rejected:no_body": 1,
        "failed:timeout": 2,
    }
    assert store.last_change() == 1


def test_failures_are_told_newest_first(store: Store) -> None:
    rejected = Change("a.jsonl:7", Outcome.REJECTED, Reason.NO_TITLE, "عنوان", "sada", seen_at=at(0))
    failed = Change("https://sada.example/1", Outcome.FAILED, Reason.TIMEOUT)
    store.commit([rejected, Sighting(0, 0, "a").change, failed])
    assert list(store.failures(9)) == [failed, rejected]
    store.commit([Change("\udcff.html", Outcome.FAILED, Reason.UNREADABLE)])  # a file name that is no text
    (newest,) = store.failures(1)
    assert newest.reason is Reason.UNREADABLE
    assert list(store.failures(0)) == []


def test_outlets_are_described_by_what_was_saved_last(store: Store) -> None:
    nahda = Outlet(
        "nahda",
        "النهضة",
        "نهضة",
        "JO",
        "Asia/Amman",
        "ar",
        ("nahda.example",),
        "https://nahda.example/",
        ("f",),
        ("s",),
        True,
    )
    commit(store, [Sighting(0, 0, "a"), Sighting(1, 0, "a"), Sighting(3, 0, "a")])
    store.save_outlets([replace(nahda, name="?"), Outlet("silent", "الصامت")])
    store.save_outlets([nahda])
    assert store.outlet("nahda") == nahda
    assert list(store.saved_outlets()) == [nahda, Outlet("silent", "الصامت")]
    assert store.outlet("silent") == Outlet("silent", "الصامت")
    assert [(c.outlet, c.articles) for c in store.outlets(LATER)] == [(Outlet("sada", "sada"), 2), (nahda, 1)]


# --- the background of document frequencies ---------------------------------------------------------------


def test_first_analyses_can_be_read_in_parts(store: Store) -> None:
    commit(store, [Sighting(number, number * 7 % 3, "a") for number in range(20)])
    whole = list(store.first_analyses(None, 99))
    assert whole == sorted(whole, key=lambda row: row[:2])
    for size in (1, 3, 7):
        read: list[tuple[int, str, Analysis]] = []
        while rows := store.first_analyses(read[-1][:2] if read else None, size):
            assert len(rows) <= size
            read += rows
            assert len(read) <= len(whole)
        assert read == whole


def test_an_article_without_an_analysis_has_an_empty_one(store: Store) -> None:
    store.commit([replace(Sighting(0, 0, "a").change, analysis=None), Sighting(1, 1, "a").change])
    assert [a for _, _, a in store.first_analyses(None, 9)] == [Analysis(0, b"", b""), Sighting(1, 1, "a").analysis]


def position(article: int, step: int) -> tuple[int, str]:
    return (micros(at(step)), id_of(article))


def checkpoints(store: Store) -> list[int]:
    return [articles for articles, _, _ in store.saved_backgrounds()]


def with_checkpoints(store: Store) -> None:
    """Articles 0..5 at steps 0, 0, 2, 2, 4, 4, with a checkpoint after each but the first."""
    commit(store, [Sighting(number, number // 2 * 2, "a") for number in range(6)])
    for number in (5, 1, 2, 3, 4):
        assert store.save_background(number + 1, position(number, number // 2 * 2), b"packed %d" % number)


def test_checkpoints_are_kept(store: Store) -> None:
    with_checkpoints(store)
    assert list(store.saved_backgrounds()) == [
        (number + 1, *position(number, number // 2 * 2)) for number in (1, 2, 3, 4, 5)
    ]
    assert store.background(3) == b"packed 2"
    assert store.background(7) is None
    assert store.save_background(3, position(2, 2), b"again")
    assert store.background(3) == b"again"


@pytest.mark.parametrize(
    ("late", "left"),
    [
        (Sighting(9, 5, "a"), [2, 3, 4, 5, 6]),
        (Sighting(9, 4, "a"), [2, 3, 4, 5, 6]),  # after article 5 at the same moment
        (Sighting(9, 3, "a"), [2, 3, 4]),
        (Sighting(9, 2, "a"), [2, 3, 4]),
        (Sighting(9, 1, "a"), [2]),
        (Sighting(9, -1, "a"), []),
        (Sighting(5, 3, "a"), [2, 3, 4]),  # moved to earlier
        (Sighting(5, 3, "b"), [2, 3, 4]),
        (Sighting(2, 2, "b"), [2, 3, 4, 5, 6]),  # after its first sighting
        (Sighting(2, 2, "A"), [2]),  # a lower digest at its first moment: another first content
        (Sighting(2, 6, "b"), [2, 3, 4, 5, 6]),
    ],
)
def test_a_late_arrival_removes_the_checkpoints_it_makes_wrong(store: Store, late: Sighting, left: list[int]) -> None:
    with_checkpoints(store)
    commit(store, [late])
    assert checkpoints(store) == left
    for articles in range(1, 8):
        assert (store.background(articles) is not None) == (articles in left)


def test_the_earliest_of_several_late_arrivals_counts(store: Store) -> None:
    with_checkpoints(store)
    commit(store, [Sighting(9, 3, "a"), Sighting(8, 1, "a"), Sighting(7, 9, "a")])
    assert checkpoints(store) == [2]


def test_a_checkpoint_that_a_late_arrival_made_wrong_is_not_kept(store: Store) -> None:
    commit(store, [Sighting(number, 2, "a") for number in range(3)])
    assert not store.save_background(2, position(2, 2), b"")
    assert not store.save_background(4, position(2, 2), b"")
    assert not store.save_background(3, position(2, 1), b"")
    assert not store.save_background(1, position(7, 2), b"")
    commit(store, [Sighting(7, 1, "a")])
    assert not store.save_background(3, position(2, 2), b"")
    assert list(store.saved_backgrounds()) == []
    assert store.save_background(4, position(2, 2), b"")


# --- the frontier -----------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


def task(number: int, due: float = 0) -> Task:
    return Task(f"https://sada.example/خبر/{number}", TaskKind.PAGE, "sada", at(due))


def claimed(store: Store, now: datetime, limit: int = 99) -> dict[str, Lease]:
    return {lease.task.url: lease for lease in store.claim(now, limit, HOUR, per_host=99)}


def test_a_task_comes_back_as_it_went_in(store: Store) -> None:
    hint = Entry("https://sada.example/1", "عنوان", "ملخص", at(0), at(1), ("سارة",), ("نفط",), "i.jpg", "<p>نص</p>")
    visit = Visit(
        "https://sada.example/b", False, 2, '"v1"', "Wed", at(1), 3, 2, at(0), HOUR, False, "https://a.example/"
    )
    tasks = [
        Task("https://sada.example/1", TaskKind.PAGE, "sada", at(0), hint, rank=Rank.AGAIN, watch=True, visit=visit),
        Task("https://sada.example/feed"),
    ]
    store.commit([], tasks=[*tasks, tasks[1]])
    leases = store.claim(at(1), 9, HOUR)
    assert sorted((lease.task for lease in leases), key=lambda t: t.url) == tasks
    assert {lease.until for lease in leases} == {at(1) + HOUR}
    assert len({lease.token for lease in leases}) == 2


def test_tasks_of_a_host_come_by_rank_then_the_earliest_due_and_a_host_is_one_workers(store: Store) -> None:
    tasks = [task(1, 3), task(2, 1), task(3, 2), task(4, 9), replace(task(5, 2), rank=Rank.FEED)]
    store.commit([], tasks=[*tasks, replace(task(6), rank=Rank.BACKFILL)])
    assert list(store.claim(at(-1), 9, HOUR)) == []
    assert list(store.claim(at(3), 0, HOUR)) == []
    first = store.claim(at(3), 9, HOUR, per_host=3)
    assert [lease.task.url for lease in first] == [task(n).url for n in (5, 2, 3)]
    assert list(store.claim(at(3), 9, HOUR)) == [], "others wait until the host is free"
    store.commit([], done=[Done(lease) for lease in first[:2]], now=at(3))
    assert list(store.claim(at(3), 9, HOUR)) == []
    store.release(first[2:])
    assert [lease.task.url for lease in store.claim(at(3), 9, HOUR)] == [task(n).url for n in (3, 1, 6)]


def page(host: str, number: int = 0, due: float = 0, rank: Rank = Rank.FRESH) -> Task:
    return Task(f"https://{host}.example/{number}", TaskKind.PAGE, host, at(due), rank=rank)


def hosts_of(leases: Iterable[Lease]) -> list[str]:
    return list(dict.fromkeys(lease.task.outlet for lease in leases))


def test_hosts_with_fresh_work_come_first_then_those_claimed_longest_ago(store: Store) -> None:
    store.commit([], tasks=[page(host, n, due) for host, due in (("a", 2), ("b", 1), ("c", 0)) for n in range(3)])
    store.commit([], tasks=[page("old", n, -99, Rank.BACKFILL) for n in range(3)])

    def work(limit: int) -> list[str]:
        leases = store.claim(at(3), limit, HOUR, per_host=1)
        store.commit([], done=[Done(lease) for lease in leases], now=at(3))
        return hosts_of(leases)

    assert work(2) == ["c", "b"]
    assert work(2) == ["a", "c"]
    assert work(9) == ["b", "a", "c", "old"]
    assert work(9) == ["b", "a", "old"]
    store.commit([], tasks=[page("older", 1, -999, Rank.BACKFILL), page("old", 9, 2)])
    assert work(9) == ["old", "older"], "a fresh page has made it urgent"


def test_a_host_that_wants_a_pause_has_it_from_all(store: Store) -> None:
    store.commit([], tasks=[page("a", n) for n in range(3)])
    first = store.claim(at(1), 1, HOUR, per_host=1)
    store.commit([], done=[Done(lease, free_at=at(1) + HOUR) for lease in first], now=at(1))
    assert list(store.claim(at(1) + HOUR - timedelta(microseconds=1), 9, HOUR)) == []
    assert store.waiting(at(1)).next_at == at(1) + HOUR
    assert len(store.claim(at(1) + HOUR, 9, HOUR)) == 2


def test_a_clock_that_was_set_back_holds_nobody(store: Store) -> None:
    store.commit([], tasks=[page("a"), page("b"), page("b", 1, 0.5)])
    ahead = at(1) + timedelta(days=1)
    held = store.claim(ahead, 9, HOUR, per_host=1)
    store.commit([], done=[Done(held[1], free_at=ahead + 2 * HOUR)], now=ahead)
    again = store.claim(at(1), 9, HOUR)
    assert [lease.task.url for lease in again] == [page("a").url, page("b", 1).url]
    assert list(store.claim(at(1), 9, HOUR)) == []
    with pytest.raises(LeaseLost):
        store.commit([], done=[Done(held[0])], now=at(1))


def test_hosts_of_a_claim_are_bounded_and_named(store: Store) -> None:
    store.commit([], tasks=[page(host, number) for host in "abc" for number in range(3)])
    leases = store.claim(at(1), 99, HOUR, per_host=2, hosts=2)
    assert [lease.host for lease in leases] == ["a.example", "a.example", "b.example", "b.example"]


def test_released_tasks_are_due_as_before_and_lost_leases_are_passed_over(store: Store) -> None:
    store.commit([], tasks=[page("a", n) for n in range(2)])
    slept = store.claim(at(1), 9, HOUR)
    taken = store.claim(at(1) + HOUR, 9, HOUR)
    store.release(slept)
    assert list(store.claim(at(1) + HOUR, 9, HOUR)) == [], "the host is still held"
    store.release(taken)
    store.release(taken)
    again = store.claim(at(1) + HOUR, 9, HOUR)
    assert [lease.task for lease in again] == [lease.task for lease in slept]
    with pytest.raises(LeaseLost):
        store.commit([], done=[Done(taken[0])], now=at(1) + HOUR)


def test_a_worker_that_comes_late_does_not_free_a_host_that_another_holds(store: Store) -> None:
    store.commit([], tasks=[page("a", n) for n in range(3)])
    slept = store.claim(at(1), 9, HOUR, per_host=2)
    taken = store.claim(at(1) + HOUR, 9, HOUR, per_host=1)
    late = [lease for lease in slept if lease.task != taken[0].task]
    store.commit([], done=[Done(lease) for lease in late])  # without a clock: nobody else has taken this task
    assert list(store.claim(at(1) + HOUR, 9, HOUR)) == []
    store.commit([], done=[Done(lease) for lease in taken], now=at(1) + HOUR)
    assert len(store.claim(at(1) + HOUR, 9, HOUR)) == 1


def test_a_task_that_was_redirected_waits_at_the_other_host(store: Store) -> None:
    store.commit([], tasks=[page("a", 1), page("b", 1, 9)])
    (lease,) = store.claim(at(1), 9, HOUR)
    moved = Visit("https://b.example/new", hops=1)
    store.commit([], done=[Done(lease, moved, at(1))], now=at(1))
    store.commit([], tasks=[page("a", 2, 1), page("b", 2, 3)])
    b = store.claim(at(2), 9, HOUR, per_host=1)
    assert [(lease.task.url, lease.task.visit) for lease in b] == [
        (page("a", 1).url, moved),
        (page("a", 2).url, Visit()),
    ]
    assert list(store.claim(at(2), 9, HOUR)) == [], "it is the other host that is held"
    store.commit(
        [], done=[Done(b[0], moved, at(8)), Done(b[1])], tasks=[replace(page("a", 1, 5), again=True)], now=at(2)
    )
    assert [lease.task.url for lease in store.claim(at(5), 9, HOUR)] == [page("b", 2).url, page("a", 1).url]


def test_two_claimers_never_share_a_host(store: Store) -> None:
    tasks = [page(f"host{number % 10}", number) for number in range(200)]
    store.commit([], tasks=tasks)
    asked: list[str] = []
    asking: set[str] = set()
    wrong: list[str] = []

    def work() -> None:
        while leases := store.claim(at(1), 7, HOUR, per_host=3):
            hosts = hosts_of(leases)
            wrong.extend(asking & set(hosts))
            asking.update(hosts)
            asked.extend(lease.task.url for lease in leases)
            asking.difference_update(hosts)
            store.commit([], done=[Done(lease) for lease in leases], now=at(1))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work()  # what the last one left while it held hosts
    assert wrong == []
    assert sorted(asked) == sorted(task.url for task in tasks)


def test_an_expired_lease_comes_back_and_the_sleeper_stores_nothing(store: Store) -> None:
    store.commit([], tasks=[task(1), task(2)])
    slept = claimed(store, at(1))
    assert claimed(store, at(1) + HOUR - timedelta(microseconds=1)) == {}
    taken = claimed(store, at(1) + HOUR)
    assert set(taken) == set(slept)
    for now in (None, at(1), at(1) + HOUR):
        with pytest.raises(LeaseLost):
            store.commit(
                [Sighting(0, 0, "a").change], tasks=[task(3)], done=[Done(lease) for lease in slept.values()], now=now
            )
    assert store.last_change() == 0
    assert store.stats(LATER).outcomes == {}
    store.commit([Sighting(0, 0, "a").change], done=[Done(lease) for lease in taken.values()], now=at(1) + HOUR)
    assert store.last_change() == 1
    assert claimed(store, LATER) == {}


def test_a_lease_that_ran_out_is_lost_even_if_nobody_took_it(store: Store) -> None:
    store.commit([], tasks=[task(1)])
    (lease,) = claimed(store, at(1)).values()
    with pytest.raises(LeaseLost):
        store.commit([Sighting(0, 0, "a").change], done=[Done(lease)], now=lease.until)
    assert store.last_change() == 0
    assert claimed(store, lease.until) != {}


def test_one_lost_lease_of_several_loses_the_commit(store: Store) -> None:
    store.commit([], tasks=[task(1)])
    (lost,) = claimed(store, at(1)).values()
    store.commit([], tasks=[task(2)])
    (held,) = (lease for url, lease in claimed(store, at(1) + HOUR).items() if url == task(2).url)
    with pytest.raises(LeaseLost):
        store.commit([], done=[Done(held), Done(lost)], now=at(1) + HOUR)
    store.commit([], done=[Done(held)], now=at(1) + HOUR)
    store.commit([], tasks=[task(3)])
    for number, token in ((9, 0), (9, 1), (3, 0), (3, held.token)):  # of tasks nobody claimed
        with pytest.raises(LeaseLost):
            store.commit([], done=[Done(Lease(task(number), token, LATER))])


def test_a_commit_with_leases_can_be_repeated(store: Store) -> None:
    store.commit([], tasks=[task(1)])
    leases = store.claim(at(1), 9, HOUR)
    for now in (at(1), LATER):
        assert store.commit([Sighting(0, 0, "a").change], done=[Done(lease) for lease in leases], now=now) == 1
    assert claimed(store, LATER) == {}


def test_known_urls_are_ignored(store: Store) -> None:
    store.commit([], tasks=[task(1, 5), task(2, 5)])
    store.commit([], tasks=[task(1, 0)])
    assert claimed(store, at(4)) == {}
    leases = claimed(store, at(5))
    store.commit([], tasks=[replace(task(1, 6), again=True)])  # held, so not done
    store.commit([], tasks=[task(1, 6)], done=[Done(lease) for lease in leases.values()], now=at(5))
    store.commit([], tasks=[task(2, 6)])
    assert claimed(store, LATER) == {}


def test_what_is_asked_for_comes_forward(store: Store) -> None:
    store.commit([], tasks=[task(1, 5), task(2, 5)])
    store.commit([], tasks=[replace(task(1, 3), again=True), replace(task(2, 9), again=True)])
    assert set(claimed(store, at(3))) == {task(1).url}


def test_addresses_nobody_heard_of(store: Store) -> None:
    store.commit([], tasks=[task(1), task(2)])
    store.commit([], done=[Done(lease) for lease in store.claim(at(1), 1, HOUR, per_host=1)], now=at(1))
    urls = [task(number).url for number in range(4)]
    assert set(store.unheard(urls)) == {urls[0], urls[3]}
    assert set(store.unheard([])) == set()


def test_what_was_done_is_due_again_when_asked(store: Store) -> None:
    store.commit([], tasks=[task(1), task(2)])
    leases = list(store.claim(at(1), 9, HOUR))
    for _ in range(2):  # a repeated commit loses no lease, although the tasks are open again
        store.commit(
            [], tasks=[replace(task(1, 6), again=True), task(1, 7)], done=[Done(lease) for lease in leases], now=at(1)
        )
        assert claimed(store, at(5)) == {}
    (lease,) = claimed(store, at(6)).values()
    assert lease.task == task(1, 6)
    with pytest.raises(LeaseLost):
        store.commit([], done=[Done(lease)], now=at(7))
    assert set(claimed(store, at(7))) == {task(1).url}


def test_what_was_done_is_due_again_when_something_else_is_said_of_it(store: Store) -> None:
    first, second = Entry(task(1).url, "عنوان"), Entry(task(1).url, "عنوان آخر")
    store.commit([], tasks=[replace(task(1), hint=first)])
    store.commit([], done=[Done(lease) for lease in store.claim(at(1), 9, HOUR)], now=at(1))
    for unchanged in (first, None):
        store.commit([], tasks=[replace(task(1), hint=unchanged)])
        assert claimed(store, at(2)) == {}
    store.commit([], tasks=[replace(task(1, 3), hint=second)])
    assert claimed(store, at(2)) == {}
    (lease,) = claimed(store, at(3)).values()
    assert lease.task == replace(task(1, 3), hint=second)


def done(store: Store, visit: Visit, due: datetime | None = None, now: datetime = START + STEP) -> None:
    """Work off the one task that is due."""
    (lease,) = store.claim(now, 9, HOUR)
    store.commit([], done=[Done(lease, visit, due)], now=now)


def test_feeds_that_describe_one_page_differently_make_it_due_once_each(store: Store) -> None:
    one, other = (replace(task(1), hint=Entry(task(1).url, title)) for title in ("عنوان", "عنوان آخر"))
    store.commit([], tasks=[one])
    done(store, Visit())
    store.commit([], tasks=[other])
    done(store, Visit())
    for _ in range(3):
        store.commit([], tasks=[one, other])
        assert claimed(store, LATER) == {}


@pytest.mark.parametrize("change", [{"summary": "آخر"}, {"body": "<p>آخر</p>"}, {"modified": START + HOUR}])
def test_a_feed_that_says_another_thing_than_before_makes_a_page_due(store: Store, change: dict[str, Any]) -> None:
    said = replace(task(1), hint=Entry(task(1).url, "عنوان", "ملخص", modified=START), named_by="https://a.example/rss")
    other = replace(said, hint=Entry(task(1).url, "عنوان", "كما يقول غيره"), named_by="https://b.example/rss")
    store.commit([], tasks=[said])
    done(store, Visit())
    assert said.hint
    assert other.hint
    for names, due in (
        ([said, other, said, other], False),
        ([replace(said, hint=replace(said.hint, **change))], True),
        ([said, other], False),
        ([replace(other, hint=replace(other.hint, **change))], True),
        ([said, other], False),
    ):
        store.commit([], tasks=names)
        assert bool(claimed(store, LATER)) == due
        if due:
            done(store, Visit())


def test_news_of_a_page_brings_it_forward_less_and_less(store: Store) -> None:
    store.commit([], tasks=[replace(task(1), hint=Entry(task(1).url, "0"))])
    done(store, Visit(visited_at=at(1), every=6 * HOUR), at(2))
    store.commit([], tasks=[replace(task(1), hint=Entry(task(1).url, "1"))])
    assert claimed(store, at(1) + HOUR - timedelta(microseconds=1)) == {}
    (lease,) = claimed(store, at(1) + HOUR).values()
    assert lease.task.hint == Entry(task(1).url, "1")


@pytest.mark.parametrize("due", [None, LATER], ids=["done", "due later"])
def test_news_of_a_page_that_is_held_makes_it_due_again(store: Store, due: datetime | None) -> None:
    store.commit([], tasks=[replace(task(1), hint=Entry(task(1).url, "0"))])
    (lease,) = store.claim(at(1), 9, HOUR)
    store.commit([], tasks=[replace(task(1, 3), hint=Entry(task(1).url, "1"))])
    store.commit([], done=[Done(lease, Visit(), due)], now=at(1))
    assert claimed(store, at(2)) == {}
    (again,) = store.claim(at(3), 9, HOUR)
    assert again.task.hint == Entry(task(1).url, "1")
    store.commit([], done=[Done(again, Visit(gone=True))], now=at(3))
    assert claimed(store, LATER) == {}


def test_what_is_gone_comes_back_only_if_asked_for(store: Store) -> None:
    watched = replace(task(1), hint=Entry(task(1).url, "0"), watch=True, rank=Rank.FEED)
    store.commit([], tasks=[watched])
    done(store, Visit(gone=True))
    store.commit([], tasks=[replace(watched, hint=Entry(task(1).url, "1")), replace(watched, hint=None)])
    assert claimed(store, LATER) == {}
    store.commit([], tasks=[replace(task(1), again=True)])
    assert set(claimed(store, LATER)) == {task(1).url}


def test_a_feed_to_be_watched_is_never_left_done_and_a_page_is(store: Store) -> None:
    feed, known = replace(task(1), watch=True, rank=Rank.FEED), replace(task(2), watch=True)
    store.commit([], tasks=[replace(feed, watch=False), known])
    store.commit([], done=[Done(lease) for lease in claimed(store, at(1)).values()], now=at(1))
    store.commit([], tasks=[feed, known])
    (lease,) = claimed(store, at(1)).values()
    assert (lease.task.url, lease.task.watch) == (feed.url, True)
    store.commit([], done=[Done(lease)], now=at(1))
    store.commit([], tasks=[feed, known])
    assert set(claimed(store, at(1))) == {feed.url}


HOSTS = "abc"
steps = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.integers(1, 4)),
        st.tuples(st.just("wait"), st.integers(1, 70)),
        st.tuples(st.just("finish"), st.integers(0, 9)),
        st.tuples(st.just("release"), st.integers(0, 9)),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(steps)
@example([("claim", 1), ("claim", 1)])
def test_lease_rules_hold_whatever_workers_do(new_store: NewStore, given_steps: list[tuple[str, int]]) -> None:
    store = new_store()
    every = {page(host, number).url: host for host in HOSTS for number in range(3)}
    store.commit([], tasks=[page(host, number) for host in HOSTS for number in range(3)])
    now, leases, finished = at(1), list[Lease](), set[str]()
    holder: dict[str, Lease] = {}
    released: set[int] = set()

    def holds(lease: Lease) -> bool:
        """Whether it is the present lease of its task and has not run out."""
        return holder[lease.task.url] == lease and lease.token not in released and now < lease.until

    for step, number in given_steps:
        if step == "wait":
            now += timedelta(minutes=number)
        elif step == "claim":
            held = {lease.task.outlet for url, lease in holder.items() if url not in finished and holds(lease)}
            free = {url for url, host in every.items() if url not in finished and host not in held}
            got = store.claim(now, number, HOUR, per_host=2)
            assert {lease.task.url for lease in got} <= free
            most = sum(min(2, sum(every[url] == host for url in free)) for host in HOSTS)
            assert len(got) == min(number, most)
            holder |= {lease.task.url: lease for lease in got}
            leases += got
        elif leases:
            lease = leases[number % len(leases)]
            url, before = lease.task.url, store.last_change()
            if step == "release":
                store.release([lease])
                if holder[url] == lease and url not in finished:
                    released.add(lease.token)
                continue
            change = Sighting(before, 0, "a").change
            if (url in finished and holder[url] == lease) or (url not in finished and holds(lease)):
                finished.add(url)
                assert store.commit([change], done=[Done(lease)], now=now) == before + 1
            else:
                with pytest.raises(LeaseLost):
                    store.commit([change], done=[Done(lease)], now=now)
                assert store.last_change() == before
    store.close()


# --- several threads --------------------------------------------------------------------------------------


def test_readers_see_whole_commits_while_others_write(store: Store) -> None:
    batch, rounds = 20, 10
    wrong: list[object] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            stats = store.stats(LATER)
            if stats.articles % batch or stats.outcomes.get("new", 0) != stats.articles:
                wrong.append(stats)
            if len(store.latest(LATER, 1000)) % batch:
                wrong.append("latest")

    def write(worker: int) -> None:
        for number in range(rounds):
            begin = (worker * rounds + number) * batch
            commit(store, [Sighting(begin + n, n % 3, "a") for n in range(batch)])

    readers = [threading.Thread(target=read) for _ in range(3)]
    writers = [threading.Thread(target=write, args=(worker,)) for worker in range(2)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    ended.set()
    for thread in readers:
        thread.join()
    assert wrong == []
    assert store.stats(LATER).articles == 2 * rounds * batch
    assert sorted(log_of(store)) == [id_of(n) for n in range(2 * rounds * batch)]


def test_close_can_be_called_twice_and_ends_all(new_store: NewStore) -> None:
    store = new_store()
    commit(store, [Sighting(0, 0, "a")])
    store.close()
    store.close()
    with pytest.raises(WarraqError):
        store.stats(LATER)
    with pytest.raises(WarraqError):
        commit(store, [Sighting(1, 0, "a")])
