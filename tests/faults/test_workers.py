"""A web process dies: the others go on, it is started again, and its readers miss nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from liveblog import settings
from liveblog.processes import GIVE_UP, run_together
from tests.following import a_reader
from tests.sites import Newsroom, Site

pytestmark = pytest.mark.anyio

POSTS = 10
READERS = 8


def environment(redis_url: str, **given: str) -> dict[str, str]:
    return os.environ | {"LIVEBLOG_REDIS_URL": redis_url} | given


@asynccontextmanager
async def two_web_processes(site: Site) -> AsyncIterator[asyncio.subprocess.Process]:
    """`serve --workers 2` at the site's address."""
    words = ["-m", "liveblog", "serve", "--workers", "2", "--port", str(site.port)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, env=environment(site.redis_url), stderr=asyncio.subprocess.PIPE
    )
    site.wait_until_ready()
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert await process.wait() == 0


def children(process: asyncio.subprocess.Process) -> list[int]:
    """Process ids, as Linux lists them."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in listed.split()]


async def test_readers_of_a_web_process_that_was_killed_miss_nothing(
    redis_url: str, tmp_path: Path
) -> None:
    site = Site(redis_url, tmp_path / "log")
    async with two_web_processes(site) as serving:
        newsroom = Newsroom(site, await site.token())
        # A connection for each request: the one that the killed process held would be gone.
        newsroom.api.headers["Connection"] = "close"
        slug = newsroom.open()
        readers = [a_reader(site.url, slug, "sse") for _ in range(READERS)]
        readings = [await reader.__aenter__() for reader in readers]
        for _ in range(POSTS):
            await asyncio.to_thread(newsroom.post, slug)
        before = children(serving)
        os.kill(before[0], signal.SIGKILL)
        assert serving.stderr is not None
        async with asyncio.timeout(20):
            while b"is started again" not in (line := await serving.stderr.readline()):
                assert line, "it ended"
        posts = POSTS
        async with asyncio.timeout(20):
            # The other goes on meanwhile.
            while len(children(serving)) < len(before) or posts < 2 * POSTS:
                await asyncio.to_thread(newsroom.post, slug)
                posts += 1
            for reading in readings:
                await reading.until(lambda reading: len(reading.heard) == posts)
        assert before[0] not in children(serving)
        for reader in readers:
            await reader.__aexit__(None, None, None)


async def test_a_web_process_that_cannot_run_is_not_started_for_ever(redis_url: str) -> None:
    said: list[str] = []
    # No socket has this number: it ends at once.
    commands = {"web": ["serve", "--fd", "999"], "worker": ["worker"]}
    async with asyncio.timeout(40):
        status = await run_together(settings.read({}), redis_url, commands, said.append)
    assert status != 0
    assert [line.partition(" ended ")[0] for line in said] == ["web"] * GIVE_UP
    assert f"ended at once {GIVE_UP} times" in said[-1]
