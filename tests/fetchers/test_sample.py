"""The sample newswire over HTTP: every outlet's feed and sitemap is read, and the pages they name are there."""

from __future__ import annotations

from tests.fetchers.web import Variable, fetcher

from warraq.feeds import parse_feed
from warraq.sample import outlets, serve
from warraq.types import Feed, NotModified, RawDocument, Task, TaskKind, Visit


def test_feeds_lead_to_pages() -> None:
    clock = Variable()
    with serve() as base:
        reader = fetcher(clock, delay=0.5)
        pages = 0
        for outlet in outlets(base):
            for address in (*outlet.feeds, *outlet.sitemaps):
                document = reader.get(Task(address, TaskKind.FEED))
                assert isinstance(document, RawDocument), document
                found = parse_feed(document.body, document.url, document.content_type, zone=outlet.zone)
                assert isinstance(found, Feed), found
                assert found.entries
                for entry in found.entries[:2]:
                    page = reader.get(Task(entry.url))
                    assert isinstance(page, RawDocument)
                    assert "html" in page.content_type
                    pages += 1
                headers = document.headers
                seen = Visit(etag=headers.get("etag", ""), last_modified=headers.get("last-modified", ""))
                again = reader.get(Task(address, TaskKind.FEED, visit=seen))
                assert isinstance(again, NotModified), again
        assert pages > 15
        assert set(clock.slept) == {0.5}
