"""Where a request goes: the parts of an address, and which addresses are one site."""

from __future__ import annotations

from dataclasses import dataclass

import ada_url

from warraq.types import Reason

_USUAL = {"http": 80, "https": 443}
_SHOWN = 200


class Failed(Exception):
    """A fault of the world, on its way to become a `Failure`. ``status`` and ``retry_after`` as there."""

    def __init__(self, reason: Reason, detail: str, *, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after


class Closed(Exception):
    """The fetcher was closed: whatever goes on ends without a result."""


class Unanswered(Failed):
    """A kept connection ended before the answer began: perhaps its server had closed it long before."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address to ask at, by its parts. ``host`` is as in the URL (IPv6 in brackets), ``authority`` with the port."""

    url: str
    scheme: str
    host: str
    authority: str
    port: int

    @property
    def origin(self) -> str:
        """What has a robots.txt of its own: scheme, host and port."""
        return f"{self.scheme}://{self.authority}"

    @property
    def site(self) -> str:
        """Equal for addresses of one host: ``www.`` does not count, nor does http against https. The port does."""
        return self.authority.removeprefix("www.")


def place_of(url: str, base: str | None = None) -> Place:
    """The place an address names, read as browsers do (WHATWG URL Standard); relative ones against `base`.

    Raises `Failed` with ``bad_url`` for what is not an http or https address, or holds a user name or password.
    """
    try:
        parts = ada_url.URL(url, base)
    except (ValueError, UnicodeError):
        raise Failed(Reason.BAD_URL, f"not an address: {url[:_SHOWN]!r}") from None
    scheme = parts.protocol.rstrip(":")
    if scheme not in _USUAL:
        raise Failed(Reason.BAD_URL, f"neither http nor https: {url[:_SHOWN]!r}")
    if parts.username or parts.password:
        raise Failed(Reason.BAD_URL, "an address with a user name or password")
    parts.hash = ""
    port = int(parts.port) if parts.port else _USUAL[scheme]
    return Place(parts.href, scheme, parts.hostname, parts.host, port)
