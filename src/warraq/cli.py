"""The command line. Each command is one or two calls of `Archive`; it prints text, or JSON lines with --json."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from warraq.app import Archive, extract_page, open_archive
from warraq.config import LANGUAGES
from warraq.errors import UsageError, WarraqError
from warraq.render.html import page_html
from warraq.render.json import (
    article_dict,
    dumps,
    hit_dict,
    outlet_count_dict,
    page_dict,
    revision_dict,
    similar_dict,
    stats_dict,
)
from warraq.render.moments import iso, read_day, read_moment, stamp
from warraq.render.plain import line
from warraq.render.text import article_text, date_line, page_text
from warraq.types import Brief, Change, Outcome, Outlet, Tally

F = TypeVar("F", bound=Callable[..., Any])
BAR = 24
"""Characters of the progress bar."""


class _Moment(click.ParamType[datetime]):
    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return read_moment(value)
        except UsageError as error:
            self.fail(str(error), param, ctx)


class _Day(click.ParamType[datetime]):
    """A day as the moment it begins or, with `after`, ends."""

    name = "day"

    def __init__(self, *, after: bool = False) -> None:
        self._after = after

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return read_day(value, after=self._after)
        except UsageError as error:
            self.fail(str(error), param, ctx)


class _Pair(click.ParamType[tuple[str, str]]):
    name = "field=column"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value[0], value[1]
        name, equals, column = str(value).partition("=")
        if not equals or not name:
            self.fail(f"{value!r} is not FIELD=COLUMN", param, ctx)
        return name, column


class _Commands(click.Group):
    """A group whose errors are one line, without a traceback for a user's mistake."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WarraqError as error:
            click.echo(f"warraq: {error}", err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)


def _archive_option(command: F) -> F:
    return click.option(
        "--archive",
        type=click.Path(path_type=Path),
        expose_value=False,
        callback=_keep_archive,
        help="The archive's folder (or WARRAQ_ARCHIVE; default: ./archive).",
    )(command)


def _keep_archive(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(dict)["archive"] = value


def _json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(command)


_as_of_option = click.option(
    "--as-of", type=_Moment(), help="Answer from what had been seen by then: 2025-02-16 or 2025-02-16T15:46:39Z."
)


@contextmanager
def _open(*, create: bool = False, **settings: object) -> Iterator[Archive]:
    """The archive of this command; one that is only read says so when its index is behind."""
    path = (click.get_current_context().obj or {}).get("archive")
    with open_archive(path, create=create, **settings) as archive:
        if not create and (behind := archive.behind()):
            click.echo(f"warraq: the index is {behind} changes behind; run `warraq index`", err=True)
        yield archive


def _say(values: Iterable[Mapping[str, Any]]) -> None:
    for value in values:
        click.echo(dumps(value))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="warraq")
@_archive_option
@click.pass_context
def main(ctx: click.Context) -> None:
    """Warraq (ورّاق): read many Arabic news outlets, keep a durable archive, print the page a good librarian would."""
    ctx.ensure_object(dict)


# --- ways in ----------------------------------------------------------------------------------------------


@main.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--map", "mapping", type=_Pair(), multiple=True, help="Where a field is: --map text=story. Repeatable.")
@click.option(
    "--seen", default="now", show_default=True, help="What counts as first seen: now, published, fetched or a COLUMN."
)
@click.option("--zone", help="IANA zone of dates that come without one, for outlets that are not known.")
@click.option("--url", default="", help="Address of the page, when one HTML file is imported.")
@click.option("--workers", type=click.IntRange(min=0), help="Processes that parse; 0: one for each core.")
@_json_option
@_archive_option
def import_(
    paths: tuple[Path, ...],
    mapping: tuple[tuple[str, str], ...],
    seen: str,
    zone: str | None,
    url: str,
    workers: int | None,
    as_json: bool,
) -> None:
    """Read files and folders: JSON Lines, CSV, HTML pages, WARC, saved feeds (.gz too). Safe to run again."""
    with _open(create=True, workers=workers) as archive, _progress("inputs") as progress:
        tally = archive.import_paths(
            paths,
            mapping=dict(mapping),
            seen=seen,
            zone=zone,
            url=url,
            workers=archive.config.workers or os.cpu_count(),
            progress=progress,
            refused=_refused,
        )
    _say_tally(tally, as_json)


@main.command()
@click.argument("urls", nargs=-1, required=True)
@_json_option
@_archive_option
def fetch(urls: tuple[str, ...], as_json: bool) -> None:
    """Fetch feeds or pages over HTTP, politely, and everything the feeds name."""
    with _open(create=True) as archive, _progress("documents") as progress:
        tally = archive.fetch(urls, progress=progress, refused=_refused)
    _say_tally(tally, as_json)


