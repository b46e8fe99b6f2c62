"""Are spellings folded as they must be? Of 31 spellings, how many have an expected search form.

Data: JSON lines with ``text`` and ``expect`` (the forms that are right). With ``--corpora`` and ``--random``,
also whether folding twice is folding once and whether every offset leads back, on real and on random texts.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from warraq.arabic import fold, match_form, search_form, shown

SHARED = Path(__file__).resolve().parents[2] / "shared"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED / "gold" / "forms.jsonl")
    parser.add_argument("--corpora", type=int, default=0, help="check this many real texts as well")
    parser.add_argument("--random", type=int, default=0, help="and this many random texts")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.data.open(encoding="utf-8")]
    right = 0
    for row in rows:
        found = search_form(shown(row["text"]))
        right += found in row["expect"]
        if found not in row["expect"]:
            print(f"{row['what']}: {row['text']!r} gave {found!r}, expected {row['expect']}")
    result = {"right": right, "of": len(rows)}
    if args.corpora:
        result |= promises("real", real_texts(args.corpora))
    if args.random:
        result |= promises("random", random_texts(args.random))
    print(json.dumps(result))


def real_texts(number: int) -> Iterator[str]:
    """The first texts of each corpus."""
    for path in sorted((SHARED / "corpora").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in itertools.islice(lines, number // 2):
                yield json.loads(line)["text"] or ""


def random_texts(number: int) -> Iterator[str]:
    """Half of them of characters of Arabic pages, marks and joiners; half of any characters."""
    dice = random.Random(20250216)
    likely = [
        chr(cp) for cp in (*range(0x20, 0x7F), *range(0x600, 0x700), *range(0xFE70, 0xFEFF), *range(0x200B, 0x2010))
    ]
    likely += list("ﷲﷺ½ﬁßΩς한\u0301\u0345\u1161\u11ab\u3099\u09be")
    for turn in range(number):
        length = dice.randrange(1, 24)
        if turn % 2:
            yield "".join(dice.choices(likely, k=length))
        else:
            yield "".join(chr(dice.randrange(0x110000)) for _ in range(length))


def promises(name: str, texts: Iterable[str]) -> dict[str, int]:
    """How many texts break a promise of the forms."""
    tried = changed = misplaced = unsettled = 0
    for text in texts:
        folded, matched = fold(text), fold(text, "match")
        tried += 1
        changed += search_form(folded.text) != folded.text or match_form(matched.text) != matched.text
        unsettled += shown(shown(text)) != shown(text)
        misplaced += (
            folded.text != search_form(text)
            or matched.text != match_form(text)
            or any(
                word.group() not in search_form(text[slice(*folded.span(word.start(), word.end()))])
                for word in re.finditer(r"\w+", folded.text)
            )
        )
    counts = {
        "texts": tried,
        "folded_twice_differs": changed,
        "offsets_wrong": misplaced,
        "shown_twice_differs": unsettled,
    }
    return {f"{name}_{key}": value for key, value in counts.items()}


if __name__ == "__main__":
    main()
