"""Whether a search can be saved."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from urllib.parse import urlsplit

from warraq.arabic.hours import zone_info
from warraq.errors import UsageError
from warraq.query import parse_query
from warraq.types import Channel, Mail, Nobody, SavedSearch, Security, Telegram, Webhook

MAX_NAME = 100
MAX_QUIET = timedelta(days=7)
LANGUAGES = ("ar", "en")
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?")
_CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z0-9_]{3,64}")
_HERE = ("localhost", "127.0.0.1", "::1")


def checked(search: SavedSearch) -> SavedSearch:
    """The search, if it can be saved. Raises `UsageError` (or `QueryError`) that says what is wrong."""
    name = search.name
    if not name.strip() or len(name) > MAX_NAME or any(unicodedata.category(c) in ("Cc", "Cs") for c in name):
        raise UsageError(f"a name has 1 to {MAX_NAME} characters on one line")
    parse_query(search.query)
    if search.language not in LANGUAGES:
        raise UsageError(f"language: {search.language!r} is not one of {', '.join(LANGUAGES)}")
    if not 0 <= search.hour <= 23:
        raise UsageError(f"hour: {search.hour} is not 0 to 23")
    zone_info(search.zone)
    if not timedelta(0) <= search.quiet <= MAX_QUIET:
        raise UsageError(f"quiet: not 0 to {MAX_QUIET.days * 24} hours")
    _check_channel(search.channel)
    return search


def _check_channel(channel: Channel) -> None:
    match channel:
        case Webhook():
            _check_address(channel.url)
        case Telegram():
            _check_address(channel.base_url)
            if not _CHAT.fullmatch(channel.chat):
                raise UsageError("chat: a number or @name")
            if not channel.secret:
                raise UsageError("a Telegram bot needs its token: name a variable or a file")
        case Mail():
            _check_mail(channel)
        case Nobody():
            return
    if channel.secret and not re.fullmatch(r"(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)", channel.secret):
        raise UsageError("a secret is named by env:NAME or file:PATH")


def _check_mail(channel: Mail) -> None:
    for address in (channel.sender, channel.to):
        if not _MAILBOX.fullmatch(address):
            raise UsageError(f"not a mail address: {address[:100]!r}")
    if not _HOST.fullmatch(channel.host) or not 1 <= channel.port <= 65535:
        raise UsageError("a mail server is HOST:PORT")
    if bool(channel.user) != bool(channel.secret):
        raise UsageError("a login needs both a user and a password (name a variable or a file)")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in channel.user):
        raise UsageError("user: on one line")
    if channel.user and channel.security is Security.NONE and channel.host.strip("[]") not in _HERE:
        raise UsageError("a password is sent over STARTTLS or TLS only")


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or not re.fullmatch(r"[!-~]{1,2048}", url):
        raise UsageError("an address begins with http:// or https:// and is written in ASCII, percent-encoded")
    if "@" in parts.netloc:
        raise UsageError("an address without user and password, please: requests are signed instead")
