"""The promises of `ports.Index`, each run against every implementation."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warraq.errors import ArchiveCorrupt, ArchiveError, ArchiveLocked
from warraq.indexes.tantivy import TantivyIndex, erase
from warraq.ports import Index
from warraq.types import FOREVER, Clause, IndexDocument, Match, Query, micros

Opener = Callable[[], Index]
DAY = datetime(2025, 2, 1, tzinfo=UTC)
STEMS = ["سلام", "حفظ", "سلاح", "نفط", "ميناء", "وزير", "قمة", "مطر", "لقاح", "قطار"]


def name(number: int) -> str:
    """A valid article id."""
    digits = "0123456789abcdefghijklmnopqrstuv"
    return "".join(digits[(number * 7919 >> shift) & 31] for shift in range(55, -1, -5))


def at(minute: int) -> datetime:
    return DAY + timedelta(minutes=minute)


def document(
    number: int,
    title: str,
    body: str = "",
    *,
    seen: int = 0,
    until: int | None = None,
    outlet: str = "nahda",
    key: int = 0,
) -> IndexDocument:
    """A document whose folded words are its stems with an article in front, seen `seen` minutes into the day."""
    end = FOREVER if until is None else micros(at(until))
    glued = [" ".join("ال" + w for w in text.split()) for text in (title, body)]
    moment = micros(at(seen))
    return IndexDocument(
        name(number), key or number + 1000, outlet, title, body, glued[0], glued[1], moment, end, moment
    )


def word(stem: str, folded: str | None = None) -> Clause:
    return Clause((stem,), (folded or "ال" + stem,))


def phrase(*stems: str) -> Clause:
    return Clause(stems, tuple("ال" + s for s in stems))


def fill(index: Index, documents: Sequence[IndexDocument], upto: int = 1) -> None:
    index.apply({d.article for d in documents}, documents, upto)


def ids(matches: Sequence[Match]) -> list[str]:
    return [m.article for m in matches]


def found(index: Index, *must: Clause, when: datetime | None = None, **more: object) -> list[str]:
    return ids(index.search(Query(must, **more), when or at(1000), 50).matches)  # type: ignore[arg-type]


@pytest.fixture(params=["tantivy in memory", "tantivy on disk"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens new, empty indexes of one implementation, and closes them afterwards."""
    opened: list[Index] = []

    def new() -> Index:
        path = tmp_path / f"index{len(opened)}" if request.param.endswith("disk") else None
        opened.append(TantivyIndex(path))
        return opened[-1]

    yield new
    for index in opened:
        index.close()


@pytest.fixture
def index(opener: Opener) -> Index:
    return opener()


# --- applied, apply, clear, close -------------------------------------------------------------------------


def test_an_empty_index_has_applied_nothing_and_finds_nothing(index: Index) -> None:
    assert index.applied() == 0
    assert index.search(Query((word("سلام"),)), at(0), 10).matches == ()
    assert index.search(Query(()), at(0), 10).total == 0
    assert list(index.neighbours([("سلام", 3)], at(0), 10)) == []


def test_applied_is_what_apply_was_told(index: Index) -> None:
    fill(index, [document(1, "سلام")], upto=7)
    assert index.applied() == 7
    index.apply((), (), 12)
    assert index.applied() == 12
    assert index.search(Query(()), at(0), 10).total == 1, "the note of what was applied is not a document"


def test_documents_are_visible_when_apply_returns(index: Index) -> None:
    for number in range(5):
        fill(index, [document(number, "سلام")], number + 1)
        assert len(index.neighbours([("سلام", 1)], at(0), 10)) == number + 1


def test_replaced_articles_lose_all_their_documents(index: Index) -> None:
    fill(index, [document(1, "سلام", until=5), document(1, "نفط", seen=5), document(2, "سلام نفط")])
    fill(index, [document(1, "مطر")], 2)
    assert found(index, word("نفط")) == [name(2)]
    assert found(index, word("مطر")) == [name(1)]
    index.apply([name(1)], [], 3)
    assert found(index, word("مطر")) == []


def test_applying_again_changes_nothing(index: Index) -> None:
    documents = [document(n, "سلام حفظ") for n in range(9)]
    fill(index, documents, 4)
    before = index.search(Query((word("سلام"),)), at(9), 20)
    fill(index, documents, 4)
    after = index.search(Query((word("سلام"),)), at(9), 20)
    assert (before.total, ids(before.matches)) == (after.total, ids(after.matches))


def test_an_apply_that_fails_leaves_nothing(index: Index) -> None:
    fill(index, [document(1, "سلام")], 1)

    def broken() -> Iterator[IndexDocument]:
        yield document(2, "سلام")
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError, match="went away"):
        index.apply([name(1)], broken(), 2)
    with pytest.raises(ArchiveError):
        index.apply([name(1)], [document(2, "سلام"), replace(document(3, "سلام"), key=1 << 70)], 2)
    assert index.applied() == 1
    fill(index, [document(4, "سلام")], 3)
    assert sorted(found(index, word("سلام"))) == sorted([name(1), name(4)])


