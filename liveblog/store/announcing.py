"""What changed beside the record is told to all web processes, so that every desk looks again.

One channel, ``{lb0}:desk``; a message is ``"WHAT SLUG"``.
"""

from __future__ import annotations

from typing import Literal

import structlog

from liveblog.errors import NotStored
from liveblog.store.client import RedisClient
from liveblog.story import Slug

What = Literal["drafts", "notes", "rules", "presence"]

CHANNEL = "{lb0}:desk"

_log = structlog.get_logger()


class Announcing(RedisClient):
    """The part of the store that tells."""

    async def announce(self, what: What, slug: Slug) -> None:
        """Tell all processes that something of a story changed that is in no log. What changed is
        safe already: that it cannot be told is no reason to say that it is not."""
        try:
            await self.ask("PUBLISH", CHANNEL, f"{what} {slug}")
        except NotStored as error:
            _log.warning("a change could not be announced", what=what, story=slug, why=str(error))
