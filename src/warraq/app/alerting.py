"""Saved searches: look at what is new, make messages of it, bring them to their receivers.

A look moves a search on and stores its messages in one transaction; only then are they sent, and noted as done after
the receiver took them. What dies in between is sent again under the same name.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warraq import alerts
from warraq.analyse.groups import Text, landmarks
from warraq.analyse.vectors import unpack, unpack_sketch
from warraq.app.searching import Searching
from warraq.errors import ArchiveCorrupt, NotFound, UsageError
from warraq.ports import Sender
from warraq.query import parse_query
from warraq.senders.mail import MailSender
from warraq.senders.telegram import TelegramSender
from warraq.senders.webhook import WebhookSender
from warraq.types import (
    AlertKind,
    ArticleId,
    Brief,
    Channel,
    Delivery,
    DeliveryState,
    Mail,
    Named,
    Nobody,
    OneOf,
    Query,
    Receipt,
    SavedSearch,
    Telegram,
    Told,
    Watching,
    Webhook,
    micros,
)

LOOKED = 5.0
"""Seconds between two looks at what is new."""
SENT = 10.0
"""Seconds for bringing one message; ending a process waits for no longer."""
LEASE = timedelta(minutes=5)
"""For so long a message that is being sent is nobody else's."""
LONGEST = timedelta(days=2)
"""No message is due later than that from now."""
KEPT = timedelta(days=30)
"""For so long the ends of messages are told, without what they said."""
_LINES = 500
"""Of the change log that are looked at in one transaction."""
_FOUND = 128
"""Articles with the most landmarks in common that are compared whole."""
_NAMED = 300
"""Stories of one message that are read from the archive; more are counted."""
_ALL = datetime.max.replace(tzinfo=UTC)
"""As of this moment everything stored is seen, whatever the clock says."""
_MAX_SECRET = 4096


@dataclass(frozen=True, slots=True)
class Alerted:
    """What one run did: `made` and `sent` messages, and what failed, as (search, reason)."""

    made: int = 0
    sent: int = 0
    failed: tuple[tuple[str, str], ...] = ()


