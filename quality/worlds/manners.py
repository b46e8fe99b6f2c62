"""Politeness, judged by what the servers saw."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from worlds.plan import STEP, Guise, World

TOLERANCE = 0.005
"""Seconds by which two processes' clocks may disagree on a pause."""


@dataclass(slots=True)
class Request:
    """One request as the server saw it. Times are seconds of its monotonic clock."""

    host: str
    path: str
    epoch: int
    begin: float
    end: float = 0.0
    """When the answer was handed over or the connection ended; 0: neither by the time of the log."""
    status: int = 0
    conditional: bool = False
    validated: bool = False
    """Whether the answer carried validators, or was 304."""
    pause: int = 0
    """Seconds of its ``Retry-After``."""
    size: int = 0

    def line(self) -> str:
        """The request as one line of the log."""
        return "\t".join(
            map(
                str,
                (
                    self.host,
                    self.path,
                    self.epoch,
                    f"{self.begin:.6f}",
                    f"{self.end:.6f}",
                    self.status,
                    int(self.conditional),
                    int(self.validated),
                    self.pause,
                    self.size,
                ),
            )
        )

    @classmethod
    def read(cls, line: str) -> Request:
        """Inverse of `line`."""
        host, path, epoch, begin, end, status, conditional, validated, pause, size = line.split("\t")
        return cls(
            host,
            path,
            int(epoch),
            float(begin),
            float(end),
            int(status),
            conditional == "1",
            validated == "1",
            int(pause),
            int(size),
        )

    def moment(self, at: float) -> float:
        """A time of this request in the world's own seconds."""
        return at + self.epoch * STEP.total_seconds()


def violations(
    world: World, log: Sequence[Request], delay: float, crawl_delay: float, examples: list[str] | None = None
) -> Counter[str]:
    """Breaches of politeness by kind; with how often each was possible under ``of ...``. `examples` takes some."""
    found: Counter[str] = Counter(overlap=0, delay=0, retry_after=0, robots=0, gone=0, unconditional=0)
    by_host: dict[str, list[Request]] = defaultdict(list)
    for request in log:
        by_host[request.host].append(request)
    for name, requests in by_host.items():
        requests.sort(key=lambda r: r.begin)
        host = world.by_name.get(name)
        slow = host is not None and host.guise is Guise.ROBOTS_DELAY
        _of_host(
            found, requests, delay, max(delay, crawl_delay) if slow else delay, [] if examples is None else examples
        )
        if host is not None:
            found["robots"] += sum(_forbidden(host.guise, r) for r in requests)
    return found


def _of_host(found: Counter[str], requests: Sequence[Request], delay: float, asked: float, examples: list[str]) -> None:
    busy = patience = 0.0
    gone: set[str] = set()
    given: dict[str, bool] = {}
    before: Request | None = None
    for r in requests:
        begin = r.moment(r.begin)
        end = r.moment(r.end or r.begin)
        if before is not None:
            found["of pauses"] += 1
            wanted = delay if before.path == "/robots.txt" else asked  # it is robots.txt that asks for more
            found["overlap"] += begin < busy - TOLERANCE
            found["delay"] += busy - TOLERANCE <= begin < busy + wanted - TOLERANCE
            if begin < busy + wanted - TOLERANCE:
                examples.append(
                    f"{r.host}{r.path} {begin - busy:.3f} s after the end of {before.path} ({before.status})"
                )
            found["retry_after"] += begin < patience - TOLERANCE
        busy, before = max(busy, end), r
        patience = max(patience, end + r.pause)
        if r.path.startswith("/robots"):
            continue
        found["gone"] += r.path in gone
        if r.status == 410:
            gone.add(r.path)
        if given.get(r.path):
            found["of conditional"] += 1
            found["unconditional"] += not r.conditional
        if r.status in (200, 304):
            given[r.path] = r.validated


def _forbidden(guise: Guise, r: Request) -> bool:
    """Whether robots.txt (or that there is no telling) forbade the request."""
    if r.path.startswith("/robots"):
        return False
    if guise is Guise.ROBOTS_SOME:
        return r.path.startswith("/private/")
    if guise is Guise.ROBOTS_ERROR:
        return r.epoch < 1
    return guise in (Guise.ROBOTS_ALL, Guise.ROBOTS_HANG)
