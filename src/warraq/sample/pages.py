"""The outlets' pages: one template an outlet for articles, one shared shape for lists and plain pages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from hijridate import Gregorian
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from warraq.sample import dates
from warraq.sample.content import SampleArticle, State
from warraq.sample.press import SECTIONS, Press

ABOUT = (
    "تلتزم هيئة التحرير بميثاق الشرف المهني، وتفصل بين الخبر والرأي، وتنشر التصويبات في الصفحة نفسها.",
    "للتواصل مع إدارة التحرير أو للإعلان يرجى استخدام نموذج المراسلة، وجميع الحقوق محفوظة.",
)
GONE = (
    "الصفحة التي تبحث عنها غير متاحة، ربما نقلت إلى عنوان آخر أو حذفت.",
    "يمكنك العودة إلى الصفحة الرئيسية أو استخدام محرك البحث للوصول إلى ما تريد.",
)


@dataclass(frozen=True, slots=True)
class View:
    """An article as one template sees it; moments are in the outlet's zone."""

    id: str
    url: str
    title: str
    paragraphs: tuple[str, ...]
    published: datetime
    modified: datetime | None
    author: str
    credit: tuple[str, ...]
    dateline: str
    caption: str
    section: str
    keywords: tuple[str, ...]
    story: str

    @property
    def touched(self) -> datetime:
        """When the page last changed."""
        return self.modified or self.published


@dataclass(frozen=True, slots=True)
class Context:
    """What all pages of an outlet share. ``sections`` maps slugs to addresses; ``views`` is newest first."""

    press: Press
    home: str
    sections: Mapping[str, str]
    views: tuple[View, ...]


def view(press: Press, article: SampleArticle, state: State, url: str) -> View:
    """An article's state, ready for the outlet's template."""
    zone = ZoneInfo(press.zone)
    return View(
        id=article.id,
        url=url,
        title=state.title,
        paragraphs=state.paragraphs,
        published=article.published.astimezone(zone),
        modified=state.modified.astimezone(zone) if state.modified else None,
        author=article.author,
        credit=article.credit,
        dateline=article.dateline,
        caption=article.caption,
        section=SECTIONS[article.section],
        keywords=article.keywords,
        story=article.story,
    )


def article(context: Context, shown: View) -> str:
    """The article's page."""
    others = [v for v in context.views if v.id != shown.id and v.story != shown.story] or list(context.views)
    at = context.views.index(shown) % len(others)
    around = others[at:] + others[:at]
    return _template(f"{context.press.id}.html").render(
        a=shown, also=around[0], others=around[1:6], latest=context.views[:5], **_shared(context)
    )


def listing(context: Context, title: str, views: Sequence[View]) -> str:
    """A home or section page: headlines with the first words of each."""
    return _template("list.html").render(title=title, views=views[:20], **_shared(context))


def plain(context: Context, title: str, paragraphs: Sequence[str]) -> str:
    """A page that is no article: about, error."""
    return _template("plain.html").render(title=title, paragraphs=paragraphs, **_shared(context))


def _shared(context: Context) -> dict[str, object]:
    return {
        "press": context.press,
        "home": context.home,
        "menu": [(name, context.sections[slug]) for slug, name in SECTIONS.items()],
    }


@cache
def _template_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("warraq.sample"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        gulf=dates.gulf,
        mashriqi=dates.mashriqi,
        mashriqi_double=dates.mashriqi_double,
        maghrebi=dates.maghrebi,
        clock=dates.clock,
        half_day=dates.half_day,
        indic=dates.indic,
        hijri=_hijri,
        json=_json,
    )
    return environment


def _template(name: str) -> Template:
    return _template_environment().get_template(name)


def _hijri(when: datetime) -> str:
    day = Gregorian.fromdate(date(when.year, when.month, when.day)).to_hijri()
    return f"{day.day} {day.month_name('ar')} {day.year}هـ"


def _json(value: object, indent: int | None = None) -> Markup:
    """A value as JSON that may stand inside a ``script`` element."""
    return Markup(json.dumps(value, ensure_ascii=False, indent=indent, default=str).replace("</", "<\\/"))  # noqa: S704 - escaped for a script element
