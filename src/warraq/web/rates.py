"""How much one client may ask for: a bucket of tokens for each address (https://en.wikipedia.org/wiki/Token_bucket).

A bucket holds `burst` tokens and fills at `rate` a minute; a request takes one, and without one it is answered 429
with Retry-After. An IPv6 network of 64 bits is one client. A client on this machine is not counted, unless a proxy
speaks for others: with `proxies` n the n-th address from the end of X-Forwarded-For is the client's.

Wrong passwords are counted apart, and those from this machine as well, as of one client: behind a proxy that is not
told of, all the world comes from there.
"""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import monotonic

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from warraq.app import Access
from warraq.web.answers import refuse
from warraq.web.operating import Application, Message, Receive, Send

MOST = 20_000
"""Clients that are remembered, those that asked last: a bucket that is forgotten is full again."""
GUESSES, GUESSES_A_MINUTE = 20, 10.0
"""Wrong passwords that one client may send at once, and then: at most 14,420 in a day."""
_OPEN = ("/healthz", "/readyz", "/metrics", "/static/", "/robots.txt")
"""What costs nothing, and what machines of the operator ask."""


def guards(access: Access) -> list[Middleware]:
    """What stands before the site: which other sites' pages may read here, and how much one client may ask for.

    Other sites' pages may only read, as anybody may: nothing that a browser knows of its user goes with it.
    """
    found = [Middleware(Guesses, proxies=access.proxies)]
    if access.origins:
        told = ["ETag", "Link", "Retry-After"]
        found.append(
            Middleware(CORSMiddleware, allow_origins=access.origins, allow_methods=["GET"], expose_headers=told)
        )
    if access.rate:
        found.append(Middleware(Rates, rate=access.rate, burst=access.burst, proxies=access.proxies))
    return found


class Rates:
    """ASGI middleware that refuses what is too much."""

    def __init__(self, app: Application, rate: float, burst: int, proxies: int = 0) -> None:
        self.app, self.proxies = app, proxies
        self._buckets = Buckets(rate / 60, burst)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_OPEN):
            await self.app(scope, receive, send)
            return
        client = client_of(scope, self.proxies)
        wait = self._buckets.take(client, monotonic()) if client else 0.0
        if wait:
            seconds = ceil(wait)
            await refuse(scope, receive, send, 429, f"too many requests: come again in {seconds} seconds", seconds)
        else:
            await self.app(scope, receive, send)


class Guesses:
    """ASGI middleware that lets nobody try passwords for long: after too many wrong ones it looks at none for a while.

    Whoever sends one then gets 429, also with the right one.
    """

    def __init__(self, app: Application, proxies: int = 0) -> None:
        self.app, self.proxies = app, proxies
        self._buckets = Buckets(GUESSES_A_MINUTE / 60, GUESSES)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _tells_a_password(scope):
            await self.app(scope, receive, send)
            return
        client = client_of(scope, self.proxies) or "here"
        wait = ceil(self._buckets.wait(client, monotonic()))
        if wait:
            await refuse(scope, receive, send, 429, f"too many wrong passwords: come again in {wait} seconds", wait)
            return

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 401:
                self._buckets.take(client, monotonic())
            await send(message)

        await self.app(scope, receive, watched)


def _tells_a_password(scope: Message) -> bool:
    """In a header, in a form, or, as old clients of the Google Reader API do, in the address."""
    said = scope["method"] not in ("GET", "HEAD") or b"Passwd=" in scope["query_string"]
    return said or any(name == b"authorization" for name, _ in scope["headers"])


class Buckets:
    """A bucket for each client; `rate` in tokens a second. Its times are seconds of one clock that never goes back."""

    def __init__(self, rate: float, burst: int, most: int = MOST) -> None:
        self._rate, self._burst, self._most = rate, burst, most
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, now: float) -> float:
        """Take a token; returns 0, or, if there is none, the seconds until there is one."""
        tokens = self._tokens(client, now)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._held.pop(client, None)
        self._held[client] = (tokens if wait else tokens - 1, now)
        if len(self._held) > self._most:
            self._held.popitem(last=False)
        return wait

    def wait(self, client: str, now: float) -> float:
        """What `take` would return, without taking."""
        tokens = self._tokens(client, now)
        return 0.0 if tokens >= 1 else (1 - tokens) / self._rate

    def _tokens(self, client: str, now: float) -> float:
        tokens, since = self._held.get(client, (float(self._burst), now))
        return min(self._burst, tokens + (now - since) * self._rate)


def client_of(scope: Message, proxies: int) -> str:
    """Who asks: an address, or a network; empty for this machine itself, and where that is not known."""
    said = (scope.get("client") or ("", 0))[0]
    if proxies:
        hops = [
            hop.strip() for hop in ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",") if hop.strip()
        ]
        said = hops[-proxies] if len(hops) >= proxies else said
    try:
        address = ip_address(said.strip("[]"))
    except ValueError:
        return said[:64]
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    return f"{address.exploded[:19]}::/64" if isinstance(address, IPv6Address) else str(address)
