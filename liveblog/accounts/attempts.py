"""How often somebody may try to sign in.

Tries are counted for each pair of account and address, and for each address: whoever guesses at an
account from elsewhere never shuts its owner out. A device that signed in before is known by a
signed cookie and is counted by itself, so that strangers behind the same address cannot use up its
tries either. Each web process counts for itself: several let through so many times as many tries,
which the numbers allow for, and a flood costs the store nothing.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from msgspec import Struct

from liveblog.accounts.sealing import Seal
from liveblog.accounts.secret import an_id
from liveblog.errors import TooFast
from liveblog.store.people import Person

_PAIR = RateLimitItemPerMinute(10, 15, namespace="pair")
_ADDRESS = RateLimitItemPerMinute(60, 15, namespace="address")
_CODES = RateLimitItemPerHour(20, namespace="codes")
_BEGUN = RateLimitItemPerMinute(200, 15, namespace="begun")

_NETWORK_BITS = 64
"""What a provider gives one customer of IPv6: all of it is one address here."""


class Visitor(Struct, frozen=True, kw_only=True):
    """A browser that would sign in: from where, with which cookie of an earlier time."""

    address: str
    agent: str = ""
    device: str = ""


class Attempts:
    """Counts tries. Raises TooFast before anything is compared."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._counted = MovingWindowRateLimiter(MemoryStorage())

    def password(self, name: str, person: Person | None, visitor: Visitor) -> None:
        """Count a try of a password for a name that is, or is not, somebody's."""
        device = self.known(visitor.device, person)
        if device is None:
            self._take(_ADDRESS, _network(visitor.address))
        self._take(_PAIR, *self._pair(name, device, visitor))

    def passed(self, name: str, person: Person, visitor: Visitor) -> None:
        """Forget the tries of who got it right."""
        device = self.known(visitor.device, person)
        self._counted.clear(_PAIR, *self._pair(name, device, visitor))

    def code(self, person: Person, visitor: Visitor) -> None:
        """Count a try of a code by somebody who knows the password."""
        self._take(_CODES, person.id, self.known(visitor.device, person) or "unknown")

    def begin(self, visitor: Visitor) -> None:
        """Count a conversation that an address begins: each is remembered for a while."""
        self._take(_BEGUN, _network(visitor.address))

    def device(self, person: Person, given: str) -> str:
        """The cookie by which a device is known that signed in; the same one where it has one."""
        device = self.known(given, person) or an_id()
        named = f"{device}.{person.id}"
        return f"{named}.{self._seal.sign(named)}"

    def known(self, cookie: str, person: Person | None) -> str | None:
        """The name of the device, if that person signed in with it before."""
        named, _, signature = cookie.rpartition(".")
        device, _, owner = named.partition(".")
        if person is None or owner != person.id or not self._seal.signed(named, signature):
            return None
        return device

    def _pair(self, name: str, device: str | None, visitor: Visitor) -> tuple[str, str]:
        return name, f"device {device}" if device else _network(visitor.address)

    def _take(self, limit: RateLimitItem, *who: str) -> None:
        if not self._counted.hit(limit, *who):
            reset = self._counted.get_window_stats(limit, *who).reset_time
            raise TooFast("Too many tries.", max(ceil(reset - time()), 1))


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, _NETWORK_BITS), strict=False))
    return address
