"""What the name of an element (its classes and id) says about its text: a caption, a share bar, comments ...

The words are those that web developers and the common publishing systems use; collected by reading pages.
A zone is a suspicion, not a verdict: `body` ignores it where it would swallow most of a page's prose.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS: tuple[tuple[str, str], ...] = (
    ("comments", r"comments?|disqus|livefyre|commentlist|comentarios|yorum(?:lar)?|respond"),
    (
        "share",
        r"shar(?:e|ing|er)s?|social\w*|sociales|addthis\w*|sharedaddy|addtoany|a2a|whatsapp|facebook|twitter|fb|follow",
    ),
    (
        "related",
        r"related\w*|relacionad\w+|recommend\w*|recirc\w*|read-?more|more-?(?:news|stories|articles|from|on|info|like)"
        r"|read-?(?:also|next)|see-?also|also-?(?:read|like)|most-?(?:read|viewed|popular|seen)|popular|trending\w*"
        r"|teasers?|outbrain\w*|taboola\w*|similar\w*|suggest\w*|latest|inread|in-?article-?(?:link|promo)|linkbox"
        r"|infobox|next-?(?:article|post|story)|prev-?(?:article|post)|mostread|readmore|jp-relatedposts|yarpp|zergnet",
    ),
    ("tags", r"tags?|tag-?(?:list|links|cloud)|tagcloud|keywords?|topics?|post-?tags?|entry-?tags?"),
    (
        "caption",
        r"captions?|wp-caption\w*|figcaption|image-?(?:credit|source|info|desc\w*|text)|photo-?(?:credit|desc\w*|by)"
        r"|img-?(?:credit|source|desc\w*|info)|credits?|copyright|bildunterschrift|legende?|gallery\w*|slideshow|lightbox"
        r"|thumbnail",
    ),
    (
        "byline",
        r"bylines?|authors?|author-?\w+|vcard|dateline|writer|reporter|editor|post-?meta|entry-?meta|article-?meta"
        r"|story-?meta|meta-?(?:data|info)|article-?info|post-?info|publish\w*|time-?stamp|timestamp|date|pubdate|datetime"
        r"|article-?date|post-?date|reading-?time|breadcrumbs?|kicker|overline|source|bio|biography",
    ),
    (
        "promo",
        r"promo\w*|newsletter\w*|subscri\w+|sign-?up|paywall\w*|cookies?\w*|consent\w*|gdpr\w*|popup\w*|modal\w*|overlay"
        r"|log-?in|regist\w+|donat\w+|membership|podcasts?|app-?(?:banner|promo|download)|cta|call-to-action|marketing"
        r"|print-?(?:only|button|link)|disclaimer|affiliate\w*|shop\w*|offer\w*|coupon\w*",
    ),
    (
        "ads",
        r"ads?|adv|advert\w*|ad-?(?:slot|unit|box|container|wrapper|label)|banners?|sponsor\w*|dfp|gpt|adsbygoogle|anzeige|publicidad",
    ),
    (
        "menu",
        r"nav|navbar|navi|navigation|nav-?\w+|menus?|pagination|pager|page-?links|skip-?\w*|toolbar\w*|toc|masthead|sidebar\w*"
        r"|widgets?|footer\w*|foot|site-?(?:header|footer)|topbar|ticker|breaking\w*|jump-?\w*|share-?tools|tools|controls?"
        r"|search\w*|rating\w*|vote\w*|feedback|poll|survey|quiz",
    ),
    ("player", r"player\w*|jwplayer|video\w*|audio\w*|embed-?caption|brightcove\w*|playlist|tts"),
    (
        "hidden",
        r"hidden|hide|visually-?hidden|sr-?only|screen-?reader(?:-text)?|screenreader\w*|d-none|invisible|print-only",
    ),
)
_ZONES = re.compile("|".join(rf"(?P<{zone}>(?<![a-z0-9])(?:{words})(?![a-z0-9]))" for zone, words in _WORDS))
_BODY = re.compile(
    r"(?<![a-z])(?:article|story|post|entry|news|content|detail|page|text|main)s?[\s_-]*"
    r"(?:body|content|text|main|detail|desc\w*|copy|entry|article)|articlebody|bodytext|richtext|entry-content|post-content"
)


@lru_cache(maxsize=20_000)
def zone_of(name: str) -> str:
    """The zone that a lower-case class-and-id string names, or ""."""
    found = _ZONES.search(name)
    return found.lastgroup or "" if found else ""


@lru_cache(maxsize=20_000)
def names_body(name: str) -> bool:
    """Whether a lower-case class-and-id string is one by which articles' bodies are named."""
    return _BODY.search(name) is not None
