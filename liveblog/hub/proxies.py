"""The proxies before us: what they say of a client is believed, what anybody else says is not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network


class Proxies:
    """Addresses or networks."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = [both for one in networks for both in _both(ip_network(one))]
        self._trusts = lru_cache(maxsize=1_024)(self._look_up)

    @property
    def named(self) -> list[str]:
        """The networks, as text."""
        return [str(network) for network in self._networks]

    def __contains__(self, address: str) -> bool:
        return bool(self._networks) and self._trusts(address)

    def _look_up(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)


def _both(network: IPv4Network | IPv6Network) -> list[IPv4Network | IPv6Network]:
    """An IPv4 network as it looks to a socket of IPv6, too (RFC 4291, 2.5.5.2)."""
    if isinstance(network, IPv6Network):
        return [network]
    mapped = f"::ffff:{network.network_address}/{96 + network.prefixlen}"
    return [network, IPv6Network(mapped)]
