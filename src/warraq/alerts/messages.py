"""A message, and how it reads in each channel.

All text in it comes from outside. Each channel has its own escape, and a bound on its size: stories are left out from
the end and counted until it fits. Titles and names stand between bidi isolates, so that none turns its line around.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape

from warraq.arabic.dates import write_date
from warraq.arabic.hours import zone_info
from warraq.errors import UsageError
from warraq.types import AlertKind, ArticleId, Channel, Dated, Mail, OutletId, Precision, Webhook

MAX_TITLE = 200
"""Characters of a title or a name."""
MAX_LINK = 1024
"""Characters of an address; longer ones are left out."""
MOST_ITEMS = 10
"""Articles of a story that are named."""
MAX_TELEGRAM = 4096
"""UTF-16 units of a message (https://core.telegram.org/bots/api#sendmessage); counted here with the markup."""
MAX_BYTES = 256 * 1024
"""Of the body of a webhook, and of each form of a mail."""
MAX_SUBJECT = 120

_NEVER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_LONE = re.compile("[\ud800-\udfff]")
_HTTP = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f\"'<>\\`{}|^\ud800-\udfff]+", re.IGNORECASE)
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905

_WORDS = {
    "ar": {
        "each": "جديد",
        "daily": "الموجز اليومي",
        "test": "هذه رسالة تجربة: إن وصلتك فالتنبيه يعمل.",
        "outlets": "وسائل الإعلام التي تنشر القصة",
        "copies": "النص نفسه في مواقع أخرى",
        "more": "مقالات أخرى في القصة",
        "rest": "قصص أخرى",
        "story": "القصة كلها",
        "seen": "رُصد",
        "colon": ": ",
    },
    "en": {
        "each": "New",
        "daily": "Daily digest",
        "test": "This is a test: if you read it, the alert works.",
        "outlets": "Outlets that carry the story",
        "copies": "The same text elsewhere",
        "more": "Further articles of the story",
        "rest": "Further stories",
        "story": "The whole story",
        "seen": "seen",
        "colon": ": ",
    },
}


@dataclass(frozen=True, slots=True)
class Item:
    """An article in a message."""

    id: ArticleId
    title: str
    outlet: OutletId
    outlet_name: str
    language: str
    published: Dated | None
    seen_at: datetime
    url: str
    """At its outlet; empty if that must not be linked."""
    link: str = ""
    """Where a reader is sent: its page on the site, or its outlet's."""
    copies: int = 0
    """Articles with the same text that are not told of beside it."""


