"""The readers of one story over one wire, whose connections we hold ourselves.

A change is encoded once for a room and handed to its crowd in a tight loop, in slices that give
way to the event loop. What comes meanwhile waits in the story's frames and leaves in one write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from liveblog.hub.crowd import Crowd, Reader
from liveblog.hub.frames import HEARTBEAT_SECONDS, Frame, ResetFrame
from liveblog.hub.sending import Send
from liveblog.hub.wires import CompressedEvents, Messages, PlainEvents, Wire
from liveblog.story import Cursor

if TYPE_CHECKING:
    from liveblog.hub.channel import Channel

SLICE = 256
"""Readers written to before the event loop gets its turn: one to two milliseconds."""

BEHIND_BYTES = 65_536
"""Bytes that may wait for a reader beyond the kernel's buffer; past them it is closed."""

WELCOME_BYTES = 262_144
"""Bytes of missed changes that a reader is sent; past them it gets a reset instead."""

REST = 3
"""Where changes come faster than they can be sent, a room rests for so many times as long as the
sending took, so that they leave together and three quarters of the process remain for others."""

LONGEST_REST_SECONDS = 0.1
"""What a change waits for others at most."""

_LAST_WORDS_SECONDS = 5.0

WIRES: dict[str, Callable[[int], Wire]] = {
    # name: what makes the wire of a story that stands at a position
    "events": lambda position: PlainEvents(),
    "gzip": CompressedEvents,
    "messages": lambda position: Messages(),
}


class Room:
    """Readers at the same position of a story, but those that are still to be welcomed."""

    __slots__ = (
        "_began_at",
        "_channel",
        "_crowd",
        "_joining",
        "_loop",
        "_make",
        "_position",
        "_sending",
        "_told",
        "_told_at",
        "_wire",
        "_written_at",
    )

    def __init__(self, channel: Channel, make: Callable[[int], Wire], send: Send) -> None:
        # To ask for the running loop is a system call each time (CPython 3.11).
        self._loop = asyncio.get_running_loop()
        self._channel = channel
        self._make = make
        self._wire = make(channel.end)
        self._crowd = Crowd(send)
        # Who knows more already than the room was sent: it hears the rest after the next sending.
        self._joining: dict[Reader, tuple[Cursor, bytes]] = {}
        self._position = channel.end
        self._sending = False
        self._began_at = self._written_at = 0.0
        # How many readers the story has, as the room was told last.
        self._told: int | None = None
        self._told_at = 0.0

    def __len__(self) -> int:
        return len(self._crowd) + len(self._joining)

    def welcome(self, reader: Reader, after: Cursor | None, head: bytes) -> None:
        """Send what the reader missed, behind ``head``, in one write; from here on it is served."""
        if not self._crowd and not self._sending:
            # What came while nobody was here was not encoded.
            self._position = self._channel.end
            self._wire = self._make(self._position)
            # A welcome is a sign of life.
            self._written_at = self._loop.time()
        if after is not None and (self._channel.position(after) or 0) > self._position:
            self._joining[reader] = (after, head)
            return
        first = head + self._wire.welcome(self._missed(after), self._position)
        reader.transport.set_write_buffer_limits(high=len(first) + BEHIND_BYTES)
        self._crowd.join(reader, first)

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
        if self._crowd and not self._sending:
            self._sending = True
            self._loop.call_soon(self._send_new)

    def beat(self, now: float) -> None:
        """Give a sign of life if nothing was written lately."""
        if self._crowd and not self._sending and now - self._written_at >= HEARTBEAT_SECONDS:
            self._send(self._count() + self._wire.heartbeat())

    def leave(self, reader: Reader) -> None:
        """The connection is gone."""
        self._joining.pop(reader, None)
        self._crowd.leave(reader)
        if not self._crowd:
            # A wire may hold memory, which an empty room does not need.
            self._wire = self._make(self._channel.end)

    def dismiss(self, reader: Reader) -> None:
        """Close a reader that does not keep up."""
        if reader not in self._crowd:
            # It was dismissed before, and only waits for its last words to leave.
            return
        self.leave(reader)
        last_words = self._wire.too_slow()
        if not last_words:
            reader.transport.abort()
            return
        reader.transport.write(last_words)
        reader.transport.close()
        self._loop.call_later(_LAST_WORDS_SECONDS, reader.transport.abort)

    def say(self, reader: Reader, data: bytes) -> None:
        """Send something to one reader alone."""
        if reader in self._crowd:
            self._crowd.say(reader, data)
        else:
            reader.transport.write(data)

    def let_go(self, number: int) -> None:
        """Close that many readers, who connect again elsewhere."""
        goodbye = self._wire.goodbye()
        for reader in self._crowd.first(number):
            self.leave(reader)
            reader.transport.write(goodbye)
            reader.transport.close()
        for reader in list(self._joining):
            self.leave(reader)
            reader.transport.close()

    def _send_new(self) -> None:
        end = self._channel.end
        frames = self._channel.between(self._position, end)
        self._position = end
        if frames is None:
            # More came within one rest than is kept: everybody resumes.
            self.let_go(len(self))
        if not frames or not self._crowd:
            self._sending = False
            self._welcome_joining()
            return
        self._send(self._count() + self._wire.encode(frames, end))
        self._welcome_joining()

    def _count(self) -> bytes:
        """How many read the story, if the room does not know it. It never costs a write: it leaves
        with what is written anyway."""
        now, count = self._loop.time(), self._channel.count
        if count is None or count == self._told or now - self._told_at < HEARTBEAT_SECONDS:
            return b""
        self._told, self._told_at = count, now
        return self._wire.count(count)

    def _welcome_joining(self) -> None:
        joining, self._joining = self._joining, {}
        for reader, (after, head) in joining.items():
            self.welcome(reader, after, head)

    def _send(self, data: bytes) -> None:
        self._sending = True
        self._began_at = self._loop.time()
        self._write(data, self._crowd.everybody(), 0)

    def _write(self, data: bytes, everybody: list[Reader], start: int) -> None:
        self._crowd.send(data, everybody[start : start + SLICE])
        if start + SLICE < len(everybody):
            self._loop.call_soon(self._write, data, everybody, start + SLICE)
            return
        now = self._written_at = self._loop.time()
        if self._channel.end > self._position:
            # What came while we were sending is seldom alone.
            self._loop.call_later(
                min(REST * (now - self._began_at), LONGEST_REST_SECONDS), self._send_new
            )
        else:
            self._sending = False
