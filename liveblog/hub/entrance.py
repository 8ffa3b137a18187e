"""What a connection meets first. A plain request for a story's events, whole in its first bytes as
nearly every reader's is, is put to the application from here, at a quarter of what it costs on the
way through uvicorn; whatever else comes is handed on to uvicorn as it came.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from liveblog.hub.takeover import EXTENSION, HEADERS_SECONDS, HttpProtocol, Taken

HEAD_BYTES = 8_192
"""Longer heads are left to uvicorn."""

_HEAD = re.compile(  # RFC 9112, 3 and 5
    rb"GET (/stories/[a-z0-9-]+/events)(?:\?([!-~]*))? HTTP/1\.1\r\n"
    rb"((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n)*)\r\n"
)
_FIELD = re.compile(rb"([^:]+):[\t ]*([^\r]*?)[\t ]*\r\n")
_NOT_PLAIN = frozenset([b"content-length", b"transfer-encoding", b"upgrade", b"expect"])

_log = logging.getLogger("uvicorn.error")


class Entrances:
    """Makes an entrance for each connection, as uvicorn makes its protocols."""

    def __init__(self) -> None:
        # In the order in which they are due; one timer for all.
        self._silent: dict[Entrance, float] = {}
        # To ask for the running loop is a system call each time (CPython 3.11).
        self.loop = asyncio.get_running_loop()

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
            self.loop.call_later(HEADERS_SECONDS, self._close_silent)
        self._silent[entrance] = self.loop.time() + HEADERS_SECONDS

    def heard(self, entrance: Entrance) -> None:
        """It is not silent any more."""
        self._silent.pop(entrance, None)

    def _close_silent(self) -> None:
        for entrance, due in list(self._silent.items()):
            if due > self.loop.time():
                self.loop.call_at(due, self._close_silent)
                return
            self.heard(entrance)
            entrance.transport.close()


class Entrance(asyncio.Protocol):
    """One connection until its first bytes are there, or until a reader's request is answered."""

    __slots__ = ("_cycle", "_entrances", "_uvicorn", "transport")

    def __init__(
        self,
        entrances: Entrances,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
    ) -> None:
        self._entrances = entrances
        self._uvicorn = config, server_state, app_state
        self._cycle: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        _, server_state, _ = self._uvicorn
        server_state.connections.add(cast(HttpProtocol, self))
        self._entrances.await_word(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()
        if self._cycle is not None:
            self._cycle.disconnected = True
            self._cycle.message_event.set()
            self._cycle.flow.resume_writing()

    def data_received(self, data: bytes) -> None:
        if self._cycle is not None:
            return  # Who asked for events has nothing more to say.
        config, _, _ = self._uvicorn
        scope = None if config.is_ssl else plain_request(data)
        if scope is None:
            self._hand_on(data)
        else:
            self._ask(scope)

    def pause_writing(self) -> None:
        if self._cycle is not None:
            self._cycle.flow.pause_writing()

    def resume_writing(self) -> None:
        if self._cycle is not None:
            self._cycle.flow.resume_writing()

    def shutdown(self) -> None:
        """The server stops."""
        if self._cycle is None or self._cycle.response_complete:
            self.transport.close()

    def _leave(self) -> None:
        self._entrances.heard(self)
        _, server_state, _ = self._uvicorn
        server_state.connections.discard(cast(HttpProtocol, self))

    def _hand_on(self, data: bytes) -> None:
        self._leave()
        config, server_state, app_state = self._uvicorn
        protocol = HttpProtocol(config, server_state, app_state)
        self.transport.set_protocol(protocol)
        protocol.connection_made(self.transport)
        protocol.data_received(data)

    def _ask(self, scope: dict[str, Any]) -> None:
        self._entrances.heard(self)
        config, server_state, app_state = self._uvicorn
        scope |= {
            # uvloop asked for it when the connection was made; the way through the socket that
            # uvicorn takes asks the kernel anew.
            "client": self.transport.get_extra_info("peername"),
            "root_path": config.root_path,
            "path": config.root_path + scope["path"],
            "state": app_state.copy(),
            "extensions": {EXTENSION: self._take_over},
        }
        self._cycle = cycle = RequestResponseCycle(
            scope=cast(Any, scope),
            transport=self.transport,
            flow=FlowControl(self.transport),
            logger=_log,
            access_logger=_log,
            access_log=False,
            default_headers=server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=False,
            on_response=_answered,
        )
        cycle.more_body = False
        task = self._entrances.loop.create_task(cycle.run_asgi(config.loaded_app))
        server_state.tasks.add(task)
        task.add_done_callback(server_state.tasks.discard)

    def _take_over(self) -> Taken:
        assert self._cycle is not None, "there was a request"
        self._leave()
        # For uvicorn the client has left: it neither answers nor closes.
        self._cycle.disconnected = True
        _, server_state, _ = self._uvicorn
        return Taken(transport=self.transport, default_headers=server_state.default_headers)


def plain_request(data: bytes) -> dict[str, Any] | None:
    """A whole GET of a story's events as the part of an ASGI scope that is read off its head, or
    None if it is anything else."""
    head = _HEAD.fullmatch(data) if len(data) <= HEAD_BYTES else None
    if head is None:
        return None
    headers = [(name.lower(), value) for name, value in _FIELD.findall(head[3])]
    if not _NOT_PLAIN.isdisjoint(name for name, _ in headers):
        return None
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": head[1].decode(),
        "raw_path": head[1],
        "query_string": head[2] or b"",
        "headers": headers,
        "server": None,
    }


def _answered() -> None:
    """The request is answered and its connection closes: nothing follows."""
