"""Stories that nobody touches are warned of, kept open, or closed by the worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from liveblog import settings
from liveblog.desk import Desk
from liveblog.errors import BadSetting
from liveblog.intake import StoryEdit
from liveblog.jobs.closing import close_forgotten
from liveblog.rules import Rules, RulesEdit, closes_at, warned_from
from liveblog.store.redis import RedisStore
from liveblog.story import Instant, Slug, instant
from liveblog.tasks import end
from tests.builders import a_new_story, a_new_update
from tests.desk.newsroom import Clock, a_post, kinds
from tests.redis_servers import a_server

pytestmark = pytest.mark.anyio

NOON, ONE, TWO = (Instant(f"2026-11-23T{hour}:00:00.000Z") for hour in (12, 13, 14))


# -- when, by the rules --------------------------------------------------------------------------


def test_a_story_closes_so_many_hours_after_its_last_change() -> None:
    assert closes_at(Rules(close_after_hours=1), NOON) == ONE
    assert closes_at(Rules(), NOON) == "2026-11-25T12:00:00.000Z"
    assert closes_at(Rules(close_after_hours=0), NOON) is None


def test_keeping_it_open_counts_as_a_change_and_a_planned_end_holds() -> None:
    rules = Rules(close_after_hours=1)
    assert closes_at(rules, NOON, kept=ONE) == TWO
    assert closes_at(rules, ONE, kept=NOON) == TWO
    assert closes_at(rules, NOON, planned_end=TWO) == TWO
    assert closes_at(rules, TWO, planned_end=NOON) == "2026-11-23T15:00:00.000Z"


def test_the_desk_is_warned_an_hour_before_or_a_tenth_of_a_short_time() -> None:
    assert warned_from(Rules(close_after_hours=48), TWO) == ONE
    assert warned_from(Rules(close_after_hours=1), ONE) == "2026-11-23T12:54:00.000Z"


def test_the_house_says_when_stories_close_that_never_chose() -> None:
    assert settings.rules(settings.read({})) == Rules(close_after_hours=48)
    never = settings.read({"LIVEBLOG_CLOSE_AFTER_HOURS": "0"})
    assert settings.rules(never).close_after_hours == 0
    for wrong in ("8761", "-1", "soon"):
        with pytest.raises(BadSetting) as refused:
            settings.read({"LIVEBLOG_CLOSE_AFTER_HOURS": wrong})
        assert "LIVEBLOG_CLOSE_AFTER_HOURS" in str(refused.value)


# -- by the worker -------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Clock:
    """Begins with Redis' own, which says when a story changed last."""
    clock = Clock()
    clock.now = datetime.now(UTC)
    return clock


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[RedisStore]:
    """One that no other test uses: all of its stories grow old here."""
    with a_server(tmp_path / "redis") as port:
        store = RedisStore(f"redis://127.0.0.1:{port}", rules=Rules(close_after_hours=10))
        yield store
        await store.close()


class Worker:
    """The job, and a story that wakes it whenever the clock was moved."""

    def __init__(self, store: RedisStore, desk: Desk, clock: Clock, waker: Slug) -> None:
        self._store = store
        self._clock = clock
        self._waker = waker
        self._job = asyncio.create_task(close_forgotten(store, desk, clock, lambda _: 0.05))

    async def at(self, **span: float) -> None:
        """Let so much time pass."""
        self._clock.move(**span)
        await self._store.keep_open(self._waker, instant(self._clock.now))

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(20):
            while not await holds():
                assert not self._job.done()

    async def until_warned(self, slug: Slug, *, warned: bool = True) -> None:
        async def holds() -> bool:
            return (slug in await self._store.closing()) == warned

        await self.until(holds)

    async def until_closed(self, slug: Slug) -> None:
        async def holds() -> bool:
            return (await self._store.head(slug)).status == "closed"

        await self.until(holds)

    async def stop(self) -> None:
        assert not self._job.done()
        await end(self._job)


@asynccontextmanager
async def working(store: RedisStore, desk: Desk, clock: Clock) -> AsyncIterator[Worker]:
    waker = (await desk.open(a_new_story())).slug
    worker = Worker(store, desk, clock, waker)
    try:
        yield worker
    finally:
        await worker.stop()


