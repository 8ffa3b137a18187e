"""How many read each story, in all web processes together.

Each process tells the store its own numbers every few seconds, and hears the sums in the same
round trip. Numbers that are not told again grow old and are not counted: those of a process that
died, and all of them while the store is out of reach.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from liveblog.errors import NotStored
from liveblog.store import Store
from liveblog.story import Slug

ROUNDS = 3
"""Rounds after which a number is too old to be counted."""

_EXACT = 100
# Five, but a timer may be a little early.
_QUIET_SECONDS = 4.9
_LEAVE_SECONDS = 1.0

Changed = Callable[[Slug, int | None], None]
"""Hears how many read a story, as :func:`rounded` says it; None: not known any more."""


class Audience(Protocol):
    """A story in this process; ``readers`` are all who read it here."""

    @property
    def slug(self) -> Slug: ...

    @property
    def readers(self) -> int: ...


class Census:
    """Counts the readers of stories. ``process`` is a name that no other process ever has;
    ``clock`` gives seconds that only grow."""

    def __init__(
        self,
        store: Store,
        process: str,
        clock: Callable[[], float],
        *,
        every_seconds: float = 5,
    ) -> None:
        self._store = store
        self._process = process
        self._clock = clock
        self._every_seconds = every_seconds
        self._good_for_seconds = ROUNDS * every_seconds
        # Probes that this process sent, in whichever process they arrived: they are no readers.
        self.probes: Counter[Slug] = Counter()
        # Stories whose sums somebody wants to know though nobody may read them here.
        self.asked: Callable[[], Iterable[Slug]] = tuple
        # Stories for which the store may hold a number of ours.
        self._told: set[Slug] = set()
        self._sums: dict[Slug, int] = {}
        self._summed_at = 0.0
        # What was said last, and when.
        self._said: dict[Slug, tuple[int, float]] = {}

    def count(self, slug: Slug) -> int | None:
        """How many read a story in all processes; None: nobody reads it in this one nor asked, or
        the store has not answered for too long."""
        if self._clock() - self._summed_at >= self._good_for_seconds:
            return None
        count = self._sums.get(slug)
        # A probe may be taken off a moment before it is counted.
        return None if count is None else max(count, 0)

    async def run(self, audiences: Callable[[], Iterable[Audience]], changed: Changed) -> None:
        """Count for ever. ``changed`` hears of a story when its rounded number changes, at most
        every five seconds."""
        while True:
            await self.take(audiences())
            self._say(changed)
            await asyncio.sleep(self._every_seconds)

    async def take(self, audiences: Iterable[Audience]) -> None:
        """One round. If the store cannot be reached, the sums stay as they are and grow old."""
        asked = dict.fromkeys(self.asked(), 0)
        readers = dict.fromkeys(self._told, 0) | asked
        readers.update((one.slug, one.readers) for one in audiences if one.readers)
        for slug, probes in self.probes.items():
            readers[slug] = readers.get(slug, 0) - probes
        now = self._clock()
        # Before it is tried: a write that fails for us may have reached the store.
        self._told.update(readers)
        with suppress(NotStored):
            sums = await self._store.sum_readers(
                self._process, readers, good_for_seconds=self._good_for_seconds
            )
            self._told = {slug for slug, here in readers.items() if here}
            self._sums = {slug: sums[slug] for slug in self._told | asked.keys()}
            self._summed_at = now

    async def leave(self) -> None:
        """Take our numbers back: our readers are counted elsewhere soon. Call it after
        :meth:`run` has ended; it waits at most a second for the store."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LEAVE_SECONDS):
                self.probes.clear()
                self.asked = tuple
                await self.take([])

    def _say(self, changed: Changed) -> None:
        now = self._clock()
        for slug in self._said.keys() | self._sums.keys():
            # Where nobody reads it, a count that somebody asked for is not for readers.
            count = self.count(slug) if slug in self._told else None
            if count is None:
                if self._said.pop(slug, None):
                    changed(slug, None)
                continue
            said, at = self._said.get(slug, (None, -_QUIET_SECONDS))
            if rounded(count) != said and now - at >= _QUIET_SECONDS:
                self._said[slug] = rounded(count), now
                changed(slug, rounded(count))


def rounded(count: int) -> int:
    """Exact below 100, then two significant digits: a number that does not change all the time."""
    return count if count < _EXACT else round(count, 2 - len(str(count)))
