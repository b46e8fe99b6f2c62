"""Saved searches: add, list, remove, test, run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from warraq.cli.main import main
from warraq.cli.options import archive_option, json_option, opened, say
from warraq.errors import ArchiveLocked, UsageError
from warraq.render.moments import iso, stamp
from warraq.render.plain import line
from warraq.types import (
    AlertKind,
    Channel,
    Delivery,
    DeliveryState,
    Mail,
    Nobody,
    SavedSearch,
    Security,
    Telegram,
    Watching,
    Webhook,
)

_RECENT = 10_000
"""Messages that are looked at for a list."""


@main.group()
def alert() -> None:
    """Saved searches that tell what is new: to a webhook, by mail, in a Telegram chat."""


@alert.command("add")
@click.argument("name")
@click.argument("query")
@click.option("--webhook", metavar="URL", help="Send JSON to this address; signed, if there is a secret.")
@click.option("--mail", metavar="ADDRESS", help="Send mail to this address.")
@click.option("--telegram", metavar="CHAT", help="Send to this chat (number or @name) as a bot.")
@click.option("--secret-env", metavar="NAME", help="Variable with the secret: key, password or token.")
@click.option("--secret-file", metavar="PATH", help="File with the secret.")
@click.option("--mail-from", metavar="ADDRESS", help="Sender of the mail.")
@click.option("--smtp", metavar="HOST:PORT", default="localhost:25", show_default=True, help="Server that takes mail.")
@click.option(
    "--smtp-security", type=click.Choice([s.value for s in Security]), default="none", help="How it is spoken to."
)
@click.option("--smtp-user", default="", help="User to log in as; the secret is the password.")
@click.option("--telegram-api", metavar="URL", help="Address of another server of the bot API.")
@click.option("--daily", type=click.IntRange(0, 23), metavar="HOUR", help="One digest a day at this hour.")
@click.option("--zone", default="UTC", show_default=True, help="Of the digest's hour: an IANA zone.")
@click.option("--quiet", type=float, default=6, show_default=True, metavar="HOURS", help="Between messages on a story.")
@click.option("--language", type=click.Choice(["ar", "en"]), default="ar", show_default=True, help="Of the messages.")
@archive_option
def add(
    name: str,
    query: str,
    webhook: str | None,
    mail: str | None,
    telegram: str | None,
    secret_env: str | None,
    secret_file: str | None,
    mail_from: str | None,
    smtp: str,
    smtp_security: str,
    smtp_user: str,
    telegram_api: str | None,
    daily: int | None,
    zone: str,
    quiet: float,
    language: str,
) -> None:
    """Save the search QUERY as NAME, with one receiver. What is first seen from now on is sent.

    Secrets are named, not given: by a variable of the environment in which messages are sent, or a file.
    """
    if sum(given is not None for given in (webhook, mail, telegram)) != 1:
        raise UsageError("name one receiver: --webhook, --mail or --telegram")
    if mail is not None and mail_from is None:
        raise UsageError("--mail needs --mail-from ADDRESS, the sender")
    if secret_env and secret_file:
        raise UsageError("name one place of the secret: --secret-env or --secret-file")
    secret = f"env:{secret_env}" if secret_env else f"file:{Path(secret_file).absolute()}" if secret_file else ""
    channel: Channel
    if webhook is not None:
        channel = Webhook(webhook, secret)
    elif telegram is not None:
        channel = Telegram(telegram, secret, telegram_api) if telegram_api else Telegram(telegram, secret)
    else:
        host, _, port = smtp.rpartition(":")
        number = int(port) if port.isascii() and port.isdecimal() and len(port) < 6 else 0
        channel = Mail(host, number, mail_from or "", mail or "", Security(smtp_security), smtp_user, secret)
    with suppress(OverflowError, ValueError), opened() as archive:
        kind = AlertKind.EACH if daily is None else AlertKind.DAILY
        archive.save_search(SavedSearch(name, query, channel, kind, language, daily or 0, zone, timedelta(hours=quiet)))
        return
    raise UsageError(f"quiet: {quiet} is no number of hours")


@alert.command("list")
@json_option
@archive_option
def list_(as_json: bool) -> None:
    """The saved searches, what waits for their receivers, and what was refused. No secrets."""
    with opened() as archive:
        found = [(watching, archive.deliveries(watching.search.name, _RECENT)) for watching in archive.searches()]
    for watching, deliveries in found:
        if as_json:
            say([search_dict(watching, deliveries)])
        else:
            click.echo(_described(watching, deliveries))


@alert.command("remove")
@click.argument("name")
@archive_option
def remove(name: str) -> None:
    """Forget the saved search NAME, and the messages it has not sent."""
    with opened() as archive:
        archive.remove_search(name)


@alert.command("test")
@click.argument("name")
@archive_option
def test(name: str) -> None:
    """Send the receiver of NAME a message that says it is a test. Exit code 1 if it is not taken."""
    with opened() as archive:
        receipt = archive.test_search(name)
    if not receipt.accepted:
        click.echo(f"warraq: {line(name)}: {line(receipt.reason)}", err=True)
        click.get_current_context().exit(1)
    click.echo("accepted")


@alert.command("run")
@json_option
@archive_option
def run(as_json: bool) -> None:
    """Look at what is new for all saved searches, send what is due, and end. `warraq run` does so all the time."""
    with opened(create=True) as archive:
        with suppress(ArchiveLocked):  # another process keeps index and stories up to date
            archive.refresh()
        done = archive.alert()
    if as_json:
        say([{"made": done.made, "sent": done.sent, "failed": [list(pair) for pair in done.failed]}])
    else:
        click.echo(f"{done.made} messages made, {done.sent} sent")
    for search, reason in done.failed:
        click.echo(f"warraq: {line(search)}: {line(reason)}", err=True)
    if done.failed:
        click.get_current_context().exit(1)


def receiver(channel: Channel) -> str:
    """A receiver in words. Of an address only its host: the rest of it may be a secret."""
    match channel:
        case Webhook():
            parts = urlsplit(channel.url)
            return f"webhook {parts.scheme}://{parts.netloc}/{'…' if parts.path.strip('/') or parts.query else ''}"
        case Telegram():
            return f"telegram {channel.chat}"
        case Mail():
            return f"mail {channel.to}"
        case Nobody():
            return "nobody"


def search_dict(watching: Watching, deliveries: Sequence[Delivery]) -> dict[str, Any]:
    """A saved search as JSON."""
    search = watching.search
    refused = next((d for d in deliveries if d.reason), None)
    return {
        "name": search.name,
        "query": search.query,
        "receiver": receiver(search.channel),
        "secret": search.channel.secret,
        "kind": search.kind.value,
        "language": search.language,
        "hour": search.hour if search.kind is AlertKind.DAILY else None,
        "zone": search.zone,
        "quiet_hours": search.quiet.total_seconds() / 3600,
        "created_at": iso(watching.created_at),
        "looked_at": iso(watching.looked_at),
        "messages": {state.value: sum(d.state is state for d in deliveries) for state in DeliveryState},
        "last_refusal": {"at": iso(refused.ended_at or refused.made_at), "reason": refused.reason} if refused else None,
    }


def _described(watching: Watching, deliveries: Sequence[Delivery]) -> str:
    search = watching.search
    when = f"daily at {search.hour}:00 {search.zone}" if search.kind is AlertKind.DAILY else "each"
    counts = {state: sum(d.state is state for d in deliveries) for state in DeliveryState}
    told = ", ".join(f"{number} {state.value}" for state, number in counts.items() if number) or "no messages"
    refused = next((d.reason for d in deliveries if d.reason), "")
    lines = [
        f"{line(search.name)}  {line(search.query)}",
        f"  {when} to {receiver(search.channel)}"
        + (f" ({line(search.channel.secret)})" if search.channel.secret else ""),
        f"  looked {stamp(watching.looked_at)}; {told}" + (f"; {line(refused)}" if refused else ""),
    ]
    return "\n".join(lines)
