"""How many readers a process lets in, in all and from one address: plain counting."""

from __future__ import annotations

from collections import Counter

from liveblog.hub.addresses import household


class Doors:
    """Counts readers whose connections we hold. A limit of 0 is none."""

    def __init__(self, most: int = 0, most_from_one_address: int = 0) -> None:
        self._most = most
        self._most_from_one = most_from_one_address
        self._from: Counter[str] = Counter()
        self.inside = 0

    @property
    def look_at_addresses(self) -> bool:
        """Whether it matters where a reader comes from."""
        return bool(self._most_from_one)

    def enter(self, address: str) -> bool:
        """Let a reader in, or not."""
        if self._most and self.inside >= self._most:
            return False
        if self._most_from_one:
            house = household(address)
            if self._from[house] >= self._most_from_one:
                return False
            self._from[house] += 1
        self.inside += 1
        return True

    def leave(self, address: str) -> None:
        """A reader that was let in is gone."""
        self.inside -= 1
        if self._most_from_one:
            house = household(address)
            self._from[house] -= 1
            if not self._from[house]:
                del self._from[house]
