"""Counting readers: several processes over one Redis, one that dies, one that cannot reach it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from time import monotonic

import pytest
from msgspec import Struct

from liveblog.hub.census import ROUNDS, Census, rounded
from liveblog.hub.channel import Channel
from liveblog.store.redis import RedisStore
from liveblog.story import Slug
from liveblog.tasks import end
from tests.builders import a_slug, opened
from tests.redis_servers import a_cluster, a_free_port, a_server

pytestmark = pytest.mark.anyio

QUICK_SECONDS = 0.05
QUIET_SECONDS = 5.0


class Story(Struct):
    """A story that a process serves."""

    slug: Slug
    readers: int = 0


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Process:
    """A web process that serves one story; ``said`` are the numbers that its readers are told."""

    def __init__(
        self, store: RedisStore, slug: Slug, name: str, clock: Callable[[], float] = monotonic
    ) -> None:
        self.story = Story(slug)
        self.said: list[int | None] = []
        self.census = Census(store, name, clock, every_seconds=QUICK_SECONDS)
        self._asked = asyncio.Event()
        self._heard = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        """Count until left, as a process that dies: without a word."""
        task = asyncio.create_task(self.census.run(self.stories, self.hear))
        try:
            yield task
        finally:
            await end(task)

    def stories(self) -> list[Story]:
        self._asked.set()
        return [self.story]

    def hear(self, slug: Slug, count: int | None) -> None:
        assert slug == self.story.slug
        self.said.append(count)
        self._heard.set()

    async def until_said(self, count: int | None) -> None:
        """Wait until its readers were told a number."""
        async with asyncio.timeout(20):
            while not self.said or self.said[-1] != count:
                self._heard.clear()
                await self._heard.wait()

    async def until_asked(self) -> None:
        """Wait for the next round."""
        self._asked.clear()
        async with asyncio.timeout(20):
            await self._asked.wait()

    async def until_counted(self, count: int | None) -> None:
        """Wait for a sum, at most as long as a test may take."""
        while self.count != count:
            await self.until_asked()

    @property
    def count(self) -> int | None:
        return self.census.count(self.story.slug)


async def test_two_processes_know_their_readers_together(store: RedisStore) -> None:
    slug = a_slug()
    one, two = Process(store, slug, "one"), Process(store, slug, "two")
    one.story.readers, two.story.readers = 3, 4
    async with one.running(), two.running():
        await one.until_counted(7)
        await two.until_counted(7)
        two.story.readers = 40
        await one.until_counted(43)


async def test_the_readers_of_a_process_that_dies_are_not_counted_any_more(
    store: RedisStore,
) -> None:
    slug = a_slug()
    one, two = Process(store, slug, "one"), Process(store, slug, "two")
    one.story.readers, two.story.readers = 3, 4
    async with one.running():
        async with two.running():
            await one.until_counted(7)
        await one.until_counted(3)


async def test_a_process_that_leaves_takes_its_readers_with_it_at_once(store: RedisStore) -> None:
    slug = a_slug()
    one, two = (Census(store, name, monotonic, every_seconds=60) for name in ("one", "two"))
    await one.take([Story(slug, 3)])
    await two.take([Story(slug, 4)])
    await one.leave()
    await two.take([Story(slug, 4)])
    assert two.count(slug) == 4


async def test_a_story_of_this_process_is_an_audience(store: RedisStore) -> None:
    channel = Channel([opened()])
    channel.followers = 2
    census = Census(store, "one", monotonic)
    await census.take([channel])
    assert census.count(channel.slug) == 2


async def test_a_story_that_nobody_reads_here_is_not_counted(store: RedisStore) -> None:
    slug = a_slug()
    process = Process(store, slug, "one")
    process.story.readers = 2
    async with process.running():
        await process.until_said(2)
        process.story.readers = 0
        await process.until_said(None)
        assert process.count is None


async def test_a_story_that_is_not_held_any_more_is_taken_back(store: RedisStore) -> None:
    slug = a_slug()
    one, two = (Census(store, name, monotonic, every_seconds=60) for name in ("one", "two"))
    await one.take([Story(slug, 3)])
    await one.take([])
    await two.take([Story(slug, 4)])
    assert two.count(slug) == 4


async def test_a_sum_may_be_asked_for_where_nobody_reads_the_story_and_is_not_for_readers(
    store: RedisStore,
) -> None:
    slug = a_slug()
    one, two = Process(store, slug, "one"), Process(store, slug, "two")
    one.story.readers = 3
    two.census.asked = lambda: [slug]
    async with one.running(), two.running():
        await two.until_counted(3)
    assert two.said == []


async def test_a_probe_is_no_reader_in_whichever_process_it_arrives(store: RedisStore) -> None:
    slug = a_slug()
    one, two = Process(store, slug, "one"), Process(store, slug, "two")
    one.census.probes[slug] = 1
    one.census.asked = two.census.asked = lambda: [slug]
    # It is among them here.
    two.story.readers = 4
    async with one.running(), two.running():
        await one.until_counted(3)
        await two.until_counted(3)
        two.story.readers = 1
        await two.until_counted(0)
        del one.census.probes[slug]
        await two.until_counted(1)


async def test_a_process_without_readers_asks_redis_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        store = RedisStore(f"redis://127.0.0.1:{listening.getsockname()[1]}", timeout_seconds=1)
        census = Census(store, "one", monotonic)
        await census.take([Story(a_slug())])
        await census.leave()
        await store.close()
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.parametrize(
    ("count", "said"),
    [
        *((0, 0), (7, 7), (99, 99), (100, 100), (104, 100), (106, 110), (996, 1_000)),
        *((1_234, 1_200), (1_260, 1_300), (99_999, 100_000), (1_234_567, 1_200_000)),
    ],
)
def test_a_number_is_exact_below_a_hundred_and_then_has_two_digits(count: int, said: int) -> None:
    assert rounded(count) == said


async def test_readers_are_told_only_what_they_would_notice(store: RedisStore) -> None:
    clock = Clock()
    process = Process(store, a_slug(), "one", clock)
    await told(process, clock, 1_230, 1_190, 1_240, 1_260, 1_310)
    assert process.said == [1_200, 1_300]


async def test_readers_are_not_told_more_often_than_every_five_seconds(store: RedisStore) -> None:
    clock = Clock()
    process = Process(store, a_slug(), "one", clock)
    await told(process, clock, 1)
    clock.now -= QUIET_SECONDS / 2
    await told(process, clock, 2, 3)
    assert process.said == [1, 3]


async def told(process: Process, clock: Clock, *readers: int) -> None:
    """One round for each number of readers, five seconds after each other."""
    for number in readers:
        process.story.readers = number
        await process.census.take([process.story])
        process.census._say(process.hear)
        clock.now += QUIET_SECONDS


@pytest.mark.parametrize("kind", ["alone", "cluster"])
async def test_an_outage_makes_numbers_old_and_then_unknown_and_is_no_error(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    start, scheme = {
        "alone": (a_server, "redis"),
        "cluster": (a_cluster, "redis+cluster"),
    }[kind]
    with ExitStack() as redis, caplog.at_level(logging.WARNING):
        port = redis.enter_context(start(tmp_path / "redis"))
        store = RedisStore(f"{scheme}://127.0.0.1:{port}", timeout_seconds=1)
        process = Process(store, a_slug(), "one")
        process.story.readers = 3
        async with process.running() as counting:
            await process.until_said(3)
            redis.close()
            await process.until_said(None)
            assert process.count is None
            assert not counting.done()
    await store.close()
    assert not caplog.records
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
async def test_a_redis_that_was_never_reached_is_no_error(scheme: str) -> None:
    store = RedisStore(f"{scheme}://127.0.0.1:{a_free_port()}", timeout_seconds=1)
    process = Process(store, a_slug(), "one")
    process.story.readers = 3
    async with process.running() as counting:
        for _ in range(3):
            await process.until_asked()
        assert process.count is None
        assert not counting.done()
    assert process.said == []
    await store.close()


async def test_counting_goes_on_when_redis_is_back(tmp_path: Path) -> None:
    folder, port = tmp_path / "redis", a_free_port()
    store = RedisStore(f"redis://127.0.0.1:{port}")
    process = Process(store, a_slug(), "one")
    process.story.readers = 3
    async with process.running():
        with a_server(folder, port=port):
            await process.until_counted(3)
        await process.until_counted(None)
        with a_server(folder, port=port):
            await process.until_counted(3)
    await store.close()


async def test_a_number_is_shown_for_three_rounds(store: RedisStore) -> None:
    clock = Clock()
    slug = a_slug()
    census = Census(store, "one", clock, every_seconds=QUIET_SECONDS)
    await census.take([Story(slug, 3)])
    clock.now += ROUNDS * QUIET_SECONDS - 1
    assert census.count(slug) == 3
    clock.now += 1
    assert census.count(slug) is None
