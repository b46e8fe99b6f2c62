"""What is derived from one article's text alone: its term vector, its sketch, and the digest of its content.

The **term vector** counts the stems of an article in its title, its lead (the first words of the body) and its
body, so that articles can be compared by what they are about without reading their texts again. The **sketch**
keeps the smallest hashes of all runs of four stems; two sketches tell how much of one text stands in the other.
Both are packed into bytes (little-endian numpy arrays), since a page reads hundreds of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warraq.arabic import Word, words
from warraq.arabic.numbered import Numbered, Numbers
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
_CODES = (1 << 32) - 1
_TELLING = 1 << 32


def analyse(article: Article) -> Analysis:
    """Vector and sketch of an article. Depends on title and body alone."""
    title, body = (np.array([number(word) for word in words(text)], np.int64) for text in (article.title, article.text))
    return Analysis(RECIPE, counted(title, body).tobytes(), sketched([body])[0].tobytes())


def analyses(articles: Sequence[Article], reader: Numbered) -> list[Analysis]:
    """`analyse` of each, by a `reader` of numbers, in a third of the time."""
    numbers = reader.read([text for article in articles for text in (article.title, article.text)])
    titles, bodies = numbers[::2], numbers[1::2]
    return [
        Analysis(RECIPE, counted(title, body).tobytes(), sketch.tobytes())
        for title, body, sketch in zip(titles, bodies, sketched(bodies), strict=True)
    ]


def reader() -> Numbered:
    """What reads texts as `counted` and `sketched` take them; it remembers forms, so keep it for many texts."""
    return Numbered(number)


def number(word: Word) -> int:
    """A word's code, and whether it is telling."""
    return word.code | _TELLING if telling(word) else word.code


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


def counted(title: Numbers, body: Numbers) -> Vector:
    """The term vector of an article, of the numbers of its words (see `number`)."""
    parts = (title, body[:LEAD], body[LEAD:WORDS])
    told = [part[part >= _TELLING] for part in parts]
    head, lead = len(told[0]), len(told[0]) + len(told[1])
    terms, places = np.unique(np.concatenate(told).astype(np.uint32), return_inverse=True)
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


def sketched(bodies: Sequence[Numbers]) -> list[Sketch]:
    """The sketches of texts, of the numbers of their words: of each the `SKETCH` smallest of the hashes of all runs
    of `SHINGLE` words (bottom-k: Cohen and Kaplan, PODC 2007).
    """
    together = np.concatenate(bodies) if len(bodies) > 1 else bodies[0] if bodies else np.empty(0, np.int64)
    hashes = _hashes((together & _CODES).astype(np.uint64))
    sketches = []
    start = 0
    for body in bodies:
        runs = np.sort(hashes[start : start + max(0, len(body) - SHINGLE + 1)])
        start += len(body)
        first = np.ones(len(runs), bool)
        np.not_equal(runs[1:], runs[:-1], out=first[1:])
        sketches.append(runs[first][:SKETCH])
    return sketches


def _hashes(codes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The hash of every run of `SHINGLE` words."""
    count = max(0, len(codes) - SHINGLE + 1)
    hashes, spare = np.zeros(count, np.uint64), np.empty(count, np.uint64)
    for offset in range(SHINGLE if count else 0):
        hashes ^= codes[offset : offset + count]
        _mix(hashes, spare)
    hashes >>= _HALF
    return hashes.astype("<u4")


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
