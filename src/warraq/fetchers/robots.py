"""robots.txt by RFC 9309, parsed by protego: may this address be fetched, and how slowly?"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from warraq.types import Reason

MAX_BYTES = 512 * 1024
"""More is not read (RFC 9309, section 2.5, asks for at least 500 KiB)."""
MAX_DELAY = 60.0
"""Seconds; a longer ``Crawl-delay`` counts as this."""
_KEPT = timedelta(hours=24)
_RETRIED = timedelta(minutes=10)
_UNREACHED = timedelta(minutes=1)
_MAX_HOSTS = 2_000
_MAX_KEPT = 4 * 1024 * 1024
"""Bytes of robots.txt whose rules are kept; parsed, they take some 25 times as much memory."""


_LINES = re.compile(r"\r\n|\r|\n")
_AGENT = re.compile(r"\s*user[- ]?agent\s*:?\s*([^\s/#]+)", re.I)
_MARKS = "\ufeff\ufffd"
_ANYBODY = "*"


@dataclass(frozen=True, slots=True)
class Rules:
    """What one origin asks of us. ``closed`` says why nothing may be fetched; ``parsed`` None means everything may."""

    until: datetime
    agent: str = _ANYBODY
    parsed: Protego | None = None
    closed: str = ""
    reason: Reason = Reason.ROBOTS
    """Of the failure, if ``closed``: a host that cannot be reached is not tried again for each of its pages."""
    size: int = 0
    """Bytes they were read from."""

    def allow(self, url: str) -> bool:
        """May `url` be fetched?"""
        return not self.closed and (self.parsed is None or bool(self.parsed.can_fetch(url, self.agent)))

    @property
    def delay(self) -> float:
        """Seconds between requests that the origin asks for (``Crawl-delay``, ``Request-rate``); 0 if it does not."""
        if self.parsed is None:
            return 0.0
        rate = self.parsed.request_rate(self.agent)
        asked = max(self.parsed.crawl_delay(self.agent) or 0.0, rate.seconds / rate.requests if rate else 0.0)
        return min(asked, MAX_DELAY)


def from_answer(status: int, body: bytes, now: datetime, agent: str, wait: float | None = None) -> Rules:
    """Rules for `agent`, a product name, from the answer to a request for ``/robots.txt`` (RFC 9309, section 2.3.1).

    Found: what it says. Not available (4xx): everything is allowed. Server errors: nothing is, for a while, or for
    the `wait` in seconds that the answer asks for, if that is longer.
    """
    if status == 200:
        text = _to_the_letter(body[:MAX_BYTES].decode("utf-8", "replace"), agent)
        return Rules(now + _KEPT, agent, Protego.parse(text), size=len(text))
    if 500 <= status < 600 or status == 429:
        return Rules(now + max(_RETRIED, timedelta(seconds=wait or 0.0)), closed=f"robots.txt answers {status}")
    return Rules(now + _KEPT)


def _to_the_letter(text: str, agent: str) -> str:
    """A robots.txt in which protego finds what RFC 9309 (section 2.2) means and what servers send instead.

    A group is ours, or everybody's, by its product name, whatever follows after a space or slash; the mark of an
    encoding before the first line is not part of it; CR and LF end a line, and nothing else does.
    """
    lines = []
    for line in _LINES.split(text.lstrip(_MARKS)):
        found = _AGENT.match(line)
        ours = found and found[1].lower() in (agent.lower(), _ANYBODY)
        lines.append(f"User-agent: {found[1]}" if found and ours else " ".join(line.splitlines()))
    return "\n".join(lines)


def from_failure(reason: Reason, detail: str, now: datetime, *, moved: bool) -> Rules:
    """Rules where ``/robots.txt`` could not be had. `moved`: it was not even found at the host's own address.

    A body that cannot be unpacked says nothing. A host that cannot be reached is left alone for a minute, and a
    redirect to another host that cannot be reached closes this one, like a server error (RFC 9309, section 2.3.1.4).
    """
    if reason in (Reason.UNREADABLE, Reason.TOO_LARGE, Reason.NOT_HTML, Reason.BAD_URL):
        return Rules(now + _KEPT)
    if moved:
        return Rules(now + _RETRIED, closed=f"robots.txt leads elsewhere: {detail}")
    return Rules(now + _UNREACHED, closed=detail, reason=reason)


class Cache:
    """Rules of the origins that were asked last, for many threads."""

    def __init__(self) -> None:
        self._rules: OrderedDict[str, Rules] = OrderedDict()
        self._size = 0
        self._guard = threading.Lock()

    def get(self, origin: str, now: datetime) -> Rules | None:
        """The rules of an origin (scheme, host and port) that still hold."""
        rules = self._rules.get(origin)
        return rules if rules is not None and rules.until > now else None

    def put(self, origin: str, rules: Rules) -> None:
        """Keep the rules; the oldest ones make room."""
        with self._guard:
            before = self._rules.pop(origin, None)
            self._rules[origin] = rules
            self._size += rules.size - (before.size if before else 0)
            while len(self._rules) > _MAX_HOSTS or (self._size > _MAX_KEPT and len(self._rules) > 1):
                self._size -= self._rules.popitem(last=False)[1].size