@dataclass(frozen=True, slots=True)
class StoryNews:
    """What is new of a story: `items` are the first articles, `more` counts the others."""

    id: ArticleId
    items: tuple[Item, ...]
    outlets: int
    """That carry the story by now, whatever the search."""
    more: int = 0
    link: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What one message says."""

    id: str
    search: str
    query: str
    kind: AlertKind
    language: str
    made_at: datetime
    stories: tuple[StoryNews, ...] = ()
    more_stories: int = 0
    """Stories that are counted only."""
    articles: int = 0
    """All articles it stands for, named or counted, without copies."""
    test: bool = False


def written(message: Message, channel: Channel) -> str:
    """The message as its channel sends it: JSON for a webhook; HTML for Telegram; JSON of the parts of a mail.

    Always within the bounds of the channel.
    """
    match channel:
        case Webhook():
            return _fitting(message, webhook_text, lambda text: len(text.encode()) <= MAX_BYTES)
        case Mail():
            return _fitting(message, mail_text, lambda text: len(text.encode()) <= MAX_BYTES)
        case _:
            return _fitting(message, telegram_text, lambda text: len(text.encode("utf-16-le")) <= 2 * MAX_TELEGRAM)


def _fitting(message: Message, form: Callable[[Message], str], fits: Callable[[str], bool]) -> str:
    """The message with as many stories, and articles of a story, as fit."""
    stories, items = len(message.stories), MOST_ITEMS
    while True:
        text = form(_cut(message, stories, items))
        if fits(text) or (stories <= 1 and items <= 1):
            return text
        if stories > 1:
            stories = max(1, stories * 3 // 4)
        else:
            items -= 1


def _cut(message: Message, stories: int, items: int) -> Message:
    kept = tuple(
        replace(story, items=story.items[:items], more=story.more + len(story.items[items:]))
        for story in message.stories[:stories]
    )
    return replace(message, stories=kept, more_stories=message.more_stories + len(message.stories[stories:]))


# -- forms ----------------------------------------------------------------------------------------------------


def webhook_text(message: Message) -> str:
    """Described in docs/alerts.md. Texts as outlets wrote them, cut where they are very long."""
    value = {
        "type": "test" if message.test else "alert",
        "id": message.id,
        "search": message.search,
        "query": message.query,
        "kind": message.kind.value,
        "made_at": _iso(message.made_at),
        "articles": message.articles,
        "more_stories": message.more_stories,
        "stories": [
            {
                "id": story.id,
                "link": story.link,
                "outlets": story.outlets,
                "more": story.more,
                "articles": [
                    {
                        "id": item.id,
                        "title": item.title[:MAX_TITLE],
                        "language": item.language,
                        "outlet": item.outlet,
                        "outlet_name": item.outlet_name[:MAX_TITLE],
                        "published": _iso(item.published.at) if item.published else None,
                        "first_seen": _iso(item.seen_at),
                        "url": _address(item.url),
                        "link": _address(item.link),
                        "copies": item.copies,
                    }
                    for item in story.items
                ],
            }
            for story in message.stories
        ],
    }
    return _LONE.sub("\ufffd", json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def telegram_text(message: Message) -> str:
    """HTML as Telegram takes it (https://core.telegram.org/bots/api#html-style): ``b`` and ``a`` only."""
    says = _WORDS[message.language]
    lines = [f"<b>{_html(message.search)}</b>{says['colon']}{_kind(message)}"]
    for story in message.stories:
        lines.append("")
        for item in story.items:
            title = _html(item.title)
            link = escape(_address(item.link))
            lines.append(f'<a href="{link}">{title}</a>' if link and len(link) <= MAX_LINK else title)
            lines.append(f"{_html(item.outlet_name)} · {_html(_when(item, message.language))}")
            lines += [_counted(says, "copies", item.copies)] * bool(item.copies)
        lines += _story_lines(story, says)
        link = escape(_address(story.link))
        lines += [f'<a href="{link}">{says["story"]}</a>'] * bool(link)
    return "\n".join([*lines, *_rest_lines(message, says)])


def mail_text(message: Message) -> str:
    """``{"subject", "text", "html"}``; all markup is our own."""
    return json.dumps(
        {"subject": _subject(message), "text": _plain_text(message), "html": _page(message)}, ensure_ascii=False
    )


def _subject(message: Message) -> str:
    """One line: the first title where there is one story, else what kind of message it is."""
    items = message.stories[0].items if len(message.stories) == 1 and not message.more_stories else ()
    told = _line(items[0].title) if items else _kind(message)
    return f"{_line(message.search)}: {told}"[:MAX_SUBJECT]


def _plain_text(message: Message) -> str:
    says = _WORDS[message.language]
    lines = [f"{_isolated(message.search)}{says['colon']}{_kind(message)}"]
    for story in message.stories:
        lines.append("")
        for item in story.items:
            lines.append(_isolated(item.title))
            lines.append(f"  {_isolated(item.outlet_name)} · {_isolated(_when(item, message.language))}")
            lines += [f"  {_counted(says, 'copies', item.copies)}"] * bool(item.copies)
            lines += [f"  {_address(item.link)}"] * bool(_address(item.link))
        lines += _story_lines(story, says)
        lines += [f"{says['story']}{says['colon']}{_address(story.link)}"] * bool(_address(story.link))
    return "\n".join([*lines, *_rest_lines(message, says), ""])


def _page(message: Message) -> str:
    says = _WORDS[message.language]
    side = "rtl" if message.language == "ar" else "ltr"
    parts = [
        f'<!doctype html><html lang="{message.language}" dir="{side}"><head><meta charset="utf-8">'
        f"<title>{escape(_line(message.search))}</title></head><body>"
        f'<h1 style="font-size:1.2em"><bdi>{escape(_line(message.search))}</bdi>{says["colon"]}{_kind(message)}</h1>'
    ]
    for story in message.stories:
        parts.append("<ul>")
        for item in story.items:
            link = escape(_address(item.link))
            title = f'<bdi dir="auto">{escape(_line(item.title))}</bdi>'
            told = f'<a href="{link}">{title}</a>' if link else title
            when = escape(_when(item, message.language))
            parts.append(f"<li>{told}<br><bdi>{escape(_line(item.outlet_name))}</bdi> · <bdi>{when}</bdi>")
            parts += [f"<br>{_counted(says, 'copies', item.copies)}"] * bool(item.copies)
            parts.append("</li>")
        parts.append("</ul>")
        parts += [f"<p>{text}</p>" for text in _story_lines(story, says)]
        link = escape(_address(story.link))
        parts += [f'<p><a href="{link}">{says["story"]}</a></p>'] * bool(link)
    parts += [f"<p>{text}</p>" for text in _rest_lines(message, says) if text]
    return "\n".join([*parts, "</body></html>", ""])


def _story_lines(story: StoryNews, says: dict[str, str]) -> list[str]:
    more = [_counted(says, "more", story.more)] * bool(story.more)
    return [*more, *[_counted(says, "outlets", story.outlets)] * (story.outlets > 1)]


def _rest_lines(message: Message, says: dict[str, str]) -> list[str]:
    return ["", _counted(says, "rest", message.more_stories)] if message.more_stories else []


def _counted(says: dict[str, str], what: str, number: int) -> str:
    return f"{says[what]}{says['colon']}{number}"


def _kind(message: Message) -> str:
    return _WORDS[message.language]["test" if message.test else message.kind.value]


# -- pieces ---------------------------------------------------------------------------------------------------


def _line(text: str) -> str:
    """One line without controls and bidi marks that open or close anything; cut where it is very long."""
    text = " ".join(_NEVER.sub(" ", text).split())
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1] + "…"


def _isolated(text: str) -> str:
    """A line between FSI and PDI (UAX #9): it finds its own direction and leaves its neighbours theirs."""
    return f"\u2068{_line(text)}\u2069"


def _html(text: str) -> str:
    return escape(_isolated(text))


def _address(url: str) -> str:
    """An address that may stand in a link; otherwise nothing."""
    return url if len(url) <= MAX_LINK and _HTTP.fullmatch(url) else ""


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _when(item: Item, language: str) -> str:
    """The outlet's date on its own clocks; where it gives none, when the article was first seen (UTC)."""
    dated = item.published
    if dated is None:
        return f"{_WORDS[language]['seen']} {_day(item.seen_at, 'UTC', language, with_time=True)} UTC"
    return _day(dated.at, dated.zone or "UTC", language, with_time=dated.precision is Precision.MINUTE)


def _day(when: datetime, zone: str, language: str, *, with_time: bool) -> str:
    try:
        local = when.astimezone(zone_info(zone))
    except (UsageError, ValueError, OverflowError):
        local = when.astimezone(UTC)
    if language == "ar":
        return write_date(local.replace(tzinfo=UTC), with_time=with_time)
    day = f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local:%H:%M}" if with_time else day
