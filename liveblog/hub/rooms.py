"""Readers whose connections we hold ourselves: one slotted object each, grouped by story and wire.

A change is encoded once for a room and handed to its readers in a tight loop, in slices that give
way to the event loop. What comes meanwhile waits in the story's frames and leaves in one write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from liveblog.hub.doors import Doors
from liveblog.hub.frames import HEARTBEAT_SECONDS, Frame, ResetFrame
from liveblog.hub.wires import CompressedEvents, Messages, PlainEvents, Wire
from liveblog.story import Cursor

if TYPE_CHECKING:
    from liveblog.hub.channel import Channel

SLICE = 1_000
"""Readers written to before the event loop gets its turn."""

BEHIND_BYTES = 65_536
"""Bytes that may wait for a reader beyond the kernel's buffer; past them it is closed."""

WELCOME_BYTES = 262_144
"""Bytes of missed changes that a reader is sent; past them it gets a reset instead."""

LONGEST_REST_SECONDS = 0.1
"""What a change waits for others at most, when they come faster than they can be sent."""

_LAST_WORDS_SECONDS = 5.0

WIRES: dict[str, Callable[[int], Wire]] = {
    # name: what makes the wire of a story that stands at a position
    "events": lambda position: PlainEvents(),
    "gzip": CompressedEvents,
    "messages": lambda position: Messages(),
}


class Reader(asyncio.Protocol):
    """One connection. It has no queue, timer or task: only its place in a room."""

    __slots__ = ("address", "doors", "room", "transport")

    def __init__(
        self, room: Room, transport: asyncio.Transport, doors: Doors, address: str
    ) -> None:
        self.room = room
        self.transport = transport
        self.doors = doors
        self.address = address

    def connection_lost(self, exc: Exception | None) -> None:
        self.room.leave(self)
        self.doors.leave(self.address)

    def data_received(self, data: bytes) -> None:
        """A reader of events has nothing to say."""

    def pause_writing(self) -> None:
        # The transport calls this when more than BEHIND_BYTES wait.
        self.room.dismiss(self)


class Room:
    """The readers of one story over one wire. All are at the same position."""

    __slots__ = (
        "_began_at",
        "_channel",
        "_make",
        "_position",
        "_readers",
        "_sending",
        "_wire",
        "_written_at",
    )

    def __init__(self, channel: Channel, make: Callable[[int], Wire]) -> None:
        self._channel = channel
        self._make = make
        self._wire = make(channel.end)
        self._readers: dict[Reader, None] = {}
        self._position = channel.end
        self._sending = False
        self._began_at = self._written_at = 0.0

    def __len__(self) -> int:
        return len(self._readers)

    def welcome(self, reader: Reader, after: Cursor | None, head: bytes) -> None:
        """Send what the reader missed, behind ``head``, in one write; from here on it is served."""
        if not self._readers:
            # What came while nobody was here was not encoded.
            self._position = self._channel.end
            self._wire = self._make(self._position)
        first = head + self._wire.welcome(self._missed(after), self._position)
        transport = reader.transport
        transport.set_write_buffer_limits(high=len(first) + BEHIND_BYTES)
        # Join before the first write: one that fails calls back at once and must find its reader.
        self._readers[reader] = None
        transport.write(first)

    def _missed(self, after: Cursor | None) -> list[Frame | ResetFrame]:
        channel = self._channel
        if after is None:
            return []
        start = channel.position(after)
        frames = None if start is None else channel.between(start, self._position)
        if frames is None or sum(len(frame.json) for frame in frames) > WELCOME_BYTES:
            return [ResetFrame(channel.slug, channel.cursor)]
        return list(frames)

    def kick(self) -> None:
        """There is something new: send it when the event loop comes round."""
        if self._readers and not self._sending:
            self._sending = True
            asyncio.get_running_loop().call_soon(self._send_new)

    def beat(self, now: float) -> None:
        """Give a sign of life if nothing was written lately."""
        if self._readers and not self._sending and now - self._written_at >= HEARTBEAT_SECONDS:
            self._sending = True
            self._began_at = now
            self._write(self._wire.heartbeat(), list(self._readers), 0)

    def leave(self, reader: Reader) -> None:
        """The connection is gone."""
        self._readers.pop(reader, None)
        if not self._readers:
            # A wire may hold memory, which an empty room does not need.
            self._wire = self._make(self._channel.end)

    def dismiss(self, reader: Reader) -> None:
        """Close a reader that does not keep up."""
        if reader not in self._readers:
            # It was dismissed before, and only waits for its last words to leave.
            return
        self.leave(reader)
        last_words = self._wire.too_slow()
        if not last_words:
            reader.transport.abort()
            return
        reader.transport.write(last_words)
        reader.transport.close()
        asyncio.get_running_loop().call_later(_LAST_WORDS_SECONDS, reader.transport.abort)

    def let_go(self, number: int) -> None:
        """Close that many readers, who connect again elsewhere."""
        goodbye = self._wire.goodbye()
        for reader in list(self._readers)[:number]:
            self.leave(reader)
            reader.transport.write(goodbye)
            reader.transport.close()

    def _send_new(self) -> None:
        end = self._channel.end
        frames = self._channel.between(self._position, end)
        self._position = end
        if not self._readers:
            self._sending = False
            return
        if frames is None:
            # More came within one tick than is kept: everybody resumes.
            self._sending = False
            self.let_go(len(self))
            return
        self._began_at = asyncio.get_running_loop().time()
        self._write(self._wire.encode(frames, end), list(self._readers), 0)

    def _write(self, data: bytes, readers: list[Reader], start: int) -> None:
        present = self._readers
        for reader in readers[start : start + SLICE]:
            # Who left since the list was made has a transport that refuses to be written to.
            if reader in present:
                reader.transport.write(data)
        loop = asyncio.get_running_loop()
        if start + SLICE < len(readers):
            loop.call_soon(self._write, data, readers, start + SLICE)
            return
        now = self._written_at = loop.time()
        if self._channel.end > self._position:
            # What came while we were sending is seldom alone: give the rest of it as long to come
            # as the sending took, and all of it leaves in one write.
            loop.call_later(min(now - self._began_at, LONGEST_REST_SECONDS), self._send_new)
        else:
            self._sending = False
