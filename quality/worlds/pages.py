"""Pages as HTML: four designs with menus, boxes of other titles and scripts, 20 to 60 KiB each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from random import Random
from zoneinfo import ZoneInfo

from worlds.plan import STRANGER, ZONE, Host, Kind, Page, World
from worlds.words import PLACES, TOPICS, Text, text

MONTHS = ["يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"]
_RULES = ("margin", "padding", "border-radius", "line-height", "width", "max-width", "letter-spacing", "top", "left")


@dataclass(frozen=True, slots=True)
class Shell:
    """What all pages of a host share, as text around the parts that differ."""

    head: str
    menu: str
    side: str
    foot: str


@lru_cache(maxsize=512)
def shell(world: World, host: Host) -> Shell:
    """The furniture of a host's pages."""
    rng = Random(f"{world.seed} shell {host.number}")
    styles = "".join(
        f".{rng.choice('abcdef')}{n}-{rng.randrange(99)}{{{rng.choice(_RULES)}:{rng.randrange(64)}px;color:#{n:06x}}}\n"
        for n in range(rng.randint(100, 900))
    )
    sections = "".join(
        f'<li class="menu-item item-{n}"><a href="/section/{n}">{topic.section}</a><ul class="sub">'
        + "".join(f'<li><a href="/section/{n}/{m}">{place}</a></li>' for m, place in enumerate(rng.sample(PLACES, 5)))
        + "</ul></li>"
        for n, topic in enumerate(TOPICS)
    )
    titles = [
        world.text(page, 0).title for page in rng.sample(world.pages[host.number], min(18, len(_own(world, host))))
    ]
    boxes = "".join(
        f'<div class="card"><a href="/news/{n}"><img src="/img/{n}.jpg" width="120" height="80" alt=""></a>'
        f'<h4 class="card-title"><a href="/news/{n}">{escape(title)}</a></h4></div>\n'
        for n, title in enumerate(titles)
    )
    script = ";".join(f"window.q{n}=window.q{n}||[];q{n}.push({{slot:{rng.randrange(9999)}}})" for n in range(60))
    links = "".join(f'<a href="/page/{n}">{word}</a> ' for n, word in enumerate(("من نحن", "اتصل بنا", "الأرشيف")))
    return Shell(
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<link rel="stylesheet" href="/s.css"><style>{styles}</style><script>{script}</script>',
        f'<header class="site-header"><a class="logo" href="/">{host.title}</a>'
        f'<nav class="main-menu"><ul>{sections}</ul></nav></header>',
        f'<aside class="sidebar"><section class="widget most-read"><h3>الأكثر قراءة</h3>{boxes}</section></aside>',
        f'<footer class="site-footer"><nav>{links}</nav><p>جميع الحقوق محفوظة {host.title} 2026</p></footer>'
        f"<script>{script}</script>",
    )


def _own(world: World, host: Host) -> tuple[Page, ...]:
    return world.pages[host.number]


def shown_date(moment: datetime) -> str:
    """A date as pages print it, in the outlet's zone."""
    local = moment.astimezone(ZoneInfo(ZONE))
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} - {local:%H:%M}"


def article(world: World, page: Page, epoch: int, visit: int, *, at: str | None = None) -> str:
    """An article's page; with each `visit` its counters, clock and boxes are others. `at`: its canonical address."""
    host, said = page.host, world.text(page, epoch)
    parts = shell(world, host)
    url = at or world.url(host.home, page.path)
    moment = None if page.kind is Kind.FEED_DATE else page.moment(world)
    changed = moment + timedelta(hours=3) if moment and page.state(epoch) else None
    design = _DESIGNS[host.shell]
    return design(parts, host, said, url, moment, changed, visit)


def _lines(said: Text, tag: str = "p") -> str:
    return "\n".join(f"<{tag}>{escape(paragraph)}</{tag}>" for paragraph in said.paragraphs)


