"""The connections of a room, written to by file descriptor: a fan-out touches no reader's objects.

What the kernel does not take at once is left to the connection's transport, which then is the one
to write to until it has nothing left: bytes never overtake each other.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, cast

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
        # Unknown until something is sent: to ask for it costs system calls, and connects come in
        # storms.
        self.descriptor = -1

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

    __slots__ = ("_behind", "_gone", "_new", "_readers")

    def __init__(self) -> None:
        self._readers: dict[int, Reader] = {}
        # Those whose descriptor is not known yet.
        self._new: dict[Reader, None] = {}
        # Those whose transport may still hold bytes.
        self._behind: set[int] = set()
        # Those that left since it was listed whom to write to: the kernel may have given their
        # descriptor to somebody else.
        self._gone: set[int] = set()

    def __len__(self) -> int:
        return len(self._readers) + len(self._new)

    def __contains__(self, reader: Reader) -> bool:
        return reader in self._new or self._readers.get(reader.descriptor) is reader

    def join(self, reader: Reader, first: bytes) -> None:
        """Add one, and send what comes before all that follows."""
        # Join before the first write: one that fails calls back at once and must find its reader.
        self._new[reader] = None
        reader.transport.write(first)

    def leave(self, reader: Reader) -> None:
        """Take one out, who may be out already."""
        if reader in self._new:
            del self._new[reader]
        elif reader in self:
            del self._readers[reader.descriptor]
            self._behind.discard(reader.descriptor)
            self._gone.add(reader.descriptor)

    def first(self, number: int) -> list[Reader]:
        """So many of them."""
        return list(islice(chain(self._readers.values(), self._new), number))

    def everybody(self) -> list[int | Reader]:
        """Whom to write to: all who are here now."""
        self._gone.clear()
        return [*self._readers, *self._new]

    def send(self, data: bytes, listed: Sequence[int | Reader]) -> None:
        """Send the same bytes to some of those listed. Who cannot be written to leaves soon."""
        if self._gone or self._behind or self._new:
            listed = self._reachable(data, listed)
        write, size = os.write, len(data)
        for descriptor in cast(Sequence[int], listed):
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

    def _reachable(self, data: bytes, listed: Sequence[int | Reader]) -> list[int]:
        """Those to whose connection we may write; for the others their transport does it."""
        reachable = []
        for one in listed:
            descriptor = one if isinstance(one, int) else self._known(one)
            if descriptor is None or descriptor in self._gone:
                continue
            if descriptor in self._behind:
                transport = self._readers[descriptor].transport
                if transport.get_write_buffer_size():
                    transport.write(data)
                    continue
                self._behind.discard(descriptor)
            reachable.append(descriptor)
        return reachable

    def _known(self, reader: Reader) -> int | None:
        """The descriptor of one who is new, or None if it has left."""
        if reader not in self._new:
            return None
        del self._new[reader]
        reader.descriptor = reader.transport.get_extra_info("socket").fileno()
        self._readers[reader.descriptor] = reader
        self._behind.add(reader.descriptor)
        return reader.descriptor
