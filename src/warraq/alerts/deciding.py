"""Which articles are news to a search, which of them are copies, which make a message now, when a message is tried."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from warraq.arabic.hours import zone_info
from warraq.types import AlertKind, ArticleId, Told, Watching, micros

REMEMBERED = timedelta(days=30)
"""What was first seen longer before a search's last look is no news to it, even if it was revised just now; what was
decided on it need not be remembered any more."""
MOST_MESSAGES = 20
"""Of one look. Stories beyond are told together in the last one: nobody reads a thousand mails."""
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)
"""Pauses between attempts, at least and at most."""
PATIENCE = timedelta(days=7)
"""For so long a message is tried."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """An article that matches; ``copies``: articles, told or fresh, that carry its text."""

    article: ArticleId
    first_seen: int
    """Microseconds."""
    copies: frozenset[ArticleId] = frozenset()


def is_news(watching: Watching, first_seen: int) -> bool:
    """Whether an article can be news to a search: first seen since that was saved, and not long before its last look.

    The second matters after imports of old material only: the log, not the clock, says what is looked at.
    """
    return first_seen >= micros(max(watching.created_at, watching.looked_at - REMEMBERED))


def decided(fresh: Iterable[Fresh], told: Mapping[ArticleId, Told]) -> list[Told]:
    """Of the articles not told yet, which wait for a message and which are copies. In the order (first seen, id).

    `told`: what was decided before on these articles and on those that carry their texts. A copy of a copy is a copy
    of what that is a copy of.
    """
    heads = {id: known.of or id for id, known in told.items()}
    found = []
    for one in sorted(fresh, key=lambda one: (one.first_seen, one.article)):
        if one.article in heads:
            continue
        of = min((heads[id] for id in one.copies if id in heads), default="")
        heads[one.article] = of or one.article
        found.append(Told(one.article, one.first_seen, of))
    return found


def due(
    watching: Watching,
    waiting: Sequence[tuple[ArticleId, ArticleId]],
    announced: Collection[ArticleId],
    now: datetime,
) -> list[dict[ArticleId, list[ArticleId]]]:
    """The messages to make now, each as its stories with their articles.

    `waiting`: (article, story) in the order in which they are to be told; `announced`: stories about which there was
    a message since `silent_since`. A search of the kind EACH makes a message of each other story, at most
    `MOST_MESSAGES`; one of the kind DAILY makes one of everything, once its hour has come.
    """
    stories: dict[ArticleId, list[ArticleId]] = {}
    for article, story in waiting:
        stories.setdefault(story, []).append(article)
    if watching.search.kind is AlertKind.DAILY:
        return [stories] if stories and digest_hour(watching, now) > watching.digested_at else []
    messages = [{story: articles} for story, articles in stories.items() if story not in announced]
    last = {story: articles for message in messages[MOST_MESSAGES - 1 :] for story, articles in message.items()}
    return [*messages[: MOST_MESSAGES - 1], *([last] if last else [])]


def silent_since(watching: Watching, now: datetime) -> datetime:
    """A story that was announced after this moment is not announced again yet."""
    return now - watching.search.quiet


def digest_hour(watching: Watching, now: datetime) -> datetime:
    """The last moment, `now` at the latest, at which a digest was to be made: the hour of the search in its zone.

    On a day whose clocks skip that hour it is the moment they skip to; of an hour that comes twice, the first.
    """
    search = watching.search
    zone = zone_info(search.zone)
    local = now.astimezone(zone).replace(hour=search.hour, minute=0, second=0, microsecond=0, fold=0)
    found = [(local - timedelta(days=days)).astimezone(now.tzinfo) for days in (0, 1)]
    return next((moment for moment in found if moment <= now), found[-1])


def digested(watching: Watching, now: datetime) -> datetime:
    """The hour up to which digests were made once this look is over: one that had nothing to tell is made, too."""
    if watching.search.kind is AlertKind.EACH:
        return watching.digested_at
    return max(watching.digested_at, digest_hour(watching, now))


def delivery_id(watching: Watching, articles: Iterable[ArticleId]) -> str:
    """The name of the message on these articles: an article is in one message only, so no other has it."""
    named = [watching.search.name, str(micros(watching.created_at)), *sorted(articles)]
    return blake2b("\n".join(named).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def next_try(made_at: datetime, now: datetime, wait: timedelta = timedelta(0)) -> datetime | None:
    """When a message that was refused is tried again; None: never.

    The pause is as long as it has been tried already, so that it doubles, from `SOONEST` to `LATEST`. `wait` is what
    the receiver asks for.
    """
    age = now - made_at
    if age >= PATIENCE:
        return None
    return now + min(max(age, SOONEST, wait), LATEST)
