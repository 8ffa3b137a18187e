"""Server-Sent Events (WHATWG HTML, 9.2).

Where the server lets us, its connection is taken over: the reader is an object in a room. Elsewhere
it is a task that streams through sse-starlette.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache

from sse_starlette import EventSourceResponse
from starlette.datastructures import QueryParams
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from liveblog.errors import NotStored
from liveblog.hub.channel import Channel
from liveblog.hub.crowd import Reader
from liveblog.hub.frames import HEARTBEAT, HEARTBEAT_SECONDS, retry
from liveblog.hub.hub import Hub
from liveblog.hub.readers import Draining, TooSlow, follow
from liveblog.hub.takeover import EXTENSION, Taken
from liveblog.story import Cursor, Slug

_STALLED_SECONDS = 20.0
"""A reader that takes nothing for so long is closed, to resume by its cursor."""

_GRACE_SECONDS = 5.0
_LAST_IDS = ("last_event_id", "lastEventId", "after")
_REFUSED = re.compile(r"q=0(\.0*)?")
_HEADERS = {"Cache-Control": "no-cache, no-transform"}


def route(hub: Hub) -> Route:
    """``GET /stories/{slug}/events``."""
    return Route("/stories/{slug}/events", Events(hub), methods=["GET"])


class Events:
    """The endpoint. It is an ASGI application of its own: a reader's connect costs little."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        # Heads of answers, by whether they announce gzip. The server's part of them, the date,
        # changes each second.
        self._heads: dict[bool, bytes] = {}
        self._heads_with: list[tuple[bytes, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hub, client = self._hub, scope["client"]
        address = client[0] if client else ""
        try:
            channel = await hub.channel(Slug(scope["path_params"]["slug"]))
        except NotStored:
            # An EventSource never comes back after an error: let it wait and try again.
            await _stream(_only_retry())(scope, receive, send)
            return
        if scope["method"] != "GET" or not hub.doors.enter(address):
            await _stream(_only_retry())(scope, receive, send)
            return
        take_over = scope.get("extensions", {}).get(EXTENSION)
        if take_over is None or hub.draining or scope["http_version"] != "1.1":
            await self._follow(channel, address, scope, receive, send)
        else:
            self._hold(channel, address, scope, take_over())

    async def _follow(
        self, channel: Channel, address: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        after = _after(dict(scope["headers"]), scope["query_string"])
        channel.followers += 1
        try:
            await _stream(_events(self._hub, channel.slug, after))(scope, receive, send)
        finally:
            channel.followers -= 1
            self._hub.doors.leave(address)

    def _hold(self, channel: Channel, address: str, scope: Scope, taken: Taken) -> None:
        if taken.transport.is_closing():
            # It left while its story was loaded: nobody will tell the reader so.
            self._hub.doors.leave(address)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        compressed = _accepts_gzip(headers.get(b"accept-encoding", b""))
        room = channel.room("gzip" if compressed else "events")
        reader = Reader(room, taken.transport, self._hub.doors, address)
        taken.transport.set_protocol(reader)
        head = self._head(taken, scope["extensions"].get("liveblog.headers", {}), compressed)
        room.welcome(reader, _after(headers, scope["query_string"]), head)

    def _head(self, taken: Taken, headers: Mapping[str, str], compressed: bool) -> bytes:
        if self._heads_with is not taken.default_headers:
            self._heads_with = taken.default_headers
            self._heads.clear()
        head = self._heads.get(compressed)
        if head is None:
            head = self._heads[compressed] = _head(taken.default_headers, headers, compressed)
        return head


def _head(
    default: list[tuple[bytes, bytes]], headers: Mapping[str, str], compressed: bool
) -> bytes:
    all_headers = {
        "Content-Type": "text/event-stream; charset=utf-8",
        # Its length is not known and it is not in chunks: it lasts as long as the connection.
        "Connection": "close",
        "X-Accel-Buffering": "no",
        "Vary": "Accept-Encoding",
        **_HEADERS,
        **headers,
        **({"Content-Encoding": "gzip"} if compressed else {}),
    }
    lines = [b"HTTP/1.1 200 OK"]
    lines += [b"%b: %b" % pair for pair in default]
    lines += [f"{name}: {value}".encode() for name, value in all_headers.items()]
    return b"\r\n".join([*lines, b"", b""])


@lru_cache(maxsize=64)
def _accepts_gzip(header: bytes) -> bool:
    text = header.decode("latin-1").lower().replace(" ", "")
    codings = (coding.partition(";") for coding in text.split(","))
    return any(name == "gzip" and not _REFUSED.fullmatch(rest) for name, _, rest in codings)


def _stream(chunks: AsyncIterator[bytes]) -> EventSourceResponse:
    return EventSourceResponse(
        chunks,
        headers=_HEADERS,
        ping=HEARTBEAT_SECONDS,
        ping_message_factory=lambda: HEARTBEAT,  # type: ignore[arg-type, return-value] # bytes pass
        send_timeout=_STALLED_SECONDS,
        shutdown_grace_period=_GRACE_SECONDS,
    )


async def _events(hub: Hub, slug: Slug, after: Cursor | None) -> AsyncIterator[bytes]:
    yield retry()
    try:
        async for frames in follow(hub, slug, after):
            yield b"".join([frame.sse for frame in frames])
    except (Draining, TooSlow):
        yield retry()


async def _only_retry() -> AsyncIterator[bytes]:
    yield retry()


def _after(headers: dict[bytes, bytes], query: bytes) -> Cursor | None:
    last = headers.get(b"last-event-id")
    if last is not None:
        return Cursor(last.decode("latin-1"))
    if not query:
        return None
    params = QueryParams(query)
    given = (params.get(name) for name in _LAST_IDS)
    return next((Cursor(value) for value in given if value is not None), None)
