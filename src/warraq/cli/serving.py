"""serve and demo."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from warraq.app import Archive
from warraq.cli.main import main
from warraq.cli.options import (
    archive_option,
    opened,
)
from warraq.config import LANGUAGES


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--base-url", help="Public address of the site, for canonical links.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the site's own words.")
@click.option("--processes", type=click.IntRange(min=0), default=0, help="That make pages; 0: one a core, up to 4.")
@archive_option
def serve(host: str | None, port: int | None, base_url: str | None, language: str | None, processes: int) -> None:
    """Serve the site: home, articles, outlets, search; every page also as .json."""
    with opened(host=host, port=port, base_url=base_url, language=language) as archive:
        _serve(archive, processes)


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the site.")
@click.option("--stop", is_flag=True, help="Stop after the page is printed instead of serving on.")
@archive_option
def demo(port: int | None, stop: bool) -> None:
    """The main job on the sample newswire: read it over HTTP, build an archive, print a page, serve the site."""
    from warraq import demo as newswire

    with opened(create=True, allow_private=True, delay=0, port=port) as archive:
        newswire.read_sample(archive, click.echo)
        newswire.show(archive, click.echo)
        if not stop:
            _serve(archive)


@contextmanager
def site(archive: Archive, wanted: bool = True, processes: int = 1) -> Iterator[None]:
    """The site, served beside what goes on; nothing if it is not `wanted`. Raises `UsageError` if the port is taken."""
    if not wanted:
        yield
        return
    from warraq.web import serving  # a server is slow to load, and few commands need one

    config = archive.config
    listening = serving.listen(config.host, config.port)
    with listening, serving.site(archive, processes) as app:
        server = serving.server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        click.echo(f"the site is on http://{config.host}:{listening.getsockname()[1]}", err=True)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(3)


def _serve(archive: Archive, processes: int = 1) -> None:
    from warraq.web import serving  # a server is slow to load, and no other command needs one

    config = archive.config
    listening = serving.listen(config.host, config.port)
    click.echo(f"the site is on http://{config.host}:{listening.getsockname()[1]} (Ctrl-C stops it)", err=True)
    with suppress(KeyboardInterrupt):  # as said: nothing was broken off
        serving.serve(archive, listening, serving.chosen(processes))
