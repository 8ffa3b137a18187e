"""Server-Sent Events (WHATWG HTML, 9.2).

Where the server lets us, its connection is taken over: the reader is an object in a room. Elsewhere
it is a task that streams through sse-starlette.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from liveblog.errors import NotStored
from liveblog.hub.channel import Channel
from liveblog.hub.doors import Doors
from liveblog.hub.frames import HEARTBEAT, HEARTBEAT_SECONDS, retry
from liveblog.hub.hub import Hub
from liveblog.hub.readers import Draining, TooSlow, follow
from liveblog.hub.rooms import Reader
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

    async def events(request: Request) -> Response:
        slug = Slug(request.path_params["slug"])
        try:
            channel = await hub.channel(slug)
        except NotStored:
            # An EventSource never comes back after an error: let it wait and try again.
            return _stream(_only_retry())
        take_over = request.scope.get("extensions", {}).get(EXTENSION)
        if take_over is None or hub.draining or not _is_plain_get(request):
            return _stream(_events(hub, slug, _after(request)))
        address = request.client.host if request.client else ""
        if not hub.doors.enter(address):
            # Not an error, after which an EventSource would never come back.
            return _stream(_only_retry())
        _hold(channel, request, take_over(), hub.doors, address)
        return _TakenOver()

    return Route("/stories/{slug}/events", events, methods=["GET"])


class _TakenOver(Response):
    """The answer is on its way already."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        return


def _is_plain_get(request: Request) -> bool:
    return request.method == "GET" and request.scope["http_version"] == "1.1"


def _hold(channel: Channel, request: Request, taken: Taken, doors: Doors, address: str) -> None:
    if taken.transport.is_closing():
        # It left while its story was loaded: nobody will tell the reader so.
        doors.leave(address)
        return
    compressed = _accepts_gzip(request.headers.get("Accept-Encoding", ""))
    headers = {
        "Content-Type": "text/event-stream; charset=utf-8",
        # Its length is not known and it is not in chunks: it lasts as long as the connection.
        "Connection": "close",
        "X-Accel-Buffering": "no",
        "Vary": "Accept-Encoding",
        **_HEADERS,
        **request.scope["extensions"].get("liveblog.headers", {}),
        **({"Content-Encoding": "gzip"} if compressed else {}),
    }
    lines = [b"HTTP/1.1 200 OK"]
    lines += [b"%b: %b" % pair for pair in taken.default_headers]
    lines += [f"{name}: {value}".encode() for name, value in headers.items()]
    room = channel.room("gzip" if compressed else "events")
    reader = Reader(room, taken.transport, doors, address)
    taken.transport.set_protocol(reader)
    reader.room.welcome(reader, _after(request), b"\r\n".join([*lines, b"", b""]))


def _accepts_gzip(header: str) -> bool:
    codings = (coding.partition(";") for coding in header.lower().replace(" ", "").split(","))
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


def _after(request: Request) -> Cursor | None:
    last = request.headers.get("Last-Event-ID")
    if last is not None:
        return Cursor(last)
    given = (request.query_params.get(name) for name in _LAST_IDS)
    return next((Cursor(value) for value in given if value is not None), None)
