"""Addresses that nobody on the internet has are refused, however they are written, and without asking for a name."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fetchers.web import get

from warraq.fetchers.addresses import is_public
from warraq.types import Failure, Reason

PRIVATE = [
    *map(ip_network, ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12")),
    *map(ip_network, ("192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24")),
    *map(ip_network, ("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")),
]
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９。")  # full-width digits, an ideographic full stop


def in_base(number: int, base: str) -> str:
    return {"ten": f"{number}", "hex": f"0x{number:x}", "HEX": f"0X{number:04X}", "oct": f"0{number:o}"}[base]


@given(
    network=st.sampled_from(PRIVATE),
    within=st.integers(min_value=0),
    bases=st.lists(st.sampled_from(["ten", "hex", "HEX", "oct"]), min_size=4, max_size=4),
    parts=st.integers(1, 4),
    written=st.sampled_from(["plain", "dot", "escaped", "wide", "user"]),
)
def test_private_addresses_in_any_numeric_form(
    network: IPv4Network, within: int, bases: list[str], parts: int, written: str
) -> None:
    number = int(network[within % network.num_addresses])
    octets = [(number >> shift) & 255 for shift in (24, 16, 8, 0)]
    values = [*octets[: parts - 1], number & ((1 << (8 * (5 - parts))) - 1)]
    host = ".".join(in_base(value, base) for value, base in zip(values, bases, strict=False))
    if written == "dot":
        host += "."
    elif written == "escaped":
        host = "".join(f"%{ord(character):02x}" for character in host)
    elif written == "wide":
        host = host.translate(WIDE)

    def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError(f"{host} is looked up")

    url = f"http://{'news.example@' if written == 'user' else ''}{host}/a"
    found = get(url, allow_private=False, resolver=never)
    assert isinstance(found, Failure)
    assert found.reason in (Reason.FORBIDDEN_ADDRESS, Reason.BAD_URL), found


@given(
    number=st.integers(0, 2**32 - 1), within=st.sampled_from(["::ffff:0:0/96", "64:ff9b::/96", "2002::/16", "::/96"])
)
def test_ipv6_addresses_that_carry_an_ipv4_address_are_refused(number: int, within: str) -> None:
    shift = 80 if within == "2002::/16" else 0
    assert not is_public(str(IPv6Address(int(ip_network(within).network_address) | number << shift)))


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:2800:220:1::1", "2a00:1450::8a"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["", "x", "1.2.3", "fe80::1%eth0", "::", "ff02::1", "fc00::1", "2001:db8::1"])
def test_others_are_not(address: str) -> None:
    assert not is_public(address)
