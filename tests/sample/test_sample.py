"""The sample newswire keeps its promises: counts, truth, pages, feeds, server."""

from __future__ import annotations

import html
import http.client
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import feedparser
import pytest

from warraq import sample
from warraq.errors import UsageError
from warraq.sample import dates
from warraq.sample.press import PRESSES
from warraq.sample.site import OPENED

ARTICLES = {a.id: a for a in sample.articles()}


@cache
def shingles(text: str, size: int = 4) -> frozenset[tuple[str, ...]]:
    words = text.split()
    return frozenset(tuple(words[i : i + size]) for i in range(len(words) - size + 1))


def encoding(id: str) -> str:
    return next(p.encoding for p in PRESSES if p.id == ARTICLES[id].outlet)


def containment(a: str, b: str) -> float:
    one, two = shingles(a), shingles(b)
    return len(one & two) / min(len(one), len(two))


class TestContent:
    def test_counts(self) -> None:
        truth = sample.truth()
        assert len(sample.outlets()) >= 8
        assert len(ARTICLES) >= 90
        assert len(truth.copies) >= 8
        assert len(truth.revisions) >= 5
        of_event: dict[str, set[str]] = {}
        for id, event in truth.events.items():
            of_event.setdefault(event, set()).add(ARTICLES[id].outlet)
        assert sum(len(found) >= 2 for found in of_event.values()) >= 12
        sagas = Counter(story for _, story in {(truth.events[id], story) for id, story in truth.stories.items()})
        assert sum(count >= 2 for count in sagas.values()) >= 4

    def test_every_outlet_writes(self) -> None:
        count = Counter(a.outlet for a in ARTICLES.values())
        assert set(count) == {press.id for press in PRESSES}
        assert min(count.values()) >= 5

    @pytest.mark.parametrize("article", ARTICLES.values(), ids=lambda a: a.id)
    def test_article_is_whole(self, article: sample.SampleArticle) -> None:
        for state in article.states:
            assert 90 <= len(state.text.split()) <= 350
            assert len(state.paragraphs) >= 3
            assert state.title
            assert state.title not in state.text
        first = article.states[0]
        assert 2 <= len(article.keywords) <= 6
        assert all(k in f"{first.title}\n{first.text}" for k in article.keywords)
        moments = [article.published, *(s.modified for s in article.states[1:])]
        assert all(a is not None and b is not None and a < b for a, b in pairwise(moments))
        local = article.published.astimezone(ZoneInfo(next(p.zone for p in PRESSES if p.id == article.outlet)))
        assert (local.year, local.month) == (2026, 2)
        assert 10 <= local.day <= 15

    def test_copies_are_near_but_not_identical(self) -> None:
        for copy, original in sample.truth().copies.items():
            a, b = ARTICLES[copy], ARTICLES[original]
            assert a.outlet != b.outlet
            assert a.published > b.published
            assert a.credit, copy
            assert a.states[0] != b.states[0]
            assert containment(a.states[0].text, b.states[0].text) > 0.75, copy

    def test_nothing_else_is_a_copy(self) -> None:
        group = {id: i for i, ids in enumerate(sample.truth().copy_groups) for id in ids}
        for a, b in combinations(ARTICLES.values(), 2):
            if a.id not in group or group[a.id] != group.get(b.id):
                assert containment(a.states[0].text, b.states[0].text) < 0.5, (a.id, b.id)

    def test_revisions_change_the_text(self) -> None:
        for id, count in sample.truth().revisions.items():
            assert len({s.text for s in ARTICLES[id].states}) == count

    def test_events_belong_to_one_story(self) -> None:
        truth = sample.truth()
        story_of: dict[str, str] = {}
        for id, event in truth.events.items():
            assert story_of.setdefault(event, truth.stories[id]) == truth.stories[id]

    def test_traps_share_words_but_no_event(self) -> None:
        truth = sample.truth()
        assert len(truth.traps) >= 3
        for mould, ids in truth.traps.items():
            assert len({truth.events[id] for id in ids}) == len(ids) >= 2
            for id in ids:
                assert all(word in ARTICLES[id].states[0].title for word in mould.split(" … "))

    def test_every_spelling_of_a_name_occurs(self) -> None:
        texts = [f"{s.title}\n{s.text}" for a in ARTICLES.values() for s in a.states]
        assert len(sample.truth().names) >= 10
        for spellings in sample.truth().names:
            assert len(spellings) >= 2
            for spelling in spellings:
                assert any(spelling in text for text in texts), spelling

    def test_records(self) -> None:
        rows = list(sample.records())
        assert len(rows) == len({r["url"] for r in rows}) == len(ARTICLES)
        assert set(rows[0]) == {"id", "outlet", "url", "title", "published", "author", "text", "seen"}
        every = list(sample.records(version=None))
        assert len(every) == sum(len(a.states) for a in ARTICLES.values())
        assert [r["seen"] for r in every] == sorted(r["seen"] for r in every)
        assert all(r["seen"] == r["published"] for r in rows)


