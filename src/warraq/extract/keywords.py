"""The outlet's own keywords for an article, without those that only repeat the headline or the site's lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from warraq.extract.knowledge import OutletKnowledge
from warraq.extract.markup import Markup, clean, texts
from warraq.extract.tags import Tags
from warraq.extract.title import key

MAX_KEYWORDS = 30
MAX_WORDS = 8
MAX_LIST = 8_000
"""Characters of one list."""
MAX_PIECES = 300
LOOKS = 24
"""Places of a text where a word is looked for; if all are inside others, the text's words are listed."""
_WORD = re.compile(r"\w+")
_IN_WORD = re.compile(r"\w")
_SPLIT = re.compile(r"\s*[,،;؛|\n]\s*")
_CLITIC = re.compile(r"^(?:[وفبكل]{0,2}ال|لل|[وفبكل](?=\w{3}))")
_GENERIC = frozenset(
    (
        *(
            "أخبار",
            "اخبار",
            "الأخبار",
            "خبر",
            "عاجل",
            "عام",
            "news",
            "breaking news",
            "latest news",
            "featured",
            "none",
        ),
        *("null", "undefined", "ニュース", "新聞", "速報", "新闻", "haber", "son dakika", "nachrichten", "noticias"),
    )
)
"""Keywords that say nothing of an article."""
_MACHINE = re.compile(r"[a-z0-9.-]+[:=][^\s]|^\d+$|_{2}|^[0-9a-f]{8}-[0-9a-f]{4}-|^(?:[a-z0-9-]+\.)+[a-z]{2,4}$")
"""Identifiers, hosts, settings of a template."""
_LABEL = re.compile(r"(?:[A-Z]\w+ ){0,2}(?:Category|Tokens?|Topic|Tag|Entity|Section|Keyword): (?=\S)")
_PATH = re.compile(r"[a-z]+(?:-[a-z]+)*(?:/[^/]{2,60})+")
_NUMBERED = re.compile(r"^\(\d{1,2}\)\s+")
_NO_SPACES = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_OTHER = re.compile(r"(?:^|[:._-])(?:keywords?|tags?|subject|topics?)$")
_STATED = frozenset(("article:tag", "news_keywords", "json-ld", "keywords"))
_OWN = _STATED | {"og:article:tag"}
MOST_TAGS = 15
"""Tags shown; more are a cloud of the whole site's."""
TOLD = 0.3
"""The share of tags shown that must stand in the text."""
SHOWN = 0.5
"""What tags shown are worth beside a list that the page states for machines."""
ENOUGH = 0.5
"""A list is taken before later ones if it is worth this share of the best."""
LEAST_STATED = 3
"""Keywords of a list stated for machines beside which the tags shown are not looked at."""
BEYOND = 0.3
"""What a keyword of which the page knows nothing takes from the worth of its list."""


def choose(markup: Markup, page: Text) -> tuple[tuple[str, ...], str]:
    """Clean keywords and the rule that gave them.

    Of several lists the one is taken of which most stands in the text or is shown as a tag.
    """
    lists = _different(
        [(rule, _clean(values, page)) for rule, values in _sources(markup) if values and rule in _STATED]
    )
    if not lists or all(len(found) < LEAST_STATED for _, found in lists):
        lists = _different(
            [*lists, *((rule, _shown(values, page)) for rule, values in _shown_lists(markup, page.tags))]
        )
    if len(lists) == 1:
        return tuple(lists[0][1].values())[:MAX_KEYWORDS], lists[0][0]
    if lists:
        worths = [_worth(found, page) * (1 if rule in _STATED else SHOWN) for rule, found in lists]
        most = max(worths)
        rule, found = next(one for one, worth in zip(lists, worths, strict=True) if worth >= min(most, ENOUGH * most))
        return tuple(found.values())[:MAX_KEYWORDS], rule
    likely = {k: w for k, w in _clean(page.tags.perhaps, page).items() if page.has(k)}
    return tuple(likely.values()), "links below the text" if likely else ""


def candidates(markup: Markup, tags: Tags) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every list that a page has for keywords, by the rule that would give it, as it stands there."""
    shown = (("rel=tag", markup.tags), ("tags", tags.sure), ("links below the text", tags.perhaps))
    every = (*_sources(markup), *shown)
    return tuple((rule, tuple(values)) for rule, values in every if values)


def stated(markup: Markup) -> tuple[str, ...]:
    """All that a page's head states as keywords, raw."""
    return tuple(v for _, values in _sources(markup) for v in values)


def _sources(markup: Markup) -> tuple[tuple[str, Sequence[str]], ...]:
    meta = markup.meta
    others = [v for name, values in meta.items() if name not in _OWN and _OTHER.search(name) for v in values]
    return (
        ("article:tag", meta.get("article:tag", ()) + meta.get("og:article:tag", ())),
        ("news_keywords", meta.get("news_keywords", ())),
        ("json-ld", texts(markup.article.get("keywords"))),
        ("keywords", meta.get("keywords", ())),
        ("meta", others),
    )


