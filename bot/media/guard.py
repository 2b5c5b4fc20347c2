"""Where media may be fetched from: public addresses only, judged when the socket is made.

A name's addresses are judged at the moment of connecting, so a resolver that changes its mind, an address written as a
URL's host and a redirect all meet the same check.
"""

import socket
from collections.abc import Set as AbstractSet
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import aiohttp
from yarl import URL

# IANA's registries of special-purpose addresses; what Python's own properties leave out or have changed.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers' customers
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays to 6to4
        "198.18.0.0/15",  # benchmarks
        "240.0.0.0/4",
    )
)
_GLOBAL_UNICAST_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols of their own, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)


class ForbiddenAddress(OSError):
    """A peer that is not on the public internet."""

    def __init__(self) -> None:
        # Always the same text: of several equal errors the connector raises the first as it is.
        super().__init__("not a public address")


class ForbiddenUrl(Exception):
    """A URL that may not be fetched at all."""


def is_public(address: str) -> bool:
    """Tell whether an IP address is reachable from everywhere and reserved for nothing.

    IPv6 addresses that carry an IPv4 address (mapped, NAT64) are judged by that one; 6to4, Teredo and ISATAP are never
    public. What is no address is not public.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_4(parsed) if isinstance(parsed, IPv4Address) else _is_public_6(parsed)


def _is_public_4(address: IPv4Address) -> bool:
    special = address.is_multicast or address.is_reserved or not address.is_global
    return not special and not any(address in network for network in _NOT_PUBLIC_4)


def _is_public_6(address: IPv6Address) -> bool:
    if address.ipv4_mapped is not None:
        return _is_public_4(address.ipv4_mapped)
    if address in _NAT64:
        return _is_public_4(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _GLOBAL_UNICAST_6 or not address.is_global or address.scope_id is not None:
        return False
    carries_v4 = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP
    return not carries_v4 and not any(address in network for network in _NOT_PUBLIC_6)


def check_url(url: URL) -> None:
    """Raise ForbiddenUrl for anything but http(s) with a host."""
    if url.scheme not in ("http", "https") or not url.host:
        raise ForbiddenUrl("only http and https addresses are fetched")


def is_allowed_host(url: URL, allow_hosts: AbstractSet[str]) -> bool:
    """Tell whether the operator lifts the guard for the URL's host, named as host or as host:port."""
    host = (url.host or "").lower()
    shown = f"[{host}]" if ":" in host else host
    names = {host, shown, f"{shown}:{url.port}"}
    return not names.isdisjoint(name.lower() for name in allow_hosts)


def guarded_connector() -> aiohttp.TCPConnector:
    """Make a connector whose sockets refuse every peer that is not public, with ForbiddenAddress; each serves once."""
    return aiohttp.TCPConnector(socket_factory=_public_socket, limit=32, force_close=True)


def _public_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise ForbiddenAddress
    return socket.socket(family, kind, protocol)
