"""Whose turn it is: one request at a time for a host, a pause between two, and patience when it asks for that.

Pauses are measured by a clock that only goes forward: the clock of the day may be set while a host waits, and then
nobody is asked too early, nor waited for until the next day.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from warraq.fetchers.places import Closed, Failed, Place
from warraq.ports import Clock
from warraq.types import Reason

MAX_WAIT = 60.0
"""Seconds that a host's ``Retry-After`` is waited for; after a longer one its tasks fail until it is over."""
_MAX_HOSTS = 10_000
_SLICE = 1.0
"""Seconds after which somebody who waits looks whether everything ends."""


@dataclass(slots=True)
class Host:
    """A host's queue: who holds ``busy`` may ask; nobody asks before ``free_at``. Moments are `Turns.passed`'s."""

    busy: threading.Lock = field(default_factory=threading.Lock)
    reading: threading.Lock = field(default_factory=threading.Lock)
    """Held while its robots.txt is read, so that only one reads it."""
    free_at: float = 0.0
    patience: float = 0.0
    """Until then the host wants no requests at all."""
    status: int = 0
    """Of the answer that said so."""


class Turns:
    """The hosts asked last, and their queues. Waiting for one host holds up no other.

    `passed`: seconds since some moment, which only go forward.
    """

    def __init__(self, clock: Clock, passed: Callable[[], float]) -> None:
        self._clock = clock
        self.passed = passed
        self._hosts: OrderedDict[str, Host] = OrderedDict()
        self._guard = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """End every wait, now and later, by `Closed`."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    def host(self, place: Place) -> Host:
        """The queue of a place's host; of hosts nobody asks, those asked longest ago make room."""
        with self._guard:
            host = self._hosts.setdefault(place.site, Host())
            self._hosts.move_to_end(place.site)
            if len(self._hosts) > _MAX_HOSTS:
                name, oldest = next(iter(self._hosts.items()))
                if not oldest.busy.locked() and oldest.free_at <= self.passed() >= oldest.patience:
                    del self._hosts[name]
            return host

    def be_patient(self, place: Place, seconds: float, status: int) -> None:
        """The host answered `status` and asked for no requests for so long."""
        host = self.host(place)
        host.patience, host.status = self.passed() + seconds, status

    def left(self, place: Place) -> float:
        """Seconds for which a place's host wants no request, be it for the pause or because it asked for patience."""
        host = self.host(place)
        return max(0.0, max(host.free_at, host.patience) - self.passed())

    @contextmanager
    def turn(self, place: Place) -> Iterator[Host]:
        """Wait for the host to be free, and hold it while asking; whoever asked sets ``free_at``.

        Raises `Failed` if it wants to be left alone for longer than `MAX_WAIT`, `Closed` when everything ends.
        """
        host = self.host(place)
        with host.busy:
            left = host.patience - self.passed()
            if left > MAX_WAIT:
                until = self._clock.now() + timedelta(seconds=left)
                detail = f"the host asked for no requests before {until:%Y-%m-%dT%H:%MZ}"
                raise Failed(Reason.HTTP_STATUS, detail, status=host.status, retry_after=left)
            self._wait(max(host.free_at, host.patience))
            yield host

    def _wait(self, until: float) -> None:
        while (left := until - self.passed()) > 0 and not self.stopped:
            self._clock.sleep(min(left, _SLICE))
        if self.stopped:
            raise Closed
