"""The connections of a room. A fan-out calls the kernel's `send` of each, and nothing around it.

What the kernel does not take at once is left to the connection's transport, which then is the one
to write to until it has nothing left: bytes never overtake each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import chain, islice
from socket import SocketType
from typing import TYPE_CHECKING, cast

from liveblog.hub.doors import Doors

if TYPE_CHECKING:
    from liveblog.hub.rooms import Room

Send = Callable[[bytes], int]
"""A socket's own: gives how many bytes were taken."""


class Reader(asyncio.Protocol):
    """One connection. It has no queue, timer or task: only its place in a room."""

    __slots__ = ("address", "doors", "line", "room", "transport")

    def __init__(
        self, room: Room, transport: asyncio.Transport, doors: Doors, address: str
    ) -> None:
        self.room = room
        self.transport = transport
        self.doors = doors
        self.address = address
        # The connection past its transport. Unknown until something is sent: to ask for it costs
        # system calls, and connects come in storms.
        self.line: SocketType | None = None

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

    __slots__ = ("_behind", "_new", "_readers")

    def __init__(self) -> None:
        self._readers: dict[Send, Reader] = {}
        # Those whose line is not known yet.
        self._new: dict[Reader, None] = {}
        # Those whose transport may still hold bytes.
        self._behind: set[Send] = set()

    def __len__(self) -> int:
        return len(self._readers) + len(self._new)

    def __contains__(self, reader: Reader) -> bool:
        return reader in self._new or reader.line is not None

    def join(self, reader: Reader, first: bytes) -> None:
        """Add one, and send what comes before all that follows."""
        # Join before the first write: one that fails calls back at once and must find its reader.
        self._new[reader] = None
        reader.transport.write(first)

    def leave(self, reader: Reader) -> None:
        """Take one out, who may be out already."""
        self._new.pop(reader, None)
        if reader.line is not None:
            self._readers.pop(reader.line.send, None)
            self._behind.discard(reader.line.send)
            # The kernel may give its descriptor to somebody else: whoever still holds this line
            # must not write to them.
            reader.line.detach()
            reader.line = None

    def first(self, number: int) -> list[Reader]:
        """So many of them."""
        return list(islice(chain(self._readers.values(), self._new), number))

    def everybody(self) -> list[Send | Reader]:
        """Whom to send to: all who are here now. They may leave before it is their turn."""
        return [*self._readers, *self._new]

    def send(self, data: bytes, listed: Sequence[Send | Reader]) -> None:
        """Send the same bytes to some of those listed. Who cannot be written to leaves soon."""
        if self._behind or self._new:
            listed = self._reachable(data, listed)
        size = len(data)
        for send in cast(Sequence[Send], listed):
            try:
                sent = send(data)
            except BlockingIOError:
                sent = 0
            except OSError:
                if send in self._readers:
                    self._readers[send].transport.abort()
                continue
            if sent != size:
                self._behind.add(send)
                self._readers[send].transport.write(data[sent:])

    def _reachable(self, data: bytes, listed: Sequence[Send | Reader]) -> list[Send]:
        """Those to whose connection we may write; for the others their transport does it."""
        reachable = []
        for one in listed:
            send = self._known(one) if isinstance(one, Reader) else one
            if send in self._behind:
                transport = self._readers[send].transport
                if transport.get_write_buffer_size():
                    transport.write(data)
                    continue
                self._behind.discard(send)
            if send is not None:
                reachable.append(send)
        return reachable

    def _known(self, reader: Reader) -> Send | None:
        """The line of one who is new, or None if it has left."""
        if reader not in self._new:
            return None
        del self._new[reader]
        ours = reader.transport.get_extra_info("socket")
        reader.line = SocketType(ours.family, ours.type, ours.proto, ours.fileno())
        self._readers[reader.line.send] = reader
        self._behind.add(reader.line.send)
        return reader.line.send