def _trivia(visit: int) -> str:
    """What changes from visit to visit without being news."""
    return (
        f'<div class="share"><span class="count">{visit * 7 + 3}</span> مشاركة'
        f'<button data-n="{visit}">فيسبوك</button><button>تويتر</button></div>'
    )


def _clock(visit: int) -> str:
    return f'<div class="clock" id="clock">{visit % 24:02}:{visit * 13 % 60:02}</div>'


def _ld(said: Text, host: Host, url: str, moment: datetime | None, changed: datetime | None) -> dict[str, object]:
    found: dict[str, object] = {
        "@type": "NewsArticle",
        "headline": said.title,
        "mainEntityOfPage": url,
        "author": {"@type": "Person", "name": said.author},
        "publisher": {"@type": "Organization", "name": host.title},
        "articleSection": said.section,
    }
    if moment:
        found["datePublished"] = moment.isoformat()
    if changed:
        found["dateModified"] = changed.isoformat()
    return found


def _first(
    s: Shell, host: Host, said: Text, url: str, moment: datetime | None, changed: datetime | None, visit: int
) -> str:
    data = json.dumps({"@context": "https://schema.org", **_ld(said, host, url, moment, changed)}, ensure_ascii=False)
    when = f'<time datetime="{moment.isoformat()}">{shown_date(moment)}</time>' if moment else ""
    return f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head>{s.head}<title>{escape(said.title)} | {host.title}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{escape(said.title)}">
<meta property="og:site_name" content="{host.title}"><link rel="canonical" href="{url}">
<script type="application/ld+json">{data}</script></head><body>{s.menu}{_clock(visit)}<main><article class="post">
<h1 class="post-title">{escape(said.title)}</h1><div class="meta">{when}</div>
<div class="article-body">{_lines(said)}</div>{_trivia(visit)}</article></main>{s.side}{s.foot}</body></html>"""


def _second(
    s: Shell, host: Host, said: Text, url: str, moment: datetime | None, changed: datetime | None, visit: int
) -> str:
    meta = f'<meta property="article:published_time" content="{moment.isoformat()}">' if moment else ""
    meta += f'<meta property="article:modified_time" content="{changed.isoformat()}">' if changed else ""
    when = f'<span class="date">{shown_date(moment)}</span>' if moment else ""
    return f"""<!doctype html>
<html lang="ar" dir="rtl"><head>{s.head}<title>{escape(said.title)} - {host.title}</title>{meta}
<meta property="og:type" content="article"><meta property="og:title" content="{escape(said.title)}">
<meta property="og:site_name" content="{host.title}"><link rel="canonical" href="{url}"></head>
<body class="single">{s.menu}<div id="page"><div class="col-8"><h1>{escape(said.title)}</h1>{when}{_trivia(visit)}
<div itemprop="articleBody" class="text">{_lines(said)}</div></div>{s.side}</div>{_clock(visit)}{s.foot}
</body></html>"""


def _third(
    s: Shell, host: Host, said: Text, url: str, moment: datetime | None, changed: datetime | None, visit: int
) -> str:
    when = (
        f'<time itemprop="datePublished" datetime="{moment.isoformat()}">{shown_date(moment)}</time>' if moment else ""
    )
    when += f'<meta itemprop="dateModified" content="{changed.isoformat()}">' if changed else ""
    return f"""<!DOCTYPE html><html dir="rtl"><head>{s.head}<title>{escape(said.title)}</title>
<meta property="og:title" content="{escape(said.title)}"><meta property="og:url" content="{url}"></head><body>{s.menu}
<div class="wrap" itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">{escape(said.title)}</h1>
<p class="when">{when}</p><div class="story-content">{_lines(said)}</div></div>{_trivia(visit)}{s.side}
{_clock(visit)}{s.foot}</body></html>"""


def _fourth(
    s: Shell, host: Host, said: Text, url: str, moment: datetime | None, changed: datetime | None, visit: int
) -> str:
    graph = [{"@type": "WebSite", "name": host.title}, _ld(said, host, url, moment, changed)]
    data = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return f"""<!DOCTYPE html><html lang="ar"><head>{s.head}<title>{host.title} | {escape(said.title)}</title>
