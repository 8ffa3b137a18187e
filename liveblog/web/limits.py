"""How much one caller may do in a while.

Each web process counts for itself: several let through so many times as much, which still ends a
loop gone wild or a stolen token's flood, and no write waits for a count that is kept elsewhere.
Our own few lines here: the library that counts sign-ins starts a thread after each count.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import monotonic

from liveblog.errors import TooFast

_KILOBYTE = 1_000
_CALLERS = 10_000
"""Callers whose counts are kept; beyond it all begin anew."""


class Allowance:
    """So much in so many ``seconds`` for each caller. What is left of the span before counts by its
    share, so that nobody gets twice as much where one span ends and the next begins."""

    def __init__(self, most: int, seconds: int, clock: Callable[[], float] = monotonic) -> None:
        self.most = most
        self._seconds = seconds
        self._clock = clock
        # By caller: the number of a span, what was taken in it, and in the one before.
        self._spans: dict[str, tuple[int, int, int]] = {}

    def take(self, who: str, cost: int) -> int:
        """Take so much. Answers 0, or the seconds after which there is more."""
        span, gone = divmod(self._clock(), self._seconds)
        number, taken, before = self._spans.get(who, (int(span), 0, 0))
        if number != span:
            taken, before = 0, taken if number == span - 1 else 0
        if taken + cost + before * (1 - gone / self._seconds) > self.most:
            return ceil(self._seconds - gone)
        if len(self._spans) >= _CALLERS:
            self._spans.clear()
        self._spans[who] = int(span), taken + cost, before
        return 0


class Limits:
    """Counts by who calls. A limit of 0 is none."""

    def __init__(self, writes_per_minute: int = 0, media_megabytes_per_hour: int = 0) -> None:
        self._writes = Allowance(writes_per_minute, 60)
        self._media = Allowance(media_megabytes_per_hour * 1_000, 3_600)

    def write(self, who: str) -> None:
        """Count a write by a token or person. Raises TooFast."""
        _take(self._writes, who, 1, "You write more than this server takes.")

    def media(self, who: str, size: int) -> None:
        """Count the bytes of an upload by a token or person. Raises TooFast."""
        # One that is larger than all of it is taken for the whole.
        cost = min(ceil(size / _KILOBYTE), self._media.most)
        _take(self._media, who, cost, "You send more pictures than this server takes.")


def _take(allowance: Allowance, who: str, cost: int, why: str) -> None:
    wait = allowance.take(who, cost) if allowance.most else 0
    if wait:
        raise TooFast(why, wait)
