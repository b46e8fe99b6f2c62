"""A number for every word of many texts at once, without making the words.

Gives what ``[number(word) for word in words(text)]`` gives, by operations on arrays: a table says of each character
whether it may stand in a word, the ends of the runs of such characters are the words, and a word's number is looked up
by a hash of its characters. A form that is met for the first time is read by `words`, and so is a whole text with what
is rare: a character beyond the Basic Multilingual Plane, or letters that follow the decimals of a number.

The hash is polynomial with random coefficients, 64 bits (Carter and Wegman, "Universal classes of hash functions",
1979): that two of a million forms share one has a chance of one in thirty million, and nobody can look for such two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warraq.arabic.words import FIRST, INSIDE, SEPARATORS, Word, read_word, words

Numbers = NDArray[np.int64]

STRETCH = 1 << 16
"""Characters that are read at a time."""
_BITS = 20
_FULL = 1 << 19
"""Forms that are remembered; with more the memory starts anew. It takes 16 MiB."""
_IN_WORD, _BEGINS, _DIGIT, _SEPARATES = (np.uint8(1 << place) for place in range(4))
_GOLD = 0x9E3779B97F4A7C15
_MASK = (1 << _BITS) - 1
_BASE = 0xD6E8FEB86659FD95


class Numbered:
    """Reads texts; remembers the number of every form it has met. Not to be shared between threads.

    `number` gives a word's number, at least 0, from the word alone.
    """

    def __init__(self, number: Callable[[Word], int]) -> None:
        self._number = number
        self._forget()

    def _forget(self) -> None:
        self._known = np.zeros((1 << _BITS, 2), np.uint64)
        """Of each form its hash (0 where there is none) and its number."""
        self._cells = self._known.reshape(-1).data
        """The same, for a single form."""
        self._count = 0

    def read(self, texts: Sequence[str]) -> list[Numbers]:
        """Of each text the numbers of its words, in order."""
        found: list[Numbers] = []
        waiting: list[bytes] = []
        size = 0
        for text in texts:
            encoded = text.encode("utf-16-le", "surrogatepass")
            plain = len(encoded) == 2 * len(text) and len(text) < STRETCH
            if size + len(text) >= STRETCH or not plain:
                found += self._stretch(waiting)
                waiting, size = [], 0
            if plain:
                waiting.append(encoded)
                size += len(text) + 1
            else:
                found.append(self._slowly(text))
        return found + self._stretch(waiting)

    def _slowly(self, text: str) -> Numbers:
        known = words(text)
        return np.fromiter(map(self._number, known), np.int64, len(known))

    def _stretch(self, texts: list[bytes]) -> list[Numbers]:
        """Of at most `STRETCH` characters of the Basic Multilingual Plane in UTF-16, each text's numbers."""
        if not texts:
            return []
        joined = b"\n\0".join([b"", *texts, b""])
        characters = np.frombuffer(joined, "<u2").astype(np.intp)
        starts, ends, odd = _runs(_kinds().take(characters))
        factors, powers, inverses = _coefficients(STRETCH)
        # Before each character the sum of all that stand before it, so a word's is a difference.
        sums = factors.take(characters)
        sums *= powers[: len(characters)]
        np.cumsum(sums, out=sums)
        hashes = (sums[ends - 1] - sums[starts - 1]) * inverses[starts] | np.uint64(1)
        numbers, unknown = self._look_up(hashes)
        if len(odd):
            unknown = np.setdiff1d(unknown, ends.searchsorted(odd, "right"))
        if len(unknown):
            # By 32 bits a character, in which no two halves become one.
            text = characters.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
            new = zip(hashes[unknown].tolist(), starts[unknown].tolist(), ends[unknown].tolist(), strict=True)
            numbers[unknown] = [self._learn(key, text[start:end]) for key, start, end in new]
        borders = np.cumsum([len(text) // 2 + 1 for text in texts]) + 1
        places = [0, *starts.searchsorted(borders).tolist()]
        found = [numbers[first:last] for first, last in pairwise(places)]
        for place in set(borders.searchsorted(odd, "right").tolist()):
            found[place] = self._slowly(texts[place].decode("utf-16-le", "surrogatepass"))
        return found

    def _look_up(self, hashes: NDArray[np.uint64]) -> tuple[Numbers, NDArray[np.intp]]:
        """The numbers known of these forms, and the places of those that are not known. Linear probing."""
        slots = (hashes * np.uint64(_GOLD) >> np.uint64(64 - _BITS)).astype(np.intp)
        held, numbers = self._known.take(slots, axis=0).T
        ahead = np.flatnonzero(held != hashes)
        unknown = []
        while len(ahead):
            free = held[ahead] == 0
            unknown.append(ahead[free])
            ahead = ahead[~free]
            slots[ahead] = slots[ahead] + 1 & _MASK
            held[ahead], numbers[ahead] = self._known[slots[ahead]].T
            ahead = ahead[held[ahead] != hashes[ahead]]
        return numbers.astype(np.int64), np.sort(np.concatenate(unknown)) if unknown else ahead

    def _learn(self, key: int, printed: str) -> int:
        """Read a form, and remember its number, unless it was learned already."""
        cells = self._cells
        cell = key * _GOLD % (1 << 64) >> 64 - _BITS << 1
        while held := cells[cell]:
            if held == key:
                return cells[cell + 1]
            cell = cell + 2 & 2 * _MASK + 1
        number = self._number(read_word(printed))
        if self._count >= _FULL:
            self._forget()
        else:
            cells[cell], cells[cell + 1] = key, number
            self._count += 1
        return number


def _runs(kinds: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Where words start and end, and where something stands that arrays cannot tell; at both ends stands no word.

    As `words` has it: a run of characters that may stand in a word, from the first on that may begin one; and a sign
    between two digits joins what stands before it with the digits after it.
    """
    inside = (kinds & _IN_WORD).view(np.bool_)
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    odd = edges[:0]
    digit = (kinds & _DIGIT) > 0
    signs = np.flatnonzero(digit[:-2] & digit[2:] & (kinds[1:-1] >= _SEPARATES)) + 1
    if len(signs):
        borders = np.flatnonzero(digit[1:] != digit[:-1]) + 1
        behind = borders[borders.searchsorted(signs + 1, "right")]
        odd = signs[inside[behind]]
        first, last = np.ones(len(starts), bool), np.ones(len(ends), bool)
        first[starts.searchsorted(signs + 1)] = False
        last[ends.searchsorted(signs)] = False
        starts, ends = starts[first], ends[last]
    late = np.flatnonzero((kinds[starts] & _BEGINS) == 0)
    if len(late):
        begins = np.append(np.flatnonzero(kinds & _BEGINS), len(kinds))
        starts = starts.copy()
        starts[late] = begins[begins.searchsorted(starts[late])]
        there = starts < ends
        starts, ends = starts[there], ends[there]
    return starts, ends, odd


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each character of the Basic Multilingual Plane may be in a text, from the expressions of `words`."""
    every = "".join(map(chr, range(1 << 16)))
    kinds = np.zeros(1 << 16, np.uint8)
    for kind, which in ((_IN_WORD, INSIDE), (_BEGINS, FIRST), (_SEPARATES, SEPARATORS), (_DIGIT, r"\d")):
        for run in re.finditer(f"{which}+", every):
            kinds[run.start() : run.end()] |= kind
    kinds[ord("_")] = 0
    return kinds


@cache
def _coefficients(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.uint64]]:
    """A random number for each character; the powers of the base, and of its inverse. Other ones in every process."""
    draw: Any = np.random.default_rng(abs(hash(__doc__)))
    factors = draw.integers(0, 1 << 64, 1 << 16, np.uint64)
    powers, inverses = (
        np.multiply.accumulate(np.full(size + 1, base, np.uint64)) for base in (_BASE, pow(_BASE, -1, 1 << 64))
    )
    return factors, powers, inverses
