"""Which addresses may be connected to: public ones only, unless private ones are asked for.

A name is resolved once, every address it has is checked, and the connection goes to an address that was checked:
a name server that answers differently the next time gains nothing.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from queue import Empty, SimpleQueue

Resolver = Callable[[str, int], Sequence[str]]
"""Host name and port to IP addresses as text; raises OSError when there are none."""

# IANA's registries of special-purpose addresses. `is_global` alone lets transition mechanisms through, which carry
# any IPv4 address inside; of IPv6, only what has been given out for global unicast (2000::/3) is taken.
_NOT_IPV4 = tuple(map(ip_network, ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/3")))
_GLOBAL_IPV6 = ip_network("2000::/3")
_NOT_IPV6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_LOCAL_NAMES = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "private", "arpa")
_LOW_PORTS = (80, 443)
_KEPT = 60.0
_MAX_KEPT = 10_000


def is_public(address: str) -> bool:
    """Is this IP address (as text) one that anybody on the internet may be reached at?"""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in _NOT_IPV4)
    return ip.is_global and ip in _GLOBAL_IPV6 and not any(ip in network for network in _NOT_IPV6)


def is_local_name(host: str) -> bool:
    """Does this host name belong to the machine or its own network (RFC 6761, RFC 6762), or have one label only?"""
    labels = host.rstrip(".").lower().split(".")
    return labels[-1] in _LOCAL_NAMES or (len(labels) == 1 and not _is_literal(host))


def is_usual_port(port: int) -> bool:
    """80, 443 or an unprivileged port: nothing that other services listen on by right."""
    return port in _LOW_PORTS or 1024 <= port <= 65535


class SystemResolver:
    """The system's answers, each address once, within a time limit and kept for a minute; for many threads.

    The system's own limits are longer, and it cannot be interrupted: a name that it does not answer for in time
    raises TimeoutError, and the thread that asks is left to end by itself.
    """

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._kept: dict[tuple[str, int], tuple[float, Sequence[str]]] = {}

    def __call__(self, host: str, port: int) -> Sequence[str]:
        until, addresses = self._kept.get((host, port), (0.0, ()))
        if until <= time.monotonic():
            addresses = self._ask(host, port)
            if len(self._kept) >= _MAX_KEPT:
                self._kept.clear()
            self._kept[host, port] = (time.monotonic() + _KEPT, addresses)
        return addresses

    def _ask(self, host: str, port: int) -> Sequence[str]:
        answer: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                answer.put(list(dict.fromkeys(str(item[4][0]) for item in found)))
            except Exception as error:
                answer.put(error)

        threading.Thread(target=ask, name="warraq-resolver", daemon=True).start()
        try:
            found = answer.get(timeout=self._timeout)
        except Empty:
            raise TimeoutError(f"no address within {self._timeout:g} s") from None
        if isinstance(found, Exception):
            raise found
        return found


def checked(host: str, port: int, resolver: Resolver, *, allow_private: bool) -> Sequence[str]:
    """The addresses of a host as a URL names it, each safe to connect to.

    Raises PermissionError if one of them is not public (and private ones are not allowed), OSError if there are none.
    """
    literal = host.strip("[]")
    if _is_literal(host):
        found: Sequence[str] = [literal]
    elif not allow_private and is_local_name(host):
        raise PermissionError(f"{host} is a local name")
    else:
        found = resolver(host, port)
    if not allow_private and not is_usual_port(port):
        raise PermissionError(f"port {port} is not one of the web")
    for address in found:
        if not allow_private and not is_public(address):
            raise PermissionError(f"{host} is at {address}, which is not public")
    if not found:
        raise OSError(f"{host} has no address")
    return found


def _is_literal(host: str) -> bool:
    try:
        return isinstance(ip_address(host.strip("[]")), IPv4Address | IPv6Address)
    except ValueError:
        return False
