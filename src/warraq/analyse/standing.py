"""Which runs of words may be a phrase by themselves: whole, telling, and no piece of a longer one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from warraq.analyse import plain
from warraq.analyse.phrases import AS_VERB, OPEN, QUALIFIED, REPORTS, Key, Part, Reading

SAID = 4
"""Times that a noun must be said to be a keyword by itself, if the article has a title and that has it not."""
_ENDLESS = ("ابو", "ابي", "ابا", "عبد", "ذو", "ذي", "ذات")
"""No phrase ends in these."""


class Kinds(NamedTuple):
    """The words of an article, by code: names of somebody or something; words that many articles have."""

    names: set[int]
    plain: set[int]

    def name(self, key: Key) -> bool:
        """Whether the phrase is names alone: a full name."""
        return self.names.issuperset(key)


def tells_nothing(reading: Reading, key: Key, places: Sequence[int], in_title: bool) -> bool:
    """Whether a phrase is of any report, or names who reported it."""
    parts, size = reading.parts, len(key)
    if plain.plain().issuperset(key):
        return True
    if size == 2 and not in_title and key[0] in plain.plain() and len(places) < 3 and parts[places[0] + 1].relation:
        return True  # ``السلطات الفرنسية``
    if not in_title and (
        key[0] in plain.press() or key[-1] in plain.papers() or all(reading.flags[place] & REPORTS for place in places)
    ):
        return True
    if size == 1:
        return key[0] in plain.honours() or parts[places[0]].word.folded in plain.letters()
    return plain.networks().issuperset(key)


def word_stands(
    reading: Reading, places: Sequence[int], rare: bool, definite: bool, in_title: bool, titled: bool
) -> bool:
    """Whether a word may be a keyword by itself: a name, or a noun that is in the title or said again, rare, and alone.

    `definite`: it is somewhere written with the article, so it is a noun and no name.
    """
    parts, flags, count = reading.parts, reading.flags, len(places)
    part = parts[places[0]]
    if part.several or part.person or part.word.folded.startswith("عبد"):
        return False  # a given name is anybody's
    if count > 1 and len({reading.codes[place + 1] for place in places}) == 1 and reading.codes[places[0] + 1]:
        return False  # ``بوكو`` of ``بوكو حرام``
    if part.proper:
        return not (part.definite and part.relation and 2 * sum(map(reading.modifies, places)) >= count)
    if part.known:
        if (1 + (not part.relation)) * sum(reading.modifies(place) or reading.says(place) for place in places) >= (
            1 if part.relation else count
        ):
            return False  # an adjective: it stands there for the sake of the noun before it
        if not part.definite and all(flags[place] & OPEN for place in places):
            return False  # ``وزير`` of ``وزير النقل``
    stem = part.word.stem
    if part.known and part.relation and stem[-1] == "ي" and not (len(stem) == 4 and stem[1] == "ا"):
        return False  # an adjective of relation; ``نادي`` and ``قاضي`` are none
    if part.relation and (
        (count < 3 and part.word.folded[-1] == "ه") or all(reading.codes[place - 1] for place in places)
    ):
        return False
    if part.known or part.formed or definite:
        least = SAID if titled and not in_title else 1 if in_title and part.definite else 2
        if not rare or count < least or not (definite or (in_title and part.known and not part.relation)):
            return False
        return not all(flags[place] & QUALIFIED for place in places)
    return count > 1


def phrase_stands(reading: Reading, places: Sequence[int], size: int, in_title: bool, broken: bool, name: bool) -> bool:
    """Whether a phrase of several words may be whole: it begins with a noun, and its last word needs no other."""
    parts, flags, count = reading.parts, reading.flags, len(places)
    if count == 1 and size > 2 and not in_title and not name:
        return False  # said once and long: a piece of a sentence
    first = places[0]
    begins, between, ends = parts[first], parts[first + 1], parts[first + size - 1]
    if begins.verb and all(flags[place] & AS_VERB for place in places):
        return False
    if (count == 1 and begins.definite and reading.codes[first - 1]) or (
        begins.known
        and not begins.proper
        and (
            2 * sum(map(reading.modifies, places)) >= count
            or all(reading.modifies(place) or reading.says(place) for place in places)
        )
    ):
        return False  # it begins with what is said of the noun before it
    if ((ends.known and not ends.proper and not ends.definite) or ends.clitic[:1] == "ل") and all(
        flags[place + size - 1] & OPEN for place in places
    ):
        return False  # cut off before the noun that its last word belongs to
    if _common(ends) and all(flags[place + size - 1] & QUALIFIED for place in places):
        return False  # cut off before the adjective of its last word
    if (count == 1 or size == 2) and (ends.clitic[:1] == "ل" or ends.word.folded.startswith("لل")):
        return False
    if broken and count < 3:
        return False
    if any(
        one.definite and not two.definite and _common(two) for one, two in pairwise(parts[first + 1 : first + size])
    ):
        return False  # two things: nothing indefinite completes what is definite
    if any(
        one.proper and not one.person and (two.person or two.word.code in plain.honours())
        for one, two in pairwise(parts[first : first + size])
    ):
        return False  # a place and somebody
    if ends.word.code in plain.honours() and not name and all(flags[place + size - 1] & OPEN for place in places):
        return False
    if ends.word.folded in _ENDLESS or (begins.word.folded == "عبد" and size == 2):
        return False
    if ends.word.folded in plain.letters():
        return False  # ``غالاكسي إس`` of ``غالاكسي إس 9``
    if (
        begins.definite
        and (begins.relation or size == 2)
        and not (between.definite or _common(between) or begins.proper or begins.word.code in plain.honours())
    ):
        return False  # ``الإسباني بيبي``, ``المهاجم ثيو``
    if size == 2 and not (begins.definite or _common(begins) or begins.person) and _qualifies(between):
        return False  # ``خامنئي الأخيرة`` of ``تصريحات خامنئي الأخيرة``
    if count == 1 and not name and not in_title and _common(ends) and not ends.definite:
        return False  # said once, of something that nobody knows
    if begins.proper and between.definite and _common(between) and not between.relation:
        return False  # somebody, and what he did something to
    if count == 1 and size > 2 and ends.definite and _common(ends) and not _common(parts[first + size - 2]):
        return False
    return not (size == 2 and begins.word.folded[-1] == "ه" and between.relation and between.word.folded[-1] == "ي")


def cut_name(reading: Reading, key: Key, places: Sequence[int], kinds: Kinds) -> bool:
    """Whether a phrase always ends or begins inside a longer name."""
    codes, names, size = reading.codes, kinds.names, len(key)
    begins, ends = key[0] in names, key[-1] in names
    return (begins or ends) and all(
        (begins and codes[place - 1] in names) or (ends and codes[place + size] in names) for place in places
    )


def _qualifies(part: Part) -> bool:
    """Whether a word is an adjective in ``ة`` that belongs to a noun further back."""
    return part.definite and _common(part) and not part.relation and part.word.folded[-1] == "ه"


def _common(part: Part) -> bool:
    """Whether a word is a noun or adjective, and no name."""
    return (part.known or part.formed) and not part.proper and not part.person


def settled(part: Part, begins: Part) -> bool:
    """Whether a phrase may end with this word after beginning definite: definite as well, or a name."""
    return part.definite or part.proper or not (part.known or part.formed) or (part.person and not _common(begins))
