"""Who is at the desk just now, in all web processes together, and who holds which update.

It lies in one place, so that one script sees all of it: whoever edits an update holds it until they
stop, leave, are not heard of for a while, or somebody takes it over. Every change is announced.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from liveblog import codec
from liveblog.errors import Invalid, UpdateHeld
from liveblog.store import keys
from liveblog.store.client import RedisClient
from liveblog.story import Instant, Slug

Doing = Literal["reading", "writing", "editing"]


class Present(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody at one open window. ``story`` is empty on the list of all stories; ``update`` is
    what they edit. ``lost`` is the update that was taken over from them last, ``lost_to`` by whom,
    ``losses`` how often that happened."""

    connection: str
    story: Slug
    person: str
    name: str
    since: Instant
    full_name: str = ""
    doing: Doing = "reading"
    update: str = ""
    lost: str = ""
    lost_to: str = ""
    losses: int = 0

    @property
    def called(self) -> str:
        """What colleagues call them."""
        return self.full_name or self.name


class Presence(RedisClient):
    """The part of the store that may be lost: what is true is said again in a few seconds."""

    async def present(self) -> list[Present]:
        """Everybody. Raises NotStored."""
        return await self._presence("look", 0)

    async def keep_present(
        self, those: Sequence[Present], *, good_for_seconds: float
    ) -> list[Present]:
        """These are there for so long, doing what the store knows; who is not known is added.
        Answers everybody. Raises NotStored."""
        return await self._presence("keep", good_for_seconds, *map(codec.to_json, those))

    async def say_present(
        self, one: Present, *, take: bool = False, good_for_seconds: float
    ) -> list[Present]:
        """Somebody who is known does something else now; ``take`` takes an update over that another
        edits. Answers everybody.

        Raises UpdateHeld, NotStored, and Invalid where the connection is not theirs or has ended.
        """
        words = ["take" if take else "", codec.to_json(one)]
        return await self._presence("say", good_for_seconds, *words)

    async def leave_present(self, connections: Sequence[str]) -> None:
        """These have left. Raises NotStored."""
        await self._presence("leave", 0, *connections)

    async def _presence(self, verb: str, good_for_seconds: float, *words: object) -> list[Present]:
        for_all = [verb, round(good_for_seconds * 1000), keys.DESK]
        word, held, *people = await self.run(
            "presence", [keys.PRESENT], [*for_all, *words], lasting=False
        )
        if word == b"held":
            raise UpdateHeld(codec.from_json(held, Present).called)
        if word == b"gone":
            raise Invalid("connection", "its stream has ended; open the stream again")
        return [codec.from_json(one, Present) for one in people]
