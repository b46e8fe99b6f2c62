"""Stories: one, and lists of them."""

from __future__ import annotations

from datetime import datetime

import click

from warraq.cli.main import main
from warraq.cli.options import Day, archive_option, as_of_option, json_option, opened, say
from warraq.render.json import story_brief_dict, story_dict
from warraq.render.moments import iso
from warraq.render.plain import line
from warraq.render.stories import story_text


@main.command()
@click.argument("article")
@as_of_option
@json_option
@archive_option
def story(article: str, as_of: datetime | None, as_json: bool) -> None:
    """The story of which an ARTICLE (an id or a URL) is part: events, reports by day, who was first."""
    with opened() as archive:
        value = archive.story(article, as_of)
    if as_json:
        say([story_dict(value)])
    else:
        click.echo(story_text(value), nl=False)


@main.command()
@click.option("--from", "since", type=Day(), help="First seen on this day (UTC) or later. Default: the last 24 hours.")
@click.option("--to", "until", type=Day(after=True), help="First seen on this day (UTC) or earlier.")
@as_of_option
@click.option("--limit", type=click.IntRange(1, 1000), default=30, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many of the first to leave out.")
@json_option
@archive_option
def stories(
    since: datetime | None, until: datetime | None, as_of: datetime | None, limit: int, offset: int, as_json: bool
) -> None:
    """The stories of some days, those with the most articles first."""
    with opened() as archive:
        found = archive.stories(since, until, as_of, limit=limit, offset=offset)
    if as_json:
        say(map(story_brief_dict, found))
        return
    if not found and since is None:
        click.echo("warraq: nothing first seen within the last day; --from DAY looks further back", err=True)
    for item in found:
        title = f"{line(item.headline.title)} — {line(item.outlet.name)}"
        click.echo(f"{item.id}  {item.articles:>5}  {title} — {iso(item.first_seen_at)} … {iso(item.last_seen_at)}")
