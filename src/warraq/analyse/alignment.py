"""Which items of one sequence stand in the other in the same order: the ground of every difference that is shown.

Three steps, so that no input is quadratic: what is equal at both ends; then the items that each side has exactly once,
in the longest order that both agree on (patience diff, Bram Cohen 2003), which cut the rest into short stretches; then
the shortest edit of each stretch (Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1986), as
far as a budget of steps reaches. A stretch beyond it counts as replaced whole: a difference that is larger than it
need be, never a wrong one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise

BUDGET = 200_000
"""Steps of the edit search for one pair of sequences: a few hundredths of a second."""

Block = tuple[int, int, int]
"""``(i, j, n)``: n items from place i of the first sequence are those from place j of the second."""


def blocks(one: Sequence[Hashable], two: Sequence[Hashable], budget: int = BUDGET) -> list[Block]:
    """What two sequences have in common: maximal blocks, ascending in both. Time O(n log n + budget)."""
    anchors = _anchors(one, two)
    pairs: list[tuple[int, int]] = []
    for (i, j), (i_end, j_end) in pairwise([(-1, -1), *anchors, (len(one), len(two))]):
        if i >= 0:
            pairs.append((i, j))
        stretch, spent = _stretch(one, two, i + 1, i_end, j + 1, j_end, budget)
        pairs += stretch
        budget -= spent
    return _joined(pairs)


def _joined(pairs: Sequence[tuple[int, int]]) -> list[Block]:
    found: list[Block] = []
    for i, j in pairs:
        if found and found[-1][0] + found[-1][2] == i and found[-1][1] + found[-1][2] == j:
            found[-1] = (*found[-1][:2], found[-1][2] + 1)
        else:
            found.append((i, j, 1))
    return found


def _anchors(one: Sequence[Hashable], two: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Items that stand exactly once on each side, as places in both: the longest run ascending in both."""
    often, place = Counter(one), {item: j for j, item in enumerate(two)}
    again = Counter(two)
    pairs = [(i, place[item]) for i, item in enumerate(one) if often[item] == 1 and again.get(item) == 1]
    # The longest ascending run, by patience sorting: ends[k] is the least end of a run of length k + 1.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        size = bisect_left(ends, j)
        before.append(last[size - 1] if size else -1)
        if size == len(ends):
            ends.append(j)
            last.append(number)
        else:
            ends[size], last[size] = j, number
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _stretch(
    one: Sequence[Hashable], two: Sequence[Hashable], i: int, i_end: int, j: int, j_end: int, budget: int
) -> tuple[list[tuple[int, int]], int]:
    """The pairs of ``one[i:i_end]`` and ``two[j:j_end]``, and the steps it took: equal ends first, then the middle."""
    head, tail = [], []
    while i < i_end and j < j_end and one[i] == two[j]:
        head.append((i, j))
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and one[i_end - 1] == two[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        tail.append((i_end, j_end))
    middle, spent = _shortest(one[i:i_end], two[j:j_end], budget) if i < i_end and j < j_end else ([], 0)
    return [*head, *((i + x, j + y) for x, y in middle), *reversed(tail)], spent


def _shortest(one: Sequence[Hashable], two: Sequence[Hashable], budget: int) -> tuple[list[tuple[int, int]], int]:
    """The pairs that a shortest edit script keeps, and the steps; none if the budget ends first."""
    n, m = len(one), len(two)
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    spent = 0
    for edits in range(n + m + 1):
        trace.append({k: furthest[k] for k in range(-edits, edits + 1) if k in furthest})
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            spent += 1
            while x < n and x - k < m and one[x] == two[x - k]:
                x += 1
                spent += 1
            furthest[k] = x
            if x >= n and x - k >= m:
                return _walked(trace, n, m), spent
        if spent > budget:
            break
    return [], spent


def _walked(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """Back along the furthest-reaching paths: the diagonal steps are the pairs."""
    pairs = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest, k = trace[edits], x - y
        if edits == 0:
            x_before, y_before = 0, 0
        else:
            down = k == -edits or (k != edits and furthest.get(k - 1, -1) < furthest.get(k + 1, -1))
            k_before = k + 1 if down else k - 1
            x_before = furthest[k_before]
            y_before = x_before - k_before
        while x > x_before and y > y_before:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = x_before, y_before
    return pairs[::-1]
