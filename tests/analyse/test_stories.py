"""Placing article by article: what goes where, and that the window alone decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_stories import DAY, HOUR, START, id_of, report, terms_of
from warraq import sample
from warraq.analyse.background import Background, checkpoints
from warraq.analyse.stories import WINDOW, Placer, agreement, news
from warraq.analyse.vectors import TERM, analyse
from warraq.analyse.window import ASIDE, Holders, Window
from warraq.arabic import words
from warraq.types import Arrival, Article, Paragraph, Placed, Placement, micros

NOTHING = Background()


def place(arrivals: Sequence[Arrival], placer: Placer | None = None) -> list[Placement]:
    placer = placer or Placer()
    return [placer.place(arrival, NOTHING) for arrival in arrivals]


def stories(placements: Sequence[Placement]) -> list[str]:
    """The story of each article at the end."""
    into = dict(pair for p in placements for pair in p.joined)
    found = []
    for p in placements:
        story = p.story
        while story in into:
            story = into[story]
        found.append(story)
    return found


def kept(arrivals: Sequence[Arrival], placements: Sequence[Placement]) -> list[Placed]:
    """What a store gives back of placements."""
    began = {a.article: a.at for a in arrivals}
    return [
        Placed(a, story, p.event, began[story])
        for a, p, story in zip(arrivals, placements, stories(placements), strict=True)
    ]


def test_the_first_article_is_a_story_and_an_event_of_its_own() -> None:
    (only,) = place([report(1, START, 0, 0)])
    assert only == Placement(id_of(1), START, id_of(1), id_of(1))


def test_reports_of_one_event_are_together_and_other_news_apart() -> None:
    found = place([report(1, START, 0, 0), report(2, START + HOUR, 1, 0), report(3, START + 2 * HOUR, 0, 0)])
    assert [p.story for p in found] == [id_of(1), id_of(2), id_of(1)]
    assert [p.event for p in found] == [id_of(1), id_of(2), id_of(1)]


def test_events_of_one_story_are_told_apart() -> None:
    arrivals = [report(n, START + n * HOUR // 4, 0, n % 2, f"outlet{n}") for n in range(1, 9)]
    found = place(arrivals)
    assert {p.story for p in found} == {id_of(1)}
    assert [p.event for p in found] == [id_of(1), id_of(2)] * 4


def test_pictures_that_go_with_a_report_are_further_from_it_than_another_report() -> None:
    (picture, *_) = words(ASIDE)
    window = Window(WINDOW, 10)
    one = report(1, START, 0, 0)
    window.add(Placed(one, one.article, one.article, START))
    vector = np.frombuffer(replace(one, article=id_of(2)).terms, TERM)
    headed = np.sort(np.append(vector, np.array([(picture.code, 1, 0, 0)], TERM)), order="term")
    plain, aside = window.read(one), window.read(replace(one, terms=headed.tobytes()))
    assert (plain.aside, aside.aside, window.asides.tolist()) == (False, True, [False])
    rows, told = np.array([0]), window.holders(np.array([0]), plain)
    gaps, same, about = np.array([0]), np.array([False]), np.ones(1)
    alike = [agreement(window, it, rows, told, gaps, same, about)[0] for it in (plain, aside)]
    assert alike[0] - alike[1] > 0.5


def test_what_all_reports_of_a_story_hold_is_no_news_in_it() -> None:
    idf = np.full(2, 6.0)
    for size in (2, 8, 64):
        all_of_them, one_of_them = news(Holders(size, np.array([size, 1])), idf, np.array([0, 1]))
        assert 0 <= all_of_them < one_of_them
    assert all_of_them < 0.1 * one_of_them
    assert news(Holders(1, np.array([0, 0])), idf, np.array([0])) == pytest.approx(6 + np.log(6 / 5))


def test_an_outlet_that_tells_the_same_again_at_once_is_in_the_same_event() -> None:
    one = report(1, START, 0, 0, "sahil")
    found = place([one, replace(one, article=id_of(2), at=START + HOUR, published=START + HOUR)])
    assert found[1].event == id_of(1)


def test_after_a_week_without_news_a_story_is_over() -> None:
    late = START + WINDOW + HOUR
    found = place([report(1, START, 0, 0), report(2, late, 0, 0)])
    assert found[1].story == id_of(2)


def test_news_keeps_a_story_alive() -> None:
    arrivals = [report(n, START + n * 20 * HOUR, 0, n) for n in range(1, 20)]
    assert {p.story for p in place(arrivals)} == {id_of(1)}


def test_dates_of_publication_count_when_years_are_imported_at_once() -> None:
    old = replace(report(1, START, 0, 0), published=START - 300 * DAY)
    found = place([old, report(2, START, 0, 0), replace(report(3, START, 0, 0), published=START - 300 * DAY)])
    assert [p.story for p in found] == [id_of(1), id_of(2), id_of(1)]


def made_of(parts: Sequence[Sequence[int]]) -> list[Placement]:
    """Articles whose texts are made of these blocks of thirty words, one after the other."""
    arrivals = []
    for number, blocks in enumerate(parts, 1):
        body = [word for block in blocks for word in range(1000 * block, 1000 * block + 30)]
        at = START + number
        arrivals.append(Arrival(id_of(number), at, "sahil", at, terms_of(body[::7], body, [])))
    return place(arrivals)


def test_an_article_that_belongs_to_two_like_stories_joins_them_under_the_older_name() -> None:
    found = made_of([(0, 1, 4, 5), (1, 2, 6, 7), (0, 1, 2, 4, 6)])
    assert [p.story for p in found] == [id_of(1), id_of(2), id_of(1)]
    assert found[2].joined == ((id_of(2), id_of(1)),)
    assert found[1].event == id_of(2)


def test_a_round_up_does_not_join_what_it_tells_of() -> None:
    found = made_of([(0, 1), (2, 3), (0, 1, 2, 3)])
    assert [p.story for p in found] == [id_of(1), id_of(2), id_of(1)]
    assert not any(p.joined for p in found)


def test_the_first_hundred_articles_of_an_archive_come_together() -> None:
    """The sample newswire, by its own labels: words that are common in any news are not taken for what it is about."""
    written = sorted(sample.articles(), key=lambda article: (article.published, article.id))
    arrivals = []
    for article in written:
        first = article.states[0]
        made = Article("0" * 12, "", article.outlet, first.title, tuple(Paragraph(text) for text in first.paragraphs))
        at = micros(article.published)
        arrivals.append(Arrival(article.id, at, article.outlet, at, analyse(made).terms))
    placer, background, found = Placer(), NOTHING, []
    for number, arrival in enumerate(arrivals):
        if number in set(islice(checkpoints(), 4)):
            background = Background().merge([np.frombuffer(a.terms, TERM) for a in arrivals[:number]])
        found.append(placer.place(arrival, background))
    ours = dict(zip((article.id for article in written), stories(found), strict=True))
    pairs = list(combinations([article for article in written if article.story], 2))
    together = [(one, two) for one, two in pairs if ours[one.id] == ours[two.id]]
    right = sum(one.story == two.story for one, two in together)
    assert right > 0.85 * len(together)
    assert right > 0.65 * sum(one.story == two.story for one, two in pairs)


def test_articles_without_words_stand_alone() -> None:
    empty = [Arrival(id_of(n), START, "sahil", START, b"") for n in range(1, 4)]
    assert [p.story for p in place([*empty, report(5, START, 0, 0)])] == [id_of(n) for n in (1, 2, 3, 5)]


def test_memory_has_a_limit_in_articles() -> None:
    placer = Placer(articles=3)
    arrivals = [report(1, START, 0, 0), *(report(n, START + n, n, 0) for n in range(2, 5)), report(9, START + 9, 0, 0)]
    assert place(arrivals, placer)[-1].story == id_of(9)
    assert place(arrivals)[-1].story == id_of(1)


REPORTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 40), st.integers(-30, 0)), min_size=1, max_size=60
)


def arrivals_of(plan: Sequence[tuple[int, int, int, int]]) -> list[Arrival]:
    """Reports in order; hours pass between two, and they may have been published hours before."""
    at, found = START, []
    for number, (story, event, hours, before) in enumerate(plan, 1):
        at += hours * HOUR
        found.append(replace(report(number, at, story, event), published=at + before * HOUR))
    return found


@given(REPORTS, st.integers(0, 60), st.integers(2, 40))
@settings(max_examples=60, deadline=None)
def test_a_placer_given_the_window_decides_as_one_that_ran_all_along(
    plan: list[tuple[int, int, int, int]], cut: int, limit: int
) -> None:
    arrivals = arrivals_of(plan)
    running = Placer(articles=limit)
    before = place(arrivals[:cut], running)
    memory = [p for p in kept(arrivals[:cut], before) if p.arrival.at >= arrivals[: cut + 1][-1].at - WINDOW][-limit:]
    assert place(arrivals[cut:], Placer(memory, articles=limit)) == place(arrivals[cut:], running)


@given(REPORTS, st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_nothing_that_comes_later_changes_a_decision(plan: list[tuple[int, int, int, int]], cut: int) -> None:
    arrivals = arrivals_of(plan)
    assert place(arrivals)[:cut] == place(arrivals[:cut])


@given(REPORTS)
@settings(max_examples=40, deadline=None)
def test_names_are_of_first_articles_and_events_stay_in_one_story(plan: list[tuple[int, int, int, int]]) -> None:
    arrivals = arrivals_of(plan)
    found = place(arrivals)
    whole = stories(found)
    first: dict[str, str] = {}
    homes: dict[str, set[str]] = {}
    for placement, story in zip(found, whole, strict=True):
        first.setdefault(story, placement.article)
        homes.setdefault(placement.event, set()).add(story)
    assert all(story == article for story, article in first.items())
    assert all(len(home) == 1 for home in homes.values())


def test_many_articles_later_the_window_is_as_it_was() -> None:
    """Dropping what has left the index changes nothing: 3,000 articles through a window of 400."""
    arrivals = [report(n, START + n * HOUR // 40, n % 37, n % 3, noise=4) for n in range(1, 3001)]
    running = Placer(articles=400)
    found = place(arrivals, running)
    memory = kept(arrivals[:2500], found[:2500])[-400:]
    assert place(arrivals[2500:], Placer(memory, articles=400)) == found[2500:]
