"""Words that carry no topic, by class, in search form. Written for this project from Arabic grammar.

A word is here because it only ties other words together: pronouns, prepositions with their pronouns, particles,
demonstratives, relatives, question words, and the verbs and adverbs that only set tense, order or degree. Words of
number, time and reporting stay out: news is about them often enough.
"""

from __future__ import annotations

from warraq.arabic.forms import search_form

_PRONOUNS = """
هو هي هم هن هما انا انت انتم انتما نحن اياه اياها اياهم انني
"""
_DEMONSTRATIVES = """
هذا هذه هذان هذين هاتان هاتين هولاء ذلك تلك ذاك اوليك كذلك هكذا هنا هناك هنالك ثمه كهذا كهذه
"""
_RELATIVES = """
الذي التي الذين اللذين اللتين اللذان اللتان اللواتي اللاتي اللائي ما ماذا من مما عما فيما بما ممن عمن لما اللي
ماهي ماهو
"""
_QUESTIONS = """
متي اين كيف كم لماذا بماذا هل اي ايه ايا لمن باي لاي وماذا اليس
"""
_PREPOSITIONS = """
من عن مع لدي علي الي في بين عند ل ب ك حتي منذ مذ عبر حول خلال تجاه نحو ضد دون بدون امام خلف قبل بعد تحت فوق وسط
قرب لدن ازاء حسب وفق رغم برغم بسبب نتيجه اثناء
"""
_WITH_PRONOUN = """
من عن مع لدي علي الي في بين عند ل ب حول خلال تجاه نحو ضد دون امام خلف قبل بعد تحت فوق ان لان لكن كان ليت لعل كل
بعض جميع كلا كلتا نفس بان فان وان حسب غير وحد سوي ضمن ذات اي احد احدي
"""
_SUFFIXES = """
ه ها هم هما هن نا ك كم ي
"""
_PARTICLES = """
ان لان لكن بان فان لو لولا لوما لن لم لا ما قد لقد سوف س هلا الا انما اما ام او ثم بل كي لكي حيث اذ اذا اذن كما
كلما بينما طالما ربما لعل ليت نعم كلا بلي اجل يا ايها ايتها غير سوي بيد لاسيما سيما بحيث حتي لكنما كانما مهما
حيثما اينما عندما حينما بعدما قبلما ريثما منذما انذاك عندها حينها بعدها قبلها عندئذ حينئذ لذا لذلك بذلك لهذا
بهذا بهذه لهذه وذلك بلا مني منا عنا معا و ف ب ل ك
"""
_ADVERBS = """
ايضا فقط جدا تقريبا تماما غالبا احيانا دايما ابدا حاليا سابقا لاحقا مجددا خصوصا لاسيما عموما نسبيا فورا اخيرا
اولا ثانيا ثالثا حوالي زهاء نحو قرابه خاصه كافه عامه سواء كل بعض جميع احد احدي اثر عقب جراء بشان لدي عدا ماعدا
خلا مجرد بمجرد مثل مثلا مثلما الان انفا
"""
_VERBS = """
كان كانت كانوا كنت كنا كن كانا يكون تكون يكونوا يكونون اكون نكون يكن تكن اكن ليس ليست ليسوا لسنا لست مازال
مازالت زال زالت لازال لايزال يزال تزال يتم تم تمت اصبح اصبحت يصبح تصبح ظل ظلت يظل تظل بات باتت صار صارت كاد كادت
يكاد تكاد قام قامت يقوم تقوم جاء جاءت
"""


_JOINED = """
ومن وعن وفي وما ولا ولم ولن وقد ولو وهو وهي وهم فهو فهي فهم فلا فلم فلن فقد فما وان فان وله ولها وبه وبها وام
"""
# What the rules below also spell.
_TOPICS = "لبي كمي بني لبك فوقي بعدي قبلي ضدي نحوي كلي بعضي لدين نفسي نفس ولي ولما فلك"


def _stop_words() -> frozenset[str]:
    bases = f"{_PRONOUNS} {_DEMONSTRATIVES} {_RELATIVES} {_QUESTIONS} {_PREPOSITIONS} {_PARTICLES} {_ADVERBS} {_VERBS}"
    words = set(search_form(bases).split())
    words.update(word + suffix for word in _WITH_PRONOUN.split() for suffix in _SUFFIXES.split())
    words.update(
        clitic + word for clitic in "لبك" for word in search_form(f"{_DEMONSTRATIVES} كل بعض جميع اي ما").split()
    )
    words.update("ل" + word[1:] for word in _RELATIVES.split() if word.startswith("ال"))
    # Two letters with a conjunction could be many words (``ولي``, ``فن``): only longer ones take one here.
    words.update(clitic + word for word in tuple(words) if len(word) > 2 for clitic in "وف")
    words.update(_JOINED.split())
    return frozenset(words) - frozenset(_TOPICS.split())


CLOSED: frozenset[str] = frozenset(
    search_form(f"{_PRONOUNS} {_DEMONSTRATIVES} {_RELATIVES} {_QUESTIONS} {_PARTICLES}").split()
)
"""Stop words that are no form of any noun or verb, whatever their letters say."""

STOP_WORDS: frozenset[str] = _stop_words()
