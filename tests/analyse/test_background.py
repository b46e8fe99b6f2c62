"""Document frequencies."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.analyse.background import Background, checkpoints
from warraq.analyse.vectors import TERM, Vector
from warraq.analyse.weights import RARE, TELLING, strength

Archive = list[list[int]]
archives = st.lists(st.lists(st.integers(1, 40) | st.integers(2**32 - 5, 2**32 - 1), max_size=12), max_size=20)


def vector(terms: list[int]) -> Vector:
    made = np.zeros(len(set(terms)), TERM)
    made["term"] = sorted(set(terms))
    return made


def counted(archive: Archive) -> Background:
    return Background().merge([vector(terms) for terms in archive])


def same(one: Background, two: Background) -> bool:
    return (
        one.articles == two.articles
        and np.array_equal(one.codes, two.codes)
        and np.array_equal(one.counts, two.counts)
        and one.codes.dtype == two.codes.dtype
    )


@given(archives)
def test_frequencies_are_those_of_a_plain_count(archive: Archive) -> None:
    background = counted(archive)
    plain = Counter(term for terms in archive for term in set(terms))
    asked = np.array([*plain, 7_000_000], np.uint32)
    assert background.articles == len(archive)
    assert background.frequencies(asked).tolist() == [*plain.values(), 0]


@given(archives, st.integers(0, 20))
def test_counting_in_parts_packed_between_is_counting_at_once(archive: Archive, cut: int) -> None:
    first = Background.unpack(counted(archive[:cut]).pack())
    assert same(first.merge([vector(terms) for terms in archive[cut:]]), counted(archive))


@given(archives)
def test_packing_loses_nothing(archive: Archive) -> None:
    background = counted(archive)
    assert same(Background.unpack(background.pack()), background)
    assert background.pack() == Background.unpack(background.pack()).pack()


def test_merging_leaves_the_old_one_as_it_was() -> None:
    old = counted([[1, 2], [2]])
    old.merge([vector([2, 3])])
    assert same(old, counted([[1, 2], [2]]))


def test_rare_words_are_more_telling_and_nothing_is_worthless() -> None:
    background = counted([[1, 2]] * 5 + [[1]] * 5)
    common, half, unseen = background.idf(np.array([1, 2, 3], np.uint32))
    assert 0 < common < half < unseen


def test_an_empty_background_takes_all_words_alike() -> None:
    assert set(Background().idf(np.array([1, 2, 3], np.uint32))) == {np.log(2)}
    assert same(Background.unpack(b""), Background())


@pytest.mark.parametrize("junk", [b"x", b"\x00" * 16 + b"junk", counted([[1, 2]]).pack()[:-3]])
def test_junk_is_refused(junk: bytes) -> None:
    with pytest.raises(ValueError, match="not a background"):
        Background.unpack(junk)


def test_checkpoints_grow_by_the_square_root_of_two() -> None:
    assert list(islice(checkpoints(), 7)) == [64, 91, 128, 181, 256, 362, 512]


@given(
    st.dictionaries(st.integers(1, 2**32 - 1), st.integers(1, 5000), max_size=60),
    st.lists(st.integers(1, 2**32 - 1), max_size=20),
    st.integers(0, 100_000),
)
def test_strength_is_idf_up_to_a_limit(counts: dict[int, int], others: list[int], articles: int) -> None:
    codes = np.array(sorted(counts), np.uint32)
    held = np.array([min(counts[int(c)], articles) for c in codes], np.uint32)
    background = Background(articles, codes, held)
    asked = np.array([*counts, *others], np.uint32)
    plain = np.minimum(background.idf(asked), RARE) ** TELLING
    assert np.allclose(strength(asked, background), plain)
