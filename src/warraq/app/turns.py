"""Work that one process of an archive does for all of them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # not POSIX: whoever asks does the work, which is only slower
    fcntl = None  # type: ignore[assignment]


class Turn:
    """A turn that a process takes when nobody has it, and keeps until it closes it or ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    @property
    def held(self) -> bool:
        """Whether it is this process's turn already."""
        return self._file is not None

    def taken(self) -> bool:
        """Whether it is this process's turn; takes it if it is free."""
        if self._file is not None or fcntl is None:
            return True
        file = self._path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def close(self) -> None:
        """Let others have it. Safe to call twice."""
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None