class TestPages:
    @pytest.mark.parametrize("version", ["first", "later"])
    def test_pages_say_what_the_article_says(self, version: sample.Version) -> None:
        found = 0
        for resource in sample.site(version=version):
            if resource.kind != "article":
                continue
            found += 1
            text = html.unescape(resource.body.decode(resource.encoding))
            state = ARTICLES[resource.article].at(version)
            assert state.title in text
            assert all(p in text for p in state.paragraphs), resource.url
        assert found == len(ARTICLES)

    def test_encodings_are_what_they_claim_to_be(self) -> None:
        one, two = (p for p in PRESSES if p.encoding == "windows-1256")
        assert "charset" not in one.content_type
        assert "utf-8" in two.content_type
        for resource in sample.site():
            if resource.kind == "article" and resource.outlet in (one.id, two.id):
                assert b"charset=windows-1256" in resource.body or b'charset="windows-1256"' in resource.body
                with pytest.raises(UnicodeDecodeError):
                    resource.body.decode("utf-8")

    def test_every_outlet_has_every_kind_of_page(self) -> None:
        kinds = Counter((r.outlet, r.kind) for r in sample.site())
        for press in PRESSES:
            for kind in ("article", "home", "section", "about", "error", "feed", "robots"):
                assert kinds[press.id, kind], (press.id, kind)

    def test_addresses_are_distinct_and_keep_still(self) -> None:
        urls = {v: [r.url for r in sample.site(version=v)] for v in ("first", "later")}
        assert urls["first"] == urls["later"]
        assert len(set(urls["first"])) == len(urls["first"])

    def test_one_outlet_puts_a_second_article_under_the_first(self) -> None:
        for resource in sample.site():
            if resource.outlet == "waha" and resource.kind == "article":
                text = html.unescape(resource.body.decode())
                after = text.split("إقرأ أيضاً:", 1)[1]
                others = [a for a in ARTICLES.values() if a.outlet == "waha" and a.id != resource.article]
                assert any(all(p in after for p in a.states[0].paragraphs) for a in others)

    def test_dates_in_all_habits(self) -> None:
        when = OPENED.replace(day=10, hour=14, minute=5)
        assert dates.gulf(when) == "الثلاثاء 10 فبراير 2026"
        assert dates.mashriqi_double(when) == "الثلاثاء 10 شباط/فبراير 2026"
        assert dates.maghrebi(when) == "الثلاثاء 10 فيفري 2026"
        assert dates.indic(dates.mashriqi(when)) == "الثلاثاء ١٠ شباط ٢٠٢٦"
        assert dates.half_day(when) == "02:05 م"
        assert dates.half_day(when.replace(hour=0)) == "12:05 ص"


