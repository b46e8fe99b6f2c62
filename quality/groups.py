"""Groups of copies over a whole archive: how many, how fast, and a sample to be read.

    python quality/groups.py --archive DIR [--until 2016-01-01] [--sample 200] [--seed 1] [--labels FILE]

DIR is an archive of the corpora (bench/corpora.py --archive DIR). Every article seen before --until (SaudiNewsNet lies
before 2016) is asked for its group. With --sample so many groups of several publishers are printed: titles, and what
each outlet changed, so that a reader can say of each whether it is one text. With --draw articles are asked at random,
and only until so many groups are found whose earliest was asked: every group is as likely, and few are asked. --labels
is what readers said, JSON Lines of ``{"ids": [...], "one": true|false}``; the share of groups drawn that were right is
printed, and kept apart from groups nobody has read. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import news
from warraq import Archive, open_archive
from warraq.types import ArticleId, CopyGroup

LABELS = Path(__file__).resolve().parent / "data" / "groups.jsonl"


def shown(group: CopyGroup, archive: Archive, as_of: datetime) -> str:
    """A group as a reader judges it."""
    lines = []
    for carrier in group.carriers:
        body = archive.revision(carrier.brief.id, as_of).article.text
        edits = carrier.edits
        again = " again" if carrier.again else ""
        lines.append(
            f"  {carrier.brief.id} {carrier.outlet.id}{again} [{carrier.brief.first_seen_at:%m-%d %H:%M}] "
            f"share {carrier.share} kept {edits.kept} added {edits.added} | {carrier.brief.title}"
            f" || {' '.join(body.split()[:28])}"
        )
    return f"origin {group.origin or '-'}\n" + "\n".join(lines)


def everything(archive: Archive, until: datetime) -> list[ArticleId]:
    """All articles seen before a moment, the earliest first."""
    ids: list[ArticleId] = []
    while some := archive.latest(until, limit=5000, offset=len(ids)):
        ids += [brief.id for brief in some]
    return ids[::-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--until", default="2016-01-01")
    parser.add_argument("--every", type=int, default=1, help="ask for every Nth article only")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--draw", action="store_true", help="ask only until --sample groups are found")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--labels", "--data", type=Path, default=LABELS)
    options = parser.parse_args()
    until = datetime.fromisoformat(options.until).replace(tzinfo=UTC)
    groups: dict[tuple[ArticleId, ...], CopyGroup] = {}
    times = []
    with open_archive(options.archive) as archive:
        ids = everything(archive, until)
        asked = ids[:: options.every]
        if options.draw:
            random.Random(options.seed).shuffle(asked)
        for id in asked:
            began = time.process_time()
            group = archive.copies(id, until)
            times.append(time.process_time() - began)
            if group.outlets > 1 and (not options.draw or group.earliest.brief.id == id):
                groups[tuple(carrier.brief.id for carrier in group.carriers)] = group
            if options.draw and len(groups) == options.sample:
                break
        chosen = random.Random(options.seed).sample(sorted(groups), min(options.sample, len(groups)))
        for number, key in enumerate(chosen, 1):
            print(f"{number}. {shown(groups[key], archive, until)}\n")
    times.sort()
    overlapping = sum(map(len, groups)) - len({id for key in groups for id in key})
    result = {
        "articles": len(ids),
        "asked": len(times),
        "groups": len(groups),
        "members": sum(map(len, groups)),
        "in_two_groups": overlapping,
        "ms_p50": round(1000 * times[len(times) // 2], 3),
        "ms_p99": round(1000 * times[int(len(times) * 0.99)], 3),
        "ms_mean": round(1000 * sum(times) / len(times), 3),
    }
    if options.labels.exists():
        read = {tuple(row["ids"]): bool(row["one"]) for row in news.read(options.labels)}
        known = [read[key] for key in groups if key in read]
        result["read"] = len(known)
        result["precision"] = round(sum(known) / len(known), 4) if known else None
    print(json.dumps(result))


if __name__ == "__main__":
    main()
