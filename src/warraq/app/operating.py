"""What the operator sees and does."""

from __future__ import annotations

from collections.abc import Sequence

from warraq.app.opened import Opened
from warraq.types import (
    Change,
)


class Operating(Opened):
    """What became of everything, and keeping an archive in order."""

    def failures(self, limit: int = 50) -> Sequence[Change]:
        """The newest documents that were rejected or failed, with their reasons."""
        return self._store.failures(limit)
