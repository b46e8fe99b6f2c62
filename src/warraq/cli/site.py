"""site build: the archive as a folder of pages."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import click

from warraq.cli.main import main
from warraq.cli.options import archive_option, as_of_option, background_option, opened
from warraq.config import LANGUAGES


@main.group()
def site() -> None:
    """The archive as a site of files, which needs no server of ours."""


@site.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--query", default="", help="Only articles that match, in the language of `search`.")
@click.option("--base-url", help="Where the folder will be served: for feeds, sitemaps and canonical links.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the site's own words.")
@click.option("--data/--no-data", default=True, help="Each page as JSON too, and articles as text.")
@click.option(
    "--processes", type=click.IntRange(min=0), default=0, help="That make pages; 0: one for each core, up to 4."
)
@as_of_option
@background_option
@archive_option
def build(
    folder: Path,
    query: str,
    base_url: str | None,
    language: str | None,
    data: bool,
    processes: int,
    as_of: datetime | None,
) -> None:
    """Write a static site into DIR: every article that matches, stories, outlets, keywords, days, feeds, sitemaps.

    The same archive, query and --as-of give the same bytes. DIR is replaced when the new site is whole, and only if it
    is empty or holds a site that was built before; a build that was interrupted is begun anew. Links are relative;
    without --base-url there are no feeds and sitemaps, which need whole addresses.
    """
    from warraq.web.build import build_site  # a server's parts are slow to load

    began = time.monotonic()

    def tell(done: int, about: int) -> None:
        rate = done / max(time.monotonic() - began, 1e-9)
        click.echo(f"\r\x1b[K{done:,} of about {about:,} pages, {rate:,.0f}/s", nl=False, err=True)

    with opened(base_url=base_url, language=language) as archive:
        terminal = sys.stderr.isatty()
        built = build_site(
            archive,
            folder,
            query=query,
            as_of=as_of,
            base_url=archive.config.base_url,
            language=archive.config.language,
            data=data,
            processes=processes,
            progress=tell if terminal else None,
        )
    click.echo("\r\x1b[K" if terminal else "", nl=False, err=True)
    missing = "" if archive.config.base_url else "; no feeds and sitemaps without --base-url"
    click.echo(
        f"{built.pages:,} pages in {folder}: {built.articles:,} articles, {built.stories:,} stories, "
        f"{built.keywords:,} keywords, {built.size / 2**20:,.1f} MiB{missing}"
    )
