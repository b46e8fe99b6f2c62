"""The Google Reader API over a real archive: every call a client makes, and a real client, newsboat."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from served import Client, serving

from warraq import open_archive, sample
from warraq.urls import id_to_int, int_to_id
from warraq.web.greader import PREFIX

API = f"{PREFIX}/reader/api/0"
ALL = "user/-/state/com.google/reading-list"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    lines = tmp_path / "rows.jsonl"
    lines.write_text("\n".join(json.dumps(row) for row in sample.records()), encoding="utf-8")
    with open_archive(tmp_path / "archive", create=True, workers=1) as archive:
        archive.add_outlets(sample.outlets())
        archive.import_paths([lines], seen="seen")
        with serving(archive, reader_password="كلمة سر") as client:
            yield client


def post(client: Client, path: str, auth: str, **form: Any) -> Any:
    body = urlencode(form, doseq=True)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"Authorization": auth} if auth else {})
    return client.pool.request("POST", client.base + path, body=body, headers=headers)


@pytest.fixture
def auth(client: Client) -> str:
    answered = post(client, f"{PREFIX}/accounts/ClientLogin", "", Email="sara", Passwd="كلمة سر")
    assert answered.status == 200
    token = dict(line.split("=", 1) for line in answered.data.decode().splitlines())["Auth"]
    assert token.startswith("sara/")
    return f"GoogleLogin auth={token}"


def get(client: Client, path: str, auth: str) -> Any:
    answered = client.get(f"{API}/{path}", {"Authorization": auth})
    assert answered.status == 200, answered.data
    return answered.json()


def test_nobody_gets_in_without_the_password(client: Client, sampled: Client) -> None:
    assert post(client, f"{PREFIX}/accounts/ClientLogin", "", Email="sara", Passwd="x").status == 401
    for path in ("subscription/list", "stream/contents", "edit-tag"):
        for wrong in ("", "GoogleLogin auth=sara/0", "GoogleLogin auth="):
            assert client.get(f"{API}/{path}", {"Authorization": wrong}).status == 401
    assert sampled.get(f"{API}/subscription/list").status == 404, "without the setting there is nothing here"


def test_outlets_are_subscriptions_and_texts_are_whole(client: Client, auth: str) -> None:
    archive = client.archive
    found = get(client, "subscription/list?output=json", auth)["subscriptions"]
    assert {s["id"] for s in found} == {f"feed/{c.outlet.id}" for c in archive.outlets()}
    assert all(s["title"] and s["categories"] for s in found)
    items = get(client, "stream/contents/reading-list?n=500", auth)["items"]
    ids = [int(i["id"].rpartition("/")[2], 16) for i in items]
    assert sorted(ids) == sorted(id_to_int(b.id) for b in archive.latest(limit=500))
    assert [i["timestampUsec"] for i in items] == sorted((i["timestampUsec"] for i in items), reverse=True)
    for item, revision in zip(items, archive.whole([int_to_id(id) for id in ids]), strict=True):
        assert item["title"] == revision.article.title
        assert item["canonical"][0]["href"] == revision.article.url
        assert item["summary"]["content"].count("<p>") == sum(p.kind == "text" for p in revision.article.body)


def test_a_stream_goes_on_and_can_be_narrowed(client: Client, auth: str) -> None:
    seen: list[str] = []
    more = ""
    while True:
        answered = get(client, f"stream/items/ids?s={ALL}&n=30{more}", auth)
        seen += [ref["id"] for ref in answered["itemRefs"]]
        if "continuation" not in answered:
            break
        more = f"&c={answered['continuation']}"
    assert len(seen) == len(set(seen)) == client.archive.stats().articles
    assert get(client, f"stream/items/ids?s={ALL}&n=1000&r=o", auth)["itemRefs"][0]["id"] == seen[-1]
    subscription = get(client, "subscription/list", auth)["subscriptions"][0]
    label = subscription["categories"][0]["id"]
    one = get(client, f"stream/items/ids?s={subscription['id']}&n=1000", auth)["itemRefs"]
    folder = get(client, f"stream/items/ids?s={label}&n=1000", auth)["itemRefs"]
    assert 0 < len(one) <= len(folder) < len(seen)
    middle = int(get(client, f"stream/items/ids?s={ALL}&n=50", auth)["itemRefs"][-1]["timestampUsec"]) // 10**6
    newer = get(client, f"stream/items/ids?s={ALL}&n=1000&ot={middle}", auth)["itemRefs"]
    assert all(int(ref["timestampUsec"]) >= middle * 10**6 for ref in newer)


def test_what_was_read_and_starred_is_kept(client: Client, auth: str) -> None:
    ids = [ref["id"] for ref in get(client, f"stream/items/ids?s={ALL}&n=1000", auth)["itemRefs"]]
    long = f"tag:google.com,2005:reader/item/{int(ids[0]):016x}"
    read, starred = "user/-/state/com.google/read", "user/-/state/com.google/starred"

    def unread() -> set[str]:
        found = get(client, f"stream/items/ids?s={ALL}&n=1000&xt={read}", auth)["itemRefs"]
        counted = get(client, "unread-count?output=json", auth)
        assert counted["max"] == len(found) == sum(c["count"] for c in counted["unreadcounts"] if c["id"] != ALL)
        return {ref["id"] for ref in found}

    assert unread() == set(ids)
    assert post(client, f"{API}/edit-tag", auth, i=[long, ids[1]], a=read).data == b"OK"
    assert unread() == set(ids[2:])
    post(client, f"{API}/edit-tag", auth, i=ids[1], r=read, a=starred)
    assert unread() == {*ids[1:]}
    assert [r["id"] for r in get(client, f"stream/items/ids?s={starred}&n=9", auth)["itemRefs"]] == [ids[1]]
    whole = post(client, f"{API}/stream/items/contents", auth, i=[ids[1], long]).json()["items"]
    assert [starred in i["categories"] for i in whole] == [True, False]
    assert [read in i["categories"] for i in whole] == [False, True]
    feed = whole[0]["origin"]["streamId"]
    post(client, f"{API}/mark-all-as-read", auth, s=feed)
    assert not unread() & {r["id"] for r in get(client, f"stream/items/ids?s={feed}&n=999", auth)["itemRefs"]}
    post(client, f"{API}/mark-all-as-read", auth, s=ALL)
    assert unread() == set()
    assert len(get(client, f"stream/items/ids?s={starred}&n=9", auth)["itemRefs"]) == 1


@pytest.mark.parametrize("path", ["edit-tag?i=1&a=x", "mark-all-as-read?s=x"])
def test_asking_changes_nothing(client: Client, auth: str, path: str) -> None:
    assert client.get(f"{API}/{path}", {"Authorization": auth}).status == 400


@pytest.mark.parametrize("wrong", ["i=x", "n=x", "ot=99999999999999999", "c=1-x", "s=user/-/label/nowhere"])
def test_nonsense_is_a_mistake_of_the_caller(client: Client, auth: str, wrong: str) -> None:
    paths = {"i": "stream/items/contents"}
    answered = client.get(f"{API}/{paths.get(wrong[0], 'stream/items/ids')}?{wrong}", {"Authorization": auth})
    assert answered.status in (400, 404)
    assert "Traceback" not in answered.data.decode()


@pytest.mark.skipif(not shutil.which("newsboat"), reason="SKIPPED: newsboat is not installed")
def test_newsboat_reads_whole_texts_and_tells_what_was_read(client: Client, auth: str, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        f'urls-source "feedhq"\nfeedhq-login "sara"\nfeedhq-password "كلمة سر"\nfeedhq-url "{client.base}{PREFIX}"\n'
        'feedhq-flag-star "s"\nfeedhq-min-items 200\nfeedhq-show-special-feeds no\n',
        encoding="utf-8",
    )

    def newsboat(*more: str) -> None:
        done = subprocess.run(
            ["newsboat", "-C", tmp_path / "config", "-u", tmp_path / "urls", "-c", tmp_path / "cache.db", *more],
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    newsboat("-x", "reload")
    with sqlite3.connect(tmp_path / "cache.db") as cache:
        rows = cache.execute("SELECT guid, title, content, unread FROM rss_item").fetchall()
    archive = client.archive
    states = {s.article.title: s.article for s in archive.export()}
    assert len(rows) == archive.stats().articles
    assert all(row[3] == 1 for row in rows)
    for _, title, content, _ in rows:
        assert all(
            p.text[:40].split("&")[0].split('"')[0] in content.replace("&quot;", '"') for p in states[title].body
        )
    post(client, f"{API}/mark-all-as-read", auth, s=f"feed/{archive.outlets()[0].outlet.id}")
    newsboat("-x", "reload")
    with sqlite3.connect(tmp_path / "cache.db") as cache:
        (read,) = cache.execute("SELECT count(*) FROM rss_item WHERE unread = 0").fetchone()
    assert read == archive.outlets()[0].articles
