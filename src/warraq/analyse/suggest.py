"""Did you mean: the nearest word that somebody wrote, for one that nobody did."""

from __future__ import annotations

from collections.abc import Mapping

from warraq.arabic import tokens

LEAST = 4
"""Letters; shorter words have too many neighbours to guess."""
LONG = 6
"""From so many letters on two slips are forgiven, else one."""


def nearest_word(word: str, known: Mapping[str, int]) -> str:
    """The known word that is the fewest slips away, of these the most frequent; empty if none is near enough."""
    allowed = 2 if len(word) >= LONG else 1
    near = [
        (slips, -count, other)
        for other, count in known.items()
        if abs(len(other) - len(word)) <= allowed and (slips := distance(word, other, allowed)) <= allowed
    ]
    return min(near)[2] if near else ""


def distance(one: str, two: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours from one word to another, at most `most` + 1.

    The restricted Damerau-Levenshtein distance (F. Damerau, CACM 7(3), 1964), row by row.
    """
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def replace_word(text: str, folded: str, by: str) -> str:
    """The text with every word of this folded form replaced; all else stays as typed."""
    for token in reversed(list(tokens(text))):
        if token.word.folded == folded:
            text = text[: token.start] + by + text[token.end :]
    return text
