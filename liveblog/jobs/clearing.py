"""After a legal erase: pictures, caches and the store's disk are cleared of what was erased.

None of it holds up the erase itself. What fails is tried again, then logged and audited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import httpx2
import structlog
from msgspec.structs import replace

from liveblog.desk import Desk
from liveblog.errors import LiveblogError
from liveblog.jobs.following import LONGEST_WAIT_SECONDS, keep_at
from liveblog.store import Audited, Erasure, Feed, Store
from liveblog.story import Actor, instant, moment

ATTEMPTS = 12
"""With the usual waits between them, most of a minute."""

INTERRUPTED_SECONDS = 60
"""An erase that was begun so long ago and is not done was interrupted: the worker does it."""

PATHS = (
    # What may show an update's text: with every query, which a cache must forget together.
    "/stories/{slug}",
    "/stories/{slug}/updates/{id}",
    "/stories/{slug}/state",
    "/stories/{slug}/changes",
    "/stories/{slug}/feed.atom",
    "/stories/{slug}/feed.rss",
    "/stories/{slug}/feed.json",
    "/stories/{slug}/ninjs.json",
    "/",
    "/feed.atom",
    "/feed.rss",
    "/feed.json",
)

Step = Callable[[Erasure], Awaitable[None]]

_WORKER = Actor(kind="worker")
_PURGE_SECONDS = 10

_log = structlog.get_logger()


class NotCleared(LiveblogError):
    """Something outside the record may still hold what was erased."""


async def clear_up(
    store: Store,
    desk: Desk,
    steps: Mapping[str, Step],
    clock: Callable[[], datetime],
    wait: Callable[[int], float],
) -> None:
    """Clear up after each erase, for as long as the process runs. ``steps`` are what there is to
    clear, by name; each raises a LiveblogError while it cannot."""
    mine = desk.by(_WORKER)
    clearing = _Clearing(store, mine, steps, clock, wait)
    await keep_at(store.feed(), clearing.run, wait)


class _Clearing:
    def __init__(
        self,
        store: Store,
        desk: Desk,
        steps: Mapping[str, Step],
        clock: Callable[[], datetime],
        wait: Callable[[int], float],
    ) -> None:
        self._store = store
        self._desk = desk
        self._steps = steps
        self._clock = clock
        self._wait = wait

    async def run(self, feed: Feed) -> None:
        while True:
            begun = [await self._go_on(one) for one in await self._store.erasures()]
            waits = INTERRUPTED_SECONDS if any(begun) else LONGEST_WAIT_SECONDS
            await self._woken(feed, waits)

    async def _woken(self, feed: Feed, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0:
            if any(fed.change is None for fed in await feed.read(left)):
                return

    async def _go_on(self, erasure: Erasure) -> bool:
        """Do what is to be done; answers whether somebody else may be at it."""
        if erasure.status == "approved" and erasure.began:
            ago = self._clock() - moment(erasure.began)
            if ago < timedelta(seconds=INTERRUPTED_SECONDS):
                return True
            erasure = await self._desk.erasing.carry_out(erasure)
        if erasure.status == "erased":
            await self._clear(erasure)
        return False

    async def _clear(self, erasure: Erasure) -> None:
        failures = []
        for name, step in self._steps.items():
            why = await self._tried(step, erasure)
            if why:
                failures.append(f"{name}: {why}")
                _log.error("not cleared after an erase", what=name, why=why, erasure=erasure.id)
        detail = "; ".join([f"erasure {erasure.id}", *failures])
        await self._store.audit(
            Audited(
                kind="erase_incomplete" if failures else "erase_cleared",
                at=instant(self._clock()),
                by=_WORKER,
                story=erasure.story,
                subject=erasure.update,
                detail=detail,
            )
        )
        await self._store.put_erasure(replace(erasure, status="done", failures=tuple(failures)))

    async def _tried(self, step: Step, erasure: Erasure) -> str:
        """Why it could not be done, after all attempts; empty where it was."""
        why = ""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await step(erasure)
                return ""
            except LiveblogError as error:
                why = str(error)
            if attempt < ATTEMPTS:
                await asyncio.sleep(self._wait(attempt))
        return why


def purging(cache: str) -> Step:
    """Send ``PURGE`` for every address that may show the update to the cache at that address."""

    async def purge(erasure: Erasure) -> None:
        async with httpx2.AsyncClient(timeout=_PURGE_SECONDS) as client:
            for path in PATHS:
                address = cache + path.format(slug=erasure.story, id=erasure.update)
                try:
                    answer = await client.request("PURGE", address)
                except httpx2.HTTPError as error:
                    raise NotCleared(f"{address}: {type(error).__name__} {error}") from error
                # A cache that holds no such thing may say 404: it is forgotten, too.
                if not answer.is_success and answer.status_code != 404:
                    raise NotCleared(f"{address}: answered {answer.status_code}")

    return purge
