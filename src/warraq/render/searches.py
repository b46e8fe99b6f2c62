"""Saved searches as values of a form, and as JSON-ready dicts. Of a webhook's address only the host is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from warraq.errors import UsageError
from warraq.render.json import Json
from warraq.render.moments import iso
from warraq.types import (
    AlertKind,
    Channel,
    Delivery,
    Mail,
    Nobody,
    SavedSearch,
    Security,
    Telegram,
    Watching,
    Webhook,
)

SECRETS = "WARRAQ_SECRET_"
"""Variables whose names begin so may be named on the site; others, and files, only on the command line."""
MOST = 200
"""Characters of a field of the form, but for the query."""
RECEIVERS = ("nobody", "webhook", "mail", "telegram")

Form = Mapping[str, str]


def receiver_of(channel: Channel) -> tuple[str, str]:
    """Whom a search tells: one of `RECEIVERS`, and who that is, without what may be a secret."""
    match channel:
        case Webhook():
            parts = urlsplit(channel.url)
            return "webhook", f"{parts.scheme}://{parts.netloc}/{'…' if parts.path.strip('/') or parts.query else ''}"
        case Mail():
            return "mail", channel.to
        case Telegram():
            return "telegram", channel.chat
        case Nobody():
            return "nobody", ""


def form_of(search: SavedSearch) -> dict[str, str]:
    """A search as the values of its form. The address of a webhook stays out: left empty, it stays as it is."""
    channel = search.channel
    kind, who = receiver_of(channel)
    form = {
        "name": search.name,
        "q": search.query,
        "receiver": kind,
        "secret": channel.secret,
        "kind": search.kind.value,
        "language": search.language,
        "hour": str(search.hour),
        "zone": search.zone,
        "quiet": f"{search.quiet.total_seconds() / 3600:g}",
    }
    if isinstance(channel, Webhook):
        form["known"] = who
    if isinstance(channel, Mail):
        form |= {"to": channel.to, "from": channel.sender, "host": f"{channel.host}:{channel.port}"}
        form |= {"security": channel.security.value, "user": channel.user}
    if isinstance(channel, Telegram):
        form["chat"] = channel.chat
    return form


def read_form(form: Form, name: str, before: SavedSearch | None = None) -> SavedSearch:
    """The search that a form describes, under a name; `before`: what it was. Raises `UsageError`."""
    for key, value in form.items():
        if len(value) > MOST and key not in ("q", "url"):
            raise UsageError(f"{key}: at most {MOST} characters")
    return SavedSearch(
        name=name,
        query=form.get("q", "").strip(),
        channel=_channel(form, before.channel if before else Nobody()),
        kind=AlertKind(form["kind"]) if form.get("kind") in set(AlertKind) else AlertKind.EACH,
        language=form.get("language", "ar"),
        hour=_whole(form, "hour", 7),
        zone=form.get("zone", "").strip() or "UTC",
        quiet=timedelta(hours=_whole(form, "quiet", 6)),
    )


def _channel(form: Form, before: Channel) -> Channel:
    """Whom it tells. A secret named elsewhere stays only with the receiver it was named for."""
    said = {key: form.get(key, "").strip() for key in ("url", "to", "from", "host", "user", "chat", "secret")}
    match form.get("receiver"):
        case "webhook":
            kept = isinstance(before, Webhook) and said["url"] in ("", before.url)
            url = before.url if isinstance(before, Webhook) and kept else said["url"]
            return Webhook(url, _secret(said["secret"], before.secret if kept else ""))
        case "mail":
            host, _, port = said["host"].rpartition(":")
            if not (port.isascii() and port.isdigit() and len(port) < 6):
                raise UsageError("a mail server is HOST:PORT")
            security = form.get("security", "")
            if security not in set(Security):
                raise UsageError(f"security: {security[:20]!r} is not one of {', '.join(Security)}")
            made = Mail(host, int(port), said["from"], said["to"], Security(security), said["user"])
            kept = isinstance(before, Mail) and (before.host, before.port) == (made.host, made.port)
            return replace(made, secret=_secret(said["secret"], before.secret if kept else ""))
        case "telegram":
            kept = isinstance(before, Telegram)
            base = before.base_url if isinstance(before, Telegram) else Telegram("", "").base_url
            return Telegram(said["chat"], _secret(said["secret"], before.secret if kept else ""), base)
        case _:
            return Nobody()


def _secret(named: str, before: str) -> str:
    if not named or named == before:
        return named
    name = named.removeprefix("env:")
    if not name.startswith(SECRETS):
        raise UsageError(f"secret: the name of a variable that begins with {SECRETS}")
    return f"env:{name}"


def _whole(form: Form, key: str, default: int) -> int:
    text = form.get(key, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise UsageError(f"{key}: {text[:20]!r} is not a whole number")
    return int(text)


def saved_dict(watching: Watching, total: int, deliveries: Sequence[Delivery]) -> Json:
    """A saved search, how much it finds now, and what became of its last messages."""
    search = watching.search
    kind, who = receiver_of(search.channel)
    return {
        "name": search.name,
        "query": search.query,
        "receiver": {"is": kind, "name": who},
        "kind": search.kind.value,
        "language": search.language,
        "created_at": iso(watching.created_at),
        "looked_at": iso(watching.looked_at),
        "total": total,
        "messages": [
            {"made_at": iso(d.made_at), "state": d.state.value, "attempts": d.attempts, "reason": d.reason}
            for d in deliveries
        ],
    }
