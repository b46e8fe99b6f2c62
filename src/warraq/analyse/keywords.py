"""The 5 to 12 phrases that tell what an article is about, as printed in it.

Candidates are runs of one to four words that stand together without punctuation, shaped like noun phrases by what
`analyse.phrases` sees of a word and beside it. The same words in other forms are one candidate. A candidate's worth
grows with how often it stands there, how telling its words are against the archive's background, how early it comes,
and if it is a name. Of phrases that contain each other one stays: ``ناغورني قره باغ``, not ``باغ``.

The features are those of KEA (Witten and others 1999) and KP-Miner (El-Beltagy and Rafea 2009): frequency, rarity,
length, first position; how they are weighed was fitted to people's choice, see `MODEL`.
The outlet's own keywords are evidence if they stand in the text, and worth nothing if they do not.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from warraq.analyse import plain
from warraq.analyse.background import Background
from warraq.analyse.phrases import OPEN, Key, Reading, read_article, unglue
from warraq.analyse.standing import Kinds, cut_name, phrase_stands, settled, tells_nothing, word_stands
from warraq.analyse.variants import same_phrase
from warraq.arabic import words
from warraq.extract.credits import agency
from warraq.types import Article, Keyword

LONGEST = 4
"""Words of a phrase, unless it never ends there."""
WHOLE = 7
LATE = 100
"""Words of which a phrase that is said only once must be one."""
FEWEST = 5
LEAST = 0.16
"""The least weight of a keyword, once there are `FEWEST`."""
WEAK = 0.2
"""Share of the best phrase's weight under which a phrase is left out, once there are `FEWEST`."""
RAREST = 9.0
"""The greatest idf: rarer words are no more telling, and may be misprints."""
AGENCY = 6
"""Letters from which one word is taken for an agency's name: shorter ones are much else (``سبأ``, ``فارس``)."""
LOOSE = 0.2
"""The least weight of a phrase that is said only once, not in the title, and holds no name."""
COMMON = 0.28
"""Of n articles a noun must stand in fewer than n to the power of 1 - this to be a keyword by itself."""
FAINT = 0.12
"""Share of the best phrase's weight under which one that holds no name is left out, however few there are."""
NAMED = 2.0
"""How much more a weak phrase that holds a name is worth, when there are fewer than `FEWEST`."""
EVIDENCE = 0.3
"""What is left of the doubt about a phrase that the outlet itself names."""


class Features(NamedTuple):
    """What the model looks at in a phrase; as `MODEL` the weights of a logistic model of "a reader names this"."""

    base: float
    often: float
    """The logarithm of how often it stands in the text."""
    once: float
    one: float
    two: float
    """Two words; four are what the others are measured by."""
    three: float
    first: float
    """The logarithm of 1 + the number of words before it."""
    rare: float
    """The mean idf of its words."""
    one_rare: float
    """For a single word, the logarithm of its idf."""
    within: float
    """The share of its occurrences that stand inside one longer phrase."""
    one_within: float
    glued: float
    """It never stands without a conjunction or preposition written onto it."""
    letters: float
    broken: float
    """It begins definite and ends indefinite: two things, not one."""
    name: float
    """It is names alone."""
    holds_name: float
    """A name is in it, and another word."""
    one_name: float
    """A single word, and a name."""
    closed: float
    """Several words, the last one definite or a name."""
    definite: float
    """It begins with the article."""
    related: float
    """The share of its words that have the form of an adjective of relation."""
    title: float
    """The title has it."""


MODEL = Features(
    base=-1.735,
    often=0.68,
    once=-0.409,
    one=-0.413,
    two=1.001,
    three=0.737,
    first=-0.616,
    rare=0.064,
    one_rare=0.445,
    within=-1.127,
    one_within=-0.954,
    glued=-2.335,
    letters=0.001,
    broken=-1.606,
    name=0.91,
    holds_name=-0.003,
    one_name=1.286,
    closed=0.845,
    definite=0.562,
    related=0.596,
    title=0.8,
)
"""Fitted by logistic regression (Newton's method, ridge) to the ten phrases with most votes of each of the hundred
texts of AKEC (Helmy and others 2016; gold/keyphrases.jsonl), idf from 7,777 news articles: ``quality/keywords.py
--fit`` prints these numbers and the F1 at 10 under five-fold cross-validation, .306. ``title`` is not fitted (those
texts have no titles of their own)."""


class _Candidate(NamedTuple):
    """A phrase: where it stands, each time by its first word, and how often what holds it stands there."""

    places: list[int]
    longer: int


