"""Running tasks side by side, ending them, and how long to wait before trying again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from typing import Any

_AGAIN_SECONDS = 0.05
_LONGEST_WAIT_SECONDS = 5.0


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until they have ended, whatever they end with, and however often this is
    cancelled itself meanwhile: it is raised when they have."""
    ending = asyncio.create_task(_cancel_until_ended(set(tasks)))
    cancelled: asyncio.CancelledError | None = None
    while not ending.done():
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled


async def _cancel_until_ended(running: set[asyncio.Task[Any]]) -> None:
    """Once is not enough: on Python 3.11 a cancelling that meets an answer of Redis on its way can
    be lost in the client library's time-out."""
    tasks = list(running)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN_SECONDS)
    for task in tasks:
        # Asked for, so that nobody complains that it never was.
        if not task.cancelled():
            task.exception()


async def together(*jobs: Coroutine[Any, Any, None]) -> None:
    """Run jobs until all have ended or one fails, which is raised as it is. What is left of them
    then has ended, too."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        await end(*tasks)
    for task in done:
        task.result()


def backoff(attempt: int) -> float:
    """Seconds before the nth attempt in a row: doubling from 50 ms, with jitter, at most 5 s."""
    longest = min(0.05 * 2**attempt, _LONGEST_WAIT_SECONDS)
    return random.uniform(longest / 2, longest)  # noqa: S311 # spread, no secret
