"""Feeds of every format: what they say is read, whatever state they are in, and nothing else happens."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.feeds import Outline, parked, parse_feed, parse_list, parse_outlines, syndication, write_opml
from warraq.feeds.text import MAX_SUMMARY, MAX_TITLE, plain
from warraq.types import Entry, Failure, Feed, Reason

URL = "https://news.example/rss/all.xml"


def feed(text: str | bytes, url: str = URL, content_type: str = "", zone: str = "UTC") -> Feed:
    body = text.encode() if isinstance(text, str) else text
    found = parse_feed(body, url, content_type, zone=zone)
    assert isinstance(found, Feed), found
    return found


def only(text: str | bytes, **more: str) -> Entry:
    (entry,) = feed(text, **more).entries
    return entry


def reason(text: str | bytes) -> Reason:
    found = parse_feed(text.encode() if isinstance(text, str) else text, URL)
    assert isinstance(found, Failure), found
    return found.reason


def rss(item: str, head: str = "") -> str:
    names = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    media = 'xmlns:media="http://search.yahoo.com/mrss/"'
    return f"<rss version='2.0' {names} {media}><channel>{head}<item>{item}</item></channel></rss>"


def test_rss() -> None:
    found = feed(
        rss(
            """<title>خبر &amp;amp; &lt;b&gt;عاجل&lt;/b&gt;</title><link> /a/1?utm_source=rss </link>
            <description><![CDATA[<p>أول&nbsp;الخبر</p><script>x()</script>]]></description>
            <content:encoded><![CDATA[<p>أول الخبر</p><p>وآخره</p>]]></content:encoded>
            <pubDate>Sun, 16 Feb 2025 18:46:39 +0300</pubDate><dc:creator>سعاد</dc:creator>
            <category>نفط</category><category>غاز</category>
            <media:content url="/i.jpg" medium="image"/>""",
            "<title>الواحة</title><link>https://news.example/</link><language>ar</language>",
        )
    )
    assert (found.title, found.home, found.language) == ("الواحة", "https://news.example/", "ar")
    (entry,) = found.entries
    assert entry.url == "https://news.example/a/1"
    assert entry.title == "خبر & عاجل"
    assert entry.summary == "أول الخبر"
    assert entry.body == "<p>أول الخبر</p><p>وآخره</p>"
    assert entry.published == datetime(2025, 2, 16, 15, 46, 39, tzinfo=UTC)
    assert entry.authors == ("سعاد",)
    assert entry.keywords == ("نفط", "غاز")
    assert entry.image == "https://news.example/i.jpg"


def test_atom() -> None:
    entry = only(
        """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://other.example/x/">
        <title>ت</title><entry xml:base="y/"><title type="html">&lt;i&gt;عنوان&lt;/i&gt; 1 &amp;lt; 2</title>
        <link rel="enclosure" type="image/png" href="i.png"/><link href="1.html"/><author><name>هدى</name></author>
        <published>2025-02-16T15:00:00Z</published><updated>2025-02-16T16:00:00Z</updated>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>نص</p></div></content></entry></feed>"""
    )
    assert entry.url == "https://other.example/x/y/1.html"
    assert entry.title == "عنوان 1 < 2"
    assert entry.summary == "نص"
    assert "<p>نص</p>" in entry.body
    assert (entry.published, entry.modified) == (
        datetime(2025, 2, 16, 15, tzinfo=UTC),
        datetime(2025, 2, 16, 16, tzinfo=UTC),
    )
    assert entry.authors == ("هدى",)
    assert entry.image == "https://other.example/x/y/i.png"


def test_rdf() -> None:
    entry = only(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://news.example/"><title>ت</title></channel>
        <item rdf:about="https://news.example/1"><title>عنوان</title><link>https://news.example/1</link>
        <dc:date>2025-02-16T15:00:00Z</dc:date></item></rdf:RDF>"""
    )
    assert (entry.url, entry.title) == ("https://news.example/1", "عنوان")
    assert entry.published == datetime(2025, 2, 16, 15, tzinfo=UTC)


