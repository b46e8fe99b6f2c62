"""Which language a text is in and which way it runs, by its letters."""

from __future__ import annotations

import re
from typing import Literal

Direction = Literal["rtl", "ltr", "auto"]

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LTR = re.compile("[A-Za-z\u00c0-\u058f\u0900-\u1fff\u2c00-\ud7ff]")


def direction(text: str) -> Direction:
    """The direction of most letters of a block; ``auto`` when it has none."""
    right, left = len(_RTL.findall(text)), len(_LTR.findall(text))
    if right == left == 0:
        return "auto"
    return "rtl" if right >= left else "ltr"


def language(text: str) -> tuple[str, float]:
    """ISO 639-1 code (``und`` when unknown) and confidence 0..1."""
    way = direction(text)
    if way == "auto":
        return "und", 0.0
    return ("ar", 0.5) if way == "rtl" else ("en", 0.3)
