"""The connections of a room. A fan-out hands the kernel the bytes for each, past its transport.

What the kernel does not take at once is left to the connection's transport, which then is the one
to write to until it has nothing left: bytes never overtake each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from liveblog.hub.doors import Doors
from liveblog.hub.sending import Send

if TYPE_CHECKING:
    from liveblog.hub.rooms import Room

_NONE = -1

SAID_BYTES = 16_384
"""More than this at once is a flood. Less is read and forgotten: a body that came with a GET."""


class Reader(asyncio.Protocol):
    """One connection. It has no queue, timer or task: only its place in a room."""

    __slots__ = ("address", "descriptor", "doors", "room", "transport")

    def __init__(
        self, room: Room, transport: asyncio.Transport, doors: Doors, address: str
    ) -> None:
        self.room = room
        self.transport = transport
        self.doors = doors
        self.address = address
        # None yet until something is sent: to ask for it costs system calls, and connects come in
        # storms. None any more when it has left: the kernel may give it to somebody else.
        self.descriptor = _NONE

    def connection_lost(self, exc: Exception | None) -> None:
        self.room.leave(self)
        self.doors.leave(self.address)

    def data_received(self, data: bytes) -> None:
        """A reader of events has nothing to say; who says much is closed."""
        if len(data) > SAID_BYTES:
            self.transport.close()

    def pause_writing(self) -> None:
        # The transport calls this when more waits than a reader may be behind.
        self.room.dismiss(self)


class Crowd:
    """Readers who are sent the same bytes."""

    __slots__ = ("_apart", "_readers", "_send")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._readers: dict[Reader, None] = {}
        # Those whose descriptor is not known, or whose transport may still hold bytes.
        self._apart: set[Reader] = set()

    def __len__(self) -> int:
        return len(self._readers)

    def __contains__(self, reader: Reader) -> bool:
        return reader in self._readers

    def join(self, reader: Reader, first: bytes) -> None:
        """Add one, and send what comes before all that follows."""
        # Join before the first write: one that fails calls back at once and must find its reader.
        self._readers[reader] = None
        self.say(reader, first)

    def say(self, reader: Reader, data: bytes) -> None:
        """Send something to one alone."""
        self._apart.add(reader)
        reader.transport.write(data)

    def leave(self, reader: Reader) -> None:
        """Take one out, who may be out already."""
        self._readers.pop(reader, None)
        self._apart.discard(reader)
        reader.descriptor = _NONE

    def first(self, number: int) -> list[Reader]:
        """So many of them."""
        return list(islice(self._readers, number))

    def everybody(self) -> list[Reader]:
        """Whom to send to: all who are here now. They may leave before it is their turn."""
        return list(self._readers)

    def send(self, data: bytes, listed: Sequence[Reader]) -> None:
        """Send the same bytes to some of those listed. Who cannot be written to leaves soon."""
        if self._apart:
            for reader in self._apart.intersection(listed):
                self._send_apart(reader, data)
            listed = [one for one in listed if one not in self._apart]
        descriptors = [one.descriptor for one in listed]
        if _NONE in descriptors:
            descriptors = [one for one in descriptors if one != _NONE]
        short = self._send(data, descriptors)
        if short:
            self._finish(data, short, {one.descriptor: one for one in listed})

    def _send_apart(self, reader: Reader, data: bytes) -> None:
        """Let its transport send if that still holds bytes; else it may be written to again."""
        if reader.transport.get_write_buffer_size():
            reader.transport.write(data)
            return
        self._apart.discard(reader)
        if reader.descriptor == _NONE:
            reader.descriptor = reader.transport.get_extra_info("socket").fileno()

    def _finish(self, data: bytes, short: dict[int, int], readers: dict[int, Reader]) -> None:
        for descriptor, sent in short.items():
            reader = readers[descriptor]
            if sent < 0:
                reader.transport.abort()
            else:
                self.say(reader, data[sent:])
