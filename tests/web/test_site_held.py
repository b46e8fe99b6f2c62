"""Answers that are held: sound while nothing they tell of changed, made once for many, bounded in number and size."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from warraq import open_archive
from warraq.app.following import News
from warraq.web import held
from warraq.web.held import Held, tell_about

A, B = "000000000001", "000000000002"
Asked = tuple[int, dict[str, str], bytes]


class Followed:
    """An archive of which only what changed is asked."""

    def __init__(self) -> None:
        self.writes = 0
        self.changes: list[set[str] | None] = []

    def write(self, *touched: str) -> None:
        self.writes += 1
        self.changes.append(set(touched))

    def version(self) -> object:
        return self.writes

    def news(self, since: Any = None) -> News:
        here = len(self.changes)
        if since is None or None in self.changes[since:]:
            return News(here)
        return News(here, since != here, set().union(*self.changes[since:]))


class Site:
    """An application under `Held` that counts what it makes. Its articles are ``/a/ID``, each one a day old."""

    def __init__(self, room: int = 1 << 20, turns: int = 2) -> None:
        self.archive = Followed()
        self.made: list[str] = []
        self.gate: Callable[[], Awaitable[None]] | None = None
        self.status, self.size = 200, 1
        self.held = Held(self._app, self.archive, room, turns)  # type: ignore[arg-type]

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.made.append(scope["path"])
        text = f"{scope['path']} {len(self.made)} ".encode() * self.size
        if scope["path"].startswith("/a/"):
            now = datetime.now(UTC)
            tell_about(scope, [scope["path"][3:]], now - timedelta(days=1), now)
        if self.gate:
            await self.gate()
        headers = [(b"cache-control", b"public, max-age=60"), (b"etag", b'W/"%d"' % len(self.made))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    async def ask(self, path: str, query: str = "", **headers: str) -> Asked:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        names = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "scheme": "http"}
        await self.held({**scope, "headers": [(b"host", b"x"), *names]}, None, send)  # type: ignore[arg-type]
        start, body = sent
        return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body["body"]


def run(test: Callable[[Site], Awaitable[None]], **settings: int) -> Site:
    async def within() -> Site:
        site = Site(**settings)
        await test(site)
        return site

    return asyncio.run(within())


def test_what_did_not_change_is_made_once() -> None:
    async def test(site: Site) -> None:
        first = await site.ask("/")
        assert await site.ask("/") == first
        assert await site.ask("/", "page=2") != first
        assert await site.ask("/", accept_encoding="gzip, br") != first
        site.archive.writes += 1  # something was written that no reader sees
        assert await site.ask("/") == first

    assert run(test).made == ["/", "/", "/"]


def test_any_change_makes_a_list_anew_and_a_page_only_one_of_what_it_tells_of() -> None:
    async def test(site: Site) -> None:
        pages = ("/", f"/a/{A}", f"/a/{B}")
        for path in pages:
            await site.ask(path)
        site.archive.write(B)
        for path in pages:
            await site.ask(path)
        assert site.made[3:] == ["/", f"/a/{B}"]
        site.archive.changes.append(None)
        site.archive.writes += 1
        for path in pages:
            await site.ask(path)
        assert site.made[5:] == list(pages)

    run(test)


def test_what_changes_while_an_answer_is_made_makes_it_anew() -> None:
    async def test(site: Site) -> None:
        async def gate() -> None:
            site.gate = None
            site.archive.write(A)
            await site.ask("/other")  # somebody looks meanwhile

        site.gate = gate
        await site.ask(f"/a/{A}")
        await site.ask(f"/a/{A}")

    assert run(test).made == [f"/a/{A}", "/other", f"/a/{A}"]


def test_more_changes_than_can_be_told_make_everything_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "TOLD", 2)

    async def test(site: Site) -> None:
        await site.ask(f"/a/{A}")
        site.archive.write("0000000000aa", "0000000000ab", "0000000000ac")
        await site.ask(f"/a/{A}")

    assert len(run(test).made) == 2


def test_an_old_answer_is_made_anew_and_a_page_of_an_old_article_later(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(held, "monotonic", lambda: clock[0])

    async def test(site: Site) -> None:
        for clock[0] in (0.0, 29.0, 61.0, 400.0, 1000.0):
            await site.ask("/")
            await site.ask(f"/a/{A}")  # a day old: held for 864 seconds

    assert run(test).made == ["/", f"/a/{A}", "/", "/", "/", f"/a/{A}"]


def test_what_is_asked_for_late_in_its_time_is_given_and_made_anew_behind_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr(held, "monotonic", lambda: clock[0])

    async def test(site: Site) -> None:
        first = await site.ask("/")
        clock[0] = 31.0
        assert await site.ask("/") == await site.ask("/") == first
        await asyncio.sleep(0.01)
        again = await site.ask("/")
        assert again != first
        clock[0] = 62.0  # the renewed one is held by its own time
        assert await site.ask("/") == again

    assert run(test).made[:2] == ["/", "/"]


def test_nothing_is_renewed_while_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(held, "monotonic", lambda: clock[0])

    async def test(site: Site) -> None:
        first = await site.ask("/")
        clock[0] = 31.0
        free = asyncio.Event()
        site.gate = free.wait  # type: ignore[assignment]
        slow = asyncio.ensure_future(site.ask("/slow"))
        await asyncio.sleep(0.01)
        assert await site.ask("/") == first
        free.set()
        await slow
        await asyncio.sleep(0.01)

    assert run(test, turns=1).made == ["/", "/slow"]


def test_many_who_ask_for_one_page_are_answered_by_making_it_once() -> None:
    async def test(site: Site) -> None:
        site.gate = lambda: asyncio.sleep(0.01)
        answers = await asyncio.gather(*(site.ask("/") for _ in range(50)))
        assert len({body for _, _, body in answers}) == 1

    assert run(test).made == ["/"]


def test_conditional_requests_are_answered_from_what_is_held() -> None:
    async def test(site: Site) -> None:
        _, headers, _ = await site.ask("/", if_none_match='"other"')
        status, again, body = await site.ask("/", if_none_match=headers["etag"])
        assert (status, body, again["etag"]) == (304, b"", headers["etag"])
        assert (await site.ask("/"))[0] == 200

    assert run(test).made == ["/"]


def test_errors_and_what_is_asked_by_somebody_in_particular_are_not_held() -> None:
    async def test(site: Site) -> None:
        for _ in range(2):
            await site.ask("/", authorization="x")
        site.status = 404
        for _ in range(2):
            assert (await site.ask("/nothing"))[0] == 404

    assert len(run(test).made) == 4


def test_what_is_held_fits_into_its_room() -> None:
    async def test(site: Site) -> None:
        site.size = 100
        for number in range(200):
            await site.ask(f"/{number}")
            assert site.held._used <= 20_000
        await site.ask("/199")
        await site.ask("/0")

    assert run(test, room=20_000).made[200:] == ["/0"]


def test_who_comes_when_too_many_wait_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "WAITING", 5)

    async def test(site: Site) -> None:
        await site.ask("/first")  # whoever comes now need not wait for a look at the archive
        free = asyncio.Event()
        site.gate = free.wait  # type: ignore[assignment]
        asking = [asyncio.ensure_future(site.ask(f"/{number}")) for number in range(10)]
        await asyncio.sleep(0.01)
        site.made.append("free")
        free.set()
        answers = await asyncio.gather(*asking)
        assert [status for status, _, _ in answers] == [200] * 7 + [503] * 3
        assert answers[-1][1]["retry-after"] == "2"
        assert site.made.index("free") == 3  # never more at one moment than there are turns
        assert (await site.ask("/9"))[0] == 200

    run(test)


def test_a_revised_article_is_shown_at_once_by_a_real_site(serve: Any, tmp_path: Path) -> None:
    folder = tmp_path / "archive"

    def take(archive: Any, text: str, number: int = 1) -> None:
        row = {
            "url": f"https://one.example/{number}",
            "title": "خبر من المدينة",
            "text": f"نص طويل يكفي لخبر عن {text}.",
        }
        (tmp_path / "row.jsonl").write_text(json.dumps(row), encoding="utf-8")
        archive.import_paths([tmp_path / "row.jsonl"])

    with open_archive(folder, create=True) as archive, open_archive(folder) as other:
        take(archive, "الميناء")
        path = f"/a/{archive.latest()[0].id}"
        with serve(archive, room=1 << 20) as site:
            first, home = site.get(path), site.get("/")
            assert (site.get(path).data, site.get("/").data) == (first.data, home.data)
            search = site.get("/search?q=نص")
            take(other, "السوق", number=2)  # what another process wrote: the list has it, page and search are sound
            assert site.get("/search?q=نص").data == search.data
            assert site.get("/").data.count(b"/a/") > home.data.count(b"/a/")
            take(other, "الجسر")
            assert "الجسر" in site.get(path).data.decode()
            assert "الجسر" in site.get("/search?q=نص").data.decode()
            assert site.get(path, {"If-None-Match": first.headers["etag"]}).status == 200
