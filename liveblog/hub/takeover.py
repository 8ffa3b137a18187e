"""Taking a connection over from uvicorn: its protocols offer it, an endpoint may accept.

The endpoint, having passed every middleware, calls ``scope["extensions"]["liveblog.takeover"]`` and
gets the transport. uvicorn forgets the connection: task, scope and parser are freed when the
endpoint returns.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from msgspec import Struct
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from liveblog.hub.pace import PacedProtocol

EXTENSION = "liveblog.takeover"


class Taken(Struct, frozen=True):
    """A connection that is ours now. ``default_headers`` are what the server adds to an answer."""

    transport: asyncio.Transport
    default_headers: list[tuple[bytes, bytes]]


class HttpProtocol(PacedProtocol):
    """uvicorn's HTTP protocol, with takeover and the bounds of :mod:`liveblog.hub.pace`."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self.scheme == "http":
            # Who is read through TLS cannot be written to directly.
            cast(dict[str, Any], self.scope)["extensions"] = {EXTENSION: self._take_over}

    def _take_over(self) -> Taken:
        self.connections.discard(self)
        self.stop_clocks()
        self._unset_keepalive_if_required()
        # For uvicorn the client has left: it neither answers nor closes.
        self.cycle.disconnected = True
        return Taken(self.transport, self.server_state.default_headers)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, with takeover once the handshake is done."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn does
        # Whoever counts connections looks at where they come from.
        self.transport = transport
        super().connection_made(transport)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope") and self.scheme == "ws":
            cast(dict[str, Any], self.scope)["extensions"][EXTENSION] = self._take_over

    def _take_over(self) -> Taken:
        taken = Taken(self.transport, self.default_headers)
        self.stop_keepalive()
        self.connections.discard(self)
        self.disconnected = True
        # uvicorn closes its transport when the endpoint returns: leave it one that is nothing.
        self.transport = cast(asyncio.Transport, _HandedOver())
        return taken


class _HandedOver(asyncio.Transport):
    """In the place of a transport that was taken over."""

    def close(self) -> None:
        """It is not ours to close."""
