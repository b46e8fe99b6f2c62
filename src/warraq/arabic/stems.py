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
    ("و", _ANY), ("ب", NOUN), ("ل", NOUN | PRESENT), ("ف", _ANY), ("س", PRESENT), ("ك", NOUN),
    ("وب", NOUN), ("ول", NOUN | PRESENT), ("وس", PRESENT), ("فس", PRESENT), ("فب", NOUN), ("فل", NOUN | PRESENT),
    ("وك", NOUN),
)  # fmt: skip
_ENCLITICS = ("ه", "ها", "هم", "هما", "هن", "نا", "ني", "ك", "كم", "ي")


_CLITIC_NUMBER = re.compile(r"[وفبلك]{0,2}(?:ال)?(\d[\d.]*)")
_BEFORE = {
    first: tuple(p for p in _PROCLITICS if p[0][0] == first) for first in dict.fromkeys(p[0][0] for p in _PROCLITICS)
}


def stem(folded: str) -> str:
    """The stem of a word in search form."""
    if folded in STOP_WORDS or folded.endswith(VERB_SIGN):
        return folded
    if number := _CLITIC_NUMBER.fullmatch(folded):
        return number.group(1)
    free, bound = known_forms()
    return _known(folded, free, bound) or _light(folded)


def _known(word: str, free: Forms, bound: Forms) -> str:
    """The stem of a form of a known word, with or without clitics; empty when it is none."""
    if found := _after_proclitic(word, free):
        return found
    for pronoun in _ENCLITICS:
        if word.endswith(pronoun):
            base = word[: -len(pronoun)]
            if len(base) > 1 and (found := _after_proclitic(base, bound) or _after_proclitic(base, free)):
                return found
    return ""


def _after_proclitic(word: str, forms: Forms) -> str:
    if found := forms.get(word):
        return found[0]
    for proclitic, kinds in _BEFORE.get(word[:1], ()):
        if word.startswith(proclitic) and (found := forms.get(word[len(proclitic) :])) and found[1] & kinds:
            return found[0]
    return ""


_ARTICLES = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال")
_SUFFIXES = ("هما", "ها", "هم", "ات", "ان", "ون", "ين", "يه", "ه", "ي")


def _light(folded: str) -> str:
    word = folded
    for prefix in _ARTICLES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 2:
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    return word
