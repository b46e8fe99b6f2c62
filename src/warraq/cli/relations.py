"""What belongs together, and what changed: copies, diff, keywords, trends."""

from __future__ import annotations

from datetime import datetime

import click

from warraq.cli.main import main
from warraq.cli.options import Day, archive_option, as_of_option, brief_line, json_option, opened, say
from warraq.render.moments import iso
from warraq.render.plain import line
from warraq.render.relations import (
    copies_dict,
    counts_dict,
    diff_dict,
    diff_text,
    edits_text,
    keyword_dict,
    trends_dict,
)


@main.command()
@click.argument("article")
@as_of_option
@json_option
@archive_option
def copies(article: str, as_of: datetime | None, as_json: bool) -> None:
    """Who carried the text of an ARTICLE (an id or a URL), who was first, and what each changed of the first."""
    with opened() as archive:
        group = archive.copies(article, as_of)
    if as_json:
        say([copies_dict(group)])
        return
    if len(group.carriers) == 1:
        click.echo(f"{group.article}: no copies")
        return
    click.echo(f"{group.outlets} outlets" + (f", from {line(group.origin)}" if group.origin else ""))
    for carrier in group.carriers:
        again = "  (again)" if carrier.again else ""
        click.echo(f"{brief_line(carrier.brief, carrier.outlet)}{again}")
        if changed := edits_text(carrier.edits):
            click.echo(f"    {changed}")


@main.command()
@click.argument("article")
@click.option("--from", "before", type=click.IntRange(min=1), help="Number of the earlier state.")
@click.option("--to", "after", type=click.IntRange(min=1), help="Number of the later state; the last by default.")
@as_of_option
@json_option
@archive_option
def diff(article: str, before: int | None, after: int | None, as_of: datetime | None, as_json: bool) -> None:
    """What changed between two states of an ARTICLE (an id or a URL); between the last two by default."""
    with opened() as archive:
        found = archive.diff(article, before, after, as_of)
    if as_json:
        say([diff_dict(found)])
    else:
        click.echo(diff_text(found))


@main.command()
@click.argument("article")
@as_of_option
@click.option("--limit", type=click.IntRange(1, 50), default=12, show_default=True)
@json_option
@archive_option
def keywords(article: str, as_of: datetime | None, limit: int, as_json: bool) -> None:
    """The phrases that tell what an ARTICLE (an id or a URL) is about, the most telling first."""
    with opened() as archive:
        found = archive.keywords(article, as_of, limit=limit)
        language = archive.revision(article, as_of).article.language
    if as_json:
        say(keyword_dict(keyword, language) for keyword in found)
        return
    for keyword in found:
        click.echo(f"{keyword.weight:.3f}  {line(keyword.text)}")


@main.command()
@click.argument("phrase", nargs=-1)
@click.option("--from", "since", type=Day(), help="First seen on this day or later; a week before --to by default.")
@click.option("--to", "until", type=Day(after=True), help="First seen on this day or earlier.")
@as_of_option
@click.option("--limit", type=click.IntRange(1, 100), default=20, show_default=True)
@json_option
@archive_option
def trends(
    phrase: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    as_of: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """What is written of more than before; with a PHRASE, in how many articles it stands, by day of publication."""
    if phrase:
        with opened() as archive:
            counts = archive.keyword_counts(" ".join(phrase), as_of)
        if as_json:
            say([counts_dict(counts)])
            return
        for day, count in counts.days:
            click.echo(f"{day.isoformat()}  {count:>6,}")
        return
    with opened() as archive:
        found = archive.trends(since, until, as_of, limit=limit)
    if as_json:
        say([trends_dict(found)])
        return
    if not found.trends:
        click.echo(
            f"warraq: nothing rises from {iso(found.since)} to {iso(found.until)}; --to DAY looks back", err=True
        )
    for trend in found.trends:
        click.echo(f"{trend.articles:>6,}  instead of {trend.expected:>8,.1f}  {trend.example}  {line(trend.phrase)}")