class Alerting(Searching):
    """Searches that are asked again and again."""

    def searches(self) -> Sequence[Watching]:
        """All saved searches, by name, and how far each has come."""
        return self._store.searches()

    def save_search(self, search: SavedSearch) -> None:
        """Keep a search; what is first seen from now on is news to it.

        Raises `UsageError` for one that cannot be (`QueryError` for its query), or whose name is taken.
        """
        alerts.checked(search)
        if not self._store.save_search(search, self.now()):
            raise UsageError(f"there is a saved search {search.name!r} already")

    def change_search(self, search: SavedSearch) -> None:
        """Replace the search of this name. It goes on where it was; what it told stays told.

        Raises `UsageError` for one that cannot be (`QueryError` for its query), `NotFound` if there is none.
        """
        alerts.checked(search)
        if not self._store.change_search(search, self.now()):
            raise NotFound(f"no saved search {search.name!r}")

    def remove_search(self, name: str) -> None:
        """Forget a search and the messages it has not sent. Raises `NotFound`."""
        if not self._store.remove_search(name):
            raise NotFound(f"no saved search {name!r}")

    def deliveries(self, search: str | None = None, limit: int = 100) -> Sequence[Delivery]:
        """The messages of a search or of all, those made last first; of those that ended, only what became of them."""
        return self._store.deliveries(search, limit)

    def test_search(self, name: str) -> Receipt:
        """Send the receiver of a search a message that says it is a test. Raises `NotFound`."""
        watching = next((watching for watching in self.searches() if watching.search.name == name), None)
        if watching is None:
            raise NotFound(f"no saved search {name!r}")
        now = self.now()
        id = alerts.delivery_id(watching, [f"test {micros(now)}"])
        message = replace(_message(watching.search, id, now), test=True)
        delivery = Delivery(message.id, name, alerts.written(message, watching.search.channel), now, now)
        return self._send(watching.search.channel, delivery, now)

    def alert(self, *, stop: threading.Event | None = None) -> Alerted:
        """Look at what is new for each saved search, and bring what is due to its receiver.

        Looks as far as the index has come, and tells what has its place in a story (`refresh`). Where there are no
        saved searches it costs one look at an empty table. Safe to run in several processes at once.
        """
        searches = [one for one in self._store.searches() if not isinstance(one.search.channel, Nobody)]
        if not searches:
            return Alerted()
        made, failed = 0, []
        for watching in searches:
            try:
                made += self._look(watching)
            except UsageError as error:
                failed.append((watching.search.name, str(error)))
        done = self._deliver(stop)
        self._store.drop_deliveries(self.now() - KEPT)
        return Alerted(made, done.sent, (*failed, *done.failed))

    def _keep_alerting(self, ended: threading.Event) -> None:
        """One step of a loop that goes on until `ended`."""
        with suppress(ArchiveCorrupt):  # the index is being built anew: a later look sees it
            self.alert(stop=ended)
        ended.wait(LOOKED)

    # -- looking ------------------------------------------------------------------------------------------

    def _look(self, watching: Watching) -> int:
        """Move a search on as far as can be told; returns how many messages it made."""
        query = parse_query(watching.search.query)
        upto = self._index.applied()
        made = 0
        while True:
            now = self.now()
            lines = [line for line in self._store.changes(watching.seq, _LINES) if line.seq <= upto]
            seq = lines[-1].seq if lines else watching.seq
            last = len(lines) < _LINES
            found = self._found(watching, query, {line.article for line in lines})
            told = self._decided(watching, found)
            messages = self._messages(watching, told, now) if last else {}
            moved = replace(watching, seq=seq, turn=watching.turn + 1)
            if last:  # until then a look counts as one of the time at which it was due: see `is_news`
                looked_at = max(now, watching.looked_at)
                moved = replace(moved, looked_at=looked_at, digested_at=alerts.digested(watching, now))
            if not (told or messages) and (seq, moved.digested_at) == (watching.seq, watching.digested_at):
                return made
            forgotten = watching.looked_at - alerts.REMEMBERED
            if not self._store.move_search(watching, moved, told, messages, forget_before=forgotten):
                return made  # somebody else looks
            made += len(messages)
            if last:
                return made
            watching = moved

    def _found(self, watching: Watching, query: Query, ids: Collection[ArticleId]) -> dict[ArticleId, Brief]:
        """Of these articles those that are news to a search and match."""
        briefs = self._store.briefs(ids, _ALL)
        news = [id for id, brief in briefs.items() if alerts.is_news(watching, micros(brief.first_seen_at))]
        if not news:
            return {}
        asked = replace(query, must=(*query.must, OneOf(Named.ARTICLE, tuple(sorted(news)))))
        matches = self._index.search(self._wanted(asked, _ALL), _ALL, len(news)).matches
        return {match.article: briefs[match.article] for match in matches}

    def _stories_of(self, ids: Collection[ArticleId]) -> dict[ArticleId, ArticleId]:
        return {id: placed.story for id, placed in self._store.placements(ids, _ALL).items()}

    def _decided(self, watching: Watching, found: Mapping[ArticleId, Brief]) -> list[Told]:
        """Which of the articles found wait for a message, and which carry a text that was found before."""
        name = watching.search.name
        told = self._store.told(name, found)
        texts = self._texts({brief.key: (id, brief.first_seen_at) for id, brief in found.items() if id not in told})
        background = self._background(_ALL)
        fresh, known = [], dict(told)
        for text in texts.values():
            near = {m.article: m.key for m in self._index.carrying(landmarks(text.sketch), _ALL, _FOUND)}
            known |= self._store.told(name, near)
            others = {key: (id, self.now()) for id, key in near.items() if id in known or id in found}
            alike = [other.id for other in self._texts(others).values() if text.copies(other, background)]
            fresh.append(alerts.Fresh(text.id, text.first_seen, frozenset(alike) - {text.id}))
        bare = [brief for id, brief in found.items() if id not in told and id not in texts]
        fresh += [alerts.Fresh(brief.id, micros(brief.first_seen_at)) for brief in bare]
        return alerts.decided(fresh, known)

    def _texts(self, keys: Mapping[int, tuple[ArticleId, datetime]]) -> dict[ArticleId, Text]:
        """What is compared of these contents."""
        found = {}
        for key, analysis in self._store.analyses(keys).items():
            id, at = keys[key]
            found[id] = Text(id, micros(at), unpack(analysis), unpack_sketch(analysis))
        return found

    # -- making messages ----------------------------------------------------------------------------------

    def _messages(
        self, watching: Watching, told: Sequence[Told], now: datetime
    ) -> dict[Delivery, Collection[ArticleId]]:
        """The messages to make of what was just decided and of what had waited; what is not placed yet waits on."""
        if watching.search.kind is AlertKind.DAILY and alerts.digested(watching, now) == watching.digested_at:
            return {}
        everything = [*self._store.untold(watching.search.name), *told]
        heads = [one.article for one in everything if not one.of]
        if not heads:
            return {}
        copies = Counter(one.of for one in everything if one.of)
        stories = self._stories_of(heads)
        before = self._store.told_since(watching.search.name, alerts.silent_since(watching, now))
        announced = frozenset(self._stories_of(before).values())
        waiting = [(id, stories[id]) for id in heads if id in stories]
        made: dict[Delivery, Collection[ArticleId]] = {}
        for groups in alerts.due(watching, waiting, announced, now):
            articles = [id for ids in groups.values() for id in ids]
            message = replace(
                _message(watching.search, alerts.delivery_id(watching, articles), now),
                stories=tuple(story for story in self._told_stories(watching.search, groups, copies) if story.items),
                more_stories=len(groups) - len(list(groups)[:_NAMED]),
                articles=len(articles),
            )
            body = alerts.written(message, watching.search.channel)
            made[Delivery(message.id, watching.search.name, body, now, now)] = articles
        return made

    def _told_stories(
        self, search: SavedSearch, groups: Mapping[ArticleId, Sequence[ArticleId]], copies: Mapping[ArticleId, int]
    ) -> Iterator[alerts.StoryNews]:
        """The first stories of a message, as their articles stand now."""
        unsafe = self.unsafe_outlets()
        for story, ids in list(groups.items())[:_NAMED]:
            named = ids[: alerts.MOST_ITEMS]
            briefs = self._store.briefs(named, _ALL)
            members = [member.article for member in self._store.members(story, _ALL)]
            yield alerts.StoryNews(
                id=story,
                items=tuple(
                    self._item(briefs[id], search, copies.get(id, 0), linked=briefs[id].outlet not in unsafe)
                    for id in named
                    if id in briefs
                ),
                outlets=len({brief.outlet for brief in self._store.briefs(members, _ALL).values()}),
                more=len(ids) - len(named),
                link=self._link(f"/s/{story}", search),
            )

    def _item(self, brief: Brief, search: SavedSearch, copies: int, *, linked: bool) -> alerts.Item:
        url = brief.url if linked else ""
        return alerts.Item(
            id=brief.id,
            title=brief.title,
            outlet=brief.outlet,
            outlet_name=self.outlet(brief.outlet).name,
            language=brief.language,
            published=brief.published,
            seen_at=brief.first_seen_at,
            url=url,
            link=self._link(f"/a/{brief.id}", search) or url,
            copies=copies,
        )

    def _link(self, path: str, search: SavedSearch) -> str:
        """An address on the site, in the language of the search; nothing where the site has no public address."""
        if not self.config.base_url:
            return ""
        language = "" if search.language == self.config.language else f"?lang={search.language}"
        return f"{self.config.base_url.rstrip('/')}{path}{language}"

    # -- sending ------------------------------------------------------------------------------------------

    def _deliver(self, stop: threading.Event | None) -> Alerted:
        """Bring what is due to its receivers, until nothing is or `stop` is set."""
        sent, failed = 0, []
        while stop is None or not stop.is_set():
            claimed = self._store.claim_delivery(self.now(), LEASE, LONGEST)
            if claimed is None:
                break
            delivery, watching = claimed
            receipt = self._send(watching.search.channel, delivery, self.now())
            now = self.now()
            again = None if receipt.accepted else alerts.next_try(delivery.made_at, now, receipt.wait)
            if receipt.accepted:
                ended = replace(delivery, state=DeliveryState.DONE, reason="", ended_at=now)
                sent += 1
            elif again is None:
                ended = replace(
                    delivery,
                    state=DeliveryState.GIVEN_UP,
                    reason=receipt.reason,
                    ended_at=now,
                    due_at=now + alerts.SOONEST,  # for those that wait behind it
                )
            else:
                ended = replace(delivery, reason=receipt.reason, due_at=again)
            self._store.end_attempt(ended, down=receipt.down)
            if not receipt.accepted:
                failed.append((delivery.search, receipt.reason))
        return Alerted(0, sent, tuple(failed))

    def _send(self, channel: Channel, delivery: Delivery, at: datetime) -> Receipt:
        try:
            sender = _sender(channel, read_secret(channel.secret))
        except UsageError as error:
            return Receipt(False, str(error), down=True)
        return sender.send(delivery, at)


def read_secret(named: str) -> str:
    """What ``env:NAME`` or ``file:PATH`` holds, without the line break at its end; empty for no name.

    Raises `UsageError`, which says the name alone, where there is nothing.
    """
    kind, _, name = named.partition(":")
    if not named:
        return ""
    if kind == "env":
        secret = os.environ.get(name, "")
    else:
        try:
            with Path(name).open(encoding="utf-8") as file:
                secret = file.read(_MAX_SECRET).rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            secret = ""
    if not secret:
        raise UsageError(f"no secret in {'the variable' if kind == 'env' else 'the file'} {name}")
    return secret


def _sender(channel: Channel, secret: str) -> Sender:
    match channel:
        case Webhook():
            return WebhookSender(channel.url, secret, timeout=SENT)
        case Telegram():
            return TelegramSender(channel.base_url, secret, channel.chat, timeout=SENT)
        case Mail():
            return MailSender(channel, secret, timeout=SENT)
        case Nobody():
            raise UsageError("this search tells nobody")


def _message(search: SavedSearch, id: str, now: datetime) -> alerts.Message:
    return alerts.Message(id, search.name, search.query, search.kind, search.language, now)
