"""Keywords that an outlet prints on everything are no evidence, as of a moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from warraq import Archive, open_archive

START = datetime(2026, 3, 10, 8, tzinfo=UTC)
TOWNS = [
    "النخيل",
    "الزيتون",
    "اللوز",
    "السدر",
    "الغاف",
    "العرعر",
    "الأثل",
    "الطلح",
    "السمر",
    "البان",
    "الحور",
    "الصفصاف",
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("tags")
    rows = [
        {
            "url": f"https://alwaha.example/{number}",
            "outlet": "alwaha",
            "published": (START + timedelta(hours=number)).isoformat(),
            "title": f"افتتاح مدرسة واحة {town}",
            "text": f"افتتحت واحة {town} مدرسة، وحضر وفد سباق القوارب الشراعية. وقالت سلمى الديرني إنها تتسع للجميع.",
            "keywords": ["سباق القوارب الشراعية", f"واحة {town}"],
        }
        for number, town in enumerate(TOWNS)
    ]
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with open_archive(folder / "archive", create=True) as made:
        made.import_paths([path], seen="published")
        yield made


def weights(archive: Archive, number: int, as_of: datetime) -> dict[str, float]:
    return {k.text: k.weight for k in archive.keywords(f"https://alwaha.example/{number}", as_of)}


def test_what_is_printed_on_everything_is_no_evidence(archive: Archive) -> None:
    early = weights(archive, 2, START + timedelta(hours=3))
    late = weights(archive, 2, START + timedelta(days=5))
    assert early["واحة اللوز"] == late["واحة اللوز"]
    assert late.get("سباق القوارب الشراعية", 0) < early["سباق القوارب الشراعية"]


def test_a_page_of_a_moment_stays_as_it_was(archive: Archive) -> None:
    moment = START + timedelta(hours=11, minutes=30)
    page = archive.page("https://alwaha.example/2", moment)
    assert tuple(archive.keywords("https://alwaha.example/2", moment)) == page.keywords
    assert archive.page("https://alwaha.example/2", moment + timedelta(days=9)).keywords == page.keywords