def test_clear_forgets_everything(index: Index) -> None:
    fill(index, [document(1, "سلام")], 3)
    index.clear()
    assert index.applied() == 0
    assert found(index, word("سلام")) == []
    fill(index, [document(2, "سلام")], 1)
    assert found(index, word("سلام")) == [name(2)]


def test_closing_twice_is_safe(index: Index) -> None:
    fill(index, [document(1, "سلام")])
    index.close()
    index.close()


# --- as of ------------------------------------------------------------------------------------------------


def test_only_the_state_in_force_is_found(index: Index) -> None:
    fill(index, [document(1, "سلام", seen=10, until=20, key=1), document(1, "سلام نفط", seen=20, key=2)])
    for minute, key in ((9, []), (10, [1]), (19, [1]), (20, [2]), (99, [2])):
        assert [m.key for m in index.search(Query((word("سلام"),)), at(minute), 5).matches] == key
        assert [m.key for m in index.neighbours([("سلام", 1)], at(minute), 5)] == key


# --- search -----------------------------------------------------------------------------------------------


def test_every_clause_must_match_and_none_of_the_excluded(index: Index) -> None:
    fill(index, [document(1, "سلام", "نفط"), document(2, "سلام", "مطر"), document(3, "نفط", "مطر")])
    assert sorted(found(index, word("سلام"), word("نفط"))) == [name(1)]
    assert found(index, word("سلام"), must_not=(word("نفط"),)) == [name(2)]
    assert sorted(found(index, must_not=(word("سلام"),))) == [name(3)]


def test_a_phrase_is_exact_and_does_not_cross_from_title_to_body(index: Index) -> None:
    fill(index, [document(1, "قمة", "حفظ سلام نفط"), document(2, "قمة", "سلام حفظ"), document(3, "حفظ", "سلام")])
    assert found(index, phrase("حفظ", "سلام")) == [name(1)]
    assert sorted(found(index, must_not=(phrase("حفظ", "سلام"),))) == sorted([name(2), name(3)])


def test_a_match_in_the_title_ranks_higher(index: Index) -> None:
    fill(index, [document(1, "نفط", "سلام " * 3), document(2, "سلام", "نفط مطر قمة"), document(3, "قمة", "وزير")])
    assert found(index, word("سلام"))[0] == name(2)


def test_the_exact_word_ranks_higher_than_its_relatives(index: Index) -> None:
    one, two = document(1, "قمة", "سلام"), document(2, "قمة", "سلام")
    fill(index, [replace(one, folded_body="السلامة"), replace(two, folded_body="السلام"), document(3, "نفط", "مطر")])
    assert found(index, word("سلام", "السلام")) == [name(2), name(1)]
    assert found(index, word("سلام", "السلامة")) == [name(1), name(2)]


def test_outlets_and_dates_filter(index: Index) -> None:
    fill(index, [document(n, "سلام", seen=n, outlet=f"o{n % 3}") for n in range(9)])
    assert sorted(found(index, word("سلام"), outlets=("o1",))) == sorted(name(n) for n in (1, 4, 7))
    assert sorted(found(index, word("سلام"), outlets=("o1", "o2", "none"))) == sorted(
        name(n) for n in (1, 2, 4, 5, 7, 8)
    )
    assert sorted(found(index, word("سلام"), published_from=at(2), published_to=at(4))) == sorted([name(2), name(3)])
    assert sorted(found(index, outlets=("o0",), published_to=at(6))) == sorted([name(0), name(3)])


def test_total_counts_all_and_pages_join_without_gap(index: Index) -> None:
    fill(index, [document(n, "سلام" if n % 2 else "سلام نفط", "مطر " * (n % 5), seen=n % 3) for n in range(60)])
    for newest in (False, True):
        query = Query((word("سلام"),), newest_first=newest)
        whole = index.search(query, at(5), 60)
        assert whole.total == len(set(ids(whole.matches))) == 60
        parts = [index.search(query, at(5), 7, offset) for offset in range(0, 63, 7)]
        assert [m for part in parts for m in part.matches] == list(whole.matches)
        assert {part.total for part in parts} == {60}


def test_newest_first_is_by_publication(index: Index) -> None:
    order = [4, 1, 3, 0, 2]
    fill(index, [document(n, "سلام " * (n + 1), seen=order[n]) for n in range(5)])
    assert found(index, word("سلام"), newest_first=True) == [name(n) for n in sorted(range(5), key=lambda n: -order[n])]


