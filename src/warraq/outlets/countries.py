"""Countries by their codes or by their names in Arabic and English (Unicode CLDR, through Babel)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

from warraq.arabic import match_form


def country_codes(name: str) -> tuple[str, ...]:
    """The ISO 3166 codes a name stands for: ``SA``, ``السعودية``, ``Saudi Arabia``; none if nobody has it.

    A part of a country's name will do, if it is made of whole words: ``الإمارات`` is ``الإمارات العربية المتحدة``.
    """
    if len(name) == 2 and name.isascii():
        return (name.upper(),)
    wanted = match_form(name)
    if not wanted:
        return ()
    names = _names()
    exact = tuple(sorted({code for said, code in names.items() if said == wanted}))
    return exact or tuple(sorted({code for said, code in names.items() if f" {wanted} " in f" {said} "}))


@cache
def _names() -> Mapping[str, str]:
    return {
        match_form(said): code
        for language in ("ar", "en")
        for code, said in Locale(language).territories.items()
        if len(code) == 2
    }
