"""Ids of updates as they are made."""

from __future__ import annotations

from collections.abc import Callable

from liveblog.story import Instant, UpdateId, milliseconds, update_id


class Ids:
    """Ids of updates. Two of one millisecond keep the order in which they were posted."""

    def __init__(self, chance: Callable[[], int]) -> None:
        self._chance = chance
        self._last = UpdateId("")

    def next(self, now: Instant) -> UpdateId:
        at = milliseconds(now)
        id = update_id(at, self._chance())
        while id <= self._last:
            at += 1
            id = update_id(at, self._chance())
        self._last = id
        return id
