# ruff: noqa: E501 (pages and prose are easier to read unbroken)
"""Pages of outlets that do not exist, written for the tests: one article in several templates, with the usual traps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from warraq.types import RawDocument

NOW = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)

TITLE = "بلدية الواحة تفتتح محطة لتحلية المياه بالطاقة الشمسية"
TEXT = (
    "افتتحت بلدية الواحة صباح الأحد محطة جديدة لتحلية المياه تعمل بالطاقة الشمسية، بحضور عدد من أعضاء المجلس المحلي"
    " وممثلين عن الأهالي.",
    "وقال رئيس البلدية سامر الدهان إن المحطة ستنتج ألفي متر مكعب من المياه العذبة في اليوم، وهو ما يغطي حاجة ثلاثة أحياء"
    " في شمال المدينة.",
    "وأضاف أن كلفة المشروع بلغت أربعة ملايين دينار، مشيراً إلى أن الألواح الشمسية تغطي نحو ثمانين في المئة من حاجة المحطة"
    " إلى الكهرباء.",
    "من جهته، أوضح المهندس وليد سرحان أن تشغيل المحطة يمر بثلاث مراحل، تبدأ بالتشغيل التجريبي وتنتهي بربطها بالشبكة"
    " العامة قبل نهاية العام.",
)
OTHER_TITLE = "منتخب السباحة يحرز ثلاث ميداليات في دورة الألعاب الساحلية"
OTHER_TEXT = (
    "أحرز منتخب السباحة ثلاث ميداليات في اليوم الأول من دورة الألعاب الساحلية التي تستضيفها مدينة المرفأ.",
    "وجاءت الميدالية الذهبية في سباق مئتي متر حرة، بينما حصل الفريق على فضيتين في سباقي الصدر والفراشة.",
    "وأعرب مدرب المنتخب عن سعادته بالنتائج، مؤكداً أن اللاعبين استعدوا للدورة منذ ستة أشهر في معسكر مغلق.",
)
HEADLINES = (
    "أسعار الخضار تستقر في أسواق العاصمة",
    "إطلاق حملة لتنظيف شاطئ المرفأ",
    "مهرجان القراءة يستقبل عشرة آلاف زائر",
    "افتتاح معرض للصور القديمة في المتحف",
)


@dataclass(frozen=True)
class Page:
    """What stands on a page; `html` prints it in one of the templates."""

    title: str = TITLE
    text: tuple[str, ...] = TEXT
    site: str = "صحيفة الغيمة"
    published: str = "2025-03-09T08:30:00+03:00"
    keywords: tuple[str, ...] = ("تحلية المياه", "بلدية الواحة", "الطاقة الشمسية")
    after: str = ""
    """Markup right after the paragraphs, in the same box."""
    between: dict[int, str] = field(default_factory=dict)
    """Markup after the paragraph of that number."""
    head: str = ""
    charset: str = '<meta charset="utf-8">'

    def body(self, separator: str = "p") -> str:
        parts = []
        for i, paragraph in enumerate(self.text):
            parts.append(f"<p>{paragraph}</p>" if separator == "p" else f"{paragraph}{separator}")
            parts.append(self.between.get(i, ""))
        return "\n".join(parts)

    @property
    def menu(self) -> str:
        items = "".join(
            f'<li><a href="/s{i}">{name}</a></li>' for i, name in enumerate(("الرئيسية", "محليات", "اقتصاد", "رياضة"))
        )
        return f'<div class="menu"><ul>{items}</ul></div>'

    @property
    def teasers(self) -> str:
        return "".join(
            f'<div class="box-item"><a href="/n{i}">{h}</a><span class="date">8 مارس 2025</span></div>'
            for i, h in enumerate(HEADLINES)
        )

    def modern(self) -> str:
        """JSON-LD, semantic elements, a share bar and tags."""
        tags = "".join(f'<a rel="tag" href="/t">{k}</a>' for k in self.keywords)
        return f"""<!doctype html><html lang="ar" dir="rtl"><head>{self.charset}<title>{self.title} | {self.site}</title>
        <meta property="og:site_name" content="{self.site}"><meta property="og:title" content="{self.title}">
        <meta name="keywords" content="{"،".join(self.keywords)}">
        <script type="application/ld+json">{{"@context":"https://schema.org","@graph":[{{"@type":"WebSite","name":"{self.site}"}},
        {{"@type":"NewsArticle","headline":"{self.title}","datePublished":"{self.published}","author":{{"@type":"Person","name":"هالة منصور"}}}}]}}</script>
        {self.head}</head><body><header>{self.menu}</header><main><article><h1>{self.title}</h1>
        <div class="post-meta">كتبت: هالة منصور - 9 مارس 2025</div>
        <figure><img src="a.jpg" alt="صورة"><figcaption>المحطة الجديدة شمال المدينة كما بدت صباح الأحد (الغيمة)</figcaption></figure>
        <div class="share-bar"><a href="#">شارك</a> <a href="#">تويتر</a></div>
        <div class="article-body">{self.body()}{self.after}</div><div class="tags">{tags}</div></article>
        <aside><h3>الأكثر قراءة</h3>{self.teasers}</aside></main><footer>جميع الحقوق محفوظة {self.site} 2025</footer></body></html>"""

    def plain(self) -> str:
        """No names, no metadata but a title: nested divs and ``<p>``."""
        return f"""<html><head>{self.charset}<title>{self.title} - {self.site}</title>{self.head}</head><body>{self.menu}
        <div><div><div><h1>{self.title}</h1><div>الأحد 9 مارس 2025 - 08:30 ص</div><div>{self.body()}{self.after}</div></div></div>
        <div>{self.teasers}</div></div><div>جميع الحقوق محفوظة</div></body></html>"""

    def breaks(self) -> str:
        """Tables and ``<br><br>``: an old system."""
        return f"""<html><head>{self.charset}<title>{self.title}</title>{self.head}</head><body><table><tr><td>{self.menu}</td></tr>
        <tr><td><h1 class="t">{self.title}</h1><font class="dt">2025/03/09</font><div id="txt">{self.body("<br><br>")}{self.after}</div></td>
        <td>{self.teasers}</td></tr></table></body></html>"""

    def soup(self) -> str:
        """Every paragraph in a ``<div>`` of its own, inside a form that wraps the page."""
        paragraphs = "".join(f"<div>{p}</div>{self.between.get(i, '')}" for i, p in enumerate(self.text))
        return f"""<html><head>{self.charset}<title>{self.title} :: {self.site}</title>
        <meta property="article:published_time" content="{self.published}">{self.head}</head>
        <body><form id="aspnetForm">{self.menu}<div class="content-wrap"><h1>{self.title}</h1><div class="details-text">{paragraphs}{self.after}</div>
        <div class="related-news"><h4>مواضيع ذات صلة</h4>{self.teasers}</div></div></form></body></html>"""


TEMPLATES = ("modern", "plain", "breaks", "soup")


def html(page: Page, template: str) -> str:
    """`page` in the template of that name."""
    return str(getattr(page, template)())


def document(markup: str | bytes, url: str = "https://www.alghayma.example/local/1234", **more: object) -> RawDocument:
    """The markup as fetched at `NOW`."""
    body = markup.encode() if isinstance(markup, str) else markup
    return replace(RawDocument(url, body, NOW), **more)  # type: ignore[arg-type]