async def a_witness(desk: Desk, store: RedisStore, hours: int = 1) -> Slug:
    """A story that is due before the one under test: when it is closed, the job has looked."""
    slug = (await desk.open(a_new_story())).slug
    await store.change_rules(slug, RulesEdit(close_after_hours=hours))
    return slug


async def test_a_story_that_nobody_touches_is_warned_of_and_then_closed(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    await desk.amend(slug, StoryEdit(status_line="Updates to follow"))
    async with working(store, desk, clock) as worker:
        await worker.at(hours=9.5)
        await worker.until_warned(slug)
        closes = (await store.closing())[slug]
        assert (await store.head(slug)).status == "live"
        await worker.at(hours=1)
        await worker.until_closed(slug)
        await worker.until_warned(slug, warned=False)
    changes = await store.changes(slug)
    assert changes is not None
    last = changes[-1]
    assert last.kind == "closed" and last.by is not None and last.by.kind == "worker"
    assert last.head is not None and last.head.status_line == "Updates to follow"
    assert closes <= last.at


async def test_a_paused_story_is_closed_too_and_a_closed_one_left_alone(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    old = (await desk.open(a_new_story())).slug
    await desk.amend(old, StoryEdit(status="closed"))
    await desk.amend(slug, StoryEdit(status="paused"))
    async with working(store, desk, clock) as worker:
        await worker.at(hours=9.5)
        await worker.until_warned(slug)
        await worker.at(hours=1)
        await worker.until_closed(slug)
    assert await kinds(store, old) == ["opened", "closed"]
    assert await kinds(store, slug) == ["opened", "paused", "closed"]


@pytest.mark.parametrize("by", ["an update", "the head", "keeping it open", "a planned end"])
async def test_a_warning_is_taken_back_by(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock, by: str
) -> None:
    async with working(store, desk, clock) as worker:
        await worker.at(hours=9.5)
        await worker.until_warned(slug)
        await touch(desk, store, slug, clock, by)
        await worker.until_warned(slug, warned=False)
        witness = await a_witness(desk, store)
        await worker.at(hours=0.95)
        await worker.until_warned(witness)
        await worker.at(hours=0.5)
        await worker.until_closed(witness)
    assert (await store.head(slug)).status == "live"


async def touch(desk: Desk, store: RedisStore, slug: Slug, clock: Clock, by: str) -> None:
    if by == "an update":
        await a_post(desk, slug)
    elif by == "the head":
        await desk.amend(slug, StoryEdit(kicker="Harbour"))
    elif by == "keeping it open":
        await desk.newsroom.keep_open(slug)
    else:
        await desk.amend(slug, StoryEdit(planned_end=clock.now + timedelta(days=9)))


async def test_rules_that_change_count_at_once(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    async with working(store, desk, clock) as worker:
        await worker.at(hours=9.5)
        await worker.until_warned(slug)
        await store.change_rules(slug, RulesEdit(close_after_hours=0))
        await worker.until_warned(slug, warned=False)
        await store.change_rules(slug, RulesEdit(close_after_hours=1))
        await worker.until_warned(slug)


async def test_no_story_is_closed_unwarned_however_long_no_worker_ran(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    clock.move(days=30)
    async with working(store, desk, clock) as worker:
        await worker.until_warned(slug)
        assert (await store.closing())[slug] == instant(clock.now + timedelta(hours=1))
        assert (await store.head(slug)).status == "live"
        await worker.at(hours=1)
        await worker.until_closed(slug)


async def test_two_workers_close_a_story_once(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    async with working(store, desk, clock) as one, working(store, desk, clock) as other:
        await one.at(hours=9.5)
        await one.until_warned(slug)
        await one.at(hours=1)
        await one.until_closed(slug)
        await other.until_warned(slug, warned=False)
    assert await kinds(store, slug) == ["opened", "closed"]


async def test_old_coverage_that_is_brought_in_is_no_forgotten_story(
    desk: Desk, store: RedisStore, slug: Slug, clock: Clock
) -> None:
    await desk.bring(slug, "wire-1", a_new_update(), clock.now - timedelta(days=400))
    async with working(store, desk, clock) as worker:
        witness = await a_witness(desk, store)
        await worker.at(hours=0.95)
        await worker.until_warned(witness)
        assert slug not in await store.closing()
