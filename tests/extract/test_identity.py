"""Whose page it is: pages of an outlet go on being its own through redesigns and odd pages, until all of it is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from warraq.extract import Extraction, extract
from warraq.extract.identity import ESTABLISHED
from warraq.extract.knowledge import Learner
from warraq.parse import Rules, parse
from warraq.types import Outlet, Parsed, RawDocument, Reason, Task, TaskKind

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WAHA = Outlet("waha", "صحيفة الواحة", hosts=("waha.example",))
RULES = Rules((WAHA,))
PROSE = "<p>قال مدير الميناء إن السفينة رقم {} دخلت صباح اليوم بعد أعوام من العمل في الأرصفة التي شيدت حديثا.</p>"
OWN = '<meta property="og:site_name" content="الواحة نت">'
FURNITURE = "<div>الأكثر قراءة هذا الأسبوع</div><footer>كل الحقوق محفوظة لدار النخيل للنشر</footer>"


def page(number: int, head: str = OWN, furniture: str = FURNITURE, site: str = "") -> bytes:
    title = f"السفينة {number} ترسو في الميناء الجديد بعد رحلة طويلة"
    lines = "".join(PROSE.format(10 * number + n) for n in range(5))
    return (
        f'<html lang="ar"><head><title>{title}{site}</title>{head}</head><body>'
        f"<article><h1>{title}</h1>{lines}</article>{furniture}</body></html>"
    ).encode()


def learned(pages: int = ESTABLISHED, head: str = OWN) -> Learner:
    learner = Learner()
    for number in range(pages):
        learner.learn(Parsed("", "waha", observation=read(Learner(), page(number, head), number).observation))
    return learner


def read(learner: Learner, body: bytes, number: int = 99) -> Extraction:
    document = RawDocument(f"https://waha.example/{number}", body, NOW, "text/html; charset=utf-8")
    return extract(document, outlet=WAHA, knowledge=learner.known("waha", NOW.date()))


SOUND = {
    "as ever": page(99),
    "another design, which names the same site": page(99, furniture="<div>تصميم جديد كل الجدة</div>"),
    "no name, but the design": page(99, head=""),
    "another design and name, and the outlet's own in a corner": page(
        99, head="", furniture="<div>صحيفة الواحة تتجدد</div>", site=" - الواحة الجديدة"
    ),
    "nothing but an article": page(99, head="", furniture=""),
}
TAKEN = {
    "another site's name": page(99, head='<meta property="og:site_name" content="واحة الحظ">', furniture=""),
    "its name in the title": page(99, head="", furniture="<div>العاب وجوائز كل يوم</div>", site=" | واحة الحظ"),
    "its profile elsewhere": page(99, head="", furniture='<a href="https://www.facebook.com/luckypalm">تابعنا</a>'),
    "its account": page(99, head="<script src='https://tags.example/gtag/js?id=G-7654321AB'></script>", furniture=""),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_page_of_the_outlet_is_its_own(name: str) -> None:
    found = read(learned(), SOUND[name])
    assert not (found.foreign and found.named)
    assert found.article is not None


@pytest.mark.parametrize("name", TAKEN)
def test_a_page_that_names_somebody_else_and_nothing_of_the_outlet_is_not(name: str) -> None:
    found = read(learned(), TAKEN[name])
    assert found.foreign
    assert found.named
    assert found.observation is None, "a stranger teaches nothing"
    task = Task("https://waha.example/99", TaskKind.PAGE, "waha")
    document = RawDocument(task.url, TAKEN[name], NOW, "text/html; charset=utf-8")
    said = parse(document, RULES, NOW, task, learned().known)
    assert (said.reason, said.outlet, said.article) == (Reason.OTHER_OUTLET, "waha", None)


@pytest.mark.parametrize(
    "mark",
    [
        '<link rel="alternate" type="application/rss+xml" href="https://waha.example/rss">',
        '<meta name="twitter:site" content="@waha">',
        "<script src='https://tags.example/gtag/js?id=G-ABCD123456'></script>",
        "<script>load('GTM-ABC123')</script>",
        '<a href="https://t.me/wahanews">تلغرام</a>',
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"ميناء",'
        '"publisher":{"name":"الواحة"}}</script>',
    ],
)
def test_any_one_of_what_an_outlets_pages_say_of_it_is_enough(mark: str) -> None:
    strange = '<meta property="og:site_name" content="اسم آخر">'
    assert read(learned(head=OWN), page(99, head=mark + strange, furniture="")).foreign
    assert not read(learned(head=OWN + mark), page(99, head=mark + strange, furniture="")).foreign


def test_of_an_outlet_that_is_hardly_known_nothing_is_called_strange() -> None:
    assert not any(read(learned(ESTABLISHED - 1), body).foreign for body in TAKEN.values())
    assert not read(Learner(), TAKEN["another site's name"]).foreign


def test_a_page_without_any_name_is_a_stranger_only_where_its_article_is_known() -> None:
    task = Task("https://waha.example/99", TaskKind.PAGE, "waha")
    document = RawDocument(task.url, SOUND["nothing but an article"], NOW, "text/html; charset=utf-8")
    said = parse(document, RULES, NOW, task, learned().known)
    assert said.article is not None
    assert said.stranger
    own = RawDocument(task.url, SOUND["as ever"], NOW, "text/html; charset=utf-8")
    assert not parse(own, RULES, NOW, task, learned().known).stranger
