"""Saved searches, and what becomes of their messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from warraq.types.base import ArticleId


class AlertKind(StrEnum):
    """When a saved search speaks."""

    EACH = "each"
    """As articles come, one message a story."""
    DAILY = "daily"
    """Once a day, everything by story."""


class Security(StrEnum):
    """How a mail server is spoken to."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


# Secrets are named, never kept: ``env:NAME`` (a variable of the environment) or ``file:PATH`` (a file's content).


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is sent JSON by POST; signed, if there is a secret."""

    url: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mailbox, and the server that takes mail for it. With a `user`, ``secret`` names the password."""

    host: str
    port: int
    sender: str
    to: str
    security: Security = Security.NONE
    user: str = ""
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Telegram:
    """A chat of the Telegram bot API; ``secret`` names the bot's token."""

    chat: str
    secret: str
    base_url: str = "https://api.telegram.org"


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody is told: the search is read on the site, and as a feed."""

    secret: str = ""
    """Of no use; every channel has one."""


Channel: TypeAlias = Webhook | Mail | Telegram | Nobody


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that is asked again and again, and who is told."""

    name: str
    query: str
    """In the language of the module ``query``."""
    channel: Channel
    kind: AlertKind = AlertKind.EACH
    language: str = "ar"
    """Of its messages' own words: ``ar`` or ``en``."""
    hour: int = 7
    """Of a digest, 0 to 23, on the clocks of `zone`."""
    zone: str = "UTC"
    quiet: timedelta = timedelta(hours=6)
    """For so long after a story was announced, what else is reported of it waits for one further message."""


@dataclass(frozen=True, slots=True)
class Watching:
    """A saved search and how far it has come."""

    search: SavedSearch
    created_at: datetime
    seq: int
    """Of the change log: up to here it has looked."""
    looked_at: datetime
    digested_at: datetime
    """The hour of its last digest; at first when it was saved."""
    turn: int = 0
    """How often it has moved."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was decided on an article that a search found."""

    article: ArticleId
    first_seen: int
    """Microseconds."""
    of: ArticleId = ""
    """The article of which it is a copy: then it is in no message of its own."""
    at: datetime | None = None
    """When its message was made; None: it waits for one."""


class DeliveryState(StrEnum):
    """What became of a message."""

    PENDING = "pending"
    DONE = "done"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message for the receiver of a search. Its id and body never change; the body goes when it has ended."""

    id: str
    search: str
    body: str
    """As its channel sends it (``alerts.messages``)."""
    made_at: datetime
    due_at: datetime
    """When it is to be tried."""
    attempts: int = 0
    state: DeliveryState = DeliveryState.PENDING
    reason: str = ""
    """Why the last attempt failed."""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receiver said to a message."""

    accepted: bool
    reason: str = ""
    """Why it did not; without addresses and secrets."""
    down: bool = False
    """Nothing else can be brought to it either, as far as can be told."""
    wait: timedelta = timedelta(0)
    """For how long it asks to be left alone."""
