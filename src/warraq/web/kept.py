"""What is dear to make and asked for often, kept for as long as browsers keep a page."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

SECONDS = 60.0
MOST = 64
"""Values that are kept, the last asked for."""


class Kept(Generic[T]):
    """Values by key. They are made by one thread at a time, so many who ask for the same cost as much as one."""

    def __init__(self, seconds: float = SECONDS, most: int = MOST) -> None:
        self._seconds, self._most = seconds, most
        self._guard = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()

    def __call__(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made if there is none or it is too old. What `make` raises is not kept."""
        with self._guard:
            until, *held = self._values.get(key, (0.0,))
            if held and time.monotonic() < until:
                self._values.move_to_end(key)
                return held[0]
            value = make()
            self._values[key] = (time.monotonic() + self._seconds, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
            return value
