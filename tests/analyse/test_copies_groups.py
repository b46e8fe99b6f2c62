"""Copies: what is one text and what only looks like it; groups, publishers, origin."""

# ruff: noqa: E501 - sentences stay whole
from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warraq.analyse.background import Background
from warraq.analyse.contrary import Said, contrary
from warraq.analyse.copies import Likeness, are_copies, likeness
from warraq.analyse.groups import EVERY, FEWEST, MOST, Others, Text, grouped, landmarks, origin, publishers
from warraq.analyse.sift import Sketches, which_are_copies
from warraq.analyse.vectors import SKETCH, analyse, unpack, unpack_sketch
from warraq.analyse.weights import cosine
from warraq.types import Article, Outlet, Paragraph

REPORT = [
    "وصلت إلى مطار مرسى النور صباح الأحد الطائرة الإغاثية الرابعة التي تسيرها جمعية الواحة لإغاثة سكان خليج الزمرد.",
    "وقال مدير الجمعية سالم الخطيب إن الطائرة تحمل عشرين طنا من الأغذية والخيام والأدوية، وإن فرقا من المتطوعين ستوزعها "
    "على القرى التي تضررت من السيول الأخيرة بالتنسيق مع السلطات المحلية.",
    "وأضاف أن رحلات الجسر الجوي ستستمر حتى نهاية الشهر، وأن الجمعية تستقبل التبرعات في فروعها كافة.",
    "وكانت السيول قد قطعت الطرق بين المدن الساحلية وأجبرت آلاف السكان على ترك منازلهم إلى مراكز إيواء مؤقتة.",
]


def article(title: str, paragraphs: Sequence[str]) -> Article:
    return Article("0" * 12, "", "", title, tuple(map(Paragraph, paragraphs)))


def compare(one: Article, two: Article) -> Likeness:
    pairs = [(unpack(a), unpack_sketch(a)) for a in map(analyse, (one, two))]
    return likeness(pairs[0], pairs[1], Background())


FOURTH = article("وصول الطائرة الإغاثية الرابعة إلى خليج الزمرد", REPORT)


def test_other_headline_cut_and_spelling_are_the_same_text() -> None:
    assert compare(FOURTH, article("جمعية الواحة تواصل إغاثة المتضررين من السيول", REPORT)).copy
    assert compare(FOURTH, article("وصول الطائره الاغاثيه الرابعه", [p.replace("إ", "ا") for p in REPORT])).copy
    assert compare(FOURTH, article(FOURTH.title, REPORT[:3])).copy


def test_the_next_of_a_series_is_another_text() -> None:
    fifth = [p.replace("الرابعة", "الخامسة") for p in REPORT]
    found = compare(FOURTH, article("وصول الطائرة الإغاثية الخامسة إلى خليج الزمرد", fifth))
    assert found.containment > 0.8
    assert found.apart
    assert not found.copy


