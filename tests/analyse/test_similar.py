"""Similar articles, read-also, copies and story."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.analyse import similar
from warraq.analyse.background import Background
from warraq.analyse.copies import likeness, overlap
from warraq.analyse.reasons import Printed
from warraq.analyse.relatedness import relatedness
from warraq.analyse.similar import Candidate, Ranked, query_terms, rank
from warraq.analyse.vectors import analyse, unpack, unpack_sketch
from warraq.arabic import words
from warraq.types import Article, Dated, Outline, Paragraph, micros

DAY = datetime(2025, 2, 10, tzinfo=UTC)
NOW = DAY + timedelta(days=30)

PORT = (
    "افتتح وزير النقل ميناء مرسى النور على خليج الزمرد بحضور سفراء وتجار. ويتسع الميناء لسفن الحاويات الكبيرة، "
    "وتربطه سكة حديد بمدينة الياسمين. وقالت إدارة الميناء إن أول سفينة حاويات رست عند الرصيف صباحا وعلى متنها قمح. "
    "ويأمل التجار في خفض كلفة الشحن البحري، بعد أن كانت البضائع تنقل بالشاحنات من مرافئ الجنوب في رحلة طويلة. "
)
PORT_AGAIN = (
    "رست في ميناء مرسى النور سفينة حاويات تحمل قمحا، في أول رحلة منذ تدشين المرفأ على خليج الزمرد. وذكر بحارة أن "
    "الرصيف الجديد يستوعب سفنا ضخمة، وأن قطار الشحن ينقل الحاويات من الميناء إلى مدينة الياسمين خلال ساعات. "
    "وعدّ خبراء الشحن البحري ميناء مرسى النور منافسا لمرافئ الجنوب. "
)
SHIPPING = (
    "ارتفعت كلفة الشحن البحري بعد عواصف ضربت مرافئ الجنوب وأخرت سفن الحاويات. وطالب التجار وزارة النقل بفتح ميناء ثان "
    "على خليج الزمرد لتخفيف الزحام، وقالت غرفة التجارة إن سفن القمح تنتظر أياما قبل أن ترسو. "
)
VACCINE = (
    "أعلن معهد البحوث في مدينة السنديان لقاحا جديدا ضد حمى الوديان، بعد تجارب شملت متطوعين. وقال الأطباء إن اللقاح "
    "آمن للأطفال، وإن حملة التطعيم تبدأ في المدارس والمراكز الصحية. وكانت حمى الوديان قد أصابت الماشية والرعاة. "
)
GLUED = "قال مسؤولون إن المرحلة الأولى تبدأ قريبا بالتعاون مع شركاء، وإن العمل يسير وفق الخطة. "


def article(number: int, title: str, text: str, outlet: str = "nahda", *, day: int = 0) -> Article:
    when = Dated(DAY + timedelta(days=day))
    return Article(f"{number:012d}", outlet, "", title, (Paragraph(text),), published=when)


def candidate(of: Article, *, seen: int | None = None) -> Candidate:
    assert of.published is not None
    first = of.published.at + timedelta(minutes=5) if seen is None else DAY + timedelta(days=seen)
    analysis = analyse(of)
    at = micros(first)
    return Candidate.of(
        Outline(of.id, of.outlet, at, min(at, micros(of.published.at)), analysis.sketch), analysis.terms
    )


def world(count: int = 400) -> Background:
    """A background in which newsroom phrases are common and names are rare."""
    rng = random.Random(4)
    common = [*GLUED.split(), "تبدأ", "بالتعاون", "الوزير", "المدينة", "أعلن", "مشروع", "تنفيذ", "جديد"]
    return Background().merge(
        [unpack(analyse(article(0, "", " ".join([*rng.choices(common, k=14), f"نادر{n}س"])))) for n in range(count)]
    )


WORLD = world()
A = article(1, "تدشين ميناء مرسى النور", PORT)
AGAIN = article(2, "أول سفينة حاويات في مرسى النور", PORT_AGAIN, "barq", day=1)
COST = article(3, "كلفة الشحن البحري ترتفع", SHIPPING, "barq", day=-9)
JAB = article(4, "لقاح ضد حمى الوديان", VACCINE, "barq")
COPY = article(5, "ميناء جديد على خليج الزمرد", PORT + "وأعلن ذلك أمس.", "sada")
CUT = article(6, "مرسى النور يستقبل السفن", PORT[: len(PORT) * 2 // 3], "fajr", day=1)
SAME = [A, AGAIN, COST, JAB, COPY, CUT]


def ranked(of: Article, others: list[Article], background: Background = WORLD, **more: object) -> Ranked:
    return rank(candidate(of), [candidate(other) for other in others], background, NOW, **more)  # type: ignore[arg-type]


def ids(related: tuple[object, ...]) -> list[str]:
    return [r.id for r in related]  # type: ignore[attr-defined]


def test_an_article_is_related_by_what_it_is_about() -> None:
    found = ranked(A, [AGAIN, COST, JAB])
    assert found.read_also is not None
    assert found.read_also.id == AGAIN.id
    assert ids(found.similar) == [COST.id]
    assert ids(found.story) == [AGAIN.id]


def test_every_item_says_what_ties_it_most_telling_first() -> None:
    found = ranked(A, [AGAIN, COST])
    assert found.read_also is not None
    stems = {word.code: word.stem for word in words(A.title + " " + PORT)}
    ties = [stems[code] for code in found.read_also.shared]
    assert ties[0] == words("ميناء")[0].stem
    assert words("النور")[0].stem in ties[:4]


def test_copies_are_hidden() -> None:
    found = ranked(A, SAME)
    assert found.read_also is not None
    assert not {COPY.id, CUT.id, A.id} & {
        *ids(found.similar),
        *ids(found.story),
        found.read_also and found.read_also.id,
    }


def test_a_copy_in_the_same_outlet_is_hidden() -> None:
    found = ranked(A, [replace(COPY, outlet=A.outlet), AGAIN])
    assert found.read_also is not None
    assert found.read_also.id == AGAIN.id
    assert found.similar == ()


def test_of_copies_of_each_other_one_is_shown() -> None:
    others = [replace(AGAIN, id=f"{n:012d}", outlet=f"o{n}") for n in range(20, 26)]
    found = ranked(A, [*others, COST])
    shown = [found.read_also and found.read_also.id, *ids(found.similar)]
    assert len(set(shown) & {other.id for other in others}) == 1
    assert COST.id in shown


def test_a_phrase_alone_does_not_relate() -> None:
    one = article(10, "الإدارة تبدأ تنفيذ مشروع ميناء مرسى النور بالتعاون مع شركة", PORT + GLUED)
    other = article(11, "المستشفى يبدأ تنفيذ مشروع لقاح حمى الوديان بالتعاون مع شركة", VACCINE + GLUED, "barq")
    found = ranked(one, [other, COST])
    assert other.id not in {*ids(found.similar), *ids(found.story), found.read_also and found.read_also.id}


PHRASES = [
    "بحضور عدد من المسؤولين تبدأ المرحلة الأولى بالتعاون مع شركاء",
    "في إطار جهود الوزارة وبالتعاون مع الجهات المعنية تنفيذ مشروع",
    "أعلن مصدر مسؤول اليوم أن العمل يسير وفق الخطة في",
]
MATTERS = [
    ("لقاح ضد حمى الوديان", VACCINE),
    ("سباق الخيول في سهل الرمان", "فاز الفرس شهاب بسباق السهل أمام خيول من اصطبلات الجبل، وسلم المحافظ الكأس للفارس."),
    ("رواية جديدة لسعاد المرجان", "صدرت رواية عن دار الأقحوان تحكي عن نحات يعود إلى قريته ليرمم تماثيلها القديمة."),
    ("زلزال يهز جزيرة السنونو", "شعر سكان الجزيرة بهزة أرضية عند الفجر، وتصدعت بيوت طينية، ولم يبلغ عن ضحايا."),
    ("أسعار القمح في بورصة الحبوب", "هبطت عقود القمح والشعير بعد تقرير عن حصاد وفير في سهول الشمال وتراجع الطلب."),
]


@pytest.mark.parametrize("phrase", PHRASES)
@pytest.mark.parametrize("background", [WORLD, Background()])
def test_the_same_phrase_before_titles_brings_in_nothing_unrelated(phrase: str, background: Background) -> None:
    """The trial of short texts that share a phrase: titles alike by their first words, matters that are not."""
    of = article(200, f"{phrase} ميناء مرسى النور", PORT)
    unrelated = [article(210 + n, f"{phrase} {title}", text, "barq", day=n) for n, (title, text) in enumerate(MATTERS)]
    plain = replace(AGAIN, id=f"{300:012d}", title=f"{phrase} أول سفينة حاويات في مرسى النور")
    found = ranked(of, [*unrelated, plain], background)
    shown = {*ids(found.similar), *ids(found.story), found.read_also and found.read_also.id}
    assert plain.id in shown
    assert not shown & {other.id for other in unrelated}


def test_a_larger_archive_asks_for_more_likeness() -> None:
    sizes = [0, 100, 1_000, 60_000, 5_000_000]
    floors = [similar._floor(size) for size in sizes]
    assert floors == sorted(floors)
    assert floors[0] == floors[1] < floors[2] < floors[3] == floors[4] == similar.FLOOR


def test_the_story_as_placed_is_taken_as_it_is() -> None:
    placed = ranked(A, [AGAIN, COST, JAB], told={COST.id, JAB.id})
    assert ids(placed.story) == [COST.id]
    assert placed.read_also is not None
    assert placed.read_also.id == COST.id
    assert ids(ranked(A, [AGAIN, COST, JAB], told=set()).story) == []


def test_what_is_nearer_in_time_comes_first() -> None:
    near = replace(COST, id=f"{400:012d}", published=Dated(DAY))
    far = replace(
        near, id=f"{401:012d}", published=Dated(DAY - timedelta(days=900)), body=(Paragraph(SHIPPING + "وانتهت. " * 9),)
    )
    alone = [ranked(A, [one]).read_also for one in (near, far)]
    assert alone[0] is not None
    assert alone[1] is None or alone[1].score < alone[0].score


def test_nothing_seen_later_counts() -> None:
    before = [candidate(COST)]
    later = candidate(AGAIN, seen=31)
    assert rank(candidate(A), [*before, later], WORLD, NOW) == rank(candidate(A), before, WORLD, NOW)


def test_a_story_is_in_time_order_and_near_in_time() -> None:
    reports = [replace(AGAIN, id=f"{n:012d}", body=(Paragraph(PORT_AGAIN + f"كلمة{n}س " * 9),)) for n in range(30, 34)]
    spread = [replace(r, published=Dated(DAY + timedelta(days=d))) for r, d in zip(reports, (3, 1, 2, 9), strict=True)]
    assert ids(ranked(A, spread).story) == ["000000000031", "000000000032", "000000000030"]


def test_read_also_prefers_another_outlet_and_skips_stubs() -> None:
    stub = article(
        40, "ميناء مرسى النور وخليج الزمرد", "رست سفينة حاويات في ميناء مرسى النور على خليج الزمرد.", "sada", day=2
    )
    mine = replace(
        AGAIN, id=f"{41:012d}", outlet=A.outlet, body=(Paragraph(PORT_AGAIN + "وعزفت فرقة المدينة ألحانا."),)
    )
    found = ranked(A, [stub, mine, AGAIN, COST])
    assert found.read_also is not None
    assert found.read_also.id == AGAIN.id


def test_a_story_does_not_fill_the_list() -> None:
    rng = random.Random(2)
    tail = [
        "طيور",
        "بحيرة",
        "سباق",
        "خيول",
        "مهرجان",
        "سينما",
        "مسرح",
        "رواية",
        "كتاب",
        "معرض",
        "لوحات",
        "نحات",
        "متحف",
        "آثار",
        "قلعة",
        "سور",
    ]
    reports = [
        article(50 + n, f"ميناء مرسى النور {tail[n]}", PORT_AGAIN + " ".join(rng.sample(tail, 12)), f"o{n}", day=1)
        for n in range(12)
    ]
    found = ranked(
        A, [*reports, COST, article(80, "قطار مدينة الياسمين", "ينقل قطار الشحن حاويات ميناء مرسى النور. " * 3)]
    )
    assert COST.id in ids(found.similar)[:6]


def test_no_candidates_or_an_empty_article_give_an_empty_answer() -> None:
    assert ranked(A, []) == Ranked()
    assert ranked(article(90, "", ""), SAME) == Ranked()
    assert ranked(A, [article(91, "", "")]) == Ranked()


@pytest.mark.parametrize("background", [WORLD, Background()])
def test_the_order_of_candidates_does_not_matter(background: Background) -> None:
    rng = random.Random(1)
    vocabulary = (PORT + PORT_AGAIN + SHIPPING + VACCINE).split()
    others = [
        article(
            100 + n,
            " ".join(rng.sample(vocabulary, 5)),
            " ".join(rng.choices(vocabulary, k=60)),
            f"o{n % 5}",
            day=n % 9,
        )
        for n in range(60)
    ]
    expected = ranked(A, [*SAME, *others], background)
    assert len(expected.similar) == 10
    for seed in range(5):
        shuffled = [*others, *SAME]
        random.Random(seed).shuffle(shuffled)
        assert ranked(A, shuffled, background) == expected
    named = [*ids(expected.similar), expected.read_also and expected.read_also.id]
    assert len(set(named)) == len(named)
    assert A.id not in named


def test_query_terms_are_the_tellings_words_of_the_title_first() -> None:
    terms = query_terms(Printed(A).stems, unpack(analyse(A)), WORLD, 8)
    assert len(terms) == 8
    assert terms[0][0] == words("ميناء")[0].stem
    assert {words("مرسى")[0].stem, words("النور")[0].stem} <= {stem for stem, _ in terms[:4]}
    assert [weight for _, weight in terms] == sorted((weight for _, weight in terms), reverse=True)
    assert all(1 <= weight <= 20 for _, weight in terms)
    assert query_terms({}, unpack(analyse(article(1, "", ""))), WORLD) == []


def test_the_name_of_a_column_ties_nothing() -> None:
    def score(title: str) -> float:
        one, two = article(1, title, PORT), article(2, title, SHIPPING, "barq")
        return float(similar._Pool(candidate(one), [candidate(two)], WORLD).scores[0])

    assert score("نافذة الخميس") == pytest.approx(score(""), abs=1e-6)
    assert score("ميناء النور") > score("")


def test_templated_news_of_different_subjects_is_no_copy() -> None:
    def relief(order: str, tons: int, goods: str) -> Article:
        text = (
            f"وصلت إلى مطار الواحة اليوم طائرة الإغاثة {order} ضمن الجسر الجوي الذي أقامته هيئة العون وعلى متنها "
            f"{tons} طنا من {goods}. وكان في استقبالها مدير المطار وعدد من المسؤولين الذين عبروا عن شكرهم للهيئة "
            "على ما تقدمه من عون."
        )
        return article(1, f"وصول طائرة الإغاثة {order}", text)

    one, two = (
        relief("الرابعة", 113, "الأدوية وأجهزة التنفس والمحاليل"),
        relief("السادسة", 127, "الخيام والبطانيات وحليب الرضع"),
    )
    pair = [(unpack(analyse(a)), unpack_sketch(analyse(a))) for a in (one, two)]
    found = likeness(pair[0], pair[1], WORLD)
    assert found.containment > 0.4
    assert not found.copy
    assert likeness(pair[0], pair[0], WORLD).copy


@settings(deadline=None)
@given(st.integers(20, 1200), st.floats(0.2, 1.0), st.integers(0, 10**6))
def test_a_text_cut_short_is_found_by_containment(length: int, share: float, seed: int) -> None:
    rng = random.Random(seed)
    text = [f"لفظ{rng.randrange(10**6)}س" for _ in range(length)]
    whole, part = (
        unpack_sketch(analyse(article(1, "", " ".join(t)))) for t in (text, text[: max(20, int(length * share))])
    )
    assert overlap(whole, part) == overlap(part, whole)
    assert overlap(whole, part)[0] >= 0.999
    other = unpack_sketch(analyse(article(1, "", " ".join(f"عبارة{rng.randrange(10**6)}ش" for _ in range(length)))))
    assert overlap(whole, other) == (0.0, 0.0)


def test_a_candidate_is_what_the_store_gives() -> None:
    analysis = analyse(A)
    found = Candidate.of(Outline("a", "b", 2, 1, analysis.sketch), analysis.terms)
    assert (found.id, found.outlet, found.first_seen, found.published) == ("a", "b", 2, 1)
    assert np.array_equal(found.vector, unpack(analysis))
    assert np.array_equal(found.sketch, unpack_sketch(analysis))


def test_a_phrase_before_real_titles_brings_in_nothing_unrelated(shared: Path) -> None:
    """The same trial on real news: whatever a phrase brings into a list is related without the phrase too."""
    with gzip.open(shared / "corpora" / "ant_multisource.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, 16_000, 20)]
    news = [
        article(1000 + n, row["title"], row["text"], row["outlet"], day=n % 30)
        for n, row in enumerate(rows)
        if row["title"] and row["text"]
    ]
    background = Background().merge([unpack(analyse(one)) for one in news])
    brought = 0
    for number in range(0, 600, 50):
        one, others = news[number], news[number + 1 :][:40]
        bare = [relatedness(unpack(analyse(one)), unpack(analyse(other)), background) for other in others]
        for phrase in PHRASES:
            told = [replace(each, title=f"{phrase} {each.title}") for each in (one, *others)]
            found = ranked(told[0], told[1:], background)
            shown = {*ids(found.similar), *ids(found.story), found.read_also and found.read_also.id}
            plain = ranked(one, others, background)
            before = {*ids(plain.similar), *ids(plain.story), plain.read_also and plain.read_also.id}
            brought += sum(
                other.id in shown - before and value < 0.2 for other, value in zip(others, bare, strict=True)
            )
    assert brought == 0
