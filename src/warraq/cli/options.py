"""What commands share: options, the archive they open, how results are said."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from warraq.app import Archive, open_archive
from warraq.errors import UsageError, WarraqError
from warraq.render.json import (
    dumps,
)
from warraq.render.moments import read_day, read_moment
from warraq.render.plain import line
from warraq.render.text import date_line
from warraq.types import Brief, Change, Outcome, Outlet, Tally

F = TypeVar("F", bound=Callable[..., Any])
NAMED = 20
"""Documents named on a terminal that were refused for one reason."""
BAR = 24
"""Characters of the progress bar."""
GIVES_WAY = 10
"""Niceness (nice(2)) of work in the background. Its threads and processes inherit it."""


class Moment(click.ParamType[datetime]):
    """A moment, as `read_moment` reads it; one to come is now, as on the site: what will be known is not known."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            return min(read_moment(value), datetime.now(UTC))
        except UsageError as error:
            self.fail(str(error), param, ctx)


class Day(click.ParamType[datetime]):
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


class Pair(click.ParamType[tuple[str, str]]):
    """``FIELD=COLUMN``."""

    name = "field=column"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value[0], value[1]
        name, equals, column = str(value).partition("=")
        if not equals or not name:
            self.fail(f"{value!r} is not FIELD=COLUMN", param, ctx)
        return name, column


class Commands(click.Group):
    """A group whose errors are one line, without a traceback for a user's mistake."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WarraqError as error:
            click.echo(f"warraq: {error}", err=True)
            ctx.exit(2 if isinstance(error, UsageError) else 1)


def archive_option(command: F) -> F:
    """``--archive``, on every command that needs one."""
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


def background_option(command: F) -> F:
    """``--nice``, on commands that work through much: they give way to whoever reads the site on the same machine."""
    return click.option(
        "--nice",
        type=click.IntRange(0, 19),
        default=GIVES_WAY,
        show_default=True,
        envvar="WARRAQ_NICE",
        expose_value=False,
        callback=_give_way,
        help="How far this gives way to other programs: 0 not at all, 19 as far as it can.",
    )(command)


def _give_way(ctx: click.Context, param: click.Parameter, value: int) -> None:
    with suppress(OSError, AttributeError):  # not POSIX, or not allowed
        os.nice(max(value - os.nice(0), 0))


def json_option(command: F) -> F:
    """``--json``: JSON lines instead of text."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")(command)


as_of_option = click.option(
    "--as-of", type=Moment(), help="Answer from what had been seen by then: 2025-02-16 or 2025-02-16T15:46:39Z."
)


@contextmanager
def opened(*, create: bool = False, **settings: object) -> Iterator[Archive]:
    """The archive of this command; one that is only read says so when its index is behind."""
    path = (click.get_current_context().obj or {}).get("archive")
    with open_archive(path, create=create, **settings) as archive:
        if not create and (behind := archive.behind()):
            click.echo(f"warraq: the index is {behind} changes behind; run `warraq index`", err=True)
        yield archive
        if archive.elsewhere:
            left = f"{archive.behind()} changes are still to come" if archive.behind() else "all is in it"
            click.echo(f"warraq: another process writes the index: {left}", err=True)


def say(values: Iterable[Mapping[str, Any]]) -> None:
    """Print values as JSON lines."""
    for value in values:
        click.echo(dumps(value))


def brief_line(brief: Brief, outlet: Outlet) -> str:
    """An article as one line of a list."""
    return f"{brief.id}  {line(brief.title)} — {line(outlet.name)} — {date_line(brief)}"


def say_refused(change: Change) -> None:
    """One line on stderr for a document that was rejected or failed."""
    detail = f" ({line(change.detail)})" if change.detail else ""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)  # over the bar, which is drawn again below
    click.echo(f"warraq: {line(change.where)}: {change.outcome}: {change.reason}{detail}", err=True)


@contextmanager
def refusals(few: bool | None = None) -> Iterator[Callable[[Change], None]]:
    """Says what is refused, one by one; on a terminal only a `few` of each reason, and at the end how many more."""
    most = NAMED if (sys.stderr.isatty() if few is None else few) else sys.maxsize
    told = Counter[str]()

    def tell(change: Change) -> None:
        told[change.reason or ""] += 1
        if told[change.reason or ""] <= most:
            say_refused(change)

    try:
        yield tell
    finally:
        for reason, number in told.items():
            if number > most:
                also = f"{number - most:,} more: {reason} (`warraq failures --reason {reason}`)"
                click.echo(f"warraq: {also}", err=True)


@contextmanager
def progress_bar(unit: str) -> Iterator[Callable[[Tally], None] | None]:
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


def say_tally(tally: Tally, as_json: bool) -> None:
    """What a run did, at its end."""
    if as_json:
        say(
            [
                {"inputs": tally.inputs, "outcomes": dict(tally.outcomes), "reasons": dict(tally.reasons)},
            ]
        )
        return
    click.echo(f"{tally.inputs:,} inputs  {_counts(tally)}")
    for reason, number in sorted(tally.reasons.items()):
        click.echo(f"{number:>9,}  {reason}")
