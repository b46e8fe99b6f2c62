"""The main job, shown on the sample newswire: read over HTTP, archive, print. ``make run`` runs it."""

from __future__ import annotations

from collections.abc import Callable

from warraq import sample
from warraq.app import Archive
from warraq.render.moments import stamp
from warraq.render.text import page_text
from warraq.types import Outcome, Tally

PORT = 8001
"""Of the sample's outlets. It is part of their addresses, so it stays the same for the archive to know them again."""


def read_sample(archive: Archive, say: Callable[[str], None], *, port: int = PORT) -> None:
    """Read the ten fictional outlets twice over HTTP on loopback; the second time some have changed their texts."""
    visits: tuple[tuple[sample.Version, str], ...] = (
        ("first", "a first visit"),
        ("later", "a second visit, after some texts have changed"),
    )
    for version, what in visits:
        with sample.serve(port, version) as base:
            outlets = sample.outlets(base)
            archive.add_outlets(outlets)
            feeds = [feed for outlet in outlets for feed in outlet.feeds]
            say(f"reading {len(feeds)} feeds on {base}: {what}")
            say(f"  {_told(archive.fetch(feeds))}")


def show(archive: Archive, say: Callable[[str], None]) -> None:
    """What the archive holds, and the page of the article that most outlets carried."""
    stats = archive.stats()
    say(f"the archive: {stats.articles} articles of {stats.outlets} outlets, {stats.revisions} revisions\n")
    pages = (archive.page(brief.id) for brief in archive.latest(limit=stats.articles))
    page = max(pages, key=lambda p: (len(p.copies), len(p.similar), p.article.id))
    say(page_text(page))
    for copy in page.copies:
        say(f"# also carried by {copy.outlet.name}, first seen {stamp(copy.brief.first_seen_at)}")


def _told(tally: Tally) -> str:
    outcomes = ", ".join(f"{outcome} {tally.outcomes[outcome]}" for outcome in Outcome if tally.outcomes.get(outcome))
    reasons = ", ".join(f"{reason} {number}" for reason, number in sorted(tally.reasons.items()))
    return f"{tally.inputs} documents: {outcomes}{f' ({reasons})' if reasons else ''}"