class Text:
    """What keywords are compared with: an article's words, the tags shown near it, and names that are none.

    `names` are those of authors, outlet and site. `tags` is only called where the tags matter.
    """

    def __init__(
        self, title: str, text: str, tags: Callable[[], Tags], names: Iterable[str], known: OutletKnowledge
    ) -> None:
        self.title = title
        self.known = known
        self.names = {*map(key, names), key(title)}
        self._text = text
        self._tags = tags
        self._had: dict[str, bool] = {}

    @cached_property
    def tags(self) -> Tags:
        """The tags shown near the article."""
        return self._tags()

    @cached_property
    def _shown(self) -> frozenset[str]:
        return frozenset(_keyed((*self.tags.sure, *self.tags.perhaps)))

    @cached_property
    def _plain(self) -> str:
        return _plain(f"{self.title} {self._text}")

    @cached_property
    def _words(self) -> frozenset[str]:
        return _bag(self._plain)

    def has(self, keyword: str) -> bool:
        """Whether a keyword (its key) stands in the text; scripts without spaces are searched as they are."""
        if keyword and min(keyword) > "\u2e80":
            return keyword in self.title or keyword in self._text
        if keyword not in self._had:
            parts = [_bare(w) for w in keyword.split()]
            self._had[keyword] = bool(parts) and sum(map(self._has_word, parts)) * 2 > len(parts)
        return self._had[keyword]

    def _has_word(self, word: str) -> bool:
        """Whether a word, as `_bare` leaves it, stands in the text; a few looks are cheaper than all its words."""
        text, end = self._plain, 0
        for _ in range(LOOKS):
            place = text.find(word, end)
            if place < 0:
                return False
            end = place + len(word)
            if _IN_WORD.match(text, end):
                continue
            while place and _IN_WORD.match(text, place - 1):
                place -= 1
            if _without_clitic(text[place:end]) == word:
                return True
        return word in self._words

    def bears(self, keyword: str) -> bool:
        """Whether a keyword stands in the text or is shown as a tag."""
        return self.has(keyword) or keyword in self._shown


def _shown_lists(markup: Markup, tags: Tags) -> tuple[tuple[str, Sequence[str]], ...]:
    """The lists of which it is not said that they are this article's."""
    meta = next((values for rule, values in _sources(markup) if rule == "meta"), ())
    return ("rel=tag", markup.tags), ("tags", tags.sure), ("meta", meta)


def _shown(values: Sequence[str], page: Text) -> dict[str, str]:
    """The tags that a page shows, unless the text has next to none of them: then they are another's, or the site's."""
    found = _clean(values, page) if len(values) <= MOST_TAGS else {}
    return found if sum(map(page.has, found)) >= TOLD * len(found) else {}


def _worth(found: Mapping[str, str], page: Text) -> float:
    """How much speaks for a list: what the page bears out, a little for the rest."""
    borne = sum(map(page.has, found))
    return borne - BEYOND * (len(found) - borne)


def _different(lists: list[tuple[str, dict[str, str]]]) -> list[tuple[str, dict[str, str]]]:
    """The lists that say something, each once; without those that are another one with its separators lost."""
    found = [
        one for i, one in enumerate(lists) if one[1] and all(one[1].keys() != other.keys() for _, other in lists[:i])
    ]
    if len(found) < 2 or all(len(one) > 2 for _, one in found):
        return found
    bags = [frozenset(w for k in one for w in k.split()) for _, one in found]
    return [
        (rule, one)
        for i, (rule, one) in enumerate(found)
        if len(one) > 2 or not any(bags[i] == b and len(found[j][1]) > len(one) for j, b in enumerate(bags))
    ]


def split(values: Iterable[str]) -> list[str]:
    """Single keywords: lists in one string are taken apart, marks and repetitions dropped."""
    return list(_keyed(values).values())


def _keyed(values: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in values:
        pieces = _SPLIT.split(value[:MAX_LIST])[:MAX_PIECES]
        if len(pieces) == 1 and (parts := value.split()) and len(parts) > 2 and _NO_SPACES.search(value):
            pieces = parts  # a list in a script that has no spaces between words
        for piece in pieces:
            word = clean(piece)
            if label := _LABEL.match(word):
                word = word[label.end() :]
            if _PATH.fullmatch(word):
                word = word.rpartition("/")[2]
            word = _NUMBERED.sub("", word).strip(" #.\"'«»“”&")
            if word and not _MACHINE.search(word) and (k := key(word)):
                found.setdefault(k, word)
    return found


def _plain(text: str) -> str:
    """A text in lower case, without the variants of letters."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).lower()
    for letter, plain in _PLAIN:  # many times as fast as `translate` on a long text
        text = text.replace(letter, plain)
    return text


def _bag(plain: str) -> frozenset[str]:
    """The words of a plain text without the article and one-letter particles."""
    return frozenset(map(_without_clitic, set(_WORD.findall(plain))))


def _bare(word: str) -> str:
    return _without_clitic(word.translate(_FOLD))


def _without_clitic(word: str) -> str:
    return (_CLITIC.sub("", word) or word) if word[0] in _PARTICLES else word


_PARTICLES = frozenset("وفبكلا")
_PLAIN = tuple(zip("أإآٱىةؤئیک", "اااايهويي\u0643", strict=True))
_FOLD = str.maketrans(dict(_PLAIN))


def _clean(values: Iterable[str], page: Text) -> dict[str, str]:
    """A list without what says nothing of an article, by key; empty if it is not this article's list."""
    found = {
        k: w
        for k, w in _keyed(values).items()
        if k not in page.names and k not in _GENERIC and len(w.split()) <= MAX_WORDS
        # What many pages of the outlet have is this article's only where its text has it too.
        if not (page.known.has_keyword(k) and not page.has(k))
    }
    if len(found) >= 4 and all(" " not in k and w in page.title for k, w in found.items()):
        return {}  # the headline, cut into words
    if len(found) < 6:
        return found
    borne = {k: w for k, w in found.items() if page.has(k)}
    if len(found) >= 8 and len(borne) < 0.2 * len(found):
        return {}  # the site's list, not this article's
    least = 0.3 if all(map(page.bears, found)) else 0.4
    return borne if len(borne) < least * len(found) else found
