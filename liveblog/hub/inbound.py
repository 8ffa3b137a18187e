"""What readers send over a WebSocket: pings, closes, and nothing that matters."""

from __future__ import annotations

import asyncio
from time import monotonic

from websockets.protocol import State
from websockets.server import ServerProtocol

from liveblog.hub.crowd import Reader
from liveblog.hub.doors import Doors
from liveblog.hub.frames import close_frame
from liveblog.hub.rooms import Room

MESSAGE_BYTES = 4_096
FRAMES_A_SECOND = 10
_POLICY = 1008


class MessageReader(Reader):
    """A WebSocket connection after its handshake."""

    __slots__ = ("_inbound",)

    def __init__(
        self, room: Room, transport: asyncio.Transport, doors: Doors, address: str
    ) -> None:
        super().__init__(room, transport, doors, address)
        # Most readers never send anything: what reads it is made when somebody does.
        self._inbound: Inbound | None = None

    def data_received(self, data: bytes) -> None:
        if self._inbound is None:
            self._inbound = Inbound(self)
        self._inbound.take(data)


class Inbound:
    """Reads frames and answers pings and closes; closes on more than a few a second."""

    def __init__(self, reader: MessageReader) -> None:
        self._reader = reader
        self._protocol = ServerProtocol(state=State.OPEN, max_size=MESSAGE_BYTES)
        self._second = 0
        self._frames = 0

    def take(self, data: bytes) -> None:
        """Take bytes as they come."""
        self._protocol.receive_data(data)
        if self._too_many(len(self._protocol.events_received())):
            self._say(close_frame(_POLICY, "Readers need not say so much."))
            self._reader.transport.close()
            return
        for answer in self._protocol.data_to_send():
            # An empty one means that nothing more is to be sent.
            if answer:
                self._say(answer)
        if self._protocol.close_expected():
            self._reader.transport.close()

    def _say(self, data: bytes) -> None:
        self._reader.room.say(self._reader, data)

    def _too_many(self, frames: int) -> bool:
        second = int(monotonic())
        if second != self._second:
            self._second, self._frames = second, 0
        self._frames += frames
        return self._frames > FRAMES_A_SECOND
