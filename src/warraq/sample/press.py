"""The ten fictional outlets: who they are, and how each of them publishes."""

from __future__ import annotations

from dataclasses import dataclass

SECTIONS = {
    "politics": "سياسة",
    "economy": "اقتصاد",
    "sport": "رياضة",
    "culture": "ثقافة وفنون",
    "society": "مجتمع",
    "science": "علوم وتقنية",
    "health": "صحة",
    "local": "محليات",
    "weather": "طقس",
}
"""Section names as printed, by the slug used in addresses."""


@dataclass(frozen=True, slots=True)
class Press:
    """One outlet and its habits. ``path`` is the pattern of its article addresses, below the outlet's root.

    In ``path``: ``{day}`` is ``2026/02/10`` in the outlet's zone, ``{id}`` the article's id, ``{number}`` a number
    made of it, ``{slug}`` the Arabic title with hyphens.
    """

    id: str
    name: str
    short_name: str
    country: str
    zone: str
    path: str
    trending: tuple[str, ...]
    """Tags of the week, on every page, whatever it is about."""
    about: str
    encoding: str = "utf-8"
    """The true encoding of its pages."""
    content_type: str = "text/html; charset=utf-8"
    """The header its server sends, true or not."""
    feed: str = "rss.xml"
    feed_style: str = "rss"
    """``rss``, ``rss-full`` (with content:encoded), ``rss-undated`` or ``atom``."""
    feed_encoding: str = "utf-8"
    sitemap: bool = False
    agency: bool = False


PRESSES = (
    Press(
        id="sidra",
        name="وكالة سدرة للأنباء",
        short_name="سدرة",
        country="JO",
        zone="Asia/Amman",
        path="news/{day}/{id}",
        trending=("حصاد الأسبوع", "صور اليوم", "بورصة المعادن"),
        about="وكالة سدرة للأنباء وكالة مستقلة تبث أخبارها بالعربية على مدار الساعة لمشتركيها من الصحف والمواقع.",
        feed="feed/",
        feed_style="rss-full",
        agency=True,
    ),
    Press(
        id="minbar",
        name="منبر الساحل",
        short_name="المنبر",
        country="TN",
        zone="Africa/Tunis",
        path="actualites/{slug}-{number}",
        trending=("بطولة الشواطئ", "أسعار الزيت", "مهرجان المدينة", "الباكالوريا", "صيف 2026", "كرة اليد"),
        about="منبر الساحل صحيفة إلكترونية تأسست سنة 2011 وتعنى بالشأن الوطني والمغاربي والدولي.",
    ),
    Press(
        id="marfa",
        name="صدى المرفأ",
        short_name="المرفأ",
        country="AE",
        zone="Asia/Dubai",
        path="details.php?id={number}",
        trending=("سباق الزوارق", "معرض العقار", "أسعار الذهب"),
        about="صدى المرفأ يومية سياسية شاملة تصدر كل صباح منذ عام 1998.",
        encoding="windows-1256",
        content_type="text/html",
        feed="rss.php",
        feed_style="rss-undated",
        feed_encoding="windows-1256",
    ),
    Press(
        id="difaf",
        name="جريدة الضفاف",
        short_name="الضفاف",
        country="EG",
        zone="Africa/Cairo",
        path="story/{day}/{slug}/{number}",
        trending=("أسعار الدواجن", "نتيجة الثانوية", "دورى المحترفين", "مسلسلات رمضان", "تنسيق الجامعات", "سعر الحديد"),
        about="جريدة الضفاف جريدة يومية مستقلة، يكتبها ويحررها صحفيون من المحافظات كلها.",
        feed="rss/all.xml",
    ),
    Press(
        id="waha",
        name="بوابة الواحة",
        short_name="الواحة",
        country="SA",
        zone="Asia/Riyadh",
        path="{number}/{id}.html",
        trending=("حساب المستفيد", "موسم التمور", "سباق الهجن"),
        about="بوابة الواحة منصة إخبارية رقمية تهتم بالمجتمع والاقتصاد والرياضة.",
    ),
    Press(
        id="sanabil",
        name="السنابل",
        short_name="السنابل",
        country="LB",
        zone="Asia/Beirut",
        path="articles/{id}.htm",
        trending=("سعر الصرف", "الكهرباء", "الطرقات الجبلية"),
        about="السنابل جريدة يومية تصدر عن دار السنابل للنشر.",
        content_type="text/html; charset=UTF-8",
    ),
    Press(
        id="maraya",
        name="مرايا الأطلسي",
        short_name="مرايا",
        country="MA",
        zone="Africa/Casablanca",
        path="ar/{number}-{id}.html",
        trending=("الموسم الفلاحي", "أسعار الأسماك", "الدخول المدرسي", "البطولة الاحترافية"),
        about="مرايا الأطلسي جريدة إلكترونية مستقلة تصدر بالعربية.",
        encoding="windows-1256",
        content_type="text/html; charset=utf-8",  # wrong, as many servers are
        feed="atom.xml",
        feed_style="atom",
    ),
    Press(
        id="shanasheel",
        name="موقع الشناشيل الإخباري",
        short_name="الشناشيل",
        country="IQ",
        zone="Asia/Baghdad",
        path="{day}/{id}/",
        trending=("رواتب الموظفين", "البطاقة التموينية", "مناسيب الأنهار", "القبول المركزي"),
        about="موقع الشناشيل الإخباري موقع مستقل ينقل الخبر كما هو.",
        feed="feed.xml",
    ),
    Press(
        id="qasabat",
        name="يومية القصبات",
        short_name="القصبات",
        country="DZ",
        zone="Africa/Algiers",
        path="{number}-{id}",
        trending=("سوق السيارات", "سكنات الإيجار", "كأس القارة", "منحة السفر"),
        about="يومية القصبات جريدة وطنية إخبارية تصدر ورقياً وإلكترونياً.",
        sitemap=True,
    ),
    Press(
        id="sawari",
        name="صحيفة الصواري",
        short_name="الصواري",
        country="OM",
        zone="Asia/Muscat",
        path="article/{number}",
        trending=("موسم الخريف", "معرض الكتاب", "سباق القدرة"),
        about="صحيفة الصواري يومية تعنى بشؤون البحر والموانئ والاقتصاد والثقافة.",
    ),
)
"""All outlets of the sample."""

BY_ID = {press.id: press for press in PRESSES}
