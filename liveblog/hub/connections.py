"""The connections that uvicorn holds, counted in all and by address; readers are counted apart."""

from __future__ import annotations

from collections import Counter
from typing import Any

from liveblog.hub.addresses import household
from liveblog.hub.proxies import Proxies

NO_PROXIES = Proxies()


class Connections(set[Any]):
    """As uvicorn adds its protocols to it and discards them. A limit of 0 is none; that for one
    address does not hold for proxies, from which many come."""

    def __init__(
        self, most: int = 0, most_from_one_address: int = 0, proxies: Proxies = NO_PROXIES
    ) -> None:
        super().__init__()
        self._proxies = proxies
        self._most = most
        self._most_from_one = most_from_one_address
        self._addresses: dict[Any, str] = {}
        self._from: Counter[str] = Counter()

    def add(self, one: Any) -> None:
        """One that has a ``transport``."""
        super().add(one)
        # To ask for the address is a system call.
        if self._most_from_one and one not in self._addresses:
            address = (one.transport.get_extra_info("peername") or ("",))[0]
            if address in self._proxies:
                return
            self._addresses[one] = house = household(address)
            self._from[house] += 1

    def discard(self, one: Any) -> None:
        """One that is gone, or was not here."""
        super().discard(one)
        address = self._addresses.pop(one, None)
        if address is not None:
            self._from[address] -= 1
            if not self._from[address]:
                del self._from[address]

    remove = discard

    @property
    def full(self) -> bool:
        """Whether there are more than there may be in all."""
        return bool(self._most) and len(self) > self._most

    def too_many(self, one: Any) -> bool:
        """Whether this one is too much, in all or from its address."""
        return self.full or self._from[self._addresses.get(one, "")] > (self._most_from_one or 1)
