"""Put each article into its event and story, in the order (first seen, id)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from warraq.analyse.background import Background
from warraq.analyse.stories import ARTICLES, WINDOW, Placer
from warraq.pipeline.count import count
from warraq.pipeline.steps import COMMIT_BATCH
from warraq.ports import Store
from warraq.types import Arrival, ArticleId, Placement

Position = tuple[int, ArticleId]


@dataclass(slots=True)
class Places:
    """What one process remembers between runs of `place`: the window, for as long as the store says that it holds."""

    last: Position | None = None
    taken_back: int = -1
    """-1: nothing is remembered."""
    placer: Placer = field(default_factory=Placer)
    background: tuple[object, Background] = (None, Background())
    """The checkpoint used last, as the store names it."""


def place(store: Store, places: Places | None = None, *, progress: Callable[[int], None] | None = None) -> int:
    """Place what is not placed yet; returns how many articles were.

    Each decision depends on the articles before it and on the checkpoint of the background complete before it, so that
    placements as of T are those of an archive that ended at T. Articles that arrive late take placements back
    (`Store.commit`); these are decided anew, as if the articles had come in order. Can stop anywhere and go on later.
    """
    places = places or Places()
    done = 0
    while True:
        times, last = store.taken_back(), store.last_placed()
        if (times, last) != (places.taken_back, places.last):
            begin = 0 if last is None else last[0] - WINDOW
            places.placer, places.background = Placer(store.placed(begin, ARTICLES)), (None, Background())
            places.taken_back, places.last = times, last
        arrivals = store.arrivals(last, COMMIT_BATCH)
        if not arrivals:
            return done
        places.taken_back = -1  # until the decisions are stored
        placements = _decide(store, places, arrivals)
        if not store.place(placements, last, taken_back=times):
            continue  # a late arrival came in between: begin again from what still holds
        places.taken_back, places.last = times, (arrivals[-1].at, arrivals[-1].article)
        done += len(arrivals)
        if progress is not None:
            progress(done)


def _decide(store: Store, places: Places, arrivals: Sequence[Arrival]) -> list[Placement]:
    count(store)  # after they were read, so that every checkpoint before them is complete
    saved = [(checkpoint[1:], checkpoint) for checkpoint in store.saved_backgrounds()]
    placements = []
    for arrival in arrivals:
        complete = [checkpoint for last, checkpoint in saved if last < (arrival.at, arrival.article)]
        if complete and complete[-1] != places.background[0]:
            places.background = complete[-1], Background.unpack(store.background(complete[-1][0]) or b"")
        placements.append(places.placer.place(arrival, places.background[1]))
    return placements
