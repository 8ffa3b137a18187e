"""How large the head of a request may be, and how slowly a client may send the rest."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_SECONDS = 10.0
"""How long a client may take to send a request's headers."""

HEAD_BYTES = 65_536
"""The largest head of a request: its address and headers together. And how much may stand around
the bytes of a body in chunks, besides eight times as many as the body has."""

MOST_HEADERS = 100

BODY_SECONDS = 10.0
BODY_BYTES_A_SECOND = 1_024
"""A body that brings less, over so many seconds, is not waited for."""

DRAINED_BYTES = 33_554_432
"""What is read and thrown away of a body after its answer, so that the client gets to read it: as
much as the largest picture, and some."""

_TOO_LARGE = "The address or the headers of the request are too large."


class HeadTooLarge(Exception):
    """There are too many headers."""


class PacedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with bounds: ten seconds from the first byte for headers (before that
    :class:`liveblog.hub.entrance.Entrance` waits as long), so much of them, and a pace for bodies.
    Who does not keep to them is closed."""

    _deadline: asyncio.TimerHandle | None = None
    _pace: asyncio.TimerHandle | None = None
    # Bytes of this message since the chunk in which it began, and how many of them were a body's.
    _heard = 0
    _body = 0
    # Bytes of the body since its pace was last looked at, and since it was answered.
    _lately = 0
    _drained = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn does
        # Whoever counts connections looks at where they come from.
        self.transport = transport
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_clocks()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # A message that begins in this chunk sets it to 0.
        self._heard += len(data)
        super().data_received(data)
        around = self._heard - 8 * self._body
        if (around > HEAD_BYTES or self._too_many()) and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        self._heard = self._body = self._drained = 0
        super().on_message_begin()
        self._await_headers()

    def on_headers_complete(self) -> None:
        self._have_headers()
        if self._too_many():
            raise HeadTooLarge
        super().on_headers_complete()
        self._lately = 0
        self._pace = self.loop.call_later(BODY_SECONDS, self._look_at_pace)

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        self._lately += len(body)
        cycle: Any = self.cycle
        if cycle is not None and cycle.response_complete:
            self._drained += len(body)
            if self._drained > DRAINED_BYTES:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._have_body()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        # Another protocol takes its place, and is the one to hear that the connection is lost.
        self.stop_clocks()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, or too large a one."""
        if self._too_many():
            self._refuse()
        else:
            super().send_400_response(msg)

    def stop_clocks(self) -> None:
        """Nothing is waited for any more."""
        self._have_headers()
        self._have_body()

    def _too_many(self) -> bool:
        headers: Any = self.headers  # None before the first request
        return headers is not None and len(headers) > MOST_HEADERS

    def _refuse(self) -> None:
        cycle: Any = self.cycle
        if cycle is None or cycle.response_complete:
            status = b"431 Request Header Fields Too Large" if self.headers else b"414 URI Too Long"
            self.transport.write(_answer(status))
        self.transport.close()

    def _await_headers(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADERS_SECONDS, self._too_late)

    def _have_headers(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _have_body(self) -> None:
        if self._pace is not None:
            self._pace.cancel()
            self._pace = None

    def _too_late(self) -> None:
        self._deadline = None
        self.transport.close()

    def _look_at_pace(self) -> None:
        # It is not the client that is slow while we do not read, or have not told it to go on.
        ours = self.flow.read_paused or self.cycle.waiting_for_100_continue
        if self._lately < BODY_SECONDS * BODY_BYTES_A_SECOND and not ours:
            self._pace = None
            self.transport.close()
            return
        self._lately = 0
        self._pace = self.loop.call_later(BODY_SECONDS, self._look_at_pace)


def _answer(status: bytes) -> bytes:
    said = _TOO_LARGE.encode()
    head = b"HTTP/1.1 %b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"
    return head % (status, len(said)) + b"Connection: close\r\n\r\n" + said
