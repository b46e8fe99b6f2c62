"""Spellings of one name: which words of an archive may be variants of those of a phrase, and which phrases are one.

`arabic.names` decides whether two spellings are of one name; this module finds what to ask it about. Only words that
the lexicon does not know vary: most of them are foreign names. A word is looked up by its consonants alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice, pairwise, product

from warraq.arabic import STOP_WORDS, Word, is_known, search_form, stem, words
from warraq.arabic.names import NEAR, SOUNDS, is_proper, name_distance, same_name

MOST = 12
"""Variants of a phrase that are looked for, besides itself."""
SHORTEST = 4
"""Letters of a word that may vary."""
PIECE = 3
"""Letters of each word, where one is written as two, and of any word that is looked up."""
FEW = 4
"""Ways to write one word as two that are looked for."""
CONSONANTS = 4
"""Of a single word that may vary though no full name holds it."""

LONGEST = 200
"""Characters of a phrase that are read, and of these the first `WORDS` words."""
WORDS = 6

_VOWELS = "اوي"
_DROPPED = "اويءهة"
_Written = Callable[[str], Mapping[int, list[str]]]
"""The words of the archive that begin with some letters, by their length."""
_BARE = {ord(letter): sound for letter, sound in SOUNDS.items()} | dict.fromkeys(map(ord, _DROPPED), None)


def skeleton(folded: str) -> str:
    """The consonants of a word, one letter for each class; cheaper than a name's key, and equal wherever that is."""
    return folded.removeprefix("ال").translate(_BARE)


def _foreign(folded: str) -> bool:
    """Whether a word may be a foreign name: one that the lexicon does not know, or knows as a name."""
    return not is_known(folded) or is_proper(stem(folded))


def may_vary(word: Word) -> bool:
    """Whether a word may have other spellings: a foreign name, long enough to be told."""
    return not word.stop and _varies(word.folded)


def _varies(folded: str) -> bool:
    return len(folded) >= SHORTEST and not folded.isascii() and _foreign(folded)


def holds_name(phrase: str) -> bool:
    """Whether a phrase names somebody or something, as far as the lexicon tells."""
    return any(_foreign(word.folded) for word in words(phrase))


def beginnings(folded: str, least: int = PIECE) -> tuple[str, ...]:
    """The first letters of what may be a variant of a word: its first consonants' classes, with any vowel.

    Three letters, of words with the article four: a large archive has thousands of words with the same first two, and
    most cannot be variants. `least`: letters of a variant; where these are more than three, so are those after
    a particle with the article (``وال``).
    """
    bare = skeleton(folded)
    after = next((letter for letter in folded[1:] if letter not in _VOWELS), "")

    def longer(begin: str) -> list[str]:
        taken = skeleton(begin)
        if not bare.startswith(taken):
            return []
        consonant = bare[len(taken) : len(taken) + 1]
        return [begin + letter for letter in (*_DROPPED, *(_class(consonant) if consonant else ()))]

    found: list[str] = []
    for begin in (one + two for one in _class(folded[0]) for two in (*_VOWELS, *_class(after))):
        for further in longer(begin):
            dense = begin == "ال" or (further.endswith("ال") and least > len(further))
            found += longer(further) if dense else [further]
    return tuple(dict.fromkeys(found))


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

    @cache
    def written(beginning: str) -> Mapping[int, list[str]]:
        by_length = defaultdict(list)
        for word in known(beginning):
            by_length[len(word)].append(word)
        return by_length

    @cache
    def spellings(word: str) -> Sequence[str]:
        return (word, *_alike(word, written), *_apart(word, written)) if _varies(word) else (word,)

    itself = tuple(word.folded for word in read)
    alike: dict[str, None] = {}
    broken: dict[str, None] = {}
    """Those of more or fewer words."""
    for run in (itself, *_joined(itself)):
        for other in map(" ".join, islice(product(*map(spellings, run)), MOST * MOST)):
            if other != " ".join(itself) and same_phrase(" ".join(itself), other):
                (alike if other.count(" ") == len(itself) - 1 else broken)[other] = None
    few = min(len(broken), max(FEW, MOST - len(alike)))
    return (*islice(alike, MOST - few), *sorted(broken, key=lambda other: other.count(" "))[:few])


def _joined(run: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """A phrase with two of its words in one, the first two first: ``نيويورك`` of ``نيو يورك``."""
    for i, (one, two) in enumerate(pairwise(run)):
        yield (*run[:i], _in_one(one, two), *run[i + 2 :])


def _in_one(one: str, two: str) -> str:
    return (one[:-1] + "ا" if one.endswith("ه") else one) + two


def _apart(folded: str, written: _Written) -> list[str]:
    """Two words of the archive that are a word's spelling together (``قره باغ``), the nearest few.

    Made of the nearest few for either part: the distances of parts add up, but for letters where they meet.
    """
    found: dict[str, float] = {}
    for at in range(PIECE, len(folded) - PIECE + 1):
        one, two = folded[:at], folded[at:]
        if len(skeleton(one)) > 1 and len(skeleton(two)) > 1 and two[0] != "ا":
            firsts = _nearest(one, written, 1)[:FEW]
            for first, second in product(firsts, _nearest(two, written, 1)[:FEW] if firsts else ()):
                if (apart := name_distance(folded, _in_one(first, second))) <= NEAR:
                    found[f"{first} {second}"] = apart
    return sorted(found, key=lambda other: (found[other], other))[:FEW]


def _alike(folded: str, written: _Written) -> list[str]:
    return [other for other in _nearest(folded, written, 3, _foreign) if other != folded]


def _nearest(
    folded: str, written: _Written, longer: int, wanted: Callable[[str], bool] = lambda word: True
) -> list[str]:
    """The nearest words of the archive with the consonants of a word, at most so many letters longer or shorter."""
    bare = skeleton(folded)
    found = {
        other
        for beginning in beginnings(folded, len(folded) - longer)
        if (by_length := written(beginning))
        for length in range(len(folded) - longer, len(folded) + longer + 1)
        for other in by_length.get(length, ())
        if skeleton(other) == bare and other not in STOP_WORDS and wanted(other)
    }
    return sorted(found, key=lambda other: (name_distance(folded, other), other))[: MOST + 1]


def same_phrase(one: str, two: str, among: Sequence[str] = ()) -> bool:
    """Whether two phrases are spellings of one. A single word may vary if it is long or a phrase `among` holds it.

    A foreign word may be written as two: ``ناغورني كاراباخ``, ``ناغورنو قره باغ``.
    """
    if " " not in one and " " not in two:
        if min(len(skeleton(one)), len(skeleton(two))) >= CONSONANTS and name_distance(one, two) <= NEAR:
            among = (f"{one} {one}", f"{two} {one}")
        return same_name(one, two, among=among)
    if same_name(one, two):
        return True
    short, long = sorted((one.split(), two.split()), key=len)
    if not len(short) == len(long) - 1 < WORDS:
        return False
    return any(
        _varies(search_form(short[at])) and same_phrase(" ".join(short), " ".join(joined), among)
        for at, joined in enumerate(_joined(long))
    )
