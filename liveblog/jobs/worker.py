"""Embargoed updates are published when their time comes.

It waits in the feed, so a new embargo wakes it and nothing is polled.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from liveblog.desk import Desk
from liveblog.jobs.following import keep_at, seconds_until
from liveblog.store import Feed, Store
from liveblog.story import Actor, Instant

_log = structlog.get_logger()


async def work(
    store: Store, desk: Desk, clock: Callable[[], datetime], wait: Callable[[int], float]
) -> None:
    """Work for as long as the process runs; ``wait`` gives the seconds to wait before the nth
    attempt in a row to reach the store."""
    mine = desk.by(Actor(kind="worker"))
    await keep_at(store.feed(), lambda feed: _publish_what_is_due(feed, mine, clock), wait)


async def _publish_what_is_due(feed: Feed, desk: Desk, clock: Callable[[], datetime]) -> None:
    while True:
        published, following = await desk.publish_due()
        for change in published:
            _log.info("published at the end of its embargo", story=change.slug)
        await _woken(feed, following, clock)


async def _woken(feed: Feed, due: Instant | None, clock: Callable[[], datetime]) -> None:
    """Wait until something is due, or becomes due earlier than was known."""
    while (seconds := seconds_until(due, clock())) > 0:
        if any(fed.change is None for fed in await feed.read(seconds)):
            return
