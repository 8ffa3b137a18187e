"""What all jobs share: a feed that wakes them, joined again whenever it was lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from liveblog.errors import NotStored
from liveblog.store import Feed
from liveblog.story import Instant, moment

LONGEST_WAIT_SECONDS = 3_600.0

_log = structlog.get_logger()


def seconds_until(due: Instant | None, now: datetime) -> float:
    """How long to wait until something is due; a job looks again once in a while anyway."""
    if due is None:
        return LONGEST_WAIT_SECONDS
    return min((moment(due) - now).total_seconds(), LONGEST_WAIT_SECONDS)


async def keep_at(
    feed: Feed, job: Callable[[Feed], Awaitable[None]], wait: Callable[[int], float]
) -> None:
    """Do a job that waits in the feed for as long as the process runs. It begins again whenever the
    store was out of reach; ``wait`` gives the seconds before the nth attempt in a row."""
    failures = 0

    async def joined() -> None:
        nonlocal failures
        await feed.join()
        failures = 0
        await job(feed)

    try:
        while True:
            try:
                await joined()
            except NotStored as error:
                failures += 1
                _log.warning("the feed is out of reach", why=str(error), attempt=failures)
                await asyncio.sleep(wait(failures))
    finally:
        await feed.leave()
