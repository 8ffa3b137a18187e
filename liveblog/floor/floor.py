"""Everybody who is at the desk, and what each of them is told as it happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from msgspec import Struct

from liveblog.accounts.callers import Caller
from liveblog.accounts.secret import an_id
from liveblog.errors import NotStored
from liveblog.floor.attendance import Attendance
from liveblog.floor.board import Board
from liveblog.floor.figures import Gauges
from liveblog.floor.news import Colleague, Overview, Private, Stories
from liveblog.floor.seat import Seat
from liveblog.store.presence import Doing, Present
from liveblog.story import Change, Slug, instant

_TICK_SECONDS = 1.0
_GAUGE_SECONDS = 2.0

NOWHERE = Slug("")
"""The story of who looks at the list of all."""


class Said(Struct, frozen=True, kw_only=True):
    """What a window says that somebody does in it now."""

    connection: str
    story: Slug
    doing: Doing
    update: str = ""
    take: bool = False


class Floor:
    """The desk of this process: who is there, the list of stories, their figures."""

    def __init__(
        self,
        attendance: Attendance,
        board: Board,
        gauges: Gauges,
        clock: Callable[[], datetime],
    ) -> None:
        self._attendance = attendance
        self._board = board
        self._gauges = gauges
        self._clock = clock
        self._told: dict[Slug, Overview] = {}

    # -- who comes, goes and says something --------------------------------------------------------

    def come(self, caller: Caller, story: Slug) -> Seat:
        """Somebody opened a stream; ``story`` is the one that they look at, or NOWHERE."""
        seat = Seat(caller, self._present(caller, an_id(), story))
        self._attendance.enter(seat)
        if story:
            self._gauges.watch(story)
        return seat

    async def welcome(self, seat: Seat) -> None:
        """Let others know of it, and tell it what there is."""
        await self._attendance.welcome(seat)
        with suppress(NotStored):
            await self._board.load()
            await self._board.include(_asked(seat))
        overviews = {slug: self._overview(slug) for slug in self._board.slugs()}
        # What is told with the list is no news a second later.
        self._told = overviews | self._told
        seen = [one for slug, one in overviews.items() if seat.caller.sees(slug)]
        seen.sort(key=lambda overview: overview.changed, reverse=True)
        seat.tell(Stories(stories=tuple(seen)))
        if seat.story:
            seat.tell(self._attendance.people(seat.story))
            seat.tell(self._gauges.figures(seat.story))

    def leave(self, seat: Seat) -> None:
        """A stream ended."""
        if not self._attendance.leave(seat):
            return
        seat.watch = None
        if seat.story:
            self._gauges.unwatch(seat.story)
        if not self._attendance.seats:
            self._board.forget()
            self._told.clear()

    async def say(self, caller: Caller, said: Said) -> tuple[Colleague, ...]:
        """Somebody does something else now, in a window whose stream may be another process's.
        Answers who is in that story. Raises UpdateHeld, Invalid, NotStored."""
        update = said.update if said.doing == "editing" else ""
        present = self._present(caller, said.connection, said.story, said.doing, update)
        return await self._attendance.say(present, take=said.take)

    def _present(
        self,
        caller: Caller,
        connection: str,
        story: Slug,
        doing: Doing = "reading",
        update: str = "",
    ) -> Present:
        assert caller.person is not None, "only people are at the desk"
        return Present(
            connection=connection,
            story=story,
            person=caller.person.id,
            name=caller.person.name,
            full_name=caller.person.full_name,
            since=instant(self._clock()),
            doing=doing,
            update=update,
        )

    # -- what is heard -----------------------------------------------------------------------------

    def hear(self, what: str, story: str) -> None:
        """Something was announced; see :class:`liveblog.store.announcing.Announced`."""
        slug = Slug(story)
        if what == "presence":
            self._attendance.wake()
            return
        self._board.touch(slug)
        if what != "head":
            for seat in self._attendance.seats.values():
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
            tasks.create_task(self._attendance.run())
            tasks.create_task(self._gauges.run())
            tasks.create_task(self._tell_stories())
            tasks.create_task(self._tell_figures())

    async def close(self) -> None:
        """The process ends. Waits at most a second for the store."""
        await self._attendance.close()

    async def _tell_stories(self) -> None:
        """Once a second, what changed in the list of stories."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            if self._attendance.seats:
                with suppress(NotStored):
                    await self._board.load()
                    await self._board.refresh()
                self._tell_overviews()

    def _tell_overviews(self) -> None:
        for slug in self._board.slugs():
            overview = self._overview(slug)
            if overview == self._told.get(slug):
                continue
            self._told[slug] = overview
            for seat in self._attendance.seats.values():
                if seat.caller.sees(slug):
                    seat.tell(overview)

    async def _tell_figures(self) -> None:
        """Every two seconds, what changed in the figures of the stories that are looked at."""
        while True:
            await asyncio.sleep(_GAUGE_SECONDS)
            for slug, figures in self._gauges.changed():
                for seat in self._attendance.seats.values():
                    if seat.story == slug:
                        seat.tell(figures)

    def _overview(self, slug: Slug) -> Overview:
        return self._board.overview(slug, self._gauges.readers(slug), self._attendance.called(slug))


def _asked(seat: Seat) -> list[Slug]:
    """The stories that somebody looks at or is limited to."""
    return [*(seat.caller.stories or ()), *([seat.story] if seat.story else [])]
