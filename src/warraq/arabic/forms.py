"""Three forms of a text: shown, searched, compared.

* ``shown``: what was printed, minus what nobody can see or read (broken encodings, controls, stray marks of order).
* ``search_form``: what an index and a query must agree on. Unicode NFKC and case folding (UAX #15, UAX #31), without
  vowel signs and invisible characters, one letter for the letters that Arabic writers interchange.
* ``match_form``: letters and digits of the search form with single spaces: for comparing names and copies.

``fold`` gives a form together with a map back to the text it was made from, for highlights.
All of them may be applied again to their own result without changing it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from warraq.arabic.repair import repair

Form = Literal["search", "match"]

# Vowel signs, Koranic marks and the hamza and madda that did not compose: Unicode blocks Arabic, Arabic Extended-A/B.
MARKS = (
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0897-\u089f\u08ca-\u08e1\u08e3-\u08ff"
)
# Characters without a shape: Unicode property Default_Ignorable_Code_Point, interlinear controls, noncharacters.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
TATWEEL = "\u0640"

# Letters that stand for one another in print. Arabic: hamza carriers, alef maksura, teh marbuta. The rest are Persian,
# Urdu, Kurdish and Pashto letters and old code points that reach Arabic pages through keyboards and foreign names.
_LETTERS = {
    "ا": "أإآٱٲٳٵ",
    "ي": "ىیۍێېےۓؽؾؿ",
    "و": "ؤۆۇۈۉۊۋٶٷ",
    "ه": "ةہھۀەۃۂۿ",
    "ك": "کڪګگڬڭڮڰڴ",
    "ب": "پٻڀ",
    "ف": "ڤڥڢڡ",
    "ج": "چڃڄڇ",
    "ز": "ژ",
    "ت": "ٹٺټٿ",
    "د": "ڈڊډڌ",
    "ر": "ڑړڕڒ",
    "ل": "ڵڶڷ",
    "ن": "ںڼڻڽ",
    "س": "ښڛڜ",
    "ق": "ٯڨڧ",
    "ح": "ځڂ",
}
_SIGNS = {"،": ",", "؍": ",", "؛": ";", "؟": "?", "٪": "%", "٫": ".", "٬": ",", "۔": ".", "٭": "*", "’": "'", "‘": "'"}


def _spread(ranges: str) -> list[int]:
    """The code points of a regular expression's character class made of single characters and ``a-b`` ranges."""
    found: list[int] = []
    for part in re.findall(r".-.|.", ranges, re.S):
        found.extend(range(ord(part[0]), ord(part[-1]) + 1))
    return found


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(_spread(MARKS + INVISIBLE + TATWEEL))
    for plain, variants in _LETTERS.items():
        table.update((ord(letter), plain) for letter in variants if letter != plain)
    table.update((ord(sign), plain) for sign, plain in _SIGNS.items())
    # Decimal digits of every script stand in runs of ten.
    for zero in _ZEROS:
        table.update((zero + value, str(value)) for value in range(10))
    return table


_ZEROS = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
]  # fmt: skip
_TABLE = _table()

# Characters that settling leaves alone whatever stands before or after: nearly all of a folded Arabic text.
_PLAIN = re.compile("[\n\t -@\\[-~\u0621\u0626-\u0628\u062a-\u063a\u0641-\u0648\u064a]*")


def search_form(text: str) -> str:
    """The form under which a text is indexed and asked for. Idempotent.

    Canonically or compatibly equivalent texts (UAX #15) have one search form. Spaces and punctuation stay.
    """
    return _carriers(_settle(text))


def _settle(text: str) -> str:
    """NFKC, case folding and the table, again until nothing changes."""
    folded = _once(text)
    while not _PLAIN.fullmatch(folded):
        # Dropping a mark can let its neighbours compose, and case folding can undo NFKC: rare, and soon settled.
        again = _once(folded)
        if again == folded:
            break
        folded = again
    return folded


def _once(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)


def _carriers(text: str) -> str:
    """Seated hamzas, letter for letter. ``شؤون`` is also written ``شئون``, so a yeh before waw gives waw."""
    return text.replace("ئو", "وو").replace("ئ", "ي") if "ئ" in text else text


