"""The group of all commands."""

from __future__ import annotations

import click

from warraq.cli.options import (
    Commands,
    archive_option,
)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="warraq")
@archive_option
@click.pass_context
def main(ctx: click.Context) -> None:
    """Warraq (ورّاق): read many Arabic news outlets, keep a durable archive, print the page a good librarian would."""
    ctx.ensure_object(dict)
