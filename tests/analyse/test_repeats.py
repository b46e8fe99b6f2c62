"""Which texts were carried before, in one pass over a sample."""

from __future__ import annotations

from random import Random

from test_copies_groups import FOURTH, REPORT, article

from warraq.analyse.background import Background
from warraq.analyse.groups import Text
from warraq.analyse.repeats import repeats
from warraq.analyse.vectors import analyse, unpack, unpack_sketch
from warraq.types import Article


def text(number: int, made: Article) -> Text:
    analysis = analyse(made)
    return Text(f"{number:012d}", number, unpack(analysis), unpack_sketch(analysis))


OTHER = article("تقويم المعارض البحرية لهذا الربيع", ["يفتتح متحف البحر معرضه السنوي يوم السبت المقبل.", *REPORT[3:]])


def test_each_repeat_leads_to_the_earliest() -> None:
    texts = [
        text(1, FOURTH),
        text(2, OTHER),
        text(3, article("عنوان آخر", REPORT)),
        text(4, article("ثالث", REPORT[:3])),
    ]
    found = {texts[2].id: texts[0].id, texts[3].id: texts[0].id}
    assert repeats(texts, Background()) == found
    Random(1).shuffle(texts)
    assert repeats(texts, Background()) == found


def test_nothing_repeats_itself() -> None:
    assert repeats([], Background()) == {}
    assert repeats([text(1, FOURTH), text(2, OTHER)], Background()) == {}
