"""mcp: the archive for assistants."""

from __future__ import annotations

import click

from warraq.cli.main import main
from warraq.cli.options import archive_option, opened


@main.command()
@click.option("--http", is_flag=True, help="Serve streamable HTTP at /mcp instead of standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on, with --http.")
@click.option("--port", type=click.IntRange(0, 65535), default=8002, show_default=True, help="Port, with --http.")
@archive_option
def mcp(http: bool, host: str, port: int) -> None:
    """Serve the archive to assistants by the Model Context Protocol: search, pages, similar articles."""
    from warraq.assistants import mcp_server  # the SDK is slow to load, and an extra

    with opened() as archive:
        server = mcp_server(archive)
        if http:
            click.echo(f"the server is on http://{host}:{port}/mcp (Ctrl-C stops it)", err=True)
            server.run("streamable-http", host=host, port=port)
        else:
            server.run("stdio")
