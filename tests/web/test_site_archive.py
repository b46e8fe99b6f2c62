"""The site over a real archive: the same articles, imported, indexed, searched and served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from served import Client, serving

from made import OUTLETS, PORT, articles
from warraq import open_archive
from warraq.render.moments import iso


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("real")
    rows = [
        {
            "url": made.url,
            "outlet": made.outlet,
            "title": made.title,
            "text": made.text,
            "published": iso(made.published.at) if made.published else None,
            "seen": iso(seen),
        }
        for made, seen in articles()
    ]
    lines = folder / "news.jsonl"
    lines.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.add_outlets(OUTLETS.values())
        tally = archive.import_paths([Path(lines)], seen="seen")
        assert tally.inputs == len(rows)
        with serving(archive) as client:
            yield client


def find(real: Client, title: str) -> dict[str, Any]:
    return next(a for a in real.json("/index.json")["articles"] if a["title"] == title)


def test_home_outlets_and_about_agree(real: Client) -> None:
    home, about = real.json("/index.json"), real.json("/about.json")
    assert len(home["articles"]) == about["articles"] == sum(o["articles"] for o in home["outlets"])
    assert about["revisions"] == about["articles"] + 1
    assert real.html("/").css_first(".latest .title").text() == home["articles"][0]["title"]
    assert {o["name"] for o in real.json("/outlets.json")["outlets"]} == {o.name for o in OUTLETS.values()}


def test_an_article_with_what_belongs_beside_it(real: Client) -> None:
    id = find(real, PORT)["id"]
    tree, data = real.html(f"/a/{id}"), real.json(f"/a/{id}.json")
    assert tree.css_first("h1").text() == PORT
    assert tree.css_first(".stamp").text()
    assert len(tree.css(".news .body > *")) == len(data["article"]["body"])
    assert data["keywords"]
    assert data["read_also"] is not None
    assert len(tree.css("section[aria-labelledby=similar] li")) == len(data["similar"])
    assert PORT in real.get(f"/a/{id}.txt").data.decode()


def test_as_of_takes_a_page_back(real: Client) -> None:
    title = "تعليق إضراب عمال الأرصفة في مرفأ الياسمين"
    id = find(real, f"{title} (محدّث)")["id"]
    assert len(real.html(f"/a/{id}").css("section[aria-labelledby=revisions] li")) == 2
    early = real.json(f"/a/{id}.json?as_of=2026-03-11T14:00")
    assert early["article"]["title"] == title
    assert real.get(f"/a/{id}?as_of=2026-03-11T13:00").status == 404
    assert real.json("/about.json?as_of=2026-03-11T14:00")["articles"] < real.json("/about.json")["articles"]


def test_search_outlets_and_keywords(real: Client) -> None:
    found = real.json(f"/search.json?q={quote('مرفا الياسمين')}")
    assert found["total"] >= 3
    assert all(
        any(piece["hit"] for piece in h["highlights"]["title"] + h["highlights"]["snippet"]) for h in found["hits"]
    )
    tree = real.html(f"/search?q={quote('مرفا الياسمين')}&outlet=sahil&from=2026-03-11&to=2026-03-11")
    assert {a.text() for a in tree.css(".list a.outlet")} == {OUTLETS["sahil"].name}
    assert real.json(f"/search.json?q={quote('الياسمين')}&to=2026-03-09")["total"] == 0
    assert real.json(f"/k/{quote('صندوق التنمية البحرية')}.json")["total"] == 2
    assert len(real.html("/o/bayan").css(".list .title")) == 4
    assert real.get("/o/nothing").status == 404
    for query in ("-", '""', "-x", "x" * 1500):
        assert real.get(f"/search?q={quote(query)}").status == 400
        assert set(real.json(f"/search.json?q={quote(query)}", 400)) == {"error"}