@main.command()
@click.argument("place")
@click.option("--url", default="", help="The page's address, when PLACE is a file that does not say it.")
@_json_option
def extract(place: str, url: str, as_json: bool) -> None:
    """The article read from one page (a FILE or a URL), or the reason why there is none. Needs no archive."""
    found = extract_page(place, url=url)
    article, reason = found.article, found.reason
    if as_json:
        _say(
            [
                {
                    "article": article_dict(article) if article else None,
                    "reason": reason,
                    "detail": found.detail,
                    "why": dict(found.why),
                }
            ]
        )
    elif article:
        click.echo(article_text(article, Outlet(article.outlet, article.outlet)))
        click.echo("\n".join(f"# {part}: {rule}" for part, rule in found.why.items()), err=True)
    else:
        click.echo(
            f"warraq: {place}: no article: {reason}{f' ({line(found.detail)})' if found.detail else ''}", err=True
        )
    if article is None:
        click.get_current_context().exit(1)


@main.command()
@click.option("--rebuild", is_flag=True, help="Throw the index away first.")
@_archive_option
def index(rebuild: bool) -> None:
    """Bring the search index and the word statistics up to date with the store."""
    with _open(create=True) as archive:
        click.echo(f"{archive.refresh(rebuild=rebuild)} articles indexed")


# --- ways out ---------------------------------------------------------------------------------------------


@main.command()
@click.argument("article")
@_as_of_option
@click.option("--format", "form", type=click.Choice(["text", "html", "json"]), default="text", show_default=True)
@_archive_option
def page(article: str, as_of: datetime | None, form: str) -> None:
    """The page of an ARTICLE (an id or a URL) as of a moment."""
    with _open() as archive:
        value = archive.page(article, as_of)
    if form == "html":
        click.echo(page_html(value))
    else:
        click.echo(page_text(value) if form == "text" else dumps(page_dict(value)))


@main.command()
@click.argument("article")
@_as_of_option
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@_json_option
@_archive_option
def similar(article: str, as_of: datetime | None, limit: int, as_json: bool) -> None:
    """Articles related to an ARTICLE (an id or a URL) by what they are about, and why."""
    with _open() as archive:
        found = archive.similar(article, as_of, limit=limit)
    if as_json:
        _say(map(similar_dict, found))
        return
    for item in found:
        click.echo(f"{_brief_line(item.brief, item.outlet)}  [{'، '.join(map(line, item.shared))}]")


@main.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--outlet", "outlets", multiple=True, help="Only this outlet (its id). Repeatable.")
@click.option("--from", "date_from", type=_Day(), help="Published on this day or later.")
@click.option("--to", "date_to", type=_Day(after=True), help="Published on this day or earlier.")
@_as_of_option
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(min=0), default=0)
@click.option("--newest", is_flag=True, help="Newest first instead of best first.")
@_json_option
@_archive_option
def search(
    query: tuple[str, ...],
    outlets: tuple[str, ...],
    date_from: datetime | None,
    date_to: datetime | None,
    as_of: datetime | None,
    limit: int,
    offset: int,
    newest: bool,
    as_json: bool,
) -> None:
    """Find articles: words in any spelling, "exact phrases", -excluded."""
    with _open() as archive:
        results = archive.search(
            " ".join(query),
            outlets=outlets,
            date_from=date_from,
            date_to=date_to,
            as_of=as_of,
            limit=limit,
            offset=offset,
            newest_first=newest,
        )
    if as_json:
        _say(map(hit_dict, results.hits))
        return
    for hit in results.hits:
        click.echo(_brief_line(hit.brief, hit.outlet))
        click.echo("    " + "".join(f"[{s.text}]" if s.hit else s.text for s in hit.snippet).replace("\n", " "))
    click.echo(f"{len(results.hits)} of {results.total}", err=True)


@main.command()
@click.argument("article")
@_as_of_option
@click.option("--revisions", is_flag=True, help="Every state seen by then, the first one first.")
@_json_option
@_archive_option
def article(article: str, as_of: datetime | None, revisions: bool, as_json: bool) -> None:
    """An ARTICLE (an id or a URL) as it stood at a moment, without what belongs beside it."""
    with _open() as archive:
        states = archive.revisions(article, as_of) if revisions else [archive.revision(article, as_of)]
        outlet = archive.outlet(states[0].article.outlet)
    if as_json:
        _say(map(revision_dict, states))
        return
    for state in states:
        if revisions:
            click.echo(f"# revision {state.number}, seen {stamp(state.seen_at)}")
        click.echo(article_text(state.article, outlet))