def keywords(
    article: Article,
    background: Background,
    limit: int = 12,
    site_tags: frozenset[str] = frozenset(),
    outlet: Sequence[str] = (),
) -> tuple[Keyword, ...]:
    """The most telling phrases of an article, the best first; weights from 1 downwards.

    `site_tags` are keywords the outlet prints on unrelated articles too: no evidence. `outlet` are its own names: it
    writes of itself as who reported, so they count only where the title has them; names of agencies only where it
    names them among its keywords.
    """
    found = candidates(article, background, site_tags, outlet)
    return found.chosen(MODEL, limit)


_ONCE, _TITLE = Features._fields.index("once"), Features._fields.index("title")


class Candidates(NamedTuple):
    """The phrases of an article that may be its keywords, and what is known of each."""

    reading: Reading
    found: dict[Key, _Candidate]
    named: set[Key]
    kinds: Kinds
    keys: list[Key]
    rows: NDArray[np.float64]
    """`Features` of each of `keys`, a row each."""

    def printed(self, key: Key) -> str:
        """A phrase as it is shown."""
        return _printed(self.reading, key, self.found[key].places)

    def chosen(self, model: Features, limit: int = 12) -> tuple[Keyword, ...]:
        """Those that are the article's keywords by a model."""
        chances = 1 / (1 + np.exp(-(self.rows @ np.array(model))))
        worth = dict(zip(self.keys, chances.tolist(), strict=True))
        for key in self.named & worth.keys():
            worth[key] = 1 - (1 - worth[key]) * EVIDENCE
        loose = {
            key
            for key, row in zip(self.keys, self.rows, strict=True)
            if row[_ONCE] and not row[_TITLE] and key not in self.named and self.kinds.names.isdisjoint(key)
        }
        return _chosen(self.reading, self.found, worth, self.named, loose, self.kinds, limit)


def candidates(
    article: Article,
    background: Background,
    site_tags: frozenset[str] = frozenset(),
    outlet: Sequence[str] = (),
) -> Candidates:
    """What `keywords` chooses from."""
    reading, title = read_article(article, background, outlet)
    named = {tuple(word.code for word in words(tag)) for tag in article.keywords if tag not in site_tags}
    codes = np.array([code for code in dict.fromkeys(reading.codes) if code], np.uint32)
    idf = dict(zip(codes.tolist(), background.idf(codes).tolist(), strict=True))
    common = math.log(background.articles + 2) * COMMON
    definite = {code for code, part in zip(reading.codes, reading.parts, strict=True) if part.definite}
    names = _names(reading, definite)
    kinds = Kinds(names, {code for code in idf if idf[code] < common and code not in names})
    found = _candidates(reading, title, named, names)
    for name in outlet:
        key = tuple(word.code for word in words(name))
        if key in found and found[key].places[0] >= title:
            del found[key]
    named &= found.keys()
    keys, rows = _features(reading, found, title, kinds, idf, definite, named)
    return Candidates(reading, found, named, kinds, keys, np.array(rows, np.float64).reshape(len(rows), len(MODEL)))


def _names(reading: Reading, definite: set[int]) -> set[int]:
    """The words that name somebody or something: what the lexicon says, or does not know; a family name after one."""
    codes, parts = reading.codes, reading.parts
    names = {
        code
        for code, part in zip(codes, parts, strict=True)
        if part.proper or part.person or part.joint or not (part.known or part.formed or code in definite)
    } - {0}
    after = False
    for code, part in zip(codes, parts, strict=True):
        if after and part.definite and not part.known:
            names.add(code)
        after = part.person or (after and code in names)
    return names


# --- finding candidates -----------------------------------------------------------------------------------