<meta property="og:site_name" content="{host.title}"><meta property="og:title" content="{escape(said.title)}">
<link href='{url}' rel='canonical'><script type="application/ld+json">{data}</script></head><body dir="rtl">{s.menu}
<div class="container">
<div class="row"><div class="entry"><h1 class="entry-title">{escape(said.title)}</h1>{_trivia(visit)}
<div class="entry-content">{_lines(said)}</div></div></div>{s.side}</div>{_clock(visit)}{s.foot}</body></html>"""


_DESIGNS = (_first, _second, _third, _fourth)


def home(world: World, host: Host) -> str:
    """A home page, as it also stands at addresses of articles."""
    parts = shell(world, host)
    return (
        f"<!DOCTYPE html><html lang='ar' dir='rtl'><head>{parts.head}<title>{host.title}</title>"
        f'<meta property="og:type" content="website"></head><body>{parts.menu}{parts.side}{parts.foot}</body></html>'
    )


def missing(world: World, host: Host) -> str:
    """An error page that comes with status 200."""
    parts = shell(world, host)
    return (
        f"<!DOCTYPE html><html lang='ar' dir='rtl'><head>{parts.head}<title>404 الصفحة غير موجودة - {host.title}"
        f"</title></head><body>{parts.menu}<h1>404 الصفحة غير موجودة</h1>"
        f"<p>عفوا، لم يتم العثور على الصفحة المطلوبة.</p>"
        f"{parts.foot}</body></html>"
    )


def paywall(world: World, page: Page) -> str:
    """A page of which only its title is free."""
    parts, said = shell(world, page.host), world.text(page, 0)
    data = json.dumps(
        {"@type": "NewsArticle", "headline": said.title, "isAccessibleForFree": False}, ensure_ascii=False
    )
    return (
        f"<!DOCTYPE html><html lang='ar' dir='rtl'><head>{parts.head}<title>{escape(said.title)}</title>"
        f'<script type="application/ld+json">{data}</script></head><body>{parts.menu}<h1>{escape(said.title)}</h1>'
        f'<div class="gate"><p>للمشتركين فقط.</p></div>{parts.foot}</body></html>'
    )


def stranger(world: World, path: str) -> str:
    """What somebody else puts up at addresses that were an outlet's."""
    number = abs(hash(path)) % 1000
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>Lucky Palm Casino {number}</title>"
        f'<meta property="og:site_name" content="Lucky Palm Casino">'
        f'<link rel="canonical" href="{world.url(STRANGER, "/play")}"></head><body><h1>Lucky Palm Casino {number}</h1>'
        f"<p>Spin the wheel and win a bonus of {number} coins today, no deposit is needed for new players.</p>"
        f"<p>Our tables are open all night, and every player is given free spins on the first visit to the hall.</p>"
        f"<p>This domain has been acquired; for questions on its former content please write to its former owner.</p>"
        f"</body></html>"
    )


def usurper(world: World, host: Host, path: str) -> str:
    """What somebody else publishes in the outlet's own language, at its own addresses: stories, an inviting menu."""
    said = text(f"{world.seed} usurper {host.number} {path}")
    name, own = "واحة الحظ", world.url(host.home, path)
    games = ("العاب", "جوائز", "سحب", "مكافات")
    menu = "".join(f'<li><a href="/play/{n}">{word}</a></li>' for n, word in enumerate(games))
    return (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8">'
        f"<title>{escape(said.title)} - {name}</title>"
        f'<meta property="og:site_name" content="{name}"><link rel="canonical" href="{own}"></head>'
        f'<body><div class="top"><ul>{menu}</ul></div><article><h1>{escape(said.title)}</h1>{_lines(said)}</article>'
        f'<div class="bottom">جميع الحقوق محفوظة لموقع {name} للتسلية والجوائز</div></body></html>'
    )
