"""What processes tell each other at once: what was revoked, and what changed that is not public.

Nothing is kept: who did not listen has missed it, and looks again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

import structlog
from msgspec import Struct

from liveblog.errors import NotStored
from liveblog.store import keys
from liveblog.store.client import LOST, RedisClient
from liveblog.store.connect import connect
from liveblog.story import Slug

What = Literal["drafts", "notes", "rules", "head", "presence"]

_ASK_SECONDS, _ANSWER_SECONDS = 10.0, 20.0
"""A silent subscription is asked whether it is there still; a link that answers nothing is lost."""

_log = structlog.get_logger()
_CHANNELS = (keys.REVOKED, keys.DESK)


class Announced(Struct, frozen=True):
    """``what`` happened: ``revoked`` to an id, or ``drafts``, ``notes``, ``rules``, ``head``,
    ``presence`` to a story."""

    what: str
    about: str


class Announcing(RedisClient):
    """One connection hears all of it, whatever the number of stories."""

    async def announce(self, what: What, slug: Slug) -> None:
        """Tell all processes that something of a story changed that is in no log. What changed is
        safe already: that it cannot be told is no reason to say that it is not."""
        try:
            await self.ask("PUBLISH", keys.DESK, f"{what} {slug}")
        except NotStored as error:
            _log.warning("a change could not be announced", what=what, story=slug, why=str(error))

    async def announce_revoked(self, id: str) -> None:
        """Tell all processes that a person, session or token counts for nothing any more."""
        await self.ask("PUBLISH", keys.REVOKED, id)

    async def announced(self) -> AsyncIterator[Announced | None]:
        """None once it listens, then what is announced. Raises NotStored."""
        client = connect(self.url, timeout_seconds=_ANSWER_SECONDS, connections=2)
        listening: Any = client.pubsub()
        try:
            # A cluster's client does not ask by itself where its slots are before it subscribes.
            await client.initialize()
            await listening.subscribe(*_CHANNELS)
            silent = False
            while True:
                message = await listening.get_message(timeout=_ASK_SECONDS)
                if message is None:
                    if silent:
                        raise TimeoutError("no answer")
                    await listening.ping()
                silent = message is None
                if message and message["type"] == "message":
                    yield _announced(message["channel"].decode(), message["data"].decode())
                elif message and message["type"] == "subscribe" and _is_last(message):
                    yield None
        except LOST as error:
            raise NotStored(f"Redis: {error}") from error
        finally:
            await listening.aclose()
            await client.aclose()


def _is_last(message: dict[str, Any]) -> bool:
    return bool(message["data"] == len(_CHANNELS))


def _announced(channel: str, said: str) -> Announced:
    if channel == keys.REVOKED:
        return Announced("revoked", said)
    what, _, slug = said.partition(" ")
    return Announced(what, slug)
