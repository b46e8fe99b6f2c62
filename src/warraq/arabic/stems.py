"""One stem for the forms of a word that a reader searches together."""

from __future__ import annotations

_PREFIXES = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال")
_SUFFIXES = ("هما", "ها", "هم", "ات", "ان", "ون", "ين", "يه", "ه", "ي")


def stem(folded: str) -> str:
    """The stem of a word in search form."""
    word = folded
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 2:
            word = word[len(prefix) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    return word
