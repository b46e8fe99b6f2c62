"""Ways in: import, fetch, extract, index."""

from __future__ import annotations

import os
from pathlib import Path

import click

from warraq.app import try_pages
from warraq.cli.main import main
from warraq.cli.options import (
    Pair,
    archive_option,
    background_option,
    json_option,
    opened,
    progress_bar,
    refusals,
    say,
    say_tally,
)
from warraq.cli.outlets import explained, tried_dict
from warraq.render.plain import line
from warraq.render.text import article_text
from warraq.types import Outcome, Outlet, Tally


@main.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--map", "mapping", type=Pair(), multiple=True, help="Where a field is: --map text=story. Repeatable.")
@click.option(
    "--seen", default="now", show_default=True, help="What counts as first seen: now, published, fetched or a COLUMN."
)
@click.option("--zone", help="IANA zone of dates that come without one, for outlets that are not known.")
@click.option("--encoding", default="utf-8", show_default=True, help="Of CSV and TSV files: windows-1256, say.")
@click.option("--url", default="", help="Address of the page, when one HTML file is imported.")
@click.option("--workers", type=click.IntRange(min=0), help="Processes that parse; 0: one for each core.")
@background_option
@json_option
@archive_option
def import_(
    paths: tuple[Path, ...],
    mapping: tuple[tuple[str, str], ...],
    seen: str,
    zone: str | None,
    encoding: str,
    url: str,
    workers: int | None,
    as_json: bool,
) -> None:
    """Read files and folders: JSON Lines, CSV, HTML pages, WARC, saved feeds (.gz too). Safe to run again.

    Exit code 1 if all of it was refused.
    """
    with opened(create=True, workers=workers) as archive, refusals() as refused, progress_bar("inputs") as progress:
        tally = archive.import_paths(
            paths,
            mapping=dict(mapping),
            seen=seen,
            zone=zone,
            encoding=encoding,
            url=url,
            workers=archive.config.workers or os.cpu_count(),
            progress=progress,
            refused=refused,
        )
    say_tally(tally, as_json)
    _fail_if_all_refused(tally)


@main.command()
@click.argument("urls", nargs=-1, required=True)
@json_option
@archive_option
def fetch(urls: tuple[str, ...], as_json: bool) -> None:
    """Fetch feeds or pages over HTTP, politely, and everything the feeds name.

    Exit code 1 if all of it was refused.
    """
    with opened(create=True) as archive, refusals() as refused, progress_bar("documents") as progress:
        tally = archive.fetch(urls, progress=progress, refused=refused)
    say_tally(tally, as_json)
    _fail_if_all_refused(tally)


def _fail_if_all_refused(tally: Tally) -> None:
    """Exit code 1 where there was something to read and nothing of it could be."""
    if tally.inputs and tally.inputs == sum(tally.outcomes.get(o, 0) for o in (Outcome.REJECTED, Outcome.FAILED)):
        click.get_current_context().exit(1)


@main.command()
@click.argument("place")
@click.option("--url", default="", help="The page's address, when PLACE is a file that does not say it.")
@json_option
def extract(place: str, url: str, as_json: bool) -> None:
    """The article read from one page (a FILE or a URL), or the reason why there is none. Needs no archive."""
    (tried,) = try_pages([place], url=url)
    article, found = tried.found.article, tried.found
    if as_json:
        say([tried_dict(tried)])
    elif article:
        click.echo(article_text(article, Outlet(article.outlet, article.outlet)))
        click.echo("\n".join(f"# {text}" for text in explained(tried, texts=False)), err=True)
    else:
        click.echo(
            f"warraq: {place}: no article: {found.reason}{f' ({line(found.detail)})' if found.detail else ''}", err=True
        )
    if article is None:
        click.get_current_context().exit(1)


@main.command()
@click.option("--rebuild", is_flag=True, help="Throw the index away first.")
@background_option
@archive_option
def index(rebuild: bool) -> None:
    """Bring the search index and the word statistics up to date with the store."""
    with opened(create=True) as archive:
        click.echo(f"{archive.refresh(rebuild=rebuild)} articles indexed")
