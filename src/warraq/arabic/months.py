"""Names of months, weekdays, units and parts of the day, as printed on Arabic pages and those around them.

Facts: Unicode CLDR (ar, ar_LB, ar_DZ, ar_MA, ar_MR, fa, ur, ckb, en, fr; Unicode licence) for the standard names; the
variants beside them are spellings of Arabic print. Keys are folded once, at import, by the fold that texts get.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from warraq.arabic.forms import search_form
from warraq.arabic.pieces import Piece

GREGORIAN, HIJRI, JALALI = "gregorian", "hijri", "jalali"


class Month(NamedTuple):
    """A month of a calendar, 1 to 12, and the index of the piece after its name."""

    calendar: str
    number: int
    next: int


def _key(name: str) -> tuple[str, ...]:
    return tuple(search_form(name.replace("_", " ")).split())


_GREGORIAN = """
1  يناير جانفي كانون_الثاني كانون_ثاني كانون_ثان كانون2 جنوری ژانویه ینایر كانوونی_دووەم january jan janvier janv
2  فبراير فيفري شباط اشباط فوریه فروری شوبات february feb février fevrier févr fevr
3  مارس آذار أذار مارچ ئازار march mar mars
4  أبريل إبريل أفريل نيسان آوریل اپریل أبربل april apr avril avr
5  مايو ماي أيار آيار مايس مئی مئي ئایار may mai
6  يونيو يونيه يونية يونيوا حزيران جوان ژوئن جون حوزەیران june jun juin
7  يوليو يوليه يولية يوليوز تموز جويلية جولية جويليا ژوئیه جولای جولائی تەمووز july jul juillet juil
8  أغسطس اغسطوس أوت آب غشت أغشت أوغست اوت آگوست اگست ئاب august aug août aout
9  سبتمبر شتنبر شتمبر سيبتمبر أيلول سپتامبر ستمبر ئەیلوول september sept sep septembre
10 أكتوبر أوكتوبر أكتوير تشرين_الأول تشرين_أول تشرين1 اکتبر اکتوبر تشرینی_یەکەم october oct octobre
11 نوفمبر نونبر نوفنبر تشرين_الثاني تشرين_ثاني تشرين_ثان تشرين2 نوامبر نومبر تشرینی_دووەم november nov novembre
12 ديسمبر دجنبر دجمبر ديسمير كانون_الأول كانون_أول كانون1 دسامبر دسمبر کانونی_یەکەم december dec décembre decembre déc
"""
_HIJRI = """
1  محرم المحرم محرم_الحرام
2  صفر صفر_الخير
3  ربيع_الأول ربيع_أول ربيع1
4  ربيع_الثاني ربيع_الآخر ربيع_ثاني ربيع_ثان ربيع_آخر ربيع2
5  جمادى_الأولى جمادى_الأول جماد_الأول جماد_أول جمادى_أول جمادى1 جمادى_أولى
6  جمادى_الآخرة جمادى_الثانية جمادى_الآخر جمادى_الثاني جماد_الآخر جماد_الثاني جماد_ثاني جمادى2 جمادى_ثاني جماد_آخر
7  رجب
8  شعبان
9  رمضان
10 شوال
11 ذو_القعدة ذي_القعدة ذوالقعدة ذيالقعدة ذو_قعدة ذي_قعدة
12 ذو_الحجة ذي_الحجة ذوالحجة ذيالحجة ذو_حجة ذي_حجة
"""
_JALALI = """
1  فروردین حمل
2  اردیبهشت ثور
3  خرداد جوزا
4  تیر سرطان
5  مرداد امرداد اسد
6  شهریور سنبله
7  مهر میزان
8  آبان عقرب
9  آذر قوس
10 دی جدی
11 بهمن دلو
12 اسفند حوت
"""
_WEEKDAYS = """
0 الاثنين الإثنين الأثنين اثنين إثنين الاتنين دوشنبه پیر monday mon lundi lun
1 الثلاثاء ثلاثاء الثلثاء الثلاثا سه_شنبه سهشنبه منگل tuesday tue tues mardi
2 الأربعاء أربعاء الاربعا چهارشنبه چهار_شنبه بدھ wednesday wed mercredi mer
3 الخميس خميس پنجشنبه پنج_شنبه جمعرات thursday thu thurs thur jeudi jeu
4 الجمعة جمعة آدینه friday fri vendredi ven
5 السبت سبت شنبه ہفتہ saturday sat samedi sam
6 الأحد یکشنبه یک_شنبه اتوار sunday sun dimanche dim
"""
_PERSIAN_DAYS = """
1 یک یکم اول
2 دو دوم
3 سه سوم
4 چهار چهارم
5 پنج پنجم
6 شش ششم
7 هفت هفتم
8 هشت هشتم
9 نه نهم
10 ده دهم
11 یازده یازدهم
12 دوازده دوازدهم
13 سیزده سیزدهم
14 چهارده چهاردهم
15 پانزده پانزدهم
16 شانزده شانزدهم
17 هفده هفدهم
18 هجده هجدهم
19 نوزده نوزدهم
20 بیست بیستم
30 سی سی_ام سیام
"""


def _rows(table: str) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for line in table.split("\n"):
        number, *names = line.split() or [""]
        for name in names:
            found[_key(name)] = int(number)
    return found


MONTHS: dict[tuple[str, ...], tuple[str, int]] = {
    key: (calendar, number)
    for calendar, table in ((JALALI, _JALALI), (HIJRI, _HIJRI), (GREGORIAN, _GREGORIAN))
    for key, number in _rows(table).items()
}
WEEKDAYS = _rows(_WEEKDAYS)
PERSIAN_DAYS = _rows(_PERSIAN_DAYS)
_FIRST_OF_TWO = frozenset(key[0] for table in (MONTHS, WEEKDAYS, PERSIAN_DAYS) for key in table if len(key) == 2)

# `مه` and `می` are Persian for May and everyday Arabic or Persian words: a name only between a day and a year.
_WEAK = {_key("مه"): (GREGORIAN, 5), _key("می"): (GREGORIAN, 5)}
PAIRED_MONTHS = frozenset(key[0] for key in MONTHS if len(key) == 2)
"""First words of months of two words: what follows them is no day (`كانون الأول`)."""
LEVANT_SHORT = {"ك": {1: 12, 2: 1}, "ت": {1: 10, 2: 11}}
"""`ك2`, `ت1`: Lebanese and Syrian short forms of the months that come in pairs."""


OPENERS = frozenset(key[0] for table in (MONTHS, WEEKDAYS, PERSIAN_DAYS, _WEAK) for key in table) | frozenset(
    LEVANT_SHORT
)
"""Words with which a month, a weekday or a Persian day can begin."""


def word(pieces: Sequence[Piece], at: int) -> str:
    """The folded word at an index; empty for anything else, and beyond either end."""
    return pieces[at].text if 0 <= at < len(pieces) and pieces[at].kind == "w" else ""


def sign(pieces: Sequence[Piece], at: int) -> str:
    """The sign at an index; empty for anything else, and beyond either end."""
    return pieces[at].text if 0 <= at < len(pieces) and pieces[at].kind == "p" else ""


def _named(table: dict[tuple[str, ...], int], pieces: Sequence[Piece], at: int) -> tuple[int, int] | None:
    first = word(pieces, at)
    if not first:
        return None
    if first in _FIRST_OF_TWO and (number := table.get((first, word(pieces, at + 1)))) is not None:
        return number, at + 2
    number = table.get((first,))
    return None if number is None else (number, at + 1)


def month_at(pieces: Sequence[Piece], at: int, *, weak: bool = False, clitics: str = "") -> Month | None:
    """The month named at an index, if one is.

    `weak` admits names that are also everyday words; `clitics` are letters that may be glued before the name.
    """
    first = word(pieces, at)
    if not first:
        return None
    if first in _FIRST_OF_TWO and (found := MONTHS.get((first, word(pieces, at + 1)))):
        return Month(*found, at + 2)
    if found := MONTHS.get((first,)) or (_WEAK.get((first,)) if weak else None):
        return Month(*found, at + 1)
    if at + 1 < len(pieces) and pieces[at + 1].glued and 0 < pieces[at + 1].value <= 2:
        digit = pieces[at + 1].value
        if first in LEVANT_SHORT and weak:
            return Month(GREGORIAN, LEVANT_SHORT[first][digit], at + 2)
        if found := MONTHS.get((f"{first}{digit}",)):
            return Month(*found, at + 2)
    rest = first[1:]
    if first[0] in clitics and len(rest) > 2:
        if found := MONTHS.get((rest,)):
            return Month(*found, at + 1)
        if rest in _FIRST_OF_TWO and (found := MONTHS.get((rest, word(pieces, at + 1)))):
            return Month(*found, at + 2)
    return None


def weekday_at(pieces: Sequence[Piece], at: int) -> tuple[int, int] | None:
    """The weekday named at an index (Monday is 0) and the index after it. `و` or `ب` may be glued to it."""
    found = _named(WEEKDAYS, pieces, at)
    if found:
        return found
    first = word(pieces, at)
    if first.startswith(("وال", "بال", "فال")) and (number := WEEKDAYS.get((first[1:],))) is not None:
        return number, at + 1
    if first.startswith("لل") and (number := WEEKDAYS.get(("ا" + first,))) is not None:
        return number, at + 1
    return None


def persian_day_at(pieces: Sequence[Piece], at: int) -> tuple[int, int] | None:
    """A day of the month in Persian words (`بیست و سوم`, `سی ام`) and the index after it."""
    found = _named(PERSIAN_DAYS, pieces, at)
    if not found or found[0] not in (20, 30) or word(pieces, found[1]) != "و":
        return found
    unit = _named(PERSIAN_DAYS, pieces, found[1] + 1)
    return (found[0] + unit[0], unit[1]) if unit and unit[0] < 10 else found