def _candidates(reading: Reading, title: int, named: set[Key], names: set[int]) -> dict[Key, _Candidate]:
    """Every phrase that may be chosen: not what is said once only, and late.

    One of three or four words is taken only if the outlet names it, if it stands in the title (before place `title`),
    or if it can stand there twice: if its first two words do (the pruning of Apriori, Agrawal and Srikant 1994).
    """
    codes, parts = reading.codes, reading.parts
    singles: dict[int, list[int]] = {}
    pairs: dict[tuple[int, int], list[int]] = {}
    for place, pair in enumerate(pairwise(codes)):
        first, second = pair
        if first:
            singles.setdefault(first, []).append(place)
            if second:
                pairs.setdefault(pair, []).append(place)
    begun = {key[:2] for key in named if len(key) > 2}
    longer: dict[Key, list[int]] = {}
    for pair, places in pairs.items():
        full = pair[0] in names and pair[1] in names
        if len(places) > 1 or places[0] < title or full or pair in begun:
            for place in places:
                if (third := codes[place + 2]) and (
                    len(places) > 1 or place < title or (full and third in names) or pair in begun
                ):
                    longer.setdefault((*pair, third), []).append(place)
                    if fourth := codes[place + 3]:
                        longer.setdefault((*pair, third, fourth), []).append(place)
    _extend(longer, codes)
    found: dict[Key, _Candidate] = {}
    late = bisect_right(reading.before, LATE)
    for key, places in (*longer.items(), *pairs.items()):
        if len(places) == 1 and places[0] >= late and key not in named:
            continue
        if not (parts[places[0]].joint or parts[places[0] + len(key) - 1].joint):
            size = len(key)
            found[key] = _Candidate(places, int(size < LONGEST and _inside(codes, places, size)))
    for code, places in singles.items():
        if len(places) == 1 and places[0] >= late and (code,) not in named:
            continue
        begins = parts[places[0]]
        if not (begins.joint or (begins.verb and all(parts[place].verb for place in places))):
            found[(code,)] = _Candidate(places, int(_inside(codes, places, 1)))
    for key, (places, _) in [*found.items()]:
        if (count := len(places)) > 1 and len(key) > 1:
            for part in (key[1:], key[:-1]):
                if part in found and found[part].longer < count:
                    found[part] = _Candidate(found[part].places, count)
    return found


def _extend(longer: dict[Key, list[int]], codes: Sequence[int]) -> None:
    """Let phrases of `LONGEST` words that go on in the same way wherever they stand grow, up to `WHOLE` words."""
    for key in [key for key, places in longer.items() if len(key) == LONGEST and len(places) > 1]:
        places = longer[key]
        grown = key
        while len(grown) < WHOLE:
            after = {codes[place + len(grown)] for place in places}
            if len(after) > 1 or 0 in after:
                break
            grown = (*grown, *after)
        if len(grown) > LONGEST:
            del longer[key]
            longer[grown] = places


def _inside(codes: Sequence[int], places: Sequence[int], size: int) -> bool:
    """Whether a phrase stands in a longer run."""
    return any(codes[place - 1] or codes[place + size] for place in places)


# --- choosing ---------------------------------------------------------------------------------------------


def _features(
    reading: Reading,
    found: dict[Key, _Candidate],
    title: int,
    kinds: Kinds,
    idf: dict[int, float],
    definite: set[int],
    named: set[Key],
) -> tuple[list[Key], list[tuple[float, ...]]]:
    """What the model looks at, for each candidate that is not out of the question; as `Features`."""
    parts, before, starts, ends = reading.parts, reading.before, reading.starts, reading.ends
    keys: list[Key] = []
    rows: list[tuple[float, ...]] = []
    for key, (places, longer) in found.items():
        count, size, first = len(places), len(key), places[0]
        in_title = first < title
        begins, last = parts[first], first + size - 1
        one = size == 1
        name = kinds.name(key)
        broken = (
            not one
            and (begins.definite or key[0] in kinds.names)
            and not all(settled(part, begins) for part in parts[first + 1 : last + 1])
        )
        if key not in named and not (
            (
                word_stands(reading, places, key[0] not in kinds.plain, key[0] in definite, in_title, title > 1)
                if one
                else phrase_stands(reading, places, size, in_title, broken, name)
            )
            and not tells_nothing(reading, key, places, in_title)
            and not cut_name(reading, key, places, kinds)
        ):
            continue
        inside = longer / count
        rare = [min(idf[code], RAREST) for code in key]
        keys.append(key)
        rows.append(
            (
                1.0,
                math.log(count),
                count == 1,
                one,
                size == 2,
                size == 3,
                math.log1p(before[first]),
                sum(rare) / size,
                math.log(rare[0]) if one else 0.0,
                inside,
                inside if one else 0.0,
                all(parts[place].clitic for place in places),
                ends[last] - starts[first] - len(begins.clitic),
                broken,
                name and not one,
                not name and not kinds.names.isdisjoint(key),
                name and one,
                not one and settled(parts[last], begins),
                begins.definite,
                sum([part.relation for part in parts[first : last + 1]]) / size,
                in_title,
            )
        )
    return keys, rows


