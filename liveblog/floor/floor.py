"""Everybody who is at the desk, and what each of them is told as it happens."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from liveblog.accounts.callers import Caller
from liveblog.accounts.secret import an_id
from liveblog.errors import NotStored
from liveblog.floor.board import Board
from liveblog.floor.figures import Gauges
from liveblog.floor.news import Colleague, Overview, People, Private, Stories, Took, colleague
from liveblog.floor.seat import Seat
from liveblog.store.presence import Doing, Present
from liveblog.story import Change, Instant, Slug, instant

_TICK_SECONDS = 1.0
_GAUGE_SECONDS = 2.0
_LEAVE_SECONDS = 1.0
NOWHERE = Slug("")
"""The story of who looks at the list of all."""


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


class Said(Struct, frozen=True, kw_only=True):
    """What a window says that somebody does in it now."""

    connection: str
    story: Slug
    doing: Doing
    update: str = ""
    take: bool = False


class Floor:
    """The desk's open streams in this process, and who is at all others. An entry in the store is
    good for three beats, so who vanishes is gone after four at most."""

    def __init__(
        self,
        store: Presence,
        board: Board,
        gauges: Gauges,
        clock: Callable[[], datetime],
        *,
        beat_seconds: float,
    ) -> None:
        self._store = store
        self._board = board
        self._gauges = gauges
        self._clock = clock
        self._beat_seconds = beat_seconds
        self._good_for_seconds = 3 * beat_seconds
        self._seats: dict[str, Seat] = {}
        self._people: dict[Slug, tuple[Present, ...]] = {}
        self._told: dict[Slug, Overview] = {}
        self._gone: list[str] = []
        self._woken = asyncio.Event()

    # -- who comes and goes ------------------------------------------------------------------------

    def come(self, caller: Caller, story: Slug) -> Seat:
        """Somebody opened a stream; ``story`` is the one that they look at, if any."""
        assert caller.person is not None, "only people are at the desk"
        present = Present(
            connection=an_id(),
            story=story,
            person=caller.person.id,
            name=caller.person.name,
            full_name=caller.person.full_name,
            since=self.now(),
        )
        seat = Seat(caller, present)
        self._seats[present.connection] = seat
        if story:
            self._gauges.watch(story)
        return seat

    async def welcome(self, seat: Seat) -> None:
        """Let others know of it, and tell it what there is."""
        # Known before it is told its name, with which it may say something at once. If the store is
        # out of reach, the next beat says it.
        with suppress(NotStored):
            await self._store.keep_present([seat.present], good_for_seconds=self._good_for_seconds)
        with suppress(NotStored):
            await self._board.load()
        overviews = {slug: self._overview(slug) for slug in self._board.slugs()}
        # What is told with the list is no news a second later.
        self._told = overviews | self._told
        seen = [one for slug, one in overviews.items() if seat.caller.sees(slug)]
        seen.sort(key=lambda overview: overview.changed, reverse=True)
        seat.tell(Stories(stories=tuple(seen)))
        if seat.story:
            seat.tell(self._present(seat.story))
            seat.tell(self._gauges.figures(seat.story))
        self._woken.set()

    def leave(self, seat: Seat) -> None:
        """A stream ended. What its window held is free at once."""
        if self._seats.pop(seat.present.connection, None) is None:
            return
        seat.watch = None
        if seat.story:
            self._gauges.unwatch(seat.story)
        if not self._seats:
            self._board.forget()
            self._told.clear()
            self._people.clear()
        self._gone.append(seat.present.connection)
        self._woken.set()

    async def say(self, caller: Caller, said: Said) -> tuple[Colleague, ...]:
        """Somebody does something else now, in a window whose stream may be another process's.
        Answers who is in that story. Raises UpdateHeld, Invalid, NotStored."""
        assert caller.person is not None, "only people are at the desk"
        present = Present(
            connection=said.connection,
            story=said.story,
            person=caller.person.id,
            name=caller.person.name,
            full_name=caller.person.full_name,
            since=self.now(),
            doing=said.doing,
            update=said.update if said.doing == "editing" else "",
        )
        people = await self._store.say_present(
            present, take=said.take, good_for_seconds=self._good_for_seconds
        )
        return tuple(colleague(one) for one in _in_order(people) if one.story == said.story)

    # -- what is heard -----------------------------------------------------------------------------

    def hear(self, what: str, story: str) -> None:
        """Something was announced; see :class:`liveblog.store.announcing.Announced`."""
        slug = Slug(story)
        if what == "presence":
            self._woken.set()
            return
        self._board.touch(slug)
        if what != "head":
            for seat in self._seats.values():
                if seat.caller.sees(slug):
                    seat.tell(Private(story=slug, what=what))

    def take(self, change: Change | None) -> None:
        """A change of what is public; None: some may have been missed."""
        if change is None:
            self._board.forget()
        else:
            self._board.take(change)

    # -- what runs as long as the process ----------------------------------------------------------

    async def run(self) -> None:
        """Tell everybody what happens."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep())
            tasks.create_task(self._tick())
            tasks.create_task(self._gauge())
            tasks.create_task(self._gauges.run())

    async def close(self) -> None:
        """Nobody is here any more: the process ends. Waits at most a second for the store."""
        self._gone += self._seats
        self._seats.clear()
        if self._gone:
            with suppress(NotStored, TimeoutError):
                async with asyncio.timeout(_LEAVE_SECONDS):
                    await self._store.leave_present(self._gone)

    async def _keep(self) -> None:
        """Tell the store who is here, and hear who is anywhere."""
        loop = asyncio.get_running_loop()
        beat_at = loop.time()
        while True:
            await self._wait(beat_at)
            try:
                # Who came since the last beat is known already.
                if loop.time() >= beat_at:
                    beat_at = loop.time() + self._beat_seconds
                    await self._beat()
                await self._look()
            except NotStored:
                # It is said again with the next beat; until then nobody knows better.
                await asyncio.sleep(min(self._beat_seconds, _TICK_SECONDS))

    async def _wait(self, beat_at: float) -> None:
        """Wait for the next beat or for news; where nobody is here, for somebody."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(beat_at if self._seats else None):
                await self._woken.wait()
        # Cleared before it is looked: what happens meanwhile is looked at again.
        self._woken.clear()

    async def _beat(self) -> None:
        here = [seat.present for seat in self._seats.values()]
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
        if self._seats:
            self._take(await self._store.present())

    def _take(self, people: list[Present]) -> None:
        """What the store knows now."""
        before, stories = self._people, defaultdict(list)
        for one in _in_order(people):
            stories[one.story].append(one)
            seat = self._seats.get(one.connection)
            if seat is not None:
                _tell_taken(seat, one)
                seat.present = one
        self._people = {story: tuple(present) for story, present in stories.items() if story}
        changed = {
            story
            for story in before.keys() | self._people.keys()
            if before.get(story) != self._people.get(story)
        }
        for seat in self._seats.values():
            if seat.story in changed:
                seat.tell(self._present(seat.story))

    async def _tick(self) -> None:
        """Once a second, what changed in the list of stories."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            if self._seats:
                with suppress(NotStored):
                    await self._board.load()
                    await self._board.refresh()
                self._tell_overviews()

    async def _gauge(self) -> None:
        """Every two seconds, what changed in the figures of the stories that are looked at."""
        while True:
            await asyncio.sleep(_GAUGE_SECONDS)
            for slug, figures in self._gauges.changed():
                for seat in self._seats.values():
                    if seat.story == slug:
                        seat.tell(figures)

    def _tell_overviews(self) -> None:
        for slug in self._board.slugs():
            overview = self._overview(slug)
            if overview == self._told.get(slug):
                continue
            self._told[slug] = overview
            for seat in self._seats.values():
                if seat.caller.sees(slug):
                    seat.tell(overview)

    # -- what it looks like ------------------------------------------------------------------------

    def _overview(self, slug: Slug) -> Overview:
        called = dict.fromkeys(one.called for one in self._people.get(slug, ()))
        return self._board.overview(slug, self._gauges.readers(slug), tuple(called))

    def _present(self, story: Slug) -> People:
        return People(
            story=story, people=tuple(colleague(one) for one in self._people.get(story, ()))
        )

    def now(self) -> Instant:
        """The time."""
        return instant(self._clock())


def _in_order(people: list[Present]) -> list[Present]:
    """As they came: the store keeps none."""
    return sorted(people, key=lambda one: (one.since, one.connection))


def _tell_taken(seat: Seat, now: Present) -> None:
    if now.losses > seat.present.losses:
        seat.tell(Took(story=now.story, update=now.lost, by=now.lost_to))
