"""What a connection meets first. A reader that asks for a story's events with its first bytes, as
nearly every reader does, is greeted at once, at a fifth of what it costs on the way through uvicorn
and the application; whatever else comes is handed on to uvicorn as it came, or turned away where
there are too many connections.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.server import ServerState

from liveblog.hub.connections import Connections
from liveblog.hub.pace import HEADERS_SECONDS
from liveblog.hub.takeover import HttpProtocol, Taken

Greet = Callable[[bytes, Taken], bool]
"""Looks at the first bytes of a connection, and takes it if it is a reader's."""

TurnAway = Callable[[bytes], bytes]
"""What somebody who says this first is answered where there are too many connections."""


class Entrances:
    """Makes an entrance for each connection, as uvicorn makes its protocols."""

    def __init__(self, greet: Greet, turn_away: TurnAway) -> None:
        self.greet = greet
        self.turn_away = turn_away
        # In the order in which they are due; one timer for all.
        self._silent: dict[Entrance, float] = {}
        # To ask for the running loop is a system call each time (CPython 3.11).
        self._loop = asyncio.get_running_loop()

    def __call__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> Entrance:
        return Entrance(self, config, server_state, app_state)

    def await_word(self, entrance: Entrance) -> None:
        """Close it unless something is heard in time."""
        if not self._silent:
            self._loop.call_later(HEADERS_SECONDS, self._close_silent)
        self._silent[entrance] = self._loop.time() + HEADERS_SECONDS

    def close_oldest(self) -> None:
        """Close the one that was silent for longest: a flood of them must not keep others out."""
        oldest = next(iter(self._silent), None)
        if oldest is not None:
            oldest.leave()
            oldest.transport.close()

    def heard(self, entrance: Entrance) -> None:
        """It is not silent any more."""
        self._silent.pop(entrance, None)

    def _close_silent(self) -> None:
        for entrance, due in list(self._silent.items()):
            if due > self._loop.time():
                self._loop.call_at(due, self._close_silent)
                return
            self.heard(entrance)
            entrance.transport.close()


class Entrance(asyncio.Protocol):
    """One connection until its first bytes are there."""

    __slots__ = ("_app_state", "_config", "_entrances", "_server_state", "transport")

    def __init__(
        self,
        entrances: Entrances,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
    ) -> None:
        self._entrances = entrances
        self._config = config
        self._server_state = server_state
        self._app_state = app_state

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._connections.add(self)
        if self._connections.full:
            self._entrances.close_oldest()
        self._entrances.await_word(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.leave()

    def data_received(self, data: bytes) -> None:
        too_many = self._connections.too_many(self)
        self.leave()
        if self.transport.is_closing():
            return
        taken = Taken(self.transport, self._server_state.default_headers)
        # Who is read through TLS cannot be written to directly.
        if not self._config.is_ssl and self._entrances.greet(data, taken):
            return
        if too_many:
            self.transport.write(self._entrances.turn_away(data))
            self.transport.close()
        else:
            self._hand_on(data)

    def shutdown(self) -> None:
        """The server stops."""
        self.transport.close()

    def leave(self) -> None:
        """It is no connection without a word any more."""
        self._entrances.heard(self)
        self._connections.discard(self)

    @property
    def _connections(self) -> Connections:
        return cast(Connections, self._server_state.connections)

    def _hand_on(self, data: bytes) -> None:
        protocol = HttpProtocol(self._config, self._server_state, self._app_state)
        self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        protocol.data_received(data)
