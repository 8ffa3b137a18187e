"""What is open for somebody ends when they may do nothing any more, in every web process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakSet

import structlog

from liveblog.errors import NotStored
from liveblog.store.people import PeopleStore

_log = structlog.get_logger()


class Watch:
    """Held by whoever keeps something open; over when it must end."""

    __slots__ = ("__weakref__", "_over", "ids")

    def __init__(self, ids: frozenset[str]) -> None:
        self.ids = ids
        self._over = asyncio.Event()

    async def over(self, seconds: float) -> bool:
        """Wait until it must end, at most so long; True if it must."""
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return False
        return True

    def end(self) -> None:
        """Let what it was made for end."""
        self._over.set()


class Revoking:
    """All that is open in this process, and one subscription to what is revoked anywhere."""

    def __init__(self) -> None:
        # Weak: a stream whose reader left before its first byte tells nobody that it is over.
        self._watches: WeakSet[Watch] = WeakSet()
        self._ending = False

    def watch(self, ids: frozenset[str]) -> Watch:
        """A watch over somebody's ids; it is over when one of them is revoked."""
        watch = Watch(ids)
        self._watches.add(watch)
        if self._ending:
            watch.end()
        return watch

    def revoke(self, id: str) -> None:
        """End what is open for an id."""
        for watch in list(self._watches):
            if id in watch.ids:
                watch.end()

    def end_all(self) -> None:
        """End all that is open: the browsers come back, and are asked again who they are."""
        for watch in list(self._watches):
            watch.end()

    def stop(self) -> None:
        """End all that is open, now and later: the process is about to end."""
        self._ending = True
        self.end_all()

    async def follow(self, store: PeopleStore, wait: Callable[[int], float]) -> None:
        """Hear what is revoked, for as long as the process runs. ``wait`` gives the seconds before
        the nth attempt in a row to reach the store."""
        failures = 0
        while True:
            try:
                async for id in store.revoked():
                    failures = 0
                    if id:
                        self.revoke(id)
                    else:
                        # What was revoked before it listened was heard by nobody here.
                        self.end_all()
            except NotStored as error:
                failures += 1
                _log.warning("what is revoked cannot be heard", why=str(error), attempt=failures)
                await asyncio.sleep(wait(failures))
