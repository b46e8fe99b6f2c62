"""export: everything out again."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

import click

from warraq.app import Archive
from warraq.cli.main import main
from warraq.cli.options import archive_option, as_of_option, background_option, opened
from warraq.errors import ArchiveError, UsageError
from warraq.render.tables import csv_lines, json_lines, write_parquet

FORMATS = ("jsonl", "csv", "parquet", "warc")
_WRONG_PLACE = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


@main.command()
@click.option("--query", default="", help="Only articles that match, in the language of `search`.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="File to write; default: standard output.")
@click.option("--revisions", is_flag=True, help="Every state of each article, not only the one in force.")
@as_of_option
@background_option
@archive_option
def export(query: str, form: str, output: Path | None, revisions: bool, as_of: datetime | None) -> None:
    """Write articles as JSON Lines, CSV, Parquet or WARC: complete, streamed, as of a moment.

    JSON Lines and WARC can be imported again: with --revisions into an archive that answers the same. WARC (gzipped)
    holds also the pages as they came, as far as they are kept.
    """
    if form == "parquet" and output is None:
        raise UsageError("--format parquet needs --output FILE")
    with opened() as archive:
        if form == "warc":
            _write_warc(archive, query, as_of, revisions, output)
            return
        states = archive.export(query, as_of=as_of, revisions=revisions)
        outlets = {count.outlet.id: count.outlet for count in archive.outlets()}
        if form == "parquet" and output is not None:
            with _whole(output) as file:
                write_parquet(states, outlets, file)
            return
        lines = json_lines(states) if form == "jsonl" else csv_lines(states, outlets)
        end = "\n" if form == "jsonl" else ""
        if output is None:
            for line in lines:
                click.echo(line + end, nl=False)
        else:
            with _whole(output) as file:
                file.writelines((line + end).encode() for line in lines)


@contextmanager
def _whole(output: Path) -> Iterator[IO[bytes]]:
    """A file to write that gets its name when it is whole; until then what had the name keeps it."""
    is_file = output.is_file() or not output.exists()
    written = output.with_name(output.name + ".partial") if is_file else output  # not beside a device or a pipe
    try:
        with written.open("wb") as file:
            yield file
        if is_file:
            written.replace(output)
    except OSError as error:
        kind = UsageError if isinstance(error, _WRONG_PLACE) else ArchiveError
        raise kind(f"{output}: cannot be written: {error.strerror}") from error
    finally:
        if is_file:
            with suppress(OSError):
                written.unlink(missing_ok=True)


def _write_warc(archive: Archive, query: str, as_of: datetime | None, revisions: bool, output: Path | None) -> None:
    """Every record packed for itself, as readers of such files expect."""
    records = archive.export_warc(
        lambda state: next(json_lines([state])).encode(),
        query,
        as_of=as_of,
        revisions=revisions,
        name=output.name if output else "export.warc.gz",
    )
    with nullcontext(sys.stdout.buffer) if output is None else _whole(output) as file:
        for record in records:
            file.write(gzip.compress(record, mtime=0))
