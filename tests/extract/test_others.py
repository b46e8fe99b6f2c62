"""What is no article gives a reason, never a text."""

from __future__ import annotations

import pytest
from others import NOT_ARTICLES

from pages import document
from warraq.extract import extract


@pytest.mark.parametrize("form", NOT_ARTICLES)
def test_what_is_no_article_gives_a_reason(form: str) -> None:
    url, markup = NOT_ARTICLES[form]
    found = extract(document(markup, url))
    assert found.article is None, (found.article.title, found.article.text[:300], found.why)
    assert found.reason is not None
    assert found.detail
