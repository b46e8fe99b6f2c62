"""What to do with one document, decided purely: against what the archive knows of its article.

An article's timeline is its set of *sightings* (article, moment, digest). In order of (moment, digest), a run of
sightings with equal digests is one revision, in force from the first of the run until the next run begins. Because
the set alone says all, sightings may arrive in any order, in any batches, any number of times.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime

from warraq.types import Change, Known, Outcome, Parsed, Reason, micros, moment

WORLD = frozenset(
    {
        Reason.TIMEOUT,
        Reason.CONNECT,
        Reason.HTTP_STATUS,
        Reason.ROBOTS,
        Reason.TOO_LARGE,
        Reason.REDIRECTS,
        Reason.UNREADABLE,
        Reason.INTERNAL,
    }
)
"""Reasons that say nothing of the document itself: it may be better another time. Their outcome is FAILED."""

_HIGHEST = b"\xff" * 17
"""Sorts after every digest."""


def decide(parsed: Parsed, known: Known | None, seen_at: datetime, given: bool) -> Change:
    """The change that this document makes at the moment `seen_at` (UTC).

    `given`: the input itself says when it was seen (an import), so its sighting is recorded always, and a second
    import of the same input, in whatever order, adds nothing. Otherwise the moment is the clock's, and seeing again
    what was seen last records nothing. UNCHANGED are also what the server says is current, and a feed: what it names
    comes as tasks or documents of its own. The clock's moment is never taken to lie before what was seen last: a
    clock that was set back would make the newest text a revision of the past.
    """
    outlet = parsed.article.outlet if parsed.article is not None else parsed.outlet
    if parsed.reason is not None:
        outcome = Outcome.FAILED if parsed.reason in WORLD else Outcome.REJECTED
        return Change(parsed.where, outcome, parsed.reason, parsed.detail, outlet=outlet, seen_at=seen_at)
    if parsed.article is None:
        if parsed.feed is not None or parsed.unchanged:
            return Change(parsed.where, Outcome.UNCHANGED, outlet=outlet, seen_at=seen_at)
        return Change(parsed.where, Outcome.REJECTED, Reason.EMPTY, parsed.detail, outlet=outlet, seen_at=seen_at)
    sightings = known.sightings if known is not None else ()
    if parsed.stranger and sightings and parsed.digest not in {digest for _, digest in sightings}:
        detail = "nothing on the page is of its outlet any more, and its text is another"
        return Change(parsed.where, Outcome.REJECTED, Reason.OTHER_OUTLET, detail, outlet=outlet, seen_at=seen_at)
    if not given and sightings:
        if sightings[-1][1] == parsed.digest:
            return Change(parsed.where, Outcome.UNCHANGED, outlet=outlet, seen_at=seen_at)
        seen_at = max(seen_at, moment(sightings[-1][0] + 1))
    return Change(
        parsed.where,
        _outcome(sightings, micros(seen_at), parsed.digest),
        outlet=outlet,
        article=parsed.article,
        analysis=parsed.analysis,
        digest=parsed.digest,
        seen_at=seen_at,
    )


def _outcome(sightings: tuple[tuple[int, bytes], ...], at: int, digest: bytes) -> Outcome:
    """What a sighting adds to a timeline."""
    if not sightings:
        return Outcome.NEW
    if (at, digest) in sightings:
        return Outcome.UNCHANGED
    before = bisect_right(sightings, (at, _HIGHEST))
    in_force = sightings[max(before - 1, 0)][1]  # before the first sighting: compare with the first
    return Outcome.UNCHANGED if in_force == digest else Outcome.REVISED


def learned(known: Known | None, change: Change) -> Known | None:
    """What is known of the article once `change` is committed: for the next document of it in the same batch."""
    if change.article is None or change.seen_at is None:
        return known
    sighting = (micros(change.seen_at), change.digest)
    if known is None:
        return Known((sighting,))
    place = bisect_left(known.sightings, sighting)
    if place < len(known.sightings) and known.sightings[place] == sighting:
        return known
    return Known((*known.sightings[:place], sighting, *known.sightings[place:]))
