"""Server-Sent Events (WHATWG HTML, 9.2). On a server that offers no takeover, one task a reader."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from liveblog.errors import NotStored
from liveblog.hub.frames import HEARTBEAT, HEARTBEAT_SECONDS, retry
from liveblog.hub.hub import Hub
from liveblog.hub.readers import Draining, TooSlow, follow
from liveblog.story import Cursor, Slug

_STALLED_SECONDS = 20.0
"""A reader that takes nothing for so long is closed, to resume by its cursor."""

_GRACE_SECONDS = 5.0
_LAST_IDS = ("last_event_id", "lastEventId", "after")
_HEADERS = {"Cache-Control": "no-cache, no-transform"}


def route(hub: Hub) -> Route:
    """``GET /stories/{slug}/events``."""

    async def events(request: Request) -> Response:
        slug = Slug(request.path_params["slug"])
        try:
            await hub.channel(slug)
        except NotStored:
            # An EventSource never comes back after an error: let it wait and try again.
            return _stream(_only_retry())
        return _stream(_events(hub, slug, _after(request)))

    return Route("/stories/{slug}/events", events, methods=["GET"])


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
