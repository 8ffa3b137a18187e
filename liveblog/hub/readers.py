"""A reader: a position in a story's shared frames. It has no queue of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

from liveblog.errors import LiveblogError
from liveblog.hub.frames import Frame, ResetFrame
from liveblog.hub.hub import Hub
from liveblog.story import Cursor, Slug


class Draining(LiveblogError):
    """The process is about to end; connect again and resume."""


class TooSlow(LiveblogError):
    """The reader fell behind the recent changes; connect again and resume."""


async def follow(
    hub: Hub, slug: Slug, after: Cursor | None
) -> AsyncIterator[list[Frame | ResetFrame]]:
    """What a reader at ``after`` (None: from now on) is to be sent, in batches, for ever.

    A cursor that is not among the recent changes begins with one reset. Raises NoSuchStory,
    NotStored, Draining, TooSlow.
    """
    channel = await hub.channel(slug)
    position = channel.end if after is None else channel.position(after)
    if position is None:
        position = channel.end
        yield [ResetFrame(slug, channel.cursor)]
    while True:
        if hub.draining or channel.ended:
            raise Draining("This server is about to stop. Connect again with your last cursor.")
        frames = channel.since(position)
        if frames is None:
            raise TooSlow("You fell too far behind. Connect again with your last cursor.")
        position = channel.end
        if frames:
            yield list(frames)
        else:
            await channel.changed()
