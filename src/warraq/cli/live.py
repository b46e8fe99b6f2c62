"""The live web: run, backfill, replay."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from warraq.app import Archive
from warraq.cli.main import main
from warraq.cli.options import (
    Day,
    archive_option,
    background_option,
    json_option,
    opened,
    progress_bar,
    refusals,
    say,
    say_tally,
)
from warraq.cli.serving import site
from warraq.render.json import dumps
from warraq.render.plain import line
from warraq.types import Change


@main.command()
@click.option("--outlet", "outlets", multiple=True, help="Begin to watch only this outlet (its id). Repeatable.")
@click.option("--fetch/--no-fetch", default=True, help="Whether outlets are read; otherwise only what others read is.")
@click.option("--serve/--no-serve", default=True, help="Whether the site is served, too.")
@click.option("--threads", type=click.IntRange(1, 512), help="Hosts that are asked at the same time.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that work. Default: one for each core.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--base-url", help="Public address of the site, for canonical links.")
@click.option("--processes", type=click.IntRange(min=1), default=1, help="That make pages, beside this one if several.")
@json_option
@archive_option
def run(
    outlets: tuple[str, ...],
    fetch: bool,
    serve: bool,
    threads: int | None,
    workers: int | None,
    host: str | None,
    port: int | None,
    base_url: str | None,
    processes: int,
    as_json: bool,
) -> None:
    """Read all outlets, index, place and serve, until SIGTERM or Ctrl-C. One line on stdout for each document."""
    with (
        opened(create=True, threads=threads, workers=workers, host=host, port=port, base_url=base_url) as archive,
        stopping() as stop,
        site(archive, serve, processes),
    ):
        if fetch:
            say_disabled(archive, outlets)
        workers = archive.config.workers or os.cpu_count()
        tally = archive.run(outlets or None, fetch=fetch, workers=workers, stop=stop, told=teller(as_json))
    if fetch:
        say_tally(tally, as_json)


@main.command()
@click.argument("outlet")
@click.option("--from", "since", type=Day(), required=True, help="Published on this day or later.")
@click.option("--to", "before", type=Day(after=True), help="Published on this day or earlier; default: until now.")
@background_option
@json_option
@archive_option
def backfill(outlet: str, since: datetime, before: datetime | None, as_json: bool) -> None:
    """Read what an OUTLET published in the past, as its sitemaps say. Interrupted, it goes on when called again."""
    with (
        opened(create=True) as archive,
        stopping() as stop,
        refusals() as refused,
        progress_bar("documents") as progress,
    ):
        say_disabled(archive, [outlet])
        tally = archive.backfill(outlet, since, before or archive.now(), progress=progress, refused=refused, stop=stop)
    say_tally(tally, as_json)


@main.command()
@click.option("--outlet", help="Only raw documents of this outlet (its id).")
@click.option("--from", "since", type=Day(), help="Fetched on this day or later.")
@click.option("--to", "before", type=Day(after=True), help="Fetched on this day or earlier.")
@background_option
@json_option
@archive_option
def replay(outlet: str | None, since: datetime | None, before: datetime | None, as_json: bool) -> None:
    """Derive articles anew from the raw documents that are kept, by the code as it is now."""
    with opened() as archive, stopping() as stop, refusals() as refused, progress_bar("documents") as progress:
        if outlet:
            archive.require_outlet(outlet)
        tally, renewed = archive.replay(
            outlet=outlet, since=since, before=before, progress=progress, refused=refused, stop=stop
        )
    say_tally(tally, as_json)
    if as_json:
        say([{"renewed_analyses": renewed}])
    else:
        click.echo(f"{renewed:,} analyses renewed")


def say_disabled(archive: Archive, outlets: Iterable[str]) -> None:
    """One line on stderr for each of these outlets that is not read."""
    states = archive.outlet_states()
    for id in outlets:
        if id in states and states[id].disabled:
            click.echo(f"warraq: {id}: disabled, so it is not read (`warraq outlet enable {id}`)", err=True)


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; a second signal ends the process as usual."""
    stop = threading.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    before = [(number, signal.getsignal(number)) for number in signals]

    def restore() -> None:
        for number, handler in before:
            signal.signal(number, handler)

    def end(number: int, frame: object) -> None:
        stop.set()
        restore()

    for number in signals:
        signal.signal(number, end)
    try:
        yield stop
    finally:
        restore()


def teller(as_json: bool) -> Callable[[Change], None]:
    """Prints a decision as one line: key=value, or JSON."""

    def tell(change: Change) -> None:
        said = {
            "at": f"{change.seen_at:%Y-%m-%dT%H:%M:%S.%f}Z" if change.seen_at else "",
            "outcome": str(change.outcome),
            "reason": str(change.reason or ""),
            "outlet": line(change.outlet),
            "status": str(change.status or ""),
            "where": line(change.where),
            "article": change.article.id if change.article else "",
            "detail": line(change.detail),
        }
        said = {key: value for key, value in said.items() if value}
        click.echo(dumps(said) if as_json else " ".join(f"{key}={_quoted(value)}" for key, value in said.items()))

    return tell


def _quoted(value: str) -> str:
    return dumps({"": value})[4:-1] if " " in value or '"' in value else value
