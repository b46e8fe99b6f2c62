"""What changed in an archive since somebody looked: for faces that keep what they made of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from warraq.app.opened import INDEX_FOLDER, Opened
from warraq.types import ArticleId

MOST = 20_000
"""Articles changed since, beyond which all count as changed."""


@dataclass(frozen=True, slots=True)
class News:
    """What changed between two looks. ``standing``: what to ask with the next time."""

    standing: Any
    anything: bool = True
    """Whether anything changed that a reader may see: an article, the index, a story, an outlet."""
    touched: Collection[ArticleId] | None = None
    """Articles that are new or not what they were; None: perhaps every one, or what is known of outlets."""


class Following(Opened):
    """Tell what changed."""

    def version(self) -> object:
        """Equal to what it was: nothing was written since. Costs microseconds."""
        try:
            state = (self.config.archive / INDEX_FOLDER / "meta.json").stat()
        except OSError:  # the index is being built anew
            return self._store.version(), None
        return self._store.version(), state.st_mtime_ns

    def news(self, since: Any = None) -> News:
        """What changed since a `News.standing`; for None: where the archive stands."""
        last, rest = self._store.standing()
        standing = (last, rest, self._index.applied())
        if since is None:
            return News(standing)
        if standing == since:
            return News(standing, anything=False, touched=())
        before, known, _ = since
        # Placing (the last of the rest) goes on behind every import; pages name whom it concerns by itself.
        if last < before or rest[:-1] != known[:-1]:
            return News(standing)
        return News(standing, touched=self._store.touched(before, MOST))