def test_json_feed() -> None:
    found = feed(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "الواحة",
                "home_page_url": "https://news.example/",
                "items": [
                    {
                        "id": 7,
                        "url": "/7",
                        "title": "خبر &amp; آخر",
                        "content_html": "<p>نص",
                        "date_published": "2025-02-16T15:00:00Z",
                        "authors": [{"name": "سعاد"}, {}, 5],
                        "tags": ["نفط", 3],
                        "image": "/i.jpg",
                    },
                    {"id": "https://news.example/8", "content_text": "x"},
                    {"id": "no address"},
                    "junk",
                ],
            }
        )
    )
    first, second = found.entries
    assert (first.url, first.title, first.summary) == ("https://news.example/7", "خبر & آخر", "نص")
    assert (first.authors, first.keywords, first.image) == (("سعاد",), ("نفط",), "https://news.example/i.jpg")
    assert first.published == datetime(2025, 2, 16, 15, tzinfo=UTC)
    assert second.url == "https://news.example/8"


def test_sitemaps() -> None:
    body = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <url><loc> https://news.example/1 </loc><lastmod>2025-02-17</lastmod>
        <n:news><n:publication_date>2025-02-16T15:00:00Z</n:publication_date><n:title>عنوان</n:title>
        <n:keywords>نفط، غاز,</n:keywords></n:news><image:image><image:loc>/i.jpg</image:loc></image:image></url>
      <url><loc>javascript:1</loc></url><url/></urlset>"""
    for packed in (body.encode(), gzip.compress(body.encode())):
        (entry,) = feed(packed).entries
        # "news" is found by its local name, whatever prefix stands for the namespace
        assert (entry.url, entry.title, entry.keywords) == ("https://news.example/1", "عنوان", ("نفط", "غاز"))
        assert entry.published == datetime(2025, 2, 16, 15, tzinfo=UTC)
        assert entry.modified == datetime(2025, 2, 17, tzinfo=UTC)
        assert entry.image == "https://news.example/i.jpg"
    index = feed(
        "<sitemapindex><sitemap><loc>/a.xml.gz</loc></sitemap><sitemap><loc>/a.xml.gz</loc></sitemap></sitemapindex>"
    )
    assert (index.entries, index.feeds) == ((), ("https://news.example/a.xml.gz",))


def test_opml() -> None:
    found = feed(
        """<opml version="2.0"><head><title>صحف</title></head><body><outline text="الخليج">
        <outline type="rss" xmlUrl="https://a.example/feed"/><outline xmlurl="/b"/></outline>
        <outline xmlUrl="https://a.example/feed"/></body></opml>"""
    )
    assert (found.title, found.entries) == ("صحف", ())
    assert found.feeds == ("https://a.example/feed", "https://news.example/b")


PAGE = """<!doctype html><html><head><title>الواحة</title><base href="/ar/">
<link rel="Alternate" type=application/rss+xml href="rss.xml"><link rel=alternate hreflang=en href=/en/>
</head><body><a href="section/1">سياسة</a><a href="n/1"><img src=x></a><a href="n/1">افتتاح ميناء الواحة أمام السفن</a>
<a href="https://other.example/x">خبر في موقع آخر تماما</a><a href="javascript:void(0)">خبر طويل في هذه الصفحة</a>
<a href="/">الواحة نيوز الصفحة الأولى كاملة</a></body></html>"""


def test_pages_lead_to_feeds() -> None:
    found = feed(PAGE, "https://news.example/")
    assert (found.entries, found.feeds) == ((), ("https://news.example/ar/rss.xml",))
    assert found.title == "الواحة"
    linked = feed('<html><body><a href="/rss.php">RSS</a><a href="/press-feedback">x</a>', "https://news.example/")
    assert linked.feeds == ("https://news.example/rss.php",)
    assert reason("<html><p>خبر</p></html>") is Reason.NOT_FEED


def test_pages_lead_to_articles() -> None:
    found = parse_list(PAGE.encode(), "https://news.example/")
    assert isinstance(found, Feed)
    assert [(e.url, e.title) for e in found.entries] == [
        ("https://news.example/ar/n/1", "افتتاح ميناء الواحة أمام السفن")
    ]
    assert isinstance(parse_list(b"<p>", "https://news.example/"), Failure)


# --- state ----------------------------------------------------------------------------------------------------

ITEM = "<title>افتتاح الميناء الجديد في المدينة القديمة</title><link>https://news.example/1</link>"


@pytest.mark.parametrize("declared", ["windows-1256", "utf-8", "", "iso-8859-1"])
@pytest.mark.parametrize("encoding", ["windows-1256", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings_are_told_by_the_bytes(encoding: str, declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = (head + rss(ITEM + "<description>" + "قال الوزير إن العمل في الميناء بدأ " * 5 + "</description>")).encode(
        encoding
    )
    assert only(body).title == "افتتاح الميناء الجديد في المدينة القديمة"


@pytest.mark.parametrize(
    "broken",
    [
        "  \n" + rss(ITEM),
        "<?xml version='1.0'?>\n\n<?xml-stylesheet href='x'?>" + rss(ITEM),
        "<!DOCTYPE rss PUBLIC '-//Netscape//DTD RSS 0.91//EN' 'http://my.netscape.com/rss-0.91.dtd'>" + rss(ITEM),
        rss(ITEM + "<description>a & b &nbsp; &unknown; \x0c</description>"),
        rss(ITEM + "<description>&#xD800; &#0; &#x1F;</description>"),
        rss(ITEM + "<x:y>unbound</x:y>"),
        rss(ITEM + "<description><br><p>open</description>"),
        rss(ITEM)[:-20],
        rss(ITEM) + "junk <after/> the end",
    ],
)
def test_broken_feeds_are_read_as_far_as_they_go(broken: str) -> None:
    entry = only(broken)
    assert entry.url == "https://news.example/1"
    assert entry.title == "افتتاح الميناء الجديد في المدينة القديمة"


def test_broken_lists_are_read_as_far_as_they_go() -> None:
    assert feed("<opml><body><outline xmlUrl='/a'/></bod>").feeds == ("https://news.example/a",)
    assert len(feed("<urlset><url><loc>/a</loc></url><url><loc>/b</loc>").entries) == 2


@pytest.mark.parametrize(
    ("said", "zone", "at"),
    [
        ("Sun, 16 Feb 2025 18:46:39 +0300", "UTC", "2025-02-16T15:46:39"),
        ("Sun, 16 Feb 2025 18:46:39", "Asia/Riyadh", "2025-02-16T15:46:39"),
        ("2025-02-16 18:46", "Asia/Riyadh", "2025-02-16T15:46:00"),
        ("16 فبراير 2025 18:46", "Asia/Riyadh", "2025-02-16T15:46:00"),
        ("Sunday, February 16, 2025 - 18:46 GMT", "UTC", "2025-02-16T18:46:00"),
    ],
)
def test_dates(said: str, zone: str, at: str) -> None:
    entry = only(rss(f"{ITEM}<pubDate>{said}</pubDate>"), zone=zone)
    assert entry.published == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "yesterday", "99 Foo 2025", "0", "&lt;b&gt;"])
def test_dates_that_are_none(said: str) -> None:
    assert only(rss(f"{ITEM}<pubDate>{said}</pubDate>")).published is None


def test_entries_without_address_are_left_out() -> None:
    assert feed(rss("<title>x</title>")).entries == ()
    assert feed(rss("<title>x</title><link>javascript:alert(1)</link>")).entries == ()
    assert only(rss("<title>x</title><guid>https://news.example/g</guid>")).url == "https://news.example/g"


def test_bounds() -> None:
    entry = only(rss(f"<title>{'ع' * 50_000}</title><link>/1</link><description>{'ع ' * 50_000}</description>"))
    assert len(entry.title) == MAX_TITLE
    assert MAX_SUMMARY - 1 <= len(entry.summary) <= MAX_SUMMARY
    many = "".join(f"<item><link>/{n}</link></item>" for n in range(syndication.MAX_ENTRIES + 10))
    assert len(feed(f"<rss version='2.0'><channel>{many}</channel></rss>").entries) == syndication.MAX_ENTRIES


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", Reason.EMPTY),
        (b" \n\xef\xbb\xbf", Reason.EMPTY),
        (b"hello", Reason.NOT_FEED),
        (b"{}", Reason.NOT_FEED),
        (b"[" * 100_000, Reason.NOT_FEED),
        (b"<svg/>", Reason.NOT_FEED),
        (b"<opml", Reason.NOT_FEED),
        (b"\x1f\x8b broken", Reason.UNREADABLE),
        (gzip.compress(bytes(51 << 20)), Reason.TOO_LARGE),
        (b"<rss>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</rss>", Reason.TOO_DEEP),
        (b"<rss>" + b"<a>" * 5000, Reason.TOO_DEEP),
        (b"<urlset>" + b"<a>" * 5000, Reason.TOO_DEEP),
        (b"<rss><!--" * 5000, Reason.NOT_FEED),
        (b"<rss " + b" ".join(b"a%d='1'" % n for n in range(5000)) + b"/>", Reason.NOT_FEED),
    ],
)
def test_what_is_no_feed(body: bytes, expected: Reason) -> None:
    assert reason(body) is expected


def test_a_name_of_a_file_is_not_opened(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("feeds") / "feed.xml"
    path.write_text(rss(ITEM))
    assert reason(str(path)) is Reason.NOT_FEED
    assert reason(path.as_uri()) is Reason.NOT_FEED


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["<b>", "</b>", "&amp;", "&lt;", "<", ">", "&", "ع", " "])).map("".join)
)
def test_plain_text_is_one_clean_line(text: str) -> None:
    line = plain(text, 50)
    assert len(line) <= 50
    assert line == " ".join(line.split())
    assert "<b>" not in line


WORDS = """<rss> </rss> <channel> <item> </item> <title> </title> <link> /1 <![CDATA[ ]]> <!-- --> <!DOCTYPE
<!ENTITY [ ]> &a; &#x0; <feed> <entry> <urlset> <opml> { } " ع"""
PIECES = st.sampled_from(WORDS.split())


