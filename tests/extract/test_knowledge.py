"""What is learned of an outlet: shared blocks, trending tags, furniture titles; bounded, packed, fading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages import HEADLINES, TEXT, Page, document, html
from warraq.extract import Counters, Extraction, Learner, OutletKnowledge, extract
from warraq.extract.knowledge import DAYS, MOST_BLOCKS, READY, RECENT, REMEMBERED, mark, observe
from warraq.types import Observation, Outlet, Parsed, RawDocument, Reason

DAY = date(2025, 3, 10)
TRENDING = ("زلزال الجزر", "محاكمة القرن")
PROMO = "حمّلوا دليل الواحة السياحي المجاني من مكتبات المدينة ابتداء من يوم الخميس المقبل."


def page(number: int, headline: str = "", **more: object) -> Page:
    headline = headline or f"{HEADLINES[number % len(HEADLINES)]} في الحي {number}"
    text = tuple(f"{p[:-1]} ({headline})." for p in TEXT)
    own = " ".join(headline.split()[:2])
    made = Page(title=headline, text=text, keywords=(*TRENDING, own), after=f"<div><p>{PROMO}</p></div>")
    return replace(made, **more)  # type: ignore[arg-type]


def fetched(made: Page, number: int, day: date = DAY, template: str = "modern") -> RawDocument:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return document(html(made, template), f"https://a.example/{day}/{number}", fetched_at=at)


def taught(pages: list[RawDocument]) -> Counters:
    counters = Counters()
    for raw in pages:
        seen = extract(raw).observation
        assert seen is not None
        counters.add(seen)
    return counters


def test_what_repeats_over_pages_is_learned_and_left_out() -> None:
    documents = [fetched(page(i), i) for i in range(4)]
    before = extract(documents[0]).article
    assert before is not None
    assert "زلزال الجزر" in before.keywords
    assert any(p.text == PROMO for p in before.body)
    after = extract(documents[0], knowledge=taught(documents).known(DAY)).article
    assert after is not None
    assert after.keywords == (page(0).keywords[-1],)
    assert tuple(p.text for p in after.body) == page(0).text


def test_reading_with_knowledge_teaches_the_same() -> None:
    documents = [fetched(page(i), i) for i in range(4)]
    known = taught(documents).known(DAY)
    for raw in documents:
        assert extract(raw, knowledge=known).observation == extract(raw).observation


def test_one_page_seen_often_teaches_nothing() -> None:
    counters = taught([fetched(page(0), 0)] * 10)
    assert counters.pages == 1
    assert counters.known(DAY) == OutletKnowledge()


def test_one_article_at_many_addresses_teaches_nothing() -> None:
    assert not taught([fetched(page(0), number) for number in range(4)]).known(DAY).has_block(PROMO)


def test_a_title_that_many_pages_share_is_furniture() -> None:
    shared = "بوابة الغيمة الإخبارية المستقلة"
    documents = [fetched(page(i, shared), i, template="plain") for i in range(5)]
    assert extract(documents[0], knowledge=taught(documents[:4]).known(DAY)).reason is None
    refused = extract(documents[0], knowledge=taught(documents).known(DAY))
    assert refused.reason is Reason.FURNITURE_TITLE
    assert refused.observation is not None, "it must go on being counted, or it would be forgotten and come back"


def test_an_agency_in_a_line_of_its_own_stays_a_credit() -> None:
    documents = [fetched(page(i, after="<p>المصدر: وكالات</p>"), i) for i in range(5)]
    after = extract(documents[0], knowledge=taught(documents).known(DAY)).article
    assert after is not None
    assert after.credit == ("وكالات",)
    assert tuple(p.text for p in after.body) == page(0).text


def test_trending_tags_are_those_of_their_day() -> None:
    """A list that changes daily is on few of all pages, but on all of one day."""
    days = [DAY + timedelta(days=n) for n in range(8)]
    lists = [(f"الملف {n}", f"القضية {n}") for n in range(8)]
    counters = Counters()
    for day, trending in zip(days, lists, strict=True):
        for i in range(4):
            own = page(i).keywords[-1]
            seen = extract(fetched(page(10 * day.day + i, keywords=(*trending, own)), i, day)).observation
            assert seen is not None
            counters.add(seen)
    today = counters.known(days[-1])
    assert today.has_keyword("الملف 7")
    assert not today.has_keyword("الملف 3")
    assert today.has_block(PROMO), "what stays is known on every day"
    assert counters.known(days[0]).has_block(PROMO)


def seen(number: int, day: int = 700_000, marks: tuple[int, ...] = (), title: int | None = None) -> Observation:
    return Observation(mark("u", str(number)), number if title is None else title, day, marks)


def test_what_an_outlet_gives_up_fades() -> None:
    counters = Counters()
    for number in range(200):
        counters.add(seen(number, 700_000 + number // 50, (1,)))
    assert counters.known(date.fromordinal(700_003)).marks == {1}
    for number in range(200, 1000):
        counters.add(seen(number, 700_000 + number // 50, (2,)))
    assert counters.known(date.fromordinal(700_019)).marks == {2}


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5), st.frozensets(st.integers(0, 20))), max_size=300))
def test_nothing_that_enough_pages_have_is_missed(pages: list[tuple[int, int, frozenset[int]]]) -> None:
    """Lossy counting has no false negatives: what 30 % of the pages have, and at least three, is known."""
    counters = Counters()
    exact: dict[int, set[int]] = {}
    for number, _, marks in pages:
        counters.add(seen(number, marks=tuple(sorted(marks))))
        exact.setdefault(number, set(marks))
    known = counters.known(date.fromordinal(700_000)).marks
    if len(exact) < RECENT:
        for item in range(21):
            having = sum(item in marks for marks in exact.values())
            assert item in known or having < 3 or having < 0.3 * len(exact)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 6), st.lists(st.integers(0, 2**32 - 1))), max_size=80))
def test_packed_counters_come_back(pages: list[tuple[int, int, list[int]]]) -> None:
    counters = Counters()
    for number, day, marks in pages:
        counters.add(seen(number, 700_000 + day, tuple(marks)))
    back = Counters.unpack(counters.pack())
    assert back.pack() == counters.pack()
    assert back.pages == counters.pages
    for day in range(7):
        assert back.known(date.fromordinal(700_000 + day)) == counters.known(date.fromordinal(700_000 + day))


@pytest.mark.parametrize("packed", [b"", b"\0", b"\xff" * 99, b"\x01" + b"\xff" * 24, b"\x01" + b"\x01" * 25])
def test_broken_bytes_are_empty_counters(packed: bytes) -> None:
    assert Counters.unpack(packed).known(DAY) == OutletKnowledge()


def test_counters_stay_small_however_many_pages_come() -> None:
    counters = Counters()
    largest = 0
    for number in range(3 * RECENT):
        marks = tuple(mark("b", f"{number} {i}") for i in range(MOST_BLOCKS))
        counters.add(seen(number, 700_000 + number // 100, marks))
        largest = max(largest, len(counters.pack())) if number % 31 == 30 else largest
    assert largest < 96 * 1024
    assert len(counters.pack()) < REMEMBERED * 4 * (DAYS + 1)


def test_a_page_with_thousands_of_blocks_makes_a_small_observation() -> None:
    texts = [f"سطر طويل بما يكفي رقم {i}" for i in range(5000)]
    found = observe("https://a.example/1", "عنوان", DAY, texts, texts)
    assert len(found.marks) <= 2 * MOST_BLOCKS
    assert set(observe("https://a.example/2", "غيره", DAY, (), texts[:60]).marks) & set(found.marks)


def parsed(raw: RawDocument, found: Extraction) -> Parsed:
    return Parsed(raw.url, found.outlet, found.article, observation=found.observation)


def test_the_learner_loads_learns_and_hands_back_what_changed() -> None:
    learner = Learner()
    for number in range(READY):
        raw = fetched(page(number), number)
        assert learner.ready("ghayma") is False
        assert learner.learn(parsed(raw, extract(raw, outlet=Outlet("ghayma", "الغيمة"))))
    assert learner.ready("ghayma")
    assert learner.known("ghayma", DAY).has_block(PROMO)
    assert not learner.known("other", DAY)
    packed = {outlet: follows(b"") for outlet, follows in learner.unsaved().items()}
    assert set(packed) == {"ghayma"}
    assert learner.saved() == {"ghayma"}
    assert learner.unsaved() == {}
    again = Learner(packed)
    assert again.has("ghayma")
    assert again.ready("ghayma")
    assert again.known("ghayma", DAY) == learner.known("ghayma", DAY)
    assert not again.learn(parsed(raw, extract(raw, outlet=Outlet("ghayma", "الغيمة")))), "a page counts once"
    assert again.unsaved() == {}
    assert not again.learn(Parsed("x", "ghayma", reason=Reason.TIMEOUT))


def test_learners_of_one_store_add_to_what_the_others_taught() -> None:
    """Whoever saves when, even if a transaction is undone, the store ends with every page counted once."""
    pages = [Parsed(f"https://a.example/{n}", "a", observation=observation(n)) for n in range(12)]
    one, two, stored = Learner(), Learner(), {"a": b""}
    for number, parsed in enumerate(pages):
        learner = (one, one, two)[number % 3]
        learner.learn(parsed)
        if number == 4:
            learner.unsaved()["a"](stored["a"])  # undone
        elif number % 2:
            stored = {"a": learner.unsaved()["a"](stored["a"])}
            learner.saved()
    for learner in (one, two):
        for outlet, follows in learner.unsaved().items():
            stored[outlet] = follows(stored[outlet])
        learner.saved()
    alone = Counters()
    for parsed in pages:
        assert parsed.observation is not None
        alone.add(parsed.observation)
    together = Counters.unpack(stored["a"])
    assert together.pages == alone.pages == len(pages)
    assert together.known(DAY) == alone.known(DAY)
    assert together.known(DAY).marks, "they share something"


def observation(number: int) -> Observation:
    blocks = ["تابعونا على القناة", f"نص {number} من السطور"]
    return observe(f"https://a.example/{number}", f"عنوان {number}", DAY, ["عاجل"], blocks)


def test_a_second_article_ends_where_every_page_announces_one() -> None:
    """What announces it is on every page, like furniture, and must be seen all the same."""

    def beneath(number: int) -> str:
        title = f"افتتاح معرض الخزف العاشر {number} في متحف الضفة"
        told = f"افتتح وزير الثقافة مساء الأربعاء في متحف الضفة معرض الخزف العاشر {number} بمشاركة ستين خزافاً."
        return f"<p><b>إقرأ أيضاً:</b></p><h2>{title}</h2><p>{told}</p><p>ويستمر معرض الخزف {number} شهراً كاملاً.</p>"

    documents = [fetched(page(i, after=beneath(i)), i) for i in range(6)]
    known = taught(documents).known(DAY)
    assert known.has_block("إقرأ أيضاً:")
    for number, raw in enumerate(documents):
        for knowledge in (None, known):
            article = extract(raw, knowledge=knowledge).article
            assert article is not None
            assert tuple(p.text for p in article.body) == page(number).text
