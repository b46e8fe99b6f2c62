"""What ties two articles, as printed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from warraq.analyse.reasons import LONGEST, Printed
from warraq.arabic import words
from warraq.types import Article, Paragraph

TEXT = (
    "قال نوريك بن زالدوف إن ميناء مرسى النور جاهز. ويتسع ميناء مرسى النور للسفن، وبالسفن قمح. "
    "وعاد نوريك بن زالدوف مساء."
)
ARTICLE = Article("0" * 12, "", "", "أول سفينة", (Paragraph(TEXT),))


def codes(text: str) -> list[int]:
    return [word.code for word in words(text) if not word.stop]


def reasons(text: str, most: int = 9) -> tuple[str, ...]:
    return Printed(ARTICLE).phrases(codes(text), most)


def test_shared_words_that_stand_together_are_one_phrase() -> None:
    assert reasons("ميناء مرسى النور") == ("ميناء مرسى النور",)
    assert reasons("مرسى قمح النور") == ("مرسى النور", "قمح")


def test_a_name_keeps_its_link() -> None:
    assert reasons("زالدوف نوريك") == ("نوريك بن زالدوف",)


def test_a_word_alone_is_given_in_its_shortest_form() -> None:
    assert reasons("السفن") == ("سفينة",)
    assert reasons("قمح") == ("قمح",)


def test_words_that_met_once_by_chance_are_no_phrase() -> None:
    assert reasons("جاهز النور") == ("جاهز", "النور")


def test_words_of_two_sentences_are_no_phrase() -> None:
    once = Article("0" * 12, "", "", "", (Paragraph("رأى زالدوف. نوريك عاد. ورآه زالدوف. نوريك نام."),))
    assert Printed(once).phrases(codes("زالدوف نوريك"), 9) == ("زالدوف", "نوريك")


def test_at_most_so_many_and_nothing_that_is_not_there() -> None:
    assert len(reasons("ميناء سفينة قمح جاهز مساء", 3)) == 3
    assert reasons("قطار") == ()
    assert Printed(Article("0" * 12, "", "", "", ())).phrases(codes("قطار"), 3) == ()


@given(
    st.lists(st.sampled_from(["ميناء", "مرسى", "النور", "نوريك", "بن", "قمح", "في", "سفن"]), max_size=30),
    st.integers(1, 6),
)
def test_every_phrase_stands_in_the_text(text: list[str], most: int) -> None:
    article = Article("0" * 12, "", "", "", (Paragraph(" ".join(text)),))
    found = Printed(article).phrases(codes(" ".join(text[:8])), most)
    assert len(found) <= most
    assert len(set(found)) == len(found)
    for phrase in found:
        assert phrase in article.text
        assert len(phrase.split()) <= 2 * LONGEST
