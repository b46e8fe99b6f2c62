"""Ways out: page, similar, search, article, outlets."""

from __future__ import annotations

import re
from datetime import datetime

import click

from warraq.cli.main import main
from warraq.cli.options import (
    Day,
    archive_option,
    as_of_option,
    brief_line,
    json_option,
    opened,
    say,
)
from warraq.render.html import page_html
from warraq.render.json import (
    dumps,
    facets_dict,
    hit_dict,
    outlet_count_dict,
    page_dict,
    revision_dict,
    similar_dict,
)
from warraq.render.moments import stamp
from warraq.render.plain import line
from warraq.render.text import article_text, page_text


@main.command()
@click.argument("article")
@as_of_option
@click.option("--format", "form", type=click.Choice(["text", "html", "json"]), default="text", show_default=True)
@archive_option
def page(article: str, as_of: datetime | None, form: str) -> None:
    """The page of an ARTICLE (an id or a URL) as of a moment."""
    with opened() as archive:
        value = archive.page(article, as_of)
    if form == "html":
        click.echo(page_html(value))
    else:
        click.echo(page_text(value) if form == "text" else dumps(page_dict(value)))


@main.command()
@click.argument("article")
@as_of_option
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@json_option
@archive_option
def similar(article: str, as_of: datetime | None, limit: int, as_json: bool) -> None:
    """Articles related to an ARTICLE (an id or a URL) by what they are about, and why."""
    with opened() as archive:
        found = archive.similar(article, as_of, limit=limit)
    if as_json:
        say(map(similar_dict, found))
        return
    for item in found:
        click.echo(f"{brief_line(item.brief, item.outlet)}  [{'، '.join(map(line, item.shared))}]")


class Search(click.Command):
    """A command whose words may be excluded as in the search box: ``-word`` is no option of it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Write ``-word`` as ``NOT word``, which means the same, where it is neither an option nor the value of one."""
        valued = {name for one in self.params if isinstance(one, click.Option) and not one.is_flag for name in one.opts}
        end = args.index("--") if "--" in args else len(args)
        for i, word in enumerate(args[:end]):
            if re.match(r"-[^-\s]", word) and word != "-h" and (i == 0 or args[i - 1] not in valued):
                args[i] = f"NOT {word[1:]}"
        return super().parse_args(ctx, args)


@main.command(cls=Search)
@click.argument("query", nargs=-1, required=True)
@click.option("--outlet", "outlets", multiple=True, help="Only this outlet (its id). Repeatable.")
@click.option("--from", "date_from", type=Day(), help="Published on this day or later.")
@click.option("--to", "date_to", type=Day(after=True), help="Published on this day or earlier.")
@as_of_option
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0, 1_000_000), default=0, help="How many of the first to leave out.")
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
@click.option("--half-life", type=click.FloatRange(min=0), default=0.0, help="Days in which a match counts half.")
@click.option("--collapse", is_flag=True, help="Matches that carry one text as one line that says where.")
@click.option("--facets", is_flag=True, help="Count matches by outlet, language, keyword and day instead of listing.")
@json_option
@archive_option
def search(
    query: tuple[str, ...],
    outlets: tuple[str, ...],
    date_from: datetime | None,
    date_to: datetime | None,
    as_of: datetime | None,
    limit: int,
    offset: int,
    newest: bool,
    half_life: float,
    collapse: bool,
    facets: bool,
    as_json: bool,
) -> None:
    """Find articles: words in any spelling, "exact phrases", -excluded, OR, ( ), title: outlet: country: date: …

    The language is the one of `warraq.query` and of the site's search box.
    """
    if facets:
        with opened() as archive:
            archive.require_outlets_named(outlets)
            counts = archive.facets(
                " ".join(query), outlets=outlets, date_from=date_from, date_to=date_to, as_of=as_of, limit=limit
            )
        value = facets_dict(counts)
        if as_json:
            say([value])
            return
        for name, pairs in value.items():
            click.echo(name)
            for pair in pairs:
                click.echo(f"{pair['count']:>9,}  {line(pair['value'])}")
        return
    with opened() as archive:
        archive.require_outlets_named(outlets)
        results = archive.search(
            " ".join(query),
            outlets=outlets,
            date_from=date_from,
            date_to=date_to,
            as_of=as_of,
            limit=limit,
            offset=offset,
            newest_first=newest,
            half_life=half_life,
            collapse=collapse,
        )
    if as_json:
        say(map(hit_dict, results.hits))
        return
    for hit in results.hits:
        click.echo(brief_line(hit.brief, hit.outlet))
        click.echo("    " + line("".join(f"[{s.text}]" if s.hit else s.text for s in hit.snippet)))
        if hit.copies:
            click.echo(f"    = {'، '.join(line(copy.outlet.name) for copy in hit.copies)}")
    if results.suggestion:
        click.echo(f"did you mean: {line(results.suggestion)}", err=True)
    click.echo(f"{len(results.hits)} of {results.total}", err=True)


@main.command()
@click.argument("article")
@as_of_option
@click.option("--revisions", is_flag=True, help="Every state seen by then, the first one first.")
@json_option
@archive_option
def article(article: str, as_of: datetime | None, revisions: bool, as_json: bool) -> None:
    """An ARTICLE (an id or a URL) as it stood at a moment, without what belongs beside it."""
    with opened() as archive:
        states = archive.revisions(article, as_of) if revisions else [archive.revision(article, as_of)]
        outlet = archive.outlet(states[0].article.outlet)
    if as_json:
        say(map(revision_dict, states))
        return
    for state in states:
        if revisions:
            click.echo(f"# revision {state.number}, seen {stamp(state.seen_at)}")
        click.echo(article_text(state.article, outlet))


@main.command()
@as_of_option
@json_option
@archive_option
def outlets(as_of: datetime | None, as_json: bool) -> None:
    """The outlets, with how many articles of each the archive holds."""
    with opened() as archive:
        counts = archive.outlets(as_of)
    if as_json:
        say(map(outlet_count_dict, counts))
        return
    for count in counts:
        click.echo(f"{count.articles:>9,}  {count.outlet.id:<16} {line(count.outlet.name)}")
