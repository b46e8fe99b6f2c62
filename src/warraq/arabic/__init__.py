"""Arabic, for texts as news outlets write them: forms, words, stems, sentences, language, repair.

Pure functions of their arguments; nothing is read, fetched or learned at run time.
"""

from warraq.arabic.forms import Folded, fold, match_form, search_form, shown
from warraq.arabic.language import direction, language
from warraq.arabic.repair import repair
from warraq.arabic.sentences import sentences
from warraq.arabic.stems import is_known, stem
from warraq.arabic.stopwords import STOP_WORDS
from warraq.arabic.words import Token, Word, code, tokens, words

__all__ = [
    "STOP_WORDS",
    "Folded",
    "Token",
    "Word",
    "code",
    "direction",
    "fold",
    "is_known",
    "language",
    "match_form",
    "repair",
    "search_form",
    "sentences",
    "shown",
    "stem",
    "tokens",
    "words",
]
