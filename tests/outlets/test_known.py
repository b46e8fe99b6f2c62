"""Outlets from the command line, over real HTTP on loopback: found, checked, disabled, imported, exported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fetchers.web import Say, Web, serving
from warraq import open_archive
from warraq.app.outlets import outlets_of
from warraq.cli import main
from warraq.feeds import Outline, parse_outlines
from warraq.outlets import load, read
from warraq.parse import Rules
from warraq.types import Outlet, OutletState, Task, TaskKind

HOME = """<!doctype html><html lang="ar-OM"><head><title>الرئيسية | صحيفة المرسى</title>
<meta property="og:site_name" content="صحيفة المرسى">{links}</head><body>مرحبا</body></html>"""
ITEM = "<item><title>افتتاح الميناء الجديد</title><link>{url}</link><pubDate>{date}</pubDate></item>"
DATE = "Sun, 16 Feb 2025 18:46:39 +0300"


def rss(*urls: str) -> Say:
    items = "".join(ITEM.format(url=url, date=DATE) for url in urls)
    text = f"<rss version='2.0'><channel><title>خلاصة المرسى</title>{items}</channel></rss>"
    return Say(text.encode(), headers={"Content-Type": "application/rss+xml"})


def home(*feeds: str) -> Say:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{feed}">' for feed in feeds)
    return Say(HOME.format(links=links).encode(), headers={"Content-Type": "text/html; charset=utf-8"})


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        yield web


@pytest.fixture(autouse=True)
def on_loopback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WARRAQ_ALLOW_PRIVATE", "1")
    monkeypatch.setenv("WARRAQ_DELAY", "0")
    monkeypatch.setenv("WARRAQ_ARCHIVE", str(tmp_path / "archive"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["outlet", *map(str, arguments)])


def objects(result: Result, code: int = 0) -> list[dict[str, Any]]:
    assert result.exit_code == code, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


# --- adding -----------------------------------------------------------------------------------------------


def test_an_outlet_is_found_by_its_home_page(web: Web, tmp_path: Path) -> None:
    web.says["/"] = home("/rss/all.xml", "/comments/feed/", "/gone.xml")
    web.says["/rss/all.xml"] = rss(web.url("/n/1"))
    web.says["/robots.txt"] = Say(f"User-agent: *\nSitemap: {web.url('/news.xml')}\nSitemap: /none.xml".encode())
    web.says["/news.xml"] = Say(
        f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{web.url('/n/1')}</loc></url></urlset>".encode()
    )
    (found,) = objects(run("add", web.url("/"), "--id", "marsa", "--json"))
    assert (found["id"], found["name"], found["country"], found["zone"]) == (
        "marsa",
        "صحيفة المرسى",
        "OM",
        "Asia/Muscat",
    )
    assert found["feeds"] == [web.url("/rss/all.xml")]  # those that answer, and not of comments
    assert found["sitemaps"] == [web.url("/news.xml")]
    assert found["hosts"] == ["127.0.0.1"]
    assert "/comments/feed/" not in web.paths()
    with open_archive(tmp_path / "archive") as archive:
        assert archive.outlet("marsa").feeds == (web.url("/rss/all.xml"),)
    again = run("add", web.url("/"))
    assert (again.exit_code, again.output.count("\n")) == (2, 1)
    assert "belongs to the outlet marsa already" in again.output
    assert run("add", web.url("/"), "--id", "marsa").exit_code == 0


def test_usual_places_are_asked_where_the_page_names_nothing(web: Web, tmp_path: Path) -> None:
    web.says["/ar/"] = home()
    web.says["/rss"] = Say(
        b"<!doctype html><html><title>feeds</title><a href='/a.rss'>RSS</a></html>"
    )  # a page of feeds
    web.says["/feed.xml"] = rss(web.url("/n/1"))
    web.says["/atom.xml"] = rss(web.url("/n/1"))
    web.says["/sitemap.xml"] = Say(
        f"<sitemapindex><sitemap><loc>{web.url('/s.xml')}</loc></sitemap></sitemapindex>".encode()
    )
    file = tmp_path / "marsa.toml"
    result = run("add", web.url("/ar/"), "--to", file)
    assert result.exit_code == 0, result.output
    found = read("marsa", file.read_text("utf-8"))
    assert found.feeds == (web.url("/feed.xml"),)  # the first that answers is enough
    assert found.sitemaps == (web.url("/sitemap.xml"),)
    assert found.home == web.url("/ar/")
    assert not (tmp_path / "archive").exists()
    there = run("add", web.url("/ar/"), "--to", file)
    assert (there.exit_code, there.output.count("\n")) == (2, 1)


def test_what_cannot_be_added_is_said_in_one_line(web: Web) -> None:
    for place, said in ((web.url("/none"), "http_status"), ("ftp://x.example/", "address")):
        result = run("add", place)
        assert (result.exit_code, result.output.count("\n")) == (2, 1)
        assert said in result.output
    web.says["/"] = home()
    silent = run("add", web.url("/"), "--id", "marsa")
    assert silent.exit_code == 0
    assert "no feed and no sitemap answered" in silent.output


# --- checking ---------------------------------------------------------------------------------------------


def test_check_says_what_each_address_gives(web: Web, tmp_path: Path) -> None:
    web.says["/rss"] = rss(web.url("/n/1"), web.url("/n/2"), "https://elsewhere.example/3")
    web.says["/map.xml"] = Say(
        f"<sitemapindex><sitemap><loc>{web.url('/s.xml')}</loc></sitemap></sitemapindex>".encode()
    )
    web.says["/list"] = Say(b'<a href="/n/7">x</a><a href="/tag/7">y</a>')
    web.says["/sold"] = Say(b"<title>marsa.example - buy this domain</title>")
    marsa = Outlet(
        "marsa",
        "المرسى",
        hosts=("127.0.0.1",),
        feeds=(web.url("/rss"), web.url("/gone"), web.url("/sold")),
        sitemaps=(web.url("/map.xml"),),
        lists=(web.url("/list"),),
        pages="/n/",
    )
    sidra = Outlet("sidra", "السدرة", hosts=("sidra.example",), feeds=(web.url("/gone"),))
    with open_archive(tmp_path / "archive", create=True) as archive:
        archive.add_outlets([marsa, sidra])
    rows = objects(run("check", "marsa", "--json"))
    assert [(r["url"].rpartition("/")[2], r["entries"], r["strangers"], r["further"], r["reason"]) for r in rows] == [
        ("rss", 2, 1, 0, None),
        ("gone", 0, 0, 0, "http_status"),
        ("sold", 0, 0, 0, "other_outlet"),
        ("map.xml", 0, 0, 1, None),
        ("list", 1, 0, 0, None),
    ]
    assert rows[0]["newest"] == "2025-02-16T15:46:39Z"
    every = run("check")
    assert every.exit_code == 1
    assert "nothing answers with articles: sidra" in every.output
    assert run("disable", "sidra", "--note", "أغلقت").exit_code == 0
    assert run("check").exit_code == 0
    assert run("check", "nobody").exit_code == 2


# --- deciding ---------------------------------------------------------------------------------------------


def test_disabled_outlets_are_listed_with_the_note(tmp_path: Path) -> None:
    with open_archive(tmp_path / "archive", create=True) as archive:
        archive.add_outlets([Outlet("marsa", "المرسى", country="OM", hosts=("marsa.example",))])
        archive._store.save_outlet_state(OutletState("aawsat", unsafe_since=datetime(2026, 1, 1, tzinfo=UTC)))
    assert run("disable", "marsa", "--note", "بطلب\u202e الناشر\nx").exit_code == 0
    text = run("list").stdout
    assert "(disabled: بطلب الناشر x)" in text
    assert "(unsafe)" in text
    assert len(text.splitlines()) == 2
    (first, second) = objects(run("list", "--json"))
    assert (second["id"], second["disabled"], second["articles"], second["watched"]) == ("marsa", True, 0, 0)
    assert first["unsafe_since"] == "2026-01-01T00:00:00Z"
    assert run("enable", "aawsat").exit_code == 0
    assert run("enable", "marsa").exit_code == 0
    assert [row["disabled"] or row["unsafe_since"] for row in objects(run("list", "--json"))] == [None, None]
    assert len(objects(run("list", "--all", "--json"))) == len(load()) + 1
    assert run("disable", "nobody").exit_code == 2


def test_a_command_that_reads_says_which_outlet_is_disabled(tmp_path: Path) -> None:
    with open_archive(tmp_path / "archive", create=True) as archive:
        archive.add_outlets([Outlet("marsa", "المرسى", hosts=("marsa.example",), home="https://marsa.example/")])
    assert run("disable", "marsa").exit_code == 0
    said = CliRunner().invoke(main, ["backfill", "marsa", "--from", "2026-01-01", "--nice", "0"])
    assert said.stderr == "warraq: marsa: disabled, so it is not read (`warraq outlet enable marsa`)\n"
    assert (said.exit_code, said.stdout) == (0, "0 inputs  \n")


# --- lists of feeds ---------------------------------------------------------------------------------------


def test_lists_of_feeds_come_in_and_go_out(tmp_path: Path) -> None:
    known = next(outlet for outlet in load().values() if outlet.feeds)
    (tmp_path / "in.opml").write_text(
        f"""<opml version="2.0"><body><outline text="x">
        <outline text="سياسة المرسى" title="المرسى" xmlUrl="https://feeds.example/marsa" htmlUrl="https://www.marsa.example/"/>
        <outline text="المرسى" xmlUrl="https://marsa.example/sport.xml" htmlUrl="https://marsa.example/sport"/>
        <outline text="معروف" xmlUrl="{known.home}new.rss"/><outline text="معروف" xmlUrl="{known.feeds[0]}"/>
        </outline></body></opml>""",
        encoding="utf-8",
    )
    rows = {row["id"]: row for row in objects(run("import", tmp_path / "in.opml", "--json"))}
    assert set(rows) == {"marsa", known.id}
    assert rows["marsa"]["feeds"] == ["https://feeds.example/marsa", "https://marsa.example/sport.xml"]
    assert rows["marsa"]["hosts"] == ["marsa.example"]
    assert rows[known.id]["feeds"] == [*known.feeds, f"{known.home}new.rss"]
    assert objects(run("import", tmp_path / "in.opml", "--json")) == []  # again: nothing new

    exported = parse_outlines(run("export", "--opml").stdout.encode())
    assert Outline("https://feeds.example/marsa", "المرسى", "https://www.marsa.example/", "ar") in exported
    assert {outline.feed for outline in exported} >= {feed for outlet in load().values() for feed in outlet.feeds}
    run("disable", "marsa")
    assert "marsa.example" not in run("export", "--opml").stdout

    (tmp_path / "wrong.opml").write_text("<rss/>")
    wrong = run("import", tmp_path / "wrong.opml")
    assert (wrong.exit_code, wrong.output.count("\n")) == (2, 1)


def test_feeds_on_a_host_in_numbers_are_an_outlet_each(tmp_path: Path) -> None:
    feeds = {"المرسى": "http://127.0.0.1:81/marsa.xml", "السدرة": "http://127.0.0.1:81/sidra.xml", "": "http://[::1]/a"}
    said = "".join(f'<outline text="{name}" xmlUrl="{feed}"/>' for name, feed in feeds.items())
    (tmp_path / "in.opml").write_text(f'<opml version="2.0"><body>{said}</body></opml>', encoding="utf-8")
    rows = objects(run("import", tmp_path / "in.opml", "--json"))
    assert [(row["id"], row["name"], row["feeds"], row["hosts"]) for row in rows] == [
        ("127-0-0-1", "المرسى", [feeds["المرسى"]], []),
        ("127-0-0-1-2", "السدرة", [feeds["السدرة"]], []),
        ("1", "[::1]", [feeds[""]], []),
    ]
    assert objects(run("import", tmp_path / "in.opml", "--json")) == []  # again: nothing new
    rules = Rules(tuple(outlets_of(parse_outlines((tmp_path / "in.opml").read_bytes()), Rules())))
    for outlet in rules.outlets:  # its entries are its own, on whichever machine the feed is
        feed = outlet.feeds[0]
        assert rules.owner(f"{feed}/1", feed, Task(feed, TaskKind.FEED, outlet.id)) == outlet.id


def test_a_file_that_claims_the_host_of_another_outlet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "marsa.toml").write_text('name = "المرسى"\nhosts = ["marsa.example"]\n', encoding="utf-8")
    (tmp_path / "sidra.toml").write_text(
        'name = "السدرة"\nhosts = ["sidra.example", "marsa.example"]\n', encoding="utf-8"
    )
    (tmp_path / "waha.toml").write_text(
        'name = "الواحة"\nhosts = ["marsa.example"]\nhome = "https://marsa.example/waha/"\n', encoding="utf-8"
    )
    assert run("import", tmp_path / "marsa.toml").exit_code == 0
    refused = run("import", tmp_path / "sidra.toml")
    assert refused.exit_code == 2
    assert refused.output == "warraq: outlet sidra: marsa.example belongs to the outlet marsa already\n"
    for own in ("waha", "marsa"):  # in a folder of it; the same once more
        assert run("import", tmp_path / f"{own}.toml").exit_code == 0


def test_what_was_exported_makes_the_same_outlets_elsewhere() -> None:
    outlets = [outlet for outlet in load().values() if outlet.feeds]
    outlines = [Outline(feed, outlet.name, outlet.home) for outlet in outlets for feed in outlet.feeds]
    made = outlets_of(outlines, Rules())
    assert {feed for outlet in made for feed in outlet.feeds} == {outline.feed for outline in outlines}
    assert len({outlet.id for outlet in made}) == len(made)
    assert outlets_of(outlines, Rules(tuple(load().values()))) == []


# --- files of outlets -------------------------------------------------------------------------------------


def test_an_outlet_is_written_to_a_file_changed_and_read_again(tmp_path: Path) -> None:
    file = tmp_path / "aawsat.toml"
    file.write_text(run("export", "aawsat").stdout + 'body = "div.story"\n', encoding="utf-8")
    (changed,) = objects(run("import", file, "--json"))
    assert (changed["id"], changed["hosts"]) == ("aawsat", ["aawsat.com"])
    assert run("export", "aawsat").stdout == file.read_text(encoding="utf-8")
    assert 'body = "div.story"' not in run("export", "alquds").stdout


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Bad Id.toml", 'name = "a"\nhosts = ["a.example"]\n', "an id is of small Latin letters"),
        ("a.toml", 'name = "a"\nhosts = ["a.example"]\nzone = "Mars/Base"\n', "no such time zone"),
        ("a.toml", 'name = "a"\nhosts = ["a.example"]\nbody = "div["\n', "not a CSS selector"),
        ("a.toml", 'name = "a"\n', "'hosts' is missing"),
        ("a.toml", "name =", "a.toml"),
    ],
)
def test_a_file_that_describes_no_outlet_is_one_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    refused = run("import", tmp_path / name)
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
    assert said in refused.stderr


def test_an_outlet_nobody_knows_has_no_file() -> None:
    assert run("export", "nobody").exit_code == 2
    assert run("export", "aawsat", "--opml").exit_code == 2
