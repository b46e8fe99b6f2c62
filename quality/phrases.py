"""Keywords of random articles of an archive, to be read and judged.

    python quality/phrases.py --archive DIR [--sample 50] [--seed 1] [--judged data/phrases.tsv] [--words 60]

DIR as bench/corpora.py leaves it. Prints each article with its lead and its keywords; what nobody judged yet is
marked ``?``. A judgement is a line ``article<tab>phrase<tab>label`` of --judged, the phrase as eight hexadecimal digits
of a hash of its match form, the label ``good`` (clean and telling: a reader would file the article under it) or what
is wrong: ``cut`` (a piece of a longer phrase, or of two), ``verb``, ``adjective``, ``generic`` (any article may have
it), ``date``, ``quantity``, ``press`` (an agency, an outlet, a byline), ``glued`` (a letter or pronoun that is not of
it), ``twice`` (another keyword of the list says it).

``--keep "3.2 cut, 4.1 generic"`` writes judgements: of what is shown without one, these places as said, all others
good. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from hashlib import blake2b
from pathlib import Path

from judged import judgements, sampled
from warraq import open_archive
from warraq.arabic import match_form

HERE = Path(__file__).resolve().parent


def phrase_hash(phrase: str) -> str:
    """What stands for a phrase in the judgements."""
    return blake2b(match_form(phrase).encode(), digest_size=4).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judged", type=Path, default=HERE / "data" / "phrases.tsv")
    parser.add_argument("--words", type=int, default=60, help="words of a text that are printed; 0 prints nothing")
    parser.add_argument("--keep", help="judgements to write")
    options = parser.parse_args()
    known = judgements(options.judged)
    said = dict(part.split() for part in (options.keep or "").split(",") if part.strip())
    labels: Counter[str] = Counter()
    lines = []
    with open_archive(options.archive) as archive:
        for number, id in enumerate(sampled(archive, options.sample, options.seed), 1):
            article = archive.revision(id).article
            if options.words:
                print(f"\n=== {number} {id} {article.outlet}\n{article.title}")
                print(f"  {' '.join(article.text.split()[: options.words])}")
            for place, keyword in enumerate(archive.keywords(id), 1):
                phrase = phrase_hash(keyword.text)
                label = known.get((id, phrase), "")
                if not label and options.keep is not None:
                    label = said.pop(f"{number}.{place}", "good")
                    lines.append(f"{id}\t{phrase}\t{label}")
                labels[label or "?"] += 1
                if options.words:
                    print(f"{number}.{place} {label or '?'} {keyword.weight:.2f} {keyword.text}")
    if options.keep is not None:
        if said:
            raise SystemExit(f"quality/phrases.py: nothing stands unjudged at {', '.join(said)}; nothing was written")
        with options.judged.open("a", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in lines)
    judged = labels.total() - labels["?"]
    result = {"phrases": labels.total(), "judged": judged, "good": labels["good"]}
    print(json.dumps({**result, "share": round(labels["good"] / max(1, judged), 3), "labels": dict(labels)}))


if __name__ == "__main__":
    main()
