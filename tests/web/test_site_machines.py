"""What machines read of the site: feeds, sitemaps, the description of the search; over a real archive and real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from xml.etree import ElementTree

import feedparser
import pytest
from served import Client, serving

from warraq import open_archive, sample
from warraq.app import Access
from warraq.feeds import parse_feed
from warraq.types import Feed

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "n": "http://www.google.com/schemas/sitemap-news/0.9"}
HOSTILE = {
    "url": 'https://sada.example/"><x>',
    "outlet": "sada",
    "title": "]]> <script>alert(1)</script> & \x0b\ud800 \u202e",
    "text": "</content></entry><entry> سطر & <b>آخر</b>",
    "published": "2026-02-14T10:00:00Z",
    "seen": "2026-02-14T10:00:00Z",
    "keywords": ['"<i>', "ميناء"],
    "authors": ["سارة <علي>"],
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("machines")
    rows = [*sample.records(), HOSTILE]
    lines = folder / "rows.jsonl"
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.add_outlets(sample.outlets())
        archive.import_paths([lines], seen="seen")
        with serving(archive) as client:
            yield client


@pytest.mark.parametrize("path", ["/feed.xml", "/rss.xml", "/feed.json"])
def test_our_own_reader_reads_every_form_of_a_feed_whole(client: Client, path: str) -> None:
    answer = client.get(f"{path}?n=200")
    feed = parse_feed(answer.data, client.base + path, answer.headers["content-type"])
    assert isinstance(feed, Feed)
    briefs = client.archive.latest(limit=200)
    assert [entry.url for entry in feed.entries] == [f"{client.base}/a/{brief.id}" for brief in briefs]
    for entry, revision in zip(feed.entries, client.archive.whole([b.id for b in briefs]), strict=True):
        article = revision.article
        if "script" not in article.title:
            assert entry.title == article.title
            assert entry.published == article.published.at
            assert all(paragraph.text[:20].split()[0] in entry.body for paragraph in article.body)


def test_another_reader_finds_every_field(client: Client) -> None:
    for path in ("/feed.xml?n=200", "/rss.xml?n=200"):
        read = feedparser.parse(client.get(path).data, sanitize_html=False)
        assert not read.bozo, read.get("bozo_exception")
        briefs = client.archive.latest(limit=200)
        assert len(read.entries) == len(briefs)
        for entry, revision in zip(read.entries, client.archive.whole([b.id for b in briefs]), strict=True):
            article = revision.article
            assert [tag.term for tag in entry.get("tags", [])] == [" ".join(k.split()) for k in article.keywords]
            assert entry.published_parsed[:5] == article.published.at.timetuple()[:5]
            names = " ".join(a.get("name", "") for a in entry.authors)
            assert all(name in names for name in article.authors)
            assert "<p>" in entry.content[0].value
            assert "<script" not in entry.content[0].value


def test_feeds_of_one_outlet_keyword_and_search(client: Client) -> None:
    outlet = client.archive.outlets()[0].outlet
    for query, total in (
        (f"outlet={outlet.id}", client.archive.outlets()[0].articles),
        ("keyword=دوقلان", client.archive.keyword("دوقلان").total),
        (f"q=دوقلان&outlet={outlet.id}", client.archive.search("دوقلان", outlets=(outlet.id,)).total),
    ):
        read = feedparser.parse(client.get(f"/feed.xml?n=200&{query}").data)
        assert len(read.entries) == total > 0
        assert read.feed.title
    assert client.get("/feed.xml?outlet=nobody").status == 404
    for wrong in ("?n=0", "?n=x", "?q=(", "?keyword=a&q=b"):
        assert client.get(f"/feed.xml{wrong}").status == 400


def test_a_feed_that_did_not_change_costs_nothing(client: Client) -> None:
    first = client.get("/feed.xml")
    again = client.get("/feed.xml", {"If-None-Match": first.headers["etag"]})
    assert again.status == 304
    assert again.data == b""


def test_pages_name_their_feed_and_the_search(client: Client) -> None:
    page = client.html("/")
    assert page.css_first('link[type="application/atom+xml"]').attributes["href"] == "/feed.xml"
    outlet = client.archive.outlets()[0].outlet
    found = client.html(f"/o/{outlet.id}").css_first('link[type="application/atom+xml"]').attributes["href"]
    assert client.get(found).status == 200
    assert outlet.id in found
    described = ElementTree.fromstring(client.get(page.css_first('link[rel="search"]').attributes["href"]).data)
    templates = [url.get("template") for url in described.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")]
    for template in templates:
        assert client.get(template.replace("{searchTerms}", "دوقلان").removeprefix(client.base)).status == 200


def test_the_sitemaps_name_every_article_once(client: Client) -> None:
    assert f"Sitemap: {client.base}/sitemap.xml" in client.get("/robots.txt").data.decode()
    index = ElementTree.fromstring(client.get("/sitemap.xml").data)
    places = [loc.text or "" for loc in index.iterfind("s:sitemap/s:loc", NS)]
    named: list[str] = []
    for place in places[1:]:
        tree = ElementTree.fromstring(client.get(place.removeprefix(client.base)).data)
        named += [loc.text or "" for loc in tree.iterfind("s:url/s:loc", NS)]
    assert len(named) == len(set(named)) == client.archive.stats().articles
    assert client.get(named[0].removeprefix(client.base)).status == 200
    assert client.get("/sitemap-9.xml").status == 404
    news = ElementTree.fromstring(client.get("/news-sitemap.xml").data)
    assert all(url.find("n:news/n:publication_date", NS) is not None for url in news.iterfind("s:url", NS))


def test_feeds_name_the_hub(client: Client) -> None:
    hub = "https://hub.example/"
    with serving(client.archive, access=Access(hub=hub)) as hubbed:
        for path in ("/feed.xml?keyword=دوقلان", "/rss.xml", "/feed.json"):
            answer = hubbed.get(path)
            links = dict(part.split("; ") for part in answer.headers["link"].split(", "))
            assert links[f"<{hub}>"] == 'rel="hub"'
            own = next(where for where, rel in links.items() if rel == 'rel="self"')[1:-1]
            if path.endswith("json"):
                assert answer.json()["hubs"] == [{"type": "WebSub", "url": hub}]
                assert answer.json()["feed_url"] == own
            else:
                read = {link.rel: link.href for link in feedparser.parse(answer.data).feed.links}
                assert (read["hub"], read["self"]) == (hub, own)
    assert "link" not in client.get("/feed.xml").headers


def test_a_list_of_subscriptions_leads_to_the_feed_of_every_outlet(client: Client) -> None:
    answer = client.get("/outlets.opml")
    read = parse_feed(answer.data, client.base, answer.headers["content-type"])
    assert isinstance(read, Feed)
    assert list(read.feeds) == [f"{client.base}/feed.xml?outlet={c.outlet.id}" for c in client.archive.outlets()]
    assert client.get(read.feeds[0].removeprefix(client.base)).status == 200
