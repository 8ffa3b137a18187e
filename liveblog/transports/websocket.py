"""WebSocket (RFC 6455): text messages, each one change, reset or count.

Close codes (4000 and above are ours, as RFC 6455 7.4.2 leaves them to applications):

==== ===================================================================================
1012 the server is about to stop: connect again with your cursor
1013 there are too many readers, or the story cannot be loaded now: try again later
4008 you take too slowly: connect again with your cursor
4404 there is no such story: do not connect again
==== ===================================================================================
"""

from __future__ import annotations

import asyncio

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from liveblog.errors import LiveblogError, NoSuchStory, NotStored
from liveblog.hub.channel import Channel
from liveblog.hub.hub import Hub
from liveblog.hub.inbound import MessageReader
from liveblog.hub.readers import Draining, TooSlow, follow
from liveblog.hub.takeover import EXTENSION, Taken
from liveblog.story import Cursor, Slug

CLOSE_CODES: dict[type[LiveblogError], int] = {
    Draining: 1012,
    NotStored: 1013,
    TooSlow: 4008,
    NoSuchStory: 4404,
}
_FULL = CLOSE_CODES[NotStored]
_STALLED_SECONDS = 20.0


def route(hub: Hub) -> WebSocketRoute:
    """``GET /stories/{slug}/socket``."""

    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            channel = await hub.channel(Slug(websocket.path_params["slug"]))
        except (NoSuchStory, NotStored) as error:
            await _close(websocket, CLOSE_CODES[type(error)], str(error))
            return
        address = websocket.client.host if websocket.client else ""
        if not hub.doors.enter(address):
            await _close(websocket, _FULL, "Too many readers. Try again later.")
            return
        take_over = websocket.scope.get("extensions", {}).get(EXTENSION)
        if take_over is None or hub.draining:
            await _follow(hub, channel, address, websocket)
        else:
            _hold(hub, channel, address, websocket, take_over())

    return WebSocketRoute("/stories/{slug}/socket", socket)


def _after(websocket: WebSocket) -> Cursor | None:
    after = websocket.query_params.get("after")
    return None if after is None else Cursor(after)


def _hold(hub: Hub, channel: Channel, address: str, websocket: WebSocket, taken: Taken) -> None:
    if taken.transport.is_closing():
        # It left while its story was loaded: nobody will tell the reader so.
        hub.doors.leave(address)
        return
    reader = MessageReader(channel.room("messages"), taken.transport, hub.doors, address)
    taken.transport.set_protocol(reader)
    reader.room.welcome(reader, _after(websocket), b"")


async def _follow(hub: Hub, channel: Channel, address: str, websocket: WebSocket) -> None:
    channel.followers += 1
    sending = asyncio.create_task(_send(hub, channel.slug, websocket))
    try:
        await _until_closed(websocket)
    finally:
        channel.followers -= 1
        hub.doors.leave(address)
        sending.cancel()


async def _send(hub: Hub, slug: Slug, websocket: WebSocket) -> None:
    try:
        async for frames in follow(hub, slug, _after(websocket)):
            for frame in frames:
                async with asyncio.timeout(_STALLED_SECONDS):
                    await websocket.send_text(frame.message)
    except (Draining, TooSlow, NoSuchStory, NotStored) as error:
        await _close(websocket, CLOSE_CODES[type(error)], str(error))
    except TimeoutError:
        await _close(websocket, CLOSE_CODES[TooSlow], "You take too slowly.")
    except WebSocketDisconnect:
        return


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    # A close frame holds 123 bytes of reason.
    await websocket.close(code, reason.encode()[:123].decode(errors="ignore"))


async def _until_closed(websocket: WebSocket) -> None:
    """Readers have nothing to say; what they send is read and ignored."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
