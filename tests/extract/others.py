# ruff: noqa: E501 (pages are easier to read unbroken)
"""Pages that are no articles, of the same fictional outlets: each form once or more."""

from __future__ import annotations

from pages import HEADLINES, OTHER_TEXT, OTHER_TITLE, TEXT, TITLE, Page

SITE = "صحيفة الغيمة"
MENU = Page().menu
FOOT = f"<footer><p>جميع الحقوق محفوظة {SITE} 2025</p><p>موقع إخباري مستقل يصدر عن مؤسسة الغيمة للنشر والتوزيع في مدينة الواحة منذ عام 1998.</p></footer>"
TITLES = (
    TITLE,
    OTHER_TITLE,
    *HEADLINES,
    "وزير الموارد يضع حجر الأساس لسد وادي النخيل",
    "ارتفاع أسعار التمور قبل الموسم",
)
TEASERS = (
    *TEXT,
    *OTHER_TEXT,
    "يستمر المعرض عشرة أيام في مبنى المتحف القديم وسط المدينة، ويشارك فيه مصورون من ثلاثة بلدان.",
)


def page(title: str, body: str, head: str = "", h1: str = "") -> str:
    heading = f"<h1>{h1}</h1>" if h1 else ""
    return f"<!doctype html><html lang=ar dir=rtl><head><meta charset=utf-8><title>{title}</title>{head}</head><body><header>{MENU}</header>{heading}{body}{FOOT}</body></html>"


def cards(tag: str = "div", heading: str = "h2", name: str = "card", date: bool = True) -> str:
    when = "<time datetime='2025-03-09T10:00:00Z'>9 مارس 2025</time>" if date else ""
    items = (
        f"<{tag} class='{name}'><a href='/n/{i}'><img src=a.jpg></a><{heading}><a href='/n/{i}'>{t}</a></{heading}>{when}<p>{p}</p></{tag}>"
        for i, (t, p) in enumerate(zip(TITLES, TEASERS, strict=True))
    )
    return "".join(items)


def bare() -> str:
    """A list of an old system: nothing has a name, titles and summaries are lines of one box."""
    return (
        "<div>"
        + "".join(
            f"<a href='/n/{i}'><b>{t}</b></a><br>{p}<br><br>"
            for i, (t, p) in enumerate(zip(TITLES, TEASERS, strict=True))
        )
        + "</div>"
    )


CONSENT = (
    "نحن وشركاؤنا نخزن معلومات على جهازك، مثل ملفات تعريف الارتباط، ونعالج بيانات شخصية لعرض إعلانات ومحتوى مخصصين.",
    "يمكنك قبول ذلك أو إدارة خياراتك بالنقر أدناه، ومنها حقك في الاعتراض حيث تستند المعالجة إلى مصلحة مشروعة، وفق سياسة الخصوصية.",
    "لن تسري خياراتك إلا على هذا الموقع، ويمكنك تغييرها في أي وقت بالعودة إليه أو بزيارة صفحة سياسة الخصوصية.",
)
CONSENT_EN = (
    "We and our 812 partners store and access information on your device, such as cookies, and process personal data.",
    "You may accept or manage your choices by clicking below, including your right to object where legitimate interest is used.",
    "These choices will be signaled to our partners and will not affect browsing data. See our privacy policy for more.",
)
GRAPH = "<script type='application/ld+json'>{}</script>"
LISTED = ",".join(
    f'{{"@type":"ListItem","position":{i},"item":{{"@type":"NewsArticle","headline":"{t}","datePublished":"2025-03-0{i + 1}","url":"https://alghayma.example/n/{i}"}}}}'
    for i, t in enumerate(TITLES)
)
ARTICLES = ",".join(
    f'{{"@type":"NewsArticle","headline":"{t}","datePublished":"2025-03-0{i + 1}T10:00:00Z"}}'
    for i, t in enumerate(TITLES)
)
OG = '<meta property="og:type" content="article">'
VIDEO = GRAPH.format(f'{{"@type":"VideoObject","name":"{TITLE}","uploadDate":"2025-03-09"}}')
HOME = "https://www.alghayma.example/"

