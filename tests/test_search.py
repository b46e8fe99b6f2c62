"""Search through the real query and the real index: any spelling of a word finds any other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from warraq import Archive, QueryError, open_archive
from warraq.query import MAX_CLAUSES, MAX_LENGTH, parse_query
from warraq.types import Outlet

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


LIBRARY = [
    {"url": "https://sada.example/0", "outlet": "sada", "title": "وزير الخارجية يزور الميناء",
     "text": "قال الوزير إن الاتفاق الاقتصادي جاهز", "published": "2025-02-10T01:00:00Z",
     "keywords": ["الميناء", "اتفاق"], "authors": ["سارة علي"]},
    {"url": "https://sada.example/1", "outlet": "sada", "title": "الميناء يفتح أبوابه",
     "text": "وزير النقل ثم وصل الخارجية بعد ذلك", "published": "2025-03-10T01:00:00Z",
     "keywords": ["الميناء"], "authors": ["علي حسن"]},
    {"url": "https://nahda.example/2", "outlet": "nahda", "title": "سباق الخيل", "language": "ar",
     "text": "فاز الحصان الأسود في سباق الخيل", "published": "2024-03-10T01:00:00Z"},
]  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("library")
    source = folder / "rows.jsonl"
    source.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in LIBRARY), encoding="utf-8")
    with open_archive(folder / "archive", create=True) as archive:
        archive.add_outlets([Outlet("sada", "صدى المرفأ", country="QA"), Outlet("nahda", "جريدة النهضة", country="MA")])
        archive.import_paths([source], seen="published")
        yield archive


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("title:وزير", "0"),
        ("وزير", "01"),
        ('"وزير خارجية"', "0"),
        ('"وزير خارجية"~5', "01"),
        ('title:"وزير خارجية"', "0"),
        ("اقتصاد*", "0"),
        ("حصان OR مرفأ OR title:وزير", "02"),
        ("(حصان | وزير) -title:وزير", "12"),
        ("حصان OR (وزير -نقل)", "02"),
        ("كاتب:سارة", "0"),
        ('author:"علي حسن"', "1"),
        ('author:"علي سارة"', ""),
        ("keyword:ميناء", "01"),
        ("date:2025-02", "0"),
        ("date:2025", "01"),
        ("date:/2024", "2"),
        ("date:2025-02/", "01"),
        ("seen:2025-03..", "1"),
        ("seen:2025-03", "1"),
        ("outlet:sada -نقل", "0"),
        ("outlet:المرفأ", "01"),
        ("بلد:قطر", "01"),
        ("country:MA", "2"),
        ("lang:AR وزير", "01"),
        ("story:000000000000", ""),
    ],
)
def test_every_part_of_the_language_finds_what_it_says(library: Archive, query: str, found: str) -> None:
    assert {hit.brief.url[-1] for hit in library.search(query).hits} == set(found)
    assert library.search(query).total == len(found)


def test_facets_count_all_matches(library: Archive) -> None:
    facets = library.facets("وزير OR سباق")
    assert dict(facets.outlets) == {"sada": 2, "nahda": 1}
    assert facets.keywords[0] == ("الميناء", 2)
    assert [count for _, count in facets.days] == [1, 1, 1]
    early = library.facets("وزير OR سباق", as_of=datetime(2025, 1, 1, tzinfo=UTC))
    assert dict(early.outlets) == {"nahda": 1}


def test_age_counts_only_when_asked(library: Archive) -> None:
    assert library.search("وزير").hits[0].brief.url[-1] == "0", "a match in the title is better"
    assert library.search("وزير", half_life=1).hits[0].brief.url[-1] == "1", "but it is older"


def test_a_slip_of_the_pen_brings_a_suggestion(library: Archive) -> None:
    assert library.search("وزيؤر النقل").suggestion == "وزير النقل"
    assert library.search("قققققققق").suggestion == ""
    assert library.search("وزير").suggestion == ""


def test_copies_are_one_line_that_says_where(tmp_path: Path) -> None:
    text = "أعلنت هيئة الموانئ أن الرافعة الجديدة دخلت الخدمة صباح الأحد وأن العمال أنهوا تدريبهم قبل أسبوع من الموعد "
    with open_archive(archive_of(tmp_path, [text, text, "الرافعة القديمة معروضة للبيع في مزاد"])) as archive:
        assert len(archive.search("الرافعة").hits) == 3
        found = archive.search("الرافعة", collapse=True)
        assert found.total == 3
        assert sorted(len(hit.copies) for hit in found.hits) == [0, 1]
