"""What was wrong with a request, for readers: the one-line texts of `UsageError`, which are English, in Arabic.

The core says what is wrong in one language; here are the lines that a reader of the site meets. A line that is not in
the table is shown as it is, marked as English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from warraq.render.plain import isolate

_ARABIC = {
    # searching
    "the query is longer than {} characters": "البحث أطول من {} حرف",
    "the query has more than {} words and phrases": "في البحث أكثر من {} كلمة وعبارة",
    "the query has no word to search for": "لا كلمة في البحث يُبحث عنها",
    "the phrase has no word to search for": "لا كلمة في العبارة يُبحث عنها",
    "more than {} parentheses inside one another": "أكثر من {} قوسًا بعضها داخل بعض",
    "a ( that is never closed": "قوس ( لم يُغلق",
    "a ) without its (": "قوس ) لم يُفتح",
    "nothing follows {}": "لا شيء بعد {}",
    "{} does not belong here": "{} في غير موضعه",
    "at least {} letters before a *": "لا أقل من {} من الحروف قبل *",
    "no date: {}": "ليس تاريخًا: {}",
    "ends before it begins: {}": "نهاية المدة قبل بدايتها: {}",
    "not a date such as 2025-02 or 2025-02/2025-03: {}": "ليس تاريخًا مثل 2025-02 أو 2025-02/2025-03: {}",
    "sort: {} is neither 'date' nor 'recent'": "الترتيب {} غير معروف",
    "no time between {} and {} UTC": "لا وقت بين {} و{}",
    # moments, days, places in a list
    "not a moment: {} (try 2025-02-16 or 2025-02-16T15:46:39Z)": (
        "ليس وقتًا: {} (اكتب مثلًا 2025-02-16 أو 2025-02-16T15:46:39Z)"
    ),
    "not a moment: {} ({})": "ليس وقتًا: {}",
    "not a day: {} (try 2025-02-16)": "ليس يومًا: {} (اكتب مثلًا 2025-02-16)",
    "no day {} (try 2025-02-16)": "لا يوم بهذا الاسم: {} (اكتب مثلًا 2025-02-16)",
    "no year or month {} (try 2025 or 2025-02)": "لا سنة ولا شهر بهذا الاسم: {} (اكتب مثلًا 2025 أو 2025-02)",
    "lang: {} is not one of ar, en": "اللغة {} ليست ar ولا en",
    "page: {} is not a number from 1 to {}": "الصفحة {} ليست رقمًا من 1 إلى {}",
    "n: {} is not a number from 1 to {}": "العدد {} ليس رقمًا من 1 إلى {}",
    "{}: {} is not the number of a state": "{1} ليس رقم نسخة",
    # what there is not
    "no article {} as of {}": "لم يكن هذا المقال في الأرشيف في {1}: {0}",
    "no article {}": "لا مقال بهذا الاسم: {}",
    "neither an article id nor an address: {}": "ليس رمز مقال ولا عنوانه: {}",
    "no outlet {}": "لا وسيلة إعلام بهذا الاسم: {}",
    "no story {}": "لا قصة بهذا الاسم: {}",
    "no saved search {}": "لا بحث محفوظًا بهذا الاسم: {}",
    "{}: seen in one state only, nothing to compare": "لم يُرصد المقال إلا على حال واحدة، فلا شيء يُقارن",
    "{}: no state {}; there are 1 to {}": "لا نسخة رقمها {1}، والنسخ من 1 إلى {2}",
    "{}: not placed in a story yet; run `warraq index`": "لم يوضع هذا المقال في قصة بعد",
    "internal error": "خطأ داخلي",
    # saved searches
    "there is a saved search {} already": "هناك بحث محفوظ بهذا الاسم: {}",
    "a name has 1 to {} characters on one line": "الاسم من حرف إلى {} حرف في سطر واحد",
    "{}: at most {} characters": "{}: لا أكثر من {} حرف",
    "{}: {} is not a whole number": "{}: {} ليس عددًا صحيحًا",
    "hour: {} is not 0 to 23": "الساعة {} ليست من 0 إلى 23",
    "quiet: not 0 to {} hours": "ساعات الصمت من 0 إلى {}",
    "chat: a number or @name": "المحادثة رقم أو ‎@اسم",
    "a Telegram bot needs its token: name a variable or a file": "لا بد لبوت تيليغرام من سر: سمِّ متغيّرًا",
    "not a mail address: {}": "ليس عنوان بريد: {}",
    "a mail server is HOST:PORT": "خادم البريد يُكتب HOST:PORT",
    "a login needs both a user and a password (name a variable or a file)": "للدخول مستخدم وسر معًا (سمِّ متغيّرًا)",
    "a password is sent over STARTTLS or TLS only": "لا يُرسل السر إلا عبر STARTTLS أو TLS",
    "secret: the name of a variable that begins with {}": "السر: اسم متغيّر يبدأ بـ{}",
    "an address begins with http:// or https:// and is written in ASCII, percent-encoded": (
        "العنوان يبدأ بـ http:// أو https:// ويُكتب بحروف ASCII"
    ),
    "a form that is too old: open its page again": "نموذج قديم: افتح صفحته من جديد",
    "a form of another site": "نموذج من موقع آخر",
}


def said(message: str, language: str) -> tuple[str, str]:
    """A line of what was wrong in a language of the site where that is known, and the language that it is in."""
    if language == "ar":
        for pattern, arabic in _patterns():
            if found := pattern.fullmatch(message):
                return arabic.format(*map(isolate, found.groups())), "ar"
    return message, "en"


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_compiled())


def _compiled() -> Iterator[tuple[re.Pattern[str], str]]:
    for english, arabic in _ARABIC.items():
        parts = [re.escape(part) for part in english.split("{}")]
        yield re.compile("(.*?)".join(parts), re.DOTALL), arabic
