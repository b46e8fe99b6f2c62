"""Do questions find their passage? nDCG@10 of BM25 over stems, with the folded words at half the weight.

Data: ``PATH.queries.jsonl`` (``id``, ``question``, ``doc``) and ``PATH.corpus.jsonl`` (``id``, ``text``). The
ranking is a real Tantivy index in memory; only the words put into it differ between the rows.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import tantivy

SHARED = Path(__file__).resolve().parents[2] / "shared"
sys.path.insert(0, str(SHARED))

Analyser = Callable[[str], tuple[list[str], list[str]]]
"""Of a text: what is matched, and what is matched at half the weight."""

FOLDED_WEIGHT = 0.5


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

    search = ranker([(row["id"], row["text"]) for row in corpus], analyse)
    gains, ranks = [], []
    for row in queries:
        found = search(row["question"], 10)
        gains.append(score.ndcg({row["doc"]}, found))
        ranks.append(score.rr({row["doc"]}, found))
    return {"ndcg10": round(sum(gains) / len(gains), 4), "mrr10": round(sum(ranks) / len(ranks), 4)}


def ranker(documents: list[tuple[str, str]], analyse: Analyser) -> Callable[[str, int], list[str]]:
    """A BM25 search over documents (id, text): from a query and a number to the ids found, best first."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("stems", "folded"):
        builder.add_text_field(name, tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for name, text in documents:
        stems, folded = analyse(text)
        writer.add_document(tantivy.Document(id=name, stems=" ".join(stems), folded=" ".join(folded)))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(query: str, limit: int) -> list[str]:
        stems, folded = analyse(query)
        parts = [(tantivy.Occur.Should, _any(schema, "stems", stems))]
        if folded:
            parts.append(
                (tantivy.Occur.Should, tantivy.Query.boost_query(_any(schema, "folded", folded), FOLDED_WEIGHT))
            )
        hits = searcher.search(tantivy.Query.boolean_query(parts), limit).hits
        return [searcher.doc(address)["id"][0] for _, address in hits]

    return search


def _any(schema: tantivy.Schema, field: str, words: list[str]) -> tantivy.Query:
    terms = dict.fromkeys(words)
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Should, tantivy.Query.term_query(schema, field, word)) for word in terms]
    )


def ours() -> Analyser:
    """Stems of the words that carry a topic (all words, when none does), and the same words folded."""
    from warraq.arabic import words

    def analyse(text: str) -> tuple[list[str], list[str]]:
        found = words(text)
        telling = [word for word in found if not word.stop] or found
        return [word.stem for word in telling], [word.folded for word in telling]

    return analyse


def _stemmed(stemmer: Callable[[str], str]) -> Analyser:
    from warraq.arabic import search_form

    word = re.compile(r"[^\W_]+")
    return lambda text: ([stemmer(w) for w in word.findall(search_form(text))], [])


def _snowball() -> Analyser:
    stem = importlib.import_module("snowballstemmer").stemmer("arabic").stemWord
    word = re.compile(r"[\w\u064b-\u0652]+")
    return lambda text: ([stem(w) for w in word.findall(text)], [])


def _light10() -> Analyser:
    import score

    return _stemmed(score._light10)


def _simplemma() -> Analyser:
    from warraq.arabic import search_form

    lemmatize = importlib.import_module("simplemma").lemmatize
    word = re.compile(r"[\w\u064b-\u0652]+")
    return lambda text: ([search_form(lemmatize(w, lang="ar")) for w in word.findall(text)], [])


PEERS: dict[str, Callable[[], Analyser]] = {
    "raw words": lambda: lambda text: (re.findall(r"\w+", text), []),
    "folded words": lambda: _stemmed(lambda word: word),
    "light10": _light10,
    "snowball": _snowball,
    "simplemma": _simplemma,
}


if __name__ == "__main__":
    main()
