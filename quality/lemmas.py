"""Do forms share a stem exactly when they share a lemma? Pairwise F1 and B-cubed F1 over unambiguous forms.

Data: JSON lines with ``form``, ``lemma`` and ``amb`` (how many lemmas the form has; only 1 is scored).
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
sys.path.insert(0, str(SHARED))

Stemmer = Callable[[str], str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED / "gold" / "lemmas.jsonl")
    parser.add_argument("--peers", action="store_true", help="score other stemmers in the same run")
    parser.add_argument("--errors", type=int, default=0, help="print this many split lemmas and joined stems")
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.data.open(encoding="utf-8")]
    lemma_of = {row["form"]: row["lemma"] for row in rows if row.get("amb", 1) == 1}
    if args.peers:
        for name, build in PEERS.items():
            try:
                result = measure(lemma_of, build())
            except ImportError as missing:
                print(f"{name}: not measured ({missing})")
            else:
                print(f"{name}: {json.dumps(result)}")
    print(json.dumps(measure(lemma_of, _ours())))


def measure(lemma_of: dict[str, str], stemmer: Stemmer) -> dict[str, float]:
    """The scores of one stemmer, with its speed on words it has not seen."""
    import score

    forms = list(lemma_of)
    stemmer(forms[0])
    start = time.process_time()
    stems = [stemmer(form) for form in forms]
    seconds = time.process_time() - start
    _, _, pair_f1 = score.lemma_pairs(
        {form: {lemma} for form, lemma in lemma_of.items()}, dict(zip(forms, stems, strict=True))
    )
    b3 = score.clusters(list(lemma_of.values()), stems)
    return {
        "pair_f1": round(pair_f1, 4),
        "b3_f1": round(b3["b3_f1"], 4),
        "pair_p": round(b3["pair_p"], 4),
        "pair_r": round(b3["pair_r"], 4),
        "forms": len(forms),
        "words_per_second": round(len(forms) / seconds),
    }


def _ours() -> Stemmer:
    from warraq.arabic import search_form, stem

    return lambda form: stem(search_form(form))


def _light10() -> Stemmer:
    import score

    return score._stems


def _snowball() -> Stemmer:
    return importlib.import_module("snowballstemmer").stemmer("arabic").stemWord


def _simplemma() -> Stemmer:
    lemmatize = importlib.import_module("simplemma").lemmatize
    return lambda form: lemmatize(form, lang="ar")


PEERS: dict[str, Callable[[], Stemmer]] = {
    "light10": _light10,
    "snowball": _snowball,
    "simplemma": _simplemma,
}


if __name__ == "__main__":
    main()
