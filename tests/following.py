"""Readers for tests: a follower of the product's own client, in a task that ends with the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from liveblog.client import Follower

Json = dict[str, Any]


class Reading:
    """A reader at work; ``heard`` are the changes in the order in which they came."""

    def __init__(self, follower: Follower) -> None:
        self.follower = follower
        self.heard: list[Json] = []
        self.resets = 0
        self._more = asyncio.Event()

    async def read(self) -> None:
        """Follow for ever, connecting again at once."""
        async for change in self.follower.changes(lambda _: 0.01):
            if change["kind"] == "reset":
                self.resets += 1
            else:
                self.heard.append(change)
            self._more.set()

    async def until(self, met: Callable[[Reading], bool], seconds: float = 20) -> None:
        """Wait until a condition holds of what was heard."""
        async with asyncio.timeout(seconds):
            while not met(self):
                self._more.clear()
                await self._more.wait()

    async def until_at(self, cursor: str, seconds: float = 20) -> None:
        """Wait until the copy is at a cursor."""
        await self.until(lambda reading: reading.follower.copy.cursor == cursor, seconds)


@asynccontextmanager
async def a_reader(
    url: str, slug: str, transport: str, *, after: str | None = None
) -> AsyncIterator[Reading]:
    """A reader that began from the snapshot, or claims to hold what is up to ``after``."""
    follower = Follower(url, slug, transport)
    reading = Reading(follower)
    if after is None:
        await follower.load()
    else:
        follower.copy.cursor = after
    task = asyncio.create_task(reading.read())
    try:
        yield reading
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await follower.close()
