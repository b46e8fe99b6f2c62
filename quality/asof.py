"""As-of is exact: pages and stories of a whole archive as of T against those of archives that ended at T.

    python quality/asof.py [--data CORPUS.jsonl.gz:SEEN ...] [--moments 10] [--pages 20] [--limit N]

For each of some random moments T a second archive is built from only those lines that were seen by T; then for random
articles the page as of T, and the story, must be equal in both, part by part, and no part may be first seen after
T. A corpus is JSON lines; after the colon stands the field that holds the seen moment. Prints one JSON object: pages,
equal, stories_equal, in_stories (articles that are not alone in theirs), late.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warraq import Archive, open_archive, outlets
from warraq.parse import Rules, parse
from warraq.render.json import page_dict, story_dict
from warraq.types import Page, Record, Story

SHARED = Path(__file__).resolve().parents[2] / "shared"
DEFAULT = (
    f"{SHARED}/corpora/saudinewsnet.jsonl.gz:extracted",
    f"{SHARED}/corpora/ant_multisource.jsonl.gz:published",
)


def read(corpus: str, limit: int) -> Iterator[tuple[datetime, str]]:
    """Each usable line of a corpus with the moment it was seen, as an import would take it."""
    path, _, seen = corpus.rpartition(":")
    rules = Rules(tuple(outlets.load().values()), seen=seen)
    now = datetime.now(UTC)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number >= limit:
                return
            parsed = parse(Record(json.loads(line), str(number)), rules, now)
            if parsed.seen_at is not None:
                yield parsed.seen_at, line


def build(folder: Path, corpora: Sequence[tuple[str, Sequence[tuple[datetime, str]]]], until: datetime | None) -> None:
    """An archive in `folder` of what was seen by `until`."""
    folder.mkdir()
    with open_archive(folder, create=True) as archive:
        for number, (corpus, lines) in enumerate(corpora):
            path = folder / f"{number}.jsonl"
            path.write_text("".join(line for seen_at, line in lines if not until or seen_at <= until), encoding="utf-8")
            archive.import_paths([path], seen=corpus.rpartition(":")[2], workers=os.cpu_count())
            path.unlink()


def latest_part(page: Page) -> datetime:
    """The last moment at which any part of a page was first seen."""
    briefs = [s.brief for s in (*page.similar, *page.story)] + [c.brief for c in page.copies]
    revisions = [page.revision] + ([page.read_also] if page.read_also else [])
    return max([b.seen_at for b in briefs] + [r.seen_at for r in revisions])


def latest_report(story: Story) -> datetime:
    """The last moment at which anything of a story was seen."""
    return max([report.brief.seen_at for report in story.reports] + [story.last_seen_at, story.headline.seen_at])


def compare(whole: Archive, ended: Archive, moment: datetime, pages: int, rng: random.Random) -> Counter[str]:
    """Of `pages` random articles: how many pages and stories are equal, and how many show something later."""
    found: Counter[str] = Counter(pages=pages, equal=0, stories_equal=0, in_stories=0, late=0)
    articles = ended.stats().articles
    for _ in range(pages):
        id = ended.latest(limit=1, offset=rng.randrange(articles))[0].id
        ours, theirs = whole.page(id, moment), ended.page(id, moment)
        our_story, their_story = whole.story(id, moment), ended.story(id, moment)
        found["late"] += max(latest_part(ours), latest_report(our_story)) > moment
        found["in_stories"] += our_story.articles > 1
        if page_dict(ours) == page_dict(theirs):
            found["equal"] += 1
        else:
            print(f"differs: page of {id} as of {moment.isoformat()}", file=sys.stderr)
        if story_dict(our_story) == story_dict(their_story):
            found["stories_equal"] += 1
        else:
            print(f"differs: story of {id} as of {moment.isoformat()}", file=sys.stderr)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", action="append")
    arguments.add_argument("--moments", type=int, default=10)
    arguments.add_argument("--pages", type=int, default=20)
    arguments.add_argument("--limit", type=int, default=1 << 60, help="lines of each corpus")
    options = arguments.parse_args()
    data = options.data or DEFAULT
    if not all(Path(item.rpartition(":")[0]).exists() for item in data):
        sys.exit("quality/asof.py: needs the measuring data beside the checkout, or --data")
    rng = random.Random(20261122)
    corpora = [(item, list(read(item, options.limit))) for item in data]
    work = Path(tempfile.mkdtemp(prefix="warraq-asof-"))
    figures: Counter[str] = Counter()
    try:
        build(work / "whole", corpora, None)
        with open_archive(work / "whole") as whole:
            total = whole.stats().articles
            for _ in range(options.moments):
                some = whole.latest(limit=1, offset=rng.randrange(total))[0]
                moment = some.first_seen_at + timedelta(seconds=rng.uniform(0, 3600))
                build(work / "ended", corpora, moment)
                with open_archive(work / "ended") as ended:
                    found = compare(whole, ended, moment, options.pages, rng)
                    seen = ended.stats().articles
                shutil.rmtree(work / "ended")
                figures.update(found)
                print(
                    f"{moment:%Y-%m-%d %H:%M}: {seen} of {total} articles seen, {found['equal']} of {options.pages} "
                    f"pages and {found['stories_equal']} stories equal"
                )
    finally:
        shutil.rmtree(work)
    print(json.dumps(figures))
    sys.exit({figures["equal"], figures["stories_equal"]} != {figures["pages"]} or figures["late"] > 0)


if __name__ == "__main__":
    main()
