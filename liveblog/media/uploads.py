"""Uploading a picture: kept first, made fit for readers by a worker, answered when that is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from liveblog.errors import Invalid, PictureWaits
from liveblog.media.files import Files
from liveblog.renditions import MediaId, Picture, media_id
from liveblog.store import Once
from liveblog.store.pictures import Pictures

LIMIT_BYTES = 25_000_000
"""The largest upload."""

_AT_ONCE = 8
"""Uploads of a process that wait for a worker, each on a connection to Redis; others stand in line
for as long as they would have waited."""


class Uploads:
    """``wait_seconds`` is how long an upload waits for a worker."""

    def __init__(self, files: Files, queue: Pictures, *, wait_seconds: float) -> None:
        self._files = files
        self._queue = queue
        self._wait_seconds = wait_seconds
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def claim(self, once: Once | None) -> None:
        """Make sure that a key stands for one upload. Raises KeyReused, NotStored."""
        if once is not None:
            await self._queue.claim(once)

    async def keep(self, id: MediaId, chunks: AsyncIterator[bytes]) -> None:
        """Keep an original, unless it is a picture that is there. Raises NotStored."""
        if await self._files.picture(id) is None:
            await self._files.keep_original(id, chunks)

    async def picture(self, id: MediaId) -> Picture:
        """The picture of an original that is kept.

        Raises Invalid where it cannot be read, PictureWaits where no worker has read it in time,
        NotStored.
        """
        found = await self._files.picture(id)
        if found is not None:
            return found
        async with self._in_turn():
            await self._queue.want(id)
            ready = await self._queue.answer(id, self._wait_seconds)
        if ready is None:
            raise PictureWaits
        if ready.refused:
            raise Invalid("file", ready.refused)
        found = await self._files.picture(id)
        if found is None:
            raise PictureWaits
        return found

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise PictureWaits from None
        try:
            yield
        finally:
            self._turn.release()

    async def rendition(self, id: MediaId, name: str) -> bytes | None:
        """The bytes of a rendition. Raises NotStored."""
        return await self._files.rendition(id, name)

    async def forget(self, id: MediaId) -> None:
        """Remove a picture for good, its original too. Raises NotStored; repeat it then."""
        await self._files.forget(id)
        await self._queue.forget(id)

    async def forget_shown(self, addresses: Sequence[str]) -> None:
        """Remove those pictures of ours that addresses lead to, wherever else they are shown.

        Raises NotStored; repeat it then.
        """
        for id in filter(None, map(media_id, addresses)):
            await self.forget(id)

    async def close(self) -> None:
        """Give all connections back."""
        await self._queue.close()
