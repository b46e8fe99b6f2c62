"""Search through the real query and the real index: any spelling of a word finds any other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from warraq import QueryError, open_archive
from warraq.query import MAX_CLAUSES, MAX_LENGTH, parse_query

SPELLINGS = [
    ("hamza", "احمد", "التقى أحمد وفدا من التجار"),
    ("teh marbuta", "مدرسه", "افتتحت مدرسة جديدة"),
    ("alef maqsura", "مستشفي", "نقل إلى مستشفى المدينة"),
    ("article", "وزير", "قال الوزير في بيان"),
    ("clitics", "الجامعة", "وبالجامعة قسم للترجمة"),
    ("plural", "شركة", "وقعت شركات عدة العقد"),
    ("harakat", "علم", "رفع العَلَمُ فوق المبنى"),
    ("tatweel", "محمد", "كلمة محـمـد في الحفل"),
    ("digits", "2026", "في عام ٢٠٢٦ المقبل"),
    ("Persian letters", "كتاب", "معرض کتاب جديد"),
    ("Latin case", "opec", "اجتماع OPEC في فيينا"),
]


def archive_of(folder: Path, texts: list[str]) -> Path:
    rows = [
        {"url": f"https://sada.example/{n}", "outlet": "sada", "title": f"خبر رقم {n + 500}", "text": text,
         "published": f"2026-02-10T0{n % 10}:00:00Z"}
        for n, text in enumerate(texts)
    ]  # fmt: skip
    source = folder / "rows.jsonl"
    source.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with open_archive(folder / "archive", create=True) as archive:
        archive.import_paths([source], seen="published")
    return folder / "archive"


def test_any_spelling_finds_any_other(tmp_path: Path) -> None:
    path = archive_of(tmp_path, [text for _, _, text in SPELLINGS])
    with open_archive(path) as archive:
        for number, (what, query, text) in enumerate(SPELLINGS):
            hits = archive.search(query).hits
            assert f"https://sada.example/{number}" in {hit.brief.url for hit in hits}, what
            (hit,) = [h for h in hits if h.brief.url.endswith(f"/{number}")]
            assert any(span.hit for span in hit.snippet), what
            assert "".join(span.text for span in hit.snippet) == text, "what is shown is what was printed"


def test_the_gold_pairs_find_each_other(shared: Path, tmp_path: Path) -> None:
    lines = (shared / "gold" / "search_pairs.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = [json.loads(line) for line in lines]
    path = archive_of(tmp_path, [pair["document"] for pair in pairs])
    with open_archive(path) as archive:
        for number, pair in enumerate(pairs):
            found = {hit.brief.url for hit in archive.search(pair["query"], limit=50).hits}
            assert f"https://sada.example/{number}" in found, pair["what"]


def test_phrases_exclusions_and_outlets(tmp_path: Path) -> None:
    texts = ["مجلس الأمن يناقش الهدنة", "الأمن يغلق مجلس الحي", "مجلس الأمن يؤجل الجلسة"]
    with open_archive(archive_of(tmp_path, texts)) as archive:

        def numbers(query: str, **options: object) -> set[str]:
            return {h.brief.url[-1] for h in archive.search(query, **options).hits}  # type: ignore[arg-type]

        assert numbers("مجلس الأمن") == {"0", "1", "2"}
        assert numbers('"مجلس الأمن"') == numbers("«مجلس الامن»") == numbers("“مجلس الأمن") == {"0", "2"}
        assert numbers('"مجلس الأمن" -الهدنة') == {"2"}
        assert numbers("الأمن", outlets=("nobody",)) == set()
        assert archive.search("الأمن", limit=1, offset=1).total == 3
        assert [h.brief.url[-1] for h in archive.search("الأمن", newest_first=True).hits] == ["2", "1", "0"]


@pytest.mark.parametrize("query", ["", "   ", '""', "-وزير", "!!!", "ـــ", "x" * (MAX_LENGTH + 1)])
def test_a_query_that_cannot_be_read_points_at_the_place(query: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_query(query)
    assert error.value.position is not None


def test_many_words_are_refused_and_repeated_ones_counted_once() -> None:
    with pytest.raises(QueryError, match=str(MAX_CLAUSES)):
        parse_query(" ".join(f"كلمة{n}" for n in range(MAX_CLAUSES + 1)))
    assert len(parse_query("وزير الوزير وزير").must) <= 2


def test_stop_words_count_only_in_phrases_or_alone() -> None:
    assert len(parse_query("وزير من القاهرة").must) == 2
    assert len(parse_query('"وزير من القاهرة"').must[0].stems) == 3
    assert len(parse_query("من").must) == 1
