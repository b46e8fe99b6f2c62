"""Records to articles: field names, dates, reasons; and both corpora line by line."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warraq.records import MAX_NAMES, MAX_PARAGRAPHS, MAX_TITLE, Refused, record_to_article, stated_date
from warraq.types import Article, Origin, Precision, Reason
from warraq.urls import article_id

WHOLE = {"url": "https://www.example.com/1", "title": "عنوان", "text": "نص"}


def article(**fields: object) -> Article:
    found = record_to_article({**WHOLE, **fields}, zone="Asia/Riyadh")
    assert isinstance(found, Article), found
    return found


def test_a_whole_record() -> None:
    found = record_to_article(
        {
            "Link": "http://Example.com/1?utm_source=x",
            "headline": " عنوان \n الخبر ",
            "content": "الأولى  هنا\n\n \u202eالثانية\r\nالثالثة",
            "published_at": "2025-02-16T18:46:39+03:00",
            "modified": "2025-02-17",
            "byline": "سعاد؛ هدى; سعاد",
            "source": "AAWSAT",
            "category": "اقتصاد",
            "tags": "نفط، غاز, نفط",
            "image": "/i.jpg",
            "lang": "ar_SA",
        },
        zone="Asia/Riyadh",
    )
    assert isinstance(found, Article)
    assert found.url == "http://example.com/1"
    assert found.id == article_id("https://example.com/1")
    assert found.title == "عنوان الخبر"
    assert [p.text for p in found.body] == ["الأولى هنا", "الثانية", "الثالثة"]
    assert found.published is not None
    assert found.published.at == datetime(2025, 2, 16, 15, 46, 39, tzinfo=UTC)
    assert found.published.origin is Origin.RECORD
    assert found.modified is not None
    assert (found.modified.at, found.modified.precision) == (datetime(2025, 2, 16, 21, tzinfo=UTC), Precision.DAY)
    assert found.authors == ("سعاد", "هدى")
    assert (found.outlet, found.section, found.language) == ("aawsat", "اقتصاد", "ar-SA")
    assert found.keywords == ("نفط", "غاز")
    assert found.image == "http://example.com/i.jpg"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"url": ""}, Reason.NO_URL),
        ({"url": None}, Reason.NO_URL),
        ({"url": "ftp://example.com/"}, Reason.BAD_URL),
        ({"url": "news/1"}, Reason.BAD_URL),
        ({"title": ""}, Reason.NO_TITLE),
        ({"title": " \u202e\t"}, Reason.NO_TITLE),
        ({"title": 5}, Reason.BAD_RECORD),
        ({"text": ""}, Reason.NO_BODY),
        ({"text": "\n \n"}, Reason.NO_BODY),
        ({"text": {"a": 1}}, Reason.BAD_RECORD),
        ({"text": [5, None]}, Reason.NO_BODY),
    ],
)
def test_reasons(change: dict[str, object], reason: Reason) -> None:
    found = record_to_article({**WHOLE, **change})
    assert isinstance(found, Refused)
    assert found.reason is reason


def test_a_mapping_names_columns() -> None:
    fields = {**WHOLE, "story": "القصة", "date": "2020-01-01"}
    found = record_to_article(fields, mapping={"text": "story", "published": ""})
    assert isinstance(found, Article)
    assert found.text == "القصة"
    assert found.published is None


def test_outlets_are_asked_for_by_address() -> None:
    def outlet_of(url: str) -> str:
        assert url == WHOLE["url"]
        return "okaz"

    found = record_to_article(
        {**WHOLE, "source": "صحيفة عكاظ", "published": "2015-07-21 02:51:32"},
        outlet_of=outlet_of,
        outlet_zone={"okaz": "Asia/Riyadh"}.__getitem__,
    )
    assert isinstance(found, Article)
    assert found.outlet == "okaz"
    assert found.published is not None
    assert found.published.at == datetime(2015, 7, 20, 23, 51, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2015-07-21 02:51:32", "2015-07-20T23:51:32"),
        ("2015-07-21T02:51:32Z", "2015-07-21T02:51:32"),
        ("Sun, 18 Feb 2018 21:35:43 +0400", "2018-02-18T17:35:43"),
        ("18 Feb 2018 21:35 GMT", "2018-02-18T21:35:00"),
        ("18 فبراير 2018 21:35", "2018-02-18T18:35:00"),
        (1518975343, "2018-02-18T17:35:43"),
        ("1518975343000", "2018-02-18T17:35:43"),
        (1518975343000.0, "2018-02-18T17:35:43"),
    ],
)
def test_dates(said: object, at: str) -> None:
    found = stated_date(said, "Asia/Riyadh")
    assert found is not None
    assert found.at == datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.mark.parametrize("said", ["", None, True, "غدا", "x" * 5000, 1e300, "0001-01-01T00:00+14:00", [], {}, "1" * 12])
def test_what_is_no_date(said: object) -> None:
    assert stated_date(said, "Asia/Riyadh") is None


def test_an_unknown_zone_is_utc() -> None:
    found = stated_date("2015-07-21 02:51:32", "Mars/Olympus")
    assert found is not None
    assert (found.zone, found.at.hour) == ("UTC", 2)


def test_names_from_json_ld() -> None:
    found = article(author=[{"name": "سعاد"}, {"@type": "Person"}, "هدى", 5], publisher={"name": "Okaz"}, outlet="")
    assert found.authors == ("سعاد", "هدى", "5")
    assert found.outlet == "okaz"


def test_bounds() -> None:
    found = article(title="ع" * 10_000, text="س\n" * 20_000, tags=[f"ك{n}" for n in range(500)])
    assert len(found.title) == MAX_TITLE
    assert len(found.body) == MAX_PARAGRAPHS
    assert len(found.keywords) == MAX_NAMES


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "url", "x"]), inner, max_size=2)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from(["url", "title", "text", "published", "author", "outlet", "tags", "image", "lang", "Title"])


@given(st.dictionaries(NAMES, VALUES, max_size=8), st.booleans())
def test_anything_is_an_article_or_refused(fields: dict[str, object], whole: bool) -> None:
    found = record_to_article({**WHOLE, **fields} if whole else fields)
    if isinstance(found, Article):
        assert found.title
        assert found.body
        assert all(p.text == " ".join(p.text.split()) for p in found.body)
    else:
        assert found.reason in (Reason.NO_URL, Reason.BAD_URL, Reason.NO_TITLE, Reason.NO_BODY, Reason.BAD_RECORD)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["saudinewsnet", "ant_multisource"])
def test_corpora(shared: Path, name: str) -> None:
    """One record in 25: an article exactly if it has a title and a text; dates as their text says."""
    counted: Counter[str] = Counter()
    with gzip.open(shared / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % 25:
                continue
            record = json.loads(line)
            found = record_to_article(record, zone="Asia/Riyadh")
            assert isinstance(found, Article) == bool(record["title"].strip() and record["text"].strip())
            if isinstance(found, Article):
                assert found.outlet == record["outlet"].lower()
                if "published" in record:
                    assert found.published is not None
                    assert found.published.at == datetime.fromisoformat(record["published"])
            counted[type(found).__name__] += 1
    assert counted["Article"] > 1200


def test_entities_left_in_plain_text_become_what_they_stand_for() -> None:
    fields = {
        "url": "https://sada.example/1",
        "title": "قال &quot;نعم&quot; &amp; مضى",
        "text": "بقي &#8230; AT&T &copyx",
    }
    article = record_to_article(fields)
    assert isinstance(article, Article)
    assert (article.title, article.text) == ('قال "نعم" & مضى', "بقي … AT&T &copyx")
