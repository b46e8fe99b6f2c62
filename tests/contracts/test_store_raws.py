"""What every store promises of raw documents: what was taken back was never there; what is made anew replaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from threading import Thread

from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_store import (
    ARTICLES,
    LAST,
    LATER,
    MOMENTS,
    Model,
    NewStore,
    Sighting,
    answers,
    at,
    digest_of,
    id_of,
    log_of,
    sightings,
    timeless,
)

from warraq.ports import Store
from warraq.types import Analysis, Change, Entry, Outcome, Placement, Raw, Reason, Task, TaskKind, micros


def raw_of(number: int, sighting: Sighting) -> Raw:
    return Raw("a.warc.gz", number * 100, 100, sighting.value.url, at(sighting.step), sighting.outlet)


def kept(store: Store, given_sightings: Sequence[Sighting]) -> list[Raw]:
    """The raw documents of these sightings, as the store keeps them."""
    store.commit([replace(s.change, raw=raw_of(n, s)) for n, s in enumerate(given_sightings)])
    return list(store.raws(0, 999))


def anew(store: Store, raw: Raw, made: Sighting | None) -> None:
    """A raw document makes this sighting now, or none."""
    rejected = Change(raw.url, Outcome.REJECTED, Reason.NO_BODY, outlet=raw.outlet, seen_at=raw.fetched_at)
    store.commit([replace(rejected if made is None else made.change, raw=raw)])


def assert_equals(store: Store, model: Model) -> None:
    assert timeless(store) == model.timeless()
    for step in MOMENTS:
        assert answers(store, step) == model.answers(step)


def assert_derived_fits(store: Store, model: Model) -> None:
    """Checkpoints and placements that are left are those of the first articles there are."""
    firsts = [(micros(at(f.step)), id_of(f.article)) for f in model.firsts(LAST)]
    assert all((at, id) == firsts[articles - 1] for articles, at, id in store.saved_backgrounds())
    placed = store.placements([id_of(article) for article in ARTICLES], LATER)
    assert sorted((p.at, p.article) for p in placed.values()) == firsts[: len(placed)]
    assert store.last_placed() == (firsts[len(placed) - 1] if placed else None)


unique = st.lists(sightings, max_size=8, unique_by=lambda s: (s.article, s.step))
outcomes = st.lists(st.sampled_from([None, "same", "a", "b", "c"]), min_size=8, max_size=8)


@settings(max_examples=60, deadline=None)
@given(unique, outcomes, st.booleans())
@example([Sighting(0, 0, "a"), Sighting(0, 1, "b"), Sighting(0, 2, "a")], [None, None, *["same"] * 6], True)
@example([Sighting(0, 0, "a"), Sighting(0, 2, "a"), Sighting(1, 1, "c")], ["same", None, "b", *["same"] * 5], True)
def test_an_archive_derived_anew_equals_one_that_was_always_so(
    new_store: NewStore, first: list[Sighting], made: list[str | None], derived: bool
) -> None:
    store = new_store()
    raws = kept(store, first)
    before = Model(first)
    if derived:
        firsts = before.firsts(LAST)
        positions = [(micros(at(f.step)), id_of(f.article)) for f in firsts]
        for number, position in enumerate(positions, 1):
            assert store.save_background(number, position, b"")
        assert store.place([Placement(id, when, id, id) for when, id in positions], None)
    now: list[Sighting] = []
    for raw, sighting, what in zip(raws, first, made, strict=False):
        assert (raw.article, raw.digest) == (id_of(sighting.article), digest_of(sighting.content))
        if what is None:
            anew(store, raw, None)
        else:
            now.append(sighting if what == "same" else replace(sighting, content=what))
            anew(store, raw, now[-1])
    after = Model(now)
    assert_equals(store, after)
    assert_derived_fits(store, after)
    outcomes = store.stats(LATER).outcomes
    assert sum(outcomes.values()) == len(first), "what is derived anew was counted when it came"
    by_moment = {(id_of(s.article), at(s.step)): digest_of(s.content) for s in now}
    for raw in store.raws(0, 999):
        assert raw.digest == (by_moment[raw.article, raw.fetched_at] if raw.article else b"")
    store.close()


def test_what_is_made_anew_with_the_same_digest_replaces_the_content(store: Store) -> None:
    first, second = Sighting(0, 0, "a"), Sighting(0, 2, "a")
    (raw, _) = kept(store, [first, second])
    log = log_of(store)
    better = replace(first.value, credit=("رويترز",), outlet="sada", keywords=())
    store.commit([replace(first.change, article=better, analysis=Analysis(9, b"t", b"s"), raw=raw)])
    (revision,) = store.revisions(id_of(0), LATER)
    assert revision.article == better
    assert store.analyses([revision.key])[revision.key] == Analysis(9, b"t", b"s")
    assert [(c.outlet.id, c.articles) for c in store.outlets(LATER)] == [("sada", 1)]
    assert log_of(store) == [*log, id_of(0)]


def test_a_key_of_what_was_taken_back_is_not_given_again(store: Store) -> None:
    (raw,) = kept(store, [Sighting(0, 0, "a")])
    (gone,) = store.revisions(id_of(0), LATER)
    anew(store, raw, None)
    anew(store, raw, Sighting(1, 0, "b"))
    (revision,) = store.revisions(id_of(1), LATER)
    assert revision.key > gone.key
    assert store.analyses([gone.key]) == {}


def test_raw_documents_are_read_in_parts_and_dropped_by_file(store: Store) -> None:
    numbers = count()
    made = [Sighting(n % 4, n, "a") for n in range(6)]
    raws = [replace(raw_of(next(numbers), s), file="ab"[n % 2], outlet=s.outlet) for n, s in enumerate(made)]
    asked = Task("https://sada.example/x", TaskKind.PAGE, "sada", hint=Entry("https://sada.example/x", "عنوان", "ملخص"))
    raws[0] = replace(raws[0], task=asked)
    refused = Change("x", Outcome.REJECTED, Reason.NO_TITLE, outlet="sada", seen_at=at(9))
    store.commit(
        [*(replace(s.change, raw=raw) for s, raw in zip(made, raws, strict=True)), replace(refused, raw=raws[0])]
    )
    whole = list(store.raws(0, 99))
    assert [replace(raw, key=0, article="", digest=b"") for raw in whole] == [*raws, raws[0]]
    assert whole[0].task == asked
    assert (whole[-1].article, whole[-1].digest) == ("", b"")
    assert list(store.raws(whole[1].key, 3)) == whole[2:5]
    assert list(store.raws(0, 99, outlet="sada")) == [raw for raw in whole if raw.outlet == "sada"]
    assert list(store.raws(0, 99, until=at(2))) == [raw for raw in whole if raw.fetched_at < at(2)]
    assert store.drop_raws("a") == 4
    assert {raw.file for raw in store.raws(0, 99)} == {"b"}
    assert store.drop_raws("a") == 0
    assert store.stats(LATER).articles == 4


def test_what_was_learned_is_kept_with_the_pages_that_taught_it(store: Store) -> None:
    store.commit([Sighting(0, 0, "a").change], knowledge={"sada": lambda was: was + b"1", "nahda": lambda was: b"2"})
    store.commit([], knowledge={"sada": lambda was: was + b"3"})
    assert store.knowledge(["sada", "nahda", "nobody"]) == {"sada": b"13", "nahda": b"2"}


def test_what_several_workers_learn_at_once_is_all_kept(store: Store) -> None:
    def learn(name: bytes) -> None:
        for _ in range(25):
            store.commit([], knowledge={"sada": lambda was: was + name})

    workers = [Thread(target=learn, args=(name,)) for name in (b"1", b"2")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(store.knowledge(["sada"])["sada"]) == sorted(b"12" * 25)


def test_analyses_of_another_recipe_are_found_and_renewed(store: Store) -> None:
    store.commit([replace(Sighting(0, 0, "a").change, analysis=None), Sighting(1, 1, "b").change])
    assert store.save_background(1, (micros(at(0)), id_of(0)), b"")
    assert store.place([Placement(id_of(0), micros(at(0)), id_of(0), id_of(0))], None)
    assert [article for _, article in store.outdated(3, 0, 9)] == [Sighting(0, 0, "a").value]
    stale = store.outdated(4, 0, 9)
    assert [article for _, article in stale] == [Sighting(0, 0, "a").value, Sighting(1, 1, "b").value]
    assert store.outdated(4, stale[0][0], 1) == stale[1:]
    store.renew({key: Analysis(4, b"new", b"") for key, _ in stale})
    assert list(store.outdated(4, 0, 9)) == []
    assert {a.terms for a in store.analyses([key for key, _ in stale]).values()} == {b"new"}
    assert list(store.saved_backgrounds()) == []
    assert store.last_placed() is None


def test_what_was_forgotten_leaves_nothing_behind(store: Store) -> None:
    first, other = Sighting(0, 0, "a"), Sighting(1, 1, "b")
    kept(store, [first, other, Sighting(0, 2, "c")])
    store.commit([], tasks=[Task(first.value.url)])
    assert store.forget(id_of(0), "a court said so", at(3)) is not None
    assert_equals(store, Model([other]))
    assert [raw.article for raw in store.raws(0, 99)] == [id_of(1)]
    store.commit([replace(first.change, raw=raw_of(9, first))])
    assert_equals(store, Model([other]))
    assert store.stats(LATER).outcomes["rejected:forgotten"] == 1
    assert len(store.raws(0, 99)) == 1
