"""The inflected forms of the words in ``lexicon``, as a table from form to stem.

All forms are in search form, so that ``ة`` and ``ه``, and the hamzas, are one letter each. A form that two words share
belongs to the one that has it as a citation form, then to the one listed first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from warraq.arabic.forms import search_form
from warraq.arabic.lexicon.names import NAMES
from warraq.arabic.lexicon.nouns import NOUNS
from warraq.arabic.lexicon.people import PEOPLE
from warraq.arabic.lexicon.verbs import VERBS
from warraq.arabic.stopwords import CLOSED

NOUN, PAST, PRESENT = 1, 2, 4
"""Kinds of a form: what may stand before it depends on them."""

VERB_SIGN = "\u0651"
"""Ends the stem of a verb, which would otherwise be that of its noun (``قتل``). No search form contains it."""

Forms = dict[str, tuple[str, int]]
"""From a form to its stem and kind."""
_Inflected = tuple[str, str, int]


@cache
def known_forms() -> tuple[Forms, Forms]:
    """Forms that stand alone, and forms that stand only before a suffixed pronoun (``مدينت`` of ``مدينتها``)."""
    free: Forms = {}
    bound: Forms = {}
    things, people, names = (list(_entries(table)) for table in (NOUNS, PEOPLE, NAMES))
    verbs = [_Verb(pair) for pair in VERBS.split()]
    _add(free, ((word, word, 0) for word in CLOSED))
    for stem, _ in names + things + people:
        _add(free, [(stem, stem, NOUN)])
    for stem, (_, *plurals) in names + things + people:
        _add(free, ((search_form(plural), stem, NOUN) for plural in plurals))
    for verb in verbs:
        _add(free, verb.citation())
    for stem, printed in things:
        _add(free, ((form, stem, NOUN) for form in _endings(printed, people=False)))
    for stem, printed in people:
        _add(free, ((form, stem, NOUN) for form in _endings(printed, people=True)))
    for verb in verbs:
        _add(free, verb.forms())
    for table, takes_all in ((things, False), (people, True), (names, False)):
        for stem, printed in table:
            _add(bound, ((form, stem, NOUN) for form in _before_pronoun(printed, takes_all)))
    for verb in verbs:
        _add(bound, verb.before_pronoun())
    return free, bound


def _add(forms: Forms, inflected: Iterable[_Inflected]) -> None:
    for form, stem, kind in inflected:
        known = forms.setdefault(form, (stem, kind))
        if known[0] == stem and not known[1] & kind:
            forms[form] = (stem, known[1] | kind)


def _entries(table: str) -> Iterator[tuple[str, list[str]]]:
    """Each entry's stem and its listed forms as printed, the singular first."""
    for entry in table.split():
        singular, _, plurals = entry.partition("=")
        yield search_form(singular), [singular, *filter(None, plurals.split("،"))]


def _endings(printed: list[str], people: bool) -> Iterator[str]:
    """Duals, sound plurals and the accusative of a noun's listed forms."""
    singular, *plurals = printed
    word = search_form(singular)
    if singular.endswith("ة"):
        base = word[:-1]
        yield from (base + "ات", base + "تان", base + "تين", base + "تا", base + "تي")
    else:
        yield from (word + "ا", word + "ان", word + "ين")
        if not plurals or people:
            yield word + "ات"
        if singular.endswith("ى"):
            yield word[:-1] + "يات"
        if singular.endswith("اء"):
            yield from (word[:-1] + "ات", word[:-1] + "ات")
    if people:
        yield from (word + "ه", word + "ون", word + "تان", word + "تين", word + "ي", word + "و")
        if word.endswith("ي") and "ا" in word[:-2]:
            base = word[:-1]
            yield from (base + "ون", base + "ين", base)
    for plural in plurals:
        word = search_form(plural)
        if not plural.endswith(("ة", "ات", "ون", "ين", "اء")):
            yield word + "ا"


def _before_pronoun(printed: list[str], people: bool) -> Iterator[str]:
    """The shapes that differ from the free ones before a suffixed pronoun."""
    for form in printed:
        word = search_form(form)
        if form.endswith("ة"):
            yield from (word[:-1] + "ت", word[:-1] + "تي")
        elif form.endswith("اء"):
            yield from (word[:-1] + "و", word[:-1] + "ي")
        elif form.endswith("ى"):
            yield word[:-1] + "ا"
        elif people:
            yield from (word + "ت", word + "ي", word + "و")
        else:
            yield word + "ي"


class _Verb:
    """A verb by its third person masculine singular forms, past and present, as printed."""

    def __init__(self, pair: str) -> None:
        past, _, present = pair.partition("=")
        self.past, self.present = search_form(past), search_form(present)
        self.body = self.present[1:]
        self.stem = self.past + VERB_SIGN
        self.weak_past = past.endswith(("ى", "ا"))
        self.weak_present = self.present.endswith(("ي", "و")) or present.endswith("ى")
        self.hollow = len(self.past) > 2 and self.past[-2] == "ا"

    def citation(self) -> Iterator[_Inflected]:
        yield self.past, self.stem, PAST
        for person in "يت":
            yield person + self.body, self.stem, PRESENT

    def forms(self) -> Iterator[_Inflected]:
        """Persons and moods; then the passives of weak verbs, and persons that news rarely uses."""
        past = self.past[:-1] if self.weak_past else self.past
        for ending in ("ت", "وا", "تا"):
            yield past + ending, self.stem, PAST
        present = self.body[:-1] if self.weak_present else self.body
        for person in "يت":
            for ending in ("ون", "وا"):
                yield person + present + ending, self.stem, PRESENT
            for ending in ("ان", "ا"):
                yield person + self.body + ending, self.stem, PRESENT
        for person in "نا":
            yield person + self.body, self.stem, PRESENT
        if self.weak_past:
            tail = "و" if self.body.endswith("و") else "ي"
            yield from ((past + tail + ending, self.stem, PAST) for ending in ("", "ت", "نا", "ا"))
        else:
            yield from ((past + ending, self.stem, PAST) for ending in ("ا", "نا", "ن"))
        if self.weak_present:
            yield from ((person + present, self.stem, PRESENT) for person in "يت")
        if self.hollow and not self.weak_past:
            passive = self.past[:-2] + "ي" + self.past[-1]
            yield from ((passive + ending, self.stem, PAST) for ending in ("", "ت", "وا"))
            short = self.past[:-2] + self.past[-1]
            yield from ((short + ending, self.stem, PAST) for ending in ("ت", "نا"))
        if len(self.body) > 2 and self.body[-2] in "ويا" and self.hollow:
            jussive = self.body[:-2] + self.body[-1]
            passive = self.body[:-2] + "ا" + self.body[-1]
            for person in "يت":
                yield person + passive, self.stem, PRESENT
                yield person + jussive, self.stem, PRESENT

    def before_pronoun(self) -> Iterator[_Inflected]:
        past = self.past[:-1] if self.weak_past else self.past
        yield past + "و", self.stem, PAST
        present = self.body[:-1] if self.weak_present else self.body
        for person in "يت":
            yield person + present + "و", self.stem, PRESENT
        if self.weak_past:
            yield past + "ا", self.stem, PAST
        if self.weak_present:
            yield from ((person + present + "ا", self.stem, PRESENT) for person in "يت")