@given(st.lists(PIECES, max_size=25).map("".join) | st.binary(max_size=100).map(lambda b: b.decode("latin-1")))
def test_anything_is_a_feed_or_a_reason(text: str) -> None:
    found = parse_feed(text.encode(), URL)
    assert isinstance(found, Feed | Failure)
    if isinstance(found, Feed):
        assert all(entry.url for entry in found.entries)


# --- lists of feeds, list pages by pattern, domains for sale ------------------------------------------------------


def test_lists_of_feeds_say_what_they_know() -> None:
    text = """<opml version="1.0"><head><title>قائمة</title></head><body><outline text="خليج">
        <outline text="الواحة" title="صحيفة الواحة" type="rss" xmlUrl="https://waha.example/rss"
            htmlUrl="https://waha.example/" language="ar"/>
        <outline text="مرسى" XMLURL="https://marsa.example/feed/"/>
        <outline text="تكرار" xmlUrl="https://waha.example/rss"/><outline text="باطل" xmlUrl="javascript:x"/>
        </outline></body></opml>"""
    assert parse_outlines(text.encode()) == (
        Outline("https://waha.example/rss", "صحيفة الواحة", "https://waha.example/", "ar"),
        Outline("https://marsa.example/feed/", "مرسى"),
    )
    assert parse_outlines(b"<rss/>") == parse_outlines(b"") == parse_outlines(b"\x1f\x8bxx") == ()


