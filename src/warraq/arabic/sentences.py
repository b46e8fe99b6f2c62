"""Sentences of a text, as spans: by final marks and line breaks, minding abbreviations, initials and list marks.

A full stop ends a sentence unless it follows a lone letter (``د. أحمد``, ``أ.د.``, ``ق.م.``, ``U.S.``) or an
abbreviation. Decimals, times and addresses have no space after their dots and are left whole. Two dots are how
Arabic headlines write a dash and end nothing; three dots or an ellipsis sign do. Closing quotation marks and brackets
stay with their sentence.
"""

from __future__ import annotations

import re

_CLOSING = "\"'”’»›)\\]}＂"
_MARKS = "\u064b-\u0652\u0640\u200c-\u200f"
# A final mark before white space or the end; or a full stop that the next sentence's first word touches, as careless
# typing and scraping leave it; or a line break.
_END = re.compile(
    f"(?:[!?؟۔‼⁇‽]+[.…]*|…+|\\.+[!?؟]*)(?P<closing>[{_CLOSING}]*)(?=\\s|$)"
    f"|(?<=[\u0621-\u064a{_MARKS}]{{3}})[.؟!][{_CLOSING}]*"
    f'(?=[«“"(]?[\u0621-\u064a][\u0621-\u064a{_MARKS}]{{2}})'
    "|[ \\t]*[\\n\\r\\u2028\\u2029]+"
)
_BEFORE = re.compile(r"[^\W\d_][^\s«“\"(\[/]*\Z")
_INITIALS = re.compile(f"(?:[^\\W\\d_][{_MARKS}]*\\.)*[^\\W\\d_][{_MARKS}]*")
# Lone letters are abbreviations by rule; these are the longer ones.
_ABBREVIATIONS = frozenset(
    [
        "ود",
        "وأ",
        "تلف",
        "هات",
        "ج.م",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Prof",
        "St",
        "No",
        "vs",
        "Jr",
        "Sr",
        "Gen",
        "Sen",
        "Inc",
    ]
)
_NOT_SENTENCES = ("كوم", "نت", "أورغ", "اورج")
_ITEM = re.compile(r"(?:[-–—•*▪●○◦·■□►]|\(?\d{1,2}[.)–-])\s+")
_LOOK_BACK = 24
"""Characters before a full stop among which an abbreviation is looked for."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans ``(start, end)`` of the sentences of a shown text, in order, without the white space and list marks around.

    Every letter of the text lies in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        if _ends(text, found):
            _add(spans, text, start, found.end())
            start = found.end()
    _add(spans, text, start, len(text))
    return spans


def _ends(text: str, found: re.Match[str]) -> bool:
    mark = found.group().strip()
    if not mark:
        return True
    at = found.start()
    if mark.startswith(".") and not mark.startswith("..."):
        if mark.startswith(".."):
            return False
        if text[found.end() : found.end() + 1] and not text[found.end()].isspace():
            return not text.startswith(_NOT_SENTENCES, found.end())
        before = _BEFORE.search(text[max(0, at - _LOOK_BACK) : at])
        joined = before and before.start() and text[at - len(before.group()) - 1].isalnum()  # 1440هـ.
        if before and not joined and (_INITIALS.fullmatch(before.group()) or before.group() in _ABBREVIATIONS):
            # At the end of a line even an abbreviation ends the sentence, and the line break says so.
            return False
        return not _numbers_an_item(text, at)
    return True


def _numbers_an_item(text: str, at: int) -> bool:
    """Whether all that stands before ``at`` in its line is a number of one or two digits."""
    start = at
    while start > max(0, at - 2) and text[start - 1].isdecimal():
        start -= 1
    return start < at and (start == 0 or text[start - 1] in "\n\r")


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if item := _ITEM.match(text, start, end):
        start = item.end()
    if any(character.isalnum() for character in text[start:end]):
        spans.append((start, end))