NOT_ARTICLES: dict[str, tuple[str, str]] = {
    "home": (HOME, page(SITE, cards() + cards("article", "h3", "teaser"))),
    "home with an address of its own": (HOME + "index.php", page(f"{SITE} | الرئيسية", cards("li", "h3", "item"))),
    "home that calls itself an article": (HOME + "?lang=ar", page(SITE, cards(), OG)),
    "home of bare lines": (HOME + "default.aspx", page(f"{SITE} - آخر الأخبار", bare())),
    "section": (HOME + "economy", page(f"اقتصاد | {SITE}", cards(), "", "اقتصاد")),
    "section of unnamed articles": (
        HOME + "ar/politics/",
        page(f"أخبار السياسة - {SITE}", f"<main>{cards('article', 'h3', 'x1')}</main>", "", "سياسة"),
    ),
    "section of list items": (
        HOME + "news/local",
        page(f"محليات - {SITE}", f"<ul>{cards('li', 'h3', 'k')}</ul>", "", "أخبار محلية"),
    ),
    "section of bare lines": (
        HOME + "section.php?id=4",
        page(f"أخبار المحليات | {SITE}", bare(), "", "أخبار المحليات"),
    ),
    "section with a first story": (
        HOME + "sport",
        page(
            f"رياضة | {SITE}",
            f"<div class=lead><h2><a href=/n/1>{OTHER_TITLE}</a></h2><p>{' '.join(OTHER_TEXT)}</p></div>{cards()}",
            "",
            "رياضة",
        ),
    ),
    "section as a table": (
        HOME + "culture",
        page(
            f"ثقافة | {SITE}",
            "<table>"
            + "".join(
                f"<tr><td><a href=/n/{i}>{t}</a></td><td>{p}</td></tr>"
                for i, (t, p) in enumerate(zip(TITLES, TEASERS, strict=True))
            )
            + "</table>",
            "",
            "ثقافة",
        ),
    ),
    "tag": (HOME + "tag/%D9%85%D9%8A%D8%A7%D9%87", page(f"مياه | {SITE}", cards(), "", "مياه")),
    "tag that calls itself an article": (
        HOME + "tag/water/",
        page(f"مياه - {SITE}", cards("article", "h2", "post"), OG, "الوسم: مياه"),
    ),
    "tag with a description": (
        HOME + "topics/water",
        page(
            f"كل ما نشر عن تحلية المياه | {SITE}",
            f"<p>{TEXT[0]}</p>{cards('article', 'h3', 'post')}",
            "",
            "كل ما نشر عن تحلية المياه",
        ),
    ),
    "collection": (
        HOME + "water",
        page(
            f"ملف تحلية المياه في الواحة | {SITE}",
            cards("article", "h3", "post"),
            GRAPH.format('{"@type":"CollectionPage","name":"ملف تحلية المياه في الواحة"}'),
            "ملف تحلية المياه في الواحة",
        ),
    ),
    "list of articles in JSON-LD": (
        HOME + "latest",
        page(
            f"آخر أخبار مدينة الواحة اليوم | {SITE}",
            cards("article", "h3", "post"),
            GRAPH.format(f'{{"@type":"ItemList","itemListElement":[{LISTED}]}}'),
            "آخر أخبار مدينة الواحة اليوم",
        ),
    ),
    "articles of a list in JSON-LD": (
        HOME + "latest/2",
        page(
            f"آخر أخبار مدينة الواحة اليوم | {SITE}",
            bare(),
            GRAPH.format(f"[{ARTICLES}]"),
            "آخر أخبار مدينة الواحة اليوم",
        ),
    ),
    "author": (
        HOME + "author/hala",
        page(
            f"هالة منصور | {SITE}",
            f"<p>صحفية في قسم المحليات تكتب عن المياه والطاقة والبيئة في الواحة منذ عشر سنوات.</p>{cards()}",
            GRAPH.format('{"@type":"ProfilePage","name":"هالة منصور"}'),
            "هالة منصور",
        ),
    ),
    "search": (
        HOME + "search?q=%D9%85%D9%8A%D8%A7%D9%87",
        page(f"نتائج البحث عن: مياه | {SITE}", cards(), "", "نتائج البحث عن: مياه"),
    ),
    "search of WordPress": (
        HOME + "?s=%D9%85%D9%8A%D8%A7%D9%87",
        page(f"لقد بحثت عن مياه - {SITE}", cards("article", "h2", "post"), OG, "نتائج البحث عن مياه"),
    ),
    "search without results": (
        HOME + "search?q=x",
        page(f"بحث - {SITE}", "<p>لم نعثر على نتائج تطابق بحثك، يرجى تجربة كلمات أخرى أو تصفح أقسام الموقع.</p>"),
    ),
    "archive of a day": (
        HOME + "2025/03/09/",
        page(f"9 مارس 2025 - {SITE}", cards("article", "h2", "post"), "", "9 مارس 2025"),
    ),
    "login": (
        HOME + "login?next=%2Fa",
        page(
            f"تسجيل الدخول إلى حسابك - {SITE}",
            "<form><h1>تسجيل الدخول إلى حسابك</h1><p>أدخل بريدك الإلكتروني وكلمة المرور لتتابع قراءة مقالات الصحيفة على كل أجهزتك.</p><input type=email><input type=password><button>دخول</button></form>",
        ),
    ),
    "subscribe": (
        HOME + "subscribe",
        page(
            f"اشترك في الصحيفة الآن - {SITE}",
            "<h1>اختر الاشتراك الذي يناسبك</h1><div><p>اشترك الآن واحصل على وصول غير محدود إلى كل المقالات مقابل دينارين في الشهر.</p><p>اشترك لسنة كاملة وادفع ثمن عشرة أشهر فقط، مع نسخة ورقية كل أسبوع.</p></div>",
        ),
    ),
    "consent": (
        HOME + "n/1",
        page(SITE, "<div>" + "".join(f"<p>{p}</p>" for p in CONSENT) + "<button>أوافق</button></div>"),
    ),
    "consent under a headline": (
        HOME + "n/1",
        page(f"{TITLE} | {SITE}", f"<h1>{TITLE}</h1><div>" + "".join(f"<p>{p}</p>" for p in CONSENT) + "</div>", OG),
    ),
    "consent in English": (
        "https://consent.gate.example/collect?sid=1",
        page(
            "Before you continue",
            "<div><h1>We value your privacy and your choices</h1>"
            + "".join(f"<p>{p}</p>" for p in CONSENT_EN)
            + "</div>",
        ),
    ),
    "video": (
        HOME + "v/1",
        page(f"{TITLE} | {SITE}", f"<h1>{TITLE}</h1><div class=player><video src=a.mp4></video></div>", VIDEO),
    ),
    "video with a line": (
        HOME + "video/1",
        page(
            f"شاهد لحظة الافتتاح | {SITE}",
            "<h1>شاهد لحظة الافتتاح في الواحة</h1><div class=x><video src=a.mp4></video><p>لحظة افتتاح محطة التحلية في مدينة الواحة صباح الأحد.</p></div>",
            VIDEO + '<meta property="og:type" content="video.other">',
        ),
    ),
    "error": (
        HOME + "n/99",
        page(
            f"خطأ 404 - {SITE}",
            "<h1>عذراً</h1><p>الصفحة التي تبحث عنها غير موجودة أو تم نقلها إلى مكان آخر، يمكنك العودة إلى الصفحة الرئيسية.</p>",
        ),
    ),
    "error under the site's name": (
        HOME + "n/99",
        page(
            SITE,
            "<h1>عفواً، لم نجد ما تبحث عنه</h1><p>الصفحة المطلوبة غير متوفرة حاليا، ربما حذفت أو تغير عنوانها. يرجى التأكد من الرابط أو البحث في الموقع.</p>"
            + cards(),
        ),
    ),
    "error in English": (
        HOME + "n/98",
        page(
            "Oops!",
            "<h1>Oops! Something went wrong</h1><p>The page you are looking for could not be found. It may have been moved or deleted.</p>",
        ),
    ),
    "maintenance": (
        HOME + "n/97",
        page(
            SITE,
            "<h1>الموقع تحت الصيانة</h1><p>نعمل على تحديث الموقع وسنعود إليكم خلال ساعات قليلة، نعتذر عن أي إزعاج.</p>",
        ),
    ),
    "robot check": (
        HOME + "n/96",
        "<html><head><title>Just a moment...</title></head><body><h1>alghayma.example</h1><p>Verifying you are human. This may take a few seconds. alghayma.example needs to review the security of your connection.</p></body></html>",
    ),
    "script needed": (
        HOME + "n/95",
        page(
            f"{TITLE} | {SITE}",
            "<div id=root></div><div><p>يجب تفعيل جافا سكريبت في متصفحك لعرض هذا الموقع بشكل صحيح.</p></div>",
        ),
    ),
    "paywall": (
        HOME + "n/94",
        page(
            f"{TITLE} | {SITE}",
            f"<h1>{TITLE}</h1><div class=article-body><p>{TEXT[0][:90]}…</p></div><div><p>هذا المحتوى متاح للمشتركين فقط. اشترك الآن لقراءة المقال كاملا.</p></div>",
            GRAPH.format(f'{{"@type":"NewsArticle","headline":"{TITLE}","isAccessibleForFree":false}}'),
        ),
    ),
    "paywall without a word in JSON-LD": (
        HOME + "n/93",
        page(
            f"{TITLE} | {SITE}",
            f"<h1>{TITLE}</h1><div class=article-body><p>{TEXT[0][:90]}...</p><p>للاطلاع على كامل المقال يرجى الاشتراك أو تسجيل الدخول.</p></div>",
            OG,
        ),
    ),
    "about": (
        HOME + "about",
        page(
            f"من نحن | {SITE}",
            f"<h1>من نحن</h1><p>{SITE} موقع إخباري مستقل تأسس عام 1998 في مدينة الواحة ويعمل فيه خمسون صحفيا.</p><p>ننشر كل يوم أخبارا وتقارير وتحقيقات عن المدينة وأهلها.</p>",
        ),
    ),
    "privacy": (
        HOME + "privacy",
        page(f"سياسة الخصوصية | {SITE}", "<h1>سياسة الخصوصية</h1>" + "".join(f"<p>{p}</p>" for p in CONSENT)),
    ),
    "contact": (
        HOME + "contact",
        page(
            f"اتصل بنا | {SITE}",
            "<h1>اتصل بنا</h1><p>يسعدنا أن نتلقى رسائلكم واقتراحاتكم على العنوان التالي: شارع النخيل، مدينة الواحة.</p>",
        ),
    ),
    "gallery without a text": (
        HOME + "photos/7",
        page(
            f"صور الافتتاح | {SITE}",
            "<h1>صور الافتتاح في مدينة الواحة</h1><div class=gallery>"
            + "".join(
                f"<figure><img src={i}.jpg><figcaption>المحطة الجديدة كما بدت صباح الأحد من الجهة {i}</figcaption></figure>"
                for i in range(6)
            )
            + "</div>",
        ),
    ),
}
