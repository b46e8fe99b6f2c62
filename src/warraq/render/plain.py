"""What may reach a reader's screen: text without the characters that act on the screen instead of standing on it.

Terminals obey escape sequences, and an unclosed bidirectional override turns the rest of a line around, whatever
the markup says. Articles come from outside, so every face cleans what it shows; JSON keeps the text untouched.
"""

from __future__ import annotations

import re
import unicodedata

# C0 and C1 controls but tab and line feed, lone surrogates, non-characters, and the two bidi overrides (UAX #9).
_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202d\u202e]")
_BIDI = re.compile("[\u202a-\u202c\u2066-\u2069]")
_EMBED, _ISOLATE = "\u202a\u202b", "\u2066\u2067\u2068"
_POP_EMBED, _POP_ISOLATE = "\u202c", "\u2069"


def plain(text: str) -> str:
    """`text` without controls and overrides; its bidi embeddings and isolates stay only if each is closed in it."""
    if text.isprintable():  # most is, and then none of these characters is in it
        return text
    if _NEVER.search(text):
        text = _NEVER.sub("", text)
    if _BIDI.search(text) and not _balanced(text):
        text = _BIDI.sub("", text)
    return text


def line(text: str) -> str:
    """`text` on one line, clean, with single spaces."""
    return " ".join(plain(text).split())


def isolate(text: str) -> str:
    """`text` between FSI and PDI if it holds a left-to-right letter, so that it cannot reorder its neighbours.

    Digits need no isolate: between right-to-left words they keep their place (UAX #9, rules W and N).
    """
    return f"\u2068{text}\u2069" if any(unicodedata.bidirectional(c) == "L" for c in text) else text


def _balanced(text: str) -> bool:
    """Whether every embedding and isolate is closed in order, and nothing is closed that was not opened.

    A line break ends a paragraph and with it everything open (UAX #9, X8), so each line must balance.
    """
    for part in text.split("\n"):
        opened: list[str] = []
        for char in _BIDI.findall(part):
            if char in _EMBED:
                opened.append(_POP_EMBED)
            elif char in _ISOLATE:
                opened.append(_POP_ISOLATE)
            elif not opened or opened.pop() != char:
                return False
        if opened:
            return False
    return True
