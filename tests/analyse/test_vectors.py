"""Term vectors, sketches and digests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from warraq.analyse.vectors import (
    RECIPE,
    SKETCH,
    TERM,
    TERMS,
    analyse,
    analyses,
    digest,
    reader,
    unpack,
    unpack_sketch,
)
from warraq.arabic import code, words
from warraq.types import Article, Dated, Paragraph


def article(title: str = "", *paragraphs: str, **more: object) -> Article:
    body = tuple(Paragraph(text) for text in paragraphs)
    return Article("0" * 12, "nahda", "https://nahda.example/1", title, body, **more)  # type: ignore[arg-type]


def counts(of: Article, word: str) -> tuple[int, int, int]:
    """(title, lead, body) of a word."""
    vector = unpack(analyse(of))
    row = vector[vector["term"] == words(word)[0].code]
    return tuple(map(int, (row["title"][0], row["lead"][0], row["body"][0]))) if len(row) else (0, 0, 0)


def test_terms_are_counted_in_title_lead_and_body() -> None:
    filler = " ".join(f"مصطلح{n}" for n in range(80))
    of = article("ميناء مرسى النور", "افتتح الوزير ميناء جديدا", filler, "وعاد الميناء إلى العمل")
    assert counts(of, "ميناء") == (1, 1, 2)
    assert counts(of, "الوزير") == (0, 1, 1)
    assert counts(of, "العمل") == (0, 0, 1)


def test_stop_words_letters_and_small_numbers_are_no_terms() -> None:
    of = article("من إلى في", "هذا و 24 على 3 من ذلك ب 1921")
    assert len(unpack(analyse(of))) == 1
    assert counts(of, "1921") == (0, 1, 1)


def test_spelling_and_vowel_signs_do_not_matter() -> None:
    assert analyse(article("قرة باغ", "أعلنت الإدارة")).terms == analyse(article("قره باغ", "اعلنت الاداره")).terms
    assert analyse(article("", "مُحَمَّد")).terms == analyse(article("", "محمد")).terms


def test_an_empty_article_has_an_empty_analysis() -> None:
    empty = analyse(article())
    assert (len(unpack(empty)), len(unpack_sketch(empty)), empty.recipe) == (0, 0, RECIPE)
    assert unpack(empty).dtype == TERM


@given(st.text(max_size=400), st.lists(st.text(max_size=300), max_size=4))
def test_any_text_has_a_sorted_vector_and_sketch(title: str, paragraphs: list[str]) -> None:
    analysis = analyse(article(title, *paragraphs))
    terms, sketch = unpack(analysis)["term"].astype(np.int64), unpack_sketch(analysis).astype(np.int64)
    assert (np.diff(terms) > 0).all()
    assert (np.diff(sketch) > 0).all()
    assert analyse(article(title, *paragraphs)) == analysis


def test_long_articles_are_bounded_and_keep_the_title() -> None:
    of = article("لقاح وادي الزيتون", " ".join(f"لفظ{n}س" for n in range(6000)))
    vector = unpack(analyse(of))
    assert len(vector) == TERMS
    assert len(unpack_sketch(analyse(of))) == SKETCH
    assert {code(w.stem) for w in words(of.title)} <= {int(term) for term in vector["term"]}


def test_counts_stop_at_their_limits() -> None:
    of = article("زيتون " * 300, "زيتون " * 3999)
    assert counts(of, "زيتون") == (255, 60, 3999)


def test_one_changed_word_changes_four_hashes() -> None:
    text = " ".join(f"لفظ{n}س" for n in range(100))
    one, two = (unpack_sketch(analyse(article("", t))) for t in (text, text.replace("لفظ50س", "قطارا")))
    assert len(one) == len(two) == 97
    assert len(np.intersect1d(one, two)) == 93


def test_the_digest_names_title_body_and_date_but_not_white_space() -> None:
    day = Dated(datetime(2025, 2, 1, tzinfo=UTC))
    one = article("ميناء النور", "سطر أول", "سطر ثان", published=day)
    assert len(digest(one)) == 16
    same = [
        article("ميناء  النور ", "سطر أول\u00a0سطر", "ثان", published=day),
        replace(one, image="https://nahda.example/2.jpg", keywords=("ميناء",), authors=("سعاد",)),
    ]
    assert {digest(other) for other in same} == {digest(one)}
    others = [
        replace(one, title="ميناء النور الجديد"),
        replace(one, body=one.body[:1]),
        replace(one, published=None),
        replace(one, published=Dated(datetime(2025, 2, 2, tzinfo=UTC))),
        article("ميناء النور سطر", "أول", "سطر ثان", published=day),
    ]
    assert len({digest(other) for other in [one, *others]}) == 6


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=200)), max_size=4))
def test_many_are_analysed_like_one(rows: list[tuple[str, str]]) -> None:
    articles = [article(title, body) for title, body in rows]
    assert analyses(articles, reader()) == [analyse(of) for of in articles]


def test_words_beyond_the_lead_and_long_texts_are_analysed_alike() -> None:
    body = " ".join(f"مصطلح{n % 3000} من 1.5 ب{n}" for n in range(2500))
    articles = [article("ميناء مرسى النور", body), article("", "من"), article("ميناء", *body.split(" من ")[:80])]
    assert analyses(articles, reader()) == [analyse(of) for of in articles]
