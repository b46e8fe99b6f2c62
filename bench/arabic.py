"""How fast are forms, tokens and stems in processor time, and how much do they remember?

Data: gzipped JSON lines with ``text``. ``warm`` is a second pass over texts whose vocabulary is known; ``unseen`` is
every distinct printed form once, with nothing remembered. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import time
import tracemalloc
from pathlib import Path

from warraq.arabic import code, fold, search_form, sentences, shown, tokens, words
from warraq.arabic.words import _MEMORY, REMEMBERED

SHARED = Path(__file__).resolve().parents[2] / "shared"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED / "corpora" / "ant_multisource.jsonl.gz")
    parser.add_argument("--texts", type=int, default=4000)
    args = parser.parse_args()
    with gzip.open(args.data, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] or "" for line in itertools.islice(lines, args.texts)]
    count = sum(len(words(text)) for text in texts)
    result: dict[str, float] = {"words": count, "texts": len(texts)}
    result["warm_words_per_s"] = round(count / min(_seconds(words, texts) for _ in range(3)))
    result["tokens_per_s"] = round(count / _seconds(lambda text: list(tokens(text)), texts))
    result["shown_words_per_s"] = round(count / _seconds(shown, texts))
    result["search_form_words_per_s"] = round(count / _seconds(search_form, texts))
    result["fold_words_per_s"] = round(count / _seconds(fold, texts))
    result["sentences_words_per_s"] = round(count / _seconds(sentences, texts))
    _MEMORY.forget()
    distinct = sorted({text[t.start : t.end] for text in texts for t in tokens(text)})
    lines_of_unseen = [" ".join(distinct[i : i + 300]) for i in range(0, len(distinct), 300)]
    result["distinct"] = len(distinct)
    result["unseen_words_per_s"] = round(len(distinct) / min(_unseen(lines_of_unseen) for _ in range(3)))
    result["remembered_megabytes"] = _remembered_megabytes(lines_of_unseen)
    print(json.dumps(result))


def _unseen(texts: list[str]) -> float:
    """Seconds for texts of which every word is new."""
    _MEMORY.forget()
    code.cache_clear()
    return _seconds(words, texts)


def _seconds(act, texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        act(text)
    return time.process_time() - start


def _remembered_megabytes(texts: list[str]) -> float:
    """Both generations full, measured on the words at hand and scaled to the bound."""
    _MEMORY.forget()
    tracemalloc.start()
    for text in texts:
        words(text)
    held = tracemalloc.get_traced_memory()[0]
    known = len(_MEMORY) + len(_MEMORY._older)
    tracemalloc.stop()
    return round(held / known * 2 * REMEMBERED / 1e6, 1)


if __name__ == "__main__":
    main()
