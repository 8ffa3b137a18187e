"""Signs the heads of logs after they changed: what was published cannot be changed unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from liveblog import chain
from liveblog.errors import BrokenLog
from liveblog.jobs.following import LONGEST_WAIT_SECONDS, keep_at
from liveblog.record.keeping import Keeper
from liveblog.store import Fed, Feed, Store

_log = structlog.get_logger()


async def sign_changes(
    store: Store, keeper: Keeper, every_seconds: float, wait: Callable[[int], float]
) -> None:
    """Sign what changed, each log at most once in ``every_seconds``, woken by the feed."""
    feed = store.feed(audit=True)
    await keep_at(feed, lambda feed: _sign_changed(feed, keeper, every_seconds), wait)


async def _sign_changed(feed: Feed, keeper: Keeper, every_seconds: float) -> None:
    changed = set(await keeper.logs())
    while True:
        await _sign(keeper, changed)
        changed = _named(await feed.read(LONGEST_WAIT_SECONDS))
        await _gather(feed, changed, every_seconds if changed else 0)


async def _gather(feed: Feed, changed: set[str], seconds: float) -> None:
    """What else changes within that time is signed together."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while (left := until - loop.time()) > 0:
        changed |= _named(await feed.read(left))


async def _sign(keeper: Keeper, logs: set[str]) -> None:
    for log in sorted(logs):
        try:
            await keeper.sign(log)
        except BrokenLog as error:
            # It stays unsigned from here on, which `liveblog verify` tells with the reason.
            _log.error("a log is not as it was signed", why=str(error))  # no crash
        except OSError as error:
            _log.error("checkpoints cannot be written", why=str(error))


def _named(batch: list[Fed]) -> set[str]:
    """The logs that changed; what wakes the worker without a change is no entry of a log, but for
    the audit log's lines, which name no story."""
    return {fed.slug or chain.AUDIT for fed in batch if fed.change is not None or not fed.slug}