TEMPLATES = {
    "weather": (
        "طقس {0} اليوم: {1}",
        "تتوقع هيئة الأرصاد أن تكون الأجواء اليوم في {0} {1} مع رياح خفيفة إلى متوسطة السرعة، وتدعو المواطنين إلى "
        "متابعة النشرات الجوية والتقيد بتعليمات السلامة. ويكون الطقس في {0} {1} ليلا كذلك.",
        [("مرسى النور", "غائمة"), ("الواحة الشرقية", "صافية"), ("جبل الزيتون", "ماطرة")],
    ),
    "congratulations": (
        "الرئيس يهنئ {0} باليوم الوطني",
        "بعث رئيس الجمهورية برقية تهنئة إلى {1} رئيس {0} بمناسبة ذكرى اليوم الوطني لبلاده، وأعرب باسمه وباسم الشعب "
        "والحكومة عن أصدق التهاني وأطيب التمنيات بالصحة والسعادة، ولشعب {0} اطراد التقدم والازدهار.",
        [("ساموراسيا", "هاروتو باكاري"), ("غلافيريا", "ميلان دوبروف"), ("تيمبوريا", "أليو دياكوري")],
    ),
    "prices": (
        "أسعار {0} اليوم",
        "سجلت أسعار {0} في سوق {1} اليوم {2} دينارا للكيلوغرام، مقابل {3} دينارا في اليوم السابق، بحسب نشرة وزارة التجارة "
        "التي تصدر كل صباح. وبلغت كميات {0} التي دخلت السوق {4} طنا.",
        [("الزيتون", "الواحة", "120", "131", "402"), ("التمور", "النخيل", "245", "238", "519")],
    ),
    "prayer times": (
        "مواقيت الصلاة في {0}",
        "مواقيت الصلاة اليوم في {0} بحسب وزارة الأوقاف: الفجر {1}، الشروق {2}، الظهر {3}، العصر {4}، المغرب {5}، العشاء {6}.",
        [("مرسى النور", "4:12", "5:33", "11:48", "15:11", "18:02", "19:20"),
         ("جبل الزيتون", "4:31", "5:50", "12:03", "15:29", "18:17", "19:40")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", TEMPLATES)
def test_templated_news_of_other_places_is_no_copy(kind: str) -> None:
    title, body, slots = TEMPLATES[kind]
    made = [article(title.format(*slot), [body.format(*slot)]) for slot in slots]
    for i, one in enumerate(made):
        assert compare(one, one).copy
        assert not any(compare(one, other).copy for other in made[i + 1 :])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("دولة تواجه موجة الحر برفع أسعار الكهرباء", "دولة تواجه موجة الحر بتخفيض أسعار الكهرباء"),
        ("خطة شمالية لغزو سوق السيارات", "خطة جنوبية لغزو سوق السيارات"),
        ("نزع الراية عن شعار المناورات المشتركة", "الراية على شعار المناورات المشتركة"),
    ],
)
def test_one_word_makes_another_text_of_a_short_one(one: str, two: str) -> None:
    tail = "وأوضحت مصادر مطلعة أن التفاصيل الكاملة ستعلن في وقت لاحق من مساء اليوم عبر القنوات الرسمية"
    assert not compare(article(one, [one, tail]), article(two, [two, tail])).copy


TAIL = "وأوضحت مصادر مطلعة أن التفاصيل الكاملة ستعلن في وقت لاحق من مساء اليوم عبر القنوات الرسمية المعتمدة"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("وفاة عازف العود الأول عن عمر يناهز 49 عاما", "وفاة عازف العود الأول عن عمر يناهز 80 عاما"),
        ("وزير الموانئ: نخطط لإغلاق مرفأ النخيل القديم", "وزير الموانئ: لا نخطط لإغلاق مرفأ النخيل القديم"),
        ("نقابة الصيادين توقع اتفاق الميناء الجديد", "نقابة الصيادين ترفض توقيع اتفاق الميناء الجديد"),
        ("سالم الخطيب يحذر نادر الراوي من حرب تجارية", "نادر الراوي يحذر سالم الخطيب من حرب تجارية"),
        ("ارتفاع أسعار التمر مع هبوط حاد للزيتون", "هبوط حاد في أسعار التمر مع ارتفاع للزيتون"),
        ("عودة أسطول الصيد من مرفأ النخيل", "عودة أسطول الصيد إلى مرفأ النخيل"),
    ],
)
def test_a_number_a_denial_a_direction_or_roles_exchanged_make_opposites(one: str, two: str) -> None:
    first, second = (Said(article(title, [title, TAIL])) for title in (one, two))
    assert contrary(first, second)
    assert contrary(second, first)
    assert not contrary(first, first)


def test_an_opposite_headline_over_the_same_text_is_another_headline() -> None:
    one, two = (Said(article(title, [*REPORT, TAIL])) for title in ("إغلاق 3 مرافئ", "لا إغلاق للمرافئ بل فتح 9 منها"))
    assert not contrary(one, two)


def test_a_cut_or_another_headline_contradicts_nothing() -> None:
    one = Said(article("وصول 20 طنا من الأغذية إلى خليج الزمرد", REPORT[:3]))
    assert not contrary(one, Said(article("وصول 20 طنا من الأغذية إلى خليج الزمرد", REPORT[:2])))
    assert not contrary(one, Said(article("جمعية الواحة تغيث 5 قرى", REPORT)))


def test_a_space_between_particles_contradicts_nothing() -> None:
    titles = "الطرق إلى القرى ما زالت مغلقة", "الطرق إلى القرى مازالت مغلقة"
    one, two = (Said(article(title, [title, TAIL])) for title in titles)
    assert not contrary(one, two)


def test_texts_in_a_group_are_compared_as_pairs_are() -> None:
    cuts = [REPORT, REPORT[:2], REPORT[1:], REPORT[:1], [*REPORT, TAIL], [TAIL]]
    analysed = [analyse(article(f"رحلة الجسر الجوي {n}", cut)) for n, cut in enumerate(cuts)]
    unpacked = [(unpack(one), unpack_sketch(one)) for one in analysed]
    texts = [Text(str(n), n, *one) for n, one in enumerate(unpacked)]
    known = Background().merge([vector for vector, _ in unpacked[:3]])
    for background in (known, Background(), known):
        for i, j in product(range(len(cuts)), repeat=2):
            one, two = unpacked[i], unpacked[j]
            assert texts[i].copies(texts[j], background) == are_copies(one, two, background)
            assert are_copies(one, two, background) == are_copies(two, one, background)
            assert are_copies(one, two, background) == likeness(one, two, background).copy
            assert likeness(one, two, background).about in (0.0, pytest.approx(cosine(one[0], two[0], background)))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), st.booleans()), min_size=1, max_size=8), st.booleans())
