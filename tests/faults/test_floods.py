"""Slow and silent clients by the thousand, while an editor posts: the post is acknowledged soon."""

from __future__ import annotations

import asyncio
import re
import resource
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest

from liveblog.story import Slug
from tests.sites import Newsroom, Site, a_site

pytestmark = [pytest.mark.anyio, pytest.mark.fault, pytest.mark.timeout(300)]

SILENT = 10_000
SLOW = 1_000
POSTS = 100
SECONDS = 1.0
MODES = {
    # slowhttptest's: the slow head, the slow body, the slow reader, the many ranges
    "slow head": ["-H", "-u", "{site}/"],
    "slow body": ["-B", "-t", "POST", "-u", "{site}/api/v1/stories"],
    "slow reader": ["-X", "-k", "3", "-n", "1", "-z", "32", "-u", "{site}/stories/{slug}"],
    "many ranges": ["-R", "-t", "HEAD", "-u", "{site}/stories/{slug}"],
}


@pytest.fixture
async def newsroom(redis_url: str, tmp_path: Path) -> AsyncIterator[tuple[Site, Newsroom, Slug]]:
    with a_site(redis_url, tmp_path / "log") as site:
        newsroom = Newsroom(site, await site.token())
        slug = newsroom.open()
        for _ in range(30):
            newsroom.post(slug, "word " * 500)
        yield site, newsroom, slug
        assert "Traceback" not in site.log.read_text()


async def test_a_post_is_acknowledged_soon_beside_ten_thousand_silent_connections(
    newsroom: tuple[Site, Newsroom, Slug],
) -> None:
    site, desk, slug = newsroom
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    silent = min(SILENT, most - 500)
    with ExitStack() as stack:
        for number in range(silent):
            # Many addresses of this machine: one has too few ports.
            source = f"127.0.{1 + number // 2_000}.1"
            line = stack.enter_context(socket.socket())
            line.bind((source, 0))
            line.connect(("127.0.0.1", site.port))
        assert slowest(await posts(desk, slug)) < SECONDS
    assert silent == SILENT, f"only {silent} connections fit: raise `ulimit -Hn`"


@pytest.mark.parametrize("mode", MODES)
async def test_a_post_is_acknowledged_soon_beside_slow_clients(
    newsroom: tuple[Site, Newsroom, Slug], mode: str
) -> None:
    site, desk, slug = newsroom
    words = [word.format(site=site.url, slug=slug) for word in MODES[mode]]
    async with slow_clients(words):
        assert slowest(await posts(desk, slug)) < SECONDS
        assert site.http.get(f"/stories/{slug}").status_code == 200


async def posts(desk: Newsroom, slug: Slug) -> list[float]:
    """Seconds that each post took, one after the other."""
    took = []
    for _ in range(POSTS):
        began = monotonic()
        await asyncio.to_thread(desk.post, slug, "The bridge is closed.")
        took.append(monotonic() - began)
    return took


def slowest(took: list[float]) -> float:
    """Of a hundred the one that 99 are not slower than."""
    return sorted(took)[int(len(took) * 0.99) - 1]


@asynccontextmanager
async def slow_clients(words: list[str]) -> AsyncIterator[None]:
    """slowhttptest at work, with all its connections open."""
    program = shutil.which("slowhttptest")
    if program is None:
        pytest.skip("NOT TESTED: no slowhttptest: apt-get install slowhttptest")
    options = ["-c", f"{SLOW}", "-r", "1000", "-i", "2", "-l", "60", "-p", "60", "-v", "2"]
    command = ["stdbuf", "-oL", program, *options, *words]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            # Where all are answered and closed at once it ends, which is what was wanted.
            while connected(line := await process.stdout.readline()) < SLOW // 4 and line:
                pass
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def connected(line: bytes) -> int:
    """How many connections a line of its report says are open."""
    found = re.search(r"connected:\s*(\d+)", re.sub(r"\x1b\[[0-9;]*m", "", line.decode()))
    return int(found[1]) if found else 0
