"""Lines inside a body that are no part of it: "read also", share and subscribe lines, credits of pictures, notices.

Phrases as printed on pages in Arabic, Persian, Urdu and, fewer, in other languages; collected by reading pages.
Every rule looks at one short block, so that a sentence that merely contains such words stays.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_ALSO = re.compile(
    r"""^[\s\W\d]{0,4}(?:
    (?:و?[اأإآ]?قر[اأآئؤ]\w{0,3}|طالع(?:وا)?|شاهد(?:وا)?|[اأ]نظر(?:وا)?|تابع(?:وا)?|راجع)\s*(?:[اأإآ]يضا?|كذلك|المزيد|معنا)
    |لقراءة\s+المزيد|للمزيد|المزيد\s+(?:من|حول|عن|في)|[اأ]خبار\s+(?:ذات\s+صلة|متعلقة|مشابهة)
    |(?:مواضيع|موضوعات|مقالات|تقارير|قصص|مواد|روابط|فيديوهات)\s+(?:ذات\s+صلة|متعلقة|مشابهة|مرتبطة|قد\s+ته\w+)
    |ذات\s+صلة|قد\s+(?:يهمك|يعجبك|تهمك|ترغب)|ربما\s+يهمك|نرشح\s+ل\w+|[اأ]خترنا\s+ل\w+|من\s+المحرر|الأكثر\s+قراءة|كلمات\s+دلالية
    |(?:همچنین\s+)?(?:بیشتر\s+)?بخوانید|(?:مطالب|اخبار|خبرهای)\s+مرتبط|یہ\s+بھی\s+پڑھ\w+|مزید\s+پڑھ\w+|متعلقہ\s+خبر\w+
    |read\s+(?:also|more|next|on|the\s+full)|also\s+(?:read|see|on)|see\s+also|related\s*(?:news|articles?|stor(?:y|ies)|content|topics?|:|$)
    |more\s+(?:on|from|great|like|stories|news|about)\b|you\s+(?:may|might)\s+(?:also|like)|don['’]t\s+miss|recommended|most\s+(?:read|popular)
    |trending\b|editor['’]s\s+picks?|up\s+next|what\s+to\s+read\s+next|keep\s+reading|continue\s+reading
    |lesen\s+sie\s+(?:auch|mehr|hier)|mehr\s+(?:zum\s+thema|von|themen|dazu)|auch\s+interessant|passend\s+zum|weitere\s+(?:artikel|themen)
    |[àa]\s+lire|lire\s+aussi|lea\s+(?:tambi[ée]n|m[aá]s)|te\s+puede\s+interesar|leia\s+(?:tamb[ée]m|mais)|veja\s+tamb[ée]m|leggi\s+anche
    |les\s+(?:også|mer)|läs\s+(?:också|mer|även)|lees\s+ook|czytaj\s+(?:też|także|więcej)|baca\s+juga|ayrıca\s+oku\w*|ilgili\s+haber\w*
    |相关(?:阅读|新闻|推荐)|延伸阅读|推荐阅读|更多(?:精彩)?|関連(?:記事|ニュース)|あわせて読みたい|खबरें\s+और
    )""",
    re.I | re.X,
)
_NOTICE = re.compile(
    r"""^[\s\W]{0,4}(?:
    اشترك(?:وا)?\s|للاشتراك|سج[لّ]+\s+(?:الآن|دخول|اشتراك)|تابع(?:ونا|نا|وا|\s+\w+\s+على|\s+آخر|\s+أحدث)|شارك(?:وا|نا)?\s+(?:هذا|الخبر|المقال|الموضوع|برأي|رأيك|عبر)
    |مشاركة(?:\s+(?:الخبر|المقال|عبر|على).*)?$|اضغط(?:وا)?\s+هنا|انقر\s+هنا|حم[لّ]+(?:وا)?\s+(?:ال)?تطبيق|نسخ\s+الرابط|تم\s+(?:نسخ|النسخ)|طباعة$|[إا]علان(?:ات)?$|أرسل\s+تعليق|أضف\s+تعليق
    |التعليقات(?:\s*\(?\d*\)?)?$|الآراء\s+(?:الواردة|المنشورة)|ترحب\s+.{2,30}بالنقاش|هذا\s+(?:المقال|المقالة)\s+.{0,60}(?:لا\s+)?(?:ي|ت)عبر|لمتابعة\s+(?:آخر|أحدث|المزيد|أهم)
    |جميع\s+الحقوق|حقوق\s+(?:النشر|الطبع)|(?:ال)?كلمات\s+(?:ال)?(?:دلالية|مفتاحية)|الوسوم|وسوم|علامات\s*:|الموضوع\s*:|المشاهدات|عدد\s+(?:القراءات|المشاهدات)
    |sign\s+up\s+(?:for|to|here|now)|sign\s+up$|subscribe\b|get\s+(?:the|our|all)\s+.{0,40}(?:newsletter|inbox|app\b|updates)|register\s*/|create\s+an\s+account|log\s?in\b
    |follow\s+(?:us|\w+(?:\s\w+){0,5}\s+on\b)|join\s+us\s+on|like\s+this\s+story|share\s+(?:this|it|your)|click\s+here\s+(?:to|for)|have\s+a\s+tip|download\s+(?:the|our)\s+app
    |advertisement$|advertising$|sponsored|publicit[ée]$|anzeige$|werbung$|publicidad$|reklam\w*$|by\s+signing\s+up|enjoy\s+unlimited|access\s+articles\s+from
    |we\s+apologi[sz]e,\s+but\s+this\s+video|try\s+refreshing|copy\s+link|कॉपी\s+लिंक|placeholder\s+image|show\s+more$|load\s+more|back\s+to\s+top|jump\s+to
    |(?:additional\s+)?reporting\s+by\b|(?:writing|editing)\s+by\b|this\s+(?:article|story)\s+(?:was\s+)?(?:originally|first)\s+(?:appeared|published)
    |(?:إعداد|تغطية\s+صحفية|شارك\s+في\s+التغطية)\b.{0,120}(?:تحرير|العربية)
    |jetzt\s+(?:weiterlesen|abonnieren|kostenlos)|mit\s+meiner\s+anmeldung|newsletter\b|zum\s+newsletter|lesezeit|empfohlener\s+redaktioneller|externen\s+inhalt
    |特别声明|责任编辑|版权声明|以上内容|免责声明|本文来源|この記事は会員限定|会員登録|notice:\s+the\s+content\s+above
    |©|copyright\b|\(c\)\s
    )""",
    re.I | re.X,
)
_RIGHTS = (
    "ll rights reserved",
    "ll Rights Reserved",
    "ALL RIGHTS RESERVED",
    "無断転載",
    "無断で転載",
    "请勿转载",
    "请注明",
)
_RIGHTS_CJK = re.compile("未经.{0,14}(?:授权|许可)")
_PICTURE = re.compile(
    r"""(?:^|[\s(|])(?:©|bildrechte\s*:|foto(?:s|graf)?\s*:|photos?\s*(?:by|:)|image\s*(?:credit|:)|credit\s*:|getty\s+images|(?:ap|reuters|afp)\s+photo
    |تصوير\s*:|صورة\s+أرشيفية|أرشيفية\)?$|مصدر\s+الصورة|عدسة\s*:|الصورة\s*:|\(غيتي)""",
    re.I | re.X,
)
_PICTURE_HINTS = ("©", "foto", "photo", "image", "bildrechte", "credit", "getty", "صو", "رشيفية", "عدسة", "غيتي")
_POLICY = re.compile(
    r"\bcookies?\b|\bprivacy\s+(?:policy|notice)\b|\bterms\s+(?:of|and)\s+(?:use|service|conditions)\b"
    r"|\bgdpr\b|\bopt[- ]out\b"
    r"|ملفات\s+(?:تعريف\s+)?(?:ال)?ارتباط|سياسة\s+الخصوصية|تعليق\s+المستخدم|حذف\s+التعليق|نشر\s+التعليقات",
    re.I,
)
_POLICY_HINTS = ("ookie", "COOKIE", "rivacy", "erms", "GDPR", "pt-out", "pt out", "رتباط", "الخصوصية", "تعليق")
_PITCH = re.compile(
    r"""(?:للاطلاع\s+على|لقراءة|لمتابعة\s+قراءة|لمواصلة|لاستكمال|إقرأ|اقرأ)\s+(?:(?:بقية|كامل|باقي|تتمة|كل|قراءة)\s+)?(?:هذا\s+)?(?:ال)?(?:مقال|مقالة|خبر|نص|موضوع|تقرير|قراءة)\w*
    .{0,40}(?:اشتر|الدخول|مشترك)
    |(?:اشترك(?:وا)?|الاشتراك)\s+.{0,40}(?:لقراءة|للاطلاع|لمتابعة\s+القراءة|لإكمال|كاملا)
    |(?:محتوى|مقال|مقالة|مادة|تقرير|خدمة)\w*\s+.{0,30}(?:لل|لـ|على\s+ال|ب)(?:ال)?مشتركين
    |لل?مشتركين\s+فقط
    |(?:subscribe|sign\s+(?:in|up)|log\s?in|register)\b.{0,60}\bto\s+(?:read|continue|keep|unlock|access|view)\b|to\s+(?:continue|keep)\s+reading
    |(?:exclusive|only\s+available|available\s+only|available\s+exclusively|reserved|just|only|is)\s+(?:for|to)\s+(?:our\s+|paid\s+|paying\s+)?subscribers
    |subscriber-?\s?only|already\s+(?:a\s+subscriber|an?\s+member|have\s+an?\s+(?:subscription|account))|unlock\s+(?:this|the\s+full)\s+(?:article|story)
    |(?:weiterlesen|jetzt\s+lesen)\s+mit|um\s+weiterzulesen|bereits\s+(?:abonnent|registriert|kunde)|(?:artikel|inhalt)\s+.{0,20}(?:nur\s+für|exklusiv\s+für)\s+.{0,12}abonnent
    |réservé\s+(?:à\s+nos|aux)\s+abonnés|il\s+vous\s+reste\s+.{1,12}%|déjà\s+abonné|exclusivo\s+para\s+suscriptores|suscríbete\s+para|riservato\s+agli\s+abbonati
    |この記事は(?:会員|有料)|会員限定(?:記事|コンテンツ)|残り\s*\d+\s*文字|مشترکین\s+کے\s+لیے|ویژه\s+مشترکان""",
    re.I | re.X,
)
_PITCH_HINTS = (
    "شتر",
    "لدخول",
    "ubscri",
    "ontinue",
    "eep reading",
    "nlock",
    "eiterles",
    "eiterzul",
    "bonn",
    "ereits",
    "uscr",
    "bbona",
    "会員",
    "有料",
    "残り",
)
_SCRIPT = re.compile(
    r"(?:enable|requires?|activate|turn\s+on)\s+javascript|javascript\s+(?:is\s+)?(?:disabled|required|must)|جافا\s*سكر\w*\s.{0,60}(?:متصفح|لعرض|عرض)|(?:تفعيل|فع[ّ]?ل)\s+(?:ال)?جافا",
    re.I,
)
_TIME = re.compile(
    r"\d{1,2}\s*[:.h]\s*\d{2}(?!\d)|\b(?:19|20)\d{2}\b|[٠-٩]{1,2}:[٠-٩]{2}|[٠-٩]{4}|\d{1,2}/\d{1,2}/\d{2,4}"
)
_URL = re.compile(r"^\s*(?:https?://|www\.)\S+\s*$")
_MARKS = re.compile("[\u064b-\u0652\u0640]")
_SENTENCE = frozenset(".!?…。！？؟۔।")

MARKER = 45
"""Characters; a block that begins as a read-also marker and is no longer is only the marker."""
PICTURE = 250
"""Characters; no legend of a picture is longer."""
POLICY = 2000
"""Characters of a block in which notices about cookies and comments are looked for."""
PITCH = 300
"""Characters; no line that sells a subscription is longer."""
TRAIL = 4
"""Characters that may follow the words of a marker that ends in dots."""
LINE = 220
"""Characters; a read-also line with its headline is no longer."""


def is_marker(text: str) -> bool:
    """Whether a block is a heading such as ``إقرأ أيضاً:`` above other articles."""
    if len(text) > MARKER:
        return False
    found = _ALSO.match(_bare(text))
    return found is not None and (text[-1] not in _SENTENCE or len(text) - found.end() <= TRAIL)


def is_also(text: str) -> bool:
    """Whether a block is one line that names another article: ``اقرأ أيضا: ...``."""
    if len(text) > LINE or not (":" in text[:MARKER] or text[-1] not in _SENTENCE):
        return False
    return _ALSO.match(_bare(text)) is not None


def _bare(text: str) -> str:
    """Without harakat and tatweel, with which such lines are decorated."""
    return text if text.isascii() else _MARKS.sub("", text)


class May(NamedTuple):
    """Which words of furniture stand somewhere in a text."""

    rights: bool = True
    script: bool = True
    policy: bool = True


ANY = May()


def may_be(text: str) -> May:
    """What the blocks of a whole text can be: one look through it is cheaper than one through each of them."""
    return May(
        any(w in text for w in _RIGHTS) or _RIGHTS_CJK.search(text) is not None,
        "ava" in text or "جافا" in text,
        any(w in text for w in _POLICY_HINTS),
    )


def is_notice(text: str, may: May = ANY) -> bool:
    """Whether a block asks to follow, share or subscribe, or speaks of rights, editors and advertisements."""
    if len(text) > 400:
        return False
    return (
        _NOTICE.match(text) is not None
        or (may.rights and (any(w in text for w in _RIGHTS) or _RIGHTS_CJK.search(text) is not None))
        or (may.script and ("ava" in text or "جافا" in text) and _SCRIPT.search(text) is not None)
    )


def is_pitch(text: str) -> bool:
    """Whether a block says that the rest is for subscribers."""
    return len(text) <= PITCH and any(w in text for w in _PITCH_HINTS) and _PITCH.search(text) is not None


def is_picture_line(text: str) -> bool:
    """Whether a block is the legend or the credit of a picture."""
    if len(text) > PICTURE:
        return False
    lower = text.lower()
    return any(w in lower for w in _PICTURE_HINTS) and _PICTURE.search(text) is not None


def is_policy(text: str) -> bool:
    """Whether a block speaks of cookies, privacy or the rules for comments."""
    text = text[:POLICY]
    return any(w in text for w in _POLICY_HINTS) and _POLICY.search(text) is not None


def is_stamp(text: str, letters: int) -> bool:
    """Whether a block is a bare address, or a date or time with at most so many letters beside it."""
    if len(text) > 70 or text[-1] in _SENTENCE:
        return _URL.match(text) is not None
    return bool(_URL.match(text) or (_TIME.search(text) and sum(c.isalpha() for c in text) <= letters))
