"""Who is at the desk: the windows that are open in this process, and those of all others."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Protocol

from liveblog.errors import NotStored
from liveblog.floor.news import Colleague, People, Took, colleague
from liveblog.floor.seat import Seat
from liveblog.store.presence import Present
from liveblog.story import Slug

_AGAIN_SECONDS = 1.0
_LEAVE_SECONDS = 1.0


class Presence(Protocol):
    """What the store knows of who is at the desk; see :mod:`liveblog.store.presence`."""

    async def present(self) -> list[Present]: ...

    async def keep_present(
        self, those: list[Present], *, good_for_seconds: float
    ) -> list[Present]: ...

    async def say_present(
        self, one: Present, *, take: bool = False, good_for_seconds: float
    ) -> list[Present]: ...

    async def leave_present(self, connections: list[str]) -> None: ...


class Attendance:
    """``seats`` are the streams that are open in this process. What the store is told of them is
    good for three beats, so who vanishes is gone after four at most."""

    def __init__(self, store: Presence, *, beat_seconds: float) -> None:
        self._store = store
        self._beat_seconds = beat_seconds
        self._good_for_seconds = 3 * beat_seconds
        self._people: dict[Slug, tuple[Present, ...]] = {}
        self._gone: list[str] = []
        self._woken = asyncio.Event()
        self.seats: dict[str, Seat] = {}

    def called(self, story: Slug) -> tuple[str, ...]:
        """The names of who is in a story."""
        return tuple(dict.fromkeys(one.called for one in self._people.get(story, ())))

    def people(self, story: Slug) -> People:
        """Who is in a story."""
        found = tuple(colleague(one) for one in self._people.get(story, ()))
        return People(story=story, people=found)

    def enter(self, seat: Seat) -> None:
        """A stream begins."""
        self.seats[seat.present.connection] = seat

    async def welcome(self, seat: Seat) -> None:
        """Let others know of it: before it is told its name, with which it may say something at
        once. If the store is out of reach, the next beat says it."""
        with suppress(NotStored):
            await self._store.keep_present([seat.present], good_for_seconds=self._good_for_seconds)
        self.wake()

    def leave(self, seat: Seat) -> bool:
        """A stream ended. What its window held is free at once. Answers whether it was here."""
        if self.seats.pop(seat.present.connection, None) is None:
            return False
        if not self.seats:
            self._people.clear()
        self._gone.append(seat.present.connection)
        self.wake()
        return True

    async def say(self, present: Present, *, take: bool) -> tuple[Colleague, ...]:
        """Somebody does something else now, in a window whose stream may be another process's.
        Answers who is in that story. Raises UpdateHeld, Invalid, NotStored."""
        people = await self._store.say_present(
            present, take=take, good_for_seconds=self._good_for_seconds
        )
        return tuple(colleague(one) for one in _in_order(people) if one.story == present.story)

    def wake(self) -> None:
        """Somebody came, left or does something else, here or elsewhere."""
        self._woken.set()

    async def run(self) -> None:
        """Tell the store who is here, and hear who is anywhere, for as long as the process runs."""
        loop = asyncio.get_running_loop()
        beat_at = loop.time()
        while True:
            await self._wait(beat_at)
            try:
                if loop.time() >= beat_at:
                    beat_at = loop.time() + self._beat_seconds
                    await self._beat()
                await self._look()
            except NotStored:
                # It is said again with the next beat; until then nobody knows better.
                await asyncio.sleep(min(self._beat_seconds, _AGAIN_SECONDS))

    async def close(self) -> None:
        """Nobody is here any more: the process ends. Waits at most a second for the store."""
        self._gone += self.seats
        self.seats.clear()
        if self._gone:
            with suppress(NotStored, TimeoutError):
                async with asyncio.timeout(_LEAVE_SECONDS):
                    await self._store.leave_present(self._gone)

    async def _wait(self, beat_at: float) -> None:
        """Wait for the next beat or for :meth:`wake`; where nobody is here, for that alone."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(beat_at if self.seats else None):
                await self._woken.wait()
        # Cleared before it is looked: what happens meanwhile is looked at again.
        self._woken.clear()

    async def _beat(self) -> None:
        here = [seat.present for seat in self.seats.values()]
        if here:
            await self._store.keep_present(here, good_for_seconds=self._good_for_seconds)

    async def _look(self) -> None:
        gone, self._gone = self._gone, []
        if gone:
            try:
                await self._store.leave_present(gone)
            except NotStored:
                self._gone += gone
                raise
        if self.seats:
            # Taken here alone and one after the other: answers never overtake each other.
            self._take(await self._store.present())

    def _take(self, people: list[Present]) -> None:
        """What the store knows now."""
        before, stories = self._people, defaultdict(list)
        for one in _in_order(people):
            stories[one.story].append(one)
            seat = self.seats.get(one.connection)
            if seat is not None:
                _tell_taken(seat, one)
                seat.present = one
        self._people = {story: tuple(present) for story, present in stories.items() if story}
        for seat in self.seats.values():
            if before.get(seat.story) != self._people.get(seat.story):
                seat.tell(self.people(seat.story))


def _in_order(people: list[Present]) -> list[Present]:
    """As they came: the store keeps none."""
    return sorted(people, key=lambda one: (one.since, one.connection))


def _tell_taken(seat: Seat, now: Present) -> None:
    if now.losses > seat.present.losses:
        seat.tell(Took(story=now.story, update=now.lost, by=now.lost_to))
