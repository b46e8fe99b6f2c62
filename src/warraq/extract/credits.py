"""Credits: which agencies and newspapers a text names as its source, and the dateline it opens with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from warraq.types import Outlet

# Display name, then the spellings met on Arabic pages (compared without spaces, dots and hamza variants).
_TABLE = """
أ ف ب: أ ف ب|أ.ف.ب|ا ف ب|ا.ف.ب|اف ب|أف ب|فرانس برس|وكالة فرانس برس|وكالة الصحافة الفرنسية|الفرنسية|AFP
رويترز: رويترز|روترز|رويتر|وكالة رويترز|Reuters
د ب أ: د ب أ|د.ب.أ|د ب ا|د.ب.ا|دب أ|د. ب. أ|وكالة الأنباء الألمانية|الألمانية|DPA
أسوشيتد برس: أسوشيتد برس|Associated Press|أسوشييتد برس|أسوشيتدبرس|اسوشيتد برس|أ ب|أ.ب|الأسوشيتد برس|AP
الأناضول: الأناضول|وكالة الأناضول|وكالة أنباء الأناضول|الاناضول|Anadolu|AA
واس: واس|و ا س|وكالة الأنباء السعودية|SPA
وام: وام|و ا م|وكالة أنباء الإمارات|WAM
كونا: كونا|وكالة الأنباء الكويتية|KUNA
قنا: قنا|وكالة الأنباء القطرية|QNA
بنا: بنا|وكالة أنباء البحرين|BNA
العمانية: العمانية|وكالة الأنباء العمانية|ONA
بترا: بترا|وكالة الأنباء الأردنية|Petra
سانا: سانا|وكالة الأنباء السورية|الوكالة العربية السورية للأنباء|SANA
وفا: وفا|وكالة الأنباء الفلسطينية|وكالة الأنباء والمعلومات الفلسطينية|WAFA
واع: واع|وكالة الأنباء العراقية|INA
أ ش أ: أ ش أ|أ.ش.أ|ا ش ا|ا.ش.ا|أش أ|وكالة أنباء الشرق الأوسط|MENA
وات: وكالة تونس إفريقيا للأنباء|وات|TAP
وأج: وكالة الأنباء الجزائرية|وأج|واج|APS
و م ع: و م ع|و.م.ع|ومع|وكالة المغرب العربي للأنباء|MAP
وال: وكالة الأنباء الليبية|LANA
سونا: سونا|وكالة السودان للأنباء|SUNA
سبأ: سبأ|وكالة الأنباء اليمنية|Saba
الوكالة الوطنية للإعلام: الوكالة الوطنية للإعلام|الوكالة الوطنية|NNA
شينخوا: شينخوا|وكالة أنباء شينخوا|وكالة شينخوا|Xinhua
سبوتنيك: سبوتنيك|وكالة سبوتنيك|Sputnik
تاس: تاس|وكالة تاس|إيتار تاس|TASS
نوفوستي: نوفوستي|ريا نوفوستي|RIA Novosti
إنترفاكس: إنترفاكس|انترفاكس|Interfax
بلومبرغ: بلومبرغ|بلومبيرغ|بلومبرج|Bloomberg
يو بي آي: يو بي آي|يونايتد برس|يونايتد برس إنترناشونال|UPI
إفي: إفي|وكالة الأنباء الإسبانية|EFE
آكي: آكي|وكالة آكي|وكالة الأنباء الإيطالية|AKI
فارس: وكالة فارس|وكالة أنباء فارس
إرنا: إرنا|وكالة إرنا|IRNA
مهر: وكالة مهر|وكالة مهر للأنباء
تسنيم: تسنيم|وكالة تسنيم
كيودو: كيودو|وكالة كيودو|Kyodo
وكالات: وكالات|الوكالات|وكالات الأنباء|وكالات أنباء|الوكالات العالمية|Agencies
"""


_VARIES = re.compile(r"[\s.\u0640\u064b-\u065f]+")
_LETTERS = str.maketrans("أإآٱىة", "ااااي\u0647")
_AGENCY = re.compile("^وكاله(?:انباء)?|للانباء$")


def _fold(text: str) -> str:
    """Spelling without what varies: hamza, spaces, dots, tatweel, case.

    Not `arabic.forms.match_form`, which drops every sign: ``© Reuters`` names whose a picture is, not whose the text.
    """
    bare = _VARIES.sub("", text)
    return bare.lower() if bare.isascii() else bare.translate(_LETTERS).casefold()


_BY_SPELLING = {
    _fold(spelling): name
    for name, spellings in (line.split(": ") for line in _TABLE.strip().splitlines())
    for spelling in spellings.split("|")
}
BRACKET = 80
"""Characters at the text's end in which a credit in brackets is looked for."""
_SPLIT = re.compile(r"\s*(?:[،,;؛/|+()\[\]«»\"“”:–—ـ-]|\s+و\s+)\s*")
# A dateline: a place, perhaps a country, and credits, closed by a colon, dashes or quotation marks.
_DATELINE = re.compile(
    r"^\s*(?P<place>[^\W\d_][\w\s،,.']{1,38}?)\s*"
    r"(?:[(\[\"«“](?P<in>[^)\]\"»”]{2,60})[)\]\"»”]\s*[:\-–—ـ]*|[-–—/،:]\s*(?P<dash>[\w\s.،,/و-]{2,50}?)\s*[:–—-]+)\s*"
)
_SOURCE = re.compile(r"^(?:المصدر|مصدر|المصادر|نقلا عن|نقلاً عن|عن)\s*[:/-]?\s*(?P<who>.{2,80})$")
_BRACKETED = re.compile(r"[(\[]\s*(?P<who>[^()\[\]]{2,60})\s*[)\]]\s*[.،]?\s*$")


