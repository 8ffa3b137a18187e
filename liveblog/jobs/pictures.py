"""The worker's part in uploads: takes the pictures that wait and makes their renditions.

Each is decoded in a process of its own (:mod:`liveblog.media.decoding`), so that none can harm the
worker. What was refused is not kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from liveblog.errors import Invalid, NotStored
from liveblog.media.decoding import decode
from liveblog.media.files import Files
from liveblog.renditions import MediaId
from liveblog.store.pictures import Pictures, Ready
from liveblog.tasks import together

WAIT_SECONDS = 30.0
"""How long a worker waits for a picture before it looks for abandoned ones."""

AT_ONCE = 2
"""Pictures that a worker decodes side by side: up to a gigabyte each."""

_UNKNOWN = "this picture is not here any more; send it again"

_log = structlog.get_logger()


async def make_pictures(queue: Pictures, files: Files, wait: Callable[[int], float]) -> None:
    """Work for as long as the process runs; ``wait`` gives the seconds to wait before the nth
    attempt in a row to reach the store."""
    await together(*(_work(queue, files, wait) for _ in range(AT_ONCE)))


async def _work(queue: Pictures, files: Files, wait: Callable[[int], float]) -> None:
    failures = 0
    while True:
        try:
            await queue.join()
            await _make_next(queue, files)
            failures = 0
        except (NotStored, OSError) as error:
            # What was taken is not acknowledged, so it comes again.
            failures += 1
            _log.warning("pictures cannot be made", why=str(error), attempt=failures)
            await asyncio.sleep(wait(failures))


async def _make_next(queue: Pictures, files: Files) -> None:
    taken = await queue.take(WAIT_SECONDS)
    if taken is not None:
        await queue.done(taken, await _made(files, taken.id))


async def _made(files: Files, id: MediaId) -> Ready:
    if await files.picture(id) is not None:
        return Ready()
    original = await files.original(id)
    if original is None:
        return Ready(refused=_UNKNOWN)
    try:
        await files.keep(await decode(id, original))
    except Invalid as error:
        await files.drop_original(id)
        _log.info("refused a picture", media=id, why=error.why)
        return Ready(refused=error.why)
    _log.info("made a picture", media=id)
    return Ready()