def test_equal_scores_keep_one_order_in_every_layout(opener: Opener) -> None:
    documents = [document(n, "سلام", "نفط") for n in range(200)]
    one, two = opener(), opener()
    fill(one, documents)
    for start in range(0, 200, 40):
        fill(two, documents[::-1][start : start + 40], start + 1)
    query = Query((word("سلام"),))
    assert ids(one.search(query, at(1), 10, 5).matches) == ids(two.search(query, at(1), 10, 5).matches)


# --- neighbours -------------------------------------------------------------------------------------------


def test_neighbours_are_by_the_sum_of_weights(index: Index) -> None:
    fill(index, [document(1, "سلام", "سلام سلام"), document(2, "نفط", "سلام"), document(3, "مطر"), document(4, "قمة")])
    got = index.neighbours([("سلام", 3), ("نفط", 2), ("مطر", 4)], at(0), 10)
    assert [(m.article, m.score) for m in got] == [(name(2), 5.0), (name(3), 4.0), (name(1), 3.0)]
    assert list(index.neighbours([], at(0), 10)) == []
    assert list(index.neighbours([("سلام", 1)], at(0), 0)) == []


def test_a_group_of_equals_is_never_cut(index: Index) -> None:
    fill(index, [document(n, "سلام نفط" if n < 3 else "سلام") for n in range(10)])
    terms = [("سلام", 1), ("نفط", 1)]
    assert ids(index.neighbours(terms, at(0), 5)) == sorted(name(n) for n in range(3))
    assert len(index.neighbours(terms, at(0), 10)) == 10
    assert len(index.neighbours(terms, at(0), 3)) == 3


def test_when_all_are_equal_the_first_by_id_come(index: Index) -> None:
    fill(index, [document(n, "سلام") for n in range(40)])
    assert ids(index.neighbours([("سلام", 1)], at(0), 5)) == sorted(name(n) for n in range(40))[:5]


def test_neighbours_are_found_below_many_that_were_not_in_force(index: Index) -> None:
    later = [document(n, "سلام نفط", seen=5) for n in range(300)]
    gone = [document(n, "سلام نفط", until=2) for n in range(300, 600)]
    held = [document(n, "سلام") for n in range(600, 605)]
    index.apply([], [*later, *gone, *held], 1)
    terms = [("سلام", 1), ("نفط", 1)]
    assert len(index.neighbours(terms, at(9), 400)) == 305
    for _ in range(2):
        assert ids(index.neighbours(terms, at(3), 10)) == sorted(name(n) for n in range(600, 605))
        assert len(index.neighbours(terms, at(1), 400)) == 305


def make(seed: int, count: int) -> list[IndexDocument]:
    """A random archive: states of articles over the first 100 minutes."""
    rng = random.Random(seed)
    documents = []
    for number in range(count):
        seen = rng.randrange(100)
        change = rng.choice([None, None, seen + 1 + rng.randrange(30)])
        texts = [" ".join(rng.choices(STEMS, k=rng.randint(1, 4))) for _ in range(4)]
        documents.append(document(number, texts[0], texts[1], seen=seen, until=change, key=2 * number + 1))
        if change is not None:
            documents.append(document(number, texts[2], texts[3], seen=change, key=2 * number + 2))
    return documents


def ended(documents: Sequence[IndexDocument], when: datetime) -> list[IndexDocument]:
    """The documents of the archive that ended at `when`."""
    known = [d for d in documents if d.seen_at <= micros(when)]
    return [replace(d, until=FOREVER) if d.until > micros(when) else d for d in known]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), minute=st.integers(0, 110), limit=st.integers(1, 40), batch=st.integers(7, 60))
def test_neighbours_depend_only_on_what_was_seen_by_then(
    opener: Opener, seed: int, minute: int, limit: int, batch: int
) -> None:
    """An index with later documents, other batches, another order and replaced articles answers exactly the same."""
    documents, when = make(seed, 80), at(minute)
    short, long = opener(), opener()
    fill(short, ended(documents, when))
    rng = random.Random(seed)
    shuffled = sorted({d.article for d in documents})
    rng.shuffle(shuffled)
    fill(long, [document(n, " ".join(STEMS)) for n in range(80)], 1)  # to be replaced, every one
    for start in range(0, len(shuffled), batch):
        part = set(shuffled[start : start + batch])
        fill(long, [d for d in documents if d.article in part], start + 2)
    terms = [(stem, rng.randint(1, 20)) for stem in rng.sample(STEMS, rng.randint(1, 10))]
    assert list(short.neighbours(terms, when, limit)) == list(long.neighbours(terms, when, limit))
    query = Query((word(terms[0][0]),))
    early, late = short.search(query, when, 200), long.search(query, when, 200)
    assert early.total == late.total
    assert sorted((m.article, m.key) for m in early.matches) == sorted((m.article, m.key) for m in late.matches)
    short.close()
    long.close()


