"""Are spellings folded as they must be? Of 31 spellings, how many have an expected search form.

Data: JSON lines with ``text`` and ``expect`` (the forms that are right). With ``--corpora``, also whether folding
twice is folding once and whether every offset leads back, on texts of the measuring corpora.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import re
from pathlib import Path

from warraq.arabic import fold, match_form, search_form, shown

SHARED = Path(__file__).resolve().parents[2] / "shared"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED / "gold" / "forms.jsonl")
    parser.add_argument("--corpora", type=int, default=0, help="check this many real texts as well")
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
        result |= real_texts(args.corpora)
    print(json.dumps(result))


def real_texts(number: int) -> dict[str, int]:
    """How many of ``number`` real texts break a promise of the forms."""
    broken = {"texts": 0, "fold_not_idempotent": 0, "offsets_wrong": 0, "shown_not_idempotent": 0}
    for path in sorted((SHARED / "corpora").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in itertools.islice(lines, number // 2):
                text = json.loads(line)["text"] or ""
                folded, matched = fold(text), fold(text, "match")
                broken["texts"] += 1
                broken["fold_not_idempotent"] += (
                    search_form(folded.text) != folded.text or match_form(matched.text) != matched.text
                )
                broken["offsets_wrong"] += (
                    folded.text != search_form(text)
                    or matched.text != match_form(text)
                    or any(
                        word.group() not in search_form(text[slice(*folded.span(word.start(), word.end()))])
                        for word in re.finditer(r"\w+", folded.text)
                    )
                )
                broken["shown_not_idempotent"] += shown(shown(text)) != shown(text)
    return broken


if __name__ == "__main__":
    main()
