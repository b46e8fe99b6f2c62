"""Words of a text: folded, stemmed, numbered. The hot path of everything that reads articles.

A word is a run of letters, digits and the signs that may stand inside a word; a number keeps its separators. News
vocabulary is Zipfian, so what is known of a word is remembered per printed form and a text costs one regular
expression and one dictionary look-up per word.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from warraq.arabic.forms import INVISIBLE, MARKS, search_form
from warraq.arabic.stems import stem
from warraq.arabic.stopwords import STOP_WORDS

REMEMBERED = 1 << 17
"""Printed forms remembered per generation; two generations are kept."""
LONGEST = 64
"""Characters of a word that count; a longer one is cut, and not remembered."""

# A word begins with a letter or digit that the fold does not drop, and goes on over letters, digits and marks. The
# underscore of hashtags separates: it is replaced beforehand, which a character class could only do more slowly.
FIRST = "[^\\W_\u0640\u115f\u1160\u3164\uffa0\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f]"
INSIDE = f"[\\w{MARKS}{INVISIBLE}\u0300-\u036f]"
SEPARATORS = "[.,٫٬]"
_TOKEN = re.compile(f"{FIRST}{INSIDE}*(?:{SEPARATORS}(?<=\\d.)(?=\\d)\\d+)*")
_INNER = re.compile(r"[^\w.]|_|(?<!\d)\.|\.(?!\d)")


class Word(NamedTuple):
    """What is known of a word by itself.

    ``folded``: its search form. ``stem``: what it shares with the words searched together with it. ``stop``: it
    carries no topic. ``code``: 32 bits of a hash of the stem, the same in every archive for ever, never 0.
    """

    folded: str
    stem: str
    stop: bool
    code: int


class Token(NamedTuple):
    """A word at ``text[start:end]`` of the text it was read from."""

    start: int
    end: int
    word: Word


class _Memory(dict[str, Word]):
    """What is known per printed form: two generations of at most so many words; the older one is forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.most = REMEMBERED
        self._older: dict[str, Word] = {}

    def __missing__(self, printed: str) -> Word:
        word = self._older.get(printed) or read_word(printed)
        if len(printed) <= LONGEST:
            if len(self) >= self.most:
                self._older = dict(self)
                self.clear()
            self[printed] = word
        return word

    def forget(self) -> None:
        """Start anew, as in a fresh process."""
        self._older = {}
        self.clear()


def read_word(printed: str) -> Word:
    """What is known of one word, without remembering it; `words` remembers."""
    if _SETTLED.fullmatch(printed):
        folded = printed
    else:
        folded = search_form(printed[:LONGEST])
        if not _SETTLED.fullmatch(folded):
            folded = _INNER.sub("", folded) or printed[:LONGEST]
    root = stem(folded)
    return Word(folded, root, folded in STOP_WORDS, code(root))


# Letters that are their own search form: no need to fold what is written with them alone.
_SETTLED = re.compile(f"[0-9a-z\u0621\u0627\u0628\u062a-\u063a\u0641-\u0648\u064a]{{1,{LONGEST}}}")


@lru_cache(maxsize=1 << 15)
def code(text: str) -> int:
    """The unsigned 32-bit number of a stem: BLAKE2b of its UTF-8 bytes; never 0."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little") or 1


_MEMORY = _Memory()


def remember(most: int) -> None:
    """Remember so many printed forms per generation in this process, some 350 bytes each, instead of `REMEMBERED`."""
    _MEMORY.most = most


def words(text: str) -> list[Word]:
    """The words of a shown text, in order."""
    return list(map(_MEMORY.__getitem__, _TOKEN.findall(text.replace("_", " "))))


def tokens(text: str) -> Iterator[Token]:
    """The words of a shown text with their places in it."""
    for found in _TOKEN.finditer(text.replace("_", " ")):
        yield Token(found.start(), found.end(), _MEMORY[found.group()])


def spot(text: str, stems: Container[str], beginnings: tuple[str, ...], most: int) -> Iterator[tuple[int, Token]]:
    """Of the first words of a shown text those with one of these stems, or begun so; with their numbers there.

    What `tokens` gives, for a reader who wants few of them, in a third of the time.
    """
    known = _MEMORY
    for number, found in enumerate(islice(_TOKEN.finditer(text.replace("_", " ")), most)):
        word = known[found[0]]
        if word.stem in stems or (
            beginnings and (word.folded.startswith(beginnings) or word.stem.startswith(beginnings))
        ):
            yield number, Token(found.start(), found.end(), word)
