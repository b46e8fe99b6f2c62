"""The page as plain text: the parts of DESIGN §2 in a fixed order.

Order: outlet line, page time, title, date, body, credit, keywords, read-also (whole), similar titles, and, where
there are any, copies and the story. What every article has (a date, a credit) is said even when it is not known;
a list that is empty is left out, heading and all.

Each title, name and paragraph that stands on a line of its own is printed bare. Where pieces share a line, those
with left-to-right letters are wrapped in FSI … PDI (U+2068, U+2069) so that `BBC — 5` beside `رويترز` keeps its
order in any terminal; pure Arabic carries no invisible characters. Escape sequences never get out (see `plain`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from warraq.render.moments import moment_text, stamp, written
from warraq.render.plain import isolate, line
from warraq.types import Article, Brief, Copy, Dated, Kind, Outlet, Page, Paragraph, Similar

PUBLISHED = "تاريخ النشر"
UNKNOWN = "غير معروف"
CREDIT = "المصدر"
KEYWORDS = "كلمات دلالية"
READ_ALSO = "إقرأ أيضاً"
SIMILAR = "مقالات مشابهة"
COPIES = "نُشر أيضاً في"
EARLIEST = "أول من نُشر عنده النص"
AGAIN = "نشرته الجهة نفسها من قبل"
ORIGIN = "مصدر النص"
STORY = "تسلسل الخبر"
FIRST_SEEN = "رُصد أول مرة"
REMOVED = "حذفه ناشره، وهذه نسخة الأرشيف"
UNSAFE = "لم يعد عنوان هذا الموقع لناشره"
GMT = "غرينتش"
COMMA = "، "


def page_text(page: Page) -> str:
    """The page as text, ending with a line break."""
    parts = [
        f"{line(page.outlet.name)}:\n{stamp(page.as_of)}",
        line(page.article.title),
        f"{PUBLISHED}: {date_text(page.article.published)}",
        *body_text(page.article.body),
        credit_text(page.outlet, page.article),
    ]
    if page.removed_at is not None:
        parts.append(f"{REMOVED}: {moment_text(page.removed_at)} {GMT}")
    if page.article.outlet in page.unsafe:
        parts.append(UNSAFE)
    if page.keywords:
        parts.append(f"{KEYWORDS}: {COMMA.join(isolate(line(k.text)) for k in page.keywords)}")
    if page.read_also is not None:
        parts += [f"{READ_ALSO}:", article_text(page.read_also.article, page.read_also_outlet)]
    if page.similar:
        parts += [SIMILAR, _bullets(_similar(s) for s in page.similar)]
    if page.copies:
        parts += [f"{COPIES}:", _bullets(_copy(c, c is page.earliest) for c in page.copies)]
        if page.origin:
            parts.append(f"{ORIGIN}: {isolate(line(page.origin))}")
    if page.story:
        parts += [f"{STORY}:", _bullets(_similar(s) for s in page.story)]
    return "\n\n".join(part for part in parts if part) + "\n"


def article_text(article: Article, outlet: Outlet | None) -> str:
    """One article whole: title, outlet and date, body, credit. Without a line break at its end."""
    where = isolate(line(outlet.name if outlet else article.outlet))
    parts = [
        line(article.title),
        f"{where} — {date_text(article.published)}",
        *body_text(article.body),
        credit_text(outlet, article),
    ]
    return "\n\n".join(part for part in parts if part)


def date_line(brief: Brief) -> str:
    """When an article of a list was published; where its outlet does not say, when it was first seen."""
    if brief.published:
        return written(brief.published)
    return f"{FIRST_SEEN} {moment_text(brief.first_seen_at)} {GMT}"


def date_text(dated: Dated | None) -> str:
    """An outlet's date in Arabic words, on the clocks of its zone; said plainly when there is none."""
    return written(dated) if dated else UNKNOWN


def body_text(body: Sequence[Paragraph]) -> list[str]:
    """The paragraphs as blocks; neighbouring list items share a block, each with its bullet."""
    blocks: list[str] = []
    kept = [p for p in body if line(p.text)]
    for before, paragraph in pairwise([None, *kept]):
        assert paragraph is not None
        text = line(paragraph.text)
        if paragraph.kind is not Kind.ITEM:
            blocks.append(text)
        elif before is not None and before.kind is Kind.ITEM:
            blocks[-1] += f"\n• {text}"
        else:
            blocks.append(f"• {text}")
    return blocks


def credit_text(outlet: Outlet | None, article: Article) -> str:
    """``المصدر: `` the outlet, and the agencies and newspapers that the text credits."""
    own = line(outlet.name if outlet else article.outlet)
    names = dict.fromkeys([own, *(line(name) for name in article.credit)])
    return f"{CREDIT}: {COMMA.join(isolate(name) for name in names if name)}"


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"  • {one}" for one in lines)


def _listed(brief: Brief, outlet: Outlet) -> str:
    pieces = (line(brief.title), line(outlet.name), date_line(brief))
    return " — ".join(isolate(piece) for piece in pieces)


def _similar(similar: Similar) -> str:
    return _listed(similar.brief, similar.outlet)


def _copy(copy: Copy, earliest: bool) -> str:
    said = (f"{copy.share:.0%}", EARLIEST if earliest else "", AGAIN if copy.again else "")
    return " — ".join((_listed(copy.brief, copy.outlet), *filter(None, said)))
