"""One story in memory: as it stands, its recent changes as frames, and who waits for the next."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeVar, cast

from liveblog import codec
from liveblog.codec import WireUpdate
from liveblog.hub.frames import Frame
from liveblog.hub.rooms import WIRES, Room
from liveblog.hub.sending import Send, write_each
from liveblog.story import Change, Cursor, Slug, Story, Update, UpdateId, fold

BACKLOG = 1_000
"""Changes kept as frames. A reader whose position is older is sent to the snapshot."""

RENDERED = 64
"""Answers kept as bytes until the next change: pages and snapshots. Beyond it all are dropped."""

T = TypeVar("T")


class Channel:
    """One story in this process. Positions count its changes from the first one held.

    ``followers`` are readers of it whose connections the server holds, ``count`` all readers of the
    story in all processes, as far as is known.
    """

    def __init__(self, changes: Iterable[Change], send: Send = write_each) -> None:
        story: Story | None = None
        changes = list(changes)
        for change in changes:
            story = fold(story, change)
        assert story is not None, "a published story has an entry"
        self.story = story
        self._shown: dict[UpdateId, Shown] = {}
        self._answers: dict[object, object] = {}
        self._frames = deque(map(Frame.of, changes[-BACKLOG:]), maxlen=BACKLOG)
        told = {change.update.id: change.cursor for change in changes if change.update}
        for update in story.updates:
            if update.status == "retracted":
                self._redact(update.id, told[update.id])
        self._end = len(changes)
        first = self._end - len(self._frames)
        self._places = {frame.cursor: first + n for n, frame in enumerate(self._frames)}
        self._changed = asyncio.Event()
        self._rooms: dict[str, Room] = {}
        self._send = send
        self.followers = 0
        self.count: int | None = None
        self.ended = False

    @property
    def slug(self) -> Slug:
        return self.story.head.slug

    @property
    def cursor(self) -> Cursor:
        """The last change."""
        return self.story.cursor

    @property
    def end(self) -> int:
        """The position after the last change."""
        return self._end

    def holds(self, cursor: Cursor) -> bool:
        """Whether that change is among the recent ones."""
        return cursor in self._places

    def position(self, after: Cursor) -> int | None:
        """The position after a cursor, or None if it is not among the recent changes."""
        place = self._places.get(after)
        return None if place is None else place + 1

    def room(self, wire: str) -> Room:
        """The readers over a wire, one of ``WIRES``."""
        room = self._rooms.get(wire)
        if room is None:
            room = self._rooms[wire] = Room(self, WIRES[wire], self._send)
        return room

    @property
    def rooms(self) -> Iterable[Room]:
        """The readers whose connections we hold ourselves."""
        return self._rooms.values()

    @property
    def readers(self) -> int:
        """How many read it in this process."""
        return self.followers + sum(map(len, self._rooms.values()))

    def between(self, start: int, end: int) -> list[Frame] | None:
        """The frames of some positions, or None if the oldest of them are gone."""
        frames = self.since(start)
        return None if frames is None else frames[: max(end - start, 0)]

    def since(self, position: int) -> list[Frame] | None:
        """The frames from a position on, or None if the oldest of them are gone."""
        missing = self._end - position
        if missing > len(self._frames):
            return None
        if missing == 1:
            return [self._frames[-1]]
        return list(self._frames)[len(self._frames) - missing :]

    async def changed(self) -> None:
        """Wait for the next change, or for :meth:`wake`."""
        await self._changed.wait()

    def wake(self) -> None:
        """Let all who wait look again."""
        woken, self._changed = self._changed, asyncio.Event()
        woken.set()

    def end_here(self) -> None:
        """Nothing follows in this object: its readers resume with what replaces it."""
        self.ended = True
        self.wake()
        for room in self._rooms.values():
            room.let_go(len(room))

    def take(self, change: Change) -> None:
        """Add the next change of the log."""
        self.story = fold(self.story, change)
        self._answers.clear()
        if change.update is not None:
            self._shown.pop(change.update.id, None)
            if change.update.status == "retracted":
                self._redact(change.update.id, change.cursor)
        if len(self._frames) == BACKLOG:
            del self._places[self._frames[0].cursor]
        self._frames.append(Frame.of(change))
        self._places[change.cursor] = self._end
        self._end += 1
        self.wake()
        for room in self._rooms.values():
            room.kick()

    def shown(self, update: Update) -> Shown:
        """An update as the public sees it, rendered once a revision."""
        shown = self._shown.get(update.id)
        if shown is None or shown.update.revision != update.revision:
            shown = self._shown[update.id] = Shown(update)
        return shown

    def answer(self, key: object, make: Callable[[], T]) -> T:
        """What ``make`` gives, kept until the next change."""
        if key not in self._answers:
            if len(self._answers) >= RENDERED:
                self._answers.clear()
            self._answers[key] = make()
        return cast(T, self._answers[key])

    def _redact(self, retracted: UpdateId, told: Cursor) -> None:
        """Nobody who resumes may read what was taken back; what readers are told now stays."""
        for place, frame in enumerate(self._frames):
            if frame.update == retracted and frame.cursor != told:
                self._frames[place] = frame.redacted()


class Shown:
    """An update's public form, as a value for pages and as bytes for snapshots."""

    __slots__ = ("json", "update")

    def __init__(self, update: Update) -> None:
        self.update: WireUpdate = codec.public(update)
        self.json = codec.to_json(self.update)
