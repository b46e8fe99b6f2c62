"""What the name of an element (its classes and id) says about its text: a caption, a share bar, comments ...

The words are those that web developers and the common publishing systems use; collected by reading pages.
A zone is a suspicion, not a verdict: `body` ignores it where it would swallow most of a page's prose.
"""

from __future__ import annotations

import re
from functools import lru_cache

# One pattern each, apart by white space; each begins with two letters that it always has (see `_BY_START`).
_WORDS = {
    "comments": r"comments? disqus livefyre commentlist comentarios yorum(?:lar)? respond kommentare?",
    "share": r"""
        shar(?:e|ing|er)s? sharebar socials? sociales social-?(?:media|share|links|icons|bar) addthis\w* sharedaddy
        addtoany a2a whatsapp follow(?:us)?
    """,
    "related": r"""
        relateds? related-?\w+ relacionad\w+ recommend\w* recirc\w* read-?more more-?(?:news|stories|articles|from|on)
        read-?(?:also|next) see-?also also-?(?:read|like) most-?(?:read|viewed|popular|seen) popular trending
        teasers? outbrain\w* taboola\w* similar suggest(?:ed|ions?) latest(?:-?news)? inread linkbox infobox info-?box
        next-?(?:article|post|story) prev-?(?:article|post) mostread readmore relatedposts yarpp zergnet also upnext
    """,
    "tags": r"tags? tag-?(?:list|links|cloud) tagcloud keywords? topics? hashtags?",
    "caption": r"""
        captions? caption-?text figcaption image-?(?:credit|source|desc\w*) photo-?(?:credit|desc\w*|by)
        img-?(?:credit|source|desc\w*|info) credits? copyright bildunterschrift legende gallery lightbox
    """,
    "byline": r"""
        bylines? authors? author-?(?:name|bio|box|info|block|card|links?|details?|image|meta|section|wrap\w*|desc\w*)
        vcard dateline writer reporter post-?(?:meta|info|date|time) entry-?(?:meta|info|date|time)
        article-?(?:meta|info|date|time) story-?(?:meta|info|date|time) news-?(?:meta|info|date|time) meta
        meta-?(?:data|info) publish(?:ed)?(?:-?(?:date|time|at|on))? time-?stamp date(?:s|time|-?time|-?published)?
        pub-?date reading-?time read-?time breadcrumbs? kicker overline bio biography views?-?count\w*
    """,
    "promo": r"""
        promos? promo-?\w+ newsletters? newsletter-?\w+ subscri(?:be|ption|ptions) subscribe-?\w+ sign-?up cookies?
        cookie-?\w+ consent gdpr pop-?ups? modals? log-?in donat(?:e|ion|ions) membership podcasts? call-?to-?action
        paywall-?(?:message|banner|prompt|box|overlay|promo|offer) app-?(?:banner|promo|download) cta marketing
        disclaimer affiliate\w* shop offers? coupons?
    """,
    "ads": r"""
        ads? adv advert advertis\w+ ad-?(?:slot|unit|box|container|label|block)s? banner(?:s|-?ads?)? sponsor(?:ed|s)?
        dfp gpt adsbygoogle anzeige publicidad werbung
    """,
    "menu": r"""
        nav navbar navi navigation menus? menubar pagination pager page-?links skip-?(?:links?|to) toolbar toc sidebar
        table-?of-?contents footer foot site-?(?:header|footer) topbar ticker breaking-?news tools
        controls? search(?:-?(?:form|box|bar))? ratings? votes? feedback poll survey quiz
    """,
    "player": r"""
        players? video-?players? audio-?players? media-?players? jw-?players? jwplayer embed-?caption brightcove
        playlist tts
    """,
}
_HIDDEN = frozenset(
    ("hidden", "hide", "d-none", "visually-hidden", "visuallyhidden", "sr-only", "screen-reader-text", "is-hidden")
)


def _by_start() -> dict[str, re.Pattern[str]]:
    """The patterns of `_WORDS` by their first two letters: most words of a token begin with none."""
    starts: dict[str, dict[str, list[str]]] = {}
    for zone, words in _WORDS.items():
        for word in words.split():
            starts.setdefault(word[:2], {}).setdefault(zone, []).append(word)
    return {
        start: re.compile("|".join(rf"(?P<{zone}>(?:{'|'.join(words)})(?![a-z0-9]))" for zone, words in zones.items()))
        for start, zones in starts.items()
    }


_BY_START = _by_start()
_FIRST = sorted({start[0] for start in _BY_START})
_LETTERS = {first: "".join(start[1] for start in _BY_START if start[0] == first) for first in _FIRST}
_START = re.compile(f"(?<![a-z0-9])(?:{'|'.join(f'{first}[{then}]' for first, then in _LETTERS.items())})")
"""Sets of letters are many times as fast as a list of pairs."""
# Tokens that say what an element has, is not, or where it stands in a taxonomy; not what it is.
_ABOUT = re.compile(
    r"^(?:has|no|not|non|with|without|hide|show|is|are|js|category|tag|author|type|format|status|postid|u|overflow"
    r"|elementor|menu-item|wp-image|align|col|row|page-id|logged)[-_]|:|^\d|(?:enabled|disabled|applies|active|collapsed"
    r"|overrides?|layout\w*|grid\w*)(?![a-z])"
)
_BODY = re.compile(
    r"(?<![a-z])(?:article|story|post|entry|news|content|detail|page|text|main|field|body)s?(?:[_-]|--)*"
    r"(?:name-)?(?:body|content|text|copy|entry|article)(?![a-z])|articlebody|bodytext|richtext|storytext|newstext"
)
_STRONG = re.compile(
    r"(?<![a-z])(?:article|story|post|entry|news|blog|caas|content)s?(?:[_-]|--)*(?:name-)?"
    r"(?:body|content|text|copy)(?:[_-]?text)?"
    r"(?:$|[_-]+(?:inner|content|text|wrapper|container|main)$|__)|articlebody|bodytext|storytext|field-name-body|entrybody"
    r"|field--name-body|(?:^|[_-])body-?(?:text|copy|content)(?![a-z])|postbody|newsbody|artikeltext|articletext"
)
_BODY_WORD = re.compile("body|text|content|copy|entry|article")
"""One of these is in all that `_BODY` and `_STRONG` find."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=30_000)
def judge(name: str) -> tuple[str, int]:
    """The zone that a class-and-id string names, or "", and how surely it names a body: 2 surely, 1 perhaps, 0 not."""
    zone, body = "", 0
    for token in name.split():
        named, bodily = _token(token)
        zone = zone or named
        body = max(body, bodily)
    return ("" if body else zone), body


@lru_cache(maxsize=50_000)
def _token(token: str) -> tuple[str, int]:
    """The zone of one class or id, and how surely it names a body."""
    if not token.islower():
        token = _CAMEL.sub("-", token).lower()
    if token in _HIDDEN:
        return "hidden", 0
    zone, body = _zone(token), 0
    if not zone and _BODY_WORD.search(token):
        body = 2 if _STRONG.search(token) else 1 if _BODY.search(token) else 0
    return ("", 0) if (zone or body) and _ABOUT.search(token) else (zone, body)


def _zone(token: str) -> str:
    """The first zone that a word of a token names, or ""."""
    start = _START.search(token)
    while start:
        if found := _BY_START[start[0]].match(token, start.start()):
            return found.lastgroup or ""
        start = _START.search(token, start.end())
    return ""
