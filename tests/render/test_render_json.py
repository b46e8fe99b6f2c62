"""The values as dicts: JSON-ready, complete, every text with its language and direction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from made import Made
from warraq.render.json import dumps, page_dict, results_dict, stats_dict

TEXTS = {"title", "text", "name"}


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from objects(child)
    elif isinstance(value, list):
        for child in value:
            yield from objects(child)


def test_the_page_keeps_every_part() -> None:
    page = Made().page("0000000port1")
    found = json.loads(dumps(page_dict(page)))
    assert found["as_of"] == "2026-03-12T09:30:15.250000Z"
    assert [p["kind"] for p in found["article"]["body"]] == [p.kind for p in page.article.body]
    assert [p["text"] for p in found["article"]["body"]] == [p.text for p in page.article.body]
    assert found["article"]["published"] == {
        "at": "2026-03-11T03:30:00Z",
        "local": "2026-03-11T07:30+04:00",
        "precision": "minute",
        "origin": "json-ld",
        "zone": "Asia/Dubai",
    }
    assert found["read_also"]["article"]["id"] == page.read_also.article.id  # type: ignore[union-attr]
    assert [s["id"] for s in found["similar"]] == [s.brief.id for s in page.similar]
    assert [c["share"] for c in found["copies"]] == [0.974]
    assert [s["id"] for s in found["story"]] == [s.brief.id for s in page.story]


def test_every_text_has_language_and_direction() -> None:
    made = Made()
    pages = [page_dict(made.page(id)) for id in ("0000000port1", "0000000port3")]
    checked = [o for page in pages for o in objects(page) if TEXTS & o.keys()]
    assert len(checked) > 60
    for found in checked:
        assert found["lang"] in {"ar", "en"}, found
        assert found["dir"] in {"rtl", "ltr", "auto"}, found
    english = pages[1]["article"]
    assert (english["lang"], english["dir"]) == ("en", "ltr")


def test_moments_are_iso_and_what_is_unknown_is_null() -> None:
    found = page_dict(Made().page("00000undated"))
    assert found["article"]["published"] is None
    assert found["article"]["until"] is None
    for value in (o[key] for o in objects(found) for key in ("seen_at", "first_seen_at", "at") if key in o):
        assert value.endswith("Z")
        datetime.fromisoformat(value)


def test_results_and_stats() -> None:
    made = Made()
    results = results_dict(made.search("مرفأ"))
    assert results["total"] == len(results["hits"]) == 4
    for hit in results["hits"]:
        pieces = hit["highlights"]["title"]
        assert "".join(p["text"] for p in pieces) == hit["title"]
    assert stats_dict(made.stats())["outcomes"] == {"new": 15, "rejected:no_date": 2}
    assert stats_dict(Made([]).stats())["first_seen_at"] is None


def test_a_line_of_json_is_a_line_and_can_be_encoded() -> None:
    text = dumps({"text": "خبر\n\ud800 😀"})
    assert "\n" not in text
    assert json.loads(text.encode()) == {"text": "خبر\n\ufffd 😀"}
