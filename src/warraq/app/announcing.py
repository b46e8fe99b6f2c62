"""Tell a WebSub hub when articles have come, so that subscribers need not ask for feeds again and again.

How far the hub was told is kept in the archive's folder as a place in the change log. It moves after the hub took the
message: a crash, or a hub that is away, means that it is told again, or later, and of everything since.
"""

from __future__ import annotations

import json
import os
import threading
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from warraq.app.opened import Opened
from warraq.app.turns import Turn
from warraq.senders.websub import HubSender, ping
from warraq.types import Delivery, Receipt

TOLD_FILE = "hub.json"
TURN_FILE = "hub.lock"
LOOKED = 30.0
"""Seconds between two looks: what comes in between is told at once."""
LONGEST = 3600.0
"""Seconds after which a hub that takes nothing is asked again at the latest."""
LINES = 500
"""Of the change log that one message stands for at most."""
FORMS = ("feed.xml", "rss.xml", "feed.json")


class Announcing(Opened):
    """Pings for the feeds of everything, and of the outlets that have something new."""

    def announce(self) -> Receipt | None:
        """Tell the hub what it was not told yet; None if there is nothing to tell, no hub, or another process does it.

        What was in the archive when the hub was first set is no news.
        """
        hub, base_url = self.config.public.hub, self.config.base_url.rstrip("/")
        if not hub or not base_url or not self._hub_turn.taken():
            return None
        last = self._store.last_change()
        told = self._announced(hub)
        if told is None or told > last:
            self._keep_announced(hub, last)
            return None
        lines = self._store.changes(told, LINES)
        if not lines:
            return None
        now = self.now()
        briefs = self._store.briefs({line.article for line in lines}, now)
        outlets = sorted({brief.outlet for brief in briefs.values()})
        topics = [f"{base_url}/{form}" for form in FORMS]
        topics += [f"{base_url}/{form}?outlet={quote(id, safe='')}" for id in outlets for form in FORMS]
        receipt = HubSender(hub).send(Delivery(f"hub {lines[-1].seq}", "", ping(topics), now, now), now)
        if receipt.accepted:
            self._keep_announced(hub, lines[-1].seq)
        return receipt

    def close(self) -> None:
        """Release everything. Safe to call twice."""
        self._hub_turn.close()
        super().close()

    def _keep_announcing(self, ended: threading.Event) -> None:
        """Announce until `ended`, less often while the hub takes nothing."""
        pause = LOOKED
        while not ended.wait(pause):
            receipt = self.announce()
            refused = receipt is not None and not receipt.accepted
            pause = min(2 * pause, LONGEST) if refused else LOOKED

    @cached_property
    def _hub_turn(self) -> Turn:
        return Turn(self.config.archive / TURN_FILE)

    @property
    def _told_file(self) -> Path:
        return self.config.archive / TOLD_FILE

    def _announced(self, hub: str) -> int | None:
        """How far this hub was told; None if it is new."""
        try:
            kept = json.loads(self._told_file.read_bytes())
            return int(kept["seq"]) if kept["hub"] == hub else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _keep_announced(self, hub: str, seq: int) -> None:
        new = self._told_file.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            file.write(json.dumps({"hub": hub, "seq": seq}))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._told_file)
