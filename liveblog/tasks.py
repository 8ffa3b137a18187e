"""Ending tasks."""

from __future__ import annotations

import asyncio
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
