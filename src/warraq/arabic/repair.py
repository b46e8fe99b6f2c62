"""Repair of texts whose bytes were read wrongly, or whose letters were stored in the order of display.

Two faults of Arabic pages, repaired only where they are certain, so that sound text is never touched:

* UTF-8 read as windows-1256, windows-1252 or latin-1, once or twice (``ط§ظ„ط¹ط±ط¨``, ``Ø§Ù„Ø¹Ø±Ø¨``). Such a
  reading turns each letter into a pair of characters that no writer puts together; a run of pairs that is valid
  UTF-8 again, and then reads as Arabic, is what it was.
* Presentation forms (Unicode block FE70-FEFF) stored from left to right, as old editors and PDF files do. Each form
  says whether its letter joins the one before and the one after; a word whose forms fit only backwards is backwards.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

DEPTH = 3
"""Wrong readings undone one upon another. Two occur in practice; the bound keeps the work linear."""


class _Misreading(NamedTuple):
    """A wrong reading of UTF-8: the byte behind each character, the runs it leaves, and the proof it needs.

    ``hint`` is a quick test that nearly all sound texts fail.
    """

    byte_of: dict[int, int]
    hint: re.Pattern[str]
    run: re.Pattern[str]
    proof: re.Pattern[str]


def _misreading(codecs: tuple[str, ...], hint: int, proof: str) -> _Misreading:
    byte_of: dict[int, int] = {}
    for codec in codecs:
        for byte in range(0x80, 0x100):
            # The five bytes that windows-1252 leaves open come through as they are.
            character = bytes([byte]).decode(codec, "ignore") or chr(byte)
            byte_of[ord(character)] = byte

    def those(low: int, high: int) -> str:
        return "[" + "".join(re.escape(chr(cp)) for cp, byte in byte_of.items() if low <= byte < high) + "]"

    tail = those(0x80, 0xC0)
    pair = f"(?:{those(0xC2, 0xE0)}{tail}|{those(0xE0, 0xF0)}{tail}{{2}}|{those(0xF0, 0xF5)}{tail}{{3}})"
    return _Misreading(
        byte_of, re.compile(f"{pair}{{{hint}}}"), re.compile(f"{pair}(?:[\\x00-\\x7f]*{pair})*"), re.compile(proof)
    )


# In windows-1256 the first byte of an Arabic letter reads as ط or ظ, and sound text has ``فقط،`` and lists of letters:
# there the proof is a word of three letters. In the western sets two letters or a typographic sign are proof enough.
_LETTER = "[\u0621-\u063a\u0641-\u064a\u067e-\u06cc][\u064b-\u0652]*"
_MISREADINGS = (
    _misreading(("cp1256",), 2, f"(?:{_LETTER}){{3}}"),
    _misreading(("cp1252", "latin-1"), 1, f"(?:{_LETTER}){{2}}|[\u2013\u2014\u2018-\u201e\u2022\u2026]"),
)


def repair(text: str) -> str:
    """``text`` with wrongly read parts restored; the text itself when nothing is certainly wrong."""
    if text.isascii():
        return text
    text = _reread(text, DEPTH)
    return _turn(text) if _FORMS.search(text) else text


def _reread(text: str, depth: int) -> str:
    for misreading in _MISREADINGS:
        if not misreading.hint.search(text):
            continue
        better = misreading.run.sub(lambda run, m=misreading: _restore(run.group(), m, depth), text)  # type: ignore[misc]
        if better != text:
            return _reread(better, depth - 1) if depth > 1 else better
    return text


def _restore(run: str, misreading: _Misreading, depth: int) -> str:
    """What a run was before it was misread, or the run itself when it is not certain that it was."""
    try:
        decoded = bytes(misreading.byte_of.get(ord(c), ord(c)) for c in run).decode("utf-8")
    except UnicodeDecodeError:
        return run
    if misreading.proof.search(decoded):
        return decoded
    deeper = _reread(decoded, depth - 1) if depth > 1 else decoded
    return run if deeper == decoded else deeper


# --- Letters in the order of display ------------------------------------------------------------------------

_FORMS = re.compile("[\ufb50-\ufbff\ufe80-\ufefc]{2,}")
_RIGHT_JOINING = frozenset("اأإآٱدذرزوؤةىژڑڈ")
# What keeps its order inside a line that runs from right to left: numbers and words in left-to-right scripts.
_LEFT_TO_RIGHT = re.compile(
    "[0-9A-Za-z\u00c0-\u024f\u0660-\u0669](?:[0-9A-Za-z\u00c0-\u024f\u0660-\u0669.,:/@_%+-]*[0-9A-Za-z\u00c0-\u024f\u0660-\u0669%])?"
)
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")


def _turn(text: str) -> str:
    forward = backward = 0
    for word in _FORMS.findall(text):
        fits, fits_backwards = _joins_up(word), _joins_up(word[::-1])
        forward += fits and not fits_backwards
        backward += fits_backwards and not fits
    if backward <= 3 * forward:
        return text
    return "\n".join(_turned(line) if _FORMS.search(line) else line for line in text.split("\n"))


def _turned(line: str) -> str:
    line = _LEFT_TO_RIGHT.sub(lambda kept: kept.group()[::-1], line[::-1]).translate(_MIRRORED)
    return re.sub("[\ufb50-\ufdff\ufe80-\ufefc]", lambda form: unicodedata.normalize("NFKC", form.group()), line)


def _joins_up(word: str) -> bool:
    """Whether every letter of a word in presentation forms has the form that its neighbours ask for."""
    shapes = [_shape(form) for form in word]
    return all(_meet(a, b) for a, b in pairwise(shapes))


def _meet(first: tuple[str, bool], second: tuple[str, bool]) -> bool:
    if first[0] in ("initial", "medial"):
        return second[0] in ("medial", "final")
    return not first[1] and second[0] in ("initial", "isolated")


@lru_cache(maxsize=1024)
def _shape(form: str) -> tuple[str, bool]:
    """The form's name in the Unicode Character Database, and whether its letter could join the next one."""
    name = unicodedata.decomposition(form).partition(" ")[0].strip("<>")
    last = unicodedata.normalize("NFKC", form)[-1]
    return name, last not in _RIGHT_JOINING and last != "ء"