# --- landmarks --------------------------------------------------------------------------------------------


def test_carriers_are_found_by_how_many_landmarks_they_hold(index: Index) -> None:
    marks = [(1, 2, 3), (2, 3, 4_294_967_295), (9,), ()]
    fill(index, [replace(document(n, "سلام", seen=n), landmarks=m) for n, m in enumerate(marks)])
    got = index.carrying([1, 2, 3, 4_294_967_295], at(5), 10)
    assert sorted((m.article, m.score) for m in got) == sorted([(name(0), 3), (name(1), 3)])
    assert ids(index.carrying([9, 1], at(1), 10)) == [name(0)]
    assert ids(index.carrying([9, 1], at(2), 10)) == sorted([name(0), name(2)])
    assert list(index.carrying([], at(5), 10)) == []
    assert list(index.carrying([77], at(5), 10)) == []
    assert list(index.carrying([1], at(5), 0)) == []
    assert [(m.article, m.score) for m in index.carrying([1, 2, 9], at(5), 10, 2)] == [(name(0), 2)]
    assert list(index.carrying([1, 2, 3], at(5), 10, 4)) == []


def test_a_replaced_state_carries_nothing_any_more(index: Index) -> None:
    old = replace(document(1, "سلام", seen=0, until=5, key=1), landmarks=(7,))
    fill(index, [old, replace(document(1, "نفط", seen=5, key=2), landmarks=(8,))])
    assert [m.key for m in index.carrying([7, 8], at(4), 5)] == [1]
    assert [m.key for m in index.carrying([7, 8], at(5), 5)] == [2]


# --- Tantivy on disk --------------------------------------------------------------------------------------


def test_what_was_applied_is_there_after_reopening(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "ix")
    fill(index, [document(1, "حفظ سلام")], 5)
    index.close()
    again = TantivyIndex(tmp_path / "ix")
    assert again.applied() == 5
    assert found(again, phrase("حفظ", "سلام")) == [name(1)]
    fill(again, [document(1, "نفط")], 6)
    assert found(again, word("سلام")) == []
    again.close()


def test_readers_follow_a_writer_and_a_second_writer_is_refused(tmp_path: Path) -> None:
    writer, reader = TantivyIndex(tmp_path / "ix"), TantivyIndex(tmp_path / "ix")
    fill(writer, [document(1, "سلام")], 1)
    assert reader.applied() == 1
    assert found(reader, word("سلام")) == [name(1)]
    with pytest.raises(ArchiveLocked):
        fill(reader, [document(2, "سلام")], 2)
    writer.close()
    fill(reader, [document(2, "سلام")], 2)
    assert writer.applied() == 2
    reader.close()


def test_another_process_reads_while_this_one_writes(tmp_path: Path) -> None:
    writer = TantivyIndex(tmp_path / "ix")
    fill(writer, [document(1, "سلام")], 3)
    code = (
        "import sys; from pathlib import Path; from warraq.indexes.tantivy import TantivyIndex\n"
        "print(TantivyIndex(Path(sys.argv[1])).applied())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "ix")], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == "3"
    writer.close()


def test_an_index_of_another_recipe_or_of_something_else_is_refused(tmp_path: Path) -> None:
    index = TantivyIndex(tmp_path / "ix", recipe=1)
    fill(index, [document(1, "سلام")])
    index.close()
    with pytest.raises(ArchiveCorrupt):
        TantivyIndex(tmp_path / "ix", recipe=2)
    erase(tmp_path / "ix")
    assert TantivyIndex(tmp_path / "ix", recipe=2).applied() == 0


@pytest.mark.parametrize("damage", ["cut", "overwritten", "gone"])
@pytest.mark.parametrize("kind", ["meta.json", ".idx", ".term", ".pos", ".fast", ".fieldnorm"])
def test_a_damaged_index_is_refused_at_opening_and_can_be_rebuilt(tmp_path: Path, kind: str, damage: str) -> None:
    path = tmp_path / "ix"
    index = TantivyIndex(path)
    fill(index, [document(n, "سلام نفط", "مطر قمة") for n in range(50)], 1)
    index.close()
    victim = next(file for file in path.iterdir() if file.name.endswith(kind))
    if damage == "gone":
        victim.unlink()
    else:
        data = victim.read_bytes()
        victim.write_bytes(data[: len(data) // 2] if damage == "cut" else b"\x00" * len(data))
    if kind == "meta.json" and damage == "gone":
        assert TantivyIndex(path).applied() == 0, "without its list of segments it is an empty index"
        return
    with pytest.raises(ArchiveCorrupt):
        TantivyIndex(path)
    erase(path)
    again = TantivyIndex(path)
    fill(again, [document(1, "سلام")], 1)
    assert found(again, word("سلام")) == [name(1)]
    again.close()
