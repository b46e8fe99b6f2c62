"""Bytes to text, by what the bytes are. What a header or a ``<meta>`` declares is weak evidence: it is often wrong.

Order of trust: a byte order mark; a pattern of zero bytes (UTF-16, UTF-32); valid UTF-8; then, for the legacy
encodings, the letters themselves (windows-1256 against ISO-8859-6), the statistics of uchardet, the declarations.
Labels are those of the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/#names-and-labels).
"""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5

_MARKS = (
    # UTF-32 first: its little-endian mark begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,200}?encoding=["']([\w.:-]{2,40})""", re.I
)
_HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]{2,40})""", re.I)
_HIGH = bytes(range(128, 256))
_SAMPLE = 1 << 18
"""Bytes that are looked at to choose a legacy encoding."""
_BROKEN = 0.02
"""UTF-8 with a larger share of broken characters among its non-ASCII ones is not believed to be UTF-8."""
_WIDE = {"gbk", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr", "iso-2022-jp"}
_ARABIC = {"windows-1256", "iso-8859-6"}


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of `body` and the name of its encoding. Never fails: what cannot be read becomes U+FFFD.

    `content_type` is the HTTP header of that name. A byte order mark is not part of the text.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    if wide := _by_zeros(body):
        return body.decode(wide, "replace"), wide
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if _nearly_utf8(body):
        return body.decode("utf-8", "replace"), "utf-8"
    name = _legacy(body, content_type)
    try:
        return body.decode(name, "replace"), name
    except LookupError:
        return body.decode("windows-1252", "replace"), "windows-1252"


def declared(body: bytes, content_type: str = "") -> tuple[str, ...]:
    """The encodings that the header and the document declare, in that order, as WHATWG names; unknown ones dropped.

    The document is searched well beyond the standard's 1024 bytes: late declarations are common.
    """
    labels = _HEADER.findall(content_type)
    labels += [(a or b).decode("ascii", "replace") for a, b in _META.findall(body[:65536])]
    names = (map_encoding_to_html5(label, False) for label in labels)
    return tuple(dict.fromkeys(_plain(n) for n in names if n and n != "x-user-defined"))


def _by_zeros(body: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: Latin letters, or just line breaks and spaces, show as zero bytes."""
    head = body[:4096]
    head = head[: len(head) - len(head) % 4]
    if len(head) < 8 or b"\0" not in head:
        return ""
    zeros = [head[i::4].count(0) for i in range(4)]
    quarter = len(head) // 4
    if min(zeros[2], zeros[3]) > 0.9 * quarter and zeros[0] < 0.5 * quarter:
        return "utf-32-le"
    if min(zeros[0], zeros[1]) > 0.9 * quarter and zeros[3] < 0.5 * quarter:
        return "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if min(even, odd) > 0.05 * len(head):
        return ""
    # Spaces and line breaks come in every script; letters with a zero byte only in some.
    common = {name: sum(head.decode(name, "replace").count(c) for c in " \n\r") for name in ("utf-16-le", "utf-16-be")}
    name = max(common, key=lambda n: (common[n], odd if n == "utf-16-le" else even))
    text = head.decode(name, "replace")
    return name if common[name] >= 2 and text.count("\ufffd") + text.count("\0") <= 0.02 * len(text) else ""


def _nearly_utf8(body: bytes) -> bool:
    """UTF-8 with a few broken characters: a page cut off by bytes, one advertisement in another encoding."""
    if not re.search(rb"[\xc2-\xf4][\x80-\xbf]", body[:_SAMPLE]):
        return False
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(body.translate(None, bytes(range(0xC0)))) - broken  # lead bytes: one a character
    return broken <= max(_BROKEN * sound, 1 if sound >= 20 else 0)


def _legacy(body: bytes, content_type: str) -> str:
    claims = declared(body, content_type)
    sample = _high_lines(body)
    detected = _plain(detect_encoding(sample) or "windows-1252")
    if _looks_arabic(sample, detected in _ARABIC or bool(_ARABIC & set(claims))):
        return _which_arabic(sample)
    for name in claims:
        if name in _WIDE and (name == detected or _reads(sample, name)):
            return "gb18030" if name == "gbk" else name
    if detected in _ARABIC | {"utf-8"}:
        # uchardet answers UTF-8 when it has no answer; what follows cannot be UTF-8.
        return next((n for n in claims if n != "utf-8"), "windows-1252" if detected == "utf-8" else detected)
    single = [n for n in claims if n not in _WIDE and n not in {"utf-8", "utf-16le", "utf-16be"}]
    if detected not in _WIDE and single and single[0] != "windows-1252":
        return single[0]
    if len(sample) - len(sample.translate(None, _HIGH)) < 8 and not claims:
        return "windows-1252"  # too little to tell
    return "gb18030" if detected == "gbk" else detected


def _plain(name: str) -> str:
    """Resiliparse gives Python's names (``cp1256``); the standard's are ``windows-1256`` and ``iso-8859-6``."""
    name = name.lower()
    return re.sub(r"^iso8859", "iso-8859", re.sub(r"^cp(?=125)", "windows-", name))


def _high_lines(body: bytes) -> bytes:
    """The lines that hold non-ASCII bytes, up to a bound: markup and scripts would drown the statistics."""
    lines = re.findall(rb"[^\n<>]+", body[: 8 * _SAMPLE])
    return b"\n".join(line for line in lines if not line.isascii())[:_SAMPLE]


def _looks_arabic(sample: bytes, suspected: bool) -> bool:
    """Whether single bytes spell Arabic: by the article ``ال``, every twelfth pair of letters or so."""
    high = len(sample) - len(sample.translate(None, _HIGH))
    if not high:
        return False
    article = max(sample.count(b"\xc7\xe1"), sample.count(b"\xc7\xe4"))
    # Persian and short texts have few articles; there a suspicion and the letters that all share must do.
    letters = sum(sample.count(bytes([b])) for b in (0xC7, 0xCA, 0xCF, 0xD1, 0xD3, 0xC8))
    return article >= max(2, 0.015 * high) or (suspected and letters >= 0.15 * high)


def _which_arabic(sample: bytes) -> str:
    """windows-1256 or ISO-8859-6: they put و and ي (every sixth letter or so) at different bytes."""
    iso = sample.count(b"\xe8") + sample.count(b"\xea")
    windows = sample.count(b"\xe6") + sample.count(b"\xed") + sample.count(b"\xec")
    # In ISO-8859-6 0xE6 is ن; in windows-1256 0xE8 and 0xEA are French vowels, next to absent from Arabic pages.
    return "iso-8859-6" if iso > 0.5 * windows else "windows-1256"


def _reads(sample: bytes, name: str) -> bool:
    """Whether a multi-byte encoding reads the sample with next to no errors."""
    try:
        text = sample.decode(name, "replace")
    except LookupError:
        return False
    return text.count("\ufffd") <= 0.01 * len(text) + 1
