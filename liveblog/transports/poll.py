"""Long polling, for networks that let nothing else through."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from liveblog import codec
from liveblog.errors import Invalid
from liveblog.hub.channel import Channel
from liveblog.hub.frames import Frame
from liveblog.hub.hub import Hub
from liveblog.story import Cursor, Slug

LONGEST_WAIT_SECONDS = 25.0
_HEADERS = {"Cache-Control": "no-store"}


def route(hub: Hub) -> Route:
    """``GET /stories/{slug}/changes?after=CURSOR[&wait=SECONDS]``."""

    async def changes(request: Request) -> Response:
        wait_seconds = _wait(request.query_params.get("wait", "0"))
        channel = await hub.channel(Slug(request.path_params["slug"]))
        after = request.query_params.get("after")
        position = channel.end if after is None else channel.position(Cursor(after))
        frames = None if position is None else channel.since(position)
        if frames == [] and wait_seconds and not hub.draining:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_seconds):
                    await channel.changed()
            frames = channel.since(position or 0)
        body = _reset(channel) if frames is None else _changes(channel, frames)
        return Response(body, media_type="application/json", headers=_HEADERS)

    return Route("/stories/{slug}/changes", changes, methods=["GET"])


def _wait(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise Invalid("wait", "give the seconds to wait, 0 to 25") from None
    # Neither NaN nor a negative number compares as a wait.
    return min(seconds, LONGEST_WAIT_SECONDS) if seconds > 0 else 0.0


def _changes(channel: Channel, frames: Sequence[Frame]) -> bytes:
    listed = b",".join(frame.json for frame in frames)
    cursor = codec.to_json(channel.cursor)
    return b'{"cursor":%b,"changes":[%b],"reset":false}' % (cursor, listed)


def _reset(channel: Channel) -> bytes:
    return b'{"cursor":%b,"changes":[],"reset":true}' % codec.to_json(channel.cursor)