def _chosen(
    reading: Reading,
    found: dict[Key, _Candidate],
    worth: dict[Key, float],
    named: set[Key],
    loose: set[Key],
    kinds: Kinds,
    limit: int,
) -> tuple[Keyword, ...]:
    often = {key: len(found[key].places) for key in worth}
    order = sorted(worth, key=lambda key: (-worth[key], found[key].places[0], key))
    floor = max(WEAK * worth[order[0]], LEAST) if order else 0.0
    weak = {key for key in order if worth[key] < floor or (key in loose and worth[key] < LOOSE)} - named
    faint = {key for key in weak if worth[key] < FAINT * worth[order[0]] and kinds.names.isdisjoint(key)}
    further = sorted(
        weak - faint, key=lambda key: (-worth[key] * (1 if kinds.names.isdisjoint(key) else NAMED), order.index(key))
    )
    chosen: list[Key] = []
    spelled: list[str] = []
    for key in (*(key for key in order if key not in weak), *further):
        if len(chosen) > limit or (key in weak and len(chosen) >= FEWEST):
            break
        parts = [other for other in chosen if _within(other, key)]
        if key not in named and (
            any(_said(key, other, often) for other in chosen)
            or not named.isdisjoint(parts)
            or not all(_stands_for(key, other, often, kinds) for other in parts)
        ):
            continue
        if key not in named and not kinds.names.isdisjoint(key):
            text = _printed(reading, key, found[key].places)
            if any(same_phrase(text, other, spelled) for other in spelled):
                continue  # another spelling of a name that is said
            spelled.append(text)
        parts = [other for other in parts if other not in named]
        worth[key] = max(worth[other] for other in (key, *parts))
        chosen = [*(other for other in chosen if other not in parts), key]
    chosen.sort(key=lambda key: -worth[key])
    printed = ((key, _printed(reading, key, found[key].places)) for key in chosen)
    clean = [Keyword(text, round(worth[key], 3)) for key, text in printed if not _reports(text) or key in named]
    return tuple(clean[:limit])


def _reports(text: str) -> bool:
    """Whether a phrase is the name of a news agency; of the short names only those of two words or more."""
    if " " not in text and (len(text) < AGENCY or text.endswith("ية")):
        return False
    return agency(text) != "" or (" " in text and text[0] in "لبو" and agency(text[1:]) != "")


def _said(key: Key, other: Key, often: Mapping[Key, int]) -> bool:
    """Whether a phrase says nothing that another, better one did not say."""
    if _within(key, other):
        return True
    if len(other) == 1:
        return False
    if len(key) > 1 and (set(key) <= set(other) or (set(other) <= set(key) and not _within(other, key))):
        return True
    if often[key] > 1:
        return len(key) == 2 and key[1] == other[0] and key[0] in plain.honours()
    return (len(key) > 1 and not set(other).isdisjoint(key)) or _overlap(key, other) or _overlap(other, key)


def _stands_for(long: Key, short: Key, often: Mapping[Key, int], kinds: Kinds) -> bool:
    """Whether a phrase takes the place of a better one that it holds.

    It does if it accounts for most of its occurrences, or says more than a common noun or a family name.
    """
    if 2 * often[long] >= often[short]:
        return True
    return (
        len(short) == 1
        and 5 * often[long] >= often[short]
        and (short[0] not in kinds.names or kinds.name(long) or (len(long) == 2 and long[0] == short[0]))
    )


def _overlap(one: Key, two: Key) -> bool:
    """Whether one phrase ends in two words or more that begin the other."""
    return any(one[-size:] == two[:size] for size in range(2, min(len(one), len(two))))


def _within(short: Key, long: Key) -> bool:
    size = len(short)
    return size < len(long) and any(long[i : i + size] == short for i in range(len(long) - size + 1))


def _printed(reading: Reading, key: Key, places: Sequence[int]) -> str:
    """The most frequent spelling that nothing is written onto; else one from which it can be taken away."""
    size = len(key)
    if size == 1 and reading.parts[places[0]].proper:  # ``سوريا`` rather than ``السورية``
        places = [place for place in places if not reading.modifies(place)] or places
    ends = [place + size - 1 for place in places]
    whole = [
        reading.parts[end].definite or not (reading.parts[end].known and reading.flags[end] & OPEN) for end in ends
    ]
    if size > 1 and any(whole):  # ``افتتاح القناة`` rather than ``افتتاح قناة`` of somewhere
        places = list(compress(places, whole))
    bare = Counter(reading.printed(place, size) for place in places if not reading.parts[place].clitic)
    if size == 1 and reading.parts[places[0]].known:
        definite = {text: count for text, count in bare.items() if text.startswith("ال")}
        if not definite and (place := next((place for place in places if reading.parts[place].definite), None)):
            return unglue(reading.printed(place, size), reading.parts[place].clitic)
        bare = Counter(definite) or bare
    if bare:
        return max(bare, key=lambda text: (bare[text], -len(text), text))
    return unglue(reading.printed(places[-1], size), reading.parts[places[-1]].clitic)
