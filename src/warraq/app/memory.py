"""Memory that is free goes back to the system."""

from __future__ import annotations

import ctypes
from contextlib import suppress

from warraq.arabic.words import remember

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of ``mallopt`` (malloc.h of glibc)."""
_MOST = 4 << 20
_WORDS = 1 << 16


def give_back_free() -> None:
    """Let the C library of a process that runs for months keep at most 4 MiB of free memory for each of its arenas.

    glibc raises that by itself to twice the largest block that was ever freed (mallopt(3), ``M_MMAP_THRESHOLD``): one
    array of 8 MiB, and every arena, eight for each core, keeps 16 MiB from then on. Elsewhere this does nothing.
    """
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_TRIM_THRESHOLD, _MOST)
        mallopt(_MMAP_THRESHOLD, _MOST)


def remember_less() -> None:
    """For one of several processes that read one archive: half as many words are remembered, 40 MiB at most."""
    remember(_WORDS)
