"""The connections of a room, written to by file descriptor: a fan-out touches no reader's objects.

What the kernel does not take at once is left to the connection's transport, which then is the one
to write to until it has nothing left: bytes never overtake each other.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

from liveblog.hub.doors import Doors

if TYPE_CHECKING:
    from liveblog.hub.rooms import Room


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
        self.descriptor: int = transport.get_extra_info("socket").fileno()

    def connection_lost(self, exc: Exception | None) -> None:
        self.room.leave(self)
        self.doors.leave(self.address)

    def data_received(self, data: bytes) -> None:
        """A reader of events has nothing to say."""

    def pause_writing(self) -> None:
        # The transport calls this when more waits than a reader may be behind.
        self.room.dismiss(self)


class Crowd:
    """Readers who are sent the same bytes."""

    __slots__ = ("_behind", "_gone", "_readers")

    def __init__(self) -> None:
        self._readers: dict[int, Reader] = {}
        # Those whose transport may still hold bytes.
        self._behind: set[int] = set()
        # Those that left since the list of whom to write to was made: the kernel may have given
        # their descriptor to somebody else.
        self._gone: set[int] = set()

    def __len__(self) -> int:
        return len(self._readers)

    def __contains__(self, reader: Reader) -> bool:
        return self._readers.get(reader.descriptor) is reader

    def join(self, reader: Reader, first: bytes) -> None:
        """Add one, and send what comes before all that follows."""
        self._readers[reader.descriptor] = reader
        if reader.transport.get_write_buffer_size():
            self._behind.add(reader.descriptor)
            reader.transport.write(first)
        else:
            self._write(first, [reader.descriptor])

    def leave(self, reader: Reader) -> None:
        """Take one out, who may be out already."""
        if reader in self:
            del self._readers[reader.descriptor]
            self._behind.discard(reader.descriptor)
            self._gone.add(reader.descriptor)

    def first(self, number: int) -> list[Reader]:
        """So many of them, who came first."""
        return list(islice(self._readers.values(), number))

    def descriptors(self) -> list[int]:
        """Whom to write to: all who are here now."""
        self._gone.clear()
        return list(self._readers)

    def send(self, data: bytes, descriptors: Iterable[int]) -> None:
        """Send the same bytes to some of those listed. Who cannot be written to leaves soon."""
        if self._gone or self._behind:
            descriptors = self._reachable(data, descriptors)
        self._write(data, descriptors)

    def _reachable(self, data: bytes, descriptors: Iterable[int]) -> list[int]:
        """Those to whose connection we may write; for the others their transport does it."""
        reachable = []
        for descriptor in descriptors:
            if descriptor in self._gone:
                continue
            if descriptor in self._behind:
                transport = self._readers[descriptor].transport
                if transport.get_write_buffer_size():
                    transport.write(data)
                    continue
                self._behind.discard(descriptor)
            reachable.append(descriptor)
        return reachable

    def _write(self, data: bytes, descriptors: Iterable[int]) -> None:
        write, size = os.write, len(data)
        for descriptor in descriptors:
            try:
                sent = write(descriptor, data)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._readers[descriptor].transport.abort()
                continue
            if sent != size:
                self._behind.add(descriptor)
                self._readers[descriptor].transport.write(data[sent:])
