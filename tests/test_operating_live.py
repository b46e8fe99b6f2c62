"""From the web to the operator's eyes, over real HTTP on loopback: removals, takedowns, domains that are lost."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fetchers.web import Say, Web, serving
from warraq import Archive, open_archive
from warraq.errors import NotFound
from warraq.types import Outlet, Reason, SignKind, Task, TaskKind

HTML = {"Content-Type": "text/html; charset=utf-8"}
PARKED = Say(b"<html><title>marsa.example - buy this domain</title><body>x</body></html>", headers=HTML)


def page(number: int) -> Say:
    text = (
        f"قال مدير الميناء رقم {number} إن السفن الأولى دخلت صباح اليوم بعد أعوام من العمل في الأرصفة الجديدة، "
        "وإن المرحلة الثانية تبدأ في الخريف المقبل بتمويل من صندوق التنمية البحرية."
    )
    title = f"افتتاح ميناء النخيل رقم {number} أمام السفن التجارية"
    time = f"<time datetime='2025-02-1{number}T10:00:00Z'></time>"
    body = f"<p>{text}</p>" * 2 + f"<p>وحضر الافتتاح مئات من أهالي المدينة رقم {number}.</p>"
    head = f"<html lang=ar><head><title>{title}</title></head>"
    return Say(f"{head}<body><article><h1>{title}</h1>{time}{body}</article></body></html>".encode(), headers=HTML)


def feed(web: Web, *numbers: int) -> Say:
    items = "".join(
        f"<item><title>افتتاح ميناء النخيل رقم {n} أمام السفن التجارية</title><link>{web.url(f'/n/{n}')}</link></item>"
        for n in numbers
    )
    strange = "<item><title>غريب</title><link>https://stranger.example/1</link></item>"
    text = f"<rss version='2.0'><channel><title>المرسى</title>{items}{strange}</channel></rss>"
    return Say(text.encode(), headers={"Content-Type": "application/rss+xml"})


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as web:
        web.says["/rss"] = feed(web, 1, 2, 3)
        web.says |= {f"/n/{n}": page(n) for n in (1, 2, 3)}
        yield web


@pytest.fixture
def archive(web: Web, tmp_path: Path) -> Iterator[Archive]:
    """An archive that has read three articles of one outlet."""
    with open_archive(tmp_path / "archive", create=True, allow_private=True, delay=0) as archive:
        archive.add_outlets([Outlet("marsa", "المرسى", hosts=("127.0.0.1",), feeds=(web.url("/rss"),))])
        watched = Task(web.url("/rss"), TaskKind.FEED, "marsa", archive.now(), watch=True)
        archive._store.commit([], tasks=[watched])
        archive.fetch([])
        assert archive.stats().articles == 3
        assert "/n/1" in web.paths()
        yield archive


def raw_bytes(folder: Path) -> bytes:
    return b"".join(gzip.decompress(path.read_bytes()) for path in sorted((folder / "raw").iterdir()))


def test_strangers_that_a_feed_names_are_not_asked(archive: Archive) -> None:
    assert archive.waiting().hosts <= 1
    assert not [change for change in archive.failures(9) if "stranger" in change.where]
    assert archive.health() == []
    (task,) = archive.watched()
    assert task.visit.visits == 1


@pytest.mark.parametrize("status", [404, 410])
def test_an_article_that_its_outlet_removed_is_said_to_be(archive: Archive, web: Web, status: int) -> None:
    address = web.url("/n/2")
    web.says["/n/2"] = Say(b"gone", status)
    archive.fetch([address], outlet="marsa")
    assert archive.page(address).removed_at is not None
    assert archive.page(address).article.title.startswith("افتتاح ميناء النخيل رقم 2")
    assert archive.page(web.url("/n/1")).removed_at is None
    web.says["/n/2"] = page(2)
    archive.fetch([address], outlet="marsa")
    assert archive.page(address).removed_at is None


def test_what_was_forgotten_is_not_fetched_again_nor_kept(archive: Archive, web: Web, tmp_path: Path) -> None:
    address, telling = web.url("/n/3"), "رقم 3".encode()
    assert telling in raw_bytes(tmp_path / "archive")
    archive.forget(address, "طلب", wipe=True)
    asked = web.paths().count("/n/3")
    archive.fetch([address, web.url("/rss")], outlet="marsa")
    assert web.paths().count("/n/3") == asked
    web.says["/n/4"] = Say(b"", 301, {"Location": web.url("/n/3")})  # by another address
    archive.fetch([web.url("/n/4")], outlet="marsa")
    with pytest.raises(NotFound):
        archive.page(address)
    archive.close()
    assert telling not in raw_bytes(tmp_path / "archive")
    assert "رقم 2".encode() in raw_bytes(tmp_path / "archive")


def test_a_domain_that_is_lost_is_noticed_and_not_linked(archive: Archive, web: Web) -> None:
    for path in ("/rss", "/n/1", "/n/2", "/n/3"):
        web.says[path] = PARKED
    archive.fetch([web.url("/rss"), web.url("/n/1"), web.url("/n/2"), web.url("/n/3")], outlet="marsa")
    assert {change.reason for change in archive.failures(9)} == {Reason.OTHER_OUTLET}
    signs = archive.health()
    assert [sign.kind for sign in signs] == [SignKind.TAKEN_OVER]
    assert archive.mark_lost(signs) == ["marsa"]
    assert archive.page(web.url("/n/1")).unsafe == {"marsa"}


def test_what_is_published_while_run_reads_is_found_soon(web: Web, tmp_path: Path) -> None:
    def found(number: int) -> bool:
        hits = archive.search(f"افتتاح ميناء النخيل رقم {number}", limit=9).hits
        return web.url(f"/n/{number}") in {hit.brief.url for hit in hits}

    def wait_for(number: int) -> None:
        give_up = time.monotonic() + 60
        while not found(number):
            assert time.monotonic() < give_up
            assert running.is_alive()
            time.sleep(0.05)

    settings = {"allow_private": True, "delay": 0, "threads": 2, "poll_min": 0.01, "poll_max": 0.01}
    with open_archive(tmp_path / "archive", create=True, **settings) as archive:
        archive.add_outlets([Outlet("marsa", "المرسى", hosts=("127.0.0.1",), feeds=(web.url("/rss"),))])
        stop = threading.Event()
        running = threading.Thread(target=archive.run, args=(["marsa"],), kwargs={"stop": stop})
        running.start()
        try:
            wait_for(3)
            assert not found(4)
            web.says |= {"/n/4": page(4), "/rss": feed(web, 4, 1, 2, 3)}
            wait_for(4)
        finally:
            stop.set()
            running.join()
    assert web.paths().count("/n/4") == 1
