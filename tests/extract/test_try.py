"""`warraq outlet try` and `warraq extract`: what was read from a page, and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from others import NOT_ARTICLES

from pages import HEADLINES, TEXT, TITLE, Page, html
from warraq.cli import main
from warraq.extract import extract
from warraq.extract.explain import explain

PROMO = "حمّلوا دليل الواحة السياحي المجاني من مكتبات المدينة ابتداء من يوم الخميس المقبل."


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number, headline in enumerate(HEADLINES):
        text = tuple(f"{p[:-1]} ({headline})." for p in TEXT)
        link = f'<link rel="canonical" href="https://alghayma.example/news/{number}">'
        page = html(Page(headline, text, after=f"<p>{PROMO}</p>", head=link), "modern")
        (tmp_path / f"{number}.html").write_text(page, encoding="utf-8")
    return tmp_path


def test_each_part_has_its_rule_and_what_was_not_taken(folder: Path) -> None:
    shown = run("outlet", "try", folder / "0.html")
    assert shown.exit_code == 0
    for said in (HEADLINES[0], "by heading, as the page's title", "by json-ld datePublished", "box named as body",
                 "not text near the headline", "not densest box", "not rel=tag", PROMO):  # fmt: skip
        assert said in shown.output, said


def test_several_pages_show_what_they_share(folder: Path) -> None:
    shown = run("outlet", "try", *sorted(folder.glob("*.html")))
    assert PROMO not in shown.output
    assert "what many pages of the outlet have" in shown.output


def test_the_same_as_json(folder: Path) -> None:
    for command in (("outlet", "try"), ("extract",)):
        (line,) = run(*command, folder / "0.html", "--json").output.splitlines()
        said = json.loads(line)
        assert said["article"]["title"] == HEADLINES[0]
        assert said["outlet"] == "alghayma.example"
        parts = {part["part"]: part for part in said["parts"]}
        assert parts["title"]["others"][0]["rule"] == "title"
        assert parts["published"]["rule"] == "json-ld datePublished"
        assert len(json.dumps(said)) < 20_000


def test_an_outlets_file_is_tried_before_it_is_added(folder: Path) -> None:
    rules = folder / "ghayma.toml"
    rules.write_text(
        'name = "الغيمة"\nhosts = ["alghayma.example"]\nbody = "div.article-body"\ndrop = ["p:last-child"]\n'
    )
    shown = run("outlet", "try", "--rules", rules, folder / "0.html")
    assert "(ghayma)" in shown.output
    assert "by the outlet's rule" in shown.output
    assert PROMO not in shown.output


@pytest.mark.parametrize(
    "text", ['name = "س"\nhosts = ["a.example"]\nbody = "div["', "name = ", 'name = "س"\nfeed = 1']
)
def test_a_faulty_file_is_one_line(folder: Path, text: str) -> None:
    rules = folder / "bad.toml"
    rules.write_text(text, encoding="utf-8")
    failed = run("outlet", "try", "--rules", rules, folder / "0.html")
    assert failed.exit_code == 2
    assert failed.output.startswith("warraq: ")
    assert len(failed.output.splitlines()) == 1


def test_what_is_no_article_says_why(tmp_path: Path) -> None:
    _, markup = NOT_ARTICLES["tag with a description"]
    file = tmp_path / "tag.html"
    file.write_text(markup, encoding="utf-8")
    shown = run("outlet", "try", file, "--url", "https://www.alghayma.example/topics/water")
    assert shown.exit_code == 1
    assert "no article: not_article (a list of articles" in shown.output
    assert run("outlet", "try", tmp_path / "gone.html").exit_code == 2


def test_explaining_never_fails() -> None:
    from pages import document

    for url, markup in NOT_ARTICLES.values():
        raw = document(markup, url)
        found = extract(raw, keep=True)
        assert all(len(part.others) <= 20 for part in explain(found, raw.fetched_at))
    hostile = f"<title>{TITLE}\x1b[31m\u202e</title><h1>{TITLE}\x1b[31m</h1><p>{TEXT[0]}\x1b]0;x\x07</p>"
    raw = document(hostile)
    assert explain(extract(raw, keep=True), raw.fetched_at)


def test_nothing_from_a_page_reaches_the_terminal_raw(tmp_path: Path) -> None:
    file = tmp_path / "evil.html"
    head = '<link rel="canonical" href="https://a.example/news/12345">'
    file.write_text(
        f"{head}<title>{TITLE}\x1b[31m</title><h1>{TITLE}</h1><p>{TEXT[0]}\x1b]0;x\x07</p>", encoding="utf-8"
    )
    shown = run("outlet", "try", file)
    assert TITLE in shown.output
    assert "\x1b" not in shown.output
    assert "\x07" not in shown.output
