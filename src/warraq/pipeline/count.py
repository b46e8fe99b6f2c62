"""Count in how many articles each word stands, at checkpoints."""

from __future__ import annotations

from datetime import UTC, datetime

from warraq.analyse.background import Background, checkpoints
from warraq.analyse.vectors import unpack
from warraq.pipeline.steps import COMMIT_BATCH
from warraq.ports import Store

_LATER = datetime.max.replace(tzinfo=UTC)


def count(store: Store) -> int:
    """Bring the background of document frequencies up to date; returns how many articles there are.

    Articles are counted in the order (first seen, id). A checkpoint is kept at each geometric size, so a page as of
    T can use the largest that had been complete by T: it never looks ahead (docs/decisions/0002).
    """
    saved = store.saved_backgrounds()
    total, last = (saved[-1][0], saved[-1][1:]) if saved else (0, None)
    held = sum(outlet.articles for outlet in store.outlets(_LATER))
    sizes = (size for size in checkpoints() if size > total)
    size = next(sizes)
    if held < size:
        return held
    background = Background.unpack(store.background(total) or b"") if saved else Background()
    while size <= held and (rows := store.first_analyses(last, min(COMMIT_BATCH, size - total))):
        background = background.merge([unpack(analysis) for _, _, analysis in rows])
        total += len(rows)
        last = rows[-1][:2]
        if total == size:
            if not store.save_background(total, rows[-1][:2], background.pack()):
                return count(store)  # a late arrival came in between: begin again from what is still valid
            size = next(sizes)
    return held