@given(
    st.lists(
        st.builds(
            Outline,
            st.integers(0, 99).map(lambda n: f"https://n{n}.example/feed?a=1&b=%22"),
            st.text(max_size=20).map(lambda text: plain(text, MAX_TITLE)),
            st.sampled_from(["", "https://waha.example/"]),
            st.sampled_from(["", "ar"]),
        ),
        unique_by=lambda outline: outline.feed,
        max_size=5,
    ),
    st.text(max_size=20),
)
def test_a_list_that_was_written_reads_the_same(outlines: list[Outline], title: str) -> None:
    named = [replace(outline, title=outline.title or plain(outline.feed, MAX_TITLE)) for outline in outlines]
    assert [*parse_outlines(write_opml(outlines, title).encode("utf-8"))] == named


def test_pages_lead_to_articles_by_the_pattern_of_their_addresses() -> None:
    page = """<a href="/news/2025/1">المزيد</a><a href="https://www.news.example/news/2025/2">
        افتتاح ميناء الواحة أمام السفن</a><a href="/news/2025/1">خبر له عنوان طويل كاف هنا</a>
        <a href="/tag/10">وسم له نص طويل جدا هنا</a><a href="mailto:x">x</a>"""
    found = parse_list(page.encode(), "https://news.example/", pattern=r"/news/\d{4}/\d+$")
    assert isinstance(found, Feed)
    assert [(e.url, e.title) for e in found.entries] == [
        ("https://news.example/news/2025/1", "خبر له عنوان طويل كاف هنا"),
        ("https://www.news.example/news/2025/2", "افتتاح ميناء الواحة أمام السفن"),
    ]
    assert isinstance(parse_list(page.encode(), URL, pattern="/story/"), Failure)
    wrong = parse_list(page.encode(), URL, pattern="(")
    assert isinstance(wrong, Failure)
    assert "pattern" in wrong.detail


