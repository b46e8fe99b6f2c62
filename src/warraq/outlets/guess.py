"""What a home page tells of its outlet: a first description, for a person to look over. Pure.

A name comes from what the page calls its site, a country from the address or the page's locale, a zone from the
country. Whatever cannot be told stays empty; nothing is looked up.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from warraq.feeds.text import address, plain
from warraq.types import Outlet, OutletId
from warraq.urls import host

ZONES = {
    "AE": "Asia/Dubai",
    "BH": "Asia/Bahrain",
    "DJ": "Africa/Djibouti",
    "DZ": "Africa/Algiers",
    "EG": "Africa/Cairo",
    "IQ": "Asia/Baghdad",
    "JO": "Asia/Amman",
    "KM": "Indian/Comoro",
    "KW": "Asia/Kuwait",
    "LB": "Asia/Beirut",
    "LY": "Africa/Tripoli",
    "MA": "Africa/Casablanca",
    "MR": "Africa/Nouakchott",
    "OM": "Asia/Muscat",
    "PS": "Asia/Hebron",
    "QA": "Asia/Qatar",
    "SA": "Asia/Riyadh",
    "SD": "Africa/Khartoum",
    "SO": "Africa/Mogadishu",
    "SY": "Asia/Damascus",
    "TD": "Africa/Ndjamena",
    "TN": "Africa/Tunis",
    "YE": "Asia/Aden",
    "TR": "Europe/Istanbul",
    "GB": "Europe/London",
    "FR": "Europe/Paris",
    "DE": "Europe/Berlin",
    "IR": "Asia/Tehran",
}
"""The zone of each Arab country, and of others with outlets in Arabic."""

_TLD = {zone.lower(): zone for zone in ZONES} | {"uk": "GB"}
_NO_COUNTRY = frozenset(("tv", "me", "io", "co", "so", "ly"))
"""Domains of countries that the whole world uses; ``.ly`` and ``.so`` too often stand for a word."""
_SECOND_LEVEL = frozenset(("com", "net", "org", "gov", "co", "news", "press", "info", "edu", "ac", "media", "mil"))
_NOT_A_NAME = frozenset(("www", "ar", "arabic", "news", "m", "mobile", "web", "new", "site"))
_HOME = frozenset(("الرئيسية", "الصفحة الرئيسية", "الرئيسيه", "home", "home page", "homepage", "اخبار", "أخبار"))
_META = re.compile(r"<meta\b([^<>]{1,4000})>", re.I)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LANG = re.compile(r"""<html\b[^<>]{0,2000}?\blang\s*=\s*["']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)""", re.I)
_TITLE = re.compile(r"<title[^<>]{0,500}>([^<]{0,2000})", re.I)
_PARTS = re.compile(r"\s+[-–—|:»«•·]+\s+|\s*[|»]\s*")
_HEAD = 300_000
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.I | re.M)
MAX_NAME = 60

FEEDS = ("/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default", "/?feed=rss2")
"""Where feeds usually are, beside what a page names itself."""
SITEMAPS = ("/news-sitemap.xml", "/sitemap_index.xml", "/sitemap.xml", "/wp-sitemap.xml")


def describe(home: str, page: str, *, feed_title: str = "", taken: Collection[OutletId] = ()) -> Outlet:
    """An outlet by the text of its home page, found at `home`; `taken` are ids that others have."""
    said = _metas(page[:_HEAD])
    name = plain(said.get("og:site_name") or said.get("application-name") or "", MAX_NAME)
    name = name or _name_of_title(page[:_HEAD]) or plain(feed_title, MAX_NAME)
    lang = _LANG.search(page[:_HEAD])
    locale = (lang[1] if lang else "").replace("_", "-") or said.get("og:locale", "").replace("_", "-")
    country = _country(host(home), [locale, said.get("og:locale", "").replace("_", "-")])
    own = host(home).removeprefix("www.")
    return Outlet(
        id=slug(own, country, taken),
        name=name or own,
        short_name=name if len(name) <= 20 else "",
        country=country,
        zone=ZONES.get(country, "UTC"),
        language=locale.partition("-")[0].lower() or "ar",
        hosts=(own,),
        home=home,
    )


def _metas(page: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in _META.finditer(page):
        said = {m[1].lower(): html.unescape(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(tag[1])}
        key = (said.get("property") or said.get("name") or "").lower()
        if key and said.get("content", "").strip():
            found.setdefault(key, said["content"].strip())
    return found


def _name_of_title(page: str) -> str:
    """The part of a home page's title that names the site: the shortest that is not the word for a home page."""
    title = _TITLE.search(page)
    parts = [plain(part, 200) for part in _PARTS.split(title[1])] if title else []
    named = [part for part in parts if part and part.lower() not in _HOME]
    return min(named, key=len, default="")[:MAX_NAME]


def _country(name: str, locales: Iterable[str]) -> str:
    """By the domain where that is a country's own, otherwise by the region of a locale (``ar-EG``)."""
    top = name.rpartition(".")[2]
    if top in _TLD and top not in _NO_COUNTRY:
        return _TLD[top]
    regions = (locale.rpartition("-")[2].upper() for locale in locales if "-" in locale)
    found = next((region for region in regions if region in ZONES), "")
    return found or _TLD.get(top, "")


def slug(name: str, country: str = "", taken: Collection[OutletId] = ()) -> OutletId:
    """A short id from a host: its telling label, made another by country or number where it is taken."""
    labels = [label for label in name.lower().split(".") if label]
    labels = labels[:-1] if len(labels) > 1 else labels
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels = labels[:-1]
    telling = [label for label in labels if label not in _NOT_A_NAME] or labels or ["outlet"]
    own = re.sub(r"[^a-z0-9]+", "-", telling[-1].removeprefix("xn--")).strip("-")[:40] or "outlet"
    candidates = [own, *([f"{own}-{country.lower()}"] if country else []), *(f"{own}-{n}" for n in range(2, 1000))]
    return next(candidate for candidate in candidates if candidate not in taken)


def sitemaps_of(robots: str, base: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names (https://www.sitemaps.org/protocol.html), those of news first."""
    found = [address(said, base) for said in _SITEMAP.findall(robots[:500_000])]
    return tuple(sorted(dict.fromkeys(one for one in found if one), key=lambda one: "news" not in one.lower()))


def usual(home: str, paths: Iterable[str]) -> tuple[str, ...]:
    """The usual paths at an outlet's host, and below its home where that is a folder."""
    parts = urlsplit(home)
    root = f"{parts.scheme}://{parts.netloc}"
    below = home.rstrip("/")
    bases = [below, root] if below != root else [root]
    return tuple(dict.fromkeys(found for base in bases for path in paths if (found := address(base + path))))


def to_toml(outlet: Outlet, comment: str = "") -> str:
    """The outlet as a file of the registry, which `read` reads back; what is as it would be without is left out."""
    said = "".join(c if c.isprintable() else " " for c in comment).strip()
    lines = [f"# {said}"] if said else []
    plain_outlet = Outlet(outlet.id, "")
    for name in Outlet.__dataclass_fields__:
        value = getattr(outlet, name)
        if name == "id" or (value == getattr(plain_outlet, name) and name not in ("name", "hosts")):
            continue
        lines.append(f"{name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        if len(value) <= 1:
            return "[" + ", ".join(map(_toml, value)) + "]"
        return "[\n" + "".join(f"    {_toml(one)},\n" for one in value) + "]"
    text = "".join(
        {"\\": "\\\\", '"': '\\"'}.get(c) or (c if c.isprintable() else f"\\U{ord(c):08x}") for c in str(value)
    )
    return f'"{text}"'
