"""How much one caller may do in a while.

Each web process counts for itself: several let through so many times as much, which still ends a
loop gone wild or a stolen token's flood, and no write waits for a count that is kept elsewhere.
"""

from __future__ import annotations

from math import ceil
from time import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from liveblog.errors import TooFast

_KILOBYTE = 1_000


class Limits:
    """Counts by who calls. A limit of 0 is none."""

    def __init__(self, writes_per_minute: int = 0, media_megabytes_per_hour: int = 0) -> None:
        self._counted = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._writes = RateLimitItemPerMinute(writes_per_minute, namespace="writes")
        # In kilobytes: one count an upload, whatever its size.
        self._media = RateLimitItemPerHour(media_megabytes_per_hour * 1_000, namespace="media")

    def write(self, who: str) -> None:
        """Count a write by a token or person. Raises TooFast."""
        if self._writes.amount:
            self._take(self._writes, who, 1, "You write more than this server takes.")

    def media(self, who: str, size: int) -> None:
        """Count the bytes of an upload by a token or person. Raises TooFast."""
        if self._media.amount:
            # One that is larger than all of it is taken for the whole.
            cost = min(ceil(size / _KILOBYTE), self._media.amount)
            self._take(self._media, who, cost, "You send more pictures than this server takes.")

    def _take(self, limit: RateLimitItem, who: str, cost: int, why: str) -> None:
        if not self._counted.hit(limit, who, cost=cost):
            reset = self._counted.get_window_stats(limit, who).reset_time
            raise TooFast(why, max(ceil(reset - time()), 1))
