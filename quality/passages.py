"""Do questions find their passage? nDCG@10 of BM25 over stems, with a little for folded and near words.

Data: ``PATH.queries.jsonl`` (``id``, ``question``, ``doc``) and ``PATH.corpus.jsonl`` (``id``, ``title``, ``text``).
The ranking is a real Tantivy index in memory, titles indexed with the texts; peers put their stems into the same
index.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import tantivy

SHARED = Path(__file__).resolve().parents[2] / "shared"
sys.path.insert(0, str(SHARED))


class Analysed(NamedTuple):
    """The words of a text: their stems; and, where an analysis has them, the words folded and the unknown stems."""

    stems: Sequence[str]
    folded: Sequence[str] = ()
    unknown: Sequence[str] = ()


Analyser = Callable[[str], Analysed]

FOLDED_WEIGHT = 0.3
TITLE_WEIGHT = 0.3
PAIR_WEIGHT = 0.2
NEAR_WEIGHT = 4.0
"""A fuzzy match scores a constant, about half of what a rare word scores."""
SHORTEST_NEAR = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED / "gold" / "passages")
    parser.add_argument("--peers", action="store_true", help="rank with other stemmers in the same run")
    args = parser.parse_args()
    queries = _read(args.data.with_name(args.data.name + ".queries.jsonl"))
    corpus = _read(args.data.with_name(args.data.name + ".corpus.jsonl"))
    for name, build in PEERS.items() if args.peers else ():
        try:
            print(f"{name}: {json.dumps(measure(queries, corpus, build()))}")
        except ImportError as missing:
            print(f"{name}: not measured ({missing})")
    print(json.dumps(measure(queries, corpus, ours())))


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(queries: list[dict[str, str]], corpus: list[dict[str, str]], analyse: Analyser) -> dict[str, float]:
    """Mean nDCG@10 and reciprocal rank at 10 of every query's one relevant passage."""
    import score

    search = ranker([(row["id"], row.get("title", "").replace("_", " "), row["text"]) for row in corpus], analyse)
    gains, ranks = [], []
    for row in queries:
        found = search(row["question"], 10)
        gains.append(score.ndcg({row["doc"]}, found))
        ranks.append(score.rr({row["doc"]}, found))
    return {"ndcg10": round(sum(gains) / len(gains), 4), "mrr10": round(sum(ranks) / len(ranks), 4)}


def ranker(documents: list[tuple[str, str, str]], analyse: Analyser) -> Callable[[str, int], list[str]]:
    """A BM25 search over documents (id, title, text): from a query and a number to the ids found, best first.

    Words of the title count as words of the text and, a little, by themselves. Our own analysis adds the folded words,
    adjacent pairs, and words one letter away from a word that is in no lexicon: a name, or a misspelling.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "stems", "folded"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for name, title, text in documents:
        found = analyse(f"{title}\n{text}")
        writer.add_document(
            tantivy.Document(
                id=name,
                title=" ".join(analyse(title).stems),
                stems=" ".join(found.stems),
                folded=" ".join(found.folded),
            )
        )
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(query: str, limit: int) -> list[str]:
        asked = analyse(query)
        parts = [_any(schema, "stems", asked.stems, 1.0), _any(schema, "title", asked.stems, TITLE_WEIGHT)]
        parts.append(_any(schema, "folded", asked.folded, FOLDED_WEIGHT))
        pairs = [pair for pair in pairwise(asked.stems) if asked.folded and pair[0] != pair[1]]
        parts += [_boosted(tantivy.Query.phrase_query(schema, "stems", list(pair), 1), PAIR_WEIGHT) for pair in pairs]
        parts += [
            _boosted(tantivy.Query.fuzzy_term_query(schema, "stems", word, 1, True), NEAR_WEIGHT)
            for word in dict.fromkeys(asked.unknown)
        ]
        hits = searcher.search(
            tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts]), limit
        ).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return search


def _any(schema: tantivy.Schema, field: str, words: Sequence[str], weight: float) -> tantivy.Query:
    terms = [tantivy.Query.term_query(schema, field, word) for word in dict.fromkeys(words)]
    return _boosted(tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms]), weight)


def _boosted(query: tantivy.Query, weight: float) -> tantivy.Query:
    return tantivy.Query.boost_query(query, weight)


def ours() -> Analyser:
    """The words that carry a topic (all words, when none does): stems, folded, and the stems of unknown words."""
    from warraq.arabic import is_known, words

    def analyse(text: str) -> Analysed:
        found = words(text)
        telling = [word for word in found if not word.stop] or found
        unknown = [
            w.stem for w in telling if len(w.stem) >= SHORTEST_NEAR and w.stem.isalpha() and not is_known(w.folded)
        ]
        return Analysed([word.stem for word in telling], [word.folded for word in telling], unknown)

    return analyse


def _stemmed(stemmer: Callable[[str], str]) -> Analyser:
    from warraq.arabic import search_form

    word = re.compile(r"[^\W_]+")
    return lambda text: Analysed([stemmer(w) for w in word.findall(search_form(text))])


def _snowball() -> Analyser:
    stem = importlib.import_module("snowballstemmer").stemmer("arabic").stemWord
    word = re.compile(r"[\w\u064b-\u0652]+")
    return lambda text: Analysed([stem(w) for w in word.findall(text)])


def _light10() -> Analyser:
    import score

    return _stemmed(score._light10)


def _simplemma() -> Analyser:
    from warraq.arabic import search_form

    lemmatize = importlib.import_module("simplemma").lemmatize
    word = re.compile(r"[\w\u064b-\u0652]+")
    return lambda text: Analysed([search_form(lemmatize(w, lang="ar")) for w in word.findall(text)])


PEERS: dict[str, Callable[[], Analyser]] = {
    "raw words": lambda: lambda text: Analysed(re.findall(r"\w+", text)),
    "folded words": lambda: _stemmed(lambda word: word),
    "light10": _light10,
    "snowball": _snowball,
    "simplemma": _simplemma,
}


if __name__ == "__main__":
    main()
