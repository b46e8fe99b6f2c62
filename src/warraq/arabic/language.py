"""Which language a text is in and which way it runs, by its letters and its commonest small words.

Languages of the Arabic script differ in letters that the others do not have (Persian ``پ چ ژ گ``, Urdu
``ٹ ڈ ڑ ں ے``, Kurdish ``ڕ ڵ ۆ ێ ە``, Pashto ``ټ ځ ښ ړ ۍ``; Arabic ``ة`` and the shapes of yeh and kaf), in the Arabic
article, and in the words that every sentence needs. Letters and words give points, in the manner of a naive Bayes
classifier with weights set by hand; confidence is the winner's share of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Literal

Direction = Literal["rtl", "ltr", "auto"]

LONGEST = 4000
"""Characters read: more do not change the answer."""

_RTL = re.compile("[\u0590-\u085f\u0860-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]+")
_LTR = re.compile(
    "[A-Za-z\u00aa\u00b5\u00ba\u00c0-\u024f\u0370-\u058f\u0900-\u1fff\u2c00-\ud7ff\uf900-\ufaff\uff21-\uff5a]+"
)
_WORD = re.compile(r"[^\W\d_]+")

# Points per occurrence. A letter that one language alone uses is strong; the shapes of yeh, kaf and heh are what that
# language's keyboards type.
_LETTERS: dict[str, dict[str, float]] = {
    "ar": {"ة": 3, "ى": 1.5, "ي": 0.6, "ك": 0.6, "إ": 2, "أ": 0.8, "ؤ": 0.5, "ئ": 0.2, "ً": 0.5},
    "fa": {"ی": 0.6, "ک": 0.6, "پ": 1, "چ": 1, "ژ": 2, "گ": 1, "ۀ": 1, "\u200c": 1.5},
    "ur": {"ی": 0.4, "ک": 0.5, "پ": 0.7, "چ": 0.7, "گ": 0.8, "ؤ": 0.3, **dict.fromkeys("ٹڈڑںےہ", 4), "ھ": 2, "ۓ": 3},
    "ckb": {"ی": 0.4, "ک": 0.5, "پ": 0.7, "چ": 0.7, "ژ": 1, "گ": 0.8, **dict.fromkeys("ڕڵۆێە", 4), "ڤ": 2, "ھ": 0.5},
    "ps": {"ی": 0.4, "ک": 0.4, "پ": 0.7, "چ": 0.7, "ئ": 0.3, **dict.fromkeys("ټځڅډړږښڼۍ", 5), "ګ": 4, "ې": 4},
    "ug": {"ى": 0.5, "ە": 3, "ې": 2, "چ": 0.5, "گ": 0.5, "پ": 0.5, "ئ": 0.3, **dict.fromkeys("ۇۈۋڭ", 5)},
}
_WORDS: dict[str, str] = {
    "ar": """في من على إلى عن أن إن التي الذي هذا هذه ذلك مع ما لا لم قد كان كانت بعد قبل بين أو ثم هو هي كل قال وقال
    وفي ومن وأن يوم خلال حتى""",
    "fa": """از به در که را است این با آن برای تا بر یک شد شده می نیز بود هم خود کرد کرده اما باید های ها گفت وی دو پس
    او کشور""",
    "ur": """کے میں کی ہے اور سے کا کو نے پر کہ ہیں یہ بھی اس ایک تھا نہیں کر ہو گیا تھے
    ان جو لئے لیے وہ تو کیا گے""",
    "ckb": "لە بە کە بۆ ئەو ئەم لەگەڵ دەکات بوو هەر نەک دوای لەسەر کرد هاتوو کوردستان هەرێمی لەلایەن",
    "ps": "په او چې کې ته له دی شو شوی دا هم يې یې سره کړی کړي پر خو څخه نه دي وي به ده",
    "ug": "بۇ ۋە بىلەن ئۈچۈن بىر دەپ ئۇ قىلىپ بولغان",
    "en": "the of and to in is that for on with was by as it at from are this be an has have not he his they said",
    "fr": """le la les de des du et en un une est que qui dans pour sur par au aux avec ne pas ce cette il plus sont
    été""",
    "es": "el la los las de del y en un una es que por para con se no su al lo como más fue este ha",
    "de": "der die das und in den von zu mit ist auf für im dem des ein eine nicht auch sich als an wird sind",
    "it": "il lo la gli le di del della e in un una è che per con non si al dei da sono nel alla come",
    "pt": "o a os as de do da dos das e em um uma é que por para com não se no na ao mais foi como",
    "tr": "ve bir bu için ile de da olarak olan çok daha gibi ne en kadar sonra ancak ise göre",
    "id": "yang dan di ke dari untuk dengan ini itu pada tidak dalam akan oleh juga adalah",
}
_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("he", "[\u0590-\u05ff]"),
    ("ru", "[\u0400-\u04ff]"),
    ("el", "[\u0370-\u03ff]"),
    ("hi", "[\u0900-\u097f]"),
    ("hy", "[\u0530-\u058f]"),
    ("ka", "[\u10a0-\u10ff]"),
    ("ja", "[\u3040-\u30ff]"),
    ("ko", "[\uac00-\ud7a3]"),
    ("zh", "[\u4e00-\u9fff]"),
    ("th", "[\u0e00-\u0e7f]"),
    ("am", "[\u1200-\u137f]"),
)
_BY_SCRIPT = tuple((code, re.compile(letters)) for code, letters in _SCRIPTS)
_ARABIC_SCRIPT = re.compile("[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN_SCRIPT = re.compile("[A-Za-z\u00c0-\u024f]")

_LANGUAGES_OF_WORD: dict[str, tuple[str, ...]] = {}
for _code, _list in _WORDS.items():
    for _word in set(_list.split()):
        _LANGUAGES_OF_WORD[_word] = (*_LANGUAGES_OF_WORD.get(_word, ()), _code)
WORD_POINTS = 3.0
"""What one of these words is worth beside letters."""


def direction(text: str) -> Direction:
    """The direction of a block: that of most of its letters, so that a brand name in front does not turn it.

    ``auto`` when it has no letters.
    """
    right, left = (sum(map(len, letters.findall(text))) for letters in (_RTL, _LTR))
    if not right and not left:
        return "auto"
    return "rtl" if right >= left else "ltr"


def language(text: str) -> tuple[str, float]:
    """The language of a text or block: ISO 639 code and confidence from 0 to 1; ``("und", 0.0)`` without letters.

    Arabic-script languages told apart: ar, fa, ur, ckb, ps, ug. Latin-script: en, fr, es, de, it, pt, tr, id. Other
    scripts answer with their most written language. A few words are enough for a guess, and the confidence says so.
    """
    text = text[:LONGEST]
    counts = {code: len(letters.findall(text)) for code, letters in _BY_SCRIPT}
    counts["arabic"], counts["latin"] = len(_ARABIC_SCRIPT.findall(text)), len(_LATIN_SCRIPT.findall(text))
    script = max(counts, key=lambda code: counts[code])
    total = sum(counts.values())
    if not total:
        return "und", 0.0
    share = counts[script] / total
    if script == "zh" and counts["ja"] > counts["zh"] / 20:
        script = "ja"
    if script not in ("arabic", "latin"):
        return script, round(share, 3)
    best, confidence = _by_points(text, script)
    return best, round(confidence * share, 3)


def _by_points(text: str, script: str) -> tuple[str, float]:
    words = Counter(_WORD.findall(text if script == "arabic" else text.lower()))
    points: defaultdict[str, float] = defaultdict(float)
    for word, times in words.items():
        for code in (sharing := _LANGUAGES_OF_WORD.get(word, ())):
            points[code] += WORD_POINTS * times / len(sharing)
    if script == "arabic":
        letters = Counter(text)
        for code, weights in _LETTERS.items():
            points[code] += sum(weight * letters[letter] for letter, weight in weights.items())
        # The article is the surest mark of Arabic; and a block of shared letters alone is, here, an Arabic name.
        points["ar"] += 0.5 + sum(times for word, times in words.items() if word.startswith("ال") and len(word) > 3)
    elif not points:
        return "und", 0.0
    best = max(points, key=lambda code: points[code])
    # Much evidence is needed to be sure: a single word never answers with certainty.
    return best, points[best] / (sum(points.values()) + 3)
