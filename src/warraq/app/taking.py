"""What comes in: imports and outlets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from warraq import outlets as registry
from warraq import pipeline
from warraq.app.indexing import Indexing
from warraq.config import Config
from warraq.errors import UsageError
from warraq.fetchers.decode import Meter
from warraq.fetchers.files import read_documents, read_pages, size_of
from warraq.fetchers.http import HttpFetcher
from warraq.parse import SEEN_NOW
from warraq.ports import Clock
from warraq.records import NAMES
from warraq.types import (
    Outlet,
    Tally,
)


class Taking(Indexing):
    """Take documents into the archive."""

    def import_paths(
        self,
        paths: Iterable[Path | str],
        *,
        mapping: Mapping[str, str] | None = None,
        seen: str = SEEN_NOW,
        url: str = "",
        zone: str | None = None,
        encoding: str = "utf-8",
        workers: int | None = None,
        progress: pipeline.Progress | None = None,
        refused: pipeline.Refused | None = None,
    ) -> Tally:
        """Read files and folders into the archive: JSON Lines, CSV, HTML pages, WARC, saved feeds.

        `mapping` gives a record's column for a field of ours (``{"text": "story"}``), `url` the address of a single
        page. `seen` says what counts as first seen: ``now``, ``published``, ``fetched`` (when a raw page was
        fetched) or a column. `encoding` is that of CSV files. Every input has an outcome; `refused` is called with
        each that was rejected or failed. Running it again on the same input changes nothing. With `workers` above 1
        as many processes parse; a script then needs the usual ``if __name__ == "__main__":``, because each of them
        imports it.
        Raises `UsageError` for a field, a zone or an encoding that there is not.
        """
        if unknown := sorted({*(mapping or {})} - {*NAMES}):
            raise UsageError(f"no field {unknown[0][:60]!r}; there are {', '.join(NAMES)}")
        config = replace(self.config, zone=zone or self.config.zone)  # refuses a zone that is none
        rules = replace(self._rules(), mapping=mapping or {}, seen=seen, zone=config.zone)
        places = [Path(p) for p in paths]
        meter = Meter(size_of(places) if progress else 0)
        tally = pipeline.ingest(
            read_documents(places, url=url, meter=meter, encoding=encoding),
            self._store,
            rules,
            self.clock,
            processes=workers or self.config.workers or 1,
            pages=read_pages(places, url=url),
            progress=progress and (lambda tally: progress(replace(tally, share=meter.share()))),
            refused=refused,
        )
        self.refresh()
        return tally

    def add_outlets(self, outlets: Iterable[Outlet]) -> None:
        """Make outlets known to this archive, over what the package knows of them.

        Raises `UsageError` for one with a rule that cannot be read.
        """
        try:
            found = [registry.checked(outlet) for outlet in outlets]
        except ValueError as error:
            raise UsageError(str(error)) from None
        self._store.save_outlets(found)


def http_fetcher(config: Config, clock: Clock, *, across: bool = True) -> HttpFetcher:
    """The fetcher that a configuration asks for."""
    return HttpFetcher(
        user_agent=config.user_agent,
        timeout=config.timeout,
        max_bytes=config.max_bytes,
        delay=config.delay,
        allow_private=config.allow_private,
        clock=clock,
        across=across,
    )
