"""The desk without scripts, and the stream that tells its browsers what happens."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from liveblog import codec
from liveblog.accounts.callers import Caller
from liveblog.accounts.revoking import Watch
from liveblog.errors import NotAuthenticated, NotStored
from liveblog.web.desk.action import HOME, Action, Visit

RECENT = 50
_HEARTBEAT_SECONDS = 15
_LOOK_SECONDS = 60
"""How often a stream asks again who reads it: also where nobody heard that they were revoked."""

_STALLED_SECONDS = 30


async def show(visit: Visit) -> Response:
    """Who you are, and the stories that are yours."""
    caller, store = visit.who, visit.house.store
    slugs = [slug for slug in await store.slugs() if caller.sees(slug)][:RECENT]
    drafts = [head for head in await store.draft_heads() if caller.sees(head.slug)]
    return visit.page("home", drafts=drafts, stories=[await store.head(slug) for slug in slugs])


async def events(visit: Visit) -> Response:
    """A stream for as long as its reader may read it."""
    return EventSourceResponse(
        _events(visit, visit.who),
        ping=_HEARTBEAT_SECONDS,
        send_timeout=_STALLED_SECONDS,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(visit: Visit, caller: Caller) -> AsyncIterator[ServerSentEvent]:
    # Watched before it is looked at again: what is revoked in between is not missed.
    watch = visit.house.revoking.watch(caller.ids)
    if not await _may_still_read(visit):
        return
    hello = {"name": caller.actor.name, "role": caller.role}
    yield ServerSentEvent(event="hello", data=codec.to_json(hello).decode())
    await _until_over(visit, watch)


async def _until_over(visit: Visit, watch: Watch) -> None:
    while not await watch.over(_LOOK_SECONDS):
        if not await _may_still_read(visit):
            return


async def _may_still_read(visit: Visit) -> bool:
    try:
        # Waiting for news is no use of a session: it ends as if nobody were there.
        await visit.house.callers.person(visit.request, seen=False)
    except NotAuthenticated:
        return False
    except NotStored:
        # Nobody can be revoked while the store is away.
        return True
    return True


ACTIONS = (
    Action(method="GET", path=f"{HOME}/plain", handler=show, needs="read"),
    Action(method="GET", path=f"{HOME}/events", handler=events, needs="read", data=True),
)
