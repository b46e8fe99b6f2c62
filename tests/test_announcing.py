"""A WebSub hub is told when articles have come: at least once, and of what is new."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from receivers import Answer, WebReceiver, web_receiver
from warraq import Archive, open_archive, sample
from warraq.app.announcing import TOLD_FILE

BASE = "https://news.example"


@pytest.fixture
def hub() -> Iterator[WebReceiver]:
    with web_receiver() as receiver:
        yield receiver


def opened(folder: Path, hub: WebReceiver) -> Archive:
    return open_archive(folder, create=True, workers=1, base_url=BASE, access=f"hub={hub.url()}")


def put(archive: Archive, number: int, tmp_path: Path) -> str:
    """Import one article; returns its outlet."""
    row = list(sample.records())[number]
    (tmp_path / "row.jsonl").write_text(json.dumps(row), encoding="utf-8")
    archive.import_paths([tmp_path / "row.jsonl"])
    return archive.latest(limit=1)[0].outlet


def topics(hub: WebReceiver) -> list[list[str]]:
    bodies = [parse_qs(request.body.decode()) for request in hub.requests]
    assert all(body["hub.mode"] == ["publish"] for body in bodies)
    return [body["hub.url"] for body in bodies]


def test_what_comes_is_told_once_and_what_was_there_is_not(hub: WebReceiver, tmp_path: Path) -> None:
    with opened(tmp_path / "archive", hub) as archive:
        put(archive, 0, tmp_path)
        assert archive.announce() is None  # set just now: what is there is no news
        outlet = put(archive, 1, tmp_path)
        receipt = archive.announce()
        assert receipt is not None
        assert receipt.accepted
        assert archive.announce() is None
    (told,) = topics(hub)
    assert f"{BASE}/feed.xml" in told
    assert f"{BASE}/feed.xml?outlet={outlet}" in told
    assert len(told) == 6


def test_a_hub_that_is_away_is_told_later_of_everything(hub: WebReceiver, tmp_path: Path) -> None:
    hub.answer = lambda number: Answer(503 if number < 2 else 204)
    with opened(tmp_path / "archive", hub) as archive:
        archive.announce()
        outlets = {put(archive, 0, tmp_path)}
        assert not archive.announce().accepted
        outlets.add(put(archive, 40, tmp_path))
        assert not archive.announce().accepted
    with opened(tmp_path / "archive", hub) as archive:  # another process goes on where this one stood
        assert archive.announce().accepted
        assert archive.announce() is None
    assert len(outlets) == 2
    assert {f"{BASE}/rss.xml?outlet={id}" for id in outlets} <= set(topics(hub)[-1])


def test_a_crash_after_telling_tells_again(hub: WebReceiver, tmp_path: Path) -> None:
    with opened(tmp_path / "archive", hub) as archive:
        archive.announce()
        before = (tmp_path / "archive" / TOLD_FILE).read_bytes()
        put(archive, 0, tmp_path)
        assert archive.announce().accepted
    (tmp_path / "archive" / TOLD_FILE).write_bytes(before)
    with opened(tmp_path / "archive", hub) as archive:
        assert archive.announce().accepted
    assert len(set(map(tuple, topics(hub)))) == 1
    assert len(hub.requests) == 2


def test_without_a_hub_nothing_is_kept(tmp_path: Path) -> None:
    with open_archive(tmp_path / "archive", create=True, workers=1) as archive:
        put(archive, 0, tmp_path)
        assert archive.announce() is None
    assert not (tmp_path / "archive" / TOLD_FILE).exists()


def test_a_run_goes_on_announcing(hub: WebReceiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warraq.app.announcing.LOOKED", 0.01)
    with opened(tmp_path / "archive", hub) as archive:
        archive.announce()
        ended = threading.Event()
        running = threading.Thread(target=archive._keep_announcing, args=(ended,))
        running.start()
        put(archive, 0, tmp_path)
        assert hub.came.wait(20)
        ended.set()
        running.join()
    assert f"{BASE}/feed.xml" in topics(hub)[0]
