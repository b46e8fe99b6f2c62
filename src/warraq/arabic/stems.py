"""One stem for the forms of a word that a reader searches together.

A stem is a function of the word and of the tables in ``lexicon`` alone, so it is the same in every archive and for
ever. A word is looked up among the inflected forms of known words, first bare, then without clitics; only what is
unknown is stemmed by rule. Grammar: Ryding, A Reference Grammar of Modern Standard Arabic (2005); the rules for unknown
words follow light stemming (Larkey, Ballesteros and Connell 2007).
"""

from __future__ import annotations

import re

from warraq.arabic.inflect import NOUN, PAST, PRESENT, VERB_SIGN, Forms, known_forms
from warraq.arabic.stopwords import STOP_WORDS

_ANY = NOUN | PAST | PRESENT
# What may stand before a word, and before which kind of word. Longer ones first where one begins another.
_PROCLITICS: tuple[tuple[str, int], ...] = (
    ("ال", NOUN), ("وال", NOUN), ("بال", NOUN), ("لل", NOUN), ("فال", NOUN), ("كال", NOUN), ("وبال", NOUN),
    ("ولل", NOUN), ("فبال", NOUN), ("فلل", NOUN), ("وكال", NOUN),
    ("و", _ANY), ("ب", NOUN), ("ل", NOUN | PRESENT), ("س", PRESENT),
    ("وب", NOUN), ("ول", NOUN | PRESENT), ("وس", PRESENT), ("وك", NOUN),
)  # fmt: skip
# Pronouns; and the endings of the adjective made from a noun (نسبة), which is searched with its noun.
_ENCLITICS = ("ه", "ها", "هم", "هما", "هن", "نا", "ني", "ك", "كم", "ي", "يه", "يين", "يون", "يات")
_ARABIC = re.compile("[\u0621-\u064a]+")
_CLITIC_NUMBER = re.compile(r"[وفبلك]{0,2}(?:ال)?(\d[\d.]*)")
_ALONE: dict[str, tuple[tuple[str, int, int], ...]] = {
    clitic: ((clitic, kinds, 1),) for clitic, kinds in _PROCLITICS if len(clitic) == 1
}
"""What may stand before a word, by its first letter; and by its first two, where these may be more than one clitic."""
_BEFORE: dict[str, tuple[tuple[str, int, int], ...]] = {
    first: tuple((clitic, kinds, len(clitic)) for clitic, kinds in _PROCLITICS if clitic[:2] in (first, first[0]))
    for first in {clitic[:2] for clitic, _ in _PROCLITICS if len(clitic) > 1}
}
_AFTER = {last: tuple(e for e in _ENCLITICS if e[-1] == last) for last in {e[-1] for e in _ENCLITICS}}


def stem(folded: str) -> str:
    """The stem of a word in search form."""
    if folded.endswith(VERB_SIGN):
        return folded
    if not "\u0621" <= folded[-1] <= "\u064a" and (number := _CLITIC_NUMBER.fullmatch(folded)):
        return number.group(1)
    free, bound = known_forms()
    return _known(folded, free, bound) or (folded if folded in STOP_WORDS else _light(folded))


def is_known(folded: str) -> bool:
    """Whether a word in search form is a form of a word in the lexicon. Names and misspellings mostly are not."""
    return bool(_known(folded, *known_forms()))


def _known(word: str, free: Forms, bound: Forms) -> str:
    """The stem of a form of a known word, with or without clitics; empty when it is none."""
    if found := _after_proclitic(word, free):
        return found
    for ending in _AFTER.get(word[-1], ()):
        if word.endswith(ending):
            base = word[: -len(ending)]
            if len(base) > 1 and (found := _after_proclitic(base, bound) or _after_proclitic(base, free)):
                return found
    # A pronoun explains more words than these two clitics do (``فعله`` is his act, not ``ف`` and an illness).
    return _known(word[1:], free, bound) if len(word) > 3 and word[0] in "فك" else ""


def _after_proclitic(word: str, forms: Forms) -> str:
    if found := forms.get(word):
        return found[0]
    for proclitic, kinds, size in _BEFORE.get(word[:2]) or _ALONE.get(word[0], ()):
        if word.startswith(proclitic) and (found := forms.get(word[size:])) and found[1] & kinds:
            return found[0]
    return ""


# For words that are not known: what certainly stands before a noun, and endings with what stays of them.
_ARTICLES = ("وال", "بال", "كال", "فال", "ولل", "فلل", "وبال", "لل", "ال")
_ENDINGS = (
    ("ياتها", "ي"), ("اتها", ""), ("يتها", "ي"), ("اته", ""), ("هما", ""), ("تها", ""), ("يات", "ي"), ("يون", "ي"),
    ("يين", "ي"), ("ها", ""), ("هم", ""), ("وا", ""), ("يه", "ي"), ("ات", ""), ("ان", ""), ("ون", ""), ("ين", ""),
    ("ته", ""), ("ه", ""), ("ا", ""), ("ت", ""),
)  # fmt: skip
_ENDINGS_BY_LAST = {last: tuple(e for e in _ENDINGS if e[0][-1] == last) for last in {e[-1] for e, _ in _ENDINGS}}
SHORTEST = 3
"""Letters that an ending must leave of an unknown word."""
SHORTEST_AFTER_AND = 4
"""Letters that a conjunction (و) must leave of an unknown word."""
SHORTEST_AFTER_PREPOSITION = 6
"""Letters that a preposition (ب, ل, ف) must leave: more, since many names begin with these."""


def _light(word: str) -> str:
    if not _ARABIC.fullmatch(word):
        return word
    rest = _without_article(word)
    if rest == word and word[0] == "و" and len(word) > SHORTEST_AFTER_AND:
        word = word[1:]
        rest = _without_article(word)
    if rest == word and word[0] in "بلف" and len(word) > SHORTEST_AFTER_PREPOSITION:
        rest = word[1:]
    for ending, kept in _ENDINGS_BY_LAST.get(rest[-1], ()):
        if rest.endswith(ending) and len(rest) - len(ending) >= SHORTEST:
            return rest[: -len(ending)] + kept
    return rest


def _without_article(word: str) -> str:
    if not word.startswith(_ARTICLES):
        return word
    for article in _ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 2:
            return word[len(article) :]
    return word