def test_domains_for_sale() -> None:
    assert parked(b"<html><head><title>waha.example - This domain may be for sale</title></head><body></body></html>")
    assert parked(b"<html data-adblockkey='x'><script src='//www.sedoparking.com/f.js'></script>waha.example</html>")
    article = (
        b"<title>a</title><p>The owner said the domain is for sale, and Sedo.com confirmed it.</p>" + b"word " * 900
    )
    assert not parked(article)
    assert not parked(PAGE.encode())
    assert not parked(b"")


def test_an_index_says_when_its_parts_changed() -> None:
    part = "<sitemap><loc>/{0}.xml</loc>{1}</sitemap>"
    dated = part.format("a", "<lastmod>2026-03-01T10:00:00Z</lastmod>") + part.format("b", "<lastmod>soon</lastmod>")
    found = parse_feed(f"<sitemapindex>{dated}</sitemapindex>".encode(), "https://sada.example/index.xml")
    assert isinstance(found, Feed)
    assert found.feeds == ("https://sada.example/a.xml", "https://sada.example/b.xml")
    assert dict(found.changed) == {found.feeds[0]: datetime(2026, 3, 1, 10, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("<ttl>60</ttl>", 60),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>9999999999</ttl>", 0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>", 0),
    ],
)
def test_a_feed_may_say_for_how_long_it_stays(said: str, minutes: int) -> None:
    channel = (
        f"<channel><title>x</title>{said}<item><link>https://sada.example/1</link><title>y</title></item></channel>"
    )
    module = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"
    found = parse_feed(f"<rss version='2.0' {module}>{channel}</rss>".encode(), "https://sada.example/rss")
    assert isinstance(found, Feed)
    assert found.ttl == timedelta(minutes=minutes)


def test_real_feeds(shared: Path) -> None:
    for path in sorted((shared / "feeds").iterdir()):
        found = parse_feed(path.read_bytes(), f"https://example.com/{path.name}")
        assert isinstance(found, Feed)
        assert len(found.entries) >= 10
        for entry in found.entries:
            assert entry.url.startswith("https://")
            assert entry.title
            assert "<" not in entry.title + entry.summary
            assert entry.published is not None