@main.command()
@_as_of_option
@_json_option
@_archive_option
def outlets(as_of: datetime | None, as_json: bool) -> None:
    """The outlets, with how many articles of each the archive holds."""
    with _open() as archive:
        counts = archive.outlets(as_of)
    if as_json:
        _say(map(outlet_count_dict, counts))
        return
    for count in counts:
        click.echo(f"{count.articles:>9,}  {count.outlet.id:<16} {line(count.outlet.name)}")


@main.command()
@_as_of_option
@_json_option
@_archive_option
def stats(as_of: datetime | None, as_json: bool) -> None:
    """What the archive holds, and what became of everything it was given."""
    with _open() as archive:
        value = archive.stats(as_of)
    if as_json:
        _say([stats_dict(value)])
        return
    click.echo(f"{value.articles:>9,}  articles\n{value.revisions:>9,}  revisions\n{value.outlets:>9,}  outlets")
    for name, number in sorted(value.outcomes.items()):
        click.echo(f"{number:>9,}  {name}")
    if value.first_seen_at and value.last_seen_at:
        click.echo(f"seen from {stamp(value.first_seen_at)} to {stamp(value.last_seen_at)}")


@main.command()
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@_json_option
@_archive_option
def failures(limit: int, as_json: bool) -> None:
    """The newest documents that were rejected or failed, and why."""
    with _open() as archive:
        found = archive.failures(limit)
    if as_json:
        _say(
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


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--base-url", help="Public address of the site, for canonical links.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the site's own words.")
@_archive_option
def serve(host: str | None, port: int | None, base_url: str | None, language: str | None) -> None:
    """Serve the site: home, articles, outlets, search; every page also as .json."""
    with _open(host=host, port=port, base_url=base_url, language=language) as archive:
        _serve(archive)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the site.")
@click.option("--stop", is_flag=True, help="Stop after the page is printed instead of serving on.")
@_archive_option
def demo(port: int | None, stop: bool) -> None:
    """The main job on the sample newswire: read it over HTTP, build an archive, print a page, serve the site."""
    from warraq import demo as newswire

    with _open(create=True, allow_private=True, delay=0, port=port) as archive:
        newswire.read_sample(archive, click.echo)
        newswire.show(archive, click.echo)
        if not stop:
            _serve(archive)


# --- pieces -----------------------------------------------------------------------------------------------


def _serve(archive: Archive) -> None:
    import uvicorn  # a server is slow to load, and no other command needs one

    from warraq.web import create_app

    config = archive.config
    click.echo(f"the site is on http://{config.host}:{config.port} (Ctrl-C stops it)", err=True)
    app = create_app(archive, base_url=config.base_url, language=config.language)
    uvicorn.run(app, host=config.host, port=config.port, log_level="warning")


def _brief_line(brief: Brief, outlet: Outlet) -> str:
    return f"{brief.id}  {line(brief.title)} — {line(outlet.name)} — {date_line(brief)}"


def _refused(change: Change) -> None:
    detail = f" ({line(change.detail)})" if change.detail else ""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)  # over the bar, which is drawn again below
    click.echo(f"warraq: {line(change.where)}: {change.outcome}: {change.reason}{detail}", err=True)


@contextmanager
def _progress(unit: str) -> Iterator[Callable[[Tally], None] | None]:
    """A bar (where the length is known) and counts on stderr, while that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    began = time.monotonic()

    def show(tally: Tally) -> None:
        rate = tally.inputs / max(time.monotonic() - began, 1e-9)
        done = round(BAR * tally.share)
        bar = f"[{'#' * done}{'-' * (BAR - done)}] {tally.share:4.0%}  " if tally.share else ""
        click.echo(f"\r\x1b[K{bar}{tally.inputs:,} {unit}, {rate:,.0f}/s  {_counts(tally)}", nl=False, err=True)

    try:
        yield show
    finally:
        click.echo(err=True)


def _counts(tally: Tally) -> str:
    return "  ".join(f"{o} {tally.outcomes[o]:,}" for o in Outcome if tally.outcomes.get(o))


def _say_tally(tally: Tally, as_json: bool) -> None:
    if as_json:
        _say(
            [
                {"inputs": tally.inputs, "outcomes": dict(tally.outcomes), "reasons": dict(tally.reasons)},
            ]
        )
        return
    click.echo(f"{tally.inputs:,} inputs  {_counts(tally)}")
    for reason, number in sorted(tally.reasons.items()):
        click.echo(f"{number:>9,}  {reason}")
