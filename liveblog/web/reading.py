"""The public addresses that programs read: snapshots, health."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from liveblog import codec
from liveblog.hub.channel import Channel
from liveblog.hub.hub import Hub
from liveblog.story import Slug, UpdateId
from liveblog.web.caching import conditional

STATE_UPDATES = 50


def routes(hub: Hub) -> list[Route]:
    """The snapshot and the health of this process."""

    async def state(request: Request) -> Response:
        channel = await hub.channel(Slug(request.path_params["slug"]))
        before = request.query_params.get("before")
        whole = request.query_params.get("blocks") == "1"
        if before is None:
            body = channel.answer(("state", whole), lambda: _state(channel, None, whole))
        else:
            body = _state(channel, UpdateId(before), whole)
        return conditional(request, body, channel.cursor, "application/json")

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        # Without its store a process still serves from memory, so it stays ready and says so.
        ready = hub.ready and not hub.draining
        answer = {"ready": ready, "store": "reachable" if hub.reachable else "out of reach"}
        return JSONResponse(answer, 200 if ready else 503)

    return [
        Route("/stories/{slug}/state", state),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
    ]


def _state(channel: Channel, before: UpdateId | None, whole: bool) -> bytes:
    updates, more = channel.story.before(before, STATE_UPDATES)
    if whole:
        shown = [codec.to_json(codec.public(update, whole=True)) for update in updates]
    else:
        shown = [channel.shown(update).json for update in updates]
    return codec.state(channel.cursor, channel.story.head, shown, more=more)