class TestFeeds:
    def test_feeds_parse_and_point_at_articles(self) -> None:
        pages = {r.url: r for r in sample.site() if r.kind == "article"}
        versions = set()
        for feed in (r for r in sample.site() if r.kind == "feed"):
            parsed = feedparser.parse(feed.body)
            versions.add(parsed.version)
            assert not parsed.bozo, feed.url
            assert parsed.entries
            for entry in parsed.entries:
                page = pages[entry.link]
                article = ARTICLES[page.article]
                assert entry.title == article.states[0].title
                if feed.outlet == "marfa":
                    assert "published" not in entry
                else:
                    assert tuple(entry.published_parsed)[:5] == article.published.timetuple()[:5]
                if feed.outlet == "sidra":
                    assert all(p in html.unescape(entry.content[0].value) for p in article.states[0].paragraphs)
        assert versions == {"rss20", "atom10"}

    def test_sitemap_lists_all(self) -> None:
        (sitemap,) = (r for r in sample.site() if r.kind == "sitemap")
        for resource in sample.site():
            if resource.outlet == sitemap.outlet and resource.kind == "article":
                assert f"<loc>{resource.url}</loc>".encode() in sitemap.body


class TestFiles:
    def test_write(self, tmp_path: Path) -> None:
        sample.write(tmp_path)
        rows = dict(line.split("\t") for line in (tmp_path / "urls.txt").read_text("utf-8").splitlines())
        written = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*") if p.name != "urls.txt"}
        assert written == set(rows)
        for article in ARTICLES.values():
            assert rows[f"{article.outlet}/articles/{article.id}.html"] == sample.url(article)

    def test_content_is_small(self) -> None:
        folder = Path(sample.__file__).parent
        assert sum(p.stat().st_size for p in folder.rglob("*") if p.suffix in {".toml", ".html"}) < 1_000_000


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with sample.serve() as address:
        yield address


def get(url: str, method: str = "GET", **fields: str) -> tuple[http.client.HTTPResponse, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in fields.items()})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


class TestServer:
    def test_every_resource_is_served(self, base: str) -> None:
        for resource in sample.site(base):
            answer, body = get(resource.url)
            assert answer.status == 200, resource.url
            assert body == resource.body
            assert answer.headers["Content-Type"] == resource.content_type

    def test_validators_are_answered_by_304(self, base: str) -> None:
        for outlet in sample.outlets(base):
            answer, _ = get(outlet.feeds[0])
            tag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
            for fields in ({"If_None_Match": tag}, {"If_Modified_Since": date}, {"If_None_Match": f'"x", W/{tag}'}):
                answer, body = get(outlet.feeds[0], **fields)
                assert (answer.status, body) == (304, b"")
            assert get(outlet.feeds[0], If_None_Match='"x"', If_Modified_Since=date)[0].status == 200
            assert get(outlet.feeds[0], If_Modified_Since="Sun, 01 Feb 1970 00:00:00 GMT")[0].status == 200
            assert get(outlet.feeds[0], If_Modified_Since="yesterday")[0].status == 200

    def test_head_missing_and_robots(self, base: str) -> None:
        answer, body = get(f"{base}/sidra/", "HEAD")
        assert (answer.status, body) == (200, b"")
        assert get(f"{base}/sidra/nothing")[0].status == 404
        robots = get(f"{base}/robots.txt")[1].decode()
        assert f"Sitemap: {base}/qasabat/sitemap.xml" in robots

    def test_later_version_changes_the_revised_articles_only(self) -> None:
        revised = sample.truth().revisions
        with sample.serve() as first:
            port = urlsplit(first).port
            assert port is not None
            before = {a: get(sample.url(ARTICLES[a], first)) for a in (*revised, "strike-minbar")}
        with sample.serve(port, "later") as later:
            assert later == first
            for id, (answer, body) in before.items():
                again, now = get(sample.url(ARTICLES[id], later), If_None_Match=answer.headers["ETag"])
                assert again.status == (200 if id in revised else 304)
                assert now != body
                if id in revised:
                    assert all(
                        p in html.unescape(now.decode(encoding(id))) for p in ARTICLES[id].at("later").paragraphs
                    )

    def test_a_taken_port_is_said_plainly(self, base: str) -> None:
        port = urlsplit(base).port
        assert port is not None
        with pytest.raises(UsageError, match=str(port)), sample.serve(port):
            pass

    def test_outlets_under_one_address(self, base: str) -> None:
        for outlet in sample.outlets(base):
            assert outlet.home == f"{base}/{outlet.id}/"
            assert outlet.feeds[0].startswith(outlet.home)
            assert outlet.name
