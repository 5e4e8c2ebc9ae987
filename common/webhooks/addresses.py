"""Which addresses may be called at all: never a private one, however it is written, unless an operator allowed it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LONGEST = 2000
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NEVER = tuple(
    ipaddress.ip_network(each) for each in ("64:ff9b:1::/48", "5f00::/16", "fec0::/10", "100::/64", "2001::/23")
)
"""What `is_global` lets pass in one version of Python or another: local NAT64, segment routing, old site-local …"""
_LOW_PORTS = frozenset({80, 443})


class NotAllowed(ValueError):
    """This address must not be called. The message is for whoever set it and names no machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address taken apart. path: with its query. host: as it is asked of the resolver, in ASCII."""

    scheme: str
    host: str
    port: int
    path: str


def is_private(address: Address) -> bool:
    """True unless this is an address of the public internet. What is wrapped in IPv6 counts by what is inside."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return is_private(inner)
        if any(address in network for network in _NEVER):
            return True
    return not address.is_global or address.is_multicast


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return address.sixtofour
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def may_call(address: Address, allowed: Sequence[Network]) -> bool:
    """True for an address of the public internet, and for a private one in an allowed network."""
    inner = _inside(address) if isinstance(address, ipaddress.IPv6Address) else None
    return not is_private(address) or any((inner or address) in network for network in allowed)


def target_of(url: str, *, allows_http: bool) -> Target:
    """Take a URL apart. Raises NotAllowed for what we would never call, whatever it resolves to."""
    if len(url) > _LONGEST or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url) or "\\" in url:
        raise NotAllowed("an address such as https://example.com/hooks, without spaces")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii")
        parts.path.encode("ascii")
        parts.query.encode("ascii")
    except (ValueError, UnicodeError):
        raise NotAllowed("an address such as https://example.com/hooks, its path in plain ASCII") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise NotAllowed("an address that begins with https://")
    if parts.scheme == "http" and not allows_http:
        raise NotAllowed("an address that begins with https://: what is told are your customers' words")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("an address without a user, a password or a #fragment")
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    if port < 1024 and port not in _LOW_PORTS:
        raise NotAllowed("port 443, or one from 1024 on")
    path = parts.path or "/"
    return Target(scheme=parts.scheme, host=host, port=port, path=f"{path}?{parts.query}" if parts.query else path)


def networks(text: str) -> tuple[Network, ...]:
    """Networks with commas between them, such as `10.0.0.0/8, 127.0.0.1`. Raises ValueError."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())