Agencies = Mapping[str, str]
"""Agencies beside those of the table: a spelling, folded, to the name to show. See `agencies_of`."""
NONE: Agencies = MappingProxyType({})


def agencies_of(outlets: Iterable[Outlet]) -> Agencies:
    """The agencies among the outlets that an archive knows, under their names with and without "agency" and "news"."""
    found: dict[str, str] = {}
    for outlet in outlets:
        if outlet.agency:
            for name in filter(None, (outlet.name, outlet.short_name)):
                spelling = _fold(name)
                for short in (spelling, _AGENCY.sub("", spelling)):
                    found.setdefault(short, outlet.short_name or outlet.name)
    return found


def agency(text: str, more: Agencies = NONE) -> str:
    """The display name of the agency that `text`, whole, names; "" when it is none."""
    key = _fold(text)
    for spelling in (key,) if key.isascii() else (key, _AGENCY.sub("", key), key.removeprefix("و")):
        if name := _BY_SPELLING.get(spelling) or more.get(spelling):
            return name
    return ""


def credits_of(lines: Iterable[str], more: Agencies = NONE) -> tuple[str, ...]:
    """The agencies that short credit lines name (``وكالات``, ``القاهرة - أ ف ب، رويترز``), in order, each once."""
    found: dict[str, None] = {}
    for line in lines:
        if len(line) > 200:
            continue
        for piece in dict.fromkeys((line, *_SPLIT.split(line))):
            if name := agency(piece, more):
                found[name] = None
    return tuple(found)


def without_own(text: str, names: Sequence[str]) -> tuple[str, str]:
    """A text without an opening such as ``الغيمة - المرفأ:`` that names its own outlet, and the place named there."""
    own = "|".join(re.escape(n) for n in names if n.strip())
    if not own:
        return text, ""
    place = r"(?P<{}>[^\W\d_][\w\s]{{1,38}}?)"
    sign = r"\s*[-–—/،]\s*"
    opening = (
        rf"\s*(?:(?:{own})(?:{sign}{place.format('after')})?|{place.format('before')}{sign}(?:{own}))\s*:\s*(?=\S)"
    )
    found = re.match(opening, text[:160])
    return (text[found.end() :], found["after"] or found["before"] or "") if found else (text, "")


def credit_of_text(
    paragraphs: Sequence[str], author: str = "", more: Agencies = NONE, own: Sequence[str] = ()
) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Credits, dateline, and the paragraphs without the lines and openings that only state these.

    Looks where outlets put them: the author's field, the first paragraph's opening, a short last line, a last
    bracket. A bracket inside the text stays: it is the author's. `own` are the outlet's names.
    """
    lines = [author] if author else []
    texts = [p for p in paragraphs if p.strip()]
    dateline = ""
    if texts:
        texts[0], where = without_own(texts[0], own)
        if credits_of([where], more):
            lines.append(where)
        else:
            dateline = where
    if texts and (opening := _DATELINE.match(texts[0][:160])):
        who = opening["in"] or opening["dash"] or ""
        if credits_of([who], more):
            lines.append(who)
            dateline = opening["place"].strip(" ،,")
            rest = texts[0][opening.end() :].lstrip(" :–—-ـ")
            texts = [rest, *texts[1:]] if rest else texts[1:]
    for place in (-1, 0):
        if len(texts) > 1:
            line = texts[place].strip()
            source = _SOURCE.match(line)
            who = source["who"] if source else line
            bare = re.sub(r"^[\s\-–—ـ(«\"\[]+|[\s.)»\"\]]+$", "", who)
            if len(line) <= 80 and credits_of([bare], more) and (source or _only_credits(bare, more)):
                lines.append(bare)
                texts = texts[:-1] if place else texts[1:]
    tail = texts[-1][-BRACKET:] if texts else ""
    if (end := _BRACKETED.search(tail)) and credits_of([end["who"]], more) and _only_credits(end["who"], more):
        lines.append(end["who"])
        texts = [*texts[:-1], texts[-1][: len(texts[-1]) - len(tail) + end.start()].rstrip()]
    return credits_of(lines, more), dateline, tuple(t for t in texts if t)


def _only_credits(text: str, more: Agencies) -> bool:
    """Whether every piece of a line is an agency, or at most one other piece (a place, an outlet) stands beside it."""
    pieces = [p for p in _SPLIT.split(text) if p]
    others = [p for p in pieces if not agency(p, more)]
    return len(others) <= 1 and all(len(p.split()) <= 3 for p in others)
