"""export: everything out again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from warraq.cli.main import main
from warraq.cli.options import archive_option, as_of_option, opened
from warraq.errors import UsageError
from warraq.render.tables import csv_lines, json_lines, write_parquet


@main.command()
@click.option("--query", default="", help="Only articles that match, in the language of `search`.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv", "parquet"]), default="jsonl", show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="File to write; default: standard output.")
@click.option("--revisions", is_flag=True, help="Every state of each article, not only the one in force.")
@as_of_option
@archive_option
def export(query: str, form: str, output: Path | None, revisions: bool, as_of: datetime | None) -> None:
    """Write articles as JSON Lines, CSV or Parquet: complete, streamed, as of a moment.

    JSON Lines can be imported again: with --revisions into an archive that answers the same.
    """
    if form == "parquet" and output is None:
        raise UsageError("--format parquet needs --output FILE")
    with opened() as archive:
        states = archive.export(query, as_of=as_of, revisions=revisions)
        outlets = {count.outlet.id: count.outlet for count in archive.outlets()}
        if form == "parquet" and output is not None:
            with output.open("wb") as file:
                write_parquet(states, outlets, file)
            return
        lines = json_lines(states) if form == "jsonl" else csv_lines(states, outlets)
        end = "\n" if form == "jsonl" else ""
        if output is None:
            for line in lines:
                click.echo(line + end, nl=False)
        else:
            with output.open("w", encoding="utf-8", newline="") as text:
                text.writelines(line + end for line in lines)
