"""Whose an address is, for limits: of IPv6 one subscriber has a whole network of 64 bits."""

from __future__ import annotations

from ipaddress import IPv6Address

_NETWORK = ~((1 << 64) - 1)


def household(address: str) -> str:
    """What an address is counted under: itself, or its network (RFC 6177)."""
    if ":" not in address:
        return address
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) & _NETWORK))
