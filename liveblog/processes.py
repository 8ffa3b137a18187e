"""Processes of ours, kept running: one that dies is started again while the others go on. And the
Redis that they share."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from liveblog.settings import Settings
from liveblog.store import embedded
from liveblog.tasks import backoff, end

STOP = (signal.SIGINT, signal.SIGTERM)

GIVE_UP = 3
"""Starts in a row that ended within their first seconds: the next would, too."""

FIRST_SECONDS = 5.0


@asynccontextmanager
async def redis(settings: Settings) -> AsyncIterator[str]:
    """The address of the Redis that is configured, or of a private one while this is entered."""
    if settings.redis_url:
        yield settings.redis_url
        return
    async with embedded.running(settings.data) as url:
        yield url


async def run_together(
    settings: Settings,
    url: str,
    commands: dict[str, list[str]],
    say: Callable[[str], None],
    descriptors: Sequence[int] = (),
) -> int:
    """Run commands of ours side by side until we are told to stop, or one cannot be kept running.

    Answers 0 after a stop, else the exit status of that one.
    """
    environment = {**os.environ, "LIVEBLOG_REDIS_URL": url, "LIVEBLOG_DATA": str(settings.data)}
    stop = asyncio.Event()
    for sig in STOP:
        asyncio.get_running_loop().add_signal_handler(sig, stop.set)

    async def start(words: list[str]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "liveblog",
            *words,
            env=environment,
            pass_fds=descriptors,
            # Ctrl-C is for us alone: we end them in order.
            start_new_session=True,
        )

    async def keep(name: str, words: list[str]) -> int:
        status = await _keep(name, lambda: start(words), stop, say)
        stop.set()
        return status

    return max(await asyncio.gather(*(keep(*command) for command in commands.items())))


async def _keep(
    name: str,
    start: Callable[[], Awaitable[asyncio.subprocess.Process]],
    stop: asyncio.Event,
    say: Callable[[str], None],
) -> int:
    """Run a process again and again until the stop; answers 0, or its status if that is in vain."""
    in_vain = 0
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        status = await _run_once(await start(), stop)
        if stop.is_set():
            break
        short = asyncio.get_running_loop().time() - began < FIRST_SECONDS
        in_vain = in_vain + 1 if short else 0
        if in_vain == GIVE_UP:
            say(f"{name} ended at once {GIVE_UP} times (status {status}): stopping the others.")
            return status or 1
        say(f"{name} ended by itself with status {status}: it is started again.")
        with suppress(TimeoutError):
            async with asyncio.timeout(backoff(in_vain)):
                await stop.wait()
    return 0


async def _run_once(process: asyncio.subprocess.Process, stop: asyncio.Event) -> int:
    """Wait until it ends; a stop ends it."""
    ended = asyncio.create_task(process.wait())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([ended, stopped], return_when=asyncio.FIRST_COMPLETED)
    await end(stopped)
    if process.returncode is None:
        process.terminate()
    return await ended
