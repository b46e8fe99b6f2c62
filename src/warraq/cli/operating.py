"""What the operator asks: stats, failures."""

from __future__ import annotations

from datetime import datetime

import click

from warraq.cli.main import main
from warraq.cli.options import (
    archive_option,
    as_of_option,
    json_option,
    opened,
    say,
)
from warraq.render.json import (
    stats_dict,
)
from warraq.render.moments import iso, stamp
from warraq.render.plain import line


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
@json_option
@archive_option
def failures(limit: int, as_json: bool) -> None:
    """The newest documents that were rejected or failed, and why."""
    with opened() as archive:
        found = archive.failures(limit)
    if as_json:
        say(
            {
                "where": f.where,
                "outcome": f.outcome,
                "reason": f.reason,
                "detail": f.detail,
                "at": iso(f.seen_at) if f.seen_at else None,
            }
            for f in found
        )
        return
    for f in found:
        when = iso(f.seen_at) if f.seen_at else ""
        click.echo(f"{when}  {f.reason or '':<14} {line(f.where)}  {line(f.detail)}")
