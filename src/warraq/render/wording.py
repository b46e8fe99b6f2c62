"""The site's own words, in Arabic and in English. Articles keep the language they came in."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("ar", "en")
DIRECTION = {"ar": "rtl", "en": "ltr"}

_TABLE: dict[str, tuple[str, str]] = {
    "brand": ("ورّاق", "Warraq"),
    "tagline": ("أرشيف الأخبار العربية", "An archive of Arabic news"),
    "skip": ("إلى المحتوى", "Skip to content"),
    "sections": ("أقسام الموقع", "Site sections"),
    "home": ("الأحدث", "Latest"),
    "latest": ("آخر الأخبار", "Latest news"),
    "outlets": ("وسائل الإعلام", "Outlets"),
    "outlet": ("وسيلة الإعلام", "Outlet"),
    "by_outlet": ("حسب وسيلة الإعلام", "By outlet"),
    "all_outlets": ("كل وسائل الإعلام", "All outlets"),
    "about": ("عن الأرشيف", "About"),
    "api": ("واجهة البرمجة", "API"),
    "api_intro": (
        "كل ما في الأرشيف بصيغة JSON. الوصف الكامل بصيغة OpenAPI 3.1:",
        "Everything in the archive as JSON. The full description, as OpenAPI 3.1:",
    ),
    "search": ("البحث", "Search"),
    "do_search": ("ابحث", "Search"),
    "search_hint": (
        'كلمات، أو "عبارة تامة"، و - للاستثناء، وأو، و( )، وعنوان: جهة: بلد: كاتب: تاريخ:2025-02',
        'words, "an exact phrase", - to exclude, OR, ( ), title: outlet: country: author: date:2025-02',
    ),
    "any_outlet": ("كلها", "All"),
    "filters": ("تضييق البحث", "Narrow the search"),
    "from": ("من يوم", "From"),
    "to": ("إلى يوم", "To"),
    "sort": ("الترتيب", "Order"),
    "by_relevance": ("الأقرب", "Most relevant"),
    "by_date": ("الأحدث", "Newest"),
    "by_recent": ("الأقرب والأحدث", "Relevant and recent"),
    "by_keyword": ("حسب الكلمة الدلالية", "By keyword"),
    "over_time": ("عبر الزمن", "Over time"),
    "did_you_mean": ("هل تقصد:", "Did you mean:"),
    "same_text": ("النص نفسه في", "The same text in"),
    "total": ("عدد النتائج", "Results"),
    "results_for": ("نتائج البحث عن", "Results for"),
    "no_results": ("لا نتائج", "No results"),
    "no_results_help": (
        "جرّب كلمات أقل، أو صيغة أخرى، أو وسّع المدة.",
        "Try fewer words, another form of the word, or a wider period.",
    ),
    "empty": ("لا مقالات بعد", "No articles yet"),
    "empty_then": ("لم يكن في الأرشيف شيء في هذا الوقت.", "The archive held nothing at this moment."),
    "empty_now": ("لم يصل الأرشيف شيء بعد.", "Nothing has reached the archive yet."),
    "previous": ("السابق", "Previous"),
    "next": ("التالي", "Next"),
    "page_number": ("صفحة", "Page"),
    "pages": ("صفحات القائمة", "Pages of the list"),
    "as_of": ("كما كان في", "As of"),
    "as_of_now": ("الآن", "now"),
    "as_of_label": ("اليوم والساعة (غرينتش)", "Day and time (GMT)"),
    "as_of_show": ("اعرض", "Show"),
    "as_of_back": ("العودة إلى الآن", "Back to now"),
    "gmt": ("غرينتش", "GMT"),
    "page_time": ("وقت الصفحة", "Page time"),
    "published": ("تاريخ النشر", "Published"),
    "modified": ("آخر تعديل", "Modified"),
    "unknown": ("غير معروف", "unknown"),
    "origin": ("مأخوذ من", "read from"),
    "author": ("بقلم", "By"),
    "credit": ("المصدر", "Source"),
    "original": ("المقال في موقعه", "Read it at the outlet"),
    "removed": ("حذفه ناشره، وهذه نسخة الأرشيف", "Removed by its outlet; this is the archive's copy"),
    "unsafe": (
        "لم يعد عنوان هذا الموقع لناشره، فلا رابط إليه.",
        "This outlet's address now leads to somebody else, so it is not linked.",
    ),
    "image": ("الصورة في موقعها", "Picture at the outlet"),
    "section": ("القسم", "Section"),
    "keywords": ("كلمات دلالية", "Keywords"),
    "keyword": ("كلمة دلالية", "Keyword"),
    "read_also": ("إقرأ أيضاً", "Read also"),
    "similar": ("مقالات مشابهة", "Similar articles"),
    "shared": ("يجمعهما", "In common"),
    "copies": ("نُشر أيضاً في", "Also carried by"),
    "copies_note": ("النص نفسه، والأسبق أولاً.", "The same text, earliest first."),
    "first_seen": ("رُصد أول مرة", "First seen"),
    "last_seen": ("رُصد آخر مرة", "Last seen"),
    "share": ("من النص", "of the text"),
    "stories": ("القصص", "Stories"),
    "top_stories": ("أهم القصص", "Top stories"),
    "all_stories": ("كل القصص", "All stories"),
    "story_of": ("قصة", "Story"),
    "whole_story": ("القصة كلها", "The whole story"),
    "countries": ("البلدان", "Countries"),
    "wire_origin": ("مصدر النص", "Wire origin"),
    "first_report": ("أول تقرير", "First report"),
    "events": ("أحداثها", "Its events"),
    "who_reports": ("من ينشر عنها", "Who reports it"),
    "copies_count": ("النص نفسه في مواقع أخرى", "The same text elsewhere"),
    "since": ("منذ", "since"),
    "no_stories": ("لا قصص", "No stories"),
    "no_stories_help": ("اختر أيامًا أخرى.", "Choose other days."),
    "story": ("تسلسل الخبر", "The story so far"),
    "revisions": ("نسخ هذا المقال", "Revisions of this article"),
    "revision": ("نسخة", "Revision"),
    "shown_here": ("المعروضة هنا", "shown here"),
    "articles": ("مقالات", "Articles"),
    "revisions_count": ("نسخ المقالات", "Revisions"),
    "country": ("البلد", "Country"),
    "site": ("الموقع", "Website"),
    "agency": ("وكالة أنباء", "news agency"),
    "stats": ("ما في الأرشيف", "What the archive holds"),
    "outcomes": ("ما آل إليه كل ما وصل", "What became of everything received"),
    "outcome": ("المآل", "Outcome"),
    "count": ("العدد", "Count"),
    "about_text": (
        "يقرأ ورّاق مواقع الأخبار ويحفظ نصوصها، ويعرض كل مقال مع ما يتصل به كما كان معروفًا في أي وقت تختاره.",
        "Warraq reads news outlets, keeps their texts, and shows each article with what belongs beside it, "
        "as it was known at any moment you choose.",
    ),
    "about_rights": (
        "النصوص لأصحابها، ومع كل مقال رابط إلى موقعه. لا صور ولا ملفات تُحمّل من مواقع أخرى، ولا تُحفظ بيانات عن القرّاء.",
        "Texts belong to their publishers, and each article links to its own site. No pictures or files are loaded "
        "from other sites, and nothing is kept about readers.",
    ),
    "json": ("هذه الصفحة بصيغة JSON", "This page as JSON"),
    "text": ("نص", "Text"),
    "language": ("English", "العربية"),
    "error_400": ("طلب غير مفهوم", "That request cannot be read"),
    "error_404": ("لا وجود لهذه الصفحة", "There is no such page"),
    "error_405": ("طريقة غير مقبولة", "That method is not allowed here"),
    "error_500": ("حدث خطأ في الموقع", "Something went wrong here"),
    "error_help": ("عُد إلى الصفحة الأولى أو ابحث.", "Go to the front page, or search."),
    "error_at": ("عند الموضع", "at position"),
}

_ORIGINS = {
    "json-ld": ("بيانات الصفحة", "the page's data"),
    "meta": ("بيانات الصفحة", "the page's data"),
    "microdata": ("بيانات الصفحة", "the page's data"),
    "time": ("الصفحة", "the page"),
    "text": ("نص الصفحة", "the page's text"),
    "url": ("عنوان الصفحة", "the address"),
    "feed": ("التغذية الإخبارية", "the feed"),
    "record": ("السجل المستورد", "the imported record"),
}


def wording(language: str) -> Mapping[str, str]:
    """All of the site's words in one language; origins of dates as ``origin:feed`` and so on."""
    return _WORDING[language]


_WORDING = {
    language: {key: pair[index] for key, pair in _TABLE.items()}
    | {f"origin:{key}": pair[index] for key, pair in _ORIGINS.items()}
    for index, language in enumerate(LANGUAGES)
}
