"""What the operator asks and does: stats, failures, outcomes, health, takedowns, backup, verify, migrate."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import click

from warraq.app import migrate as migrate_archive
from warraq.cli.main import main
from warraq.cli.options import (
    Day,
    archive_option,
    as_of_option,
    json_option,
    opened,
    say,
)
from warraq.config import load_config
from warraq.render.json import (
    day_count_dict,
    failure_dict,
    forgotten_dict,
    sign_dict,
    stats_dict,
)
from warraq.render.moments import iso, stamp
from warraq.render.plain import line
from warraq.types import Change, Reason, Severity

NEWEST = 10
"""Failures shown under the counts of `outcomes`."""

reason_option = click.option(
    "--reason", type=click.Choice([reason.value for reason in Reason]), help="Only documents refused for this."
)
outlet_option = click.option("--outlet", help="Only this outlet (its id).")


@main.command()
@as_of_option
@json_option
@archive_option
def stats(as_of: datetime | None, as_json: bool) -> None:
    """What the archive holds, and what became of everything it was given."""
    with opened() as archive:
        value = archive.stats(as_of)
    if as_json:
        say([stats_dict(value)])
        return
    click.echo(f"{value.articles:>9,}  articles\n{value.revisions:>9,}  revisions\n{value.outlets:>9,}  outlets")
    for name, number in sorted(value.outcomes.items()):
        click.echo(f"{number:>9,}  {name}")
    if value.first_seen_at and value.last_seen_at:
        click.echo(f"seen from {stamp(value.first_seen_at)} to {stamp(value.last_seen_at)}")


@main.command()
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@outlet_option
@reason_option
@json_option
@archive_option
def failures(limit: int, outlet: str | None, reason: str | None, as_json: bool) -> None:
    """The newest documents that were rejected or failed, and why."""
    with opened() as archive:
        found = archive.failures(limit, outlet=outlet, reason=Reason(reason) if reason else None)
        if outlet and not found:
            archive.require_outlet(outlet)
    if as_json:
        say(map(failure_dict, found))
        return
    for failure in found:
        click.echo(_failure_line(failure))


def _failure_line(failure: Change) -> str:
    when = iso(failure.seen_at) if failure.seen_at else ""
    return f"{when}  {failure.reason or '':<14} {line(failure.where)}  {line(failure.detail)}"


@main.command()
@click.option("--from", "--since", "since", type=Day(), help="From this day on (UTC); default: the last seven days.")
@outlet_option
@reason_option
@json_option
@archive_option
def outcomes(since: datetime | None, outlet: str | None, reason: str | None, as_json: bool) -> None:
    """What became of all documents lately: counts by outcome and reason, and the newest that were refused."""
    with opened() as archive:
        first = since or archive.now() - timedelta(days=6)
        wanted = Reason(reason) if reason else None
        counts = archive.outcomes(first.date(), outlet=outlet, reason=wanted)
        if outlet and not counts:
            archive.require_outlet(outlet)
        newest = [] if as_json else archive.failures(NEWEST, outlet=outlet, reason=wanted)
    if as_json:
        say(map(day_count_dict, counts))
        return
    totals = Counter[str]()
    for count in counts:
        totals[f"{count.outcome}: {count.reason}" if count.reason else count.outcome] += count.count
    for name, number in totals.most_common():
        click.echo(f"{number:>9,}  {name}")
    if not counts:
        click.echo(f"nothing since {first:%Y-%m-%d}")
    for failure in newest:
        click.echo(_failure_line(failure))


@main.command()
@json_option
@archive_option
@click.pass_context
def health(ctx: click.Context, as_json: bool) -> None:
    """What is not as it should be. Exit code for monitors: 0 all is well, 1 warnings, 2 alarms.

    Outlets whose domain leads to somebody else are marked, and their links are offered no more.
    """
    with opened() as archive:
        signs = archive.health()
        marked = archive.mark_lost(signs) if archive.writable else []
    if as_json:
        say(map(sign_dict, signs))
    else:
        for sign in signs:
            about = f"{line(sign.outlet)}: " if sign.outlet else ""
            click.echo(f"{sign.severity.name.lower():<8} {sign.kind:<14} {about}{line(sign.text)}")
        if not signs:
            click.echo("all is well")
        for id in marked:
            click.echo(f"warraq: {id}: its links are offered no more (`warraq outlet enable {id}` undoes it)", err=True)
    ctx.exit(int(max((sign.severity for sign in signs), default=Severity.NOTICE)))


@main.command()
@click.argument("article")
@click.option("--reason", required=True, help="Why; kept in the log of takedowns.")
@click.option("--wipe", is_flag=True, help="Also write store and index anew, so that nothing can be recovered.")
@archive_option
def forget(article: str, reason: str, wipe: bool) -> None:
    """Take an ARTICLE (an id or a URL) down for good: store, index and raw documents. It does not come back."""
    with opened() as archive:
        found = archive.forget(article, reason, wipe=wipe)
    click.echo(f"forgotten: {line(found.url)}")


@main.command()
@json_option
@archive_option
def forgotten(as_json: bool) -> None:
    """What was taken down, when and why, newest first."""
    with opened() as archive:
        found = archive.forgotten()
    if as_json:
        say(map(forgotten_dict, found))
        return
    for one in found:
        click.echo(f"{iso(one.at)}  {one.article}  {line(one.url)}  {line(one.reason)}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--raw", type=click.Path(path_type=Path), help="Copy the raw documents into this folder, too.")
@archive_option
def backup(file: Path, raw: Path | None) -> None:
    """Copy the archive's store into a new FILE, consistently, while others read and write."""
    with opened() as archive:
        missing = archive.backup(file, raws=raw)
    for name in missing:
        click.echo(f"warraq: {line(name)}: not there any more", err=True)
    click.echo(f"{line(str(file))}: {file.stat().st_size:,} bytes")


@main.command()
@click.option("--raw", is_flag=True, help="Read every raw document, too.")
@archive_option
@click.pass_context
def verify(ctx: click.Context, raw: bool) -> None:
    """Check the archive: the store's file and tables, every article, the index against the store."""
    with opened() as archive:
        problems = archive.verify(raws=raw)
        articles = archive.stats().articles if not problems else 0
    for problem in problems:
        click.echo(line(problem))
    if problems:
        ctx.exit(1)
    click.echo(f"sound: {articles:,} articles")


@main.command()
@archive_option
def migrate() -> None:
    """Bring an archive of an older version up to date (opening it for writing does so, too)."""
    path = (click.get_current_context().obj or {}).get("archive")
    before, now = migrate_archive(load_config({"archive": path}).archive)
    click.echo(f"version {now}, up to date" if before == now else f"brought from version {before} to {now}")
