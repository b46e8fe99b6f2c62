"""Values that are kept for a while: made once for many, thrown away when old or too many."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from warraq.web.kept import Kept


def test_many_who_ask_at_once_cost_one_making() -> None:
    kept, made, begun = Kept[int](), Counter[str](), threading.Barrier(8)

    def make() -> int:
        made["x"] += 1
        return 7

    def ask() -> None:
        begun.wait()
        assert kept("x", make) == 7

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == {"x": 1}


def test_old_values_and_those_not_asked_for_are_made_again() -> None:
    numbers = iter(range(100))
    stale = Kept[int](seconds=0)
    assert [stale("x", lambda: next(numbers)) for _ in range(2)] == [0, 1]
    few = Kept[int](most=2)
    assert [few(key, lambda: next(numbers)) for key in "abacab"] == [2, 3, 2, 4, 2, 5]


def test_what_cannot_be_made_is_not_kept() -> None:
    kept = Kept[float]()
    with pytest.raises(ZeroDivisionError):
        kept("x", lambda: 1 / 0)
    assert kept("x", lambda: 1.0) == 1.0
