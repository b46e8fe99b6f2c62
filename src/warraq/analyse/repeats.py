"""Which of some texts were carried before: the share of copies in a sample, found in one pass.

Two texts are compared only if they share a landmark (`groups`), those with the most in common first.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from warraq.analyse.background import Background
from warraq.analyse.groups import Text, landmarks
from warraq.types import ArticleId

NEAR = 8
"""Texts that are compared whole with one of the sample, at most."""


def repeats(texts: Sequence[Text], background: Background) -> dict[ArticleId, ArticleId]:
    """For each text that another one carried before: the id of the earliest text it repeats.

    `texts` in any order; "before" is the order (first seen, id). What repeats a repeat leads to the same earliest one.
    """
    found: dict[ArticleId, ArticleId] = {}
    known: dict[int, list[Text]] = defaultdict(list)
    for text in sorted(texts, key=lambda text: (text.first_seen, text.id)):
        marks = landmarks(text.sketch)
        by_id = {other.id: other for mark in marks for other in known[mark]}
        shared = Counter(other.id for mark in marks for other in known[mark])
        for id, _ in shared.most_common(NEAR):
            if by_id[id].copies(text, background):
                found[text.id] = found.get(id, id)
                break
        for mark in marks:
            known[mark].append(text)
    return found
