"""The archive as a folder of files: every link leads to a file, nothing needs a server, the bytes are the same."""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from served import serving

from warraq import Archive, UsageError, open_archive, sample
from warraq.cli import main
from warraq.feeds import parse_feed
from warraq.types import Feed
from warraq.web.build import build_site
from warraq.web.files import Address, file_name, press

BASE = "https://news.example/archive"
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
HOSTILE = {
    "url": "https://sada.example/hostile",
    "outlet": "con",
    "title": 'دوقلان <form></form><a href="/search">x</a> "/a/0123456789ab" </script><link rel=canonical>',
    "text": 'دوقلان </form> <a href="/outlets">نص</a> <details><summary>x</summary></details> http://warraq.invalid/a/b',
    "published": "2026-02-14T10:00:00Z",
    "seen": "2026-02-14T10:00:00Z",
    "keywords": ["a/b", "..", "دوقلان"],
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("files")
    lines = folder / "rows.jsonl"
    rows = [*list(sample.records(version=None))[:36], HOSTILE]
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.add_outlets(sample.outlets())
        archive.import_paths([lines], seen="seen")
        yield archive


@pytest.fixture(scope="module")
def whole(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole archive as a site."""
    folder = tmp_path_factory.mktemp("whole") / "site"
    build_site(archive, folder, base_url=BASE, as_of=archive.stats().last_seen_at)
    return folder


def pages(folder: Path) -> Iterator[tuple[str, LexborHTMLParser]]:
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix(), LexborHTMLParser(path.read_bytes())


def links(page: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    for node in page.css("[href], [src], [action]"):
        for name in ("href", "src", "action"):
            if node.attributes.get(name):
                yield node.attributes["rel"] or "" if "rel" in node.attributes else "", node.attributes[name] or ""


def check(folder: Path, base_url: str) -> set[str]:
    """Every link of every page leads to a file or out; returns the pages that can be reached from the home page."""
    leads: dict[str, set[str]] = {}
    for name, page in pages(folder):
        assert not page.css("form, input, button"), name
        leads[name] = set()
        for rel, href in links(page):
            if rel == "canonical":
                assert base_url
                target = href.removeprefix(f"{base_url}/") or "index.html"
                assert target == name
            elif urlsplit(href).scheme:
                assert "external" in rel, (name, href)
                assert not href.startswith("http://warraq.invalid")
            elif not href.startswith("#"):
                assert "?" not in href, (name, href)
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(href)))
                assert (folder / target).is_file(), (name, href)
                leads[name].add(target)
    reached, waiting = {"index.html"}, ["index.html"]
    while waiting:
        new = {target for target in leads.get(waiting.pop(), ()) if target not in reached}
        reached |= new
        waiting += new
    return {name for name in reached if name.endswith(".html")}


def test_every_page_is_reached_and_no_link_is_broken(archive: Archive, whole: Path) -> None:
    alone = {name for name, _ in pages(whole)} - check(whole, BASE)
    assert all(name.startswith("s/") for name in alone)  # of copies alone: an article's page names these, not a story
    for brief in archive.latest(limit=1000):
        page = LexborHTMLParser((whole / file_name(Address(f"/a/{brief.id}"))).read_bytes())
        assert brief.title.split()[0] in page.css_first("h1").text()
    assert not re.search(rb"warraq\.invalid(?!/a/b)", b"".join(p.read_bytes() for p in whole.rglob("*") if p.is_file()))


def test_feeds_and_sitemaps_name_files_that_are_there(archive: Archive, whole: Path) -> None:
    for path in [*whole.glob("*eed.*"), whole / "rss.xml", *whole.glob("[oks]/**/*.xml")]:
        feed = parse_feed(path.read_bytes(), f"{BASE}/{path.name}", "")
        assert isinstance(feed, Feed)
        assert feed.entries
        for entry in feed.entries:
            assert (whole / entry.url.removeprefix(f"{BASE}/")).is_file(), (path, entry.url)
    chunks = [loc.text or "" for loc in ElementTree.parse(whole / "sitemap.xml").iter(LOC)]
    named = [loc.text or "" for c in chunks for loc in ElementTree.parse(whole / c.removeprefix(f"{BASE}/")).iter(LOC)]
    assert all((whole / address.removeprefix(f"{BASE}/")).is_file() for address in named)
    assert len(set(named)) == archive.stats().articles
    assert f"Sitemap: {BASE}/sitemap.xml" in (whole / "robots.txt").read_text()


def test_every_page_is_there_as_data(archive: Archive, whole: Path) -> None:
    for path in whole.rglob("*.html"):
        data = json.loads(path.with_suffix(".json").read_bytes())
        for key in ("previous", "next"):
            if data.get(key):
                assert (path.parent / data[key]).is_file(), (path, data[key])
        assert data["as_of"] == json.loads((whole / "site.json").read_bytes())["as_of"]
    with serving(archive, base_url=BASE) as client:
        id = archive.latest(limit=1)[0].id
        own = whole / file_name(Address(f"/a/{id}"))
        moment = json.loads((whole / "site.json").read_bytes())["as_of"]
        for ending in (".json", ".txt"):
            assert own.with_suffix(ending).read_bytes() == client.get(f"/a/{id}{ending}?as_of={moment}").data
    assert len(list(whole.glob("s/*/*.xml"))) == len(list(whole.glob("s/*/*.html")))
    assert b"<opml" in (whole / "outlets.opml").read_bytes()
    assert (whole / "trends.html").is_file()


def test_names_are_safe_on_any_file_system(whole: Path) -> None:
    for path in whole.rglob("*"):
        name = path.relative_to(whole).as_posix()
        assert re.fullmatch(r"[a-z0-9._/-]{1,200}", name), name
        assert path.stem not in ("con", "aux", "nul", "prn"), name


def test_the_same_archive_and_moment_give_the_same_bytes_however_many_make_them(
    archive: Archive, tmp_path: Path
) -> None:
    moment = archive.stats().last_seen_at
    assert moment
    contents = []
    killed = tmp_path / ".site.4194399.abc.building"  # more than any process has as its number
    killed.mkdir()
    for processes in (1, 2):  # the second replaces the first
        build_site(archive, tmp_path / "site", query="دوقلان", as_of=moment, base_url=BASE, processes=processes)
        contents.append({p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()})
    assert contents[0] == contents[1]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_site_of_a_query_as_of_a_moment_holds_nothing_else(archive: Archive, tmp_path: Path) -> None:
    newest = archive.stats().last_seen_at
    assert newest
    early = newest - timedelta(days=1)
    built = build_site(archive, tmp_path / "site", query="دوقلان", as_of=early)
    ids = {state.article.id for state in archive.export("دوقلان", as_of=early)}
    assert built.articles == len(ids) > 0
    found = {p.stem for p in (tmp_path / "site").glob("a/*/*.html") if "_" not in p.stem}
    assert found == ids
    check(tmp_path / "site", "")
    assert not list((tmp_path / "site").rglob("*.xml"))
    outlets = {state.article.outlet for state in archive.export("دوقلان", as_of=early)}
    named = {file_name(Address(f"/o/{id}")) for id in outlets}
    assert {p.relative_to(tmp_path / "site").as_posix() for p in (tmp_path / "site").glob("o/*.html")} == named


def test_only_what_was_built_is_replaced(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="not empty"):
        build_site(archive, folder)
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(UsageError):
        build_site(archive, tmp_path / "link")
    assert (folder / "letter.txt").read_text() == "dear"
    shutil.rmtree(folder)
    folder.mkdir()
    build_site(archive, folder, query="outlet:con", data=False)
    assert (folder / "index.html").exists()
    assert [path.name for path in folder.rglob("*.json")] == ["site.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "mine"]


def test_a_build_that_fails_leaves_everything_as_it_was(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warraq.web.build.EVERY", 3)
    build_site(archive, tmp_path / "site", query="outlet:con")
    before = (tmp_path / "site" / "index.html").read_bytes()

    def interrupted(done: int, about: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_site(archive, tmp_path / "site", query="دوقلان", progress=interrupted)
    assert (tmp_path / "site" / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_command_says_what_it_made(archive: Archive, tmp_path: Path) -> None:
    at = str(archive.config.archive)
    done = CliRunner().invoke(
        main,
        [
            "--archive",
            at,
            "site",
            "build",
            str(tmp_path / "x"),
            "--query",
            "outlet:con",
            "--language",
            "en",
            "--processes",
            "1",
        ],
    )
    assert done.exit_code == 0, done.output
    assert "1 articles" in done.output
    assert "no feeds and sitemaps" in done.output
    assert LexborHTMLParser((tmp_path / "x/index.html").read_bytes()).css_first("html").attributes["lang"] == "en"
    wrong = CliRunner().invoke(main, ["--archive", at, "site", "build", str(tmp_path / "y"), "--base-url", "ftp://x"])
    assert wrong.exit_code == 2
    assert not (tmp_path / "y").exists()


@settings(max_examples=60)
@given(st.lists(st.text(max_size=12), max_size=3), st.lists(st.text(max_size=12), max_size=3))
def test_no_two_addresses_share_a_file(first: list[str], second: list[str]) -> None:
    one, other = Address("/" + "/".join(first)), Address("/" + "/".join(second))
    pieces = [[part for part in address.path.split("/") if part] for address in (one, other)]
    if one.path.split("/")[1] != "k" and pieces[0] != pieces[1] and ["index"] not in pieces:
        assert file_name(one) != file_name(other)
    assert re.fullmatch(r"[a-z0-9._/-]+", file_name(one))
    assert ".." not in file_name(one).split("/")


def test_a_list_of_what_a_folder_has_not_goes_with_its_heading() -> None:
    html = '<h2>Feeds</h2>\n<ul class="counts">\n<li><a href="/rss.xml">RSS</a></li>\n</ul>\n<h2>More</h2>'
    assert press(html, "about.html", lambda address: "").html == "<h2>More</h2>"


def test_what_a_folder_cannot_answer_is_no_link() -> None:
    html = (
        '<p><a href="/x.json">JSON</a> · <a href="/feed.xml">Atom</a> · <a href="/api">API</a></p>'
        '<a rel="next" href="/?page=9">more</a><a class="outlet" href="/o/gone">name</a><a href="/o/here">here</a>'
    )
    pressed = press(html, "d/day.html", lambda address: "o/here.html" if address.path == "/o/here" else "")
    assert pressed.html == '<p></p><span></span><span class="outlet">name</span><a href="../o/here.html">here</a>'
    assert pressed.leads_to == (Address("/o/here"),)
