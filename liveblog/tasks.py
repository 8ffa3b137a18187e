"""Running tasks side by side, and ending them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

_AGAIN_SECONDS = 0.05


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until they have ended, whatever they end with.

    Once is not enough: on Python 3.11 a cancelling that meets an answer of Redis on its way can be
    lost in the client library's time-out.
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN_SECONDS)


async def together(*jobs: Coroutine[Any, Any, None]) -> None:
    """Run jobs until all have ended or one fails, which is raised as it is. What is left of them
    then has ended, too, however often this is cancelled meanwhile."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        ending = asyncio.create_task(end(*tasks))
        while not ending.done():
            # To be told again to end is no reason to leave them behind.
            with suppress(asyncio.CancelledError):
                await asyncio.shield(ending)
    for task in done:
        task.result()
