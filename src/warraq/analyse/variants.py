"""Spellings of one name: which words of an archive may be variants of those of a phrase, and which phrases are one.

`arabic.names` decides whether two spellings are of one name; this module finds what to ask it about. Only words that
the lexicon does not know vary: most of them are foreign names. A word is looked up by its consonants alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, product

from warraq.arabic import Word, is_known, stem, words
from warraq.arabic.names import NEAR, SOUNDS, is_proper, name_distance, same_name

MOST = 12
"""Variants of a phrase that are looked for, besides itself."""
SHORTEST = 4
"""Letters of a word that may vary."""
CONSONANTS = 4
"""Of a single word that may vary though no full name holds it."""

LONGEST = 200
"""Characters of a phrase that are read, and of these the first `WORDS` words."""
WORDS = 6

_VOWELS = "اوي"
_BARE = {ord(letter): sound for letter, sound in SOUNDS.items()} | dict.fromkeys(map(ord, "اويءهة"), None)


def skeleton(folded: str) -> str:
    """The consonants of a word, one letter for each class; cheaper than a name's key, and equal wherever that is."""
    return folded.removeprefix("ال").translate(_BARE)


def _foreign(folded: str) -> bool:
    """Whether a word may be a foreign name: one that the lexicon does not know, or knows as a name."""
    return not is_known(folded) or is_proper(stem(folded))


def may_vary(word: Word) -> bool:
    """Whether a word may have other spellings: a foreign name, long enough to be told."""
    return not word.stop and len(word.folded) >= SHORTEST and not word.folded.isascii() and _foreign(word.folded)


def holds_name(phrase: str) -> bool:
    """Whether a phrase names somebody or something, as far as the lexicon tells."""
    return any(_foreign(word.folded) for word in words(phrase))


def beginnings(folded: str) -> tuple[str, ...]:
    """Two letters each that a variant of a word may begin with: its first consonants' classes, with any vowel."""
    first = _class(folded[0])
    after = next((letter for letter in folded[1:] if letter not in _VOWELS), "")
    return tuple(one + two for one in first for two in (*_VOWELS, *_class(after)))


def _class(letter: str) -> list[str]:
    sound = SOUNDS.get(letter)
    return [letter] if sound is None else [other for other, its in SOUNDS.items() if its == sound]


def variants(phrase: str, known: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Other spellings of a phrase made of words that somebody wrote, in search form; at most `MOST`, the nearest first.

    `known` gives the words of the archive that begin with some letters.
    """
    read = words(phrase[:LONGEST])[:WORDS]
    if not any(map(may_vary, read)):
        return ()
    choices = [(word.folded, *_alike(word.folded, known)) if may_vary(word) else (word.folded,) for word in read]
    itself = " ".join(word.folded for word in read)
    found = (" ".join(chosen) for chosen in islice(product(*choices), MOST * MOST))
    return tuple(islice((other for other in found if other != itself and same_phrase(itself, other)), MOST))


def _alike(folded: str, known: Callable[[str], Iterable[str]]) -> list[str]:
    bare = skeleton(folded)
    found = {
        other
        for beginning in beginnings(folded)
        for other in known(beginning)
        if other != folded and abs(len(other) - len(folded)) <= 3 and skeleton(other) == bare and _foreign(other)
    }
    return sorted(found, key=lambda other: (name_distance(folded, other), other))[:MOST]


def same_phrase(one: str, two: str, among: Sequence[str] = ()) -> bool:
    """Whether two phrases are spellings of one. A single word may vary if it is long or a phrase `among` holds it."""
    if " " not in one and " " not in two:
        if min(len(skeleton(one)), len(skeleton(two))) >= CONSONANTS and name_distance(one, two) <= NEAR:
            among = (f"{one} {one}", f"{two} {one}")
        return same_name(one, two, among=among)
    return same_name(one, two)
