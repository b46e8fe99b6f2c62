"""Web addresses: their canonical form, the article ids made from them, and a form that is safe to show.

Parsing follows the WHATWG URL Standard (https://url.spec.whatwg.org/) through ``ada_url``. What is not a usable
``http`` or ``https`` address has the canonical form ``""``: no function here raises for an odd address, because
odd addresses are what the web is made of.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from urllib.parse import unquote_to_bytes

import ada_url

from warraq.errors import UsageError
from warraq.types import ArticleId

MAX_LENGTH = 8192
"""Characters. Longer addresses are refused; an Arabic letter takes six characters when percent-encoded."""

# Parameters that say how a reader came, never what is shown. Collected from the public documentation of the
# services that add them (Google, Meta, Microsoft, Matomo, Mailchimp, HubSpot, AT Internet, comScore ...).
_TRACKING_NAMES = """
fbclid fb_action_ids fb_action_types fb_ref fb_source gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid
srsltid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id epik scid sccid s_kwcid ef_id
mc_cid mc_eid _hsenc _hsmi __hssc __hstc __hsfp hsctatracking mkt_tok oly_anon_id oly_enc_id vero_id vero_conv
pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid
wickedid rb_clickid _openstat _branch_match_id _branch_referrer _ga _gl __twitter_impression ref_src ref_url
ocid cmpid s_cid xtor sms_ss awt_l spm guccounter guce_referrer guce_referrer_sig traffic_source
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())
_TRACKING_PREFIX = ("utm_", "mtm_", "piwik_", "hsa_", "at_", "ns_")

# An escape that has another, shorter or upper-case, spelling: lower-case hex digits, an unreserved character
# (RFC 3986, section 6.2.2), or a "%" that begins no escape.
_ODD_ESCAPE = re.compile(r"%(?![0-9A-F]{2})|%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])")
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+|%")
_UNRESERVED = re.compile(r"%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])")
_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?")

_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_ID = re.compile(r"[0-9a-v]{12}")
_MIRRORS = ("www.", "m.")


def canonical(url: str, base: str | None = None) -> str:
    """The one spelling of an ``http(s)`` address, or ``""`` for what is not one.

    Relative addresses are resolved against `base`. The host becomes lower case and ASCII without a final dot;
    default ports, fragments, tracking parameters and empty parameters go; what is left of the query keeps its
    order; escapes are upper case and only where needed, so that a raw Arabic path and its ``%D8...`` form are one.
    The scheme, a leading ``www.`` and a trailing slash stay: they may matter to a server (`article_id` looks past
    the first two). Addresses with a user name or password are refused, as are those longer than `MAX_LENGTH`.
    """
    if len(url) > MAX_LENGTH:
        return ""
    try:
        href: str = ada_url.join_url(base, url) if base else ada_url.normalize_url(url)
    except (ValueError, UnicodeError):
        return ""
    parts = _PARTS.match(href)
    if parts is None or "@" in parts[2] or len(href) > MAX_LENGTH:
        return ""
    scheme, authority, path, query = parts.groups()
    if authority.endswith(".") or ".:" in authority:
        name, colon, port = authority.partition(":")
        authority = name.rstrip(".") + colon + port
        if not ada_url.check_url(f"{scheme}://{authority}"):
            return ""
    if query:
        query = "&".join(p for p in query.split("&") if p and not _is_tracking(p))
    rest = f"{path}?{query}" if query else path
    if "%" in rest and _ODD_ESCAPE.search(rest):
        rest = _ESCAPES.sub(_plain_escapes, rest)
    return f"{scheme}://{authority}{rest}"


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIX)


def _plain_escapes(match: re.Match[str]) -> str:
    """A run of escapes in upper case with the needless ones decoded; a lone "%" as ``%25``.

    The lone "%" must become an escape: else ``%%341`` would turn into ``%41``, which means something else.
    """
    run = match[0]
    if run == "%":
        return "%25"
    run = run.upper()
    return _UNRESERVED.sub(lambda escape: chr(int(escape[0][1:], 16)), run)


def article_id(url: str) -> ArticleId:
    """The id of the article at a *canonical* address: 60 bits of BLAKE2b as twelve characters ``0-9a-v``.

    The scheme and a leading ``www.`` or ``m.`` do not count: outlets moved from http to https, and print one
    article under all these names. `UsageError` for what is no http(s) address; pass only what `canonical` gave.
    """
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in ("http", "https") or not rest:
        raise UsageError(f"not a canonical web address: {display(url)!r}")
    for prefix in _MIRRORS:
        # "m.example" with nothing before the last label is a name of its own.
        if rest.startswith(prefix) and "." in rest[len(prefix) :].partition("/")[0]:
            rest = rest[len(prefix) :]
            break
    return int_to_id(int.from_bytes(blake2b(rest.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 4)


def id_to_int(id: ArticleId) -> int:
    """The 60-bit number an id stands for. `UsageError` for what is not twelve characters ``0-9a-v``."""
    if not _ID.fullmatch(id):
        raise UsageError(f"not an article id: {id[:40]!r}")
    return int(id, 32)


def int_to_id(number: int) -> ArticleId:
    """Inverse of `id_to_int`; `number` in 0 .. 2^60-1."""
    if not 0 <= number < 1 << 60:
        raise UsageError(f"not a 60-bit number: {number}")
    return "".join([_DIGITS[number >> shift & 31] for shift in range(55, -5, -5)])


def host(url: str) -> str:
    """The host of an address as `canonical` writes it, without the port; ``""`` when it has none."""
    parts = _PARTS.match(canonical(url))
    if parts is None:
        return ""
    authority: str = parts[2]
    return authority.partition("]")[0] + "]" if authority.startswith("[") else authority.partition(":")[0]


def is_http(url: str) -> bool:
    """Is this an absolute ``http`` or ``https`` address that `canonical` accepts?"""
    return bool(canonical(url))


def display(url: str) -> str:
    """An address for people: Arabic (and other) letters instead of escapes.

    What could mislead stays escaped: controls, bidi marks, spaces, unassigned characters, and every ASCII escape.
    An internationalised host is shown in letters only when each label is pure Arabic or pure ASCII, so that no
    label mixes look-alike scripts. Show the result in a left-to-right isolate.
    """
    parts = _PARTS.match(url)
    if parts is None:
        return _shown(url)
    authority, rest = parts[2], url[parts.end(2) :]
    if "xn--" in authority:
        letters = ada_url.idna_to_unicode(authority)
        if all(label.isascii() or all(_is_arabic(c) for c in label) for label in letters.split(".")):
            authority = letters
    return f"{parts[1]}://{_shown(authority)}{_shown(rest)}"


def _is_arabic(character: str) -> bool:
    return "\u0600" <= character <= "\u06ff" and character.isalnum()


_HIGH_ESCAPES = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


def _shown(text: str) -> str:
    text = _HIGH_ESCAPES.sub(_letters, text)
    return "".join(c if "!" <= c <= "~" or _is_visible(c) else _escaped(c) for c in text)


def _letters(match: re.Match[str]) -> str:
    try:
        return unquote_to_bytes(match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _is_visible(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character)[0] in "LMNPS"


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