_APART = re.compile(r"[\W_]+")


def match_form(text: str) -> str:
    """Letters and digits of the search form, in words separated by one space. Idempotent."""
    return _APART.sub(" ", search_form(text)).strip()


class Folded(NamedTuple):
    """A folded text and where it came from.

    ``offsets`` has one entry more than ``text`` has characters: character ``i`` came from the characters of the
    shown text from ``offsets[i]`` on, and ``offsets[-1]`` is the shown text's length. It never decreases.
    """

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the shown text that ``text[start:end]`` was made from (``start < end``)."""
        last = self.offsets[end - 1]
        # Several characters can come from one (``ﷲ``): the span ends where the next other source begins.
        while end < len(self.offsets) - 1 and self.offsets[end] == last:
            end += 1
        return self.offsets[start], self.offsets[end]


def fold(text: str, form: Form = "search") -> Folded:
    """A form of ``text`` with its map back. ``fold(t).text == search_form(t)`` (or ``match_form(t)``)."""
    parts: list[str] = []
    offsets: list[int] = []
    at, length = 0, len(text)
    while at < length:
        end = _plain_until(text, at)
        if end > at:
            parts.append(text[at:end])
            offsets.extend(range(at, end))
            at = end
            continue
        # One cluster: a character and all that can change it.
        end = at + 1
        while end < length and _joins(text[end]):
            end += 1
        piece = _settle(text[at:end])
        parts.append(piece)
        offsets.extend([at] * len(piece))
        at = end
    offsets.append(length)
    folded = Folded(_carriers("".join(parts)), tuple(offsets))
    return folded if form == "search" else _matched(folded)


def _plain_until(text: str, at: int) -> int:
    """Where the plain characters from ``at`` end, leaving the last one to a cluster if the next joins it."""
    found = _PLAIN.match(text, at)
    end = found.end() if found else at
    return end - 1 if at < end < len(text) and _joins(text[end]) else end


def _matched(folded: Folded) -> Folded:
    parts: list[str] = []
    offsets: list[int] = []
    for word in _WORD.finditer(folded.text):
        if parts:
            parts.append(" ")
            offsets.append(folded.span(word.start() - 1, word.start())[0])
        parts.append(word.group())
        offsets.extend(folded.offsets[word.start() : word.end()])
    offsets.append(folded.offsets[-1])
    return Folded("".join(parts), tuple(offsets))


_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def _joins(character: str) -> bool:
    """Whether a character can change what stands before it: marks, Hangul vowels and finals, what the fold drops."""
    first = unicodedata.normalize("NFKD", character)[0]
    return (
        unicodedata.category(first)[0] == "M"
        or "\u1160" <= first <= "\u11ff"
        or first in "\U00016d63\U00016d67"
        or not _settle(character)
    )


# Isolated vowel signs of Arabic Presentation Forms stand on the letter before; NFKC would put a space between.
_ISOLATED = {
    cp: unicodedata.normalize("NFKC", chr(cp)).strip(" ") for cp in (*range(0xFE70, 0xFE80, 2), *range(0xFC5E, 0xFC64))
}
_JUNK = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u200b\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffc\ufffe\uffff\U000e0001]"
)
_BREAK = re.compile("\r\n?|[\u2028\u2029\x85]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSOUND = re.compile(f"{_JUNK.pattern}|{_BREAK.pattern}|{_SURROGATE.pattern}|[{''.join(map(chr, _ISOLATED))}]")


def shown(text: str) -> str:
    """The text as a reader should see it: canonical composition, broken encodings repaired, nothing invisible left.

    The zero-width joiners that Persian and emoji need, and the single marks of direction (U+200E, U+200F,
    U+061C), stay; embeddings, overrides and isolates go, since one that is not closed turns the rest of a page around.
    """
    text = repair(text)
    if _UNSOUND.search(text):
        text = _SURROGATE.sub("\ufffd", _JUNK.sub("", _BREAK.sub("\n", text))).translate(_ISOLATED)
        text = repair(text)  # letters that the junk kept apart
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
