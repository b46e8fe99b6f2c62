"""What is derived from one article's text alone: its term vector, its sketch, and the digest of its content.

The **term vector** counts the stems of an article in its title, its lead (the first words of the body) and its
body, so that articles can be compared by what they are about without reading their texts again. The **sketch**
keeps the smallest hashes of all runs of four stems; two sketches tell how much of one text stands in the other.
Both are packed into bytes (little-endian numpy arrays), since a page reads hundreds of them.
"""

from __future__ import annotations

from hashlib import blake2b
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warraq.arabic import Word, words
from warraq.types import Analysis, Article, micros

RECIPE = 1
"""Raise it when stems, vectors or sketches of the same text come out differently."""

TERM = np.dtype([("term", "<u4"), ("title", "u1"), ("lead", "u1"), ("body", "<u2")])
"""One term: `Word.code`, and how often it stands in title, lead and body (the lead is part of the body)."""

Vector = NDArray[np.void]
"""A term vector: `TERM` records, one a term, sorted by term."""
Sketch = NDArray[np.uint32]
"""Ascending hashes, at most `SKETCH`; fewer than that are all that the text has."""

LEAD = 60
"""Words of the body that are its lead: two or three sentences."""
WORDS = 4000
"""Words of a body that count for the vector; a longer one is a document, not news."""
TERMS = 600
"""Terms kept, the heaviest."""
SHINGLE = 4
SKETCH = 256
"""Hashes kept: every one of a text of up to about 260 words. At most 1 KiB."""
_CODE = itemgetter(Word._fields.index("code"))


def analyse(article: Article) -> Analysis:
    """Vector and sketch of an article. Depends on title and body alone."""
    body = words(article.text)
    return Analysis(RECIPE, counted(words(article.title), body).tobytes(), sketched(body).tobytes())


def counted(title: list[Word], body: list[Word]) -> Vector:
    """The term vector of an article's words."""
    return _vector(title, body[:WORDS])


def sketched(body: list[Word]) -> Sketch:
    """The sketch of a text's words."""
    return _sketch(np.fromiter(map(_CODE, body), np.uint64, len(body)))


def unpack(analysis: Analysis) -> Vector:
    """The term vector of an analysis (read-only)."""
    return np.frombuffer(analysis.terms, TERM)


def unpack_sketch(analysis: Analysis) -> Sketch:
    """The sketch of an analysis (read-only)."""
    return np.frombuffer(analysis.sketch, "<u4")


def digest(article: Article) -> bytes:
    """16 bytes that name a revision: equal if title, text of the body and date are equal, but for white space."""
    published = str(micros(article.published.at)) if article.published else ""
    parts = (" ".join(article.title.split()), " ".join(article.text.split()), published)
    return blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def telling(word: Word) -> bool:
    """Whether a word can say what an article is about: no stop word, no single letter, no number below 100."""
    return not word.stop and len(word.stem) > 1 and (len(word.stem) > 2 or not word.stem.isdigit())


def _vector(title: list[Word], body: list[Word]) -> Vector:
    codes = [word.code for word in title if telling(word)]
    head = len(codes)
    codes += [word.code for word in body[:LEAD] if telling(word)]
    lead = len(codes)
    codes += [word.code for word in body[LEAD:] if telling(word)]
    terms, places = np.unique(np.array(codes, np.uint32), return_inverse=True)
    vector = np.empty(len(terms), TERM)
    vector["term"] = terms
    vector["title"] = _counts(places[:head], len(terms), 255)
    vector["lead"] = _counts(places[head:lead], len(terms), 255)
    vector["body"] = _counts(places[head:], len(terms), 65535)
    if len(vector) > TERMS:
        weight = 4 * vector["title"].astype(np.int64) + vector["lead"] + vector["body"]
        vector = vector[np.sort(np.lexsort((vector["term"], -weight))[:TERMS])]
    return vector


def _counts(places: NDArray[Any], size: int, most: int) -> NDArray[np.int64]:
    return np.minimum(np.bincount(places, minlength=size), most)


def _sketch(codes: NDArray[np.uint64]) -> Sketch:
    """The `SKETCH` smallest of the hashes of all runs of `SHINGLE` words (bottom-k: Cohen and Kaplan, PODC 2007)."""
    if len(codes) < SHINGLE:
        return np.empty(0, "<u4")
    count = len(codes) - SHINGLE + 1
    hashes, spare = np.zeros(count, np.uint64), np.empty(count, np.uint64)
    for offset in range(SHINGLE):
        hashes ^= codes[offset : offset + count]
        _mix(hashes, spare)
    hashes >>= _HALF
    runs = hashes.astype("<u4")
    runs.sort()
    first = np.empty(count, bool)
    first[0] = True
    np.not_equal(runs[1:], runs[:-1], out=first[1:])
    return runs[first][:SKETCH]


_HALF = np.uint64(32)
_STEP = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_LAST = np.uint64(31)


def _mix(values: NDArray[np.uint64], spare: NDArray[np.uint64]) -> None:
    """The step of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014) in place; arithmetic is modulo 2**64."""
    values += _STEP
    for shift, factor in _FACTORS:
        values ^= np.right_shift(values, shift, out=spare)
        values *= factor
    values ^= np.right_shift(values, _LAST, out=spare)