def test_texts_compared_at_once_are_copies_as_pairs_are(made: list[tuple[int, int, bool]], known: bool) -> None:
    places = ["الزمرد", "الياقوت", "المرجان", "العقيق", "اللؤلؤ", "الفيروز"]
    articles = [article("", [])]
    for cut, place, titled in made:
        told = [part.replace("الزمرد", places[place]) for part in (REPORT + [TAIL] * 2)[: cut + 1]]
        articles.append(article(f"الطائرة الرابعة في خليج {places[place]}" if titled else "رحلة أخرى", told))
    items = [(unpack(one), unpack_sketch(one)) for one in map(analyse, articles)]
    background = Background().merge([vector for vector, _ in items[::2]]) if known else Background()
    texts = [Text(str(n), n, *item) for n, item in enumerate(items)]
    together, sketches = Others(texts, background), Sketches([sketch for _, sketch in items])
    for one, text in zip(items, texts, strict=True):
        expected = [are_copies(one, two, background) for two in items]
        assert which_are_copies(one, items, background).tolist() == expected
        assert together.carry(text, *sketches.overlap(text.sketch)).tolist() == expected
        assert [likeness(one, two, background).copy for two in items] == expected
        assert which_are_copies(one, [], background).tolist() == []


def test_a_chain_does_not_join_its_ends() -> None:
    pairs = {frozenset("ab"), frozenset("bc")}
    assert grouped("abc", lambda x, y: frozenset((x, y)) in pairs) == [["a", "b"], ["c"]]


@settings(deadline=None)
@given(st.sets(st.frozensets(st.integers(0, 7), min_size=2, max_size=2)))
def test_groups_hold_each_once_and_only_copies_of_their_earliest(pairs: set[frozenset[int]]) -> None:
    groups = grouped(range(8), lambda x, y: frozenset((x, y)) in pairs)
    assert sorted(item for group in groups for item in group) == list(range(8))
    for group in groups:
        assert group == sorted(group)
        assert all(frozenset((group[0], item)) in pairs for item in group[1:])


def test_landmarks_are_few_and_shared_by_parts() -> None:
    sketch = np.sort(np.random.default_rng(3).choice(2**32 - 1, SKETCH, replace=False).astype("<u4"))
    marks = landmarks(sketch)
    assert FEWEST <= len(marks) <= MOST
    assert all(mark < 2**32 // EVERY for mark in marks)
    assert landmarks(sketch[:0]) == []
    assert landmarks(sketch[:3]) == sketch[:3].tolist()
    part = sketch[1::2]
    assert set(landmarks(part)) & set(marks)


def test_outlets_that_share_a_host_are_one_publisher() -> None:
    outlets = {
        "a": Outlet("a", "أ", hosts=("nahda.example",)),
        "b": Outlet("b", "ب", hosts=("sahil.example", "nahda-mirror.example")),
        "c": Outlet("c", "ج"),
        "d": Outlet("d", "د", hosts=("www.nahda.example",)),
    }
    stands = publishers(outlets, [("c", "m.nahda-mirror.example"), ("a", "nahda.example")])
    assert stands == {"a": "a", "b": "b", "c": "b", "d": "a"}


def test_a_machine_that_serves_two_outlets_is_no_publisher() -> None:
    outlets = {
        "a": Outlet("a", "أ", hosts=("127.0.0.1:8001",)),
        "b": Outlet("b", "ب", hosts=("127.0.0.1:8001",)),
        "c": Outlet("c", "ج"),
    }
    hosts = [("a", "127.0.0.1"), ("b", "127.0.0.1"), ("b", "[2001:db8::1]"), ("c", "[2001:db8::1]")]
    assert publishers(outlets, hosts) == {"a": "a", "b": "b", "c": "c"}


def test_the_origin_is_whom_most_publishers_credit() -> None:
    assert origin([]) == ""
    assert origin([("a", ["وكالات"]), ("b", ["رويترز"])]) == "رويترز"
    assert origin([("a", ["وكالات"]), ("b", [])]) == "وكالات"
    assert origin([("a", ["أ ف ب"]), ("b", ["رويترز"]), ("c", ["رويترز"])]) == "رويترز"
    assert origin([("a", ["أ ف ب"]), ("b", ["رويترز"]), ("b", ["رويترز"])]) == "أ ف ب"
