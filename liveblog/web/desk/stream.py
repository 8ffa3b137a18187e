"""The desk's stream, which tells its browsers what happens, and what they say on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import monotonic
from typing import Annotated

from msgspec import Meta, Struct
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from liveblog import codec
from liveblog.errors import NotAuthenticated, NotStored
from liveblog.floor.floor import NOWHERE, Said
from liveblog.floor.news import EVENTS, Colleague, Hello, News
from liveblog.floor.seat import Seat
from liveblog.store.presence import Doing
from liveblog.story import Slug
from liveblog.web.desk.action import HOME, Action, Visit

_HEARTBEAT_SECONDS = 15
_LOOK_SECONDS = 60
"""How often a stream asks again who reads it: also where nobody heard that they were revoked."""

_STALLED_SECONDS = 30

Name = Annotated[str, Meta(max_length=100, pattern=r"^[\w-]+$")]


class Saying(Struct, frozen=True, kw_only=True):
    """What somebody does now in the window of a connection."""

    connection: Name
    story: Name
    doing: Doing
    update: Name | None = None
    take: bool = False


class There(Struct, frozen=True, kw_only=True):
    """Who is in the story."""

    people: tuple[Colleague, ...]


async def events(visit: Visit) -> Response:
    """A stream for as long as its reader may read it; ``?story`` for all of one story."""
    asked = visit.request.query_params.get("story")
    return _Stream(visit, await _story(visit, asked) if asked else NOWHERE)


async def say(visit: Visit) -> Response:
    """Somebody reads, writes, or edits an update and thereby holds it."""
    said = visit.json(Saying)
    story = await _story(visit, said.story)
    if said.doing != "reading":
        visit.who.require("draft", story)
    told = Said(
        connection=said.connection,
        story=story,
        doing=said.doing,
        update=said.update or "",
        take=said.take,
    )
    people = await visit.house.floor.say(visit.who, told)
    return Response(codec.to_json(There(people=people)), media_type="application/json")


async def _story(visit: Visit, asked: str) -> Slug:
    """A story that is there, public or not, and that the caller may see. Raises NotAllowed,
    NoSuchStory."""
    slug = Slug(asked)
    visit.who.require("read", slug)
    await visit.house.store.head(slug)
    return slug


class _Stream(EventSourceResponse):
    """Takes its seat when it begins and gives it back when it ends, however it ends: what a
    generator would do at its end is not done for who leaves before its beginning."""

    def __init__(self, visit: Visit, story: Slug) -> None:
        self._visit = visit
        self._story = story
        self._seat: Seat | None = None
        super().__init__(
            self._events(),
            ping=_HEARTBEAT_SECONDS,
            send_timeout=_STALLED_SECONDS,
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            if self._seat is not None:
                self._visit.house.floor.leave(self._seat)

    async def _events(self) -> AsyncIterator[ServerSentEvent]:
        visit, caller = self._visit, self._visit.who
        seat = self._seat = visit.house.floor.come(caller, self._story)
        # Watched before it is looked at again: what is revoked in between is not missed.
        seat.watch = visit.house.revoking.watch(caller.ids, seat.end)
        if not await _may_still_read(visit):
            return
        await visit.house.floor.welcome(seat)
        yield _event(
            Hello(
                connection=seat.present.connection,
                at=seat.present.since,
                name=caller.actor.name,
                role=caller.role,
            )
        )
        look_at = monotonic() + _LOOK_SECONDS
        while not seat.ended:
            for news in await seat.news(_LOOK_SECONDS):
                yield _event(news)
            if monotonic() >= look_at:
                look_at = monotonic() + _LOOK_SECONDS
                if not await _may_still_read(visit):
                    return


def _event(news: News) -> ServerSentEvent:
    return ServerSentEvent(event=EVENTS[type(news)], data=codec.to_json(news).decode())


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
    Action(method="GET", path=f"{HOME}/events", handler=events, needs="read", data=True),
    Action(method="POST", path=f"{HOME}/presence", handler=say, needs="read", data=True),
)
